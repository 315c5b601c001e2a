"""Which flags go along when a customer moves, and what becomes of them when that is undone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from moves import DAY, place_of, starts, stops, version_of

from billing_tui.access.tables import AuditEntry
from billing_tui.foundation.errors import Refused
from billing_tui.operations.verify import verify_office
from billing_tui.records.account_flags import add_flag
from billing_tui.records.kinds import FlagKind
from billing_tui.records.tables import Account, AccountFlag
from billing_tui.service_orders.stop_service import stop_service
from billing_tui.service_orders.transfer_service import transfer_service
from billing_tui.service_orders.undo_move import undo_move

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office
    from billing_tui.service_orders.forms import Moved


def flags_of(number: str) -> list[tuple[str, str]]:
    """Kind and first day of each flag of an account, in order."""
    account = Account.get(Account.number == number)
    rows = AccountFlag.select().where(AccountFlag.account == account).order_by(AccountFlag.id)
    return [(row.kind, row.from_day.isoformat()) for row in rows]


@pytest.fixture
def moved(desk: Callable[..., Desk], town: list[int]) -> Moved:
    """Who needs an interpreter and has a medical certificate went to the second house."""
    maria = desk("maria")
    stop_service(maria, stops(town[1], {"M000002": 1020}), version=version_of(town[1]))
    add_flag(maria, town[0], FlagKind.INTERPRETER, "Spanish", from_day=DAY)
    add_flag(maria, town[0], FlagKind.NO_SHUTOFF, "ventilator", from_day=DAY, proof="letter")
    add_flag(maria, town[0], FlagKind.HOLD_NOTICE, "plan", from_day=DAY)
    leaves, comes = stops(town[0], {"M000001": 1015}), starts(place_of(town[1]), {})
    return transfer_service(maria, leaves, comes, version=version_of(town[0]))


def test_flags_of_the_person_go_along(moved: Moved, office: Office) -> None:
    """From the day of the move, with reason and end; what was proved for the place stays."""
    assert flags_of(moved.opened) == [("Interpreter", DAY.isoformat())]
    one, carried = AccountFlag.select().where(AccountFlag.kind == "Interpreter")
    assert (carried.reason, carried.to_day) == (one.reason, one.to_day)
    entry = AuditEntry.select().order_by(AuditEntry.seq.desc()).first()
    assert json.loads(entry.after)["flags_along"] == ["Interpreter"]
    assert [one.id for one in verify_office(office.store) if one.broken] == []


def test_an_undone_transfer_takes_its_flags_back(
    moved: Moved, desk: Callable[..., Desk], office: Office
) -> None:
    """The new account is gone with them; the old one has what it had."""
    before = flags_of(moved.left)
    undo_move(desk("maria"), moved.move_id, why="wrong house")
    assert flags_of(moved.left) == before
    assert AccountFlag.select().count() == 3
    assert [one.id for one in verify_office(office.store) if one.broken] == []


def test_a_flag_set_since_is_in_the_way_of_the_undo(
    moved: Moved, desk: Callable[..., Desk]
) -> None:
    """Nobody's entry is removed unseen, though it is of the same day."""
    account = Account.get(Account.number == moved.opened).id
    add_flag(desk("maria"), account, FlagKind.SENIOR, "asked by phone", from_day=DAY)
    with pytest.raises(Refused, match="since; stop it instead"):
        undo_move(desk("maria"), moved.move_id, why="wrong house")
    assert len(flags_of(moved.opened)) == 2
