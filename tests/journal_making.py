"""Journals as a server would have written them: what was heard second by second, and what came into force."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from nmea_lines import encoded, tagged

from feeds.journal import Journal
from feeds.journal_entries import Batch, Given, Stream, batch_entry, given_entry, mark_entry
from geo.plane import displaced

T0 = 1_795_000_000
HEAD = b'#{"boot": "0123456789abcdef", "seq": 1}\n'
SAMPLED_S = 10
LASTS_S = 2700


def loiterer(mmsi: int = 235012345, lasts_s: int = LASTS_S, lon: float = -1.3) -> Iterator[tuple[int, bytes]]:
    """A vessel that goes round and round south of the Wight, as lines of an agent: second, line."""
    second = np.arange(0, lasts_s, SAMPLED_S)
    angle = 2 * np.pi * second / 1885  # a lap of 300 m radius at 1 m/s
    north, east = 300 * np.sin(angle), 300 * np.cos(angle)
    lat, lon = displaced(np.full(len(second), 50.45), np.full(len(second), lon), north, east)
    courses = np.degrees(angle + np.pi / 2) % 360
    for each, *place in zip(second.tolist(), lat.tolist(), lon.tolist(), courses.tolist(), strict=True):
        said = dict(zip(("lat", "lon", "course"), place, strict=True))
        (sentence,) = encoded({"type": 1, "mmsi": mmsi, "speed": 1.9, **said})
        yield T0 + each, tagged(f"s:cliff,c:{(T0 + each) * 1000 + 250}", sentence)


def journalled(
    folder: Path,
    stream: Stream,
    lines: Iterable[tuple[float, bytes]],
    seconds: Sequence[int],
    late: Mapping[float, float] | None = None,
    given: Mapping[int, Sequence[Given]] | None = None,
) -> Path:
    """A journal of what was heard in each span of seconds, and the clock's mark at its end.

    Args:
        folder: of the journal.
        stream: of all the lines.
        lines: second and line.
        seconds: at which spans begin, evenly.
        late: how much later than others the lines of a second come.
        given: what came into force in a span, by its second.
    """
    spacing = seconds[1] - seconds[0]
    spans: dict[int, list[tuple[float, bytes]]] = {}
    for second, line in lines:
        arrival_s = second + 0.6 + (late or {}).get(second, 0)
        at = seconds[0] + int(arrival_s - seconds[0]) // spacing * spacing
        spans.setdefault(at, []).append((arrival_s, line))
    entries = []
    for second in seconds:
        for arrival_s, line in spans.get(second, []):
            entries.append(batch_entry(Batch(stream, "cliff", "topic", HEAD + line), arrival_s))
        entries += [given_entry(each, second + 0.9) for each in (given or {}).get(second, [])]
        entries.append(mark_entry(float(second + spacing)))
    with Journal(folder) as journal:
        for start in range(0, len(entries), 1000):
            journal.commit(entries[start : start + 1000])
    return folder
