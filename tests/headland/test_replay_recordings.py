"""`headland replay` as a user runs it: every readable recording, and inputs that are none."""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[2]
SENTENCE = re.compile(rb"!..VD[MO],")


def replay(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "headland", "replay", *arguments, "--out", str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def report_of(folder: Path) -> dict:
    return json.loads((folder / "report.json").read_text())


def lines_of(path: Path) -> list[bytes]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [line for line in data.splitlines() if line.strip()]


def sentences(lines: list[bytes]) -> int:
    return sum(bool(SENTENCE.search(line)) for line in lines)


RAW = [
    ("ais/ais_vernon_20160331.log.gz", "nmea-prefixed", sentences, ["--tz", "Europe/Paris"]),
    ("ais/log_ais_cw17_guadeloupe.csv.log.gz", "nmea-prefixed", sentences, []),
    ("ais/aislib_stream_example_2010-06-11.txt", "nmea-pghp", sentences, []),
    ("ais/norwegian_kystverket_2024-12-09.raw", "nmea-tagblock", sentences, []),
    ("adsb/traffic_tutorial_BAW3AK_LFBO-EGLL.jsonl.gz", "jet1090", len, []),
    ("adsb/traffic_rs1090_full_flight_short.jsonl.gz", "jet1090", len, []),
]
BEAST = ("adsb/traffic_sample_dump1090.beast.bin", "beast", ["--start", "1700000000"])
DECODED = {
    "adsb/eastham_KWVI_20251213_5nm.jsonl.gz": ("aircraft-json", 9614),
    "adsb/eastham_88NV_1hr_20230829.jsonl": ("aircraft-json", 5767),
    "adsb/traffic_rega_helicopter.json.gz": ("table-json", 1080),
    "adsb/traffic_gliders_oxford_cambridge.json.gz": ("table-json", 1853),
    "adsb/traffic_border_control_loiter.json.gz": ("table-json", 1465),
    "ais/baltic_digitraffic_2025-12-11T2044Z.sqlite.gz": ("table-sqlite", 9735),
}
"""Name -> format, and how many objects or rows plain Python counts in it."""
RADIO = "adsb/modes1_2400k.uc8"
"""Samples of radio, which are for dump1090."""
WIDE = [f"--set=loitering.{each}" for each in ("slow_mps=3", "drift_mps=2.5", "day_weight=1")]
"""So that innocent craft of the real Solent raise flags."""
TABLES = ["ais/SolentAIS_20160112_130211.csv", "adsb/OpenSky_Plane_States.csv"]


@pytest.mark.parametrize(
    ("name", "fmt", "count", "options"), RAW, ids=lambda value: getattr(value, "__name__", str(value)[:40])
)
def test_every_frame_of_a_raw_recording_is_accounted_for(
    recordings, tmp_path, name, fmt, count, options
) -> None:
    path = recordings / name
    done = replay(tmp_path, str(path), *options)

    assert done.returncode == 0, done.stderr
    report = report_of(tmp_path)
    assert report["inputs"][0]["format"] == fmt
    refused_before_decoding = sum(
        each["count"] for reason, each in report["rejected"].items() if reason.startswith("line")
    )
    assert report["in"]["frames"] + refused_before_decoding == count(lines_of(path))
    assert report["late"] == report["untimed"] == 0
    assert report["out"]["positions"] == pq.read_metadata(tmp_path / "tracks.parquet").num_rows > 0
    assert (tmp_path / "map.html").stat().st_size > 100_000


@pytest.mark.parametrize("name", TABLES)
def test_every_row_of_a_table_is_accounted_for(recordings, tmp_path, name) -> None:
    done = replay(tmp_path, str(recordings / name))

    assert done.returncode == 0, done.stderr
    report = report_of(tmp_path)
    assert report["in"]["reports"] + report["rejected_total"] == len(lines_of(recordings / name)) - 1
    assert report["out"]["positions"] > 0


@pytest.mark.parametrize("name", DECODED)
def test_every_row_that_others_decoded_is_accounted_for(recordings, tmp_path, name) -> None:
    done = replay(tmp_path, str(recordings / name))

    assert done.returncode == 0, done.stderr
    report = report_of(tmp_path)
    fmt, count = DECODED[name]
    assert report["inputs"][0]["format"] == fmt
    assert report["in"]["reports"] + report["rejected_total"] == count
    assert report["late"] == report["untimed"] == 0
    assert report["out"]["positions"] == pq.read_metadata(tmp_path / "tracks.parquet").num_rows > 0


def test_a_beast_recording_is_replayed_from_the_time_it_is_told(recordings, tmp_path) -> None:
    name, fmt, options = BEAST
    done = replay(tmp_path, str(recordings / name), *options)

    assert done.returncode == 0, done.stderr
    report = report_of(tmp_path)
    assert (report["inputs"][0]["format"], report["in"]["frames"]) == (fmt, 239)

    silent = replay(tmp_path / "out", str(recordings / name))
    assert silent.returncode == 2
    assert "--start" in silent.stderr


def test_samples_of_radio_are_refused_by_name(recordings, tmp_path) -> None:
    done = replay(tmp_path / "out", str(recordings / RADIO))

    assert done.returncode == 2
    assert "of no known format" in done.stderr


def test_no_recording_is_left_out_of_these_tests(recordings) -> None:
    there = {str(path.relative_to(recordings)) for path in recordings.glob("*/*")}

    assert there == {*(name for name, *_ in RAW), *DECODED, *TABLES, BEAST[0], RADIO}


def test_several_inputs_are_replayed_together(recordings, tmp_path) -> None:
    done = replay(tmp_path, *(str(recordings / name) for name in TABLES))

    assert done.returncode == 0, done.stderr
    assert {each["format"] for each in report_of(tmp_path)["inputs"]} == {"table-csv"}
    assert report_of(tmp_path)["out"]["tracks"] > 100


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.nmea", b"", "is empty"),
        ("blank.nmea", b"\n\n  \n", "is empty"),
        ("binary.bin", bytes(range(256)) * 64, "no known format"),
        ("wrong.txt", b"Dear Sir,\nplease find enclosed\n", "no known format"),
        ("damaged.gz", b"\x1f\x8b\x08\x00" + b"rubbish" * 20, "damaged"),
    ],
)
def test_an_input_that_is_none_ends_with_2_and_says_why(tmp_path, name, content, says) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    done = replay(tmp_path / "out", str(path))

    assert done.returncode == 2
    assert name in done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_missing_input_ends_with_2(tmp_path) -> None:
    done = replay(tmp_path / "out", str(tmp_path / "nothing.csv"))

    assert done.returncode == 2
    assert "nothing.csv" in done.stderr


