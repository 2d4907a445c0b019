from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from feeds.lines import LINE_BYTES, capped_lines
from feeds.rejects import Rejects


class Dribble(BytesIO):
    """A source that gives what it is asked for in small pieces, as pipes do."""

    def __init__(self, data: bytes, sizes: list[int]) -> None:
        super().__init__(data)
        self._sizes = sizes

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 4096, self._sizes.pop() if self._sizes else 4096))


def lines(data: bytes, sizes: list[int] | None = None) -> tuple[list[bytes], int]:
    rejects = Rejects()
    found = list(capped_lines(Dribble(data, sizes or []), rejects))
    return found, rejects.total()


line = st.one_of(
    st.binary(max_size=40),
    st.integers(LINE_BYTES - 2, LINE_BYTES + 2).map(lambda n: b"x" * n),
    st.just(b"y" * 3 * LINE_BYTES),
).map(lambda raw: raw.replace(b"\n", b""))


@given(st.lists(line, max_size=12), st.lists(st.integers(1, 9000), max_size=20))
def test_every_line_is_given_or_counted_however_the_source_is_cut(raw: list[bytes], sizes: list[int]) -> None:
    found, refused = lines(b"\n".join(raw), sizes)

    assert found == [each.strip() for each in raw if len(each) <= LINE_BYTES and each.strip()]
    assert refused == sum(len(each) > LINE_BYTES for each in raw)


def test_an_endless_line_is_counted_once() -> None:
    found, refused = lines(b"x" * 5_000_000 + b"\nend\n")

    assert (found, refused) == ([b"end"], 1)
