"""What is decoded in columns is what pyais and the way one by one say, bit for bit, whatever comes."""

import random
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nmea_lines import T0, checksummed, cut, encoded, frames, recorded, recut, sentences_of
from pyais.bit_vector import bit_vector
from pyais.messages import MSG_CLASS
from pyais.stream import IterMessages

from feeds.ais import decoder as decoder_module
from feeds.ais import wholes as wholes_module
from feeds.ais.assembly import OPEN_PER_STATION
from feeds.ais.decoder import AisDecoder
from feeds.ais.hashing import hash_of, hashes_of
from feeds.ais.layout import LAYOUTS, PART_B, PART_B_CRAFT, SILENT, numbers, texts
from feeds.ais.message import BITS_NEEDED, message_of
from feeds.ais.payload_bits import OTHER, Heads, Payloads, heads_of, numbers_of
from feeds.ais.payload_texts import texts_of
from feeds.ais.refusal import Refusal
from feeds.ais.statics import ais_text
from feeds.ais.writing_bits import fields_of
from feeds.rejects import Rejects
from feeds.reports import Said
from geo.batch import Ragged
from hardware.frames import Frames

ARMOUR = bytes((*range(48, 88), *range(96, 120)))
RECORDINGS = (
    "ais_vernon_20160331.log.gz",
    "log_ais_cw17_guadeloupe.csv.log.gz",
    "aislib_stream_example_2010-06-11.txt",
    "norwegian_kystverket_2024-12-09.raw",
)


laid_out = sorted({*LAYOUTS} - {PART_B, PART_B_CRAFT})


def payloads_of(rows: list[bytes], fill: list[int]) -> Payloads:
    ragged = Ragged.of_rows(rows, np.uint8)
    return Payloads(
        ragged.values, ragged.offsets[:-1].copy(), ragged.offsets[1:].copy(), np.array(fill, np.int8)
    )


def held_to_pyais(rows: list[bytes], fill: list[int]) -> int:
    """Compare every whole field of every payload that has a layout with pyais' own; how many there were."""
    payloads = payloads_of(rows, fill)
    heads = heads_of(payloads)
    compared = 0
    for layout, message in LAYOUTS.items():
        mine = np.flatnonzero(heads.layout == layout)
        if not len(mine):
            continue
        oracle = [message.from_vector(bit_vector(rows[row], fill[row])) for row in mine.tolist()]
        assert heads.mmsi[mine].tolist() == [each.mmsi for each in oracle]
        bits = 6 * (payloads.past - payloads.first)[mine] - payloads.fill[mine]
        for field in fields_of(message):
            whole = np.flatnonzero(bits >= field.first + field.width)
            said = [getattr(oracle[at], field.name) for at in whole]
            chosen, where = payloads.take(mine[whole]), heads.layout[mine[whole]]
            if any(isinstance(value, bytes) for value in said):
                continue  # spare bits
            if field.text:
                found = texts_of(chosen, where, texts((field.name,)), 0)
                assert found.tolist() == [ais_text(value) for value in said], (layout, field)
            else:
                found = numbers_of(chosen, where, numbers((field.name,)))[0]
                assert found.tolist() == [float(value) for value in said], (layout, field)
            compared += len(said)
    return compared


@pytest.mark.recording
@pytest.mark.parametrize("file", RECORDINGS)
def test_every_field_of_a_recording_is_that_of_pyais(recordings: Path, file: str) -> None:
    sent = [m for m in IterMessages(sentences_of(recordings / "ais" / file)) if m.is_valid and m.payload]
    laid = [m for m in sent if int(m.ais_id) in laid_out]

    compared = held_to_pyais([m.payload for m in laid], [m.fill_bits for m in laid])

    assert compared > 10 * len(laid)
    assert len(laid) > 0.9 * len(sent) > 100


bits = st.integers(0, 63)


