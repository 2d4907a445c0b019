"""Motion, identities, the table of tracks and the packed rows, each against a plain one."""

import math
from itertools import pairwise

import numpy as np
import pytest
from fusion_scenes import plane, ship
from hypothesis import given
from hypothesis import strategies as st

from feeds.reports import Identities, Reports, Source
from fusion.identity import Names
from fusion.motion import BREAK_S, motion
from fusion.records import SAMPLE, SAMPLES, STATE
from fusion.rows import position_noise_m, reporting_interval_s
from fusion.state import Table, track_ids
from geo.sphere import distance_m

NOW_S = 1_750_000_000.0
KNOT_MPS = 1852.0 / 3600.0
SLOW_MPS = 2.6


def metres(a, b):
    return float(distance_m(*(np.array(x) for x in (*a, *b))))


def plain_motion(samples, window_s):
    """By hand, sample by sample, on the sphere; samples are (time, lat, lon, alt, sog, cog)."""
    inside = [s for s in samples if s[0] >= NOW_S - window_s]
    out = {"count": len(inside)}
    if not inside:
        return out
    turned = [(s[2] - inside[-1][2] + 540.0) % 360.0 - 180.0 for s in inside]
    centre = (
        (min(s[1] for s in inside) + max(s[1] for s in inside)) / 2,
        inside[-1][2] + (min(turned) + max(turned)) / 2,
    )
    legs = [(metres(a[1:3], b[1:3]), b[0] - a[0], a, b) for a, b in pairwise(inside)]
    heard = [leg for leg in legs if leg[1] <= BREAK_S]
    heights = [s[3] for s in inside if not math.isnan(s[3])]
    out |= {
        "from_s": inside[0][0],
        "path_m": sum(leg[0] for leg in legs),
        "shift_m": metres(inside[0][1:3], inside[-1][1:3]),
        "reach_m": max(metres(centre, s[1:3]) for s in inside),
        "turn_deg": sum(
            (b[5] - a[5] + 540.0) % 360.0 - 180.0 for _, _, a, b in heard if a[4] > 0.5 and b[4] > 0.5
        ),
        # Legs are flat there and round here: one on the edge of slow may fall to either side.
        "slow_s": [
            sum(leg[1] for leg in heard if leg[0] < part * SLOW_MPS * leg[1]) for part in (0.999, 1.001)
        ],
        "heard_s": sum(leg[1] for leg in heard),
        "low_alt_m": min(heights, default=math.nan),
        "high_alt_m": max(heights, default=math.nan),
        "mean_mps": sum(leg[0] for leg in legs) / max(inside[-1][0] - inside[0][0], 1.0),
    }
    return out


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([0, 1, 2, 60, 255, 256, 257, 700]),
    st.sampled_from([(50.7, -1.1), (0.0, 179.999), (-16.8, -180.0), (61.0, 0.0)]),
    st.sampled_from([300.0, 1800.0, 7200.0]),
)
def test_motion_over_a_window_equals_a_count_by_hand(seed, n, place, window_s):
    """On random walks, through a ring that has turned round, over the date line, and with silences."""
    rng = np.random.default_rng(seed)
    times = NOW_S - np.cumsum(rng.choice([8.0, 30.0, 299.0, 301.0], n, p=[0.3, 0.6, 0.05, 0.05]))[::-1]
    lat = place[0] + np.cumsum(rng.normal(0.0, 5e-4, n))
    lon = (place[1] + np.cumsum(rng.normal(0.0, 5e-4, n)) + 540.0) % 360.0 - 180.0
    alt = np.where(rng.random(n) < 0.3, np.nan, rng.uniform(0.0, 900.0, n))
    sog, cog = rng.uniform(0.0, 3.0, n), rng.uniform(0.0, 360.0, n)
    state, history = np.zeros(1, STATE), np.zeros((1, SAMPLES), SAMPLE)
    state["samples"] = n
    samples = []
    for k in range(n):
        history[0, k % SAMPLES] = (times[k], lat[k], lon[k], alt[k], sog[k], cog[k])
        kept = history[0, k % SAMPLES]
        samples.append(
            (times[k], lat[k], lon[k], float(kept["alt_m"]), float(kept["sog_mps"]), float(kept["cog_deg"]))
        )

    got = motion(state, history, np.array([0]), NOW_S, window_s, SLOW_MPS)[0]

    expected = plain_motion(samples[-SAMPLES:], window_s)
    low, high = expected.pop("slow_s", (0.0, 0.0))
    assert low <= got["slow_s"] <= high
    for name, value in expected.items():
        assert float(got[name]) == pytest.approx(value, rel=2e-4, abs=0.05, nan_ok=True), name


