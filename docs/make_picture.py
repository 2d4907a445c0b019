"""Makes docs/images/map.png: the bundled Solent recording replayed, its map opened, the flag with the highest score chosen.

Run as `.venv/bin/python docs/make_picture.py`; it needs Chromium and the dependency group `oracle`.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from headland.bundle import recordings
from headland.options import ReplayOptions
from headland.replay import replay

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "images" / "map.png"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def main() -> None:
    """Replay, open, choose the flag that scores highest, and keep what is seen."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is not installed")
    solent = next(each for each in recordings() if "Solent" in each.what)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        options = ReplayOptions(
            title="The Solent, 12 January 2016", credits=(f"{solent.credit} ({solent.licence})",)
        )
        replay([str(solent.path)], Path(folder), options)
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(Path(folder, "map.html").as_uri())
        page.wait_for_timeout(1500)
        page.get_by_role("button", name="Score").click()
        page.keyboard.press("j")
        page.wait_for_timeout(1500)
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
