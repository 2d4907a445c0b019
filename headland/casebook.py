"""The alerts of the store on the board, read as they change; other processes may be writing them."""

from __future__ import annotations

from typing import Any

import structlog

from alerts.cases import LISTED, changes_since, last_change
from alerts.errors import StoreError
from alerts.store import Store
from headland.page_desk import CLOSED_SHOWN, PageDesk
from maps.live.board import Board

log = structlog.get_logger(__name__)


class Casebook:
    """What has been shown, and up to which change.

    Attributes:
        trouble: what kept the last look from the store; empty where nothing did.
    """

    def __init__(self, store: Store, page: PageDesk, board: Board) -> None:
        """Show nothing yet."""
        self.trouble = ""
        self._store, self._page, self._board = store, page, board
        self._shown: dict[str, dict[str, Any]] = {}
        self._seen = -1

    def look(self) -> int:
        """Put what has changed since the last look on the board; how many alerts that were.

        A store that does not answer is logged and said in `trouble`; the next look finds what this one missed.
        """
        try:
            changed = self._begun() if self._seen < 0 else self._changed()
        except StoreError as error:
            self.trouble = str(error)
            log.warning("alerts not read", reason=str(error))
            return 0
        self.trouble = ""
        if changed:
            self._shown |= {alert["id"]: alert for alert in changed}
            self._drop_closed()
            self._board.show_flags([alert["feature"] for alert in changed])
            self._board.show_alerts(self._shown.values())
        return len(changed)

    def _begun(self) -> list[dict[str, Any]]:
        """All that a watch should see: read after the number is, so that nothing falls between the two."""
        seen = last_change(self._store)
        listed = [dict(alert) for alert in self._page.list_alerts()]
        self._seen = seen
        return listed

    def _changed(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        seen = self._seen
        while True:
            some, seen = changes_since(self._store, seen)
            found += self._page.shown(some)
            if len(some) < LISTED:
                self._seen = seen
                return found

    def _drop_closed(self) -> None:
        """Let the oldest of the closed alerts go, as `list_alerts` does."""
        closed = sorted(number for number, alert in self._shown.items() if alert["state"] == "closed")
        for number in closed[:-CLOSED_SHOWN]:
            del self._shown[number]
