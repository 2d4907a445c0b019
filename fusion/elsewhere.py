"""Where else a number has been heard: places that nothing of its kind could have reached from where it is believed.

The filter refuses a position that does not fit, and follows it once three of
them agree. What that may mean is kept here, in a few fields of the track:

* the *other* place: that of reports which do not belong to the place believed
  in. While both go on, `turns` counts how often word came from the one after
  the other, and `overlaps` how often sooner than one transmitter sends.
* the *leap*: when belief moved to a place out of reach, from where, and when
  it came back.
* how well its own fix is, as it says: since when sound, and since when poor.

Only what a craft says of itself, at a time that is known, is weighed. Beyond
reach is farther than `slack + reach * time`: wide enough for stations whose
clocks differ by a minute. Each function works on one record of a compiled loop
(`fusion.ingest`).
"""

from __future__ import annotations

import math

import numba

from feeds.reports import Doubt, Source
from fusion.filter import METRES_PER_DEGREE, offset
from fusion.records import SAMPLES

AIS_FIRST, AIS_LAST = int(Source.AIS_A), int(Source.AIS_TABLE)
AIS_BASE, AIS_ATON = int(Source.AIS_BASE), int(Source.AIS_ATON)
ADSB, ADSB_NT, ADSB_TABLE = int(Source.ADSB), int(Source.ADSB_NT), int(Source.ADSB_TABLE)
UNSURE = int(Doubt.TIME_SKEW | Doubt.TIME_GUESSED | Doubt.POSITION_UNCONFIRMED)
NO_FIX = int(Doubt.POSITION_DEAD_RECKONED | Doubt.POSITION_SENSOR_OFF)
NEAR_DEG = 0.01
"""Less than any slack: nearly every report is this near to where its sender is believed, and asked no further."""
OTHER_S = 600.0
"""The other place is given up when nothing was heard from it for so long."""
ECHO_S = 1800.0
"""So long a station whose word came late is taken to go on so."""
OUT_S = 7200.0
"""Who stays so long where he leapt to is there."""
HOME_S, HOME_HEARD = 60.0, 4
"""A leap is one from a place that was believed in for a minute and more, by so many reports."""
ONE_SENDS = 0.6
"""Of the interval: no transmitter sends again so soon (ITU-R M.1371: slots vary by a fifth of it)."""
GOOD_NIC, POOR_NIC = 7, 4
"""A fix known within 370 m, and one known within no better than two miles (DO-260B table 2-69)."""
GOOD_S, LATELY_S = 60.0, 600.0
"""A fix was sound that was so for a minute, and no longer ago than ten."""


@numba.njit(cache=True)
def reach_m(row, seconds, tuning):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """How far such a craft may have come in some seconds, the errors of places and clocks included."""
    if row.airborne_kind:
        return tuning.aircraft_slack_m + tuning.aircraft_reach_mps * max(seconds, 0.0)
    return tuning.vessel_slack_m + tuning.vessel_reach_mps * max(seconds, 0.0)


@numba.njit(cache=True)
def away_m(s, row, tuning):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """How far a position lies from where its sender is believed, if it could not have come there; else 0."""
    if abs(row.lat - s.lat) < NEAR_DEG and abs(row.lon - s.lon) < NEAR_DEG:
        return 0.0
    if math.isnan(s.fixed_s):
        return 0.0
    east, north = offset(s.lat, s.lon, row.lat, row.lon)
    metres = math.hypot(east, north)
    return metres if metres > reach_m(row, row.time_s - s.fixed_s, tuning) else 0.0


