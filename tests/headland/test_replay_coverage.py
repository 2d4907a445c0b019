"""`headland replay --coverage`: two files more, that agree with each other, and nothing else changed."""

import json
from itertools import pairwise

import numpy as np
import pytest
import shapely

from fusion.survey import network
from headland.bundle import wires
from headland.coverage_files import cover_of, features
from headland.options import ReplayOptions
from headland.replay import outcomes, replay
from headland.run import begun

SITES = [
    {"id": name, "lat": lat, "lon": lon, "antenna_m": 40, "kind": "ais"}
    for name, lat, lon in (("demo-cowes", 50.7655, -1.3005), ("demo-ventnor", 50.5965, -1.2055))
]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A replay of the bundled Solent as four stations heard it, with coverage and without."""
    folder = tmp_path_factory.mktemp("coverage")
    (folder / "stations.json").write_text(json.dumps(SITES), encoding="utf-8")
    for name, coverage in (("plain", False), ("asked", True)):
        options = ReplayOptions(stations=folder / "stations.json", coverage=coverage)
        replay([str(wires()[0].path)], folder / name, options)
    return folder


def test_coverage_is_written_when_asked_for_and_changes_nothing_else(results):
    extra = {path.name for path in (results / "asked").iterdir()} - {
        path.name for path in (results / "plain").iterdir()
    }

    assert extra == {"coverage.html", "coverage.geojson"}
    for path in (results / "plain").iterdir():
        assert path.read_bytes() == (results / "asked" / path.name).read_bytes()


def test_each_cell_is_a_polygon_of_the_grid_with_what_was_heard_in_it(results):
    cells = json.loads((results / "asked" / "coverage.geojson").read_text("utf-8"))["features"]
    told = [cell["properties"] for cell in cells]

    assert len(cells) > 5
    for cell, said in zip(cells, told, strict=True):
        square = shapely.geometry.shape(cell["geometry"])
        assert square.exterior.is_ccw
        assert square.area == pytest.approx(0.05 * 0.1)
        assert 0 < said["heard"] <= said["due"]
        assert said["share"] == pytest.approx(said["heard"] / said["due"], abs=1e-4)
        assert 0.0 <= said["chance"] <= 1.0
        assert all(0 <= own["heard"] <= own["due"] for own in said["stations"])
    assert all(one["band"] <= other["band"] for one, other in pairwise(told))
    assert {own["id"] for said in told for own in said["stations"]} >= {"demo-cowes", "demo-ventnor"}


def test_the_page_holds_the_same_counts(results):
    page = (results / "asked" / "coverage.html").read_text("utf-8")
    held = json.loads(page.split('id="data-cover">')[1].split("</script>")[0])
    cells = json.loads((results / "asked" / "coverage.geojson").read_text("utf-8"))["features"]
    rows = np.array(held["network"]).reshape(-1, 7)

    assert rows[:, 3:5].tolist() == [[cell["properties"][key] for key in ("heard", "due")] for cell in cells]
    assert rows[:, 5].tolist() == [
        sum(own["heard"] > 0 for own in cell["properties"]["stations"]) for cell in cells
    ]
    assert {each["name"]: each["lat"] for each in held["stations"]}.items() >= {
        site["id"]: site["lat"] for site in SITES
    }.items()


def test_without_a_list_of_stations_nobody_has_a_place():
    run = begun([str(wires()[0].path)], ReplayOptions())
    for _ in outcomes(run, ReplayOptions(), tally={"frames": 0, "reports": 0, "identities": 0}):
        pass
    engine, decoder = run.judges
    cover = cover_of(
        engine, run.in_force.settings.fusion, run.in_force.stations(decoder.names), decoder.names
    )

    assert run.in_force.stations(decoder.names) is None
    assert np.isnan([each.lat_deg for each in cover.antennas]).all()
    assert len(list(features(cover, decoder.names))) == len(network(engine.context.coverage))
