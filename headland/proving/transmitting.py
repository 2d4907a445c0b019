"""From the truth of movers to what is on the air.

    movers ──rates──▶ when each transponder speaks ──truth, errors──▶ what its instruments say
        ──feeds' writers──▶ Emissions, which hardware.virtual makes heard

In: a world's movers and a seed. Out: `Emissions` of any window of time, in order of time.
Windows that begin and end at whole minutes, where AIS slots do too, give the same bytes
however a day is cut into them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geo.batch import Ints
from hardware.virtual.emissions import Emissions
from headland.proving.mover import Mover
from headland.proving.transmitting_ais import ais_emissions
from headland.proving.transmitting_errors import Atmosphere
from headland.proving.transmitting_modes import modes_emissions
from headland.proving.transmitting_rates import Rates, Schedule, schedule
from headland.proving.transmitting_truth import crews_of, moments_of

_AS_REAL = Rates()


class Transmissions:
    """Everything that the transponders of a world send.

    Attributes:
        air: the pressure and warmth that altimeters live in.
        start_s, end_s: of the first and after the last transmission; both NaN where there is none.
    """

    def __init__(
        self,
        movers: Sequence[Mover],
        seed: int,
        *,
        rates: Rates = _AS_REAL,
        air: Atmosphere | None = None,
    ) -> None:
        """Plan every transmission: some 20 bytes each."""
        self.air = Atmosphere(seed=seed) if air is None else air
        self.rates = rates
        self._movers = [mover for mover in movers if mover.transponder != "none"]
        self._crews = crews_of(self._movers, seed)
        self._seed = seed
        self._planned, self._rows = self._plan()
        times = self._planned.time_s
        self.start_s = float(times[0]) if len(times) else np.nan
        self.end_s = float(np.nextafter(times[-1], np.inf)) if len(times) else np.nan

    def __len__(self) -> int:
        return len(self._planned)

    def between(self, start_s: float, end_s: float) -> Emissions:
        """What is sent from `start_s` to before `end_s`, whole minutes both, in order of time."""
        first, past = np.searchsorted(self._planned.time_s, [start_s, end_s])
        chosen = np.arange(first, past)
        moments = moments_of(self._movers, self._rows[chosen], self._planned.take(chosen))
        sent = Emissions.concat(
            [
                ais_emissions(moments, self._crews, self._seed),
                modes_emissions(moments, self._crews, self.air),
            ]
        )
        # Stable: the sentences of one message stay in their order.
        return sent.take(np.lexsort((sent.emitter, sent.time_s)))

    def _plan(self) -> tuple[Schedule, Ints]:
        parts = [
            schedule(mover, int(key), self.rates, carrier_sense=bool(listens))
            for mover, key, listens in zip(
                self._movers, self._crews.key, self._crews.carrier_sense, strict=True
            )
        ]
        rows = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        whole = Schedule.concat(parts)
        order = np.lexsort((rows, whole.time_s))
        return whole.take(order), rows[order]
