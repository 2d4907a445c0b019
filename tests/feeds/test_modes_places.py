"""Places from pairs and from tracks: first, confirmed, jumped, taxied, doubled."""

import numpy as np
import pytest
from modes_making import START, batch, flight, in_air, on_ground, squitter, times, zones

from feeds.modes.decoder import ModesDecoder
from feeds.modes.memory import LON, TRUST
from feeds.rejects import Rejects
from feeds.reports import Domain, Doubt, Said
from hardware.frames import Frames

SHOREHAM = (50.8356, -0.2972)
DISAGREES = "position disagrees with the track"


def _said(frames: Frames, rejects: Rejects | None = None) -> Said:
    return ModesDecoder(rejects or Rejects()).step(frames)


def _doubts(said: Said) -> list[Doubt]:
    return [Doubt(int(doubt)) for doubt in said.reports.doubt]


def test_a_pair_makes_a_place_and_a_second_pair_takes_its_doubt() -> None:
    said = _said(batch(flight(50.7, -1.3, 4), times(4)))

    assert np.isnan(said.reports.lat_deg).tolist() == [True, False, False, False]
    assert said.reports.lat_deg[3] == pytest.approx(50.7, abs=1e-4)
    assert _doubts(said) == [Doubt.NONE, Doubt.POSITION_UNCONFIRMED, Doubt.POSITION_UNCONFIRMED, Doubt.NONE]


def test_a_frame_heard_twice_confirms_nothing_and_moves_nothing() -> None:
    even, odd, more, last = flight(50.7, -1.3, 4)
    after_s = np.array([0, 0.5, 0.6, 0.7, 0.9, 1.0, 1.5])
    said = _said(batch([even, odd, odd, even, odd, more, last], (START + after_s).tolist()))
    reports = said.reports

    assert reports.message[1] == reports.message[2] == reports.message[4]
    assert len({*reports.lon_deg[[1, 2, 4]]}) == 1
    unsure = [bool(doubt & Doubt.POSITION_UNCONFIRMED) for doubt in _doubts(said)]
    assert unsure == [False, *[True] * 5, False]


@pytest.mark.parametrize(("gap_s", "placed"), [(9.9, True), (10.1, False)])
def test_halves_further_apart_than_ten_seconds_are_no_pair(gap_s: float, placed: bool) -> None:
    said = _said(batch(flight(50.7, -1.3, 2), [START, START + gap_s]))

    assert np.isfinite(said.reports.lat_deg[1]) == placed


@pytest.mark.parametrize(
    ("movement", "gap_s", "placed"), [(20, 49, True), (20, 51, False), (60, 24, True), (60, 26, False)]
)
def test_on_the_ground_halves_keep_longer_the_slower_it_moves(
    movement: int, gap_s: float, placed: bool
) -> None:
    frames = [squitter(on_ground(*SHOREHAM, odd, movement=movement)) for odd in (0, 1)]
    said = _said(batch(frames, [START, START + gap_s]))

    assert np.isfinite(said.reports.lat_deg[1]) == placed


def test_one_message_is_enough_once_the_track_is_known() -> None:
    frames = [*flight(50.7, -1.3, 4), squitter(in_air(50.71, -1.25, 0))]
    said = _said(batch(frames, [*times(4), START + 30]))

    assert (said.reports.lat_deg[4], said.reports.lon_deg[4]) == pytest.approx((50.71, -1.25), abs=1e-4)
    assert _doubts(said)[4] == Doubt.POSITION_LOCAL


def test_an_impossible_jump_is_dropped_and_counted_and_the_rest_of_the_message_kept() -> None:
    rejects = Rejects()
    frames = [
        *flight(50.7, -1.3, 6),
        squitter(in_air(51.7, -1.3, 0, alt_ft=2000)),
        *flight(50.7, -1.3, 10)[7:],
    ]
    said = _said(batch(frames, times(10)), rejects)

    assert np.isnan(said.reports.lat_deg).tolist() == [True, *[False] * 5, True, *[False] * 3]
    assert said.reports.alt_m[6] == pytest.approx(2000 * 0.3048)
    assert rejects.by_reason()[DISAGREES]["count"] == 1


