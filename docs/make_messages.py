"""What `headland decode` prints on `docs/messages.md`, renewed by asking it: `python docs/make_messages.py --write`.

Without `--write` the page as it should be is printed. After each block of raw
input stands a block of what `headland decode` prints of it: a line a message,
and behind them what is refused. A test holds the page to what this prints.
"""

import io
import re
import sys
import tempfile
from pathlib import Path

from headland.decode import decode, reading, summary

PAGE = Path(__file__).with_name("messages.md")
PAIR = re.compile(r"(```heard\n(.*?)```\n\n```decoded\n).*?(```\n)", re.DOTALL)


def renewed(page: str) -> str:
    """The page with every message as the program decodes it."""
    return PAIR.sub(lambda m: m[1] + decoded(m[2]) + m[3], page)


def decoded(heard: str) -> str:
    """What `headland decode FILE` prints of a file that holds this: its standard output, then its standard error."""
    out, options = io.BytesIO(), reading(None, None, None)
    with tempfile.NamedTemporaryFile(suffix=".log") as file:
        file.write(heard.encode())
        file.flush()
        decode([file.name], None, options, out)
    return out.getvalue().decode() + "".join(f"{line}\n" for line in summary(options.rejects))


if __name__ == "__main__":
    text = renewed(PAGE.read_text(encoding="utf-8"))
    if "--write" in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
