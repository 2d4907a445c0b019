"""AIS-catcher's JSON: what it wrote itself, with and without sentences; pyais as the oracle; laws."""

import io
import json
from pathlib import Path
from unittest.mock import patch

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nmea_lines import encoded
from pyais import decode as pyais_decode

from feeds.ais.decoder import AisDecoder
from feeds.aiscatcher.fields import BAD_FIELD, NO_FIELDS
from feeds.foreign import frames_of_aiscatcher
from feeds.format import Reading, formats
from feeds.formats.aiscatcher_json import FORMAT
from feeds.inputs import Input
from feeds.rejects import Rejects
from feeds.reports import Doubt
from geo.stations import StationNames, station_number
from hardware.frames import Frames

FULL = (Path(__file__).parents[1] / "data" / "aiscatcher_full.jsonl").read_bytes()
LINES = [json.loads(line) for line in FULL.splitlines()]
SHIP = encoded({"type": 1, "mmsi": 235012345, "lat": 50.5, "lon": -1.5, "speed": 10.0, "course": 90.0})[
    0
].decode()
BASE = {"class": "AIS", "device": "AIS-catcher", "rxuxtime": 1795340983, "mmsi": 235012345, "type": 1}


def frames_of(data, **options):
    reading = Reading(StationNames(), Rejects(), **options)
    return Frames.concat(list(FORMAT.read(io.BytesIO(data), reading))), reading.rejects


def said_by(frames):
    rejects = Rejects()
    decoder = AisDecoder(rejects)
    return decoder.step(frames), rejects


def dumped(*objects):
    return "\n".join(map(json.dumps, objects)).encode()


def test_the_sentences_of_an_object_are_its_frames():
    frames, rejects = frames_of(FULL)

    assert not rejects.counts
    assert [frames.payload.row(i).tobytes().decode() for i in range(len(frames))] == [
        sentence for line in LINES for sentence in line["nmea"]
    ]
    expected = [line.get("toa", line["rxuxtime"]) for line in LINES for _ in line["nmea"]]
    assert frames.time_s.tolist() == expected
    assert not frames.time_guessed.any()


def test_fields_alone_say_what_the_sentences_they_were_decoded_from_say():
    bare = dumped(*({key: value for key, value in line.items() if key != "nmea"} for line in LINES))

    (whole, _), (written, refused) = said_by(frames_of(FULL)[0]), said_by(frames_of(bare)[0])

    assert not refused.counts
    assert len(whole.reports) == 10
    for name, column in whole.reports.columns().items():
        if name in {"lat_deg", "lon_deg"}:
            # AIS-catcher holds places in single precision.
            np.testing.assert_allclose(getattr(written.reports, name), column, rtol=0, atol=1e-5)
        elif name not in {"message", "stations"}:
            np.testing.assert_array_equal(getattr(written.reports, name), column, err_msg=name)
    for name, column in whole.identities.columns().items():
        np.testing.assert_array_equal(getattr(written.identities, name), column, err_msg=name)


@pytest.mark.recording
def test_a_recording_written_as_json_says_what_its_lines_said(recordings):
    path = recordings / "ais" / "norwegian_kystverket_2024-12-09.raw"
    names, rejects = StationNames(), Rejects()
    plain = Frames.concat(list(Input(str(path)).read(Reading(names, rejects))))
    groups: list[list[str]] = []
    for i in range(len(plain)):
        sentence = plain.payload.row(i).tobytes().decode()
        if int(sentence.split(",")[2]) == 1:
            groups.append([])
        groups[-1].append(sentence)
    first = np.cumsum([0, *map(len, groups)])[:-1]
    told = [
        BASE | {"toa": plain.time_s[at], "station": names.name(plain.station[at]), "nmea": group}
        for at, group in zip(first, groups, strict=True)
    ]

    (ours, _), (theirs, _) = said_by(frames_of(dumped(*told))[0]), said_by(plain)

    for name, column in theirs.reports.columns().items():
        if name not in {"stations", "doubt"}:
            np.testing.assert_array_equal(getattr(ours.reports, name), column, err_msg=name)
    # Some lines of the log bear no time; here every object does.
    unguessed = theirs.reports.doubt & ~np.uint32(Doubt.TIME_GUESSED)
    np.testing.assert_array_equal(ours.reports.doubt, unguessed)
    assert ours.reports.stations.values.tolist() == theirs.reports.stations.values.tolist()
    decoded = [pyais_decode(*group) for group in groups]
    placed = [each for each in decoded if each.msg_type in {1, 3, 18, 21}]
    assert (ours.reports.entity & np.uint64(0xFFFFFFFF)).tolist() == [each.mmsi for each in placed]
    np.testing.assert_array_equal(
        np.nan_to_num(ours.reports.lat_deg, nan=91.0), [each.lat for each in placed]
    )


