"""Fields of squitters and replies, on messages that no recording holds, against pyModeS."""

import numpy as np
import pyModeS
import pytest
from hypothesis import given
from hypothesis import strategies as st
from modes_making import all_call, batch, in_air, reply, squitter

from feeds.modes.altitude import altitude13_ft
from feeds.modes.decoder import ModesDecoder
from feeds.modes.identification import squawks
from feeds.modes.messages import ModesMessages
from feeds.modes.said import reports_of
from feeds.rejects import Rejects
from feeds.reports import Doubt

RNG = np.random.default_rng(20240601)


def _decoded(frames: list[bytes]) -> ModesMessages:
    messages = ModesDecoder(Rejects()).decode(batch(frames))
    assert len(messages) == len(frames)
    return messages


def _random_squitters(typecode: int, count: int, subtype: int | None = None) -> list[bytes]:
    low = RNG.integers(0, 1 << 51, count)
    if subtype is not None:
        low = low & ((1 << 48) - 1) | subtype << 48
    return [squitter(typecode << 51 | int(me)) for me in low]


def _theirs(frames: list[bytes], key: str) -> np.ndarray:
    rows = [pyModeS.decode(frame.hex()) for frame in frames]
    return np.array([np.nan if row.get(key) is None else row[key] for row in rows], np.float64)


@pytest.mark.parametrize("subtype", range(8))
def test_velocities_of_every_subtype_equal_those_of_pymodes(subtype: int) -> None:
    frames = _random_squitters(19, 300, subtype)
    ours = _decoded(frames)
    spoken = 1 <= subtype <= 4  # pyModeS reads a vertical rate into the reserved subtypes too

    np.testing.assert_array_equal(np.floor(ours.groundspeed_kt), _theirs(frames, "groundspeed"))
    moving = ours.groundspeed_kt != 0  # pyModeS gives the track of who stands still as north
    np.testing.assert_allclose(ours.track_deg[moving], _theirs(frames, "track")[moving], rtol=0, atol=1e-9)
    np.testing.assert_array_equal(ours.heading_deg, _theirs(frames, "heading"))
    np.testing.assert_array_equal(ours.airspeed_kt, _theirs(frames, "airspeed"))
    if spoken:
        np.testing.assert_array_equal(ours.vertical_rate_fpm, _theirs(frames, "vertical_rate"))
        np.testing.assert_array_equal(ours.geo_minus_baro_ft, _theirs(frames, "geo_minus_baro"))
    else:
        assert np.isnan(ours.vertical_rate_fpm).all()


def test_every_altitude_code_means_what_pymodes_says() -> None:
    codes = np.arange(1 << 13)
    frames = [reply(4, code) for code in range(1 << 13)]

    np.testing.assert_array_equal(altitude13_ft(codes), _theirs(frames, "altitude"))


def test_every_identity_code_means_what_pymodes_says() -> None:
    codes = np.arange(1 << 13)
    theirs = [int(pyModeS.decode(reply(5, code).hex())["squawk"]) for code in range(1 << 13)]

    assert squawks(codes).tolist() == theirs


@pytest.mark.parametrize("typecode", [5, 6, 7, 8])
def test_movement_on_the_ground_equals_pymodes(typecode: int) -> None:
    frames = _random_squitters(typecode, 500)
    ours = _decoded(frames)

    np.testing.assert_array_equal(ours.groundspeed_kt, _theirs(frames, "groundspeed"))
    np.testing.assert_array_equal(ours.track_deg, _theirs(frames, "track"))
    assert (ours.on_ground == 1).all()
    assert np.isnan(ours.alt_ft).all()


@pytest.mark.parametrize("typecode", [9, 11, 18])
def test_altitudes_of_position_messages_equal_pymodes(typecode: int) -> None:
    frames = _random_squitters(typecode, 500)

    np.testing.assert_array_equal(_decoded(frames).alt_ft, _theirs(frames, "altitude"))


