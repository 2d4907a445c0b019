"""Flags as features: what the contract promises of every property, and bytes that follow from content."""

import json
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.features import canonical_json, collection, feature, iso
from feeds.reports import entity_of
from fusion.flags import Flag, Reason, State, flag_id

SHIP, PLANE = entity_of("mmsi:235012345"), entity_of("icao24:400abc")


def a_flag(**changes):
    subjects = changes.get("subjects", (PLANE, SHIP))
    said = {
        "id": flag_id("air_sea_contact", subjects, changes.get("start_s", 1452603731.218)),
        "kind": "air_sea_contact",
        "subjects": subjects,
        "start_s": 1452603731.218,
        "end_s": None,
        "raised_s": 1452604000.0,
        "lat_deg": 50.7730133333333,
        "lon_deg": -1.092935,
        "score": 0.83,
        "state": State.OPEN,
        "version": 1,
        "summary": "An aircraft circled low over a stopped vessel.",
        "reasons": (Reason("height", 120.0, "m", 300.0), Reason("passes", 3, "", None)),
        "pattern": "air_sea_contact",
        "pattern_version": 2,
        "parameters": {"radius_m": 2000.0, "height_m": 300},
    }
    return Flag(**(said | changes))


def nowhere(lat, lon):
    return [()] * len(lat)


def test_a_feature_says_exactly_what_the_contract_names():
    told = feature(a_flag(), ["Hampshire and Isle of Wight Constabulary"])

    assert told["geometry"] == {"type": "Point", "coordinates": [-1.092935, 50.773013]}
    assert list(told["properties"]) == [
        *("id", "kind", "subjects", "start", "end", "raised", "score", "state", "version"),
        *("summary", "reasons", "pattern", "area", "force"),
    ]
    said = told["properties"]
    assert said["subjects"] == ["icao24:400abc", "mmsi:235012345"]
    assert (said["start"], said["end"], said["raised"]) == (
        *("2016-01-12T13:02:11.218Z", None, "2016-01-12T13:06:40.000Z"),
    )
    assert said["reasons"][0] == {"factor": "height", "value": 120.0, "unit": "m", "threshold": 300.0}
    assert said["pattern"] == {
        "name": "air_sea_contact",
        "version": 2,
        "parameters": {"radius_m": 2000.0, "height_m": 300},
    }
    assert said["state"] == "open"
    assert said["force"] == ["Hampshire and Isle of Wight Constabulary"]


def test_subjects_are_sorted_as_text_whatever_order_fusion_keeps():
    told = feature(a_flag(subjects=(SHIP, PLANE)), [])

    assert told["properties"]["subjects"] == ["icao24:400abc", "mmsi:235012345"]


def test_a_reason_without_a_number_says_null_and_never_nan():
    told = feature(a_flag(reasons=(Reason("height", float("nan"), "m", float("inf")),)), [])

    assert json.loads(canonical_json(told))["properties"]["reasons"][0]["value"] is None
    assert b"NaN" not in canonical_json(told)


@pytest.mark.parametrize("changes", [{"lat_deg": float("nan")}, {"start_s": float("inf")}, {"end_s": 1e300}])
def test_a_flag_without_place_or_time_is_refused(changes):
    with pytest.raises(ValueError):
        feature(a_flag(**changes), [])


def test_only_the_last_version_of_each_flag_is_collected_in_a_fixed_order():
    versions = [a_flag(version=n, state=state) for n, state in enumerate(State, 1)]
    others = [a_flag(start_s=start) for start in (5e8, 6e8, 7e8)]
    shuffled = [others[2], versions[2], others[0], versions[0], versions[1], others[1]]

    told = collection(shuffled, nowhere)

    assert told == collection([*others, *versions], nowhere)
    assert [each["properties"]["start"] for each in told["features"]] == sorted(
        each["properties"]["start"] for each in told["features"]
    )
    assert told["features"][-1]["properties"]["state"] == "withdrawn"
    assert len(told["features"]) == 4


def test_each_flag_is_routed_to_the_forces_of_its_own_place():
    def by_latitude(lat, lon):
        return [("Kent Police", "Essex Police") if south else () for south in lat < 51]

    told = collection([a_flag(), a_flag(start_s=1e9, lat_deg=55.0)], by_latitude)

    assert [each["properties"]["force"] for each in told["features"]] == [[], ["Kent Police", "Essex Police"]]


@given(st.floats(0, 4e9))
def test_a_time_reads_back_to_the_millisecond(time_s):
    read = datetime.fromisoformat(iso(time_s))

    assert read.tzinfo == UTC
    assert read.timestamp() == pytest.approx(time_s, abs=0.000501)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_canonical_json_reads_back_as_what_was_written(document):
    written = canonical_json(document)

    assert json.loads(written) == document
    assert written.endswith(b"\n")
    assert written == canonical_json(json.loads(written))


@given(st.dictionaries(st.text(), json_values, min_size=2))
def test_canonical_json_does_not_depend_on_the_order_in_which_keys_were_set(document):
    backwards = dict(reversed(document.items()))

    assert canonical_json(backwards) == canonical_json(document)


def test_equal_numbers_give_equal_bytes_whatever_type_holds_them():
    assert canonical_json([800.0, np.float64(800), np.int32(800), -0.0]) == b"[800,800,800,0]\n"
    assert canonical_json(np.array([0.5, 1.0])) == b"[0.5,1]\n"


def test_text_that_has_no_utf_8_is_still_written_as_json():
    assert json.loads(canonical_json({"name": "\udc80<&"})) == {"name": "\udc80<&"}


@pytest.mark.parametrize("number", [float("nan"), float("inf"), np.float64("-inf")])
def test_numbers_that_json_lacks_are_refused(number):
    with pytest.raises(ValueError):
        canonical_json({"score": number})
