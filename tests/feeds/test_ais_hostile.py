"""Whatever arrives, nothing is raised, and every sentence is decoded or counted."""

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nmea_lines import T0, checksummed, encoded, frames
from pyais.messages import MSG_CLASS

from feeds.ais.decoder import AisDecoder
from feeds.ais.positions import SOURCES
from feeds.ais.refusal import Refusal
from feeds.rejects import Rejects
from feeds.reports import Said

ARMOUR = "".join(map(chr, (*range(48, 88), *range(96, 120))))
KNOWN = {str(reason) for reason in Refusal}

payload = st.text(ARMOUR, max_size=90)
typed = st.builds(lambda kind, rest: ARMOUR[kind] + rest, st.integers(0, 63), payload)
field = st.one_of(st.integers(0, 12).map(str), st.text("0123456789AB*,!", max_size=4))
valid = st.builds(lambda p, fill: checksummed(f"AIVDM,1,1,,A,{p},{fill}"), typed, st.integers(0, 5))
fragment = st.builds(
    lambda total, number, seq, p: checksummed(f"AIVDM,{total},{number},{seq},A,{p},0"),
    st.integers(1, 4),
    st.integers(1, 4),
    st.integers(0, 2),
    typed,
)
odd = st.builds(
    lambda a, b, c, d, p, f: checksummed(f"AIVDM,{a},{b},{c},{d},{p},{f}"), *[field] * 4, payload, field
)
real = st.sampled_from(
    [
        line
        for kind in sorted(MSG_CLASS)
        if kind
        for line in encoded({"type": kind, "mmsi": 1, "dest_mmsi": 2}, seq_id=2)
    ]
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A real sentence with some bytes changed and its checksum put right."""
    body = bytearray(draw(real)[1:-3])
    for _ in range(draw(st.integers(1, 4))):
        body[draw(st.integers(0, len(body) - 1))] = draw(st.integers(32, 126))
    return checksummed(body.decode())


sentence = st.one_of(valid, fragment, odd, real, mutated(), st.binary(max_size=300))
streams = st.lists(st.tuples(sentence, st.integers(0, 3), st.floats(-30, 30)), max_size=40)


@settings(max_examples=150, deadline=None)
@given(streams)
def test_every_sentence_is_decoded_or_counted(stream: list[tuple[bytes, int, float]]) -> None:
    lines, stations, drift = zip(*stream, strict=True) if stream else ((), (), ())
    batch = frames(list(lines), [T0 + each for each in drift], list(stations))
    rejects = Rejects()
    decoder = AisDecoder(rejects)

    said = decoder.step(batch)
    decoder.finish()

    counted = {reason: entry["count"] for reason, entry in rejects.by_reason().items()}
    refused = sum(count for reason, count in counted.items() if reason != Refusal.IMPOSSIBLE_POSITION)
    assert decoder.sentences + refused == len(stream)
    assert counted.keys() <= KNOWN
    assert isinstance(said, Said)


@settings(max_examples=200, deadline=None)
@given(st.one_of(valid, mutated()))
def test_whatever_is_decoded_can_be_told(line: bytes) -> None:
    for message in AisDecoder(Rejects()).messages(frames([line])):
        orjson.dumps(message)
        assert isinstance(message["mmsi"], int)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(set(MSG_CLASS) - {0})), st.integers(1, 60))
def test_a_cut_message_is_refused_or_has_every_field_it_needs(kind: int, kept: int) -> None:
    line = encoded({"type": kind, "mmsi": 235000001, "lat": 50, "lon": -1, "dest_mmsi": 2}, seq_id=1)[0]
    cut_off = line.split(b",")[5][:kept].decode()

    for message in AisDecoder(Rejects()).messages(frames([checksummed(f"AIVDM,1,1,,A,{cut_off},0")])):
        assert message["mmsi"] == 235000001
        if kind in SOURCES:
            step_deg = 1 / 600 if kind == 27 else 1 / 600_000
            assert message["lat"] == pytest.approx(50, abs=step_deg)
            assert message["lon"] == pytest.approx(-1, abs=step_deg)
