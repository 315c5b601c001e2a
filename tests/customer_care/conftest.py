"""Lets the tests of the care of accounts share the records' city; a household is set up."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "records"))

from records_city import form, ready

from billing_tui.records.open_account import open_account

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk


@pytest.fixture
def opened(desk: Callable[..., Desk]) -> int:
    """Rosa's account."""
    maria = desk("maria")
    return open_account(maria, form(ready(maria))).account_id
