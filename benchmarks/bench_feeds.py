"""How fast feeds are read, beside the programs one would otherwise use, in the same run on one core.

    headland bench feeds -- [--messages N] [--turns N] [--only WORD] [--json]

Each row is one work: bytes as they come from a file or a broker, read into
reports and identities. The material is real recordings repeated to a million
messages (`feeds_material`); the peers are given theirs in the form that suits
them best (`feeds_peers`). Below it, every recording read as its file stands,
by ours alone; and how much memory reading a file takes,
of a file and of one four times as large: it is bounded by what is read at a
time, and not by the file.
"""

from __future__ import annotations

import argparse
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import feeds_material as material
import feeds_peers as peers
import feeds_tables as tables
from reading_peak import peak_bytes
from side_by_side import Race, Runner, alone, rows, table, told_progress

from feeds.decoder import Decoder
from feeds.format import Format, Reading, formats
from feeds.inputs import Input
from feeds.journal_entries import Batch, Stream, batch_entry, mark_entry
from feeds.journal_record import Entry, Position
from feeds.rejects import Rejects
from feeds.reports import Said
from feeds.steps import LiveSteps
from geo.stations import StationNames

PEERS = ("pyais", "pyModeS", "rs1090", "polars")
PAYLOAD_LINES = 100
STATIONS = (20, 1)
"""Payloads a second: a network of stations at the rate of a busy coast, and one station alone."""
FIRST_LINE = b'#{"boot":"0123456789abcdef","seq":1}\n'
SHARES = {"pyais": 100_000, "pyModeS": 30_000, "rs1090": 200_000}
"""Messages that a peer does where it is too slow for all of them."""


def reading() -> Reading:
    """Nothing known yet; ticks count from a recording's first second."""
    return Reading(StationNames(), Rejects(), start_s=1.7e9)


def said_in(opened: Input | Format, *source: Any) -> int:
    """Read an input, or a stream as of a format, to its end; how many messages, rows or frames it held."""
    told = reading()
    decoder, read = Decoder(told.rejects, told.names), 0
    for batch in opened.read(*source, told):
        if isinstance(batch, Said):
            read += len(batch.reports)
        else:
            read += len(batch)
            decoder.step(batch)
    decoder.finish()
    return read


def ais_races(messages: int) -> Iterator[Race]:
    """Logs with tag blocks."""
    heard = material.ais()
    data = material.tag_block(heard, messages)
    few = [sentence for _, _, sentence in heard.repeated(min(SHARES["pyais"], messages))]
    whole = peers.pyais_stream(few)()
    per_sentence = whole / len(few)

    form = formats()["nmea-tagblock"]

    def ours() -> int:
        return round(said_in(form, io.BytesIO(data)) * per_sentence)

    yield Race(
        "NMEA with tag blocks, checksums held",
        Runner("headland", ours),
        [Runner("pyais", peers.pyais_stream(few))],
        [10.0],
    )


def modes_races(messages: int) -> Iterator[Race]:
    """Mode S as CSV and as a Beast stream."""
    heard = material.modes()
    for what, name, data in (
        ("Mode S CSV", "modes-csv", material.modes_csv(heard, messages)),
        ("Mode S Beast", "beast", material.beast(heard, messages)),
    ):
        form = formats()[name]

        def ours(form: Format = form, data: bytes = data) -> int:
            return said_in(form, io.BytesIO(data))

        yield Race(
            f"{what}, with positions",
            Runner("headland", ours),
            [
                Runner("pyModeS", peers.pymodes(_words(heard, min(SHARES["pyModeS"], messages)))),
                Runner("rs1090", peers.rs1090_batches(_words(heard, min(SHARES["rs1090"], messages)))),
            ],
            [50.0, 5.0],
        )


def _words(heard: material.Heard, share: int) -> list[tuple[float, str]]:
    return [(time_s, frame.hex()) for time_s, _, frame in heard.repeated(share)]


def table_races(messages: int, folder: Path) -> Iterator[Race]:
    """Tables of two authorities; ours may take 1.3 times what polars takes."""
    vessels, form = material.vessels(), formats()["table-csv"]
    for what, title, write, time_format in (
        ("Danish CSV", "Danish Maritime Authority", tables.write_danish, tables.DANISH_TIME),
        ("MarineCadastre CSV", "MarineCadastre", tables.write_marine_cadastre, tables.MARINE_CADASTRE_TIME),
    ):
        path = folder / f"{title}.csv"
        write(path, vessels, messages)

        def ours(path: Path = path) -> int:
            with path.open("rb") as source:
                return said_in(form, source)

        theirs = peers.polars_table(path, tables.dialect(title), time_format)
        yield Race(what, Runner("headland", ours), [Runner("polars", theirs)], [1 / 1.3])


class Arrived:
    """A journal of payloads with a clock mark after each second's, as `LiveSteps` reads one."""

    position = Position(0, 0)

    def __init__(
        self, stream: Stream, payloads: Sequence[bytes], a_second: int, times_s: Sequence[float]
    ) -> None:
        """Take so many payloads a second, each of a station of its own, as they arrive when their last line was heard."""
        self._entries: list[Entry] = []
        for number, (payload, time_s) in enumerate(zip(payloads, times_s, strict=True), 1):
            batch = Batch(stream, f"cliff-{number % a_second}", "", payload)
            self._entries.append(batch_entry(batch, time_s))
            if number % a_second == 0 or number == len(payloads):
                self._entries.append(mark_entry(time_s))

    def read(self) -> list[Entry]:
        """All of it."""
        return self._entries


