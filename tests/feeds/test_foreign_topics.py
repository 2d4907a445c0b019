"""Receivers without the agent over MQTT: which topic is whose and how, capped, journalled, read; ADSBee's frames."""

import doctest
import io
import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from modes_making import START, flight
from nmea_lines import encoded

from feeds import topics
from feeds.decoder import Decoder
from feeds.errors import InputError
from feeds.format import Reading, formats
from feeds.intake import LINE_TOO_LONG, TOO_LARGE, WRONG_TOPIC, Intake
from feeds.journal import Journal
from feeds.journal_entries import Stream, batch_of, mark_entry
from feeds.journal_reader import JournalReader
from feeds.modes.decoder import ModesDecoder
from feeds.parameters import FeedsParameters, Foreign
from feeds.rejects import Rejects
from feeds.reports import Doubt, Said, Source
from feeds.steps import LiveSteps
from feeds.topics import matching
from geo.stations import StationNames
from hardware.frames import Frames, Kind
from headland.decode import decode, reading

T0 = 1_795_000_000.0
SHIP = encoded({"type": 1, "mmsi": 235012345, "lat": 50.5, "lon": -1.5, "speed": 10.0, "course": 90.0})[0]
AISCATCHER = {"class": "AIS", "device": "AIS-catcher", "rxuxtime": T0 - 1, "station": "impostor", "type": 1}
AIRCRAFT = {
    "hex": "400abc",
    "lat": 50.5,
    "lon": -1.25,
    "alt_baro": 1200,
    "seen_pos": 0.5,
    "seen": 0.1,
    "flight": "GABCD",
}
TOPICS = {
    "plain": "harbour",
    "ais/+/1": Foreign("harbour", "aiscatcher-json"),
    "a1b2/adsb/+/raw": Foreign("field", "adsbee-raw"),
    "adsb/aircraft": Foreign("field", "readsb-json"),
}


def bee(frame, count_ms=123456, **more):
    told = {
        "t": count_ms,
        "icao": "400ABC",
        "band": "1090",
        "df": 17,
        "rssi": -42,
        "hex": frame.hex().upper(),
    }
    return json.dumps(told | more).encode()


def heard(tmp_path, *messages, arrival_s=T0):
    """What a step makes of messages that came in this order, and what was refused on the way."""
    rejects, names = Rejects(), StationNames()
    desk = Intake(FeedsParameters(topics=TOPICS), rejects)
    entries = [
        offered.entry
        for at, (topic, payload) in enumerate(messages)
        if (offered := desk.offer(topic, payload, arrival_s + at / 8))
    ]
    with Journal(tmp_path / "journal") as journal:
        for entry in [*entries, mark_entry(arrival_s + 60)]:
            journal.commit([entry])
    with JournalReader(tmp_path / "journal") as reader:
        (step,) = LiveSteps(reader, names, rejects).ready()
    return step, names, rejects, [batch_of(entry.body) for entry in entries]


def test_a_topic_names_its_station_and_its_format(tmp_path):
    step, names, rejects, batches = heard(
        tmp_path,
        ("plain", SHIP),
        ("ais/235012345/1", json.dumps(AISCATCHER | {"nmea": [SHIP.decode()]}).encode() + b"\r\n"),
        ("a1b2/adsb/400ABC/raw", bee(flight(50.7, -1.3, 2)[0])),
        ("adsb/aircraft", json.dumps({"now": T0, "aircraft": [AIRCRAFT]}, indent=1).encode()),
    )

    assert not rejects.counts
    assert [(each.stream, each.station) for each in batches] == [
        (Stream.NMEA, "harbour"),
        (Stream.AISCATCHER, "harbour"),
        (Stream.ADSBEE, "field"),
        (Stream.READSB, "field"),
    ]
    frames, said = step.frames, step.said
    assert frames.kind.tolist() == [Kind.NMEA, Kind.NMEA, Kind.MODE_S]
    assert frames.time_s.tolist() == [T0, T0 - 1, T0 + 0.25]
    assert frames.time_guessed.tolist() == [True, False, True]
    assert frames.arrival_s.tolist() == [T0, T0 + 0.125, T0 + 0.25]
    assert [names.name(each) for each in frames.station] == ["harbour", "harbour", "field"]
    assert (said.reports.time_s.tolist(), said.reports.arrival_s.tolist()) == ([T0 - 0.5], [T0 + 0.375])
    assert names.name(said.reports.stations.values[0]) == "field"
    assert said.identities.callsign.tolist() == ["GABCD"]


def test_a_station_s_own_topic_is_never_another_s():
    desk = Intake(FeedsParameters(topics={"#": Foreign("thief", "nmea")}), Rejects())

    own = desk.offer("headland/v1/station/cliff/ais", b'#{"boot": "0123456789abcdef", "seq": 1}\n', T0)
    other = desk.offer("headland/v1/station/cliff/status", b"{}", T0)

    assert (own.station, other.station) == ("cliff", "thief")


@pytest.mark.parametrize(
    ("topic", "told"),
    [
        ("ais/235012345/1", 1), ("ais/x/y/1", None), ("ais/1", None), ("bee", 2), ("bee/a/b", 2), ("beeb", None),
        ("a/b", 3), ("a/b/", None), ("exact/+", 4), ("$SYS/x", None), ("x/y/z", 5),
    ],
)  # fmt: skip
def test_filters_stand_for_what_mqtt_says_they_stand_for(topic, told):
    assert matching({"ais/+/1": 1, "bee/#": 2, "a/+": 3, "exact/+": 4, "+/y/#": 5}, topic) == told


