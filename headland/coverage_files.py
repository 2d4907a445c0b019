"""`coverage.html` and `coverage.geojson`: what an engine has learned of who can be heard where.

In: an engine between two steps, the places of stations, their names. Out: a
page (`maps.cover_page`), and a GeoJSON FeatureCollection (RFC 7946) with one
polygon a cell and band of height, its properties `band`, `floor_m`, `top_m`
(null at sea, `top_m` null without a top), `heard`, `due`, `share`, `chance`
(that the network would receive a report sent there now: by a class A vessel,
or by an aircraft in the middle of the band) and `stations`: `id`, `heard` and
`due` of each station that counted there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from alerts.features import canonical_json
from feeds.reports import Source
from fusion import survey
from fusion.coverage import CELL_LAT_DEG, CELL_LON_DEG, SEA_BAND
from fusion.engine import Engine
from fusion.expectation import Expectation, Sent, expected
from fusion.horizon import Horizon
from fusion.parameters import EngineParameters
from fusion.survey import Surveyed
from geo.batch import Ints
from geo.stations import StationNames, Stations
from headland.outputs import whole
from maps.cover import Antenna, Cover
from maps.cover_page import write_cover

ASKED_AT_ONCE = 4096
"""Cells whose chance is asked for at once: with a thousand stations some hundred megabytes."""


def write_coverage(
    out: Path,
    engine: Engine,
    parameters: EngineParameters,
    stations: Stations | None,
    names: StationNames,
    title: str,
    credits: Sequence[str],  # noqa: A002  the word for it
) -> None:
    """Write both files into `out`.

    Args:
        out: a folder.
        engine: between two steps; what it has noted and not counted yet is counted now.
        parameters: by which horizons are believed.
        stations: whose places are listed; None where there is no list.
        names: of stations, hostile.
        title: of the page.
        credits: owed to the sources of what is shown.

    Raises:
        OSError: a file cannot be written.
    """
    cover = cover_of(engine, parameters, stations, names)
    with whole(out / "coverage.geojson") as part, part.open("wb") as file:
        file.write(b'{"type":"FeatureCollection","features":[')
        for number, feature in enumerate(features(cover, names)):
            file.write((b",\n" if number else b"\n") + canonical_json(feature).strip())
        file.write(b"\n]}\n")
    with whole(out / "coverage.html") as part:
        write_cover(part, cover, title, credits)


def cover_of(
    engine: Engine, parameters: EngineParameters, stations: Stations | None, names: StationNames
) -> Cover:
    """What the engine has learned, with what is expected now: when it last heard anything."""
    context = engine.context
    now_s = context.ears.last_any_s()
    if np.isfinite(now_s):
        context.settle(engine.table, now_s)
    network, by_station = survey.network(context.coverage), survey.by_station(context.coverage)
    horizon = None if stations is None else Horizon(stations, parameters)
    parts = [
        expected(context.coverage, horizon, context.ears, _sent(network.take(rows)), now_s)
        for rows in np.split(np.arange(len(network)), range(ASKED_AT_ONCE, len(network), ASKED_AT_ONCE))
    ]
    return Cover(
        network=network,
        stations=by_station,
        antennas=_antennas(parts[0], stations, names),
        ears=_ears(network, by_station),
        chance=np.concatenate([part.network for part in parts]),
    )


def features(cover: Cover, names: StationNames) -> Iterator[dict[str, Any]]:
    """A feature a cell of the network, in the order of bands, rows and columns."""
    n, s = cover.network, cover.stations
    order = np.argsort(_key(s), kind="stable")
    starts, ends = (np.searchsorted(_key(s)[order], _key(n), side=side) for side in ("left", "right"))
    floor_m, top_m = survey.band_m(n.band)
    for i in range(len(n)):
        mine = s.take(order[starts[i] : ends[i]])
        own = zip(mine.station.tolist(), mine.heard.tolist(), mine.due.tolist(), strict=True)
        heard, due = int(n.heard[i]), int(n.due[i])
        yield {
            "type": "Feature",
            "geometry": _square(float(n.lat_deg[i]), float(n.lon_deg[i])),
            "properties": {
                "band": int(n.band[i]),
                "floor_m": _number(floor_m[i]),
                "top_m": _number(top_m[i]),
                "heard": heard,
                "due": due,
                "share": round(heard / due, 4),
                "chance": round(float(cover.chance[i]), 4),
                "stations": [
                    {"id": names.name(number), "heard": own_heard, "due": own_due}
                    for number, own_heard, own_due in own
                ],
            },
        }


def _sent(cells: Surveyed) -> Sent:
    """A report from the middle of each cell: of a class A vessel, or of an aircraft. Shape: (n,)."""
    source = np.where(cells.band == SEA_BAND, Source.AIS_A, Source.ADSB).astype(np.uint8)
    return Sent(source, cells.lat_deg, cells.lon_deg, survey.middle_m(cells.band))


def _antennas(told: Expectation, stations: Stations | None, names: StationNames) -> list[Antenna]:
    places: dict[int, tuple[float, float]] = {}
    if stations is not None:
        sites = zip(stations.lat_deg.tolist(), stations.lon_deg.tolist(), strict=True)
        places = dict(zip(stations.number.tolist(), sites, strict=True))
    known = [
        Antenna(number, names.name(number), *places.get(number, (np.nan, np.nan)), live)
        for number, live in zip(told.number.tolist(), told.live.tolist(), strict=True)
    ]
    return sorted(known, key=lambda each: (each.name, each.number))


def _ears(network: Surveyed, by_station: Surveyed) -> Ints:
    """How many stations hear something in each cell of the network. Shape: (n,)."""
    heard = np.sort(_key(by_station)[by_station.heard > 0])
    asked = _key(network)
    return np.searchsorted(heard, asked, side="right") - np.searchsorted(heard, asked, side="left")


def _key(cells: Surveyed) -> Ints:
    """One number a cell and band, in the order of bands, rows, columns. Shape: (n,)."""
    return np.asarray((cells.band << 40) + (cells.row << 20) + cells.col)


def _square(lat: float, lon: float) -> dict[str, Any]:
    """The cell about its middle; corners to the hundredth of a degree that the grid has, anticlockwise."""
    west, east = round(lon - CELL_LON_DEG / 2, 2), round(lon + CELL_LON_DEG / 2, 2)
    south, north = round(lat - CELL_LAT_DEG / 2, 2), round(lat + CELL_LAT_DEG / 2, 2)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _number(value: float) -> float | None:
    """JSON has no infinity and no NaN."""
    return float(value) if np.isfinite(value) else None
