"""What is read of a cell where it stands is what the readers of any text make of it."""

from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.tables.cell_scan import READ, fit_to_show, moments_in, numbers_in
from feeds.tables.cells import BLANK, _silenced, _spelt, numbers, said, trimmed
from feeds.tables.dialect import Field
from feeds.tables.times import _written, seconds
from feeds.text import canonical

PARIS = ZoneInfo("Europe/Paris")
FORMS = ("iso", "day-first", "month-first")
digits = st.text("0123456789", max_size=18)
cell = st.one_of(
    st.builds(
        "{}{}{}{}".format, st.sampled_from(["", "-", "+"]), digits, st.sampled_from(["", ".", ","]), digits
    ),
    st.floats(allow_nan=False).map(repr),
    st.text("0123456789.,-+eEnulNA /IMO", max_size=8),
    st.sampled_from(
        ["", " 1", "1 ", "102.3", "102.30004", "moored", "IMO 9372169", "imo9372169", "1_0", "٣", None]
    ),
)
two = st.integers(0, 70).map("{:02d}".format)
moment = st.builds(
    "{}{}{}{}{}{}{}:{}{}{}".format,
    st.one_of(two, st.integers(0, 13).map(str), st.integers(1890, 2110).map(str)),
    st.sampled_from("-/. "),
    st.integers(0, 13).map(str),
    st.sampled_from("-/."),
    st.one_of(two, st.integers(1890, 2110).map(str), st.just("9999")),
    st.sampled_from(["T", " ", "  ", "x", ""]),
    two,
    two,
    st.one_of(st.just(""), two.map(":{}".format)),
    st.one_of(st.sampled_from(["", "Z", "+01:00", "."]), digits.map(".{}".format)),
)
real = st.datetimes()
written = [st.sampled_from([f"%Y{s}%m{s}%d", f"%d{s}%m{s}%Y", f"%m{s}%d{s}%Y"]) for s in "-/."]
date = st.builds(lambda at, form: at.strftime(form + " %H:%M:%S.%f"), real, st.one_of(*written))


def field(form: str = "", **more: object) -> Field:
    told = {
        "factor": 1.0,
        "missing_numbers": (102.3,),
        "missing_texts": ("unknown",),
        "words": {"moored": 5.0},
    }
    return Field(**{"columns": ("a",), **told, "format": form, "zone": None, "kind": "", **more})


@given(st.lists(cell, max_size=20), st.sampled_from(".,"), st.sampled_from(["", "(?i)^IMO *"]))
def test_numbers_are_those_of_the_reader_of_any_text(cells, decimal, prefix):
    array = pa.array(["0", *cells], pa.string())[1:]

    values, bad = numbers(array, field(), decimal, prefix)
    wanted, wanted_bad = _spelt(trimmed(array), field(), decimal, prefix)

    np.testing.assert_array_equal(values, _silenced(wanted, field()))
    np.testing.assert_array_equal(bad, wanted_bad)


@given(
    st.lists(st.one_of(moment, date, cell), max_size=20),
    st.sampled_from(FORMS),
    st.sampled_from([None, PARIS]),
)
def test_times_are_those_of_the_reader_of_any_text(cells, form, zone):
    array = pa.array(["0", *cells], pa.string())[1:]

    found, bad = seconds(array, field(form), ".", zone or ZoneInfo("UTC"))
    wanted, wrong = _written(said(array, field(form), *BLANK), form, zone or ZoneInfo("UTC"))
    with np.errstate(invalid="ignore"):
        outside = (wanted < 0.0) | (wanted >= 4_102_444_800.0)

    np.testing.assert_array_equal(found, np.where(outside | wrong, np.nan, wanted))
    np.testing.assert_array_equal(bad, wrong | outside)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("iso", "2016-01-12 13:02:11.218"),
        ("iso", "2016-01-12T13:02:11"),
        ("day-first", "12/01/2016 13:02:11"),
        ("month-first", "1/12/2016 13:02"),
    ],
)
def test_times_as_authorities_write_them_need_no_other_reader(form, text):
    assert moments_in(pa.array([text]), form)[1].tolist() == [READ]


def test_numbers_as_authorities_write_them_need_no_other_reader():
    values, kinds = numbers_in(pa.array(["57.123456", "-1.5", "211222333", "0", ".5", "5."]), ".")

    assert values.tolist() == [57.123456, -1.5, 211222333.0, 0.0, 0.5, 5.0]
    assert set(kinds.tolist()) == {READ}


@given(st.lists(st.text(max_size=12), min_size=1, max_size=20), st.integers(1, 10))
def test_a_text_that_is_fit_to_be_shown_is_shown_as_it_stands(texts, width):
    fit = fit_to_show(pa.array(texts, pa.string()), width)

    assert all(canonical(text, width) == text for text, good in zip(texts, fit, strict=True) if good)


def test_a_text_that_stands_for_not_said_and_is_a_number_silences_its_cells():
    values, bad = numbers(pa.array(["99.9", "1.0"]), field(missing_texts=("99.9",)), ".")

    assert np.isnan(values[0])
    assert values[1] == 1.0
    assert not bad.any()
