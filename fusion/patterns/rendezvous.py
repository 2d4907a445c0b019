"""Rendezvous: two vessels that were apart come together at sea, and keep together long enough to hand something over.

Slow, drifting or stopped within a few cables of each other; or under way, the
one alongside the other at one speed and in one station. Two that pass, or one
that overtakes, slide along each other and are gone in minutes. Not in a port
or its approach, not among moorings, not where other ships are known to stop,
not in a crowd, and within the contiguous zone of the covered coasts.

Trades meet as well. What a vessel claims to be lowers the score and never
silences it; a claim that is borne out does more: pilot, tug and tender with a
ship under way in the approach of a port, fishing boats that tow side by side,
two at anchor with water between them. Thresholds of peers: Global Fishing
Watch (500 m, 2 h, 2 kn), Skylight (250 m, 30 min), RTEC (4 min, slow).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fusion.borne_out import INDEPENDENT
from fusion.meeting import Meeting, meeting
from fusion.pairs import afloat, near_pairs, vessels_about
from fusion.parameters import parameter
from fusion.pattern import Factor, Findings, Found
from fusion.records import Records
from fusion.view import View, ramp
from geo.batch import Bools, Floats, Ints
from geo.coast import coast
from geo.ports import nearest_port
from geo.units import KNOT_MPS

FRESH_S = 420.0
"""Two reports of a class B craft at rest, and a minute."""
ALONGSIDE_M = 80.0
"""Antennas no further apart than this may stand on hulls that touch."""
_CROWD_M = 1500.0
_PAIRED_MOST = 40
"""Where so many lie about a place within some hundred metres, it is a marina, a regatta or a flood of made-up ships."""
_CALLS = np.array([50, 53, 54])
"""Ship types that call on others in the approach of a port, and are gone soon: pilot, tender, anti-pollution."""
_TOWS = np.array([31, 32, 52])
"""Ship types that stay beside others there: towing, tug."""
_HELPS = np.array([33, 34, 35, 51, 55, 58, 59])
"""Dredging, diving, military, rescue, police, medical, resolution 18: they meet others wherever these are."""
_PLEASURE = np.array([36, 37])
_FISHING_TYPE, _FISHING_STATUS = 30, 7


@dataclass(frozen=True)
class _Claims:
    """What the two claim to be, and whether their behaviour bears it out. Shapes: (n,)."""

    some: Bools
    borne_out: Bools


@dataclass(frozen=True, slots=True)
class Rendezvous:
    """Two that were apart keep together at sea."""

    near_m: float = parameter(
        400.0,
        "m",
        "two cables: a boat crosses it in a minute; drifting hulls keep clear of each other",
        50,
        2000,
    )
    alongside_m: float = parameter(
        200.0, "m", "under way: the antennas of a ship and of a boat at her side, and their noise", 30, 1000
    )
    together_s: float = parameter(
        900.0, "s", "a pilot is aboard in five minutes; a cargo takes a quarter of an hour", 240, 14400
    )
    slow_mps: float = parameter(2.0, "m/s", "4 kn: a hull adrift in a spring tide", 0.3, 5)
    slide_mps: float = parameter(
        0.25, "m/s", "half a knot: less is keeping station, more is overtaking", 0.05, 2
    )
    apart_m: float = parameter(
        2000.0, "m", "a mile apart before: they came to each other, and not out of one harbour", 500, 50000
    )
    port_m: float = parameter(3000.0, "m", "in and about a port vessels lie together", 0, 20000)
    inshore_m: float = parameter(
        1500.0, "m", "nearer lie moorings, and the fairways in which tugs and pilots attend", 0, 10000
    )
    offshore_m: float = parameter(
        44448.0, "m", "24 nautical miles: the contiguous zone, in which customs may act", 1000, 400000
    )
    crowd_count: float = parameter(
        5.0, "vessels", "with so many others within a mile it is a race, a roadstead or a party", 2, 100
    )
    still_mps: float = parameter(0.08, "m/s", "less made good in a quarter of an hour is an anchor", 0.01, 1)
    work_m: float = parameter(15000.0, "m", "pilots and tugs work within eight miles of a port", 0, 60000)
    claim_weight: float = parameter(
        0.75, "", "a trade that explains a meeting lowers the score to this part", 0.3, 1
    )
    work_weight: float = parameter(
        0.3, "", "and to this where the two behave so, where such craft work", 0.05, 1
    )
    unseen_weight: float = parameter(
        0.5, "", "where nobody heard them apart, they may have come together out of one harbour", 0.05, 1
    )
    most: float = parameter(0.95, "", "at best nineteen in twenty such meetings were meant", 0.5, 1)

    name: ClassVar[str] = "rendezvous"
    version: ClassVar[int] = 1
    every_s: ClassVar[float] = 60.0
    factors: ClassVar[tuple[Factor, ...]] = (
        Factor("time_together", "s", "together_s"),
        Factor("distance", "m", "near_m"),
        Factor("distance_allowed_at_that_speed", "m"),
        Factor("speed_together", "m/s", "slow_mps", 1),
        Factor("change_of_station", "m/s", "slide_mps", 2),
        Factor("apart_before", "m", "apart_m"),
        Factor("distance_to_shore", "m", "inshore_m"),
        Factor("distance_to_port", "m", "port_m"),
        Factor("other_ships_that_stopped_here", "ships"),
        Factor("vessels_about", "vessels", "crowd_count"),
        Factor("two_at_anchor_apart", "", "work_weight"),
        Factor("trade_that_explains_it", "", "claim_weight"),
        Factor("trade_at_its_work", "", "work_weight"),
        INDEPENDENT,
    )

    def find(self, view: View) -> Found:
        """Pairs that keep together at this tick."""
        s = view.state
        slots = afloat(s, view.now_s, FRESH_S)
        entity, lat, lon = (s[name][slots] for name in ("entity", "lat", "lon"))
        a, b = near_pairs(entity, lat, lon, 1.5 * self.near_m, _PAIRED_MOST)
        a, b = slots[a], slots[b]
        two = ~view.same(s["entity"][a], s["entity"][b])
        a, b = a[two], b[two]
        # Two that lie together in a port are most of all pairs there are, and the cheapest to leave out.
        _, port_m = nearest_port(s["lat"][a], s["lon"][a])
        outside = ~(port_m <= 0.5 * self.port_m)
        outside[outside] = ~coast().on_land(s["lat"][a[outside]], s["lon"][a[outside]])
        a, b, port_m = a[outside], b[outside], port_m[outside]
        if not len(a):
            return Found.nothing(len(self.factors))
        met = meeting(view, a, b, 1.5 * self.near_m, 2.0 * self.near_m)
        long = met.lasts_s >= 0.3 * self.together_s
        if not long.any():
            return Found.nothing(len(self.factors))
        met = Meeting(*(getattr(met, name)[long] for name in met.__dataclass_fields__))
        return self._judged(view, (a[long], b[long]), met, port_m[long])

    def _judged(self, view: View, pair: tuple[Ints, Ints], met: Meeting, port_m: Floats) -> Found:
        first, second = (view.tracks(rows) for rows in pair)
        lat, lon = first["lat"], first["lon"]
        # Who came together alongside a quay and left together has met nobody: the nearer of both places counts.
        shore_m = np.fmin(coast().distance_m(lat, lon), coast().distance_m(met.start_lat, met.start_lon))
        port_m = np.fmin(port_m, nearest_port(met.start_lat, met.start_lon)[1])
        stops = view.stops.by_others(lat, lon, first, second)
        about = vessels_about(view.state, lat, lon, _CROWD_M, view.now_s, FRESH_S) - 2
        slow = met.speed_mps <= self.slow_mps
        limit_m = np.where(slow, self.near_m, self.alongside_m)
        anchored = (met.still_mps <= self.still_mps) & (met.mean_m > ALONGSIDE_M)
        claims = self._claims(view, first, second, met, port_m)
        score = (
            self.most
            * ramp(met.lasts_s, 0.4 * self.together_s, self.together_s)
            * ramp(met.mean_m / limit_m, 1.5, 1.0)
            * np.where(slow, 1.0, ramp(met.slide_mps, 2.0 * self.slide_mps, self.slide_mps))
            * np.where(
                np.isnan(met.before_m),
                self.unseen_weight,
                ramp(met.before_m, 0.4 * self.apart_m, self.apart_m),
            )
            * ramp(port_m, 0.5 * self.port_m, 1.3 * self.port_m)
            * ramp(shore_m, 0.5 * self.inshore_m, self.inshore_m)
            * ramp(shore_m, 1.25 * self.offshore_m, self.offshore_m)
            * np.where(stops >= 3, 0.4, 1.0)
            * (1.0 - 0.8 * ramp(about.astype(float), 1.0, self.crowd_count))
            * np.where(anchored, self.work_weight, 1.0)
            * np.where(claims.borne_out, self.work_weight, np.where(claims.some, self.claim_weight, 1.0))
        )
        only = (np.where(mask, 1.0, np.nan) for mask in (anchored, claims.some, claims.borne_out))
        slide = np.where(slow, np.nan, met.slide_mps)
        values = [met.lasts_s, met.mean_m, limit_m, met.speed_mps, slide, met.before_m, shore_m, port_m]
        values += [stops, about, *only, np.minimum(*(view.heard(rows).independent for rows in pair))]
        findings = Findings.of(
            len(first),
            subject_a=first["entity"],
            subject_b=second["entity"],
            start_s=met.start_s,
            lat_deg=lat,
            lon_deg=lon,
            score=score,
        )
        stacked = np.stack([np.asarray(v, np.float64) for v in values], axis=-1)
        return Found(findings, stacked).take(score > 0.0)

    def _claims(self, view: View, first: Records, second: Records, met: Meeting, port_m: Floats) -> _Claims:
        """What either claims to be; borne out by how the two move, and where."""
        kinds = [view.names.field("ship_type", s["entity"], -1) for s in (first, second)]
        calls, tows, helps = (np.isin(kinds[0], of) | np.isin(kinds[1], of) for of in (_CALLS, _TOWS, _HELPS))
        fishing = [
            (kind == _FISHING_TYPE) | (s["status"] == _FISHING_STATUS)
            for kind, s in zip(kinds, (first, second), strict=True)
        ]
        both_fish = fishing[0] & fishing[1]
        in_company = np.isin(kinds[0], _PLEASURE) & np.isin(kinds[1], _PLEASURE)
        under_way = met.speed_mps > 0.5 * self.slow_mps
        # A pilot boards and a tug makes fast with way on; two that lie stopped are at neither. A pilot who stays is none.
        brief = met.lasts_s <= 1.2 * self.together_s
        at_work = (tows | (calls & brief)) & under_way & (port_m <= self.work_m)
        towing = both_fish & under_way & (met.speed_mps <= 1.5 * self.slow_mps)
        borne_out = at_work | (towing & (met.slide_mps <= self.slide_mps))
        return _Claims(np.asarray(calls | tows | helps | both_fish | in_company), np.asarray(borne_out))

    def summary(self, finding: Findings, factors: Mapping[str, float]) -> str:
        """Who, what, where and when of one finding."""
        minutes, knots = factors["time_together"] / 60.0, factors["speed_together"] / KNOT_MPS
        how = "slowly, at" if factors["speed_together"] <= self.slow_mps else "under way, at"
        before = (
            "nobody heard them apart"
            if np.isnan(factors["apart_before"])
            else f"{factors['apart_before'] / 1852.0:.1f} nm apart before"
        )
        return (
            f"Two vessels have kept within {factors['distance']:.0f} m of each other for {minutes:.0f} min, "
            f"{how} {knots:.1f} kn, {factors['distance_to_shore'] / 1852.0:.1f} nm off; {before}."
        )

    def area(self, finding: Findings, factors: Mapping[str, float]) -> Mapping[str, Any] | None:
        """None: the place and the distance say it."""
        return None


PATTERN = Rendezvous
