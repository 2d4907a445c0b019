"""A signature over a message and its time, for whoever receives it over HTTP.

`X-Headland-Signature` holds, for each live key of the sender, the hex digits
of `HMAC-SHA256(key, timestamp + "." + body)`, joined by commas;
`X-Headland-Timestamp` is the time in whole Unix seconds, UTC. The receiver
takes a message when one of the digests fits one of its own keys, and the
time is within five minutes of its clock: a message that was caught on its
way cannot be played again later. With up to two live keys on either side,
keys are changed without a message lost: first the receiver takes the new key
beside the old, then the sender, then both let go of the old.

Source: HMAC, RFC 2104. Only the standard library is used: receivers may copy
this file.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

WINDOW_S = 300.0
KEY_BYTES = 16
"""Keys shorter than this can be guessed from one message."""
LIVE_KEYS = 2


def checked_keys(keys: Sequence[bytes]) -> tuple[bytes, ...]:
    """One or two keys, each long enough.

    Raises:
        ValueError: none, too many, or one too short. The keys are not quoted.
    """
    if not 1 <= len(keys) <= LIVE_KEYS or any(len(key) < KEY_BYTES for key in keys):
        raise ValueError(f"one or two keys of at least {KEY_BYTES} bytes each are needed")
    return tuple(keys)


def sign(keys: Sequence[bytes], timestamp: str, body: bytes) -> str:
    """The signature header: one digest for each live key."""
    return ",".join(_digest(key, timestamp, body) for key in keys)


def verify_signature(
    keys: Sequence[bytes], timestamp: str, body: bytes, signature: str, now_s: float
) -> bool:
    """Whether the message comes from a holder of one of the keys, and from now.

    Args:
        keys: the receiver's live keys.
        timestamp: the header, as it came.
        body: the body, byte for byte as it came.
        signature: the header, as it came.
        now_s: the receiver's clock, Unix seconds.
    """
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(now_s - int(timestamp)) > WINDOW_S:
        return False
    given = [digest.strip().encode("utf-8", "replace") for digest in signature.split(",")[:LIVE_KEYS]]
    # Every pair is compared, and each in constant time: how long it takes tells nothing.
    fits = [hmac.compare_digest(_digest(key, timestamp, body).encode(), one) for key in keys for one in given]
    return any(fits)


def _digest(key: bytes, timestamp: str, body: bytes) -> str:
    return hmac.new(key, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
