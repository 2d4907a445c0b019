"""Makes the pictures of the documentation; run as `.venv/bin/python docs/make_picture.py`.

`images/map.png`: the bundled Solent recording replayed, its map opened, the flag with the highest score chosen.
`images/coverage.png`: the same water as four stations of the demo heard it, with what one of them heard.
`images/live.png`: the demo when the last planted behaviour has been flagged; takes two minutes.

It needs Chromium and the dependency group `oracle`.
"""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from headland.bundle import FOLDER, recordings, wires
from headland.options import ReplayOptions
from headland.replay import replay

IMAGES = Path(__file__).resolve().parent / "images"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SIZE = {"width": 1400, "height": 900}
LAST_FLAG = "unscheduled_landing"


def map_of_a_replay(browser: Browser) -> None:
    """Replay, open, choose the flag that scores highest, and keep what is seen."""
    solent = next(each for each in recordings() if "Solent" in each.what)
    with tempfile.TemporaryDirectory() as folder:
        options = ReplayOptions(
            title="The Solent, 12 January 2016", credits=(f"{solent.credit} ({solent.licence})",)
        )
        replay([str(solent.path)], Path(folder), options)
        page = browser.new_page(viewport=SIZE)
        page.goto(Path(folder, "map.html").as_uri())
        page.wait_for_timeout(1500)
        page.get_by_role("button", name="Score").click()
        page.keyboard.press("j")
        page.wait_for_timeout(1500)
        page.screenshot(path=IMAGES / "map.png")


def coverage_of_a_replay(browser: Browser) -> None:
    """Replay what the demo's stations heard, open its page of coverage, choose the first station."""
    solent = next(each for each in recordings() if "Solent" in each.what)
    with tempfile.TemporaryDirectory() as folder:
        options = ReplayOptions(
            title="The Solent, 12 January 2016",
            credits=(f"{solent.credit} ({solent.licence})",),
            stations=FOLDER / "stations.json",
            coverage=True,
        )
        replay([str(wires()[0].path)], Path(folder), options)
        page = browser.new_page(viewport=SIZE)
        page.goto(Path(folder, "coverage.html").as_uri())
        page.wait_for_timeout(1000)
        page.locator("#stations .choose").first.click()
        page.locator("#zoom-all").click()
        page.wait_for_timeout(1500)
        page.screenshot(path=IMAGES / "coverage.png")


def live_page(browser: Browser) -> None:
    """Start the demo, wait for the last of its planted behaviours, and keep what is seen."""
    command = [sys.executable, "-m", "headland", "demo", "--port", "0", "--no-browser"]
    demo = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603  our own command
    try:
        line = ""
        while "The page is at " not in line:
            line = demo.stdout.readline()
        url = line.removeprefix("The page is at ").partition(";")[0]
        page = browser.new_page(viewport=SIZE)
        page.goto(url)
        while LAST_FLAG not in kinds(url):
            page.wait_for_timeout(1000)
        page.wait_for_timeout(3000)
        page.screenshot(path=IMAGES / "live.png")
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.wait()


def kinds(url: str) -> set[str]:
    """The kinds of flags that the page shows."""
    with urllib.request.urlopen(f"{url}/api/snapshot") as answer:  # noqa: S310  the demo's own address
        return {each["properties"]["kind"] for each in json.load(answer)["flags"]["put"]}


def main() -> None:
    """Make them all."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        map_of_a_replay(browser)
        coverage_of_a_replay(browser)
        live_page(browser)
        browser.close()


if __name__ == "__main__":
    main()
