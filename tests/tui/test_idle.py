"""A terminal that nobody is at: locked by PIN, or signed off, and nothing lost either way."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from driving import drive, see, type_keys

from billing_tui.access.drafts import drafts_of
from billing_tui.access.pin import pin_fits, set_idle_minutes, set_pin
from billing_tui.access.tables import AuditEntry, StaffMember
from billing_tui.foundation.errors import BillingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.tui.app import BillingApp

    Sit = Callable[..., BillingApp]


def _idle(app: BillingApp, before: str, *after: str) -> list[Any]:
    """Type, stay away for an hour, type again."""

    async def run() -> list[Any]:
        seen = []
        async with app.run_test(size=(80, 24)) as pilot:
            await type_keys(pilot, app, before)
            app.last_key -= 3600
            app.look_whether_idle()
            for step in ("", *after):
                await type_keys(pilot, app, step)
                if app._exit:
                    break
                seen.append(see(app))
        return seen

    return asyncio.run(run())


def test_an_idle_terminal_shows_nothing_until_the_pin_is_keyed(app: Sit) -> None:
    """The account is out of sight, no way leads around, and the PIN brings it back."""
    sitting = app("maria")
    set_pin(sitting.desk, "horse7")
    locked, tried, back = _idle(sitting, "10432-03<enter>", "<f2>acc010<enter>", "horse7<enter>")

    assert locked.ident == tried.ident == "LCK010"
    assert "Delgado" not in locked.text
    assert back.ident == "ACC020"


def test_what_was_said_before_the_lock_is_not_said_again(app: Sit) -> None:
    """Choosing a PIN says how to lock; after the lock that is old."""
    sitting = app("maria")
    locked, back = _idle(sitting, "6.4<enter>horse7<enter>horse7<enter><f10>", "horse7<enter>")
    assert locked.ident == "LCK010"
    assert back.ident == "MNU010"
    assert back.sentence == "Unlocked; everything stands as it was left."


def test_five_wrong_pins_end_the_session_and_are_written_down(app: Sit) -> None:
    """The trail has one entry with the count."""
    sitting = app("maria")
    set_pin(sitting.desk, "horse7")
    _idle(sitting, "", *["wrong<enter>"] * 5)

    assert sitting.return_code == 0
    assert "5 wrong PINs" in sitting.farewell
    assert [row.after for row in AuditEntry.select().where(AuditEntry.verb == "access.wrong_pins")]


def test_without_a_pin_an_idle_session_ends(app: Sit) -> None:
    """It says why after the screens have gone, and keeps what was keyed."""
    sitting = app("maria")
    _idle(sitting, "chg020 10432-03<enter><enter>PO Box 118<enter>")

    assert sitting.farewell == "Signed off after 15 minutes without a key."
    assert len(drafts_of(sitting.desk)) == 1


def test_a_pause_shorter_than_the_limit_changes_nothing(app: Sit) -> None:
    """With the lock switched off nothing happens however long it takes."""
    sitting = app("sam")
    set_idle_minutes(sitting.desk, 0, "a locked room")
    (seen,) = _idle(sitting, "10432-03<enter>")

    assert seen.ident == "ACC020"


def test_a_pin_is_chosen_twice_and_kept_as_a_hash_only(app: Sit) -> None:
    """Two that differ are refused; what is stored is no PIN, and the trail has neither."""
    sitting = app("maria")
    short, differ, kept = drive(
        sitting,
        "6.4<enter>12<enter>",
        "<home>horse7<enter>horse8<enter><f10>",
        "horse7<enter>horse7<enter><f10>",
    )

    assert short.sentence == "A PIN has 4 to 20 characters."
    assert drafts_of(sitting.desk) == ()
    assert differ.sentence.startswith("The two are not the same")
    assert kept.sentence.startswith("Your PIN is kept")
    stored = StaffMember.get_by_id(sitting.desk.staff_id).pin
    assert stored.startswith("scrypt$")
    assert pin_fits(sitting.desk, "horse7")
    assert not pin_fits(sitting.desk, "horse8")
    trail = AuditEntry.get(AuditEntry.verb == "access.set_pin")
    assert "horse7" not in trail.after + trail.before


@pytest.mark.parametrize("pin", ["123", "1111", "1234", "9876", "x" * 21])
def test_a_pin_that_is_guessed_first_is_refused(app: Sit, pin: str) -> None:
    """Too short, one character repeated, or a row of digits."""
    with pytest.raises(BillingError):
        set_pin(app("maria").desk, pin)


def test_another_pin_needs_the_one_before(app: Sit) -> None:
    """Who finds an open terminal cannot take it over."""
    desk = app("maria").desk
    set_pin(desk, "horse7")
    with pytest.raises(BillingError):
        set_pin(desk, "zebra9", before="zebra9")
    set_pin(desk, "zebra9", before="horse7")
    assert pin_fits(desk, "zebra9")
