"""A decoder broken off mid-message or mid-pair and gone on from what was kept says what one does that ran on."""

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nmea_lines import T0, encoded, frames, recorded

from feeds.decoder import Decoder
from feeds.rejects import Rejects
from feeds.reports import Said
from geo.container import read, write
from geo.kept import MismatchError
from geo.stations import StationNames
from hardware.frames import Frames

BAW3AK = Path(__file__).parents[2] / "headland/recordings/baw3ak/tutorial.jsonl.gz"
patient = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def decoder() -> Decoder:
    return Decoder(Rejects(), StationNames())


def packed(tree) -> bytes:
    file = io.BytesIO()
    write(file, tree)
    return file.getvalue()


def resumed(before: Decoder, file: Path) -> Decoder:
    file.write_bytes(packed(before.state()))
    fresh = decoder()
    fresh.restore(read(file))
    return fresh


def run(
    said: Frames, ends: Sequence[int] = (), cuts: frozenset[int] = frozenset(), file: Path | None = None
) -> tuple[bytes, dict]:
    """Everything said, as bytes, and what was refused; batches end before the rows `ends`."""
    decoding, parts = decoder(), []
    decoding.names.number("beer-head")
    for number, (first, last) in enumerate(zip([0, *ends], [*ends, len(said)], strict=True)):
        parts.append(decoding.step(said.take(np.arange(first, last))))
        if number in cuts:
            decoding = resumed(decoding, file)
    decoding.finish()
    whole = Said.concat(parts)
    columns = [*whole.reports.columns().values(), *whole.identities.columns().values()]
    arrays = [a for c in columns for a in ([c.offsets, c.values] if hasattr(c, "offsets") else [c])]
    return b"".join(np.ascontiguousarray(a).tobytes() for a in arrays), decoding.rejects.by_reason()


@cache
def flight() -> Frames:
    """The first and the last of a real flight: pairs begin, and the aircraft comes to the ground."""
    every = recorded(BAW3AK)
    return every.take(np.r_[0 : min(3000, len(every)), max(3000, len(every) - 3000) : len(every)])


@cache
def halves() -> Frames:
    """Messages of two sentences from three stations, woven into each other; one never completed, some lines broken."""
    ships = [
        encoded({"type": 5, "mmsi": 235_000_000 + k, "shipname": f"SHIP {k}", "ship_type": 30}, seq_id=k % 10)
        for k in range(24)
    ]
    lines, stations = [], []
    for k in range(0, 24, 3):
        for half in (0, 1):
            for station in range(3):
                if (k, half) != (6, 1):
                    lines.append(ships[k + station][half])
                    stations.append(station + 1)
        lines.append(b"!AIVDM,1,1,,A,broken*00")
        stations.append(2)
    return frames(lines, T0 + 0.3 * np.arange(len(lines)), stations)


@cache
def expected(of) -> tuple[bytes, dict]:
    return run(of())


def ends_of(data, rows: int, most: int) -> tuple[list[int], frozenset[int]]:
    ends = sorted(data.draw(st.sets(st.integers(1, rows - 1), min_size=1, max_size=most)))
    return ends, data.draw(st.frozensets(st.integers(0, len(ends) - 1), min_size=1))


@settings(max_examples=25, **patient)
@given(data=st.data())
def test_a_real_flight_broken_off_anywhere_is_decoded_to_the_same_bytes(tmp_path, data):
    ends, cuts = ends_of(data, len(flight()), 8)

    broken_off = run(flight(), ends, cuts, tmp_path / "kept")

    assert broken_off[0] == expected(flight)[0]
    # Which frames are shown as samples of what was refused does depend on the batches.
    assert broken_off == run(flight(), ends)


@settings(max_examples=25, **patient)
@given(data=st.data())
def test_a_message_broken_off_between_its_sentences_is_still_put_together(tmp_path, data):
    ends, cuts = ends_of(data, len(halves()), 30)

    assert run(halves(), ends, cuts, tmp_path / "kept") == expected(halves)


def test_restarted_after_every_single_frame_nothing_is_lost(tmp_path):
    every = range(1, len(halves()))

    said, refused = run(halves(), list(every), frozenset(every), tmp_path / "kept")

    assert (said, refused) == expected(halves)
    assert refused["incomplete message"]["count"] == 3
    assert refused["bad checksum"]["count"] == 8


def test_without_what_was_kept_a_message_broken_off_is_lost():
    forgetful = [decoder(), decoder()]
    pair = [
        each.step(halves().take(rows)) for each, rows in zip(forgetful, ([0, 1, 2], [3, 4, 5]), strict=True)
    ]

    assert not len(Said.concat(pair).identities)


def test_keeping_changes_nothing_and_gives_the_same_bytes_again(tmp_path):
    decoding = decoder()
    decoding.step(Frames.concat([flight(), halves().take(np.arange(4))]))
    first = packed(decoding.state())

    assert packed(decoding.state()) == first
    fresh = resumed(decoding, tmp_path / "kept")
    assert packed(fresh.state()) == first

    tree = fresh.state()
    fresh.step(flight())

    assert packed(tree) == packed(decoding.state()) == first
    assert packed(fresh.state()) != first


def test_a_station_keeps_its_name():
    decoding, fresh = decoder(), decoder()
    number = decoding.names.number("beer-head")

    fresh.restore(decoding.state())

    assert fresh.names.name(number) == "beer-head"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda tree: tree.update(version=0), "kept by decoder 0; this is 2"),
        (lambda tree: tree.update(skew_s=7.0), r"other settings \(feeds\.skew_s was 7\.0 and is"),
        (lambda tree: tree.pop("modes"), "another version of the decoder"),
        (
            lambda tree: tree["modes"]["memory"].update(tracks=np.zeros((0, 3, 8))),
            r"tracks is .* is expected",
        ),
    ],
)
def test_what_another_decoder_kept_is_refused(change, says):
    tree = decoder().state()
    change(tree)

    with pytest.raises(MismatchError, match=says):
        decoder().restore(tree)
