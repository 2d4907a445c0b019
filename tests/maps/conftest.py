"""A real Chromium that can reach nothing, and tracks to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browsing import Seen, browsing
from browsing import opened as open_in
from map_making import CESSNA, FERRY, NOON_S, YACHT, sailed

from feeds.reports import Source
from fusion.tracks import Tracks


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


@pytest.fixture(scope="module")
def opened(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Seen]]:
    """Opens HTML as a local file: `opened(html, width=..., height=...)`."""
    folder = tmp_path_factory.mktemp("pages")
    with browsing(chromium) as browser:

        def open_page(html: str, **options: Any) -> Seen:
            path = folder / f"{len(list(folder.iterdir()))}.html"
            path.write_text(html, encoding="utf-8", newline="\n")
            seen = open_in(browser, path.as_uri(), **options)
            seen.page.wait_for_timeout(200)
            seen.requests.remove(path.as_uri())
            return seen

        yield open_page
