"""One alert an episode, whatever comes how often in what order; and what people decide about it."""

import asyncio
import json
import tempfile

import pytest
from alert_making import KENT, NOW_S, Box, desk_in, flag, history
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.audit import verify
from alerts.cases import AlertState, alerts, case, changes_since, counts
from alerts.errors import (
    AlreadyClosedError,
    BadDecisionError,
    NotClosedError,
    StaleVersionError,
    UnknownAlertError,
)
from alerts.messages import REFERENCES_KEPT
from alerts.outbox import deliver_due
from fusion.flags import State


@pytest.fixture
def office(tmp_path):
    """A desk with one recipient, its store and its box."""
    box = Box()
    desk, store = desk_in(tmp_path, box)
    yield desk, store, box
    store.close()


def sent(store):
    """Every message, in order, as the recipients read it."""
    with store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT body FROM messages ORDER BY alert, version").all()
    return [json.loads(row.body) for row in rows]


def outcome(store):
    """What must not depend on the order in which versions came: numbers and times do."""
    return sorted(
        (a.flag_id, a.flag_version, a.flag_state, a.state, a.forces, json.dumps(a.feature, sort_keys=True))
        for a in alerts(store, tuple(AlertState))
    )


EPISODES = [
    history(NOW_S - 4000, 4, State.CLOSED),
    history(NOW_S - 3000, 3, State.WITHDRAWN),
    history(NOW_S - 2000, 2, State.OPEN),
]
VERSIONS = [version for episode in EPISODES for version in episode]


@given(st.lists(st.sampled_from(VERSIONS), max_size=6), st.permutations(VERSIONS), st.integers(1, 5))
@settings(max_examples=25)
def test_any_order_and_any_repetition_ends_in_the_same_alerts(again, shuffled, batch):
    told = [*again, *shuffled, *again]
    with tempfile.TemporaryDirectory() as plain, tempfile.TemporaryDirectory() as wild:
        (one, in_order), (two, in_any) = desk_in(plain, Box()), desk_in(wild, Box())
        one.take(VERSIONS, NOW_S)
        for i in range(0, len(told), batch):
            two.take(told[i : i + batch], NOW_S)

        assert outcome(in_any) == outcome(in_order)
        assert len(outcome(in_any)) == len(EPISODES)
        assert verify(in_any).fault is None
        in_order.close()
        in_any.close()


def test_a_version_taken_twice_leaves_no_trace(office):
    desk, store, _ = office
    desk.take(VERSIONS, NOW_S)
    before = verify(store)

    taken = desk.take(VERSIONS, NOW_S + 60)

    assert taken.changes == ()
    assert verify(store) == before


def test_an_episode_is_told_as_alert_updates_and_cancel_each_naming_those_before(office):
    desk, store, _ = office
    desk.take(history(NOW_S - 900, 3, State.WITHDRAWN), NOW_S)

    first, second, third = sent(store)

    assert [m["msgType"] for m in (first, second, third)] == ["Alert", "Update", "Cancel"]
    assert first["references"] == []
    assert third["references"] == [first["id"], second["id"]]
    assert first["alert"] == third["alert"] == "HL-2026-000001"
    assert third["flag"]["properties"]["state"] == "withdrawn"


def test_a_message_answers_the_five_questions_and_says_whom_to_call(office):
    desk, store, _ = office
    desk.take([flag()], NOW_S)

    [said] = sent(store)

    assert said["who"] == "mmsi:235012345"
    assert said["what"] == "loitering: mmsi:235012345 stayed within 400 m"
    assert said["where"] == "51.20000°N 1.50000°E, Kent Police"
    assert said["when"] == "from 2026-01-12T09:47:31.000Z on, seen first at 2026-01-12T09:57:31.000Z"
    assert said["why"] == "score 0.51; radius 400 m (threshold 800); depth not known"
    assert said["forces"] == [KENT]
    assert any("101" in line for line in said["how_to_report"])
    assert said["affiliation"] == "unknown"


def test_a_flag_that_ends_is_updated_with_its_end_and_stays_for_people_to_close(office):
    desk, store, _ = office
    desk.take(history(NOW_S - 900, 2, State.CLOSED), NOW_S)

    last = sent(store)[-1]

    assert (last["msgType"], last["change"]) == ("Update", "ended")
    assert last["flag"]["properties"]["end"] is not None
    assert alerts(store)[0].state is AlertState.NEW


