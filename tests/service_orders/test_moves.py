"""Start, stop, transfer and their undo."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from moves import DAY, owner, place_of, starts, status_of, stops, version_of

from billing_tui.access.tables import AuditEntry, Setting
from billing_tui.foundation.errors import ProblemsFound, Refused
from billing_tui.foundation.transaction import write_transaction
from billing_tui.metering.tables import Read
from billing_tui.operations.verify import verify_office
from billing_tui.records.add_note import add_note
from billing_tui.records.change_mailing_address import change_mailing_address
from billing_tui.records.editing import StaleEdit
from billing_tui.records.lookup import account_summary, location_card
from billing_tui.records.tables import Account, Customer, MailingAddress, Service
from billing_tui.service_orders.kinds import ReadSource
from billing_tui.service_orders.picture import picture_text
from billing_tui.service_orders.start_service import start_service
from billing_tui.service_orders.stop_service import stop_service
from billing_tui.service_orders.tables import LandlordAgreement, Move
from billing_tui.service_orders.transfer_service import transfer_service
from billing_tui.service_orders.undo_move import undo_move

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office
    from billing_tui.service_orders.forms import Moved, StopForm


def broken(office: Office) -> list[str]:
    """Every invariant that does not hold."""
    return [s for one in verify_office(office.store) for s in one.broken]


def stop(desk: Callable[..., Desk], form: StopForm) -> Moved:
    """Stop the account as it stands now."""
    return stop_service(desk("maria"), form, version=version_of(form.account_id))


def fields(error: pytest.ExceptionInfo[ProblemsFound]) -> list[str]:
    """Entry fields of a refusal, in order."""
    return [problem.field for problem in error.value.problems]


def test_a_stop_ends_the_services_the_day_before_the_final_read(
    desk: Callable[..., Desk], town: list[int], office: Office
) -> None:
    """The account awaits its final bill; the read stands in history on the day of the move."""
    done = stop(desk, stops(town[0], {"M000001": 1015}))

    account = Account.get_by_id(town[0])
    assert (account.status, account.closed, account.version) == ("Final pending", DAY, 2)
    assert {s.to_day for s in Service.select().where(Service.account == town[0])} == {
        DAY - timedelta(days=1)
    }
    read = Read.get_by_id(done.reads[0].read_id)
    assert (read.kind, read.day, read.reading, read.usage_milli, read.days) == (
        "F", DAY, 1015, 6000, 10,
    )  # fmt: skip
    entry = AuditEntry.select().order_by(AuditEntry.seq.desc()).first()
    assert (entry.verb, entry.subject) == ("service_orders.stop_service", account.number)
    assert broken(office) == []


def test_out_and_in_on_one_day_share_the_read(
    desk: Callable[..., Desk], town: list[int], office: Office
) -> None:
    """Who comes counts from the read up to which who leaves pays."""
    out = stop(desk, stops(town[0], {"M000001": 1015}))
    come = start_service(desk("maria"), starts(place_of(town[0]), {}))

    assert come.reads[0].read_id == out.reads[0].read_id
    assert (out.reads[0].written, come.reads[0].written) == (True, False)
    assert Read.select().where(Read.kind == "F").count() == 1
    assert come.opened == f"{out.left[:-2]}02"
    assert broken(office) == []


def test_another_reading_on_the_shared_day_is_refused(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """One day has one read; the sentence tells it."""
    stop(desk, stops(town[0], {"M000001": 1015}))
    with pytest.raises(ProblemsFound, match="was read at 1015 on that day") as error:
        start_service(desk("maria"), starts(place_of(town[0]), {"M000001": 1016}))
    assert fields(error) == ["reading"]


def test_a_later_start_leaves_the_empty_days_to_nobody(
    desk: Callable[..., Desk], town: list[int], office: Office
) -> None:
    """The read of who comes is an initial one; the gap is told."""
    stop(desk, stops(town[0], {"M000001": 1015}))
    come = start_service(
        desk("maria"), starts(place_of(town[0]), {"M000001": 1017}, date(2026, 10, 30))
    )

    read = Read.get_by_id(come.reads[0].read_id)
    assert (read.kind, read.usage_milli) == ("I", 2000)
    assert any("Nobody took water" in one.sentence for one in come.warnings)
    assert broken(office) == []


def test_a_place_that_is_taken_is_refused(desk: Callable[..., Desk], town: list[int]) -> None:
    """Overlap: each service that somebody else still takes is named."""
    with pytest.raises(ProblemsFound, match="still takes water there") as error:
        start_service(desk("maria"), starts(place_of(town[0]), {"M000001": 1015}))
    assert fields(error) == ["services", "services"]
    assert Customer.get_or_none(Customer.name == "Okada, Kenji") is None


@pytest.mark.parametrize(
    ("readings", "day", "sentence"),
    [
        ({}, DAY, "reading of meter M000001 is missing"),
        ({"M000001": 1008}, DAY, "showed 1009"),
        ({"M000001": 1_000_000}, DAY, "does not fit"),
        ({"M000001": 1015, "M000002": 5}, DAY, "M000002 is not there"),
        ({"M000001": 1005}, date(2026, 10, 10), "was read on 10/14/26"),
        ({"M000001": 1015}, date(2026, 11, 3), "on its day or later"),
        ({"M000001": 1005}, date(2026, 9, 14), "undo that move instead"),
    ],
)
def test_what_cannot_be_is_refused_whole(
    desk: Callable[..., Desk],
    town: list[int],
    readings: dict[str, int],
    day: date,
    sentence: str,
) -> None:
    """Readings and days that cannot be leave everything as it was."""
    before = picture_text([place_of(town[0])])
    with pytest.raises(ProblemsFound) as error:
        stop(desk, stops(town[0], readings, day))
    assert any(sentence in problem.sentence for problem in error.value.problems)
    assert picture_text([place_of(town[0])]) == before
    assert Move.select().count() == 0


def test_a_stale_stop_is_refused(desk: Callable[..., Desk], town: list[int]) -> None:
    """Who saw an older state of the account looks again first."""
    with pytest.raises(StaleEdit):
        stop_service(desk("maria"), stops(town[0], {"M000001": 1015}), version=7)


def test_the_same_request_twice_is_one_move(desk: Callable[..., Desk], town: list[int]) -> None:
    """A key that comes again gets the first move."""
    form = stops(town[0], {"M000001": 1015})
    first = stop_service(desk("maria"), form, version=1, key="k1")
    again = stop_service(desk("maria"), form, version=1, key="k1")
    assert (again.move_id, again.left) == (first.move_id, first.left)
    assert Move.select().count() == 1


def test_an_estimated_final_read_says_so(desk: Callable[..., Desk], town: list[int]) -> None:
    """Without history nothing is estimated; the class of the cycle gives some here."""
    done = stop(desk, stops(town[0], {}, source=ReadSource.ESTIMATED))
    read = Read.get_by_id(done.reads[0].read_id)
    assert read.kind == "E"
    assert read.derivation.startswith("Nobody could read it. Estimated from")


def test_forwarding_sends_the_last_bills_after_the_leaver(
    desk: Callable[..., Desk], town: list[int], office: Office
) -> None:
    """From the day of the move on; the undo brings the old address back."""
    form = stops(
        town[0], {"M000001": 1015}, forwarding=("9 Elm St", "Reno NV"), forwarding_zip="89501"
    )
    done = stop(desk, form)
    assert account_summary(town[0], DAY).mailing_lines == ("9 Elm St", "Reno NV 89501")
    undo_move(desk("maria"), done.move_id, why="stays")
    assert MailingAddress.select().count() == 0
    assert broken(office) == []


def test_the_owner_takes_over_what_a_tenant_leaves(
    desk: Callable[..., Desk], town: list[int], office: Office
) -> None:
    """An agreement opens the owner's account; a tenant who comes later ends it by the start."""
    with write_transaction(office.store):
        LandlordAgreement.create(
            location=place_of(town[0]), owner=owner(), from_day=date(2026, 1, 1)
        )
    out = stop(desk, stops(town[0], {"M000001": 1015}))
    assert out.owner.endswith("-02")
    assert status_of(out.owner) == "Active"
    assert broken(office) == []

    come = start_service(
        desk("maria"), starts(place_of(town[0]), {"M000001": 1018}, date(2026, 10, 30))
    )
    assert (come.left, status_of(come.left)) == (out.owner, "Final pending")
    assert status_of(come.opened) == "Active"
    assert broken(office) == []

    undo_move(desk("maria"), come.move_id, why="never came")
    assert status_of(out.owner) == "Active"
    undo_move(desk("maria"), out.move_id, why="never left")
    assert Account.select().where(Account.location == place_of(town[0])).count() == 1
    assert broken(office) == []


