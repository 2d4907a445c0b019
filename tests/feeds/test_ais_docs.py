from conftest import ROOT

from feeds import nmea
from feeds.ais.refusal import Refusal
from feeds.format import formats
from feeds.formats.nmea_pghp import BAD_STAMP

PAGE = (ROOT / "docs" / "ais.md").read_text()
REFUSED = PAGE.partition("## What is refused")[2]


def test_the_page_has_every_reason_and_no_other() -> None:
    lines = {"line too long", nmea.NOT_UNDERSTOOD, nmea.BAD_TAG_BLOCK, nmea.BAD_TAG_BLOCK_CHECKSUM, BAD_STAMP}
    lines |= {nmea.NO_TIME, nmea.IMPOSSIBLE_TIME, nmea.STATION_REFUSED}

    told = {row.split("`")[1] for row in REFUSED.splitlines() if row.startswith("| `")}

    assert told == lines | {str(reason) for reason in Refusal}


def test_the_page_has_every_nmea_format() -> None:
    assert all(f"| `{name}` |" in PAGE for name in formats() if name.startswith("nmea-"))
