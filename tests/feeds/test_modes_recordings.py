"""The whole of two real recordings, held against two independent decoders.

jet1090 (rs1090) wrote the recordings and its results stand in them; pyModeS is
run here. Known faults of theirs are worked around where the test says so.
"""

import gzip
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyModeS
import pytest

from feeds.format import Reading
from feeds.inputs import Input
from feeds.modes.decoder import ModesDecoder
from feeds.modes.messages import ModesMessages
from feeds.rejects import Rejects
from feeds.reports import Domain
from geo.stations import StationNames
from hardware.frames import Frames

pytestmark = pytest.mark.recording

TOULOUSE_HEATHROW = "traffic_tutorial_BAW3AK_LFBO-EGLL.jsonl.gz"
PARIS = "traffic_rs1090_full_flight_short.jsonl.gz"
BOTH = pytest.mark.parametrize("name", [TOULOUSE_HEATHROW, PARIS])


@cache
def _frames(path: Path) -> Frames:
    rejects = Rejects()
    frames = Frames.concat(list(Input(str(path)).read(Reading(StationNames(), rejects))))
    assert rejects.total() == 0
    return frames


@cache
def _lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path) as lines:
        return [orjson.loads(line) for line in lines]


@cache
def _both(path: Path) -> tuple[ModesMessages, list[dict[str, Any]]]:
    """Our extended squitters beside the recording's lines for the same frames."""
    messages = ModesDecoder(Rejects()).decode(_frames(path))
    lines = [line for line in _lines(path) if line["df"] == "17"]
    messages = messages.take(messages.df == 17)
    assert messages.time_s.tolist() == [line["timestamp"] for line in lines]
    return messages, lines


def _column(lines: list[dict[str, Any]], key: str) -> np.ndarray:
    return np.array([line.get(key, np.nan) for line in lines], np.float64)


@BOTH
def test_every_position_equals_jet1090s(recordings: Path, name: str) -> None:
    ours, lines = _both(recordings / "adsb" / name)
    lat, lon = _column(lines, "latitude"), _column(lines, "longitude")
    shared = ~np.isnan(lat) & ~np.isnan(ours.lat_deg)

    assert shared.sum() > 8300
    assert np.abs(ours.lat_deg - lat)[shared].max() < 1e-5
    assert np.abs(ours.lon_deg - lon)[shared].max() < 1e-5


def test_no_airborne_position_is_missed_and_few_before_the_first_surface_pair(recordings: Path) -> None:
    missed = {}
    for name in (TOULOUSE_HEATHROW, PARIS):
        ours, lines = _both(recordings / "adsb" / name)
        lost = ~np.isnan(_column(lines, "latitude")) & np.isnan(ours.lat_deg)
        air = ours.typecode >= 9
        assert not (lost & air).any()
        missed[name] = [lines[i]["icao24"] for i in np.flatnonzero(lost)]

    # Each of these is a surface message with no other half within its time: jet1090 is told the aerodrome,
    # we are not. Thirteen aircraft move at Toulouse and Heathrow; one at Paris.
    first = "3461ce 3461ce 4ca216 4863db 4863db 44ce6a 392ae6 392ae6 400f99 4d226a 4067d6 40792f"
    assert missed == {TOULOUSE_HEATHROW: first.split(), PARIS: ["393322"] * 2}


def test_taxiing_at_both_ends_is_placed_without_being_told_where(recordings: Path) -> None:
    ours, _ = _both(recordings / "adsb" / TOULOUSE_HEATHROW)
    ground = (ours.on_ground == 1) & ~np.isnan(ours.lat_deg)
    toulouse = ground & (np.hypot(ours.lat_deg - 43.629, ours.lon_deg - 1.364) < 0.05)
    heathrow = ground & (np.hypot(ours.lat_deg - 51.470, ours.lon_deg + 0.454) < 0.08)

    assert (toulouse.sum(), heathrow.sum(), ground.sum()) == (1354, 617, 1971)


@BOTH
def test_airborne_positions_equal_those_of_pymodes(recordings: Path, name: str) -> None:
    ours, lines = _both(recordings / "adsb" / name)
    # Streaming, and read at once: later it writes into what it gave before. Without a place to refer surface
    # positions to it gives none, which is why these are held against the recording instead.
    pipe = pyModeS.PipeDecoder()
    lat, lon = np.full((2, len(lines)), np.nan)
    for i, line in enumerate(lines):
        row = pipe.decode(line["frame"], timestamp=line["timestamp"])
        if row.get("latitude") is not None:
            lat[i], lon[i] = row["latitude"], row["longitude"]
    given = ~np.isnan(lat) & (ours.typecode >= 9)

    assert given.sum() > 6400
    np.testing.assert_allclose(ours.lat_deg[given], lat[given], rtol=0, atol=1e-5)
    np.testing.assert_allclose(ours.lon_deg[given], lon[given], rtol=0, atol=1e-5)


