"""Half an hour of the real Solent as a server would have written it down: for tests that follow a journal."""

from __future__ import annotations

import csv
import gzip
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
from nmea_lines import encoded, tagged

from feeds.journal_entries import Batch, Stream, batch_entry, mark_entry
from feeds.journal_record import Entry, EntryKind
from geo.plane import displaced

ROOT = Path(__file__).parents[1]
SOLENT = ROOT / "headland" / "recordings" / "solent" / "SolentAIS_20160112_130211.csv.gz"
LOITERERS = {"235070762": -1.02, "235072757": -0.98}
"""Two of those who are there, and the longitude off Bembridge about which they are made to go round and round."""
DELAY_S = 1.5
"""From the antenna to the server."""
MARK_S = 10
"""A live server marks every second; fewer marks are fewer steps, and the same flags."""


@cache
def entries() -> list[Entry]:
    """Half an hour of two vessels that loiter and some others, as a server would have written it down."""
    said: dict[int, list[bytes]] = {}
    with gzip.open(SOLENT, "rt") as rows:
        for row in csv.DictReader(rows):
            time_s = datetime.fromisoformat(row["Time"]).replace(tzinfo=UTC).timestamp()
            if row["MMSI"] not in LOITERERS and int(row["MMSI"]) % 11:
                continue
            place = {"lat": float(row["Latitude_degrees"]), "lon": float(row["Longitude_degrees"])}
            if row["MMSI"] in LOITERERS:
                place = round_and_round(time_s, LOITERERS[row["MMSI"]])
            going = {"speed": float(row["SOG_knots"]), "course": min(float(row["COG_degrees"]), 359.9)}
            sentence = encoded({"type": 1, "mmsi": int(row["MMSI"]), **place, **going})[0]
            said.setdefault(int(time_s), []).append(tagged(f"c:{int(time_s * 1000)}", sentence))
    written: list[Entry] = []
    first_s = min(said)
    for seq, second in enumerate(range(first_s, first_s + 1800)):
        if second in said:
            head = b'#{"boot": "0123456789abcdef", "seq": %d}\n' % seq
            payload = head + b"\n".join(said[second])
            batch = Batch(Stream.AIS, "cowes", "headland/v1/station/cowes/ais", payload)
            written.append(batch_entry(batch, second + DELAY_S))
        if second % MARK_S == 0:
            written.append(mark_entry(second + 2.0))
    return written


def round_and_round(time_s: float, lon: float) -> dict[str, float]:
    """A lap of 300 m radius at a metre a second."""
    angle = time_s / 300.0
    lat, lons = displaced(np.array([50.66]), np.array([lon]), 300 * np.sin([angle]), 300 * np.cos([angle]))
    return {"lat": float(lat[0]), "lon": float(lons[0])}


def last_mark_s() -> float:
    """The time of the last mark."""
    return max(entry.time_s for entry in entries() if entry.kind == EntryKind.MARK)
