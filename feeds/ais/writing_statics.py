"""Columns of names and voyages become AIS sentences: types 5 and 24.

In: house units, one row a message; NaN, -1 or empty text where not said. Out:
`Sentences`; type 5 takes two, so its rows are (n, 2).

Source: ITU-R M.1371-5 annex 8.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from pyais.messages import MessageType5, MessageType24PartA, MessageType24PartB

from feeds.ais import writing_steps as steps
from feeds.ais.writing_bits import Sentences, payloads, sentences
from feeds.ais.writing_sides import NOT_SAID, Sides
from geo.batch import Column, Floats, Ints

_VOYAGE_BITS, _PART_BITS = 424, 168
_GPS = 1


def voyages(
    mmsi: Ints,
    name: Column,
    callsign: Column,
    imo: npt.ArrayLike = -1,
    ship_type: npt.ArrayLike = -1,
    sides: Sides = NOT_SAID,
    draught_m: Column | float = np.nan,
    destination: Column | str = "",
    *,
    eta_s: Floats | float = np.nan,
    channel: Column | str = "A",
    sequence: Ints | int = 0,
) -> Sentences:
    """Static and voyage data of class A, type 5. Shape: (n,) each -> (n, 2).

    Of `eta_s`, Unix seconds, month to minute are sent; of `sequence`, which ties the two sentences, the last digit.
    """
    eta = steps.calendar(np.broadcast_to(np.asarray(eta_s, np.float64), (len(mmsi),)))
    said: dict[str, Any] = {name: eta[name] for name in ("month", "day", "hour", "minute")}
    said |= {"msg_type": 5, "mmsi": mmsi, "imo": _known(imo), "ship_type": _known(ship_type)}
    said |= {"draught": steps.draught(draught_m), "epfd": _GPS} | sides.fields()
    text = {"shipname": name, "callsign": callsign, "destination": destination}
    payload = payloads(MessageType5, len(mmsi), _VOYAGE_BITS, said | text)
    return sentences(payload, _VOYAGE_BITS, channel, sequence)


def class_b_names(mmsi: Ints, name: Column, *, channel: Column | str = "A") -> Sentences:
    """Names of class B, type 24 part A. Shape: (n,) each -> (n,)."""
    said = {"msg_type": 24, "mmsi": mmsi, "partno": 0, "shipname": name}
    return sentences(payloads(MessageType24PartA, len(mmsi), _PART_BITS, said), _PART_BITS, channel)


def class_b_particulars(
    mmsi: Ints,
    callsign: Column,
    ship_type: npt.ArrayLike = -1,
    sides: Sides = NOT_SAID,
    *,
    vendor: Column | str = "",
    channel: Column | str = "A",
) -> Sentences:
    """Call sign, type and size of class B, type 24 part B; `vendor` has three letters. Shape: (n,) each -> (n,)."""
    said: dict[str, Any] = {"msg_type": 24, "mmsi": mmsi, "partno": 1, "ship_type": _known(ship_type)}
    said |= {"vendorid": vendor, "callsign": callsign} | sides.fields()
    return sentences(payloads(MessageType24PartB, len(mmsi), _PART_BITS, said), _PART_BITS, channel)


def _known(number: npt.ArrayLike) -> Ints:
    return np.maximum(np.asarray(number, np.int64), 0)
