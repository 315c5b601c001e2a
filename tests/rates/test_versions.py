"""Versions: loaded as drafts, approved by another, proved, frozen, followed day by day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import peewee
import pytest

from billing_tui.access.desk import NotAllowed
from billing_tui.access.hire import found_staff
from billing_tui.access.rights import Role
from billing_tui.access.tables import AuditEntry
from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import InvalidEntry, NotFound, ProblemsFound, Refused
from billing_tui.foundation.transaction import write_transaction
from billing_tui.rates.approve_schedule import approve_schedule, mark_in_use
from billing_tui.rates.import_schedule import import_schedule
from billing_tui.rates.invariants import INVARIANTS
from billing_tui.rates.lookup import all_versions, difference, find_version, versions_between
from billing_tui.rates.tables import RateVersion, VersionState
from billing_tui.rates.withdraw_schedule import withdraw_schedule

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

TEXT = """
schedule: W
title: Water
service: water
unit: ccf
resolution: "{resolution}"
effective: {effective}
classes:
  C:
    charges: [{{code: A, label: Water, kind: usage, revenue: water.usage, price: {price}}}]
examples:
  - {{name: ten, class: C, from: 2026-01-01, to: 2026-01-31, usage: 10,
      lines: [{{code: A, amount: {amount}}}], total: {amount}}}
