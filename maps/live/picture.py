"""Where everything is now: the last position of each entity, and a short trail, in columns.

In: columns of positions, fused or straight after decoding. Units are those of
the house; positions and trails leave as whole 1e-5 degrees (1.1 m).

What was said later counts; of two things said about one moment the fused one.
Position, motion and height are taken each from the last row that has them, for
an aircraft says them in messages of their own. Time of day is given, never read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from feeds.reports import Domain, Source, domains
from geo.batch import Bools, Column, Floats, Ids, Ints, Ragged
from maps.live.ways import EVERY_S, Ways

GONE_S = (3600.0, 300.0)
"""Silence after which a vessel, an aircraft is no longer shown, as on the replay page."""

AHEAD_S = 5.0
"""A position from further in the future than clocks err counts as of now: a day ahead it would stand for a day."""

MOST = 50_000
TRAIL_POINTS = 30
TRAIL_EVERY_S = 20.0
"""Ten minutes of way behind each symbol."""

PLACE = ("lat_deg", "lon_deg", "source", "stations", "doubt")
MOTION = ("sog_mps", "cog_deg")
HEIGHT = ("alt_m",)
TYPES: dict[str, npt.DTypeLike] = {
    "entity": np.uint64,
    "id": np.int64,
    "place_s": np.float64,
    "motion_s": np.float64,
    "height_s": np.float64,
    "trail_s": np.float64,
    "way_s": np.float64,
    "lat_deg": np.float64,
    "lon_deg": np.float64,
    "alt_m": np.float64,
    "sog_mps": np.float64,
    "cog_deg": np.float64,
    "source": np.int64,
    "stations": np.int64,
    "doubt": np.int64,
    "heard": np.int64,
    "provisional": np.bool_,
    "changed": np.bool_,
    "points": np.int64,
}


class Placed(Protocol):
    """What `fusion.tracks.Tracks` and `feeds.reports.Reports` have in common; (n,) each."""

    @property
    def time_s(self) -> Floats: ...  # noqa: D102  as in the nouns
    @property
    def entity(self) -> Ids: ...  # noqa: D102
    @property
    def lat_deg(self) -> Floats: ...  # noqa: D102
    @property
    def lon_deg(self) -> Floats: ...  # noqa: D102
    @property
    def alt_m(self) -> Floats: ...  # noqa: D102
    @property
    def sog_mps(self) -> Floats: ...  # noqa: D102
    @property
    def cog_deg(self) -> Floats: ...  # noqa: D102
    @property
    def source(self) -> npt.NDArray[np.uint8]: ...  # noqa: D102
    @property
    def doubt(self) -> npt.NDArray[np.uint32]: ...  # noqa: D102
    @property
    def stations(self) -> Ragged | npt.NDArray[np.int32]: ...  # noqa: D102


def columns_of(rows: Placed, *, provisional: bool) -> dict[str, Column]:
    """The columns a picture wants of tracks or reports."""
    stations = rows.stations.counts if isinstance(rows.stations, Ragged) else rows.stations
    return {
        "time_s": rows.time_s,
        "entity": rows.entity,
        "lat_deg": rows.lat_deg,
        "lon_deg": rows.lon_deg,
        "alt_m": rows.alt_m,
        "sog_mps": rows.sog_mps,
        "cog_deg": rows.cog_deg,
        "source": rows.source.astype(np.int64),
        "stations": stations.astype(np.int64),
        "doubt": rows.doubt.astype(np.int64),
        "provisional": np.full(len(rows.time_s), provisional),
    }


class Picture:
    """One row an entity, sorted by entity. Not for two threads at once.

    Attributes:
        column: (n,) arrays by name, see `TYPES`; `id` is ours, and never used again.
        trail: (n, TRAIL_POINTS, 3) time in 0.1 s, latitude and longitude in 1e-5 degrees, the newest last.
        ways: where each was before that.
        gone: numbers of the rows that the last `advance` took away.
        marked: (n,) rows whose trail has grown in the last `advance`.
    """

    def __init__(self) -> None:
        self.column: dict[str, Column] = {name: np.empty(0, dtype) for name, dtype in TYPES.items()}
        self.trail: npt.NDArray[np.int64] = np.empty((0, TRAIL_POINTS, 3), np.int64)
        self.ways = Ways()
        self.gone: Ints = np.empty(0, np.int64)
        self.marked: Bools = np.empty(0, np.bool_)
        self._next = 1

    def __len__(self) -> int:
        return len(self.column["entity"])

    def advance(self, batches: Sequence[dict[str, Column]], now_s: float) -> None:
        """Take in what was said, and let go of what is silent; `changed` then marks the rows to tell of."""
        self.column["changed"][:] = False
        before = self.column["id"]
        if batches:
            self._take_in({name: np.concatenate([b[name] for b in batches]) for name in batches[0]}, now_s)
        self._let_go(now_s)
        self.gone = np.setdiff1d(before, self.column["id"])
        self._grow_trails()
        self._note_ways(now_s)

    def rows_of(self, entities: Ids) -> Ints:
        """Row of each entity, -1 where it is not shown. Shapes: (m,) -> (m,)."""
        known = self.column["entity"]
        if not len(known):
            return np.full(len(entities), -1)
        row = np.minimum(np.searchsorted(known, entities), len(known) - 1)
        return np.where(known[row] == entities, row, -1)

    def newest_s(self) -> float:
        """Time of the newest position; NaN where there is none."""
        return float(self.column["place_s"].max()) if len(self) else np.nan

    def _take_in(self, said: dict[str, Column], now_s: float) -> None:
        said = said | {"time_s": np.minimum(said["time_s"], now_s + AHEAD_S)}
        # The last row of an entity is the newest, and among equals the fused one.
        order = np.lexsort((~said["provisional"], said["time_s"], said["entity"]))
        said = {name: values[order] for name, values in said.items()}
        timed = np.isfinite(said["time_s"])
        placed = timed & (np.abs(said["lat_deg"]) <= 90.0) & (np.abs(said["lon_deg"]) <= 180.0)
        self._admit(np.unique(said["entity"][placed]))
        self._update(said, placed, "place_s", (*PLACE, "provisional"))
        moving = timed & np.isfinite(said["sog_mps"]) & np.isfinite(said["cog_deg"])
        self._update(said, moving, "motion_s", MOTION)
        self._update(said, timed & np.isfinite(said["alt_m"]), "height_s", HEIGHT)
        rows = self.rows_of(said["entity"][placed])
        np.add.at(self.column["heard"], rows, 1)
        self.column["changed"][rows] = True

    def _admit(self, entities: Ids) -> None:
        """Rows for those not yet shown."""
        fresh = entities[self.rows_of(entities) < 0]
        if not len(fresh):
            return
        added = {name: np.zeros(len(fresh), dtype) for name, dtype in TYPES.items()}
        added["entity"], added["id"] = fresh, np.arange(self._next, self._next + len(fresh))
        self._next += len(fresh)
        for name in ("place_s", "motion_s", "height_s", "trail_s", "way_s"):
            added[name][:] = -np.inf
        for name in ("alt_m", "sog_mps", "cog_deg"):
            added[name][:] = np.nan
        self.column = {name: np.concatenate([self.column[name], added[name]]) for name in TYPES}
        self.trail = np.concatenate([self.trail, np.zeros((len(fresh), TRAIL_POINTS, 3), np.int64)])
        self._keep(np.argsort(self.column["entity"]))

    def _update(self, said: dict[str, Column], having: Bools, clock: str, names: Sequence[str]) -> None:
        """Write the last row of each entity that has something to say, unless what is known is newer."""
        chosen = np.flatnonzero(having)
        entity = said["entity"][chosen]
        if not len(entity):
            return
        last = chosen[np.append(entity[1:] != entity[:-1], True)]
        row = self.rows_of(said["entity"][last])
        last, row = last[row >= 0], row[row >= 0]
        time_s, known_s = said["time_s"][last], self.column[clock][row]
        fused = self.column["provisional"][row] | ~said["provisional"][last]
        newer = (time_s > known_s) | ((time_s == known_s) & fused)
        last, row = last[newer], row[newer]
        for name in names:
            self.column[name][row] = said[name][last]
        self.column[clock][row] = said["time_s"][last]
        self.column["changed"][row] = True

    def _let_go(self, now_s: float) -> None:
        flies = (domains(self.column["entity"]) != Domain.AIS) | (self.column["source"] == Source.AIS_SAR)
        silence_s = now_s - self.column["place_s"]
        staying = np.flatnonzero(~(silence_s > np.where(flies, GONE_S[1], GONE_S[0])))
        if len(staying) > MOST:
            newest = np.argsort(-self.column["place_s"][staying], kind="stable")[:MOST]
            staying = np.sort(staying[newest])
        if len(staying) < len(self):
            self._keep(staying)

    def _keep(self, rows: Ints) -> None:
        self.column = {name: values[rows] for name, values in self.column.items()}
        self.trail = self.trail[rows]

    def _grow_trails(self) -> None:
        due = self.column["place_s"] - self.column["trail_s"] >= TRAIL_EVERY_S
        self.marked = self.column["changed"] & due
        rows = np.flatnonzero(self.marked)
        tenths = np.rint(self.column["place_s"] * 10.0).astype(np.int64)
        place = np.stack(
            [values[rows] for values in (tenths, self.steps("lat_deg"), self.steps("lon_deg"))], axis=1
        )
        self.trail[rows] = np.concatenate([self.trail[rows, 1:], place[:, None]], axis=1)
        self.column["points"][rows] = np.minimum(self.column["points"][rows] + 1, TRAIL_POINTS)
        self.column["trail_s"][rows] = self.column["place_s"][rows]

    def _note_ways(self, now_s: float) -> None:
        due = self.column["changed"] & (self.column["place_s"] - self.column["way_s"] >= EVERY_S)
        rows = np.flatnonzero(due)
        self.column["way_s"][rows] = self.column["place_s"][rows]
        lat, lon = self.steps("lat_deg")[rows], self.steps("lon_deg")[rows]
        self.ways.note(self.column["id"][rows], self.column["place_s"][rows], lat, lon, now_s)

    def steps(self, name: str) -> Ints:
        """Degrees as whole 1e-5 degrees. Shape: (n,)."""
        whole: Ints = np.rint(self.column[name] * 1e5).astype(np.int64)
        return whole

    def trails(self, epoch: int) -> dict[str, Any]:
        """`counts` (n,), and `time`, `lat`, `lon` of all points: each trail's differences, its first from `epoch`, 0, 0."""
        counts = self.column["points"]
        shown = np.arange(TRAIL_POINTS) >= TRAIL_POINTS - counts[:, None]
        first = np.arange(TRAIL_POINTS) == TRAIL_POINTS - counts[:, None]
        steps = np.diff(self.trail, axis=1, prepend=0)
        steps[first] = self.trail[first] - np.array([10 * epoch, 0, 0])
        flat = steps[shown]
        time, lat, lon = (flat[:, part].copy() for part in range(3))
        return {"counts": counts, "time": time, "lat": lat, "lon": lon}