@st.composite
def random_payloads(draw: st.DrawFn) -> tuple[bytes, int]:
    """A type that has a layout, then any bits, long enough or not."""
    kind = draw(st.sampled_from(laid_out))
    shortest = -(-BITS_NEEDED[kind] // 6)
    rest = draw(st.lists(bits, min_size=shortest - 2, max_size=shortest + 18))
    return bytes(ARMOUR[each] for each in (kind, *rest)), draw(st.integers(0, 5))


@settings(max_examples=150, deadline=None)
@given(st.lists(random_payloads(), min_size=1, max_size=20))
def test_every_field_of_any_bits_is_that_of_pyais(made: list[tuple[bytes, int]]) -> None:
    rows, fill = [row for row, _ in made], [fill for _, fill in made]

    held_to_pyais(rows, fill)
    assert refusals(rows, fill) == [
        said if isinstance(said := message_of(*each), Refusal) else None for each in made
    ]


def refusals(rows: list[bytes], fill: list[int]) -> list[Refusal | None]:
    words = {-1: Refusal.TRUNCATED, -2: Refusal.UNKNOWN_TYPE, -3: Refusal.UNKNOWN_PART}
    return [words.get(layout) for layout in heads_of(payloads_of(rows, fill)).layout.tolist()]


@given(st.lists(st.tuples(st.binary(max_size=40), st.integers(0, 5)), min_size=1, max_size=20))
def test_what_a_payload_is_is_told_as_one_by_one(made: list[tuple[bytes, int]]) -> None:
    rows = [bytes(ARMOUR[each & 63] for each in row) for row, _ in made]
    fill = [min(fill, 6 * len(row)) for row, (_, fill) in zip(rows, made, strict=True)]

    plain = [message_of(*each) for each in zip(rows, fill, strict=True)]

    refused = [each if isinstance(each, Refusal) else None for each in plain]
    unreadable = [None if each is Refusal.UNREADABLE else each for each in refused]
    assert refusals(rows, fill) == unreadable


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(SILENT)), st.lists(bits, min_size=26, max_size=160), st.integers(0, 5))
def test_pyais_refuses_no_message_of_which_nothing_is_read(kind: int, rest: list[int], fill: int) -> None:
    payload = bytes(ARMOUR[each] for each in (kind, *rest))

    assert not isinstance(message_of(payload, fill), Refusal)
    assert heads_of(payloads_of([payload], [fill])).layout[0] in {OTHER, kind}


@pytest.mark.parametrize("kind", [6, 8])
def test_pyais_refuses_no_binary_message_of_any_application(kind: int) -> None:
    rng = random.Random(20240601)  # noqa: S311  bits, no secret
    for dac in (0, 1, 200, 235, 316, 366, 367):
        for fid in range(64):
            length = rng.randrange(88, 1000)
            head = f"{kind:06b}{rng.getrandbits(34):034b}"
            head += f"{rng.getrandbits(32):032b}" if kind == 6 else ""
            sent = f"{head}{dac:010b}{fid:06b}{rng.getrandbits(length):0{length}b}"[: 6 * 190]
            sent = sent[: len(sent) // 6 * 6]
            payload = bytes(ARMOUR[int(sent[at : at + 6], 2)] for at in range(0, len(sent), 6))
            assert not isinstance(message_of(payload, 0), Refusal)


def test_every_type_is_in_columns_or_silent_or_left_to_pyais() -> None:
    assert {*laid_out} | SILENT | {28} == set(MSG_CLASS) - {0}


@given(st.lists(st.tuples(st.binary(min_size=1, max_size=150), st.integers(0, 5)), min_size=1, max_size=600))
@settings(max_examples=30, deadline=None)
def test_hashes_are_those_of_the_library(made: list[tuple[bytes, int]]) -> None:
    rows = [bytes(ARMOUR[each & 63] for each in row) for row, _ in made]
    fill = [each for _, each in made]

    assert hashes_of(payloads_of(rows, fill)).tolist() == list(map(hash_of, rows, fill))


Outcome = tuple[bytes, dict, dict, int, str]


def outcome(batches: list[Frames], few: int, several: int, most: int = 1024) -> Outcome:
    """All that a decoder makes of batches: what was said as bytes, what was refused, counted and kept."""
    rejects = Rejects()
    with (
        patch.object(decoder_module, "FEW", few),
        patch.object(wholes_module, "FEW", several),
        patch.object(decoder_module, "STATIONS_OPEN", most),
    ):
        decoder = AisDecoder(rejects)
        parts = [decoder.step(batch) for batch in batches]
        kept = repr(decoder.state()["assemblers"])
        decoder.finish()
    said = Said.concat(parts) if parts else Said.nothing()
    columns = [*said.reports.columns().values(), *said.identities.columns().values()]
    arrays = [a for c in columns for a in ((c.offsets, c.values) if isinstance(c, Ragged) else (c,))]
    told = b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)
    counts = {why: (entry["count"], entry["stations"]) for why, entry in rejects.by_reason().items()}
    return told, counts, dict(decoder.messages_by_type), decoder.sentences, kept


