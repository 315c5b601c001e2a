"""Moves in lists, and what taking one back would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from moves import DAY, place_of, starts, status_of, stops, version_of

from billing_tui.access.tables import AuditEntry
from billing_tui.foundation.errors import Refused
from billing_tui.metering.tables import Read
from billing_tui.operations.verify import verify_office
from billing_tui.service_orders.moves import moves_of
from billing_tui.service_orders.picture import picture_text
from billing_tui.service_orders.start_service import start_service
from billing_tui.service_orders.stop_service import stop_service
from billing_tui.service_orders.undo_move import foresee_undo, undo_move

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office


def moved(desk: Callable[..., Desk], account: int) -> tuple[int, int]:
    """One goes, another comes on the same day; returns both moves."""
    out = stop_service(
        desk("maria"), stops(account, {"M000001": 1015}), version=version_of(account)
    )
    come = start_service(desk("maria"), starts(place_of(account), {}))
    return out.move_id, come.move_id


def test_moves_of_a_place_newest_first(desk: Callable[..., Desk], town: list[int]) -> None:
    """With who left and came, by whom; another place has none; pages follow each other."""
    out, come = moved(desk, town[0])
    lines = moves_of(place_of(town[0]))
    assert [(one.move_id, one.told, one.by, one.stands) for one in lines] == [
        (come, "10001-02 begins", "maria", True),
        (out, "10001-01 ends", "maria", True),
    ]
    assert (lines[0].day, lines[0].address) == (DAY, "102 Alder Ct")
    assert moves_of(place_of(town[1])) == []
    assert [one.move_id for one in moves_of(limit=1)] == [come]
    assert [one.move_id for one in moves_of(before=come)] == [out]


def test_an_undone_move_stays_in_the_list(desk: Callable[..., Desk], town: list[int]) -> None:
    """As a record of itself, with the number of the account that is gone."""
    _, come = moved(desk, town[0])
    undo_move(desk("maria"), come, why="never moved in")
    line = moves_of(place_of(town[0]))[0]
    assert (line.move_id, line.stands, line.told) == (come, False, "10001-02 begins")
    assert line.parts[0].name == ""


def test_an_undo_ahead_is_the_undo_and_changes_nothing(
    desk: Callable[..., Desk], town: list[int], office: Office
) -> None:
    """The rehearsal leaves reads, accounts and trail alone; the undo then does just that."""
    out, come = moved(desk, town[0])
    with pytest.raises(Refused, match="undo that first"):
        foresee_undo(desk("maria"), out)
    undo_move(desk("maria"), come, why="x")
    before = picture_text([place_of(town[0])]), Read.select().count(), AuditEntry.select().count()

    seen = foresee_undo(desk("maria"), out)

    after = picture_text([place_of(town[0])]), Read.select().count(), AuditEntry.select().count()
    assert before == after
    assert (seen.restored, seen.removed, seen.withdrawn) == (("10001-01",), (), 1)
    assert seen.usage_milli == 0
    assert status_of("10001-01") == "Final pending"
    assert undo_move(desk("maria"), out, why="stays") == seen
    assert [s for one in verify_office(office.store) for s in one.broken] == []
