"""Where the map opens: at the flags, with their surroundings; else where most things are; and where everything is.

In: tracks and flags. Out: corners in degrees, south-west and north-east.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from fusion.tracks import Tracks
from geo.batch import Bools, Floats
from geo.sphere import EARTH_RADIUS_M
from maps.layer import Bounds, Scene
from maps.lines import placed, strays

CONTEXT_M = 40_000.0
"""The first view is at least so wide and tall: 22 nm, the Solent from end to end."""

REGION_M = 300_000.0
"""Flags further apart do not share a first view: at 300 km a ship's track is a dot."""

CROWD = 5.0
"""Per cent at each edge that do not decide where the map opens; every track has one vote, however long it is."""


def view_of(scene: Scene) -> Bounds | None:
    """Corners that hold the flags of the busiest region; else all but the stragglers; None where nothing is."""
    lat, lon = _flag_places(scene.features)
    if len(lat):
        near = _busiest(lat, lon)
        return _widened((lat[near].min(), lat[near].max()), (lon[near].min(), lon[near].max()))
    return crowd_of(scene.tracks)


def crowd_of(tracks: Tracks) -> Bounds | None:
    """Corners that hold most of the time of most tracks, so that neither a stray nor one long flight decides."""
    known = tracks.take(placed(tracks))
    known = known.take(~strays(known))
    if not len(known):
        return None
    _, which, count = np.unique(known.track, return_inverse=True, return_counts=True)
    vote = 1.0 / count[which]
    return _widened(_middle(known.lat_deg, vote), _middle(known.lon_deg, vote))


def _middle(values: Floats, vote: Floats) -> tuple[float, float]:
    """The values between which all votes lie but `CROWD` per cent at each edge."""
    order = np.argsort(values, kind="stable")
    share = np.cumsum(vote[order])
    low, high = np.searchsorted(share, share[-1] * np.array([CROWD, 100.0 - CROWD]) / 100.0)
    return float(values[order[low]]), float(values[order[high]])


def _busiest(lat: Floats, lon: Floats) -> Bools:
    """(n,): places in and around the fullest cell of a grid; all of them where they are near each other."""
    tall = math.degrees(REGION_M / 3 / EARTH_RADIUS_M)
    wide = tall / math.cos(math.radians(float(np.median(lat))))
    cells = np.stack([np.floor(lat / tall), np.floor(lon / wide)])
    if (np.ptp(cells, axis=1) <= 2).all():
        return np.ones(len(lat), np.bool_)
    found, counts = np.unique(cells, axis=1, return_counts=True)
    about = np.abs(cells - found[:, [np.argmax(counts)]]) <= 1
    near: Bools = about.all(axis=0)
    return near


def _widened(lats: tuple[float, float], lons: tuple[float, float]) -> Bounds:
    """The same corners, moved apart to `CONTEXT_M` where they are closer."""
    (south, north), (west, east) = lats, lons
    tall = math.degrees(CONTEXT_M / EARTH_RADIUS_M)
    wide = tall / math.cos(math.radians((south + north) / 2))
    more_lat, more_lon = max(0.0, tall - (north - south)) / 2, max(0.0, wide - (east - west)) / 2
    return (float(south - more_lat), float(west - more_lon)), (
        float(north + more_lat),
        float(east + more_lon),
    )


def _flag_places(features: Mapping[str, Any]) -> tuple[Floats, Floats]:
    """Latitudes and longitudes of the flags that have a place on the map."""
    places = [place for feature in features.get("features") or [] if (place := _place(feature)) is not None]
    lon, lat = np.array(places, np.float64).reshape(-1, 2).T
    shown = (np.abs(lat) < 85.0) & (np.abs(lon) <= 180.0)
    return lat[shown], lon[shown]


def _place(feature: Mapping[str, Any]) -> tuple[float, float] | None:
    """Longitude and latitude of a flag's point."""
    try:
        lon, lat = (feature.get("geometry") or {})["coordinates"]
        return float(lon), float(lat)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
