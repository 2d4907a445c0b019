"""Who a made craft says it is: numbers as the authorities would issue them, names that nobody bears.

Numbers: MMSIs with the digits of a country (ITU-R M.585), IMO numbers with their check
digit (IMO A.1117(30)), ICAO addresses from the blocks of a state (ICAO Annex 10 volume
III, part I, chapter 9). They are drawn, so a real craft may bear one by chance; the names
are made of two words each, and airlines' designators begin with ZZ, which no airline that we know of bears.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from headland.proving.mover import Kind, Transponder
from headland.proving.world import Draw, World

_FIRST = (
    "GREY",
    "BRIGHT",
    "NORTHERN",
    "SILVER",
    "QUIET",
    "OUTER",
    "EARLY",
    "WILD",
    "GREEN",
    "HIGH",
    "LONE",
    "FAIR",
)
_SECOND = (
    *("PETREL", "SKERRY", "BEACON", "HARVEST", "CURLEW", "ANVIL", "MERIDIAN", "SPINDRIFT"),
    *("COMPASS", "GANNET", "KELP", "LANTERN", "OSPREY", "PENNANT", "ROWAN", "TIDEWAY"),
)
HOME_MIDS = (232, 233, 234, 235)
FLAGS_OF_TRADE = (235, 244, 246, 211, 219, 257, 636, 538, 352, 255, 248, 305)
"""UK, Netherlands, Germany, Denmark, Norway, Liberia, Marshall Islands, Panama, Madeira, Malta, Antigua."""
BLOCKS = {
    "UK": (0x400000, 0x43BFFF),
    "IE": (0x4CA000, 0x4CAFFF),
    "FR": (0x380000, 0x3BFFFF),
    "NL": (0x480000, 0x487FFF),
    "BE": (0x448000, 0x44FFFF),
    "DE": (0x3C0000, 0x3FFFFF),
}
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, kw_only=True)
class Who:
    """Everything a transponder says of itself that does not move; fields as in `Mover`."""

    kind: Kind
    number: int
    transponder: Transponder
    name: str = ""
    callsign: str = ""
    ship_type: int = 0
    length_m: float = 0.0
    beam_m: float = 0.0
    draught_m: float = 0.0
    destination: str = ""
    imo: int = 0
    category: str = ""

    def fields(self) -> dict[str, Any]:
        """The fields by name, as `Mover` takes them."""
        return asdict(self)


def vessel(
    world: World,
    draw: Draw,
    ship_type: int,
    length_m: tuple[float, float],
    *,
    transponder: Transponder = "A",
    mids: tuple[int, ...] = HOME_MIDS,
    destination: str = "",
) -> Who:
    """A vessel of a type and a range of lengths, under one of some flags."""
    length = round(draw.between(*length_m))
    return Who(
        kind="vessel",
        number=unused(world, mids[draw.pick(len(mids))] * 1_000_000 + draw.pick(1_000_000)),
        transponder=transponder,
        name=words(draw),
        callsign=f"M{_letters(draw, 3)}{draw.pick(10)}",
        ship_type=ship_type,
        length_m=length,
        beam_m=max(round(length / draw.between(3.2, 6.5)), 2),
        draught_m=round(max(length / draw.between(16.0, 30.0), 0.6), 1) if transponder == "A" else 0.0,
        destination=destination[:20].upper(),
        imo=imo_number(draw) if transponder == "A" and length > 60 else 0,
    )


def aircraft(world: World, draw: Draw, category: str, *, state: str = "UK", airline: bool = False) -> Who:
    """An aircraft of an emitter category, registered in a state; with a flight number or its registration."""
    low, high = BLOCKS[state]
    number = unused(world, low + draw.pick(high - low + 1))
    prefix = {"UK": "G", "IE": "EI", "FR": "F", "NL": "PH", "BE": "OO", "DE": "D"}[state]
    spoken = (
        f"ZZ{_letters(draw, 1)}{100 + draw.pick(900)}"
        if airline
        else f"{prefix}{_letters(draw, 5 - len(prefix))}"
    )
    return Who(kind="aircraft", number=number, transponder="ADSB", callsign=spoken, category=category)


def words(draw: Draw) -> str:
    """A ship's name of two words."""
    return f"{_FIRST[draw.pick(len(_FIRST))]} {_SECOND[draw.pick(len(_SECOND))]}"


def imo_number(draw: Draw) -> int:
    """Seven digits of which the last is the check digit: weights 7 to 2, last digit of the sum."""
    digits = [9, *(draw.pick(10) for _ in range(5))]
    check = sum(weight * digit for weight, digit in zip(range(7, 1, -1), digits, strict=True)) % 10
    return int("".join(map(str, [*digits, check])))


def _letters(draw: Draw, count: int) -> str:
    return "".join(_LETTERS[draw.pick(26)] for _ in range(count))


def unused(world: World, number: int) -> int:
    """The number, or the next that nobody in this world bears; an MMSI is never an ICAO address, so one set serves both."""
    # Counting on takes no chances from the stream: who else is in the world must not change what is drawn after.
    while number in world.taken:
        number += 1
    world.taken.add(number)
    return number
