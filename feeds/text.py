"""Text from outside, made fit to be shown and compared.

Names, call signs and destinations are typed by strangers. Control characters
and the invisible signs that turn the direction of writing are taken out, for
they make a screen show what is not there; everything printable stays, `<`
and quotes included, so what comes out is still hostile and must be set as
text, never as markup.
"""

from __future__ import annotations

import unicodedata

_UNSEEN = frozenset(
    map(
        chr,
        (
            *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
            *range(0x180B, 0x1810),
            *range(0xFE00, 0xFE10),
            *range(0xE0100, 0xE01F0),
        ),
    )
)
"""Printable by their category, and yet nothing to be seen: joiners, fillers, selectors of variants, the empty
Braille cell (Unicode 15, property Default_Ignorable_Code_Point)."""


def canonical(text: str, limit: int) -> str:
    r"""The characters of `text` that can be seen, composed, blanks trimmed, cut to `limit` characters.

    >>> canonical("CAFE\u0301 \u202eX\u200bYZ\x1b[2J ", 20)
    'CAFÉ XYZ[2J'
    """
    if not (text.isascii() and text.isprintable()):
        # What is unseen goes first: between a letter and its accent it would keep them apart.
        seen = "".join(c for c in text if c.isprintable() and c not in _UNSEEN)
        text = unicodedata.normalize("NFC", seen)
    return text.strip()[:limit].rstrip()
