"""Which search and rescue aircraft heard by AIS are which aircraft heard by Mode S, at one look.

In: all tracks. Out: pairs that fit, each SAR aircraft with one aircraft at
most and the other way round, and how much better each fits than chance and
than its rivals would. One look proves nothing: two helicopters may hover side
by side. `fusion.links` adds looks up.

Both beliefs are reckoned to one time, and compared in place, velocity and
height by their covariances. A fit is likelier than chance by the density of
what was found under one craft over that of any craft within `link_near_m`.
Pairs are assigned so that the sum of all fits is greatest (global nearest
neighbour; Blackman and Popoli, Design and Analysis of Modern Tracking Systems,
1999, 6.4), island by island; of equal sums the one that pairs low numbers
with low ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from feeds.reports import Domain, Source, domains
from fusion.filter import METRES_PER_DEGREE
from fusion.pairs import Cells, offsets_m
from fusion.parameters import EngineParameters
from fusion.records import Records, picked
from geo.batch import Bools, Floats, Ids, Ints

PLACE_FLOOR_M = 150.0
"""AIS is stamped to the second, and its sender's fix may be as old again: at 120 kn two seconds are 120 m."""
SPEED_FLOOR_MPS = 4.0
HEIGHT_FLOOR_M = 30.0
SPEED_MOST_MPS = 120.0
HEIGHT_SPAN_M = 1500.0
"""Any aircraft nearby: at up to 230 kn in any direction, up to 5,000 ft."""
CROWD = 40
ISLAND_MOST = 200
"""With so many about, or so many that may be each other, nobody is anybody: a flood of made-up craft costs nothing."""
FIT_MOST = 20.0


@dataclass(frozen=True)
class Fits:
    """Pairs of one look, by their numbers. Shapes: (n,).

    Attributes:
        a, b: the SAR aircraft heard by AIS, and the aircraft heard by Mode S.
        weight: log odds that these are one rather than strangers, or one with another.
        heard: every entity that was heard lately enough to be asked about. Shape: (k,), rising.
    """

    a: Ids
    b: Ids
    weight: Floats
    heard: Ids


