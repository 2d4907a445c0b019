r"""JSON objects out of a stream, however they are laid out, none of them longer than a cap.

    {...}\n{...}\n            one a line
    {\n  "now": ...\n}\n{...  on many lines, one after another
    [{...},{...},\n{...}]      the members of a list

In: a byte stream and the most characters that an object may have. Out: each
object, with its text for samples. What is none is counted: a broken object is
passed over to the next line, or to the next member of its list, from the
place where it broke, so that no input is read more than a few times.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from feeds.lines import LINE_BYTES
from feeds.rejects import SAMPLE_BYTES, Rejects

NOT_JSON = "not JSON"
TOO_LONG = "JSON object too long"
TOO_DEEP = "JSON nested too deep"
CUT_SHORT = "JSON object cut short"

CHUNK_BYTES = 1 << 16
_BETWEEN = re.compile(r"[\s,\[\]\ufeff]*")
_NEXT = re.compile(r"\n|\}\s*,\s*(?=\{)")
_LINE_END = re.compile(r"\n")
_DEEP = 900
"""Least characters that nest too deeply for Python: not looked at again, or a hostile file takes for ever."""
_TAIL = 12
"""An error so near to the end of what is there may be one of a word or an escape that goes on."""
_DECODER = json.JSONDecoder()

Told = dict[str, Any]


class Found(NamedTuple):
    """An object and what it was written as."""

    told: Told
    text: str

    def sample(self) -> bytes:
        """The beginning of it, for `Rejects`."""
        return self.text[:SAMPLE_BYTES].encode("utf-8", "replace")


def objects(
    source: BinaryIO, rejects: Rejects, station: str = "", longest: int = LINE_BYTES
) -> Iterator[Found]:
    """Every object of a stream in order; what is none goes to `rejects`.

    Args:
        source: bytes in UTF-8, perhaps with a byte order mark.
        rejects: takes what is no object.
        station: whose they are, for the rejects.
        longest: most characters of one object.
    """
    text = _Text(source)
    while text.begin():
        try:
            told, end = _DECODER.raw_decode(text.held, text.at)
        except ValueError as error:
            if text.may_go_on(error, longest):
                continue
            text.pass_over(error, longest, rejects, station)
        except RecursionError:
            rejects.add(TOO_DEEP, text.sample(), station)
            text.skip(_LINE_END, min(text.at + _DEEP, len(text.held)))
        else:
            if not isinstance(told, dict):
                rejects.add(NOT_JSON, text.sample(), station)
                text.skip(_NEXT, text.at)
                continue
            if end - text.at > longest:
                rejects.add(TOO_LONG, text.sample(), station)
            else:
                yield Found(told, text.held[text.at : end])
            text.at = end


class _Text:
    """What is held of a stream, and the place up to which it is done with."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._decode = codecs.getincrementaldecoder("utf-8")("replace")
        self._ended = False
        self.held = ""
        self.at = 0

    def begin(self) -> bool:
        """Go to where the next value begins; False at the end of the stream."""
        while True:
            between = _BETWEEN.match(self.held, self.at)
            self.at = between.end() if between else self.at
            if self.at < len(self.held):
                return True
            if not self._more():
                return False

    def may_go_on(self, error: ValueError, longest: int) -> bool:
        """Whether what failed was only not all there; then more of it is there now."""
        unfinished = _unfinished(error, len(self.held) - _TAIL)
        return unfinished and len(self.held) - self.at <= longest and self._more()

    def pass_over(self, error: ValueError, longest: int, rejects: Rejects, station: str) -> None:
        """Count what stands here, and go to the next place where an object may begin."""
        if not _unfinished(error, len(self.held.rstrip()) if self._ended else len(self.held) - _TAIL):
            rejects.add(NOT_JSON, self.sample(), station)
            broke = error.pos if isinstance(error, json.JSONDecodeError) else self.at
            # A line that ends too early is found wrong where the next begins, and that one may be sound.
            self.skip(_NEXT, max(self.at, len(self.held[:broke].rstrip())))
        elif len(self.held) - self.at > longest:
            rejects.add(TOO_LONG, self.sample(), station)
            self.skip(_LINE_END, len(self.held))
        else:
            rejects.add(CUT_SHORT, self.sample(), station)
            self.at = len(self.held)

    def skip(self, to: re.Pattern[str], start: int) -> None:
        """Go behind the first match from `start` on, or to the end."""
        while (found := to.search(self.held, start)) is None:
            # A match may have begun in the last of what is there.
            self.at = max(start, len(self.held) - _TAIL)
            if not self._more():
                self.at = len(self.held)
                return
            start = self.at
        self.at = found.end()

    def sample(self) -> bytes:
        """What stands here, for `Rejects`."""
        return self.held[self.at : self.at + SAMPLE_BYTES].encode("utf-8", "replace")

    def _more(self) -> bool:
        """Read on, at least as much as is held, so that an object is scanned a few times at most."""
        if self._ended:
            return False
        rest = self.held[self.at :]
        data = self._source.read(max(CHUNK_BYTES, len(rest)))
        self._ended = not data
        self.held, self.at = rest + self._decode.decode(data, final=self._ended), 0
        return True


def _unfinished(error: ValueError, end: int) -> bool:
    """Whether nothing was found wrong before `end`."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.pos >= end or error.msg.startswith("Unterminated string")
