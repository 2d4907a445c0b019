from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from nmea_lines import by_pyais, checksummed, counts, encoded, lines_of, read, tagged
from pyais.messages import MSG_CLASS
from pyais.queue import NMEAQueue

from feeds import nmea
from feeds.ais.decoder import AisDecoder
from feeds.errors import InputError
from feeds.formats import nmea_pghp
from feeds.inputs import Input
from feeds.rejects import Rejects

SHIP = encoded({"type": 1, "mmsi": 235000001})[0]
TWO = encoded({"type": 5, "mmsi": 235000001, "shipname": "ALPHA"}, seq_id=3)
PARIS = ZoneInfo("Europe/Paris")


def written(folder: Path, *lines: bytes) -> Path:
    path = folder / "some.log"
    path.write_bytes(b"\r\n".join(lines) + b"\r\n")
    return path


def named(path: Path) -> str:
    with Input(str(path)) as source:
        return source.format.name


@pytest.mark.recording
@pytest.mark.parametrize(
    ("file", "name", "sentences"),
    [
        ("ais_vernon_20160331.log.gz", "nmea-prefixed", 57_234),
        ("log_ais_cw17_guadeloupe.csv.log.gz", "nmea-prefixed", 27_860),
        ("aislib_stream_example_2010-06-11.txt", "nmea-pghp", 4_500),
        ("norwegian_kystverket_2024-12-09.raw", "nmea-tagblock", 223),
    ],
)
def test_a_recording_is_recognised_and_every_sentence_of_it_framed(
    recordings: Path, file: str, name: str, sentences: int
) -> None:
    path = recordings / "ais" / file

    frames, rejects, _ = read(path)

    assert named(path) == name
    assert len(frames) == sum(b"VDM," in line or b"VDO," in line for line in lines_of(path)) == sentences
    assert rejects.total() == 0


@pytest.mark.recording
def test_local_times_agree_with_the_clock_that_base_stations_send(recordings: Path) -> None:
    frames, _, _ = read(recordings / "ais" / "ais_vernon_20160331.log.gz", zone=PARIS)
    decoder = AisDecoder(Rejects())

    base = [each for each in decoder.messages(frames) if each["msg_type"] == 4 and each["year"]]
    sent = [
        datetime(*(m[f] for f in ("year", "month", "day", "hour", "minute", "second")), tzinfo=UTC)
        for m in base
    ]
    late_s = np.array([m["time"] - at.timestamp() for m, at in zip(base, sent, strict=True)])

    assert len(late_s) > 8000
    assert np.percentile(np.abs(late_s), 99) < 120  # an hour wrong would show in every one


@pytest.mark.recording
def test_gatehouse_stamps_are_those_that_pyais_reads(recordings: Path) -> None:
    path = recordings / "ais" / "aislib_stream_example_2010-06-11.txt"
    queue = NMEAQueue()
    for line in lines_of(path):
        queue.put_line(line)
    oracle = Counter()
    while message := queue.get_or_none():
        if message.wrapper_msg:
            at = message.wrapper_msg.timestamp.replace(tzinfo=UTC).timestamp()
            sentence = message.raw[
                : message.raw.index(b"*") + 3
            ]  # two lines of the log bear a suffix as well
            oracle[at, message.wrapper_msg.pss or None, sentence] += 1

    frames, _, names = read(path)
    ours = Counter(
        (time_s, name if len(name := names.name(station)) >= 7 else None, frames.payload.row(row).tobytes())
        for row, (time_s, station) in enumerate(
            zip(frames.time_s.tolist(), frames.station.tolist(), strict=True)
        )
    )

    assert sum(oracle.values()) > 3500
    assert oracle <= ours


@pytest.mark.recording
def test_tag_blocks_are_those_that_pyais_reads(recordings: Path) -> None:
    path = recordings / "ais" / "norwegian_kystverket_2024-12-09.raw"
    frames, _, names = read(path)

    for row, line in enumerate(lines_of(path)):
        block, _, sentence = line.strip().rpartition(b"\\")
        assert frames.payload.row(row).tobytes() == sentence
        assert frames.time_guessed[row] == (not block)
        if block:
            said = dict(field.split(":") for field in block[1:].split(b"*")[0].decode().split(","))
            assert names.name(frames.station[row]) == said["s"]
            assert frames.time_s[row] == float(said["c"])


def test_one_stamp_serves_all_sentences_of_its_message_and_no_other(tmp_path: Path) -> None:
    stamp = b"$" + checksummed("PGHP,1,2010,6,11,11,46,12,386,219,24,992190924,1,12")[1:]
    path = written(tmp_path, stamp, *TWO, SHIP, *TWO)

    frames, rejects, names = read(path)

    assert frames.time_guessed.tolist() == [False, False, True, True, True]
    assert names.name(frames.station[1]) == "992190924"
    assert names.name(frames.station[2]) == "unnamed"
    assert set(frames.time_s) == {datetime(2010, 6, 11, 11, 46, 12, 386000, UTC).timestamp()}
    assert rejects.total() == 0


