"""What stations of known place could hear, by the curve of the earth.

In: where antennas stand and how high (`geo.stations.Stations`), and places of
transmitters. Out: how far a place lies on the way to a station's radio
horizon: 0 at the antenna, 1 at the horizon, more beyond it.

Two antennas h1 and h2 metres above the sea see each other over
sqrt(2 k R h1) + sqrt(2 k R h2) metres; k = 4/3 bends the waves as a standard
atmosphere does (ITU-R P.310), which makes 4.12 km for each root of a metre.
Hills, hulls and ducts are not in it: within the horizon it says what could be
heard, and only coverage that was learned says what is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from feeds.reports import Domain, Doubt, Source, domains
from fusion.ears import LATELY_S, Ears
from fusion.lookup import among, rows_in
from fusion.parameters import EngineParameters
from fusion.records import Records
from fusion.rows import hearings
from geo.batch import Bools, Floats, Ints
from geo.earth import in_space
from geo.sphere import EARTH_RADIUS_M
from geo.stations import Stations

_CLASS_A = among(Source.AIS_A, Source.AIS_TABLE)
_FLYING = among(Source.ADSB, Source.ADSB_NT, Source.ADSR, Source.TISB, Source.MLAT, Source.ADSB_TABLE)
_PAIRS = 1 << 20
"""Pairs of place and antenna weighed at once: thousands of silent ships and hundreds of stations fill no memory."""


@dataclass(frozen=True)
class Reach:
    """What the horizons say of some places of some tracks. Shapes: (n, w).

    Attributes:
        beyond: beyond the horizon of every listed station, for a track heard by none that is not listed.
        heard, due: reports that stand for what the horizons say, as if they had been counted there.
        visits: likewise, that ended in no silence.
        stations: living stations within whose horizon it lies; NaN where no station is listed.
    """

    beyond: Bools
    heard: Floats
    due: Floats
    visits: Floats
    stations: Floats

    @classmethod
    def unknown(cls, shape: tuple[int, ...]) -> Reach:
        """Nothing is known of stations, so nothing is said."""
        nothing = np.zeros(shape)
        return cls(np.zeros(shape, np.bool_), nothing, nothing, nothing, np.full(shape, np.nan))


class Antennas:
    """The antennas for one kind of transmitter, by number.

    Attributes:
        number: of each station, rising. Shape: (k,).
    """

    def __init__(self, stations: Stations, earth_m: float) -> None:
        """Take all of these stations; `earth_m` is the radius of an earth over which waves go straight."""
        stations = stations.take(np.argsort(stations.number))
        self.number: npt.NDArray[np.uint32] = stations.number
        self._place = in_space(stations.lat_deg, stations.lon_deg)
        self._earth_m = earth_m
        self._sight_m = self.to_horizon_m(stations.antenna_m)

    def rows(self, station: npt.NDArray[np.uint32]) -> Ints:
        """Row of each station, -1 where it is not listed. Shape: any -> the same."""
        return rows_in(self.number, station)

    def part(self, row: Ints, lat: Floats, lon: Floats, height_m: Floats) -> Floats:
        """Distance over horizon to the antennas of some rows, NaN where a height is. Shapes: any that fit together."""
        return self.part_in_space(row, in_space(lat, lon), self.to_horizon_m(height_m))

    def part_in_space(self, row: Ints, place: Floats, sight_m: Floats) -> Floats:
        """As `part`, of places in space (`geo.earth.in_space`) that see so far. Shapes: fit together, (..., 3), fit."""
        # A chord of 500 km is 130 m shorter than its arc: no horizon is known so well.
        away = (place - self._place[row]) ** 2
        chord_m = np.sqrt(away[..., 0] + away[..., 1] + away[..., 2])
        return np.asarray(chord_m / np.maximum(self._sight_m[row] + sight_m, 1.0))

    def parts(self, lat: Floats, lon: Floats, height_m: Floats) -> Floats:
        """Distance over horizon to every antenna. Shapes: (n, w) x3 -> (n, w, k)."""
        every = np.arange(len(self.number))
        return self.part(every, lat[..., None], lon[..., None], height_m[..., None])

    def to_horizon_m(self, height_m: Floats) -> Floats:
        """How far an antenna of some height sees, over the sea. Shape: any -> the same."""
        return np.asarray(np.sqrt(2.0 * self._earth_m * height_m))


class Horizon:
    """The listed stations, and how much their horizons are believed (`EngineParameters`).

    Attributes:
        number: of every listed station, rising. Shape: (k,).
        listed_enough: what is said of the network takes so many of them.
    """

    def __init__(self, stations: Stations, parameters: EngineParameters) -> None:
        self.parameters = parameters
        earth_m = parameters.earth_factor * EARTH_RADIUS_M
        self._ships = Antennas(stations.take(stations.hears_ais), earth_m)
        self._aircraft = Antennas(stations.take(stations.hears_adsb), earth_m)
        self.number = np.unique(stations.number)
        self.listed_enough = round(parameters.horizon_stations)

    def reach(
        self,
        s: Records,
        way: tuple[Floats, Floats, Floats],
        ears: Ears,
        span_s: tuple[Floats, float],
        alive_s: float,
    ) -> Reach:
        """What the horizons say of places on the way of silent tracks.

        Args:
            s: the tracks when last heard. Shape: (n,) `STATE`.
            way: latitude, longitude and height of places. Shapes: (n, w).
            ears: which stations live.
            span_s: until when each could be heard, and now. Shape: (n,), one.
            alive_s: a station heard so lately lives.
        """
        p, shape = self.parameters, way[0].shape
        beyond, within, stations = np.zeros(shape, np.bool_), np.zeros(shape), np.zeros(shape)
        height_m = self._sent_from_m(s["source"][:, None], way[2])
        vessel = domains(s["entity"]) == Domain.AIS
        for antennas, kind in ((self._ships, vessel), (self._aircraft, ~vessel)):
            step = max(_PAIRS // (shape[1] * max(len(antennas.number), 1)), 1)
            mine = np.flatnonzero(kind)
            for rows in np.split(mine, range(step, len(mine), step)):
                part = antennas.parts(way[0][rows], way[1][rows], height_m[rows])
                live = ears.steady(antennas.number, s["heard_s"][rows], span_s[0][rows], span_s[1], alive_s)
                seen = np.where(live[:, None, :] & (part <= 1.0), part, np.inf)
                beyond[rows] = (part > 1.0).all(axis=-1) & _heard_by_listed(s[rows], antennas)[:, None]
                within[rows] = self.within(seen, self.listed_enough)
                stations[rows] = np.isfinite(seen).sum(axis=-1)
        heard, due = self.supposed(within, within)
        return Reach(beyond, heard, due, p.horizon_visits * within, stations)

    def supposed(self, within: Floats, living: Floats) -> tuple[Floats, Floats]:
        """Reports heard and due that stand for being so well within, if only the living can hear. Shapes: (...) x2."""
        due = self.parameters.horizon_reports * within
        return due * (self.parameters.horizon_chance * living), due

    def off(self, s: Records, now_s: float, lately_s: float, mast_m: tuple[float, float]) -> Floats:
        """How many horizons off each track is from the nearest to it of the stations that heard it lately.

        NaN where one of them is not listed, where none heard it, or where the height of an aircraft is not known.

        Args:
            s: the tracks. Shape: (n,) `STATE`.
            now_s: the tick.
            lately_s: who heard it longer ago is not asked.
            mast_m: how high the antennas of class A and of other vessels may stand.
        """
        lately = now_s - s["station_s"] <= lately_s
        vessel = domains(s["entity"]) == Domain.AIS
        mast = np.where(_CLASS_A[s["source"]], mast_m[0], mast_m[1])
        alt_m = np.where(now_s - s["alt_s"] <= lately_s, np.maximum(s["alt_m"], 0.0), np.nan)
        height_m = np.where(vessel, mast, alt_m)
        off = np.full(len(s), np.nan)
        for antennas, kind in ((self._ships, vessel), (self._aircraft, ~vessel)):
            mine = np.flatnonzero(kind & lately.any(axis=1))
            if not len(antennas.number) or not len(mine):
                continue
            at = antennas.rows(s["station"][mine])
            lat, lon = (s[name][mine, None] for name in ("lat", "lon"))
            part = antennas.part(at, lat, lon, height_m[mine, None])
            off[mine] = np.where(lately[mine], np.where(at >= 0, part, np.nan), np.inf).min(axis=1)
        return off

    def parts(
        self,
        vessel: Bools,
        source: npt.NDArray[np.uint8],
        station: npt.NDArray[np.uint32],
        place: tuple[Floats, Floats, Floats],
    ) -> Floats:
        """Distance over horizon to stations; NaN where one is not listed for such a transmitter, or a height is unknown.

        Args:
            vessel: heard by AIS, not by Mode S. Shape: (n,).
            source: by what each sends. Shape: (n,).
            station: numbers of stations. Shape: (n, k).
            place: latitude, longitude, height. Shapes: (n,) x3.
        """
        part = np.full(station.shape, np.nan)
        height_m, there = self._sent_from_m(source, place[2]), in_space(place[0], place[1])
        for antennas, kind in ((self._ships, vessel), (self._aircraft, ~vessel)):
            at = antennas.rows(station)
            row, column = np.nonzero(kind[:, None] & (at >= 0))
            sight_m = antennas.to_horizon_m(height_m)
            part[row, column] = antennas.part_in_space(at[row, column], there[row], sight_m[row])
        return part

    def doubts(self, row: Records, station: Ints) -> npt.NDArray[np.uint32]:
        """`POSITION_RANGE` for places far beyond the horizon of all that heard them, where all of those are listed.

        Shapes: row (n,) `ROW`; station flat, as `station_from:station_to` points into it -> (n,).
        """
        owner, heard_by = hearings(row, station)
        lat, lon, placed = row["lat"], row["lon"], np.isfinite(row["lat"]) & np.isfinite(row["lon"])
        place, height_m = in_space(lat, lon), self._sent_from_m(row["source"], row["alt_m"])
        far = np.zeros(len(owner), np.bool_)
        for antennas, kind in ((self._ships, ~row["airborne_kind"]), (self._aircraft, row["airborne_kind"])):
            at = antennas.rows(heard_by)
            mine = np.flatnonzero((kind & placed)[owner] & (at >= 0))
            sight_m = antennas.to_horizon_m(height_m)
            part = antennas.part_in_space(at[mine], place[owner[mine]], sight_m[owner[mine]])
            far[mine] = part > self.parameters.horizon_doubt
        every = (row["station_to"] > row["station_from"]) & (
            np.bincount(owner[~far], minlength=len(row)) == 0
        )
        return np.where(every, np.uint32(Doubt.POSITION_RANGE), np.uint32(0))

    def _sent_from_m(self, source: npt.NDArray[np.uint8], alt_m: Floats) -> Floats:
        """Height above the sea from which each sends; NaN where it is not known. Shapes: (n,) x2 -> (n,)."""
        p = self.parameters
        kinds = [_CLASS_A[source], source == Source.AIS_B, _FLYING[source]]
        return np.select(kinds, [p.antenna_a_m, p.antenna_b_m, np.maximum(alt_m, 0.0)], np.nan)

    def within(self, part: Floats, count: int) -> Floats:
        """How well within, 0 to 1, for the last of the nearest `count`; 0 of fewer. Shape: (..., k) -> (...)."""
        if part.shape[-1] < count:
            return np.zeros(part.shape[:-1])
        last = np.partition(part, count - 1, axis=-1)[..., count - 1]
        return np.asarray(np.clip((1.0 - last) / (1.0 - self.parameters.horizon_well), 0.0, 1.0))


def _heard_by_listed(s: Records, antennas: Antennas) -> Bools:
    """Whether every station that heard each track lately is listed, and one did. Shape: (n,) `STATE` -> (n,)."""
    lately = s["heard_s"][:, None] - s["station_s"] <= LATELY_S
    listed = antennas.rows(s["station"]) >= 0
    return np.asarray((listed | ~lately).all(axis=1) & lately.any(axis=1))
