"""A journal replayed: twice the same to the byte, and the same as a plain recording where nothing came late."""

import json

import pytest
from journal_making import LASTS_S, T0, journalled, loiterer

from feeds.errors import InputError
from feeds.format import Reading
from feeds.inputs import Input
from feeds.journal_entries import Stream
from feeds.journal_reader import journal_files, sha256_upto
from feeds.journal_record import Position
from feeds.rejects import Rejects
from geo.stations import StationNames
from headland.bundle import recordings
from headland.options import ReplayOptions
from headland.replay import replay


def airliner():
    """The bundled flight, as lines of an agent, its times rounded to the millisecond: second, time, digits."""
    path = next(each.path for each in recordings() if each.path.suffixes == [".jsonl", ".gz"])
    with Input(str(path)) as source:
        for frames in source.read(Reading(StationNames(), Rejects())):
            for row in range(len(frames)):
                time_s = round(float(frames.time_s[row]), 3)
                yield int(time_s), time_s, frames.payload.row(row).tobytes().hex()


def results(source, out):
    report = replay([str(source)], out, ReplayOptions())
    return [(out / name).read_bytes() for name in ("flags.geojson", "tracks.parquet")], report


@pytest.fixture(scope="module")
def loitering(tmp_path_factory):
    """The loiterer's journal, and what its replay gave."""
    folder = tmp_path_factory.mktemp("loitering")
    seconds = range(T0, T0 + LASTS_S + 60)
    source = journalled(folder / "journal", Stream.AIS, loiterer(), seconds)
    return source, *results(source, folder / "out")


def test_the_same_journal_gives_the_same_to_the_byte(loitering, tmp_path):
    source, first, report = loitering

    assert results(source, tmp_path / "again")[0] == first
    assert report["out"]["flags"] == {"loitering": 1}


def test_where_nothing_is_late_a_journal_gives_what_a_plain_recording_gives(loitering, tmp_path):
    _, (flags, tracks), report = loitering
    plain = tmp_path / "plain.nmea"
    plain.write_bytes(b"\n".join(line for _, line in loiterer()))

    (plain_flags, plain_tracks), plain_report = results(plain, tmp_path / "out")

    assert plain_report["inputs"][0]["format"] == "nmea-tagblock"
    assert tracks == plain_tracks
    assert json.loads(flags)["features"]
    assert flags == plain_flags
    assert (report["late"], report["in"]) == (0, plain_report["in"])


def test_a_flight_s_frames_give_the_same_from_a_journal(tmp_path):
    frames = list(airliner())
    frames = [each for each in frames if each[0] < frames[0][0] + 600]
    plain = tmp_path / "plain.csv"
    plain.write_text("time,station,frame\n" + "".join(f"{t:.3f},cliff,{digits}\n" for _, t, digits in frames))
    lines = [(second, f"{t:.3f},{digits}".encode()) for second, t, digits in frames]
    seconds = range(min(lines)[0], max(lines)[0] + 20)
    source = journalled(tmp_path / "journal", Stream.MODES, lines, seconds)

    (flags, tracks), report = results(source, tmp_path / "out")
    (plain_flags, plain_tracks), plain_report = results(plain, tmp_path / "plain")

    assert report["out"]["positions"] > 200
    assert report["in"] == plain_report["in"]
    assert tracks == plain_tracks
    assert flags == plain_flags


def test_what_came_late_comes_late_again(tmp_path):
    lines = list(loiterer())[:40]
    late = {lines[10][0]: 25, lines[20][0]: 100}
    seconds = range(T0, T0 + 500)

    _, report = results(journalled(tmp_path / "j", Stream.AIS, lines, seconds, late), tmp_path / "out")

    assert report["late"] == 2
    assert report["out"]["positions"] == 38


def test_the_report_says_which_journal_it_was_and_up_to_where(loitering):
    source, _, report = loitering
    (told,) = report["inputs"]

    assert told["format"] == "journal"
    assert told["sha256"] == sha256_upto(source, Position.of(told["to"]))
    assert told["chain"] == list(journal_files(source).values())[-1].read_bytes()[-32:].hex()


def test_damage_is_counted_and_what_is_whole_is_replayed(tmp_path):
    source = journalled(tmp_path / "j", Stream.AIS, list(loiterer())[:40], range(T0, T0 + 500))
    (file,) = journal_files(source).values()
    file.write_bytes(file.read_bytes()[:-1000])

    _, report = results(source, tmp_path / "out")

    assert report["rejected"]["journal: torn record"]["count"] == 1
    assert report["out"]["positions"] == 40


@pytest.mark.parametrize("others", [[], ["other.csv"]])
def test_a_folder_that_holds_no_journal_and_a_journal_among_others_are_refused(tmp_path, others):
    with pytest.raises(InputError, match="alone" if others else "without the files of a journal"):
        replay([str(tmp_path), *others], tmp_path / "out", ReplayOptions())
