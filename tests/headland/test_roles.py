"""Each role by itself: what it loads, what it needs, and the whole of them in one process."""

import asyncio
import contextlib
import json
import subprocess
import sys
from dataclasses import dataclass

import aiomqtt
import pytest
import structlog
from asking import ask
from brokers import embedded, free_port
from solent_journal import entries, last_mark_s
from typer.testing import CliRunner

from alerts.routing import slug
from feeds.bus import broker_of
from feeds.journal import Journal
from hardware.clock import SystemClock
from headland.cli import app
from headland.errors import SettingsError
from headland.exits import Exit
from headland.live import part
from headland.live_options import LiveOptions
from headland.live_words import Role

WAIT_S = 90
LOADED = """
import sys
from headland.live import part
from headland.live_words import Role
from headland.settings import load_settings
load_settings()
part(Role(sys.argv[1]))
print(*sys.modules, sep="\\n")
"""


@pytest.fixture(autouse=True)
def plain_logs():
    """Logs as structlog makes them unasked: the command sets them up for its own process."""
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("role", "without"),
    [
        (
            "feeds",
            {
                "folium",
                "uvicorn",
                "fastapi",
                "pandas",
                "sqlalchemy",
                "fusion.engine",
                "feeds.decoder",
                "maps",
            },
        ),
        ("fusion", {"uvicorn", "fastapi", "feeds.intake", "feeds.recorder", "maps.live.app"}),
        (
            "web",
            {"fusion.engine", "feeds.decoder", "feeds.journal_reader", "feeds.intake", "headland.follow"},
        ),
    ],
)
def test_a_role_loads_nothing_that_only_another_needs(role, without):
    loaded = subprocess.run(
        [sys.executable, "-c", LOADED, role], capture_output=True, text=True, check=True
    ).stdout.split()

    assert f"headland.roles.{role}" in loaded
    assert not without & set(loaded)
    assert not {f"headland.roles.{other}" for other in Role if other != role} & set(loaded)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--role", "feeds"), "--journal: the role feeds needs"),
        (("--role", "fusion"), "--journal: the role fusion needs"),
        (("--role", "all"), "--journal: the role all needs"),
        (("--role", "web"), "--state: the role web needs"),
    ],
)
def test_a_folder_that_a_role_cannot_do_without_is_asked_for(words, complaint):
    ended = CliRunner().invoke(app, ["live", "--mqtt", "mqtt://127.0.0.1:1", *words])

    assert isinstance(ended.exception, SettingsError)
    assert ended.exception.exit_code == Exit.USAGE
    assert str(ended.exception).startswith(complaint)


def test_a_channel_that_cannot_be_set_up_stops_the_start_and_says_where(tmp_path):
    file = tmp_path / "headland.toml"
    file.write_text(
        '[channels.webhook.hooks.kent]\nurl = "https://example.org/"\nkeys = ["env:NOBODY_SET_IT"]\n'
    )
    ended = CliRunner().invoke(
        app,
        ["live", "--role", "fusion", "--mqtt", "mqtt://h", "--journal", str(tmp_path), "--config", str(file)],
    )

    assert isinstance(ended.exception, SettingsError)
    assert str(ended.exception) == (
        f"{file}, line 3: channels.webhook.hooks.kent.keys: the variable NOBODY_SET_IT is not set"
    )


@dataclass
class Standing(SystemClock):
    """A clock that stands at the end of the recording."""

    def utc_s(self):
        return last_mark_s() + 3.0


async def heard(client, count):
    """So many messages, none of them empty, by topic."""
    found = {}
    async with asyncio.timeout(WAIT_S):
        async for message in client.messages:
            if message.payload:
                found[str(message.topic)] = json.loads(message.payload)
            if len(found) == count:
                return found
    return found


@pytest.mark.parametrize("role", [Role.ALL, Role.FUSION])
def test_alerts_and_their_flags_reach_a_desk_unless_told_otherwise(tmp_path, role):
    with Journal(tmp_path / "journal") as journal:
        journal.commit(entries())

    async def story():
        end = asyncio.Event()
        async with embedded() as port, aiomqtt.Client("127.0.0.1", port) as desk:
            await desk.subscribe([("headland/v1/alerts/#", 1), ("headland/v1/flags/#", 1)])
            options = LiveOptions(role=role, mqtt="", journal=tmp_path / "journal", port=free_port())
            broker = broker_of(f"mqtt://127.0.0.1:{port}")
            async with asyncio.TaskGroup() as running:
                running.create_task(part(role)(options, broker, Standing(), end))
                found = await heard(desk, 4)
                end.set()
        return found

    found = asyncio.run(story())

    alerts = {topic: said for topic, said in found.items() if "/alerts/" in topic}
    flags = {topic: said for topic, said in found.items() if "/flags/" in topic}
    assert len(alerts) == len(flags) == 2
    for topic, said in alerts.items():
        (force,) = said["forces"]
        assert topic == f"headland/v1/alerts/{slug(force)}/{said['alert']}"
    for topic, said in flags.items():
        assert topic == f"headland/v1/flags/loitering/{said['properties']['id']}"
        assert "planted" not in said["properties"]


def shown(port):
    with contextlib.suppress(OSError):
        return {row["id"]: row for row in ask(port, "/api/snapshot")["stations"]["put"]}
    return {}


def test_the_page_runs_without_a_broker_and_says_so(tmp_path):
    options = LiveOptions(role=Role.WEB, mqtt="", state=tmp_path / "state", port=free_port())
    broker = broker_of(f"mqtt://127.0.0.1:{free_port()}")

    async def story():
        end = asyncio.Event()
        async with asyncio.timeout(WAIT_S), asyncio.TaskGroup() as running:
            running.create_task(part(Role.WEB)(options, broker, Standing(), end))
            while not (rows := await asyncio.to_thread(shown, options.port)):  # noqa: ASYNC110  a page is asked
                await asyncio.sleep(0.1)
            end.set()
        return rows

    rows = asyncio.run(story())

    assert rows["fusion"]["state"] == "lost"
    assert rows["fusion"]["note"].startswith("The broker does not answer")
