"""Release 0.1: new offices are created from the models, so there is nothing to change yet.

Later scripts describe what changes for an office that exists. They freeze the models that they need
inside themselves, run once, in order, each in one transaction, and are never edited afterwards.
"""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    """Nothing: this is where histories begin."""
