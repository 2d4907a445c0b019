"""A board that is far away: what is shown to it goes out as payloads for the web's boards.

In: positions and names, from any thread, and each turn how stations are. Out,
each turn, as topics and payloads: the rows that changed, on one topic; and, as
often as it is asked for, the next slice of the whole picture, retained, so
that whoever comes late has everything at once. An entity's or a station's
slice follows from its number; what was lost on the way is healed when its
slice comes round.

The picture is that of a live page, `maps.live.picture`: of what was said of an
entity within a second, the last is told.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from geo.batch import Bools, Column, Ids, Ints
from geo.stations import station_number
from headland.changes import Head, Kind, Places, names_table, packed, stations_table
from maps.live.picture import Picture, Placed, columns_of

ROOT = "headland/v1/server"
CHANGES = f"{ROOT}/changes"
PICTURE = f"{ROOT}/picture"
SLICES = 16
PARTS = 64
"""Payloads a slice at most: two million bytes of it; beyond that the page misses rows until they change."""
MOST_NAMES = 100_000
MOST_WAITING = 500_000
"""Rows that may wait for a turn; the oldest go, for newer ones follow."""

SAME = (
    "lat_deg",
    "lon_deg",
    "alt_m",
    "sog_mps",
    "cog_deg",
    "entity",
    "source",
    "stations",
    "doubt",
    "provisional",
)
"""Columns that the picture and `Places` have by one name."""


class Telling(NamedTuple):
    """One message to the broker."""

    topic: str
    payload: bytes
    retain: bool


class Outlet:
    """What has been shown, and what of it has been told."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._positions: deque[dict[str, Column]] = deque()
        self._names: dict[int, Mapping[str, str]] = {}
        self._fresh: dict[int, Mapping[str, str]] = {}
        self._picture = Picture()
        self._stations: dict[str, Mapping[str, Any]] = {}
        self._told_slice = 0
        self._parts = [PARTS] * SLICES

    def show_positions(self, rows: Placed, *, provisional: bool) -> None:
        """As a board takes them."""
        columns = columns_of(rows, provisional=provisional)
        with self._lock:
            self._positions.append(columns)
            waiting = sum(len(batch["time_s"]) for batch in self._positions)
            while waiting > MOST_WAITING and len(self._positions) > 1:
                waiting -= len(self._positions.popleft()["time_s"])

    def show_names(self, names: Mapping[int, Mapping[str, str]]) -> None:
        """As a board takes them."""
        with self._lock:
            for entity, said in names.items():
                self._names.pop(entity, None)
                self._names[entity] = self._fresh[entity] = said
            for gone in list(self._names)[: max(0, len(self._names) - MOST_NAMES)]:
                del self._names[gone]

    def begin_anew(self) -> None:
        """Trust nothing about what the broker holds: it may have lost it, or hold what an earlier run told."""
        self._parts = [PARTS] * SLICES

    def turn(
        self, now_s: float, through_s: float, stations: Sequence[Mapping[str, Any]], *, a_slice: bool = True
    ) -> list[Telling]:
        """What is to be told now; to be called when something was shown, and once a second at least.

        Args:
            now_s: the server's clock.
            through_s: up to when everything has been considered; NaN where that is not known.
            stations: what is known of each (`StationsHeard.known`).
            a_slice: whether the next slice of the picture is told too.
        """
        with self._lock:
            positions, self._positions = list(self._positions), deque()
            fresh, self._fresh = self._fresh, {}
        self._picture.advance(positions, now_s)
        head = Head(Kind.PLACES, now_s, through_s if math.isfinite(through_s) else None)
        changed = [row for row in stations if self._stations.get(row["id"]) != row]
        self._stations = {row["id"]: row for row in stations}
        told = [
            Telling(CHANGES, payload, retain=False)
            for payload in self._payloads(self._picture.column["changed"], fresh, changed, head)
        ]
        # The beat of the heart: also when nothing changed.
        told = told or [Telling(CHANGES, next(packed(Places.empty().to_arrow(), head)), retain=False)]
        if a_slice:
            self._told_slice = (self._told_slice + 1) % SLICES
            told += self._slice(self._told_slice, head)
        return told

    def _slice(self, number: int, head: Head) -> Iterator[Telling]:
        """One slice in as many parts as it needs; parts that it no longer needs are taken away."""
        entity = self._picture.column["entity"]
        rows = slice_of(entity) == number
        names = {each: self._names[each] for each in entity[rows].tolist() if each in self._names}
        stations = [row for key, row in self._stations.items() if station_number(key) % SLICES == number]
        parts = 0
        for parts, payload in enumerate(self._payloads(rows, names, stations, head), 1):
            if parts > PARTS:
                break
            yield Telling(_part(number, parts - 1), payload, retain=True)
        for gone in range(parts, self._parts[number]):
            yield Telling(_part(number, gone), b"", retain=True)
        self._parts[number] = min(parts, PARTS)

    def _payloads(
        self,
        rows: Bools,
        names: Mapping[int, Mapping[str, str]],
        stations: Sequence[Mapping[str, Any]],
        head: Head,
    ) -> Iterator[bytes]:
        if rows.any():
            yield from packed(self._places(np.flatnonzero(rows)).to_arrow(), head)
        if names:
            yield from packed(names_table(names), replace(head, kind=Kind.NAMES))
        if stations:
            yield from packed(stations_table(stations), replace(head, kind=Kind.STATIONS))

    def _places(self, rows: Ints) -> Places:
        column = self._picture.column
        return Places(time_s=column["place_s"][rows], **{name: column[name][rows] for name in SAME})


def slice_of(entity: Ids) -> Ids:
    """The slice of each entity: the top of a multiplicative hash, for numbers come in runs. Shape: (n,) -> (n,)."""
    spread: Ids = (entity * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(60)
    return spread


def _part(number: int, part: int) -> str:
    return f"{PICTURE}/{number}" if part == 0 else f"{PICTURE}/{number}/{part}"
