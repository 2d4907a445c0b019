"""Whatever a transmitter, a feeder, a station or a colleague writes is text on the live page, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from live_making import alert, until
from map_making import NOON_S, flag

from feeds.reports import Domain, entities, subject
from fusion.tracks import Tracks
from maps.plain import plain

PAYLOADS = [
    '"><IMG SRC=X ONERROR=window.__pwn=1>',
    "<IMG SRC=//E.GG/1>",
    "<SCRIPT SRC=//A.B/>",
    '"><SVG/ONLOAD=window.__pwn=1>',
    "</SCRIPT><SCRIPT>window.__pwn=1</SCRIPT>",
    "</title></style><img src=x onerror=window.__pwn=1>",
    "${window.__pwn=1}",
    "`+(window.__pwn=1)+`",
    "&lt;IMG SRC=X ONERROR=window.__pwn=1&gt;",
    "{{constructor.constructor('window.__pwn=1')()}}",
    "a\u2028window.__pwn=1\u2029b\r\n\r\nevent: delta\r\ndata: {}\n\n",
    "javascript:window.__pwn=1",
    "__proto__",
    "\u202egnisrever\u202c \u200bname",
    "\ud800 lone",
]
SHIPS = [int(entity) for entity in entities(Domain.AIS, 232_000_000 + np.arange(len(PAYLOADS)))]


@pytest.mark.browser
def test_no_payload_runs_calls_out_or_changes_how_it_reads(watched: Callable[..., Any], watch: Any) -> None:
    n = len(PAYLOADS)
    board, desk = watch.board, watch.desk
    board.show_positions(
        Tracks.of(
            n,
            time_s=np.full(n, NOON_S + 60),
            entity=np.array(SHIPS, np.uint64),
            lat_deg=np.full(n, 50.7),
            lon_deg=np.linspace(-1.5, -1.0, n),
        ),
        provisional=True,
    )
    board.show_names(
        {
            entity: {"name": text, "callsign": text, "destination": text, "type": text, text: text}
            for entity, text in zip(SHIPS, PAYLOADS, strict=True)
        }
    )
    for number, (entity, text) in enumerate(zip(SHIPS, PAYLOADS, strict=True)):
        said: dict[str, Any] = dict.fromkeys(("kind", "state", "summary"), text) | {
            "subjects": [subject(entity), text],
            "reasons": [{"factor": text, "value": text, "unit": text, "threshold": text}, None, text],
            "pattern": {"name": text, "version": text, "parameters": {text: text}},
            "area": {"type": text, "coordinates": text},
            "force": [text],
            "planted": number % 2 == 0,
        }
        board.show_flags([flag(1000 + number, **said)])
        desk.alerts[f"case-{number}"] = alert(number) | {
            "feature": flag(number, **said),
            "acknowledged_by": text,
            "acknowledged": text,
            "closed_by": text,
            "reopened_by": text,
            "reopened": text,
            "grown": bool(number % 3),
            "state": ("closed", "closed", text)[number % 3],
            "reason": text,
            "note": text,
            "how_to_report": [text],
        }
    board.show_stations(
        [
            {"id": f"{number}{text}", "state": text, "kind": text, "version": text, "note": text}
            | dict.fromkeys(("heard", "per_minute", "clock_offset_s", "spool"), text)
            for number, text in enumerate(PAYLOADS)
        ]
    )
    board.show_muted(3, PAYLOADS[0])
    board.show_lag(95.0, PAYLOADS[1])
    board.show_lost_together(PAYLOADS, PAYLOADS[0])
    seen = watched(watch.served.url)
    page = seen.page
    watch.pass_seconds(2)
    until(page, f"headland.number === {board._number}")

    page.select_option("#flag-state", "all")
    assert page.locator("#flags tbody tr").count() == 2 * n
    for index in page.evaluate("lookout.listedFlags()"):
        page.locator(f'tr[data-flag="{index}"] button').click()
        number = int(page.evaluate("index => lookout.flags[index].id", index), 16) % 1000
        shown = page.locator("#details").text_content()
        report = page.input_value("#report-text")
        # Kind, summary, two subjects, factor, pattern, force, note, ...: once for each place that names it.
        assert shown.count(plain(PAYLOADS[number])[1:]) >= 8, PAYLOADS[number]
        assert report.count(plain(PAYLOADS[number])[1:]) >= 7, PAYLOADS[number]
    for name in ("kind", "force"):
        offered = page.locator(f"#flag-{name} option").evaluate_all("each => each.map(({ value }) => value)")
        assert {plain(payload) for payload in PAYLOADS} <= set(offered)
    warning = page.locator("#warning").text_content()
    assert all(plain(payload) in warning for payload in PAYLOADS[:6])
    page.click("#tab-targets")
    for ship, payload in zip(SHIPS, PAYLOADS, strict=True):
        page.evaluate("name => lookout.select({ track: lookout.tracksOf(name)[0] })", subject(ship))
        assert page.locator("#details h2").text_content() == plain(payload)
    page.click("#tab-stations")
    stations = page.locator("#stations").text_content()
    assert all(stations.count(plain(payload)) >= 5 for payload in PAYLOADS)
    page.mouse.move(300, 300)
    page.fill("#search", PAYLOADS[0])
    page.press("#search", "Enter")
    watch.pass_seconds(1)
    until(page, f"headland.number === {board._number}")

    assert page.evaluate("window.__pwn") is None
    assert page.evaluate("Object.prototype.name") is None
    assert seen.complaints == []
    assert all(url.startswith((watch.served.url, "data:")) for url in seen.requests)
