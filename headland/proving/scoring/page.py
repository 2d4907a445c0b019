"""The page of measured quality: `docs/quality.json` and the judgements in, Markdown and plots out.

Everything on the page follows from the two files, so that page and numbers
cannot part; a test writes the page anew and compares.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields
from html import escape
from typing import Any

from headland.proving.scoring.intervals import Estimate
from headland.proving.scoring.plot import bars_svg, reliability_svg
from headland.proving.scoring.prose import (
    BESIDE,
    FALSE,
    FOUND,
    HEAD,
    HOW,
    PLANTED,
    PLOTS,
    REAL,
    SCORES,
    WORLDS,
)
from headland.proving.scoring.rules import Rules
from headland.proving.scoring.scores import TOGETHER
from headland.proving.scoring.table import (
    NOTHING,
    Sheet,
    calibration_sheet,
    false_sheet,
    found_sheet,
    minutes,
    number,
    percent,
    plain,
    reliability_sheet,
    why_sheet,
)

Data = Mapping[str, Any]
Judgements = Mapping[str, Mapping[str, str]]
VERDICTS = {
    "right": "it is what the flag says",
    "understandable": "it looks so, and has an ordinary reason that no receiver hears",
    "wrong": "it does not look so, or the reason could have been known",
    "open": "nobody can tell from the recording",
}
"""What a judgement may say of a flag on a real recording."""
HERE = "Headland"


def page(data: Data, judgements: Judgements) -> str:
    """The whole page."""
    kinds = data["score"]["kinds"]
    parts = [
        HEAD.format(**_made(data)),
        WORLDS.format(worlds=_worlds_sheet(data).as_markdown()),
        FOUND.format(table=found_sheet(kinds).as_markdown(), verdicts=verdicts(data)),
        FALSE.format(table=false_sheet(kinds).as_markdown(), why=why_sheet(kinds).as_markdown()),
        SCORES.format(
            table=calibration_sheet(kinds).as_markdown(),
            bins=reliability_sheet(kinds[TOGETHER]).as_markdown(),
        ),
        BESIDE.format(table=_beside_sheet(data).as_markdown()),
        PLANTED.format(table=_injected(data)),
        REAL.format(
            recordings=_recordings_sheet(data, judgements).as_markdown(),
            flags=_real_flags(data, judgements),
            verdicts="\n".join(f"* **{name}**: {what}" for name, what in VERDICTS.items()),
        ),
        HOW.format(rules=_rules_sheet(data).as_markdown()),
    ]
    return "\n".join(parts)


def plots(data: Data) -> dict[str, str]:
    """The plots of the page by name of file."""
    kinds = data["score"]["kinds"]
    textbook = {kind: dict(_beside(data, kind)) for kind in kinds if kind != TOGETHER}
    found = {
        kind: {HERE: Estimate.of_json(kinds[kind]["recall"])}
        | {name: Estimate.of_json(each["recall"]) for name, each in others.items()}
        for kind, others in textbook.items()
    }
    right = {
        kind: {HERE: Estimate.of_json(kinds[kind]["precision"])}
        | {name: Estimate.of_json(each["precision"]) for name, each in others.items()}
        for kind, others in textbook.items()
    }
    drawn = (
        reliability_svg({kind: each["calibration"]["bins"] for kind, each in kinds.items()}),
        bars_svg("Recall: share of what was planted that was found", found),
        bars_svg("Precision: share of flags that were right", right),
    )
    return dict(zip(PLOTS, drawn, strict=True))


def verdicts(data: Data) -> str:
    """A sentence on each pattern, from its numbers alone."""
    return "\n".join(
        f"* `{kind}`: {_verdict(each, known=kind in data['made']['patterns'])}"
        for kind, each in data["score"]["kinds"].items()
        if kind != TOGETHER
    )


def _verdict(each: Data, *, known: bool) -> str:
    if not each["planted"]:
        return "none was planted."
    if not known:
        return f"{each['planted']} planted; there was no pattern that looks for it."
    found = f"{each['found']} of {each['planted']} found"
    if not each["issued"]:
        return f"{found}; it raised no flag at all."
    right = each["issued"] - each["false"]
    repeats = f", {each['repeats']} of them repeats" if each["repeats"] else ""
    return f"{found}; {right} of its {each['issued']} flags right, {each['false']} false{repeats}."


def _made(data: Data) -> dict[str, Any]:
    made = data["made"]
    return {
        "date": made["date"],
        "worlds": data["score"]["worlds"],
        "scenarios": len({each["scenario"] for each in data["worlds"]}),
        "seeds": ", ".join(map(str, sorted({each["seed"] for each in data["worlds"]}))),
        "hours": f"{data['score']['followed']['watch_h']:.0f}",
        "vessel_h": f"{data['score']['followed']['vessel_h']:.0f}",
        "flight_h": f"{data['score']['followed']['flight_h']:.0f}",
        "versions": ", ".join(f"{name} {number}" for name, number in made["versions"].items()),
        "patterns": ", ".join(f"`{name}` {number}" for name, number in made["patterns"].items()),
        "seconds": f"{made['seconds']:.0f}",
        "cpu_seconds": f"{made['cpu_seconds']:.0f}",
        "processes": made["processes"],
        "stages": ", ".join(f"{name} {seconds:.0f}" for name, seconds in made["stages"].items()),
    }


SHORT = ("planted", "found", "recall", "flags", "precision", "false per day of watch")


def _worlds_sheet(data: Data) -> Sheet:
    rows = tuple(
        (name, str(each["worlds"]), *_short(each["all"])) for name, each in sorted(data["scenarios"].items())
    )
    return Sheet("", ("scenario", "worlds", *SHORT), rows)


def _short(each: Data) -> tuple[str, ...]:
    return (
        str(each["planted"]),
        str(each["found"]),
        percent(each["recall"]),
        str(each["issued"]),
        percent(each["precision"]),
        number(each["per_day"], 1),
    )


def _beside(data: Data, kind: str) -> list[tuple[str, Data]]:
    """The textbook rules that stand beside a pattern."""
    pairs = ((name.partition(": "), each) for name, each in data["textbook"].items())
    return [(name, each) for (of, _, name), each in pairs if of == kind]


def _beside_sheet(data: Data) -> Sheet:
    rows: list[tuple[str, ...]] = []
    for kind, ours in data["score"]["kinds"].items():
        others = _beside(data, kind)
        if others:
            rows += [(kind, name, *_beside_row(each)) for name, each in [(HERE, ours), *others]]
    head = (
        "pattern",
        "rule",
        "found",
        "recall",
        "precision",
        "per 100 vessel-h",
        "per 100 flight-h",
        "delay, median min",
    )
    return Sheet("", head, tuple(rows), words=2)


def _beside_row(each: Data) -> tuple[str, ...]:
    return (
        f"{each['found']} of {each['planted']}",
        percent(each["recall"]),
        percent(each["precision"]),
        number(each["per_100_vessel_h"]),
        number(each["per_100_flight_h"]),
        minutes(each["delay_s"]["median"]),
    )


def _injected(data: Data) -> str:
    if not data["injected"]:
        return "None was run."
    rows = tuple(
        (each["what"], plain(each["hours"], 1), *_short(each["all"]), str(len(each["left_out"])))
        for each in data["injected"]
    )
    return Sheet("", ("recording", "hours", *SHORT, "left out"), rows).as_markdown()


def _recordings_sheet(data: Data, judgements: Judgements) -> Sheet:
    rows = []
    for each in data["recordings"]:
        counts = Counter(judgements.get(flag["digest"], {}).get("verdict", "") for flag in each["flags"])
        told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict])
        unjudged = f"{counts['']} not judged" if counts[""] else ""
        hours = (plain(each["followed"][name], 1) for name in ("watch_h", "vessel_h", "flight_h"))
        flags = str(len(each["flags"]))
        rows.append((each["what"], *hours, flags, ", ".join(filter(None, (told, unjudged))) or NOTHING))
    head = ("recording", "hours", "vessel-hours", "flight-hours", "flags", "judged")
    return Sheet("", head, tuple(rows))


def _real_flags(data: Data, judgements: Judgements) -> str:
    shown = [(each["what"], flag) for each in data["recordings"] for flag in each["flags"]]
    return (
        "\n\n".join(_real_flag(what, flag, judgements.get(flag["digest"])) for what, flag in shown) or "None."
    )


def _real_flag(what: str, flag: Data, judged: Mapping[str, str] | None) -> str:
    who = " and ".join(flag["who"]) or "an area"
    place = f"{flag['lat']:.1f}, {flag['lon']:.1f}"
    head = (
        f"**`{flag['digest']}`** {flag['kind']}, {who}, {flag['after_min']} min into *{what}*, near {place}, "
        f"score {flag['score']:.2f}, {flag['state']}"
    )
    said = f"> {escape(flag['summary'], quote=False)}"
    told = (
        f"Judged **{judged['verdict']}**: {judged['likely']}. {judged['why']}"
        if judged
        else "Not judged yet."
    )
    return f"{head}\n\n{said}\n\n{told}"


def _rules_sheet(data: Data) -> Sheet:
    rows = tuple(
        (
            f"`{each.name}`",
            f"{data['score']['rules'][each.name]:g} {each.metadata['unit']}".rstrip(),
            each.metadata["why"],
        )
        for each in fields(Rules)
    )
    return Sheet("", ("rule", "value", "why"), rows, words=3)


def unknown_verdicts(judgements: Judgements) -> Sequence[str]:
    """Judgements that do not say what they must; empty where all is well."""
    wanted = {"verdict", "likely", "why"}
    return [
        digest
        for digest, each in judgements.items()
        if set(each) != wanted or each["verdict"] not in VERDICTS or not all(each.values())
    ]
