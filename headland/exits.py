"""What the exit code of `headland` says to the program that started it."""

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes that are promised."""

    DONE = 0
    FAILURE = 1  # the job found a failure, and reports it
    USAGE = 2  # wrong usage or configuration, with the file, key and line
    UNREACHABLE = 3  # a service that could not be reached, or a port that is taken
    INTERRUPTED = 130  # Ctrl-C before the job was done: 128 + SIGINT, as shells count
