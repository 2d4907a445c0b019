"""Laws of the tables: no input raises, every line is a report or a refusal, times are the calendar's."""

import io
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.errors import InputError
from feeds.format import Reading
from feeds.formats import table_csv, table_parquet
from feeds.rejects import Rejects
from feeds.reports import Said
from feeds.tables import chunks
from feeds.tables.cells import NUMBER
from feeds.tables.dialect import parse_dialect
from feeds.tables.hashing import hashed
from feeds.tables.times import seconds
from geo.stations import StationNames

HEADER = b"Time,MMSI,Latitude_degrees,Longitude_degrees,COG_degrees,SOG_knots\n"
ROWS = [
    b"2016-01-12 13:02:11.218,235070762,50.7730133333333,-1.092935,157.8,5.9",
    b'"2016-01-12 13:02:12","235013375","50.77","-1.1","14.7","19.8"',
    b"2016-01-12T13:02:13Z,235031618,91,181,360,102.3",
]


def read(data, form=table_csv.FORMAT, station="unnamed"):
    reading = Reading(StationNames(), Rejects(), station=station)
    return Said.concat(list(form.read(io.BytesIO(data), reading))), reading.rejects


def lines_of(data):
    """Lines that hold anything, as a line reader counts them."""
    return [line for line in data.split(b"\n") if line.removesuffix(b"\r")]


mutated = st.builds(
    lambda row, at, cut, put: row[: at % len(row)] + put + row[at % len(row) + cut :],
    *(st.sampled_from(ROWS), st.integers(0, 99), st.integers(0, 9)),
    st.binary(max_size=6)
    | st.sampled_from([b'"', b'""', b',"', b'",', b"\r", b"\n", b",", b"nan", b"1e999", b"\x00"]),
)


@given(st.lists(mutated, max_size=12), st.sampled_from([b"\n", b"\r\n"]))
def test_every_line_is_one_report_or_one_refusal_whatever_stands_in_it(rows, end):
    body = end.join(rows)

    said, rejects = read(HEADER + body)

    assert len(said.reports) + rejects.total() == len(lines_of(body))
    assert np.isfinite(said.reports.time_s).all()
    lat = said.reports.lat_deg[~np.isnan(said.reports.lat_deg)]
    assert (np.abs(lat) <= 90).all()


marks = st.sampled_from([*(b'"', b'""', b",", b"\n", b"\r", b"\xef\xbb\xbf", b"\x00", b" ", b"x"), *ROWS])


@given(st.binary(max_size=400) | st.lists(marks, max_size=40).map(b"".join))
def test_rubbish_is_refused_and_counted_but_never_raised(body):
    said, rejects = read(HEADER + body)

    assert len(said.reports) + rejects.total() == len(lines_of(body))


@given(st.binary(max_size=200))
def test_rubbish_for_a_whole_file_raises_only_what_the_door_expects(data):
    for form in (table_csv.FORMAT, table_parquet.FORMAT):
        with pytest.raises(InputError):
            read(data, form)


@given(st.integers(0, 400))
def test_a_file_that_was_cut_is_read_as_far_as_it_goes(length):
    whole = HEADER + b"\n".join(ROWS * 2)
    cut = whole[: len(HEADER) + length]

    said, rejects = read(cut)

    full = lines_of(cut[len(HEADER) :])
    assert len(said.reports) + rejects.total() == len(full)
    assert len(said.reports) >= len(full) - 1


@settings(max_examples=30)
@given(st.integers(10, 700))
def test_rows_do_not_depend_on_where_the_file_is_cut_into_chunks(size):
    data = HEADER + b"\r\n".join([*ROWS, b"no row", b'half "open', *ROWS, b"x" * 9000, *ROWS])
    expected, told = read(data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "CHUNK_BYTES", size)
        said, rejects = read(data)

    np.testing.assert_array_equal(said.reports.message, expected.reports.message)
    np.testing.assert_array_equal(said.reports.time_s, expected.reports.time_s)
    assert rejects.counts == told.counts
    assert len(said.reports) == 9


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"yesterday,235070762,50,-1,0,0", "time cannot be read, or is not between 1970 and 2100"),
        (b"2016-02-30 10:00:00,235070762,50,-1,0,0", "time cannot be read, or is not between 1970 and 2100"),
        (b",235070762,50,-1,0,0", "no time"),
        (b"2016-01-12 10:00:00,2350707620,50,-1,0,0", "mmsi is not a number from 1 to 999999999"),
        (b"2016-01-12 10:00:00,,50,-1,0,0", "mmsi is not a number from 1 to 999999999"),
        (b"2016-01-12 10:00:00,235070762,5O,-1,0,0", "lat_deg is not a number"),
        (b"2016-01-12 10:00:00,235070762,50,-181,0,0", "position is not on the earth"),
        (b"2016-01-12 10:00:00,235070762,50,-1,0,1e400", "sog_mps is not a number"),
        (b"2016-01-12 10:00:00,235070762,50,-1,0", "another number of cells than the header"),
        (b'2016-01-12 10:00:00,235070762,50,-1,",0', "quotes do not pair"),
        (b"2016-01-12 10:00:00,235070762,50,-1,0,0" + b" " * 9000, "line too long"),
    ],
)
def test_a_refused_row_is_kept_as_a_sample_under_its_reason(row, reason):
    said, rejects = read(HEADER + ROWS[0] + b"\n" + row + b"\n" + ROWS[0], station="quay")

    assert len(said.reports) == 2
    told = rejects.by_reason()
    assert list(told) == [reason]
    assert told[reason]["count"] == 1
    assert told[reason]["stations"] == {"quay": 1}
    assert told[reason]["samples"] == [row[:200].decode()]


