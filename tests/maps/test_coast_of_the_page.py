"""The land on the page is the land of `geo.coast`, near the tracks in full detail."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import shapely

from fusion.tracks import Tracks
from geo.basemap import CUT_LAT_DEG, CUT_LON_DEG, beyond_bytes, coast_bytes
from geo.coast import coast
from maps.layer import Scene
from maps.layers.airfields import LAYER as AIRFIELDS
from maps.layers.coast import BRIM_DEG, MOST_VERTICES
from maps.layers.coast import LAYER as COAST
from maps.plain import embedded


def scene_of(lat: list[float], lon: list[float]) -> Scene:
    return Scene(
        Tracks.of(len(lat), time_s=np.zeros(len(lat)), lat_deg=np.array(lat), lon_deg=np.array(lon)), {}, {}
    )


def area(wire: dict) -> float:
    """Square degrees inside the rings, holes taken out: they turn the other way."""
    rings = [np.cumsum(np.reshape(ring, (-1, 2)), axis=0) * wire["step"] for ring in wire["rings"]]
    return abs(sum(np.sum(r[:-1, 0] * r[1:, 1] - r[1:, 0] * r[:-1, 1]) / 2 for r in rings))


def test_the_finer_coast_is_the_land_in_its_box() -> None:
    fine = COAST.data(scene_of([50.6, 50.9], [-1.6, -0.9]))["fine"]
    west, south, east, north = fine["box"]
    brim = shapely.box(west - BRIM_DEG, south - BRIM_DEG, east + BRIM_DEG, north + BRIM_DEG)
    land = shapely.intersection(coast().land, brim)

    assert area(fine) == pytest.approx(shapely.area(land).sum(), rel=1e-4)
    assert fine["box"][0] < -1.6
    assert fine["box"][3] > 50.9


def test_the_coarse_coast_has_the_islands_size() -> None:
    coarse = COAST.data(scene_of([], []))["coarse"]
    ours = sum(shapely.area(coast(source).land).sum() for source in ("osm", "neighbours"))

    assert area(coarse) == pytest.approx(ours, rel=5e-3)


def test_a_view_of_everything_is_spared_the_finer_coast() -> None:
    assert shapely.get_num_coordinates(coast().land).sum() > MOST_VERTICES
    assert COAST.data(scene_of([49.0, 61.0], [-11.0, 2.0]))["fine"] is None
    assert COAST.data(scene_of([], []))["fine"] is None


def test_known_airfields_are_where_they_are() -> None:
    fields = {name: (lat, lon, sort) for lat, lon, sort, name in AIRFIELDS.data(scene_of([], []))}

    assert fields["EGHJ"] == (pytest.approx(50.678, abs=0.01), pytest.approx(-1.109, abs=0.01), "open")
    assert {sort for _, _, sort in fields.values()} == {"open", "closed", "heliport"}


@cache
def land_of(text: bytes) -> np.ndarray:
    return shapely.get_parts(shapely.get_parts(shapely.from_geojson(text)))


@pytest.mark.parametrize(
    ("lat", "lon", "dry"),
    [
        (48.86, 2.35, True),  # Paris
        (52.37, 4.89, True),  # Amsterdam
        (47.22, -1.55, True),  # Nantes
        (43.60, 1.44, True),  # Toulouse
        (40.42, -3.70, True),  # Madrid
        (60.39, 5.33, True),  # Bergen
        (64.13, -21.80, True),  # Reykjavik
        (36.75, 3.06, True),  # Algiers
        (51.5, -0.1, True),  # London
        (53.35, -6.3, True),  # Dublin
        (45.5, -4.0, False),  # Biscay
        (56.5, 3.0, False),  # North Sea
        (50.2, -1.2, False),  # Channel
        (41.0, 5.0, False),  # Mediterranean
        (58.0, 19.0, False),  # Baltic
        (67.0, -5.0, False),  # Norwegian Sea
        (67.0, 26.0, True),  # Lapland
    ],
)
def test_the_page_has_land_where_there_is_land(lat: float, lon: float, dry: bool) -> None:
    both = np.concatenate([land_of(coast_bytes()), land_of(beyond_bytes())])

    assert shapely.contains_xy(both, lon, lat).sum() == int(dry)


def test_no_two_coasts_lie_on_each_other_and_the_cuts_meet() -> None:
    ours, beyond = shapely.union_all(land_of(coast_bytes())), shapely.union_all(land_of(beyond_bytes()))
    meeting = shapely.intersection(shapely.buffer(ours, 2e-3), shapely.buffer(beyond, 2e-3))
    west, south, east, north = shapely.bounds(meeting)

    assert shapely.area(shapely.intersection(ours, beyond)) < 1e-3
    # France is cut at 3 degrees east and at 48 north: there, and nowhere else, the two touch.
    assert (west, east) == (pytest.approx(-4.4, abs=0.1), pytest.approx(3.0, abs=0.01))
    assert (south, north) == (pytest.approx(48.0, abs=0.01), pytest.approx(51.25, abs=0.1))
    assert shapely.length(meeting) / 2 == pytest.approx(3.0 + 4.4 + 51.25 - 48.0, rel=0.2)


def test_every_straight_cut_is_known_to_the_page() -> None:
    for land in (land_of(coast_bytes()), land_of(beyond_bytes())):
        for ring in shapely.get_rings(land):
            points = shapely.get_coordinates(ring)
            for axis, known in ((0, CUT_LON_DEG), (1, CUT_LAT_DEG)):
                along = np.diff(points[:, axis]) == 0
                long = np.abs(np.diff(points[:, 1 - axis])) > 0.8
                assert set(points[1:, axis][along & long]) <= set(known)


def test_the_land_beyond_is_small_enough_for_every_page() -> None:
    assert len(embedded(COAST.data(scene_of([], []))["beyond"])) < 200_000
