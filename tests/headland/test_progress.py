"""Progress: a bar for a person at a terminal, plain lines for a log."""

import io

from rich.console import Console

from headland.progress import Teller


def test_a_log_gets_a_line_at_each_quarter_and_no_more():
    log = io.StringIO()

    with Teller(Console(file=log, width=80)) as tell:
        for i in range(101):
            tell("decoding", i / 100)
        tell("writing", float("nan"))
        tell("writing", float("nan"))

    assert log.getvalue().splitlines() == [
        "decoding",
        "decoding: 25%",
        "decoding: 50%",
        "decoding: 75%",
        "decoding: 100%",
        "writing",
    ]


def test_a_terminal_gets_a_bar_for_each_stage():
    screen = io.StringIO()

    with Teller(Console(file=screen, width=80, force_terminal=True)) as tell:
        tell("decoding", 2.0)
        tell("writing [all]", float("nan"))

    assert "decoding" in screen.getvalue()
    assert "100%" in screen.getvalue()
    assert "\x1b[" in screen.getvalue()
