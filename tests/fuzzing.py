"""What must hold of any bytes given to any format: the law that Hypothesis and atheris both try to break.

Nothing is raised but `InputError`, which is the format's word for an input
that as a whole is none. What is read is bounded by what was given, what was
refused is counted, with few and short samples, and what the decoders make of
it can be written as JSON.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass

import numpy as np
import orjson
from fuzz_seeds import T0

from feeds.ais.decoder import AisDecoder
from feeds.decoder import Decoder
from feeds.errors import InputError
from feeds.format import Reading, formats
from feeds.modes.decoder import ModesDecoder
from feeds.rejects import SAMPLE_BYTES, SAMPLES_KEPT, Rejects
from feeds.reports import Said
from geo.stations import StationNames
from hardware.frames import Frames

ROWS_PER_BYTE = 64
"""No format holds more rows than this in a byte; tables that are kept in columns hold many that are alike."""
ESCAPED = 10
"""Characters that one byte of a sample may become."""


@dataclass(frozen=True)
class Outcome:
    """What a reader made of bytes."""

    rows: int
    rejects: Rejects
    unreadable: bool


def exercised(name: str, data: bytes) -> Outcome:
    """Read bytes as a format, decode what was read, and hold all of it to the law."""
    form, rejects, names = formats()[name], Rejects(), StationNames()
    form.recognises(data[:65536])
    reading = Reading(names, rejects, start_s=float(T0))
    decoder, rows, unreadable = Decoder(rejects, names), 0, False
    try:
        for batch in form.read(io.BytesIO(data), reading):
            rows += len(batch) if isinstance(batch, Frames) else len(batch.reports)
            assert rows <= ROWS_PER_BYTE * len(data), "more was read than was given"
            sound(decoder.step(batch) if isinstance(batch, Frames) else decoder.step(Frames.empty(), batch))
            if isinstance(batch, Frames):
                told(batch, names)
    except InputError:
        unreadable = True
    decoder.finish()
    counted(rejects)
    return Outcome(rows, rejects, unreadable)


def told(frames: Frames, names: StationNames) -> None:
    """Every message that `headland decode` would print can be printed."""
    rejects = Rejects()
    for decoder in (AisDecoder(rejects, names.name), ModesDecoder(rejects, names)):
        for message in decoder.messages(frames):
            orjson.loads(orjson.dumps(message))


def sound(said: Said) -> None:
    """What got past the feeds is what it says it is."""
    reports = said.reports
    for column, most in (("lat_deg", 90.0), ("lon_deg", 180.0), ("cog_deg", 360.0), ("sog_mps", 5000.0)):
        values = getattr(reports, column)
        assert not (np.abs(values) > most).any(), column
    for text in (said.identities.name, said.identities.callsign, said.identities.destination):
        for word in np.unique(text).tolist():
            assert word.isprintable() or not word, repr(word)


def counted(rejects: Rejects) -> None:
    """Refusals are counted, with few and short samples that cannot command a terminal."""
    for reason, entry in rejects.by_reason().items():
        assert entry["count"] > 0, reason
        assert 0 < len(entry["samples"]) <= SAMPLES_KEPT, reason
        for sample in entry["samples"]:
            assert len(sample) <= ESCAPED * SAMPLE_BYTES, reason
            assert sample.isprintable() or not sample, reason
    json.dumps(rejects.by_station())
