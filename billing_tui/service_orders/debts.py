"""What somebody who asks for service still owes from before (CUS-7).

Only the customer's own accounts count: the same customer, or one of the same name and a phone in
common. What a previous tenant owes at the place is never looked at (PUC 10009.6, 12822.6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.money import money_text
from billing_tui.ledger.receivables import balances
from billing_tui.records.kinds import AccountStatus
from billing_tui.records.new_records import NewCustomer, phone_digits

if TYPE_CHECKING:
    from collections.abc import Collection

LAW = (
    "Only the customer's own debt counts; a previous tenant's is never asked of who comes next "
    "(PUC 10009.6; municipal utility districts 12822.6)."
)
_LEFT = (
    AccountStatus.FINAL_PENDING,
    AccountStatus.FINAL_BILLED,
    AccountStatus.CLOSED,
    AccountStatus.WRITTEN_OFF,
)
_ACCOUNTS = """
SELECT a.id, a.number, l.house || ' ' || l.street FROM account a
JOIN location l ON l.id = a.location_id
WHERE a.customer_id = ? AND a.status IN (?, ?, ?, ?) ORDER BY a.number
"""


@dataclass(frozen=True, slots=True)
class OldDebt:
    """An account that the customer left and has not paid."""

    account: str
    address: str
    cents: int

    @property
    def sentence(self) -> str:
        """What the clerk reads, with the law."""
        owed = money_text(self.cents)
        return f"The customer owes {owed} from {self.account}, {self.address}. {LAW}"


def _name_and_phones(customer: int | NewCustomer) -> tuple[str, frozenset[str]]:
    if isinstance(customer, NewCustomer):
        return customer.name.strip(), frozenset(map(phone_digits, customer.phones))
    rows = rows_of("SELECT name FROM customer WHERE id = ?", (customer,))
    phones = rows_of("SELECT digits FROM phone WHERE customer_id = ?", (customer,))
    return (rows[0][0] if rows else ""), frozenset(row[0] for row in phones)


def same_people(customer: int | NewCustomer) -> list[int]:
    """Rows of the customers who are taken for this one."""
    name, phones = _name_and_phones(customer)
    found = set() if isinstance(customer, NewCustomer) else {customer}
    for digits in phones:
        rows = rows_of(
            "SELECT c.id FROM phone p JOIN customer c ON c.id = p.customer_id"
            " WHERE p.digits = ? AND lower(c.name) = lower(?)",
            (digits, name),
        )
        found |= {row[0] for row in rows}
    return sorted(found)


def old_debts(customer: int | NewCustomer, *, besides: Collection[int] = ()) -> tuple[OldDebt, ...]:
    """Accounts that the customer left with something owed; `besides` are rows not to look at."""
    accounts = {
        row[0]: (row[1], row[2])
        for one in same_people(customer)
        for row in rows_of(_ACCOUNTS, (one, *[status.value for status in _LEFT]))
        if row[0] not in besides
    }
    owed = balances(accounts)
    return tuple(OldDebt(*accounts[key], owed[key]) for key in accounts if owed[key] > 0)
