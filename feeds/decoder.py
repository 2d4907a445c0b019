"""Frames of every kind into what they said: one AIS and one Mode S decoder, side by side.

What stations say is held here to what can be believed of them: how many
entities one of them names (`feeds.crowds`), and when (`feeds.clocks`).
"""

from __future__ import annotations

from typing import TypeVar

import numba
import numpy as np
import numpy.typing as npt

from feeds.ais.decoder import AisDecoder
from feeds.clocks import Clocks
from feeds.crowds import Crowd
from feeds.modes.decoder import ModesDecoder
from feeds.parameters import ENTITIES_PER_STATION, SKEW_S
from feeds.rejects import SAMPLES_KEPT, Rejects
from feeds.reports import Doubt, Identities, Reports, Said, Source, subject
from geo.batch import Bools, Floats, Ints
from geo.container import Tree
from geo.kept import MismatchError
from geo.stations import StationNames
from hardware.frames import Frames, Kind

KEPT_VERSION = 2
"""Of what `Decoder.state` tells; rises with every change of it that no array's type shows."""
NOTHING = Said.nothing()
KINDS = 1 + max(Kind)
TOO_MANY_ENTITIES = "more entities than a station may name"
SAID_EARLY = "identity stamped after it arrived"
MLAT_REFUSED = "computed by multilateration, which the settings refuse"


Named = TypeVar("Named", Reports, Identities)


