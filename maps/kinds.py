"""What sort of thing a track is, for its colour and shape: from who numbered it and what it claims.

A claim is the transmitter's own word (AIS ship and cargo type, ADS-B emitter
category, or words from a register), so a kind is how a thing presents
itself, never what it is known to be.

Source: ITU-R M.1371-5 table 53 (ship types); RTCA DO-260B 2.2.3.2.5.2
(emitter categories).
"""

from __future__ import annotations

from collections.abc import Mapping

from feeds.reports import DOMAIN_SHIFT, Domain, Source

KINDS: dict[str, str] = {
    "cargo": "Cargo ship",
    "tanker": "Tanker",
    "passenger": "Passenger or high-speed craft",
    "fishing": "Fishing vessel",
    "leisure": "Sailing or pleasure craft",
    "service": "Tug, pilot, rescue, patrol or work boat",
    "vessel": "Other vessel",
    "aircraft": "Aircraft",
    "rotorcraft": "Helicopter",
    "station": "Shore station or aid to navigation",
}
"""Every kind with the words for it, in the order of the legend."""

SHIP_TYPES = {30: "fishing", 36: "leisure", 37: "leisure"} | dict.fromkeys(
    [31, 32, 33, 34, 35, 50, 51, 52, 53, 54, 55, 58], "service"
)
SHIP_TENS = {4: "passenger", 6: "passenger", 7: "cargo", 8: "tanker"}
SHORE = {Source.AIS_BASE, Source.AIS_ATON}

WORDS = {
    "fish": "fishing",
    "trawl": "fishing",
    "tanker": "tanker",
    "sail": "leisure",
    "pleasure": "leisure",
    "yacht": "leisure",
    "passenger": "passenger",
    "ferry": "passenger",
    "high-speed": "passenger",
    "high speed": "passenger",
    "tug": "service",
    "tow": "service",
    "pilot": "service",
    "search and rescue": "service",
    "lifeboat": "service",
    "law": "service",
    "patrol": "service",
    "dredg": "service",
    "cargo": "cargo",
    "base station": "station",
    "navigation": "station",
}


def kind_of(entity: int, source: int, says: Mapping[str, str]) -> str:
    """The key in `KINDS` for one entity, the `Source` of its last position, and what it says it is."""
    claim = str(says.get("type") or says.get("ship_type") or "").strip().lower()
    if int(entity) >> DOMAIN_SHIFT != Domain.AIS:
        category = str(says.get("category") or claim).strip().lower()
        return "rotorcraft" if category == "a7" or "heli" in claim or "rotor" in claim else "aircraft"
    if source in SHORE:
        return "station"
    if source == Source.AIS_SAR:
        return "aircraft"
    if claim.isdecimal():
        number = int(claim[:3])
        return SHIP_TYPES.get(number) or SHIP_TENS.get(number // 10, "vessel")
    return next((kind for word, kind in WORDS.items() if word in claim), "vessel")
