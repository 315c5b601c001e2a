"""Journal entries as values: legs that balance in every fund, and the rules that they must keep.

What a customer owes is held in the fund that the money is for, so a bill, a payment or an
adjustment balances within each fund and no fund comes to owe another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from billing_tui.foundation.errors import Refused
from billing_tui.foundation.money import LIMIT_CENTS, money_text
from billing_tui.ledger.tables import EntryKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from billing_tui.ledger.chart import GL, Chart


_DATED = frozenset({EntryKind.BILL, EntryKind.OPENING})
"""Kinds whose debits must say when they fall due."""


class Unbalanced(Refused):
    """An entry that would not stand in the journal."""

    code = "LEDGER-ENTRY"


class Leg(NamedTuple):
    """One leg of an entry.

    Attributes:
        gl: role or id of the general-ledger account.
        cents: debit above zero, credit below.
        account: row of the customer's account, on receivable legs only.
        service: the service that the money is for, on receivable legs only.
        due: when a receivable debit falls due; on a receivable credit, which due day it is against.
            None lets it count against the oldest (see `aging`); a billed debit must name a day.
    """

    gl: str | int
    cents: int
    account: int | None = None
    service: str | None = None
    due: date | None = None


class Entry(NamedTuple):
    """A movement of money that is ready to be posted.

    Attributes:
        day: the day on which it counts.
        kind: what moved the money.
        reference: number of the bill, receipt or batch; unique within its kind.
        legs: at least two; they sum to zero in every fund.
        memo: a remark, or "".
    """

    day: date
    kind: EntryKind
    reference: str
    legs: tuple[Leg, ...]
    memo: str = ""


def _check_leg(leg: Leg, gl: GL, entry: Entry) -> None:
    """Refuse a leg that may not stand, whatever the others are."""
    where = f"{entry.kind} {entry.reference}: {gl.role}"
    if type(leg.cents) is not int or not 0 < abs(leg.cents) <= LIMIT_CENTS:
        raise Unbalanced(f"{where} {leg.cents!r} is not a whole number of cents within the limit.")
    if not gl.open:
        raise Unbalanced(f"{where} is closed; open it in the chart or post elsewhere.")
    if gl.is_receivable and (leg.account is None or leg.service is None):
        raise Unbalanced(f"{where} needs a customer's account and a service.")
    if gl.is_receivable and entry.kind in _DATED and leg.cents > 0 and leg.due is None:
        raise Unbalanced(f"{where} needs the day on which it falls due.")
    if not gl.is_receivable and (leg.account, leg.service, leg.due) != (None, None, None):
        raise Unbalanced(f"{where} is no receivable, so it names no account, service or due day.")


def settled(entry: Entry, chart: Chart) -> list[tuple[GL, Leg]]:
    """The legs with their general-ledger accounts, when the entry may stand.

    Raises:
        Unbalanced: naming the fund that does not sum to zero, or the leg and what is wrong with it.
        Refused: the chart has no such account.
    """
    if not entry.reference.strip():
        raise Unbalanced(f"A {entry.kind} entry needs a reference.")
    if len(entry.legs) < 2:
        raise Unbalanced(f"{entry.kind} {entry.reference}: an entry has at least two legs.")
    sums: dict[str, int] = {}
    found: list[tuple[GL, Leg]] = []
    for leg in entry.legs:
        gl = chart.of(leg.gl)
        _check_leg(leg, gl, entry)
        sums[gl.fund] = sums.get(gl.fund, 0) + leg.cents
        found.append((gl, leg))
    for fund, cents in sums.items():
        if cents:
            raise Unbalanced(
                f"{entry.kind} {entry.reference}: the {fund} fund is off by {money_text(cents)}."
            )
    return found


def charge_legs(
    chart: Chart,
    charges: Iterable[tuple[str, str, int]],
    *,
    account: int,
    due: date | None,
) -> tuple[Leg, ...]:
    """Legs of a bill or an adjustment: each role credited, the debt held in the role's own fund.

    Args:
        chart: the chart in force.
        charges: role to credit, service, cents (negative for a discount or a credit).
        account: row of the customer's account.
        due: when the debt falls due.
    """
    credits_: dict[int, int] = {}
    debts: dict[tuple[int, str], int] = {}
    for role, service, cents in charges:
        gl = chart.of(role)
        credits_[gl.id] = credits_.get(gl.id, 0) - cents
        debt = (chart.receivable_of(role).id, service)
        debts[debt] = debts.get(debt, 0) + cents
    return (
        *(Leg(gl, cents, account, service, due) for (gl, service), cents in debts.items() if cents),
        *(Leg(gl, cents) for gl, cents in credits_.items() if cents),
    )


def payment_legs(
    chart: Chart, parts: Mapping[tuple[int, str], int], *, account: int
) -> tuple[Leg, ...]:
    """Legs of a payment: cash in, debt down, in each fund.

    Args:
        chart: the chart in force.
        parts: cents paid, by receivable account and service, as `share_out` gives them.
        account: row of the customer's account.
    """
    cash: dict[int, int] = {}
    for (gl, _), cents in parts.items():
        clearing = chart.cash[chart.of(gl).fund].id
        cash[clearing] = cash.get(clearing, 0) + cents
    return (
        *(Leg(gl, cents) for gl, cents in cash.items() if cents),
        *(Leg(gl, -cents, account, service) for (gl, service), cents in parts.items() if cents),
    )


def share_out(cents: int, owed: Mapping[tuple[int, str], int]) -> dict[tuple[int, str], int]:
    """A payment spread over what is owed, in proportion; the parts sum to the payment exactly.

    Parts are whole cents by the largest remainder, ties to the smaller key. Whatever exceeds the
    debt goes to the largest part as unapplied credit. Paying exactly what is owed clears every
    part, credits included.

    Raises:
        Refused: there is nothing to spread it over.
    """
    if not owed:
        raise Refused("There is no receivable to which this payment could go.")
    if sum(owed.values()) == cents:
        return {key: part for key, part in owed.items() if part}
    debts = {key: part for key, part in owed.items() if part > 0}
    total = sum(debts.values())
    largest = min(owed, key=lambda key: (-owed[key], key))
    if cents >= total:
        parts = dict(debts)
        parts[largest] = parts.get(largest, 0) + cents - total
        return {key: part for key, part in parts.items() if part}
    shares = {key: divmod(cents * part, total) for key, part in debts.items()}
    left = cents - sum(whole for whole, _ in shares.values())
    by_rest = sorted(shares, key=lambda key: (-shares[key][1], key))
    parts = {key: shares[key][0] + (key in by_rest[:left]) for key in sorted(shares)}
    return {key: part for key, part in parts.items() if part}
