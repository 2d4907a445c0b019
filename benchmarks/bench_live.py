"""How long from a line that the agent hears to the symbol that moves: the whole road as processes on this machine.

    python benchmarks/bench_live.py [--seconds N] [--rate LINES_A_SECOND] [--vessels N] [--no-browser]

A sender says AIS to the agent by UDP, each line at a known instant and with a
place that no other line has. Timed at three ends: a plain subscriber of the
broker (the floor: whatever stands behind the broker adds to it), the event
that brings the place to a client of the page, and the frame in which Chromium
has drawn it. A line that is overtaken before it is shown counts as shown with
the one that overtook it. Ratios to the floor compare machines; times do not.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiomqtt
import numpy as np
import orjson
from playwright.async_api import async_playwright
from pyais import encode_dict

STATION = "cliff"
WARM_UP_S = 12.0
"""The first lines meet code that is not compiled and tables that are not read yet."""
LAST_S = 5.0
BURST_S = 0.005
STEP_DEG = 0.0003
"""Of latitude from one report of a vessel to its next: each place tells which report it was."""
KNOTS = 22.0
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
MOSQUITTO = """
listener {port} 127.0.0.1
allow_anonymous true
set_tcp_nodelay true
max_packet_size 65536
max_queued_messages 200000
persistence true
persistence_location {folder}/
autosave_on_changes true
autosave_interval 500
log_type error
"""
DRAWN = """() => {
  window.drawn = [];
  lookout.on("moved", ({ message }) => {
    const came = performance.timeOrigin + performance.now();
    // The second frame begins when the first has been painted.
    requestAnimationFrame(() => requestAnimationFrame(() => {
      window.drawn.push([message.number, came / 1000, (performance.timeOrigin + performance.now()) / 1000]);
    }));
  });
}"""


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket(type=kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Traffic:
    """Vessels on their ways north, and when each said what.

    Attributes:
        said_s: Unix seconds of each report of each vessel; NaN until it is said. Shape: (vessels, reports).
    """

    vessels: int
    reports: int
    said_s: np.ndarray = field(init=False)
    lines: list[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.said_s = np.full((self.vessels, self.reports), np.nan)
        spread = np.arange(self.vessels)
        self.lat_deg = 49.5 + 0.02 * (spread // 80)
        self.lon_deg = np.round(-6.0 + 0.1 * (spread % 80), 4)
        self.lines = [self._line(v, k) for k in range(self.reports) for v in range(self.vessels)]
        self.number = {line.split(b",")[5]: n for n, line in enumerate(self.lines)}

    def _line(self, vessel: int, report: int) -> bytes:
        place = {"lat": self.lat_deg[vessel] + STEP_DEG * report, "lon": self.lon_deg[vessel]}
        fields = {"msg_type": 1, "mmsi": 232_000_000 + vessel, "speed": KNOTS, "course": 0.0, **place}
        return encode_dict(fields, sentence_type="VDM")[0].encode()

    def said(self, number: int, at_s: float) -> None:
        """The line of this number is said now."""
        self.said_s[number % self.vessels, number // self.vessels] = at_s

    def report_at(self, vessel: int, lat_deg: float) -> int:
        """Which report of a vessel a latitude is from."""
        return round((lat_deg - self.lat_deg[vessel]) / STEP_DEG)


@dataclass
class Times:
    """At one end of the road: when each report was there. Shape of `at_s`: (vessels, reports)."""

    name: str
    at_s: np.ndarray

    @classmethod
    def of(cls, name: str, traffic: Traffic) -> Times:
        """Nothing there yet."""
        return cls(name, np.full_like(traffic.said_s, np.nan))

    def there(self, vessel: int, report: int, at_s: float) -> None:
        """This report is there, and with it those that it overtook."""
        before = self.at_s[vessel, : report + 1]
        before[np.isnan(before)] = at_s


async def say(traffic: Traffic, port: int, rate: float) -> None:
    """Every line in its turn, so many a second, in small bursts."""
    loop = asyncio.get_running_loop()
    began_s, sent = loop.time(), 0
    with socket.socket(type=socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", port))
        while sent < len(traffic.lines):
            due = min(int((loop.time() - began_s) * rate), len(traffic.lines))
            for number in range(sent, due):
                traffic.said(number, time.time())  # noqa: TID251  a benchmark reads the clock
                sender.send(traffic.lines[number])
            sent = due
            await asyncio.sleep(BURST_S)


async def hear_broker(traffic: Traffic, port: int, times: Times) -> None:
    """A plain subscriber to what the agent publishes."""
    async with aiomqtt.Client("127.0.0.1", port, protocol=aiomqtt.ProtocolVersion.V311) as client:
        await client.subscribe(f"headland/v1/station/{STATION}/ais", qos=1)
        async for message in client.messages:
            now_s = time.time()  # noqa: TID251  as above
            for line in bytes(message.payload).split(b"\n")[1:]:
                number = traffic.number[line.split(b",")[-2]]
                times.there(number % traffic.vessels, number // traffic.vessels, now_s)


async def deltas(port: int) -> AsyncIterator[tuple[float, dict[str, Any]]]:
    """Every event of the page with the moment at which its last byte was there."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 26)
    writer.write(b"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % port)
    with contextlib.closing(writer):
        while True:
            line = await reader.readline()
            if line.startswith(b"data: "):
                now_s = time.time()  # noqa: TID251  as above
                yield now_s, orjson.loads(line[6:])


async def hear_page(
    traffic: Traffic, port: int, times: Times, moves: dict[int, list[tuple[int, int]]]
) -> None:
    """Every delta: which reports it shows; kept by its number too, for the frame that draws it."""
    vessel_of: dict[int, int] = {}
    async for now_s, delta in deltas(port):
        for number, subject, *_ in delta["who"]:
            vessel_of[number] = int(subject.removeprefix("mmsi:")) - 232_000_000
        at = delta["at"]
        for number, lat in zip(at["id"], at["lat"], strict=True):
            vessel = vessel_of[number]
            report = traffic.report_at(vessel, lat * 1e-5)
            times.there(vessel, report, now_s)
            moves.setdefault(delta["number"], []).append((vessel, report))


@contextlib.contextmanager
def running(*words: Any) -> Iterator[None]:
    """A process for as long as the context lasts."""
    with subprocess.Popen([*map(str, words)], stderr=subprocess.DEVNULL) as process:  # noqa: S603  ours
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)