@pytest.mark.parametrize(("aerodrome", "south", "north"), [("LFBO", 43, 44), ("EGLL", 51, 52)])
def test_surface_positions_equal_those_of_pymodes_told_the_right_aerodrome(
    recordings: Path, aerodrome: str, south: int, north: int
) -> None:
    ours, lines = _both(recordings / "adsb" / TOULOUSE_HEATHROW)
    # It places a surface message next to the aerodrome it is told, right or wrong: only those that are there count.
    pipe = pyModeS.PipeDecoder(surface_ref=aerodrome)
    compared = 0
    for i in np.flatnonzero((ours.on_ground == 1) & (ours.lat_deg > south) & (ours.lat_deg < north)):
        row = pipe.decode(lines[i]["frame"], timestamp=lines[i]["timestamp"])
        if row.get("latitude") is not None:
            assert row["latitude"] == pytest.approx(ours.lat_deg[i], abs=1e-5)
            assert row["longitude"] == pytest.approx(ours.lon_deg[i], abs=1e-5)
            compared += 1

    assert compared > 600


@BOTH
def test_everything_else_equals_pymodes_on_every_squitter(recordings: Path, name: str) -> None:
    ours, lines = _both(recordings / "adsb" / name)
    theirs = [pyModeS.decode(line["frame"]) for line in lines]

    def column(key: str) -> np.ndarray:
        return np.array([np.nan if row.get(key) is None else row[key] for row in theirs], np.float64)

    air = ours.typecode == 19
    np.testing.assert_array_equal(ours.alt_ft, column("altitude"))
    # pyModeS cuts the decimals of a speed made of two components.
    np.testing.assert_array_equal(
        np.where(air, np.floor(ours.groundspeed_kt), ours.groundspeed_kt), column("groundspeed")
    )
    np.testing.assert_allclose(ours.track_deg, column("track"), rtol=0, atol=1e-9)
    np.testing.assert_array_equal(ours.vertical_rate_fpm, column("vertical_rate"))
    np.testing.assert_array_equal(ours.geo_minus_baro_ft, column("geo_minus_baro"))
    # The recordings' own vertical rate sources are inverted (rs1090); those of pyModeS are not.
    source = np.array(["BARO", "GNSS"])[np.maximum(ours.vertical_rate_geometric, 0)][air]
    assert source.tolist() == [row["vr_source"] for row in theirs if row["typecode"] == 19]
    assert ours.callsign.tolist() == [row.get("callsign") or "" for row in theirs]
    said = [f"{'?DCBA'[row['typecode']]}{row['category']}" if row["typecode"] < 5 else "" for row in theirs]
    assert ours.category.tolist() == said


@BOTH
def test_replies_to_radar_equal_those_of_pymodes(recordings: Path, name: str) -> None:
    path = recordings / "adsb" / name
    ours = ModesDecoder(Rejects()).decode(_frames(path))
    ours = ours.take(np.isin(ours.df, (4, 5, 20, 21)))
    wanted = set(zip(ours.time_s.tolist(), ours.df.tolist(), ours.entity.tolist(), strict=True))
    theirs = []
    for line in _lines(path):
        frame = line["frame"] if int(line["df"]) >= 16 else line["frame"][:14]
        if (line["timestamp"], int(line["df"]), Domain.ICAO << 56 | int(line["icao24"], 16)) in wanted:
            theirs.append(pyModeS.decode(frame))

    assert ours.squawk.tolist() == [int(row.get("squawk") or -1) for row in theirs]
    alt = np.array([np.nan if row.get("altitude") is None else row["altitude"] for row in theirs], np.float64)
    np.testing.assert_array_equal(ours.alt_ft, alt)


def test_only_replies_whose_address_was_never_proved_are_refused(recordings: Path) -> None:
    rejects = Rejects()
    path = recordings / "adsb" / TOULOUSE_HEATHROW
    ModesDecoder(rejects).decode(_frames(path))
    squitters = {line["icao24"] for line in _lines(path) if line["df"] == "17"}
    strangers = [line for line in _lines(path) if line["icao24"] not in squitters]

    told = rejects.by_reason()
    assert set(told) == {"address unverified"}
    assert told["address unverified"]["count"] == 29
    assert len(strangers) <= 29
