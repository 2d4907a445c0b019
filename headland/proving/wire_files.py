r"""What virtual receivers heard, as files that `headland replay` reads.

    ais.nmea       \s:cliff,c:1733782034123*hh\!AIVDM,...
    modes.csv      time,station,frame,rssi
    stations.json  [{"id", "lat", "lon", "antenna_m", "kind"}]

Lines are in order of arrival; their times are those of the stations' clocks, which
need not be in order. Files are written a window at a time and named when they are whole.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import orjson

from feeds.ais.writing_lines import tagged_lines
from feeds.modes.writing_lines import HEADER_WITH_SIGNAL, csv_lines, digits_of
from feeds.writing import letters_of
from geo.batch import Ragged
from hardware.frames import Frames, Kind
from hardware.virtual.antennas import Antenna, stations_json

AIS_FILE, MODES_FILE, STATIONS_FILE = "ais.nmea", "modes.csv", "stations.json"
_PART = ".part"


def write_wire_files(windows: Iterable[Frames], antennas: Sequence[Antenna], out: Path) -> dict[str, int]:
    """Write the three files into `out`, which must exist.

    Returns:
        Lines by name of file.

    Raises:
        OSError: a file cannot be written.
    """
    names = {antenna.number: antenna.id for antenna in antennas}
    lines = {AIS_FILE: 0, MODES_FILE: 0}
    with _whole(out / AIS_FILE) as ais, _whole(out / MODES_FILE) as modes:
        modes.write(HEADER_WITH_SIGNAL)
        for frames in windows:
            nmea, mode_s = (frames.take(frames.kind == kind) for kind in (Kind.NMEA, Kind.MODE_S))
            ais.write(ais_lines(nmea, names))
            modes.write(modes_lines(mode_s, names))
            lines[AIS_FILE] += len(nmea)
            lines[MODES_FILE] += len(mode_s)
    (out / STATIONS_FILE).write_bytes(
        orjson.dumps(stations_json(antennas), option=orjson.OPT_INDENT_2) + b"\n"
    )
    return lines


def ais_lines(frames: Frames, names: dict[int, str]) -> bytes:
    """NMEA frames as lines with tag blocks."""
    if len(frames) == 0:
        return b""
    sentences = _strings(frames.payload)
    return tagged_lines(sentences, frames.time_s, _named(frames, names))


def modes_lines(frames: Frames, names: dict[int, str]) -> bytes:
    """Mode S frames as lines of CSV, without the header."""
    if len(frames) == 0:
        return b""
    return csv_lines(digits_of(frames.payload), frames.time_s, _named(frames, names), frames.signal_dbfs)


def _strings(payload: Ragged) -> npt.NDArray[np.bytes_]:
    text = letters_of(payload)
    strings: npt.NDArray[np.bytes_] = text.view(f"S{text.shape[1]}")[:, 0]
    return strings


def _named(frames: Frames, names: dict[int, str]) -> npt.NDArray[np.bytes_]:
    """The id of each row's station. Shape: (n,)."""
    numbers = np.array(sorted(names), np.uint32)
    ids = np.array([names[int(number)].encode() for number in numbers])
    named: npt.NDArray[np.bytes_] = ids[np.searchsorted(numbers, frames.station)]
    return named


@contextlib.contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """A file that bears its name only when everything is in it."""
    part = path.with_name(path.name + _PART)
    with part.open("wb") as file:
        yield file
    part.replace(path)
