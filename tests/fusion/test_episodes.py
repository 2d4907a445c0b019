"""From findings to flags: opened, grown, closed, withdrawn, and never told twice with one number."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest
from fusion_scenes import plane, ship
from hypothesis import given
from hypothesis import strategies as st

from alerts.features import canonical_json, collection, feature
from feeds.reports import subject
from fusion.episodes import Episodes
from fusion.flags import State
from fusion.parameters import FlagParameters, parameter
from fusion.pattern import Factor, Findings, Found, Verdict
from geo.forces import forces

NOW_S = 1_750_000_000.0
A, B = ship(235_000_001), plane(0x400001)
RULES = FlagParameters()


@dataclass(frozen=True, slots=True)
class Waving:
    """A made-up pattern with one number."""

    enough: float = parameter(3.0, "waves", "for the test", 1, 10)

    name: ClassVar[str] = "waving"
    version: ClassVar[int] = 7
    every_s: ClassVar[float] = 30.0
    factors: ClassVar[tuple[Factor, ...]] = (Factor("waves", "waves", "enough", 1), Factor("wind", "m/s"))

    def summary(self, finding: Findings, factors: Mapping[str, float]) -> str:
        return f"Waved {factors['waves']:g} times."

    def area(self, finding: Findings, factors: Mapping[str, float]) -> None:
        return None


def found(
    score=0.8, verdict=Verdict.HOLDS, start_s=NOW_S - 600.0, end_s=np.nan, waves=4.0, a=A, b=0
) -> Found:
    findings = Findings.of(
        1,
        subject_a=np.array([a], np.uint64),
        subject_b=np.array([b], np.uint64),
        start_s=[start_s],
        end_s=[end_s],
        lat_deg=[50.123456],
        lon_deg=[-3.987654],
        score=[score],
        verdict=[int(verdict)],
    )
    return Found(findings, np.array([[waves, np.nan]]))


NOTHING = Found.nothing(2)


def told(steps, rules=RULES):
    """Every version told over (seconds after the first, found)."""
    episodes = Episodes(rules)
    return [flag for after_s, what in steps for flag in episodes.take(Waving(), what, NOW_S + after_s)]


def test_a_finding_opens_a_flag_at_the_least_score_and_not_below_it():
    assert not told([(0, found(score=0.49))])

    (flag,) = told([(0, found(score=0.5))])
    assert (flag.state, flag.version, flag.raised_s, flag.end_s) == (State.OPEN, 1, NOW_S, None)
    assert (flag.lat_deg, flag.lon_deg) == (50.12346, -3.98765)
    assert (flag.pattern, flag.pattern_version, dict(flag.parameters)) == ("waving", 7, {"enough": 3.0})


def test_its_id_is_the_hash_of_kind_subjects_and_start():
    (flag,) = told([(0, found(a=B, b=A))])

    text = "|".join(["waving", *sorted([subject(A), subject(B)]), f"{NOW_S - 600.0:.3f}"])
    assert flag.id == hashlib.sha256(text.encode()).hexdigest()[:16]
    assert flag.subjects == tuple(sorted((A, B)))


def test_a_number_that_is_not_known_is_no_reason():
    (flag,) = told([(0, found(waves=4.04))])

    assert [(r.factor, r.value, r.threshold) for r in flag.reasons] == [("waves", 4.0, 3.0)]


def test_an_open_flag_holds_down_to_the_hold_ratio_and_does_not_take_back_what_was_seen():
    hold = RULES.min_score * RULES.hold_ratio
    steps = [(0, found(score=0.8))] + [(k * 300.0, found(score=hold + 0.01)) for k in range(1, 20)]

    assert len(told(steps)) == 1  # neither closed nor weakened
    lapsed = told([(0, found(score=0.8))] + [(k * 300.0, found(score=hold - 0.01)) for k in range(1, 3)])
    assert [flag.state for flag in lapsed] == [State.OPEN, State.CLOSED]


def test_a_growing_flag_speaks_no_more_often_than_update_s():
    steps = [(30.0 * k, found(score=0.6 + 0.01 * k, waves=4.0 + k)) for k in range(31)]

    versions = told(steps)

    assert [flag.version for flag in versions] == [1, 2, 3, 4]
    assert [flag.score for flag in versions] == [0.6, 0.7, 0.8, 0.9]
    assert {flag.raised_s for flag in versions} == {NOW_S}
    assert {flag.id for flag in versions} == {versions[0].id}


def test_a_version_is_told_only_when_the_rounded_content_changes():
    steps = [(300.0 * k, found(score=0.8 + 1e-4 * k, waves=4.0 + 1e-3 * k)) for k in range(10)]

    assert len(told(steps)) == 1


def test_it_closes_when_nothing_has_held_for_longer_than_linger_s_and_ends_when_it_last_held():
    quiet = [(60.0 + RULES.linger_s, NOTHING), (90.0 + RULES.linger_s, NOTHING)]

    assert len(told([(0, found()), (60, found()), quiet[0]])) == 1
    closed = told([(0, found()), (60, found()), *quiet])[-1]
    assert (closed.state, closed.end_s, closed.version) == (State.CLOSED, NOW_S + 60.0, 2)


def test_when_the_pattern_says_it_is_over_it_closes_at_once_and_ends_when_the_pattern_says():
    closed = told([(0, found()), (60, found(score=0.0, verdict=Verdict.OVER, end_s=NOW_S + 42.0))])[-1]

    assert (closed.state, closed.end_s, closed.score) == (State.CLOSED, NOW_S + 42.0, 0.8)


def test_when_the_pattern_says_it_was_wrong_it_is_withdrawn_under_the_same_id():
    first, last = told([(0, found()), (60, found(score=0.0, verdict=Verdict.WRONG, end_s=NOW_S + 42.0))])

    assert (last.state, last.id, last.version) == (State.WITHDRAWN, first.id, 2)


def test_what_was_never_told_cannot_be_taken_back():
    assert not told(
        [(0, found(score=0.0, verdict=Verdict.WRONG)), (60, found(score=0.1, verdict=Verdict.OVER))]
    )


def test_what_had_already_ended_when_it_was_found_is_told_once_and_closed():
    over = found(verdict=Verdict.OVER, end_s=NOW_S - 60.0)

    (flag,) = told([(0, over), (30, over), (60, over)])

    assert (flag.state, flag.end_s) == (State.CLOSED, NOW_S - 60.0)


@pytest.mark.parametrize("end", ["lapsed", "over", "wrong"])
def test_a_behaviour_found_again_is_the_same_flag_in_its_next_version(end):
    """A silence that lasts is one silence, though its evidence may fail for a while."""
    pause = {
        "lapsed": [(1000.0, NOTHING)],
        "over": [(1000.0, found(score=0.0, verdict=Verdict.OVER, end_s=NOW_S))],
        "wrong": [(1000.0, found(score=0.0, verdict=Verdict.WRONG, end_s=NOW_S))],
    }[end]

    versions = told([(0, found()), *pause, (2000.0, found()), (4000.0, NOTHING)])

    assert [flag.version for flag in versions] == [1, 2, 3, 4]
    assert [flag.state for flag in versions][2:] == [State.OPEN, State.CLOSED]
    assert {flag.id for flag in versions} == {versions[0].id}
    assert {flag.raised_s for flag in versions} == {NOW_S}


def test_the_same_behaviour_of_another_start_is_another_flag():
    again = found(start_s=NOW_S + 1500.0)

    versions = told([(0, found()), (1000.0, NOTHING), (2000.0, again)])

    assert [flag.version for flag in versions] == [1, 2, 1]
    assert versions[0].id != versions[2].id


def test_flags_survive_canonical_json_and_equal_flags_give_equal_bytes():
    one, again = told([(0, found())]), told([(0, found())])

    first = canonical_json(collection(one, forces))
    assert first == canonical_json(collection(again, forces))
    assert b'"value":4}' in first
    assert b"NaN" not in first
    assert feature(one[0], ["Devon"])["properties"]["end"] is None


verdicts = st.sampled_from([Verdict.HOLDS, Verdict.HOLDS, Verdict.HOLDS, Verdict.OVER, Verdict.WRONG])
ticks = st.lists(st.tuples(st.none() | st.tuples(st.floats(0, 1), verdicts), st.integers(1, 20)), max_size=60)


@given(ticks, st.floats(0, 1000), st.floats(0, 1000))
def test_whatever_is_found_versions_rise_by_one_and_no_flag_speaks_twice_alike(steps, linger_s, update_s):
    rules = replace(RULES, linger_s=linger_s, update_s=update_s)
    episodes, last, spoke_s, now_s = Episodes(rules), {}, {}, NOW_S
    for what, ahead in steps:
        now_s += 30.0 * ahead
        here = (
            NOTHING
            if what is None
            else found(
                *what, waves=round(10 * what[0]), end_s=now_s - 15.0 if what[1] != Verdict.HOLDS else np.nan
            )
        )
        for flag in episodes.take(Waving(), here, now_s):
            before = last.get(flag.id)
            assert flag.version == (before.version + 1 if before else 1)
            assert before is None or replace(before, version=flag.version) != flag
            if before is not None and before.state is flag.state is State.OPEN:
                assert now_s - spoke_s[flag.id] >= update_s
                assert flag.score >= before.score
            if flag.state is State.OPEN:
                assert flag.end_s is None
                assert flag.score >= round(rules.min_score * (1 if before is None else rules.hold_ratio), 2)
            else:
                assert flag.end_s >= flag.start_s
            last[flag.id], spoke_s[flag.id] = flag, now_s
