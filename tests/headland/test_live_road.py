"""The whole road from the antenna to the journal, every part of it killed once while it works."""

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
from collections import Counter

import pytest
from brokers import PASSWORD, SERVER, Mosquitto, free_port
from receiver_process import STATION, Feeder, numbers, on_disk, receiver

from feeds.first_line import first_line
from feeds.journal_entries import batch_of
from feeds.journal_reader import JournalReader
from feeds.journal_record import EntryKind

WAIT_S = 90.0


@contextlib.contextmanager
def server(port, journal):
    """`headland live --role feeds` as its own process, killed at the end."""
    words = ("--role", "feeds", "--mqtt", f"mqtt://{SERVER}@127.0.0.1:{port}", "--journal", journal)
    with subprocess.Popen(
        [sys.executable, "-m", "headland", "live", *words],
        stderr=subprocess.DEVNULL,
        env=os.environ | {"BROKER_PASSWORD": PASSWORD},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def batches(journal):
    """Every batch in the journal that is no health."""
    if not journal.is_dir():
        return []
    with JournalReader(journal) as reader:
        found = [batch_of(entry.body) for entry in reader.read() if entry.kind == EntryKind.BATCH]
    return [batch.payload for batch in found if batch.topic.endswith("/ais")]


def journalled(journal):
    return numbers(b"\n".join(batches(journal)))


async def until(holds):
    async with asyncio.timeout(WAIT_S):
        while not holds():  # noqa: ASYNC110  other processes write files, which is no event here
            await asyncio.sleep(0.3)


@pytest.mark.system("mosquitto")
def test_whatever_is_killed_on_the_road_what_was_heard_is_in_the_journal_once(tmp_path):
    broker = Mosquitto(tmp_path / "broker", [STATION])
    broker.start()
    spool, journal, password = tmp_path / "spool", tmp_path / "journal", tmp_path / "password"
    password.write_text(PASSWORD)
    port = free_port()
    words = ("--mqtt", f"mqtt://127.0.0.1:{broker.port}", "--ais", f"tcp:127.0.0.1:{port}", "--spool", spool)

    async def reaches(feeder):
        """What is said from now on reaches the journal."""
        told = feeder.number
        await until(lambda: feeder.number > told and journalled(journal) & set(range(told, feeder.number)))

    async def scene():
        async with Feeder().at(port) as feeder, contextlib.AsyncExitStack() as road:
            with receiver(*words, password=password):
                with server(broker.port, journal):
                    await reaches(feeder)
                road.enter_context(server(broker.port, journal))  # the one before was killed
                await reaches(feeder)
                broker.kill()
                await asyncio.sleep(0.3)
                broker.start()
                await reaches(feeder)
            had_read = on_disk(spool) | journalled(journal)  # the receiver was killed too
            with receiver(*words, password=password) as process:
                await until(lambda: had_read <= journalled(journal) and len(feeder.said) == 2)
                await reaches(feeder)
                process.send_signal(signal.SIGTERM)
                assert await asyncio.to_thread(process.wait, WAIT_S) == 0
        return feeder

    try:
        feeder = asyncio.run(scene())
    finally:
        broker.stop()

    names = [first_line(payload) for payload in batches(journal)]
    assert max(Counter((name.boot, name.seq) for name in names).values()) == 1
    assert len({name.boot for name in names}) == 2
    came = [int(n) for payload in batches(journal) for n in re.findall(rb"A,([0-9]{6}),", payload)]
    assert len(came) == len(set(came))
    for life in feeder.said:
        heard = set(life) & set(came)
        assert heard == set(life[: len(heard)])
