"""The inquiry of accounts that ended, began or were undone."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING

from driving import drive, see, type_keys

from billing_tui.foundation.transaction import write_transaction
from billing_tui.ledger.aging import Aging
from billing_tui.records.lookup import account_summary, find_account
from billing_tui.records.new_records import NewCustomer
from billing_tui.records.open_account import AccountForm
from billing_tui.records.tables import Meter
from billing_tui.service_orders.forms import StartForm, StopForm
from billing_tui.service_orders.offer import offer_at
from billing_tui.service_orders.start_service import start_service
from billing_tui.service_orders.stop_service import stop_service
from billing_tui.service_orders.undo_move import undo_move
from billing_tui.tui.ink import plain
from billing_tui.tui.screens.records.account_lines import head_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.tui.app import BillingApp

    Sit = Callable[..., BillingApp]

MOVE = date(2026, 11, 20)


def stop(app: BillingApp, number: str, readings: dict[str, int]) -> None:
    """End an account on the business day."""
    account = account_summary(find_account(number), MOVE)
    form = StopForm(account_id=account.account_id, day=MOVE, readings=readings)
    stop_service(app.desk, form, version=account.version)


def start(app: BillingApp, place: str, day: date = MOVE) -> int:
    """Somebody new takes everything at the place of an account that ended; the move's row."""
    old = account_summary(find_account(place), MOVE)
    offer = offer_at(old.location.location_id)
    form = AccountForm(
        customer=NewCustomer(name="Okada, Kenji"),
        location_id=old.location.location_id,
        cycle_id=offer.cycle_id or 0,
        opened=day,
        services=offer.services,
    )
    return start_service(app.desk, StartForm(account=form)).move_id


def test_an_ended_account_keeps_its_services_and_its_chart(app: Sit) -> None:
    """The end day, the final read and the use of its own time stand there."""
    desk = app("maria")
    stop(desk, "10432-03", {"70318842": 1500})
    (seen,) = drive(desk, "10432-03<enter>")
    (wide,) = drive(app("maria"), "10432-03<enter>", size=(132, 43))

    assert "Ended: services taken up to 11/19/26" in seen.text
    assert "70318842" in seen.text
    assert "11/20/26      1,500" in seen.text
    assert "No metered use" not in seen.text
    assert seen.text.count("Ended\n") == 3
    assert wide.text.count("to 11/19/26") == 4
    assert seen.sentence.startswith("3 ccf in 7 days")


def test_who_comes_is_shown_nothing_of_who_left(app: Sit) -> None:
    """The read of the first day, no use, no chart, no winter average."""
    desk = app("maria")
    stop(desk, "10511-03", {"70318843": 1484})
    start(desk, "10511-03")
    (seen,) = drive(desk, "10511-04<enter>")

    assert "11/20/26      1,484" in seen.text
    assert "This account has used nothing yet." in seen.text
    assert "winter average" not in seen.text
    assert " A  On" not in seen.text
    assert seen.sentence == "Read 1,484 on 11/20/26; no use since then yet."


def test_an_account_whose_start_was_undone_is_left(app: Sit) -> None:
    """F5 goes back to what stood below and says why; the number is not shown as if it lived."""
    desk = app("maria")
    stop(desk, "10511-03", {"70318843": 1484})
    move = start(desk, "10511-03")

    async def meanwhile() -> list[str]:
        async with desk.run_test(size=(80, 24)) as pilot:
            await type_keys(pilot, desk, "10511-04<enter>")
            before = see(desk).text
            undo_move(app("luis").desk, move, why="wrong place")
            await type_keys(pilot, desk, "<f5>")
            return [before, see(desk).ident, see(desk).sentence]

    before, ident, sentence = asyncio.run(meanwhile())
    assert "Okada, Kenji" in before
    assert ident == "MNU010"
    assert sentence == "There is no account 10511-04 any more: its start was undone."


def test_the_inquiry_under_a_screen_shows_what_was_changed_there(app: Sit) -> None:
    """F12 from a screen on which something was saved needs no F5."""
    desk = app("maria")

    async def meanwhile() -> list[str]:
        async with desk.run_test(size=(80, 24)) as pilot:
            await type_keys(pilot, desk, "10432-03<enter><f2>svc040 10432-03<enter>")
            over = see(desk).ident
            stop(desk, "10432-03", {"70318842": 1500})
            await type_keys(pilot, desk, "<f12>")
            return [over, see(desk).ident, see(desk).text]

    over, ident, text = asyncio.run(meanwhile())
    assert (over, ident) == ("SVC040", "ACC020")
    assert "FINAL PENDING" in text


def test_an_account_without_a_bill_is_told_so(app: Sit) -> None:
    """Not that there is no bill of the account's number."""
    desk = app("maria")
    stop(desk, "10511-03", {"70318843": 1484})
    start(desk, "10511-03")
    (seen,) = drive(desk, "bil030 10511-04<enter>")

    assert seen.sentence == "Account 10511-04 has no bill yet."


def test_a_status_is_not_cut_and_who_lives_there_comes_first(app: Sit) -> None:
    """At 80 columns `Final pending` stands whole, below the new account of the place."""
    desk = app("maria")
    stop(desk, "10511-03", {"70318843": 1484})
    start(desk, "10511-03")
    (seen,) = drive(desk, "1.1<enter>12 main")

    assert "Final pending" in seen.text
    assert seen.text.index("10511-04") < seen.text.index("10511-03")


def test_a_long_size_and_a_credit_stand_whole(app: Sit) -> None:
    """1-1/2" has its six cells; a balance below zero is called a credit."""
    desk = app("maria")
    with write_transaction(desk.desk.store):
        Meter.update(size='1-1/2"').where(Meter.number == "70318842").execute()
    (seen,) = drive(desk, "10432-03<enter>")
    account = account_summary(find_account("10432-03"), MOVE)

    assert '70318842    1-1/2" W-SFR' in seen.text
    credit = "".join(map(plain, head_lines(account, -1450, Aging(), 80)))
    assert "Credit           14.50" in credit
    assert "Balance" not in credit
