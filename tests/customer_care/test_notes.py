"""Notes: alerts that end, and follow-ups that are due."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import peewee
import pytest

from billing_tui.access.tables import AuditEntry
from billing_tui.customer_care.close_note import end_alert, finish_follow_up
from billing_tui.customer_care.follow_ups import followups_due
from billing_tui.customer_care.withdraw_note import withdraw_note
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.operations.verify import verify_office
from billing_tui.records.add_note import FollowUp, add_note
from billing_tui.records.lookup import account_summary, notes_of
from billing_tui.records.tables import Note

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

TODAY = date(2026, 11, 2)
WEEK = TODAY + timedelta(days=7)


def test_an_alert_stands_until_it_ends(desk: Callable[..., Desk], opened: int) -> None:
    """On its last day it is in sight, the day after it is not; ended by hand it goes at once."""
    maria = desk("maria")
    add_note(maria, opened, "Dog in yard", alert_to=WEEK)
    gate = add_note(maria, opened, "Gate code with the manager", sticky=True)

    def alerts(day: date) -> list[str]:
        return [note.text for note in account_summary(opened, day).sticky_notes]

    assert alerts(WEEK) == ["Gate code with the manager", "Dog in yard"]
    assert alerts(WEEK + timedelta(days=1)) == ["Gate code with the manager"]
    end_alert(maria, gate)
    assert alerts(TODAY) == ["Dog in yard"]
    with pytest.raises(Refused, match="no alert"):
        end_alert(maria, gate)


def test_a_follow_up_is_due_until_it_is_done(
    office: Office, desk: Callable[..., Desk], opened: int
) -> None:
    """One's own and anybody's, the oldest first; done with an outcome it leaves the list."""
    maria, luis = desk("maria"), desk("luis")
    mine = add_note(maria, opened, "Call back", follow_up=FollowUp(day=WEEK, username="Luis"))
    open_ = add_note(maria, opened, "Ask the crew", follow_up=FollowUp(day=TODAY))
    assert [one.note_id for one in followups_due(TODAY)] == [open_]
    assert [one.note_id for one in followups_due(WEEK, "luis")] == [open_, mine]
    assert [one.note_id for one in followups_due(WEEK, "maria")] == [open_]
    first = followups_due(WEEK, limit=1)
    assert [one.note_id for one in followups_due(WEEK, after=first[-1].key)] == [mine]
    finish_follow_up(luis, mine, "Reached her; content")
    assert [one.note_id for one in followups_due(WEEK)] == [open_]
    note = next(one for one in notes_of(opened) if one.note_id == mine)
    assert (note.done_day, note.outcome, note.follow_up_by) == (
        TODAY,
        "Reached her; content",
        "luis",
    )
    with pytest.raises(Refused, match="luis did that"):
        finish_follow_up(maria, mine, "again")
    assert [one.broken for one in verify_office(office.store) if one.broken] == []


def test_what_a_note_cannot_ask_for(desk: Callable[..., Desk], opened: int) -> None:
    """A day that has passed, somebody unknown, an alert that has ended, no outcome."""
    maria = desk("maria")
    gone = TODAY - timedelta(days=1)
    for more, field in (
        ({"follow_up": FollowUp(day=gone)}, "follow_up_day"),
        ({"follow_up": FollowUp(day=WEEK, username="nobody")}, "follow_up_by"),
        ({"alert_to": gone}, "alert_to"),
    ):
        with pytest.raises(InvalidEntry) as refusal:
            add_note(maria, opened, "x", **more)
        assert refusal.value.field == field
    plain = add_note(maria, opened, "x")
    with pytest.raises(Refused, match="no follow-up"):
        finish_follow_up(maria, plain, "done")
    due = add_note(maria, opened, "y", follow_up=FollowUp(day=TODAY))
    with pytest.raises(InvalidEntry):
        finish_follow_up(maria, due, " ")


def test_the_words_of_a_note_never_change(desk: Callable[..., Desk], opened: int) -> None:
    """The database itself refuses it, and refuses to delete the note."""
    note = add_note(desk("maria"), opened, "As it was said")
    with pytest.raises(peewee.IntegrityError):
        Note.update(text="otherwise").where(Note.id == note).execute()
    with pytest.raises(peewee.IntegrityError):
        Note.delete().where(Note.id == note).execute()


def test_a_withdrawn_note_keeps_its_words_and_does_nothing_more(
    office: Office, desk: Callable[..., Desk], opened: int
) -> None:
    """Its alert is out of sight, its follow-up off the list, the trail says why; once only."""
    maria = desk("maria")
    wrong = add_note(maria, opened, "Dog", sticky=True, follow_up=FollowUp(day=TODAY))
    with pytest.raises(InvalidEntry, match="Say why"):
        withdraw_note(maria, wrong, " ")
    withdraw_note(maria, wrong, "the wrong account")
    [line] = notes_of(opened)
    assert (line.told, line.withdrawn_day, line.withdrawn_why) == (
        "[withdrawn] Dog", TODAY, "the wrong account",
    )  # fmt: skip
    assert not line.alerts_on(TODAY)
    assert account_summary(opened, TODAY).sticky_notes == ()
    assert followups_due(TODAY) == ()
    entry = AuditEntry.select().order_by(AuditEntry.seq.desc()).get()
    assert (entry.verb, entry.why) == ("customer_care.withdraw_note", "the wrong account")
    assert "Dog" in entry.before
    for again in (
        lambda: withdraw_note(maria, wrong, "again"),
        lambda: end_alert(maria, wrong),
        lambda: finish_follow_up(maria, wrong, "done"),
    ):
        with pytest.raises(Refused):
            again()
    assert [one.broken for one in verify_office(office.store) if one.broken] == []
