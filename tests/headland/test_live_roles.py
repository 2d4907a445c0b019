"""The service as three processes on one journal and one store, between a real broker and a real receiver of alerts."""

import asyncio
import contextlib
import json
import threading
import urllib.error
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import aiomqtt
import pytest
from asking import ask
from brokers import DESK, FUSION, PASSWORD, SERVER, WEB, Mosquitto, free_port
from hurried import Clock
from nmea_lines import encoded, tagged
from solent_journal import entries, last_mark_s
from solent_road import Part
from spooling_station import SpoolingStation
from sqlalchemy import select

from alerts.signatures import verify_signature
from alerts.store import Store
from alerts.tables import MESSAGES
from feeds.journal import Journal
from headland.exits import Exit

ROOT = Path(__file__).parents[2]
LATENESS_S = 10.0
KEY = b"the key of a force's own system"
STATION = "mole"
NEWCOMER = 235_099_111
WAIT_S = 90


class Hook(BaseHTTPRequestHandler):
    """A force's own system: checks each signature, and keeps every message that comes."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        stamp, signature = self.headers["X-Headland-Timestamp"], self.headers["X-Headland-Signature"]
        genuine = verify_signature([KEY], stamp, body, signature, int(stamp))
        self.came.append((self.headers["Idempotency-Key"], body, genuine))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def hook():
    """Where the system listens, and what came there."""
    kind = type("Mine", (Hook,), {"came": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", kind.came
    server.shutdown()
    thread.join()
    server.server_close()


class Page(NamedTuple):
    """Subjects, alerts by number, stations by id, and what time the flags are of."""

    subjects: set
    alerts: dict
    stations: dict
    as_of: float | None

    @property
    def follows(self):
        """Whether fusion is heard, and has come to the end of what was in the journal."""
        return "fusion" not in self.stations and (self.as_of or 0) >= last_mark_s() - LATENESS_S


class Service:
    """Three processes, to be started and killed one by one."""

    def __init__(self, folder, broker, clock, hook_url):
        self.journal, self.state, self.port = folder / "journal", folder / "state", free_port()
        self._broker, self._clock, self._folder = broker, clock, folder
        (folder / "key").write_bytes(KEY)
        self.settings = folder / "headland.toml"
        self.settings.write_text(
            f'[channels.webhook.hooks.force]\nurl = "{hook_url}"\nkeys = ["file:{folder / "key"}"]\n'
        )

    def part(self, role, user):
        where = ("--state", self.state, "--config", self.settings)
        where += ("--port", self.port) if role == "web" else ("--journal", self.journal)
        words = ("live", "--role", role, "--mqtt", f"mqtt://{user}@127.0.0.1:{self._broker.port}", *where)
        return Part(self._clock, *words, log=self._folder / f"{role}.log", BROKER_PASSWORD=PASSWORD)

    def ask(self, path, body=None):
        return ask(self.port, path, body)

    def shown(self):
        """What the page has; None while it does not answer."""
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            told = self.ask("/api/snapshot")
            alerts, stations = (
                {row["id"]: row for row in told[what]["put"]} for what in ("alerts", "stations")
            )
            return Page({subject for _, subject, *_ in told["who"]}, alerts, stations, told["lag"]["as_of"])
        return None

    def messages(self):
        """Every message about an alert that was ever written, by id."""
        store = Store.open(f"sqlite:///{self.state / 'alerts.db'}")
        with store.reading() as connection:
            found = {row.id: row.body for row in connection.execute(select(MESSAGES))}
        store.close()
        return found


@pytest.fixture
def service(tmp_path, hook):
    broker = Mosquitto(tmp_path / "mosquitto", [STATION])
    broker.start()
    service = Service(tmp_path, broker, None, hook[0])
    with Journal(service.journal) as journal:
        journal.commit(entries())
    with Clock(tmp_path / "clock", last_mark_s() + 3.0, pace=1.0) as clock:
        service._clock = clock
        service.clock, service.broker = clock, broker
        parts = {"feeds": service.part("feeds", SERVER), "fusion": service.part("fusion", FUSION)}
        parts["web"] = service.part("web", WEB)
        service.parts = parts
        yield service
        for part in parts.values():
            part.kill()
    broker.stop()


async def until(holds):
    """Wait for something that other processes bring about; what it was."""
    async with asyncio.timeout(WAIT_S):
        while not (found := await asyncio.to_thread(holds)):  # noqa: ASYNC110  no event crosses processes
            await asyncio.sleep(0.2)
    return found


@contextlib.asynccontextmanager
async def desk(port):
    """What a desk hears on the broker, topic and payload."""
    heard = []

    async def listen(client):
        async for message in client.messages:
            heard.append((str(message.topic), message.payload))  # noqa: PERF401  read while it grows

    async with aiomqtt.Client("127.0.0.1", port, identifier=DESK, username=DESK, password=PASSWORD) as client:
        await client.subscribe([("headland/v1/alerts/#", 1), ("headland/v1/flags/#", 1)])
        listening = asyncio.create_task(listen(client))
        try:
            yield heard
        finally:
            listening.cancel()


def page(service, holds):
    """The page, once it holds what is said."""
    return until(lambda: (shown := service.shown()) and holds(shown) and shown)


def is_lost(shown):
    return shown.stations.get("fusion", {}).get("state") == "lost"


@pytest.mark.system("mosquitto")
def test_three_processes_show_decide_and_tell_and_killing_one_doubles_nothing(service, hook, tmp_path):
    parts, came = service.parts, hook[1]

    async def story():
        async with desk(service.broker.port) as heard:
            parts["web"].start()
            await page(service, is_lost)
            parts["fusion"].start()
            before = await page(service, lambda shown: shown.follows and shown.alerts)
            number, alert = next(iter(before.alerts.items()))
            seen = {"version": alert["version"]}
            await asyncio.to_thread(service.ask, f"/api/alerts/{number}/acknowledge", seen)
            await until(lambda: len(came) == len(service.messages()))

            parts["fusion"].kill()
            await page(service, is_lost)
            parts["fusion"].start()
            parts["feeds"].start()
            await page(service, lambda shown: shown.follows)
            async with SpoolingStation(service.broker.port, STATION) as station:
                time_ms = int(service.clock.now_s * 1000)
                sentence = encoded({"type": 1, "mmsi": NEWCOMER, "lat": 50.7, "lon": -1.1, "speed": 9.0})[0]
                station.say("ais", [tagged(f"c:{time_ms}", sentence)])
                await page(service, lambda shown: f"mmsi:{NEWCOMER}" in shown.subjects)
                await station.settled()

            parts["web"].kill()
            parts["web"].start()
            everything = before.subjects | {f"mmsi:{NEWCOMER}"}
            late = await page(service, lambda shown: shown.subjects >= everything and shown.alerts)
            assert late.alerts.keys() == before.alerts.keys()
            assert late.alerts[number]["state"] == "acknowledged"
            await until(lambda: len(came) == len(service.messages()))
            return heard

    heard = asyncio.run(story())
    codes = [part.told_to_end() for part in parts.values()]

    written = service.messages()
    assert codes == [Exit.DONE] * 3
    assert Counter(number for number, _, _ in came) == Counter(written.keys())
    assert all(genuine and written[number] == body for number, body, genuine in came)
    told = [payload for topic, payload in heard if topic.startswith("headland/v1/alerts/")]
    assert Counter(told) == Counter(written.values())
    flags = {topic: json.loads(payload) for topic, payload in heard if "/flags/" in topic and payload}
    assert {topic.split("/")[-1] for topic in flags} == {
        feature["properties"]["id"] for feature in flags.values()
    }
    assert '"event": "broker connected"' in (tmp_path / "web.log").read_text()
