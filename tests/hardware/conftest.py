"""What the tests of the hardware share."""

import os

import pytest


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch):
    """No test cuts the power, so none waits for the disk; a process that a test starts waits as it would."""
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
