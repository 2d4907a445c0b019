"""The examples in the docstrings of the room are true."""

import doctest
import importlib
import pkgutil

import pytest

import geo

MODULES = [f"geo.{module.name}" for module in pkgutil.iter_modules(geo.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_what_a_docstring_shows_is_what_happens(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)

    shown = [test for name in MODULES for test in finder.find(importlib.import_module(name)) if test.examples]

    assert len(shown) >= 5