def test_a_transfer_is_one_entry(
    desk: Callable[..., Desk], town: list[int], office: Office
) -> None:
    """The customer leaves one place and comes to the other; the undo takes both back."""
    stop(desk, stops(town[1], {"M000002": 1020}))
    before = picture_text([place_of(town[0]), place_of(town[1])])
    done = transfer_service(
        desk("maria"),
        stops(town[0], {"M000001": 1015}),
        starts(place_of(town[1]), {}),
        version=1,
    )
    comer = Account.get(Account.number == done.opened)
    assert comer.customer == Account.get_by_id(town[0]).customer
    assert status_of(done.left) == "Final pending"
    assert broken(office) == []
    undo_move(desk("maria"), done.move_id, why="wrong house")
    assert picture_text([place_of(town[0]), place_of(town[1])]) == before
    assert broken(office) == []


def test_the_last_bills_go_along_with_the_customer(
    desk: Callable[..., Desk], town: list[int], office: Office
) -> None:
    """To the new place from the day on; the undo sends them to the old one again."""
    stop(desk, stops(town[1], {"M000002": 1020}))
    here = account_summary(town[0], DAY)
    there = location_card(place_of(town[1]), DAY)
    leaves, comes = stops(town[0], {"M000001": 1015}), starts(place_of(town[1]), {})
    done = transfer_service(desk("maria"), leaves, comes, version=1)

    before = account_summary(town[0], DAY - timedelta(days=1))
    assert before.mailing_lines == (here.location.address, here.location.city_line)
    assert account_summary(town[0], DAY).mailing_lines == (there.address, there.city_line)
    assert broken(office) == []
    undo_move(desk("maria"), done.move_id, why="wrong house")
    assert account_summary(town[0], DAY).mailing_lines == here.mailing_lines
    assert MailingAddress.select().count() == 0


