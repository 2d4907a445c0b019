from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nmea_lines import (
    T0,
    by_pyais,
    checksummed,
    counts,
    cut,
    decoded,
    encoded,
    frames,
    known,
    recorded,
    recut,
    sentences_of,
)

from feeds.ais.decoder import AisDecoder
from feeds.ais.positions import SOURCES
from feeds.rejects import Rejects
from feeds.reports import NUMBER_MASK, Doubt, Source
from geo.batch import Ragged
from hardware.frames import Frames, Kind

KNOT_MPS = 1852 / 3600
VERNON = "ais_vernon_20160331.log.gz"
GUADELOUPE = "log_ais_cw17_guadeloupe.csv.log.gz"


def sum_holds(sentence: bytes) -> bool:
    total = 0
    for byte in sentence[1 : sentence.rindex(b"*")]:
        total ^= byte
    return total == int(sentence[sentence.rindex(b"*") + 1 :][:2], 16)


def or_nan(value: float, absent: float) -> float:
    return np.nan if value >= absent else value


@pytest.mark.recording
@pytest.mark.parametrize("file", [VERNON, GUADELOUPE])
def test_a_days_positions_are_those_of_pyais_row_by_row(recordings: Path, file: str) -> None:
    path = recordings / "ais" / file
    oracle = [m for m in known(path) if m.msg_type in {1, 2, 3, 4, 18, 21} and m.lat is not None]

    said, _, _ = decoded(cut(recorded(path), 5000))
    reports = said.reports

    assert len(reports) == len(oracle) > 20_000
    assert (reports.entity & np.uint64(NUMBER_MASK)).tolist() == [m.mmsi for m in oracle]
    nowhere = np.array([m.lat == 91 or m.lon == 181 for m in oracle])
    np.testing.assert_array_equal(reports.lat_deg, np.where(nowhere, np.nan, [m.lat for m in oracle]))
    np.testing.assert_array_equal(reports.lon_deg, np.where(nowhere, np.nan, [m.lon for m in oracle]))
    speed = [or_nan(getattr(m, "speed", np.nan), 102.3) * KNOT_MPS for m in oracle]
    np.testing.assert_allclose(reports.sog_mps, speed, rtol=1e-15)
    course = [or_nan(getattr(m, "course", np.nan), 360) for m in oracle]
    np.testing.assert_array_equal(reports.cog_deg, course)
    heading = [or_nan(getattr(m, "heading", np.nan), 360) for m in oracle]
    np.testing.assert_array_equal(reports.heading_deg, heading)
    assert reports.status.tolist() == [int(getattr(m, "status", -1)) for m in oracle]
    assert reports.integrity.tolist() == [int(m.accuracy) for m in oracle]


@pytest.mark.recording
@pytest.mark.parametrize("file", [VERNON, GUADELOUPE, "norwegian_kystverket_2024-12-09.raw"])
def test_static_data_is_that_of_pyais_row_by_row(recordings: Path, file: str) -> None:
    path = recordings / "ais" / file
    oracle = [m for m in known(path) if m.msg_type in {5, 19, 21, 24}]

    identities = decoded([recorded(path)])[0].identities

    assert len(identities) == len(oracle) > 40
    assert (identities.entity & np.uint64(NUMBER_MASK)).tolist() == [m.mmsi for m in oracle]
    names = [getattr(m, "full_name", None) or getattr(m, "shipname", "") for m in oracle]
    # pyais loses the blank between an aid's name and its extension.
    ours = [name.replace(" ", "") if len(name) > 20 else name for name in identities.name]
    assert [n.replace(" ", "") if len(n) > 20 else n for n in names] == ours
    assert [int(getattr(m, "ship_type", 0) or -1) for m in oracle] == identities.ship_type.tolist()
    assert [getattr(m, "imo", 0) or -1 for m in oracle] == identities.imo.tolist()
    sides = [[getattr(m, f"to_{side}", 0) for side in ("bow", "stern", "port", "starboard")] for m in oracle]
    sized = np.array([row if any(row) else [np.nan] * 4 for row in sides]).T
    columns = (identities.bow_m, identities.stern_m, identities.port_m, identities.starboard_m)
    np.testing.assert_array_equal(np.array(columns), sized)


