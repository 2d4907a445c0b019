"""Every extended squitter of the bundled flight, field by field, against rs1090 run here.

rs1090 names the source of a vertical rate the wrong way round and rounds
selected altitudes; those are not asked. Positions are held in
`test_modes_recordings.py`, for rs1090 keeps no CPR state between calls.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rs1090

from feeds.format import Reading
from feeds.inputs import Input
from feeds.modes.decoder import ModesDecoder
from feeds.modes.messages import ModesMessages
from feeds.rejects import Rejects
from feeds.reports import subject
from geo.stations import StationNames
from hardware.frames import Frames

FLIGHT = Path(__file__).parents[2] / "headland" / "recordings" / "baw3ak" / "tutorial.jsonl.gz"


@pytest.fixture(scope="module")
def squitters() -> tuple[ModesMessages, list[dict[str, Any]]]:
    frames = Frames.concat(list(Input(str(FLIGHT)).read(Reading(StationNames(), Rejects()))))
    ours = ModesDecoder(Rejects()).decode(frames)
    df17 = frames.payload.values[frames.payload.offsets[:-1]] >> 3 == 17
    theirs = [rs1090.decode(bytes(frames.payload.row(i)).hex()) for i in np.flatnonzero(df17)]
    ours = ours.take(ours.df == 17)
    assert len(ours) == len(theirs) > 30_000
    return ours, theirs


def said(theirs: list[dict[str, Any]], key: str) -> np.ndarray:
    return np.array([np.nan if each.get(key) is None else each[key] for each in theirs], np.float64)


@pytest.mark.parametrize(
    ("ours_name", "key", "bds", "within"),
    [
        ("alt_ft", "altitude", "05", 0),
        ("groundspeed_kt", "groundspeed", "09", 1e-3),
        ("track_deg", "track", "09", 1e-3),
        ("vertical_rate_fpm", "vertical_rate", "09", 0),
        ("geo_minus_baro_ft", "geo_minus_baro", "09", 0),
        ("nuc_p", "NUCp", "05", 0),
    ],
)
def test_numbers_are_those_of_rs1090(squitters, ours_name, key, bds, within) -> None:
    messages, theirs = squitters
    asked = np.array([each["bds"] == bds for each in theirs])
    expected, got = said(theirs, key)[asked], np.asarray(getattr(messages, ours_name), np.float64)[asked]

    assert np.isfinite(expected).sum() > 5000
    np.testing.assert_allclose(got, expected, rtol=0, atol=within, equal_nan=True)


def test_call_signs_and_addresses_are_those_of_rs1090(squitters) -> None:
    messages, theirs = squitters
    named = [i for i, each in enumerate(theirs) if each["bds"] == "08"]

    assert len(named) > 500
    assert [messages.callsign[i] for i in named] == [theirs[i]["callsign"] for i in named]
    assert [subject(entity) for entity in messages.entity.tolist()] == [
        f"icao24:{each['icao24']}" for each in theirs
    ]
