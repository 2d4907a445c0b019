"""Pairs of things that are near each other, and how two ways lie to each other.

In: places in degrees. Out: rows of pairs, and metres east and north. Pairs are
found by sorted cells, so that twenty thousand things cost twenty thousand
look-ups and not their square. A place with very many about it yields no
pairs: a marina or a regatta, and a flood of made-up ships, would else fill
the memory. Whether two are paired depends on nothing but those about them,
so that it does not matter who else is in the world.
"""

from __future__ import annotations

import numba
import numpy as np

from feeds.reports import NUMBER_MASK, Source
from fusion.cells import around, grid
from fusion.filter import METRES_PER_DEGREE
from fusion.lookup import among
from fusion.records import Records
from geo.batch import Bools, Floats, Ids, Ints

NORTHERNMOST_DEG = 72.0
"""Cells are as wide as this latitude wants; nothing is paired beyond it, or beyond it in the south."""
_SHIPS = among(Source.AIS_A, Source.AIS_B, Source.AIS_LONG_RANGE, Source.AIS_TABLE)
_AIRCRAFT, _AID, _BEACONS = 111, 99, (970, 974)
_LEAST_SHIP = 10_000_000
"""ITU-R M.585: below it stand coast stations; 111 is aircraft, 99 an aid to navigation, 970 to 974 a beacon."""
_CROWD = 200
"""With so many about nobody asks how many exactly."""


@numba.njit(cache=True)
def ships(state: Records) -> Bools:
    """Which tracks are vessels, by what transmits and by the form of their number. Shape: (n,) `STATE` -> (n,)."""
    out = np.empty(len(state), np.bool_)
    for i in range(len(state)):
        out[i] = is_ship(state[i])
    return out


@numba.njit(cache=True)
def afloat(state: Records, now_s: float, fresh_s: float) -> Ints:
    """Vessels that were placed lately. Shape: (n,) `STATE`."""
    rows, count = np.empty(len(state), np.int64), 0
    for i in range(len(state)):
        if now_s - state[i].fixed_s <= fresh_s and is_ship(state[i]):
            rows[count] = i
            count += 1
    return rows[:count]


@numba.njit(cache=True)
def is_ship(s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """`ships` of one track, for compiled loops."""
    number = np.int64(s.entity & NUMBER_MASK)
    head = number // 1_000_000
    other = head == _AIRCRAFT or head // 10 == _AID or _BEACONS[0] <= head <= _BEACONS[1]
    return _SHIPS[s.source] and number >= _LEAST_SHIP and not other


def offsets_m(lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats) -> tuple[Floats, Floats]:
    """Metres east and north from one place to another nearby. Shapes: any x4, alike -> the same x2."""
    turn = (lon2 - lon1 + 540.0) % 360.0 - 180.0
    east = turn * METRES_PER_DEGREE * np.cos(np.radians(0.5 * (lat1 + lat2)))
    return east, (lat2 - lat1) * METRES_PER_DEGREE


def apart_m(lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats) -> Floats:
    """Metres between places nearby. Shapes: any x4, alike -> the same."""
    east, north = offsets_m(lat1, lon1, lat2, lon2)
    return np.hypot(east, north)


class Cells:
    """Places sorted by cell, to be asked who is near.

    Attributes:
        within_m: how near is asked for; the size of a cell.
    """

    def __init__(self, lat: Floats, lon: Floats, within_m: float) -> None:
        self.within_m = within_m
        self._lat_deg = within_m / METRES_PER_DEGREE
        widest = within_m / (METRES_PER_DEGREE * np.cos(np.radians(NORTHERNMOST_DEG)))
        # Whole columns round the earth, so that the seam at the antimeridian is a seam of cells.
        self._lon_deg = 360.0 / np.floor(360.0 / widest)
        self._lat, self._lon = lat, lon
        cell = self._cells(lat, lon)
        self._order = np.argsort(cell, kind="stable")
        self._sorted = cell[self._order]

    def near(self, lat: Floats, lon: Floats, most: int) -> tuple[Ints, Ints]:
        """Rows of places asked about, and of those held, no further apart than `within_m`.

        A place with more than `most` held in its nine cells has no rows. Shapes: (n,) x2 -> (k,) x2.
        """
        first, count = self._spans(lat, lon)
        count[count.sum(axis=1) > most] = 0
        first, count = first.ravel(), count.ravel()
        asked = np.repeat(np.repeat(np.arange(len(lat)), 9), count)
        start = np.repeat(first - (np.cumsum(count) - count), count)
        held = self._order[start + np.arange(len(start))]
        close = apart_m(lat[asked], lon[asked], self._lat[held], self._lon[held]) <= self.within_m
        return asked[close], held[close]

    def count(self, lat: Floats, lon: Floats, most: int) -> Ints:
        """How many are held within `within_m` of each place; where more than `most` may be, how many may. Shape: (n,)."""
        _, spans = self._spans(lat, lon)
        all_about = spans.sum(axis=1)
        asked, _ = self.near(lat, lon, most)
        return np.where(all_about > most, all_about, np.bincount(asked, minlength=len(lat)))

    def _spans(self, lat: Floats, lon: Floats) -> tuple[Ints, Ints]:
        """Where in the sorted cells those about each place begin, and how many. Shapes: (n,) x2 -> (n, 9) x2."""
        about = around(self._cells(lat, lon), self._lon_deg)
        first = np.searchsorted(self._sorted, about, side="left")
        count = np.searchsorted(self._sorted, about, side="right") - first
        return first, np.where(about < 0, 0, count)

    def _cells(self, lat: Floats, lon: Floats) -> Ints:
        known = np.abs(lat) <= NORTHERNMOST_DEG
        return grid(np.where(known, lat, np.nan), lon, self._lat_deg, self._lon_deg)


def near_pairs(entity: Ids, lat: Floats, lon: Floats, within_m: float, most: int) -> tuple[Ints, Ints]:
    """Rows of every two places no further apart than that, the smaller entity first; neither in a crowd of `most`.

    Pairs come by their entities. Shapes: (n,) x3 -> (k,) x2.
    """
    asked, held = Cells(lat, lon, within_m).near(lat, lon, most)
    # Of a pair one may stand in a crowd and the other beside it: only what each says of the other counts.
    both = np.unique(np.concatenate([asked * len(lat) + held, held * len(lat) + asked]), return_counts=True)
    pair = both[0][both[1] == 2]
    first, second = pair // max(len(lat), 1), pair % max(len(lat), 1)
    rising = entity[first] < entity[second]
    first, second = first[rising], second[rising]
    order = np.lexsort((entity[second], entity[first]))
    return first[order], second[order]


def vessels_about(
    state: Records, lat: Floats, lon: Floats, within_m: float, now_s: float, fresh_s: float
) -> Ints:
    """How many vessels heard lately lie within so many metres of each place. Shapes: (n,) x2 -> (n,)."""
    live = afloat(state, now_s, fresh_s)
    return Cells(state["lat"][live], state["lon"][live], within_m).count(lat, lon, _CROWD)
