"""The laws of fusion that several patterns are held to: reports cut, late and spoiled, and all that an engine tells of them."""

from collections.abc import Iterable

import numpy as np

from alerts.features import canonical_json, collection
from feeds.reports import Identities, Reports, Said
from fusion.engine import Engine
from fusion.parameters import EngineParameters
from geo.batch import Floats
from geo.forces import forces

LATENESS_S = EngineParameters().lateness_s
Batches = Iterable[tuple[Reports, float]]


def cut(reports: Reports, arrival_s: Floats, size: int) -> list[tuple[Reports, float]]:
    """Batches by arrival; the server's clock at each arrival, less the lateness, is the watermark."""
    order = np.argsort(arrival_s, kind="stable")
    parts = [order[start : start + size] for start in range(0, len(order), size)]
    return [(reports.take(part), float(arrival_s[part[-1]]) - LATENESS_S) for part in parts]


def cut_late(reports: Reports, seed: int, size: int) -> list[tuple[Reports, float]]:
    """Batches of reports each of which came late by chance, within the lateness."""
    late_s = np.random.default_rng(seed).uniform(0.0, LATENESS_S, len(reports))
    return cut(reports, reports.time_s + late_s, size)


def spoiled(reports: Reports, seed: int) -> dict[str, Floats]:
    """Columns of place and motion in which three in ten are no number, or none that can be."""
    rng, columns = np.random.default_rng(seed), {}
    for name in ("lat_deg", "lon_deg", "sog_mps", "cog_deg"):
        column = np.array(getattr(reports, name))
        column[rng.random(len(reports)) < 0.3] = rng.choice([np.nan, np.inf, -np.inf, 1e308])
        columns[name] = column
    return columns


def told(engine: Engine, batches: Batches) -> bytes:
    """Every version of every flag, as it leaves the house; nothing may have been late."""
    flags = [
        flag for part, mark_s in batches for flag in engine.step(Said(part, Identities.empty()), mark_s).flags
    ]
    flags += engine.finish().flags
    assert engine.waiting.late == 0
    return b"".join(canonical_json(collection([flag], forces)) for flag in flags)
