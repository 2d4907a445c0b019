"""What is lost because others speak at the same time.

AIS has 2,250 slots a minute on each of two channels. A transmitter does not take
a slot that it hears another use, so those collide that do not hear each other:
of two in one slot and channel the louder is understood if it is 10 dB above
the other, else neither is. The first slot of a message stands for all of it.

At 1,090 MHz nobody waits. Each transmission given here stands for `FRUIT` other
replies on the air (radars ask every aircraft all the time); a message of 120
microseconds is lost when a reply as loud begins within its length before or after.

A station's losses depend on what it hears in the same slot, or the same
second: emissions must be cut into batches at whole seconds.

Source: ITU-R M.1371-5 annex 2 (slots and their re-use); IEC 61993-2 (co-channel rejection of
10 dB); ICAO Annex 10 volume IV, 3.1.2 (112 bits of a microsecond, preamble of 8).
"""

from __future__ import annotations

import numpy as np

from geo.batch import Bools, Floats, Ids, Ints
from geo.sphere import distance_m
from hardware.frames import Kind
from hardware.virtual.chance import uniform
from hardware.virtual.emissions import Emissions

SLOTS_PER_MINUTE = 2250
CAPTURE_DB = 10.0
HEARS_EACH_OTHER_M = 35_000.0
"""Two class A antennas 18 m above the sea are at each other's horizon."""
MESSAGE_S = 120e-6
FRUIT = 8.0
"""Replies that do harm for each squitter, a choice of this model: an aircraft squitters some six times a second and
answers radars and other aircraft tens of times, of which the weaker half is overcome."""
_OF_FRUIT = 0xF2
_ROUNDING = 1e-3
"""Of a slot: the first instant of one, as a float of this century, may lie a hundredth of that before it."""


def slot_of(time_s: Floats) -> Ints:
    """The number of the AIS slot, counted from 1970. Shape: (n,) -> (n,)."""
    return np.floor(np.asarray(time_s) * (SLOTS_PER_MINUTE / 60.0) + _ROUNDING).astype(np.int64)


def understood(
    emissions: Emissions, level_dbm: Floats, keys: Ids, seed: int, station: int, fruit: float
) -> Bools:
    """Which of the transmissions of one kind that a station could hear others do not drown. Shape: (n,) -> (n,)."""
    if len(emissions) == 0:
        return np.zeros(0, np.bool_)
    if emissions.kind[0] == Kind.NMEA:
        return ~_collided(emissions, level_dbm)
    second = np.floor(emissions.time_s).astype(np.int64)
    _, at, load = np.unique(second, return_inverse=True, return_counts=True)
    chance = np.exp(-2.0 * MESSAGE_S * fruit * (load[at] - 1))
    heard: Bools = uniform(seed, _OF_FRUIT, station, keys) < chance
    return heard


def _collided(emissions: Emissions, level_dbm: Floats) -> Bools:
    """Which are lost to another in their slot and channel that could not know of them. Shape: (n,) -> (n,)."""
    place = slot_of(emissions.time_s) * 2 + emissions.channel
    order = np.lexsort((emissions.emitter, -level_dbm, place))
    slot, emitter = place[order], emissions.emitter[order]
    first = np.flatnonzero(np.r_[True, slot[1:] != slot[:-1]])
    counts = np.diff(np.r_[first, len(order)])
    loudest = np.repeat(first, counts)
    # The next of another emitter: the sentences of one message share a slot.
    rows = np.arange(len(order))
    second = _next_other(rows, emitter, loudest, counts)
    rival = np.where(emitter == emitter[loudest], second, loudest)
    lat, lon, level = emissions.lat_deg[order], emissions.lon_deg[order], level_dbm[order]
    apart_m = distance_m(lat, lon, lat[rival], lon[rival])
    lost = (rival != rows) & (apart_m > HEARS_EACH_OTHER_M) & (level < level[rival] + CAPTURE_DB)
    found = np.zeros(len(order), np.bool_)
    found[order] = lost
    return found


def _next_other(rows: Ints, emitter: Ids, loudest: Ints, counts: Ints) -> Ints:
    """In each slot the loudest row of another emitter than its loudest; the row itself where there is none."""
    foreign = np.where(emitter != emitter[loudest], rows, len(rows))
    starts = np.cumsum(counts) - counts
    least = np.repeat(np.minimum.reduceat(foreign, starts), counts)
    return np.where(least < len(rows), least, rows)
