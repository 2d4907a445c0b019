# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy", "pyarrow"]
# ///
"""Derive `undulation.npz` anew: the EGM96 geoid's 15-minute grid in Debian's proj-data, cut to the British Isles.

    uv run geo/data/egm96/derive.py [--check]

A .gtx file is big-endian: south, west, latitude step, longitude step (f8), rows,
columns (i4), then metres (f4) from the south-west corner, row by row to the north.
"""

from __future__ import annotations

import struct
import sys
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from shipped import debian_package, run  # noqa: E402  stands once, beside the data folders

NORTH_DEG, SOUTH_DEG, WEST_DEG, EAST_DEG = 62.0, 48.0, -15.0, 4.0


def derive(out: Path) -> None:
    """Write the grid into `out`."""
    with tempfile.TemporaryDirectory() as name:
        raw = (debian_package("proj-data", Path(name)) / "usr/share/proj/egm96_15.gtx").read_bytes()
    south, west, step, _, rows, columns = struct.unpack(">ddddii", raw[:40])
    metres = np.frombuffer(raw, ">f4", offset=40).reshape(rows, columns)
    first, last = round((SOUTH_DEG - south) / step), round((NORTH_DEG - south) / step)
    left, right = round((WEST_DEG - west) / step), round((EAST_DEG - west) / step)
    values = metres[first : last + 1, left : right + 1][::-1].astype("<f4")
    np.savez_compressed(
        out / "undulation.npz",
        values=values,
        scale=1.0,
        offset=0.0,
        north_deg=NORTH_DEG,
        west_deg=WEST_DEG,
        step_deg=step,
    )


if __name__ == "__main__":
    sys.exit(run(derive, HERE))
