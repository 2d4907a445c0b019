"""States and registrations by number, against rs1090 and pyais, which have tables of their own."""

import doctest
from types import ModuleType

import pytest
import rs1090
from hypothesis import given
from hypothesis import strategies as st
from pyais.util import get_country

import feeds.modes.registers
import feeds.modes.registrations
import feeds.nations
import feeds.origins
from feeds.modes.registers import state_of
from feeds.modes.registrations import registration_of
from feeds.nations import flag_of
from feeds.origins import Origin, origin_of
from feeds.reports import Domain, entities

BLOCKS = st.sampled_from(
    [
        *[0xA00001, 0xA12345, 0xADF7C7, 0x390000, 0x3C4421, 0x3C0001, 0x3D04A8, 0x448421, 0x460000, 0x4A0421],
        *[0x7C0000, 0xC00001, 0xC044A9, 0xE01041, 0x840000, 0x71BA00, 0x140000, 0x380000, 0x400000, 0x4CA000],
    ]
)
addresses = st.integers(1, 0xFFFFFE) | st.builds(lambda at, on: at + on, BLOCKS, st.integers(0, 30_000))


def _theirs(address: int) -> dict[str, str]:
    return rs1090.aircraft_information(f"{address:06x}")


def _flag(code: str) -> str:
    return "".join(chr(ord(letter) - ord("A") + 0x1F1E6) for letter in code)


@given(addresses)
def test_states_of_register_are_those_of_rs1090(address: int) -> None:
    ours, theirs = state_of(address), _theirs(address)

    # It tells no parts of the British block.
    if 0x400000 <= address <= 0x43FFFF:
        assert theirs["flag"] == _flag("GB")
        assert ours is not None
    elif ours is not None:
        assert theirs["flag"] == _flag(ours.code)
    else:
        assert theirs.get("flag") in {None, "🏳", ""} or "nassigned" in theirs["country"]


@given(addresses)
def test_registrations_are_those_of_rs1090(address: int) -> None:
    ours, theirs = registration_of(address), _theirs(address).get("registration") or ""

    # It knows none of South Africa's, and reads Korean digits as hexadecimal.
    assert (
        ours == theirs or ours.startswith("ZS-") or (theirs.startswith("HL") and not theirs[2:].isdecimal())
    )


def test_every_american_number_is_given_once() -> None:
    names = {registration_of(address) for address in range(0xA00001, 0xA00001 + 915_399)}

    assert len(names) == 915_399
    assert registration_of(0xA00000) == registration_of(0xA00001 + 915_399) == ""
    assert {"N1", "N1A", "N1AA", "N99999", "N9999Z", "N999ZZ"} <= names
    assert not any(letter in name for name in list(names)[:5000] for letter in "IO")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        *[(0x400ABC, "GB"), (0x400000, "BM"), (0x4001C0, "KY"), (0x400300, "TC"), (0x424B80, "IM")],
        *[(0x43E700, "IM"), (0x43EAFE, "GG"), (0x43EEFF, "GG"), (0x43EF00, "GB"), (0x4CA000, "IE")],
    ],
)
def test_the_british_block_is_told_in_its_parts(address: int, code: str) -> None:
    assert state_of(address).code == code


@given(st.integers(200_000_000, 799_999_999))
def test_flags_of_ships_are_those_of_pyais(mmsi: int) -> None:
    ours, theirs = flag_of(mmsi), get_country(mmsi)

    assert (tuple(ours) if ours else ("NA", "Unknown")) == tuple(theirs)


def test_a_number_of_its_own_choosing_says_nothing() -> None:
    assert origin_of(int(entities(Domain.NON_ICAO, 0xA00001))) == Origin()
    assert origin_of(int(entities(Domain.AIS, 970_123_456))) == Origin()


@given(st.integers(0, (1 << 64) - 1))
def test_any_number_is_answered(entity: int) -> None:
    origin = origin_of(entity)

    assert origin.registration.isascii()
    assert origin.nation is None or len(origin.nation.code) == 2


@pytest.mark.parametrize(
    "module", [feeds.modes.registers, feeds.modes.registrations, feeds.nations, feeds.origins]
)
def test_examples_hold(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0