@pytest.mark.recording
def test_every_sentence_of_a_day_is_decoded_or_counted_for_the_right_reason(recordings: Path) -> None:
    path = recordings / "ais" / VERNON
    sentences = sentences_of(path)
    bad = Counter(sentence.split(b",")[1] for sentence in sentences if not sum_holds(sentence))

    _, rejects, decoder = decoded([recorded(path)])

    assert counts(rejects) == {
        "bad checksum": bad.total(),
        "incomplete message": bad[b"2"],  # each of these two left its other half alone
        "truncated message": 1,  # `B0,4*50`: eight bits of a type 18
    }
    assert decoder.sentences + rejects.total() == len(sentences)


@pytest.mark.recording
@pytest.mark.parametrize(
    ("file", "messages"),
    [
        (VERNON, 56_583),
        (GUADELOUPE, 27_554),
        ("aislib_stream_example_2010-06-11.txt", 4_051),
        ("norwegian_kystverket_2024-12-09.raw", 196),
    ],
)
def test_as_many_messages_come_out_as_pyais_finds(recordings: Path, file: str, messages: int) -> None:
    path = recordings / "ais" / file

    _, _, decoder = decoded([recorded(path)])

    found = Counter(int(m.msg_type) for m in known(path) if m.mmsi is not None)
    if file.startswith("aislib"):
        # Two countries' halves with one sequence number: pyais, fed the file as one stream, loses or mixes some.
        assert sum((decoder.messages_by_type - found).values()) <= 25
    else:
        assert decoder.messages_by_type == found
    assert sum(decoder.messages_by_type.values()) == messages


@pytest.mark.recording
def test_the_file_of_many_stations_yields_no_report_that_pyais_cannot_find_in_some_station(
    recordings: Path,
) -> None:
    path = recordings / "ais" / "aislib_stream_example_2010-06-11.txt"
    frames = recorded(path)
    found: Counter[tuple[Any, ...]] = Counter()
    for station in np.unique(frames.station):
        own = frames.take(frames.station == station)
        lines = [own.payload.row(row).tobytes() for row in range(len(own))]
        found.update((int(m.msg_type), m.mmsi) for m in by_pyais(lines))

    ours = Counter((m["msg_type"], m["mmsi"]) for m in AisDecoder(Rejects()).messages(frames))

    assert ours == found


def one(**fields: Any) -> tuple[Any, Rejects]:
    """The only report of one message that pyais encodes."""
    said, rejects, _ = decoded([frames(encoded(fields, seq_id=1))])
    (report,) = (said.reports.take([row]) for row in range(len(said.reports)))
    return report, rejects


def test_speeds_are_knots_in_ten_whole_or_sixty_three_steps_by_type() -> None:
    where = {"mmsi": 235000001, "lat": 50.5, "lon": -1.25}
    assert one(type=1, speed=10.2, **where)[0].sog_mps[0] == pytest.approx(10.2 * KNOT_MPS)
    assert one(type=9, speed=140, **where)[0].sog_mps[0] == pytest.approx(140 * KNOT_MPS)
    assert one(type=27, speed=12, **where)[0].sog_mps[0] == pytest.approx(12 * KNOT_MPS)
    assert one(type=9, speed=1022, **where)[0].sog_mps[0] == pytest.approx(1022 * KNOT_MPS)


