"""What is written is what pyModeS, rs1090 and this house read, and what a real aircraft sent."""

import doctest
import io
import math
from bisect import bisect
from pathlib import Path
from typing import Any

import modes_making as slow
import numpy as np
import pyModeS
import pytest
import rs1090
from hypothesis import assume, given
from hypothesis import strategies as st

import feeds.modes.writing
import feeds.modes.writing_codes
import feeds.writing
from feeds.format import Reading
from feeds.formats.modes_csv import FORMAT
from feeds.inputs import Input
from feeds.modes.decoder import ModesDecoder
from feeds.modes.identification import squawks
from feeds.modes.writing import (
    airborne_positions,
    all_calls,
    altitude_replies,
    emergencies,
    hexadecimal,
    identifications,
    identity_replies,
    operational_statuses,
    surface_positions,
    velocities,
)
from feeds.modes.writing_bits import Octets
from feeds.modes.writing_codes import identity
from feeds.modes.writing_lines import HEADER, HEADER_WITH_SIGNAL, csv_lines
from feeds.rejects import Rejects
from feeds.reports import Domain, Source, entities
from geo.stations import StationNames
from geo.units import FOOT_M, FOOT_PER_MINUTE_MPS, KNOT_MPS
from hardware.frames import Frames

FLIGHT = Path(__file__).parents[2] / "headland" / "recordings" / "baw3ak" / "tutorial.jsonl.gz"
SQUAWKS = sorted({int(f"{n:04o}") for n in range(1 << 12)})

address = st.integers(1, (1 << 24) - 1)
latitude = st.floats(-85, 85)
longitude = st.floats(-179.9, 179.9)
track = st.floats(0, 360, exclude_max=True)


def one(*values: Any) -> list[np.ndarray]:
    return [np.array([value]) for value in values]


def text_of(frames: Octets) -> str:
    return hexadecimal(frames)[0].decode()


