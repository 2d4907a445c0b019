"""What aircraft send on 1,090 MHz: moments become Mode S frames.

In: `Moments` of Mode S sorts and the `Crews`. Out: `Emissions` of kind MODE_S. Positions
are even and odd in turn; in the air they bear pressure altitude, and velocities bear what
satellites make of the height beside it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from feeds.modes.writing import (
    airborne_positions,
    all_calls,
    emergencies,
    identifications,
    operational_statuses,
    surface_positions,
    velocities,
)
from feeds.modes.writing_bits import Octets
from geo.batch import Floats, Ragged
from hardware.frames import Kind
from hardware.virtual.emissions import Emissions
from headland.proving.transmitting_errors import (
    Atmosphere,
    fixed,
    geometric_minus_barometric_m,
    measured_course,
    measured_speed,
    nac_p,
    nic,
)
from headland.proving.transmitting_rates import Sort
from headland.proving.transmitting_truth import Crews, Moments

GROUND_AERIAL_M = 2.0
"""An aircraft's antenna above the ground it stands on; one under the belly sees no further."""


def modes_emissions(moments: Moments, crews: Crews, air: Atmosphere) -> Emissions:
    """Everything sent on 1,090 MHz at these moments."""
    parts = []
    for sort, write in _WRITERS.items():
        of_sort = moments.take(moments.sort == sort)
        # Aloft and aground the same position is another message.
        for rows in (of_sort.on_ground, ~of_sort.on_ground):
            chosen = of_sort.take(rows)
            if len(chosen):
                sender = _Sender(chosen, crews.take(chosen.mover), air)
                parts.append(_emitted(sender, write(sender)))
    return Emissions.concat(parts)


class _Sender:
    """What the instruments aboard say at each moment; all of them aloft, or none."""

    def __init__(self, moments: Moments, crew: Crews, air: Atmosphere) -> None:
        self.moments, self.crew, self.air = moments, crew, air
        self.keys = crew.key
        self.transponder = ~crew.device
        self.on_ground = bool(moments.on_ground[0])
        self.epu_m = np.where(np.isnan(moments.said_epu_m), crew.sound_epu_m, moments.said_epu_m)

    def place(self) -> tuple[Floats, Floats]:
        """Where the aircraft thinks it is."""
        told = self.moments
        sound = np.where(np.isfinite(self.epu_m), self.epu_m, self.crew.sound_epu_m)
        return fixed(told.said_lat_deg, told.said_lon_deg, sound, told.time_s, self.keys, self.air.seed)

    def motion(self) -> tuple[Floats, Floats]:
        """Speed and track over ground by satellite."""
        told, seed = self.moments, self.air.seed
        speed = measured_speed(told.sog_mps, told.time_s, self.keys, seed)
        return speed, measured_course(told.cog_deg, told.sog_mps, told.time_s, self.keys, seed)

    def pressure_m(self) -> Floats:
        """Pressure altitude where the aircraft truly is: an altimeter is not fooled by false satellites."""
        told = self.moments
        return self.air.pressure_altitude_m(told.lat_deg, told.lon_deg, told.alt_m, told.time_s)


def _place(sender: _Sender) -> Octets:
    number, odd = sender.crew.number, sender.moments.ordinal % 2
    lat, lon = sender.place()
    level, transponder = nic(sender.epu_m), sender.transponder
    if sender.on_ground:
        return surface_positions(number, lat, lon, *sender.motion(), odd, nic=level, transponder=transponder)
    return airborne_positions(number, lat, lon, sender.pressure_m(), odd, nic=level, transponder=transponder)


def _velocity(sender: _Sender) -> Octets:
    told = sender.moments
    difference_m = geometric_minus_barometric_m(
        told.lat_deg, told.lon_deg, told.alt_m, sender.pressure_m(), told.time_s, sender.keys, sender.air.seed
    )
    return velocities(
        sender.crew.number,
        *sender.motion(),
        told.climb_mps,
        difference_m,
        climb_geometric=sender.crew.device,
        transponder=sender.transponder,
    )


def _identification(sender: _Sender) -> Octets:
    crew = sender.crew
    return identifications(
        crew.number,
        crew.callsign,
        crew.category,
        on_ground=sender.on_ground,
        transponder=sender.transponder,
    )


def _operational(sender: _Sender) -> Octets:
    return operational_statuses(
        sender.crew.number,
        nac_p(sender.epu_m),
        on_ground=sender.on_ground,
        transponder=sender.transponder,
    )


def _squawk(sender: _Sender) -> Octets:
    squawk = np.maximum(sender.moments.squawk, 0)
    return emergencies(sender.crew.number, squawk, on_ground=sender.on_ground, transponder=sender.transponder)


def _all_call(sender: _Sender) -> Octets:
    return all_calls(sender.crew.number, on_ground=sender.on_ground)


_WRITERS: dict[Sort, Callable[[_Sender], Octets]] = {
    Sort.PLACE: _place,
    Sort.VELOCITY: _velocity,
    Sort.IDENTIFICATION: _identification,
    Sort.OPERATIONAL: _operational,
    Sort.SQUAWK: _squawk,
    Sort.ALL_CALL: _all_call,
}


def _emitted(sender: _Sender, frames: Octets) -> Emissions:
    told, (n, width) = sender.moments, frames.shape
    return Emissions.of(
        n,
        time_s=told.time_s,
        lat_deg=told.lat_deg,
        lon_deg=told.lon_deg,
        alt_m=np.nan_to_num(told.alt_m) + GROUND_AERIAL_M,
        power_dbm=sender.crew.power_dbm,
        kind=np.full(n, Kind.MODE_S, np.uint8),
        emitter=sender.crew.key,
        payload=Ragged(np.arange(n + 1) * width, frames.ravel()),
    )
