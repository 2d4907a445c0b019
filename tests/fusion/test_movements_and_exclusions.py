"""Lists that people keep: what a rule accounts for, and how a wrong line is told."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from feeds.reports import entity_of
from fusion.exclusions import Exclusions, load_exclusions
from fusion.movements import Movements, load_movements

SHIP, TUG = entity_of("mmsi:235012345"), entity_of("mmsi:235099999")
PLANE, OTHER = entity_of("icao24:400abc"), entity_of("icao24:400def")
ETA = 1_700_000_000.0
MOVEMENTS = "callsign,icao24,aerodrome,eta\n"
EXCLUSIONS = "subject,kind,area,reason,author,expires\n"


def movements(tmp_path, rows):
    path = tmp_path / "movements.csv"
    path.write_text(MOVEMENTS + rows, encoding="utf-8")
    return load_movements(path)


def exclusions(tmp_path, rows):
    path = tmp_path / "exclusions.csv"
    path.write_text(EXCLUSIONS + rows, encoding="utf-8")
    return load_exclusions(path)


def expects(listed, entity=OTHER, callsign="", aerodrome="EGHR", time_s=ETA):
    return bool(
        listed.expected(
            np.array([entity], np.uint64),
            np.array([callsign]),
            np.array([aerodrome]),
            np.array([time_s]),
            3600.0,
        )[0]
    )


def rule_for(listed, kind="loitering", subjects=(SHIP, 0), place=(50.8, -1.1), time_s=0.0):
    at = np.array(place, np.float64)[:, None]
    return int(listed.applies(kind, np.array([subjects], np.uint64), at[0], at[1], time_s)[0])


def test_a_movement_accounts_for_its_call_sign_or_its_address_at_its_place_and_hour(tmp_path):
    listed = movements(tmp_path, f"G-ABCD,400abc,eghr,{ETA}\n")

    assert expects(listed, entity=PLANE)
    assert expects(listed, callsign="GABCD")
    assert expects(listed, callsign="g-abcd", time_s=ETA + 3600)
    assert not expects(listed, callsign="GABCE")
    assert not expects(listed, entity=PLANE, aerodrome="EGHI")
    assert not expects(listed, entity=PLANE, time_s=ETA - 3601)


def test_a_movement_that_names_nobody_accounts_for_anybody_there_and_then(tmp_path):
    listed = movements(tmp_path, ",,EGHR,2023-11-14T22:13:20Z\n")

    assert expects(listed)
    assert expects(listed, callsign="GXYZZ", time_s=ETA + 60)
    assert not expects(listed, aerodrome="EGHI")


def test_an_aircraft_without_a_call_sign_does_not_match_a_movement_without_one(tmp_path):
    assert not expects(movements(tmp_path, f",400abc,EGHR,{ETA}\n"), callsign="")


def test_a_time_without_a_zone_is_utc_and_one_with_a_zone_is_its_own(tmp_path):
    listed = movements(tmp_path, ",,EGHR,2023-11-14 22:13:20\n,,EGHR,2023-11-14T23:13:20+01:00\n")

    assert listed.eta_s.tolist() == [ETA, ETA]


def test_an_empty_list_expects_nobody(tmp_path):
    assert not expects(movements(tmp_path, "\n"))
    assert len(Movements.empty().expected(*[np.empty(0)] * 4, 60.0)) == 0


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("GABCD,400abc,EGHR,soon", "line 3: 'soon' is neither Unix seconds nor"),
        ("GABCD,400abc,,1700000000", "line 3: aerodrome is the ident"),
        ("GABCD,400xyz,EGHR,1700000000", "line 3: 'icao24:400xyz' is neither"),
        ("GABCD,fffffffff,EGHR,1700000000", "line 3: 'icao24:fffffffff' is neither"),
        ("GABCDEFGHI,,EGHR,1700000000", "line 3: a call sign has at most 8"),
        ("GABCD,,EGHR", "line 3: 4 cells are expected, here are 3"),
        ("GABCD,,EGHR,nan", "line 3: 'nan' is neither"),
    ],
)
def test_a_wrong_movement_is_told_by_file_and_line(tmp_path, row, told):
    with pytest.raises(ValueError, match=r"movements.csv: line") as caught:
        movements(tmp_path, f",,EGHR,{ETA}\n{row}\n")
    assert told in str(caught.value)


@pytest.mark.parametrize("content", [b"call,icao24,aerodrome,eta\n", b"", b"\xff\xfe\x00"])
def test_a_file_of_another_kind_is_told_by_name(tmp_path, content):
    path = tmp_path / "movements.csv"
    path.write_bytes(content)

    with pytest.raises(ValueError, match=r"movements\.csv: "):
        load_movements(path)
    with pytest.raises(ValueError, match=r"nowhere\.csv: cannot be read"):
        load_movements(tmp_path / "nowhere.csv")


def test_a_rule_holds_for_either_subject_of_two(tmp_path):
    listed = exclusions(tmp_path, "mmsi:235012345,rendezvous,,pilot boat,A. Watch,2100-01-01\n")

    assert rule_for(listed, "rendezvous", (SHIP, TUG)) == 0
    assert rule_for(listed, "rendezvous", (TUG, SHIP)) == 0
    assert rule_for(listed, "rendezvous", (TUG, 0)) == -1
    assert rule_for(listed, "loitering", (SHIP, 0)) == -1


def test_a_flag_about_an_area_has_no_subject_to_exclude(tmp_path):
    listed = exclusions(tmp_path, "mmsi:235012345,,,pilot boat,A. Watch,2100-01-01\n")

    assert rule_for(listed, subjects=(0, 0)) == -1


def test_a_rule_holds_until_it_expires(tmp_path):
    listed = exclusions(tmp_path, f",loitering,,sea trial,A. Watch,{ETA}\n")

    assert rule_for(listed, time_s=ETA - 1) == 0
    assert rule_for(listed, time_s=ETA) == -1


def test_the_first_rule_that_applies_is_the_one_that_is_named(tmp_path):
    rows = (
        f",loitering,,old,A. Watch,{ETA}\n,,50.8 -1.1 1000,regatta,A. Watch,2100-01-01\n"
        "mmsi:235012345,,,tug,A. Watch,2100-01-01\n"
    )
    listed = exclusions(tmp_path, rows)

    assert rule_for(listed, time_s=0.0) == 0
    assert rule_for(listed, time_s=ETA) == 1
    assert rule_for(listed, time_s=ETA, place=(51.0, -1.1)) == 2


@given(st.lists(st.tuples(st.floats(49, 51), st.floats(-2, 0)), min_size=1, max_size=20))
def test_areas_cover_what_shapely_says_they_cover(tmp_path_factory, places):
    wkt = "POLYGON ((-1.5 49.5, -0.5 49.6, -0.7 50.5, -1.4 50.2, -1.5 49.5))"
    listed = exclusions(tmp_path_factory.mktemp("area"), f',,"{wkt}",exercise,Navy,2100-01-01\n')
    lat, lon = np.array(places).T

    rule = listed.applies("loitering", np.zeros((len(lat), 2), np.uint64), lat, lon, 0.0)

    shape = shapely.from_wkt(wkt)
    expected = [0 if shape.intersects(shapely.Point(x, y)) else -1 for y, x in places]
    assert rule.tolist() == expected


def test_nothing_found_asks_for_no_rule(tmp_path):
    listed = exclusions(tmp_path, ",,50.8 -1.1 1000,regatta,A. Watch,2100-01-01\n")
    none = np.empty(0)

    assert listed.applies("loitering", np.empty((0, 2), np.uint64), none, none, 0.0).tolist() == []
    assert rule_for(Exclusions.empty()) == -1


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (",,,all is well,A. Watch,2100-01-01", "would exclude everything"),
        (",loitering,,,A. Watch,2100-01-01", "reason must be given"),
        (",loitering,,trial,,2100-01-01", "author must be given"),
        (",loitering,,trial,A. Watch,", "expires must be given"),
        (",loitering,,trial,A. Watch,never", "'never' is neither Unix seconds"),
        (",Loitering!,,trial,A. Watch,2100-01-01", "kind is the name of a pattern"),
        ("imo:9372169,,,trial,A. Watch,2100-01-01", "'imo:9372169' is neither mmsi:"),
        (",,50.8 -1.1,trial,A. Watch,2100-01-01", "area is `lat lon radius_m`"),
        (",,98 -1.1 10,trial,A. Watch,2100-01-01", "lat within 90"),
        (",,POINT (1 2),trial,A. Watch,2100-01-01", "not a valid polygon"),
        (',,"POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))",trial,A. Watch,2100-01-01', "Self-intersection"),
        (',,"POLYGON ((50 -95, 51 -95, 51 -94, 50 -95))",trial,A. Watch,2100-01-01', "longitude first"),
        (",,POLYGON ((0 0,trial,A. Watch,2100-01-01", "area is no WKT"),
    ],
)
def test_a_wrong_exclusion_is_told_by_file_and_line(tmp_path, row, told):
    with pytest.raises(ValueError, match=r"exclusions\.csv: line 2: ") as caught:
        exclusions(tmp_path, row + "\n")
    assert told in str(caught.value)
