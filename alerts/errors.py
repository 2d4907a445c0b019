"""Everything the desk may raise, sorted by what the caller can do.

    AlertError
    + UnknownAlertError     no alert of that number: look it up again
    + StaleVersionError     somebody else changed it: show it as it is now, let the person decide again
    + AlreadyClosedError    closed before: `reopen` first, or leave it
    + NotClosedError        only a closed alert can be reopened
    + BadDecisionError      a name, a reason or a text that cannot be recorded: ask for another
    + StoreError            the database cannot be opened, or did not answer: the operator's to see, nothing was changed

A flag that cannot be taken is not an error but a line in the audit and in
`Taken.refused`: one broken pattern must not stop the watch.
"""

from __future__ import annotations


class AlertError(Exception):
    """The root of what alerts raise."""


class UnknownAlertError(AlertError, LookupError):
    """No alert has this number."""

    def __init__(self, number: str) -> None:
        super().__init__(f"there is no alert {number[:40]!r}")
        self.number = number


class StaleVersionError(AlertError):
    """The alert has changed since the caller read it.

    Attributes:
        number: the alert.
        expected: the version on which the person decided.
        current: the version that stands now.
    """

    def __init__(self, number: str, expected: int, current: int) -> None:
        super().__init__(
            f"alert {number} is at version {current}, not {expected}: read it again and decide on what it says now"
        )
        self.number, self.expected, self.current = number, expected, current


class AlreadyClosedError(AlertError):
    """A closed alert takes no further decision but to be reopened."""

    def __init__(self, number: str) -> None:
        super().__init__(f"alert {number} is closed: reopen it first")
        self.number = number


class NotClosedError(AlertError):
    """Only a closed alert can be reopened."""

    def __init__(self, number: str) -> None:
        super().__init__(f"alert {number} is not closed")
        self.number = number


class BadDecisionError(AlertError, ValueError):
    """A decision that cannot be recorded as it was given."""


class StoreError(AlertError):
    """The database cannot be opened as what it should be, or did not answer; nothing was changed."""