def test_gnss_height_is_coded_like_barometric_and_told_apart() -> None:
    # pyModeS reads the twelve bits as metres, which could not tell an airliner's height.
    ours = _decoded(
        [squitter(in_air(51, 0, 0, typecode=20, alt_ft=35_000)), squitter(in_air(51, 0, 0, alt_ft=35_000))]
    )

    assert ours.alt_ft.tolist() == [35_000, 35_000]
    assert ours.alt_geometric.tolist() == [True, False]


@pytest.mark.parametrize("typecode", [1, 2, 3, 4])
def test_call_signs_equal_those_of_pymodes(typecode: int) -> None:
    frames = _random_squitters(typecode, 300)
    theirs = [pyModeS.decode(frame.hex()) for frame in frames]
    ours = _decoded(frames)

    assert ours.callsign.tolist() == [row["callsign"] for row in theirs]
    assert ours.category.tolist() == [f"{'?DCBA'[typecode]}{row['category']}" for row in theirs]


def test_emergency_status_bears_squawk_and_state() -> None:
    frames = _random_squitters(28, 300, subtype=1)
    theirs = [pyModeS.decode(frame.hex()) for frame in frames]
    ours = _decoded(frames)

    assert ours.squawk.tolist() == [int(row["squawk"]) for row in theirs]
    assert ours.emergency.tolist() == [row["emergency_state"] for row in theirs]


@given(st.integers(0, 31), st.integers(0, (1 << 51) - 1))
def test_nothing_absurd_gets_past_the_border(typecode: int, low: int) -> None:
    reports = reports_of(_decoded([squitter(typecode << 51 | low)]))

    for values, bottom, top in (
        (reports.alt_m, -1300 * 0.3048, 127_000 * 0.3048),
        (reports.sog_mps, 0, 3000),
        (reports.cog_deg, 0, 359.9999),
        (reports.heading_deg, 0, 359.9999),
        (reports.climb_mps, -170, 170),
        (reports.alt_diff_m, -1000, 1000),
        (reports.squawk, -1, 7777),
        (reports.integrity, -1, 11),
    ):
        assert (np.isnan(values) | ((values >= bottom) & (values <= top))).all()


def test_reports_are_in_house_units() -> None:
    ew, ns, climb, diff = (
        1 << 10 | 301,
        401,
        1 << 9 | 11,
        1 << 7 | 5,
    )  # west 300 kt, north 400 kt, down 640 ft/min
    me = 19 << 51 | 1 << 48 | ew << 32 | ns << 21 | 1 << 20 | climb << 10 | diff
    report = reports_of(_decoded([squitter(me)]))

    assert report.sog_mps[0] == pytest.approx(500 * 1852 / 3600)
    assert report.cog_deg[0] == pytest.approx(360 - 36.8699, abs=1e-4)
    assert report.climb_mps[0] == pytest.approx(-640 * 0.3048 / 60)
    assert report.alt_diff_m[0] == pytest.approx(-100 * 0.3048)
    assert np.isnan(report.lat_deg[0])


@pytest.mark.parametrize(
    ("typecode", "nic", "nuc", "poor"),
    [(9, 11, 9, False), (11, 8, 7, False), (16, 2, 2, True), (18, 0, 0, True), (19, -1, -1, False)],
)
def test_integrity_follows_the_type_code(typecode: int, nic: int, nuc: int, poor: bool) -> None:
    ours = _decoded([squitter(typecode << 51)])

    assert (ours.nic[0], ours.nuc_p[0]) == (nic, nuc)
    assert bool(ours.doubt[0] & Doubt.INTEGRITY_LOW) == poor


def test_whether_it_is_on_the_ground_is_taken_from_capability_and_flight_status() -> None:
    frames = [all_call(capability=c) for c in (0, 4, 5, 6)] + [reply(4, 0x990, status=s) for s in range(6)]

    assert _decoded(frames).on_ground.tolist() == [-1, 1, 0, -1, 0, 1, 0, 1, -1, -1]
