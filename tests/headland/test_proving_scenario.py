"""Scenarios: what is shipped can be read, and a mistake is told with file and key."""

import pytest
from proving_worlds import tiny, written

from headland.errors import SettingsError
from headland.proving.scenario import as_toml, load_scenario, shipped
from headland.proving.world import behaviours, lives


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_scenario_is_read_and_comes_back_from_its_own_words(name, tmp_path):
    scenario = load_scenario(name)

    assert load_scenario(str(written(scenario, tmp_path / "again.toml"))) == scenario
    assert {station.kind for station in scenario.stations} == {"ais", "adsb"}


def test_between_them_the_shipped_scenarios_play_everything_there_is():
    asked = {
        name
        for each in shipped()
        for part in ("lives", "behaviours")
        for name in getattr(load_scenario(each), part)
    }

    assert asked == set(lives() | behaviours())


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ("houres=2", "houres: unknown key; did you mean hours?"),
        ("area.nord=51", "area.nord: unknown key; did you mean north?"),
        ("lives.feries=2", "lives.feries: unknown key; did you mean ferries?"),
        ("behaviours.loitering=1", "behaviours.loitering: unknown key"),
        ("hours=-1", "hours: Input should be greater than 0"),
        ("lives.ferries=1.5", "lives.ferries: Input should be a valid integer"),
        ("start=2026-06-17T05:00:00", "start: Input should have timezone info"),
        ("area.south=52", "area: south must be less than north"),
        ("seed=true", "seed:"),
    ],
)
def test_a_mistake_is_told_with_the_key(changed, complaint, tmp_path):
    file = written(tiny({"ferries": 1}), tmp_path / "mine.toml")

    with pytest.raises(SettingsError) as told:
        load_scenario(str(file), [changed])

    assert str(told.value).startswith(f"{file}: {complaint}")


def test_what_nobody_could_hear_is_refused(tmp_path):
    deaf = tiny({"lanes": 1}).model_dump(mode="python")
    deaf["stations"] = [each for each in deaf["stations"] if each["kind"] == "ais"]
    file = tmp_path / "deaf.toml"
    file.write_text(as_toml(tiny(stations=deaf["stations"])))

    assert load_scenario(str(file), ["lives.lanes=1"]).lives == {"lanes": 1}
    with pytest.raises(SettingsError, match=r'lives\.airliners: needs a station of kind "adsb"'):
        load_scenario(str(file), ["lives.airliners=1"])


def test_an_unknown_name_is_no_file_and_says_which_there_are(tmp_path):
    with pytest.raises(SettingsError, match="no scenario of that name; did you mean solent"):
        load_scenario("solvent")


@pytest.mark.parametrize("text", ["title = ", "\xff"])
def test_what_is_no_toml_is_told_as_such(text, tmp_path):
    file = tmp_path / "broken.toml"
    file.write_bytes(text.encode("latin-1"))

    with pytest.raises(SettingsError, match="not TOML"):
        load_scenario(str(file))


def test_an_override_replaces_a_value_and_makes_a_key(tmp_path):
    file = str(written(tiny({"ferries": 1}), tmp_path / "mine.toml"))

    scenario = load_scenario(
        file, ["lives.ferries=3", "lives.tugs=2", "title=Another day", "hours=1.5"], seed=99
    )

    assert scenario.lives == {"ferries": 3, "tugs": 2}
    assert (scenario.title, scenario.hours, scenario.seed) == ("Another day", 1.5, 99)


@pytest.mark.parametrize("override", ["hours", "=3", "title.of=3"])
def test_an_override_that_cannot_be_meant_is_refused(override, tmp_path):
    with pytest.raises(SettingsError, match="--set"):
        load_scenario(str(written(tiny(), tmp_path / "mine.toml")), [override])
