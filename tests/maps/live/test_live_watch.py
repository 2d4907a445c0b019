"""A shift at the live page, by keyboard: what is decided, hidden, planted and reported, in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from live_making import alert, row, told, traffic
from map_making import NOON_S, YACHT, flag

pytestmark = pytest.mark.browser

LIT = """([name, colour]) => {
  const canvas = document.querySelector(`.leaflet-${name}-pane canvas`);
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  const wanted = [1, 3, 5].map((at) => parseInt(lookout.theme.colour(colour).slice(at, at + 2), 16));
  let lit = 0;
  for (let i = 0; i < data.length; i += 4) lit += data[i + 3] === 255 && wanted.every((value, at) => value === data[i + at]);
  return lit;
}"""
FOCUS = "document.activeElement.id || document.activeElement.className || document.activeElement.tagName"


@pytest.fixture
def seen(watched: Callable[..., Any], watch: Any) -> Any:
    return watched(watch.served.url, color_scheme="light")


def closed(number: int, **changed: Any) -> dict[str, Any]:
    """An alert that somebody has closed."""
    ended = {"closed": "2016-01-12T12:02:00Z", "closed_by": "A. Jones", "reason": "explained"}
    return alert(number, state="closed", **changed) | ended


def test_a_shift_goes_through_its_alerts_without_a_mouse(seen: Any, watch: Any) -> None:
    page, keys = seen.page, seen.page.keyboard
    watch.desk.open(*(alert(n, kind=kind) for n, kind in enumerate(("loitering", "rendezvous", "drop_off"))))
    told(seen, watch)
    keys.press("j")
    keys.press("Enter")
    assert page.evaluate(FOCUS) == "details"
    keys.press("Escape")
    assert page.evaluate("document.activeElement.closest('tr').className").split() == ["is-new", "chosen"]
    keys.press("c")
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.type("j and a are letters here")
    keys.press("Enter")
    page.wait_for_timeout(200)
    told(seen, watch)
    # The one closed has left the list: the next is the one that stood after it.
    keys.press("Escape")
    keys.press("j")
    first = page.evaluate("lookout.flags[headland.selected.flag].alert.id")
    keys.press("a")
    page.locator("#decision").filter(has_text="Acknowledged").wait_for()

    assert [each[:3] for each in watch.desk.asked] == [("close", "case-0", 1), ("acknowledge", "case-1", 1)]
    assert watch.desk.asked[0][5] == "j and a are letters here"
    assert first == "case-1"
    assert page.title() == "(1) Solent"
    assert seen.complaints == []


def test_a_closed_alert_that_has_grown_comes_up_again_and_is_reopened_with_a_sentence(
    seen: Any, watch: Any
) -> None:
    page = seen.page
    watch.desk.open(closed(1))
    told(seen, watch)
    assert (page.title(), row(page, "Loitering").count()) == ("Solent", 0)
    assert page.inner_text("#hidden-alerts span") == "Hidden: 1 done with"
    watch.desk.open(closed(1, version=2, score=0.97) | {"grown": True})
    told(seen, watch)

    assert page.title() == "(1) Solent"
    assert row(page, "Loitering").locator(".verdict").inner_text() == "Grown"
    assert page.inner_text("#said") == "A closed alert has grown: Loitering, SEA BREEZE"
    page.keyboard.press("j")
    text = page.inner_text("#decision")
    assert "its flag has grown since: somebody should look again" in text
    assert "Closed 12 Jan 2016 12:02:00 UTC by A. Jones\n\nExplained: ordinary traffic or known work" in text
    page.keyboard.press("r")
    page.keyboard.type("It is back")
    page.keyboard.press("Enter")
    page.locator("#decision").filter(has_text="Reopened 12 Jan 2016 12:03:00 UTC by PC 1").wait_for()
    assert watch.desk.asked == [("reopen", "case-1", 2, "PC 1", "It is back", NOON_S + watch.second)]
    assert row(page, "Loitering").locator(".verdict").inner_text() == "Seen"
    assert page.locator("#reopen-form").count() == 0
    assert seen.complaints == []


def test_what_is_planted_says_so_wherever_it_is_seen(seen: Any, watch: Any) -> None:
    page = seen.page
    watch.desk.open(alert(1))
    told(seen, watch)
    bare = [page.evaluate(LIT, [name, "planted"]) for name in ("flags", "symbols")]
    watch.desk.open(alert(1, version=2, planted=True))
    told(seen, watch)
    marked = [page.evaluate(LIT, [name, "planted"]) for name in ("flags", "symbols")]
    page.keyboard.press("j")
    page.click("#tab-targets")

    assert bare == [0, 0]
    assert all(lit > 40 for lit in marked), marked
    assert page.locator("#details p.planted").is_visible()
    assert page.locator("#targets tr").filter(has_text="PLANTED").count() == 1
    assert page.input_value("#report-text").startswith("EXERCISE: PLANTED BY A SIMULATION.")
    assert page.inner_text("#said").startswith("Alert 1 of 1: planted,")


def test_filters_count_what_they_hide_and_shout_when_it_waits(seen: Any, watch: Any) -> None:
    page = seen.page
    watch.desk.open(
        alert(1),
        alert(2, kind="rendezvous", force=["Dorset"]),
        alert(3, kind="drop_off", force=[]),
        closed(4),
    )
    told(seen, watch)
    page.select_option("#flag-force", "Dorset")

    assert page.locator("#flags tbody tr").count() == 1
    assert page.inner_text("#hidden-alerts span") == "Hidden: 2 not yet seen, 1 done with"
    assert page.locator("#hidden-alerts.waiting").is_visible()
    # The map agrees with the list, and hidden alerts still count as waiting.
    assert page.evaluate("[...lookout.shownFlags].map((i) => lookout.flags[i].alert.id)") == ["case-2"]
    assert page.title() == "(3) Solent"
    page.select_option("#flag-force", label="outside every area")
    assert "Drop off" in page.locator("#flags tbody").inner_text()
    page.click("#show-hidden")
    assert page.locator("#flags tbody tr").count() == 4
    assert page.locator("#hidden-alerts").is_hidden()
    page.select_option("#flag-kind", "rendezvous")
    page.select_option("#flag-state", "closed")
    assert page.inner_text("#flags .scroll") == "Nothing matches."


def test_the_details_are_a_report_that_can_be_copied(watched: Callable[..., Any], watch: Any) -> None:
    watch.desk.open(alert(1))
    seen = watched(watch.served.url, permissions=["clipboard-read", "clipboard-write"])
    told(seen, watch)
    page = seen.page
    page.keyboard.press("j")
    shown = page.inner_text("#details")
    page.click("#detail-report summary")
    page.click("#report-copy")
    page.locator("#report-copy").filter(has_text="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")

    facts = {
        "Who": "SEA BREEZE (mmsi:232005270), sailing or pleasure craft by its own account",
        "What": "Loitering",
        "Where": "50°43.20′N 001°12.00′W; water or land of Hampshire",
        "When": "From 12 Jan 2016 12:05:00 UTC, still going on",
    }
    for name, text in facts.items():
        assert f"{name}:".ljust(9) + text in copied.splitlines()
        assert name in shown
        assert name == "Who" or text in shown
    assert "  - Time within radius: 2100 s (35 min); threshold 1800 s (30 min)" in copied
    assert "  - Otherwise: call Hampshire on 101 and quote Project Kraken." in copied
    assert "Alert:   case-1, version 1" in copied
    assert "nobody has verified it, and it accuses nobody" in copied
    assert copied == page.input_value("#report-text")
    # Where the browser forbids it, the text is marked for a hand to copy.
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")
    page.click("#report-copy")
    page.locator("#report-copy").filter(has_text="Ctrl+C").wait_for()
    assert page.evaluate("getSelection().toString()") == copied
    assert seen.complaints == []


def test_the_trail_of_what_is_selected_reaches_back_and_bears_its_times(
    watched: Callable[..., Any], watch: Any
) -> None:
    watch.pass_seconds(1800)
    watch.desk.open(alert(1, start="2016-01-12T12:10:00Z"))
    seen = watched(watch.served.url)
    told(seen, watch)
    page = seen.page
    page.keyboard.press("j")
    page.wait_for_timeout(300)
    told(seen, watch)
    [track] = page.evaluate("[...lookout.chosenTracks()]")
    trail = page.evaluate("headland.whereIs('mmsi:232005270').trail.time")
    marks = page.evaluate("track => lookout.timesOn(lookout.wayOf(track))", track)
    page.click("#show-trail")
    page.wait_for_timeout(400)

    assert trail[0] > NOON_S + 1200  # the ten minutes that came with the picture
    assert [time - NOON_S for time, _, _ in marks] == [300.0 * k for k in range(1, 7)]
    for time, x, y in marks:
        true = traffic(int(time - NOON_S), (YACHT,))
        lat, lon = page.evaluate("([x, y]) => [lookout.latOf(y), lookout.lonOf(x)]", [x, y])
        assert lat == pytest.approx(true.lat_deg[0], abs=2e-5)
        assert lon == pytest.approx(true.lon_deg[0], abs=2e-5)
        assert page.evaluate("place => lookout.map.getBounds().contains(place)", [lat, lon])


def test_what_is_not_known_is_never_drawn_as_fine(seen: Any, watch: Any) -> None:
    page = seen.page
    watch.desk.open(alert(1, state="frobbed"))
    watch.board.show_flags([flag(9, state="frobbed", end=None, score=None)])
    watch.board.show_stations([{"id": "ryde-pier", "state": "alive"}, {"id": "cowes"}])
    told(seen, watch)
    page.click("#tab-stations")

    assert page.title() == "(1) Solent"
    assert row(page, "12:00:05").locator(".verdict").text_content() == "Unknown"
    assert sorted(page.evaluate("lookout.flags.map(lookout.shapeOf)")) == ["open", "unknown"]
    assert row(page, "not known").count() == 1
    assert "1 down" in page.inner_text("#tab-stations")
    assert "Unknown" in page.locator("#stations tbody tr").filter(has_text="cowes").inner_text()
