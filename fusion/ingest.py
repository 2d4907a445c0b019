"""Reports into belief: every row of a tick, in order, into the record of its track.

Each entity's rows are a recurrence, so the loop is compiled; `ingest.py_func`
is the plain version it is tested against. What a report adds beside place
and velocity (height, ground, silence, habit, history) is one small function
each.
"""

from __future__ import annotations

import math

import numba
import numpy as np

from feeds.reports import Doubt, Source
from fusion.elsewhere import away_m, note_aside, note_fix, note_place
from fusion.filter import correct_place, correct_velocity, offset, predict, start
from fusion.parameters import EngineParameters
from fusion.records import SAMPLES, STATIONS_KEPT, TUNING, Records
from geo.batch import Ints

CLOCK_NOISE_AIS_S = 1.0
CLOCK_NOISE_ADSB_S = 0.05
"""A stamp that is late by a second puts a ship a second behind: noise grows with speed."""
REFUSED_SPEED_MPS = 350.0
REFUSED_SLACK_M = 1000.0
"""Two refused positions agree when no faster than sound would be needed between them."""
DIFFERENCE_FRESH_S = 300.0
"""A height difference said so long ago still corrects: QNH moves 1 hPa an hour, that is 9 m."""
HABIT_DUE = 200
"""Own habit is halved when so many reports were due, so that it follows the last half hour."""
STOPPED_MPS = 0.5
"""A knot: below it a hull is moored, anchored or adrift, not under way."""
JUMP = np.uint32(int(Doubt.POSITION_JUMP))
ADSB_FIRST = int(Source.ADSB)


def tuned(p: EngineParameters) -> Records:
    """What `ingest` needs of the parameters. Shape: (1,) `TUNING`."""
    tuning = np.zeros(1, TUNING)
    # Spectral density of white acceleration that does as much as one of this size and length (both signs).
    tuning["vessel_density"] = 2.0 * p.vessel_manoeuvre_s * p.vessel_acceleration_mps2**2
    tuning["aircraft_density"] = 2.0 * p.aircraft_manoeuvre_s * p.aircraft_acceleration_mps2**2
    for name in (
        "gate",
        "reseed_count",
        "coast_s",
        "gap_s",
        "vessel_sample_s",
        "aircraft_sample_s",
        "presence_s",
        "vessel_reach_mps",
        "aircraft_reach_mps",
        "vessel_slack_m",
        "aircraft_slack_m",
    ):
        tuning[name] = getattr(p, name)
    return tuning


@numba.njit(cache=True)
def _place(s, row, tuning, density):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Position into belief; True where it was believed."""
    clock_s = CLOCK_NOISE_ADSB_S if row.source >= ADSB_FIRST else CLOCK_NOISE_AIS_S
    speed = 0.0 if math.isnan(row.sog_mps) else row.sog_mps
    noise_var = row.noise_m * row.noise_m + (speed * clock_s) ** 2
    if math.isnan(s.fixed_s) or row.time_s - s.fixed_s > tuning.coast_s:
        start(s, row, noise_var)
        return True
    predict(s, row.time_s, density)
    if correct_place(s, row, noise_var, tuning.gate):
        s.refused = 0
        return True
    east, north = offset(s.refused_lat, s.refused_lon, row.lat, row.lon)
    reach_m = REFUSED_SLACK_M + REFUSED_SPEED_MPS * (row.time_s - s.refused_s)
    agrees = s.refused > 0 and math.hypot(east, north) <= reach_m
    s.refused = s.refused + 1 if agrees else 1
    s.refused_s, s.refused_lat, s.refused_lon = row.time_s, row.lat, row.lon
    if s.refused >= tuning.reseed_count:
        if s.samples <= 1:
            # Nothing but its first position was ever believed, and that was wrong: it did not come from there.
            s.first_lat, s.first_lon, s.first_alt_m = np.nan, np.nan, np.nan
            s.samples, s.sample_s = 0, np.nan
        start(s, row, noise_var)
        return True
    return False


@numba.njit(cache=True)
def _height(s, row):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Height above mean sea level: geometric less geoid, or barometric corrected as well as can be."""
    if not math.isnan(row.geoid_m):
        s.geoid_m = row.geoid_m
    if not math.isnan(row.alt_diff_m):
        s.alt_diff_m, s.alt_diff_s = row.alt_diff_m, row.time_s
    if math.isnan(row.alt_m):
        return
    s.alt_s = row.time_s
    fresh = row.time_s - s.alt_diff_s <= DIFFERENCE_FRESH_S
    if row.alt_geometric and not math.isnan(s.geoid_m):
        s.alt_m, s.alt_sigma_m = row.alt_m - s.geoid_m, 15.0
    elif not row.alt_geometric and fresh and not math.isnan(s.geoid_m):
        s.alt_m, s.alt_sigma_m = row.alt_m + s.alt_diff_m - s.geoid_m, 20.0
    elif not row.alt_geometric and not math.isnan(row.qnh_m):
        s.alt_m, s.alt_sigma_m = row.alt_m + row.qnh_m, 40.0
    else:
        s.alt_m, s.alt_sigma_m = row.alt_m, 200.0


