"""Each invariant finds the damage that it is there for, and nothing in a sound ledger."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from pg_server import ON_SERVER
from tamper import unbind, uncheck, unguard

from billing_tui.foundation.model import bound
from billing_tui.foundation.transaction import write_transaction
from billing_tui.ledger.invariants import INVARIANTS
from billing_tui.ledger.post_entry import insert_entries, reversed_entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.ledger.journal import Entry
    from billing_tui.operations.office import Office

DAY, DUE = date(2026, 11, 2), date(2026, 11, 25)


@pytest.fixture
def ledger(
    office: Office,
    accounts: range,
    bill: Callable[..., Entry],
    payment: Callable[..., Entry],
) -> Office:
    """Two bills, a payment and a reversal."""
    assert accounts
    charges = {"water.usage": 2496, "sewer.usage": 1500}
    with write_transaction(office.store):
        insert_entries(1, [bill(f"B{n}", n, DAY, DUE, charges) for n in (1, 2)])
        insert_entries(1, [payment("R1", 1, DAY, {"water": 3000})])
        insert_entries(1, [reversed_entry(2, DAY)], reverses=2)
    return office


def broken() -> dict[str, list[str]]:
    """Ids of the invariants that do not hold, with their sentences."""
    found = {walk.id: list(walk.broken()) for walk in INVARIANTS}
    return {name: sentences for name, sentences in found.items() if sentences}


def tamper(*statements: str) -> None:
    """Change rows behind the program's back, as somebody with the file could."""
    for table in ("posting", "journal_entry"):
        unguard(table)
        uncheck(table)
    unbind()
    for statement in statements:
        bound().execute_sql(statement)


def test_a_sound_ledger_breaks_nothing(ledger: Office) -> None:
    """Every walk comes back empty."""
    assert ledger
    assert broken() == {}


@pytest.mark.parametrize(
    ("statement", "ids"),
    [
        ("UPDATE posting SET cents = cents + 1 WHERE id = 1", {"L1", "L2"}),
        ("DELETE FROM posting WHERE entry_id = 1", {"L1"}),
        ("UPDATE posting SET cents = 0 WHERE id = 1", {"L1", "L2", "L3"}),
        ("UPDATE posting SET cents = 100000000000 WHERE id = 1", {"L1", "L2", "L3"}),
        ("UPDATE journal_entry SET reverses_id = NULL WHERE id = 4", {"L5"}),
        ("UPDATE journal_entry SET reverses_id = 1 WHERE id = 4", {"L5"}),
        ("UPDATE journal_entry SET kind = 'adjustment' WHERE id = 4", {"L5"}),
        ("UPDATE journal_entry SET day = '2026-11-01' WHERE id = 4", {"L5", "L6"}),
        ("UPDATE posting SET account_id = 3 WHERE entry_id = 4 AND account_id = 2", {"L5"}),
        ("UPDATE posting SET due = NULL WHERE entry_id = 4", {"L5"}),
        ("UPDATE posting SET day = '2026-11-03' WHERE id = 1", {"L6"}),
        ("UPDATE posting SET account_id = NULL, service = NULL, due = NULL WHERE id = 1", {"L8"}),
        ("UPDATE posting SET account_id = 1, service = 'water' WHERE account_id IS NULL", {"L8"}),
        ("UPDATE posting SET service = NULL WHERE id = 1", {"L8"}),
        ("UPDATE posting SET gl_account_id = 999 WHERE id = 3", {"L2", "L10"}),
        ("UPDATE gl_account SET role = 'owed.refuse' WHERE role = 'receivable.refuse'", {"L10"}),
    ],
)
def test_each_kind_of_damage_is_found(ledger: Office, statement: str, ids: set[str]) -> None:
    """The invariants named in the case break, and besides them only the missing guards (L4)."""
    assert ledger
    tamper(statement)
    assert broken().keys() >= ids | {"L4"}
    assert broken().keys() <= ids | {"L4", "L5"}


def test_moving_a_leg_to_another_fund_is_found(ledger: Office) -> None:
    """The entry still sums to zero as a whole, not in its funds."""
    assert ledger
    tamper(
        "UPDATE posting SET gl_account_id = (SELECT id FROM gl_account WHERE role = 'sewer.usage')"
        " WHERE entry_id = 1 AND gl_account_id ="
        " (SELECT id FROM gl_account WHERE role = 'water.usage')"
    )
    found = broken()
    assert "L1" not in found
    assert {sentence.split(" in the ")[1] for sentence in found["L2"]} == {
        "Water fund.",
        "Sewer fund.",
    }


def test_a_guard_that_was_replaced_is_found(ledger: Office) -> None:
    """A trigger of the right name that does nothing is no guard."""
    assert ledger
    hollow = (
        'CREATE OR REPLACE FUNCTION "posting_no_delete"() RETURNS trigger LANGUAGE plpgsql'
        " AS $$ BEGIN RETURN OLD; END $$"
        if ON_SERVER
        else "CREATE TRIGGER posting_no_delete BEFORE DELETE ON posting WHEN 0"
        " BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    if not ON_SERVER:
        unguard("posting", "delete")
    bound().execute_sql(hollow)
    assert broken().keys() == {"L4"}
