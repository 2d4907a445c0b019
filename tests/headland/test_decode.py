"""`decode` prints what was said: held to what other decoders read in the same recordings."""

import gzip
import json
import math
import shlex
import subprocess
import sys
from collections import Counter

import pyais
import pytest
from journal_making import T0, journalled, loiterer
from modes_making import all_call
from nmea_lines import encoded, tagged

from feeds.errors import InputError
from feeds.journal import Journal
from feeds.journal_entries import Batch, Stream, batch_entry, mark_entry
from headland import bundle
from headland.decode import decode, reading, summary

SOLENT, BAW3AK = (recording.path for recording in bundle.recordings())


@pytest.fixture
def told(tmp_path):
    """A function that decodes inputs and gives the lines, and what was refused."""

    def run(*inputs, override=None):
        options = reading(None, None, None)
        out = tmp_path / "messages.jsonl"
        with out.open("wb") as file:
            count = decode([str(path) for path in inputs], override, options, file)
        lines = [json.loads(line) for line in out.read_text().splitlines()]
        assert count == len(lines)
        return lines, options.rejects

    return run


def test_mode_s_agrees_with_the_receiver_s_own_decoder_frame_by_frame(told):
    with gzip.open(BAW3AK, "rt") as source:
        receiver = [json.loads(line) for line in source]

    lines, rejects = told(BAW3AK)

    refused = rejects.total()
    heard = Counter((round(each["timestamp"], 6), each["df"], each.get("icao24")) for each in receiver)
    found = Counter((round(each["time"], 6), str(each["df"]), each["icao24"]) for each in lines)
    assert len(lines) + refused == len(receiver)
    # jet1090 trusts every address; what it alone has is what was refused here.
    assert sum((heard - found).values()) <= refused


def test_a_position_table_comes_in_the_names_of_the_tracks(told):
    lines, rejects = told(SOLENT)

    assert len(lines) + rejects.total() == 18_623
    assert len({line["subject"] for line in lines}) == 91
    first = lines[0]
    assert first["subject"] == "mmsi:235070762"
    assert first["sog_mps"] == pytest.approx(5.9 * 1852 / 3600)
    assert (first["lat"], first["lon"]) == pytest.approx((50.7730133333333, -1.092935))
    assert first["alt_m"] is None


@pytest.mark.recording
def test_ais_has_the_fields_and_values_of_pyais(told, recordings):
    path = recordings / "ais" / "norwegian_kystverket_2024-12-09.raw"
    theirs = Counter()
    with pyais.FileReaderStream(str(path)) as stream:
        for sentence in stream:
            message = sentence.decode().asdict()
            theirs[message["msg_type"], message["mmsi"], round(message.get("speed") or 0, 1)] += 1

    lines, _ = told(path)

    ours = Counter((line["msg_type"], line["mmsi"], round(line.get("speed") or 0, 1)) for line in lines)
    missing = theirs - ours
    # Where nothing was said pyais gives the sentinel 102.3 kn, and null stands here.
    assert all(speed == pytest.approx(102.3) for *_, speed in missing)
    assert sum(ours.values()) == sum(theirs.values())
    assert all(line["station"].isalnum() and not math.isnan(line["time"]) for line in lines)


def test_what_is_refused_is_counted_by_reason_and_harmless_to_a_terminal(told, tmp_path):
    raw = tmp_path / "raw.csv"
    raw.write_bytes(
        b"time,station,frame\n1.0,here,8c3461ce399e40586b4ee4932241\n2.0,here,zz\x1b]0;owned\x07\n"
    )

    lines, rejects = told(raw)

    assert [line["icao24"] for line in lines] == ["3461ce"]
    assert rejects.total() == 1
    assert not any(ord(sign) < 32 for line in summary(rejects) for sign in line)


def test_a_reader_that_has_had_enough_is_no_failure():
    ended = subprocess.run(  # noqa: S602  a pipe that closes early is the point
        f"{shlex.quote(sys.executable)} -m headland decode {shlex.quote(str(BAW3AK))} | head -n 1; echo ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        check=True,
    )

    first, code = ended.stdout.splitlines()
    assert json.loads(first)["icao24"] == "3461ce"
    assert code == "0"
    assert not ended.stderr


def test_a_journal_s_messages_say_when_they_arrived(told, tmp_path):
    lines, late = list(loiterer(lasts_s=100)), {T0 + 30: 25}
    plain = tmp_path / "plain.nmea"
    plain.write_bytes(b"\n".join(line for _, line in lines))
    folder = journalled(tmp_path / "journal", Stream.AIS, lines, range(T0, T0 + 120), late)

    found, rejects = told(folder)

    expected, _ = told(plain)
    assert rejects.total() == 0
    assert [each["arrival"] - T0 for each in found] == pytest.approx(
        sorted(second - T0 + 0.6 + late.get(second, 0) for second, _ in lines)
    )
    without = [{k: v for k, v in each.items() if k != "arrival"} for each in found]
    assert sorted(without, key=lambda each: each["time"]) == expected


def test_a_message_of_two_sentences_arrived_with_the_second_and_mode_s_with_its_batch(told, tmp_path):
    first, second = encoded({"type": 5, "mmsi": 235012345, "shipname": "ORCHID", "destination": "COWES"})
    head = b'#{"boot": "0123456789abcdef", "seq": 1}\n'
    sent = [
        (Stream.AIS, tagged(f"c:{T0}", first), T0 + 1.5),
        (Stream.MODES, f"{T0}.25,8d4840d6202cc371c32ce0576098,-21.4".encode(), T0 + 2.0),
        (Stream.AIS, tagged(f"c:{T0}", second), T0 + 3.5),
    ]
    with Journal(tmp_path / "journal") as journal:
        journal.commit([batch_entry(Batch(kind, "cliff", "t", head + line), at) for kind, line, at in sent])
        journal.commit([mark_entry(T0 + 4.0)])

    lines, _ = told(tmp_path / "journal")

    assert [(each.get("shipname", each.get("icao24")), each["arrival"] - T0) for each in lines] == [
        ("ORCHID", 3.5),
        ("4840d6", 2.0),
    ]
    assert [each["station"] for each in lines] == ["cliff", "cliff"]


def test_a_folder_that_holds_no_journal_is_refused(told, tmp_path):
    with pytest.raises(InputError, match="without the files of a journal"):
        told(tmp_path)


def test_the_number_alone_says_flag_state_and_registration(told, tmp_path):
    ships = [
        tagged("s:cliff,c:1700000000", sentence)
        for mmsi in (235070762, 250001234, 123456789)
        for sentence in encoded({"type": 1, "mmsi": mmsi, "lat": 50.7, "lon": -1.3})
    ]
    (tmp_path / "ships").write_bytes(b"\n".join(ships))
    frames = [all_call(address) for address in (0xA12345, 0x43E701, 0x400ABC, 0xF00001)]
    aircraft = [b"time,station,frame", *(b"1700000000,cliff,%s" % frame.hex().encode() for frame in frames)]
    (tmp_path / "aircraft").write_bytes(b"\n".join(aircraft))

    assert [line["flag"] for line in told(tmp_path / "ships")[0]] == ["GB", "IE", None]
    lines, _ = told(tmp_path / "aircraft")
    assert [line["state"] for line in lines] == ["US", "IM", "GB", None]
    assert [line["registration"] for line in lines] == ["N1722M", None, None, None]
