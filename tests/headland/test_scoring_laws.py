"""What holds of scores whatever was planted and whatever was flagged."""

import itertools
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scoring_making import claim, planted, trial

from headland.proving.scoring.calibration import calibration
from headland.proving.scoring.followed import followed
from headland.proving.scoring.matching import NONE, WHOLE, fitting, match
from headland.proving.scoring.rules import Rules
from headland.proving.scoring.scores import TOGETHER, score
from headland.proving.scoring.tally import Tally, kinds_of, tally

RULES = Rules()
KINDS = st.sampled_from(["loitering", "rendezvous", "position_anomaly"])
SUBJECTS = st.lists(
    st.sampled_from(["mmsi:235000001", "mmsi:235000002", "mmsi:235000003", "icao24:400abc"]),
    max_size=2,
    unique=True,
)
PLACES = st.sampled_from([(50.6, -1.2), (50.62, -1.2), (52.0, -1.2)])
CLAIMS = st.builds(
    claim,
    KINDS,
    SUBJECTS,
    raised=st.integers(-600, 9000).map(float),
    score=st.integers(0, 100).map(lambda n: n / 100),
    at=PLACES,
    withdrawn=st.booleans(),
)
TRUTHS = st.builds(
    planted,
    KINDS,
    SUBJECTS,
    span=st.tuples(st.integers(0, 3000).map(float), st.integers(3000, 6000).map(float)),
    at=PLACES,
)
TRIALS = st.builds(trial, st.lists(CLAIMS, max_size=6), st.lists(TRUTHS, max_size=4))


@given(st.lists(TRIALS, min_size=1, max_size=3), st.randoms())
def test_the_order_of_worlds_flags_and_truths_changes_nothing(trials, chance):
    def shuffled(rows):
        rows = list(rows)
        chance.shuffle(rows)
        return rows

    mixed = [trial(shuffled(each.claims), shuffled(each.planted)) for each in shuffled(trials)]

    assert score(mixed, RULES).as_json() == score(trials, RULES).as_json()


@given(TRIALS, KINDS)
def test_a_false_flag_more_never_raises_precision_nor_changes_what_is_found(world, kind):
    stranger = claim(kind, ["mmsi:999999999"])
    before = score([world], RULES).kinds
    after = score([trial([*world.claims, stranger], world.planted)], RULES).kinds

    for name in {kind, TOGETHER} & set(before):
        old, new = before[name], after[name]
        assert (new.tally.found, new.tally.half) == (old.tally.found, old.tally.half)
        assert new.tally.false == old.tally.false + 1
        assert np.isnan(old.precision.value) or new.precision.value <= old.precision.value
        assert new.per_day.value > old.per_day.value


@given(st.lists(TRIALS, min_size=1, max_size=4))
def test_what_is_pooled_is_the_sum_of_the_counts(trials):
    pooled = score(trials, RULES).kinds
    alone = [score([each], RULES).kinds for each in trials]

    for kind in (*kinds_of(trials), TOGETHER):
        for name in [each.name for each in fields(Tally)][:9]:
            parts = [getattr(world[kind].tally, name) for world in alone if kind in world]
            assert getattr(pooled[kind].tally, name) == sum(parts)


@given(TRIALS)
def test_every_flag_and_every_planted_thing_is_counted_once(world):
    for kind in kinds_of([world]):
        each = tally(world, kind, RULES)

        assert each.found + each.half + each.false == each.issued
        assert each.found + each.half + sum(each.missed_what.values()) == each.planted
        assert sum(each.false_why.values()) == each.false
        assert len(each.delays_s) == each.found


@given(st.lists(CLAIMS, max_size=4), st.lists(TRUTHS, max_size=4))
def test_no_other_assignment_finds_more(claims, truths):
    fit = np.array([[fitting(c, t, RULES) for t in truths] for c in claims]).reshape(len(claims), len(truths))

    made = match(claims, truths, RULES)

    # Every way to give each claim a truth of its own, or none.
    slots = [*range(len(truths)), *[None] * len(claims)]
    ways = itertools.permutations(slots, len(claims))
    values = ([int(fit[i, j]) for i, j in enumerate(way) if j is not None] for way in ways)
    best = max((value.count(WHOLE), sum(v != NONE for v in value)) for value in values)
    assert (len(made.pairs), len(made.pairs) + len(made.halves)) == best


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 100).map(lambda n: n / 100), st.booleans()), max_size=9), max_size=3
    )
)
def test_the_parts_of_the_brier_score_are_what_their_definitions_say_and_add_up(worlds):
    told = calibration(worlds, 1)

    rows = np.array([row for world in worlds for row in world], float).reshape(-1, 2)
    assert told.count == len(rows) == sum(each.count for each in told.bins)
    if not len(rows):
        assert np.isnan([told.brier.value, told.reliability]).all()
        return
    bin_of = np.array([min(round(100 * f) // 10, 9) for f, _ in rows])
    within = 0.0
    for k in np.unique(bin_of):
        f, o = rows[bin_of == k].T
        within += ((f - f.mean()) ** 2).sum() - 2 * ((f - f.mean()) * (o - o.mean())).sum()
    assert told.within == pytest.approx(within / len(rows), abs=1e-9)
    assert told.uncertainty == pytest.approx(rows[:, 1].var(), abs=1e-9)
    assert 0 <= told.resolution <= told.uncertainty + 1e-9


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5000)), max_size=30),
    st.integers(1, 1000),
)
def test_hours_followed_are_those_counted_one_by_one(rows, follow_s):
    vessel = [True, False, True, False]
    hours = {True: 0.0, False: 0.0}
    for who in range(4):
        times = sorted(t for n, t in rows if n == who)
        hours[vessel[who]] += sum(b - a for a, b in itertools.pairwise(times) if b - a <= follow_s) / 3600

    told = followed(
        np.array([t for _, t in rows], float), np.array([n for n, _ in rows], int), np.array(vessel), follow_s
    )

    assert (told.vessel_h, told.flight_h) == pytest.approx((hours[True], hours[False]))