def test_a_flag_found_again_after_it_was_withdrawn_is_alerted_again_as_the_same_case(office):
    desk, store, _ = office
    desk.take([*history(NOW_S - 900, 2, State.WITHDRAWN), flag(version=3)], NOW_S)

    assert [m["msgType"] for m in sent(store)] == ["Alert", "Cancel", "Alert"]
    assert len(alerts(store)) == 1


def test_what_was_withdrawn_before_anybody_heard_of_it_is_sent_to_nobody(office):
    desk, store, box = office
    desk.take([flag(version=2, state=State.WITHDRAWN), flag(version=1)], NOW_S)

    asyncio.run(deliver_due(store, {"box": box}, NOW_S))

    assert box.got == []
    assert len(case(store, "HL-2026-000001").versions) == 2


def test_everyone_who_was_told_hears_the_cancel_even_those_no_longer_concerned(office):
    desk, store, box = office
    desk.take([flag()], NOW_S)
    box.to = ("another",)
    desk.take([flag(version=2), flag(version=3, state=State.WITHDRAWN)], NOW_S)

    told = [(d.message, d.recipient) for d in case(store, "HL-2026-000001").deliveries]

    assert told == [
        ("HL-2026-000001:1:Alert", "desk"),
        ("HL-2026-000001:2:Update", "another"),
        ("HL-2026-000001:2:Update", "desk"),
        ("HL-2026-000001:3:Cancel", "another"),
        ("HL-2026-000001:3:Cancel", "desk"),
    ]


def test_references_of_a_long_episode_keep_the_first_and_the_last(office):
    desk, store, _ = office
    desk.take(history(NOW_S - 900, 30, State.OPEN), NOW_S)

    references = sent(store)[-1]["references"]

    assert len(references) == REFERENCES_KEPT
    assert references[0] == "HL-2026-000001:1:Alert"
    assert references[-1] == "HL-2026-000001:29:Update"


def test_numbers_count_within_the_year_in_which_an_alert_was_opened(office):
    desk, _, _ = office
    taken = desk.take([flag(NOW_S - n) for n in range(2)], NOW_S).changes
    taken += desk.take([flag(NOW_S - 9)], NOW_S + 366 * 86400).changes

    assert [c.alert.number for c in taken] == ["HL-2026-000001", "HL-2026-000002", "HL-2027-000001"]


def test_the_same_version_with_another_content_is_refused_and_recorded(office):
    desk, store, _ = office
    desk.take([flag()], NOW_S)

    assert desk.take([flag(summary="something else")], NOW_S).changes == ()

    assert alerts(store)[0].feature["properties"]["summary"].startswith("mmsi:235012345 stayed")
    assert verify(store).rows == 3


@pytest.mark.parametrize(
    "changes",
    [{"lat_deg": float("nan")}, {"score": float("inf")}, {"start_s": float("nan")}, {"raised_s": 1e300}],
)
def test_a_flag_of_which_no_case_can_be_made_holds_up_no_other(office, changes):
    desk, store, _ = office
    taken = desk.take([flag(id="f" * 16, **changes), flag()], NOW_S)

    assert [r.flag.id for r in taken.refused] == ["f" * 16]
    assert len(alerts(store)) == 1
    assert verify(store).fault is None


@pytest.mark.parametrize(
    "text", ["<SCRIPT SRC=//A.B/>", "${alert(1)}`", "'; DROP TABLE alerts; --", "\x00\x1b[2J\u202e", "\udc80"]
)
def test_hostile_text_goes_through_unchanged_as_data(office, text):
    desk, store, _ = office
    desk.take([flag(summary=text)], NOW_S)

    assert alerts(store)[0].feature["properties"]["summary"] == text
    assert sent(store)[0]["flag"]["properties"]["summary"] == text


def test_a_person_acknowledges_and_closes_and_every_step_is_told_and_kept(office):
    desk, store, _ = office
    desk.take([flag()], NOW_S)
    seen = desk.acknowledge("HL-2026-000001", "pc.jones", NOW_S + 1, 1)
    closed = desk.close(
        "HL-2026-000001", "pc.jones", "benign_explained", "a dredger", NOW_S + 2, seen.version
    )

    assert (seen.state, closed.state) == (AlertState.ACKNOWLEDGED, AlertState.CLOSED)
    assert (closed.reason_code, closed.closed_s) == ("benign_explained", NOW_S + 2)
    assert [m["change"] for m in sent(store)] == ["raised", "acknowledged", "closed"]
    decided = case(store, closed.number).decisions
    assert [(d.who, d.verb, d.reason_code, d.text) for d in decided] == [
        ("pc.jones", "acknowledged", None, ""),
        ("pc.jones", "closed", "benign_explained", "a dredger"),
    ]
    assert alerts(store) == []
    assert counts(store)[AlertState.CLOSED] == 1


