"""Everything the feeds may raise, sorted by what the caller can do.

    FeedError
    + InputError     a file that cannot be read as what it should be: name another, or another format
    + JournalError   a journal that cannot be written or resumed: make room, end the other writer, and start again
    + LinkError      a broker that cannot be reached, or refuses us: start it, or correct name and password

Bad data inside a readable input is not an error but a count (`feeds.rejects`):
one ship's broken transponder must not stop the watch.
"""


class FeedError(Exception):
    """The root of what feeds raise."""


class InputError(FeedError):
    """An input that is empty, of no known format, or not of the format named.

    Attributes:
        where: the file's name as the user gave it.
        reason: what is wrong with it, and what would help.
    """

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason


class JournalError(FeedError):
    """A journal that cannot be written, is written by another, or does not hold the position asked for."""


class LinkError(FeedError):
    """The broker cannot be reached, or does not let us in."""