def test_a_truncated_recording_is_read_as_far_as_it_goes_and_says_so(recordings, tmp_path) -> None:
    whole = (recordings / "ais/ais_vernon_20160331.log.gz").read_bytes()
    path = tmp_path / "cut.log.gz"
    path.write_bytes(whole[: len(whole) // 10])

    done = replay(tmp_path / "out", str(path))

    assert done.returncode == 0, done.stderr
    report = report_of(tmp_path / "out")
    assert report["rejected"]["file ends early or is damaged"]["count"] == 1
    assert 3000 < report["in"]["frames"] < 10_000


def test_bad_lines_are_counted_with_samples(recordings, tmp_path) -> None:
    lines = lines_of(recordings / "ais/ais_vernon_20160331.log.gz")[:2000]
    lines[100:100] = [b"garbage"] * 3
    path = tmp_path / "some.log"
    path.write_bytes(b"\n".join(lines))

    done = replay(tmp_path / "out", str(path))

    assert done.returncode == 0, done.stderr
    samples = [
        sample for each in report_of(tmp_path / "out")["rejected"].values() for sample in each["samples"]
    ]
    assert any("garbage" in sample for sample in samples)


def test_the_same_recording_gives_the_same_flags_and_tracks_to_the_byte(recordings, tmp_path) -> None:
    path = recordings / TABLES[0]
    lines = path.read_bytes().splitlines(keepends=True)
    shuffled = tmp_path / "shuffled.csv"
    shuffled.write_bytes(b"".join([lines[0], *reversed(lines[1:])]))

    for name, source in (("a", path), ("b", path), ("c", shuffled)):
        assert replay(tmp_path / name, str(source), *WIDE).returncode == 0

    for output in ("flags.geojson", "tracks.parquet"):
        first = (tmp_path / "a" / output).read_bytes()
        assert (tmp_path / "b" / output).read_bytes() == first
        assert (tmp_path / "c" / output).read_bytes() == first
    assert b'"loitering"' in (tmp_path / "a" / "flags.geojson").read_bytes()


def test_a_parameter_set_on_the_command_line_reaches_the_flag(tmp_path) -> None:
    source = ROOT / "headland" / "recordings" / "solent" / "SolentAIS_20160112_130211.csv.gz"

    done = replay(tmp_path, str(source), "--set", "loitering.radius_m=1400", *WIDE)

    assert done.returncode == 0, done.stderr
    flags = json.loads((tmp_path / "flags.geojson").read_text())["features"]
    assert {f["properties"]["pattern"]["parameters"]["radius_m"] for f in flags} == {1400}