@pytest.mark.parametrize(
    "fields",
    [
        {"type": 1, "lat": 91, "lon": 181, "speed": 102.3, "course": 360, "heading": 511},
        {"type": 9, "lat": 91, "lon": 181, "speed": 1023, "course": 360, "alt": 4095},
        {"type": 18, "lat": 91, "lon": 181, "speed": 102.3, "course": 360, "heading": 511},
        {"type": 19, "lat": 91, "lon": 181, "speed": 102.3, "course": 409.5, "heading": 360},
        {"type": 27, "lat": 91, "lon": 181, "speed": 63, "course": 511},
        {"type": 4, "lat": 91, "lon": 181},
    ],
)
def test_what_is_not_available_is_not_said(fields: dict[str, Any]) -> None:
    report, rejects = one(mmsi=235000001, **fields)

    for name in ("lat_deg", "lon_deg", "sog_mps", "cog_deg", "heading_deg", "alt_m"):
        assert np.isnan(getattr(report, name)[0]), name
    assert rejects.total() == 0


def test_a_place_off_the_globe_is_counted_and_the_rest_of_its_message_stands() -> None:
    for fields in ({"lat": 90.5, "lon": 0}, {"lat": 0, "lon": -180.5}, {"lat": 95, "lon": 181}):
        report, rejects = one(type=1, mmsi=235000001, speed=5, **fields)
        assert np.isnan(report.lat_deg[0])
        assert np.isnan(report.lon_deg[0])
        assert report.sog_mps[0] > 2
        assert counts(rejects) == {"impossible position": 1}


def test_an_aircraft_says_its_height_and_by_which_sensor() -> None:
    satellite, _ = one(type=9, mmsi=111232511, lat=50, lon=-1, alt=303)
    barometer, _ = one(type=9, mmsi=111232511, lat=50, lon=-1, alt=303, reserved_1=128)

    assert (satellite.alt_m[0], satellite.alt_geometric[0]) == (303, True)
    assert (barometer.alt_m[0], barometer.alt_geometric[0]) == (303, False)
    assert satellite.source[0] == Source.AIS_SAR


@pytest.mark.parametrize(
    ("second", "doubt"),
    [
        (59, Doubt.NONE),
        (60, Doubt.NONE),
        (61, Doubt.POSITION_MANUAL),
        (62, Doubt.POSITION_DEAD_RECKONED),
        (63, Doubt.POSITION_SENSOR_OFF),
    ],
)
def test_the_second_tells_how_the_position_was_made(second: int, doubt: Doubt) -> None:
    assert one(type=18, mmsi=235000001, lat=50, lon=-1, second=second)[0].doubt[0] == doubt
    assert one(type=4, mmsi=2320001, lat=50, lon=-1, second=second)[0].doubt[0] == Doubt.NONE


def test_a_guessed_time_is_doubted_and_station_and_signal_pass_through() -> None:
    line = encoded({"type": 1, "mmsi": 235000001})
    batch = frames(line * 2, stations=[7, 9], time_guessed=[False, True], signal_dbfs=[-31.5, np.nan])
    reports = decoded([batch])[0].reports

    assert reports.doubt.tolist() == [0, int(Doubt.TIME_GUESSED)]
    assert [row.tolist() for row in map(reports.stations.row, range(2))] == [[7], [9]]
    assert reports.signal_dbfs[0] == -31.5


@pytest.mark.parametrize("kind", SOURCES)
def test_every_type_that_bears_a_position_makes_a_report(kind: int) -> None:
    report, _ = one(type=kind, mmsi=235000001, lat=50.5, lon=-1.25)

    assert report.lat_deg[0] == pytest.approx(50.5, abs=1 / 600)
    assert report.lon_deg[0] == pytest.approx(-1.25, abs=1 / 600)
    assert report.source[0] == SOURCES[kind]


def test_one_transmission_has_one_hash_whoever_heard_it_and_however_it_was_cut() -> None:
    fields = {"type": 19, "mmsi": 235000001, "lat": 50, "lon": -1, "shipname": "ALPHA"}
    ours = encoded(fields, radio_channel="A")
    theirs = encoded(fields, radio_channel="B", talker_id="BS")
    other = encoded({**fields, "lat": 50.001})

    lines = [*ours, *theirs, *recut(ours, 20), *other]
    hashes = decoded([frames(lines)])[0].reports.message

    assert hashes[0] == hashes[1] == hashes[2] != hashes[3]
    assert hashes.min() > 0