@pytest.mark.parametrize(
    ("own", "named", "goes"),
    [
        (False, (), ()),
        (True, (), ("PO Box 9", "Reno NV 89501")),
        (True, ("9 Elm St", "Reno NV"), ("9 Elm St", "Reno NV 89501")),
    ],
    ids=["told to stay", "address of its own", "named"],
)
def test_mail_goes_along_unless_told_otherwise(
    desk: Callable[..., Desk],
    town: list[int],
    *,
    own: bool,
    named: tuple[str, ...],
    goes: tuple[str, ...],
) -> None:
    """It stays where the clerk says so or where it has an address of its own; one named wins."""
    stop(desk, stops(town[1], {"M000002": 1020}))
    home = account_summary(town[0], DAY).mailing_lines
    if own:
        change_mailing_address(
            desk("maria"), town[0], ("PO Box 9", "Reno NV"), "89501", from_day=DAY, version=1
        )
    leaves = stops(
        town[0], {"M000001": 1015}, forwarding=named, forwarding_zip="89501" * bool(named)
    )
    transfer_service(
        desk("maria"),
        leaves,
        starts(place_of(town[1]), {}),
        version=version_of(town[0]),
        mail_along=own,
    )
    assert account_summary(town[0], DAY).mailing_lines == (goes if own else home)


