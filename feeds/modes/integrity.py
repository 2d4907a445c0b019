"""How well an aircraft says it knows where it is, by type code.

NIC 11 promises a position within 7.5 m, 8 within 185 m, 5 within 1,852 m,
1 within 37 km, 0 nothing. NUCp is the measure of version 0 (DO-260), which the
same type codes also carry; which one is meant, an aircraft says in its
operational status. Only the supplement that the position message itself bears
(NIC-B) is heeded here: without the others, the poorer of the values stands.

Source: RTCA DO-260B table 2-69 (NIC), DO-260 table 2-11 (NUCp).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.batch import Ints

_NONE = -1
NIC_LOW = 5
"""Below this, the radius that contains the position is more than a nautical mile."""

_NIC = {5: 11, 6: 10, 7: 8, 8: 0, 9: 11, 10: 10, 11: 8, 12: 7, 13: 6, 14: 5, 15: 4, 16: 2, 17: 1, 18: 0}
_NIC |= {0: 0, 20: 11, 21: 10, 22: 0}
_NIC_WITH_B = _NIC | {11: 9, 16: 3}
_NUC = {0: 0, 5: 9, 6: 8, 7: 7, 8: 6, 9: 9, 10: 8, 11: 7, 12: 6, 13: 5, 14: 4, 15: 3, 16: 2, 17: 1, 18: 0}
_NUC |= {20: 9, 21: 8, 22: 0}


def nic(typecode: Ints, supplement_b: Ints) -> npt.NDArray[np.int8]:
    """Navigation integrity category 0..11, -1 for what is no position. Shape: (n,) x2 -> (n,)."""
    return _NIC_TABLE[supplement_b, typecode]


def nuc_p(typecode: Ints) -> npt.NDArray[np.int8]:
    """Navigation uncertainty category 0..9, -1 for what is no position. Shape: (n,) -> (n,)."""
    return _NUC_TABLE[typecode]


def _row(values: dict[int, int]) -> list[int]:
    # The last place serves type code -1: no extended squitter.
    return [values.get(typecode, _NONE) for typecode in range(32)] + [_NONE]


_NIC_TABLE = np.array([_row(_NIC), _row(_NIC_WITH_B)], np.int8)
_NUC_TABLE = np.array(_row(_NUC), np.int8)
