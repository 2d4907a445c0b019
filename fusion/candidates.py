"""Which tracks a pattern has to look at at all, each asked of the whole table in one compiled pass.

In: the table, and how long ago something may have been. Out: rows of it, rising. A record is long, and a
column of a hundred of its fields lies far apart in memory: masks made of columns, each for itself, read the
table a dozen times over, and of a few hundred tracks a mask costs more than what is then done with the rows.
`py_func` of each is the plain version.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from feeds.reports import DOMAIN_SHIFT, Domain, Doubt
from fusion.numbers import is_unissued, is_wrong_imo
from fusion.records import Records
from geo.batch import Bools, Ids, Ints

_AIS = int(Domain.AIS)
_ODD = int(Doubt.IDENTITY_MESSAGE)


@numba.njit(cache=True)
def turning(state: Records, now_s: float, turned_s: float, other_s: float) -> Ints:
    """Whose word comes from two places in turn: three times, and lately from both. Shape: (n,) `STATE`."""
    rows, count = np.empty(len(state), np.int64), 0
    for i in range(len(state)):
        s = state[i]
        if s.turns >= 3 and now_s - s.turned_s <= turned_s and now_s - s.other_s <= other_s:
            rows[count] = i
            count += 1
    return rows[:count]


@numba.njit(cache=True)
def misnumbered(
    state: Records, now_s: float, fresh_s: float, least_mps: float, own: Bools, named: Ids, imo: Ints
) -> Ints:
    """Who goes, by his own word, under a number that cannot be right, or names such a one.

    Shapes: state (n,) `STATE`; own (256,) by source; named (k,), rising, and the IMO number of each (k,).
    """
    rows, count = np.empty(len(state), np.int64), 0
    for i in range(len(state)):
        s = state[i]
        if not (now_s - s.fixed_s <= fresh_s and s.own_heard >= 3 and s.on_ground != 1 and own[s.source]):
            continue
        if not math.hypot(s.east_mps, s.north_mps) > least_mps:
            continue
        if is_unissued(s) or (s.doubt & _ODD) != 0:
            rows[count] = i
            count += 1
            continue
        at = np.searchsorted(named, s.entity)
        if at < len(named) and named[at] == s.entity and is_wrong_imo(imo[at]):
            rows[count] = i
            count += 1
    return rows[:count]


@numba.njit(cache=True)
def leapt(state: Records, now_s: float, out_s: float, back_s: float, fresh_s: float) -> Ints:
    """Who leapt, and is out still or came back lately. Shape: (n,) `STATE`."""
    rows, count = np.empty(len(state), np.int64), 0
    for i in range(len(state)):
        s = state[i]
        if now_s - s.leap_s <= out_s and not now_s - s.leap_back_s > back_s and now_s - s.fixed_s <= fresh_s:
            rows[count] = i
            count += 1
    return rows[:count]


@numba.njit(cache=True)
def fixless(state: Records, now_s: float, memory_s: float, spell_s: float) -> tuple[Ints, Bools]:
    """Who lost a sound fix lately, or leapt, and whether it was the fix. Shape: (n,) `STATE` -> (k,) x2."""
    rows, by_fix, count = np.empty(len(state), np.int64), np.empty(len(state), np.bool_), 0
    for i in range(len(state)):
        s = state[i]
        lost = now_s - s.poor_s <= memory_s and s.poor_s - s.poor_since_s >= spell_s
        if lost or now_s - s.leap_s <= memory_s:
            rows[count], by_fix[count] = i, lost
            count += 1
    return rows[:count], by_fix[:count]


@numba.njit(cache=True)
def sound(state: Records, now_s: float, fresh_s: float) -> Ints:
    """Who says of late that its fix is sound. Shape: (n,) `STATE`."""
    rows, count = np.empty(len(state), np.int64), 0
    for i in range(len(state)):
        s = state[i]
        lately = now_s - s.sound_s <= fresh_s and now_s - s.fixed_s <= fresh_s
        if lately and not s.poor_since_s > s.sound_s:
            rows[count] = i
            count += 1
    return rows[:count]


@numba.njit(cache=True)
def aloft(state: Records, now_s: float, fresh_s: float, below_m: float) -> Ints:
    """Aircraft in flight, known to be below a height with half its uncertainty added. Shape: (n,) `STATE`."""
    rows, count = np.empty(len(state), np.int64), 0
    for i in range(len(state)):
        s = state[i]
        if s.entity >> DOMAIN_SHIFT == _AIS or not now_s - s.fixed_s <= fresh_s or s.on_ground == 1:
            continue
        sigma_m = 0.0 if math.isnan(s.alt_sigma_m) else s.alt_sigma_m
        if s.alt_m + 0.5 * sigma_m < below_m:
            rows[count] = i
            count += 1
    return rows[:count]


@numba.njit(cache=True)
def heard_lately(state: Records, now_s: float, fresh_s: float, own: Bools) -> Ints:
    """Who was placed lately by such a source, more than twice, and is not on the ground. Shapes: (n,) `STATE`; (256,)."""
    rows, count = np.empty(len(state), np.int64), 0
    for i in range(len(state)):
        s = state[i]
        if now_s - s.fixed_s <= fresh_s and own[s.source] and s.own_heard >= 3 and s.on_ground != 1:
            rows[count] = i
            count += 1
    return rows[:count]
