"""A board with traffic, a desk in memory, and a server for them on a free port of this machine."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import uvicorn
from map_making import CESSNA, FERRY, NOON_S, YACHT, flag

from feeds.reports import Source
from fusion.tracks import Tracks
from maps.live.app import UVICORN, make_app
from maps.live.board import Board
from maps.live.desk import (
    CLOSE_REASONS,
    ChangedAlertError,
    RefusedActionError,
    UnknownAlertError,
)

SOLENT = ((50.6, -1.5), (50.9, -0.9))
WAYS = {
    FERRY: (50.80, -1.10, 180.0, 8.0),
    YACHT: (50.70, -1.25, 270.0, 2.5),
    CESSNA: (50.62, -1.40, 60.0, 50.0),
}
NAMES = {
    FERRY: {"name": "WIGHT RYDER", "callsign": "MFRY", "type": "60"},
    YACHT: {"name": "SEA BREEZE", "type": "36"},
    CESSNA: {"callsign": "GABCD", "category": "A1"},
}


def traffic(step: int, entities: tuple[int, ...] = (FERRY, YACHT, CESSNA)) -> Tracks:
    """Where the three are so many seconds after noon, on straight lines."""
    lat, lon, cog, sog = (np.array([WAYS[entity][i] for entity in entities]) for i in range(4))
    metres = sog * step / 111_000.0
    return Tracks.of(
        len(entities),
        time_s=np.full(len(entities), NOON_S + step),
        entity=np.array(entities, np.uint64),
        lat_deg=lat + metres * np.cos(np.radians(cog)),
        lon_deg=lon + metres * np.sin(np.radians(cog)) / np.cos(np.radians(lat)),
        cog_deg=cog,
        sog_mps=sog,
        alt_m=np.array([900.0 if entity == CESSNA else np.nan for entity in entities]),
        source=np.array([Source.ADSB if entity == CESSNA else Source.AIS_A for entity in entities]),
        stations=np.full(len(entities), 2),
    )


def alert(number: int, **changed: Any) -> dict[str, Any]:
    """An alert about a flag of `map_making.flag`; keys of its properties go to the flag."""
    own = {name: changed.pop(name) for name in ("id", "version", "state", "note") if name in changed}
    return {
        "id": f"case-{number}",
        "version": 1,
        "state": "new",
        "opened": "2016-01-12T12:00:05Z",
        "feature": flag(number, **{"end": None} | changed),
        "how_to_report": ["Otherwise: call Hampshire on 101 and quote Project Kraken."],
    } | own


def until(page: Any, expression: str) -> None:
    """Wait for a page to say yes; Playwright's own way evaluates text inside the page, which its policy forbids."""
    for _ in range(400):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"the page never came to {expression}")


def told(seen: Any, watch: Any, seconds: int = 1, **options: Any) -> None:
    """Let seconds pass, and wait until the page has them."""
    watch.pass_seconds(seconds, **options)
    until(
        seen.page,
        f"lookout.traffic.now === {NOON_S + watch.second} && headland.number === {watch.board._number}",
    )
    seen.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def row(page: Any, text: str) -> Any:
    """Of the list of alerts."""
    return page.locator("#flags tbody tr").filter(has_text=text)


@dataclass
class MemoryDesk:
    """A desk that forgets when it is closed, with every decision it was asked for."""

    alerts: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    close_reasons: Mapping[str, str] = field(default_factory=lambda: CLOSE_REASONS)

    def open(self, *alerts: dict[str, Any]) -> None:
        self.alerts |= {each["id"]: each for each in alerts}

    def list_alerts(self) -> list[dict[str, Any]]:
        return list(self.alerts.values())

    def acknowledge(self, alert: str, *, version: int, who: str, now_s: float) -> Mapping[str, Any]:
        self.asked.append(("acknowledge", alert, version, who, now_s))
        if self._standing(alert, version)["state"] != "new":
            raise RefusedActionError("it was acknowledged before")
        return self._changed(
            alert, state="acknowledged", acknowledged="2016-01-12T12:01:00Z", acknowledged_by=who
        )

    def close(
        self, alert: str, *, version: int, who: str, reason: str, note: str, now_s: float
    ) -> Mapping[str, Any]:
        self.asked.append(("close", alert, version, who, reason, note, now_s))
        self._standing(alert, version)
        return self._changed(
            alert, state="closed", closed="2016-01-12T12:02:00Z", closed_by=who, reason=reason, note=note
        )

    def reopen(self, alert: str, *, version: int, who: str, text: str, now_s: float) -> Mapping[str, Any]:
        self.asked.append(("reopen", alert, version, who, text, now_s))
        if self._standing(alert, version)["state"] != "closed":
            raise RefusedActionError("it is not closed")
        return self._changed(
            alert,
            state="acknowledged",
            reopened="2016-01-12T12:03:00Z",
            reopened_by=who,
            note=text,
            grown=False,
        )

    def _standing(self, alert: str, version: int) -> dict[str, Any]:
        if alert not in self.alerts:
            raise UnknownAlertError("there is no such alert")
        if self.alerts[alert]["version"] != version:
            raise ChangedAlertError("somebody else has changed it")
        return self.alerts[alert]

    def _changed(self, alert: str, **changed: Any) -> dict[str, Any]:
        known = self.alerts[alert]
        self.alerts[alert] = known | changed | {"version": known["version"] + 1}
        return self.alerts[alert]


class Served:
    """The live page on 127.0.0.1, run by uvicorn in a thread of its own."""

    def __init__(self, board: Board, desk: MemoryDesk, port: int = 0) -> None:
        self.board, self.desk = board, desk
        app = make_app(board, desk, title="Solent", credits=["AIS: a volunteer"], bounds=SOLENT, who="PC 1")
        config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical", **UVICORN)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the server did not start")
            time.sleep(0.01)
        self.port = int(self._server.servers[0].sockets[0].getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.board.end()
        self._server.should_exit = True
        self._thread.join(15)
        if self._thread.is_alive():
            raise RuntimeError("the server did not stop")

    def ask(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (lower case) and body; header names with `_` for `-`."""
        sent = {"host": f"127.0.0.1:{self.port}"}
        if method == "POST":
            sent |= {"origin": self.url, "content-type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            if content is not None and "content-length" not in sent:
                sent["content-length"] = str(len(content))
            for name, value in sent.items():
                connection.putheader(name, value)
            connection.endheaders(content)
            answer = connection.getresponse()
            return (
                answer.status,
                {name.lower(): value for name, value in answer.getheaders()},
                answer.read(),
            )
        finally:
            connection.close()
