"""Aircraft as other decoders tell of them: real recordings against a plain reading, dialects, ages, laws."""

import gzip
import io
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.format import Reading, formats
from feeds.rejects import Rejects
from feeds.reports import Domain, Doubt, Said, Source, entities, subject
from geo.stations import StationNames

KNOT, FOOT = 1852 / 3600, 0.3048
NOW = 1_765_584_000.5


def read(data, name="aircraft-json", **options):
    reading = Reading(StationNames(), Rejects(), **options)
    return Said.concat(list(formats()[name].read(io.BytesIO(data), reading))), reading.rejects


def snapshot(*aircraft, **more):
    return json.dumps({"now": NOW, "messages": 1, "aircraft": aircraft} | more).encode()


def or_nan(value):
    return math.nan if value is None else value


@pytest.mark.recording
@pytest.mark.parametrize("name", ["eastham_KWVI_20251213_5nm.jsonl.gz", "eastham_88NV_1hr_20230829.jsonl"])
def test_a_recording_of_readsb_s_rows_is_read_as_plain_python_reads_it(recordings, name):
    data = (recordings / "adsb" / name).read_bytes()
    data = gzip.decompress(data) if name.endswith("gz") else data
    rows = [json.loads(line) for line in data.splitlines()]
    some = [row for row in rows if "hex" in row and not isinstance(row["alt_baro"], str)]

    said, rejects = read(data)
    reports = said.reports

    assert len(reports) == len(some) == len(rows) - rejects.total()
    assert [subject(each) for each in reports.entity.tolist()] == [f"icao24:{row['hex']}" for row in some]
    for column, expected in {
        "time_s": [row["now"] for row in some],
        "lat_deg": [row["lat"] for row in some],
        "lon_deg": [row["lon"] for row in some],
        "sog_mps": [row["gscp"] * KNOT for row in some],
        "cog_deg": [or_nan(row["track"]) % 360 for row in some],
    }.items():
        np.testing.assert_allclose(getattr(reports, column), expected, rtol=0, atol=1e-9)
    grounded = np.array([row["alt_baro"] == 0 for row in some])
    geometric = [or_nan((row.get("flightdict") or {}).get("alt_geom")) for row in some]
    np.testing.assert_array_equal(reports.on_ground == 1, grounded)
    np.testing.assert_allclose(
        reports.alt_m + reports.alt_diff_m, np.where(grounded, np.nan, geometric) * FOOT, atol=1e-9
    )
    np.testing.assert_allclose(
        np.where(reports.alt_geometric, np.nan, reports.alt_m),
        [math.nan if row["alt_baro"] == 0 else row["alt_baro"] * FOOT for row in some],
        atol=1e-9,
    )
    told = {(row["hex"], row["flight"]) for row in some if row["flight"] not in (None, "", "N/A")}
    named = zip(said.identities.entity.tolist(), said.identities.callsign.tolist(), strict=True)
    assert {(subject(who).removeprefix("icao24:"), call) for who, call in named if call} == {
        (address, flight.strip()[:8]) for address, flight in told
    }


@pytest.mark.recording
def test_who_transmitted_is_told_by_the_type_of_each_row(recordings):
    data = gzip.decompress((recordings / "adsb" / "eastham_KWVI_20251213_5nm.jsonl.gz").read_bytes())
    kinds = [
        (row["flightdict"] or {}).get("type", "") for row in map(json.loads, data.splitlines())
        if not isinstance(row["alt_baro"], str)
    ]  # fmt: skip

    reports = read(data)[0].reports

    for source, word in ((Source.TISB, "tisb"), (Source.ADSR, "adsr"), (Source.ADSB_TABLE, "adsb")):
        rows = np.array([kind.startswith(word) for kind in kinds])
        assert rows.any()
        assert set(reports.source[rows]) == {source}


