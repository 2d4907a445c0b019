"""The live page as a watch officer meets it: a real Chromium, a real server, no other host in the world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from live_making import alert, row, told, traffic, until
from map_making import FERRY, NOON_S, flag

pytestmark = pytest.mark.browser

LIT = """name => {
  const canvas = document.querySelector(`.leaflet-${name}-pane canvas`);
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  let lit = 0;
  for (let i = 3; i < data.length; i += 4) lit += data[i] > 0;
  return lit;
}"""
# The middle of all pixels of a colour on a canvas, in its own pixels.
MIDDLE = """([name, colour]) => {
  const canvas = document.querySelector(`.leaflet-${name}-pane canvas`);
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data, width } = copy.getImageData(0, 0, canvas.width, canvas.height);
  const wanted = [1, 3, 5].map((at) => parseInt(lookout.theme.colour(colour).slice(at, at + 2), 16));
  let [x, y, n] = [0, 0, 0];
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] < 255 || wanted.some((value, at) => value !== data[i + at])) continue;
    [x, y, n] = [x + ((i / 4) % width), y + Math.floor(i / 4 / width), n + 1];
  }
  return [x / n, y / n, n];
}"""


@pytest.fixture
def seen(watched: Callable[..., Any], watch: Any) -> Any:
    return watched(watch.served.url, color_scheme="light")


def test_targets_move_as_they_are_heard(seen: Any, watch: Any) -> None:
    told(seen, watch)
    drawn = {name: seen.page.evaluate(LIT, name) for name in ("coast", "trails", "symbols")}
    before = seen.page.evaluate(MIDDLE, ["symbols", "kind-passenger"])
    told(seen, watch, 60)
    after = seen.page.evaluate(MIDDLE, ["symbols", "kind-passenger"])
    place = seen.page.evaluate("headland.whereIs('mmsi:235012345')")

    assert all(lit > 80 for lit in drawn.values()), drawn
    assert seen.page.evaluate("[headland.tracks, headland.drawn]") == [3, 3]
    # 8 m/s due south for 60 s is 480 m: some pixels down, none aside.
    assert before[2] > 20
    assert after[1] - before[1] > 3
    assert after[0] == pytest.approx(before[0], abs=1.0)
    assert place["lat"] == pytest.approx(traffic(watch.second, (FERRY,)).lat_deg[0], abs=1e-5)
    # A point every 20 s from the first second on, each with its time.
    assert place["trail"]["time"] == [NOON_S + second for second in range(1, watch.second + 1, 20)]
    assert seen.complaints == []


def test_the_page_asks_this_machine_and_nobody_else(seen: Any, watch: Any) -> None:
    told(seen, watch, 2)
    forbidden = seen.page.evaluate("fetch('https://e.gg/1').then(() => 'sent', () => 'refused')")

    assert forbidden == "refused"
    own = [url for url in seen.requests if url != "https://e.gg/1"]
    assert len(own) > 20
    assert all(url.startswith((watch.served.url + "/", "data:")) for url in own)


def test_an_alert_opens_with_its_reasons_and_is_acknowledged_by_a_key(seen: Any, watch: Any) -> None:
    page = seen.page
    watch.desk.open(alert(1))
    told(seen, watch)
    assert page.title() == "(1) Solent"
    page.keyboard.press("j")
    text = page.locator("#details").inner_text()
    page.keyboard.press("a")
    page.locator("#decision").filter(has_text="Acknowledged 12 Jan 2016 12:01:00 UTC by PC 1").wait_for()

    assert "SEA BREEZE stayed within 0.4 nm for 35 min." in text
    assert "2100 s\n35 min" in text
    assert "1800 s\n30 min" in text
    assert watch.desk.asked == [("acknowledge", "case-1", 1, "PC 1", NOON_S + watch.second)]
    assert page.locator("#flags .verdict").inner_text() == "Seen"
    told(seen, watch)
    assert (page.title(), seen.complaints) == ("Solent", [])


def test_an_alert_is_acknowledged_by_a_click_and_closed_for_a_reason(seen: Any, watch: Any) -> None:
    page = seen.page
    watch.desk.open(alert(1), alert(2, kind="rendezvous", opened="2016-01-12T12:00:09Z"))
    told(seen, watch)
    row(page, "Rendezvous").locator("button").click()
    page.locator("#acknowledge").click()
    page.locator("#decision").filter(has_text="Acknowledged").wait_for()
    page.locator("#close-form button").click()
    page.keyboard.press("c")
    page.select_option("#close-reason", "explained")
    page.fill("#close-note", "Pilot boat, as every day")
    page.keyboard.press("Enter")
    # Not by the reason, which the form offered all along.
    page.locator("#decision").filter(has_text="Closed 12 Jan 2016 12:02:00 UTC by PC 1").wait_for()

    assert [each[:4] for each in watch.desk.asked] == [
        ("acknowledge", "case-2", 1, "PC 1"),
        ("close", "case-2", 2, "PC 1"),
    ]
    assert watch.desk.asked[1][4:6] == ("explained", "Pilot boat, as every day")
    assert row(page, "Rendezvous").count() == 0
    page.select_option("#flag-state", "all")
    assert row(page, "Rendezvous").locator(".verdict").inner_text() == "Closed"
    assert row(page, "Loitering").locator(".verdict").inner_text() == "New"
    assert seen.complaints == []


def test_what_somebody_else_decided_is_seen_and_a_late_decision_is_refused(seen: Any, watch: Any) -> None:
    page = seen.page
    watch.desk.open(alert(1))
    told(seen, watch)
    page.keyboard.press("j")
    watch.desk.acknowledge("case-1", version=1, who="PC 2", now_s=NOON_S)
    page.keyboard.press("a")
    page.locator("#decision .trouble").filter(has_text="somebody else has changed it").wait_for()
    told(seen, watch)

    assert "by PC 2" in page.locator("#decision").inner_text()
    assert page.locator("#acknowledge").count() == 0


def test_typing_goes_on_while_the_alert_changes(seen: Any, watch: Any) -> None:
    page = seen.page
    watch.desk.open(alert(1))
    told(seen, watch)
    page.keyboard.press("j")
    page.focus("#close-note")
    page.keyboard.type("jan")
    watch.desk.open(alert(1, version=2, score=0.9))
    told(seen, watch)
    page.keyboard.type(" a")

    assert page.input_value("#close-note") == "jan a"
    assert "0.9 of 1" in page.locator("#details").inner_text()
    assert watch.desk.asked == []


def test_planted_behaviour_says_so_and_flags_without_an_alert_are_listed(seen: Any, watch: Any) -> None:
    page = seen.page
    watch.desk.open(alert(1, planted=True), alert(2))
    watch.board.show_flags([flag(9, kind="dark_transponder", end=None)])
    told(seen, watch)

    marks = [each.locator(".planted").count() for each in page.locator("#flags tbody tr").all()]
    assert sorted(marks) == [0, 0, 1]
    row(page, "PLANTED").locator("button").click()
    assert "PLANTED" in page.locator("#details").inner_text()
    row(page, "Dark transponder").locator("button").click()
    assert "no alert has been made of it" in page.locator("#details").inner_text()
    assert page.locator("#decision").count() == 0


def test_silence_is_told_in_letters_bigger_than_any_alert_s(seen: Any, watch: Any) -> None:
    page = seen.page
    watch.desk.open(alert(1))
    told(seen, watch)
    assert page.locator("#stale").is_hidden()
    page.locator("#stale").filter(has_text="No data for").wait_for()
    size = "id => parseFloat(getComputedStyle(document.querySelector(id)).fontSize)"

    assert page.evaluate(size, "#stale-what") > 1.5 * page.evaluate(size, "#flags .choose")
    assert f"as it was at 12:0{watch.second // 60}:{watch.second % 60:02d} UTC" in page.inner_text("#stale")
    told(seen, watch)
    page.locator("#stale").wait_for(state="hidden")
    told(seen, watch, 70, heard=False)
    page.locator("#stale").filter(has_text="its newest position is 70 s old").wait_for()


def test_the_page_finds_a_server_that_began_anew(seen: Any, watch: Any) -> None:
    page = seen.page
    watch.desk.open(alert(1))
    told(seen, watch, 3)
    page.keyboard.press("j")
    watch.restart()
    until(page, "headland.number === 1")
    told(seen, watch, 2)

    assert page.evaluate("headland.tracks") == 3
    assert page.locator("#flags tbody tr").count() == 1
    assert page.evaluate("headland.selected.flag") == 0
    # What the browser itself says of a server that is away, and nothing of ours.
    assert all("net::ERR" in text for text in seen.complaints), seen.complaints


def test_a_page_that_missed_a_number_asks_for_everything_anew(seen: Any, watch: Any) -> None:
    told(seen, watch)
    asked = sum("/api/snapshot" in url for url in seen.requests)
    listeners, watch.board._listeners = watch.board._listeners, []
    watch.pass_seconds(30)
    watch.board._listeners = listeners
    told(seen, watch)
    trail = "headland.whereIs('mmsi:235012345').trail"
    mended = seen.page.evaluate(trail)
    seen.page.reload()
    until(seen.page, "headland.number >= 0")

    assert sum("/api/snapshot" in url for url in seen.requests) == asked + 2
    assert mended == seen.page.evaluate(trail)


def test_stations_sound_suppression_night_and_the_clock_are_always_in_sight(seen: Any, watch: Any) -> None:
    page = seen.page
    watch.board.show_muted(4, "3 snoozed, 1 excluded")
    watch.board.show_stations(
        [
            {"id": "ryde-pier", "state": "alive", "per_minute": 412.0},
            {"id": "gosport", "state": "lost", "note": "no heartbeat for 20 min"},
        ]
    )
    told(seen, watch)
    page.keyboard.press("n")
    page.click("#tab-stations")
    first = page.locator("#stations tbody tr").first.inner_text()

    assert "gosport" in first
    assert "no heartbeat for 20 min" in first
    assert "1 down" in page.inner_text("#tab-stations")
    assert page.inner_text("#muted") == "Suppressed 4"
    assert page.inner_text("#utc") == f"12:01:{watch.second - 60:02d} UTC\nage of flags not known"
    assert (page.evaluate("headland.sound"), page.inner_text("#sound")) == (False, "Sound off")
    page.keyboard.press("m")
    assert (page.evaluate("headland.sound"), page.inner_text("#sound")) == (True, "Sound on")
    assert page.evaluate("headland.theme") == "night"
    assert seen.complaints == []


def test_keys_can_be_switched_off_and_help_names_them(seen: Any, watch: Any) -> None:
    page = seen.page
    watch.desk.open(alert(1))
    told(seen, watch)
    page.keyboard.press("?")
    for key in ("J", "K", "A", "N"):
        assert page.locator("#help kbd", has_text=key).count() >= 1
    page.click("#keys-on")
    page.keyboard.press("Escape")
    page.keyboard.press("j")

    assert page.evaluate("headland.selected") == {"flag": None, "track": None}


def test_a_target_s_details_follow_it_and_it_is_found_by_name(seen: Any, watch: Any) -> None:
    page = seen.page
    page.fill("#search", "wight")
    page.press("#search", "Enter")
    told(seen, watch)
    before = page.inner_text("#details")
    told(seen, watch, 5)
    after = page.inner_text("#details")

    assert "WIGHT RYDER" in before
    assert "Provisional" in after
    assert "15.6 kn, 180°" in after
    assert before != after
    assert page.evaluate("lookout.tracks.subjects[headland.selected.track][0]") == "mmsi:235012345"