def test_text_ends_at_its_first_at_sign_and_keeps_what_else_is_printable() -> None:
    fields = {"type": 5, "mmsi": 235000001, "shipname": "REAL@HIDDEN", "destination": "<SCRIPT SRC=//A.B/>"}

    identities = decoded([frames(encoded(fields, seq_id=1))])[0].identities

    assert identities.name[0] == "REAL"
    assert identities.destination[0] == "<SCRIPT SRC=//A.B/>"


def test_an_aids_name_goes_on_behind_a_blank_that_ends_its_field() -> None:
    fields = {"type": 21, "mmsi": 992351001, "name": "NORTH SHINGLES BANK", "name_ext": "BUOY"}

    assert decoded([frames(encoded(fields, seq_id=1))])[0].identities.name[0] == "NORTH SHINGLES BANK BUOY"


@pytest.mark.parametrize(
    "word", ["$GPGGA,123519,4807.038,N*47", "$PGHP,1,2010", "!AIVDX,1", "", "hello", "!"]
)
def test_what_is_not_ais_is_counted_as_that(word: str) -> None:
    _, rejects, _ = decoded([frames([word.encode()])])

    assert counts(rejects) == {"not AIS": 1}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("AIVDM,1,1,,A,0" + "0" * 27 + ",0", "unknown message type"),
        ("AIVDM,1,1,,A,t" + "0" * 27 + ",0", "unknown message type"),
        ("AIVDM,1,1,,A,H000008" + "0" * 21 + ",0", "unknown message part"),
        ("AIVDM,1,1,,A,13o4g,0", "truncated message"),
        ("AIVDM,1,1,,A,,0", "truncated message"),
        ("AIVDM,1,1,,A,13o4g`00000I2ENRH4g83S0L088~,0", "payload outside the AIS alphabet"),
        ("AIVDM,1,1,,A," + "1" * 201 + ",0", "payload too long"),
        ("AIVDM,1,2,,A,13o4g`00000I2ENRH4g83S0L088C,0", "malformed sentence"),
        ("AIVDM,0,1,,A,13o4g`00000I2ENRH4g83S0L088C,0", "malformed sentence"),
        ("AIVDM,1,1,,A,13o4g`00000I2ENRH4g83S0L088C,6", "malformed sentence"),
        ("AIVDM,1,1,,A,13o4g`00000I2ENRH4g83S0L088C,0,x", "malformed sentence"),
        ("AIVDM,1,1", "malformed sentence"),
    ],
)
def test_each_fault_has_its_own_name(body: str, why: str) -> None:
    _, rejects, decoder = decoded([frames([checksummed(body)])])

    assert counts(rejects) == {why: 1}
    assert decoder.messages_by_type == {}


def test_a_wrong_or_missing_checksum_is_never_decoded() -> None:
    good = encoded({"type": 1, "mmsi": 235000001})[0]
    wrong = good[:-2] + f"{int(good[-2:], 16) ^ 1:02X}".encode()

    _, rejects, decoder = decoded([frames([wrong, good[:-3], good[:-2] + b"zz"])])

    assert counts(rejects) == {"bad checksum": 2, "malformed sentence": 1}
    assert decoder.sentences == 0


def test_frames_that_are_not_nmea_are_passed_over() -> None:
    line = encoded({"type": 1, "mmsi": 235000001})[0]
    batch = Frames.of(
        2,
        time_s=[T0] * 2,
        kind=[Kind.MODE_S, Kind.NMEA],
        payload=Ragged.of_rows([b"\x8d" * 14, line], np.uint8),
    )

    said, rejects, _ = decoded([batch])

    assert len(said.reports) == 1
    assert rejects.total() == 0


def test_the_rejects_name_the_station() -> None:
    rejects = Rejects()
    AisDecoder(rejects, name=lambda number: f"station-{number}").step(frames([b"hello"], stations=4))

    assert rejects.by_reason()["not AIS"]["stations"] == {"station-4": 1}
