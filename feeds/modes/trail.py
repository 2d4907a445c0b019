"""One aircraft's tracks: followed, confirmed, contradicted, begun.

A track is a row of numbers (`feeds.modes.memory`): when and where the
aircraft was last, how many pairs made it, how many spoke against it in a row.
There are two, so that an address used by two aircraft shows as two
tracks. Compiled; called for one message at a time by `feeds.modes.fixes`.

Units: degrees, seconds, metres.
"""

from __future__ import annotations

import math

import numba

from feeds.modes.cpr import AIRBORNE_SPAN_DEG, DEGREE_M, SURFACE_SPAN_DEG, apart_m, followed
from feeds.modes.memory import EVEN_NEW, LAT, LON, ODD_NEW, STRIKES, SURFACE, TIME, TRACKS, TRUST
from feeds.reports import Doubt
from geo.batch import Floats

CONFIRMED = 2.0
"""Pairs that must agree before a place is given without doubt."""
STRIKES_OUT = 3.0
"""Contradicting pairs in a row that move a confirmed track; an unconfirmed one goes at the first."""
FOLLOW_S = 60.0
FOLLOW_SURFACE_S = 120.0
"""How long one message is read against the last place; on the ground stations hear less and aircraft move less."""
CONTINUE_S = 600.0
"""How long a pair may still continue a confirmed track that nothing was read against."""
QUARTER_S = 3600.0
"""How long an aircraft's own place tells in which quarter of the earth it taxies."""
SPEED_MPS, SURFACE_SPEED_MPS = 700.0, 150.0
"""Twice the speed of sound; the fastest take-off run, with margin."""
SLACK_M = 2000.0
"""What receivers whose clocks differ by seconds may add: an airliner flies 250 m in one."""

WAITING, FIXED, DROPPED = 0, 1, 2
_LOCAL, _JUMP = int(Doubt.POSITION_LOCAL), int(Doubt.POSITION_JUMP)
_UNCONFIRMED = int(Doubt.POSITION_UNCONFIRMED)


@numba.njit(cache=True)
def alive(track: Floats, time_s: float) -> bool:
    """Whether single messages may be read against the track."""
    return bool(abs(time_s - track[TIME]) <= (FOLLOW_SURFACE_S if track[SURFACE] == 1.0 else FOLLOW_S))


@numba.njit(cache=True)
def best_of(tracks: Floats, time_s: float) -> int:
    """The track alive that most pairs confirmed; 0 where none is."""
    first = alive(tracks[0], time_s)
    second = alive(tracks[1], time_s)
    return int(second and (not first or tracks[1, TRUST] > tracks[0, TRUST]))


@numba.njit(cache=True)
def _reachable(track: Floats, time_s: float, lat: float, lon: float, surface: int) -> bool:
    taxiing = surface == 1 and track[SURFACE] == 1.0
    speed_mps = SURFACE_SPEED_MPS if taxiing else SPEED_MPS
    reach_m = SLACK_M + speed_mps * abs(time_s - track[TIME])
    north, east = lat - track[LAT], lon - track[LON]
    # No place is further than it would be at the equator, which takes no cosine to tell.
    if DEGREE_M * (abs(north) + abs(east)) <= reach_m:
        return True
    return bool(apart_m(track[LAT], track[LON], lat, lon) <= reach_m)


@numba.njit(cache=True)
def follow(track: Floats, time_s: float, code: int, odd: int, surface: int) -> tuple[float, float]:
    """The place a message names next to the track; NaN where it cannot have got there."""
    if not alive(track, time_s):
        return math.nan, math.nan
    span_deg = SURFACE_SPAN_DEG if surface else AIRBORNE_SPAN_DEG
    lat, lon = followed(code, odd, span_deg, track[LAT], track[LON])
    if math.isnan(lat) or not _reachable(track, time_s, lat, lon, surface):
        return math.nan, math.nan
    return lat, lon


