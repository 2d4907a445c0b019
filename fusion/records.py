"""The structured rows of the compiled loops: what is held, what comes in, what goes out.

One row a track, a sample, a report or a fix, so that a checkpoint is one
array and a compiled loop can walk it. Units and missing values are those of
`feeds.reports`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.batch import Ints
from geo.kept import MismatchError

_WORD = 4
STATIONS_KEPT = 4
"""Stations remembered a track: those that heard it last."""
SAMPLES = 256
"""Samples of history a track; a power of two, so that the place in the ring is a mask."""

Records = npt.NDArray[np.void]

STATE = np.dtype(
    [
        ("entity", "u8"),
        ("track", "u8"),
        ("source", "u1"),
        ("first_s", "f8"),  # first and last time anything was heard of it
        ("heard_s", "f8"),
        ("fixed_s", "f8"),  # last position that was believed
        ("first_lat", "f8"),
        ("first_lon", "f8"),
        ("first_alt_m", "f8"),
        # Constant-velocity belief at state_s; east and north share one covariance.
        ("state_s", "f8"),
        ("lat", "f8"),
        ("lon", "f8"),
        ("east_mps", "f8"),
        ("north_mps", "f8"),
        ("var_p", "f8"),
        ("cov_pv", "f8"),
        ("var_v", "f8"),
        # Refused positions that may prove to be the truth.
        ("refused", "i4"),
        ("refused_s", "f8"),
        ("refused_lat", "f8"),
        ("refused_lon", "f8"),
        # Height above mean sea level, and how well it is known.
        ("alt_m", "f8"),
        ("alt_s", "f8"),
        ("alt_sigma_m", "f8"),
        ("alt_diff_m", "f8"),
        ("alt_diff_s", "f8"),
        ("geoid_m", "f8"),
        ("climb_mps", "f8"),
        ("sog_mps", "f8"),  # as last said
        ("cog_deg", "f8"),
        ("status", "i1"),
        ("squawk", "i2"),
        # On the ground: 1, 0, -1; when it last became so after flight, and where.
        ("on_ground", "i1"),
        ("airborne", "i4"),
        ("landed_s", "f8"),
        ("landed_lat", "f8"),
        ("landed_lon", "f8"),
        # The last silence longer than gap_s: how it was before, and where it was found again.
        ("lost_s", "f8"),
        ("lost_lat", "f8"),
        ("lost_lon", "f8"),
        ("lost_alt_m", "f8"),
        ("lost_climb_mps", "f8"),
        ("lost_sog_mps", "f8"),
        ("found_s", "f8"),
        ("found_lat", "f8"),
        ("found_lon", "f8"),
        # Its own habit: position reports heard, and those that were due.
        ("interval_s", "f8"),
        ("own_heard", "i4"),
        ("own_due", "i4"),
        ("cell", "i8"),  # coverage cell it was last in, and the loss last counted there
        ("loss_counted_s", "f8"),
        ("station", "u4", (STATIONS_KEPT,)),
        ("station_s", "f8", (STATIONS_KEPT,)),
        ("samples", "i8"),
        ("sample_s", "f8"),
        ("slow_since_s", "f8"),  # slower than a walk without a break since then
        ("stop_counted_s", "f8"),  # that stop has been dealt with; where the last one was counted
        ("stop_lat", "f8"),
        ("stop_lon", "f8"),
        # Doubts of the last report; and other places of the same number (`fusion.elsewhere`).
        ("doubt", "u4"),
        ("side", "i1"),  # whence the last position came: 0 the place believed in, 1 the other
        ("placed_s", "f8"),
        # The place believed in: reports from it, since when, and the interval at which it reported there.
        ("home_heard", "i4"),
        ("home_since_s", "f8"),
        ("home_interval_s", "f8"),
        ("other_s", "f8"),
        ("other_lat", "f8"),
        ("other_lon", "f8"),
        ("other_since_s", "f8"),
        ("other_heard", "i4"),
        ("echo_m", "f8"),  # its first place from the nearest at which the track itself had been before
        ("turns", "i4"),
        ("turned_s", "f8"),
        ("overlaps", "i4"),
        # Belief moved out of reach: since when, whence, how far, how far it could, in what time, back when.
        ("leap_s", "f8"),
        ("leap_lat", "f8"),
        ("leap_lon", "f8"),
        ("leap_m", "f8"),
        ("leap_reach_m", "f8"),
        ("leap_gap_s", "f8"),
        ("leap_interval_s", "f8"),
        ("leap_east_mps", "f8"),
        ("leap_north_mps", "f8"),
        ("leap_back_s", "f8"),
        ("leap_heard", "i4"),
        # Its own fix, as it says: sound since and until, then poor since and until, and where.
        ("sound_since_s", "f8"),
        ("sound_s", "f8"),
        ("poor_since_s", "f8"),
        ("poor_s", "f8"),
        ("poor_lat", "f8"),
        ("poor_lon", "f8"),
    ],
    align=True,
)

SAMPLE = np.dtype(
    [("time_s", "f8"), ("lat", "f8"), ("lon", "f8"), ("alt_m", "f4"), ("sog_mps", "f4"), ("cog_deg", "f4")],
    align=True,
)

ROW = np.dtype(
    [
        ("slot", "i8"),
        ("time_s", "f8"),
        ("lat", "f8"),
        ("lon", "f8"),
        ("alt_m", "f8"),
        ("alt_geometric", "?"),
        ("alt_diff_m", "f8"),
        ("geoid_m", "f8"),
        ("qnh_m", "f8"),
        ("on_ground", "i1"),
        ("sog_mps", "f8"),
        ("cog_deg", "f8"),
        ("climb_mps", "f8"),
        ("status", "i1"),
        ("squawk", "i2"),
        ("source", "u1"),
        ("interval_s", "f8"),
        ("noise_m", "f8"),
        ("station_from", "i8"),
        ("station_to", "i8"),
        ("airborne_kind", "?"),
        ("doubt", "u4"),
        ("integrity", "i1"),
        ("aside", "?"),  # belongs to the second track of its number (`fusion.seconds`)
    ],
    align=True,
)
"""What the filter reads of a report, and what the engine adds: slot, noise, interval, geoid, QNH, whose it is."""

FIX = np.dtype(
    [
        ("lat", "f8"),
        ("lon", "f8"),
        ("alt_m", "f8"),
        ("sog_mps", "f8"),
        ("cog_deg", "f8"),
        ("climb_mps", "f8"),
        ("sigma_m", "f8"),
        ("sigma_mps", "f8"),
        ("cov_pv", "f8"),
        ("on_ground", "i1"),
        ("doubt", "u4"),
        ("since_s", "f8"),  # since the position report before it; NaN for the first
        ("heard", "u1"),  # which of the stations kept heard it, one bit each
        ("due", "i4"),  # position reports that were due since then, this one included
    ],
    align=True,
)
"""What the filter makes of a report that bears a position."""

TUNING = np.dtype(
    [
        ("vessel_density", "f8"),
        ("aircraft_density", "f8"),
        ("gate", "f8"),
        ("reseed_count", "i8"),
        ("coast_s", "f8"),
        ("gap_s", "f8"),
        ("vessel_sample_s", "f8"),
        ("aircraft_sample_s", "f8"),
        ("presence_s", "f8"),
        ("vessel_reach_mps", "f8"),
        ("aircraft_reach_mps", "f8"),
        ("vessel_slack_m", "f8"),
        ("aircraft_slack_m", "f8"),
    ],
    align=True,
)


def joined(parts: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Records of one type, one after another, moved as words: np.concatenate goes field by field and is ten times slower."""
    if len(parts) == 1:
        return parts[0]
    dtype = parts[0].dtype
    if dtype.names is None:
        return np.concatenate(parts)
    return np.concatenate([_words(part) for part in parts]).reshape(-1).view(dtype)


