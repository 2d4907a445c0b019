"""Rows on their way from fusion to the web: they arrive as they were, and nothing else is believed."""

import json
import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headland.changes import (
    NAMES,
    PAYLOAD_BYTES,
    SCHEMAS,
    Head,
    Kind,
    Places,
    RefusedPayloadError,
    names_of_table,
    names_table,
    packed,
    stations_of_table,
    stations_table,
    unpacked,
)

HEAD = Head(Kind.PLACES, 1.8e9, 1.8e9 - 10)
TOLD = {"v": 1, "kind": "places", "sent_s": 1.0, "through_s": None}
text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=70)


def places(count):
    rng = np.random.default_rng(7)
    return Places.of(
        count,
        time_s=rng.uniform(1e9, 2e9, count),
        entity=rng.integers(0, 2**63, count),
        lat_deg=rng.uniform(-90, 90, count),
        lon_deg=rng.uniform(-180, 180, count),
        provisional=rng.random(count) < 0.5,
    )


def stream(table, told=TOLD, **options):
    """An Arrow stream as anybody could write one."""
    sink = pa.BufferOutputStream()
    table = table.replace_schema_metadata({"headland": told if isinstance(told, bytes) else json.dumps(told)})
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize("count", [0, 1, 800, 20_000])
def test_places_arrive_as_they_were_in_payloads_that_a_broker_takes(count):
    rows = places(count)
    payloads = list(packed(rows.to_arrow(), HEAD))

    came = [unpacked(payload) for payload in payloads]

    assert max(map(len, payloads)) <= PAYLOAD_BYTES
    assert {head for head, _ in came} == {HEAD}
    arrived = Places.concat([Places.from_arrow(table) for _, table in came])
    for name, values in rows.columns().items():
        np.testing.assert_array_equal(getattr(arrived, name), values)


@given(st.dictionaries(st.integers(0, 2**64 - 1), st.dictionaries(st.sampled_from(NAMES), text)))
def test_names_arrive_as_they_were(names):
    (payload,) = packed(names_table(names), Head(Kind.NAMES, 0.0, None))

    assert names_of_table(unpacked(payload)[1]) == names


def test_many_names_go_in_several_payloads():
    names = {entity: dict.fromkeys(NAMES, "ÆØÅ" * 10) for entity in range(3000)}
    payloads = list(packed(names_table(names), Head(Kind.NAMES, 0.0, None)))

    assert max(map(len, payloads)) <= PAYLOAD_BYTES
    assert {e: n for p in payloads for e, n in names_of_table(unpacked(p)[1]).items()} == names


def test_stations_arrive_with_what_they_said_and_those_without_a_time_do_not():
    said = {"id": "cliff", "version": "1.2", "heard_s": 1.8e9, "spool": 3.0, "refused": 9.0}
    (payload,) = packed(stations_table([said, {"id": "mole", "version": ""}]), Head(Kind.STATIONS, 0.0, None))

    assert stations_of_table(unpacked(payload)[1]) == [said]


@given(st.binary(max_size=400))
def test_bytes_that_are_no_payload_are_refused(data):
    with pytest.raises(RefusedPayloadError):
        unpacked(data)


@given(st.data())
def test_a_damaged_payload_is_refused_or_is_still_rows_of_its_kind(data):
    payload = bytearray(stream(places(5).to_arrow()))
    for _ in range(data.draw(st.integers(1, 4))):
        payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))

    try:
        head, table = unpacked(bytes(payload[: data.draw(st.integers(0, len(payload)))]))
    except RefusedPayloadError:
        return
    assert table.schema.remove_metadata() == SCHEMAS[head.kind]
    assert math.isfinite(head.sent_s)
    assert len(Places.from_arrow(table)) == table.num_rows <= len(payload)


@pytest.mark.parametrize(
    ("table", "options", "told", "words"),
    [
        (places(900), {"compression": "zstd"}, TOLD, "compressed"),
        (places(900), {"compression": "lz4"}, TOLD, "compressed"),
        (pa.table({"entity": [1]}), {}, TOLD, "another schema"),
        (places(2), {}, TOLD | {"kind": "names"}, "another schema"),
        (places(2), {}, TOLD | {"kind": "pickles"}, "no Arrow stream"),
        (places(2), {}, TOLD | {"v": 2}, "another version"),
        (places(2), {}, TOLD | {"sent_s": "now"}, "a time that is none"),
        (places(2), {}, TOLD | {"through_s": ""}, "a time that is none"),
        (places(2), {}, TOLD | {"through_s": math.inf}, "a time that is none"),
        (places(2), {}, b"[" * 100_000, "too large|no Arrow stream"),
        (places(2), {}, b"\xff", "no Arrow stream"),
        (places(2), {}, b"{}", "another version"),
        (places(2000), {}, TOLD, "too large"),
        (
            pa.table({n: [None] for n in SCHEMAS[Kind.PLACES].names}, SCHEMAS[Kind.PLACES]),
            {},
            TOLD,
            "missing",
        ),
        (pa.table({"a": pa.array(["x"]).dictionary_encode()}), {}, TOLD, "neither schema nor rows"),
    ],
)
def test_what_is_not_as_it_should_be_is_refused_and_says_in_what(table, options, told, words):
    table = table.to_arrow() if isinstance(table, Places) else table

    with pytest.raises(RefusedPayloadError, match=words):
        unpacked(stream(table, told, **options))
