"""The desk as the page sees it: decided by whom, reported how, marked where a simulation put it there."""

import pytest
from alert_making import NOW_S, desk_in, flag

from alerts.cases import alerts
from headland.page_desk import PageDesk
from maps.live import desk as page

SHIP = "mmsi:235012345"
NUMBER = "HL-2026-000001"
DECIDED_S = NOW_S + 60


@pytest.fixture
def stood(tmp_path):
    """A desk with one alert, and its store."""
    desk, store = desk_in(tmp_path)
    desk.take([flag()], NOW_S)
    yield desk, store
    store.close()


@pytest.fixture
def asked(stood):
    return PageDesk(*stood)


def test_a_new_alert_says_how_to_report_and_names_nobody(asked):
    (shown,) = asked.list_alerts()

    assert (shown["id"], shown["state"], shown["grown"]) == (NUMBER, "new", False)
    assert "Kent Police on 101" in " ".join(shown["how_to_report"])
    assert not {"acknowledged", "acknowledged_by", "closed", "closed_by", "reason", "note"} & shown.keys()


def test_who_acknowledged_closed_and_reopened_is_shown_as_far_as_it_still_stands(asked):
    seen = asked.acknowledge(NUMBER, version=1, who="PC 1", now_s=DECIDED_S)
    closed = asked.close(NUMBER, version=2, who="PC 2", reason="true", note="ferry", now_s=DECIDED_S + 1)
    again = asked.reopen(NUMBER, version=3, who="PC 3", text="it went on", now_s=DECIDED_S + 2)

    assert (seen["acknowledged_by"], seen["acknowledged"]) == ("PC 1", "2026-01-12T10:03:31.000Z")
    assert (closed["closed_by"], closed["reason"], closed["note"]) == ("PC 2", "true", "ferry")
    assert (again["state"], again["reopened_by"], again["note"]) == ("acknowledged", "PC 3", "it went on")
    assert not {"closed", "closed_by", "reason"} & again.keys()
    assert asked.list_alerts() == [again]


def test_a_closed_alert_whose_flag_grew_says_so(asked, stood):
    asked.close(NUMBER, version=1, who="PC 2", reason="false_alarm", note="", now_s=DECIDED_S)
    stood[0].take([flag(version=2)], DECIDED_S + 60)

    (shown,) = asked.list_alerts()

    assert (shown["state"], shown["grown"]) == ("closed", True)


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        (lambda desk: desk.reopen(NUMBER, version=1, who="PC", text="x", now_s=1e9), page.RefusedActionError),
        (lambda desk: desk.acknowledge(NUMBER, version=7, who="PC", now_s=1e9), page.ChangedAlertError),
        (lambda desk: desk.acknowledge("HL-1", version=1, who="PC", now_s=1e9), page.UnknownAlertError),
    ],
)
def test_what_the_desk_refuses_reaches_the_page_in_the_page_s_words(asked, act, refusal):
    with pytest.raises(refusal):
        act(asked)


@pytest.mark.parametrize(("planted", "marked"), [({SHIP}, True), ({"mmsi:235099999"}, None), ((), None)])
def test_what_is_planted_is_marked_on_the_page_and_not_in_the_store(stood, planted, marked):
    (shown,) = PageDesk(*stood, planted).list_alerts()

    assert shown["feature"]["properties"].get("planted") is marked
    assert "planted" not in alerts(stood[1])[0].feature["properties"]
