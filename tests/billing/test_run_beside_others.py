"""A bill run in small transactions: what is seen between them, and who else may be at it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from billing_tui.billing import audit_run as auditing, review_bills
from billing_tui.billing.approve_run import approve_run, cancel_run
from billing_tui.billing.audit_run import audit_run
from billing_tui.billing.calculate_run import calculate_run
from billing_tui.billing.findings import findings
from billing_tui.billing.open_run import open_run
from billing_tui.billing.post_run import post_run
from billing_tui.billing.review_bills import accept_all, hold_bill
from billing_tui.billing.runs import RunRefused, account_ranges, find_run
from billing_tui.billing.states import Decision, RunState
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.transaction import write_transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk

RUN = "2026-10-07-1"

pytestmark = pytest.mark.usefixtures("town")


@pytest.fixture(autouse=True)
def _two_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The five accounts of the town come in three parts."""
    monkeypatch.setattr(auditing, "account_ranges", partial(account_ranges, size=2))
    monkeypatch.setattr(review_bills, "_AT_ONCE", 2)


def calculated(desk: Callable[..., Desk]) -> None:
    """Open and calculate the town's run."""
    open_run(desk("luis"), "07")
    calculate_run(desk("luis"), RUN)


class Stopped(Exception):  # noqa: N818
    """The power fails."""


def stop(done: int, _: int) -> None:
    """Break off after the first part."""
    if done == 2:
        raise Stopped


def told() -> list[tuple[str, str, str]]:
    """Account, test and decision of every finding of the run."""
    rows = findings(find_run(RUN).id, only_open=False)
    return sorted((row.account, row.test, row.decision.value) for row in rows)


def test_an_audit_that_broke_off_is_put_right_by_the_next(desk: Callable[..., Desk]) -> None:
    """The run stands as calculated, and no finding is there twice or of a draft that is gone."""
    calculated(desk)
    with pytest.raises(Stopped):
        audit_run(desk("luis"), RUN, progress=stop)
    assert find_run(RUN).state is RunState.CALCULATED
    assert len(told()) == 2
    with write_transaction(desk("luis").store):
        desk("luis").store.database.execute_sql("UPDATE finding SET sentence = 'old' WHERE id = 1")

    audit_run(desk("luis"), RUN)

    assert len({account for account, _, _ in told()}) == len(told()) == 5
    assert not rows_of("SELECT id FROM finding WHERE sentence = 'old'")


def test_an_error_is_not_accepted_because_a_warning_was(desk: Callable[..., Desk]) -> None:
    """A finding that says the same, but weighs more now, has to be decided anew."""
    calculated(desk)
    audit_run(desk("luis"), RUN)
    accept_all(desk("luis"), RUN, "first bill", "new town")
    with write_transaction(desk("luis").store):
        desk("luis").store.database.execute_sql(
            "UPDATE finding SET severity = 'error' WHERE id = (SELECT min(id) FROM finding)"
        )

    audit_run(desk("luis"), RUN)

    assert [decision for _, _, decision in told()].count(Decision.OPEN.value) == 1


def test_what_is_decided_while_an_audit_runs_is_kept(desk: Callable[..., Desk]) -> None:
    """An acceptance between two parts of a second audit is not lost."""
    calculated(desk)
    audit_run(desk("luis"), RUN)

    def accept(done: int, _: int) -> None:
        if done == 2:
            accept_all(desk("nora"), RUN, "first bill", "new town")

    audit_run(desk("luis"), RUN, progress=accept)

    assert {decision for _, _, decision in told()} == {Decision.ACCEPTED.value}


def test_many_are_accepted_in_parts(desk: Callable[..., Desk]) -> None:
    """All are accepted, and the trail says of each part how many."""
    calculated(desk)
    audit_run(desk("luis"), RUN)

    assert accept_all(desk("luis"), RUN, "first bill", "new town") == 5

    parts = rows_of("SELECT after FROM audit_entry WHERE verb = 'billing.accept_all' ORDER BY seq")
    assert [part for (part,) in parts] == [
        f'{{"accepted":{n},"test":"first bill"}}' for n in (2, 2, 1)
    ]


def test_a_bill_held_while_an_audit_runs_refuses_it(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """What was computed from drafts that changed meanwhile is not written."""
    calculated(desk)
    audit_run(desk("luis"), RUN)

    def hold(done: int, _: int) -> None:
        if done == 2:
            hold_bill(desk("nora"), RUN, town[4], "leak reported")

    with pytest.raises(RunRefused, match="moved on by somebody else"):
        audit_run(desk("luis"), RUN, progress=hold)
    assert find_run(RUN).bills == 4


def test_a_run_cancelled_while_it_is_calculated_keeps_no_drafts(
    desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The calculation is refused at its next part; the run stays cancelled and empty."""
    monkeypatch.setattr("billing_tui.billing.calculate_run.CHUNK", 2)
    open_run(desk("luis"), "07")

    def cancel(done: int, _: int) -> None:
        if done == 2:
            cancel_run(desk("nora"), RUN, "wrong dates")

    with pytest.raises(RunRefused, match="moved on by somebody else"):
        calculate_run(desk("luis"), RUN, progress=cancel)
    assert find_run(RUN).state is RunState.CANCELLED
    assert rows_of("SELECT id FROM bill") == []
    assert rows_of("SELECT DISTINCT state FROM run_item") == [("pending",)]


def test_a_run_begun_anew_by_somebody_else_refuses_the_first(
    desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two calculations of one run the later one counts."""
    monkeypatch.setattr("billing_tui.billing.calculate_run.CHUNK", 2)
    open_run(desk("luis"), "07")

    def again(done: int, _: int) -> None:
        if done == 2:
            calculate_run(desk("nora"), RUN)

    with pytest.raises(RunRefused, match="moved on by somebody else"):
        calculate_run(desk("luis"), RUN, progress=again)
    assert (find_run(RUN).state, find_run(RUN).bills) == (RunState.CALCULATED, 5)


def test_a_run_of_which_bills_are_posted_is_not_calculated_or_cancelled(
    desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Posting broke off: the rest is posted, nothing is begun anew."""
    monkeypatch.setattr("billing_tui.billing.post_run.SMALLEST_CHUNK", 2)

    calculated(desk)
    audit_run(desk("luis"), RUN)
    accept_all(desk("luis"), RUN, "first bill", "new town")
    approve_run(desk("nora"), RUN)
    with pytest.raises(Stopped):
        post_run(desk("luis"), RUN, progress=stop)
    assert rows_of("SELECT count(*) FROM run_item WHERE state = 'posted'") == [(2,)]

    with pytest.raises(RunRefused, match="posted; post the rest"):
        calculate_run(desk("luis"), RUN)
    with pytest.raises(RunRefused, match="posted; post the rest"):
        cancel_run(desk("luis"), RUN, "wrong dates")
    assert find_run(RUN).state is RunState.APPROVED
