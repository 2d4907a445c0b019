"""What AIS transponders send: moments become sentences, as ships' equipment makes them.

In: `Moments` of AIS sorts and the `Crews`. Out: `Emissions` of kind NMEA, each message
in a slot, on the two channels in turn; the sentences of one message are rows with one time.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from feeds.ais.writing import (
    CARRIER_SENSE_STATE,
    class_a_positions,
    class_b_positions,
    sar_aircraft_positions,
)
from feeds.ais.writing_bits import Sentences
from feeds.ais.writing_sides import Sides
from feeds.ais.writing_statics import class_b_names, class_b_particulars, voyages
from feeds.writing import letters, ragged_of
from geo.batch import Column, Floats, Ints
from hardware.frames import Kind
from hardware.virtual.chance import bits_of, normal, uniform
from hardware.virtual.crowding import SLOTS_PER_MINUTE, slot_of
from hardware.virtual.emissions import Emissions
from headland.proving.transmitting_errors import fixed, measured_course, measured_speed
from headland.proving.transmitting_rates import Sort
from headland.proving.transmitting_truth import Crews, Moments

ACCURATE_M = 10.0
"""A position better than this bears the accuracy bit (M.1371-5 table 48)."""
HEADING_SIGMA_DEG = 0.7
_OF_TIMEOUT, _OF_HEADING = 0xA15, 0xA16


def ais_emissions(moments: Moments, crews: Crews, seed: int) -> Emissions:
    """Everything sent on VHF at these moments."""
    parts = []
    for sort, write in _WRITERS.items():
        chosen = moments.take(moments.sort == sort)
        if len(chosen):
            crew = crews.take(chosen.mover)
            slot = slot_of(chosen.time_s)
            chosen = chosen.replaced(time_s=slot * (60.0 / SLOTS_PER_MINUTE))
            channel = (chosen.ordinal + crew.number) % 2
            sentences = write(_Sender(chosen, crew, seed), np.array(["A", "B"])[channel])
            parts.append(_emitted(chosen, crew, channel, sentences))
    return Emissions.concat(parts)


class _Sender:
    """What the instruments aboard say at each moment."""

    def __init__(self, moments: Moments, crew: Crews, seed: int) -> None:
        self.moments, self.crew, self.seed = moments, crew, seed
        self.keys = crew.key
        sound = np.where(np.isfinite(moments.said_epu_m), moments.said_epu_m, crew.sound_epu_m)
        where = moments.said_lat_deg, moments.said_lon_deg
        self.place = fixed(*where, sound, moments.time_s, self.keys, seed)
        claimed = np.where(np.isnan(moments.said_epu_m), crew.sound_epu_m, moments.said_epu_m)
        self.accurate = claimed <= ACCURATE_M
        self.second = np.floor(moments.time_s % 60.0).astype(np.int64)

    def motion(self) -> tuple[Floats, Floats]:
        """Speed and course over ground by satellite."""
        told = self.moments
        speed = measured_speed(told.sog_mps, told.time_s, self.keys, self.seed)
        return speed, measured_course(told.cog_deg, told.sog_mps, told.time_s, self.keys, self.seed)

    def compass(self) -> Floats:
        """The gyro's heading; NaN where the mover has none."""
        wander = normal(self.seed, _OF_HEADING, self.keys, bits_of(self.moments.time_s))
        heading: Floats = (self.moments.heading_deg + HEADING_SIGMA_DEG * wander) % 360.0
        return heading

    def state(self) -> Ints:
        """Communication state: how many frames the slot is kept, and its number (M.1371-5 annex 2)."""
        kept = np.floor(8 * uniform(self.seed, _OF_TIMEOUT, self.keys, bits_of(self.moments.time_s)))
        return (kept.astype(np.int64) << 14) | slot_of(self.moments.time_s) % SLOTS_PER_MINUTE

    def sides(self) -> Sides:
        """The hull around its antenna."""
        return Sides.around_middle(self.crew.length_m, self.crew.beam_m)


def _class_a(sender: _Sender, channel: Column) -> Sentences:
    return class_a_positions(
        sender.crew.number,
        *sender.place,
        *sender.motion(),
        sender.compass(),
        sender.moments.status,
        sender.second,
        accurate=sender.accurate,
        radio=sender.state(),
        kind=1,
        channel=channel,
    )


def _class_b(sender: _Sender, channel: Column) -> Sentences:
    # Few boats have a compass that speaks to the transponder.
    none = np.full(len(sender.moments), np.nan)
    return class_b_positions(
        sender.crew.number,
        *sender.place,
        *sender.motion(),
        none,
        sender.second,
        carrier_sense=sender.crew.carrier_sense,
        accurate=sender.accurate,
        radio=np.where(sender.crew.carrier_sense, CARRIER_SENSE_STATE, sender.state()),
        channel=channel,
    )


def _sar(sender: _Sender, channel: Column) -> Sentences:
    told = sender.moments
    return sar_aircraft_positions(
        sender.crew.number,
        *sender.place,
        told.alt_m,
        *sender.motion(),
        sender.second,
        accurate=sender.accurate,
        radio=sender.state(),
        channel=channel,
    )


def _voyage(sender: _Sender, channel: Column) -> Sentences:
    crew = sender.crew
    return voyages(
        crew.number,
        crew.name,
        crew.callsign,
        crew.imo,
        crew.ship_type,
        sender.sides(),
        crew.draught_m,
        crew.destination,
        channel=channel,
        sequence=sender.moments.ordinal,
    )


def _name(sender: _Sender, channel: Column) -> Sentences:
    return class_b_names(sender.crew.number, sender.crew.name, channel=channel)


def _particulars(sender: _Sender, channel: Column) -> Sentences:
    crew = sender.crew
    return class_b_particulars(crew.number, crew.callsign, crew.ship_type, sender.sides(), channel=channel)


_WRITERS: dict[Sort, Callable[[_Sender, Column], Sentences]] = {
    Sort.A_POSITION: _class_a,
    Sort.A_VOYAGE: _voyage,
    Sort.B_POSITION: _class_b,
    Sort.B_NAME: _name,
    Sort.B_PARTICULARS: _particulars,
    Sort.SAR_POSITION: _sar,
}


def _emitted(moments: Moments, crew: Crews, channel: Column, sentences: Sentences) -> Emissions:
    """The rows of the messages, one a sentence."""
    table = sentences.reshape(len(moments), -1)
    rows = np.repeat(np.arange(len(moments)), table.shape[1])
    high = np.where(np.isnan(moments.alt_m), crew.aerial_m, moments.alt_m)
    return Emissions.of(
        len(rows),
        time_s=moments.time_s[rows],
        lat_deg=moments.lat_deg[rows],
        lon_deg=moments.lon_deg[rows],
        alt_m=high[rows],
        power_dbm=crew.power_dbm[rows],
        kind=np.full(len(rows), Kind.NMEA, np.uint8),
        channel=channel[rows],
        emitter=crew.key[rows],
        payload=ragged_of(letters(table.ravel())),
    )
