"""A position that jumped is shown as what it is: in no line, nobody's last, and no reason to zoom out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from map_making import FERRY, NOON_S, YACHT, collection, sailed

from feeds.reports import Doubt
from fusion.tracks import Tracks
from maps.layer import Scene
from maps.layers.tracks import LAYER
from maps.lines import MOST_STRAYS, thinned
from maps.page import render_map
from maps.view import view_of

LIT = """name => {
  const canvas = document.querySelector(`.leaflet-${name}-pane canvas`);
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let lit = 0;
  for (let i = 3; i < data.length; i += 4) lit += data[i] > 0;
  return lit;
}"""


def with_jumps(rows: list[int]) -> Tracks:
    """A ferry some of whose positions are said to lie far to the east."""
    ferry = sailed(FERRY, (50.80, -1.10), (50.73, -1.15), sog_mps=6.0)
    lon, doubt = ferry.lon_deg.copy(), ferry.doubt.copy()
    lon[rows], doubt[rows] = 54.8, Doubt.POSITION_JUMP
    return ferry.replaced(lon_deg=lon, doubt=doubt)


def lines_of(tracks: Tracks):
    return thinned(tracks, np.zeros(len(tracks), np.bool_))


@pytest.mark.parametrize("rows", [[0], [90], [179], [50, 51, 120, 179]])
def test_a_jump_is_in_no_line_and_nobody_s_last_position(rows: list[int]) -> None:
    lines = lines_of(with_jumps(rows))

    assert lines.tracks.lon_deg.max() < 0
    assert len(lines.line_track) == 1
    assert lines.tracks.lon_deg[lines.last] < 0
    assert lines.strays.time_s.tolist() == [NOON_S + 20 * row for row in rows]
    assert (lines.heard.tolist(), lines.jumps.tolist(), lines.total) == ([180], [len(rows)], 180)
    assert lines.doubts.tolist() == [Doubt.POSITION_JUMP]


def test_a_thing_of_which_nothing_else_is_known_keeps_its_positions_unjoined() -> None:
    yacht = sailed(YACHT, (50.70, -1.10), (50.75, -1.30))
    lost = yacht.replaced(doubt=np.full(180, Doubt.POSITION_JUMP, np.uint32))
    lines = lines_of(Tracks.concat([lost, with_jumps([3])]))

    assert np.bincount(lines.line_track)[np.searchsorted(lines.ids, YACHT)] == 180
    assert lines.jumps.sum() == 1


def test_a_jump_moves_the_first_view_no_further() -> None:
    def view(rows: list[int]) -> Any:
        return view_of(Scene(with_jumps(rows), {}, {}))

    assert view([*range(60, 120)])[1][1] < 0
    assert view([10])[1][1] < 0


def test_a_flood_of_jumps_does_not_swell_the_page() -> None:
    n = 3 * MOST_STRAYS
    flood = Tracks.of(
        n,
        time_s=NOON_S + np.arange(n),
        track=np.full(n, FERRY, np.uint64),
        entity=np.full(n, FERRY, np.uint64),
        lat_deg=np.full(n, 50.0),
        lon_deg=np.full(n, 40.0),
        doubt=np.where(np.arange(n) == 5, 0, Doubt.POSITION_JUMP).astype(np.uint32),
    )
    wire = LAYER.data(Scene(flood, {}, {}))["strays"]

    assert len(wire["time"]) <= MOST_STRAYS
    assert wire["jumps"].tolist() == [n - 1]


@pytest.mark.browser
def test_what_was_set_aside_is_told_and_drawn_when_its_target_is_selected(opened: Callable[..., Any]) -> None:
    tracks = with_jumps([90])
    near = np.where(tracks.lon_deg > 0, -1.0, tracks.lon_deg)
    page = opened(render_map(tracks.replaced(lon_deg=near), collection(), {}, "A jump", [])).page
    page.locator("#tab-targets").click()
    page.locator("tr[data-track] button").click()
    page.keyboard.press("0")
    page.wait_for_timeout(300)

    assert "Set aside\n1, in doubt" in page.locator("#details").inner_text()
    assert "position jumped" in page.locator("#details").inner_text()
    with_ring = page.evaluate(LIT, "trails")
    page.evaluate("lookout.tracks.strays.time.fill(0); lookout.clock.seek(lookout.period.end)")
    page.wait_for_timeout(300)
    assert 0 < page.evaluate(LIT, "trails") < with_ring


@pytest.mark.browser
def test_nobody_is_lost_in_the_whole_period_only_at_a_moment(opened: Callable[..., Any]) -> None:
    early = sailed(YACHT, (50.70, -1.10), (50.75, -1.30)).take(np.arange(30))
    tracks = Tracks.concat([sailed(FERRY, (50.80, -1.10), (50.73, -1.15)), early])
    page = opened(render_map(tracks, collection(), {}, "Two", [])).page

    assert page.evaluate("[headland.drawn, headland.crossed]") == [2, 0]
    page.evaluate("lookout.clock.seek(lookout.period.begin + 2000)")
    page.wait_for_timeout(300)
    assert page.evaluate("[headland.drawn, headland.crossed]") == [2, 1]
    page.keyboard.press("w")
    page.wait_for_timeout(300)
    assert page.evaluate("[headland.drawn, headland.crossed]") == [2, 0]
