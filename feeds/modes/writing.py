"""Columns of what an aircraft says become Mode S frames.

In: house units, one row a frame; NaN, -1 or empty text where not said. Out:
`Octets`, (n, 14) or (n, 7) bytes, parity included; `hexadecimal` writes them as
text. Every argument but the addresses may be one value for all rows.

    type code  1-4 identifications     DF11     all_calls
               5-8 surface_positions   DF4, 20  altitude_replies
        9-18, 20-22 airborne_positions DF5, 21  identity_replies
                19 velocities
                28 emergencies         31 operational_statuses

`transponder` True makes DF17; False makes DF18 with control field 0, as the
small devices send that most light aircraft in the United Kingdom carry.

Sources: RTCA DO-260B 2.2.3.2; ICAO Annex 10 volume IV 3.1.2.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from feeds.modes import writing_codes as codes
from feeds.modes.cpr import AIRBORNE_SPAN_DEG, SURFACE_SPAN_DEG
from feeds.modes.writing_bits import Octets, head_bits, long_frames, me_bits, short_frames
from feeds.modes.writing_velocity import velocity_bits
from feeds.writing import lower_hex
from geo.batch import Column, Floats, Ids, Ints

Number = npt.ArrayLike
"""A column of numbers, or one for all rows."""

AIRBORNE_CAPABILITY, GROUND_CAPABILITY = 5, 4
"""Level 2 and more, in the air or on the ground: bits 6 to 8 of DF11 and DF17."""
DO_260B = 2
_EMERGENCIES = {7500: 5, 7600: 4, 7700: 1}


def airborne_positions(
    address: Ints,
    lat_deg: Floats,
    lon_deg: Floats,
    alt_m: Floats,
    odd: Number,
    *,
    nic: Number = 8,
    geometric: bool = False,
    transponder: Number = True,
) -> Octets:
    """Positions in the air. Shape: (n,) each -> (n, 14).

    `alt_m` is barometric, above 1013.25 hPa; where `geometric`, above the ellipsoid (type codes 20 to 22).
    `odd` is 1 for the odd of the two encodings of a place. `nic`, 0 to 11, becomes the nearest poorer one there is.
    """
    typecode, supplement = codes.integrity_codes(nic, geometric=geometric)
    me = me_bits(1, 5, typecode) | me_bits(8, 1, supplement) | me_bits(9, 12, codes.altitude12(alt_m))
    return _squitters(address, me | _place(lat_deg, lon_deg, odd, AIRBORNE_SPAN_DEG), transponder)


def surface_positions(
    address: Ints,
    lat_deg: Floats,
    lon_deg: Floats,
    sog_mps: Floats,
    track_deg: Floats,
    odd: Number,
    *,
    nic: Number = 8,
    transponder: Number = True,
) -> Octets:
    """Positions on the ground, with speed and track. Shape: (n,) each -> (n, 14)."""
    typecode, _ = codes.integrity_codes(nic, surface=True)
    said = np.isfinite(track_deg)
    track = np.rint(np.where(said, track_deg, 0.0) * (128 / 360.0)).astype(np.int64) % 128
    me = me_bits(1, 5, typecode) | me_bits(6, 7, codes.movement(sog_mps)) | me_bits(13, 1, said)
    me |= me_bits(14, 7, track) | _place(lat_deg, lon_deg, odd, SURFACE_SPAN_DEG)
    return _squitters(address, me, transponder, GROUND_CAPABILITY)


def velocities(
    address: Ints,
    sog_mps: Floats,
    track_deg: Floats,
    climb_mps: Floats,
    alt_diff_m: Number = np.nan,
    *,
    climb_geometric: Number = False,
    nac_v: Number = 2,
    transponder: Number = True,
) -> Octets:
    """Velocities over ground, subtype 1, or 2 where a knot is too fine. Shape: (n,) each -> (n, 14).

    `alt_diff_m` is geometric minus barometric altitude; steps are 1 kn, 64 ft/min and 25 ft.
    """
    me = velocity_bits(sog_mps, track_deg, climb_mps, np.asarray(alt_diff_m, np.float64), climb_geometric)
    return _squitters(address, me | me_bits(11, 3, nac_v), transponder)


def identifications(
    address: Ints,
    callsign: Column,
    category: Column | str = "A0",
    *,
    on_ground: Number = False,
    transponder: Number = True,
) -> Octets:
    """Call signs, eight letters and digits, with the emitter category. Shape: (n,) each -> (n, 14)."""
    typecode, digit = codes.category_codes(np.broadcast_to(np.asarray(category), (len(address),)))
    me = me_bits(1, 5, typecode) | me_bits(6, 3, digit) | codes.callsign48(callsign)
    return _squitters(address, me, transponder, _capability(on_ground))


def emergencies(
    address: Ints, squawk: Number, *, on_ground: Number = False, transponder: Number = True
) -> Octets:
    """Squawk and the emergency that goes with it, type code 28 subtype 1. Shape: (n,) each -> (n, 14)."""
    number = np.broadcast_to(np.asarray(squawk, np.int64), (len(address),))
    state = np.select([number == code for code in _EMERGENCIES], list(_EMERGENCIES.values()), 0)
    me = me_bits(1, 5, 28) | me_bits(6, 3, 1) | me_bits(9, 3, state) | me_bits(12, 13, codes.identity(number))
    return _squitters(address, me, transponder, _capability(on_ground))


def operational_statuses(
    address: Ints,
    nac_p: Number = 8,
    *,
    sil: Number = 2,
    on_ground: Number = False,
    transponder: Number = True,
) -> Octets:
    """Version 2 (DO-260B) with the accuracy of positions, type code 31. Shape: (n,) each -> (n, 14)."""
    surface = np.asarray(on_ground, np.int64)
    me = me_bits(1, 5, 31) | me_bits(6, 3, surface) | me_bits(41, 3, DO_260B) | me_bits(45, 4, nac_p)
    # Bits 49-50: vertical accuracy within 45 m; in the air only.
    me = me | me_bits(49, 2, 2 * (1 - surface)) | me_bits(51, 2, sil)
    return _squitters(address, me, transponder, _capability(on_ground))


def all_calls(address: Ints, *, on_ground: Number = False, interrogator: Number = 0) -> Octets:
    """Acquisition squitters and replies to all-calls, DF11. Shape: (n,) -> (n, 7)."""
    head = head_bits(1, 5, 11) | head_bits(6, 3, _capability(on_ground)) | head_bits(9, 24, address)
    return short_frames(head, interrogator)


def altitude_replies(
    address: Ints, alt_m: Floats, *, on_ground: Number = False, long: bool = False
) -> Octets:
    """Replies with the barometric altitude: DF4, or DF20 with an empty register. Shape: (n,) -> (n, 7 or 14)."""
    return _replies(address, 20 if long else 4, codes.altitude13(alt_m), on_ground)


def identity_replies(
    address: Ints, squawk: Number, *, on_ground: Number = False, long: bool = False
) -> Octets:
    """Replies with the squawk: DF5, or DF21 with an empty register. Shape: (n,) -> (n, 7 or 14)."""
    return _replies(address, 21 if long else 5, codes.identity(squawk), on_ground)


def hexadecimal(frames: Octets) -> npt.NDArray[np.bytes_]:
    """Frames as lower-case digits. Shape: (n, k) -> (n,).

    >>> hexadecimal(all_calls(np.array([0x400ABC]))).tolist()
    [b'5d400abc8407b2']
    """
    digits = lower_hex(frames)
    text: npt.NDArray[np.bytes_] = digits.view(f"S{digits.shape[1]}")[:, 0]
    return text


def _place(lat_deg: Floats, lon_deg: Floats, odd: Number, span_deg: float) -> Ids:
    parity = np.broadcast_to(np.asarray(odd, np.int64), lat_deg.shape)
    return me_bits(22, 1, parity) | me_bits(23, 34, codes.cpr(lat_deg, lon_deg, parity, span_deg))


def _capability(on_ground: Number) -> Ints:
    return np.where(np.asarray(on_ground, np.bool_), GROUND_CAPABILITY, AIRBORNE_CAPABILITY)


def _squitters(
    address: Ints, me: Ids, transponder: Number, capability: Number = AIRBORNE_CAPABILITY
) -> Octets:
    said = np.broadcast_to(np.asarray(transponder, np.bool_), (len(address),))
    head = head_bits(1, 5, np.where(said, 17, 18)) | head_bits(6, 3, np.where(said, capability, 0))
    return long_frames(head | head_bits(9, 24, address), me)


def _replies(address: Ints, df: int, code: Ints, on_ground: Number) -> Octets:
    status = np.broadcast_to(np.asarray(on_ground, np.int64), (len(address),))
    head = head_bits(1, 5, df) | head_bits(6, 3, status) | head_bits(20, 13, code)
    return short_frames(head, address) if df < 16 else long_frames(head, 0, address)
