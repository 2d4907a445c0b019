"""A real Chromium that can reach this machine and nothing else, and a live page for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browsing import Seen, browsing, opened
from live_making import NAMES, MemoryDesk, Served, traffic, until
from map_making import NOON_S

from maps.live.board import Board


@pytest.fixture(scope="module")
def watched(chromium: str) -> Iterator[Callable[..., Seen]]:
    """Opens an address and waits for its first picture: `watched(url, width=..., height=...)`."""
    with browsing(chromium) as browser:

        def watch(url: str, **options: Any) -> Seen:
            seen = opened(browser, url, **options)
            until(seen.page, "headland.number >= 0")
            return seen

        yield watch


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
