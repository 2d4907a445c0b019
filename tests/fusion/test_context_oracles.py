"""What is learned from everybody, each memory against a plain one: tallies, coverage, ears, stops, pressure."""

from collections import Counter

import numpy as np
import pytest
from fusion_scenes import CARDIGAN_BAY, START_S, Ear, aircraft, plane, ship, straight, watch
from hypothesis import given
from hypothesis import strategies as st

from fusion.cells import Tally, around, grid
from fusion.coverage import BAND_TOPS_M, CELL_LAT_DEG, CELL_LON_DEG, STATION_SHIFT, Coverage, bands, cells
from fusion.ears import FAIR_PART, USUAL_REPORTS, Ears
from fusion.pressure import ENOUGH, PERIOD_S, Pressure
from fusion.records import STATE
from fusion.state import Table
from fusion.stops import FRESH_S, ORDINARY_STOPS, STOP_S, Stops

EARS = (Ear("aberporth", 0.1),)
lats = st.floats(-90.0, 90.0)
lons = st.floats(-180.0, 180.0)
keys = st.integers(-3, 40)
batches = st.lists(st.lists(st.tuples(keys, st.integers(-5, 5), st.integers(-5, 5)), max_size=12), max_size=8)


@given(batches, st.lists(keys, max_size=20))
def test_a_tally_adds_up_like_a_dictionary(added, asked):
    tally, plain = Tally(2), {}
    for batch in added:
        table = np.array(batch, np.int64).reshape(-1, 3)
        tally.add(table[:, 0], table[:, 1:])
        for key, one, two in batch:
            before = plain.get(key, (0, 0))
            plain[key] = (before[0] + one, before[1] + two)

    sums = tally.sums(np.array(asked, np.int64))

    assert len(tally) == len(plain)
    assert sums.tolist() == [list(plain.get(key, (0, 0))) for key in asked]
    assert tally.sums(np.array(asked, np.int64).reshape(-1, 1)).shape == (len(asked), 1, 2)


@given(batches)
def test_a_tally_does_not_depend_on_the_order_or_the_cuts_of_what_is_added(added):
    whole, parts = Tally(2), Tally(2)
    rows = np.array([row for batch in added for row in batch], np.int64).reshape(-1, 3)
    whole.add(rows[::-1, 0], rows[::-1, 1:])
    for row in rows:
        parts.add(row[:1], row[None, 1:])

    every = np.arange(-3, 41)
    assert whole.sums(every).tobytes() == parts.sums(every).tobytes()


@given(lats, lons)
def test_a_cell_s_nine_neighbours_are_the_cells_a_cell_s_width_away(lat, lon):
    """Round the date line too; beyond a pole there is nothing, and nothing else's cell."""
    here = grid(np.array([lat]), np.array([lon]), CELL_LAT_DEG, CELL_LON_DEG, 3)
    nine = set(around(here, CELL_LON_DEG)[0].tolist())

    row = np.floor((lat + 90.0) / CELL_LAT_DEG)
    north, east = np.meshgrid([-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0])
    near_lat = (row + 0.5 + north.ravel()) * CELL_LAT_DEG - 90.0
    column = np.floor((lon + 180.0) / CELL_LON_DEG)
    near_lon = ((column + 0.5 + east.ravel()) * CELL_LON_DEG) % 360.0 - 180.0
    real = np.abs(near_lat) < 90.0
    expected = set(grid(near_lat[real], near_lon[real], CELL_LAT_DEG, CELL_LON_DEG, 3).tolist())
    assert expected <= nine
    everywhere = grid(
        *(g.ravel() for g in np.meshgrid([-89.99, 89.99, 90.0], np.arange(-180, 180, 0.1))),
        CELL_LAT_DEG,
        CELL_LON_DEG,
        2,
    )
    assert not nine & set(everywhere.tolist())  # no neighbour lies in another band


