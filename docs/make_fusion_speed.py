"""Writes docs/fusion-speed.md and its plots from docs/fusion-speed.json, which the benchmark writes.

    ./run bench fusion -- --out docs/fusion-speed.json       measures, a few minutes on a quiet machine
    .venv/bin/python docs/make_fusion_speed.py               writes the page anew from the numbers that are there

The prose says nothing that is not in the numbers; a test holds page and plots to them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from headland.proving.scoring.plot import curve_svg

DOCS = Path(__file__).resolve().parent
MIB = 2**20
MEMORY_ASKED_MIB = 1024
LIVE_ASKED_MS = 100
ROWS_ASKED = {"engine": 500_000, "gaps": 5_000_000}
"""Rows a second that are asked of ours beside the ratio, by the first word of the work."""
PLOTS = {
    "entities": ("Cost of a live second by entities", "entities", "ms of processor time"),
    "reports": ("Cost of a live second by reports", "reports a second", "ms of processor time"),
    "hours": (
        "Cost of a report by history",
        "hours since the first report",
        "microseconds of processor time",
    ),
}
HEAD = """# How fast fusion is

Measured by `./run bench fusion -- --out docs/fusion-speed.json`; this page and its plots are written from the numbers by
`.venv/bin/python docs/make_fusion_speed.py`.

"""
MADE = """Made on {date} in {seconds} seconds, {machine}, with a load of {load[0]} at the end; Python {python}, {versions}.
"""
RACES = """
## Beside others

Each row is one run on one core. A ratio is the median of {turns}, each of two runs right after each other, so that whatever else
the machine did, it did to both; rates are medians of processor time, and tell of this machine. Nobody is timed before both sides
have been found to come to the same: what was compared stands in the last column. A peer that is too slow for all rows does its share
of them, and its rate is by the row.

"""
MATERIAL = """
**The rows** of the engine and of the gaps are recorded: {reports:,} reports of {entities:,} entities, the bundled recordings many times
over. A scene is the Solent as it was heard, 91 vessels for 85 minutes, one row a transmission with all stations that heard it; the next
is the same traffic under other numbers about another seaport, as far east and north of it as it was of Portsmouth Harbour, a second
later, with its own stations; every fiftieth has a flight as well, heard frame by frame. Rhythm, motion, and who is near whom are real; where
they are is not, and some sail on land. For the gaps the rows were shuffled.

**The engine** does everything that a replay does after decoding: order, tracks, coverage, stations' horizons, all patterns, flags. MovingPandas
finds stops (200 m, 20 minutes) and nothing else, polars sorts, takes distances and speeds and finds the runs of the slow, and nothing else.

**The filter** is the compiled predict and update of `fusion/filter.py` in a loop over {tracks:,} tracks, on a problem that is linear for
all: about the equator a degree of longitude is one of latitude.

**The coast** is measured from {places:,} places. shapely's tree holds the same sides on a conformal map of the same ellipsoid and divides by the
map's scale at the place, which is good to a decimetre or two within 3 nautical miles; `tests/geo` holds ours to a millimetre of a map
around each place. "As ships are" is near the shore, on average 4 km from it; "evenly" is all over the map.
"""
LIVE = """
## A live second

{entities:,} entities, half of them vessels and half aircraft, that make {reports:,} reports a second, all patterns looking. A step is a second
of input, every fifth ends a tick. Of {steps} steps half took at most {p50_ms:.1f} ms of processor time, 99 of 100 at most
**{p99_ms:.0f} ms** (asked: {asked} ms), the longest {longest_ms:.0f} ms; {mean_ms:.1f} ms on average, {share:.1f} % of a core.
"""
GROWTH = """
## How cost grows

{lines}

![Cost of a live second by entities](fusion-speed-entities.svg)

![Cost of a live second by reports](fusion-speed-reports.svg)

![Cost of a report by history](fusion-speed-hours.svg)
"""
MEMORY = """
## Memory