@dataclass(frozen=True)
class _Belief:
    """Tracks reckoned to one time. Shapes: (n,)."""

    entity: Ids
    lat: Floats
    lon: Floats
    east_mps: Floats
    north_mps: Floats
    var_p: Floats
    cov_pv: Floats
    var_v: Floats
    alt_m: Floats
    alt_var: Floats

    def take(self, rows: Ints) -> _Belief:
        return _Belief(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def fits(state: Records, now_s: float, held: dict[tuple[int, int], float], p: EngineParameters) -> Fits:
    """Pairs that fit best together at one look.

    Args:
        state: all tracks. Shape: (n,) `STATE`.
        now_s: end of the tick.
        held: log odds of pairs known from earlier looks: of two fits that are as good, who was one stays one.
        p: how near and how lately.
    """
    fresh = (now_s - state["state_s"] <= p.link_fresh_s) & np.isfinite(state["fixed_s"])
    vessel = domains(state["entity"]) == Domain.AIS
    rescue = fresh & vessel & (state["source"] == Source.AIS_SAR)
    if not rescue.any():
        nobody = np.zeros(0, np.uint64)
        return Fits(nobody, nobody, np.zeros(0), nobody)
    sar = _reckoned(state, rescue, now_s, p)
    air = _reckoned(state, fresh & ~vessel, now_s, p)
    heard = np.sort(np.concatenate([sar.entity, air.entity]))
    a, b = Cells(air.lat, air.lon, p.link_near_m).near(sar.lat, sar.lon, CROWD)
    fit = log_ratio(sar.take(a), air.take(b), p)
    good = np.flatnonzero(fit > 0.0)
    a, b, fit = a[good], b[good], np.minimum(fit[good], FIT_MOST)
    order = np.lexsort((air.entity[b], sar.entity[a]))
    a, b, fit = a[order], b[order], fit[order]
    before = np.array(
        [held.get(key, 0.0) for key in zip(sar.entity[a].tolist(), air.entity[b].tolist(), strict=True)]
    )
    chosen = assigned(a, b, fit + before)
    weight = (fit - _rivals(a, b, fit))[chosen]
    return Fits(sar.entity[a[chosen]], air.entity[b[chosen]], weight, heard)


def _reckoned(state: Records, wanted: Bools, now_s: float, p: EngineParameters) -> _Belief:
    """The wanted tracks at `now_s`, by their entities."""
    rows = np.flatnonzero(wanted)
    s = picked(state, rows[np.argsort(state["entity"][rows])])
    density = 2.0 * p.aircraft_manoeuvre_s * p.aircraft_acceleration_mps2**2
    dt = np.maximum(now_s - s["state_s"], 0.0)
    lat = s["lat"] + s["north_mps"] * dt / METRES_PER_DEGREE
    narrow = np.maximum(np.cos(np.radians(s["lat"])), 1e-6)
    lon = (s["lon"] + s["east_mps"] * dt / (METRES_PER_DEGREE * narrow) + 540.0) % 360.0 - 180.0
    known = now_s - s["alt_s"] <= p.link_fresh_s
    return _Belief(
        entity=s["entity"],
        lat=lat,
        lon=lon,
        east_mps=s["east_mps"],
        north_mps=s["north_mps"],
        var_p=s["var_p"] + 2.0 * dt * s["cov_pv"] + dt**2 * s["var_v"] + density * dt**3 / 3.0,
        cov_pv=s["cov_pv"] + dt * s["var_v"] + density * dt**2 / 2.0,
        var_v=s["var_v"] + density * dt,
        alt_m=np.where(known, s["alt_m"], np.nan),
        alt_var=s["alt_sigma_m"] ** 2,
    )


def log_ratio(a: _Belief, b: _Belief, p: EngineParameters) -> Floats:
    """How much likelier two beliefs are if of one craft than if of strangers, as a logarithm; no fit beyond the gate is any.

    Shapes: (n,) x2 -> (n,).
    """
    east, north = offsets_m(a.lat, a.lon, b.lat, b.lon)
    var_p = a.var_p + b.var_p + PLACE_FLOOR_M**2
    var_v = a.var_v + b.var_v + SPEED_FLOOR_MPS**2
    cov = a.cov_pv + b.cov_pv
    det = var_p * var_v - cov**2
    off = np.zeros(len(east))
    for place, speed in ((east, b.east_mps - a.east_mps), (north, b.north_mps - a.north_mps)):
        off = off + (var_v * place**2 - 2.0 * cov * place * speed + var_p * speed**2) / det
    chance = math.log(math.pi * p.link_near_m**2) + math.log(math.pi * SPEED_MOST_MPS**2)
    fit = chance - 0.5 * off - np.log((2.0 * math.pi) ** 2 * det)
    var_h = a.alt_var + b.alt_var + HEIGHT_FLOOR_M**2
    up = (b.alt_m - a.alt_m) ** 2 / var_h
    higher = np.log(HEIGHT_SPAN_M) - 0.5 * up - 0.5 * np.log(2.0 * math.pi * var_h)
    fit, off = fit + np.nan_to_num(higher), off + np.nan_to_num(up)
    return np.where(off <= p.link_gate, fit, -np.inf)


def _rivals(a: Ints, b: Ints, fit: Floats) -> Floats:
    """Logarithm of all that else may explain each pair: strangers, and either with another. Shapes: (n,) x3 -> (n,)."""
    if not len(a):
        return fit
    likely = np.exp(fit)
    by_a = np.bincount(a, likely)[a] - likely
    by_b = np.bincount(b, likely)[b] - likely
    return np.asarray(np.log1p(np.maximum(by_a, 0.0) + np.maximum(by_b, 0.0)))


def assigned(a: Ints, b: Ints, gain: Floats) -> Ints:
    """Rows of the pairs that together gain most, nobody in two of them; islands of too many are left out.

    Shapes: (n,) x3 -> (k,), rising.
    """
    if not len(a):
        return np.zeros(0, np.int64)
    wide = int(a.max()) + 1
    size = wide + int(b.max()) + 1
    graph = coo_matrix((np.ones(len(a)), (a, wide + b)), shape=(size, size))
    _, island = connected_components(graph, directed=False)
    chosen = [_of_island(np.flatnonzero(island[a] == each), a, b, gain) for each in np.unique(island[a])]
    return np.sort(np.concatenate(chosen))


def _of_island(rows: Ints, a: Ints, b: Ints, gain: Floats) -> Ints:
    firsts, i = np.unique(a[rows], return_inverse=True)
    seconds, k = np.unique(b[rows], return_inverse=True)
    if len(firsts) + len(seconds) > ISLAND_MOST:
        return rows[:0]
    if len(rows) == 1:
        return rows
    # What is no pair gains nothing, as staying alone does; the tilt settles equal sums, and no others.
    table = np.zeros((len(firsts), len(seconds)))
    row_of = np.full(table.shape, -1)
    table[i, k] = np.round(np.maximum(gain[rows], 0.0), 6) + 1e-6
    row_of[i, k] = rows
    tilt = 1e-13 * np.arange(len(firsts))[:, None] * np.arange(len(seconds))
    picked_rows = row_of[linear_sum_assignment(table + tilt, maximize=True)]
    return picked_rows[picked_rows >= 0]
