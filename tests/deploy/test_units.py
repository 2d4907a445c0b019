"""The systemd units, as systemd itself reads them, and their commands, as headland does."""

import re
import shlex
import shutil
import subprocess

import pytest
import typer
from conftest import ROOT

from headland.cli import app

UNITS = ROOT / "deploy" / "systemd"
HEADLAND = "/opt/headland/.venv/bin/headland"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize(
    "unit", ["headland-receiver.service", "headland@feeds.service", "headland@web.service"]
)
def test_systemd_understands_every_line_and_finds_it_closed(tmp_path, unit):
    name = re.sub(r"@\w+", "@", unit)
    (tmp_path / unit).write_text((UNITS / name).read_text().replace(HEADLAND, "/bin/true"))

    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / unit],
        capture_output=True,
        text=True,
        check=False,
    )
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=25", tmp_path / unit],
        capture_output=True,
        text=True,
        check=False,
    )

    assert not verified.stderr
    assert verified.returncode == 0
    assert judged.returncode == 0, judged.stdout[-500:]


def words_of(unit, **told):
    """The words of a unit's command behind `headland`, with what its variables stand for."""
    line = re.search(r"^ExecStart=(.*?[^\\])$", (UNITS / unit).read_text(), re.MULTILINE | re.DOTALL)[1]
    for name, value in told.items():
        line = re.sub(rf"%{name}\b|\$\{{{name}\}}|\${name}\b", value, line)
    program, verb, *words = shlex.split(line.replace("\\\n", " "))
    assert program == HEADLAND
    return typer.main.get_command(app).commands[verb].make_context(verb, words).params


def test_the_receiver_s_command_is_one_that_headland_understands(tmp_path):
    (tmp_path / "password").touch()
    sources = "--ais serial:/dev/ttyACM0 --modes beast:127.0.0.1:30005"

    told = words_of(
        "headland-receiver.service",
        STATION="south-cliff",
        BROKER="mqtts://headland.example.org",
        SOURCES=sources,
        CREDENTIALS_DIRECTORY=str(tmp_path),
    )

    assert told["station"] == "south-cliff"
    assert list(told["modes"]) == ["beast:127.0.0.1:30005"]


@pytest.mark.parametrize("role", ["feeds", "fusion", "web"])
def test_each_role_s_command_is_one_that_headland_understands(role):
    told = words_of("headland@.service", i=role, CREDENTIALS_DIRECTORY="/run/credentials/x")

    assert told["role"] == role
    assert told["mqtt"] == f"mqtt://server_{role}@127.0.0.1:1883"