def live_races(messages: int) -> Iterator[Race]:
    """Payloads of a hundred lines, those of a second in one step: of a network of stations, of one alone, and JSON."""
    heard = material.ais()
    for a_second in STATIONS:
        messages_in = _seconds(heard, messages, a_second)
        plain, times_s = _payloads([material.tagged(*each) for each in messages_in]), _ends(messages_in)
        few = plain[: SHARES["pyais"] // PAYLOAD_LINES]
        share = peers.pyais_lines(few)() / (len(few) * PAYLOAD_LINES)
        arrived = Arrived(Stream.AIS, [FIRST_LINE + each for each in plain], a_second, times_s)

        def ours(arrived: Arrived = arrived, share: float = share) -> int:
            return round(_lived(arrived) * share)

        what = f"live, {a_second} payloads of 100 lines a second"
        yield Race(what, Runner("headland", ours), [Runner("pyais", peers.pyais_lines(few))], [3.0])
    messages_in = _seconds(material.lone(heard), messages, STATIONS[0])
    objects = _payloads([material.aiscatcher(*each) for each in messages_in])
    arrived = Arrived(Stream.AISCATCHER, objects, STATIONS[0], _ends(messages_in))
    few = objects[: SHARES["pyais"] // PAYLOAD_LINES]
    yield Race(
        f"live, {STATIONS[0]} payloads of 100 JSON objects a second",
        Runner("headland", lambda: _lived(arrived)),
        [Runner("pyais", peers.pyais_json(few))],
        [3.0],
    )


def _seconds(heard: material.Heard, messages: int, a_second: int) -> list[tuple[float, str, bytes]]:
    """The messages as if so many payloads of them were heard a second: a payload of one hour would be doubted whole."""
    began_s, each_s = heard.times_s[0], 1.0 / (PAYLOAD_LINES * a_second)
    told = enumerate(heard.repeated(messages))
    return [(began_s + number * each_s, station, payload) for number, (_, station, payload) in told]


def _payloads(lines: list[bytes]) -> list[bytes]:
    return [b"\n".join(lines[at : at + PAYLOAD_LINES]) for at in range(0, len(lines), PAYLOAD_LINES)]


def _ends(messages: list[tuple[float, str, bytes]]) -> list[float]:
    """When the last message of each payload was heard."""
    times_s = [time_s for time_s, _, _ in messages]
    return [times_s[at : at + PAYLOAD_LINES][-1] for at in range(0, len(times_s), PAYLOAD_LINES)]


def _lived(entries: Arrived) -> int:
    names, rejects, read = StationNames(), Rejects(), 0
    decoder = Decoder(rejects, names)
    for step in LiveSteps(entries, names, rejects).ready():
        read += len(step.frames)
        decoder.step(step.frames, step.said)
    return read


def races(messages: int, folder: Path) -> dict[str, Callable[[], Iterator[Race]]]:
    """Groups of works, each made when its turn comes."""
    return {
        "ais": lambda: ais_races(messages),
        "modes": lambda: modes_races(messages),
        "tables": lambda: table_races(messages, folder),
        "live": lambda: live_races(messages),
    }


def memory(folder: Path, messages: int) -> list[dict[str, str | float | int]]:
    """Peak memory of a process that reads a file of some messages, beyond what it takes for one of a hundredth."""
    heard, vessels, told = material.ais(), material.vessels(), []
    modes, made = material.modes(), folder / "memory"
    written: dict[str, Callable[[int], object]] = {
        "nmea-tagblock": lambda n: made.write_bytes(material.tag_block(heard, n)),
        "modes-csv": lambda n: made.write_bytes(material.modes_csv(modes, n)),
        "table-csv": lambda n: tables.write_danish(made, vessels, n),
    }
    for name, write in written.items():
        peaks, sizes = [], []
        for wanted in (messages // 100, messages, 4 * messages):
            write(wanted)
            sizes.append(made.stat().st_size)
            peaks.append(peak_bytes(name, made))
        for peak, size in zip(peaks[1:], sizes[1:], strict=True):
            told.append({"format": name, "file, MB": size / 1e6, "peak, MB more": (peak - peaks[0]) / 1e6})
    return told


def as_they_are(turns: int) -> list[dict[str, str | float | int]]:
    """Every recording there is, read once through as its file stands, by ours alone."""
    told: list[dict[str, str | float | int]] = []
    for path in material.files():
        runner = Runner("headland", lambda path=path: _read(path))
        for _ in range(turns):
            runner.turn()
        with Input(str(path)) as opened:
            name = opened.format.name
        told.append(
            {"recording": path.name, "format": name, "rows": runner.read, "a second": round(runner.rate)}
        )
    return sorted(told, key=lambda row: str(row["format"]))


def _read(path: Path) -> int:
    with Input(str(path)) as opened:
        return said_in(opened)


def main() -> None:
    """The table, or its rows as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--only", choices=("ais", "modes", "tables", "live"))
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    alone()
    run: list[Race] = []
    with tempfile.TemporaryDirectory() as name:
        for group, made in races(asked.messages, Path(name)).items():
            if asked.only not in {None, group}:
                continue
            for race in made():
                told_progress(f"bench feeds: {race.what}")
                run.append(race.run(asked.turns))
    if asked.json:
        print(json.dumps({"rows": rows(run), "peers": {peer: version(peer) for peer in PEERS}}, indent=2))
        return
    print(table(rows(run)))
    if asked.only is None:
        print(f"\n{table(as_they_are(asked.turns))}")
        with tempfile.TemporaryDirectory() as name:
            print(f"\n{table(memory(Path(name), asked.messages // 4))}\n")
    print(", ".join(f"{peer} {version(peer)}" for peer in PEERS))


if __name__ == "__main__":
    main()
