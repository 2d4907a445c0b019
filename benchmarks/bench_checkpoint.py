"""How large a checkpoint of a busy service is, and how long it takes to picture, write and load.

    python benchmarks/bench_checkpoint.py [ENTITIES [FOLDER]]

Half the entities are vessels, half are aircraft with places in the decoder's memory, and every ring
of history is full: the most that so many can come to. `picture` is the time for which the engine must
stand still; `write` may run beside it. The disk is FOLDER's, a temporary folder's by default.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

from feeds.decoder import Decoder
from feeds.rejects import Rejects
from feeds.reports import Domain, Identities, Reports, Said, Source, entities
from fusion.engine import Engine
from fusion.records import SAMPLES
from geo.batch import Ragged
from geo.stations import StationNames
from headland.checkpoints import load_latest, snapshot, write
from headland.in_force import make_engine
from headland.options import ReplayOptions

START_S = 1_750_000_200.0
REPORTS_EACH = 12


def said(count: int, rng: np.random.Generator) -> Said:
    """A minute in which each entity reports twelve times and says its name."""
    ids = np.concatenate(
        [
            entities(Domain.AIS, 232_000_000 + np.arange(count // 2)),
            entities(Domain.ICAO, 0x400000 + np.arange(count - count // 2)),
        ]
    )
    n = count * REPORTS_EACH
    owner = np.tile(np.arange(count), REPORTS_EACH)
    time_s = START_S + np.sort(rng.uniform(0.0, 60.0, n))
    ship = owner < count // 2
    place = rng.uniform((49.0, -11.0), (61.0, 2.0), (count, 2))[owner]
    reports = Reports.of(
        n,
        time_s=time_s,
        entity=ids[owner],
        message=np.arange(n, dtype=np.uint64),
        lat_deg=place[:, 0],
        lon_deg=place[:, 1],
        alt_m=np.where(ship, np.nan, 900.0),
        sog_mps=np.full(n, 0.1),
        cog_deg=np.full(n, 90.0),
        source=np.where(ship, int(Source.AIS_A), int(Source.ADSB)).astype(np.uint8),
        stations=Ragged.singles(rng.integers(1, 200, n).astype(np.uint32), "u4"),
    )
    names = Identities.of(count, time_s=np.full(count, START_S), entity=ids, name=ids.astype("U34"))
    return Said(reports, names)


def busy(count: int) -> tuple[Engine, Decoder]:
    """An engine and decoder that remember so many, each with a full ring."""
    rng = np.random.default_rng(1)
    engine, decoder = make_engine(ReplayOptions()), Decoder(Rejects(), StationNames())
    engine.step(said(count, rng), START_S + 45.0)
    table = engine.table
    table.live["samples"] = SAMPLES
    for name in table.history.dtype.names or ():
        table.history[: table.size][name] = rng.uniform(0.0, 1e3, (table.size, SAMPLES))
    aircraft = entities(Domain.ICAO, 0x400000 + np.arange(count - count // 2))
    decoder._modes.memory.slots(aircraft, np.ones(len(aircraft), np.bool_))  # noqa: SLF001  no frames are made here
    return engine, decoder


def timed(name: str, work: Callable[[], Any]) -> Any:
    """Do the work and print how long it took."""
    start, used = perf_counter(), process_time()
    result = work()
    print(f"{name:8} {perf_counter() - start:6.2f} s, of a processor {process_time() - used:.2f} s")
    return result


def main(count: int, folder: Path) -> None:
    """Print size and times."""
    engine, decoder = timed("make", lambda: busy(count))
    picture = timed("picture", lambda: snapshot(engine, decoder, 0))
    path = timed("write", lambda: write(folder, picture))
    timed("load", lambda: load_latest(folder, ReplayOptions()))
    megabytes = path.stat().st_size / 1e6
    print(f"{engine.table.size} entities: {megabytes:.1f} MB, {megabytes * 1e3 / count:.1f} kB each")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        entities_asked = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
        main(entities_asked, Path(sys.argv[2] if len(sys.argv) > 2 else temporary))