ONE = {"hex": "4d2023", "flight": "AMC421  ", "lat": 36.98971, "lon": 13.84146, "squawk": "0112"}
MUTABILITY = ONE | {"nucp": 7, "seen_pos": 0.5, "altitude": 20625, "vert_rate": -1728, "track": 158,
                    "speed": 376, "category": "A3", "mlat": [], "tisb": [], "seen": 0.1, "rssi": -6.5}  # fmt: skip
READSB = ONE | {"type": "adsb_icao", "alt_baro": 20625, "alt_geom": 21000, "gs": 376.0, "track": 158.0,
                "baro_rate": -1728, "category": "A3", "nic": 7, "seen_pos": 0.5, "seen": 0.1, "rssi": -6.5,
                "r": "9H-AEO", "mlat": [], "tisb": []}  # fmt: skip
FLIGHTAWARE = {key: value for key, value in READSB.items() if key not in {"type", "r"}}


@pytest.mark.parametrize("told", [MUTABILITY, READSB, FLIGHTAWARE], ids=["mutability", "readsb", "fa"])
def test_every_dialect_says_the_same(told):
    said, rejects = read(snapshot(told))
    reports = said.reports

    assert not rejects.counts
    assert reports.time_s.tolist() == [NOW - 0.5]
    assert reports.alt_m[0] == pytest.approx(20625 * FOOT)
    assert reports.sog_mps[0] == pytest.approx(376 * KNOT)
    assert reports.climb_mps[0] == pytest.approx(-1728 * FOOT / 60)
    assert (reports.cog_deg[0], reports.squawk[0], reports.integrity[0]) == (158.0, 112, 7)
    assert (reports.source[0], reports.on_ground[0], reports.doubt[0]) == (Source.ADSB_TABLE, 0, 0)
    assert reports.signal_dbfs[0] == -6.5
    assert (said.identities.callsign[0], said.identities.category[0]) == ("AMC421", "A3")
    assert said.identities.name[0] == told.get("r", "")


def test_a_network_s_interface_counts_milliseconds():
    told = json.dumps({"ac": [READSB], "now": int(NOW * 1000), "total": 1}).encode()

    assert read(told)[0].reports.time_s.tolist() == [NOW - 0.5]


@pytest.mark.parametrize(
    ("more", "source", "domain"),
    [
        ({"type": "mlat"}, Source.MLAT, Domain.ICAO),
        ({"type": "adsb_icao_nt"}, Source.ADSB_TABLE, Domain.ICAO),
        ({"type": "tisb_trackfile"}, Source.TISB, Domain.NON_ICAO),
        ({"type": "adsr_other"}, Source.ADSR, Domain.NON_ICAO),
        ({"type": "mode_s"}, Source.MODE_S, Domain.ICAO),
        ({"type": None, "mlat": ["lat", "lon"]}, Source.MLAT, Domain.ICAO),
        ({"type": None, "tisb": ["lat", "lon", "track"]}, Source.TISB, Domain.ICAO),
        ({"hex": "~4d2023"}, Source.ADSB_TABLE, Domain.NON_ICAO),
    ],
)
def test_the_source_and_the_sort_of_address_are_told(more, source, domain):
    reports = read(snapshot(READSB | more))[0].reports

    assert (reports.source[0], reports.entity[0]) == (source, entities(domain, [0x4D2023])[0])


def test_on_the_ground_stands_in_the_place_of_the_altitude():
    for key in ("alt_baro", "altitude"):
        reports = read(snapshot(ONE | {key: "ground"}))[0].reports
        assert reports.on_ground.tolist() == [1]
        assert np.isnan(reports.alt_m).all()


def test_a_place_older_than_the_rest_is_a_report_of_its_own_time():
    reports = read(snapshot(READSB | {"seen_pos": 31.5, "seen": 0.5}))[0].reports

    assert reports.time_s.tolist() == [NOW - 31.5, NOW - 0.5]
    assert np.isnan(reports.lat_deg).tolist() == np.isnan(reports.lon_deg).tolist() == [False, True]
    assert np.isnan(reports.alt_m).tolist() == np.isnan(reports.sog_mps).tolist() == [True, False]
    assert (reports.on_ground.tolist(), reports.squawk.tolist()) == ([-1, 0], [-1, 112])


