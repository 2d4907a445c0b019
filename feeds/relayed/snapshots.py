"""What an `aircraft.json`, or one object of it that bears its own time, says.

In: one parsed object. Out: its aircraft, added one at a time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from feeds.relayed.aircraft import Told, UnfitError, number
from feeds.relayed.sightings import Sightings

SNAPSHOT_CHARACTERS = 16 << 20
"""Largest snapshot: some 30,000 aircraft, more than fly at once."""
MILLISECONDS_FROM = 1e11
LISTS = ("aircraft", "ac")
NO_AIRCRAFT = "names no aircraft"


def take(told: Told, sightings: Sightings, start_s: float = math.nan) -> Iterator[None]:
    """Add the aircraft of one object to `sightings`; gives way after each, so that a batch can be taken.

    Args:
        told: a snapshot, or one aircraft.
        sightings: takes the aircraft.
        start_s: when an object was written that does not say; NaN where nobody knows.
    """
    try:
        now_s = number(told, "now")
    except UnfitError as error:
        sightings.refuse(str(error), told)
        return
    silent = math.isnan(now_s)
    now_s = start_s if silent else now_s / 1000.0 if now_s >= MILLISECONDS_FROM else now_s
    listed = next((told[name] for name in LISTS if isinstance(told.get(name), list)), None)
    if listed is None:
        sightings.add(told, now_s, time_guessed=silent)
        yield
        return
    for each in listed:
        if isinstance(each, dict):
            sightings.add(each, now_s, ages_needed=True, time_guessed=silent)
            yield
        else:
            sightings.refuse(NO_AIRCRAFT, each)
