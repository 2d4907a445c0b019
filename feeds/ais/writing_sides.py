"""The four distances by which a hull's size is told: from the antenna to each of its sides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from feeds.ais.writing_steps import length
from geo.batch import Column, Floats, Ints

_ALONG_MOST_M, _ACROSS_MOST_M = 511, 63


@dataclass(frozen=True, slots=True)
class Sides:
    """Metres from the antenna, each a column or one number; NaN where not said."""

    bow_m: Column | float = np.nan
    stern_m: Column | float = np.nan
    port_m: Column | float = np.nan
    starboard_m: Column | float = np.nan

    @classmethod
    def around_middle(cls, length_m: Floats, beam_m: Floats) -> Sides:
        """An antenna in the middle of hulls of this size, to whole metres."""
        bow, port = np.floor(np.asarray(length_m) / 2), np.floor(np.asarray(beam_m) / 2)
        return cls(bow, np.rint(length_m) - bow, port, np.rint(beam_m) - port)

    def fields(self) -> dict[str, Ints]:
        """The fields of the message, by pyais' names."""
        return {
            "to_bow": length(self.bow_m, _ALONG_MOST_M),
            "to_stern": length(self.stern_m, _ALONG_MOST_M),
            "to_port": length(self.port_m, _ACROSS_MOST_M),
            "to_starboard": length(self.starboard_m, _ACROSS_MOST_M),
        }


NOT_SAID = Sides()
