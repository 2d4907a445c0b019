"""The command line as a user and a program meet it."""

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from headland.cli import app

VERBS = ("demo", "replay", "simulate", "score", "decode", "receiver", "live", "bench", "doctor")


def headland(*words, **options):
    """Run `headland` as its own process."""
    return subprocess.run(
        [sys.executable, "-m", "headland", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        **options,
    )


def test_it_says_which_version_it_is():
    assert headland("--version").stdout == f"headland {version('headland')}\n"


def test_no_words_at_all_show_the_verbs():
    shown = CliRunner().invoke(app, [])

    assert all(f"\n  {verb} " in shown.output for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself_and_all_its_options(verb):
    shown = CliRunner().invoke(app, [verb, "--help"], terminal_width=200)

    options = [line.split() for line in shown.output.splitlines() if line.startswith("  --")]
    assert shown.exit_code == 0
    assert options
    assert all(len(words) > 3 for words in options), options


def test_the_documentation_knows_every_verb_and_no_other():
    page = (Path(__file__).parents[2] / "docs" / "index.md").read_text()
    table = page.partition("| verb |")[2].partition("\n\n")[0]

    assert tuple(re.findall(r"^\| `(\w+)", table, re.MULTILINE)) == VERBS
    assert tuple(each.callback.__name__ for each in app.registered_commands) == VERBS


def test_help_does_not_load_what_it_explains():
    loaded = "import sys, headland.cli; print(*sorted({'numpy', 'geopandas', 'numba'} & set(sys.modules)))"

    assert subprocess.check_output([sys.executable, "-c", loaded], text=True) == "\n"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["sail"], "No such command 'sail'"),
        (["replay"], "Missing argument 'INPUT...'"),
        (["replay", "x"], "Missing option '--out'"),
        (["replay", "x", "--out", "o", "--stations", "nowhere.json"], "'nowhere.json' does not exist"),
        (["decode", "x", "--tz", "Europe/Atlantis"], "'Europe/Atlantis' is no time zone"),
        (["decode", "nowhere.nmea"], "headland: nowhere.nmea: No such file or directory"),
        (
            ["doctor", "--port", "70000"],
            "Invalid value for '--port': Input should be less than or equal to 65535",
        ),
    ],
)
def test_wrong_usage_is_told_on_standard_error_with_code_2(tmp_path, words, complaint):
    ended = headland(*words, cwd=tmp_path)

    assert ended.returncode == 2
    assert complaint in ended.stderr
    assert not ended.stdout
    assert "Traceback" not in ended.stderr


def test_a_mistake_in_the_settings_is_told_with_file_line_and_key(tmp_path):
    (tmp_path / "headland.toml").write_text("[flags]\n\nmin_scor = 0.4\n")

    ended = headland("replay", "x", "--out", "o", cwd=tmp_path)

    assert ended.returncode == 2
    assert (
        ended.stderr
        == "headland: headland.toml, line 3: flags.min_scor: unknown key; did you mean min_score?\n"
    )
