"""How to report: the right numbers for the right water, and no wrong one."""

from dataclasses import replace

import pytest

from alerts.routing import IRELAND, OWN_NUMBER, forces_of, how_to_report
from feeds.reports import entity_of
from fusion.flags import Flag, State
from geo.forces import force_names, forces

SHIP, PLANE = entity_of("mmsi:235012345"), entity_of("icao24:400abc")


def flag_about(*subjects):
    return Flag(
        id="0" * 16,
        kind="loitering",
        subjects=subjects,
        start_s=0.0,
        end_s=None,
        raised_s=0.0,
        lat_deg=50.0,
        lon_deg=-1.0,
        score=0.5,
        state=State.OPEN,
        version=1,
        summary="",
        reasons=(),
        pattern="loitering",
        pattern_version=1,
        parameters={},
    )


@pytest.mark.parametrize(
    ("subjects", "quoted", "unquoted"),
    [((SHIP,), "Kraken", "Pegasus"), ((PLANE,), "Pegasus", "Kraken"), ((SHIP, PLANE), "Kraken", "")],
)
def test_the_call_quotes_the_project_that_fits_the_subjects(subjects, quoted, unquoted):
    told = how_to_report(flag_about(*subjects), ["Kent Police"])

    assert "999" in told[0]
    assert "Kent Police on 101" in told[1]
    assert quoted in told[1]
    assert not unquoted or unquoted not in told[1]
    assert "0800 555 111" in told[-1]


def test_two_forces_near_a_border_are_both_told_of():
    told = " ".join(how_to_report(flag_about(SHIP), ["Kent Police", "Essex Police"]))

    assert "Kent Police on 101" in told
    assert "Essex Police on 101" in told


def test_a_flag_about_an_area_names_both_projects():
    told = how_to_report(flag_about(), ["Kent Police"])

    assert "Kraken" in told[1]
    assert "Pegasus" in told[1]


@pytest.mark.parametrize("force", [IRELAND, *OWN_NUMBER])
def test_no_force_that_101_does_not_reach_is_said_to_be_on_101(force):
    assert "101" not in " ".join(how_to_report(flag_about(SHIP), [force]))


def test_irish_water_is_told_of_in_irish_numbers():
    told = " ".join(how_to_report(flag_about(SHIP), [IRELAND]))

    assert "112" in told
    assert "1800 666 111" in told
    assert "0800 555 111" not in told


def test_no_flags_ask_for_no_lookup():
    def never(lat, lon):
        raise AssertionError

    assert forces_of([], never) == []


def test_the_forces_named_here_are_forces_of_the_map():
    assert {IRELAND, *OWN_NUMBER} <= set(force_names())


def test_a_flag_off_howth_is_for_the_garda_and_one_off_cowes_for_hampshire():
    flags = [
        replace(flag_about(SHIP), lat_deg=53.38, lon_deg=-6.05),
        replace(flag_about(SHIP), lat_deg=50.77, lon_deg=-1.29),
    ]

    assert forces_of(flags, forces) == [(IRELAND,), ("Hampshire and Isle of Wight Constabulary",)]
