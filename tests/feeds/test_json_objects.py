"""Objects of JSON out of a stream: the same however they are laid out, and no input raises or hangs."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds import json_objects
from feeds.json_objects import CUT_SHORT, NOT_JSON, TOO_DEEP, TOO_LONG, objects
from feeds.rejects import Rejects

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
told = st.lists(st.dictionaries(st.text(max_size=6), values, max_size=4), max_size=6)


def read(data, longest=8192):
    rejects = Rejects()
    found = [each.told for each in objects(io.BytesIO(data), rejects, "", longest)]
    return found, {reason: count for (reason, _), count in rejects.counts.items()}


LAYOUTS = {
    "one a line": lambda some: "\r\n".join(json.dumps(each) for each in some),
    "over many lines": lambda some: "\n".join(json.dumps(each, indent=2) for each in some),
    "a list": json.dumps,
    "a list with blanks, not escaped": lambda some: json.dumps(some, indent=1, ensure_ascii=False),
    "after a byte order mark": lambda some: "\ufeff" + json.dumps(some),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@settings(max_examples=25)
@given(told, st.integers(1, 40))
def test_the_same_objects_come_out_however_they_are_laid_out_and_wherever_they_are_cut(layout, some, size):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_objects, "CHUNK_BYTES", size)
        found, refused = read(layout(some).encode("utf-8", "surrogatepass"))

    assert found == json.loads(json.dumps(some).encode().decode("utf-8", "replace"))
    assert not refused


@given(st.binary(max_size=300) | st.text('{}[]",:0truenl\\u \n', max_size=300).map(str.encode))
def test_rubbish_is_counted_and_never_raised(data):
    found, refused = read(data)

    assert all(isinstance(each, dict) for each in found)
    assert (
        found
        or refused
        or not data.decode("utf-8", "replace").strip("[], \n\t\r\ufeff\x0b\x0c\x1c\x1d\x1e\x1f\x85")
    )


@settings(max_examples=40)
@given(told, st.integers(0, 6))
def test_a_broken_line_costs_itself_alone(some, at):
    lines = [json.dumps(each) for each in some]
    lines.insert(at, '{"a": 1,, "b": 2}')

    found, refused = read("\n".join(lines).encode())

    assert found == some
    assert refused == {NOT_JSON: 1}


def test_a_broken_member_of_a_list_costs_itself_alone():
    assert read(b'[{"a":1},{"b":x},{"c":3}]') == ([{"a": 1}, {"c": 3}], {NOT_JSON: 1})


def test_a_list_that_was_cut_short_is_read_as_far_as_it_goes():
    assert read(b'[{"a":1},{"b":2},{"c":"half') == ([{"a": 1}, {"b": 2}], {CUT_SHORT: 1})


def test_an_object_that_is_too_long_costs_its_line():
    lines = b'{"a":1}\n{"b":"' + b"x" * 9000 + b'"}\n{"c":3}\n'

    assert read(lines) == ([{"a": 1}, {"c": 3}], {TOO_LONG: 1})
    assert read(b'{"b":"' + b"x" * 900_000) == ([], {TOO_LONG: 1})


def test_what_is_nested_too_deeply_is_counted():
    found, refused = read(b'{"a":' * 5000 + b'\n{"b":2}')

    assert (found, set(refused)) == ([{"b": 2}], {TOO_DEEP})


def test_a_number_of_five_thousand_digits_is_no_json_of_ours():
    assert read(b'{"a":' + b"9" * 5000 + b'}\n{"b":2}') == ([{"b": 2}], {NOT_JSON: 1})


class _Counted(io.BytesIO):
    """Counts what is asked of it."""

    asked = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.asked += 1
        return super().read(size)


def test_a_hostile_file_is_not_read_over_and_over():
    # Each of these looks like an object whose end has not come yet.
    for hostile in (b'{"a":[1,\n' * 20_000, b'{"a":"' * 40_000, b'[{"a":{"b":[},' * 20_000):
        source = _Counted(hostile)
        assert list(objects(source, Rejects())) == []
        assert source.asked < 20
