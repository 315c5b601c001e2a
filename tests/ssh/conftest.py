"""A real machine for clerks: skipped, with the reason, where it cannot be had."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "terminal"), str(HERE.parent / "tui")]

from machine import Machine, cannot

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def machine() -> Iterator[Machine]:
    """Accounts, sshd and a live office; taken away again whatever happens."""
    why = cannot()
    if why:
        pytest.skip(why)
    made = Machine()
    try:
        why = made.build()
        if why:
            pytest.skip(why)
        yield made
    finally:
        made.destroy()


@pytest.fixture
def host(machine: Machine) -> Iterator[Machine]:
    """The machine with nobody signed in, before and after."""
    assert machine.all_signed_off(10)
    yield machine
    machine.leave()
