"""The chart of accounts in force: load it, and look accounts up by role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import Refused
from billing_tui.foundation.money import money_text
from billing_tui.ledger.chart_text import CASH, RECEIVABLE, read_chart_text
from billing_tui.ledger.tables import AccountType, GLAccount, Posting

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from billing_tui.access.desk import Desk
    from billing_tui.ledger.chart_text import ChartLine


@dataclass(frozen=True, slots=True)
class GL:
    """One account of the general ledger, as the journal needs it.

    Attributes:
        id: its row.
        code: fund-object, as the city's chart has it.
        name: what it holds.
        fund: the fund whose books it is in.
        role: what posts to it.
        open: whether it may be posted to.
        is_receivable: whether postings here are what customers owe.
    """

    id: int
    code: str
    name: str
    fund: str
    role: str
    open: bool
    is_receivable: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart in force.

    Attributes:
        accounts: every account, by its id and by its role.
        receivables: for each fund, the account that holds what customers owe it.
        cash: for each fund, its cash clearing account.
    """

    accounts: Mapping[int | str, GL]
    receivables: Mapping[str, GL]
    cash: Mapping[str, GL]

    def of(self, gl: int | str) -> GL:
        """The account with this id or role.

        Raises:
            Refused: nothing in the chart has it.
        """
        found = self.accounts.get(gl)
        if found is None:
            raise Refused(f"The chart of accounts has no {gl!r}; add it and load the chart again.")
        return found

    def receivable_of(self, gl: int | str) -> GL:
        """Where the debt for something that is credited to this account is held: its own fund."""
        return self.receivables[self.of(gl).fund]


@dataclass(frozen=True, slots=True)
class ChartLoaded:
    """What loading a chart did: roles added, changed and closed."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    closed: tuple[str, ...]


def read_chart() -> Chart:
    """The chart in force; read it once for a batch."""
    rows = rows_of("SELECT id, code, name, fund, role, open FROM gl_account")
    found = [
        GL(gl, code, name, fund, role, bool(alive), role.startswith(RECEIVABLE))
        for gl, code, name, fund, role, alive in rows
    ]
    accounts: dict[int | str, GL] = {}
    for account in found:
        accounts[account.id] = accounts[account.role] = account
    alive = [account for account in found if account.open]
    return Chart(
        accounts,
        {account.fund: account for account in alive if account.is_receivable},
        {account.fund: account for account in alive if account.role.startswith(CASH)},
    )


def gl_ids_by_role() -> dict[str, int]:
    """Ids of the open accounts by role."""
    return dict(rows_of("SELECT role, id FROM gl_account WHERE open = 1"))


def _change(row: GLAccount, line: ChartLine) -> bool:
    """Bring a row to what the text says; whether anything changed."""
    moved = (row.fund, row.type) != (line.fund, line.type.value)
    if moved and Posting.select().where(Posting.gl_account == row.id).exists():
        raise Refused(
            f"{line.role} has postings, so its fund and type stay {row.fund} and {row.type}."
        )
    if not moved and (row.code, row.name, row.open) == (line.code, line.name, True):
        return False
    row.code, row.name, row.fund, row.type = line.code, line.name, line.fund, line.type.value
    row.open = True
    row.save()
    return True


def _close(row: GLAccount) -> None:
    """Close an account that the text no longer names; what it holds must be moved first."""
    held = rows_of("SELECT coalesce(sum(cents), 0) FROM posting WHERE gl_account_id = ?", (row.id,))
    balance = int(held[0][0])
    if balance and row.type in {AccountType.ASSET, AccountType.LIABILITY}:
        raise Refused(f"{row.role} holds {money_text(balance)}; move it before closing it.")
    row.open = False
    row.save()


def _free_codes(rows: Iterable[GLAccount], owners: Mapping[str, str]) -> None:
    """Take codes from accounts that lose them to others, so that codes may change hands."""
    for row in rows:
        if owners.get(row.code, row.role) != row.role:
            row.code = f"{row.code}~{row.id}"
            GLAccount.update(code=row.code).where(GLAccount.id == row.id).execute()


def found_chart(text: str) -> ChartLoaded:
    """Put a chart in force, inside the caller's transaction (an office that is being set up).

    Raises:
        ProblemsFound: the text is wrong.
        Refused: it would move an account that has postings to another fund or type, or close one
            that still holds money.
    """
    lines = read_chart_text(text)
    rows = {row.role: row for row in GLAccount.select()}
    added = [line for line in lines if line.role not in rows]
    _free_codes(rows.values(), {line.code: line.role for line in lines})
    changed = [line.role for line in lines if line.role in rows and _change(rows[line.role], line)]
    for line in added:
        GLAccount.create(
            code=line.code, name=line.name, fund=line.fund, type=line.type.value, role=line.role
        )
    closed = sorted(rows.keys() - {line.role for line in lines})
    gone = [role for role in closed if rows[role].open]
    for role in gone:
        _close(rows[role])
    return ChartLoaded(tuple(line.role for line in added), tuple(changed), tuple(gone))


def load_chart(desk: Desk, text: str) -> ChartLoaded:
    """Put a chart of accounts in force; accounts that it no longer names are closed.

    Raises:
        ProblemsFound: the text is wrong.
        Refused: it would move an account that has postings to another fund or type, or close one
            that still holds money.
    """
    with writing(desk, Right.POST_LEDGER, "ledger.load_chart") as act:
        loaded = found_chart(text)
        act.about("chart", "accounts")
        act.after = {
            "added": list(loaded.added),
            "changed": list(loaded.changed),
            "closed": list(loaded.closed),
        }
    return loaded
