"""The long search for bytes that break a format: `python tests/fuzz_formats.py (FORMAT | any | --all) [SECONDS]`.

Atheris (libFuzzer) watches which lines of the feeds a byte reaches, and looks
for more; what must hold is `fuzzing.exercised`. What it finds is written as
`crash-...` to the folder it is started in, and `python tests/fuzz_formats.py
FORMAT FILE` shows it again. `--all` takes one format after another, each in a
process of its own, for libFuzzer ends the one it runs in; `any` takes all of
them at once, by the first byte, which is quicker to start and slower to find.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parents[1]
COMPILED = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "feeds").rglob("*.py")
    if "import numba" in path.read_text()
]
"""Numba compiles no function that atheris has put its marks into."""

with atheris.instrument_imports(include=["feeds"], exclude=COMPILED):
    from fuzz_seeds import seeds
    from fuzzing import exercised

    from feeds.format import formats

LONGEST_BYTES = 8192
SLOWEST_S = 60
"""An input that takes so long is a finding too."""
SECONDS = 60.0
ANY = "any"


def fuzz(name: str, seconds: float) -> None:
    """Search one format, and end the process: with 0 where nothing was found."""
    every = list(formats())
    with tempfile.TemporaryDirectory() as corpus:
        for known, seed in seeds().items():
            if name in (known, ANY) or name not in seeds():
                (Path(corpus) / known).write_bytes(written(every.index(known), name, seed[:LONGEST_BYTES]))
        for each in every if name == ANY else [name]:
            exercised(each, seeds().get(each, b""))  # compiles what is compiled before the clock runs
        options = [
            f"-max_total_time={max(1, round(seconds))}",
            f"-max_len={LONGEST_BYTES}",
            f"-timeout={SLOWEST_S}",
        ]
        atheris.Setup([sys.argv[0], *options, "-rss_limit_mb=4096", corpus], lambda data: look(name, data))
        atheris.Fuzz()


def written(number: int, name: str, data: bytes) -> bytes:
    """Bytes as `look` takes them."""
    return bytes([number]) + data if name == ANY else data


def look(name: str, data: bytes) -> None:
    """Hold one input to the law."""
    if name == ANY:
        every = list(formats())
        name, data = every[data[0] % len(every) if data else 0], data[1:]
    exercised(name, data)


def fuzz_each(names: list[str], seconds: float) -> int:
    """Search formats one after another; how many broke."""
    broken = 0
    for name in names:
        run = subprocess.run(
            [sys.executable, __file__, "--here", name, str(seconds)],
            capture_output=True,
            text=True,
            check=False,
        )
        told = [line for line in run.stderr.splitlines() if line.startswith(("Done ", "#"))]
        broken += run.returncode != 0
        sys.stdout.write(f"{name}: {told[-1] if run.returncode == 0 and told else 'BROKEN'}\n")
        sys.stdout.flush()
        if run.returncode:
            sys.stderr.write(run.stderr)
    return broken


def main(arguments: list[str]) -> int:
    """What the command line asks for."""
    if arguments and arguments[0] == "--here":
        fuzz(arguments[1], float(arguments[2]))
    every = list(formats())
    if not arguments or arguments[0] not in {"--all", ANY, *every}:
        sys.stderr.write(
            f"usage: fuzz (FORMAT | any | --all) [SECONDS | FILE]; formats: {', '.join(every)}\n"
        )
        return 2
    if len(arguments) > 1 and Path(arguments[1]).is_file():
        look(arguments[0], Path(arguments[1]).read_bytes())
        return 0
    names = every if arguments[0] == "--all" else arguments[:1]
    return int(fuzz_each(names, float(arguments[1]) if len(arguments) > 1 else SECONDS) > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
