"""A real Chromium that can reach this machine and nothing else, and a live page for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from live_making import NAMES, MemoryDesk, Served, traffic, until
from map_making import NOON_S

from maps.live.board import Board

CHROMIUM = Path("/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@dataclass
class Watched:
    """A live page in the browser, what it should not have done, and everything it asked for."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def watched() -> Iterator[Callable[..., Watched]]:
    """Opens an address and waits for its first picture: `watched(url, width=..., height=...)`.

    Scope: a module, not a session, for Playwright's event loop runs in this
    thread while it lives, and tests elsewhere want one of their own.
    """
    sync_api = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing, and CI=true asks for every test")
        pytest.skip(f"{CHROMIUM} is not installed (Debian: apt install chromium)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)

        def watch(url: str, width: int = 1280, height: int = 800, **options: Any) -> Watched:
            page = browser.new_context(viewport={"width": width, "height": height}, **options).new_page()
            page.set_default_timeout(15_000)
            seen = Watched(page)
            page.on("console", lambda message: seen.complaints.append(f"{message.type}: {message.text}"))
            page.on("pageerror", lambda error: seen.complaints.append(f"uncaught: {error}"))
            page.on("request", lambda request: seen.requests.append(request.url))
            page.goto(url)
            until(page, "headland.number >= 0")
            return seen

        yield watch
        browser.close()


class Watch:
    """A board with a feeder under the test's hand, its desk and its server."""

    def __init__(self) -> None:
        self.board, self.desk = Board(), MemoryDesk()
        self.board.show_names(NAMES)
        self.second = 0
        self.pass_seconds(60)
        self.served = Served(self.board, self.desk)

    def pass_seconds(self, count: int, *, heard: bool = True) -> None:
        for _ in range(count):
            self.second += 1
            if heard:
                self.board.show_positions(traffic(self.second), provisional=True)
            self.board.show_alerts(self.desk.list_alerts())
            self.board.tick(NOON_S + self.second)

    def restart(self) -> None:
        """The same place, but a server and a board that know nothing of before."""
        self.served.stop()
        self.board = Board()
        self.board.show_names(NAMES)
        self.pass_seconds(1)
        self.served = Served(self.board, self.desk, self.served.port)


@pytest.fixture
def watch() -> Iterator[Watch]:
    made = Watch()
    yield made
    made.served.stop()
