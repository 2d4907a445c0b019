"""What fuzzing begins with: some real or made input of each format, to be cut, mixed and broken.

In: the bundled recordings, and lines as the tests of each format hold them.
Out: `SEEDS`, by the name of the format. A format that brings no seed of its
own is fuzzed with everybody else's.
"""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from nmea_lines import checksummed, encoded, tagged

ROOT = Path(__file__).resolve().parents[1]
RECORDINGS = ROOT / "headland" / "recordings"
T0 = 1_795_000_000
SHIP = {"type": 1, "mmsi": 235012345, "lat": 50.5, "lon": -1.5, "speed": 10.0, "course": 90.0}
VOYAGE = {
    "type": 5,
    "mmsi": 235012345,
    "shipname": "<SCRIPT SRC=//A.B/>",
    "destination": "FI HEL>EE TLL",
    "ship_type": 30,
}
HOSTILE = {
    "type": 5,
    "mmsi": 235012346,
    "shipname": "=CMD",
    "callsign": "A&B",
    "destination": '"><SVG/ONLOAD=X>',
}
SEARCH = {"type": 9, "mmsi": 111232506, "lat": 50.7, "lon": -1.1, "alt": 150, "speed": 90}
BUOY = {"type": 21, "mmsi": 992351234, "lat": 50.7, "lon": -1.1, "name": "NAB TOWER", "aid_type": 1}
YACHT = {"type": 24, "mmsi": 235098765, "partno": 0, "shipname": "KITTIWAKE"}
SMALL = {"type": 18, "mmsi": 235098765, "lat": 50.7, "lon": -1.2, "speed": 4.0, "course": 270.0}
LONG = {"type": 27, "mmsi": 235012345, "lat": 49.9, "lon": -5.5, "speed": 12, "course": 250}
BASE = {
    "type": 4,
    "mmsi": 2320701,
    "year": 2026,
    "month": 11,
    "day": 22,
    "hour": 16,
    "minute": 5,
    "second": 1,
    "lat": 50.7,
    "lon": -1.3,
}
POSITIONS = (
    "time,icao24,lat,lon,velocity,heading,vertrate,callsign,onground,alert,spi,squawk,baroaltitude,geoaltitude,lastposupdate,lastcontact\n"
    "1557738000,400abc,50.7,-1.3,61.7,180.0,-2.1,GABCD,False,False,False,7000,609.6,655.3,1557737999.7,1557737999.9\n"
    "1557738010,400abc,50.69,-1.3,61.7,180.0,-2.1,,True,False,False,,,,1557738009,1557738010\n"
    "1557738020,~2a00b1,50.68,-1.3,nan,,,G'<B>,False,False,False,0021,300,,,\n"
)
SIGHTINGS = [
    {"hex": "400abc", "type": "adsb_icao", "flight": "GABCD   ", "alt_baro": 1200, "alt_geom": 1330, "gs": 93.1,
     "track": 170.2, "baro_rate": -192, "squawk": "7000", "lat": 50.71, "lon": -1.13, "nic": 8, "seen_pos": 0.4, "seen": 0.1},
    {"hex": "~2a00b1", "type": "tisb_trackfile", "alt_baro": "ground", "gs": 0, "lat": 50.9, "lon": -1.4, "seen": 3},
    {"hex": "400abd", "mlat": ["lat", "lon"], "lat": 51.2, "lon": -0.2, "seen": 9.5, "category": "A7", "true_heading": 359.9},
]  # fmt: skip
TRACE = {
    "icao": "400abc", "r": "G-ABCD", "timestamp": 1709263477.1,
    "trace": [
        [12.3, 50.7, -1.1, 1200, 93.1, 170.2, 0, -192, {"flight": "GABCD   ", "squawk": "7000"}, "adsb_icao", 1150, -256, 93, None],
        [14.3, 50.69, -1.1, "ground", None, None, 4, None, None, "adsb_icao", None, None, None, None],
    ],
}  # fmt: skip
SBS = (
    b"MSG,3,1,1,4D2023,1,2026/11/22,16:42:50.778,2026/11/22,16:42:50.832,,22525,,,37.08365,13.79393,,,0,0,0,0\r\n"
    b"MSG,4,1,1,4D2023,1,2026/11/22,16:42:50.778,2026/11/22,16:42:50.832,,,385,158,,,-1984,,,,,\r\n"
    b"MSG,1,1,1,4D2023,1,2026/11/22,16:42:50.9,2026/11/22,16:42:51.0,AMC421  ,,,,,,,,,,,\r\n"
    b"MSG,2,1,1,4D2023,1,2026/11/22,16:42:51.0,2026/11/22,16:42:51.0,,,12.5,200,37.1,13.8,,,,,,-1\r\n"
    b"SEL,,1,1,4D2023,1,2026/11/22,16:42:51.0,2026/11/22,16:42:51.0,AMC421\r\n"
    b"MSG,6,1,1,4D2023,1,2026/11/22,16:42:51.0,2026/11/22,16:42:51.0,,22500,,,,,,0112,0,0,0,0\r\n"
)  # fmt: skip


