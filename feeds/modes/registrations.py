"""Registrations that follow from an aircraft's address, where its state reckons the one from the other.

    letters     three letters counted up from the first address of a block, in steps of 1, of one
                size for the second letter and of another for the first
    numbers     counted up likewise
    N           United States: N1 .. N99999, with up to two letters behind fewer digits
    JA          Japan: four places, of digits and then of letters
    HL          South Korea: the last four digits of the address, read as they stand

Letters I and O are not used in the United States and Japan. British, Irish
and most other states give addresses as they come: nothing follows from them.
What follows is what the register would say if the rule was kept.

Sources: the rules as worked out from published registers by the users of
dump1090 and tar1090, and those that rs1090
has beside them; 14 CFR 47.15 for the form of United States numbers.
"""

from __future__ import annotations

from typing import NamedTuple

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FEWER = "ABCDEFGHJKLMNPQRSTUVWXYZ"


class _Letters(NamedTuple):
    """Addresses from `start` stand for `prefix` and three letters from `first` to `last`."""

    start: int
    first_step: int
    second_step: int
    prefix: str
    first: str = "AAA"
    last: str = "ZZZ"


_LETTERS = (
    _Letters(0x008011, 676, 26, "ZS-"),
    _Letters(0x380000, 1024, 32, "F-B"),
    _Letters(0x388000, 1024, 32, "F-I"),
    _Letters(0x390000, 1024, 32, "F-G"),
    _Letters(0x398000, 1024, 32, "F-H"),
    _Letters(0x3A0000, 1024, 32, "F-O"),
    _Letters(0x3C0001, 676, 26, "D-A", "PAA"),
    _Letters(0x3C2001, 676, 26, "D-B", "PAA"),
    _Letters(0x3C4421, 1024, 32, "D-A", "AAA", "OZZ"),
    _Letters(0x3C8421, 1024, 32, "D-B", "AAA", "OZZ"),
    _Letters(0x3CC000, 676, 26, "D-C"),
    _Letters(0x3D04A8, 676, 26, "D-E"),
    _Letters(0x3D4950, 676, 26, "D-F"),
    _Letters(0x3D8DF8, 676, 26, "D-G"),
    _Letters(0x3DD2A0, 676, 26, "D-H"),
    _Letters(0x3E1748, 676, 26, "D-I"),
    _Letters(0x448421, 1024, 32, "OO-"),
    _Letters(0x458421, 1024, 32, "OY-"),
    _Letters(0x460000, 676, 26, "OH-"),
    _Letters(0x468421, 1024, 32, "SX-"),
    _Letters(0x490421, 1024, 32, "CS-"),
    _Letters(0x4A0421, 1024, 32, "YR-"),
    _Letters(0x4B8421, 1024, 32, "TC-"),
    _Letters(0x740421, 1024, 32, "JY-"),
    _Letters(0x760421, 1024, 32, "AP-"),
    _Letters(0x768421, 1024, 32, "9V-"),
    _Letters(0x778421, 1024, 32, "YK-"),
    _Letters(0x7C0000, 1296, 36, "VH-"),
    _Letters(0xC00001, 676, 26, "C-F"),
    _Letters(0xC044A9, 676, 26, "C-G"),
    _Letters(0xE01041, 4096, 64, "LV-"),
)
_NUMBERS = ((0x140000, 0, 100_000, "RA-{:05d}"), (0x0B03E8, 1000, 1000, "CU-T{}"))
"""First address, first number, how many numbers there are, how they are written."""
_KOREAN = ((0x71BA00, 0x71BF99, 0x7200), (0x71C000, 0x71C099, 0x8000), (0x71C200, 0x71C299, 0x8200))
"""First and last address, and the four digits of the first."""

_AMERICAN = 0xA00001
_DIGIT_SIZES = (101_711, 10_111, 951, 35)
"""Numbers that begin with the same one, two, three, four digits."""
_TWO_LETTERS, _ONE_LETTER = 601, 25
"""Numbers with the same digits and up to two letters behind them, or up to one, none among them."""
_JAPANESE = 0x840000


def registration_of(address: int) -> str:
    """The registration that follows from an ICAO address; empty where none does.

    >>> registration_of(0xA12345), registration_of(0x3D04A8), registration_of(0x400ABC)
    ('N1722M', 'D-EAAA', '')
    """
    return (
        _american(address)
        or _lettered(address)
        or _numbered(address)
        or _japanese(address)
        or _korean(address)
    )


def _lettered(address: int) -> str:
    for row in _LETTERS:
        steps = row.first_step, row.second_step, 1
        begun = sum(step * _ALPHABET.index(letter) for step, letter in zip(steps, row.first, strict=True))
        first, rest = divmod(address - row.start + begun, steps[0])
        places = first, *divmod(rest, steps[1])
        if address < row.start or max(places) >= len(_ALPHABET):
            continue
        letters = "".join(_ALPHABET[place] for place in places)
        if letters <= row.last:
            return row.prefix + letters
    return ""


def _numbered(address: int) -> str:
    for start, first, count, form in _NUMBERS:
        if start <= address < start + count:
            return form.format(address - start + first)
    return ""


def _american(address: int) -> str:
    rest = address - _AMERICAN
    if not 0 <= rest < 9 * _DIGIT_SIZES[0]:
        return ""
    digit, rest = divmod(rest, _DIGIT_SIZES[0])
    digits = f"N{digit + 1}"
    for size in _DIGIT_SIZES[1:]:
        if rest < _TWO_LETTERS:
            return digits + _up_to_two(rest)
        digit, rest = divmod(rest - _TWO_LETTERS, size)
        digits += str(digit)
    if rest < _ONE_LETTER:
        return digits + _up_to_one(rest)
    return digits + str(rest - _ONE_LETTER)


def _up_to_two(rest: int) -> str:
    """None, A, AA, AB .. AZ, B, BA .. ZZ."""
    if not rest:
        return ""
    first, second = divmod(rest - 1, _ONE_LETTER)
    return _FEWER[first] + _up_to_one(second)


def _up_to_one(rest: int) -> str:
    return _FEWER[rest - 1] if rest else ""


def _japanese(address: int) -> str:
    first, rest = divmod(address - _JAPANESE, 22_984)
    second, rest = divmod(rest, 916)
    if not (0 <= first <= 9 and second <= 9):
        return ""
    if rest < 340:
        third, fourth = divmod(rest, 34)
        return f"JA{first}{second}{third}{('0123456789' + _FEWER)[fourth]}"
    third, fourth = divmod(rest - 340, 24)
    return f"JA{first}{second}{_FEWER[third]}{_FEWER[fourth]}"


def _korean(address: int) -> str:
    for first, last, digits in _KOREAN:
        if first <= address <= last:
            found = f"{address - first + digits:x}"
            return f"HL{found}" if found.isdecimal() else ""
    return ""
