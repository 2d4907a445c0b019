"""The page of the proving ground says what the program plays."""

import importlib.util
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_holds_every_life_behaviour_craft_and_scenario_as_the_program_has_them():
    spec = importlib.util.spec_from_file_location("make_proving", DOCS / "make_proving.py")
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    page = (DOCS / "proving.md").read_text(encoding="utf-8")

    assert page == maker.renewed(page), "run: python docs/make_proving.py --write"
    assert {found[1] for found in maker.BLOCK.findall(page)} == set(maker.TABLES)
