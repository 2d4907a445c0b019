# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy", "pyarrow", "pyunlocode==0.1.0", "scipy", "searoute==1.6.0", "shapely>=2.1"]
# ///
"""Derive `ports.csv` anew: the seaports of the covered countries by UN/LOCODE, with the best position a package has.

    uv run geo/data/ports/derive.py [--check]

A place is a port where UN/LOCODE 2023-1 (PyPI pyunlocode) says function 1. Its position
is searoute's (PyPI, half within 0.5 km) where that does not contradict UN/LOCODE's whole
minutes, else UN/LOCODE's, else that of npm sea-ports. Places over 3 km from the
coast are inland addresses, and are left out. `src` says whose position it is.
"""

from __future__ import annotations

import csv
import importlib.metadata
import json
import re
import sys
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[2])]

from shipped import npm_package, run  # noqa: E402  stands once, beside the data folders

from geo.coast import coast  # noqa: E402  the project is not installed where this script runs
from geo.sphere import distance_m  # noqa: E402

COUNTRIES = {"GB", "IE", "IM", "JE", "GG"}
INLAND_M, CONTRADICTS_M = 3000.0, 5000.0
Places = dict[str, tuple[float, float]]


def package_file(package: str, path: str) -> bytes:
    """A data file of an installed package."""
    return Path(str(importlib.metadata.distribution(package).locate_file(path))).read_bytes()


def minutes(text: str) -> tuple[float, float] | None:
    """Degrees of UN/LOCODE's `5249N 00430W`."""
    found = re.fullmatch(r"(\d{2})(\d{2})([NS]) (\d{3})(\d{2})([EW])", text)
    if not found:
        return None
    lat, lat_min, ns, lon, lon_min, ew = found.groups()
    return (
        (int(lat) + int(lat_min) / 60) * (1 if ns == "N" else -1),
        (int(lon) + int(lon_min) / 60) * (1 if ew == "E" else -1),
    )


def unlocode() -> tuple[dict[str, str], Places]:
    """Name of every port by code, and the position of those that have one."""
    names, places = {}, {}
    for part in (1, 2, 3):
        raw = package_file("pyunlocode", f"pyunlocode/csv/2023-1 UNLOCODE CodeListPart{part}.csv")
        for row in csv.reader(raw.decode("latin-1").splitlines()):
            if row[1] in COUNTRIES and row[2] and row[6].startswith("1"):
                names[row[1] + row[2]] = row[3]
                if place := minutes(row[10]):
                    places[row[1] + row[2]] = place
    return names, places


def searoute() -> Places:
    """Position by code."""
    features = json.loads(package_file("searoute", "searoute/data/ports.geojson"))["features"]
    return {f["properties"]["port"]: tuple(f["geometry"]["coordinates"][::-1]) for f in features}


def sea_ports() -> Places:
    """Position by code."""
    with tempfile.TemporaryDirectory() as name:
        ports = json.loads((npm_package("sea-ports@0.0.9", Path(name)) / "lib" / "ports.json").read_text())
    return {code: tuple(port["coordinates"][::-1]) for code, port in ports.items() if "coordinates" in port}


def agree(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether two positions may be of one place."""
    return float(distance_m(*np.array(one), *np.array(other))) < CONTRADICTS_M


def derive(out: Path) -> None:
    """Write the table into `out`."""
    names, official = unlocode()
    exact, rough = searoute(), sea_ports()
    rows = []
    for code, name in sorted(names.items()):
        if code in exact and (code not in official or agree(exact[code], official[code])):
            rows.append((code, name, *exact[code], "searoute"))
        elif code in official:
            rows.append((code, name, *official[code], "unlocode"))
        elif code in rough:
            rows.append((code, name, *rough[code], "sea-ports"))
    shore_m = coast().distance_m(np.array([r[2] for r in rows]), np.array([r[3] for r in rows]))
    with (out / "ports.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["code", "name", "lat", "lon", "src"])
        for (code, name, lat, lon, src), metres in zip(rows, shore_m, strict=True):
            if metres < INLAND_M:
                table.writerow([code, name, f"{lat:.5f}", f"{lon:.5f}", src])


if __name__ == "__main__":
    sys.exit(run(derive, HERE))
