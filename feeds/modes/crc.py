"""The 24-bit parity of Mode S, by table, for a whole batch at once.

The remainder of a frame, its parity field included, is 0 for a clean DF17 or
DF18, the interrogator's code for a clean DF11, and the address of the sender
for the replies that carry none (DF4, 5, 20, 21).

Source: ICAO Annex 10 volume IV, 3.1.2.3.3; generator polynomial 0x1FFF409.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

GENERATOR = 0x1FFF409
FRAME_BYTES = 14


def _table() -> npt.NDArray[np.uint32]:
    """What each byte value at each place adds to the remainder. Shape: (14, 256)."""
    table = np.empty((FRAME_BYTES, 256), np.uint32)
    table[-1] = np.arange(256)
    for place in range(FRAME_BYTES - 2, -1, -1):
        rest = table[place + 1]
        for _ in range(8):
            rest = rest << 1
            rest = np.where(rest & 0x1000000, rest ^ GENERATOR, rest)
        table[place] = rest
    return table


TABLE = _table()
"""What each byte value at each of 14 places adds to the remainder. Shape: (14, 256)."""


def remainder(matrix: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """The remainder of each frame. Shape: (n, 14) -> (n,).

    Short frames stand at the right, behind seven zero bytes: leading zeros
    leave a remainder as it is.
    """
    rest = np.zeros(len(matrix), np.uint32)
    for place in range(FRAME_BYTES):
        rest ^= TABLE[place][matrix[:, place]]
    return rest
