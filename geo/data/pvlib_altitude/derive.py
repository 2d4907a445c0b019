# /// script
# requires-python = ">=3.11"
# dependencies = ["h5py", "numpy", "pvlib==0.16.1", "pyarrow"]
# ///
"""Derive `altitude.npz` anew: the 5-minute terrain heights of the PyPI package pvlib, cut to the British Isles.

    uv run geo/data/pvlib_altitude/derive.py [--check]

pvlib keeps one byte a cell: 28 m steps from -450 m, 255 where there is no land
(read as 0 m, as pvlib does). Cells are 1/12 degree from the north-west corner of
the world; the grid written here gives their centres.
"""

from __future__ import annotations

import sys
from pathlib import Path

import h5py
import numpy as np
import pvlib

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from shipped import run  # noqa: E402  stands once, beside the data folders

NORTH_DEG, SOUTH_DEG, WEST_DEG, EAST_DEG = 62, 48, -15, 4
PER_DEG, STEP_M, LOWEST_M, NO_LAND = 12, 28, -450, 255


def derive(out: Path) -> None:
    """Write the grid into `out`."""
    with h5py.File(Path(pvlib.__file__).parent / "data" / "Altitude.h5") as file:
        raw = file["Altitude"][
            (90 - NORTH_DEG) * PER_DEG : (90 - SOUTH_DEG) * PER_DEG,
            (180 + WEST_DEG) * PER_DEG : (180 + EAST_DEG) * PER_DEG,
        ]
    metres = np.where(raw == NO_LAND, 0, raw.astype("<i2") * STEP_M + LOWEST_M).astype("<i2")
    np.savez_compressed(
        out / "altitude.npz",
        values=metres,
        scale=1.0,
        offset=0.0,
        north_deg=NORTH_DEG - 0.5 / PER_DEG,
        west_deg=WEST_DEG + 0.5 / PER_DEG,
        step_deg=1.0 / PER_DEG,
    )


if __name__ == "__main__":
    sys.exit(run(derive, HERE))
