"""From CPR halves to places, aircraft by aircraft, in the order in which they were heard.

The first place of an aircraft comes from a pair: an even and an odd message
within a few seconds. From then on each message is read against the aircraft's
own track, if the place it gives can have been reached; pairs go on confirming
the track, and move it when they contradict it three times running. What does
not fit the track is paired apart, and may begin a second track: of an aircraft
that took the first one's address, or of the same one when the first track was
wrong. While a second track is unconfirmed its places are dropped and counted;
once confirmed they are given, marked as a jump.

A message heard twice names the same place twice: halves are replaced by their
likes, and only an even and an odd message, both sent anew since the last pair,
confirm anything.

What is compiled here holds what it calls of `cpr` and `trail` within it.

Units: degrees, seconds, metres. Source of the pairing times: RTCA DO-260B A.1.7.9, 2.2.10.3.
"""

from __future__ import annotations

import math

import numba
import numpy as np
import numpy.typing as npt

from feeds.modes.cpr import AIRBORNE_SPAN_DEG, SURFACE_SPAN_DEG, paired
from feeds.modes.memory import LOOSE, TRACKS, TRUST, Memory
from feeds.modes.trail import (
    CONFIRMED,
    DROPPED,
    WAITING,
    alive,
    begin,
    best_of,
    follow,
    given,
    judge,
    move,
    quarter,
)
from geo.batch import Floats, Ints

PAIR_S = 10.0
PAIR_SURFACE_SLOW_S = 50.0
PAIR_SURFACE_S = 25.0
SLOW_KT = 25.0
REPEAT_S = 2.0
"""An equal message after this was sent anew (squitters are half a second apart), not heard twice."""


def fix(
    memory: Memory,
    home_deg: tuple[float, float],
    slots: Ints,
    time_s: Floats,
    code: Ints,
    odd: Ints,
    surface: Ints,
    speed_kt: Floats,
) -> tuple[Floats, Floats, npt.NDArray[np.uint32], npt.NDArray[np.int8]]:
    """Places of position messages, in order. Shapes: (n,) x6 -> (n,) x4.

    Args:
        memory: of the senders; taken further.
        home_deg: latitude and longitude nearest to which an unknown aircraft taxies.
        slots: of each message's sender.
        time_s: when it was heard.
        code: its 34 CPR bits.
        odd: 1 for an odd message, 0 for an even one.
        surface: 1 on the ground, 0 in the air.
        speed_kt: over ground, on the ground; NaN where not said.

    Returns:
        Latitude, longitude (NaN without a place), doubts, and `WAITING`, `FIXED` or `DROPPED`.
    """
    places = np.full((len(slots), 2), np.nan)
    doubt = np.zeros(len(slots), np.uint32)
    verdict = np.zeros(len(slots), np.int8)
    halves = memory.half_s, memory.half_code
    _fix(
        memory.tracks, *halves, home_deg, slots, time_s, code, odd, surface, speed_kt, places, doubt, verdict
    )
    return places[:, 0].copy(), places[:, 1].copy(), doubt, verdict


@numba.njit(cache=True)
def _fix(
    tracks: Floats,
    half_s: Floats,
    half_code: Ints,
    home_deg: tuple[float, float],
    slots: Ints,
    time_s: Floats,
    code: Ints,
    odd: Ints,
    surface: Ints,
    speed_kt: Floats,
    places: Floats,
    doubt: npt.NDArray[np.uint32],
    verdict: npt.NDArray[np.int8],
) -> None:
    for i in range(len(slots)):
        slot, ground = slots[i], surface[i]
        window_s = PAIR_S
        if ground:
            window_s = PAIR_SURFACE_SLOW_S if speed_kt[i] < SLOW_KT else PAIR_SURFACE_S
        lat, lon, said, outcome = _placed(
            tracks[slot],
            half_s[slot],
            half_code[slot],
            home_deg,
            time_s[i],
            code[i],
            odd[i],
            ground,
            window_s,
        )
        places[i, 0], places[i, 1], doubt[i], verdict[i] = lat, lon, said, outcome


@numba.njit(cache=True)
def _placed(
    tracks: Floats,
    half_s: Floats,
    half_code: Ints,
    home_deg: tuple[float, float],
    time_s: float,
    code: int,
    odd: int,
    surface: int,
    window_s: float,
) -> tuple[float, float, int, int]:
    """One message: follow a track, else pair it with what follows none."""
    best = best_of(tracks, time_s)
    for turn in range(TRACKS):
        h = (best + turn) % TRACKS
        place = follow(tracks[h], time_s, code, odd, surface)
        if not math.isnan(place[0]):
            fresh = _kept(half_s[h, surface], half_code[h, surface], time_s, code, odd)
            held = tracks[h, TRUST] >= CONFIRMED
            _borrow(half_s[:, surface], half_code[:, surface], h, 1 - odd, time_s, window_s, held)
            pair = _paired(half_s[h, surface], half_code[h, surface], odd, surface, window_s, place)
            lat, lon, local = judge(tracks[h], odd, fresh, pair, place)
            move(tracks[h], time_s, lat, lon, surface)
            return given(tracks, h, time_s, lat, lon, local)
    _kept(half_s[LOOSE, surface], half_code[LOOSE, surface], time_s, code, odd)
    near = quarter(tracks, time_s, home_deg)
    lat, lon = _paired(half_s[LOOSE, surface], half_code[LOOSE, surface], odd, surface, window_s, near)
    if math.isnan(lat):
        return lat, lon, 0, DROPPED if alive(tracks[best], time_s) else WAITING
    h = begin(tracks, time_s, lat, lon, surface)
    if h < 0:
        return math.nan, math.nan, 0, DROPPED
    half_s[h] = math.nan
    half_s[h, surface] = half_s[LOOSE, surface]
    half_code[h, surface] = half_code[LOOSE, surface]
    half_s[LOOSE] = math.nan
    return given(tracks, h, time_s, lat, lon, False)


@numba.njit(cache=True)
def _kept(half_s: Floats, half_code: Ints, time_s: float, code: int, odd: int) -> bool:
    """Keep a half in the place of its like; returns whether it was sent anew, not heard twice."""
    fresh = half_code[odd] != code or not abs(time_s - half_s[odd]) <= REPEAT_S
    half_s[odd], half_code[odd] = time_s, code
    return bool(fresh)


@numba.njit(cache=True)
def _borrow(
    half_s: Floats, half_code: Ints, h: int, other: int, time_s: float, window_s: float, held: bool
) -> None:
    """Give a track the loose half that its own message may belong to.

    A track in the wrong zone goes on fitting halves of one parity, while their
    true partners fit nothing: without this they would never meet. A confirmed
    track takes a loose half only where it has heard none of its own.
    """
    missing = not abs(time_s - half_s[h, other]) <= window_s
    newer = not held and half_s[LOOSE, other] > half_s[h, other]
    if (missing or newer) and abs(time_s - half_s[LOOSE, other]) <= window_s:
        half_s[h, other], half_code[h, other] = half_s[LOOSE, other], half_code[LOOSE, other]


@numba.njit(cache=True)
def _paired(
    half_s: Floats, half_code: Ints, odd: int, surface: int, window_s: float, near: tuple[float, float]
) -> tuple[float, float]:
    """The place that the half just kept and its partner name; NaN where they lie too far apart in time."""
    if not abs(half_s[0] - half_s[1]) <= window_s:
        return math.nan, math.nan
    span_deg = SURFACE_SPAN_DEG if surface else AIRBORNE_SPAN_DEG
    return paired(half_code[0], half_code[1], odd, span_deg, near[0], near[1])
