"""NMEA sentences and frames made for tests, and pyais' own reading of a log as the independent oracle."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, reduce
from operator import xor
from pathlib import Path
from typing import Any

import numpy as np
from pyais import encode_dict
from pyais.stream import IterMessages

from feeds.ais.decoder import AisDecoder
from feeds.format import Reading
from feeds.inputs import Input
from feeds.rejects import Rejects
from feeds.reports import Said
from geo.batch import Ragged
from geo.stations import StationNames
from hardware.frames import Frames, Kind

T0 = 1_490_000_000.0


def checksummed(body: str) -> bytes:
    """`!BODY*hh`."""
    return f"!{body}*{reduce(xor, body.encode(), 0):02X}".encode()


def tagged(fields: str, sentence: bytes) -> bytes:
    """The sentence behind a tag block of these fields."""
    return f"\\{fields}*{reduce(xor, fields.encode(), 0):02X}\\".encode() + sentence


def encoded(fields: dict[str, Any], **how: Any) -> list[bytes]:
    """The sentences that pyais makes of a message; its type 11 would call itself 4."""
    return [line.encode() for line in encode_dict({"msg_type": fields["type"], **fields}, **how)]


def recut(lines: Sequence[bytes], at: int, sequence: int = 4) -> list[bytes]:
    """The same message in two sentences, the first with `at` characters of its payload."""
    payload = b"".join(line.split(b",")[5] for line in lines).decode()
    fill = lines[-1].split(b",")[6][:1].decode()
    return [
        checksummed(f"AIVDM,2,1,{sequence},A,{payload[:at]},0"),
        checksummed(f"AIVDM,2,2,{sequence},A,{payload[at:]},{fill}"),
    ]


def frames(
    sentences: Sequence[bytes],
    times: Sequence[float] | float = T0,
    stations: Sequence[int] | int = 1,
    **columns: Any,
) -> Frames:
    n = len(sentences)
    return Frames.of(
        n,
        time_s=np.broadcast_to(np.asarray(times, np.float64), n),
        station=np.broadcast_to(np.asarray(stations, np.uint32), n),
        kind=np.full(n, Kind.NMEA, np.uint8),
        payload=Ragged.of_rows(list(sentences), np.uint8),
        **columns,
    )


def cut(batch: Frames, size: int) -> Iterator[Frames]:
    for start in range(0, len(batch), size):
        yield batch.take(np.arange(start, min(start + size, len(batch))))


def decoded(batches: Iterable[Frames]) -> tuple[Said, Rejects, AisDecoder]:
    """Everything that the batches say, what was refused, and the decoder when it had finished."""
    rejects = Rejects()
    decoder = AisDecoder(rejects)
    said = Said.concat([decoder.step(batch) for batch in batches])
    decoder.finish()
    return said, rejects, decoder


def counts(rejects: Rejects) -> dict[str, int]:
    return {reason: entry["count"] for reason, entry in rejects.by_reason().items()}


def read(path: Path, override: str | None = None, **options: Any) -> tuple[Frames, Rejects, StationNames]:
    """A recording's frames as one batch."""
    names, rejects = StationNames(), Rejects()
    with Input(str(path), override) as source:
        batches = [b for b in source.read(Reading(names, rejects, **options)) if isinstance(b, Frames)]
    return Frames.concat(batches), rejects, names


def lines_of(path: Path) -> list[bytes]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return data.splitlines()


@cache
def recorded(path: Path) -> Frames:
    """A recording's frames, read once for all tests that look at them."""
    return read(path)[0]


def sentences_of(path: Path) -> list[bytes]:
    return [line[line.index(b"!") :].strip() for line in lines_of(path) if b"!" in line]


@cache
def known(path: Path) -> list[Any]:
    """What pyais reads from a recording whose sentences all come from one station."""
    return by_pyais(sentences_of(path))


def by_pyais(sentences: Iterable[bytes]) -> list[Any]:
    """The message objects that pyais reads from sentences whose checksums hold."""
    return [message.decode() for message in IterMessages(sentences) if message.is_valid and message.payload]
