"""Everything the hardware may raise, sorted by what the caller can do.

    HardwareError
    + SpoolError     a folder that cannot hold the spool: name another, or end the agent that holds it

A receiver that is silent, a broker that does not answer and a line of garbage
are no errors: the first two are waited for, the third is counted.
"""


class HardwareError(Exception):
    """The root of what hardware raises."""


class SpoolError(HardwareError):
    """A folder that cannot hold the spool.

    Attributes:
        folder: its path.
        reason: why not.
    """

    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(f"{folder}: {reason}")
        self.folder = folder
        self.reason = reason