def test_the_last_place_known_is_of_its_own_age():
    told = {
        "hex": "4d2023",
        "alt_baro": 900,
        "seen": 1.0,
        "lastPosition": {"lat": 50.0, "lon": -1.0, "seen_pos": 70},
    }

    reports = read(snapshot(told))[0].reports

    assert reports.time_s.tolist() == [NOW - 70, NOW - 1]
    assert reports.lat_deg[0] == 50.0


def test_a_repeat_of_an_old_place_bears_the_same_time_and_hash():
    early = json.dumps({"now": NOW, "aircraft": [READSB | {"seen_pos": 1.0, "seen": 1.0}]})
    later = json.dumps({"now": NOW + 5, "aircraft": [READSB | {"seen_pos": 6.0, "seen": 0.2, "gs": 9.0}]})

    reports = read(f"{early}\n{later}".encode())[0].reports

    placed = reports.take(~np.isnan(reports.lat_deg))
    assert len(placed) == 2
    assert len(set(placed.message)) == 1
    assert placed.time_s[0] == pytest.approx(placed.time_s[1], abs=1e-6)


def test_what_is_not_sure_is_doubted():
    unaged = {key: value for key, value in READSB.items() if not key.startswith("seen")}
    told = [unaged, READSB | {"nic": 4}, READSB | {"hex": "000000"}]

    doubts = read(snapshot(*told))[0].reports.doubt.tolist()

    assert doubts == [Doubt.TIME_GUESSED, Doubt.INTEGRITY_LOW, Doubt.IDENTITY_FORM]
    # An object with a time of its own was written when it was heard.
    assert read(json.dumps(unaged | {"now": NOW}).encode())[0].reports.doubt.tolist() == [0]
    assert read(snapshot(READSB, now=None), start_s=NOW)[0].reports.doubt.tolist() == [Doubt.TIME_GUESSED]


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"lat": 1}, "names no aircraft by its address"),
        (READSB | {"hex": "4d20233"}, "names no aircraft by its address"),
        (READSB | {"hex": 5054499}, "names no aircraft by its address"),
        (READSB | {"lat": 91.0}, "position is not on the earth"),
        (READSB | {"lon": "13.8"}, "lon is not a number"),
        (READSB | {"alt_baro": True}, "alt_baro is not a number"),
        (READSB | {"alt_baro": "grund"}, "alt_baro is not a number"),
        (READSB | {"gs": [1]}, "gs is not a number"),
        (READSB | {"seen_pos": 1e30}, "time is no Unix time"),
        (["4d2023"], "names no aircraft"),
    ],
)
def test_an_aircraft_with_rubbish_in_it_is_refused_alone(told, reason):
    said, rejects = read(snapshot(READSB, told, READSB | {"hex": "400abc"}))

    assert len(said.reports) == 2
    assert rejects.counts == {(reason, ""): 1}


def test_a_snapshot_without_a_time_is_refused_unless_one_is_given():
    said, rejects = read(snapshot(READSB, now=None))

    assert len(said.reports) == 0
    assert rejects.counts == {("time is no Unix time", ""): 1}


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["ground"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["lat", "type"]), inner, max_size=2)
    ),
    max_leaves=3,
)
tellings = st.builds(
    lambda base, key, value: base | {key: value},
    st.sampled_from([READSB, MUTABILITY, {}]),
    st.sampled_from([*READSB, *MUTABILITY, "lastPosition", "flightdict", "now", "gscp", "trace"]),
    junk,
)


