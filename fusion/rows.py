"""Reports as the filter reads them: one structured row each, with what the filter must know beside.

Adds the geoid under each place, the interval at which such a transmitter
reports, and the noise of such a position.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from feeds.reports import Reports, Source
from fusion.records import ROW, Records
from geo.batch import Bools, Floats, Ids, Ints
from geo.geoid import undulation_m
from geo.units import KNOT_MPS

AIRBORNE_FIRST = int(Source.ADSB)
"""Sources from here on are heard from aircraft by Mode S or its tables."""

AIS_ACCURATE_M, AIS_PLAIN_M = 8.0, 20.0
"""AIS says only better or worse than 10 m; plain GPS without correction is within 20 m."""
CONTAINMENT_M = np.array([300.0, 3000.0, 1500.0, 900.0, 450.0, 250.0, 140.0, 50.0, 25.0, 15.0, 10.0, 5.0])
"""Standard deviation by NIC or NUCp 0..11: about a quarter of the containment radius (DO-260B table 2-70);
0 says nothing, and most that say nothing are no worse than 300 m."""
MOST = {
    "lat_deg": 90.0,
    "lon_deg": 180.0,
    "alt_m": 40_000.0,
    "alt_diff_m": 41_000.0,
    "sog_mps": 1500.0,
    "cog_deg": 360.0,
    "climb_mps": 500.0,
}
"""Beyond it a number is none. Feeds let none such through; one that came otherwise would spoil its track for good."""


@dataclass(frozen=True)
class Rows:
    """Reports of a release, in time order.

    Attributes:
        row: (n,) `fusion.filter.ROW`; slot and QNH are filled a tick at a time.
        entity: (n,).
        doubt: (n,).
        stations: flat station numbers that `station_from:station_to` points into.
        time_s: (n,), as in `row`: a tick's end is looked up in it, and a strided column would be copied each time.
        placed: whether it bears a place. Shape: (n,).
        heard_by, heard_s: which station each hearing was by, and when: as `stations`, row after row.
    """

    row: Records
    entity: Ids
    doubt: npt.NDArray[np.uint32]
    stations: Ints
    time_s: Floats
    placed: Bools
    heard_by: npt.NDArray[np.uint32]
    heard_s: Floats

    def doubted(self, doubt: npt.NDArray[np.uint32]) -> Rows:
        """The same rows, with these doubts beside those they have. Shape: (n,)."""
        return replace(self, doubt=self.doubt | doubt)

    def hearings(self, first: int, last: int) -> tuple[npt.NDArray[np.uint32], Floats]:
        """By which station and when each of some rows, of which there is one at least, was heard. Shapes: (hearings,) x2."""
        heard = slice(self.row["station_from"][first], self.row["station_to"][last - 1])
        return self.heard_by[heard], self.heard_s[heard]


def packed(reports: Reports) -> Rows:
    """Pack reports, which are in time order. Shapes: (n,) -> (n,)."""
    said = {name: (getattr(reports, name), most) for name, most in MOST.items()}
    reports = reports.replaced(**{n: np.where(np.abs(v) <= most, v, np.nan) for n, (v, most) in said.items()})
    row = np.zeros(len(reports), ROW)
    row["lat"], row["lon"] = reports.lat_deg, reports.lon_deg
    for name in ("time_s", "alt_m", "alt_geometric", "alt_diff_m", "on_ground"):
        row[name] = getattr(reports, name)
    for name in ("sog_mps", "cog_deg", "climb_mps", "status", "squawk", "source", "doubt", "integrity"):
        row[name] = getattr(reports, name)
    row["airborne_kind"] = (reports.source >= AIRBORNE_FIRST) | (reports.source == Source.AIS_SAR)
    row["geoid_m"] = undulation_m(reports.lat_deg, reports.lon_deg)
    row["interval_s"] = reporting_interval_s(reports)
    row["noise_m"] = position_noise_m(reports)
    row["station_from"], row["station_to"] = reports.stations.offsets[:-1], reports.stations.offsets[1:]
    stations = reports.stations
    return Rows(
        row=row,
        entity=reports.entity,
        doubt=reports.doubt,
        stations=stations.values.astype(np.int64),
        time_s=reports.time_s,
        placed=np.isfinite(row["lat"]) & np.isfinite(row["lon"]),
        heard_by=stations.values.astype(np.uint32),
        heard_s=np.repeat(reports.time_s, stations.counts),
    )


def hearings(row: Records, station: Ints) -> tuple[Ints, npt.NDArray[np.uint32]]:
    """Which row each hearing is of, and which station's it is. Shapes: (n,) `ROW`, flat stations -> (hearings,) x2."""
    lengths = row["station_to"] - row["station_from"]
    owner = np.repeat(np.arange(len(row)), lengths)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return owner, station[row["station_from"][owner] + within].astype(np.uint32)


def reporting_interval_s(reports: Reports) -> Floats:
    """How often such a transmitter sends its position; NaN for tables, which may have been thinned.

    Source: ITU-R M.1371-5 tables 1 and 2; DO-260B 2.2.3.3. Shape: (n,).
    """
    sog_kn = np.nan_to_num(reports.sog_mps, nan=5.0) / KNOT_MPS
    at_rest = np.isin(reports.status, [1, 5]) & (sog_kn <= 3.0)
    class_a = np.select([at_rest, sog_kn > 23.0, sog_kn > 14.0], [180.0, 2.0, 6.0], 10.0)
    class_b = np.where(sog_kn > 2.0, 30.0, 180.0)
    on_ground = np.where(sog_kn > 1.0, 0.5, 5.0)
    adsb = np.where(reports.on_ground == 1, on_ground, 0.5)
    source = reports.source
    kinds = [
        source == Source.AIS_A,
        source == Source.AIS_B,
        np.isin(source, [Source.AIS_BASE, Source.AIS_SAR]),
        np.isin(source, [Source.AIS_ATON, Source.AIS_LONG_RANGE]),
        np.isin(source, [Source.ADSB, Source.ADSB_NT]),
        np.isin(source, [Source.ADSR, Source.TISB, Source.MLAT, Source.MODE_S]),
    ]
    return np.select(kinds, [class_a, class_b, 10.0, 180.0, adsb, 2.0], np.nan)


def position_noise_m(reports: Reports) -> Floats:
    """Standard deviation of such a position along each axis. Shape: (n,)."""
    said = reports.integrity >= 0
    ais = np.where(reports.integrity == 1, AIS_ACCURATE_M, AIS_PLAIN_M)
    adsb = CONTAINMENT_M[np.clip(reports.integrity, 0, len(CONTAINMENT_M) - 1)]
    return np.where((reports.source >= AIRBORNE_FIRST) & said, adsb, ais)
