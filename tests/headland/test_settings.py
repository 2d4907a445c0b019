"""File, environment and `--set`: who wins, and how a mistake is named."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from alerts.channels.webhook import HookSettings
from headland.errors import SettingsError
from headland.settings import Settings, load_settings, section_kinds

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    """A working folder without a settings file, and an environment without our variables."""
    for name in list(os.environ):
        if name.startswith("HEADLAND_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_need_no_file_at_all():
    assert load_settings() == Settings()


def test_the_file_in_the_working_folder_is_read(empty_folder):
    (empty_folder / "headland.toml").write_text("[flags]\nmin_score = 0.7\n")

    settings = load_settings()

    assert settings.flags.min_score == 0.7
    assert settings.file == Path("headland.toml")


def test_each_source_stands_above_the_one_before(empty_folder, monkeypatch):
    file = empty_folder / "other.toml"
    file.write_text("[fusion]\ntick_s = 2\nlateness_s = 20\ngate = 20\n")
    monkeypatch.setenv("HEADLAND_FUSION__LATENESS_S", "30")
    monkeypatch.setenv("HEADLAND_FUSION__GATE", "30")

    fusion = load_settings(file, ["fusion.gate=40"]).fusion

    assert (fusion.tick_s, fusion.lateness_s, fusion.gate) == (2, 30, 40)


def test_the_environment_may_name_the_file(empty_folder, monkeypatch):
    (empty_folder / "there.toml").write_text("[flags]\nmin_score = 0.8\n")
    monkeypatch.setenv("HEADLAND_CONFIG", "there.toml")

    assert load_settings().flags.min_score == 0.8


def test_every_pattern_has_a_section_by_its_name():
    for name, kind in section_kinds().items():
        assert load_settings().as_table()[name] == Settings().as_table()[name], kind


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[flags]\nmin_scor = 0.4\n", "line 2: flags.min_scor: unknown key; did you mean min_score?"),
        ("\n\n[flag]\nx = 1\n", "line 3: flag: unknown key; did you mean flags?"),
        ("fusion.tick_s = [\n  1,\n]\n", "line 3: fusion.tick_s: [1] is not possible"),
        ("[fusion]\ntick_s = 900 # s\n", "line 2: fusion.tick_s: 900 is not possible: 1 to 60 s"),
        ("flags = 3\n", "line 1: flags: "),
        ("[flags\n", "not TOML: "),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(empty_folder, text, complaint):
    (empty_folder / "headland.toml").write_text(text)

    with pytest.raises(SettingsError) as refused:
        load_settings()

    assert str(refused.value).startswith("headland.toml")
    assert complaint in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "value", "complaint"),
    [
        ("HEADLAND_FLAGS__MIN_SCOR", "0.4", "HEADLAND_FLAGS__MIN_SCOR: flags.min_scor: unknown key"),
        ("HEADLAND_FLAG__MIN_SCORE", "0.4", "HEADLAND_FLAG__MIN_SCORE: unknown section; did you mean flags?"),
        (
            "HEADLAND_FLAGS__MIN_SCORE",
            "high",
            "HEADLAND_FLAGS__MIN_SCORE: flags.min_score: 'high' is not possible",
        ),
        ("HEADLAND_FLAGS", '{"min_score": 7}', "HEADLAND_FLAGS: flags.min_score: 7 is not possible"),
        ("HEADLAND_FLAGS", "{", "environment: "),
        ("HEADLAND_CONFIG", "nowhere.toml", "nowhere.toml: No such file"),
    ],
)
def test_a_mistake_in_the_environment_is_named_with_its_variable(monkeypatch, variable, value, complaint):
    monkeypatch.setenv(variable, value)

    with pytest.raises(SettingsError) as refused:
        load_settings()

    assert str(refused.value).startswith(complaint)


HOOK = """
[channels.webhook.hooks.kent]
url = "https://example.org/"
keys = ["env:KENT_KEY"]
"""


def test_channels_have_tables_of_their_own(empty_folder, monkeypatch):
    (empty_folder / "headland.toml").write_text(HOOK)
    monkeypatch.setenv("HEADLAND_CHANNELS__WEBHOOK__HOOKS__KENT__FORCES", '["Kent Police"]')

    channels = load_settings(overrides=["channels.mqtt.enabled=false"]).channels

    assert channels.mqtt.enabled is False
    assert channels.webhook.hooks == {
        "kent": HookSettings("https://example.org/", ("env:KENT_KEY",), ("Kent Police",))
    }


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            HOOK + 'force = ["x"]\n',
            "line 5: channels.webhook.hooks.kent.force: unknown key; did you mean forces?",
        ),
        (HOOK.replace("url", "earl"), "line 3: channels.webhook.hooks.kent.earl: unknown key"),
        ("[channels.webhook.hooks.kent]\n", "line 1: channels.webhook.hooks.kent.url: must be given"),
        ("[channels.mqtt]\nenabled = 7\n", "line 2: channels.mqtt.enabled: 7 is not possible"),
        ("[channels.pigeon]\n", "line 1: channels.pigeon: unknown key; known: mqtt, webhook"),
    ],
)
def test_a_mistake_in_a_table_within_a_table_is_named_with_its_line(empty_folder, text, complaint):
    (empty_folder / "headland.toml").write_text(text)

    with pytest.raises(SettingsError) as refused:
        load_settings()

    assert complaint in str(refused.value)


def test_a_secret_that_stands_where_its_place_should_is_not_quoted(empty_folder):
    (empty_folder / "headland.toml").write_text(HOOK.replace('["env:KENT_KEY"]', '"correct-horse-battery"'))

    with pytest.raises(SettingsError, match=r"line 4: channels\.webhook\.hooks\.kent\.keys") as refused:
        load_settings()

    assert "horse" not in str(refused.value)


@pytest.mark.parametrize("override", ["flags.min_score", "min_score=1", "=", "flags.=1", "flags.min_score=2"])
def test_a_mistake_in_an_option_is_named_with_the_option(override):
    with pytest.raises(SettingsError, match=r"--set flags\.min_score|--set .*SECTION\.KEY=VALUE is expected"):
        load_settings(overrides=[override])


def test_the_page_of_settings_is_what_the_program_says():
    printed = subprocess.run(
        [sys.executable, "-m", "headland.reference"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert (ROOT / "docs" / "settings.md").read_text() == printed, (
        "the settings changed; write the page anew: uv run python -m headland.reference > docs/settings.md"
    )
