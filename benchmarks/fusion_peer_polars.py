"""polars at two works of an archive: silences, and distance, speed and runs of the slow, both from rows in no order."""

from __future__ import annotations

import polars as pl

from geo.batch import Floats, Ids
from geo.sphere import EARTH_RADIUS_M

SLOW_MPS = 1.0


def table(entity: Ids, time_s: Floats, lat: Floats, lon: Floats) -> pl.DataFrame:
    """The rows as polars has them."""
    return pl.DataFrame({"entity": entity, "time_s": time_s, "lat": lat, "lon": lon})


def gaps(rows: pl.DataFrame, longer_s: float) -> pl.DataFrame:
    """As `fusion.gaps.gaps`: entity, from_s, to_s, both places and the distance between them."""
    before = [pl.col(name).shift().alias(f"from_{name}") for name in ("entity", "time_s", "lat", "lon")]
    ordered = rows.lazy().sort("entity", "time_s").with_columns(before)
    silent = (pl.col("entity") == pl.col("from_entity")) & (
        pl.col("time_s") - pl.col("from_time_s") > longer_s
    )
    return ordered.filter(silent).with_columns(_apart_m().alias("apart_m")).collect()


def stepped(rows: pl.DataFrame) -> pl.LazyFrame:
    """In order, each row with the distance from the one before and the speed that this takes."""
    before = [pl.col(name).shift().alias(f"from_{name}") for name in ("entity", "time_s", "lat", "lon")]
    apart_m = pl.when(pl.col("entity") == pl.col("from_entity")).then(_apart_m())
    return (
        rows.lazy()
        .sort("entity", "time_s")
        .with_columns(before)
        .with_columns(apart_m.alias("apart_m"))
        .with_columns((pl.col("apart_m") / (pl.col("time_s") - pl.col("from_time_s"))).alias("speed_mps"))
    )


def slow_runs(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a run of rows of one entity that are slow: who, since when, until when, how far in all."""
    slow = (pl.col("speed_mps") < SLOW_MPS).fill_null(value=False)
    run = pl.struct(pl.col("entity"), slow).rle_id().alias("run")
    return (
        stepped(rows)
        .with_columns(slow.alias("slow"), run)
        .filter("slow")
        .group_by("run", maintain_order=True)
        .agg(
            pl.col("entity").first(),
            pl.col("time_s").first().alias("from_s"),
            pl.col("time_s").last().alias("to_s"),
            pl.col("apart_m").sum(),
        )
        .collect()
    )


def _apart_m() -> pl.Expr:
    """Great-circle distance from the place before, by the haversine."""
    lat, before = pl.col("lat").radians(), pl.col("from_lat").radians()
    east = (pl.col("lon") - pl.col("from_lon")).radians()
    h = ((lat - before) / 2).sin() ** 2 + before.cos() * lat.cos() * (east / 2).sin() ** 2
    return 2 * EARTH_RADIUS_M * h.sqrt().arcsin()