@numba.njit(cache=True)
def own_word(row):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Whether a moving craft says this of itself, at a time that is known."""
    kind = row.source
    vessel = AIS_FIRST <= kind <= AIS_LAST and kind not in (AIS_BASE, AIS_ATON)
    craft = vessel or kind in (ADSB, ADSB_NT, ADSB_TABLE)
    # On the ground a place is told only to the quarter of the earth (DO-260B 2.2.3.2.4), and taxiways are short.
    flying = vessel or row.on_ground != 1
    return craft and flying and (row.doubt & UNSURE) == 0 and not _nowhere(row.lat, row.lon)


@numba.njit(cache=True)
def _nowhere(lat, lon):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """The crossing of equator and first meridian, which a set without a fix may say."""
    return abs(lat) < NEAR_DEG and abs(lon) < NEAR_DEG


@numba.njit(cache=True)
def note_place(s, ring, row, before, away, believed, tuning):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Weigh one position against the place believed in and the other one.

    Args:
        s: the record, after the filter has dealt with the row.
        ring: its history, in which the row is not yet.
        row: the report.
        before: latitude, longitude, velocity east and north, and time of the last fix, before it did.
        away: `away_m` before it did.
        believed: whether the filter went with the row.
        tuning: how far craft may come.
    """
    if not own_word(row):
        if away > 0.0 and believed:
            _forget(s)
        return
    if away == 0.0:
        if believed:
            _at_home(s, row)
    elif believed:
        _moved(s, ring, row, before, away, tuning)
    else:
        _elsewhere(s, ring, row, tuning)


@numba.njit(cache=True)
def note_aside(s, ring, row, tuning):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Weigh a report that belongs to the second track of the number: word from the other place."""
    if own_word(row) and not (math.isnan(row.lat) or math.isnan(row.lon)):
        _elsewhere(s, ring, row, tuning)


@numba.njit(cache=True)
def _forget(s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    s.other_s, s.leap_s, s.leap_back_s = math.nan, math.nan, math.nan
    s.turns, s.overlaps, s.side, s.home_heard = 0, 0, 0, 0


@numba.njit(cache=True)
def _turn(s, row):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Word comes from the other of the two places."""
    s.turns = s.turns + 1
    s.turned_s = row.time_s
    if row.time_s - s.placed_s < ONE_SENDS * s.interval_s:
        s.overlaps = s.overlaps + 1


@numba.njit(cache=True)
def _at_home(s, row):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    if s.side == 1:
        _turn(s, row)
        s.side = 0
    if s.home_heard == 0:
        s.home_since_s = row.time_s
    s.home_heard = min(s.home_heard + 1, 1_000_000)
    s.placed_s, s.home_interval_s = row.time_s, s.interval_s
    if not math.isnan(s.leap_s) and math.isnan(s.leap_back_s):
        s.leap_heard = s.leap_heard + 1


