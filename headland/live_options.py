"""What the live service is told: the command line fills it in, the parts of the service read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from headland.errors import Problem, SettingsError
from headland.live_words import Role
from headland.settings import Settings


@dataclass(frozen=True, kw_only=True)
class LiveOptions:
    """One field an option of `headland live`.

    Attributes:
        role: which part of the service to be.
        mqtt: `mqtt://[USER@]HOST[:PORT]` or `mqtts://...`.
        journal: folder of the journal; the role web needs none.
        password_file: holds the password of USER; else it is taken from BROKER_PASSWORD.
        ca: certificates to trust instead of the system's.
        wait_s: how long the broker may take to answer at the start.
        state: folder of checkpoints and of the store of alerts; None for `state` beside the journal.
        port: of the live page, on the loopback.
        movements, exclusions, stations: lists that are written into the journal, now and whenever they change.
    """

    role: Role
    mqtt: str
    journal: Path | None = None
    password_file: Path | None = None
    ca: Path | None = None
    wait_s: float = 10.0
    state: Path | None = None
    port: int = 8100
    movements: Path | None = None
    exclusions: Path | None = None
    stations: Path | None = None
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        """Refuse what this role would not read.

        Raises:
            SettingsError: a list for a role that writes no journal.
        """
        for name in ("movements", "exclusions", "stations"):
            if getattr(self, name) is not None and self.role not in {Role.ALL, Role.FEEDS}:
                raise wrong(
                    f"--{name}", f"lists are written into the journal; the role {self.role} writes none"
                )

    def journal_folder(self) -> Path:
        """The folder of the journal.

        Raises:
            SettingsError: none was named.
        """
        if self.journal is None:
            raise wrong("--journal", f"the role {self.role} needs the folder of the journal")
        return self.journal

    def state_folder(self) -> Path:
        """The folder of checkpoints and of the store.

        Raises:
            SettingsError: neither it nor a journal was named.
        """
        if self.state is not None:
            return self.state
        if self.journal is None:
            raise wrong("--state", f"the role {self.role} needs the folder of the store of alerts")
        return self.journal.parent / "state"


def wrong(option: str, reason: str) -> SettingsError:
    """An option that cannot be meant."""
    return SettingsError([Problem(option, "", reason)])
