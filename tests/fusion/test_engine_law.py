"""The law that makes evidence of a flag: however the input is cut or shuffled, the same bytes come out."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from fusion_laws import cut, cut_late
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.features import canonical_json, collection
from feeds.format import Reading
from feeds.inputs import Input
from feeds.rejects import Rejects
from feeds.reports import Identities, Reports, Said
from fusion.engine import Engine
from fusion.flags import Flag
from fusion.pattern import patterns
from geo.forces import forces
from geo.stations import StationNames

ROOT = Path(__file__).parents[2]
SOLENT = ROOT / "headland" / "recordings" / "solent" / "SolentAIS_20160112_130211.csv.gz"
LOITERERS = (235070762, 235072757, 235031617, 235014661)
WIDE = {"loitering": {"slow_mps": 3.0, "drift_mps": 2.5, "day_weight": 1.0}}
"""So that innocent craft of the real Solent raise flags."""


@cache
def solent() -> Said:
    """The real Solent, thinned to vessels that raise flags and a dozen that make the background."""
    reading = Reading(StationNames(), Rejects())
    said = Said.concat(list(Input(str(SOLENT)).read(reading)))
    mmsi = said.reports.entity & np.uint64(0xFFFFFFFF)
    others = np.unique(mmsi)[::9]
    kept = np.isin(mmsi, [*LOITERERS, *others])
    return Said(said.reports.take(kept), Identities.empty())


def flagged(batches: list[tuple[Reports, float]]) -> bytes:
    """`flags.geojson` of reports given batch by batch, each with its watermark."""
    engine = Engine([kind(**WIDE.get(name, {})) for name, kind in patterns().items()])
    flags: dict[str, Flag] = {}
    for batch, watermark_s in batches:
        outcome = engine.step(Said(batch, Identities.empty()), watermark_s)
        flags.update((flag.id, flag) for flag in outcome.flags)
    flags.update((flag.id, flag) for flag in engine.finish().flags)
    assert engine.waiting.late == 0
    return canonical_json(collection(flags.values(), forces))


@cache
def expected() -> bytes:
    return flagged([(solent().reports, -np.inf)])


def test_the_background_raises_flags_so_that_the_law_has_something_to_hold() -> None:
    assert expected().count(b'"loitering"') >= 2


@pytest.mark.parametrize("size", [1, 7, 1000, 10**9])
def test_cut_into_batches_of_any_size_the_flags_are_the_same_bytes(size: int) -> None:
    reports = solent().reports

    assert flagged(cut(reports, reports.time_s, size)) == expected()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32 - 1), st.sampled_from([3, 50, 700, 5000]))
def test_shuffled_within_the_lateness_bound_the_flags_are_the_same_bytes(seed: int, size: int) -> None:
    reports = solent().reports

    assert flagged(cut_late(reports, seed, size)) == expected()


def test_rows_without_a_number_raise_nothing_and_alarm_nobody() -> None:
    reports = solent().reports.take(np.arange(2000))
    broken = reports.replaced(
        lat_deg=np.full(2000, np.nan), sog_mps=np.full(2000, np.nan), cog_deg=np.full(2000, np.inf)
    )

    assert b'"features":[]' in flagged([(broken, -np.inf)])


def test_nothing_writes_to_its_input() -> None:
    reports = solent().reports
    before = {name: np.array(getattr(reports, name)) for name in reports.columns() if name != "stations"}

    flagged([(reports, -np.inf)])

    for name, values in before.items():
        np.testing.assert_array_equal(values, getattr(reports, name))