class TestOldDebts:
    """Prior debt, and whose it is."""

    def owe(self, office: Office, desk: Callable[..., Desk], account: int) -> None:
        """Let an account owe 45.00."""
        from billing_tui.ledger.journal import Entry, Leg
        from billing_tui.ledger.post_entry import insert_entries
        from billing_tui.ledger.tables import EntryKind, GLAccount

        gl = {row.role: row.id for row in GLAccount.select()}
        legs = (
            Leg(gl["receivable.water"], 4500, account=account, service="water", due=DAY),
            Leg(gl["water.usage"], -4500),
        )
        with write_transaction(office.store):
            insert_entries(desk("luis").staff_id, [Entry(DAY, EntryKind.OPENING, "O-1", legs)])

    def test_a_previous_tenant_s_debt_is_nobody_else_s(
        self, desk: Callable[..., Desk], town: list[int], office: Office
    ) -> None:
        """Whoever comes next is not even warned, however strict the office."""
        self.owe(office, desk, town[0])
        with write_transaction(office.store):
            Setting.create(name="prior_debt", value="refuse")
        stop(desk, stops(town[0], {"M000001": 1015}))
        come = start_service(desk("maria"), starts(place_of(town[0]), {}))
        assert not any("owes" in one.sentence for one in come.warnings)

    def test_the_customer_s_own_debt_warns_or_stops(
        self, desk: Callable[..., Desk], town: list[int], office: Office
    ) -> None:
        """The sentence cites the law; a lead may let service start all the same."""
        self.owe(office, desk, town[0])
        stop(desk, stops(town[0], {"M000001": 1015}))
        stop(desk, stops(town[1], {"M000002": 1020}))
        who = Account.get_by_id(town[0]).customer.id
        form = starts(place_of(town[1]), {}, customer=who)
        with write_transaction(office.store):
            Setting.create(name="prior_debt", value="refuse")
        with pytest.raises(ProblemsFound, match=r"owes \$?45\.00 .*10009\.6.*12822\.6") as error:
            start_service(desk("maria"), form)
        assert fields(error) == ["customer"]
        spared = starts(place_of(town[1]), {}, customer=who, despite_debt=True)
        with pytest.raises(ProblemsFound):
            start_service(desk("maria"), spared)
        done = start_service(desk("luis"), spared)
        assert any("owes" in one.sentence for one in done.warnings)


class TestUndo:
    """A move that never was."""

    def test_a_stop_taken_back_comes_to_nothing(
        self, desk: Callable[..., Desk], town: list[int], office: Office
    ) -> None:
        """Records stand as before; history keeps the read and takes it back."""
        before = picture_text([place_of(town[0])])
        done = stop(desk, stops(town[0], {"M000001": 1015}))
        undone = undo_move(desk("maria"), done.move_id, why="wrong account")

        assert (undone.restored, undone.withdrawn) == ((done.left,), 1)
        assert picture_text([place_of(town[0])]) == before
        usage = [r.usage_milli for r in Read.select().where(Read.kind.in_(["F", "W"]))]
        assert sum(usage) == 0
        assert account_summary(town[0], DAY).closed is None
        assert broken(office) == []

    def test_a_start_taken_back_leaves_no_account(
        self, desk: Callable[..., Desk], town: list[int], office: Office
    ) -> None:
        """Account and new customer are gone; the same start can be entered again."""
        stop(desk, stops(town[0], {"M000001": 1015}))
        form = starts(place_of(town[0]), {})
        first = start_service(desk("maria"), form)
        undo_move(desk("maria"), first.move_id, why="not today")
        assert Account.get_or_none(Account.number == first.opened) is None
        assert start_service(desk("maria"), form).opened == first.opened
        assert broken(office) == []

    def test_only_the_newest_move_of_a_place_is_undone(
        self, desk: Callable[..., Desk], town: list[int]
    ) -> None:
        """The sentence names the one to undo first; none is undone twice."""
        out = stop(desk, stops(town[0], {"M000001": 1015}))
        come = start_service(desk("maria"), starts(place_of(town[0]), {}))
        with pytest.raises(Refused, match=f"Move {come.move_id} .start on .*undo that first"):
            undo_move(desk("maria"), out.move_id, why="x")
        undo_move(desk("maria"), come.move_id, why="x")
        undo_move(desk("maria"), out.move_id, why="x")
        with pytest.raises(Refused, match="undone before"):
            undo_move(desk("maria"), out.move_id, why="x")

    def test_an_account_that_was_used_is_not_removed(
        self, desk: Callable[..., Desk], town: list[int], office: Office
    ) -> None:
        """A note on it keeps it; everything stands."""
        stop(desk, stops(town[0], {"M000001": 1015}))
        come = start_service(desk("maria"), starts(place_of(town[0]), {}))
        add_note(desk("maria"), Account.get(Account.number == come.opened).id, "called")
        with pytest.raises(Refused, match="stop it instead"):
            undo_move(desk("maria"), come.move_id, why="x")
        assert status_of(come.opened) == "Active"
        assert broken(office) == []

    def test_an_undo_needs_a_reason(self, desk: Callable[..., Desk], town: list[int]) -> None:
        """The reason is for the trail."""
        done = stop(desk, stops(town[0], {"M000001": 1015}))
        with pytest.raises(Refused, match="Say why"):
            undo_move(desk("maria"), done.move_id, why=" ")
