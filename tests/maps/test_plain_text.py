"""Hostile text loses what cannot be seen, and nothing else."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from maps.plain import TEXT_LIMIT, embedded, plain, plain_tree

texts = st.text(st.characters(), max_size=300)
trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(texts)
def test_plain_text_holds_nothing_unseen_and_is_plain_already(text: str) -> None:
    once = plain(text)

    assert plain(once) == once
    assert not {unicodedata.category(sign) for sign in once} & {"Cc", "Cs", "Zl", "Zp"}
    assert not {unicodedata.bidirectional(sign) for sign in once} & {
        "LRO",
        "RLO",
        "LRE",
        "RLE",
        "PDF",
        "LRI",
        "RLI",
    }


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126)))
def test_printable_text_comes_through_unchanged(text: str) -> None:
    assert plain(text) == text[:TEXT_LIMIT]


@given(trees)
def test_any_tree_becomes_json_that_no_tag_can_begin_in(tree: object) -> None:
    text = embedded(plain_tree(tree))

    json.loads(text)
    assert not set(text) & set("<>&")


def test_depth_and_length_are_capped() -> None:
    deep: object = "end"
    for _ in range(3000):
        deep = [deep]

    assert len(embedded(plain_tree(deep))) < 3000
    assert len(plain("x" * 10_000_000)) == TEXT_LIMIT
