import io
import unicodedata

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feeds.format import Reading, formats
from feeds.journal_entries import Batch, Stream, batch_entry, batch_of
from feeds.rejects import Rejects
from feeds.text import canonical
from geo.stations import StationNames

HOSTILE = {
    "turned about": ("GULF\u202eREW", "GULFREW"),
    "isolated": ("\u2066GULF\u2069", "GULF"),
    "parted by nothing": ("G\u200bU\u200dL\ufeffF", "GULF"),
    "filled with nothing": ("\u3164\u2800\u115fGULF\ufe0f", "GULF"),
    "clearing the screen": ("\x1b[2JGULF\x07", "[2JGULF"),
    "of many lines": ("GU\r\nLF\u2028\x00", "GULF"),
    "a page": ("<B>GULF", "<B>GULF"),
    "an accent kept apart": ("E\u200d\u0301", "\u00c9"),
}


@given(st.text(), st.integers(0, 40))
@example("E\u200d\u0301", 8)
def test_canonical_text_is_printable_short_and_its_own_canonical(text: str, limit: int) -> None:
    once = canonical(text, limit)

    assert once == canonical(once, limit)
    assert len(once) <= limit
    assert once == once.strip()
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for c in once)


def test_what_a_name_may_hold_it_keeps() -> None:
    assert canonical('M/T "VOLGA" <B> & CIELO D\'ITALIA', 40) == 'M/T "VOLGA" <B> & CIELO D\'ITALIA'
    assert canonical("ÄGIR Ærø", 20) == "ÄGIR Ærø"


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_name_is_shown_without_what_is_unseen_and_kept_as_it_was_said(what: str) -> None:
    said, shown = HOSTILE[what]
    payload = orjson.dumps(
        {"now": 1_700_000_000.0, "hex": "400abc", "flight": said, "lat": 50.7, "lon": -1.3}
    )
    reading = Reading(StationNames(), Rejects())
    (found,) = formats()["aircraft-json"].read(io.BytesIO(payload), reading)
    entry = batch_entry(Batch(Stream.READSB, "cliff", "adsb/cliff", payload), 1_700_000_001.0)

    assert canonical(said, 20) == shown
    assert found.identities.callsign.tolist() == [shown]
    # The journal, which evidence quotes, holds every byte.
    assert orjson.loads(batch_of(entry.body).payload)["flight"] == said
