"""Frames of every kind into what they said: one AIS and one Mode S decoder, side by side."""

from __future__ import annotations

from feeds.ais.decoder import AisDecoder
from feeds.modes.decoder import ModesDecoder
from feeds.rejects import Rejects
from feeds.reports import Said
from geo.stations import StationNames
from hardware.frames import Frames


class Decoder:
    """Remembers what decoding needs across batches: fragments, CPR pairs, addresses seen.

    However the same frames are cut into batches, the same things are said.
    """

    def __init__(self, rejects: Rejects, names: StationNames) -> None:
        self._ais = AisDecoder(rejects, names.name)
        self._modes = ModesDecoder(rejects, names)

    def step(self, frames: Frames) -> Said:
        """What these frames said, AIS first. Each decoder passes over the other's frames."""
        return Said.concat([self._ais.step(frames), self._modes.step(frames)])

    def finish(self) -> None:
        """Count what is still incomplete: no more frames will come."""
        self._ais.finish()
