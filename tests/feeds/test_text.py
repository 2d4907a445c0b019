import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from feeds.text import canonical


@given(st.text(), st.integers(0, 40))
def test_canonical_text_is_printable_short_and_its_own_canonical(text: str, limit: int) -> None:
    once = canonical(text, limit)

    assert once == canonical(once, limit)
    assert len(once) <= limit
    assert once == once.strip()
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for c in once)


def test_what_a_name_may_hold_it_keeps() -> None:
    assert canonical('M/T "VOLGA" <B> & CIELO D\'ITALIA', 40) == 'M/T "VOLGA" <B> & CIELO D\'ITALIA'
    assert canonical("ÄGIR Ærø", 20) == "ÄGIR Ærø"
