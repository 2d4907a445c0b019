"""What a page about coverage is told: cells of the network, cells and sectors of each station, as JSON.

In: counts (`fusion.survey`), what is expected now (`fusion.expectation`), and
who the stations are. Out: JSON values; names of stations are hostile text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fusion.coverage import CELL_LAT_DEG, CELL_LON_DEG, SEA_BAND
from fusion.survey import BANDS, Surveyed, band_m, sectors
from geo.batch import Bools, Floats, Ints
from maps.plain import plain

CELLS_MOST = 150_000
"""Of the network, and of all stations together: about 3 MB each. Those where least was due are left out."""
NAME_MOST = 64


@dataclass(frozen=True)
class Antenna:
    """A station: its number, what it is called (hostile), where it stands (NaN where nobody said), whether it listens."""

    number: int
    name: str
    lat_deg: float
    lon_deg: float
    live: bool


@dataclass(frozen=True)
class Cover:
    """All that was learned of coverage.

    Attributes:
        network: cells of the network. Shape: (n,).
        stations: cells of each station, by its number. Shape: (m,).
        antennas: every station that was heard through or is listed.
        ears: how many stations hear something in each cell of the network. Shape: (n,).
        chance: that the network would receive a class A vessel, or an aircraft, there now. Shape: (n,).
    """

    network: Surveyed
    stations: Surveyed
    antennas: Sequence[Antenna]
    ears: Ints
    chance: Floats


def told(cover: Cover) -> dict[str, Any]:
    """The whole for the page's script; cells are flat rows of row, column, band, heard, due, and of the network two more."""
    whole, kept = _most_due(cover.network), _most_due(cover.stations)
    stations, network = cover.stations.take(kept), cover.network.take(whole)
    percent = np.rint(100.0 * cover.chance[whole]).astype(np.int64)
    floor_m, top_m = band_m(np.arange(BANDS))
    return {
        "cell": {"lat": CELL_LAT_DEG, "lon": CELL_LON_DEG},
        "bands": [
            {"floor": floor, "top": top} for floor, top in zip(floor_m.tolist(), top_m.tolist(), strict=True)
        ],
        "network": _flat(network, cover.ears[whole], percent),
        "stations": [_antenna(each, stations, cover.stations) for each in cover.antennas],
        "left_off": len(cover.network) + len(cover.stations) - len(network) - len(stations),
    }


def _antenna(antenna: Antenna, kept: Surveyed, every: Surveyed) -> dict[str, Any]:
    placed = bool(np.isfinite(antenna.lat_deg) & np.isfinite(antenna.lon_deg))
    own = every.take(every.station == antenna.number)
    sea = own.band == SEA_BAND
    return {
        "name": plain(antenna.name, NAME_MOST) or "unnamed",
        "lat": antenna.lat_deg,
        "lon": antenna.lon_deg,
        "live": antenna.live,
        "cells": _flat(kept.take(kept.station == antenna.number)),
        "sectors": {"sea": _sectors(own, sea, antenna), "air": _sectors(own, ~sea, antenna)}
        if placed
        else None,
    }


def _sectors(cells: Surveyed, mine: Bools, antenna: Antenna) -> dict[str, Any]:
    found = sectors(cells.take(mine), antenna.lat_deg, antenna.lon_deg)
    return {
        "nearly_all": round(found.nearly_all_m),
        "farthest": np.rint(found.farthest_m).astype(np.int64),
        "heard": found.heard.copy(),
        "due": found.due.copy(),
    }


def _flat(cells: Surveyed, *more: Ints) -> Ints:
    """Rows one after another. Shape: (n * columns,)."""
    columns = [cells.row, cells.col, cells.band, cells.heard, cells.due, *more]
    return np.stack(columns, axis=1).astype(np.int64).ravel()


def _most_due(cells: Surveyed) -> Ints:
    """Rows where most was due, as many as a page can hold, in the order given."""
    return np.sort(np.argsort(-cells.due, kind="stable")[:CELLS_MOST])
