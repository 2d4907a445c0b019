"""Topics of MQTT and the filters that stand for many of them.

    ais/+/1             `+` is any one level
    a1b2c3d4e5f67890/#  `#`, at the end, is any number of levels

Source: MQTT 3.1.1, 4.7 (topic names and topic filters).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Told = TypeVar("Told")


def matching(filters: Mapping[str, Told], topic: str) -> Told | None:
    """What is told of a topic: by its own name, else by the first filter that stands for it.

    >>> matching({"ais/+/1": "harbour", "bee/#": "field"}, "bee/adsb/400ABC/raw")
    'field'
    >>> matching({"ais/+/1": "harbour"}, "ais/235012345/5") is None
    True
    """
    known = filters.get(topic)
    if known is not None:
        return known
    levels = topic.split("/")
    return next((told for each, told in filters.items() if stands_for(each, levels)), None)


def stands_for(topic_filter: str, levels: list[str]) -> bool:
    """Whether a filter stands for the topic of these levels."""
    wanted = topic_filter.split("/")
    # What a broker says of itself ($SYS) is meant by no filter that begins with a wildcard.
    if levels[0].startswith("$") and wanted[0] in {"+", "#"}:
        return False
    if wanted[-1] == "#":
        wanted, levels = wanted[:-1], levels[: len(wanted) - 1]
    return len(wanted) == len(levels) and all(
        want in {"+", level} for want, level in zip(wanted, levels, strict=True)
    )


def is_filter(text: str) -> bool:
    """Whether a broker would take it for a topic filter.

    >>> [is_filter(each) for each in ("ais/+/#", "ais/#/1", "ais/x+", "")]
    [True, False, False, False]
    """
    levels = text.split("/")
    sound = all(level == "+" or not {"+", "#"} & set(level) for level in levels[:-1])
    last = levels[-1]
    return bool(text) and sound and (last in {"+", "#"} or not {"+", "#"} & set(last))
