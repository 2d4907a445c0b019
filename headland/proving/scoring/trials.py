"""`Trial`: the flags of one replay beside the truth of the world that was replayed.

The nouns of scoring. A flag is a `Claim`: of the whole record only what is
compared with the truth. Subjects are the contract's words (`mmsi:235012345`);
times are Unix seconds, places degrees. Every tuple is put in one order when a
trial is made, so that no result can depend on the order of a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

VESSEL, FLIGHT = "mmsi:", "icao24:"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Claim:
    """One flag, in its last version.

    Attributes:
        subjects: sorted; none where the flag is about an area.
        withdrawn: taken back before the end.
    """

    raised_s: float
    kind: str
    subjects: tuple[str, ...]
    start_s: float
    lat_deg: float
    lon_deg: float
    score: float
    withdrawn: bool = False
    id: str = ""

    def of(self, scheme: str) -> bool:
        """Whether a subject of it is a vessel (`VESSEL`) or an aircraft (`FLIGHT`)."""
        return any(each.startswith(scheme) for each in self.subjects)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Planted:
    """One thing that happens in a world and deserves a flag of its kind: an entry of `alarm`."""

    start_s: float
    end_s: float
    kind: str
    subjects: tuple[str, ...]
    lat_deg: float
    lon_deg: float
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Followed:
    """For how long somebody was followed: the denominators of rates.

    Attributes:
        vessel_h, flight_h: hours summed over vessels, and over aircraft.
        watch_h: hours from the first to the last position.
    """

    vessel_h: float = 0.0
    flight_h: float = 0.0
    watch_h: float = 0.0

    def __add__(self, other: Followed) -> Followed:
        return Followed(
            vessel_h=self.vessel_h + other.vessel_h,
            flight_h=self.flight_h + other.flight_h,
            watch_h=self.watch_h + other.watch_h,
        )


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One world: what was claimed, what was true, and how much there was to be wrong about.

    Attributes:
        quiet: subjects of ordinary life, and what each does.
        faint: what was claimed when improbable things could be claimed too, for calibration; None where that
            is what `claims` holds.
    """

    claims: tuple[Claim, ...]
    planted: tuple[Planted, ...]
    faint: tuple[Claim, ...] | None = None
    quiet: Mapping[str, str] = field(default_factory=dict)
    followed: Followed = field(default_factory=Followed)

    def __post_init__(self) -> None:
        object.__setattr__(self, "claims", tuple(sorted(self.claims)))
        object.__setattr__(self, "faint", None if self.faint is None else tuple(sorted(self.faint)))
        object.__setattr__(self, "planted", tuple(sorted(self.planted)))
        object.__setattr__(self, "quiet", dict(sorted(self.quiet.items())))

    @property
    def order(self) -> tuple[object, ...]:
        """Puts trials in an order that follows from what they hold."""
        return self.planted, self.claims, self.faint, tuple(self.quiet.items()), self.followed
