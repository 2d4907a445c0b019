"""The land on the page is the land of `geo.coast`, near the tracks in full detail."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from fusion.tracks import Tracks
from geo.coast import coast
from maps.layer import Scene, view_of
from maps.layers.airfields import LAYER as AIRFIELDS
from maps.layers.coast import LAYER as COAST
from maps.layers.coast import MOST_VERTICES


def scene_of(lat: list[float], lon: list[float]) -> Scene:
    return Scene(Tracks.of(len(lat), lat_deg=np.array(lat), lon_deg=np.array(lon)), {}, {})


def area(wire: dict) -> float:
    """Square degrees inside the rings, holes taken out: they turn the other way."""
    rings = [np.cumsum(np.reshape(ring, (-1, 2)), axis=0) * wire["step"] for ring in wire["rings"]]
    return abs(sum(np.sum(r[:-1, 0] * r[1:, 1] - r[1:, 0] * r[:-1, 1]) / 2 for r in rings))


def test_the_finer_coast_is_the_land_in_its_box() -> None:
    fine = COAST.data(scene_of([50.6, 50.9], [-1.6, -0.9]))["fine"]
    land = shapely.clip_by_rect(coast().land, *fine["box"])

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


def test_a_stray_position_does_not_decide_where_the_map_opens() -> None:
    lat, lon = [50.0] * 400 + [0.0], [-1.0] * 400 + [0.0]

    assert view_of(scene_of(lat, lon)) == ((50.0, -1.0), (50.0, -1.0))


def test_known_airfields_are_where_they_are() -> None:
    fields = {name: (lat, lon, sort) for lat, lon, sort, name in AIRFIELDS.data(scene_of([], []))}

    assert fields["EGHJ"] == (pytest.approx(50.678, abs=0.01), pytest.approx(-1.109, abs=0.01), "open")
    assert {sort for _, _, sort in fields.values()} == {"open", "closed", "heliport"}