def test_a_stamp_without_base_station_is_named_by_its_country(tmp_path: Path) -> None:
    stamp = b"$" + checksummed("PGHP,1,2010,6,11,11,46,11,874,276,0,,1,55")[1:]
    frames, _, names = read(written(tmp_path, stamp, SHIP))

    assert names.name(frames.station[0]) == "276-0"


@pytest.mark.parametrize(
    "body", ["PGHP,1,2010,6,31,11,46,12,386,219,24,,1,12", "PGHP,1,2010,6,11", "PGHP,2,x"]
)
def test_a_stamp_that_is_no_time_is_counted(tmp_path: Path, body: str) -> None:
    good = b"$" + checksummed("PGHP,1,2010,6,11,11,46,11,874,276,0,,1,55")[1:]
    bad = b"$" + checksummed(body)[1:]
    frames, rejects, _ = read(written(tmp_path, good, SHIP, bad, SHIP))

    assert frames.time_guessed.tolist() == [False, True]
    assert counts(rejects) == {nmea_pghp.BAD_STAMP: 1}


@pytest.mark.parametrize(
    ("prefix", "time_s"),
    [
        (b"1490075479,", 1490075479.0),
        (b"1490075479.25, ", 1490075479.25),
        (b"1490075479250;", 1490075479.25),
        (b"2017-03-21 05:51:19,", 1490075479.0),
        (b"2017-03-21T05:51:19.5Z ", 1490075479.5),
    ],
)
def test_each_way_of_writing_a_time_before_a_sentence_is_read(
    tmp_path: Path, prefix: bytes, time_s: float
) -> None:
    path = written(tmp_path, b"time,sentence", prefix + SHIP)

    frames, rejects, _ = read(path)

    assert named(path) == "nmea-prefixed"
    assert frames.time_s.tolist() == [time_s]
    assert rejects.total() == 0


def test_a_zone_moves_local_times_and_not_those_in_utc(tmp_path: Path) -> None:
    path = written(tmp_path, b"2017-03-21 05:51:19, " + SHIP, b"2017-03-21 05:51:19Z, " + SHIP)

    frames, _, _ = read(path, zone=PARIS)

    assert frames.time_s.tolist() == [1490075479.0 - 3600, 1490075479.0]


def test_the_hour_that_autumn_repeats_runs_forwards(tmp_path: Path) -> None:
    clock = [f"2016-10-30 02:{minute:02}:00, ".encode() + SHIP for minute in range(0, 60, 10)]
    frames, _, _ = read(written(tmp_path, *clock, *clock, b"2016-10-30 03:00:00, " + SHIP), zone=PARIS)

    assert np.diff(frames.time_s).tolist() == [600.0] * 12


def test_a_day_that_does_not_exist_is_counted(tmp_path: Path) -> None:
    path = written(tmp_path, b"2016-02-30 00:00:00, " + SHIP, b"2016-03-01 00:00:00, " + SHIP)
    frames, rejects, _ = read(path)

    assert len(frames) == 1
    assert counts(rejects) == {nmea.IMPOSSIBLE_TIME: 1}


def test_the_coast_guards_log_is_recognised(tmp_path: Path) -> None:
    path = written(tmp_path, SHIP + b",s26762,d-085,T57.22,x149102,r003669961,1325394001")

    frames, _, names = read(path)

    assert named(path) == "nmea-suffixed"
    assert (frames.time_s[0], names.name(frames.station[0])) == (1325394001.0, "r003669961")


def test_a_file_that_mixes_the_ways_is_read_whole(tmp_path: Path) -> None:
    stamp = b"$" + checksummed("PGHP,1,2010,6,11,11,46,12,386,219,24,992190924,1,12")[1:]
    path = written(
        tmp_path, stamp, SHIP, tagged("s:cliff,c:1276256773", SHIP), SHIP + b",r42,1276256774", b"??"
    )

    frames, rejects, _ = read(path)

    assert frames.time_s.tolist() == [1276256772.386, 1276256773.0, 1276256774.0]
    assert counts(rejects) == {nmea.NOT_UNDERSTOOD: 1}


def test_a_log_without_times_asks_for_one_and_is_read_when_it_has_it(tmp_path: Path) -> None:
    path = written(tmp_path, SHIP, *TWO)

    assert named(path) == "nmea-untimed"
    with pytest.raises(InputError, match="bear no times"):
        read(path)
    frames, _, _ = read(path, start_s=1_490_000_000.0)
    assert frames.time_guessed.all()
    assert set(frames.time_s) == {1_490_000_000.0}


def test_a_tag_block_without_time_is_still_a_log_without_times(tmp_path: Path) -> None:
    assert named(written(tmp_path, tagged("s:cliff", SHIP))) == "nmea-untimed"


def test_pyais_and_its_table_of_types_are_where_the_decoder_looks_for_them() -> None:
    assert sorted(MSG_CLASS) == list(range(29))
    assert by_pyais([SHIP])[0].mmsi == 235000001