FIELDS = ("name", "callsign", "ship_type", "category", "draught_m")
ENTITIES = np.array([ship(235_000_001), ship(235_000_002), plane(0x400001)], np.uint64)
said = st.fixed_dictionaries(
    {
        "entity": st.sampled_from(ENTITIES.tolist()),
        "time": st.integers(0, 3),
        "name": st.sampled_from(["", "ADA", "BOB"]),
        "callsign": st.sampled_from(["", "GABCD"]),
        "ship_type": st.sampled_from([-1, 30, 51]),
        "category": st.sampled_from(["", "A1"]),
        "draught_m": st.sampled_from([math.nan, 3.5, 4.5]),
    }
)


def identities(rows):
    return Identities.of(
        len(rows),
        time_s=np.array([NOW_S + r["time"] for r in rows]),
        entity=np.array([r["entity"] for r in rows], np.uint64),
        **{name: np.array([r[name] for r in rows]) for name in FIELDS},
    )


def same(a: Identities, b: Identities) -> bool:
    return all(
        np.array_equal(getattr(a, n), getattr(b, n), equal_nan=getattr(a, n).dtype.kind == "f")
        for n in a.columns()
    )


@given(st.lists(said, max_size=12, unique_by=lambda r: (r["entity"], r["time"])))
def test_names_keep_what_was_said_last_of_each_field_like_a_dictionary(rows):
    names, plain = Names(), {}
    names.add(identities(rows))
    names.settle(NOW_S + 100.0)
    for row in sorted(rows, key=lambda r: r["time"]):
        known = plain.setdefault(row["entity"], {"name": "", "callsign": "", "ship_type": -1, "category": ""})
        known |= {n: row[n] for n in known if row[n] not in ("", -1)}

    for name, missing in (("name", ""), ("callsign", ""), ("ship_type", -1), ("category", "")):
        expected = [plain.get(e, {}).get(name, missing) for e in ENTITIES.tolist()]
        assert names.field(name, ENTITIES, missing).tolist() == expected


@given(
    st.lists(said, max_size=25), st.lists(st.integers(0, 4), max_size=3), st.randoms(use_true_random=False)
)
def test_names_do_not_depend_on_how_the_input_was_cut_or_shuffled(rows, cuts, random):
    """Even where two things are said of one entity at one time."""
    whole, parts = Names(), Names()
    whole.add(identities(rows))
    whole.settle(NOW_S + 100.0)

    shuffled = random.sample(rows, len(rows))
    for after in sorted({*cuts, 100}):
        arrived = [r for r in shuffled if r["time"] < after]
        shuffled = [r for r in shuffled if r["time"] >= after]
        for row in arrived:
            parts.add(identities([row]))
        parts.settle(NOW_S + after)

    assert same(whole.settled, parts.settled)


def test_what_is_said_of_tomorrow_waits_until_tomorrow():
    names = Names()
    names.add(Identities.of(2, time_s=[NOW_S + 86400.0, np.nan], entity=ENTITIES[:2], name=["ADA", "BOB"]))
    names.settle(NOW_S)

    assert names.field("name", ENTITIES[:2], "?").tolist() == ["?", "?"]
    names.settle(NOW_S + 90000.0)
    assert names.field("name", ENTITIES[:2], "?").tolist() == ["ADA", "?"]


steps = st.lists(
    st.tuples(st.just("admit"), st.sets(st.integers(1, 600), max_size=300))
    | st.tuples(st.just("keep"), st.integers(2, 5)),
    max_size=12,
)


