"""`coverage.html`: drawn cells, a choice of station and height, and the rules of every page, in a real Chromium."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fusion.coverage import cells as cells_of
from fusion.survey import Surveyed
from maps.cover import CELLS_MOST, Antenna, Cover, told
from maps.cover_page import render_cover

HOSTILE = '"><img src=x onerror=window.__pwn=1></script><script>window.__pwn=1</script>'
ANTENNAS = [Antenna(7, "purbeck", 50.61, -2.03, True), Antenna(9, HOSTILE, np.nan, np.nan, False)]
LIT = """name => {
  const canvas = document.querySelector(`.leaflet-${name}-pane canvas`);
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return data.filter((value, at) => at % 4 === 3 && value > 0).length;
}"""


def surveyed(station: int, band: int, due: int, side: int = 6) -> Surveyed:
    """A square of cells off Purbeck, of which the eastern were heard better."""
    row, col = (each.ravel() for each in np.mgrid[2805 : 2805 + side, 1785 : 1785 + side])
    heard = np.rint(due * (col - 1784) / side).astype(np.int64)
    n = len(row)
    columns = {"row": row, "col": col, "heard": heard, "due": np.full(n, due), "band": np.full(n, band)}
    return Surveyed(station=np.full(n, station, np.uint32), **columns)


def cover() -> Cover:
    whole = Surveyed.concat([surveyed(0, 0, 600), surveyed(0, 8, 60)])
    own = Surveyed.concat([surveyed(7, 0, 300, 4), surveyed(9, 8, 30, 3)])
    return Cover(whole, own, ANTENNAS, np.ones(len(whole), np.int64), np.linspace(0.0, 1.0, len(whole)))


@pytest.fixture(scope="module")
def html() -> str:
    return render_cover(cover(), f"Purbeck {HOSTILE}", [HOSTILE])


@pytest.fixture
def page(opened: Callable[..., Any], html: str) -> Any:
    seen_page = opened(html, color_scheme="light")
    yield seen_page
    assert seen_page.requests == []
    assert seen_page.complaints == []


@pytest.mark.browser
def test_cells_and_stations_are_drawn_and_names_are_only_ever_text(page: Any) -> None:
    assert page.page.evaluate("headland.cells") == 36
    assert min(page.page.evaluate(LIT, name) for name in ("coast", "cells", "stations")) > 200
    assert page.page.evaluate("window.__pwn") is None
    assert "onerror" in page.page.locator("#stations").inner_text().lower()
    assert "58 %" in page.page.locator("#figures").inner_text()


@pytest.mark.browser
def test_a_station_and_a_height_are_chosen_and_the_figures_follow(page: Any) -> None:
    page.page.locator("#stations .choose").first.click()
    assert page.page.evaluate("headland.cells") == 16
    assert "listening" in page.page.locator("#figures").inner_text()
    assert page.page.locator("#compass .wedge").count() > 0

    page.page.locator("#band").select_option("air")
    assert page.page.evaluate("headland.cells") == 0
    page.page.locator("#station").select_option("1")
    assert page.page.evaluate("headland.cells") == 9
    assert "not listed" in page.page.locator("#compass").inner_text()


@pytest.mark.browser
def test_a_cell_tells_what_was_heard_there_by_how_many_and_what_would_be_heard_now(page: Any) -> None:
    told_of = page.page.evaluate("headland.describe(50.275, -1.45)")

    assert told_of.splitlines()[:2] == ["17 % heard: 100 of 600 due", "by one station"]
    assert re.fullmatch(r"a report sent now would be heard: \d+ %", told_of.splitlines()[2])
    assert page.page.evaluate("headland.describe(0, 0)") == ""


@pytest.mark.browser
def test_a_page_about_nothing_opens_without_a_complaint(opened: Callable[..., Any]) -> None:
    nothing = Cover(Surveyed.empty(), Surveyed.empty(), [], np.empty(0, np.int64), np.empty(0))
    empty = opened(render_cover(nothing, "", []))

    assert (empty.requests, empty.complaints) == ([], [])
    assert "Nothing was heard" in empty.page.locator("#figures").inner_text()


@pytest.mark.browser
def test_night_is_drawn_in_other_colours(page: Any) -> None:
    colour = "lookout.theme.colour('heard-most')"
    day = page.page.evaluate(colour)
    page.page.locator("#night").click()

    assert page.page.evaluate("headland.theme") == "night"
    assert page.page.evaluate(colour) != day


def test_the_page_s_policy_names_its_parts_and_no_other_host(html: str) -> None:
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    markup = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)

    said = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert said
    digests = [
        f"'sha256-{base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()}'"
        for part in scripts + styles
    ]
    assert re.findall(r"'sha256-[^']*'", said[1]) == digests
    assert "default-src 'none'" in said[1]
    assert "connect-src 'none'" in said[1]
    assert "unsafe" not in said[1]
    assert set(re.findall(r"https?://[A-Za-z0-9./-]+", html)) <= {
        "http://www.w3.org/2000/svg",
        "https://leafletjs.com",
    }
    assert not re.search(r"<[^>]*\s(?:on[a-z]+|style)\s*=", markup)


def test_one_cover_makes_one_page(html: str) -> None:
    assert render_cover(cover(), f"Purbeck {HOSTILE}", [HOSTILE]) == html


def test_more_cells_than_a_page_can_hold_leave_out_those_where_least_was_due() -> None:
    n = CELLS_MOST + 10
    many = Surveyed.of(
        n, row=np.arange(n) // 3000, col=np.arange(n) % 3000, heard=np.ones(n, np.int64), due=np.arange(n) + 1
    )
    page = told(Cover(many, Surveyed.empty(), [], np.ones(n, np.int64), np.zeros(n)))

    assert page["left_off"] == 10
    assert page["network"][4] == 11


def test_a_cell_of_the_page_is_a_cell_of_the_grid() -> None:
    key = cells_of(np.array([50.275]), np.array([-1.45]), np.array([0]))

    assert (key[0] // 3600, key[0] % 3600) == (2805, 1785)
