"""Makes the Solent's position table into what a receiver would have heard: `python headland/recordings/wire.py`.

In: the table as derive.py took it, Crown Copyright, MIT. Out: beside it, NMEA
0183 sentences behind IEC 62320-1 tag blocks, in the demo's virtual stations'
names. Places, speeds, courses and times are the table's, to the last step of
the message's own units; nothing is left out and nothing added, not even the one
position whose longitude was garbled on its way to the table.

What the table does not say is sent as "not available": heading, rate of turn,
status, second. Of which class a transponder is it does not say either; its
rhythm does in part. A median of 20 s and more between reports is that of class
B (30 s under way, 3 min at rest): type 18. Others are class A: type 1. A moored
class A transponder, too, speaks every 3 min, and is made a class B one here.
"""

from __future__ import annotations

import gzip
import tomllib
from pathlib import Path

import numpy as np

from feeds.ais.writing import class_a_positions, class_b_positions
from feeds.ais.writing_bits import Sentences
from feeds.ais.writing_lines import tagged_lines
from feeds.format import Reading
from feeds.inputs import Input
from feeds.rejects import Rejects
from feeds.reports import NUMBER_MASK, Reports, Said
from geo.batch import Bools, Floats
from geo.sphere import distance_m
from geo.stations import StationNames
from headland.recordings.hearing import (
    CLASS_A_ANTENNA_M,
    CLASS_A_M,
    CLASS_B_ANTENNA_M,
    CLASS_B_M,
    heard,
    stations,
)

HERE = Path(__file__).resolve().parent
CLASS_B_INTERVAL_S = 20.0
GARBLED_M = 50_000.0
"""A ship this far from where it mostly was is there by a wrong bit."""


def main() -> None:
    """Write the lines of every row of the table, once for each station that hears it."""
    entries = tomllib.loads((HERE / "recordings.toml").read_text("utf-8"))
    table = next(each["file"] for each in entries["recording"] if each["file"].startswith("solent/"))
    with Input(str(HERE / table)) as source:
        said = [each for each in source.read(Reading(StationNames(), Rejects())) if isinstance(each, Said)]
    rows = Reports.concat([each.reports for each in said])
    rows = rows.take(np.lexsort((rows.entity, rows.time_s)))
    class_b = is_class_b(rows)
    lat, lon = whereabouts(rows)
    antenna_m = np.where(class_b, CLASS_B_ANTENNA_M, CLASS_A_ANTENNA_M)
    hears = heard("ais", lat, lon, antenna_m, np.where(class_b, CLASS_B_M, CLASS_A_M))
    row, ear = np.nonzero(hears)
    names = np.array([each["id"] for each in stations("ais")])
    data = tagged_lines(written(rows, class_b)[row], rows.time_s[row], names[ear])
    target = HERE / table.replace(".csv.gz", ".nmea.gz")
    target.write_bytes(gzip.compress(data, 9, mtime=0))
    print(f"{target}: {len(rows):,} messages, {len(row):,} lines, {class_b.sum():,} of class B")


def is_class_b(rows: Reports) -> Bools:
    """Whether each row's transponder speaks in the rhythm of class B. Shape: (n,)."""
    intervals = {each: np.median(np.diff(rows.time_s[rows.entity == each])) for each in often(rows)}
    return np.array([not intervals.get(each, np.inf) < CLASS_B_INTERVAL_S for each in rows.entity.tolist()])


def often(rows: Reports) -> list[int]:
    """The entities with more than one row."""
    entity, count = np.unique(rows.entity, return_counts=True)
    return [int(each) for each in entity[count > 1]]


def whereabouts(rows: Reports) -> tuple[Floats, Floats]:
    """Where each ship was: what it said, or its usual place where that was garbled. Shapes: (n,) x2."""
    lat, lon = rows.lat_deg.copy(), rows.lon_deg.copy()
    for each in np.unique(rows.entity):
        mine = rows.entity == each
        usual = np.full(int(mine.sum()), np.median(lat[mine])), np.full(int(mine.sum()), np.median(lon[mine]))
        garbled = np.flatnonzero(mine)[distance_m(lat[mine], lon[mine], *usual) > GARBLED_M]
        lat[garbled], lon[garbled] = usual[0][0], usual[1][0]
    return lat, lon


def written(rows: Reports, class_b: Bools) -> Sentences:
    """The sentence of each row. Shape: (n,)."""
    mmsi = (rows.entity & np.uint64(NUMBER_MASK)).astype(np.int64)
    said = (mmsi, rows.lat_deg, rows.lon_deg, rows.sog_mps, rows.cog_deg, np.full(len(rows), np.nan))
    return np.where(class_b, class_b_positions(*said), class_a_positions(*said))


if __name__ == "__main__":
    main()
