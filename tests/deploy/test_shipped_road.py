"""From an antenna to the server's disk through the shipped broker: TLS, passwords and rights as they are given out."""

import contextlib
import subprocess
import sys

import pytest
from deploy_broker import INNER, STATIONS, ShippedBroker, make_secrets
from receiver_process import numbers, sentence

from feeds.journal_entries import batch_of
from feeds.journal_reader import JournalReader
from feeds.journal_record import EntryKind
from headland.alive import Service, ask
from headland.verdicts import all_there

SAID = 500


@pytest.fixture
def broker(tmp_path):
    """With one station."""
    shipped = ShippedBroker(tmp_path / "broker")
    for words in (("init", "localhost"), ("station", "south-cliff")):
        assert make_secrets(shipped.secrets, *words).returncode == 0
    shipped.start()
    yield shipped
    shipped.stop()


@contextlib.contextmanager
def feeds(broker, journal):
    """`headland live --role feeds` with the words of the compose file."""
    url = f"mqtt://server_feeds@127.0.0.1:{broker.ports[INNER]}"
    words = ["--role", "feeds", "--mqtt", url, "--password-file", broker.secrets / "server_feeds"]
    command = [sys.executable, "-m", "headland", "live", *words, "--journal", journal, "--wait", "60"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        # What is said before it listens comes again only after 20 seconds.
        assert any("broker connected" in line for line in process.stderr)
        yield
        process.terminate()
        assert process.wait(30) == 0


def journalled(journal):
    """The numbers of the sentences in a journal."""
    with JournalReader(journal) as reader:
        found = [batch_of(entry.body) for entry in reader.read() if entry.kind == EntryKind.BATCH]
    return numbers(b"\n".join(batch.payload for batch in found if batch.topic.endswith("/ais")))


@pytest.mark.system("mosquitto")
def test_what_a_volunteer_hears_is_on_the_server_s_disk_and_let_go_of(broker, tmp_path):
    recording, spool, journal = tmp_path / "heard.nmea", tmp_path / "spool", tmp_path / "journal"
    recording.write_bytes(b"".join(b"1733782034," + sentence(n) + b"\n" for n in range(SAID)))
    url = f"mqtts://localhost:{broker.ports[STATIONS]}"
    words = ["--mqtt", url, "--ca", broker.secrets / "ca.crt", "--spool", spool, "--pace", "0"]
    password = ["--password-file", broker.secrets / "stations" / "south-cliff"]

    with feeds(broker, journal):
        heard = subprocess.run(
            [
                sys.executable,
                "-m",
                "headland",
                "receiver",
                "--station",
                "south-cliff",
                *words,
                *password,
                "--ais",
                f"play:{recording}",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        alive = all_there(ask("feeds", Service(journal=journal, state=tmp_path, port=1)))

    assert heard.returncode == 0, heard.stderr
    assert '"waiting": 0' in heard.stderr.splitlines()[-1]
    assert journalled(journal) == set(range(SAID))
    assert alive