@pytest.mark.recording
@pytest.mark.parametrize("file", RECORDINGS)
@pytest.mark.parametrize("size", [700, 20_000])
def test_a_recording_says_the_same_in_columns_and_one_by_one(recordings: Path, file: str, size: int) -> None:
    batches = list(cut(recorded(recordings / "ais" / file), size))[:8]

    plain = outcome(batches, few=1 << 40, several=1 << 40)

    assert outcome(batches, few=0, several=0) == plain
    assert len(plain[0]) > 1000


VOYAGES = [
    encoded(
        {"type": 5, "mmsi": 235_000_000 + k, "shipname": f"SHIP {k}"},
        seq_id=k % 10,
        radio_channel="AB"[k % 2],
    )
    for k in range(8)
]
OTHERS = [
    encoded({"type": kind, "mmsi": 235_000_001, "lat": 50, "lon": -1, "text": "HI", "dest_mmsi": 2}, seq_id=3)
    for kind in sorted(set(MSG_CLASS) - {0})
]
LONG_NAME = encoded(
    {"type": 21, "mmsi": 992351234, "name": " BUOY@ONE@@", "name_ext": " @TWO ", "lat": 91}, seq_id=5
)
NOISE = [b"junk", b"!AIVDM,1,1,,A,13,0*24", VOYAGES[0][0][:-1] + b"0", b"$GPGGA,1*00"]
LINES = [
    *(line for message in (*VOYAGES, *OTHERS, LONG_NAME) for line in message),
    *recut(encoded({"type": 19, "mmsi": 235000001, "lat": 50, "lon": -1, "shipname": "A@B"}), 30),
    *NOISE,
    checksummed("AIVDM,1,1,,A,~3u,0"),
    checksummed(f"AIVDM,1,1,,A,{'5' * 201},0"),
    checksummed(f"AIVDM,3,1,4,A,{'5' * 90},0"),
    checksummed(f"AIVDM,3,2,4,A,{'5' * 90},0"),
    checksummed(f"AIVDM,3,3,4,A,{'5' * 90},0"),
]
heard = st.tuples(
    st.one_of(st.sampled_from(VOYAGES), st.sampled_from(LINES).map(lambda line: [line])),
    st.integers(0, 2),
    st.one_of(st.floats(0, 2), st.sampled_from([-15.0, 9.0, 11.0])),
)
streams = st.lists(heard, max_size=60)


def spread(stream, seed: int) -> tuple[list[bytes], list[float], list[int]]:
    """Messages of several stations at once: each sentence goes in somewhere behind the one before it."""
    rng = random.Random(seed)  # noqa: S311  a shuffle, no secret
    rows, now_s = [], T0
    for lines, station, later_s in stream:
        now_s += later_s
        place = float(len(rows))
        for line in lines:
            rows.append((place, line, now_s + rng.choice([0.0, 0.0, 0.0, 0.5]), station))
            place += rng.choice([0.1, 0.1, 2.1, 9.1])
    rows.sort(key=lambda row: row[0])
    return [row[1] for row in rows], [row[2] for row in rows], [row[3] for row in rows]


@settings(max_examples=250, deadline=None)
@given(streams, st.integers(0, 99), st.integers(1, 80), st.sampled_from([2, 1024]))
def test_any_stream_in_any_batches_says_the_same_in_columns_and_one_by_one(
    stream, seed: int, size: int, most: int
) -> None:
    lines, times, stations = spread(stream, seed)
    whole = frames(
        lines, times, stations, arrival_s=[t + 1 for t in times], signal_dbfs=[-t % 7 for t in times]
    )
    batches = list(cut(whole, size))

    plain = outcome(batches, few=1 << 40, several=1 << 40, most=most)

    assert outcome(batches, few=0, several=0, most=most)[:4] == plain[:4]
    assert outcome(batches, few=0, several=1 << 40, most=most)[:4] == plain[:4]


def test_a_station_with_more_begun_than_it_may_gives_up_the_same_in_columns() -> None:
    begun = [
        checksummed(f"AIVDM,2,{half},{n % 100},{'ABCDEFGH'[n % 8]},{'5' * 40},0")
        for half in (1, 2)
        for n in range(2 * OPEN_PER_STATION)
    ]

    assert outcome([frames(begun)], 0, 0) == outcome([frames(begun)], 1 << 40, 1 << 40)


def test_heads_of_nothing_are_nothing() -> None:
    assert [len(column) for column in heads_of(payloads_of([], []))] == [0] * len(Heads._fields)