def test_no_place_has_no_cell_and_no_neighbours():
    cell = grid(np.array([np.nan, np.inf, 50.0]), np.array([0.0, 0.0, -np.inf]), 0.05, 0.1)

    assert cell.tolist() == [-1, -1, -1]
    assert set(around(cell, 0.1).ravel().tolist()) == {-1}


@given(st.lists(st.tuples(st.floats(-500, 20000) | st.just(np.nan), st.booleans()), min_size=1, max_size=30))
def test_bands_are_those_of_the_table(rows):
    alt, airborne = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])

    def plain(alt_m, flies):
        if not flies:
            return 0
        return 8 if np.isnan(alt_m) else 1 + sum(alt_m >= top for top in BAND_TOPS_M)

    assert bands(alt, airborne).tolist() == [plain(*row) for row in rows]


def test_a_cell_s_key_leaves_room_for_every_station():
    highest = cells(np.array([90.0]), np.array([179.99]), np.array([8]))[0]
    coverage = Coverage()
    for station in (0, 1, 2**32 - 1):
        coverage.count_stations(
            np.array([station], np.uint32), np.array([highest]), np.array([True]), np.array([1])
        )

    assert 0 < highest < 1 << int(STATION_SHIFT)
    assert len(coverage.stations) == 3


spots = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 4))


@given(st.lists(spots, min_size=1, max_size=40))
def test_the_chance_of_reception_is_heard_over_due_about_the_place(heard):
    lat = 50.0 + np.array([h[0] for h in heard]) * CELL_LAT_DEG + 0.01
    lon = -1.0 + np.array([h[1] for h in heard]) * CELL_LON_DEG + 0.01
    due = np.array([h[2] for h in heard])
    coverage, band = Coverage(), np.zeros(len(heard), np.int64)
    coverage.count(cells(lat, lon, band), due)
    at_lat, at_lon = (
        g.ravel()
        for g in np.meshgrid(50.01 + CELL_LAT_DEG * np.arange(-2, 6), -0.99 + CELL_LON_DEG * np.arange(-2, 6))
    )

    got = coverage.probability(cells(at_lat, at_lon, np.zeros(64, np.int64)))

    for k in range(64):
        about = (np.abs(lat - at_lat[k]) < 1.5 * CELL_LAT_DEG) & (
            np.abs(lon - at_lon[k]) < 1.5 * CELL_LON_DEG
        )
        expected = (about.sum() + 1) / (due[about].sum() + 2) if about.any() else 0.0
        assert got[k] == pytest.approx(expected)


def test_what_was_not_due_and_what_has_no_place_is_not_counted():
    coverage = Coverage()
    coverage.count(np.array([-1, 7, 7]), np.array([3, 0, 2]))

    assert coverage.network.sums(np.array([-1, 7])).tolist() == [[0, 0], [1, 2]]


@given(
    st.lists(st.tuples(st.sampled_from([7, 9, 4_000_000_000]), st.floats(0, 9000)), min_size=1, max_size=80)
)
def test_ears_know_when_each_station_was_heard_first_and_last(hearings):
    stations, times = np.array([h[0] for h in hearings], np.uint32), np.array([h[1] for h in hearings])
    ears = Ears()
    for k in np.argsort(times, kind="stable"):
        ears.hear(stations[[k]], START_S + times[[k]])

    for row, number in enumerate(ears.number):
        mine = START_S + times[stations == number]
        assert (ears.first_s[row], ears.heard_s[row]) == (mine.min(), mine.max())
    assert ears.last_any_s() == START_S + times.max()
    assert ears.rows(np.array([7, 8], np.uint32))[1] == -1


