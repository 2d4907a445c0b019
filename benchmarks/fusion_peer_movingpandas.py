"""MovingPandas' stops alone: where somebody stayed within 200 m for 20 minutes."""

from __future__ import annotations

from datetime import timedelta

import movingpandas as mpd
import numpy as np
import pandas as pd

from feeds.reports import NUMBER_MASK
from geo.batch import Floats, Ids

WITHIN_M, FOR_MIN = 200, 20


def trajectories(entity: Ids, time_s: Floats, lat: Floats, lon: Floats) -> mpd.TrajectoryCollection:
    """One trajectory an entity, by its number: as a float, as they come back, the whole of it is another."""
    # Its own conversions warn of nanoseconds, a thousand times a second.
    times = pd.to_datetime(time_s, unit="s").floor("ms")
    rows = pd.DataFrame({"entity": entity & np.uint64(NUMBER_MASK), "t": times, "lat": lat, "lon": lon})
    rows = rows.drop_duplicates(["entity", "t"])
    return mpd.TrajectoryCollection(rows, "entity", t="t", x="lon", y="lat", crs="EPSG:4326")


def stops(heard: mpd.TrajectoryCollection) -> pd.DataFrame:
    """One row a stop: number, from_s, to_s, lat, lon."""
    found = mpd.TrajectoryStopDetector(heard).get_stop_points(
        max_diameter=WITHIN_M, min_duration=timedelta(minutes=FOR_MIN)
    )
    seconds = {
        f"{end}_s": found[name].astype("datetime64[us]").astype("int64") / 1e6
        for end, name in (("from", "start_time"), ("to", "end_time"))
    }
    return pd.DataFrame(
        {
            "number": found["traj_id"].astype("uint64"),
            **seconds,
            "lat": found.geometry.y,
            "lon": found.geometry.x,
        }
    )