def test_a_closed_alert_whose_flag_grows_is_noted_and_stays_closed_until_a_person_reopens_it(office):
    desk, store, _ = office
    desk.take([flag()], NOW_S)
    desk.close("HL-2026-000001", "pc.jones", "false_alarm", "", NOW_S, 1)
    desk.take([flag(version=2)], NOW_S + 60)
    [noted], seen = changes_since(store, 0)

    assert (noted.state, noted.grown, noted.flag_version) == (AlertState.CLOSED, True, 2)

    again = desk.reopen(noted.number, "sgt.khan", "it came back", NOW_S + 61, noted.version)
    assert (again.state, again.grown, again.reason_code) == (AlertState.ACKNOWLEDGED, False, None)
    assert [a.number for a in changes_since(store, seen)[0]] == [noted.number]


def test_two_people_at_once_one_decides_and_the_other_is_told_to_look_again(office):
    desk, _, _ = office
    desk.take([flag()], NOW_S)
    desk.acknowledge("HL-2026-000001", "pc.jones", NOW_S, 1)

    with pytest.raises(StaleVersionError) as stale:
        desk.close("HL-2026-000001", "pc.smith", "true", "", NOW_S, 1)

    assert (stale.value.expected, stale.value.current) == (1, 2)


def test_a_decision_on_what_the_flag_no_longer_says_is_stale(office):
    desk, _, _ = office
    desk.take([flag()], NOW_S)
    desk.take([flag(version=2)], NOW_S)

    with pytest.raises(StaleVersionError):
        desk.close("HL-2026-000001", "pc.smith", "true", "", NOW_S, 1)


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda d: d.acknowledge("HL-2026-000009", "pc", NOW_S, 1), UnknownAlertError),
        (lambda d: d.acknowledge("HL-2026-000001", "pc", NOW_S, 2), AlreadyClosedError),
        (lambda d: d.close("HL-2026-000001", "pc", "true", "", NOW_S, 2), AlreadyClosedError),
        (lambda d: d.reopen("HL-2026-000002", "pc", "why", NOW_S, 1), NotClosedError),
        (lambda d: d.reopen("HL-2026-000001", "pc", " ", NOW_S, 2), BadDecisionError),
        (lambda d: d.close("HL-2026-000002", "pc", "because", "", NOW_S, 1), BadDecisionError),
        (lambda d: d.close("HL-2026-000002", "pc", "true", "x" * 4001, NOW_S, 1), BadDecisionError),
        (lambda d: d.close("HL-2026-000002", "pc", "true", "\ud800", NOW_S, 1), BadDecisionError),
        (lambda d: d.acknowledge("HL-2026-000002", " ", NOW_S, 1), BadDecisionError),
    ],
)
def test_what_cannot_be_decided_is_said_by_type_and_changes_nothing(office, act, error):
    desk, store, _ = office
    desk.take([flag(), flag(NOW_S - 5)], NOW_S)
    desk.close("HL-2026-000001", "pc.jones", "duplicate", "", NOW_S, 1)
    before = verify(store)

    with pytest.raises(error):
        act(desk)

    assert verify(store) == before


def test_alerts_are_listed_newest_first_page_by_page_and_by_force(office):
    desk, store, _ = office
    desk.take([flag(NOW_S - n, lat_deg=51.0 + n) for n in range(3)], NOW_S)

    numbers = [a.number for a in alerts(store)]
    assert numbers == ["HL-2026-000003", "HL-2026-000002", "HL-2026-000001"]
    assert [a.number for a in alerts(store, before=numbers[0], limit=1)] == [numbers[1]]
    assert [a.number for a in alerts(store, force=KENT)] == ["HL-2026-000001"]
    with pytest.raises(UnknownAlertError):
        alerts(store, before="HL-1999-000001")


def test_changes_are_told_once_in_the_order_in_which_they_happened(office):
    desk, store, _ = office
    desk.take([flag(NOW_S - 1), flag(NOW_S - 2)], NOW_S)
    first, seen = changes_since(store, 0, limit=1)
    second, seen = changes_since(store, seen)
    desk.acknowledge(first[0].number, "pc.jones", NOW_S, 1)
    third, last = changes_since(store, seen)

    assert [a.number for a in first + second + third] == [
        "HL-2026-000001",
        "HL-2026-000002",
        "HL-2026-000001",
    ]
    assert changes_since(store, last) == ([], last)