"""


def text(effective: str, price: str = "1.25", amount: str = "12.50", resolution: str = "1") -> str:
    """A small schedule."""
    return TEXT.format(effective=effective, price=price, amount=amount, resolution=resolution)


def broken() -> list[str]:
    """What the invariants of the room find."""
    return [sentence for invariant in INVARIANTS for sentence in invariant.broken()]


@pytest.fixture
def two(desk: Callable[..., Desk]) -> None:
    """Version 1 approved from 2027-01-01, version 2 from 2027-07-01."""
    for number, effective in enumerate(("2027-01-01", "2027-07-01"), 1):
        import_schedule(desk("sam"), text(effective, resolution=str(number)))
        approve_schedule(desk("luis"), "W", number)


@pytest.mark.usefixtures("two")
def test_versions_follow_each_other() -> None:
    """An approved version ends the day before the next; lookups give those of the period."""
    first, second = all_versions("W")
    assert (first.effective_to, second.effective_to) == (date(2027, 6, 30), None)
    assert (first.state, first.prepared_by, first.approved_by) == ("Approved", "sam", "luis")
    found = versions_between("W", date(2027, 6, 15), date(2027, 7, 1))
    assert [version.number for version in found] == [1]
    found = versions_between("W", date(2027, 6, 15), date(2027, 7, 2))
    assert [version.number for version in found] == [1, 2]
    assert versions_between("W", date(2026, 1, 1), date(2027, 1, 1)) == ()
    assert broken() == []


@pytest.mark.usefixtures("two")
def test_a_version_between_two(desk: Callable[..., Desk]) -> None:
    """A version approved between two others ends where the later one begins."""
    import_schedule(desk("sam"), text("2027-03-01", resolution="3"))
    approve_schedule(desk("luis"), "W", 3)
    ends = [version.effective_to for version in all_versions("W")]
    assert ends == [date(2027, 2, 28), None, date(2027, 6, 30)]
    assert broken() == []


def test_same_text_twice(desk: Callable[..., Desk]) -> None:
    """The same text again is refused with the number that it got first."""
    import_schedule(desk("sam"), text("2027-01-01"))
    with pytest.raises(Refused, match="version 1 of W"):
        import_schedule(desk("sam"), text("2027-01-01"))


def test_rights(desk: Callable[..., Desk]) -> None:
    """A clerk loads nothing, a specialist approves nothing."""
    with pytest.raises(NotAllowed):
        import_schedule(desk("maria"), text("2027-01-01"))
    import_schedule(desk("sam"), text("2027-01-01"))
    with pytest.raises(NotAllowed):
        approve_schedule(desk("sam"), "W", 1)


def test_nobody_approves_their_own(office: Office, desk: Callable[..., Desk]) -> None:
    """Whoever has both rights still needs a second person."""
    with write_transaction(office.store):
        found_staff("both", "Both", [Role.LEAD, Role.SPECIALIST], date(2020, 1, 1))
    import_schedule(desk("both"), text("2027-01-01"))
    with pytest.raises(Refused, match="somebody else"):
        approve_schedule(desk("both"), "W", 1)
    assert approve_schedule(desk("luis"), "W", 1).state is VersionState.APPROVED
    with pytest.raises(Refused, match="Approved already"):
        approve_schedule(desk("nora"), "W", 1)


def test_golden_bills_must_reproduce(desk: Callable[..., Desk]) -> None:
    """An example off by a cent refuses the approval, with the difference; so does none at all."""
    import_schedule(desk("sam"), text("2027-01-01", amount="12.51"))
    with pytest.raises(ProblemsFound, match=r"12\.51 and comes to 12\.50"):
        approve_schedule(desk("luis"), "W", 1)
    import_schedule(desk("sam"), text("2027-01-01").partition("examples:")[0])
    with pytest.raises(ProblemsFound, match="no worked example"):
        approve_schedule(desk("luis"), "W", 2)
    assert {version.state for version in all_versions("W")} == {VersionState.DRAFT}


@pytest.mark.usefixtures("two")
def test_a_draft_is_withdrawn_with_a_reason_and_never_in_force(desk: Callable[..., Desk]) -> None:
    """It stays on record; nobody approves it, nothing is billed under it, its day stays free."""
    sam, wrong = desk("sam"), text("2027-10-01", amount="12.51", resolution="3")
    import_schedule(sam, wrong)
    with pytest.raises(InvalidEntry, match="reason"):
        withdraw_schedule(sam, "W", 3, " ")
    with pytest.raises(NotAllowed):
        withdraw_schedule(desk("maria"), "W", 3, "a slip")

    assert withdraw_schedule(sam, "W", 3, "a slip in the example").state == "Withdrawn"

    entry = AuditEntry.select().order_by(AuditEntry.seq.desc()).get()
    assert (entry.verb, entry.subject) == ("rates.withdraw_schedule", "W 3")
    assert entry.why == "a slip in the example"
    for again in (lambda: approve_schedule(desk("luis"), "W", 3),
                  lambda: withdraw_schedule(sam, "W", 3, "again"),
                  lambda: withdraw_schedule(sam, "W", 1, "in force")):  # fmt: skip
        with pytest.raises(Refused, match=r"Withdrawn already|only a draft is withdrawn"):
            again()
    found = versions_between("W", date(2027, 11, 1), date(2027, 12, 1))
    assert [version.number for version in found] == [2]
    assert import_schedule(sam, wrong).number == 4
    import_schedule(sam, text("2027-10-01", resolution="3"))
    assert approve_schedule(desk("luis"), "W", 5).state is VersionState.APPROVED
    assert broken() == []


@pytest.mark.usefixtures("two")
def test_same_day_is_taken(desk: Callable[..., Desk]) -> None:
    """Rates that stand are followed, never replaced."""
    import_schedule(desk("sam"), text("2027-07-01", price="1.250", resolution="4"))
    with pytest.raises(Refused, match="approved from 2027-07-01"):
        approve_schedule(desk("luis"), "W", 3)


def test_late_approval_is_refused_once_used(desk: Callable[..., Desk], office: Office) -> None:
    """Where bills went out under a version, a later one cannot take back days that have passed."""
    import_schedule(desk("sam"), text("2026-01-01"))
    used = approve_schedule(desk("luis"), "W", 1)
    with write_transaction(office.store):
        mark_in_use([used.id])
    assert find_version("W", 1).state is VersionState.IN_USE
    import_schedule(desk("sam"), text("2026-10-01", resolution="2"))
    with pytest.raises(Refused, match="before it takes effect"):
        approve_schedule(desk("luis"), "W", 2)


@pytest.mark.usefixtures("two")
def test_use_supersedes(office: Office) -> None:
    """Once bills go out under the next version, the one before is superseded."""
    first, second = all_versions("W")
    with write_transaction(office.store):
        mark_in_use([first.id])
        mark_in_use([second.id])
    states = [version.state for version in all_versions("W")]
    assert states == [VersionState.SUPERSEDED, VersionState.IN_USE]


@pytest.mark.usefixtures("two")
def test_the_database_refuses_changes(office: Office) -> None:
    """An approved version cannot be changed or deleted, whoever writes the SQL."""
    for statement in (
        "UPDATE rate_version SET text = 'x' WHERE number = 1",
        "UPDATE rate_version SET effective_from = '2020-01-01'",
        "DELETE FROM rate_version",
    ):
        with pytest.raises(peewee.IntegrityError, match="never changed"):
            office.store.database.execute_sql(statement)


@pytest.mark.usefixtures("two")
def test_invariants_find_damage(office: Office, desk: Callable[..., Desk]) -> None:
    """A draft's edited text, an overlap and an approval by nobody are found."""
    import_schedule(desk("sam"), text("2028-01-01"))
    with write_transaction(office.store):
        RateVersion.update(text="schedule: W").where(RateVersion.number == 3).execute()
        RateVersion.update(effective_to=date(2027, 7, 5)).where(RateVersion.number == 1).execute()
        RateVersion.update(approved_by=1).where(RateVersion.number == 3).execute()
    found = " ".join(broken())
    for part in ("not the one that was loaded", "cannot be read", "overlap", "approved by nobody"):
        assert part in found


def test_difference(desk: Callable[..., Desk]) -> None:
    """What changed is named place by place."""
    import_schedule(desk("sam"), text("2027-01-01"))
    import_schedule(desk("sam"), text("2028-01-01", price="1.5", amount="15"))
    assert [(c.place, c.before, c.after) for c in difference("W", 1, 2)] == [
        ("effective", "2027-01-01", "2028-01-01"),
        ("classes.C.charges.A.price", "1.25", "1.5"),
    ]
    with pytest.raises(NotFound):
        difference("W", 1, 9)


def test_city_schedules_can_be_approved(desk: Callable[..., Desk]) -> None:
    """Every schedule that we ship loads, proves itself and is approved."""
    paths = sorted(data_path("rates").glob("*.yaml"))
    assert len(paths) >= 6
    for path in paths:
        draft = import_schedule(desk("sam"), path.read_text(encoding="utf-8"))
        approve_schedule(desk("luis"), draft.schedule, draft.number)
    assert broken() == []
