"""Text from outside, made fit to be shown and compared.

Names, call signs and destinations are typed by strangers. Control characters
and the invisible signs that turn the direction of writing are taken out, for
they make a screen show what is not there; everything printable stays, `<`
and quotes included, so what comes out is still hostile and must be set as
text, never as markup.
"""

from __future__ import annotations

import unicodedata


def canonical(text: str, limit: int) -> str:
    r"""The printable characters of `text`, composed, blanks trimmed, cut to `limit` characters.

    >>> canonical("CAFE\u0301 \u202eXYZ\x1b[2J ", 20)
    'CAFÉ XYZ[2J'
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join(c for c in unicodedata.normalize("NFC", text) if c.isprintable())
    return text.strip()[:limit].rstrip()
