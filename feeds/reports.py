"""`Reports` and `Identities`: what somebody said, in the units of this house.

Metres, seconds, metres per second, degrees true; Unix seconds UTC. NaN (or
the missing value named below) where nothing was said: the sentinels of the
trades (91, 181, 102.3, 360, 511 ...) never get past `feeds`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from functools import cache

import numpy as np
import numpy.typing as npt

from geo.batch import Batch, Floats, Ids, Ragged, column, ragged

DOMAIN_SHIFT = 56
NUMBER_MASK = (1 << DOMAIN_SHIFT) - 1


class Domain(IntEnum):
    """Who gave an entity its number: the top byte of `entity`."""

    AIS = 1
    ICAO = 2
    NON_ICAO = 3


class Source(IntEnum):
    """By what sort of transmission it was said."""

    UNKNOWN = 0
    AIS_A = 1
    AIS_B = 2
    AIS_BASE = 3
    AIS_ATON = 4
    AIS_SAR = 5
    AIS_LONG_RANGE = 6
    AIS_TABLE = 7
    ADSB = 16
    ADSB_NT = 17
    ADSR = 18
    TISB = 19
    MLAT = 20
    MODE_S = 21
    ADSB_TABLE = 22


class Doubt(IntFlag):
    """Why a report may not be what it seems. Marked, never deleted."""

    NONE = 0
    TIME_SKEW = 1 << 0  # time outside arrival plus or minus the allowed skew
    TIME_GUESSED = 1 << 1  # the line bore no time of its own
    IDENTITY_FORM = 1 << 2  # a number that no authority issues (ITU-R M.585, ICAO Annex 10)
    IDENTITY_MESSAGE = 1 << 3  # a message type this sort of station does not send
    POSITION_MANUAL = 1 << 4  # AIS second 61: typed in by hand
    POSITION_DEAD_RECKONED = 1 << 5  # AIS second 62
    POSITION_SENSOR_OFF = 1 << 6  # AIS second 63
    POSITION_LOCAL = 1 << 7  # CPR decoded against an earlier position, not a pair
    POSITION_JUMP = 1 << 8  # too far from where it was a moment ago
    POSITION_RANGE = 1 << 9  # beyond the horizon of every station that heard it
    INTEGRITY_LOW = 1 << 10  # the transmitter itself says its position is poor
    ADDRESS_UNVERIFIED = 1 << 11  # Mode S address from parity, not seen in a clean DF11/17/18
    POSITION_UNCONFIRMED = 1 << 12  # the first CPR pair of an aircraft, which no second one bears out yet


@dataclass(frozen=True, eq=False, kw_only=True)
class Reports(Batch):
    """One row a thing said about where somebody is.

    A row may lack a position (an ADS-B velocity message): lat and lon are NaN.

    Columns:
        time_s, arrival_s: Unix seconds; arrival NaN in recordings without it.
        entity: domain << 56 | MMSI or ICAO24.
        message: 64-bit hash of what was transmitted: the same transmission
            heard by many stations has one value.
        alt_m: as said, barometric or geometric (`alt_geometric`); NaN at sea.
        alt_diff_m: geometric minus barometric, where the aircraft says it.
        on_ground: 1, 0, or -1 where not said.
        status: AIS navigation status 0..15, -1 where not said.
        squawk: four octal digits read as a decimal number, -1 where not said.
        integrity: ADS-B NIC/NUCp 0..11, AIS accuracy bit 0..1, -1 where not said.
        source: `Source`.
        stations: numbers of those who heard it.
        doubt: `Doubt` flags.
    """

    time_s: Floats = column("f8", np.nan)
    arrival_s: Floats = column("f8", np.nan)
    entity: Ids = column("u8", 0)
    message: Ids = column("u8", 0)
    lat_deg: Floats = column("f8", np.nan)
    lon_deg: Floats = column("f8", np.nan)
    alt_m: Floats = column("f8", np.nan)
    alt_geometric: npt.NDArray[np.bool_] = column("?", missing=False)
    alt_diff_m: Floats = column("f8", np.nan)
    on_ground: npt.NDArray[np.int8] = column("i1", -1)
    sog_mps: Floats = column("f8", np.nan)
    cog_deg: Floats = column("f8", np.nan)
    climb_mps: Floats = column("f8", np.nan)
    heading_deg: Floats = column("f8", np.nan)
    status: npt.NDArray[np.int8] = column("i1", -1)
    squawk: npt.NDArray[np.int16] = column("i2", -1)
    integrity: npt.NDArray[np.int8] = column("i1", -1)
    source: npt.NDArray[np.uint8] = column("u1", 0)
    stations: Ragged = ragged("u4")
    signal_dbfs: Floats = column("f8", np.nan)
    doubt: npt.NDArray[np.uint32] = column("u4", 0)


@dataclass(frozen=True, eq=False, kw_only=True)
class Identities(Batch):
    """One row a thing said about who somebody is; empty text and -1 where not said.

    Text is canonical for display: control and bidirectional characters are
    stripped. It is still hostile: it may hold any printable character.

    Columns:
        ship_type: AIS ship and cargo type 0..99 (ITU-R M.1371 table 53).
        category: ADS-B emitter category, "A0".."D7".
        bow_m .. starboard_m: antenna to each side of the hull.
    """

    time_s: Floats = column("f8", np.nan)
    entity: Ids = column("u8", 0)
    station: npt.NDArray[np.uint32] = column("u4", 0)
    name: npt.NDArray[np.str_] = column("U34", "")
    callsign: npt.NDArray[np.str_] = column("U8", "")
    imo: npt.NDArray[np.int64] = column("i8", -1)
    ship_type: npt.NDArray[np.int16] = column("i2", -1)
    category: npt.NDArray[np.str_] = column("U2", "")
    destination: npt.NDArray[np.str_] = column("U20", "")
    draught_m: Floats = column("f8", np.nan)
    bow_m: Floats = column("f8", np.nan)
    stern_m: Floats = column("f8", np.nan)
    port_m: Floats = column("f8", np.nan)
    starboard_m: Floats = column("f8", np.nan)


@dataclass(frozen=True)
class Said:
    """What came out of a decoder or a table in one go."""

    reports: Reports
    identities: Identities

    @classmethod
    @cache
    def nothing(cls) -> Said:
        """No reports and no identities; always the same object."""
        return cls(Reports.empty(), Identities.empty())

    @classmethod
    def concat(cls, parts: list[Said]) -> Said:
        """All parts, one after another."""
        return cls(
            Reports.concat([part.reports for part in parts]),
            Identities.concat([part.identities for part in parts]),
        )


def entities(domain: Domain, numbers: npt.ArrayLike) -> Ids:
    """Entity ids of MMSIs or addresses. Shape: (n,) -> (n,)."""
    return np.asarray(numbers, np.uint64) | np.uint64(int(domain) << DOMAIN_SHIFT)


def domains(entity: Ids) -> npt.NDArray[np.uint8]:
    """The domain of each entity. Shape: (n,) -> (n,)."""
    return (entity >> np.uint64(DOMAIN_SHIFT)).astype(np.uint8)


def subject(entity: int) -> str:
    """The contract's word for an entity: `mmsi:235012345`, `icao24:400abc`, `icao24:~400abc`."""
    domain, number = int(entity) >> DOMAIN_SHIFT, int(entity) & NUMBER_MASK
    if domain == Domain.AIS:
        return f"mmsi:{number:09d}"
    return f"icao24:{'~' if domain == Domain.NON_ICAO else ''}{number:06x}"


def entity_of(text: str) -> int:
    """The entity a subject names.

    Raises:
        ValueError: not `mmsi:DIGITS` or `icao24:HEX`.
    """
    scheme, _, number = text.partition(":")
    if scheme == "mmsi" and number.isdecimal():
        return int(Domain.AIS) << DOMAIN_SHIFT | int(number)
    if scheme == "icao24" and number:
        domain = Domain.NON_ICAO if number.startswith("~") else Domain.ICAO
        return int(domain) << DOMAIN_SHIFT | int(number.removeprefix("~"), 16)
    raise ValueError(f"{text!r} is neither mmsi:DIGITS nor icao24:HEX")