@given(st.integers(1, 9))
def test_a_reason_is_counted_in_full_and_sampled_a_little(count):
    _, rejects = read(HEADER + b"never,235070762,50,-1,0,0\n" * count)

    (told,) = rejects.by_reason().values()
    assert (told["count"], len(told["samples"])) == (count, min(count, 3))


def field_of(form, zone=None):
    line = f'zone = "{zone}"' if zone else ""
    text = f'[time_s]\ncolumn = "t"\nformat = "{form}"\n{line}\n'
    rest = '[entity]\ncolumn = "e"\nkind = "mmsi"\n[lat_deg]\ncolumn = "y"\n[lon_deg]\ncolumn = "x"\n'
    return parse_dialect(text + rest, "test").fields["time_s"]


# Of an hour that comes twice the first is meant, as the module says.
moments = st.datetimes(datetime(1970, 1, 2), datetime(2099, 12, 31)).map(  # noqa: DTZ001  hypothesis wants naive bounds
    lambda moment: moment.replace(fold=0)
)
PATTERNS = {
    "iso": ("%Y-%m-%d %H:%M:%S.%f", "%Y/%m/%dT%H:%M:%S.%f"),
    "day-first": ("%d/%m/%Y %H:%M:%S.%f", "%d.%m.%Y %H:%M:%S.%f"),
    "month-first": ("%m/%d/%Y %H:%M:%S.%f", "%m-%d-%Y %H:%M:%S.%f"),
}


@pytest.mark.parametrize("form", PATTERNS)
@pytest.mark.parametrize("zone", ["UTC", "Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe"])
@given(when=st.lists(moments, min_size=1, max_size=8))
def test_times_are_read_as_the_standard_library_reads_them(form, zone, when):
    place = ZoneInfo(zone)
    cells = [moment.strftime(PATTERNS[form][moment.day % 2]) for moment in when]

    found, bad = seconds(pa.array(cells), field_of(form), ".", place)

    assert not bad.any()
    expected = [moment.replace(tzinfo=place).timestamp() for moment in when]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)


@given(moments, st.timezones())
def test_a_time_with_its_own_offset_overrules_the_zone_of_the_table(moment, zone):
    moment = moment.replace(tzinfo=UTC).astimezone(zone).replace(microsecond=0)
    offset = moment.utcoffset()
    text = moment.isoformat(" ")
    # The old local mean times have offsets in seconds, which no log writes.
    if offset is None or offset.total_seconds() % 60 or not text.startswith(("19", "20")):
        return

    found, bad = seconds(pa.array([text]), field_of("iso"), ".", ZoneInfo("Asia/Tokyo"))

    if 0 <= moment.timestamp() < 4_102_444_800:
        assert (found.tolist(), bad.tolist()) == ([moment.timestamp()], [False])


@given(st.text(max_size=24))
def test_text_that_is_no_time_is_bad_or_blank_and_never_raises(text):
    for form in (*PATTERNS, "unix", "unix-ms"):
        found, bad = seconds(pa.array([text]), field_of(form), ".", UTC)
        assert np.isnan(found[0]) or (0 <= found[0] < 4_102_444_800 and not bad[0])


@given(st.from_regex(re.compile(NUMBER, re.ASCII), fullmatch=True))
def test_what_counts_as_a_number_is_one_to_python_too(text):
    said, rejects = read(HEADER + b"2016-01-12 10:00:00,235070762,50,-1,0," + text.encode())

    value = float(text)
    assert rejects.total() == (0 if np.isfinite(value) else 1)
    if np.isfinite(value) and 0 <= value < 1000 and abs(value - 102.3) > 1e-3:
        assert said.reports.sog_mps[0] == pytest.approx(value * 1852 / 3600)


floats = st.floats(allow_subnormal=True)


@given(st.lists(st.tuples(floats, floats), min_size=1, max_size=30))
def test_rows_have_one_hash_where_and_only_where_they_are_equal(rows):
    columns = list(np.array(rows, np.float64).T)

    number = hashed(columns, len(rows))

    same = [tuple("nan" if np.isnan(value) else value for value in row) for row in rows]
    for i in range(len(rows)):
        assert (number == number[i]).tolist() == [other == same[i] for other in same]
