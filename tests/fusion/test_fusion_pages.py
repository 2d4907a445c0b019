"""The pages about fusion say what the program says."""

import importlib.util
import re
from pathlib import Path

import pytest

from fusion.parameters import EngineParameters, FlagParameters
from fusion.pattern import patterns

ROOT = Path(__file__).parents[2]
PATTERNS, FUSION = ROOT / "docs" / "patterns.md", ROOT / "docs" / "fusion.md"


def test_the_tables_of_the_patterns_are_those_of_the_program():
    spec = importlib.util.spec_from_file_location("make_patterns", ROOT / "docs" / "make_patterns.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    page = PATTERNS.read_text(encoding="utf-8")

    assert script.renewed(page) == page, "python docs/make_patterns.py --write"


def test_every_card_is_that_of_a_pattern_and_says_what_it_cannot_see():
    cards = re.split(r"^## ", PATTERNS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]

    assert len(cards) >= 3
    for card in cards:
        name = card.splitlines()[0].lower().replace(" ", "_")
        assert name in patterns()
        assert f"<!-- {name} -->" in card
        for part in ("**What it means.**", "**What it does not see.**", "**Known errors.**"):
            assert part in card, (name, part)


@pytest.mark.parametrize("page", [PATTERNS, FUSION])
def test_every_file_and_setting_that_a_page_names_exists(page):
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:fusion|tests|docs|geo)/[\w/]+\.py)`", text))
    settings = re.findall(r"`(engine|flags)\.(\w+)`", text)

    assert named
    assert settings
    assert not [name for name in named if not (ROOT / name).is_file()]
    sections = {"engine": EngineParameters(), "flags": FlagParameters()}
    assert all(hasattr(sections[section], key) for section, key in settings)