@numba.njit(cache=True)
def _ground(s, row):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """A landing is flight (three reports of it) and then the ground."""
    if row.on_ground == 1:
        if s.airborne >= 3:
            s.landed_s = row.time_s
            s.landed_lat = s.lat if math.isnan(row.lat) else row.lat
            s.landed_lon = s.lon if math.isnan(row.lon) else row.lon
        s.airborne = 0
    elif row.on_ground == 0 and s.airborne < 1_000_000:
        s.airborne = s.airborne + 1
    if row.on_ground >= 0:
        s.on_ground = row.on_ground


@numba.njit(cache=True)
def _gap(s, row, gap_s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Remember how it was before a silence, and where it was found after."""
    if row.time_s - s.heard_s >= gap_s and not math.isnan(s.fixed_s):
        s.lost_s, s.lost_lat, s.lost_lon = s.heard_s, s.lat, s.lon
        s.lost_alt_m, s.lost_climb_mps = s.alt_m, s.climb_mps
        s.lost_sog_mps = math.hypot(s.east_mps, s.north_mps)
        s.found_s, s.found_lat, s.found_lon = row.time_s, np.nan, np.nan
    if math.isnan(s.found_lat) and not math.isnan(s.found_s) and not math.isnan(row.lat):
        s.found_lat, s.found_lon = row.lat, row.lon


@numba.njit(cache=True)
def _stations(s, row, heard_by):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Keep the stations that heard it last; returns which of those kept heard this row, as bits."""
    heard = 0
    for i in range(row.station_from, row.station_to):
        place = -1
        for k in range(STATIONS_KEPT):
            if s.station[k] == heard_by[i] and not math.isnan(s.station_s[k]):
                place = k
                break
        if place < 0:
            place = 0
            for k in range(STATIONS_KEPT):
                if math.isnan(s.station_s[k]):
                    place = k
                    break
                if s.station_s[k] < s.station_s[place]:
                    place = k
        s.station[place] = heard_by[i]
        s.station_s[place] = row.time_s
        heard |= 1 << place
    return heard


@numba.njit(cache=True)
def _habit(s, row, since_s, presence_s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Count the report as heard, and those due since the one before; returns how many were due."""
    if math.isnan(row.interval_s):
        # A table may have been thinned: its own typical interval stands in, a running median.
        if math.isnan(s.interval_s):
            s.interval_s = 10.0 if math.isnan(since_s) else max(1.0, since_s)
        elif since_s > 0.0:
            s.interval_s = s.interval_s * (1.05 if since_s > s.interval_s else 0.95)
    else:
        s.interval_s = row.interval_s
    if math.isnan(since_s) or since_s > presence_s:
        return 0
    due = max(1, math.floor(since_s / s.interval_s + 0.5))
    s.own_heard = s.own_heard + 1
    s.own_due = s.own_due + due
    if s.own_due > HABIT_DUE:
        s.own_heard, s.own_due = (s.own_heard + 1) // 2, (s.own_due + 1) // 2
    return due


@numba.njit(cache=True)
def _sample(s, history, row, tuning):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    spacing_s = tuning.aircraft_sample_s if row.airborne_kind else tuning.vessel_sample_s
    if not math.isnan(s.sample_s) and row.time_s - s.sample_s < spacing_s:
        return
    at = history[row.slot, s.samples & (SAMPLES - 1)]
    at.time_s, at.lat, at.lon = row.time_s, s.lat, s.lon
    at.alt_m, at.sog_mps = s.alt_m, math.hypot(s.east_mps, s.north_mps)
    at.cog_deg = math.degrees(math.atan2(s.east_mps, s.north_mps)) % 360.0
    s.samples = s.samples + 1
    s.sample_s = row.time_s


@numba.njit(cache=True)
def _slowness(s, row):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    if math.hypot(s.east_mps, s.north_mps) >= STOPPED_MPS:
        s.slow_since_s = np.nan
    elif math.isnan(s.slow_since_s):
        s.slow_since_s = row.time_s


@numba.njit(cache=True)
def _tell(fix, s, row, believed):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    fix.lat, fix.lon = (s.lat, s.lon) if believed else (row.lat, row.lon)
    fix.doubt = np.uint32(0) if believed else JUMP
    fix.alt_m, fix.climb_mps, fix.on_ground = s.alt_m, s.climb_mps, s.on_ground
    fix.sog_mps = math.hypot(s.east_mps, s.north_mps)
    fix.cog_deg = math.degrees(math.atan2(s.east_mps, s.north_mps)) % 360.0
    fix.sigma_m, fix.sigma_mps, fix.cov_pv = math.sqrt(s.var_p), math.sqrt(s.var_v), s.cov_pv


@numba.njit(cache=True)
def _move(s, row, density):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """A velocity into belief, where there is one and something to believe."""
    moving = not (math.isnan(row.sog_mps) or math.isnan(row.cog_deg))
    if moving and not math.isnan(s.state_s):
        predict(s, row.time_s, density)
        correct_velocity(s, row.sog_mps, row.cog_deg)


@numba.njit(cache=True)
def _said(s, row):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Keep what was last said, as it was said."""
    if not math.isnan(row.sog_mps):
        s.sog_mps = row.sog_mps
    if not math.isnan(row.cog_deg):
        s.cog_deg = row.cog_deg
    if not math.isnan(row.climb_mps):
        s.climb_mps = row.climb_mps
    s.doubt = row.doubt
    if row.status >= 0:
        s.status = row.status
    if row.squawk >= 0:
        s.squawk = row.squawk


@numba.njit(cache=True)
def _believe(s, history, row, tuning):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """A believed position into memory."""
    if math.isnan(s.first_lat):
        s.first_lat, s.first_lon = row.lat, row.lon
    if math.isnan(s.first_alt_m):
        s.first_alt_m = s.alt_m
    s.fixed_s = row.time_s
    _sample(s, history, row, tuning)
    _slowness(s, row)


@numba.njit(cache=True)
def ingest(
    state: Records, history: Records, rows: Records, heard_by: Ints, tuning: Records, fixes: Records
) -> None:
    """Take the rows of a tick into the state of their tracks, and tell a fix for each position.

    Shapes: state (capacity,) `STATE`; history (capacity, SAMPLES) `SAMPLE`; rows (n,) `ROW`, by
    slot and time; heard_by (m,) station numbers that `station_from:station_to` points into; tuning
    (1,) `TUNING`; fixes (n,) `FIX`, written here (rows without a position, or of a second track,
    are left as they are).
    """
    t = tuning[0]
    for i in range(len(rows)):
        row, s, fix = rows[i], state[rows[i].slot], fixes[i]
        if row.aside:
            note_aside(s, history[row.slot], row, t)
            continue
        density = t.aircraft_density if row.airborne_kind else t.vessel_density
        _gap(s, row, t.gap_s)
        s.heard_s, s.source = row.time_s, row.source
        fix.heard = _stations(s, row, heard_by)
        placed = not (math.isnan(row.lat) or math.isnan(row.lon))
        believed = False
        if placed:
            fix.since_s = row.time_s - s.fixed_s
            fix.due = _habit(s, row, fix.since_s, t.presence_s)
            before = (s.lat, s.lon, s.east_mps, s.north_mps, s.fixed_s)
            away = away_m(s, row, t)
            believed = _place(s, row, t, density)
            note_place(s, history[row.slot], row, before, away, believed, t)
            note_fix(s, row)
        if believed or not placed:
            _move(s, row, density)
        _said(s, row)
        _height(s, row)
        _ground(s, row)
        if believed:
            _believe(s, history, row, t)
        if placed:
            _tell(fix, s, row, believed)