@numba.njit(cache=True)
def _at_other(s, row, tuning):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Whether a position goes on from the other place."""
    seconds = row.time_s - s.other_s
    if not seconds <= OTHER_S:
        return False
    east, north = offset(s.other_lat, s.other_lon, row.lat, row.lon)
    return math.hypot(east, north) <= reach_m(row, seconds, tuning)


@numba.njit(cache=True)
def _from_own_track(s, ring, row):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """How near a position lies to any place where the track has been."""
    nearest, held = math.inf, min(s.samples, SAMPLES)
    for back in range(held):
        at = ring[(s.samples - 1 - back) & (SAMPLES - 1)]
        older = ring[(s.samples - 1 - min(back + 1, held - 1)) & (SAMPLES - 1)]
        east, north = offset(at.lat, at.lon, row.lat, row.lon)
        along_east, along_north = offset(at.lat, at.lon, older.lat, older.lon)
        # A fast craft is kilometres further from one sample to the next: the way between is its track as well.
        length2 = max(along_east * along_east + along_north * along_north, 1.0)
        part = min(max((east * along_east + north * along_north) / length2, 0.0), 1.0)
        nearest = min(nearest, math.hypot(east - part * along_east, north - part * along_north))
    return nearest


@numba.njit(cache=True)
def _echo_m(s, ring, row):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """The same, or nearer if a place lately was: once belief follows the late word, the word on time lies ahead of it."""
    metres = _from_own_track(s, ring, row)
    return min(metres, s.echo_m) if row.time_s - s.turned_s <= ECHO_S else metres


@numba.njit(cache=True)
def _elsewhere(s, ring, row, tuning):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    if _at_other(s, row, tuning):
        s.other_heard = s.other_heard + 1
    else:
        s.other_since_s, s.other_heard = row.time_s, 1
        s.turns, s.overlaps = 0, 0
        s.echo_m = _echo_m(s, ring, row)
    if s.side == 0:
        _turn(s, row)
        s.side = 1
    s.other_s, s.other_lat, s.other_lon = row.time_s, row.lat, row.lon
    s.placed_s = row.time_s


@numba.njit(cache=True)
def _moved(s, ring, row, before, away, tuning):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Belief has gone to a place out of reach: where it was becomes the other place."""
    lat, lon, east_mps, north_mps, fixed_s = before
    if s.home_heard < HOME_HEARD or not fixed_s - s.home_since_s >= HOME_S:
        _forget(s)
        s.home_heard, s.home_since_s, s.placed_s = 1, row.time_s, row.time_s
        return
    near = _at_other(s, row, tuning)
    # Where word comes from now it has come from since the last turn.
    since_s = s.turned_s if near and s.side == 1 else row.time_s
    heard = s.other_heard + 1 if near and s.side == 1 else 1
    if s.side == 0:
        if not near:
            s.turns, s.overlaps = 0, 0
            s.echo_m = _echo_m(s, ring, row)
        _turn(s, row)
    out = math.isnan(s.leap_back_s) and row.time_s - s.leap_s <= OUT_S
    if not out:
        s.leap_s, s.leap_lat, s.leap_lon, s.leap_m = since_s, lat, lon, away
        s.leap_gap_s, s.leap_reach_m = since_s - fixed_s, reach_m(row, since_s - fixed_s, tuning)
        s.leap_east_mps, s.leap_north_mps, s.leap_interval_s = east_mps, north_mps, s.home_interval_s
        s.leap_back_s, s.leap_heard = math.nan, heard
    elif _home_again(s, row, away):
        s.leap_back_s = since_s
    s.other_since_s, s.other_heard = s.home_since_s, 0
    s.home_since_s, s.home_heard = since_s, heard
    s.other_s, s.other_lat, s.other_lon = fixed_s, lat, lon
    s.side, s.placed_s = 0, row.time_s


@numba.njit(cache=True)
def _home_again(s, row, away):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Whether a second leap ends about where the first began, reckoned on: nearer by half than where it comes from."""
    seconds = row.time_s - s.leap_s
    lat = s.leap_lat + s.leap_north_mps * seconds / METRES_PER_DEGREE
    lon = s.leap_lon + s.leap_east_mps * seconds / (METRES_PER_DEGREE * math.cos(math.radians(s.leap_lat)))
    east, north = offset(lat, lon, row.lat, row.lon)
    return math.hypot(east, north) < 0.5 * away


@numba.njit(cache=True)
def note_fix(s, row):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """How good a craft says that its fix is: since when sound, since when poor after it was sound."""
    if not own_word(row):
        return
    if row.airborne_kind:
        good, poor = row.integrity >= GOOD_NIC, 0 <= row.integrity <= POOR_NIC
    else:
        lost = (row.doubt & NO_FIX) != 0
        good, poor = row.integrity == 1 and not lost, row.integrity == 0 or lost
    if good:
        if not (row.time_s - s.sound_s <= LATELY_S and not s.poor_since_s > s.sound_s):
            s.sound_since_s = row.time_s
        s.sound_s = row.time_s
    elif poor:
        going_on = s.poor_since_s > s.sound_s
        was_sound = s.sound_s - s.sound_since_s >= GOOD_S and row.time_s - s.sound_s <= LATELY_S
        if not (going_on or was_sound):
            return
        if not going_on:
            s.poor_since_s = row.time_s
        s.poor_s, s.poor_lat, s.poor_lon = row.time_s, row.lat, row.lon
