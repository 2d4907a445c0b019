"""The compiled loops of what is learned from everybody, each against its plain version, which is the same code run by Python."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fusion.cells import add_known, around, cell_of, grid, sums_about, sums_of, with_new
from fusion.context import places
from fusion.coverage import CELL_LAT_DEG, CELL_LON_DEG, bands, cell_in_air, cells
from fusion.ears import MINUTES, count_hearings
from fusion.lookup import among
from fusion.pressure import ENOUGH, Pressure, corrections
from fusion.records import FIX, ROW, STATE, STATIONS_KEPT, joined
from geo.again import MOST, again

SIZE = 40
FULL_DAY_S = 1.7e9


@pytest.fixture
def chance():
    return np.random.default_rng(7)


def tally_of(chance, keys):
    held = np.unique(chance.integers(-2, 400, keys))
    return held, chance.integers(-9, 9, (len(held), 2))


def places_in(chance, n):
    lat, lon = chance.uniform(-90, 90, n), chance.uniform(-180, 180, n)
    lat[::7], lon[::11] = np.nan, np.inf
    return lat, lon


@pytest.mark.parametrize("loop", [add_known, add_known.py_func])
def test_what_is_known_is_added_to_and_the_rest_is_told(chance, loop):
    held, sums = tally_of(chance, SIZE)
    wanted, values = chance.integers(-2, 400, 90), chance.integers(-9, 9, (90, 2))
    expected = sums.copy()
    np.add.at(expected, np.searchsorted(held, wanted[np.isin(wanted, held)]), values[np.isin(wanted, held)])
    new = np.zeros(90, np.bool_)

    count = loop(held, sums, wanted, values, new)

    assert sums.tolist() == expected.tolist()
    assert new.tolist() == (~np.isin(wanted, held)).tolist()
    assert count == new.sum()


@pytest.mark.parametrize("loop", [with_new, with_new.py_func])
def test_new_keys_find_their_place_however_often_they_come(chance, loop):
    held, sums = tally_of(chance, SIZE)
    wanted = np.repeat(np.setdiff1d(np.arange(-5, 420, 9), held), 2)
    chance.shuffle(wanted)
    values = chance.integers(-9, 9, (len(wanted), 2))

    keys, total = loop(held, sums, np.sort(wanted), wanted, values)

    assert keys.tolist() == np.union1d(held, wanted).tolist()
    for key, row in zip(keys.tolist(), total.tolist(), strict=True):
        assert row == (sums[held == key].sum(axis=0) + values[wanted == key].sum(axis=0)).tolist()


@pytest.mark.parametrize("loop", [sums_about, sums_about.py_func])
def test_sums_about_a_cell_are_those_of_the_nine_cells(chance, loop):
    columns = round(360.0 / CELL_LON_DEG)
    cell = np.append(grid(*places_in(chance, 60), CELL_LAT_DEG, CELL_LON_DEG, 3), [-1, columns * 5])
    held = np.unique(around(cell, CELL_LON_DEG)[:, ::2])
    sums = chance.integers(-9, 9, (len(held), 2))
    expected, out = np.zeros((len(cell) * 9, 2), np.int64), np.zeros((len(cell), 2), np.int64)
    sums_of.py_func(held, sums, around(cell, CELL_LON_DEG).ravel(), expected)

    loop(held, sums, cell, columns, out)

    assert out.tolist() == expected.reshape(-1, 9, 2).sum(axis=1).tolist()


@given(
    st.floats(-90, 90) | st.just(np.nan),
    st.floats(-180, 180) | st.just(np.inf),
    st.floats() | st.just(np.nan),
    st.booleans(),
)
def test_the_cell_of_one_place_is_that_of_the_column(lat, lon, alt_m, airborne):
    one = np.array([lat]), np.array([lon])
    band = bands(np.array([alt_m]), np.array([airborne]))

    assert cell_of(lat, lon, 0.005, 0.01, 2) == grid(*one, 0.005, 0.01, 2)[0]
    assert cell_in_air(lat, lon, alt_m, airborne) == cells(*one, band)[0]


@pytest.mark.parametrize("loop", [corrections, corrections.py_func])
def test_a_correction_is_that_of_eighteen_cells_and_half_hours(chance, loop):
    pressure, n = Pressure(), 400
    lat, lon = chance.uniform(50, 52, n), chance.uniform(-2, 1, n)
    time_s = FULL_DAY_S + chance.uniform(0, 7200, n)
    pressure.learn(time_s, lat, lon, np.full(n, 900.0), chance.normal(30, 20, n))
    keys, sums = pressure._tally.columns()
    lat[0], out = np.nan, np.empty(n)

    loop(keys, sums, time_s, lat, lon, out)

    assert out.tobytes() == pressure.correction_m(time_s, lat, lon).tobytes()
    assert np.isnan(out[0])
    assert np.isfinite(out).sum() > ENOUGH


def test_hearings_are_counted_as_by_hand_and_an_unknown_station_stops_all(chance):
    number = np.array([3, 5, 9], np.uint32)
    station, time_s = chance.choice(number, 300), FULL_DAY_S + np.sort(chance.uniform(0, 7200, 300))
    first = [
        (np.full(3, np.inf), np.full(3, -np.inf), np.full((3, MINUTES), -1), np.zeros((3, MINUTES), np.int64))
        for _ in range(2)
    ]

    for loop, memory in zip((count_hearings, count_hearings.py_func), first, strict=True):
        assert loop(number, *memory, station, time_s)
        before = memory[3].copy()
        assert not loop(number, *memory, np.array([3, 4], np.uint32), time_s[:2])
        assert (memory[3] == before).all()

    assert all((a == b).all() for a, b in zip(*first, strict=True))
    last = [time_s[station == each].max() for each in number]
    assert first[0][1].tolist() == last
    minute = np.floor(time_s / 60.0)
    for row, each in enumerate(number):
        of_it = minute[station == each]
        recent = np.unique(of_it[of_it > of_it.max() - MINUTES])
        assert first[0][3][row].sum() >= np.isin(of_it, recent).sum()


def test_notes_are_counted_alike_by_both(chance):
    n, tracks = 80, 6
    rows, fixes, after = np.zeros(n, ROW), np.zeros(n, FIX), np.zeros(n, STATE)
    rows["slot"], rows["time_s"] = chance.integers(0, tracks, n), np.arange(n) + 1000.0
    rows["airborne_kind"] = rows["slot"] % 2 == 1
    fixes["lat"], fixes["lon"] = chance.uniform(50, 50.3, n), chance.uniform(-1, -0.5, n)
    fixes["alt_m"], fixes["on_ground"] = chance.uniform(0, 4000, n), chance.integers(-1, 2, n)
    fixes["due"], fixes["heard"], fixes["doubt"] = (
        chance.integers(0, 9, n),
        chance.integers(0, 16, n),
        rows["slot"] == 3,
    )
    after["station"] = chance.integers(0, 5, (n, STATIONS_KEPT))
    after["station_s"] = chance.uniform(0, 1080, (n, STATIONS_KEPT))
    told = []
    plain = tuple(each.view(np.recarray) for each in (rows, fixes, after))
    for loop, notes in ((places, (rows, fixes, after)), (places.py_func, plain)):
        state = np.zeros(tracks, STATE)
        state["cell"] = -1
        out = [np.zeros(n, np.int64) for _ in range(3)] + [np.zeros((STATIONS_KEPT * n, 4), np.int64)]
        counts = loop(*notes, state if notes is not plain else state.view(np.recarray), 600.0, *out)
        told.append((counts, *(each.tolist() for each in out), state["cell"].tolist()))

    assert told[0] == told[1]
    (visits, reached), cell, due, entered, hearings, left = told[0]
    assert (
        cell
        == cells(
            fixes["lat"],
            fixes["lon"],
            bands(fixes["alt_m"], rows["airborne_kind"] & (fixes["on_ground"] != 1)),
        ).tolist()
    )
    assert due == np.where(fixes["doubt"] == 0, fixes["due"], 0).tolist()
    assert left[3] == -1
    assert reached == (rows["time_s"][:, None] - after["station_s"] <= 600.0).sum()
    moves = 0
    for slot in set(range(tracks)) - {3}:
        way = np.array(cell)[rows["slot"] == slot]
        moves += int((np.diff(way, prepend=-1) != 0).sum())
    assert visits == moves == len([each for each in entered if each])
    assert len(hearings) == STATIONS_KEPT * n


def test_joined_records_are_those_of_all_parts(chance):
    parts = [np.zeros(n, ROW) for n in (3, 0, 5)]
    for part in parts:
        part["lat"], part["airborne_kind"] = chance.uniform(size=len(part)), True
    assert (joined(parts) == np.concatenate(parts)).all()
    assert joined(parts).dtype == ROW
    assert joined([np.arange(2), np.arange(3)]).tolist() == [0, 1, 0, 1, 2]


def test_a_byte_is_among_those_named():
    every = np.arange(256, dtype=np.uint8)
    assert every[among(0, 7, 255)[every]].tolist() == [0, 7, 255]


def test_the_same_question_is_answered_once_until_it_is_old():
    asked = []
    question = again(lambda x, y: asked.append(1) or x + y)
    one = np.array([1.0, np.nan])

    assert question(one, one)[0] == 2.0
    assert question(one.copy(), one) is question(one, one)
    assert len(asked) == 1
    assert question(one, one * 2.0)[0] == 3.0
    for number in range(MOST):
        question(np.array([float(number)]), one[:1])
    question(one, one)
    assert len(asked) == 3 + MOST
