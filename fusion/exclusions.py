"""`Exclusions`: what somebody has listed as innocent, where, until when, and why.

In: a CSV with header `subject,kind,area,reason,author,expires`.

| column | says | empty |
|---|---|---|
| subject | `mmsi:235012345` or `icao24:400abc`; for a pattern of two, either of them | any |
| kind | a pattern, such as `loitering` | any |
| area | `lat lon radius_m` (degrees, metres), or a WKT POLYGON or MULTIPOLYGON, which says longitude first | anywhere |
| reason, author | why, and who says so | refused |
| expires | Unix seconds or ISO 8601; the rule holds before it | refused |

Subject, kind and area may not all be empty: that would exclude everything.
Out: for each finding the first rule that applies to it. Nothing reads a clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

from fusion.listed import content_of, entity, instant, rows
from geo.batch import Batch, Bools, Floats, Ids, Ints, Ragged, column, ragged
from geo.sphere import distance_m

Texts = npt.NDArray[np.str_]
COLUMNS = ("subject", "kind", "area", "reason", "author", "expires")
KIND = re.compile(r"[a-z][a-z_]{0,31}")
REASON_WIDTH, AUTHOR_WIDTH = 200, 80
LARGEST_RADIUS_M = 1_000_000.0
NONE = -1


@dataclass(frozen=True, eq=False, kw_only=True)
class Exclusions(Batch):
    """One row a rule, in the order of the list.

    Columns:
        subject: entity; 0 for any.
        kind: name of a pattern; empty for any.
        lat_deg, lon_deg, radius_m: a circle; NaN where the area is none.
        polygon: WKB of a polygon, longitude first; no bytes where the area is none.
        expires_s: Unix seconds; the rule holds before.
    """

    subject: Ids = column("u8", 0)
    kind: Texts = column("U32", "")
    lat_deg: Floats = column("f8", np.nan)
    lon_deg: Floats = column("f8", np.nan)
    radius_m: Floats = column("f8", np.nan)
    polygon: Ragged = ragged("u1")
    reason: Texts = column(f"U{REASON_WIDTH}", "")
    author: Texts = column(f"U{AUTHOR_WIDTH}", "")
    expires_s: Floats = column("f8", np.nan)

    def applies(
        self, kind: str, subjects: Ids, lat_deg: Floats, lon_deg: Floats, time_s: Floats | float
    ) -> Ints:
        """The row of the first rule that applies to each finding, -1 where none does.

        Shapes: subjects (n,) or (n, 2), with 0 for no subject; lat, lon (n,); time (n,) or one -> (n,).
        """
        found = np.full(len(lat_deg), NONE, np.int64)
        named = subjects.reshape(len(lat_deg), -1) if len(lat_deg) else subjects.reshape(0, 1)
        asked = set(named.ravel().tolist())
        for row, (subject, of) in enumerate(self._rules):
            # Most rules are of one craft, and most findings of another.
            if of not in ("", kind) or (subject and subject not in asked):
                continue
            holds = (found == NONE) & (time_s < self.expires_s[row])
            if subject:
                holds &= (named == subject).any(axis=1)
            if holds.any():
                found[holds & self._covers(row, lat_deg, lon_deg)] = row
        return found

    @cached_property
    def _rules(self) -> list[tuple[int, str]]:
        """Subject and kind of each row."""
        return list(zip(self.subject.tolist(), self.kind.tolist(), strict=True))

    def _covers(self, row: int, lat_deg: Floats, lon_deg: Floats) -> Bools:
        if np.isfinite(self.radius_m[row]):
            away_m = distance_m(self.lat_deg[row], self.lon_deg[row], lat_deg, lon_deg)
            return np.asarray(away_m <= self.radius_m[row])
        wkb = self.polygon.row(row).tobytes()
        if wkb:
            return np.asarray(shapely.intersects_xy(_polygon(wkb), lon_deg, lat_deg))
        return np.ones(len(lat_deg), np.bool_)


def load_exclusions(path: Path) -> Exclusions:
    """Read a list of exclusions.

    Raises:
        ValueError: not such a list; the message names file, line and what is wrong.
    """
    return exclusions_of(content_of(path), str(path))


def exclusions_of(content: bytes, where: str) -> Exclusions:
    """The list that a file holds; `where` is what messages call it.

    Raises:
        ValueError: not such a list; the message names file, line and what is wrong.
    """
    rules = [_rule(cells, at) for at, cells in rows(content, where, COLUMNS)]
    return Exclusions.concat([Exclusions.empty(), *rules])


def _rule(cells: dict[str, str], at: str) -> Exclusions:
    if not (cells["subject"] or cells["kind"] or cells["area"]):
        raise ValueError(f"{at}: subject, kind and area are all empty: that would exclude everything")
    if cells["kind"] and not KIND.fullmatch(cells["kind"]):
        raise ValueError(f"{at}: kind is the name of a pattern, such as loitering: {cells['kind']!r}")
    for name, width in (("reason", REASON_WIDTH), ("author", AUTHOR_WIDTH), ("expires", REASON_WIDTH)):
        if not 0 < len(cells[name]) <= width:
            raise ValueError(f"{at}: {name} must be given, in at most {width} characters")
    (lat, lon, radius_m), wkb = _area(cells["area"], at)
    return Exclusions(
        subject=np.array([entity(cells["subject"], at)], np.uint64),
        kind=np.array([cells["kind"]]),
        lat_deg=np.array([lat]),
        lon_deg=np.array([lon]),
        radius_m=np.array([radius_m]),
        polygon=Ragged.of_rows([wkb], np.uint8),
        reason=np.array([cells["reason"]]),
        author=np.array([cells["author"]]),
        expires_s=np.array([instant(cells["expires"], at)]),
    )


def _area(text: str, at: str) -> tuple[tuple[float, float, float], bytes]:
    nowhere = (np.nan, np.nan, np.nan)
    if not text:
        return nowhere, b""
    if text[0].isalpha():
        return nowhere, _wkb(text, at)
    try:
        lat, lon, radius_m = (float(word) for word in text.split())
    except ValueError as error:
        raise ValueError(f"{at}: area is `lat lon radius_m` or a WKT polygon: {text[:60]!r}") from error
    if not (abs(lat) <= 90 and abs(lon) <= 180 and 0 < radius_m <= LARGEST_RADIUS_M):
        raise ValueError(f"{at}: area: lat within 90, lon within 180, radius to {LARGEST_RADIUS_M:.0f} m")
    return (lat, lon, radius_m), b""


def _wkb(text: str, at: str) -> bytes:
    try:
        shape = shapely.from_wkt(text)
    except shapely.errors.GEOSException as error:
        raise ValueError(f"{at}: area is no WKT: {error}") from error
    if shape.geom_type not in {"Polygon", "MultiPolygon"} or shape.is_empty or not shape.is_valid:
        raise ValueError(f"{at}: area is not a valid polygon: {shapely.is_valid_reason(shape)}")
    west, south, east, north = shape.bounds
    if max(-west, east) > 180 or max(-south, north) > 90:
        raise ValueError(f"{at}: area leaves the earth; WKT says longitude first")
    return bytes(shapely.to_wkb(shape, output_dimension=2))


@lru_cache(maxsize=1024)
def _polygon(wkb: bytes) -> shapely.Geometry:
    """One rule is asked again at every tick: prepared once, it answers a hundred times faster."""
    shape = shapely.from_wkb(wkb)
    shapely.prepare(shape)
    return shape