def test_a_wrong_first_pair_does_not_hold() -> None:
    rejects = Rejects()
    # The even half of one aircraft and the odd half of another make a place where neither is.
    stranger = flight(51.0, -1.0, 2)[1]
    said = _said(batch([flight(50.7, -1.3, 1)[0], stranger, *flight(50.7, -1.3, 12)], times(14)), rejects)

    assert abs(said.reports.lat_deg[1] - 50.7) > 1
    assert _doubts(said)[1] & Doubt.POSITION_UNCONFIRMED
    assert said.reports.lat_deg[6:] == pytest.approx(50.7, abs=1e-3)
    assert not any(doubt & Doubt.POSITION_UNCONFIRMED for doubt in _doubts(said)[6:])


@pytest.mark.parametrize("trust", [1.0, 2.0, 50.0])
def test_a_track_in_the_wrong_zone_is_moved_by_the_pairs_that_contradict_it(trust: float) -> None:
    decoder = ModesDecoder(Rejects())
    decoder.step(batch(flight(50.7, -1.3, 6), times(6)))
    slot = decoder.memory.slots(np.array([Domain.ICAO << 56 | 0x400ABC], np.uint64), np.array([False]))[0]
    # One zone of longitude too far east, as even messages count them: even ones go on fitting, odd ones do not.
    decoder.memory.tracks[slot, 0, LON] += 360 / zones(50.7)
    decoder.memory.tracks[slot, 0, TRUST] = trust
    decoder.memory.half_s[slot] = np.nan
    said = decoder.step(batch(flight(50.7, -1.3, 40)[6:], times(34, START + 3)))

    assert said.reports.lon_deg[0] == pytest.approx(-1.3 + 360 / zones(50.7), abs=0.01)
    assert said.reports.lon_deg[10:] == pytest.approx(-1.3, abs=0.05)
    assert not any(doubt & Doubt.POSITION_UNCONFIRMED for doubt in _doubts(said)[12:])


def test_two_aircraft_with_one_address_become_two_tracks_and_the_second_is_marked() -> None:
    rejects = Rejects()
    one, two = flight(50.0, -1.0, 40), flight(53.0, 1.0, 40)
    frames = [frame for both in zip(one, two, strict=True) for frame in both]
    said = _said(batch(frames, times(80, step=0.25)), rejects)
    first, second = said.reports.take(np.arange(0, 80, 2)), said.reports.take(np.arange(1, 80, 2))

    assert np.nanmax(np.abs(first.lat_deg[8:] - 50.0)) < 1e-3
    assert np.nanmax(np.abs(second.lat_deg[8:] - 53.0)) < 1e-3
    marks = {bool(doubt & Doubt.POSITION_JUMP) for doubt in (*first.doubt[20:], *second.doubt[20:])}
    assert marks == {True, False}
    assert rejects.by_reason()[DISAGREES]["count"] >= 1


@pytest.mark.parametrize(
    "place", [SHOREHAM, (60.43, -1.30), (51.88, -8.49), (49.43, -2.60), (52.31, 4.76), (57.2, -7.4)]
)
def test_an_aircraft_first_heard_taxiing_is_placed_near_home(place: tuple[float, float]) -> None:
    said = _said(batch([squitter(on_ground(*place, odd)) for odd in (0, 1, 0)]))

    assert (said.reports.lat_deg[1], said.reports.lon_deg[1]) == pytest.approx(place, abs=1e-4)
    assert said.reports.on_ground.tolist() == [1, 1, 1]


def test_home_may_be_elsewhere() -> None:
    decoder = ModesDecoder(Rejects(), home_deg=(-33.9, 151.2))
    said = decoder.step(batch([squitter(on_ground(-33.9461, 151.1772, odd)) for odd in (0, 1)]))

    assert (said.reports.lat_deg[1], said.reports.lon_deg[1]) == pytest.approx((-33.9461, 151.1772), abs=1e-4)


def test_an_aircraft_that_lands_far_from_home_is_placed_by_its_own_flight() -> None:
    athens = 37.936, 23.944 + 20
    frames = [
        *[squitter(in_air(*athens, i % 2)) for i in range(4)],
        *[squitter(on_ground(*athens, i % 2)) for i in range(4)],
    ]
    said = _said(batch(frames, [*times(4), *times(4, START + 600, 5.0)]))

    assert said.reports.lon_deg[5:] == pytest.approx(athens[1], abs=1e-3)
