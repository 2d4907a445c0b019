"""What each kind of craft can do: speeds, acceleration, turn, climb; the bounds that every mover is held to.

Units are metres, seconds, degrees. A craft turns no faster than `turn_deg_s`, and an
aircraft no steeper than `bank_deg`: its rate of turn at speed v is at most
g tan(bank) / v. `least_mps` is the slowest it may be on its way: steerage of a
vessel, stall of an aeroplane with a margin; a craft at rest is at 0.

Sources: IMO resolution MSC.137(76): a ship's tactical diameter is at most five
lengths, which at 150 m and 7 m/s is 1.1 degrees a second; standard rate of turn of
instrument flight, 3 degrees a second; 25 degrees of bank for airliners (ICAO Doc 8168);
gliders circle in 20 to 25 s. Speeds and climbs are those of common types, rounded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from geo.batch import Floats

GRAVITY_MPS2 = 9.806_65


@dataclass(frozen=True, kw_only=True)
class Craft:
    """The bounds of one kind of craft; see the module for the units.

    Attributes:
        step_s: how far apart knots may stand where it turns or changes speed.
        calm_s: how far apart elsewhere.
    """

    name: str
    top_mps: float
    accel_mps2: float
    turn_deg_s: float
    least_mps: float = 0.3
    bank_deg: float = 0.0
    climb_mps: float = 0.0
    descent_mps: float = 0.0
    step_s: float = 5.0
    calm_s: float = 30.0

    @property
    def flies(self) -> bool:
        """Whether it is an aircraft."""
        return self.climb_mps > 0.0

    def radius_m(self, speed_mps: Floats) -> Floats:
        """The tightest turn at each speed. Shape: (n,) -> (n,)."""
        by_rate = speed_mps / math.radians(self.turn_deg_s)
        if not self.bank_deg:
            return by_rate
        by_bank: Floats = speed_mps**2 / (GRAVITY_MPS2 * math.tan(math.radians(self.bank_deg)))
        return np.maximum(by_rate, by_bank)

    def speed_in_turn_mps(self, radius_m: Floats) -> Floats:
        """The highest speed at which it can turn so tightly: the inverse of `radius_m`. Shape: (n,) -> (n,)."""
        by_rate = radius_m * math.radians(self.turn_deg_s)
        if not self.bank_deg:
            return by_rate
        by_bank: Floats = np.sqrt(radius_m * GRAVITY_MPS2 * math.tan(math.radians(self.bank_deg)))
        return np.minimum(by_rate, by_bank)


_VESSELS = (
    Craft(name="ship", top_mps=12.0, accel_mps2=0.03, turn_deg_s=0.8, step_s=10.0),
    Craft(name="ferry", top_mps=19.0, accel_mps2=0.08, turn_deg_s=1.5),
    Craft(name="trawler", top_mps=6.5, accel_mps2=0.1, turn_deg_s=2.5),
    Craft(name="dredger", top_mps=7.5, accel_mps2=0.06, turn_deg_s=1.2),
    Craft(name="tug", top_mps=7.0, accel_mps2=0.15, turn_deg_s=4.0),
    Craft(name="pilot", top_mps=13.0, accel_mps2=0.4, turn_deg_s=6.0),
    Craft(name="lifeboat", top_mps=18.0, accel_mps2=0.7, turn_deg_s=8.0),
    Craft(name="yacht", top_mps=5.0, accel_mps2=0.15, turn_deg_s=6.0),
    Craft(name="motorboat", top_mps=22.0, accel_mps2=1.2, turn_deg_s=12.0),
)
_AIRCRAFT = (
    Craft(
        name="light",
        top_mps=75.0,
        accel_mps2=1.6,
        turn_deg_s=6.0,
        least_mps=25.0,
        bank_deg=30.0,
        climb_mps=4.0,
        descent_mps=3.0,
        step_s=2.0,
        calm_s=10.0,
    ),
    Craft(
        name="turboprop",
        top_mps=140.0,
        accel_mps2=2.0,
        turn_deg_s=4.0,
        least_mps=38.0,
        bank_deg=30.0,
        climb_mps=8.0,
        descent_mps=9.0,
        step_s=2.0,
        calm_s=10.0,
    ),
    Craft(
        name="jet",
        top_mps=255.0,
        accel_mps2=2.0,
        turn_deg_s=3.0,
        least_mps=60.0,
        bank_deg=25.0,
        climb_mps=12.0,
        descent_mps=9.0,
        step_s=2.0,
        calm_s=10.0,
    ),
    Craft(
        name="glider",
        top_mps=55.0,
        accel_mps2=1.2,
        turn_deg_s=18.0,
        least_mps=17.0,
        bank_deg=45.0,
        climb_mps=4.0,
        descent_mps=2.5,
        step_s=2.0,
        calm_s=10.0,
    ),
    Craft(
        name="helicopter",
        top_mps=80.0,
        accel_mps2=1.5,
        turn_deg_s=8.0,
        least_mps=0.5,
        bank_deg=30.0,
        climb_mps=7.0,
        descent_mps=5.0,
        step_s=2.0,
        calm_s=10.0,
    ),
)
CRAFTS: dict[str, Craft] = {craft.name: craft for craft in (*_VESSELS, *_AIRCRAFT)}
"""Every kind by name."""
