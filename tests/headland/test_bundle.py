"""The bundled recordings are what was published, unaltered, with their licence."""

import gzip

import numpy as np
import pytest
from nmea_lines import by_pyais, read

from headland import bundle


@pytest.mark.parametrize("recording", bundle.recordings(), ids=lambda r: r.path.parent.name)
def test_a_bundled_recording_is_whole_and_licensed(recording):
    licence = (recording.path.parent / "LICENSE").read_text()

    assert recording.is_whole()
    assert recording.licence == "MIT"
    assert licence.startswith("MIT License")
    assert "Permission is hereby granted, free of charge" in licence


def test_one_changed_byte_is_noticed(tmp_path):
    original = bundle.recordings()[0]
    data = bytearray(gzip.decompress(original.path.read_bytes()))
    data[1000] ^= 1
    (tmp_path / "LICENSE").write_text("MIT")
    changed = tmp_path / original.path.name
    changed.write_bytes(gzip.compress(bytes(data)))

    assert not type(original)(changed, original.sha256, "", "MIT", "").is_whole()


@pytest.mark.recording
def test_the_bundled_recordings_are_those_of_the_trials(recordings):
    solent, baw3ak = bundle.recordings()
    trial = recordings / "ais" / "SolentAIS_20160112_130211.csv"
    flight = recordings / "adsb" / "traffic_tutorial_BAW3AK_LFBO-EGLL.jsonl.gz"

    assert gzip.decompress(solent.path.read_bytes()) == trial.read_bytes()
    assert baw3ak.path.read_bytes() == flight.read_bytes()


@pytest.mark.parametrize("wire", bundle.wires(), ids=lambda wire: wire.path.name)
def test_what_the_demo_sends_is_what_was_made(wire):
    assert wire.is_whole()


def table():
    """The Solent's rows as published: milliseconds, MMSI, latitude, longitude, knots, degrees."""
    with gzip.open(bundle.recordings()[0].path, "rt") as lines:
        next(lines)
        for line in lines:
            time, mmsi, lat, lon, course, speed = line.strip().split(",")
            yield (
                np.datetime64(time, "ms").astype(int),
                int(mmsi),
                round(float(lat), 5),
                round(float(lon), 5),
                float(speed),
                float(course),
            )


def test_the_solent_s_messages_say_what_its_table_says_as_pyais_reads_them():
    frames, rejects, _ = read(bundle.wires()[0].path)
    times = np.round(frames.time_s * 1000).astype(int).tolist()
    messages = by_pyais([frames.payload.row(i).tobytes() for i in range(len(frames))])

    said = {
        (t, m.mmsi, round(m.lat, 5), round(m.lon, 5), round(m.speed, 1), round(m.course, 1))
        for t, m in zip(times, messages, strict=True)
    }

    assert not rejects.total()
    assert {m.msg_type for m in messages} == {1, 18}
    assert said == set(table())


def test_everybody_who_is_planted_is_listed_and_calls_itself_demo():
    listed = {each.subject: each for each in bundle.planted()}

    assert all(each.name.startswith("DEMO") for each in listed.values())
    assert {each.flagged for each in listed.values()} >= {
        "loitering",
        "dark_transponder",
        "unscheduled_landing",
    }
