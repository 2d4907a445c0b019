"""When a transponder speaks: every transmission of a mover, by sort, from its true motion.

In: a `Mover`. Out: `Schedule`, times in Unix seconds. An interval that changes with
speed and turn is summed up as a phase, so that every time follows from the whole motion at
once; each transmission then takes a moment of its own near its nominal one.

| transponder | sends | every |
|---|---|---|
| class A | position, moored or anchored and not above 3 kn | 180 s |
| | to 14 kn; turning | 10 s; 3 1/3 s |
| | to 23 kn; turning | 6 s; 2 s |
| | above 23 kn | 2 s |
| class B, carrier sense | position, to 2 kn; above | 180 s; 30 s |
| class B, SOTDMA | to 2 kn; 14 kn; 23 kn; above | 180 s; 30 s; 15 s; 5 s |
| SAR aircraft | position | 10 s |
| A and B | name, voyage, size | 360 s |
| ADS-B | position and velocity in the air | 0.5 s |
| | position on the ground, moving; at rest | 0.5 s; 5 s |
| | identification in the air or moving; at rest | 5 s; 10 s |
| | operational status; squawk | 2.5 s; 5 s, in an emergency 0.8 s |
| Mode S | acquisition squitter | 1 s |

Turning is a change of heading that within 30 s would exceed 5 degrees.

Source: ITU-R M.1371-5 annex 1, tables 1 and 2; RTCA DO-260B 2.2.3.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from geo.batch import Batch, Bools, Floats, Ints, column
from geo.sphere import wrapped_deg
from geo.units import KNOT_MPS
from hardware.virtual.chance import Key, uniform
from headland.proving.mover import Mover

MOVING_MPS = 0.5
EMERGENCIES = (7500, 7600, 7700)
_ANCHORED, _MOORED = 1, 5
_TURN_DEG, _TURN_S = 5.0, 30.0
_SPREAD = {True: 0.2, False: 0.4}
"""Of the interval: SOTDMA chooses a slot within a fifth of it (M.1371-5 annex 2), ADS-B between 0.4 and 0.6 s."""


class Sort(IntEnum):
    """What is sent."""

    A_POSITION = 1
    A_VOYAGE = 2
    B_POSITION = 3
    B_NAME = 4
    B_PARTICULARS = 5
    SAR_POSITION = 6
    PLACE = 16
    VELOCITY = 17
    IDENTIFICATION = 18
    OPERATIONAL = 19
    SQUAWK = 20
    ALL_CALL = 21


AIS_SORTS = frozenset(sort for sort in Sort if sort < Sort.PLACE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How much of what the standards ask for is sent.

    Attributes:
        ais_thinning: AIS transponders send one message of so many.
        adsb_thinning: aircraft send one squitter of so many, so that a day stays small; the
            losses to other replies are as if none were left out. 1 is the truth; above 10 pairs of
            positions no longer come within the 10 s in which decoders put them together.
    """

    ais_thinning: float = 1.0
    adsb_thinning: float = 4.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Schedule(Batch):
    """One row a transmission: when, what, and the how-many-th of its sort and mover."""

    time_s: Floats = column("f8", np.nan)
    sort: npt.NDArray[np.uint8] = column("u1", 0)
    ordinal: Ints = column("i8", 0)


def schedule(mover: Mover, key: Key, rates: Rates, *, carrier_sense: bool) -> Schedule:
    """Everything that a mover's transponder sends while it transmits, by time."""
    parts = []
    for sort, interval_s in _intervals(mover, carrier_sense=carrier_sense).items():
        maritime = sort in AIS_SORTS
        thinning = rates.ais_thinning if maritime else rates.adsb_thinning
        rate = np.where(mover.transmitting[:-1], 1.0 / (interval_s * thinning), 0.0)
        times = _crossings(mover.time_s, rate, (key, int(sort)), _SPREAD[maritime])
        n = len(times)
        parts.append(Schedule.of(n, time_s=times, sort=np.full(n, sort, np.uint8), ordinal=np.arange(n)))
    whole = Schedule.concat(parts)
    # A moment drawn late may fall into a silence that has begun.
    whole = whole.take(mover.at(whole.time_s)["transmitting"])
    return whole.take(np.lexsort((whole.sort, whole.time_s)))


