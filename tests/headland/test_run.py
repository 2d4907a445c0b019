"""`run` needs a shell and a python3: held without making an environment of several hundred megabytes."""

import hashlib
import importlib.util
import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def fetch_uv():
    """The script that fetches the installer."""
    spec = importlib.util.spec_from_file_location("fetch_uv", ROOT / "deploy" / "fetch_uv.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path):
    """A checkout in a folder with a space, whose environment is already there: its `headland` tells its arguments."""
    folder = tmp_path / "head land"
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("run", "uv.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    (programs / "headland").write_text('#!/bin/sh\nprintf "%s|" "$PWD" "$@"\n')
    (programs / "headland").chmod(0o755)
    (programs / "python").symlink_to(sys.executable)
    locked = (folder / "uv.lock").read_bytes() + (folder / "pyproject.toml").read_bytes()
    sums = subprocess.run(["cksum"], input=locked, capture_output=True, check=True).stdout.decode().strip()
    (folder / ".venv" / ".run-").write_text(f"{folder} {sums}\n")
    return folder


def started(checkout, *words, **options):
    """What the shell script does with words."""
    return subprocess.run(
        ["sh", checkout / "run", *words], capture_output=True, text=True, check=False, **options
    )


def test_no_words_mean_the_demo_and_the_working_folder_stays(checkout, tmp_path):
    assert started(checkout, cwd=tmp_path).stdout == f"{tmp_path}|demo|"


def test_words_are_passed_on_as_they_stand(checkout, tmp_path):
    ended = started(checkout, "replay", "a b.nmea", "$HOME", "--out", "*", cwd=tmp_path)

    assert ended.stdout == f"{tmp_path}|replay|a b.nmea|$HOME|--out|*|"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["soak"], "pytest|600|-rP|tests/soak|"),
        (["fuzz"], "python||{0}/tests/fuzz_formats.py|--all|60|"),
        (["fuzz", "beast", "5"], "python||{0}/tests/fuzz_formats.py|beast|5|"),
    ],
)
def test_soaks_run_whole_and_fuzzing_takes_a_format_and_a_time(checkout, words, told):
    programs = checkout / ".venv" / "bin"
    for name in ("pytest", "python"):
        (programs / name).unlink(missing_ok=True)
        (programs / name).write_text('#!/bin/sh\nprintf "%s|" "${0##*/}" "${HEADLAND_SOAK_S-}" "$@"\n')
        (programs / name).chmod(0o755)
    (checkout / ".venv" / ".run-").rename(checkout / ".venv" / ".run-dev-oracle-fuzz-docs")

    assert started(checkout, *words).stdout == told.format(checkout)


def test_a_link_to_it_works_from_anywhere(checkout, tmp_path):
    (tmp_path / "headland").symlink_to(checkout / "run")

    assert subprocess.check_output([tmp_path / "headland", "doctor"], cwd="/", text=True) == "/|doctor|"


def test_a_changed_lock_file_makes_the_environment_anew(checkout, tmp_path):
    called = tmp_path / "uv"
    called.write_text('#!/bin/sh\nprintf "%s " "$@" >&2\n')
    called.chmod(0o755)
    with (checkout / "uv.lock").open("a") as lock:
        lock.write("# changed\n")

    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    first = started(checkout, env={"PATH": path}, cwd=tmp_path)
    second = started(checkout, env={"PATH": path}, cwd=tmp_path)

    assert f"sync --project {checkout} --frozen" in first.stderr
    assert second.stderr == ""


def test_without_python_and_uv_it_says_what_is_needed(checkout, tmp_path):
    for name in ("sh", "sed", "cat", "cksum", "dirname", "readlink"):
        (tmp_path / name).symlink_to(shutil.which(name))
    (checkout / ".venv" / "bin" / "headland").unlink()

    ended = started(checkout, env={"PATH": str(tmp_path)})

    assert ended.returncode == 2
    assert "needs python3 (3.11 or newer) or uv" in ended.stderr


def test_the_lock_file_holds_the_installer_for_every_machine_that_is_promised(fetch_uv):
    urls = [wheel["url"] for wheel in fetch_uv.wheels(ROOT / "uv.lock")]
    machines = [
        ("Linux", "x86_64", "glibc"),
        ("Linux", "aarch64", "glibc"),
        ("Linux", "aarch64", ""),
        ("Linux", "armv7l", "glibc"),
        ("Linux", "x86_64", "musl"),
        ("Darwin", "arm64", ""),
        ("Darwin", "x86_64", ""),
    ]

    fits = {machine: [url for url in urls if fetch_uv.fitting(url, *machine)] for machine in machines}

    assert all(fits.values()), fits
    # The first is taken: it must run on the oldest C library, not only on a new one.
    assert all(machine[1] in found[0] and "_2_28_" not in found[0] for machine, found in fits.items())
    assert not [url for url in urls if fetch_uv.fitting(url, "Plan9", "x86_64", "")]


def test_a_wheel_that_is_not_the_recorded_one_never_runs(fetch_uv, monkeypatch):
    wheel = io.BytesIO()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("uv-1.data/scripts/uv", "#!/bin/sh\n")
    monkeypatch.setattr(fetch_uv.urllib.request, "urlopen", lambda *_, **__: io.BytesIO(wheel.getvalue()))
    entry = {"url": "https://here/uv.whl", "hash": f"sha256:{hashlib.sha256(wheel.getvalue()).hexdigest()}"}

    assert fetch_uv.program(fetch_uv.fetched(entry)) == b"#!/bin/sh\n"
    with pytest.raises(ValueError, match="its SHA-256 is not the recorded one"):
        fetch_uv.fetched(entry | {"hash": "sha256:" + "0" * 64})
    with pytest.raises(ValueError, match="an https address"):
        fetch_uv.fetched(entry | {"url": "http://here/uv.whl"})
