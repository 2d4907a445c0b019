"""Silences in an archive: when somebody was not heard for longer than so long, whatever order the rows are in.

In: rows of who was heard when and where. Out: `Gaps`, one row a silence between
two positions. Live, the engine remembers the last silence of a track by itself
(`fusion.ingest`); this asks the same of a table that is in no order.

Rows are dealt to their entities, and then each entity's own are put in order of
time where they are not: a sort of the whole table takes several times as long.
Dealing is a recurrence, so the loop is compiled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from geo.batch import Batch, Floats, Ids, Ints, column
from geo.earth import on_earth
from geo.sphere import distance_m

_MIX = np.uint64(0x9E3779B97F4A7C15)
"""2**64 over the golden ratio: spreads numbers that follow each other (Knuth, TAOCP 3, 6.4)."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Gaps(Batch):
    """One row a silence, by entity and time.

    Columns:
        from_s, from_lat, from_lon: the last position before it; to_s, to_lat, to_lon: the first after it. Of
            several positions at one time, the southernmost after a silence and the northernmost before one.
        apart_m: between the two; over the time it lasted, the least speed that was made.
    """

    entity: Ids = column("u8", 0)
    from_s: Floats = column("f8", np.nan)
    to_s: Floats = column("f8", np.nan)
    from_lat: Floats = column("f8", np.nan)
    from_lon: Floats = column("f8", np.nan)
    to_lat: Floats = column("f8", np.nan)
    to_lon: Floats = column("f8", np.nan)
    apart_m: Floats = column("f8", np.nan)


def gaps(entity: Ids, time_s: Floats, lat: Floats, lon: Floats, longer_s: float) -> Gaps:
    """Every silence of more than `longer_s`; rows without a time or a place say nothing. Shapes: (n,) x4 -> (m,)."""
    heard = np.isfinite(time_s) & on_earth(lat, lon)
    if not heard.all():
        entity, time_s, lat, lon = entity[heard], time_s[heard], lat[heard], lon[heard]
    before, after = silences(entity, time_s, lat, lon, longer_s)
    order = np.lexsort((time_s[before], entity[before]))
    before, after = before[order], after[order]
    return Gaps(
        entity=entity[before],
        from_s=time_s[before],
        to_s=time_s[after],
        from_lat=lat[before],
        from_lon=lon[before],
        to_lat=lat[after],
        to_lon=lon[after],
        apart_m=distance_m(lat[before], lon[before], lat[after], lon[after]),
    )


@numba.njit(cache=True)
def silences(entity: Ids, time_s: Floats, lat: Floats, lon: Floats, longer_s: float) -> tuple[Ints, Ints]:
    """The rows before and after each silence, in no order. Shapes: (n,) x4 -> (m,) x2."""
    rows, first = _dealt(entity)
    found = 0
    for k in range(len(first) - 1):
        mine = rows[first[k] : first[k + 1]]
        for i in range(1, len(mine)):
            if time_s[mine[i]] < time_s[mine[i - 1]]:
                mine[:] = mine[np.argsort(time_s[mine], kind="mergesort")]
                break
        for i in range(1, len(mine)):
            found += time_s[mine[i]] - time_s[mine[i - 1]] > longer_s
    before, after = np.empty(found, np.int64), np.empty(found, np.int64)
    found = 0
    for k in range(len(first) - 1):
        mine = rows[first[k] : first[k + 1]]
        for i in range(1, len(mine)):
            if time_s[mine[i]] - time_s[mine[i - 1]] > longer_s:
                before[found] = _outermost(mine[:i][::-1], time_s, lat, lon, 1.0)
                after[found] = _outermost(mine[i:], time_s, lat, lon, -1.0)
                found += 1
    return before, after


@numba.njit(cache=True)
def _outermost(rows, time_s, lat, lon, way):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Of the rows at the time of the first, the northernmost (`way` 1) or southernmost; of these the like in longitude."""
    best = rows[0]
    for row in rows[1:]:
        if time_s[row] != time_s[best]:
            break
        if (way * lat[row], way * lon[row]) > (way * lat[best], way * lon[best]):
            best = row
    return best


@numba.njit(cache=True)
def _dealt(entity: Ids) -> tuple[Ints, Ints]:
    """Rows by entity, as they came within each, and where each entity's begin. Shape: (n,) -> (n,), (entities + 1,)."""
    seat, seats = _seated(entity)
    first = np.zeros(seats + 1, np.int64)
    for row in range(len(entity)):
        first[seat[row] + 1] += 1
    first = np.cumsum(first)
    to, rows = first.copy(), np.empty(len(entity), np.int64)
    for row in range(len(entity)):
        rows[to[seat[row]]] = row
        to[seat[row]] += 1
    return rows, first


@numba.njit(cache=True)
def _seated(entity: Ids) -> tuple[npt.NDArray[np.int32], int]:
    """A number from 0 for each entity, in the order of their first rows, and how many there are. Shape: (n,) -> (n,)."""
    seat, seats, bits = np.empty(len(entity), np.int32), 0, 10
    table, whose = np.full(1 << bits, -1, np.int32), np.empty(1 << (bits - 1), np.uint64)
    for row in range(len(entity)):
        at = _place(table, whose, entity[row], bits)
        if table[at] < 0:
            table[at], whose[seats] = seats, entity[row]
            seats += 1
        seat[row] = table[at]
        if seats == len(whose):
            # Half full: twice as large, and everybody placed anew.
            bits += 1
            table, whose = np.full(1 << bits, -1, np.int32), np.append(whose, whose)
            for each in range(seats):
                table[_place(table, whose, whose[each], bits)] = each
    return seat, seats


@numba.njit(cache=True)
def _place(table, whose, entity, bits):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Where in the table an entity is, or would be."""
    at = np.int64((entity * _MIX) >> np.uint64(64 - bits))
    while table[at] >= 0 and whose[table[at]] != entity:
        at = (at + 1) & (len(table) - 1)
    return at
