"""How smooth the live page is with 20,000 targets, beside plain Leaflet pages of the same targets in the same browser.

    python benchmarks/bench_page.py [TARGETS] [SECONDS]

Prints the times between frames (p50, p95, p99 and the longest, ms) while the
map stands still and while it is dragged with the mouse, 4,000 of 20,000
targets moving each second in all of them. The peers: what Folium writes for
one circle marker a target with `prefer_canvas`, and Leaflet's own markers (an
image element each). Both are moved inside the page, with no server, no JSON,
no trails, no names and no list: less work than ours does. Links of Folium's
page are answered from the vendored Leaflet; nothing leaves this machine.

A frame is due each 16.7 ms. Needs Chromium; it is run without a graphics card.
"""

from __future__ import annotations

import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import folium
import numpy as np
import uvicorn
from playwright.sync_api import Page, Route, sync_playwright

from feeds.reports import Domain, entities
from fusion.tracks import Tracks
from maps.live.app import UVICORN, make_app
from maps.live.board import Board
from maps.live.desk import CLOSE_REASONS, Desk, UnknownAlertError
from maps.shell import LEAFLET

TARGETS = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
SECONDS = float(sys.argv[2]) if len(sys.argv) > 2 else 8.0
MOVING = TARGETS // 5
T0 = 1_795_000_000.0
SOUTH, NORTH, WEST, EAST = 49.5, 51.5, -5.0, 2.0
CHROMIUM = "/usr/bin/chromium"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]

WATCH = """() => {
  window.frames_ms = [];
  let last = performance.now();
  const frame = (now) => {
    window.frames_ms.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}"""
MOVE = """([moving, name]) => {
  const markers = Object.values(window[name]._layers).filter((layer) => layer.setLatLng);
  let at = 0;
  setInterval(() => {
    for (let i = 0; i < moving; i += 1, at += 1) {
      const marker = markers[at % markers.length];
      const { lat, lng } = marker.getLatLng();
      marker.setLatLng([lat + 0.0005, lng + 0.0005]);
    }
  }, 1000);
}"""
IMAGES = """([lat, lon]) => {
  const map = L.map("map", { zoomControl: false }).setView([50.5, -1.5], 7);
  lat.forEach((north, i) => L.marker([north, lon[i]]).addTo(map));
  window.plain = map;
}"""


class Empty(Desk):
    """A desk without alerts: what moves is measured, not what is decided."""

    @property
    def close_reasons(self) -> Mapping[str, str]:
        """The page's own."""
        return CLOSE_REASONS

    def list_alerts(self) -> Sequence[Mapping[str, Any]]:
        """None."""
        return []

    def acknowledge(self, alert: str, **_: Any) -> Mapping[str, Any]:
        """There is none."""
        raise UnknownAlertError(alert)

    close = reopen = acknowledge


def fleet() -> tuple[Any, Any, Any]:
    """Entities, latitudes and longitudes, all over the Channel; always the same."""
    rng = np.random.default_rng(20260101)
    ships = entities(Domain.AIS, 200_000_000 + np.arange(TARGETS))
    return ships, rng.uniform(SOUTH, NORTH, TARGETS), rng.uniform(WEST, EAST, TARGETS)


@contextmanager
def served() -> Iterator[str]:
    """The live page with a fleet that moves, a fifth of it each second."""
    ships, lat, lon = fleet()
    board = Board()
    every = np.arange(TARGETS)
    end = threading.Event()

    def show(rows: Any, second: int) -> None:
        step = 0.0005 * second
        columns = {"lat_deg": lat[rows] + step, "lon_deg": lon[rows] + step, "entity": ships[rows]}
        said = {"cog_deg": rows % 360.0, "sog_mps": np.full(len(rows), 6.0)}
        tracks = Tracks.of(len(rows), time_s=np.full(len(rows), T0 + second), **columns, **said)
        board.show_positions(tracks, provisional=True)

    def run() -> None:
        second = 0
        while not end.wait(1.0):
            second += 1
            show(every[second % 5 :: 5], second)
            board.tick(T0 + second)

    board.show_names({int(ship): {"name": f"SHIP {i}", "type": "70"} for i, ship in enumerate(ships)})
    show(every, 0)
    board.tick(T0)
    app = make_app(board, Empty(), bounds=((SOUTH, WEST), (NORTH, EAST)))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", **UVICORN))
    threads = [threading.Thread(target=each, daemon=True) for each in (server.run, run)]
    for thread in threads:
        thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    finally:
        end.set()
        board.end()
        server.should_exit = True
        for thread in threads:
            thread.join(15)


