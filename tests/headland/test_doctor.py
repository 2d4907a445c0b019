"""`doctor` finds what is wrong, says what to do, and ends with 1 only where something needed is missing."""

import asyncio
import json
import socket

import pytest
from alert_making import NOW_S, Box, desk_in, flag
from typer.testing import CliRunner

from alerts.audit import head
from alerts.outbox import Retries, deliver_due
from headland import bundle, doctor
from headland.cli import app
from headland.doctor import Verdict


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    """A working folder without a settings file."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answer(*words):
    """The exit code, and the checks by name."""
    ended = CliRunner().invoke(app, ["doctor", "--json", "--port", "0", *words])
    told = json.loads(ended.output)
    assert told["ok"] == (ended.exit_code == 0)
    return ended.exit_code, {check["name"]: check for check in told["checks"]}


def test_a_whole_checkout_is_found_whole():
    code, checks = answer()

    missing = {name for name, check in checks.items() if check["verdict"] == "missing"}
    assert (code, missing) == (0, set())
    assert "BSD 3-Clause License" in checks["data pvlib_altitude"]["found"]
    assert {"Python", "numba", "settings", "recording solent", "data ourairports"} <= checks.keys()


def test_a_mistake_in_the_settings_is_found_before_the_start(empty_folder):
    (empty_folder / "headland.toml").write_text("[flags]\nmin_score = 3\n")

    code, checks = answer()

    assert code == 1
    assert checks["settings"]["found"].startswith("headland.toml, line 2: flags.min_score: 3 is not possible")
    assert checks["settings"]["remedy"]


def test_the_formats_and_the_foreign_topics_are_told(empty_folder):
    (empty_folder / "headland.toml").write_text(
        '[feeds.topics]\n"ais/1" = "harbour"\n"bee/+/raw" = { station = "field", format = "adsbee-raw" }\n'
        '"ais/#/1" = "harbour"\n"ais/2" = "The Harbour"\n'
    )

    code, checks = answer()

    assert code == 1
    assert {"aircraft-json", "aiscatcher-json", "sbs"} <= set(
        checks["formats"]["found"].replace(",", "").split()
    )
    assert checks["topic bee/+/raw"]["found"] == "adsbee-raw of field"
    verdicts = {name: check["verdict"] for name, check in checks.items() if name.startswith("topic ")}
    assert verdicts == {
        "topic ais/1": "ok", "topic bee/+/raw": "ok", "topic ais/#/1": "missing", "topic ais/2": "missing"
    }  # fmt: skip


def test_a_channel_whose_key_is_not_there_is_found_before_the_start(empty_folder):
    (empty_folder / "headland.toml").write_text(
        '[channels.webhook.hooks.kent]\nurl = "https://example.org/"\nkeys = ["file:nowhere"]\n'
    )

    code, checks = answer()

    assert code == 1
    assert checks["channels"]["found"].endswith("kent.keys: nowhere: No such file or directory")


def test_messages_that_wait_or_were_given_up_are_counted_and_nothing_is_changed(empty_folder):
    state = empty_folder / "state"
    state.mkdir()
    box = Box()
    box.failing = {"desk"}
    desk, store = desk_in(state, box)
    for start_s in (NOW_S - 900, NOW_S - 1800):
        desk.take([flag(start_s)], NOW_S)
        asyncio.run(deliver_due(store, {"box": box}, NOW_S, Retries(attempts=1)))
    desk.take([flag(NOW_S - 3600)], NOW_S)
    before = head(store)

    code, checks = answer("--state", str(state))

    assert code == 0
    assert checks["deliveries"]["found"] == "0 delivered, 1 waiting, 2 given up"
    assert "delivery given up" in checks["deliveries"]["remedy"]
    assert head(store) == before
    store.close()


def test_a_store_that_is_none_is_told(empty_folder):
    (empty_folder / "alerts.db").write_bytes(b"no database" * 100)

    code, checks = answer("--state", str(empty_folder))

    assert code == 1
    assert "alerts.db" in checks["deliveries"]["found"]


def test_a_taken_port_is_told_but_is_no_failure():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        checks = {check.name: check for check in doctor.examine(None, port)}

    taken = checks[f"port {port}"]
    assert taken.verdict is Verdict.OPTIONAL
    assert "--port" in taken.remedy


def test_a_damaged_recording_is_found(monkeypatch, empty_folder):
    whole = bundle.recordings()[0]
    damaged = empty_folder / "half.csv.gz"
    damaged.write_bytes(whole.path.read_bytes()[:1000])
    monkeypatch.setattr(
        bundle,
        "recordings",
        lambda: [bundle.Recording(damaged, whole.sha256, whole.what, whole.licence, whole.credit)],
    )

    checks = doctor.examine(None, 0)

    assert [c.name for c in checks if c.verdict is Verdict.MISSING] == [f"recording {empty_folder.name}"]


def test_people_get_a_line_a_check_and_what_to_do():
    ended = CliRunner().invoke(app, ["doctor", "--config", "nowhere.toml"])

    assert ended.exit_code == 1
    assert "missing  settings" in ended.output
    assert "-> correct it" in ended.output
