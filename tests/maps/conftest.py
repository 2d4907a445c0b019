"""A real Chromium that can reach nothing, and tracks to look at."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from map_making import CESSNA, FERRY, NOON_S, YACHT, sailed

from feeds.reports import Source
from fusion.tracks import Tracks

CHROMIUM = Path("/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
]


@pytest.fixture(scope="session")
def solent_tracks() -> Tracks:
    """A ferry, a yacht with a silence of 20 minutes, and a small aeroplane over the Solent."""
    yacht = sailed(YACHT, (50.70, -1.10), (50.75, -1.30), sog_mps=2.5, source=Source.AIS_B)
    silent = (yacht.time_s > NOON_S + 1200) & (yacht.time_s < NOON_S + 2400)
    return Tracks.concat(
        [
            sailed(FERRY, (50.80, -1.10), (50.73, -1.15), sog_mps=6.0, source=Source.AIS_A),
            yacht.take(~silent),
            sailed(CESSNA, (50.60, -1.50), (50.90, -0.90), sog_mps=50.0, alt_m=900.0, source=Source.ADSB),
        ]
    )


@dataclass
class Opened:
    """A page in the browser, and everything it should not have done."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Opened]]:
    """Opens HTML as a local file: `opened(html, width=..., height=...)`.

    Scope: a module, not a session, for Playwright's event loop runs in this
    thread while it lives, and tests elsewhere want one of their own.
    """
    sync_api = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing, and CI=true asks for every test")
        pytest.skip(f"{CHROMIUM} is not installed (Debian: apt install chromium)")
    folder = tmp_path_factory.mktemp("pages")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)

        def open_page(html: str, width: int = 1280, height: int = 800, **options: Any) -> Opened:
            path = folder / f"{len(list(folder.iterdir()))}.html"
            path.write_text(html, encoding="utf-8", newline="\n")
            page = browser.new_context(viewport={"width": width, "height": height}, **options).new_page()
            seen = Opened(page)
            page.on("console", lambda message: seen.complaints.append(f"{message.type}: {message.text}"))
            page.on("pageerror", lambda error: seen.complaints.append(f"uncaught: {error}"))
            page.on("request", lambda request: seen.requests.append(request.url))
            page.goto(path.as_uri())
            page.wait_for_timeout(200)
            seen.requests.remove(path.as_uri())
            return seen

        yield open_page
        browser.close()