@given(steps)
def test_the_table_of_tracks_finds_rows_like_a_dictionary(work):
    """Through growth beyond its first capacity, and forgetting."""
    table, plain = Table.empty(capacity=4), {}
    for verb, what in work:
        if verb == "admit":
            new = sorted(what - plain.keys())
            table.admit(np.array(new, np.uint64), NOW_S + np.arange(len(new), dtype=float))
            plain |= {e: NOW_S + k for k, e in enumerate(new)}
            table.live["sog_mps"] = table.live["entity"]  # a mark that must stay with its row
            table.history[: table.size, 0]["lat"] = table.live["entity"]
            table.live["samples"] = 1
        else:
            table.keep(table.live["entity"] % what != 0)
            plain = {e: s for e, s in plain.items() if e % what}

    rows = table.rows_of(np.arange(1, 601, dtype=np.uint64))

    assert table.size == len(plain) == len(table.live)
    assert {e for e in range(1, 601) if rows[e - 1] >= 0} == set(plain)
    for entity, first_s in plain.items():
        row = table.live[rows[entity - 1]]
        assert (row["entity"], row["first_s"], row["sog_mps"]) == (entity, first_s, entity)
        assert table.history[rows[entity - 1], 0]["lat"] == entity
        assert row["track"] == track_ids(np.array([entity], np.uint64), np.array([first_s]))[0]


def test_a_new_track_knows_nothing_but_who_and_since_when():
    table = Table.empty(capacity=1)
    table.admit(np.array([7, 9], np.uint64), np.array([1.0, 2.0]))

    for name in STATE.names:
        if STATE.fields[name][0] == np.float64 and name != "first_s":
            assert np.isnan(table.live[name]).all(), name
    assert np.isnan(table.live["station_s"]).all()
    assert set(table.live["status"].tolist()) == set(table.live["on_ground"].tolist()) == {-1}


def test_track_numbers_tell_who_and_since_when_apart():
    entity = np.repeat(np.arange(1, 201, dtype=np.uint64), 50)
    since_s = np.tile(NOW_S + 0.001 * np.arange(50), 200)

    assert len(np.unique(track_ids(entity, since_s))) == 200 * 50


NAN = math.nan
INTERVALS = [
    # source, status, knots, on the ground, seconds: ITU-R M.1371-5 tables 1 and 2, DO-260B 2.2.3.3
    (Source.AIS_A, 1, 0.5, -1, 180.0),
    (Source.AIS_A, 5, 2.9, -1, 180.0),
    (Source.AIS_A, 1, 3.5, -1, 10.0),
    (Source.AIS_A, 0, 0.1, -1, 10.0),
    (Source.AIS_A, 0, 13.9, -1, 10.0),
    (Source.AIS_A, 0, 14.1, -1, 6.0),
    (Source.AIS_A, 0, 22.9, -1, 6.0),
    (Source.AIS_A, 0, 23.1, -1, 2.0),
    (Source.AIS_A, -1, NAN, -1, 10.0),
    (Source.AIS_B, -1, 1.9, -1, 180.0),
    (Source.AIS_B, -1, 2.1, -1, 30.0),
    (Source.AIS_BASE, -1, NAN, -1, 10.0),
    (Source.AIS_SAR, -1, 90.0, -1, 10.0),
    (Source.AIS_ATON, -1, NAN, -1, 180.0),
    (Source.AIS_LONG_RANGE, 0, 10.0, -1, 180.0),
    (Source.ADSB, -1, 200.0, 0, 0.5),
    (Source.ADSB, -1, 0.0, 1, 5.0),
    (Source.ADSB, -1, 8.0, 1, 0.5),
    (Source.MLAT, -1, 200.0, 0, 2.0),
    (Source.AIS_TABLE, 0, 10.0, -1, NAN),
    (Source.ADSB_TABLE, -1, 200.0, 0, NAN),
    (Source.UNKNOWN, -1, 10.0, -1, NAN),
]


def test_the_reporting_interval_is_the_standards():
    sources, status, knots, ground, expected = (list(column) for column in zip(*INTERVALS, strict=True))
    reports = Reports.of(
        len(INTERVALS), source=sources, status=status, sog_mps=np.array(knots) * KNOT_MPS, on_ground=ground
    )

    np.testing.assert_array_equal(reporting_interval_s(reports), expected)


def test_a_position_is_as_noisy_as_its_transmitter_says():
    reports = Reports.of(5, source=[1, 1, 16, 16, 16], integrity=[1, 0, 8, 0, 11])

    noise_m = position_noise_m(reports)

    assert noise_m[0] < noise_m[1]
    assert noise_m[4] < noise_m[2] < noise_m[3]
    assert (noise_m > 0.0).all()
