"""Whose water or land it is, and how a member of the public tells them.

In: flags (where) and the lookup of `geo.forces`. Out: names of police forces,
and the sentences an alert carries so that nobody has to know by heart whom to
call. Two forces stand near a border, none outside every area.

Numbers: 999 (112 too in Ireland), 101 and Crimestoppers are the published
national numbers; Project Kraken (vessels) and Project Pegasus (light
aircraft) are the words by which a call taker knows what the call is about.
The Isle of Man and the Channel Islands are outside 101; no number of theirs
is printed here, for a wrong one costs more than a look in their directory.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from feeds.reports import Domain, domains
from fusion.flags import Flag
from geo.batch import Floats

ForcesOf: TypeAlias = Callable[[Floats, Floats], Sequence[tuple[str, ...]]]
"""`(lat_deg, lon_deg) -> names`, one tuple a place. Shapes: (n,) x2 -> n tuples."""

IRELAND = "An Garda Síochána"
OWN_NUMBER = (
    "Isle of Man Constabulary",
    "Guernsey Police",
    "States of Jersey Police",
)
"""Forces of the Common Travel Area that 101 does not reach."""


def forces_of(flags: Sequence[Flag], forces: ForcesOf) -> list[tuple[str, ...]]:
    """The forces of each flag's place, all looked up in one call."""
    if not flags:
        return []
    places = np.array([(flag.lat_deg, flag.lon_deg) for flag in flags], np.float64)
    return [tuple(names) for names in forces(places[:, 0], places[:, 1])]


def how_to_report(flag: Flag, forces: Sequence[str]) -> tuple[str, ...]:
    """What to do with what one saw, most urgent first; one sentence each.

    Args:
        flag: tells whether it is about vessels or aircraft.
        forces: names as `geo.forces` gives them.
    """
    told = [_emergency(forces), *(_otherwise(force, _projects(flag)) for force in forces)]
    if not forces:
        told.append("Otherwise: call the police of the nearest coast; in the United Kingdom that is 101.")
    if IRELAND in forces:
        told.append("To stay anonymous in Ireland: Garda Confidential Line, 1800 666 111.")
    if tuple(forces) != (IRELAND,):
        told.append("To stay anonymous: Crimestoppers, 0800 555 111.")
    return tuple(told)


def _emergency(forces: Sequence[str]) -> str:
    number = "999 or 112" if IRELAND in forces else "999"
    return (
        f"In immediate danger, or with a crime under way: call {number} and ask for the police, "
        "or for the Coastguard where life is at risk at sea (VHF channel 16 afloat)."
    )


def _otherwise(force: str, projects: str) -> str:
    if force == IRELAND:
        return f"Otherwise: call the nearest station of {force}."
    if force in OWN_NUMBER:
        return f"Otherwise: call {force} on the number it publishes for calls that are no emergency."
    return f"Otherwise: call {force} on 101 and quote {projects}."


def _projects(flag: Flag) -> str:
    """The schemes a call taker knows: by the subjects, or both where it is about an area."""
    kinds = domains(np.array(flag.subjects, np.uint64))
    vessel, aircraft = bool((kinds == Domain.AIS).any()), bool((kinds != Domain.AIS).any())
    if vessel == aircraft:
        return "Project Kraken (vessels) or Project Pegasus (aircraft)"
    return "Project Kraken" if vessel else "Project Pegasus"


def slug(force: str) -> str:
    """A force's name as a level of a topic: ASCII, lower case, hyphens; different forces differ.

    >>> slug("An Garda Síochána")
    'an-garda-siochana'
    """
    plain = unicodedata.normalize("NFKD", force).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
