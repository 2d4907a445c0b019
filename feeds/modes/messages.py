"""`ModesMessages`: every believed frame, decoded, in the units of the standard.

Reports, identities and the lines of `headland decode` all derive from this
one batch. Knots, feet and feet per minute live here and go no further.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from feeds.modes import status
from feeds.modes.identification import callsigns, categories
from feeds.modes.integrity import Codes, nuc_p
from feeds.modes.velocity import Velocity, velocity
from geo.batch import Batch, Column, Floats, Ids, column


@dataclass(frozen=True, eq=False, kw_only=True)
class ModesMessages(Batch):
    """One row a frame whose address is believed; NaN, -1 or "" where nothing was said.

    What no report holds is no column but read from `me` when asked for: a live
    server asks for none of it.

    Columns:
        time_s, arrival_s, station, signal_dbfs: as in `hardware.frames`.
        message: 64-bit hash of the frame.
        me: the 56 bits of message of a long frame, 0 for a short one.
        df: downlink format; typecode: of an extended squitter, else -1.
        entity: the address with its domain; source: `feeds.reports`.
        alt_geometric: the altitude is a height above the ellipsoid.
        on_ground: 1, 0, or -1.
        squawk: four octal digits read as a decimal number.
        nic: see `feeds.modes.integrity`.
        doubt: `feeds.reports.Doubt`.
    """

    time_s: Floats = column("f8", np.nan)
    arrival_s: Floats = column("f8", np.nan)
    station: npt.NDArray[np.uint32] = column("u4", 0)
    signal_dbfs: Floats = column("f8", np.nan)
    message: Ids = column("u8", 0)
    me: Ids = column("u8", 0)
    df: Codes = column("i1", -1)
    typecode: Codes = column("i1", -1)
    entity: Ids = column("u8", 0)
    source: npt.NDArray[np.uint8] = column("u1", 0)
    lat_deg: Floats = column("f8", np.nan)
    lon_deg: Floats = column("f8", np.nan)
    alt_ft: Floats = column("f8", np.nan)
    alt_geometric: npt.NDArray[np.bool_] = column("?", missing=False)
    on_ground: Codes = column("i1", -1)
    groundspeed_kt: Floats = column("f8", np.nan)
    track_deg: Floats = column("f8", np.nan)
    heading_deg: Floats = column("f8", np.nan)
    vertical_rate_fpm: Floats = column("f8", np.nan)
    geo_minus_baro_ft: Floats = column("f8", np.nan)
    squawk: npt.NDArray[np.int16] = column("i2", -1)
    nic: Codes = column("i1", -1)
    doubt: npt.NDArray[np.uint32] = column("u4", 0)

    @cached_property
    def callsign(self) -> npt.NDArray[np.str_]:
        """Call signs without the spaces around them. Shape: (n,) U8."""
        return callsigns(self.me, self._named)

    @cached_property
    def category(self) -> npt.NDArray[np.str_]:
        """Emitter categories such as "A1". Shape: (n,) U2."""
        return categories(self.me, self._named)

    @cached_property
    def airspeed_kt(self) -> Floats:
        """Speed through the air. Shape: (n,)."""
        return self._of_velocities(self._velocity.airspeed_kt, np.nan)

    @cached_property
    def airspeed_true(self) -> Codes:
        """1 true, 0 indicated. Shape: (n,)."""
        return self._of_velocities(self._velocity.airspeed_true, -1)

    @cached_property
    def vertical_rate_geometric(self) -> Codes:
        """1 geometric, 0 barometric. Shape: (n,)."""
        return self._of_velocities(self._velocity.vertical_rate_geometric, -1)

    @cached_property
    def nuc_p(self) -> Codes:
        """Navigation uncertainty category of a version 0 aircraft. Shape: (n,)."""
        return nuc_p(self.typecode)

    @cached_property
    def emergency(self) -> Codes:
        """State 0..7 of the emergency status. Shape: (n,)."""
        return status.emergency(self.me, self.typecode)

    @property
    def _named(self) -> npt.NDArray[np.bool_]:
        named: npt.NDArray[np.bool_] = (self.typecode >= 1) & (self.typecode <= 4)
        return named

    @cached_property
    def _velocity(self) -> Velocity:
        return velocity(self.me[self.typecode == status.VELOCITY])

    def _of_velocities(self, values: Column, missing: float) -> Column:
        """The values in their rows among all messages."""
        said = np.full(len(self), missing, values.dtype)
        said[self.typecode == status.VELOCITY] = values
        return said
