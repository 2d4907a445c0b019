"""The demo: one command from nothing to a map, and nothing left behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest
from typer.testing import CliRunner

from headland import demo
from headland.cli import app
from headland.errors import UnreachableError


@pytest.fixture
def running(tmp_path):
    """A demo that has come as far as serving its map: the process and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "headland", "demo", "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )
    line = process.stdout.readline()
    assert line.startswith("The map is at http://127.0.0.1:"), (line, process.poll())
    yield process, line.split()[4]
    process.kill()
    process.communicate()


def fetched(url):
    """What a browser would get."""
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310  the address is the demo's own
        return answer.read()


def test_the_demo_shows_the_bundled_recordings_and_vanishes_at_ctrl_c(running, tmp_path):
    process, url = running
    page = fetched(url)
    report = json.loads(fetched(f"{url}/report.json"))
    flags = json.loads(fetched(f"{url}/flags.geojson"))
    assert any(tmp_path.iterdir())

    process.send_signal(signal.SIGINT)

    assert process.wait(30) == 0
    assert not any(tmp_path.iterdir())
    assert b"<html" in page
    assert [each["format"] for each in report["inputs"]]
    assert flags["type"] == "FeatureCollection"


def test_a_taken_port_ends_with_3_before_any_work_is_done(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "replay", lambda *_: pytest.fail("the work was begun"))
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = CliRunner().invoke(app, ["demo", "--port", str(port), "--no-browser", "--out", str(tmp_path)])

    assert isinstance(ended.exception, UnreachableError)
    assert ended.exception.exit_code == 3
    assert f"port {port} on 127.0.0.1 is taken" in str(ended.exception)


def test_ctrl_c_during_the_work_is_told_from_the_end_of_a_demo(monkeypatch):
    def interrupted(*_):
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(demo, "replay", interrupted)

    ended = CliRunner().invoke(app, ["demo", "--port", "0", "--no-browser"])

    assert ended.exit_code == 130


@pytest.mark.skipif(sys.platform == "darwin", reason="a Mac always has a desktop")
def test_a_browser_is_opened_only_where_somebody_would_see_it(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not demo.has_desktop()

    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert demo.has_desktop()
