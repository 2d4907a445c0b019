"""Whom a pattern has to look at: each compiled pass against the mask of columns that says the same."""

import numpy as np
import pytest

from feeds.reports import Domain, Doubt, Source, domains, entities
from fusion.afterwards import AFTER, tell
from fusion.candidates import aloft, fixless, heard_lately, leapt, misnumbered, sound, turning
from fusion.lookup import among
from fusion.numbers import kept_back, unissued, wrong_imo
from fusion.pairs import afloat, is_ship, ships
from fusion.pressure import ENOUGH, Pressure
from fusion.records import ROW, STATE
from fusion.renamed import fitting, likeliest, movers
from fusion.seconds import splitting

NOW_S = 10_000.0
SIZE = 400
OWN = among(Source.AIS_A, Source.AIS_B, Source.ADSB)


@pytest.fixture
def state():
    """Tracks of all kinds, each of whose times may be long past, lately, or never."""
    chance = np.random.default_rng(11)
    table = np.zeros(SIZE, STATE).view(np.recarray)
    for name in STATE.names:
        kind = STATE[name]
        if kind == np.float64:
            values = chance.uniform(-1.0, 1.0, SIZE) * chance.choice([1.0, 10.0, 400.0], SIZE)
            values = NOW_S - np.abs(values) * 3.0 if name.endswith("_s") else values
            table[name] = np.where(chance.random(SIZE) < 0.15, np.nan, values)
        elif kind.kind == "i":
            table[name] = chance.integers(-1, 12, SIZE)
    ais = np.concatenate(
        [entities(Domain.AIS, chance.choice([992_351_000, 232_000_001, 111_232_501, 9_999_999], 200))]
    )
    icao = entities(Domain.ICAO, chance.choice([0x400ABC, 0xB12345, 0x210001, 0x27FFFF], 200))
    table["entity"] = chance.permutation(np.concatenate([ais, icao]))
    table["source"] = chance.choice([int(each) for each in Source], SIZE)
    table["doubt"] = chance.choice([0, int(Doubt.IDENTITY_FORM), int(Doubt.IDENTITY_MESSAGE)], SIZE)
    table["own_heard"] = chance.integers(0, 40, SIZE)
    return table


def rows_of(mask):
    assert 0 < mask.sum() < len(mask)
    return np.flatnonzero(mask).tolist()


def speed(s):
    return np.hypot(s["east_mps"], s["north_mps"])


def lately(s, name, seconds):
    return NOW_S - s[name] <= seconds


def plain_and_compiled(loop):
    return pytest.mark.parametrize("look", [loop, loop.py_func], ids=["compiled", "plain"])


@plain_and_compiled(turning)
def test_who_turns_was_heard_from_both_places_lately(state, look):
    wanted = (state["turns"] >= 3) & lately(state, "turned_s", 300.0) & lately(state, "other_s", 600.0)
    assert look(state, NOW_S, 300.0, 600.0).tolist() == rows_of(wanted)


@plain_and_compiled(misnumbered)
def test_who_bears_a_wrong_number_goes_under_it_by_his_own_word(state, look):
    named = np.unique(state["entity"])
    imo = np.where(np.arange(len(named)) % 2, 9074729, 9074728)
    odd = (state["doubt"] & np.uint32(Doubt.IDENTITY_MESSAGE)) != 0
    wrong = unissued(state) | odd | wrong_imo(imo)[np.searchsorted(named, state["entity"])]
    going = lately(state, "fixed_s", 300.0) & (speed(state) > 0.5) & (state["own_heard"] >= 3)
    wanted = wrong & going & (state["on_ground"] != 1) & OWN[state["source"]]
    assert look(state, NOW_S, 300.0, 0.5, OWN, named, imo).tolist() == rows_of(wanted)


@plain_and_compiled(leapt)
def test_who_leapt_is_out_or_came_back_lately(state, look):
    wanted = lately(state, "leap_s", 800.0) & ~(NOW_S - state["leap_back_s"] > 60.0)
    wanted &= lately(state, "fixed_s", 600.0)
    assert look(state, NOW_S, 800.0, 60.0, 600.0).tolist() == rows_of(wanted)


@plain_and_compiled(fixless)
def test_who_lost_a_fix_lost_it_for_a_spell_or_leapt(state, look):
    lost = lately(state, "poor_s", 900.0) & (state["poor_s"] - state["poor_since_s"] >= 10.0)
    rows, by_fix = look(state, NOW_S, 900.0, 10.0)
    assert rows.tolist() == rows_of(lost | lately(state, "leap_s", 900.0))
    assert by_fix.tolist() == lost[rows].tolist()


@plain_and_compiled(sound)
def test_whose_fix_is_sound_says_so_and_has_not_said_otherwise_since(state, look):
    wanted = lately(state, "sound_s", 300.0) & lately(state, "fixed_s", 300.0)
    wanted &= ~(state["poor_since_s"] > state["sound_s"])
    assert look(state, NOW_S, 300.0).tolist() == rows_of(wanted)


