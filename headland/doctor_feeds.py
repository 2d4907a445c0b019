"""What of the feeds `headland doctor` looks at: the formats there are, and the foreign topics of the settings."""

from __future__ import annotations

from collections.abc import Iterator

from feeds.format import formats
from feeds.intake import STATION
from feeds.parameters import foreign_of
from feeds.topics import is_filter
from headland.settings import Settings
from headland.verdicts import Check, Verdict


def inputs() -> Iterator[Check]:
    """The formats that recorded input may have; guests included."""
    try:
        names = list(formats())
    except (ImportError, AttributeError) as error:
        remedy = "a package that adds a format is broken: remove it, or install it anew"
        yield Check("formats", Verdict.MISSING, str(error), remedy)
        return
    yield Check("formats", Verdict.OK, f"{len(names)}: {', '.join(names)}")


def topics(settings: Settings) -> Iterator[Check]:
    """Each foreign topic: whose it is, and whether a broker would take it."""
    for topic, told in settings.feeds.topics.items():
        name, foreign = f"topic {topic}", foreign_of(told)
        if not is_filter(topic):
            remedy = "`+` stands for a whole level, `#` for all levels from the last on"
            yield Check(name, Verdict.MISSING, "no filter that MQTT knows", remedy)
        elif not STATION.fullmatch(foreign.station):
            remedy = "a station's id is 3 to 32 of a to z, 0 to 9 and hyphens"
            yield Check(name, Verdict.MISSING, f"{foreign.station!r} is no station", remedy)
        else:
            yield Check(name, Verdict.OK, f"{foreign.format} of {foreign.station}")
