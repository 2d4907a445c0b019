"""Frames become the lines that `feeds.formats.modes_csv` reads: header, then `time,station,frame[,rssi]`.

In: columns, one row a frame; time in Unix seconds, signal in dBFS. Out: bytes,
times to the microsecond, signals to a tenth of a decibel, nothing where NaN.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from feeds.modes.crc import FRAME_BYTES
from feeds.writing import beside, fixed, letters, lower_hex, text_of
from geo.batch import Column, Floats, Ragged

HEADER = b"time,station,frame\n"
HEADER_WITH_SIGNAL = b"time,station,frame,rssi\n"


def digits_of(payload: Ragged) -> npt.NDArray[np.bytes_]:
    """Frames of 7 and 14 bytes among each other as lower-case digits. Shape: n rows -> (n,)."""
    octets = np.zeros((len(payload), FRAME_BYTES), np.uint8)
    inside = np.arange(FRAME_BYTES) < payload.counts[:, None]
    octets[inside] = payload.values
    digits = np.where(np.repeat(inside, 2, axis=1), lower_hex(octets), 0).astype(np.uint8)
    text: npt.NDArray[np.bytes_] = digits.view(f"S{2 * FRAME_BYTES}")[:, 0]
    return text


def csv_lines(
    hexadecimal: npt.NDArray[np.bytes_], time_s: Floats, station: Column, signal_dbfs: Floats | None = None
) -> bytes:
    """The lines of frames given as digits, without the header. Shape: (n,) each -> bytes."""
    n = len(hexadecimal)
    named = letters(np.broadcast_to(np.asarray(station), (n,)))
    line = beside(n, fixed(time_s, 6), b",", named, b",", letters(hexadecimal))
    if signal_dbfs is not None:
        line = beside(n, line, b",", fixed(signal_dbfs, 1))
    return text_of(line)
