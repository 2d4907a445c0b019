"""`headland replay --smooth`: one file more, with the columns of the tracks, and nothing else changed."""

import numpy as np
import pyarrow.parquet as pq

from headland.options import ReplayOptions
from headland.replay import replay

COLUMNS = """
title = "A logger"
[time_s]
column = "UTC"
format = "iso"
[entity]
column = "MMSI"
kind = "mmsi"
[lat_deg]
column = "Lat"
[lon_deg]
column = "Lon"
[sog_mps]
column = "SOG"
unit = "kn"
[cog_deg]
column = "COG"
"""


def recorded(path):
    """A craft at 12 kn to the east, each place off by some metres."""
    north, east = np.random.default_rng(7).normal(0.0, 2e-4, (2, 60))
    rows = [
        f"2024-07-12 12:{k // 6:02}:{k % 6}0,235012345,{50.6 + north[k]:.5f},{-3.0 + 8.7e-4 * k + east[k]:.5f},12.0,90.0"
        for k in range(60)
    ]
    path.write_text("\n".join(["UTC,MMSI,Lat,Lon,SOG,COG", *rows, ""]), encoding="utf-8")
    path.with_suffix(".toml").write_text(COLUMNS, encoding="utf-8")
    return path


def test_smoothed_tracks_are_written_when_asked_for_and_lie_nearer_to_the_straight_way(tmp_path):
    source = recorded(tmp_path / "craft.csv")

    for name, smooth in (("plain", False), ("smooth", True)):
        options = ReplayOptions(columns_toml=source.with_suffix(".toml"), smooth=smooth)
        report = replay([str(source)], tmp_path / name, options)
        assert report["links"] == []

    assert not (tmp_path / "plain" / "tracks_smoothed.parquet").exists()
    for name in ("tracks.parquet", "flags.geojson"):
        assert (tmp_path / "plain" / name).read_bytes() == (tmp_path / "smooth" / name).read_bytes()
    told, best = (pq.read_table(tmp_path / "smooth" / f"tracks{each}.parquet") for each in ("", "_smoothed"))
    assert best.schema.equals(told.schema)
    assert best.num_rows == told.num_rows == 60
    off = [
        np.std([np.frombuffer(point[13:21], "<f8")[0] - 50.6 for point in table["geometry"].to_pylist()])
        for table in (told, best)
    ]
    assert off[1] < 0.9 * off[0]
    assert max(best["sigma_m"].to_pylist()) <= max(told["sigma_m"].to_pylist())