@given(st.lists(st.integers(0, 40), min_size=70, max_size=70), st.integers(6, 69))
def test_a_station_fails_when_five_minutes_are_far_below_its_hour(per_minute, now_minute):
    """Against a count by hand of what was heard in each whole minute."""
    ears = Ears()
    for minute, count in enumerate(per_minute[: now_minute + 1]):
        times = START_S + 60.0 * minute + np.linspace(0.0, 59.0, count)
        ears.hear(np.full(count, 7, np.uint32), times)
    heard = Counter({m: c for m, c in enumerate(per_minute[: now_minute + 1]) if c})
    if not heard:
        return
    now_s = START_S + 60.0 * now_minute + 59.5

    failing = ears.failing(now_s)

    at_s = float(ears.heard_s[0])
    at_minute = int((at_s - START_S) // 60.0)
    hour = sum(c for m, c in heard.items() if 1 <= at_minute - m < 60)
    recent = sum(c for m, c in heard.items() if 1 <= at_minute - m <= 5)
    minutes = min(max((at_s - ears.first_s[0]) / 60.0, 5.0), 59.0)
    assert failing.tolist() == [hour >= USUAL_REPORTS and recent / 5.0 < FAIR_PART * hour / minutes]


def test_a_station_that_dies_was_sound_until_then_and_one_that_faded_was_not():
    dead, faded = Ears(), Ears()
    for minute in range(40):
        times = START_S + 60.0 * minute + np.arange(20) * 3.0
        dead.hear(np.full(20, 7, np.uint32), times)
        faded.hear(np.full(20, 7, np.uint32), times)
    for minute in range(40, 50):
        faded.hear(np.full(2, 7, np.uint32), START_S + 60.0 * minute + np.array([0.0, 30.0]))

    later_s = START_S + 50 * 60.0
    assert dead.failing(later_s).tolist() == [False]
    assert faded.failing(later_s).tolist() == [True]
    state = np.zeros(1, STATE)
    state["heard_s"], state["station"], state["station_s"] = START_S + 2400.0, 7, START_S + 2400.0
    assert dead.heard_until_s(state, later_s)[0] == dead.heard_s[0]
    assert faded.heard_until_s(state, later_s)[0] == -np.inf


def test_what_was_counted_an_hour_ago_is_forgotten():
    ears = Ears()
    ears.hear(np.full(1000, 7, np.uint32), np.full(1000, START_S))
    for minute in range(61, 75):
        ears.hear(np.full(10, 7, np.uint32), START_S + 60.0 * minute + np.arange(10))

    assert not ears.failing(START_S + 75 * 60.0)[0]


def stopped(entity, lat, lon, since_s, fixed_s):
    """The state of one track that has been slow since then, and was last heard then."""
    table = Table.empty()
    table.admit(np.array([entity], np.uint64), np.array([since_s]))
    live = table.live
    live["lat"], live["lon"], live["slow_since_s"], live["fixed_s"] = lat, lon, since_s, fixed_s
    return live


def test_a_place_where_several_ships_have_stopped_is_one_where_stopping_is_ordinary():
    stops = Stops()
    for k in range(ORDINARY_STOPS):
        assert not stops.ordinary(np.array([50.7]), np.array([-1.1])).any()
        state = stopped(ship(235_000_001 + k), 50.7, -1.1, START_S, START_S + STOP_S)
        stops.learn(state, START_S + STOP_S - 1.0)  # a pause
        stops.learn(state, START_S + STOP_S)  # a stop
        stops.learn(state, START_S + STOP_S + 60.0)  # the same stop

    assert stops.ordinary(np.array([50.7, 50.704, 50.72]), np.array([-1.1, -1.109, -1.1])).tolist() == [
        True,
        True,
        False,
    ]


def test_a_ship_unheard_for_long_and_an_aircraft_teach_no_stops():
    stops = Stops()
    for k in range(5):
        stops.learn(stopped(plane(0x400001 + k), 50.7, -1.1, START_S, START_S + STOP_S), START_S + STOP_S)
        lost = stopped(ship(235_000_001 + k), 50.7, -1.1, START_S, START_S)
        stops.learn(lost, START_S + STOP_S + FRESH_S)

    assert not stops.ordinary(np.array([50.7]), np.array([-1.1])).any()


def test_a_drifter_that_stops_again_and_again_does_not_make_its_own_place_ordinary():
    stops = Stops()
    state = stopped(ship(235_000_001), 50.7, -1.1, START_S, START_S)
    for k in range(12):
        state["slow_since_s"] = START_S + 1200.0 * k
        state["fixed_s"] = START_S + 1200.0 * k + STOP_S
        stops.learn(state, START_S + 1200.0 * k + STOP_S)

    assert not stops.ordinary(np.array([50.7]), np.array([-1.1])).any()


@given(st.floats(-600.0, 300.0), st.integers(0, 2**32 - 1))
def test_the_pressure_of_the_day_is_recovered_to_five_metres(truth_m, seed):
    """Twenty aircraft whose encoders are off by 5 m each way, differences in steps of 25 ft."""
    rng, pressure = np.random.default_rng(seed), Pressure()
    n = 400
    time_s = START_S + rng.uniform(0.0, 1500.0, n)
    lat, lon = rng.uniform(51.0, 52.0, n), rng.uniform(-2.0, -1.0, n)
    own_m = rng.normal(0.0, 5.0, 20)[rng.integers(0, 20, n)]
    said_m = np.round((truth_m + own_m) / 7.62) * 7.62
    pressure.learn(time_s, lat, lon, rng.uniform(300.0, 2900.0, n), said_m)

    here = pressure.correction_m(np.array([START_S + 1700.0]), np.array([51.5]), np.array([-1.5]))

    assert here[0] == pytest.approx(truth_m, abs=5.0)


@pytest.mark.parametrize("correction_m", [-480.0, -60.0, 240.0])
def test_the_engine_learns_the_pressure_and_corrects_the_height_of_one_that_does_not_say_its_own(
    correction_m,
):
    sayers = [
        aircraft(
            0x400500 + k,
            CARDIGAN_BAY,
            straight(60.0, 60.0 * k, up_m=900.0 + 100 * k),
            (0.0, 600.0),
            EARS,
            correction_m,
        )
        for k in range(4)
    ]
    mute = aircraft(
        0x400510,
        CARDIGAN_BAY,
        straight(50.0, 10.0, up_m=700.0),
        (300.0, 600.0),
        EARS,
        correction_m,
        says_difference=False,
    )

    run = watch("loitering", reports=[*sayers, mute])

    learned = run.engine.context.pressure.correction_m(
        *(np.array([x]) for x in (START_S + 600.0, *CARDIGAN_BAY))
    )
    assert learned[0] == pytest.approx(correction_m, abs=5.0)
    heights = run.tracks.alt_m[(run.tracks.entity == plane(0x400510)) & (run.tracks.time_s > START_S + 400.0)]
    np.testing.assert_allclose(heights, 700.0, atol=10.0)


def test_pressure_is_not_known_far_away_long_after_or_from_few():
    pressure = Pressure()
    some = np.full(ENOUGH, 1.0)
    pressure.learn(START_S * some, 51.5 * some, -1.5 * some, 900.0 * some, -60.0 * some)
    pressure.learn(START_S * some[1:], 58.5 * some[1:], -1.5 * some[1:], 900.0 * some[1:], -60.0 * some[1:])

    def at(time_s, lat, lon):
        return float(pressure.correction_m(np.array([time_s]), np.array([lat]), np.array([lon]))[0])

    assert at(START_S + PERIOD_S, 52.4, -0.6) == -60.0
    assert np.isnan(at(START_S, 55.5, -1.5))
    assert np.isnan(at(START_S + 3 * PERIOD_S, 51.5, -1.5))
    assert np.isnan(at(START_S, 58.5, -1.5))
    assert np.isnan(at(START_S, np.nan, -1.5))


def test_high_aircraft_and_half_said_rows_do_not_set_the_pressure():
    pressure = Pressure()
    n = 3 * ENOUGH
    height = np.repeat([900.0, 9000.0, np.nan], ENOUGH)
    said = np.where(height == 900.0, np.nan, -60.0)
    pressure.learn(np.full(n, START_S), np.full(n, 51.5), np.full(n, -1.5), height, said)

    assert np.isnan(pressure.correction_m(np.array([START_S]), np.array([51.5]), np.array([-1.5])))[0]
