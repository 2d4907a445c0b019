"""Worlds for the tests of the proving ground: the shipped Solent, empty, and a tiny one to be simulated whole."""

from functools import cache

from headland.proving.scenario import as_toml, checked, load_scenario
from headland.proving.simulate import world_of

NOBODY = {"lives": {}, "behaviours": {}}


@cache
def solent():
    """The empty world of the shipped Solent: eight hours, stations of both kinds."""
    return world_of(load_scenario("solent"))


def tiny(lives=None, behaviours=None, hours=1.6, seed=11, **changed):
    """The Solent, but short, and with only these lives and behaviours in it."""
    table = load_scenario("solent").model_dump(mode="python")
    table |= {
        "hours": hours,
        "seed": seed,
        "adsb_thinning": 6.0,
        "lives": lives or {},
        "behaviours": behaviours or {},
    } | changed
    return checked(table, "tiny")


def written(scenario, path):
    """The scenario as a file."""
    path.write_text(as_toml(scenario))
    return path
