"""The timeline of the page: recordings years apart stand side by side, and time and place on it agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from map_making import CESSNA, FERRY, NOON_S, collection, flag, sailed

from fusion.tracks import Tracks
from maps.page import render_map

pytestmark = pytest.mark.browser

YEARS_S = 3068 * 86400.0
SPANS = [[0, 5000.5], [4000, 9000], [30_000, 31_000], [1e9, 1e9], [1e9 + 86_400, 1e9 + 90_000]]
LAWS = """intervals => {
  const line = lookout.timelineOf(intervals);
  const rows = [];
  for (let place = 0; place <= line.extent; place += line.extent / 997) {
    const time = line.timeAt(place);
    rows.push([place, time, line.positionOf(time), line.within(time), line.after(time, 60), line.after(line.after(time, 60), -60)]);
  }
  return { rows, spans: line.spans, length: line.length, extent: line.extent, gap: line.gap };
}"""


@pytest.fixture(scope="module")
def far_apart(opened: Callable[..., Any]) -> Any:
    """An hour of a ferry in January 2016, and an hour of an aeroplane 8 years later."""
    cessna = sailed(CESSNA, (50.6, -1.5), (50.9, -0.9), sog_mps=50.0)
    tracks = Tracks.concat(
        [sailed(FERRY, (50.8, -1.1), (50.7, -1.2)), cessna.replaced(time_s=cessna.time_s + YEARS_S)]
    )
    return opened(render_map(tracks, collection(flag(1)), {}, "Far apart", []))


def test_place_and_time_on_the_timeline_agree_and_rise_together(far_apart: Any) -> None:
    found = far_apart.page.evaluate(LAWS, SPANS)
    place, time, back, within, later, _ = np.array(found["rows"]).T

    in_span = sum((span["begin"] <= time) & (time <= span["end"]) for span in found["spans"])
    assert (in_span == 1).all()
    assert (np.diff(time) >= 0).all()
    assert (np.abs(back - place) <= found["gap"] / 2 + 1e-6).all()
    assert within == pytest.approx(time)
    assert (later > time)[time < found["spans"][-1]["end"]].all()


def test_a_timeline_is_as_long_as_what_was_recorded_and_gaps_take_little(far_apart: Any) -> None:
    found = far_apart.page.evaluate(LAWS, SPANS)

    assert [(span["begin"], span["end"]) for span in found["spans"]] == [
        (0, 9000),
        (30_000, 31_000),
        (1e9, 1e9 + 1),
        (1e9 + 86_400, 1e9 + 90_000),
    ]
    assert found["length"] == 9000 + 1000 + 1 + 3600
    assert 0 < found["extent"] - found["length"] <= 0.1 * found["length"]


def test_a_step_back_undoes_a_step_forward_wherever_there_is_room(far_apart: Any) -> None:
    found = far_apart.page.evaluate(LAWS, SPANS)
    _, time, _, _, _, undone = np.array(found["rows"]).T
    room = np.abs(time[:, None] - [span["end"] for span in found["spans"]]).min(axis=1) > 61

    assert undone[room] == pytest.approx(time[room])


def test_a_silence_of_less_than_an_hour_breaks_nothing(far_apart: Any) -> None:
    spans = far_apart.page.evaluate("lookout.timelineOf([[0, 60], [3600, 3700], [7301, 7400]]).spans.length")

    assert spans == 2


def test_the_length_shown_is_of_what_was_recorded_and_the_heading_names_both_days(far_apart: Any) -> None:
    page = far_apart.page

    assert page.locator("#now").inner_text() == "119 min"
    assert page.locator("#span").inner_text() == "12 Jan 2016 12:00–12:59 and 6 Jun 2024 12:00–12:59 UTC"
    assert page.locator("#spans .day").all_inner_texts() == ["12 Jan 2016", "6 Jun 2024"]
    assert page.locator("#spans .gap").count() == 1


def test_playing_jumps_over_the_years_between(far_apart: Any) -> None:
    page = far_apart.page
    page.evaluate("time => lookout.clock.seek(time)", NOON_S + 3570)
    page.locator("#speed").select_option("60")
    page.keyboard.press("Space")
    page.wait_for_function("time => headland.time >= time", arg=NOON_S + YEARS_S)
    page.keyboard.press("Space")

    assert NOON_S + YEARS_S <= page.evaluate("headland.time") < NOON_S + YEARS_S + 3600
    assert "6 Jun 2024" in page.locator("#now").inner_text()


def test_arrow_keys_carry_the_slider_over_a_break_and_back(far_apart: Any) -> None:
    page = far_apart.page
    page.evaluate("time => lookout.clock.seek(time)", NOON_S + 3575)
    page.locator("#time").focus()
    page.keyboard.press("ArrowRight")
    over = page.evaluate("headland.time")
    page.keyboard.press("ArrowLeft")

    # The recording ends at 3580 s: five of the ten seconds belong to the next.
    assert over == NOON_S + YEARS_S + 5
    assert page.evaluate("headland.time") == NOON_S + 3575
    page.keyboard.press("w")


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ("[]", ""),
        ("[{begin: 1452603731, end: 1452608790}]", "12 Jan 2016 13:02–14:26 UTC"),
        ("[{begin: 1452600000, end: 1452686400}]", "12 Jan 2016 12:00 – 13 Jan 2016 12:00 UTC"),
        (
            "[0, 1, 2, 3].map((n) => ({begin: 1452600000 + 86400 * n, end: 1452603600 + 86400 * n}))",
            "12 Jan 2016 12:00 – 15 Jan 2016 13:00 UTC: 4 h 00 min in 4 spans",
        ),
    ],
)
def test_spans_are_named_each_while_they_are_few(far_apart: Any, spans: str, words: str) -> None:
    assert far_apart.page.evaluate(f"lookout.format.spans({spans}, 14400)") == words
