"""Drop-off at sea: a ship slows or drifts off her way and goes on; within hours a small craft goes out to that water.

The ship need not meet anybody: what she leaves floats, and somebody knows
where. So two halts are joined (`fusion.halts`): hers, well off any port, which
ended; and later that of a craft that came from the shore, stays about for some
minutes, and goes back. The water is where she halted, and what tide and wind
could have made of it since: a circle that grows. Nobody publishes a detector
for this; the thresholds follow from how such boats go about it.

What it cannot know: what was left there, if anything was. Ships stop for
pilots, tides and engines, and people go out to fish: where others stop, where
many are about, where the ship went on into the port before her, the score is
lowered. What either claims to be lowers it and never silences it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from fusion.halts import Halt
from fusion.halts_joined import Joined, halts_about, join, turned_deg
from fusion.lookup import rows_in
from fusion.pairs import apart_m, vessels_about
from fusion.parameters import parameter
from fusion.pattern import Factor, Findings, Found
from fusion.view import View, ramp
from fusion.whereabouts import whereabouts
from geo.batch import Bools, Floats, Ids, Ints
from geo.coast import coast
from geo.ports import nearest_port

RECENT_S = 1800.0
"""A craft on its way back is looked at for so long: from 10 miles off at 20 kn."""
OUT_S, OUT_STEP_S = 7200.0, 300.0
"""Its way out is looked for in the two hours before: all that history holds."""
_SEA_PORT_M = 3000.0
_SHORE_M = 3000.0
"""First heard further than this from a port she came from the sea; nearer to the shore than that a craft came from it."""
_CROWD_M = 3000.0
_FRESH_S = 420.0
_TRADES = np.array([30, 31, 32, 33, 34, 35, 50, 51, 52, 53, 54, 55, 58])
_BIG_TYPE = (60, 89)
_BIG_M = 40.0


@dataclass(frozen=True, slots=True)
class DropOff:
    """A ship halts on her way; later a craft from the shore goes out to that water."""

    slow_s: float = parameter(
        600.0, "s", "over the side go tons in ten minutes; a helm order takes one", 180, 7200
    )
    slow_most_s: float = parameter(
        4500.0, "s", "who is slow for longer than an hour and a quarter waits or works", 1800, 21600
    )
    hours_s: float = parameter(
        14400.0, "s", "four hours: longer, and a tide has carried it out of anybody's reckoning", 1800, 28800
    )
    near_m: float = parameter(
        1500.0, "m", "where she halted: her own way in it, and a look round", 200, 10000
    )
    drift_mps: float = parameter(
        0.4, "m/s", "the mean of a tide of a knot and a quarter, with some wind", 0, 3
    )
    drift_most_m: float = parameter(
        5000.0, "m", "the tide turns: a float goes no further than this one way", 0, 30000
    )
    stay_s: float = parameter(300.0, "s", "found, alongside and aboard takes some minutes", 180, 3600)
    stay_most_s: float = parameter(
        3600.0, "s", "who stays for longer than an hour works or fishes there", 600, 21600
    )
    out_m: float = parameter(
        3000.0, "m", "so far out for minutes: a trip with that water as its end", 500, 50000
    )
    port_m: float = parameter(4000.0, "m", "nearer to a port ships slow down and wait", 0, 20000)
    offshore_m: float = parameter(
        44448.0, "m", "24 nautical miles: as far as a small craft goes out for it", 1000, 400000
    )
    still_mps: float = parameter(0.08, "m/s", "less made good than this is an anchor", 0.01, 1)
    crowd_count: float = parameter(6.0, "vessels", "a water with so many others is where people go", 1, 100)
    claim_weight: float = parameter(
        0.75, "", "a trade that explains it lowers the score to this part", 0.3, 1
    )
    work_weight: float = parameter(
        0.4, "", "a ship that went on into port, anchored, or is no passer-by: to this part", 0.05, 1
    )
    most: float = parameter(0.9, "", "at best nine in ten: nobody saw anything dropped", 0.5, 1)

    name: ClassVar[str] = "drop_off"
    version: ClassVar[int] = 1
    every_s: ClassVar[float] = 60.0
    factors: ClassVar[tuple[Factor, ...]] = (
        Factor("ship_slow_for", "s", "slow_s"),
        Factor("ship_speed_before", "m/s", None, 1),
        Factor("time_between", "s", "hours_s"),
        Factor("distance_between", "m", "near_m"),
        Factor("distance_drift_allows", "m", "drift_mps"),
        Factor("craft_stayed", "s", "stay_s"),
        Factor("craft_came_from", "m", "out_m"),
        Factor("craft_nearest_to_shore", "m"),
        Factor("craft_on_its_way_back", ""),
        Factor("distance_to_port", "m", "port_m"),
        Factor("distance_to_shore", "m", "offshore_m"),
        Factor("other_ships_that_stopped_here", "ships"),
        Factor("vessels_about", "vessels", "crowd_count"),
        Factor("ship_not_passing", "", "work_weight"),
        Factor("ship_at_anchor", "", "work_weight"),
        Factor("ship_went_into_port", "", "work_weight"),
        Factor("trade_that_explains_it", "", "claim_weight"),
    )

    def find(self, view: View) -> Found:
        """Craft that are about, or coming back from, a water in which a ship halted."""
        halts = view.context.halts
        ended = halts.ended
        ships, recent = (
            ended.take(view.now_s - ended.to_s <= self.hours_s + RECENT_S),
            view.now_s - ended.to_s,
        )
        ships = ships.take(ships.to_s - ships.from_s >= 0.4 * self.slow_s)
        if not len(ships):
            return Found.nothing(len(self.factors))
        craft = Halt.concat([halts.lasting(), ended.take(recent <= RECENT_S)])
        ships, craft = (each.take(self._at_sea(each)) for each in (ships, craft))
        joined = join(ships, craft, self.near_m, self.drift_mps, self.drift_most_m, self.hours_s)
        if not len(joined.ship):
            return Found.nothing(len(self.factors))
        return _best(self._judged(view, joined), joined.craft.entity)

    def _at_sea(self, halt: Halt) -> Bools:
        """Well off any port, and not on land: most halts there are end alongside."""
        _, port_m = nearest_port(halt.to_lat, halt.to_lon)
        return np.asarray((port_m > 0.5 * self.port_m) & ~coast().on_land(halt.to_lat, halt.to_lon))

    def _judged(self, view: View, j: Joined) -> Found:
        ship, craft = j.ship, j.craft
        slow_s, stayed_s = ship.to_s - ship.from_s, craft.to_s - craft.from_s
        _, port_m = nearest_port(ship.to_lat, ship.to_lon)
        shore_m = coast().distance_m(craft.to_lat, craft.to_lon)
        came_m, inshore_m = self._way_out(view, craft)
        back = self._back(view, craft)
        stops, about = self._about(view, j)
        passing, anchored, into_port = self._ship(view, ship)
        claims = self._claims(view, ship.entity, craft.entity)
        weigh = self.work_weight
        score = (
            self.most
            * ramp(slow_s, 0.4 * self.slow_s, self.slow_s)
            * ramp(slow_s, 2.0 * self.slow_most_s, self.slow_most_s)
            * ramp(j.apart_m / j.reach_m, 1.3, 0.6)
            * ramp(stayed_s, 0.5 * self.stay_s, self.stay_s)
            * ramp(stayed_s, 2.0 * self.stay_most_s, self.stay_most_s)
            * ramp(came_m, 0.5 * self.out_m, self.out_m)
            * (0.85 + 0.15 * ramp(inshore_m, 2.0 * _SHORE_M, _SHORE_M))
            * np.where(np.isnan(back), 0.9, np.where(back > 0.0, 1.0, 0.5))
            * ramp(port_m, 0.5 * self.port_m, 1.3 * self.port_m)
            * ramp(shore_m, 1.25 * self.offshore_m, self.offshore_m)
            * np.where(stops >= 3, weigh, 1.0)
            * (1.0 - 0.7 * ramp(about, 2.0, self.crowd_count))
            * np.where(passing, 1.0, weigh)
            * np.where(anchored, weigh, 1.0)
            * np.where(into_port, weigh, 1.0)
            * np.where(claims, self.claim_weight, 1.0)
        )
        only = (np.where(mask, 1.0, np.nan) for mask in (~passing, anchored, into_port, claims))
        values = [slow_s, ship.way_mps, j.later_s, j.apart_m, j.reach_m, stayed_s, came_m, inshore_m, back]
        values += [port_m, shore_m, stops, about, *only]
        findings = Findings.of(
            len(ship),
            subject_a=np.minimum(ship.entity, craft.entity),
            subject_b=np.maximum(ship.entity, craft.entity),
            start_s=ship.from_s,
            lat_deg=craft.to_lat,
            lon_deg=craft.to_lon,
            score=score,
        )
        return Found(findings, np.stack([np.asarray(v, np.float64) for v in values], axis=-1))

    def _way_out(self, view: View, craft: Halt) -> tuple[Floats, Floats]:
        """From how far it came within two hours, and how near to the shore it then was; NaN where not known."""
        slots = _slots(view, craft.entity)
        end_s = np.floor(view.now_s / OUT_STEP_S) * OUT_STEP_S
        time_s = end_s - np.arange(OUT_S, -1.0, -OUT_STEP_S)
        lat, lon = whereabouts(view.state, view.history, np.maximum(slots, 0), time_s, 600.0, 0.0)
        before = (slots >= 0)[:, None] & np.isfinite(lat) & (time_s[None, :] <= craft.from_s[:, None])
        away_m = apart_m(lat, lon, craft.to_lat[:, None], craft.to_lon[:, None])
        shore_m = np.full(lat.shape, np.inf)
        shore_m[before] = coast().distance_m(lat[before], lon[before])
        came_m = np.where(before, away_m, -1.0).max(axis=1)
        nearest_m = shore_m.min(axis=1)
        return np.where(came_m < 0.0, np.nan, came_m), np.where(np.isinf(nearest_m), np.nan, nearest_m)

    def _back(self, view: View, craft: Halt) -> Floats:
        """Whether a craft that has left that water nears a port: 1 or 0; NaN while it stays. Shape: (n,)."""
        slots = _slots(view, craft.entity)
        s = view.state[np.maximum(slots, 0)]
        _, was_m = nearest_port(craft.to_lat, craft.to_lon)
        _, is_m = nearest_port(s["lat"], s["lon"])
        left = np.isfinite(craft.on_east) & (slots >= 0)
        moved = apart_m(s["lat"], s["lon"], craft.to_lat, craft.to_lon) >= 1000.0
        return np.where(left & moved, np.where(is_m < was_m, 1.0, 0.0), np.nan)

    def _about(self, view: View, j: Joined) -> tuple[Floats, Floats]:
        """Stops of others where she halted; vessels in that water besides the two, or that halted there lately."""
        craft, slots = j.craft, _slots(view, j.ship.entity)
        own = view.state[np.maximum(slots, 0)]
        stops = view.stops.by_others(j.ship.to_lat, j.ship.to_lon, own)
        about = vessels_about(view.state, craft.to_lat, craft.to_lon, _CROWD_M, view.now_s, _FRESH_S)
        halted = halts_about(view.context.halts, j, _CROWD_M)
        return stops.astype(np.float64), np.maximum(np.maximum(about - 1, halted), 0).astype(np.float64)

    def _ship(self, view: View, ship: Halt) -> tuple[Bools, Bools, Bools]:
        """Whether she was passing, lay at anchor, and went on into the port off which she lay."""
        turn = turned_deg(ship)
        _, first_m = nearest_port(ship.first_lat, ship.first_lon)
        from_sea = first_m >= _SEA_PORT_M
        made_m = apart_m(ship.from_lat, ship.from_lon, ship.to_lat, ship.to_lon)
        anchored = made_m <= self.still_mps * (ship.to_s - ship.from_s)
        slots = _slots(view, ship.entity)
        s = view.state[np.maximum(slots, 0)]
        _, port_m = nearest_port(s["lat"], s["lon"])
        slow = np.hypot(s["east_mps"], s["north_mps"]) <= 0.5 * ship.way_mps
        in_port = (slots >= 0) & (port_m <= 0.75 * self.port_m) & slow
        return np.asarray((np.abs(turn) <= 120.0) | from_sea), np.asarray(anchored), np.asarray(in_port)

    def _claims(self, view: View, ship: Ids, craft: Ids) -> Bools:
        """A trade of either that explains it, or a craft that calls itself big."""
        kinds = [view.names.field("ship_type", each, -1) for each in (ship, craft)]
        metres = view.names.field("bow_m", craft, np.nan) + view.names.field("stern_m", craft, np.nan)
        big = ((kinds[1] >= _BIG_TYPE[0]) & (kinds[1] <= _BIG_TYPE[1])) | (metres > _BIG_M)
        return np.asarray(np.isin(kinds[0], _TRADES) | np.isin(kinds[1], _TRADES) | big)

    def summary(self, finding: Findings, factors: Mapping[str, float]) -> str:
        """Who, what, where and when of one finding."""
        back = " and is on its way back" if factors["craft_on_its_way_back"] == 1.0 else ""
        return (
            f"A vessel under way at {factors['ship_speed_before'] / 0.514444:.0f} kn was slow for "
            f"{factors['ship_slow_for'] / 60.0:.0f} min; {factors['time_between'] / 3600.0:.1f} h after it left, another "
            f"came out to that water, {factors['distance_to_shore'] / 1852.0:.1f} nm off, stayed "
            f"{factors['craft_stayed'] / 60.0:.0f} min{back}."
        )

    def area(self, finding: Findings, factors: Mapping[str, float]) -> Mapping[str, Any] | None:
        """None: the place is that of the craft's stay."""
        return None


def _slots(view: View, entity: Ids) -> Ints:
    """Row of each entity in the state, -1 where it has been forgotten. Shape: (n,) -> (n,)."""
    order = np.argsort(view.state["entity"], kind="stable")
    row = rows_in(view.state["entity"][order], entity)
    return np.where(row >= 0, order[np.maximum(row, 0)] if len(order) else -1, -1)


def _best(found: Found, craft: Ids) -> Found:
    """Of several ships that halted where a craft is, the likeliest."""
    f = found.findings
    order = np.lexsort((f.subject_b, f.subject_a, f.start_s, -f.score, craft))
    first = np.ones(len(order), np.bool_)
    first[1:] = np.diff(craft[order].astype(np.int64)) != 0
    at = order[first]
    return found.take(at[f.score[at] > 0.0])


PATTERN = DropOff
