"""Tracks as a page carries them: lines broken at silences, thinned, in columns of small integers.

Numbers are differences from the row before, which JSON writes in a few
characters: about 20 bytes a position, 4 MB for the default budget. Units on
the wire: time in 0.1 s, degrees in 1e-5 (1.1 m), speed in 0.01 m/s, course
in degrees, height in metres; `UNSAID` where nothing was said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from feeds.reports import Doubt
from fusion.tracks import Tracks
from geo.batch import Bools, Floats, Ids, Ints
from geo.sphere import EARTH_RADIUS_M
from maps.thinning import kept, weights

BUDGET = 200_000
"""Positions a page holds: beyond it the tolerance grows until they fit."""

FINEST_M = 5.0
"""Nothing finer is kept: below the accuracy of GNSS on a small craft (AIS "high" is under 10 m)."""

VESSEL_GAP_S = 600.0
"""A ship at anchor reports every 3 minutes (ITU-R M.1371 table 1): three missed and more break the line."""

AIRCRAFT_GAP_S = 120.0
"""Airborne positions come twice a second; two minutes is 8 nm at 240 kn."""

MOST_STRAYS = 10_000
"""Positions set aside that a page holds: a jammed receiver can make any number of them."""

UNSAID = -1_000_000


@dataclass(frozen=True)
class Lines:
    """Thinned tracks.

    Attributes:
        tracks: the rows kept, by track and time.
        offsets: (lines + 1,) rows of each unbroken line.
        line_track: (lines,) which of `ids` a line belongs to.
        ids: (k,) track numbers, rising.
        last: (k,) row in `tracks` of each track's last position.
        heard: (k,) positions each track had before thinning.
        doubts: (k,) every `feeds.reports.Doubt` of a track, or-ed.
        jumps: (k,) positions of each track that were set aside.
        strays: those, or every so many of them: positions too far from where the thing was a moment before, by track and time: in no line.
        tolerance_m: nobody is drawn further from where they were than this.
        total: positions before thinning.
    """

    tracks: Tracks
    offsets: Ints
    line_track: Ints
    ids: Ids
    last: Ints
    heard: Ints
    doubts: Ints
    jumps: Ints
    strays: Tracks
    tolerance_m: float
    total: int


def thinned(tracks: Tracks, airborne: Bools, budget: int = BUDGET) -> Lines:
    """Sort, break and thin; rows without a time or a position are left out, strays set aside.

    Shapes: airborne (n,): rows to which the shorter silence of aircraft applies.
    """
    rows = np.flatnonzero(placed(tracks))
    rows = rows[np.lexsort((tracks.time_s[rows], tracks.track[rows]))]
    every, gap_s = tracks.take(rows), np.where(airborne[rows], AIRCRAFT_GAP_S, VESSEL_GAP_S)
    ids, first, heard = np.unique(every.track, return_index=True, return_counts=True)
    doubts = np.bitwise_or.reduceat(every.doubt, first).astype(np.int64) if len(ids) else heard
    aside = strays(every)
    whole, jumps = every.take(~aside), every.take(aside)
    begins = _begins(whole, gap_s[~aside])
    offsets = np.append(np.flatnonzero(begins), len(whole))
    weight_m = weights(*_metres(whole, offsets), whole.time_s, offsets)
    keep, tolerance_m = kept(weight_m, budget, FINEST_M)
    thin = whole.take(keep)
    line_starts = np.append(np.flatnonzero(begins[keep]), len(thin))
    starts = line_starts[:-1]
    last = np.searchsorted(thin.track, ids, side="right") - 1
    return Lines(
        thin,
        line_starts,
        np.searchsorted(ids, thin.track[starts]),
        ids,
        last,
        heard,
        doubts,
        np.searchsorted(jumps.track, ids, side="right") - np.searchsorted(jumps.track, ids),
        jumps.take(np.arange(0, len(jumps), len(jumps) // MOST_STRAYS + 1)),
        tolerance_m,
        len(every),
    )


def placed(tracks: Tracks) -> Bools:
    """(n,): rows with a time and a position that the map's projection can show."""
    known = np.isfinite(tracks.time_s) & np.isfinite(tracks.lat_deg) & np.isfinite(tracks.lon_deg)
    return known & (np.abs(tracks.lat_deg) < 85.0) & (np.abs(tracks.lon_deg) <= 180.0)


def strays(tracks: Tracks) -> Bools:
    """(n,): of placed rows, those that jumped, except on a track that has no others: it must be somewhere."""
    jumped = _jumped(tracks)
    return jumped & np.isin(tracks.track, tracks.track[~jumped])


def _jumped(tracks: Tracks) -> Bools:
    """(n,): rows too far from where the thing was a moment before."""
    jumped: Bools = (tracks.doubt & Doubt.POSITION_JUMP) != 0
    return jumped


def _begins(whole: Tracks, gap_s: Floats) -> Bools:
    """Rows that begin a line: another track, a silence, a jump, or the far side of the date line."""
    begins = np.ones(len(whole), np.bool_)
    if len(whole) > 1:
        jumped = _jumped(whole)
        begins[1:] = (
            (np.diff(whole.track) != 0)
            | jumped[1:]
            | jumped[:-1]
            | (np.diff(whole.time_s) > gap_s[1:])
            | (np.abs(np.diff(whole.lon_deg)) > 180.0)
        )
    return begins


def _metres(whole: Tracks, offsets: Ints) -> tuple[Floats, Floats]:
    """East and north of each row on a plane through the middle latitude of its line."""
    if not len(whole):
        return np.empty(0), np.empty(0)
    first, counts = offsets[:-1], np.diff(offsets)
    middle = (np.minimum.reduceat(whole.lat_deg, first) + np.maximum.reduceat(whole.lat_deg, first)) / 2
    shrink = np.cos(np.radians(np.repeat(middle, counts)))
    return np.radians(whole.lon_deg) * EARTH_RADIUS_M * shrink, np.radians(whole.lat_deg) * EARTH_RADIUS_M


def columns(lines: Lines) -> dict[str, Any]:
    """The wire form of the rows; see the module for units. `epoch` is whole Unix seconds."""
    rows = lines.tracks
    epoch = float(np.floor(rows.time_s.min())) if len(rows) else 0.0
    return {
        "epoch": epoch,
        "counts": np.diff(lines.offsets),
        "line_track": lines.line_track,
        "time": _differences((rows.time_s - epoch) * 10.0),
        "lat": _differences(rows.lat_deg * 1e5),
        "lon": _differences(rows.lon_deg * 1e5),
        "sog": _differences(rows.sog_mps * 100.0),
        "cog": _differences(rows.cog_deg),
        "alt": _differences(rows.alt_m),
    }


def stray_columns(lines: Lines, epoch: float) -> dict[str, Any]:
    """The wire form of what was set aside, and how much of it each track had."""
    rows = lines.strays
    return {
        "jumps": lines.jumps,
        "track": np.searchsorted(lines.ids, rows.track),
        "time": _differences((rows.time_s - epoch) * 10.0),
        "lat": _differences(rows.lat_deg * 1e5),
        "lon": _differences(rows.lon_deg * 1e5),
    }


def _differences(values: Floats) -> Ints:
    """Rounded, `UNSAID` for NaN, each less the one before (the first less 0)."""
    said = np.where(np.isfinite(values), np.clip(values, -1e15, 1e15), UNSAID)
    rounded = np.rint(said).astype(np.int64)
    steps = rounded.copy()
    steps[1:] -= rounded[:-1]
    return steps
