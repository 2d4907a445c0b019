"""What an aircraft says of its own equipment and intentions: type codes 28, 29 and 31.

    28, subtype 1   ME 9-11 emergency state; 12-24 squawk
    29, subtype 1   ME 9 selected altitude is of the flight management, else of the control panel;
                    10-20 that altitude / 32 ft + 1; 21-29 pressure setting, (hPa - 800) / 0.8 + 1;
                    30 heading is given, 31-39 heading, 360/512 degrees; 40-43 NACp; 44 NICbaro; 45-46 SIL;
                    47 modes are given: 48 autopilot, 49 VNAV, 50 altitude hold, 52 approach, 54 LNAV
    31, subtype 0 in the air, 1 on the ground
                    ME 20 NIC-C (on the ground); 41-43 version; 44 NIC-A; 45-48 NACp; 51-52 SIL;
                    53 NICbaro (in the air)
    19              ME 11-13 NACv

The subtype of 29 stands in ME 6-7, that of 28 and 31 in ME 6-8. Version 0
(DO-260) left the bits of accuracy in type code 31 open: of it, only the
version is read. Subtype 0 of 29 is of version 1 and laid out otherwise.

NACp 11 promises an error under 3 m in 95 of 100 cases, 8 under 93 m, 5 under
926 m; SIL 3 that the position leaves its radius once in ten million hours.

Source: RTCA DO-260B 2.2.3.2.7.1 (target state), 2.2.3.2.7.2 (operational status), 2.2.3.2.7.8 (28).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from feeds.modes.fields import me_field
from feeds.modes.integrity import Codes
from geo.batch import Bools, Floats, Ids

UNSAID = -1
VELOCITY, EMERGENCY, TARGET, OPERATIONAL = 19, 28, 29, 31
"""Type codes."""
MODES = {"autopilot": 48, "vnav": 49, "altitude_hold": 50, "approach": 52, "lnav": 54}
"""What flies the aircraft, by the bit that says so."""


def is_emergency(me: Ids, typecode: Codes) -> Bools:
    """Whether the message is the emergency status. Shape: (n,) x2 -> (n,)."""
    found: Bools = (typecode == EMERGENCY) & (me_field(me, 6, 3) == 1)
    return found


def is_target(me: Ids, typecode: Codes) -> Bools:
    """Whether the message is the target state. Shape: (n,) x2 -> (n,)."""
    found: Bools = (typecode == TARGET) & (me_field(me, 6, 2) == 1)
    return found


def is_operational(me: Ids, typecode: Codes) -> Bools:
    """Whether the message is the operational status. Shape: (n,) x2 -> (n,)."""
    found: Bools = (typecode == OPERATIONAL) & (me_field(me, 6, 3) <= 1)
    return found


def emergency(me: Ids, typecode: Codes) -> Codes:
    """State 0..7: none, general, medical, little fuel, no radio, interference, downed, reserved. Shape: (n,) x2 -> (n,)."""
    return _code(me_field(me, 9, 3), is_emergency(me, typecode))


def version(me: Ids, typecode: Codes) -> Codes:
    """0 for DO-260, 1 for DO-260A, 2 for DO-260B. Shape: (n,) x2 -> (n,)."""
    return _code(me_field(me, 41, 3), is_operational(me, typecode))


def nac_p(me: Ids, typecode: Codes) -> Codes:
    """Navigation accuracy category of the position, 0..15. Shape: (n,) x2 -> (n,)."""
    rated = is_operational(me, typecode) & (me_field(me, 41, 3) > 0)
    said = np.where(rated, me_field(me, 45, 4), UNSAID)
    return np.where(is_target(me, typecode), me_field(me, 40, 4), said).astype(np.int8)


def nac_v(me: Ids, typecode: Codes) -> Codes:
    """Navigation accuracy category of the velocity, 0..7. Shape: (n,) x2 -> (n,)."""
    subtype = me_field(me, 6, 3)
    return _code(me_field(me, 11, 3), (typecode == VELOCITY) & (subtype >= 1) & (subtype <= 4))


def sil(me: Ids, typecode: Codes) -> Codes:
    """Source integrity level, 0..3. Shape: (n,) x2 -> (n,)."""
    rated = is_operational(me, typecode) & (me_field(me, 41, 3) > 0)
    said = np.where(rated, me_field(me, 51, 2), UNSAID)
    return np.where(is_target(me, typecode), me_field(me, 45, 2), said).astype(np.int8)


def nic_baro(me: Ids, typecode: Codes) -> Codes:
    """1 where the barometric altitude was checked against another source. Shape: (n,) x2 -> (n,)."""
    rated = is_operational(me, typecode) & (me_field(me, 41, 3) > 0) & (me_field(me, 6, 3) == 0)
    said = np.where(rated, me_field(me, 53, 1), UNSAID)
    return np.where(is_target(me, typecode), me_field(me, 44, 1), said).astype(np.int8)


def selected_altitude_ft(me: Ids, typecode: Codes) -> Floats:
    """The altitude the crew or the flight management chose; NaN where not said. Shape: (n,) x2 -> (n,)."""
    steps = me_field(me, 10, 11)
    return np.where(is_target(me, typecode) & (steps > 0), (steps - 1) * 32.0, np.nan)


def selected_by_management(me: Ids, typecode: Codes) -> Codes:
    """1 where flight management chose the altitude, 0 where the panel did. Shape: (n,) x2 -> (n,)."""
    return _code(me_field(me, 9, 1), ~np.isnan(selected_altitude_ft(me, typecode)))


def pressure_setting_hpa(me: Ids, typecode: Codes) -> Floats:
    """What the altimeter is set to; NaN where not said. Shape: (n,) x2 -> (n,)."""
    steps = me_field(me, 21, 9)
    return np.where(is_target(me, typecode) & (steps > 0), 800.0 + (steps - 1) * 0.8, np.nan)


def selected_heading_deg(me: Ids, typecode: Codes) -> Floats:
    """The heading chosen; NaN where not said. Shape: (n,) x2 -> (n,)."""
    said = is_target(me, typecode) & (me_field(me, 30, 1) == 1)
    return np.where(said, me_field(me, 31, 9) * (360.0 / 512.0), np.nan)


def autopilot_modes(me: Ids, typecode: Codes) -> Codes:
    """Which of `MODES` are on, one bit each, the first the least; -1 where not said. Shape: (n,) x2 -> (n,)."""
    on = np.zeros(len(me), np.int64)
    for place, bit in enumerate(MODES.values()):
        on |= me_field(me, bit, 1) << place
    return _code(on, is_target(me, typecode) & (me_field(me, 47, 1) == 1))


def _code(values: npt.NDArray[np.int64], said: Bools) -> Codes:
    return np.where(said, values, UNSAID).astype(np.int8)
