"""Real subjects under other names, and real flags under digests that lead nobody to them.

A label is a keyed hash of the subject whose key is the recording's own bytes.
It is the same each time, and whoever holds the recording can say who is meant;
whoever does not cannot find out by trying every MMSI, as with a plain hash or
a published salt. Places are told to a tenth of a degree, times from the
beginning of the recording.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from headland.proving.scoring.reading import unix_s
from headland.proving.scoring.trials import VESSEL

HOUR_S, MINUTE_S = 3600.0, 60.0
PLACE_DIGITS = 1


def key_of(paths: Iterable[Path]) -> bytes:
    """The key of a recording: a hash of its bytes that is published nowhere.

    Raises:
        OSError: a file cannot be read.
    """
    digest = hashlib.blake2b(person=b"headland-label")
    for path in paths:
        digest.update(path.read_bytes())
    return digest.digest()


def label(key: bytes, subject: str) -> str:
    """A stable name for a subject of a recording: `vessel 3fa9c1`."""
    sort = "vessel" if subject.startswith(VESSEL) else "aircraft"
    return f"{sort} {_hash(key, subject)[:6]}"


def digest_of(key: bytes, properties: Mapping[str, Any]) -> str:
    """Names a flag by kind, subjects and the hour it began in, so that a small change of a pattern keeps its name."""
    hour = int(unix_s(properties["start"]) // HOUR_S)
    return _hash(key, "|".join([properties["kind"], *sorted(properties["subjects"]), str(hour)]))[:12]


def nameless(key: bytes, features: Sequence[Mapping[str, Any]], begin_s: float) -> list[dict[str, Any]]:
    """Flags as they may be published, in order of time.

    Args:
        key: of the recording.
        features: of its `flags.geojson`.
        begin_s: of the recording, Unix seconds.
    """
    told = [_nameless(key, each["properties"], each["geometry"], begin_s) for each in features]
    return sorted(told, key=lambda each: (each["after_min"], each["kind"], each["digest"]))


def _nameless(
    key: bytes, properties: Mapping[str, Any], geometry: Mapping[str, Any], begin_s: float
) -> dict[str, Any]:
    lon, lat = geometry["coordinates"][:2]
    summary = str(properties["summary"])
    for subject in properties["subjects"]:
        number = re.escape(subject.partition(":")[2].lstrip("~"))
        summary = re.sub(number, label(key, subject), summary, flags=re.IGNORECASE)
    return {
        "digest": digest_of(key, properties),
        "kind": properties["kind"],
        "who": [label(key, subject) for subject in properties["subjects"]],
        "after_min": round((unix_s(properties["raised"]) - begin_s) / MINUTE_S),
        "lat": round(lat, PLACE_DIGITS),
        "lon": round(lon, PLACE_DIGITS),
        "score": properties["score"],
        "state": properties["state"],
        "summary": summary,
    }


def _hash(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
