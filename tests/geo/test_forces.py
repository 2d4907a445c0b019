"""Who polices the towns and waters one knows."""

import csv
import re

import numpy as np
import pytest
import shapely

from geo import forces as module
from geo.forces import areas, force_names, force_rows, forces, own_name
from geo.waters import covered


@pytest.mark.parametrize(
    ("place", "lat", "lon", "force"),
    [
        ("Dover", 51.127, 1.313, "Kent Police"),
        ("Cowes", 50.760, -1.300, "Hampshire and Isle of Wight Constabulary"),
        ("Newquay", 50.413, -5.085, "Devon & Cornwall Police"),
        ("Scilly", 49.915, -6.315, "Devon & Cornwall Police"),
        ("Oban", 56.415, -5.472, "Police Scotland"),
        ("St Kilda", 57.815, -8.580, "Police Scotland"),
        ("Fair Isle", 59.530, -1.630, "Police Scotland"),
        ("Bangor, County Down", 54.655, -5.670, "Police Service of Northern Ireland"),
        ("Cork", 51.898, -8.475, "An Garda Síochána"),
        ("Douglas", 54.150, -4.485, "Isle of Man Constabulary"),
        ("St Helier", 49.186, -2.107, "States of Jersey Police"),
        ("St Peter Port", 49.455, -2.540, "Guernsey Police"),
        ("Alderney", 49.714, -2.205, "Guernsey Police"),
        ("Holyhead", 53.310, -4.635, "North Wales Police"),
        ("Skegness", 53.144, 0.340, "Lincolnshire Police"),
        ("Whitby", 54.486, -0.615, "North Yorkshire Police"),
        ("Wallasey", 53.425, -3.060, "Merseyside Police"),
        ("Southwold", 52.327, 1.680, "Suffolk Constabulary"),
        ("5 miles off Southwold", 52.327, 1.815, "Suffolk Constabulary"),
        ("8 miles off Land's End", 50.040, -5.900, "Devon & Cornwall Police"),
        ("6 miles off Brighton", 50.720, -0.140, "Sussex Police"),
        ("Rockall", 57.596, -13.687, "Police Scotland"),
    ],
)
def test_a_place_one_knows_has_the_force_one_knows(place: str, lat: float, lon: float, force: str) -> None:
    assert forces(np.array([lat]), np.array([lon])) == [(force,)]


@pytest.mark.parametrize(
    ("place", "lat", "lon", "both"),
    [
        ("Lyme Regis, a mile from Devon", 50.725, -2.940, {"Dorset Police", "Devon & Cornwall Police"}),
        ("the Humber's mouth", 53.550, 0.100, {"Humberside Police", "Lincolnshire Police"}),
        ("the Thames off Southend", 51.500, 0.750, {"Essex Police", "Kent Police"}),
        ("Heathrow", 51.470, -0.450, {"Metropolitan Police Service", "Surrey Police"}),
    ],
)
def test_near_a_border_both_are_named(place: str, lat: float, lon: float, both: set[str]) -> None:
    (named,) = forces(np.array([lat]), np.array([lon]))

    assert set(named) == both


@pytest.mark.parametrize("place", [(50.0, -20.0), (50.95, 1.86), (56.0, 3.0), (np.nan, 0.0), (np.inf, 0.0)])
def test_outside_nobody_is_named(place: tuple[float, float]) -> None:
    assert forces(*np.array(place)[:, None]) == [()]


def test_no_places_give_no_names() -> None:
    assert forces(np.empty(0), np.empty(0)) == []


def test_a_force_is_named_exactly_where_the_map_covers() -> None:
    rng = np.random.default_rng(1)
    lat, lon = rng.uniform(48.8, 61, 4000), rng.uniform(-11, 2.2, 4000)

    named = forces(lat, lon)

    assert [len(names) > 0 for names in named] == covered(lat, lon).tolist()
    assert {len(names) for names in named} == {0, 1, 2}
    assert all(len(set(names)) == len(names) for names in named)


def test_deep_inland_the_force_is_the_area_shapely_finds() -> None:
    rng = np.random.default_rng(2)
    lat, lon = rng.uniform(50.5, 57.5, 3000), rng.uniform(-8.5, 0.5, 3000)
    first, second = force_rows(lat, lon)
    inside = np.stack([shapely.contains_xy(area, lon, lat) for area in areas()])
    clear = (first >= 0) & (second < 0) & inside.any(axis=0)

    assert clear.sum() > 1000
    assert np.array_equal(inside.argmax(axis=0)[clear], first[clear])


def test_the_answer_does_not_depend_on_the_company_a_place_is_in() -> None:
    rng = np.random.default_rng(3)
    lat, lon = rng.uniform(49, 60, 300), rng.uniform(-9, 2, 300)

    assert forces(lat[:100], lon[:100]) + forces(lat[100:], lon[100:]) == forces(lat, lon)


def test_all_forty_nine_are_there_and_every_county_has_one() -> None:
    with (module.DATA / "units.csv").open(encoding="utf-8", newline="") as file:
        units = list(csv.DictReader(file))

    assert len(force_names()) == 49
    assert {row["force"] for row in units} == set(force_names())
    assert len({row["unit"] for row in units}) == len(units)


def test_a_welsh_force_names_itself_in_welsh_too_and_every_own_name_is_of_a_force() -> None:
    assert own_name("South Wales Police").startswith("Heddlu De Cymru")
    assert own_name("Kent Police") == "Kent Police"
    assert set(module._OWN_NAMES) <= set(force_names())
    assert not [name for name in force_names() if re.search(r"[^\w &-]", name)]