@pytest.mark.parametrize(
    ("more", "time_s", "guessed"),
    [
        ({}, 1795340983, False),
        ({"rxuxtime": 1795340983.25}, 1795340983.25, False),
        ({"toa": 1733782034}, 1733782034, False),
        ({"rxuxtime": None, "rxtime": "20261122094944"}, 1795340984, False),
        ({"rxuxtime": None}, 1795000000, True),
        ({"rxuxtime": "soon"}, 1795000000, True),
    ],
)
def test_the_time_is_that_of_hearing_where_it_is_told(more, time_s, guessed):
    frames, _ = frames_of(dumped(BASE | {"nmea": [SHIP]} | more), start_s=1795000000.0)

    assert (frames.time_s.tolist(), frames.time_guessed.tolist()) == ([time_s], [guessed])
    assert bool(said_by(frames)[0].reports.doubt[0] & Doubt.TIME_GUESSED) == guessed


def test_signal_and_station_are_taken_where_they_mean_something():
    told = [
        BASE | {"signalpower": -21.5, "station": "cliff", "nmea": [SHIP]},
        BASE | {"signalpower": -106.9, "device": "dAISy-catcher", "station_id": 17, "nmea": [SHIP]},
        BASE | {"signalpower": None, "nmea": [SHIP]},
    ]

    frames, _ = frames_of(dumped(*told))

    np.testing.assert_array_equal(frames.signal_dbfs, [-21.5, np.nan, np.nan])
    assert frames.station.tolist() == [station_number(name) for name in ("cliff", "17", "unnamed")]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"rxuxtime": None}, "no time yet"),
        ({"rxuxtime": 12}, "impossible time"),
        ({"rxuxtime": 1e400}, "impossible time"),
        ({"nmea": [7]}, "line not understood"),
        ({"nmea": ["hello"]}, "line not understood"),
        ({"nmea": []}, BAD_FIELD),
        ({"type": 8, "nmea": None}, NO_FIELDS),
        ({"type": None, "nmea": None}, NO_FIELDS),
        ({"nmea": None, "lat": "50"}, BAD_FIELD),
        ({"nmea": None, "mmsi": 1 << 31}, BAD_FIELD),
        ({"nmea": None, "lon": 400.0}, BAD_FIELD),
    ],
)
def test_what_is_no_message_is_refused_for_its_reason(more, reason):
    frames, rejects = frames_of(
        dumped(BASE | {"nmea": [SHIP], "heading": 511, "status": [] if more == {"nmea": []} else 0} | more)
    )

    assert len(frames) == 0
    assert rejects.counts == {(reason, ""): 1}


def test_text_that_six_bits_cannot_hold_is_no_danger():
    told = BASE | {"type": 5, "shipname": "Ærø <b>\n\x1b[2J" * 9, "callsign": "\ud800", "destination": ""}

    said, rejects = said_by(frames_of(dumped(told))[0])

    assert not rejects.counts
    assert said.identities.name.tolist() == ["?R? <B>??[2J?R? <B>?"]


junk = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.lists(st.text(max_size=3), max_size=2)
)
mutated = st.builds(
    lambda line, key, value, keep: {k: v for k, v in line.items() if keep or k != "nmea"} | {key: value},
    st.sampled_from(LINES),
    st.sampled_from(sorted({key for line in LINES for key in line})),
    junk,
    st.booleans(),
)


@settings(max_examples=150)
@given(st.lists(mutated, max_size=5))
def test_every_object_is_a_message_or_a_refusal_whatever_stands_in_it(told):
    frames, rejects = frames_of(dumped(*told))
    said, _ = said_by(frames)

    messages = [frames.payload.row(i).tobytes() for i in range(len(frames))]
    begun = sum(line.split(b",")[2] == b"1" for line in messages if line.count(b",") > 2)
    assert begun <= len(told) <= begun + rejects.total() + sum(line.count(b",") <= 2 for line in messages)
    assert len(said.reports) + len(said.identities) <= 2 * len(told)


odd = st.sampled_from(
    [b"{}", b"[1]", b"NaN", b'{"rxuxtime": NaN}', b"", b" \r", b"{", b"\xff", b'{"toa": 1e400}']
)


@settings(max_examples=150)
@given(st.lists(st.one_of(mutated.map(lambda told: json.dumps(told).encode()), odd), max_size=5))
def test_a_payload_of_an_object_a_line_says_what_the_reader_of_any_layout_makes_of_it(lines):
    payload, (ours, theirs) = (
        b"\n".join(lines),
        [Reading(StationNames(), Rejects(), start_s=2e9) for _ in range(2)],
    )

    frames = frames_of_aiscatcher(payload, 2e9, ours)
    with patch("orjson.loads", side_effect=orjson.JSONDecodeError("", "", 0)):
        wanted = frames_of_aiscatcher(payload, 2e9, theirs)

    # As text: NaN is not equal to itself.
    assert str(frames.to_arrow().to_pydict()) == str(wanted.to_arrow().to_pydict())
    assert ours.rejects.state() == theirs.rejects.state()


@given(st.binary(max_size=200))
def test_rubbish_is_never_raised(data):
    frames_of(data)


def test_it_is_recognised_by_its_format_first():
    for data in (FULL, dumped(BASE | {"lat": 1.0, "lon": 2.0}), b"\n" + dumped(BASE | {"nmea": [SHIP]})):
        assert next(name for name, form in formats().items() if form.recognises(data)) == "aiscatcher-json"