A process of its own that follows {entities:,} live entities holds {heard:,.0f} MiB, interpreter and libraries included, when each has been
heard a few times, and {full:,.0f} MiB when the history of each is full (asked: {asked:,} MiB). It is the proportional set size as the kernel
counts it; the resident set is {heard_rss:,.0f} and {full_rss:,.0f} MiB.
"""


def page(data: Mapping[str, Any]) -> str:
    """The whole page."""
    size, made, memory = data["size"], data["made"], data["memory"]
    mib = {
        name.removesuffix("_bytes"): size / MIB for name, size in memory.items() if name.endswith("_bytes")
    }
    parts = [
        HEAD,
        MADE.format(**made | {"versions": ", ".join(" ".join(each) for each in made["versions"].items())}),
        RACES.format(turns="one pair" if made["turns"] == 1 else f"{made['turns']} pairs"),
        "\n".join(_races(data["races"])),
        "\n",
        MATERIAL.format(**size),
        LIVE.format(**data["live"], asked=LIVE_ASKED_MS, share=data["live"]["mean_ms"] / 10.0),
        GROWTH.format(lines="\n".join(_growth(data))),
        MEMORY.format(
            entities=memory["entities"],
            heard=mib["heard_pss"],
            full=mib["full_pss"],
            heard_rss=mib["heard_rss"],
            full_rss=mib["full_rss"],
            asked=MEMORY_ASKED_MIB,
        ),
    ]
    return "".join(parts)


def plots(data: Mapping[str, Any]) -> dict[str, str]:
    """Each plot by the name of its file."""
    return {
        f"fusion-speed-{by}.svg": curve_svg(title, [(x, y) for x, y in data["growth"][by]], across, up)
        for by, (title, across, up) in PLOTS.items()
    }


def _races(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "| work | rows | Headland, rows/s | peer | its share | its rows/s | ratio | asked | the same in both |"
    yield "|---|--:|--:|---|--:|--:|--:|--:|---|"
    for row in rows:
        wanted = ROWS_ASKED.get(str(row["work"]).split(":")[0].split()[0])
        asked = f"{row['at least']:g}" + (f"; {wanted:,} rows/s" if wanted else "")
        yield (
            f"| {row['work']} | {row['rows']:,} | {row['ours/s']:,} | {row['peer']} | {row[_SHARE]:,} | {row['peer/s']:,} "
            f"| **{row['ratio']:,.2f}** | {asked} | {row['the same']} |"
        )


_SHARE = "peer's share"


def _growth(data: Mapping[str, Any]) -> Iterator[str]:
    """A row a point, of all three curves."""
    count, reports, _ = data["size"]["growth"]
    yield f"| {reports:,} reports a second of so many entities | " + _cells(data["growth"]["entities"], 0)
    yield "|---|" + "--:|" * len(data["growth"]["entities"])
    yield "| ms of processor time for a second | " + _cells(data["growth"]["entities"], 1)
    yield ""
    yield f"| so many reports a second of {count:,} entities | " + _cells(data["growth"]["reports"], 0)
    yield "|---|" + "--:|" * len(data["growth"]["reports"])
    yield "| ms of processor time for a second | " + _cells(data["growth"]["reports"], 1)
    yield ""
    yield f"| hours of recorded traffic of {data['size']['among']:,} entities and more | " + _cells(
        data["growth"]["hours"], 0
    )
    yield "|---|" + "--:|" * len(data["growth"]["hours"])
    yield "| microseconds of processor time for a report | " + _cells(data["growth"]["hours"], 1)
    yield ""
    yield " ".join(_told(data["growth"]))


def _told(grown: Mapping[str, Sequence[Sequence[float]]]) -> Iterator[str]:
    """How many times as much the last point of each curve costs as the first."""
    times = {by: (points[-1][0] / points[0][0], points[-1][1] / points[0][1]) for by, points in grown.items()}
    yield "{:.0f} times as many entities cost {:.1f} times as much,".format(*times["entities"])
    yield "{:.0f} times as many reports {:.1f} times.".format(*times["reports"])
    yield f"After {grown['hours'][-1][0]:.0f} hours a report costs {times['hours'][1]:.1f} times what it cost in the first."


def _cells(points: Sequence[Sequence[float]], at: int) -> str:
    return (
        " | ".join(f"{point[at]:,.0f}" if point[at] >= 100 else f"{point[at]:.3g}" for point in points) + " |"
    )


def main() -> None:
    """Write everything anew."""
    data = json.loads((DOCS / "fusion-speed.json").read_text(encoding="utf-8"))
    (DOCS / "fusion-speed.md").write_text(page(data), encoding="utf-8")
    for name, svg in plots(data).items():
        (DOCS / name).write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