def read(frames: Octets, **how: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What pyModeS and rs1090 read of the first frame; its parity must be clean."""
    by_pymodes = pyModeS.decode(text_of(frames), **how)
    assert by_pymodes["crc_valid"] is not False
    return by_pymodes, rs1090.decode(text_of(frames), reference=how.get("reference"))


def around(told: float, meant: float, circle: float = 360.0) -> float:
    apart = abs(told - meant) % circle
    return min(apart, circle - apart)


@given(address, latitude, longitude, st.floats(-300, 15_200), st.integers(0, 1), st.integers(0, 11))
def test_a_position_in_the_air_is_read_within_its_steps(
    number: int, lat: float, lon: float, alt_m: float, odd: int, nic: int
) -> None:
    frames = airborne_positions(*one(number, lat, lon, alt_m), odd, nic=nic)

    ours, theirs = read(frames, reference=(lat, lon))

    # A step of latitude is a 2**17th of 6 degrees, of longitude at most of 360 degrees among few zones.
    width = 360 / max(slow.zones(lat) - odd - 1, 1)
    for told in (ours, theirs):
        assert told["latitude"] == pytest.approx(lat, abs=6.2 / 131072 / 2 + 1e-6)
        assert around(told["longitude"], lon) <= width / 131072 / 2 + 1e-6
        assert told["altitude"] * FOOT_M == pytest.approx(alt_m, abs=12.5 * FOOT_M + 0.001)
    assert (ours["icao"].lower(), ours["cpr_format"]) == (theirs["icao24"], odd) == (f"{number:06x}", odd)


@given(latitude, longitude, st.integers(0, 1), st.booleans())
def test_the_bits_of_a_place_are_those_of_the_slow_formula(
    lat: float, lon: float, odd: int, surface: bool
) -> None:
    columns = one(0x400ABC, lat, lon, 0.0)
    fast = (
        surface_positions(*columns, np.array([90.0]), odd) if surface else airborne_positions(*columns, odd)
    )

    bits = int.from_bytes(fast[0, 4:11].tobytes(), "big") & ((1 << 35) - 1)
    assert bits == slow.encoded(lat, lon, odd, surface=surface)


@given(st.floats(-1000, 126_000))
def test_an_altitude_is_the_nearest_that_the_code_has(alt_ft: float) -> None:
    told = pyModeS.decode(text_of(altitude_replies(*one(0x400ABC, alt_ft * FOOT_M))))["altitude"]

    assert told == pytest.approx(alt_ft, abs=12.5 if alt_ft <= 50_187 else 50.1)


def span_kt(speed_kt: float) -> float:
    """How wide the span of the movement field is that holds a speed, as Annex 10 divides it."""
    return (0.125, 0.25, 0.5, 1.0, 2.0, 5.0)[bisect((1.0, 2.0, 15.0, 70.0, 100.0), speed_kt)]


@given(address, latitude, longitude, st.floats(0, 170), track, st.integers(0, 1))
def test_a_position_on_the_ground_is_read_within_its_steps(
    number: int, lat: float, lon: float, speed_kt: float, course: float, odd: int
) -> None:
    frames = surface_positions(*one(number, lat, lon, speed_kt * KNOT_MPS, course), odd)

    ours, theirs = read(frames, surface_ref=(lat, lon))

    assert ours["latitude"] == pytest.approx(lat, abs=1.6 / 131072 / 2 + 1e-6)
    assert around(ours["longitude"], lon) <= 90 / max(slow.zones(lat) - odd - 1, 1) / 131072 / 2 + 1e-6
    for told in (ours, theirs):
        # Both readers tell the middle or the foot of the span that holds a speed.
        assert told["groundspeed"] == pytest.approx(speed_kt, abs=span_kt(speed_kt) + 1e-6)
        assert around(told["track"], course) <= 360 / 128 / 2 + 1e-6


@given(
    address,
    st.floats(1, 4000),
    track,
    st.floats(-32_000, 32_000),
    st.floats(-3000, 3000),
    st.booleans(),
)
def test_a_velocity_is_read_within_its_steps(
    number: int, speed_kt: float, course: float, rate_fpm: float, difference_ft: float, geometric: bool
) -> None:
    frames = velocities(
        *one(number, speed_kt * KNOT_MPS, course, rate_fpm * FOOT_PER_MINUTE_MPS, difference_ft * FOOT_M),
        climb_geometric=geometric,
    )

    ours, theirs = read(frames)

    angle = math.radians(course)
    step = 4 if speed_kt * max(abs(math.sin(angle)), abs(math.cos(angle))) > 1021.5 else 1
    assert ours["subtype"] == (2 if step == 4 else 1)
    # rs1090 leaves the steps of subtype 2 as they are.
    speeds = ours["groundspeed"], theirs["groundspeed"] * step
    # Each component is off by up to half a step, and pyModeS cuts to whole knots.
    assert speeds == pytest.approx((speed_kt, speed_kt), abs=step * 0.71 + 1.0)
    for told in (ours, theirs):
        assert around(told["track"], course) <= math.degrees(step * 0.71 / speed_kt) + 0.01 or speed_kt < 3
        # Both tell nothing of a difference, and rs1090 nothing of a rate, that rounds to none.
        assert (told["vertical_rate"] or 0) == pytest.approx(rate_fpm, abs=32.01)
        assert (told["geo_minus_baro"] or 0) == pytest.approx(difference_ft, abs=12.51)
    # rs1090 names the source the wrong way round; pyModeS and readsb agree.
    assert ours["vr_source"] == ("GNSS" if geometric else "BARO")


@given(
    address,
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=8),
    st.sampled_from("ABCD"),
    st.integers(0, 7),
)
def test_a_call_sign_is_read_as_it_was_written(number: int, callsign: str, letter: str, digit: int) -> None:
    ours, theirs = read(identifications(*one(number, callsign), f"{letter}{digit}"))

    assert ours["callsign"] == theirs["callsign"] == callsign
    assert (ours["typecode"], ours["category"]) == ("?DCBA".index(letter), digit)


@given(address, st.sampled_from(SQUAWKS))
def test_a_squawk_is_read_as_it_was_written(number: int, squawk: int) -> None:
    state = {7500: 5, 7600: 4, 7700: 1}.get(squawk, 0)

    by_squitter, by_rs1090 = read(emergencies(np.array([number]), squawk))
    short, short_by_rs1090 = read(identity_replies(np.array([number]), squawk))
    long, _ = read(identity_replies(np.array([number]), squawk, long=True))

    said = [each["squawk"] for each in (by_squitter, by_rs1090, short, short_by_rs1090, long)]
    assert said == [f"{squawk:04d}"] * 5
    assert by_squitter["emergency_state"] == state
    # A reply bears no address: it is what is left of the parity.
    assert short["icao"] == long["icao"] == f"{number:06X}"


def test_every_squawk_has_its_own_code() -> None:
    assert squawks(identity(np.array(SQUAWKS))).tolist() == SQUAWKS
    with pytest.raises(ValueError, match="four digits from 0 to 7"):
        identity(np.array([7000, 1280]))


@given(address, st.integers(0, 11), st.integers(0, 3))
def test_a_status_tells_version_and_accuracy(number: int, nac_p: int, sil: int) -> None:
    ours, theirs = read(operational_statuses(np.array([number]), nac_p, sil=sil))

    assert (ours["version"], ours["nac_p"], ours["sil"]) == (2, nac_p, sil)
    assert (theirs["version"], theirs["NACp"], theirs["SIL"]) == (2, nac_p, sil)


@given(address, st.booleans(), st.floats(-300, 15_000))
def test_short_and_long_replies_tell_the_same(number: int, on_ground: bool, alt_m: float) -> None:
    replies = [
        altitude_replies(*one(number, alt_m), on_ground=on_ground, long=long) for long in (False, True)
    ]
    call, _ = read(all_calls(np.array([number]), on_ground=on_ground))

    said = [read(each)[0] for each in replies]
    assert [each["df"] for each in said] == [4, 20]
    for each in said:
        assert each["altitude"] * FOOT_M == pytest.approx(alt_m, abs=12.5 * FOOT_M + 0.001)
        assert each["icao"] == call["icao"] == f"{number:06X}"
    assert said[0]["flight_status"] == int(on_ground)
    assert call["capability"] == (4 if on_ground else 5)


@given(latitude, longitude, st.booleans())
def test_this_house_reads_its_own_writing(lat: float, lon: float, transponder: bool) -> None:
    n = 6
    lats = lat + 1e-4 * np.arange(n)
    number, lons = np.full(n, 0x400ABC), np.full(n, lon)
    # A pair whose halves lie on either side of a change of zones names no place.
    assume(slow.zones(lat) == slow.zones(lats[-1]) and slow.zones(lat - 1e-3) == slow.zones(lat))
    said = {"transponder": transponder}
    positions = airborne_positions(number, lats, lons, np.full(n, 304.8), np.arange(n) % 2, nic=7, **said)
    geometric = airborne_positions(number, lats, lons, np.full(n, 350.0), 0, nic=11, geometric=True, **said)

    batch = slow.batch([row.tobytes() for row in positions] + [geometric[-1].tobytes()])
    messages = ModesDecoder(Rejects()).decode(batch)

    fixed = np.flatnonzero(np.isfinite(messages.lat_deg))
    assert len(fixed) >= 4
    assert messages.lat_deg[fixed] == pytest.approx(np.append(lats, lats[-1])[fixed], abs=5e-5)
    assert messages.alt_ft[:n].tolist() == [1000] * n
    assert messages.alt_geometric.tolist() == [False] * n + [True]
    assert messages.nic.tolist() == [7] * n + [11]
    assert messages.entity[0] == entities(Domain.ICAO, [0x400ABC])[0]
    assert messages.source[0] == (Source.ADSB if transponder else Source.ADSB_NT)


def test_nothing_said_is_written_as_nothing() -> None:
    nan = np.array([np.nan])
    number = np.array([0x400ABC])

    frames = [velocities(number, nan, nan, nan), surface_positions(number, *one(50.0, -1.0), nan, nan, 0)]
    batch = slow.batch([each[0].tobytes() for each in frames])
    messages = ModesDecoder(Rejects()).decode(batch)

    for column in ("groundspeed_kt", "track_deg", "vertical_rate_fpm", "geo_minus_baro_ft", "alt_ft"):
        assert np.isnan(getattr(messages, column)).all()


@pytest.fixture(scope="module")
def flight() -> tuple[Any, np.ndarray]:
    """The messages of a real aircraft, and the extended squitters they came in."""
    frames = Frames.concat(list(Input(str(FLIGHT)).read(Reading(StationNames(), Rejects()))))
    messages = ModesDecoder(Rejects()).decode(frames)
    long = frames.payload.values[frames.payload.offsets[:-1]] >> 3 == 17
    table = np.array([frames.payload.row(i) for i in np.flatnonzero(long)])
    messages = messages.take(messages.df == 17)
    assert len(messages) == len(table)
    return messages, table


@pytest.mark.parametrize("surface", [False, True])
def test_places_of_a_real_flight_are_written_to_the_same_bits(flight, surface: bool) -> None:
    messages, table = flight
    taxiing = (messages.typecode >= 5) & (messages.typecode <= 8)
    rows = np.flatnonzero(np.isfinite(messages.lat_deg) & (taxiing == surface))
    odd = (table[rows, 6] >> 2) & 1
    at = np.full(len(rows), 0x484175), messages.lat_deg[rows], messages.lon_deg[rows]

    if surface:
        speed, course = messages.groundspeed_kt[rows] * KNOT_MPS, messages.track_deg[rows]
        written = surface_positions(*at, speed, course, odd)
    else:
        written = airborne_positions(*at, messages.alt_ft[rows] * FOOT_M, odd, nic=messages.nic[rows])

    assert len(rows) > 1000
    # All but the type code's byte, which holds surveillance status and antenna.
    np.testing.assert_array_equal(written[:, 5:11], table[rows, 5:11])


def test_velocities_of_a_real_flight_are_written_to_the_same_bits(flight) -> None:
    messages, table = flight
    # A count of 1 is zero either way: its sign bit is free, and this aircraft's is that of an instant before.
    told = (messages.vertical_rate_fpm != 0) & (messages.geo_minus_baro_ft != 0)
    oblique = np.abs(np.sin(np.radians(messages.track_deg * 2))) > 0.05
    rows = np.flatnonzero((messages.typecode == 19) & (messages.groundspeed_kt > 0) & told & oblique)

    written = velocities(
        np.zeros(len(rows), np.int64),
        messages.groundspeed_kt[rows] * KNOT_MPS,
        messages.track_deg[rows],
        messages.vertical_rate_fpm[rows] * FOOT_PER_MINUTE_MPS,
        messages.geo_minus_baro_ft[rows] * FOOT_M,
        climb_geometric=messages.vertical_rate_geometric[rows] == 1,
    )

    assert len(rows) > 5000
    np.testing.assert_array_equal(written[:, 6:11], table[rows, 6:11])


@pytest.mark.parametrize("signal", [None, np.array([-3.25, np.nan])])
def test_csv_lines_are_read_as_they_were_written(signal) -> None:
    names, rejects = StationNames(), Rejects()
    frames = np.vstack([operational_statuses(np.array([0x400ABC, 0x400ABD]))])
    times = np.array([1_700_000_000.123456, 1_700_000_000.5])

    lines = csv_lines(hexadecimal(frames), times, np.array(["cliff", "pier"]), signal)
    head = HEADER if signal is None else HEADER_WITH_SIGNAL
    batch = Frames.concat(list(FORMAT.read(io.BytesIO(head + lines), Reading(names, rejects))))

    assert FORMAT.recognises(head + lines)
    assert rejects.total() == 0
    assert batch.time_s.tolist() == times.tolist()
    assert [names.name(each) for each in batch.station] == ["cliff", "pier"]
    assert batch.payload.values.tobytes() == frames.tobytes()
    if signal is not None:
        assert lines.splitlines()[0].endswith(b",-3.2")
        assert lines.splitlines()[1].endswith(b",")


@pytest.mark.parametrize("module", [feeds.writing, feeds.modes.writing, feeds.modes.writing_codes])
def test_the_examples_say_what_happens(module) -> None:
    tried = doctest.testmod(module)

    assert tried.attempted
    assert not tried.failed
