"""`Mover`: one transponder, what it says of itself, and the true way it went.

A world is a sequence of movers. Time is Unix seconds UTC; places are WGS 84
degrees; heights are metres above mean sea level, NaN for vessels. Columns hold
knots, about 1 to 30 s apart; between them motion is linear, angles turn the
shorter way, and what is no number (on ground, status, transmitting, squawk) keeps
the last knot's value. Before the first knot and after the last a mover is not there.

One mover is one identity on one way. A craft that changes its identity is two
movers on one path, each transmitting in its turn; an identity in two places is two
movers with one number. A craft without a transponder is a mover with "none".

`said_lat_deg`, `said_lon_deg`: where the transponder believes it is, where that
differs from the truth (a spoofed or jammed receiver of satellite navigation, a
false position typed in): None is "the truth throughout", NaN at a knot "the truth
here". The radio waves leave from the truth, the message holds what is said.
`said_epu_m`: the 95 % uncertainty the transponder claims for its position; None or
NaN is a sound fix (the encoder's own figure), infinity is "unknown": NIC 0 and NACp
0 in ADS-B, accuracy bit 0 in AIS.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt

from feeds.reports import DOMAIN_SHIFT, Domain
from geo.batch import Bools, Floats, Ints, frozen
from geo.sphere import wrapped_deg

Kind = Literal["vessel", "aircraft"]
Transponder = Literal["A", "B", "SAR", "ADSB", "none"]

_LINEAR = ("lat_deg", "alt_m", "sog_mps", "climb_mps")
_ANGLES = ("lon_deg", "cog_deg", "heading_deg")
_SAID = ("said_lat_deg", "said_lon_deg", "said_epu_m")
_KEPT = ("on_ground", "status", "transmitting", "squawk")


@dataclass(frozen=True, eq=False, kw_only=True)
class Mover:
    """One transponder and its way; see the module. Shapes: every column (n,), n at least 2.

    Attributes:
        kind: "vessel" or "aircraft".
        number: MMSI of a vessel or of a SAR aircraft's AIS; ICAO24 otherwise.
        transponder: AIS class "A", "B" or "SAR"; "ADSB"; "none" transmits nothing at all.
        ship_type: AIS ship and cargo type 0..99; 0 not said.
        imo: IMO number; 0 not said.
        category: ADS-B emitter category, a letter and a digit ("A1", "A7", "B1"); "" not said.
        status: AIS navigation status 0..15.
        squawk: four octal digits read as a decimal number, -1 none.

    Raises:
        ValueError: columns differ in length, times do not rise, or fewer than 2 knots.
    """

    kind: Kind
    number: int
    transponder: Transponder
    name: str = ""
    callsign: str = ""
    ship_type: int = 0
    length_m: float = 0.0
    beam_m: float = 0.0
    draught_m: float = 0.0
    destination: str = ""
    imo: int = 0
    category: str = ""

    time_s: Floats
    lat_deg: Floats
    lon_deg: Floats
    alt_m: Floats
    sog_mps: Floats
    cog_deg: Floats
    heading_deg: Floats
    climb_mps: Floats
    on_ground: Bools
    status: npt.NDArray[np.int8]
    transmitting: Bools
    squawk: npt.NDArray[np.int16]
    said_lat_deg: Floats | None = None
    said_lon_deg: Floats | None = None
    said_epu_m: Floats | None = None

    def __post_init__(self) -> None:
        types = dict.fromkeys(("time_s", *_LINEAR, *_ANGLES, *_SAID), "f8")
        types |= {"on_ground": "?", "status": "i1", "transmitting": "?", "squawk": "i2"}
        for name, dtype in types.items():
            value = getattr(self, name)
            if value is None:
                continue
            if np.shape(value) != np.shape(self.time_s):
                raise ValueError(f"mover {self.number}: {name} has not one value a knot")
            object.__setattr__(self, name, frozen(value, dtype))
        if len(self.time_s) < 2 or not (np.diff(self.time_s) > 0).all():
            raise ValueError(f"mover {self.number}: two knots or more are needed, in rising time")

    def __len__(self) -> int:
        return len(self.time_s)

    @property
    def entity(self) -> int:
        """The number by which reports will name it: domain << 56 | number."""
        domain = Domain.ICAO if self.transponder == "ADSB" or self.kind == "aircraft" else Domain.AIS
        if self.transponder == "SAR":
            domain = Domain.AIS
        return int(domain) << DOMAIN_SHIFT | self.number

    def with_knots(self, **columns: Any) -> Self:
        """The same mover with some columns, or what it says of itself, replaced."""
        return replace(self, **columns)

    def knots(self, rows: npt.ArrayLike) -> Self:
        """The same mover with only these knots, an index or a mask of two rows or more."""
        at = np.arange(len(self))[np.asarray(rows)]
        return replace(
            self,
            **{n: v[at] for n, v in ((f.name, getattr(self, f.name)) for f in fields(self)) if _column(v)},
        )

    def at(self, time_s: Floats) -> dict[str, Any]:
        """Every column at other times, each within the mover's own. Shape: (n,) -> dict of (n,).

        `said_lat_deg` and `said_lon_deg` come filled: what is said, the truth where
        nothing else is said. `said_epu_m` is NaN where the fix is sound.

        Raises:
            ValueError: a time outside the mover's first and last knot.
        """
        if len(time_s) and not (self.time_s[0] <= np.min(time_s) and np.max(time_s) <= self.time_s[-1]):
            raise ValueError(f"mover {self.number} is not there at some of these times")
        row: Ints = np.clip(np.searchsorted(self.time_s, time_s, "right") - 1, 0, len(self) - 2)
        share = (time_s - self.time_s[row]) / (self.time_s[row + 1] - self.time_s[row])
        # At the last knot itself, what is no number is the last knot's.
        last = np.where(time_s >= self.time_s[-1], row + 1, row)
        found: dict[str, Any] = {"time_s": np.asarray(time_s, np.float64)}
        for name in (*_LINEAR, *_ANGLES):
            found[name] = _between(getattr(self, name), row, share, turning=name in _ANGLES)
        found["cog_deg"], found["heading_deg"] = found["cog_deg"] % 360.0, found["heading_deg"] % 360.0
        found |= {name: getattr(self, name)[last] for name in _KEPT}
        return found | self._said(row, share, found)

    def _said(self, row: Ints, share: Floats, truth: dict[str, Any]) -> dict[str, Any]:
        """What is said at the same times; the truth where nothing else is."""
        said: dict[str, Any] = {"said_epu_m": np.full(len(row), np.nan)}
        if self.said_epu_m is not None:
            # Claimed by steps: there is nothing between a known and an unknown uncertainty.
            said["said_epu_m"] = self.said_epu_m[row]
        for name in ("lat_deg", "lon_deg"):
            column = getattr(self, f"said_{name}")
            if column is None:
                said[f"said_{name}"] = truth[name]
                continue
            # Between a false knot and a true one stands the false one: a receiver is fooled or it is not.
            line = _between(column, row, share, turning=name == "lon_deg")
            line = np.where(np.isnan(line), column[np.where(share >= 1.0, row + 1, row)], line)
            said[f"said_{name}"] = np.where(np.isnan(line), truth[name], line)
        return said


def _column(value: object) -> bool:
    return isinstance(value, np.ndarray)


def _between(values: Floats, row: Ints, share: Floats, *, turning: bool) -> Floats:
    """Linear between a knot and its next; a turning column takes the shorter way."""
    step = values[row + 1] - values[row]
    if turning:
        step = wrapped_deg(step)
    line: Floats = values[row] + share * step
    return wrapped_deg(line) if turning else line
