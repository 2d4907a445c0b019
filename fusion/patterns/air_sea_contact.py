"""Air to sea contact: a low aircraft works over a vessel that lies stopped, or that has fallen silent.

Works over: within a mile or so for longer than any pass takes, going round,
turning back, or hardly moving. A straight pass at 35 m/s through that circle
takes less than two minutes and turns nowhere. The vessel is where it was last
heard, reckoned on at the pace of its drift: a vessel that switched off a while
ago may still be met. Not over ports and not about an open aerodrome, where
aircraft go round over boats all day; not above the height from which a thing
may be seen, dropped or picked up.

A rescue at sea looks exactly so, for it is so: known rescue craft are listed as
exclusions. What either claims of itself (type, category, squawk) lowers the
score and never silences it. No published detector was found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fusion.borne_out import INDEPENDENT
from fusion.candidates import aloft
from fusion.pairs import Cells, afloat, apart_m, vessels_about
from fusion.parameters import parameter
from fusion.pattern import Factor, Findings, Found
from fusion.records import Records
from fusion.view import View, ramp
from fusion.whereabouts import whereabouts
from geo.airfields import OPEN, nearest
from geo.batch import Bools, Floats, Ids, Ints
from geo.coast import coast
from geo.ports import nearest_port
from geo.sphere import bearing_deg, wrapped_deg

GRID_S, WINDOW_S = 5.0, 600.0
LEG_STEPS = 2
"""Ten seconds: at 35 m/s a leg of 350 m, whose direction is known to two degrees."""
LEAST_LEG_M = 60.0
"""A shorter leg has no direction worth counting: a helicopter in the hover turns nowhere."""
AIR_FRESH_S, AIR_GAP_S, AIR_RECKON_S = 30.0, 60.0, 20.0
_FRESH_S = 420.0
_PAIRED_MOST = 200
_STANDS_BY = np.array([50, 51, 55, 58])
"""Ship types over which aircraft exercise: pilot, rescue, police, medical."""
_LIES = np.array([1, 5])
"""Navigation status: at anchor, moored."""
_LIES_MPS = 0.25
_GLIDER = "B1"
_SQUAWKS = np.array([20, 23, 24, 32])
"""UK conspicuity codes: air ambulance, rescue on task, calibration, police."""


@dataclass(frozen=True)
class _Work:
    """What an aircraft did near a vessel. Shapes: (n,)."""

    start_s: Floats
    near_s: Floats
    mean_m: Floats
    turned_deg: Floats
    speed_mps: Floats


@dataclass(frozen=True, slots=True)
class AirSeaContact:
    """A low aircraft works over a stopped or silent vessel."""

    near_m: float = parameter(
        2000.0, "m", "a mile: a turn of a light aircraft, its middle somewhere by the boat", 300, 10000
    )
    near_s: float = parameter(120.0, "s", "a straight pass at 35 m/s is over in less", 30, 900)
    turn_deg: float = parameter(330.0, "deg", "once round; a pass turns nowhere", 90, 3600)
    hover_mps: float = parameter(10.0, "m/s", "20 kn: it hovers, or all but does", 1, 60)
    low_m: float = parameter(300.0, "m", "1,000 ft: above it nothing is dropped or picked up", 50, 1500)
    stopped_mps: float = parameter(1.5, "m/s", "3 kn: adrift in a tide, or hove to", 0.2, 10)
    dark_s: float = parameter(
        3600.0, "s", "after an hour nobody knows where a silent boat has drifted to", 300, 14400
    )
    dark_weight: float = parameter(0.85, "", "of a silent vessel only the last place is known", 0.1, 1)
    field_m: float = parameter(5000.0, "m", "nearer to an open aerodrome it is a circuit", 0, 20000)
    port_m: float = parameter(
        2500.0, "m", "over a port or its roads aircraft go round for the view", 0, 20000
    )
    offshore_m: float = parameter(44448.0, "m", "24 nautical miles: the contiguous zone", 1000, 400000)
    crowd_count: float = parameter(6.0, "vessels", "so many under it: a race is being filmed", 1, 100)
    stops_weight: float = parameter(
        0.7, "", "where ships are known to stop, one that lies there has a reason", 0.1, 1
    )
    claim_weight: float = parameter(
        0.75, "", "a trade that explains it lowers the score to this part", 0.3, 1
    )
    most: float = parameter(0.95, "", "at best nineteen in twenty mean that vessel", 0.5, 1)

    name: ClassVar[str] = "air_sea_contact"
    version: ClassVar[int] = 1
    every_s: ClassVar[float] = 10.0
    factors: ClassVar[tuple[Factor, ...]] = (
        Factor("time_over_it", "s", "near_s"),
        Factor("distance", "m", "near_m"),
        Factor("turned", "deg", "turn_deg"),
        Factor("mean_speed", "m/s", "hover_mps", 1),
        Factor("height", "m", "low_m"),
        Factor("height_uncertainty", "m"),
        Factor("vessel_speed", "m/s", "stopped_mps", 1),
        Factor("vessel_silent", "s", "dark_s"),
        Factor("distance_to_aerodrome", "m", "field_m"),
        Factor("distance_to_port", "m", "port_m"),
        Factor("distance_to_shore", "m", "offshore_m"),
        Factor("other_ships_that_stopped_here", "ships", None),
        Factor("vessels_about", "vessels", "crowd_count"),
        Factor("trade_that_explains_it", "", "claim_weight"),
        INDEPENDENT,
    )

    def find(self, view: View) -> Found:
        """Low aircraft that work over a vessel at this tick."""
        s, now_s = view.state, view.now_s
        # An aircraft that sends no height is not judged: NaN compares as no.
        air = aloft(s, now_s, AIR_FRESH_S, 1.5 * self.low_m)
        if not len(air):
            return Found.nothing(len(self.factors))
        sea = afloat(s, now_s, self.dark_s)
        sea = sea[np.hypot(s["east_mps"][sea], s["north_mps"][sea]) < 1.6 * self.stopped_mps]
        asked, held = Cells(s["lat"][sea], s["lon"][sea], 1.5 * self.near_m).near(
            s["lat"][air], s["lon"][air], _PAIRED_MOST
        )
        air, sea = air[asked], sea[held]
        two = ~view.same(s["entity"][air], s["entity"][sea])
        air, sea = air[two], sea[two]
        _, port_m = nearest_port(s["lat"][sea], s["lon"][sea])
        outside = port_m > 0.5 * self.port_m
        air, sea, port_m = air[outside], sea[outside], port_m[outside]
        if not len(air):
            return Found.nothing(len(self.factors))
        work = self._work(view, air, sea)
        long = work.near_s >= 0.4 * self.near_s
        if not long.any():
            return Found.nothing(len(self.factors))
        work = _Work(*(getattr(work, name)[long] for name in _Work.__dataclass_fields__))
        return self._judged(view, (air[long], sea[long]), work, port_m[long])

    def _work(self, view: View, air: Ints, sea: Ints) -> _Work:
        """What each aircraft did about each vessel in the last ten minutes."""
        end_s = np.floor(view.now_s / GRID_S) * GRID_S
        time_s = end_s - np.arange(WINDOW_S, -1.0, -GRID_S)
        lat, lon = _places(view, air, time_s, (AIR_GAP_S, AIR_RECKON_S))
        lat_v, lon_v = _places(view, sea, time_s, (self.dark_s, self.dark_s))
        metres = apart_m(lat, lon, lat_v, lon_v)
        near = np.isfinite(metres) & (metres <= self.near_m)
        count = near.sum(axis=1)
        place = np.arange(len(time_s))
        first = np.where(near, place, place[-1]).min(axis=1)
        steps = near[:, 1:] & near[:, :-1]
        path_m = np.where(steps, apart_m(lat[:, :-1], lon[:, :-1], lat[:, 1:], lon[:, 1:]), 0.0).sum(axis=1)
        return _Work(
            start_s=time_s[first],
            near_s=count * GRID_S,
            mean_m=np.where(near, metres, 0.0).sum(axis=1) / np.maximum(count, 1),
            turned_deg=_turned(lat, lon, near),
            speed_mps=path_m / (np.maximum(steps.sum(axis=1), 1) * GRID_S),
        )

    def _judged(self, view: View, pair: tuple[Ints, Ints], work: _Work, port_m: Floats) -> Found:
        air, sea = (view.tracks(rows) for rows in pair)
        lat, lon = sea["lat"], sea["lon"]
        silent_s = view.now_s - sea["fixed_s"]
        # Four reports that did not come: what is lost by chance is one or two.
        dark = silent_s > np.maximum(4.0 * np.nan_to_num(sea["interval_s"]), 300.0)
        speed, shore_m = np.hypot(sea["east_mps"], sea["north_mps"]), coast().distance_m(lat, lon)
        _, field_m = nearest(lat, lon, kinds=OPEN)
        stops = view.stops.by_others(lat, lon, sea)
        about = vessels_about(view.state, lat, lon, self.near_m, view.now_s, _FRESH_S) - ~dark
        claims = self._claims(view, air, sea)
        height_m = _height_m(air)
        works = np.maximum(
            ramp(work.turned_deg, 0.45 * self.turn_deg, self.turn_deg),
            ramp(work.speed_mps, 2.0 * self.hover_mps, self.hover_mps),
        )
        score = (
            self.most
            * ramp(work.near_s, 0.4 * self.near_s, self.near_s)
            * works
            * ramp(height_m, 1.5 * self.low_m, self.low_m)
            * ramp(speed, 1.6 * self.stopped_mps, self.stopped_mps)
            * np.where(dark, self.dark_weight, 1.0)
            * ramp(field_m, 0.6 * self.field_m, 1.2 * self.field_m)
            * ramp(port_m, 0.5 * self.port_m, 1.2 * self.port_m)
            * ramp(shore_m, 1.25 * self.offshore_m, self.offshore_m)
            * np.where(stops >= 3, self.stops_weight, 1.0)
            * (1.0 - 0.8 * ramp(about.astype(float), 2.0, self.crowd_count))
            * np.where(claims, self.claim_weight, 1.0)
            * ~coast().on_land(lat, lon)
        )
        values = [work.near_s, work.mean_m, work.turned_deg, work.speed_mps, air["alt_m"], air["alt_sigma_m"]]
        values += [speed, np.where(dark, silent_s, np.nan), field_m, port_m, shore_m, stops, about]
        # Of the aircraft: what a silent vessel said is an hour old, and nobody's word now.
        values += [np.where(claims, 1.0, np.nan), view.heard(pair[0]).independent]
        findings = Findings.of(
            len(air),
            subject_a=np.minimum(air["entity"], sea["entity"]),
            subject_b=np.maximum(air["entity"], sea["entity"]),
            start_s=work.start_s,
            lat_deg=lat,
            lon_deg=lon,
            score=score,
        )
        stacked = np.stack([np.asarray(v, np.float64) for v in values], axis=-1)
        return _nearest(Found(findings, stacked), air["entity"], work.mean_m)

    def _claims(self, view: View, air: Records, sea: Records) -> Bools:
        kind = view.names.field("ship_type", sea["entity"], -1)
        category = view.names.field("category", air["entity"], "")
        # Who says she lies at anchor, and does, waits for something else.
        lies = np.isin(sea["status"], _LIES) & (np.hypot(sea["east_mps"], sea["north_mps"]) <= _LIES_MPS)
        trades = np.isin(kind, _STANDS_BY) | (category == _GLIDER) | np.isin(air["squawk"], _SQUAWKS)
        return np.asarray(trades | lies)

    def summary(self, finding: Findings, factors: Mapping[str, float]) -> str:
        """Who, what, where and when of one finding."""
        silent = factors["vessel_silent"]
        what = "stopped" if np.isnan(silent) else f"silent for {silent / 60.0:.0f} min"
        return (
            f"Aircraft at {factors['height']:.0f} m has been over a vessel, {what}, for "
            f"{factors['time_over_it'] / 60.0:.1f} min, turning {factors['turned']:.0f} degrees within "
            f"{factors['distance'] / 1000.0:.1f} km of it, {factors['distance_to_shore'] / 1852.0:.1f} nm off."
        )

    def area(self, finding: Findings, factors: Mapping[str, float]) -> Mapping[str, Any] | None:
        """None: the place is the vessel's."""
        return None


