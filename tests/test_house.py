"""The law of the house, held: rooms, names, sizes, words, and what is shipped."""

import ast
import gzip
import hashlib
import importlib.metadata
import importlib.util
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("geo", "hardware", "feeds", "fusion", "alerts", "maps", "headland")
LINES_AT_MOST = 300
LINES_IN_COMMON = 20
"""Shorter than this a file quotes a recording; longer, it holds one."""


def tracked(*patterns):
    """The files that git keeps, as paths from the root."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()]


def modules():
    """The modules of every room; the scripts that derive data are run by hand, and not among them."""
    found = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return [path for path in found if not {"data", "recordings"} & set(path.relative_to(ROOT).parts)]


@pytest.mark.parametrize("room", ROOMS)
def test_no_installed_distribution_shadows_a_room(room):
    assert set(importlib.metadata.packages_distributions().get(room, [])) <= {"headland"}
    assert Path(importlib.util.find_spec(room).origin) == ROOT / room / "__init__.py"


def test_imports_flow_one_way():
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert linted.returncode == 0, linted.stdout


def test_every_module_says_what_it_is():
    silent = [str(path) for path in modules() if not ast.get_docstring(ast.parse(path.read_text()))]

    assert not silent


def test_no_module_holds_more_than_one_idea():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in modules()}

    assert not {name: length for name, length in lengths.items() if length > LINES_AT_MOST}


def test_no_module_has_a_name_that_says_nothing():
    assert not {"utils", "util", "helpers", "helper", "common", "misc", "manager", "functions"} & {
        path.stem for path in modules()
    }


def test_imports_stand_at_the_top_and_are_absolute():
    hidden = []
    for path in modules():
        tree = ast.parse(path.read_text())
        top = {id(node) for node in tree.body}
        hidden += [
            f"{path.relative_to(ROOT)}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            and (id(node) not in top or getattr(node, "level", 0))
        ]

    assert not hidden


def test_no_file_names_a_registry_or_a_place_on_somebody_s_machine():
    # Written apart, so that this file does not hold what it looks for.
    words = [
        ".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("registry.npmjs", "org"))
    ]
    words += [f"{folder}/" for folder in {ROOT.parent, Path.home()} if len(folder.parts) > 1]
    found = [
        f"{path}: {word}"
        for path in tracked()
        if path.name != "uv.lock"
        for word in words
        if word.encode() in (ROOT / path).read_bytes()
    ]

    assert not found


def test_everything_that_is_needed_is_in_the_wheel(tmp_path):
    built = subprocess.run(
        [Path(sys.executable).with_name("hatchling"), "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr

    names = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())

    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == set(ROOMS)
    assert not {str(path) for path in tracked(*ROOMS)} - names
    licences = {name.partition(".dist-info/licenses/")[2] for name in names}
    assert {
        "LICENSE",
        *map(str, tracked("geo/data/*/LICENSE*", "headland/recordings/*/LICENSE*")),
    } <= licences


def test_every_room_that_is_shipped_is_checked():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]

    assert tuple(settings["hatch"]["build"]["targets"]["wheel"]["packages"]) == ROOMS
    assert tuple(settings["mypy"]["packages"]) == ROOMS
    assert tuple(settings["importlinter"]["root_packages"]) == ROOMS


@pytest.mark.recording
def test_no_recording_is_shipped_but_those_whose_licence_allows_it(recordings):
    table = (recordings / "README.md").read_text().splitlines()
    free = {row.split("|")[1].strip() for row in table if row.startswith("|") and "**registry**" in row}
    kept_back = [
        path
        for path in recordings.rglob("*")
        if path.is_file() and path.name != "README.md" and str(path.relative_to(recordings)) not in free
    ]
    assert kept_back
    lines = {digest for path in kept_back for digest in digests(path)}

    shipped = {str(path): len(lines & digests(ROOT / path)) for path in tracked()}

    assert not {name: count for name, count in shipped.items() if count > LINES_IN_COMMON}


def digests(path):
    """A hash of each line that is long enough to be told from another."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    return {hashlib.blake2b(line, digest_size=8).digest() for line in data.splitlines() if len(line) >= 40}


def test_the_documentation_builds_without_a_warning(tmp_path):
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert built.returncode == 0, built.stderr
    assert (tmp_path / "settings" / "index.html").is_file()
