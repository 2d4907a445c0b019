"""How far the page may be believed is on it, whatever else is; and it fits the screen and the eye it is read by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from live_making import alert, told
from map_making import NOON_S

pytestmark = pytest.mark.browser


@pytest.fixture
def seen(watched: Callable[..., Any], watch: Any) -> Any:
    return watched(watch.served.url, color_scheme="light")


def test_flags_that_fall_behind_are_told_of_though_fusion_says_no_more(seen: Any, watch: Any) -> None:
    page = seen.page
    told(seen, watch)
    assert page.inner_text("#as-of") == "age of flags not known"
    watch.board.show_lag(12.0, "Fusion waits for the journal.")
    told(seen, watch)
    assert page.inner_text("#as-of") == "flags as of 12:00:50"
    assert page.locator("#warning").is_hidden()
    told(seen, watch, 50)

    assert page.inner_text("#as-of") == "flags as of 12:00:50"
    assert page.inner_text("#warning").startswith(
        "Flags are behind Alerts rest on what was heard up to 12:00:50"
    )
    assert "Fusion waits for the journal." in page.inner_text("#warning")
    assert page.inner_text("#said") == "Flags are behind"
    watch.board.show_lag(5.0)
    told(seen, watch)
    assert page.locator("#warning").is_hidden()


def test_stations_lost_together_or_altogether_are_a_warning_until_they_are_back(
    seen: Any, watch: Any
) -> None:
    page = seen.page
    watch.board.show_lost_together(["gosport", "cowes"], "One provider's link.")
    watch.board.show_stations([{"id": name, "state": "silent"} for name in ("gosport", "cowes")])
    told(seen, watch)
    lines = page.locator("#warning li").all_inner_texts()
    watch.board.show_lost_together([])
    watch.board.show_stations([{"id": name, "state": "alive"} for name in ("gosport", "cowes")])
    told(seen, watch)

    assert lines[0] == "2 stations were lost together gosport, cowes. One provider's link."
    assert lines[1].startswith("No station is known to be alive")
    assert page.locator("#warning").is_hidden()
    # A page opened later is told the same.
    watch.board.show_lost_together(["gosport", "cowes"])
    watch.pass_seconds(1)
    seen.page.reload()
    seen.page.locator("#warning").filter(has_text="2 stations were lost together").wait_for()


def test_the_title_says_when_there_is_no_data(seen: Any, watch: Any) -> None:
    watch.desk.open(alert(1))
    told(seen, watch)
    told(seen, watch, 70, heard=False)
    seen.page.locator("#stale").filter(has_text="The feed is old").wait_for()

    assert seen.page.title() == "NO DATA (1) Solent"
    assert f"as of {NOON_S}" not in seen.page.inner_text("body")


@pytest.mark.parametrize(
    ("width", "height", "options"),
    [
        (390, 844, {"is_mobile": True, "has_touch": True}),
        (320, 640, {"is_mobile": True}),
        (640, 400, {"device_scale_factor": 2}),
    ],
    ids=["phone", "smallest that must do (WCAG 1.4.10)", "1280 by 800 at 200 %"],
)
def test_nothing_is_cut_off_on_a_small_screen(
    watched: Callable[..., Any], watch: Any, width: int, height: int, options: dict[str, Any]
) -> None:
    watch.desk.open(alert(1, planted=True))
    watch.board.show_lost_together(["gosport-with-a-long-name", "cowes"], "One provider's link.")
    seen = watched(watch.served.url, width=width, height=height, **options)
    told(seen, watch)
    seen.page.keyboard.press("j")
    seen.page.evaluate("document.querySelectorAll('#details details').forEach((each) => (each.open = true))")
    out = """() => [...document.querySelectorAll("button, select, input, p, td, h1, h2, textarea")]
      .filter((each) => each.checkVisibility() && !each.closest(".unseen, .leaflet-pane"))
      .filter((each) => each.getBoundingClientRect().right > innerWidth + 1).map((each) => each.outerHTML.slice(0, 80))"""

    assert seen.page.evaluate("document.documentElement.scrollWidth") == width
    assert seen.page.evaluate(out) == []
    assert seen.page.locator("#clock").is_visible()
    assert seen.page.locator("#as-of").is_visible()


def test_who_wants_less_motion_gets_none(watched: Callable[..., Any], watch: Any) -> None:
    seen = watched(watch.served.url, reduced_motion="reduce")
    page = seen.page
    zoom = page.evaluate("headland.view.zoom")
    page.click("#zoom-in")

    # Without an animation the zoom has happened when the click returns.
    assert page.evaluate("[lookout.map._animatingZoom || false, headland.view.zoom]") == [False, zoom + 0.5]


def test_the_keyboard_meets_the_page_in_the_order_it_is_read(seen: Any, watch: Any) -> None:
    page = seen.page
    watch.desk.open(alert(1))
    told(seen, watch)
    page.keyboard.press("j")
    met = []
    while "report-text" not in met and len(met) < 60:
        page.keyboard.press("Tab")
        met.append(page.evaluate("document.activeElement.id || document.activeElement.className"))
        if met[-1] == "details-close":
            page.evaluate("() => { document.getElementById('detail-report').open = true; }")
    order = [
        "skip",
        "search",
        "sound",
        "night",
        "zoom-in",
        "tab-flags",
        "flag-state",
        "choose",
        "details-close",
    ]

    assert [name for name in met if name in order] == order
    assert met.index("acknowledge") < met.index("close-reason")
    assert seen.complaints == []