def field_of(parts: Sequence[Records], name: str) -> npt.NDArray[Any]:
    """One field of all parts; whole records are ten times as long as what is told of them. Shape: (n,)."""
    return np.concatenate([part[name] for part in parts])


def tight(records: Records) -> Records:
    """A copy without the padding between fields, in which anything may stand. Shape: any -> the same."""
    dtype = _packed(records.dtype)
    out = np.empty(records.shape, dtype)
    if _ends_in_padding(records.dtype):
        _words(out)[...] = _words(records)[..., : dtype.itemsize // _WORD]
        return out
    for name in dtype.names or ():
        out[name] = records[name]
    return out


def picked(records: Records, rows: Ints) -> Records:
    """Some of the records, moved as words: twenty times faster than as fields. Shape: (n,), (m,) -> (m,)."""
    return np.ndarray(len(rows), records.dtype, _words(records.reshape(-1)).take(rows, axis=0))


def roomy(records: Any, dtype: np.dtype[Any]) -> Records:
    """What `tight` was given, which must have been of that type. Shape: any -> the same.

    Raises:
        MismatchError: other fields, or fields of other types.
    """
    expected = _packed(dtype)
    if not isinstance(records, np.ndarray) or records.dtype != expected:
        raise MismatchError(f"records are {getattr(records, 'dtype', None)}; {expected} is expected")
    out = np.zeros(records.shape, dtype)
    if _ends_in_padding(dtype):
        _words(out)[..., : expected.itemsize // _WORD] = _words(records)
        return out
    for name in expected.names or ():
        out[name] = records[name]
    return out


def _packed(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return np.dtype([(name, dtype[name]) for name in dtype.names or ()])


def _ends_in_padding(dtype: np.dtype[Any]) -> bool:
    """Whether words may be copied in place of fields: five million samples take a tenth of the time so."""
    packed = _packed(dtype)
    words = dtype.itemsize % _WORD == 0 and packed.itemsize % _WORD == 0
    here, there = ([each[1] for each in (kind.fields or {}).values()] for kind in (dtype, packed))
    return words and here == there


def _words(records: Records) -> npt.NDArray[np.uint32]:
    """Contiguous records as words, seen in place. Shape: any -> the same, and the words of one."""
    # Made on the buffer: a view of records asks in Python of each of a hundred fields whether it may be one.
    held = np.ascontiguousarray(records)
    return np.ndarray((*records.shape, records.dtype.itemsize // _WORD), np.uint32, held)
