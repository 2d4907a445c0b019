"""A log of NMEA sentences in which no line says when it was heard.

Receivers write these unless told otherwise. Nothing can be fused without
times, so the reader asks for one: with `--start` all sentences are taken to
be of that second, and are doubted for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from feeds.errors import InputError
from feeds.format import Reading
from feeds.nmea import Plain
from feeds.nmea_frames import frames_in
from hardware.frames import Frames

_SENTENCE = re.compile(rb"^(?:\\[^\\\r\n]*\\)?![!-~]{2}VD[MO],", re.MULTILINE)


class Untimed:
    """The format `nmea-untimed`: asked after all that find a time (formats are asked by name)."""

    name = "nmea-untimed"

    def recognises(self, head: bytes) -> bool:
        """A line begins with an AIS sentence."""
        return _SENTENCE.search(head) is not None

    def read(self, source: BinaryIO, reading: Reading) -> Iterator[Frames]:
        """Frames in line order, all with a guessed time.

        Raises:
            InputError: no start time was given.
        """
        if reading.start_s is None:
            raise InputError(
                "NMEA log",
                "its lines bear no times; log with tag blocks or times, or give --start UNIXTIME",
            )
        return frames_in(source, Plain(), reading)


FORMAT = Untimed()
