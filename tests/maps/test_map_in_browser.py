"""`map.html` as a watch officer meets it: opened from a disk, in a real Chromium, with no network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from map_making import CESSNA, FERRY, NOON_S, YACHT, collection, flag

from feeds.reports import Domain, entities
from fusion.tracks import Tracks
from maps.page import render_map

pytestmark = pytest.mark.browser

NAMES = {
    FERRY: {"name": "WIGHT RYDER", "callsign": "MFRY", "type": "60"},
    YACHT: {"name": "SEA BREEZE", "type": "36"},
    CESSNA: {"callsign": "GABCD", "category": "A1"},
}
FLAGS = collection(
    flag(1),
    flag(2, kind="rendezvous", subjects=["mmsi:232005270", "mmsi:235012345"], score=0.61, state="closed"),
    flag(
        3,
        kind="a_guest_s_own",
        subjects=[],
        score=0.55,
        state="withdrawn",
        end=None,
        start="2016-01-12T12:20:00Z",
    ),
)
LIT = """name => {
  const canvas = document.querySelector(`.leaflet-${name}-pane canvas`);
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let lit = 0;
  for (let i = 3; i < data.length; i += 4) lit += data[i] > 0;
  return lit;
}"""
SEEK = """time => {
  const slider = document.getElementById("time");
  slider.value = lookout.timeline.positionOf(time);
  slider.dispatchEvent(new Event("input"));
}"""


@pytest.fixture(scope="module")
def html(solent_tracks: Tracks) -> str:
    return render_map(solent_tracks, FLAGS, NAMES, "Solent", ["AIS: a volunteer"])


@pytest.fixture
def chart(opened: Callable[..., Any], html: str) -> Any:
    return opened(html, color_scheme="light")


@pytest.fixture(scope="module")
def empty(opened: Callable[..., Any]) -> Any:
    return opened(render_map(Tracks.empty(), collection(), {}, "Nothing", []))


def row(page: Any, number: int) -> Any:
    return page.locator(f'tr[data-flag="{number}"]')


def settled(page: Any) -> None:
    page.wait_for_timeout(250)


def test_the_page_opens_with_no_network_and_no_complaint(chart: Any) -> None:
    assert chart.requests == []
    assert chart.complaints == []


def test_coast_tracks_symbols_and_flags_are_drawn(chart: Any) -> None:
    drawn = {name: chart.page.evaluate(LIT, name) for name in ("coast", "trails", "symbols", "flags")}

    assert all(lit > 200 for lit in drawn.values()), drawn
    assert chart.page.evaluate("[headland.tracks, headland.drawn, headland.flags]") == [3, 3, 3]


def test_what_the_browser_forbids_is_everything_but_the_page_s_own(chart: Any) -> None:
    injected = """() => {
      const script = document.createElement("script");
      script.textContent = "window.__pwn = 1";
      document.body.append(script);
      const image = document.createElement("img");
      image.src = "https://e.gg/1";
      document.body.append(image);
      return fetch("https://e.gg/2").then(() => "sent", () => "refused");
    }"""

    assert chart.page.evaluate(injected) == "refused"
    assert chart.page.evaluate("window.__pwn") is None
    assert any("Content Security Policy" in text for text in chart.complaints)


def test_choosing_a_flag_brings_the_map_there_and_shows_its_reasons(chart: Any) -> None:
    row(chart.page, 0).locator("button").click()
    settled(chart.page)
    text = chart.page.locator("#details").inner_text()

    assert "Time within radius" in text
    assert "2100 s\n35 min" in text
    assert "1800 s\n30 min" in text
    assert "741 m" in text
    view = chart.page.evaluate("headland.view")
    assert (view["lat"], view["lon"]) == pytest.approx((50.72, -1.20), abs=0.01)
    assert chart.complaints == []


def test_a_click_on_the_map_chooses_what_is_there(chart: Any) -> None:
    row(chart.page, 2).locator("button").click()
    settled(chart.page)
    chart.page.keyboard.press("Escape")
    box = chart.page.locator("#chart").bounding_box()
    chart.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    # Three flags lie on this spot: the uppermost is chosen first, then the next.
    assert chart.page.evaluate("headland.selected.flag") == 0
    chart.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert chart.page.evaluate("headland.selected.flag") == 1


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("position(50.7388, -1.0001)", "50°44.33′N 001°00.01′W"),
        ("position(-0.9999999, 179.99999999)", "01°00.00′S 180°00.00′E"),
        ("position(NaN, 1)", "–"),
        ("place(50.7388, -1.0001)", "50°44.3′N 1°00.0′W"),
        ("knots(10.2889)", "20.0 kn"),
        ("course(359.7)", "000°"),
        ("course(NaN)", "–"),
        ("feet(1000)", "3,275 ft"),
        ("miles(1852)", "1.00 nm"),
        ("miles(90)", "90 m"),
        ("duration(119)", "119 s"),
        ("duration(5400)", "90 min"),
        ("duration(7260)", "2 h 01 min"),
        ("quantity(3889, 'm').join(' = ')", "3889 m = 2.10 nm"),
        ("quantity(0.0021, '1').join('')", "0.0021"),
        ("quantity('<b>', 'm').join('')", "<b>"),
        ("utc(1452600000)", "12 Jan 2016 12:00:00 UTC"),
    ],
)
def test_numbers_read_as_the_trades_write_them(empty: Any, call: str, text: str) -> None:
    assert empty.page.evaluate(f"lookout.format.{call}") == text


def test_what_tests_may_look_at_nobody_can_change(chart: Any) -> None:
    chart.page.evaluate("() => { window.headland = 1; try { headland.tracks = 5; } catch {} }")

    assert chart.page.evaluate("headland.tracks") == 3


def test_an_area_is_outlined_and_brought_into_the_window(
    opened: Callable[..., Any], solent_tracks: Tracks
) -> None:
    square = [[-1.4, 50.6], [-0.8, 50.6], [-0.8, 50.9], [-1.4, 50.9], [-1.4, 50.6]]
    shaped = flag(1, kind="position_anomaly", subjects=[], area={"type": "Polygon", "coordinates": [square]})
    page = opened(render_map(solent_tracks, collection(shaped), {}, "An area", [])).page
    page.keyboard.press("j")
    settled(page)

    west, east = page.evaluate("[lookout.map.getBounds().getWest(), lookout.map.getBounds().getEast()]")
    assert west < -1.4
    assert east > -0.8


def test_the_keyboard_walks_the_list_and_leaves_it(chart: Any) -> None:
    first = []
    for _ in range(3):
        chart.page.keyboard.press("j")
        first.append(chart.page.evaluate("headland.selected.flag"))
    chart.page.keyboard.press("k")
    back = chart.page.evaluate("headland.selected.flag")
    chart.page.keyboard.press("Escape")

    assert sorted(first) == [0, 1, 2]
    assert back == first[1]
    assert chart.page.evaluate("headland.selected.flag") is None
    assert chart.page.locator("#details").is_hidden()


def test_letters_typed_into_the_search_box_are_only_letters(chart: Any) -> None:
    chart.page.keyboard.press("/")
    chart.page.keyboard.type("jknw")

    assert chart.page.locator("#search").input_value() == "jknw"
    assert chart.page.evaluate("[headland.theme, headland.selected.flag]") == ["day", None]


def test_single_letter_keys_can_be_switched_off(chart: Any) -> None:
    chart.page.keyboard.press("?")
    chart.page.locator("#keys-on").uncheck()
    chart.page.keyboard.press("Escape")
    chart.page.keyboard.press("n")

    assert chart.page.evaluate("headland.theme") == "day"


def test_night_is_remembered_and_day_comes_back(chart: Any) -> None:
    chart.page.locator("#night").click()
    assert chart.page.evaluate("headland.theme") == "night"
    chart.page.reload()
    assert chart.page.evaluate("headland.theme") == "night"
    chart.page.keyboard.press("n")
    assert chart.page.evaluate("headland.theme") == "day"


def test_the_system_s_wish_for_dark_is_followed(opened: Callable[..., Any], html: str) -> None:
    assert opened(html, color_scheme="dark").page.evaluate("headland.theme") == "night"


def test_the_slider_shows_where_everybody_was(chart: Any) -> None:
    page = chart.page
    page.evaluate(SEEK, NOON_S + 600)
    settled(page)
    early = page.evaluate(LIT, "trails")
    page.locator("#tab-targets").click()
    page.get_by_role("button", name="WIGHT RYDER").click()
    text = page.locator("#details").inner_text()

    # 10 minutes in, by the same line the fixture draws: a sixth of the way and a bit of the bend.
    share = 30 / 179
    north = 50.80 - 0.07 * share + 0.01 * np.sin(6 * share)
    assert "12 Jan 2016 12:10:00 UTC" in text
    assert f"50°{(north - 50) * 60:.2f}′N" in text
    page.evaluate(SEEK, NOON_S + 3000)
    settled(page)
    assert 0 < early != page.evaluate(LIT, "trails")
    page.keyboard.press("w")
    assert page.evaluate("headland.time") is None


def test_a_silent_target_stands_where_it_was_last_heard(chart: Any) -> None:
    page = chart.page
    page.evaluate(SEEK, NOON_S + 2000)  # 13 minutes into the yacht's silence
    page.locator("#tab-targets").click()
    page.get_by_role("button", name="SEA BREEZE").click()

    assert "Last heard\n12 Jan 2016 12:20:00 UTC" in page.locator("#details").inner_text()


def test_the_replay_plays_and_pauses(chart: Any) -> None:
    chart.page.keyboard.press("Space")
    for _ in range(100):
        chart.page.wait_for_timeout(50)
        if chart.page.evaluate("headland.time > headland.period.begin + 5"):
            break
    assert chart.page.evaluate("headland.playing")
    chart.page.keyboard.press("Space")
    stopped = chart.page.evaluate("headland.time")
    settled(chart.page)

    assert chart.page.evaluate("[headland.playing, headland.time]") == [False, stopped]


def test_search_finds_by_name_number_and_address(chart: Any) -> None:
    page = chart.page
    for text, found in [
        ("sea br", "SEA BREEZE"),
        ("235012345", "WIGHT RYDER"),
        ("400ABC", "GABCD"),
        ("gabc", "GABCD"),
    ]:
        page.fill("#search", text)
        page.press("#search", "Enter")
        settled(page)
        assert page.locator("tr[data-track]").count() == 1, text
        assert found in page.locator("#details h2").inner_text()


def test_a_kind_can_be_hidden_and_the_list_agrees_with_the_map(chart: Any) -> None:
    chart.page.locator("#legend summary").click()
    chart.page.get_by_label("Aircraft").uncheck()
    settled(chart.page)

    assert chart.page.evaluate("headland.drawn") == 2
    assert chart.page.locator("#targets-count").inner_text() == "2 of 3"


def test_flags_are_sorted_and_filtered(chart: Any) -> None:
    page = chart.page
    page.get_by_role("button", name="Score").click()
    by_score = [int(line.get_attribute("data-flag")) for line in page.locator("tr[data-flag]").all()]
    page.select_option("#flag-state", "closed")

    assert by_score == [0, 1, 2]
    assert page.locator("tr[data-flag]").count() == 1
    assert page.locator("#flags-count").inner_text() == "1 of 3"


def test_a_phone_shows_map_replay_and_lists_without_sideways_scrolling(
    opened: Callable[..., Any], html: str
) -> None:
    page = opened(html, width=390, height=800, has_touch=True, is_mobile=True).page

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for name in ("#chart", "#time", "#flags"):
        assert page.locator(name).is_visible()


@pytest.mark.parametrize("name", ["loneliness", "flags alone"])
def test_an_empty_scene_is_a_page_too(opened: Callable[..., Any], name: str) -> None:
    features = collection() if name == "loneliness" else FLAGS
    chart = opened(render_map(Tracks.empty(), features, {}, "Nothing heard", []))

    assert chart.complaints == []
    assert chart.page.evaluate("[headland.tracks, headland.flags]") == [0, len(features["features"])]


def test_twenty_thousand_targets_are_all_drawn_and_listed(opened: Callable[..., Any]) -> None:
    n = 20_000
    rng = np.random.default_rng(1)
    entity = entities(Domain.AIS, 232_000_000 + np.arange(n))
    tracks = Tracks.of(
        n,
        time_s=np.full(n, NOON_S),
        track=entity,
        entity=entity,
        lat_deg=rng.uniform(50.2, 50.9, n),
        lon_deg=rng.uniform(-2, 0, n),
        sog_mps=rng.uniform(0, 12, n),
        cog_deg=rng.uniform(0, 360, n),
    )
    chart = opened(render_map(tracks, collection(), {}, "Many", []))
    chart.page.keyboard.press("0")
    settled(chart.page)

    assert chart.complaints == []
    assert (
        chart.page.evaluate("headland.drawn") > 0.95 * n
    )  # the view leaves half a per cent out at each edge
    chart.page.locator("#tab-targets").click()
    assert chart.page.locator("#targets-count").inner_text() == "20,000"
    chart.page.fill("#search", "232019999")
    chart.page.press("#search", "Enter")
    assert chart.page.evaluate("headland.selected.track") == 19_999
