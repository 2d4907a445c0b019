"""The ports, and that they lie where ships can reach them."""

import numpy as np
import pytest

from geo.coast import coast
from geo.ports import nearest_port, ports


@pytest.mark.parametrize(
    ("name", "lat", "lon"),
    [
        ("Dover", 51.122, 1.317),
        ("Falmouth", 50.155, -5.06),
        ("Lowestoft", 52.473, 1.752),
        ("Newlyn", 50.103, -5.549),
        ("Ramsgate", 51.328, 1.419),
        ("Larne", 54.85, -5.79),
    ],
)
def test_a_harbour_one_knows_is_found_within_two_kilometres(name: str, lat: float, lon: float) -> None:
    row, metres = nearest_port(np.array([lat]), np.array([lon]))

    assert ports().name[row[0]] == name
    assert metres[0] < 2000


def test_every_port_lies_within_three_kilometres_of_the_coast() -> None:
    assert coast().distance_m(ports().lat_deg, ports().lon_deg).max() < 3000


def test_every_port_says_whose_position_it_is_and_none_is_geonames() -> None:
    assert set(ports().source) == {"unlocode", "searoute", "sea-ports"}
    assert len(set(ports().code)) == len(ports())
    assert {code[:2] for code in ports().code.tolist()} == {"GB", "IE", "IM", "JE", "GG"}


def test_of_no_place_no_port_is_nearest() -> None:
    row, metres = nearest_port(np.array([np.nan]), np.array([0.0]))

    assert row.tolist() == [-1]
    assert np.isnan(metres[0])