def test_what_is_too_large_or_of_no_topic_is_refused_before_it_is_read():
    rejects = Rejects()
    desk = Intake(FeedsParameters(topics=TOPICS), rejects)

    assert desk.offer("adsb/aircraft", b"{" * 65537, T0) is None
    assert desk.offer("ais/1/1", b"{" * 30_000, T0) is None
    assert desk.offer("ais/1/2", b"{}", T0) is None
    assert {reason for reason, _ in rejects.counts} == {TOO_LARGE, LINE_TOO_LONG, WRONG_TOPIC}
    # A snapshot is one object, and as long as its aircraft are many.
    assert desk.offer("adsb/aircraft", b'{"now": 1, "aircraft": []}' + b" " * 60_000, T0) is not None


def test_times_told_by_others_are_doubted_as_those_of_frames_are(tmp_path):
    told = [json.dumps(AIRCRAFT | {"now": T0 + skew}).encode() for skew in (0, 3600, -3600)]
    step, names, rejects, _ = heard(tmp_path, *(("adsb/aircraft", each) for each in told))

    reports = Decoder(rejects, names).step(step.frames, step.said).reports

    assert [bool(doubt & Doubt.TIME_SKEW) for doubt in reports.doubt.tolist()] == [False, True, True]
    assert set(reports.source) == {Source.ADSB_TABLE}


def test_an_aircraft_without_a_time_was_heard_a_moment_ago(tmp_path):
    step, *_ = heard(tmp_path, ("adsb/aircraft", json.dumps(AIRCRAFT).encode()))

    assert step.said.reports.time_s.tolist() == [T0 - 0.5]
    assert step.said.reports.doubt.tolist() == [Doubt.TIME_GUESSED]


@given(payloads=st.lists(st.tuples(st.sampled_from(["plain", "ais/2/1", "a1b2/adsb/4/raw", "adsb/aircraft"]),
                                   st.binary(max_size=80) | st.sampled_from([b"{", b"[]", b'{"now":{}}', b'{"hex":"zz","now":1}', b'{"nmea":7}'])), max_size=6))  # fmt: skip
def test_rubbish_on_any_topic_is_counted_and_never_raised(payloads, tmp_path_factory):
    step, _, rejects, batches = heard(tmp_path_factory.mktemp("j"), *payloads)

    assert len(step.frames) + len(step.said.reports) + rejects.total() >= sum(
        bool(batch.payload.strip(b" \r\n\t\x0b\x0c[],")) for batch in batches if batch.stream != Stream.READSB
    ) - sum(
        not batch.payload.decode("utf-8", "replace").strip("[], \n\t\r\ufeff\x0b\x0c\x1c\x1d\x1e\x1f\x85")
        for batch in batches
    )


def test_a_journal_prints_what_others_decoded_with_its_arrival(tmp_path):
    heard(tmp_path, ("adsb/aircraft", json.dumps(AIRCRAFT | {"now": T0}).encode()))
    out = io.BytesIO()

    assert decode([str(tmp_path / "journal")], None, reading(None, None, None), out) == 1

    line = json.loads(out.getvalue())
    assert (line["subject"], line["time"], line["arrival"], line["station"]) == (
        "icao24:400abc",
        T0 - 0.5,
        T0,
        "field",
    )


def read(data, **options):
    given_reading = Reading(StationNames(), Rejects(), **options)
    return Frames.concat(
        list(formats()["adsbee-raw"].read(io.BytesIO(data), given_reading))
    ), given_reading.rejects


def test_an_adsbee_recording_says_what_its_frames_say():
    sent = flight(50.7, -1.3, 6)
    lines = b"\r\n".join(bee(frame, 5000 + 500 * at) for at, frame in enumerate(sent))

    frames, rejects = read(lines, start_s=START)
    said = ModesDecoder(rejects).step(frames)

    assert not rejects.counts
    assert [frames.payload.row(at).tobytes() for at in range(len(frames))] == sent
    np.testing.assert_allclose(frames.time_s, START + 0.5 * np.arange(len(sent)))
    assert isinstance(said, Said)
    assert np.isfinite(said.reports.lat_deg).any()
    assert next(name for name, form in formats().items() if form.recognises(lines)) == "adsbee-raw"


def test_an_adsbee_recording_needs_to_be_told_when_it_began():
    with pytest.raises(InputError, match="--start"):
        read(bee(b"\x8d" * 14))


def test_other_bands_and_other_lines_are_counted():
    frame = flight(50.7, -1.3, 1)[0]
    lines = [
        bee(frame, band="UAT"),
        b"{}",
        b"[1]",
        b"nonsense",
        bee(frame, hex="8d"),
        bee(frame, hex="zz"),
        b"*" + frame.hex().encode() + b";",
    ]

    frames, rejects = read(b"\n".join(lines), start_s=START)

    assert len(frames) == 1
    assert {reason: count for (reason, _), count in rejects.counts.items()} == {
        "UAT is not decoded": 1,
        "no frame in the line": 3,
        "frame is neither 7 nor 14 bytes long": 1,
        "frame is not hexadecimal": 1,
    }


@given(st.lists(st.binary(max_size=60).filter(lambda line: b"\n" not in line), max_size=5))
def test_every_line_of_an_adsbee_is_a_frame_or_a_refusal(lines):
    frames, rejects = read(b"\n".join(lines), start_s=START)

    assert len(frames) + rejects.total() == sum(bool(re.sub(rb"\s", b"", line)) for line in lines)


def test_the_examples_of_topics_run():
    told = doctest.testmod(topics)

    assert (told.failed, told.attempted > 2) == (0, True)
