"""The examples in the hardware's own docstrings, run."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize("name", ["beast", "clock", "ranges", "wire"])
def test_the_examples_say_what_happens(name):
    tried = doctest.testmod(importlib.import_module(f"hardware.{name}"))

    assert tried.attempted
    assert not tried.failed
