"""`hear`: who heard what, when by its own clock, and how loudly.

In: `Emissions` and `Antenna`s. Out: `Heard`, one row a transmission and
station, in order of true time; `frames_of` makes the `Frames` of it. The same
seed gives the same rows however the emissions are cut, at whole seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.batch import Batch, Bools, Floats, Ints, column
from geo.sphere import distance_m
from hardware.frames import Frames
from hardware.virtual import paths
from hardware.virtual.antennas import AIS, FULL_SCALE_DBM, KINDS, Antenna
from hardware.virtual.chance import normal, uniform
from hardware.virtual.crowding import FRUIT, understood
from hardware.virtual.emissions import Emissions, keys_of
from hardware.virtual.shadows import shadow_db

FADING_DB = 2.5
"""Spread of one message's level about the mean: a steady ray with weak echoes (Rice, K = 10 dB)."""
REACH_BEYOND_M = 80_000.0
"""So far past the horizon even the loudest transmitter is some tens of decibels too weak."""
SIGNAL_STEP_DB = 0.1
_OF_FADING, _OF_QUALITY = 0xFAD, 0x9A1


@dataclass(frozen=True, eq=False, kw_only=True)
class Heard(Batch):
    """One row a transmission understood by a station.

    Columns:
        row: of the emission.
        station: number of the station.
        true_s: when it was heard, by nobody's clock.
        time_s: the same by the station's clock.
        signal_dbfs: as a receiver tells it.
    """

    row: Ints = column("i8", -1)
    station: npt.NDArray[np.uint32] = column("u4", 0)
    true_s: Floats = column("f8", np.nan)
    time_s: Floats = column("f8", np.nan)
    signal_dbfs: Floats = column("f8", np.nan)


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """What holds for all antennas.

    Attributes:
        seed: of all chance.
        epoch_s: when the clocks began to drift.
        hills: whether the ground may stand in the way; costs about half of the speed.
        fruit: other replies on the air for each transmission at 1,090 MHz; more where scenarios leave some out.
    """

    seed: int
    epoch_s: float = 0.0
    hills: bool = False
    fruit: float = FRUIT


def hear(emissions: Emissions, antennas: Sequence[Antenna], air: Air) -> Heard:
    """What the antennas hear of the emissions, in order of true time, then station."""
    parts = [_heard_by(antenna, emissions, air) for antenna in antennas]
    heard = Heard.concat(parts)
    return heard.take(np.lexsort((heard.row, heard.station, heard.true_s)))


def frames_of(emissions: Emissions, heard: Heard) -> Frames:
    """What was heard as `Frames`, row by row; times are those of the stations' clocks. Shape: (n,) -> (n,)."""
    return Frames.of(
        len(heard),
        time_s=heard.time_s,
        station=heard.station,
        kind=emissions.kind[heard.row],
        signal_dbfs=heard.signal_dbfs,
        payload=emissions.payload.take(heard.row),
    )


def _heard_by(antenna: Antenna, emissions: Emissions, air: Air) -> Heard:
    rows, away_m = _within_reach(antenna, emissions)
    near = emissions.take(rows)
    keys = keys_of(near)
    level_dbm = _levels(antenna, near, away_m, air)
    level_dbm += FADING_DB * normal(air.seed, _OF_FADING, antenna.number, keys)
    loud = np.flatnonzero(level_dbm > antenna.threshold_dbm)
    near, keys, level_dbm, away_m = near.take(loud), keys[loud], level_dbm[loud], away_m[loud]
    clear = understood(near, level_dbm, keys, air.seed, antenna.number, air.fruit)
    kept = clear & antenna.awake(near.time_s)
    if antenna.quality < 1.0:
        kept &= uniform(air.seed, _OF_QUALITY, antenna.number, keys) < antenna.quality
    at = np.flatnonzero(kept)
    true_s = near.time_s[at] + away_m[at] / paths.SPEED_OF_LIGHT_MPS
    signal = np.minimum(level_dbm[at] - FULL_SCALE_DBM[antenna.kind], 0.0)
    return Heard(
        row=rows[loud][at],
        station=np.full(len(at), antenna.number, np.uint32),
        true_s=true_s,
        time_s=antenna.told_s(true_s, keys[at], air.seed, air.epoch_s),
        signal_dbfs=np.round(signal / SIGNAL_STEP_DB) * SIGNAL_STEP_DB,
    )


def _within_reach(antenna: Antenna, emissions: Emissions) -> tuple[Ints, Floats]:
    """Rows of the antenna's kind that are not hopelessly far, and how far they are."""
    rows = np.flatnonzero(emissions.kind == KINDS[antenna.kind])
    reach_m = (
        paths.horizon_m(emissions.alt_m[rows])
        + paths.horizon_m(np.array([antenna.antenna_m]))
        + REACH_BEYOND_M
    )
    # A strip of latitude drops most of the rows for a fraction of the price of a distance.
    strip = np.abs(emissions.lat_deg[rows] - antenna.lat_deg) * 110_500.0 < reach_m
    rows, reach_m = rows[strip], reach_m[strip]
    away_m = distance_m(
        emissions.lat_deg[rows], emissions.lon_deg[rows], _one(antenna.lat_deg), _one(antenna.lon_deg)
    )
    close: Bools = away_m < reach_m
    return rows[close], away_m[close]


def _levels(antenna: Antenna, near: Emissions, away_m: Floats, air: Air) -> Floats:
    """Power at the receiver before fading. Shape: (n,) -> (n,)."""
    vhf = antenna.kind == AIS
    hz = paths.AIS_HZ if vhf else paths.MODE_S_HZ
    reach_m = paths.horizon_m(near.alt_m) + paths.horizon_m(_one(antenna.antenna_m))
    slant_m = np.hypot(away_m, near.alt_m - antenna.antenna_m)
    loss_db = paths.free_space_db(slant_m, hz)
    if vhf:
        loss_db = np.maximum(loss_db, paths.plane_earth_db(away_m, near.alt_m, antenna.antenna_m))
    loss_db += paths.beyond_db(away_m, reach_m, hz)
    loss_db += shadow_db(antenna, air.seed, near.lat_deg, near.lon_deg, near.alt_m, away_m)
    if air.hills:
        place = (antenna.lat_deg, antenna.lon_deg, antenna.antenna_m)
        loss_db += paths.hill_db(near.lat_deg, near.lon_deg, near.alt_m, place, away_m, hz)
    return near.power_dbm + antenna.gain_db - loss_db


def _one(value: float) -> Floats:
    return np.array([value])
