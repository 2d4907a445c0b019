"""Flags, truths and replays made by hand, for the tests of scoring."""

import json

import numpy as np
import pyarrow.parquet as pq

from fusion.tracks import Tracks
from headland.outputs import track_table
from headland.proving.scoring.reading import unix_s
from headland.proving.scoring.trials import Claim, Followed, Planted, Trial

T0 = unix_s("2026-06-17T05:00:00Z")
HOUR = 3600.0


def claim(
    kind="loitering", subjects=("mmsi:235000001",), *, raised=1800.0, score=0.9, at=(50.6, -1.2), **more
):
    """A flag raised so many seconds after T0."""
    return Claim(
        kind=kind,
        subjects=tuple(sorted(subjects)),
        start_s=T0 + raised - 600.0,
        raised_s=T0 + raised,
        lat_deg=at[0],
        lon_deg=at[1],
        score=score,
        **more,
    )


def planted(
    kind="loitering", subjects=("mmsi:235000001",), *, span=(0.0, 3600.0), at=(50.6, -1.2), note="drifts"
):
    """Something that lasts from and until so many seconds after T0."""
    return Planted(
        kind=kind,
        subjects=tuple(sorted(subjects)),
        start_s=T0 + span[0],
        end_s=T0 + span[1],
        lat_deg=at[0],
        lon_deg=at[1],
        note=note,
    )


def trial(claims=(), truths=(), quiet=None, followed=None):
    """A world of them, followed for 100 vessel-hours and 50 flight-hours over a day."""
    followed = followed or Followed(vessel_h=100.0, flight_h=50.0, watch_h=24.0)
    return Trial(claims=tuple(claims), planted=tuple(truths), quiet=quiet or {}, followed=followed)


def write_flags(path, claims):
    """A `flags.geojson` of these claims, as much of it as scoring reads."""
    moment = np.vectorize(lambda s: f"{np.datetime64(round(s * 1000), 'ms')}Z")
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [each.lon_deg, each.lat_deg]},
            "properties": {
                "id": f"{i:016x}",
                "kind": each.kind,
                "subjects": list(each.subjects),
                "start": str(moment(each.start_s)),
                "raised": str(moment(each.raised_s)),
                "score": each.score,
                "state": "withdrawn" if each.withdrawn else "closed",
            },
        }
        for i, each in enumerate(claims)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def write_tracks(path, entity, time_s, lat=50.6, lon=-1.2):
    """A `tracks.parquet` of one subject's positions."""
    n = len(time_s)
    tracks = Tracks.of(
        n,
        time_s=np.asarray(time_s, float),
        entity=np.full(n, entity, np.uint64),
        lat_deg=np.broadcast_to(np.asarray(lat, float), n).copy(),
        lon_deg=np.broadcast_to(np.asarray(lon, float), n).copy(),
    )
    pq.write_table(track_table(tracks), path)
