"""Flags: what they need, how they end, and which end soon."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from town import build_town

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.transaction import write_transaction
from billing_tui.records.account_flags import MUST_END, NEEDS_PROOF, add_flag, end_flag
from billing_tui.records.flags_ending import flags_ending
from billing_tui.records.kinds import FlagKind
from billing_tui.records.lookup import account_summary
from billing_tui.records.tables import Account, AccountFlag

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

TODAY = date(2026, 11, 2)


@pytest.fixture
def account(desk: Callable[..., Desk]) -> int:
    """A house."""
    return build_town(desk, 1)[0]


def days(count: int) -> date:
    """A day from today."""
    return TODAY + timedelta(days=count)


@pytest.mark.parametrize("kind", sorted(NEEDS_PROOF))
def test_relief_needs_a_proof(desk: Callable[..., Desk], account: int, kind: FlagKind) -> None:
    """Somebody has seen a document; what it was stands with the flag and in the trail."""
    with pytest.raises(InvalidEntry, match="which document was seen") as refusal:
        add_flag(desk("maria"), account, kind, "Asked for it")
    assert (refusal.value.field, refusal.value.code) == ("proof", "FLAG-PROOF")
    add_flag(desk("maria"), account, kind, "Asked for it", proof="CARE letter of 10/30")
    [flag] = account_summary(account, TODAY).flags
    assert (flag.kind, flag.proof) == (kind, "CARE letter of 10/30")


@pytest.mark.parametrize("kind", sorted(MUST_END))
def test_a_hold_ends_or_is_looked_at_again(
    desk: Callable[..., Desk], account: int, kind: FlagKind
) -> None:
    """A hold without an end would be forgotten."""
    maria = desk("maria")
    with pytest.raises(InvalidEntry, match="looked at again") as refusal:
        add_flag(maria, account, kind, "Leak", open_ended=True)
    assert refusal.value.field == "review_day"
    with pytest.raises(InvalidEntry, match="ends needs no review"):
        add_flag(maria, account, kind, "Leak", to_day=days(9), review_day=days(5))
    with pytest.raises(InvalidEntry, match="before the first"):
        add_flag(maria, account, kind, "Leak", open_ended=True, review_day=days(-1))
    add_flag(maria, account, kind, "Leak", open_ended=True, review_day=days(5))
    assert account_summary(account, days(400)).flags[0].review_day == days(5)


def test_what_ends_soon_comes_first(desk: Callable[..., Desk], account: int) -> None:
    """Ended flags are gone, a review that was missed stays until somebody ends the flag."""
    maria = desk("maria")
    add_flag(maria, account, FlagKind.SENIOR, "65", to_day=days(20))
    add_flag(maria, account, FlagKind.CASH_ONLY, "NSF", to_day=days(3))
    add_flag(maria, account, FlagKind.INTERPRETER, "Tagalog", open_ended=True)
    hold = add_flag(maria, account, FlagKind.HOLD_BILL, "Leak", open_ended=True, review_day=days(1))
    found = flags_ending(days(2), 14)
    assert [(one.kind, one.due, one.review) for one in found] == [
        (FlagKind.HOLD_BILL, days(1), True),
        (FlagKind.CASH_ONLY, days(3), False),
    ]
    assert [one.sentence(days(2)) for one in found] == [
        "Hold bill: look at it again on 11/03/26, 1 day ago",
        "Cash only ends tomorrow",
    ]
    assert (found[0].account, found[0].name, found[0].staff) == (
        "10001-01",
        "Delgado, Rosa A",
        "maria",
    )
    end_flag(maria, hold, to_day=days(0))
    assert flags_ending(days(2), 14) == (found[1],)
    AccountFlag.update(to_day=None, review_day=None).where(AccountFlag.id == hold).execute()
    assert [(one.kind, one.due) for one in flags_ending(days(4), 9)] == [
        (FlagKind.HOLD_BILL, days(0))
    ]
    AccountFlag.delete_by_id(hold)
    assert [one.kind for one in flags_ending(days(4), 16)] == [FlagKind.SENIOR]


plans = st.lists(st.tuples(st.booleans(), st.integers(-9, 40)), max_size=12)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(plans, st.integers(0, 30), st.integers(1, 4))
def test_pages_hold_every_flag_once(
    office: Office,
    desk: Callable[..., Desk],
    plan: list[tuple[bool, int]],
    within: int,
    page: int,
) -> None:
    """Page after page gives just what a plain reading of the rule gives, soonest first."""
    first = Account.select().first()
    account = first.id if first else build_town(desk, 1)[0]
    with write_transaction(office.store):
        AccountFlag.delete().execute()
        for review, count in plan:
            AccountFlag.create(
                account=account, kind="Senior", reason="x", from_day=days(-99), staff=1,
                to_day=None if review else days(count),
                review_day=days(count) if review else None,
            )  # fmt: skip
    seen = list(flags_ending(TODAY, within, most=page))
    while seen and (more := flags_ending(TODAY, within, after=seen[-1], most=page)):
        seen += more
    expected = sorted(days(n) for review, n in plan if n <= within and (review or n >= 0))
    assert [one.due for one in seen] == expected
    assert len({one.flag_id for one in seen}) == len(seen)
