r"""Sentences become lines with IEC 62320-1 tag blocks, as `feeds.formats.nmea_tagblock` reads them.

    \s:cliff,c:1733782034123*hh\!AIVDM,1,1,,A,...

One column of sentences, heard by stations at times, becomes bytes of lines in
row order. The sentences of one message stand in one row and become lines that
follow each other.
"""

from __future__ import annotations

import numpy as np

from feeds.ais.writing_bits import Sentences
from feeds.writing import LINE_END, Letters, beside, decimal, hex_pair, letters, text_of, xor_of
from geo.batch import Column, Floats, Ints


def tagged_lines(sentences: Sentences, time_s: Floats, station: Column) -> bytes:
    """Lines of sentences heard at Unix seconds by named stations. Shapes: (n,) or (n, parts), (n,) x2 -> bytes."""
    parts = sentences.reshape(len(sentences), -1)
    n, count = parts.shape
    tag = tags(time_s, station)
    lines = [beside(n, tag, letters(parts[:, i])) for i in range(count)]
    if count == 1:
        return text_of(lines[0])
    # The ends of all lines but a row's last stand inside the row.
    inner = [beside(n, line, LINE_END) for line in lines[:-1]]
    return text_of(beside(n, *inner, lines[-1]))


def tags(time_s: Floats, station: Column) -> Letters:
    """The tag blocks, milliseconds since 1970. Shape: (n,) x2 -> (n, w)."""
    time_ms: Ints = np.rint(np.asarray(time_s, np.float64) * 1000.0).astype(np.int64)
    n = len(time_ms)
    body = beside(n, b"s:", letters(np.broadcast_to(np.asarray(station), (n,))), b",c:", decimal(time_ms))
    return beside(n, b"\\", body, b"*", hex_pair(xor_of(body)), b"\\")