class Decoder:
    """Remembers what decoding needs across batches: fragments, CPR pairs, addresses seen.

    However the same frames are cut into batches, the same things are said.

    Attributes:
        rejects: takes what cannot be decoded.
        names: of the stations, by number.
        clocks: how the stations' stamps stand.
    """

    def __init__(
        self,
        rejects: Rejects,
        names: StationNames,
        skew_s: float = SKEW_S,
        entities_per_station: float = ENTITIES_PER_STATION,
        *,
        mlat: bool = True,
    ) -> None:
        """Begin with nothing heard.

        Args:
            rejects: takes what cannot be decoded.
            names: of the stations.
            skew_s: a report whose time is further than this from its arrival is doubted (`Doubt.TIME_SKEW`).
            entities_per_station: reports of more than these, and names of more, are refused.
            mlat: what multilateration computed is taken.
        """
        self.rejects = rejects
        self.names = names
        self.clocks = Clocks()
        self._ais = AisDecoder(rejects, names.name)
        self._modes = ModesDecoder(rejects, names)
        self._decoders: tuple[tuple[Kind, AisDecoder | ModesDecoder], ...] = (
            (Kind.NMEA, self._ais),
            (Kind.MODE_S, self._modes),
        )
        # Positions and names apart, and by who decoded them: their order among each other depends on the batches.
        self._crowds = [[Crowd(), Crowd()] for _ in (*self._decoders, NOTHING)]
        self._skew_s = skew_s
        self._entities = int(entities_per_station)
        self._mlat = mlat

    def retune(self, skew_s: float, entities_per_station: float, *, mlat: bool = True) -> None:
        """Go by other settings from now on."""
        self._skew_s, self._entities, self._mlat = skew_s, int(entities_per_station), mlat

    def step(self, frames: Frames, told: Said = NOTHING) -> Said:
        """What these frames said, AIS first, then what was told. Each decoder passes over the other's frames.

        Args:
            frames: raw messages.
            told: what arrived with them decoded by others; its times are doubted as those of frames are.
        """
        # A decoder costs time though it finds nothing of its own, and live most seconds lack a kind.
        counts = np.bincount(frames.kind, minlength=KINDS)
        parts = [
            self._held(each.step(frames), self._crowds[index], frames.arrival_s)
            for index, (kind, each) in enumerate(self._decoders)
            if counts[kind]
        ]
        if told is not NOTHING:
            told = told if self._mlat else self._heard_only(told)
            # A table that was recorded is no station's word but the user's own file: it may name a whole world.
            live = np.isfinite(told.reports.arrival_s).any()
            parts.append(self._held(told, self._crowds[-1], told.reports.arrival_s) if live else told)
        said = Said.concat(parts) if len(parts) > 1 else parts[0] if parts else NOTHING
        offset_s = said.reports.time_s - said.reports.arrival_s
        skewed = self.clocks.doubted(first_stations(said.reports), offset_s, self._skew_s)
        if not skewed.any():
            return said
        doubt = said.reports.doubt | np.where(skewed, np.uint32(Doubt.TIME_SKEW), np.uint32(0))
        return Said(said.reports.replaced(doubt=doubt), said.identities)

    def _held(self, said: Said, crowds: list[Crowd], arrival_s: Floats) -> Said:
        """What of it may be believed: not from the future, and of no more entities than a station may name."""
        reports = said.reports
        clock_s = np.where(np.isfinite(reports.arrival_s), reports.arrival_s, reports.time_s)
        stations = first_stations(reports)
        # Live nearly all are of entities that their stations have named before.
        if not crowds[0].knows(stations, reports.entity, clock_s):
            spoken = crowds[0].admitted(stations, reports.entity, clock_s, self._entities)
            reports = self._without(reports, ~spoken, stations, TOO_MANY_ENTITIES)
        if len(said.identities):
            return Said(reports, self._named(said.identities, crowds[1], arrival_s))
        return said if reports is said.reports else Said(reports, said.identities)

    def _named(self, identities: Identities, crowd: Crowd, arrival_s: Floats) -> Identities:
        """The names among them that may be believed."""
        # An identity bears no arrival; it came with these frames, the last of them at the latest.
        latest_s = arrival_s[np.isfinite(arrival_s)].max(initial=-np.inf)
        clock_s = identities.time_s
        if latest_s > -np.inf:
            early = identities.time_s > latest_s + self._skew_s
            identities = self._without(identities, early, identities.station, SAID_EARLY)
            clock_s = np.full(len(identities), latest_s)
        if crowd.knows(identities.station, identities.entity, clock_s):
            return identities
        named = crowd.admitted(identities.station, identities.entity, clock_s, self._entities)
        return self._without(identities, ~named, identities.station, TOO_MANY_ENTITIES)

    def _heard_only(self, told: Said) -> Said:
        """What was heard, without what was computed from who heard it when."""
        computed = told.reports.source == Source.MLAT
        stations = first_stations(told.reports)
        return Said(self._without(told.reports, computed, stations, MLAT_REFUSED), told.identities)

    def _without(self, rows: Named, refused: Bools, station: npt.NDArray[np.uint32], reason: str) -> Named:
        if not refused.any():
            return rows
        for number in np.unique(station[refused]).tolist():
            own = rows.entity[refused & (station == number)]
            for row, entity in enumerate(own[:SAMPLES_KEPT].tolist()):
                count = 1 if row + 1 < SAMPLES_KEPT else len(own) - row
                self.rejects.add(reason, subject(entity).encode(), self.names.name(number), count)
        return rows.take(~refused)

    def clocks_off(self) -> dict[str, dict[str, float]]:
        """By name of the station, what is known of the clocks that were off (`Clocks.told`)."""
        return {self.names.name(number): told for number, told in self.clocks.told().items()}

    def faults_of(self, station: str) -> dict[str, float]:
        """Of a station, how much of what it sent was `refused`, and how many of its stamps are `doubted`."""
        off = self.clocks.off(self.names.number(station))
        return {"refused": float(self.rejects.stations[station]), "doubted": float(off)}

    def finish(self) -> None:
        """Count what is still incomplete: no more frames will come."""
        self._ais.finish()

    def state(self) -> Tree:
        """All that is remembered, rejects and names included, copied, as `restore` takes it."""
        return {
            "version": KEPT_VERSION,
            "skew_s": self._skew_s,
            "entities_per_station": self._entities,
            "mlat": self._mlat,
            "clocks": self.clocks.state(),
            "crowds": [[each.state() for each in crowds] for crowds in self._crowds],
            "names": self.names.known(),
            "rejects": self.rejects.state(),
            "ais": self._ais.state(),
            "modes": self._modes.state(),
        }

    def restore(self, state: Tree) -> None:
        """Remember what `state` told; names known already stay known.

        Raises:
            MismatchError: kept by another version of the decoder, which is then of no more use, or under
                another skew.
        """
        if state.get("version") != KEPT_VERSION:
            raise MismatchError(f"kept by decoder {state.get('version')}; this is {KEPT_VERSION}")
        mine_now = {"skew_s": self._skew_s, "entities_per_station": self._entities, "mlat": self._mlat}
        for name, mine in mine_now.items():
            if (kept := state.get(name)) != mine:
                raise MismatchError(f"kept under other settings (feeds.{name} was {kept} and is {mine})")
        try:
            for name in state["names"]:
                self.names.number(name)
            self.rejects.restore(state["rejects"])
            self.clocks.restore(state["clocks"])
            for crowds, kept in zip(self._crowds, state["crowds"], strict=True):
                for crowd, each in zip(crowds, kept, strict=True):
                    crowd.restore(each)
            self._ais.restore(state["ais"])
            self._modes.restore(state["modes"])
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise MismatchError(f"kept by another version of the decoder ({error})") from error


def first_stations(reports: Reports) -> npt.NDArray[np.uint32]:
    """Who heard each report; the first of several, 0 where it says nobody. Shape: (n,)."""
    heard = reports.stations
    if _one_each(heard.offsets):
        return np.asarray(heard.values, np.uint32)
    found = np.zeros(len(reports), np.uint32)
    some = heard.counts > 0
    found[some] = heard.values[heard.offsets[:-1][some]]
    return found


@numba.njit(cache=True)
def _one_each(offsets: Ints) -> bool:
    """Whether each row has one value."""
    for row in range(len(offsets)):  # noqa: SIM110  the compiler knows no generators
        if offsets[row] != row:
            return False
    return True
