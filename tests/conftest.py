"""What every test may ask for.

A test that needs a system package (`system-packages.txt`) says so with
`@pytest.mark.system("chromium")` or by asking for the fixture `chromium`. Where
the package is missing the test is skipped and the package named at the end;
with CI=true, where nothing may be missing, it fails.
"""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

# A deadline is a timed assertion: a first call that compiles or imports fails it on a busy machine.
settings.register_profile("headland", deadline=None)
settings.load_profile("headland")

ROOT = Path(__file__).resolve().parent.parent
MISSING = "the system package {} is missing"


def system_packages() -> dict[str, list[str]]:
    """The commands that each system package brings."""
    lines = (ROOT / "tests" / "system-packages.txt").read_text().splitlines()
    words = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return {package: commands for package, *commands in words}


def executable(package: str) -> str | None:
    """Where the first of a package's commands is; servers live in the sbin folders."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    return next(filter(None, (shutil.which(name, path=path) for name in system_packages()[package])), None)


def needed(package: str) -> str:
    """The executable of a package, or the end of the test that asked for it."""
    found = executable(package)
    if found is not None:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail(f"{MISSING.format(package)}, and CI=true wants every test", pytrace=False)
    pytest.skip(MISSING.format(package))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Hold the marker `system`."""
    for mark in item.iter_markers("system"):
        needed(mark.args[0])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the packages for want of which tests did not run."""
    stopped = [
        str(report.longrepr)
        for outcome in ("skipped", "failed", "error")
        for report in terminalreporter.stats.get(outcome, [])
    ]
    for package in system_packages():
        count = sum(MISSING.format(package) in reason for reason in stopped)
        if count:
            terminalreporter.write_line(
                f"tests not run for want of {package}: {count}; ./run test --install installs it", yellow=True
            )


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of real recordings that are not part of the project."""
    folder = ROOT.parent / "shared" / "recordings"
    if not folder.is_dir():
        pytest.skip("the real recordings (../shared/recordings) are not here")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is."""
    return needed("chromium")
