"""How well an aircraft says it knows where it is, by type code, version and supplements.

NIC 11 promises a position within 7.5 m, 8 within 185 m, 5 within 1,852 m,
1 within 37 km, 0 nothing. NUCp is the measure of version 0 (DO-260), which the
same type codes also carry.

    version 1   supplement A of the operational status
    version 2   A, with B of the airborne position (ME 8) or C of the status of who taxies
    0           none: the bit of B was another's
    unknown     B: the others come with the version

Source: RTCA DO-260B table 2-69 (NIC), DO-260A table 2-70, DO-260 table 2-11 (NUCp).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.batch import Column

Codes = npt.NDArray[np.int8]

_NONE = -1
NIC_LOW = 5
"""Below this, the radius that contains the position is more than a nautical mile."""

_NIC = {5: 11, 6: 10, 7: 8, 8: 0, 9: 11, 10: 10, 11: 8, 12: 7, 13: 6, 14: 5, 15: 4, 16: 2, 17: 1, 18: 0}
_NIC |= {0: 0, 20: 11, 21: 10, 22: 0}
_VERSIONS = (0, 1, 2)
_BETTER = {
    (1, 1, 0): {7: 9, 11: 9, 16: 3},
    (1, 1, 1): {7: 9, 11: 9, 16: 3},
    (2, 1, 0): {7: 9, 8: 6},
    (2, 0, 1): {8: 6},
    (2, 1, 1): {8: 7, 11: 9, 16: 3},
    (-1, 0, 1): {11: 9, 16: 3},
}
"""What supplements make of some type codes, by version (-1 unknown), A, and B or C."""
_NUC = {0: 0, 5: 9, 6: 8, 7: 7, 8: 6, 9: 9, 10: 8, 11: 7, 12: 6, 13: 5, 14: 4, 15: 3, 16: 2, 17: 1, 18: 0}
_NUC |= {20: 9, 21: 8, 22: 0}


def nic(typecode: Codes, version: Codes, a: Codes, b_or_c: Column) -> Codes:
    """Navigation integrity category 0..11, -1 for what is no position. Shape: (n,) x4 -> (n,).

    Args:
        typecode: of each message, -1 for what is no extended squitter.
        version: of its sender's equipment; -1 where unknown.
        a: supplement A of its sender.
        b_or_c: supplement B of the message itself in the air, C of its sender on the ground.
    """
    known = np.where(version <= _VERSIONS[-1], version, 0)
    found: Codes = _NIC_TABLE[known, (a == 1).astype(np.int8), (b_or_c == 1).astype(np.int8), typecode]
    return found


def nuc_p(typecode: Codes) -> Codes:
    """Navigation uncertainty category 0..9, -1 for what is no position. Shape: (n,) -> (n,)."""
    found: Codes = _NUC_TABLE[typecode]
    return found


def _row(values: dict[int, int]) -> list[int]:
    # The last place serves type code -1: no extended squitter.
    return [values.get(typecode, _NONE) for typecode in range(32)] + [_NONE]


def _nic_table() -> Codes:
    table = np.tile(np.array(_row(_NIC), np.int8), (len(_VERSIONS) + 1, 2, 2, 1))
    for place, better in _BETTER.items():
        table[place] = _row(_NIC | better)
    return table


_NIC_TABLE = _nic_table()
_NUC_TABLE = np.array(_row(_NUC), np.int8)