def _height_m(s: Records) -> Floats:
    """Height with half its uncertainty added: what is barely known is not held to be low."""
    return np.asarray(s["alt_m"] + 0.5 * np.nan_to_num(s["alt_sigma_m"]))


def _places(view: View, rows: Ints, time_s: Floats, limits: tuple[float, float]) -> tuple[Floats, Floats]:
    """Place of each row at each time, every track walked once. Shapes: (n,), (k,) -> (n, k) x2."""
    slots, at = np.unique(rows, return_inverse=True)
    lat, lon = whereabouts(view.state, view.history, slots, time_s, *limits)
    return lat[at], lon[at]


def _turned(lat: Floats, lon: Floats, near: Bools) -> Floats:
    """Sum of all turns, left as right, from the first time near on. Shapes: (n, k) x3 -> (n,)."""
    lat, lon, near = lat[:, ::LEG_STEPS], lon[:, ::LEG_STEPS], near[:, ::LEG_STEPS]
    ends = lat[:, :-1], lon[:, :-1], lat[:, 1:], lon[:, 1:]
    course, leg_m = bearing_deg(*ends), apart_m(*ends)
    turn = np.abs(wrapped_deg(course[:, 1:] - course[:, :-1]))
    counts = (leg_m[:, 1:] >= LEAST_LEG_M) & (leg_m[:, :-1] >= LEAST_LEG_M)
    counts &= np.logical_or.accumulate(near, axis=1)[:, 1:-1]
    return np.asarray(np.where(counts, turn, 0.0).sum(axis=1))


def _nearest(found: Found, air: Ids, metres: Floats) -> Found:
    """Of several vessels under one aircraft, the likeliest; of equals the one it is nearest to."""
    f = found.findings
    order = np.lexsort((f.subject_a, metres, -np.round(f.score, 2), air))
    first = np.ones(len(order), np.bool_)
    first[1:] = np.diff(air[order].astype(np.int64)) != 0
    at = order[first]
    return found.take(at[f.score[at] > 0.0])


PATTERN = AirSeaContact
