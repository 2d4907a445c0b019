"""What the benchmark of feeds reads: real recordings, repeated with times that go on until there are messages enough.

Taken from the recordings beside the checkout (`../shared/recordings`); where
they are absent, from those that are bundled. Each repetition is the recording
again, later by as much as it lasts: what was sent twice was sent twice.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from itertools import count
from operator import xor
from pathlib import Path

import numpy as np

from feeds.format import Reading
from feeds.inputs import Input
from feeds.rejects import Rejects
from geo.stations import StationNames
from hardware.frames import Frames

ROOT = Path(__file__).resolve().parents[1]
BUNDLED = ROOT / "headland" / "recordings"
SHARED = ROOT.parent / "shared" / "recordings"
AIS = (
    "ais/ais_vernon_20160331.log.gz",
    "ais/log_ais_cw17_guadeloupe.csv.log.gz",
    "ais/aislib_stream_example_2010-06-11.txt",
    "ais/norwegian_kystverket_2024-12-09.raw",
)
MODES = ("adsb/traffic_tutorial_BAW3AK_LFBO-EGLL.jsonl.gz", "adsb/traffic_rs1090_full_flight_short.jsonl.gz")
BALTIC = "ais/baltic_digitraffic_2025-12-11T2044Z.sqlite.gz"
RADIO = ".uc8"
"""Samples of a radio: no bytes of a receiver."""
TICKS_A_S = 12_000_000
"""Of a Beast stream."""


@dataclass
class Heard:
    """Frames of recordings, one recording after another, and how long all of them last together."""

    times_s: list[float]
    stations: list[str]
    payloads: list[bytes]
    lasts_s: float

    def repeated(self, messages: int) -> Iterator[tuple[float, str, bytes]]:
        """So many messages or a few more, in whole repetitions but for the last."""
        left = messages
        for turn in count():
            for time_s, station, payload in zip(self.times_s, self.stations, self.payloads, strict=True):
                if left == 0:
                    return
                left -= 1
                yield time_s + turn * self.lasts_s, station, payload


def recordings(names: tuple[str, ...], bundled: str) -> list[Path]:
    """The files of these names, or the bundled one where they are absent."""
    found = [SHARED / name for name in names]
    return found if all(path.is_file() for path in found) else [BUNDLED / bundled]


def files() -> list[Path]:
    """Every recording that a format reads."""
    folders = (
        [SHARED / "ais", SHARED / "adsb"] if SHARED.is_dir() else [BUNDLED / "solent", BUNDLED / "baw3ak"]
    )
    kept = [path for folder in folders for path in sorted(folder.iterdir()) if path.name != "LICENSE"]
    return [path for path in kept if path.suffix != RADIO]


def ais() -> Heard:
    """Every sentence of the AIS recordings."""
    return _heard(recordings(AIS, "solent/SolentAIS_20160112_130211.nmea.gz"))


def modes() -> Heard:
    """Every frame of the Mode S recordings."""
    return _heard(recordings(MODES, "baw3ak/tutorial.jsonl.gz"))


def _heard(paths: list[Path]) -> Heard:
    times: list[float] = []
    stations: list[str] = []
    payloads: list[bytes] = []
    for path in paths:
        names = StationNames()
        with Input(str(path)) as opened:
            frames = Frames.concat(list(opened.read(Reading(names, Rejects(), zone=UTC))))
        # Stations are as a broker allows them; a recording's own names may be anything.
        word = path.stem[:12].lower().replace("_", "-")
        after = times[-1] + 1.0 if times else float(frames.time_s[0])
        times += (frames.time_s - frames.time_s[0] + after).tolist()
        stations += [f"{word}-{number}" for number in frames.station.tolist()]
        payloads += [bytes(frames.payload.row(row)) for row in range(len(frames))]
    return Heard(times, stations, payloads, times[-1] - times[0] + 1.0)


def tag_block(heard: Heard, messages: int) -> bytes:
    r"""NMEA with a tag block a line: `\s:STATION,c:UNIXTIME*hh\!AIVDM,...`."""
    return b"".join(tagged(*each) + b"\n" for each in heard.repeated(messages))


def tagged(time_s: float, station: str, sentence: bytes) -> bytes:
    """One sentence with its tag block."""
    block = f"s:{station},c:{int(time_s * 1000)}".encode()
    return b"\\%s*%02X\\%s" % (block, reduce(xor, block), sentence)


def lone(heard: Heard) -> Heard:
    """Only the sentences that are whole messages: AIS-catcher puts all sentences of a message in one object."""
    kept = [row for row, payload in enumerate(heard.payloads) if payload[7:10] == b"1,1"]
    columns = (heard.times_s, heard.stations, heard.payloads)
    return Heard(*([column[row] for row in kept] for column in columns), heard.lasts_s)


def aiscatcher(time_s: float, _: str, sentence: bytes) -> bytes:
    """A message as AIS-catcher's JSON_NMEA."""
    told = {"class": "AIS", "device": "AIS-catcher", "rxuxtime": time_s, "nmea": [sentence.decode()]}
    return json.dumps(told).encode()


def modes_csv(heard: Heard, messages: int) -> bytes:
    """`time,station,frame`."""
    rows = heard.repeated(messages)
    lines = [f"{time_s:.6f},{station},{frame.hex()}\n" for time_s, station, frame in rows]
    return b"time,station,frame\n" + "".join(lines).encode()


def beast(heard: Heard, messages: int) -> bytes:
    """A Beast stream with ticks since its first frame."""
    pieces, began_s = [], heard.times_s[0]
    for time_s, _, frame in heard.repeated(messages):
        ticks = round((time_s - began_s) * TICKS_A_S).to_bytes(6, "big")
        body = ticks + b"\x80" + frame
        pieces.append(b"\x1a" + (b"3" if len(frame) == 14 else b"2") + body.replace(b"\x1a", b"\x1a\x1a"))
    return b"".join(pieces)


def vessels() -> list[tuple[object, ...]]:
    """Position rows: Unix seconds, MMSI, latitude, longitude, knots, course, heading, status, name, type, draught, to."""
    path = SHARED / BALTIC
    if not path.is_file():
        return _solent()
    with tempfile.NamedTemporaryFile(suffix=".sqlite") as file:
        file.write(gzip.decompress(path.read_bytes()))
        file.flush()
        asked = "SELECT timestamp, mmsi, latitude, longitude, sog, cog, heading, nav_stat, name, ship_type, draught, destination"
        with sqlite3.connect(file.name) as database:
            found = database.execute(f"{asked} FROM vessel_positions").fetchall()
    return [(datetime.fromisoformat(row[0]).timestamp(), *row[1:]) for row in found]


def _solent() -> list[tuple[object, ...]]:
    text = gzip.decompress((BUNDLED / "solent" / "SolentAIS_20160112_130211.csv.gz").read_bytes()).decode()
    header, *lines = text.splitlines()
    at = {name: number for number, name in enumerate(header.split(","))}
    rows = []
    for cells in (line.split(",") for line in lines):
        said = [cells[at[name]] for name in ("MMSI", "Latitude_degrees", "Longitude_degrees")]
        time_s = datetime.fromisoformat(cells[at["Time"]]).replace(tzinfo=UTC).timestamp()
        rows.append((time_s, *map(float, said), None, None, None, None, None, None, None, None))
    return rows


def frames_count(data: bytes) -> int:
    """Lines of some bytes."""
    return int(np.count_nonzero(np.frombuffer(data, np.uint8) == ord("\n")))