def folium_page(folder: Path) -> str:
    """What Folium writes for the same targets, on canvas; its name for the map stands in it."""
    _, lat, lon = fleet()
    sheet = folium.Map(location=(50.5, -1.5), zoom_start=7, tiles=None, prefer_canvas=True)
    for north, east in zip(lat.tolist(), lon.tolist(), strict=True):
        folium.CircleMarker((north, east), radius=4).add_to(sheet)
    path = folder / "folium.html"
    sheet.save(path)
    return path.as_uri()


def images_page(folder: Path) -> str:
    """A page with nothing but Leaflet."""
    path = folder / "images.html"
    link = f'<link rel="stylesheet" href="{(LEAFLET / "leaflet.css").as_uri()}">'
    script = f'<script src="{(LEAFLET / "leaflet.js").as_uri()}"></script>'
    path.write_text(f'<!DOCTYPE html>{link}{script}<div id="map" style="position:absolute;inset:0"></div>')
    return path.as_uri()


def local(route: Route) -> None:
    """Leaflet from the disk; Folium's other links are not needed for circles."""
    name = re.search(r"leaflet\.(js|css)$", route.request.url)
    if name:
        route.fulfill(path=LEAFLET / name[0])
    else:
        route.abort()


def dragged(page: Page) -> None:
    """The mouse holds the map and goes to and fro, as fast as a hand."""
    end = time.perf_counter() + SECONDS
    page.mouse.move(500, 400)
    page.mouse.down()
    step = 0
    while time.perf_counter() < end:
        step += 1
        page.mouse.move(500 + 150 * np.sin(step / 15), 400 + 80 * np.cos(step / 15))
        time.sleep(1 / 120)
    page.mouse.up()


def measured(page: Page, act: Callable[[Page], None]) -> list[float]:
    """p50, p95, p99 and the longest of the times between frames."""
    page.evaluate("window.frames_ms.length = 0")
    began = time.perf_counter()
    act(page)
    # A page that drew no frame at all has one as long as the wait.
    frames = page.evaluate("window.frames_ms") or [1000 * (time.perf_counter() - began)]
    return [*np.percentile(frames, [50, 95, 99]).tolist(), max(frames)]


def main() -> None:
    """One table."""
    print(f"{TARGETS} targets, {MOVING} move each second; ms between frames")
    print(f"{'':<38}{'':<8}{'p50':>8}{'p95':>8}{'p99':>8}{'longest':>9}")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright, served() as url:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)

        def opened(address: str) -> Page:
            page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
            page.route(re.compile("^https?://(?!127)"), local)
            page.set_default_timeout(180_000)
            page.goto(address)
            return page

        def told(label: str, page: Page) -> None:
            page.wait_for_timeout(4000)
            page.evaluate(WATCH)
            for how, act in (("still", lambda p: p.wait_for_timeout(1000 * SECONDS)), ("dragged", dragged)):
                figures = "".join(f"{value:>8.1f}" for value in measured(page, act))
                print(f"{label:<38}{how:<8}{figures}", flush=True)
            page.close()

        page = opened(url)
        told("the live page", page)
        page = opened(url)
        page.click("#tab-targets")
        page.click("#targets tbody tr")
        told("the same, its list of targets open", page)
        folder = Path(name)
        page = opened(folium_page(folder))
        page.evaluate(MOVE, [MOVING, page.evaluate("Object.keys(window).find((n) => n.startsWith('map_'))")])
        told("Folium, circles on canvas", page)
        page = opened(images_page(folder))
        _, lat, lon = fleet()
        page.evaluate(IMAGES, [lat.tolist(), lon.tolist()])
        page.evaluate(MOVE, [MOVING, "plain"])
        told("Leaflet, an image each", page)
        browser.close()


if __name__ == "__main__":
    main()
