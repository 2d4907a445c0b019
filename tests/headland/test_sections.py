"""A section is what its dataclass says, and nothing else."""

from dataclasses import asdict, dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fusion.parameters import EngineParameters, FlagParameters, parameter
from headland.errors import SettingsError
from headland.sections import build_section


@dataclass(frozen=True, slots=True)
class Watch:
    """How a watch is kept."""

    range_m: float = parameter(5000.0, "m", "as far as the eye sees from 2 m", 100, 50_000)
    crew: int = parameter(2, "people", "one sleeps", 1, 9)
    place: str = "The Needles"


def test_an_empty_table_gives_the_defaults():
    assert build_section(Watch, {}, "watch.toml") == Watch()


@given(st.floats(100, 50_000), st.integers(1, 9), st.text(max_size=20))
def test_every_value_within_bounds_arrives_as_given(range_m, crew, place):
    made = build_section(Watch, {"range_m": range_m, "crew": crew, "place": place}, "watch.toml")

    assert asdict(made) == {"range_m": range_m, "crew": crew, "place": place}


@given(st.floats().filter(lambda x: not 100 <= x <= 50_000))
def test_no_value_outside_its_bounds_is_taken(range_m):
    with pytest.raises(SettingsError, match=r"watch.toml: range_m: .* 100 to 50000 m; the default is 5000"):
        build_section(Watch, {"range_m": range_m}, "watch.toml")


def test_text_from_the_environment_is_read_as_the_number_it_is():
    assert build_section(Watch, {"range_m": "8e2", "crew": "3"}, "env") == Watch(800.0, 3)


@pytest.mark.parametrize("value", [True, "far", None, [5000], 2.5])
def test_a_number_of_people_is_a_whole_number(value):
    with pytest.raises(SettingsError, match="crew"):
        build_section(Watch, {"crew": value}, "watch.toml")


def test_a_misspelt_key_is_refused_with_the_nearest_known_one():
    with pytest.raises(SettingsError, match=r"watch.toml: rnge_m: unknown key; did you mean range_m\?"):
        build_section(Watch, {"rnge_m": 300}, "watch.toml")


def test_all_problems_are_told_at_once():
    with pytest.raises(SettingsError) as refused:
        build_section(Watch, {"crew": 0, "range_m": 1, "captain": "Ahab"}, "watch.toml")

    assert {problem.key for problem in refused.value.problems} == {"crew", "range_m", "captain"}


@pytest.mark.parametrize("kind", [FlagParameters, EngineParameters])
def test_the_engine_s_own_defaults_lie_within_their_own_bounds(kind):
    assert build_section(kind, asdict(kind()), "defaults") == kind()
