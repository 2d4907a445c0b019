"""Where the map opens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from map_making import CESSNA, FERRY, YACHT, collection, flag, sailed

from fusion.tracks import Tracks
from geo.sphere import distance_m
from maps.layer import Scene
from maps.page import render_map
from maps.view import CONTEXT_M, REGION_M, view_of


def far_flight(count: int = 5000) -> Tracks:
    """From the Solent to Toulouse, with more positions than all the ships have."""
    share = np.linspace(0.0, 1.0, count)
    return Tracks.of(
        count,
        time_s=1_452_600_000.0 + np.arange(count),
        track=np.full(count, CESSNA, np.uint64),
        entity=np.full(count, CESSNA, np.uint64),
        lat_deg=50.8 - 7.2 * share,
        lon_deg=-1.1 + 2.5 * share,
    )


def fleet(count: int = 30) -> Tracks:
    """Ships in and about the Solent."""
    return Tracks.concat(
        [sailed(FERRY + i, (50.6 + 0.01 * i, -1.5 + 0.02 * i), (50.7, -1.1)) for i in range(count)]
    )


def flag_at(number: int, lat: float, lon: float) -> dict[str, Any]:
    return flag(number) | {"geometry": {"type": "Point", "coordinates": [lon, lat]}}


def scene(tracks: Tracks, *flags: dict[str, Any]) -> Scene:
    return Scene(tracks, collection(*flags), {})


def test_one_long_flight_does_not_decide_where_a_fleet_is_shown() -> None:
    (south, west), (north, east) = view_of(scene(Tracks.concat([fleet(), far_flight()])))

    assert 50.3 < south < 50.75
    assert north < 51.1
    assert -1.7 < west < east < -0.7


def test_a_flight_alone_is_shown_nearly_whole() -> None:
    (south, _), (north, _) = view_of(scene(far_flight()))

    assert (south, north) == (pytest.approx(43.96, abs=0.02), pytest.approx(50.44, abs=0.02))


def test_flags_decide_and_are_shown_with_their_surroundings() -> None:
    (south, west), (north, east) = view_of(
        scene(far_flight(), flag_at(1, 50.78, -1.10), flag_at(2, 50.77, -1.09))
    )

    assert (south + north) / 2 == pytest.approx(50.775)
    assert distance_m(south, west, north, west) == pytest.approx(CONTEXT_M, rel=1e-3)
    assert distance_m(50.775, west, 50.775, east) == pytest.approx(CONTEXT_M, rel=1e-2)


def test_a_flag_at_the_other_end_of_the_country_does_not_take_the_rest_out_of_sight() -> None:
    solent = [flag_at(i, 50.7 + 0.05 * i, -1.3) for i in range(4)]
    (south, _), (north, _) = view_of(scene(Tracks.empty(), *solent, flag_at(9, 60.2, -1.3)))

    assert south < 50.7
    assert 50.85 < north < 51.5


places = st.tuples(st.floats(-84, 84), st.floats(-180, 180))


@given(st.lists(places, min_size=1, max_size=20))
def test_the_first_view_holds_a_flag_and_flags_near_each_other_are_all_in_it(
    spots: list[tuple[float, float]],
) -> None:
    (south, west), (north, east) = view_of(scene(Tracks.empty(), *(flag_at(1, *spot) for spot in spots)))
    held = [south <= lat <= north and west <= lon <= east for lat, lon in spots]
    lat, lon = np.array(spots).T
    apart = distance_m(lat[:, None], lon[:, None], lat, lon).max()

    assert any(held)
    if apart < REGION_M / 3 and np.ptp(lon) < 180 and np.abs(lat).max() < 60:
        assert all(held)


@pytest.mark.parametrize("place", [None, [], ["x", 1], [float("nan"), 50.0], [0.0, 1e300], {"a": 1}])
def test_a_flag_without_a_place_decides_nothing(place: Any) -> None:
    lost = flag(1) | {"geometry": None if place is None else {"type": "Point", "coordinates": place}}

    assert view_of(scene(fleet(), lost)) == view_of(scene(fleet()))
    assert view_of(scene(Tracks.empty(), lost)) is None


@pytest.mark.browser
def test_the_map_opens_at_the_flags_and_one_key_shows_all(opened: Callable[..., Any]) -> None:
    tracks = Tracks.concat([sailed(YACHT, (50.70, -1.10), (50.75, -1.30)), far_flight(500)])
    chart = opened(render_map(tracks, collection(flag(1)), {}, "Near and far", []))
    page = chart.page
    sides = "(() => { const b = lookout.map.getBounds(); return [b.getSouth(), b.getNorth()]; })()"
    first = page.evaluate(sides)
    page.keyboard.press("0")
    page.wait_for_timeout(600)
    whole = page.evaluate(sides)
    page.keyboard.press("j")
    page.wait_for_timeout(600)
    page.keyboard.press("w")  # the whole period is shown already: so the whole map
    page.wait_for_timeout(600)

    assert 49 < first[0] < 50.72 < first[1] < 52
    assert whole[0] < 43.6
    assert page.evaluate(sides) == pytest.approx(whole)
