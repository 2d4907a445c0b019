"""Frames of every kind into what they said: one AIS and one Mode S decoder, side by side."""

from __future__ import annotations

import numpy as np

from feeds.ais.decoder import AisDecoder
from feeds.modes.decoder import ModesDecoder
from feeds.parameters import SKEW_S
from feeds.rejects import Rejects
from feeds.reports import Doubt, Said
from geo.container import Tree
from geo.kept import MismatchError
from geo.stations import StationNames
from hardware.frames import Frames, Kind

KEPT_VERSION = 1
"""Of what `Decoder.state` tells; rises with every change of it that no array's type shows."""
NOTHING = Said.nothing()


class Decoder:
    """Remembers what decoding needs across batches: fragments, CPR pairs, addresses seen.

    However the same frames are cut into batches, the same things are said.

    Attributes:
        rejects: takes what cannot be decoded.
        names: of the stations, by number.
    """

    def __init__(self, rejects: Rejects, names: StationNames, skew_s: float = SKEW_S) -> None:
        """Begin with nothing heard.

        Args:
            rejects: takes what cannot be decoded.
            names: of the stations.
            skew_s: a report whose time is further than this from its arrival is doubted (`Doubt.TIME_SKEW`).
        """
        self.rejects = rejects
        self.names = names
        self._ais = AisDecoder(rejects, names.name)
        self._modes = ModesDecoder(rejects, names)
        self._decoders = ((Kind.NMEA, self._ais), (Kind.MODE_S, self._modes))
        self._skew_s = skew_s

    def retune(self, skew_s: float) -> None:
        """Doubt by another skew from now on."""
        self._skew_s = skew_s

    def step(self, frames: Frames, told: Said = NOTHING) -> Said:
        """What these frames said, AIS first, then what was told. Each decoder passes over the other's frames.

        Args:
            frames: raw messages.
            told: what arrived with them decoded by others; its times are doubted as those of frames are.
        """
        # A decoder costs a millisecond though it finds nothing of its own, and live most seconds lack a kind.
        parts = [each.step(frames) for kind, each in self._decoders if (frames.kind == kind).any()]
        if told is not NOTHING:
            parts.append(told)
        said = Said.concat(parts) if parts else NOTHING
        # Recordings know no arrival: NaN is further than nothing.
        skewed = np.abs(said.reports.time_s - said.reports.arrival_s) > self._skew_s
        if not skewed.any():
            return said
        doubt = said.reports.doubt | np.where(skewed, np.uint32(Doubt.TIME_SKEW), np.uint32(0))
        return Said(said.reports.replaced(doubt=doubt), said.identities)

    def finish(self) -> None:
        """Count what is still incomplete: no more frames will come."""
        self._ais.finish()

    def state(self) -> Tree:
        """All that is remembered, rejects and names included, copied, as `restore` takes it."""
        return {
            "version": KEPT_VERSION,
            "skew_s": self._skew_s,
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
        if (skew_s := state.get("skew_s")) != self._skew_s:
            raise MismatchError(
                f"kept under other settings (feeds.skew_s was {skew_s} and is {self._skew_s})"
            )
        try:
            for name in state["names"]:
                self.names.number(name)
            self.rejects.restore(state["rejects"])
            self._ais.restore(state["ais"])
            self._modes.restore(state["modes"])
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise MismatchError(f"kept by another version of the decoder ({error})") from error