@numba.njit(cache=True)
def judge(
    track: Floats, odd: int, fresh: bool, pair: tuple[float, float], place: tuple[float, float]
) -> tuple[float, float, bool]:
    """Let a pair confirm the track, or contradict it and at last move it.

    Returns:
        The place, and whether no pair stands behind it.
    """
    if fresh:
        track[EVEN_NEW + odd] = 1.0
    if math.isnan(pair[0]):
        return place[0], place[1], True
    # The same bits read in the same zones give the same place to the last digits.
    if apart_m(pair[0], pair[1], place[0], place[1]) < 1.0:
        track[STRIKES] = 0.0
        # One false half beside one true one after another would agree with itself for ever.
        if track[EVEN_NEW] == 1.0 and track[ODD_NEW] == 1.0:
            track[TRUST] += 1.0
            track[EVEN_NEW:] = 0.0
        return place[0], place[1], False
    if fresh:
        track[STRIKES] += 1.0
    if track[STRIKES] >= (STRIKES_OUT if track[TRUST] >= CONFIRMED else 1.0):
        start(track)
        return pair[0], pair[1], False
    return place[0], place[1], True


@numba.njit(cache=True)
def start(track: Floats) -> None:
    """Make the track one that a single pair has made, nowhere yet."""
    track[TIME] = math.nan
    track[TRUST], track[STRIKES] = 1.0, 0.0
    track[EVEN_NEW:] = 0.0


@numba.njit(cache=True)
def move(track: Floats, time_s: float, lat: float, lon: float, surface: int) -> None:
    """Take the track to its newest place; a message that came late leaves it where it is."""
    if not time_s < track[TIME]:
        track[TIME], track[LAT], track[LON], track[SURFACE] = time_s, lat, lon, float(surface)


@numba.njit(cache=True)
def quarter(tracks: Floats, time_s: float, home_deg: tuple[float, float]) -> tuple[float, float]:
    """A place nearest to which a pair is meant: the sender's own, else home."""
    chosen, trust = -1, 0.0
    for h in range(TRACKS):
        if abs(time_s - tracks[h, TIME]) <= QUARTER_S and tracks[h, TRUST] > trust:
            chosen, trust = h, tracks[h, TRUST]
    if chosen < 0:
        return home_deg
    return tracks[chosen, LAT], tracks[chosen, LON]


@numba.njit(cache=True)
def begin(tracks: Floats, time_s: float, lat: float, lon: float, surface: int) -> int:
    """Which track a pair that follows none continues or begins; -1 where both are held by others."""
    chosen, least = -1, math.inf
    for h in range(TRACKS):
        track = tracks[h]
        quiet = not alive(track, time_s)
        lately = abs(time_s - track[TIME]) <= CONTINUE_S
        if quiet and lately and _reachable(track, time_s, lat, lon, surface):
            track[TIME] = math.nan
            track[STRIKES] = 0.0
            move(track, time_s, lat, lon, surface)
            return h
        trust = -1.0 if math.isnan(track[TIME]) else track[TRUST]
        if (quiet or trust < CONFIRMED) and trust < least:
            chosen, least = h, trust
    if chosen >= 0:
        start(tracks[chosen])
        move(tracks[chosen], time_s, lat, lon, surface)
    return chosen


@numba.njit(cache=True)
def given(
    tracks: Floats, h: int, time_s: float, lat: float, lon: float, local: bool
) -> tuple[float, float, int, int]:
    """The place with its doubts, or none where it stands against a better track."""
    doubt = _LOCAL if local else 0
    if tracks[h, TRUST] < CONFIRMED:
        doubt |= _UNCONFIRMED
    if h != best_of(tracks, time_s):
        if tracks[h, TRUST] < CONFIRMED:
            return math.nan, math.nan, 0, DROPPED
        doubt |= _JUMP
    return lat, lon, doubt, FIXED
