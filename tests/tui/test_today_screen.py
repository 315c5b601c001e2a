"""TDO010: the board as a lead and a clerk work it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driving import drive

from billing_tui.access.drafts import drafts_of
from billing_tui.access.tables import StaffMember
from billing_tui.operations.today.tables import WorkMark
from billing_tui.tui.screens import menu

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from billing_tui.access.desk import Desk
    from billing_tui.access.drafts import Draft
    from billing_tui.tui.app import BillingApp

    Sit = Callable[..., BillingApp]


def test_enter_opens_the_work_where_it_is_done(app: Sit) -> None:
    """The first line of the lead's board leads to the screen that is named under it."""
    shown, opened = drive(app(), "5.1<enter>", "<enter>")

    assert shown.ident == "TDO010"
    assert f"Done on {opened.ident}" in shown.text


def test_a_claim_stands_on_the_board_at_once(app: Sit) -> None:
    """Two rows claimed with one Enter; the name stands beside them, for the other lead too."""
    drive(app("luis"), "5.1<enter>1<down>1<enter>")
    assert [row.staff.username for row in WorkMark.select()] == ["luis", "luis"]
    (seen,) = drive(app("nora"), "5.1<enter>")
    assert seen.text.count("  luis") == 2


def test_work_is_put_off_in_one_burst(app: Sit) -> None:
    """Option, day, reason: gone from the board and counted as put off."""
    (seen,) = drive(app("maria"), "5.1<enter>4<enter>+31<enter>1<enter>")
    assert "1 put off" in seen.text
    assert "0 put off" not in seen.text


def test_what_was_put_off_is_listed_and_taken_back(app: Sit) -> None:
    """F11 twice from one's own work: its day, 6, and it is due again; then nothing is put off."""
    drive(app("maria"), "5.1<enter>4<enter>+31<enter>1<enter>")
    off, back, due = drive(app("maria"), "5.1<enter><f11><f11>", "6<enter>", "<f11>")
    assert off.sentence.startswith("What was put off: 6 takes it back")
    assert "12/21/26" in off.text
    assert "6=Take back" in off.text
    assert "0 pieces of work put off" in back.text
    assert "0 put off" in due.text
    assert [row.snoozed_until for row in WorkMark.select()] == [None]


def test_a_clerk_hands_nothing_out(app: Sit) -> None:
    """The refusal says who does, and nothing is stored."""
    (seen,) = drive(app("maria"), "5.1<enter>3<enter>maria<enter>1<enter>")
    assert seen.sentence.startswith("A lead or the specialist hands work out")
    assert WorkMark.select().count() == 0


def test_work_of_somebody_else_is_refused_before_the_window_opens(app: Sit) -> None:
    """Put off what the lead has claimed: no window, no entry, the reason at once."""
    drive(app("luis"), "5.1<enter>1<enter>")
    (seen,) = drive(app("maria"), "5.1<enter><f11>4<enter>")
    assert seen.ident == "TDO010"
    assert seen.sentence == "luis has that."


def test_what_needs_the_lead_stands_first(app: Sit) -> None:
    """With its reason under the board."""
    drive(app("maria"), "5.1<enter><end>7<enter>the customer waits at the counter<enter>")
    (seen,) = drive(app("luis"), "5.1<enter>")
    assert "For the lead: the customer waits at the counter" in seen.text


def test_options_stand_when_one_comes_back(app: Sit) -> None:
    """Work was opened and left again: the next Enter carries out what was keyed beside another."""
    _, back, asked = drive(app("luis"), "5.1<enter>5<down>4<enter>", "<f12>", "<enter>")
    assert back.ident == "TDO010"
    assert "Put off: " in asked.text


def test_the_menu_looks_for_drafts_once(app: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    """When it opens; its first sentence needs no second look at the folder."""
    looked: list[str] = []

    def counting(desk: Desk) -> tuple[Draft, ...]:
        looked.append(desk.username)
        return drafts_of(desk)

    monkeypatch.setattr(menu, "drafts_of", counting)
    (shown,) = drive(app("maria"), "")
    assert shown.ident == "MNU010"
    assert looked == ["maria"]


def test_a_number_of_a_reason_is_not_asked_for_above_the_day(app: Sit) -> None:
    """The day is asked first; the reasons stand under the fields, and a long title is marked."""
    (seen,) = drive(app("luis"), "5.1<enter>4<enter>")
    assert seen.text.index(" Until") < seen.text.index("1  Waits for the customer")
    (title,) = (line for line in seen.text.splitlines() if "-- Put off: " in line)
    assert title.rstrip().endswith(("~", "-"))


def test_one_refusal_takes_no_other_option_along(app: Sit) -> None:
    """The first row is somebody's: the third is claimed all the same, the second asked next."""
    drive(app("luis"), "5.1<enter>1<enter>")
    first, asked = drive(app("nora"), "5.1<enter>1<down>4<down>1<enter>", "<enter>")

    assert first.sentence.startswith("luis has that already")
    assert first.sentence.endswith(" 1 to go: Enter.")
    assert [row.staff.username for row in WorkMark.select()] == ["luis", "nora"]
    assert "Put off: " in asked.text


def test_a_day_gone_by_is_refused_at_the_day(app: Sit) -> None:
    """Before the reason is keyed, with the cursor still on the day."""
    (seen,) = drive(app("luis"), "5.1<enter>4<enter>-1<enter>")
    assert seen.ident == "RSN010"
    assert seen.sentence == "Key a day within the next 60."
    assert seen.focus == "until"


def test_who_can_take_work_is_listed_by_name(app: Sit) -> None:
    """F4 tells whose user name it is; somebody who is known and may not is told so."""
    listed, refused = drive(app("luis"), "5.1<enter>3<enter><f4>", "<f12>maria<enter>")
    names = {one.username: one.name for one in StaffMember.select()}
    assert f"NORA {names['nora']}" in " ".join(listed.text.split())
    assert refused.sentence == "maria may not do that; F4 lists who may."