@plain_and_compiled(aloft)
def test_who_is_aloft_is_low_for_certain(state, look):
    height_m = state["alt_m"] + 0.5 * np.nan_to_num(state["alt_sigma_m"])
    wanted = (domains(state["entity"]) != Domain.AIS) & lately(state, "fixed_s", 600.0)
    wanted &= (state["on_ground"] != 1) & (height_m < 20.0)
    assert look(state, NOW_S, 600.0, 20.0).tolist() == rows_of(wanted)


@plain_and_compiled(heard_lately)
def test_who_is_heard_lately_is_heard_more_than_twice_and_flies_or_floats(state, look):
    wanted = lately(state, "fixed_s", 240.0) & OWN[state["source"]]
    wanted &= (state["own_heard"] >= 3) & (state["on_ground"] != 1)
    assert look(state, NOW_S, 240.0, OWN).tolist() == rows_of(wanted)


@plain_and_compiled(afloat)
def test_who_is_afloat_is_a_ship_placed_lately(state, look):
    wanted = ships(state) & lately(state, "fixed_s", 420.0)
    assert look(state, NOW_S, 420.0).tolist() == rows_of(wanted)
    assert ships(state).tolist() == [is_ship.py_func(each) for each in state]


@plain_and_compiled(movers)
def test_only_who_was_lost_before_anybody_new_was_heard_is_asked(state, look):
    able = (domains(state["entity"]) == Domain.AIS) & (speed(state) >= 1.0) & (state["samples"] >= 2)
    able &= among(Source.AIS_A, Source.AIS_B, Source.AIS_TABLE)[state["source"]]
    new = able & lately(state, "first_s", 900.0) & (state["own_heard"] >= 4)
    gone = able & lately(state, "heard_s", 1500.0) & (state["own_heard"] >= 20)
    gone &= state["heard_s"] < state["first_s"][new].max()
    found, lost = look(state, NOW_S, 900.0, 600.0, 1.0)
    assert (found.tolist(), lost.tolist()) == (rows_of(new), rows_of(gone))


@plain_and_compiled(fitting)
def test_each_fits_who_was_lost_before_it_and_not_too_long(state, look):
    found, lost = np.arange(0, 60, 2), np.arange(1, 90, 2)
    gap_s = state["first_s"][found][:, None] - state["heard_s"][lost]
    f, k = np.nonzero((gap_s > 0.0) & (gap_s <= 300.0))
    assert [each.tolist() for each in look(state, found, lost, 300.0)] == [
        found[f].tolist(),
        lost[k].tolist(),
    ]


@plain_and_compiled(likeliest)
def test_the_first_of_the_likeliest_is_chosen_and_none_where_odds_are_no_number(look):
    found = np.array([3, 3, 3, 5, 5, 8, 9, 9])
    odds = np.array([1.0, 2.0, 2.0, np.nan, 7.0, -np.inf, -4.0, -5.0])
    assert look(found, odds).tolist() == [1, 6]


@plain_and_compiled(kept_back)
def test_blocks_end_where_they_end(look):
    assert look(np.array([0x20FFFF, 0x210000, 0x27FFFF, 0x280000])).tolist() == [False, True, True, False]


@plain_and_compiled(tell)
def test_of_the_state_after_a_tick_what_is_told_is_told_as_it_is(state, look):
    slots = np.array([5, 5, 0, 399])
    out = np.zeros(len(slots), AFTER).view(np.recarray)
    look(state, slots, out)
    assert all(
        np.array_equal(out[name], state[name][slots], equal_nan=True) for name in ("station", "station_s")
    )
    assert all(out[name].tobytes() == state[name][slots].tobytes() for name in AFTER.names)


@plain_and_compiled(splitting)
def test_a_number_is_split_where_word_came_from_both_places_often(state, look):
    slots = np.arange(0, SIZE, 2)
    s = state[slots]
    two = (
        (s["turns"] >= 5)
        & (s["overlaps"] >= 2)
        & (s["echo_m"] > 3.0)
        & (s["heard_s"] - s["other_s"] <= 600.0)
    )
    assert look(state, slots, 5, 2, 3.0, 600.0).tolist() == slots[rows_of(two)].tolist()


def test_only_a_barometric_height_is_corrected():
    pressure, rows = Pressure(), np.zeros(3, ROW)
    for name in ("time_s", "lat", "lon"):
        rows[name] = 50.0
    pressure.learn(*np.full((3, ENOUGH), 50.0), np.full(ENOUGH, 900.0), np.full(ENOUGH, 12.5))
    rows["airborne_kind"], rows["alt_m"] = True, [900.0, 900.0, np.nan]
    rows["alt_geometric"] = [False, True, False]
    pressure.correct(rows)
    assert rows["qnh_m"].tolist() == [12.5, 0.0, 0.0]
