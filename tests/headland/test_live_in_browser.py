"""The page of a real service in a real browser, fed from a real antenna's words over a real broker."""

import asyncio
import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from nmea_lines import encoded
from solent_road import WAIT_S, Road, solent
from spooling_station import SpoolingStation

from alerts.cases import AlertState

PACE = 60.0
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
HOSTILE_STATION = "constructor"
VERSIONS = ("<svg/onload=A()>", "<img src=//b.c/>", "${A()}`+A()+`\u202e")
# What fits into six bits a character, twenty characters, of names that would run, call out or confuse.
NAMES = (
    "<IMG SRC=//E.GG/1>",
    "<SCRIPT SRC=//A.B/>",
    '"><SVG/ONLOAD=A()>',
    "</SCRIPT><SCRIPT>A()",
    "</TITLE></STYLE><B>",
    "&LT;IMG SRC=X&GT;",
    "JAVASCRIPT:A()",
    "'-A()-'",
    "__PROTO__",
)
CALLSIGNS = ('"><B>A', "</B><I>")


def named() -> dict[int, str]:
    """A hostile name for each of some ships that are heard soon, the first of whom will loiter."""
    ships = dict.fromkeys([235083854, *(heard_mmsi(sentence) for _, sentence in solent()[:60])])
    return dict(zip(ships, NAMES, strict=False))


def heard_mmsi(sentence: bytes) -> int:
    """The MMSI of a position report: bits 8 to 37."""
    six = [(byte - 48 if byte < 96 else byte - 56) for byte in sentence.split(b",")[5][:7]]
    bits = "".join(f"{value:06b}" for value in six)
    return int(bits[8:38], 2)


def said() -> list[tuple[int, bytes]]:
    """Who the ships say they are: class A in message 5, every other one class B in both parts of message 24."""
    lines: list[bytes] = []
    for number, (mmsi, name) in enumerate(named().items()):
        who = {"mmsi": mmsi, "shipname": name, "callsign": CALLSIGNS[number % 2]}
        if number % 2:
            lines += encoded({"type": 24, "partno": 0, **who}) + encoded(
                {"type": 24, "partno": 1, "ship_type": 36, "vendorid": "<A>", **who}
            )
        else:
            lines += encoded({"type": 5, "destination": name, "ship_type": 36, **who}, seq_id=number)
    return [(solent()[60][0], line) for line in lines]


@dataclass
class Watched:
    """A page, and everything it should not have done."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)


@contextmanager
def watched(chromium: str, url: str) -> Iterator[Watched]:
    """An address in a browser to which nothing else in the world answers."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.set_default_timeout(WAIT_S * 1000)
        seen = Watched(page)

        def allow(route):
            if route.request.url.startswith(url):
                route.continue_()
            else:
                seen.blocked.append(route.request.url)
                route.abort()

        page.route("**/*", allow)
        page.on("console", lambda message: seen.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: seen.complaints.append(f"uncaught: {error}"))
        page.on("request", lambda request: seen.requests.append(request.url))
        # What the hostile names call, should any of them run: six bits know no small letters.
        page.add_init_script("window.A = () => { window.__pwn = 1; }")
        page.goto(url)
        yield seen
        browser.close()


def answers(url):
    with suppress(OSError), urllib.request.urlopen(url + "healthz", timeout=5) as answer:  # noqa: S310  ours
        return answer.status == 200
    return False


async def tell_health(road):
    """A station of a name that objects know, which says of itself what would run."""
    async with SpoolingStation(road.broker.port, HOSTILE_STATION) as station:
        for version in VERSIONS:
            health = {"version": version, "clock_source": "<b>A", "spool_batches": "<i>", "uptime_s": 1e999}
            station.say("health", [json.dumps(health).encode()])
        station.say("health", [json.dumps({"version": VERSIONS[0], "spool_batches": 7}).encode()])
        await station.settled()


@pytest.mark.browser
@pytest.mark.system("mosquitto")
def test_what_an_antenna_hears_moves_on_the_page_until_an_officer_has_seen_its_alert(tmp_path, chromium):
    with Road(tmp_path, HOSTILE_STATION) as road:
        url = f"http://127.0.0.1:{road.page_port}/"
        road.service.start()
        road.play(sorted([*solent(), *said()], key=lambda line: line[0]), PACE)
        asyncio.run(tell_health(road))
        road.until(lambda: answers(url))
        with watched(chromium, url) as seen:
            targets_move(road, seen.page)
            an_alert_is_acknowledged(road, seen.page)
            names_are_names(seen.page)

    assert seen.complaints == []
    assert seen.blocked == []
    assert len(seen.requests) > 20
    assert all(each.startswith((url, "data:")) for each in seen.requests)


def targets_move(road, page):
    where = f"headland.whereIs('mmsi:{next(iter(named()))}')"
    road.until(lambda: page.evaluate(where))
    before = page.evaluate(where)
    road.until(lambda: page.evaluate(where)["time"] > before["time"] + 30)
    after = page.evaluate(where)
    assert (after["lat"], after["lon"]) != (before["lat"], before["lon"])
    assert page.evaluate("headland.drawn") > 5


def an_alert_is_acknowledged(road, page):
    road.until(lambda: page.locator("#flags tbody tr button").count())
    page.locator("#flags tbody tr button").first.click()
    page.locator("#acknowledge").click()
    page.locator("#decision").filter(has_text="Acknowledged").wait_for()
    assert AlertState.ACKNOWLEDGED in {alert.state for alert in road.alerts()}


def names_are_names(page):
    for number, (mmsi, name) in enumerate(named().items()):
        page.click("#tab-targets")
        page.evaluate("name => lookout.select({ track: lookout.tracksOf(name)[0] })", f"mmsi:{mmsi}")
        assert page.locator("#details h2").text_content() == name
        assert CALLSIGNS[number % 2] in page.locator("#details").text_content()
    page.click("#tab-stations")
    stations = page.locator("#stations").text_content()
    assert HOSTILE_STATION in stations
    assert VERSIONS[0] in stations
    assert page.evaluate("window.__pwn") is None
    assert page.evaluate("Object.prototype.name") is None