@cache
def frames() -> list[bytes]:
    """Forty frames of a real flight, spread over it."""
    rows = gzip.decompress((RECORDINGS / "baw3ak" / "tutorial.jsonl.gz").read_bytes()).splitlines()
    return [bytes.fromhex(json.loads(row)["frame"]) for row in rows[:: len(rows) // 40]][:40]


@cache
def sentences() -> list[bytes]:
    """Sentences of every kind that ships near a coast send."""
    several = (SHIP, VOYAGE, HOSTILE, SEARCH, BUOY, YACHT, SMALL, LONG, BASE)
    made = [line for fields in several for line in encoded(fields)]
    real = gzip.decompress(
        (RECORDINGS / "solent" / "SolentAIS_20160112_130211.nmea.gz").read_bytes()
    ).splitlines()
    return made + [line[line.index(b"!") :].strip() for line in real[:20] if b"!" in line]


def stamp(second: int) -> bytes:
    """The stamp that a base station of Gatehouse writes before a sentence."""
    return checksummed(f"PGHP,1,2026,11,22,16,5,{second},210,219,,2190047,1,2A").replace(b"!", b"$")


def beast(frame: bytes, ticks: int) -> bytes:
    """A frame as a Beast stream holds it."""
    body = ticks.to_bytes(6, "big") + b"\x80" + frame
    return b"\x1a" + (b"3" if len(frame) == 14 else b"2") + body.replace(b"\x1a", b"\x1a\x1a")


def parquet() -> bytes:
    """A table of positions in Parquet."""
    file = io.BytesIO()
    columns = {"mmsi": [235012345, 235012346], "basedatetime": ["2024-01-01T00:00:00", "2024-01-01T00:00:10"],
               "lat": [50.5, 91.0], "lon": [-1.5, 181.0], "sog": [10.2, 102.3], "cog": [90.0, 360.0],
               "heading": [511.0, 90.0], "vesselname": ["ALPHA", "<B>"]}  # fmt: skip
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def sqlite() -> bytes:
    """A table of positions in SQLite."""
    with sqlite3.connect(":memory:") as file:
        file.execute(
            "CREATE TABLE places (mmsi INTEGER, basedatetime TEXT, lat REAL, lon REAL, sog REAL, cog REAL, heading REAL, vesselname TEXT)"
        )
        file.executemany(
            "INSERT INTO places VALUES (?, ?, ?, ?, ?, ?, 511, '<B>')",
            [
                (235012345, "2024-01-01T00:00:00", 50.5, -1.5, 10.2, 90.0),
                (235012346, "no time", 50.5, None, "x", 360.0),
            ],
        )
        file.commit()
        return file.serialize()


@cache
def seeds() -> dict[str, bytes]:
    """An input of each format that has one, some tens of lines long."""
    hexes = [frame.hex().upper().encode() for frame in frames()]
    lines = sentences()
    stamped = list(enumerate(lines))
    json_frames = [
        {"t": 1000 * i, "icao": f"{i:06X}", "band": "1090", "rssi": -42, "hex": h.decode()}
        for i, h in enumerate(hexes)
    ]
    sensors = [
        {
            "timestamp": T0 + i / 2,
            "frame": h.decode(),
            "metadata": [{"system_timestamp": T0 + i / 2, "serial": 7, "rssi": -9.5}],
        }
        for i, h in enumerate(hexes)
    ]
    caught = [
        {
            "class": "AIS",
            "device": "AIS-catcher",
            "rxuxtime": T0 + i,
            "mmsi": 1,
            "type": 1,
            "nmea": [line.decode()],
        }
        for i, line in stamped
    ]
    return {
        "adsbee-raw": b"\n".join(json.dumps(each).encode() for each in json_frames),
        "aircraft-json": json.dumps({"now": T0 + 0.5, "messages": 9, "aircraft": SIGHTINGS}).encode(),
        "aiscatcher-json": b"\n".join(json.dumps(each).encode() for each in caught)
        + b"\n" + (ROOT / "tests" / "data" / "aiscatcher_full.jsonl").read_bytes()[:3000],
        "avr": b"".join(b"@%012X%s;\n*%s;\n<%012X80%s;\n" % (10**9 + i, h, h, 10**9 + i, h) for i, h in enumerate(hexes)),
        "beast": b"".join(beast(frame, 10**9 + i * 6_000_000) for i, frame in enumerate(frames())),
        "jet1090": b"\n".join(json.dumps(each).encode() for each in sensors),
        "modes-csv": b"time,station,frame\n" + b"".join(b"%d.5,cliff,%s\n" % (T0 + i, h.lower()) for i, h in enumerate(hexes)),
        "nmea-pghp": b"".join(b"%s\r\n%s\r\n" % (stamp(i % 60), line) for i, line in stamped),
        "nmea-prefixed": b"".join(b"%d,%s\r\n2026-11-22 16:05:%02d, %s\n" % (T0 + i, line, i % 60, line) for i, line in stamped),
        "nmea-suffixed": b"".join(b"%s,r003669945,%d\n" % (line, T0 + i) for i, line in stamped),
        "nmea-tagblock": b"".join(tagged(f"s:cliff,c:{T0 + i},g:1-2-{i}", line) + b"\r\n" for i, line in stamped),
        "nmea-untimed": b"\n".join(lines),
        "readsb-trace": json.dumps(TRACE).encode(),
        "sbs": SBS,
        "table-csv": POSITIONS.encode(),
        "table-json": b'[{"timestamp": 1558612204000, "icao24": "4b43ac", "latitude": 47.43, "longitude": 9.38, "altitude": 2000.0, "groundspeed": 90, "track": 1, "vertical_rate": 64, "callsign": "REGA1"},\n'
        b'{"timestamp": 1558612206000, "icao24": "4b43ac", "latitude": 47.44, "longitude": 9.38, "altitude": 1975.0, "groundspeed": 91, "track": 2, "vertical_rate": 0},\n'
        b'{"timestamp": 1558612205000, "icao24": null, "latitude": "x", "longitude": 1e999}]',
        "table-parquet": parquet(),
        "table-sqlite": sqlite(),
    }  # fmt: skip
