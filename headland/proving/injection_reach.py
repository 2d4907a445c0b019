"""What a recording tells of the ears that made it: where they stand, how far they hear each way, how well.

In: its decoded reports, and the places of its stations where somebody knows them. Out:
an `Ear` for each station and kind of receiver, and the reach they have together.

An ear that nobody placed is put into the middle of what it heard (the median), and as
high as the horizon demands: of ships, to the distance within which nineteen in twenty lie;
of aircraft, to the lowest twentieth in each ring of distance. In each of 36 directions it hears as far as nineteen in twenty there, the
neighbouring directions included. How well: the positions heard of transmitters that were
on, against those that were due by their standard's interval, as fusion counts them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from feeds.reports import Domain, Reports, domains
from fusion.rows import reporting_interval_s
from geo.batch import Bools, Floats, Ints
from geo.sphere import bearing_deg, distance_m
from geo.stations import StationNames, Stations
from headland.proving.world_reach import HORIZON_M, SURE_SHARE, Station

SECTORS = 36
FAR_SHARE = 0.95
LEAST_POSITIONS = 20
"""Fewer tell nothing of an ear."""
SHIP_AERIAL_M, LEAST_ANTENNA_M, MOST_ANTENNA_M = 15.0, 4.0, 3000.0
RINGS = 10
PRESENT_S = 300.0
"""Between two hearings no further apart a transmitter was on."""


@dataclass(frozen=True, eq=False)
class Ear:
    """One receiver as the recording shows it. `sector_m`: (36,), metres heard towards each tenth degree from north."""

    station: Station
    sector_m: Floats
    quality: float

    def within(self, lat: Floats, lon: Floats, share: float = 1.0) -> Bools:
        """Whether places lie within that share of what it hears. Shapes: (n,) x2 -> (n,)."""
        here = np.full(len(lat), self.station.lat), np.full(len(lat), self.station.lon)
        sector = (bearing_deg(*here, lat, lon) / (360.0 / SECTORS)).astype(np.int64) % SECTORS
        return np.asarray(distance_m(*here, lat, lon) <= share * self.sector_m[sector])


class LearnedReach:
    """What the ears of a recording can be trusted to hear together."""

    def __init__(self, ears: tuple[Ear, ...]) -> None:
        self._ears = ears

    def hears_vessels(self, lat: Floats, lon: Floats) -> Bools:
        """Whether a small vessel's AIS is heard from there. Shapes: (n,) x2 -> (n,)."""
        heard = np.zeros(len(lat), np.bool_)
        for ear in self._ears:
            if ear.station.kind == "ais":
                heard |= ear.within(lat, lon, SURE_SHARE)
        return heard

    def hears_aircraft(self, lat: Floats, lon: Floats, alt_m: Floats, *, surely: bool = True) -> Bools:
        """Whether an aircraft is heard from there, surely or on a good day. Shapes: (n,) x3 -> (n,)."""
        share = SURE_SHARE if surely else 1.0
        heard = np.zeros(len(lat), np.bool_)
        for ear in self._ears:
            if ear.station.kind == "adsb":
                horizon_m = HORIZON_M * (np.sqrt(ear.station.antenna_m) + np.sqrt(np.maximum(alt_m, 0.0)))
                away_m = distance_m(np.array(ear.station.lat), np.array(ear.station.lon), lat, lon)
                heard |= ear.within(lat, lon, share) & (away_m <= share * horizon_m)
        return heard


def ears_of(reports: Reports, names: StationNames, known: Stations) -> tuple[Ear, ...]:
    """Every ear with positions enough to be judged by, in order of name and kind."""
    placed = reports.take(np.isfinite(reports.lat_deg) & np.isfinite(reports.lon_deg))
    row = np.repeat(np.arange(len(placed)), placed.stations.counts)
    found = []
    for number in np.unique(placed.stations.values).tolist():
        mine = placed.take(np.unique(row[placed.stations.values == number]))
        vessels = domains(mine.entity) == Domain.AIS
        for kind, rows in (("adsb", ~vessels), ("ais", vessels)):
            if rows.sum() >= LEAST_POSITIONS:
                found.append(_ear(mine.take(rows), names.name(number), number, kind, known))
    return tuple(sorted(found, key=lambda ear: (ear.station.id, ear.station.kind)))


def _ear(mine: Reports, name: str, number: int, kind: str, known: Stations) -> Ear:
    lat, lon = float(np.median(mine.lat_deg)), float(np.median(mine.lon_deg))
    listed = np.flatnonzero(
        (known.number == number) & (known.hears_ais if kind == "ais" else known.hears_adsb)
    )
    if len(listed):
        lat, lon = float(known.lat_deg[listed[0]]), float(known.lon_deg[listed[0]])
    away_m = distance_m(np.array(lat), np.array(lon), mine.lat_deg, mine.lon_deg)
    height_m = float(known.antenna_m[listed[0]]) if len(listed) else _height_m(away_m, mine.alt_m, kind)
    here = np.full(len(mine), lat), np.full(len(mine), lon)
    sector = (bearing_deg(*here, mine.lat_deg, mine.lon_deg) / (360.0 / SECTORS)).astype(np.int64) % SECTORS
    station = Station(name, lat, lon, height_m, kind)
    return Ear(station, _sectors(sector, away_m), _quality(mine))


def _height_m(away_m: Floats, alt_m: Floats, kind: str) -> float:
    """How high an antenna must stand to hear so far and so low."""
    far_m = float(np.quantile(away_m, FAR_SHARE))
    if kind == "ais":
        needed = [far_m / HORIZON_M - np.sqrt(SHIP_AERIAL_M)]
    else:
        ring = np.minimum((RINGS * away_m / max(far_m, 1.0)).astype(np.int64), RINGS)
        lowest = {i: alt_m[(ring == i) & np.isfinite(alt_m)] for i in range(RINGS)}
        # 4.12 km times the roots of both heights is the horizon; solved for the antenna's.
        needed = [
            i * far_m / RINGS / HORIZON_M - np.sqrt(max(float(np.quantile(low, 1.0 - FAR_SHARE)), 0.0))
            for i, low in lowest.items()
            if len(low) >= LEAST_POSITIONS
        ]
    return float(np.clip(max([*needed, 0.0]) ** 2, LEAST_ANTENNA_M, MOST_ANTENNA_M))


def _sectors(sector: Ints, away_m: Floats) -> Floats:
    """How far it hears in each direction, from what was heard there and next to it. Shape: (36,)."""
    reach = np.zeros(SECTORS)
    for i in range(SECTORS):
        beside = np.isin(sector, [(i - 1) % SECTORS, i, (i + 1) % SECTORS])
        if beside.sum() >= 5:
            reach[i] = np.quantile(away_m[beside], FAR_SHARE)
    return reach


def _quality(mine: Reports) -> float:
    """Positions heard of those due while their transmitters were on; 1 where that is not known."""
    order = np.lexsort((mine.time_s, mine.entity))
    entity, time_s, interval_s = mine.entity[order], mine.time_s[order], reporting_interval_s(mine)[order]
    gap_s = np.diff(time_s)
    good = (entity[1:] == entity[:-1]) & (gap_s > 0.2) & (gap_s <= PRESENT_S) & np.isfinite(interval_s[:-1])
    good &= interval_s[:-1] < PRESENT_S / 3
    if good.sum() < LEAST_POSITIONS:
        return 1.0
    due = np.maximum(gap_s[good] / interval_s[:-1][good], 1.0).sum()
    return float(np.clip(good.sum() / due, 0.05, 1.0))
