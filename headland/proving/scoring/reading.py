"""A trial from files: the `flags.geojson` of a replay, its `tracks.parquet`, and a `truth.json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from headland.errors import GivenFileError
from headland.proving.scoring.followed import followed_in
from headland.proving.scoring.rules import Rules
from headland.proving.scoring.trials import Claim, Followed, Planted, Trial

FLAGS, TRACKS = "flags.geojson", "tracks.parquet"


def read_trial(flags: Path, truth: Path, rules: Rules, followed: Followed | None = None) -> Trial:
    """One world from its files.

    Args:
        flags: the folder of a replay, or its `flags.geojson`.
        truth: a `truth.json`.
        rules: say what counts as followed.
        followed: hours by somebody else's word; else they are taken from the `tracks.parquet` beside the flags.

    Raises:
        GivenFileError: a file is not what it should be, or there are no tracks and no word.
        OSError: a file cannot be read.
    """
    path = flags / FLAGS if flags.is_dir() else flags
    if followed is None:
        followed = _followed(path.with_name(TRACKS), rules)
    with _blaming(path, "the flags of a replay"):
        claims = claims_of(orjson.loads(path.read_bytes()))
    with _blaming(truth, "a truth"):
        document = orjson.loads(truth.read_bytes())
        planted, quiet = planted_of(document["alarm"]), quiet_of(document["quiet"])
    return Trial(claims=claims, planted=planted, quiet=quiet, followed=followed)


def claims_of(collection: Mapping[str, Any]) -> tuple[Claim, ...]:
    """The flags of a FeatureCollection.

    Raises:
        KeyError, TypeError, ValueError: it is no such collection.
    """
    return tuple(_claim(feature["properties"], feature["geometry"]) for feature in collection["features"])


def planted_of(alarm: Sequence[Mapping[str, Any]]) -> tuple[Planted, ...]:
    """The list `alarm` of a truth.

    Raises:
        KeyError, TypeError, ValueError: it is no such list.
    """
    return tuple(
        Planted(
            kind=str(each["kind"]),
            subjects=tuple(sorted(set(map(str, each["subjects"])))),
            start_s=unix_s(each["start"]),
            end_s=unix_s(each["end"]),
            lat_deg=float(each["lat"]),
            lon_deg=float(each["lon"]),
            note=str(each.get("note", "")),
        )
        for each in alarm
    )


def quiet_of(quiet: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The list `quiet` of a truth: subject and note.

    Raises:
        KeyError, TypeError: it is no such list.
    """
    return {str(subject): str(each.get("note", "")) for each in quiet for subject in each["subjects"]}


def unix_s(text: str) -> float:
    """A moment of the contract as Unix seconds.

    >>> unix_s("2016-01-12T13:02:11.218Z")
    1452603731.218

    Raises:
        ValueError: no ISO 8601 time with its zone.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no zone")
    return moment.timestamp()


def _claim(properties: Mapping[str, Any], geometry: Mapping[str, Any]) -> Claim:
    lon, lat = geometry["coordinates"][:2]
    return Claim(
        id=str(properties["id"]),
        kind=str(properties["kind"]),
        subjects=tuple(sorted(map(str, properties["subjects"]))),
        start_s=unix_s(properties["start"]),
        raised_s=unix_s(properties["raised"]),
        lat_deg=float(lat),
        lon_deg=float(lon),
        score=float(properties["score"]),
        withdrawn=properties["state"] == "withdrawn",
    )


def _followed(path: Path, rules: Rules) -> Followed:
    if not path.is_file():
        raise GivenFileError(
            f"{path}: not there, so nobody knows how long everybody was followed; "
            "give --vessel-hours, --flight-hours and --watch-hours"
        )
    try:
        return followed_in(path, rules)
    except ValueError as error:
        raise GivenFileError(str(error)) from error


@contextmanager
def _blaming(path: Path, what: str) -> Iterator[None]:
    """What goes wrong in a file is told with its name."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise GivenFileError(f"{path}: not {what}: {type(error).__name__} {error}") from error
