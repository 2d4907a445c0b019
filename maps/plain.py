"""Hostile text made fit to travel: capped, free of what has no shape, and unable to end a script.

Names, destinations and call signs come from whoever holds a transmitter.
They keep every printable character, for a watch officer must see what was
sent; what goes is what cannot be seen: control characters, bidirectional
overrides (which make text read as something it is not), lone surrogates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

TEXT_LIMIT = 2000
LIST_LIMIT = 100_000
DEPTH_LIMIT = 12
SAFE_INTEGER = 2**53

# C0, C1, zero-width and bidirectional controls (Unicode 16, table of Bidi_Control), line and
# paragraph separators, byte order mark, surrogates, non-characters.
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]+"
)


def plain(text: str, limit: int = TEXT_LIMIT) -> str:
    """The text with unseen characters as one space, trimmed, and no longer than `limit`."""
    return UNSEEN.sub(" ", text[: 2 * limit]).strip()[:limit]


def plain_tree(value: Any, depth: int = DEPTH_LIMIT) -> Any:
    """The same JSON value with plain text in it; what JSON cannot hold, or is too deep, becomes the name of its type."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) <= SAFE_INTEGER else str(value)
    if isinstance(value, str):
        return plain(value)
    if depth and isinstance(value, Mapping):
        pairs = list(value.items())[:LIST_LIMIT]
        return {plain(str(key), 200): plain_tree(item, depth - 1) for key, item in pairs}
    if depth and isinstance(value, Sequence) and not isinstance(value, bytes):
        return [plain_tree(item, depth - 1) for item in value[:LIST_LIMIT]]
    return f"({type(value).__name__})"


def embedded(value: Any) -> str:
    """JSON that may stand inside a `<script type="application/json">` element.

    No `<`, `>` or `&` is left, so no end tag and no comment can begin in it;
    NaN and infinity become null.
    """
    text = orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