def _intervals(mover: Mover, *, carrier_sense: bool) -> dict[Sort, Floats]:
    """Seconds between transmissions of each sort, between each two knots. Shapes: (n - 1,)."""
    always = np.ones(len(mover) - 1)
    match mover.transponder:
        case "A":
            return {Sort.A_POSITION: _class_a_s(mover), Sort.A_VOYAGE: 360.0 * always}
        case "B":
            statics = dict.fromkeys((Sort.B_NAME, Sort.B_PARTICULARS), 360.0 * always)
            return {Sort.B_POSITION: _class_b_s(mover, carrier_sense=carrier_sense)} | statics
        case "SAR":
            return {Sort.SAR_POSITION: 10.0 * always}
        case "ADSB":
            return _adsb_s(mover)
        case _:
            return {}


def _class_a_s(mover: Mover) -> Floats:
    knots = mover.sog_mps[:-1] / KNOT_MPS
    at_rest = np.isin(mover.status[:-1], (_ANCHORED, _MOORED)) & (knots <= 3.0)
    turning = _turn_degps(mover) * _TURN_S > _TURN_DEG
    return np.select(
        [at_rest, knots > 23.0, turning & (knots > 14.0), knots > 14.0, turning],
        [180.0, 2.0, 2.0, 6.0, 10.0 / 3.0],
        10.0,
    )


def _class_b_s(mover: Mover, *, carrier_sense: bool) -> Floats:
    knots = mover.sog_mps[:-1] / KNOT_MPS
    if carrier_sense:
        return np.where(knots > 2.0, 30.0, 180.0)
    return np.select([knots <= 2.0, knots <= 14.0, knots <= 23.0], [180.0, 30.0, 15.0], 5.0)


def _adsb_s(mover: Mover) -> dict[Sort, Floats]:
    on_ground, moving = mover.on_ground[:-1], mover.sog_mps[:-1] > MOVING_MPS
    at_rest: Bools = on_ground & ~moving
    urgent = np.isin(mover.squawk[:-1], EMERGENCIES)
    return {
        Sort.PLACE: np.where(at_rest, 5.0, 0.5),
        Sort.VELOCITY: np.where(on_ground, np.inf, 0.5),
        Sort.IDENTIFICATION: np.where(at_rest, 10.0, 5.0),
        Sort.OPERATIONAL: np.full(len(at_rest), 2.5),
        Sort.SQUAWK: np.where(mover.squawk[:-1] < 0, np.inf, np.where(urgent, 0.8, 5.0)),
        Sort.ALL_CALL: np.ones(len(at_rest)),
    }


def _turn_degps(mover: Mover) -> Floats:
    heading = np.where(np.isnan(mover.heading_deg), mover.cog_deg, mover.heading_deg)
    rate: Floats = np.abs(wrapped_deg(np.diff(heading))) / np.diff(mover.time_s)
    return rate


def _crossings(knots_s: Floats, rate: Floats, keys: tuple[Key, ...], spread: float) -> Floats:
    """Times at which the phase that runs at `rate` between knots passes whole numbers, each moved by chance."""
    phase = np.concatenate([[0.0], np.cumsum(np.diff(knots_s) * rate)])
    wanted = float(uniform(*keys)) + np.arange(int(np.ceil(phase[-1])))
    wanted = wanted[wanted < phase[-1]]
    nominal_s = np.interp(wanted, phase, knots_s)
    own_s = 1.0 / rate[np.clip(np.searchsorted(knots_s, nominal_s, "right") - 1, 0, len(rate) - 1)]
    moved_s = nominal_s + own_s * spread * (uniform(*keys, np.arange(len(wanted), dtype=np.uint64)) - 0.5)
    within: Floats = np.clip(moved_s, knots_s[0], knots_s[-1])
    return within