@settings(max_examples=150)
@given(st.lists(tellings | junk, max_size=6), junk | st.just(NOW))
def test_every_aircraft_of_a_snapshot_is_reported_or_refused_whatever_stands_in_it(told, now):
    said, rejects = read(json.dumps({"now": now, "aircraft": told}).encode())
    reports = said.reports

    if rejects.counts.keys() & {("now is not a number", "")}:
        assert (len(reports), rejects.total()) == (0, 1)
        return
    # Two reports of one aircraft where its place is older than the rest.
    assert len(told) <= len(reports) + rejects.total() <= 2 * len(told)
    assert np.isfinite(reports.time_s).all()
    assert (np.abs(np.nan_to_num(reports.lat_deg)) <= 90).all()
    assert (np.abs(np.nan_to_num(reports.lon_deg)) <= 180).all()
    assert not (np.isnan(reports.lat_deg) ^ np.isnan(reports.lon_deg)).any()


TRACE = {
    "icao": "400abc",
    "r": "G-ABCD",
    "timestamp": 1709263477.0,
    "trace": [
        [0.0, 50.7, -1.1, 1200, 93.1, 170.2, 0, -192, {"flight": "GABCD   ", "category": "A1", "squawk": "7000",
         "seen": 40, "gs": 1.0, "nic": 8}, "adsb_icao", 1350, -256, 93, None],
        [5.5, 50.71, -1.11, "ground", 12.0, None, 1, None, None],
        [9.0, 50.72, -1.12, 1400, 90.0, 10.0, 8 + 4, 64, None, "mlat", None, None, None, None],
        [12.0, 50.73, -1.13, None, None, None, 0, None, None, "tisb_icao"],
        ["x", 1, 2, 3, 4],
        [1, 2],
        [13.0, 95.0, 0, 0, 0],
    ],
}  # fmt: skip


def test_a_trace_is_a_report_a_row():
    said, rejects = read(json.dumps(TRACE).encode(), "readsb-trace")
    reports = said.reports

    assert (reports.time_s - 1709263477.0).tolist() == [0.0, 5.5, 9.0, 12.0]
    assert reports.lat_deg.tolist() == [50.7, 50.71, 50.72, 50.73]
    np.testing.assert_allclose(reports.alt_m, [1200 * FOOT, np.nan, 1400 * FOOT, np.nan])
    np.testing.assert_allclose(reports.alt_diff_m, [150 * FOOT, np.nan, np.nan, np.nan])
    assert reports.alt_geometric.tolist() == [False, False, True, False]
    np.testing.assert_allclose(reports.sog_mps, np.array([93.1, 12.0, 90.0, np.nan]) * KNOT)
    assert reports.on_ground.tolist() == [0, 1, -1, -1]
    assert reports.source.tolist() == [Source.ADSB_TABLE, Source.ADSB_TABLE, Source.MLAT, Source.TISB]
    assert (reports.squawk[0], reports.integrity[0]) == (7000, 8)
    identities = said.identities
    assert (identities.name[0], identities.callsign[0], identities.category[0]) == ("G-ABCD", "GABCD", "A1")
    assert {reason for reason, _ in rejects.counts} == {
        "time is no Unix time",
        "row of a trace is too short",
        "position is not on the earth",
    }


@settings(max_examples=60)
@given(st.lists(st.lists(junk, max_size=15) | junk, max_size=8), junk)
def test_every_row_of_a_trace_is_reported_or_refused_whatever_stands_in_it(rows, begin):
    said, rejects = read(json.dumps(TRACE | {"trace": rows, "timestamp": begin}).encode(), "readsb-trace")

    if ("no trace", "") in rejects.counts:
        assert len(said.reports) == 0
    else:
        assert len(said.reports) + rejects.total() == len(rows)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (snapshot(READSB), "aircraft-json"),
        (b"\xef\xbb\xbf\n " + snapshot(READSB), "aircraft-json"),
        (json.dumps(READSB | {"now": NOW}).encode(), "aircraft-json"),
        (json.dumps({"now": NOW, "aircraft": [READSB]}, indent=1).encode(), "aircraft-json"),
        (json.dumps(TRACE).encode(), "readsb-trace"),
    ],
)
def test_each_is_recognised_by_its_format_first(data, name):
    assert next(each for each, form in formats().items() if form.recognises(data)) == name