@contextlib.contextmanager
def road(folder: Path, ports: dict[str, int], words: list[str]) -> Iterator[None]:
    """Broker, service and agent."""
    folder.chmod(0o777)  # started by root the broker becomes another user
    (folder / "mosquitto.conf").write_text(MOSQUITTO.format(port=ports["broker"], folder=folder))
    mqtt = f"mqtt://127.0.0.1:{ports['broker']}"
    headland = (sys.executable, "-m", "headland")
    mosquitto = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin") or "mosquitto"
    live = ("--mqtt", mqtt, "--journal", folder / "journal", "--port", ports["page"], *words)
    agent = (
        "--station",
        STATION,
        "--mqtt",
        mqtt,
        "--ais",
        f"udp:{ports['agent']}",
        "--spool",
        folder / "spool",
    )
    with contextlib.ExitStack() as stack:
        stack.enter_context(running(mosquitto, "-c", folder / "mosquitto.conf"))
        stack.enter_context(running(*headland, "live", *live))
        stack.enter_context(running(*headland, "receiver", *agent))
        yield


async def answering(port: int) -> None:
    """Wait until the page answers."""

    def ask() -> bool:
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer,
        ):
            return bool(answer.status == 200)
        return False

    async with asyncio.timeout(120):
        while not await asyncio.to_thread(ask):  # noqa: ASYNC110  another process' port is no event here
            await asyncio.sleep(0.2)


@contextlib.asynccontextmanager
async def browser(port: int, *, wanted: bool) -> AsyncIterator[Any]:
    """The page in Chromium, which notes when it has drawn what."""
    if not wanted:
        yield None
        return
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
        page = await chromium.new_page(viewport={"width": 1400, "height": 900})
        await page.goto(f"http://127.0.0.1:{port}/")
        await page.evaluate(DRAWN)
        yield page
        await chromium.close()


async def measured(options: argparse.Namespace) -> list[Times]:
    """One run; the times at every end, the sender's first."""
    reports = int(options.rate * (options.seconds + WARM_UP_S) / options.vessels)
    traffic = Traffic(options.vessels, reports)
    ends = [Times.of(name, traffic) for name in ("subscriber", "event", "delta in browser", "drawn")]
    moves: dict[int, list[tuple[int, int]]] = {}
    ports = {"broker": free_port(), "page": free_port(), "agent": free_port(socket.SOCK_DGRAM)}
    words = ["--set", "feeds.quota_mb_per_h=10000", *options.live]
    with tempfile.TemporaryDirectory() as name, road(Path(name), ports, words):
        await answering(ports["page"])
        async with browser(ports["page"], wanted=options.browser) as page:
            hearing = [
                asyncio.create_task(hear_broker(traffic, ports["broker"], ends[0])),
                asyncio.create_task(hear_page(traffic, ports["page"], ends[1], moves)),
            ]
            await asyncio.sleep(1.0)
            await say(traffic, ports["agent"], options.rate)
            await asyncio.sleep(LAST_S)
            drawn = await page.evaluate("window.drawn") if page else []
            for task in hearing:
                task.cancel()
            await asyncio.wait(hearing)
    for number, came_s, drawn_s in drawn:
        for vessel, report in moves.get(number, ()):
            ends[2].there(vessel, report, came_s)
            ends[3].there(vessel, report, drawn_s)
    return [Times("said", traffic.said_s), *(ends if options.browser else ends[:2])]


def told(times: list[Times]) -> None:
    """The table."""
    said_s = times[0].at_s
    counted = said_s > np.nanmin(said_s) + WARM_UP_S
    print(
        f"{'s from the line said to':<26}{'p50':>8}{'p95':>8}{'p99':>8}{'most':>8}{'p99/floor':>11}{'missing':>9}"
    )
    floor = np.nan
    for end in times[1:]:
        took_s = (end.at_s - said_s)[counted]
        missing = int(np.isnan(took_s).sum())
        p50, p95, p99, most = np.nanpercentile(took_s, [50, 95, 99, 100])
        floor = p99 if np.isnan(floor) else floor
        print(f"{end.name:<26}{p50:>8.3f}{p95:>8.3f}{p99:>8.3f}{most:>8.3f}{p99 / floor:>11.2f}{missing:>9}")


def main() -> None:
    """One table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--rate", type=float, default=2000.0)
    parser.add_argument("--vessels", type=int, default=5000)
    parser.add_argument("--no-browser", dest="browser", action="store_false")
    parser.add_argument("live", nargs="*", help="more words for `headland live`, after --")
    options = parser.parse_args()
    told(asyncio.run(measured(options)))
    print(f"{options.rate:.0f} lines/s of {options.vessels} vessels for {options.seconds:.0f} s")


if __name__ == "__main__":
    main()
