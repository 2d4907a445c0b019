"""Others that prove the ears, counted in a compiled loop and by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.reports import Source
from fusion.proven_ears import FAR, HIGHER_M, MOVERS, PARTS, count_others
from fusion.records import STATE

SOURCES = [Source.AIS_A, Source.AIS_B, Source.AIS_BASE, Source.ADSB, Source.TISB]


def tracks(seed, count):
    rng = np.random.default_rng(seed)
    state = np.zeros(count, STATE)
    state["lat"], state["lon"] = rng.uniform(49.5, 50.5, count), rng.uniform(-2, 0, count)
    state["heard_s"] = rng.uniform(0, 1000, count)
    state["alt_m"] = np.where(rng.random(count) < 0.2, np.nan, rng.uniform(0, 2000, count))
    state["source"] = rng.choice([int(each) for each in SOURCES], count)
    return state, np.isin(state["source"], [int(each) for each in SOURCES[:3]])


def by_hand(state, vessel, slot, place, until_s, alive_s, near_m):
    """In thousandths, one track after the other."""
    parts = 0
    for k, s in enumerate(state):
        north_m = math.radians(s["lat"] - place[0]) * 6_371_008.8
        east_m = math.radians(s["lon"] - place[1]) * 6_371_008.8 * math.cos(math.radians(place[0]))
        away_m = math.hypot(north_m, east_m)
        alike = vessel[k] == vessel[slot] and MOVERS[s["source"]] and k != slot
        too_high = not vessel[k] and s["alt_m"] > state[slot]["alt_m"] + HIGHER_M
        if alike and not too_high and abs(s["heard_s"] - until_s) <= alive_s and away_m <= FAR * near_m:
            parts += math.floor(PARTS * min(near_m / max(away_m, 1.0), 1.0))
    return parts


@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_the_compiled_count_is_the_one_by_hand_in_any_order(seed, count):
    state, vessel = tracks(seed, count)
    slots = np.arange(0, count, 3)
    lat, lon, until_s = (state[name][slots] for name in ("lat", "lon", "heard_s"))
    near_m = np.full(len(slots), 9000.0)
    parts, turned = np.empty(len(slots), np.int64), np.empty(len(slots), np.int64)

    count_others(state, vessel, MOVERS, slots, lat, lon, until_s, 300.0, near_m, parts)
    back = np.arange(count)[::-1]
    count_others(
        state[back], vessel[back], MOVERS, count - 1 - slots, lat, lon, until_s, 300.0, near_m, turned
    )

    expected = [
        by_hand(state, vessel, slot, place, at_s, 300.0, 9000.0)
        for slot, *place, at_s in zip(slots, lat, lon, until_s, strict=True)
    ]
    # A metre of rounding may move one by a thousandth.
    assert parts.tolist() == pytest.approx(expected, abs=count)
    assert parts.tolist() == turned.tolist()
