"""The bundled recordings are what was published, unaltered, with their licence."""

import gzip

import pytest

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
