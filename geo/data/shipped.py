"""What every `derive.py` of the data folders does with its arguments.

Without one it writes the files where they are shipped; with `--check` it
writes them into a temporary folder and compares: tables and geometries value
by value, arrays element by element, anything else byte by byte.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq


def same(one: Path, other: Path) -> bool:
    """Whether two files hold the same, however their packers compressed it."""
    if not other.exists():
        return False
    if one.suffix == ".parquet":
        return pq.read_table(one).equals(pq.read_table(other))
    if one.suffix == ".npz":
        with np.load(one) as left, np.load(other) as right:
            return left.files == right.files and all(np.array_equal(left[k], right[k]) for k in left.files)
    if one.suffix == ".gz":
        return gzip.decompress(one.read_bytes()) == gzip.decompress(other.read_bytes())
    return one.read_bytes() == other.read_bytes()


def run(derive: Callable[[Path], None], here: Path) -> int:
    """Derive into `here`, or compare with it. Returns the exit code: 1 where a file differs."""
    if sys.argv[1:] not in ([], ["--check"]):
        print(f"usage: {sys.argv[0]} [--check]", file=sys.stderr)
        return 2
    if not sys.argv[1:]:
        derive(here)
        return 0
    with tempfile.TemporaryDirectory() as name:
        derive(Path(name))
        verdicts = {path.name: same(path, here / path.name) for path in sorted(Path(name).iterdir())}
    for file, equal in verdicts.items():
        print(f"{'same' if equal else 'DIFFERS'}  {file}")
    return 0 if all(verdicts.values()) else 1


def debian_package(name: str, into: Path) -> Path:
    """Fetch a Debian package with apt and unpack it. Returns the folder its files are in."""
    subprocess.run(["apt-get", "download", "-qq", name], cwd=into, check=True, capture_output=True)
    (archive,) = into.glob(f"{name}_*.deb")
    subprocess.run(["dpkg-deb", "-x", str(archive), str(into / name)], check=True)
    return into / name


def npm_package(spec: str, into: Path) -> Path:
    """Fetch an npm package as `npm pack` gives it and unpack it. Returns the folder its files are in."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", spec], cwd=into, check=True, capture_output=True, text=True
    )
    target = into / spec.split("@", maxsplit=1)[0]
    with tarfile.open(into / packed.stdout.split()[-1]) as archive:
        archive.extractall(target, filter="data")
    return target / "package"
