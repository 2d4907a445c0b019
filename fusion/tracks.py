"""`Tracks`: what is believed, one row per thing believed in at one instant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.batch import Batch, Floats, Ids, column


@dataclass(frozen=True, eq=False, kw_only=True)
class Tracks(Batch):
    """One row a fused position.

    Columns:
        time_s: Unix seconds of the belief.
        track: ours; many-to-many with `entity`.
        entity: who it says it is (`feeds.reports`).
        alt_m: metres above mean sea level where both altitudes are known,
            else as said; NaN at sea.
        sigma_m: standard deviation of the position along each axis.
        stations: how many stations heard the transmission behind it.
        on_ground: 1, 0, or -1 where not said.
        source: `feeds.reports.Source`.
        doubt: `feeds.reports.Doubt` of the report, and what fusion adds.
        independent: at how many sites it was heard lately; two stations at
            one site are one witness (`fusion.corroboration`).
        plausible: how many of those could hear such a place and height; -1
            where none of them is listed, or the height is not known.
        sigma_mps: standard deviation of the velocity along each axis;
            cov_pv_m2ps: its covariance with the position: what a smoother needs.
    """

    time_s: Floats = column("f8", np.nan)
    track: Ids = column("u8", 0)
    entity: Ids = column("u8", 0)
    lat_deg: Floats = column("f8", np.nan)
    lon_deg: Floats = column("f8", np.nan)
    alt_m: Floats = column("f8", np.nan)
    sog_mps: Floats = column("f8", np.nan)
    cog_deg: Floats = column("f8", np.nan)
    climb_mps: Floats = column("f8", np.nan)
    sigma_m: Floats = column("f8", np.nan)
    stations: npt.NDArray[np.int32] = column("i4", 0)
    on_ground: npt.NDArray[np.int8] = column("i1", -1)
    source: npt.NDArray[np.uint8] = column("u1", 0)
    doubt: npt.NDArray[np.uint32] = column("u4", 0)
    independent: npt.NDArray[np.int8] = column("i1", 0)
    plausible: npt.NDArray[np.int8] = column("i1", -1)
    sigma_mps: Floats = column("f8", np.nan)
    cov_pv_m2ps: Floats = column("f8", np.nan)
