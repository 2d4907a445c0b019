"""Everything the front door may raise, sorted by what the user can do.

    HeadlandError            its message is for the user, its exit code for the program that called
    + SettingsError          correct the file, the variable or the option that it names
    + GivenFileError         correct the file that it names
    + CheckpointError        restore the settings or the version, or begin anew from the journal
    + SuiteError             run it in a checkout, or install what it names
    + UnreachableError       start the service, or free the port, that it names

This module imports nothing of the house, so that the command line can name an
error without loading what raises it.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from headland.exits import Exit


class HeadlandError(Exception):
    """The root: a sentence for the user.

    Attributes:
        exit_code: what the process ends with.
    """

    exit_code: ClassVar[Exit] = Exit.FAILURE


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the settings.

    Attributes:
        where: the file and line, the environment variable, or the option.
        key: section and key, with a dot between them.
        reason: what is wrong, and what would be right.
    """

    where: str
    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.key}: {self.reason}" if self.key else f"{self.where}: {self.reason}"


class SettingsError(HeadlandError):
    """Settings that cannot be used; each problem says where it stands.

    Attributes:
        problems: all that were found, not only the first.
    """

    exit_code = Exit.USAGE

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class GivenFileError(HeadlandError):
    """A file that the user gave is not what it should be; the sentence begins with its name."""

    exit_code = Exit.USAGE


class CheckpointError(HeadlandError):
    """A checkpoint that is whole but may not be gone on from.

    Attributes:
        path: the checkpoint.
        reason: why not.
    """

    exit_code = Exit.USAGE

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(
            f"{path}: {reason}. Start with the version and settings that it was made with, "
            f"or move {path.parent} away to begin anew from the journal."
        )


class SuiteError(HeadlandError):
    """A benchmark that cannot be run here; the sentence says what to do."""

    exit_code = Exit.USAGE


class UnreachableError(HeadlandError):
    """A service that does not answer, or an address that cannot be had."""

    exit_code = Exit.UNREACHABLE

    @classmethod
    def of_port(cls, address: str, port: int, error: OSError) -> UnreachableError:
        """A port that cannot be listened on, and what to do about it."""
        taken = error.errno == errno.EADDRINUSE
        reason = "is taken; --port names another" if taken else f"cannot be had: {error.strerror}"
        return cls(f"port {port} on {address} {reason}")
