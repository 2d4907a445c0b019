"""The airfield tables against what everybody knows of them."""

import numpy as np
import pytest

from geo.airfields import ANY, OPEN, AirfieldKind, Airfields, airfields, nearest, runway_ends
from geo.sphere import distance_m
from geo.units import FOOT_M


def row_of(ident: str) -> int:
    (row,) = np.flatnonzero(airfields().ident == ident)
    return int(row)


def test_heathrow_is_a_large_aerodrome_at_83_feet() -> None:
    fields, row = airfields(), row_of("EGLL")

    assert fields.name[row] == "London Heathrow Airport"
    assert fields.kind[row] == AirfieldKind.LARGE
    assert fields.icao[row] == "EGLL"
    assert fields.elevation_m[row] == pytest.approx(83 * FOOT_M)
    assert fields.runway_m[row] == pytest.approx(3901, abs=1)


def test_a_disused_royal_air_force_field_is_closed_and_not_open() -> None:
    fields = airfields()
    (row,) = np.flatnonzero(fields.name == "RAF Castle Camps")
    lat, lon = fields.lat_deg[[row]], fields.lon_deg[[row]]

    assert fields.kind[row] == AirfieldKind.CLOSED
    assert nearest(lat, lon, [AirfieldKind.CLOSED])[0][0] == row
    assert nearest(lat, lon, OPEN)[0][0] != row


def test_every_covered_country_has_fields_and_every_kind_occurs() -> None:
    fields = airfields()

    assert set(fields.country) == {"GB", "IE", "IM", "JE", "GG"}
    assert set(fields.kind) == {int(kind) for kind in AirfieldKind}
    assert len(set(fields.ident)) == len(fields) > 1700


def test_no_field_lies_at_nought_because_nobody_recorded_its_elevation() -> None:
    elevation_m = airfields().elevation_m

    assert not (elevation_m == 0).any()
    assert 600 < np.isnan(elevation_m).sum() < 800
    assert np.nanmax(elevation_m) < 600  # no aerodrome in these islands lies higher
    assert np.nanmin(elevation_m) > -10


def test_the_nearest_field_is_the_one_a_full_search_finds() -> None:
    rng = np.random.default_rng(1)
    lat, lon = rng.uniform(50, 59, 200), rng.uniform(-9, 1, 200)
    fields = airfields()
    row, metres = nearest(lat, lon, ANY)

    every_m = distance_m(lat[:, None], lon[:, None], fields.lat_deg, fields.lon_deg)

    assert every_m[np.arange(200), row] == pytest.approx(every_m.min(axis=1), rel=0.005)
    assert metres == pytest.approx(every_m.min(axis=1), rel=0.005)


def test_of_no_kind_and_of_no_place_nothing_is_nearest() -> None:
    here = np.array([51.5]), np.array([0.0])

    assert nearest(*here, kinds=[])[0].tolist() == [-1]
    row, metres = nearest(np.array([np.nan]), np.array([0.0]))
    assert row.tolist() == [-1]
    assert np.isnan(metres).all()


def test_heathrow_s_northern_runway_is_landed_on_to_the_west_from_its_eastern_end() -> None:
    ends = runway_ends()
    (end,) = np.flatnonzero((ends.airfield == row_of("EGLL")) & (ends.ident == "27R"))

    assert ends.course_deg[end] == pytest.approx(269.7, abs=0.5)
    assert ends.lon_deg[end] == pytest.approx(-0.4333, abs=1e-3)
    assert ends.length_m[end] == pytest.approx(3901, abs=30)


def test_runway_ends_come_in_pairs_and_lie_at_their_fields() -> None:
    ends, fields = runway_ends(), airfields()
    half = len(ends) // 2
    away_m = distance_m(
        ends.lat_deg, ends.lon_deg, fields.lat_deg[ends.airfield], fields.lon_deg[ends.airfield]
    )

    assert np.array_equal(ends.airfield[:half], ends.airfield[half:])
    assert away_m.max() < 5000
    turn = (ends.course_deg[:half] - ends.course_deg[half:]) % 360
    assert turn == pytest.approx(np.full(half, 180.0), abs=0.1)


def test_the_columns_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        airfields().lat_deg[0] = 0.0


def test_the_table_comes_back_from_arrow() -> None:
    back = Airfields.from_arrow(airfields().to_arrow())

    for name, column in airfields().columns().items():
        assert np.array_equal(getattr(back, name), column, equal_nan=column.dtype.kind == "f"), name
