"""Words on the page: whole in the list, named where a name is known, and off the symbols on the map."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from map_making import YACHT, collection, flag

from fusion.tracks import Tracks
from maps.page import render_map

pytestmark = pytest.mark.browser

LONG = ["Hampshire and Isle of Wight Constabulary", "Metropolitan Police"]
TORN = """() => {
  const torn = [];
  const walk = document.createTreeWalker(document.querySelector("#flags tbody"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    for (const word of walk.currentNode.data.matchAll(/[^\\s-]+/g)) {
      const range = document.createRange();
      range.setStart(walk.currentNode, word.index);
      range.setEnd(walk.currentNode, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (lines.size > 1) torn.push(word[0]);
    }
  }
  return torn;
}"""


@pytest.fixture(scope="module")
def html(solent_tracks: Tracks) -> str:
    flags = collection(
        flag(1, kind="unscheduled_landing", force=LONG, state="withdrawn"),
        flag(2, kind="identity_conflict", subjects=["icao24:400abc", "mmsi:232005270"]),
        flag(3, subjects=["mmsi:235999999"], force=[]),
    )
    return render_map(solent_tracks, flags, {YACHT: {"name": "SEA BREEZE"}}, "Solent", [])


@pytest.mark.parametrize(("width", "touch"), [(1372, False), (1280, False), (390, True)])
def test_no_word_of_the_flag_list_is_torn(
    opened: Callable[..., Any], html: str, width: int, touch: bool
) -> None:
    page = opened(html, width=width, is_mobile=touch, has_touch=touch).page

    assert page.evaluate(TORN) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_state_stands_alone_and_the_force_under_the_place(opened: Callable[..., Any], html: str) -> None:
    page = opened(html, width=1372).page
    cells = page.locator('tr[data-flag="0"] td').all_inner_texts()

    assert cells[3].strip() == "Withdrawn"
    place, force = cells[0].index("50°43.2′N 1°12.0′W"), cells[0].index(", ".join(LONG))
    assert place < force


@pytest.mark.parametrize(
    ("number", "title"),
    [(0, "Unscheduled landing: SEA BREEZE"), (1, "Identity conflict: SEA BREEZE"), (2, "Loitering")],
)
def test_a_flag_is_titled_with_the_names_that_are_known(
    opened: Callable[..., Any], html: str, number: int, title: str
) -> None:
    page = opened(html).page
    page.locator(f'tr[data-flag="{number}"] button').click()

    assert page.locator("#details h2").inner_text() == title


def test_a_name_goes_where_neither_a_symbol_nor_a_name_is(opened: Callable[..., Any], html: str) -> None:
    page = opened(html).page
    boxes = page.evaluate(
        """() => {
          const labels = lookout.labels({ context: document.createElement("canvas").getContext("2d") });
          labels.keep(130, 100, 8);
          const first = labels.put(100, 100, "235012345");
          const rest = Array.from({ length: 5 }, () => labels.put(100, 100, "235012345"));
          return [first, ...rest, labels.put(100, 100, "MUST", { always: true })];
        }"""
    )

    assert boxes[0][2] < 100, "to the left, for a flag lies on the right"
    assert [box is not None for box in boxes] == [True, True, True, False, False, False, True]
    placed = [box for box in boxes[:-1] if box]
    for i, one in enumerate(placed):
        for other in placed[:i]:
            apart = one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]
            assert apart
