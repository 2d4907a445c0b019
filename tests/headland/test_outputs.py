"""The files of a run: valid to other people's readers, whole or absent, independent of batching."""

import json
from datetime import UTC, datetime
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.reports import Domain, entities
from fusion.tracks import Tracks
from headland import outputs
from headland.outputs import TracksWriter, wkb_points, write_flags, write_report

ROWS = 3000


@pytest.fixture(scope="module")
def tracks():
    rng = np.random.default_rng(20160112)
    lat = rng.uniform(49, 61, ROWS)
    lat[7] = np.nan
    alt = rng.uniform(0, 3000, ROWS)
    alt[:1000] = np.nan
    mmsi = entities(Domain.AIS, rng.integers(2e8, 7.7e8, ROWS // 2))
    icao = entities(Domain.ICAO, rng.integers(0x400000, 0x43FFFF, ROWS // 2))
    return Tracks.of(
        ROWS,
        time_s=1452603731.218 + np.arange(ROWS) / 3,
        track=rng.integers(0, 2**63, ROWS, np.uint64),
        entity=np.concatenate([mmsi, icao]),
        lat_deg=lat,
        lon_deg=rng.uniform(-11, 3, ROWS),
        alt_m=alt,
        sog_mps=rng.uniform(0, 60, ROWS),
        cog_deg=rng.uniform(0, 360, ROWS),
        sigma_m=rng.uniform(1, 50, ROWS),
        stations=rng.integers(1, 9, ROWS),
        doubt=rng.integers(0, 2**11, ROWS),
    )


def written(path, batches):
    with TracksWriter(path) as writer:
        for batch in batches:
            writer.append(batch)
    return path


def test_geopandas_reads_the_tracks_as_they_were(tracks, tmp_path):
    frame = gpd.read_parquet(written(tmp_path / "tracks.parquet", [tracks]))

    assert list(frame.columns) == [
        *("time", "track", "subject", "geometry", "alt_m", "sog_mps", "cog_deg", "sigma_m"),
        *("stations", "doubt", "independent", "plausible"),
    ]
    assert frame.crs == "OGC:CRS84"
    assert frame["time"].dt.tz is not None
    assert frame["time"][0] == pd.Timestamp("2016-01-12T13:02:11.218Z")
    assert frame["geometry"].isna().to_numpy().nonzero()[0].tolist() == [7]
    placed = np.isfinite(tracks.lat_deg)
    np.testing.assert_array_equal(frame.geometry[placed].x, tracks.lon_deg[placed])
    np.testing.assert_array_equal(frame.geometry[placed].y, tracks.lat_deg[placed])
    np.testing.assert_array_equal(frame["alt_m"], tracks.alt_m)
    np.testing.assert_array_equal(frame["track"], tracks.track)
    np.testing.assert_array_equal(frame["doubt"], tracks.doubt)
    assert frame["subject"][0].startswith("mmsi:")
    assert frame["subject"][ROWS - 1].startswith("icao24:4")


def test_the_metadata_is_geoparquet_1_1_and_the_box_bounds_every_point(tracks, tmp_path):
    path = written(tmp_path / "tracks.parquet", [tracks])

    geo = json.loads(pq.read_metadata(path).metadata[b"geo"])
    column = geo["columns"][geo["primary_column"]]
    assert geo["version"] == "1.1.0"
    assert (column["encoding"], column["geometry_types"]) == ("WKB", ["Point"])
    assert column["bbox"] == gpd.read_parquet(path).total_bounds.tolist()


def test_no_tracks_still_leave_a_file_that_reads(tmp_path):
    frame = gpd.read_parquet(written(tmp_path / "tracks.parquet", [Tracks.empty()]))

    assert len(frame) == 0
    assert frame.geometry.name == "geometry"
    assert frame["time"].dt.tz is not None


@settings(max_examples=20, deadline=None)
@given(cuts=st.lists(st.integers(0, ROWS), max_size=6))
def test_the_file_does_not_depend_on_how_rows_were_batched(cuts, tracks, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cut")
    edges = [0, *sorted(cuts), ROWS]
    pieces = [tracks.take(np.arange(a, b)) for a, b in pairwise(edges)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outputs, "ROW_GROUP_ROWS", 700)

        whole = written(folder / "whole.parquet", [tracks])
        cut = written(folder / "cut.parquet", pieces)

    assert cut.read_bytes() == whole.read_bytes()
    groups = pq.read_metadata(whole)
    assert [groups.row_group(i).num_rows for i in range(groups.num_row_groups)] == [700] * 4 + [200]


def test_a_run_that_breaks_leaves_no_file_and_no_scrap(tracks, tmp_path):
    def interrupted():
        yield tracks
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        written(tmp_path / "tracks.parquet", interrupted())

    with pytest.raises(ValueError):
        write_report(tmp_path / "report.json", {"score": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_breaks_leaves_the_file_of_the_run_before(tracks, tmp_path):
    path = written(tmp_path / "tracks.parquet", [tracks])

    with pytest.raises(RuntimeError), TracksWriter(path):
        raise RuntimeError

    assert len(pq.read_table(path)) == ROWS


@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), max_size=20))
def test_shapely_reads_the_points_that_were_built_as_one_buffer(places):
    lat, lon = np.array(places, np.float64).reshape(-1, 2).T

    points = shapely.from_wkb(wkb_points(lat, lon).to_numpy(zero_copy_only=False))

    np.testing.assert_array_equal(shapely.get_y(points), lat)
    np.testing.assert_array_equal(shapely.get_x(points), lon)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001  hypothesis wants naive bounds
def test_times_are_kept_to_the_microsecond(when):
    when = when.replace(tzinfo=UTC)

    assert outputs.timestamps(np.array([when.timestamp()])).to_pylist() == [when]


def test_flags_and_report_are_written_whole_and_readable(tmp_path):
    write_flags(tmp_path / "flags.geojson", {"type": "FeatureCollection", "features": []})
    write_report(tmp_path / "report.json", {"rows": np.int64(3), "by": {"b": 1.0, "a": "é"}})

    assert (tmp_path / "flags.geojson").read_bytes() == b'{"features":[],"type":"FeatureCollection"}\n'
    assert json.loads((tmp_path / "report.json").read_text()) == {"rows": 3, "by": {"b": 1, "a": "é"}}
    assert len(list(tmp_path.iterdir())) == 2
