"""The town that hostile text is thrown at: built once, put back after each test."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "terminal"), str(HERE.parent / "tui")]

from hostile_town import Town, build

from billing_tui.foundation.model import bind

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """The town; no test uses it but through `town`."""
    return build(tmp_path_factory.mktemp("town"))


@pytest.fixture
def town(built: Town) -> Iterator[Town]:
    """The town as it was built, bound to this test; it need not survive a power cut."""
    built.office.store.database.connect(reuse_if_open=True)
    bind(built.office.store.database)
    built.office.store.database.execute_sql("PRAGMA synchronous = OFF")
    yield built
    built.office.store.database.close()
    built.office.store.database.connect()
    built.restore()
    built.office.store.database.close()
