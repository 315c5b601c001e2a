"""Undo a move as long as nothing was billed by it, and prove that nothing of it is left (SVO-1)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import peewee

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import Problem, Refused
from billing_tui.foundation.transaction import rehearsal
from billing_tui.metering.move_read import withdraw_read
from billing_tui.records.editing import existing
from billing_tui.records.kinds import AccountStatus
from billing_tui.records.search_index import reindex
from billing_tui.records.tables import (
    Account,
    AccountFlag,
    Customer,
    MailingAddress,
    Phone,
    SearchToken,
    Service,
    ServiceAttribute,
)
from billing_tui.service_orders.billed import billed_beyond
from billing_tui.service_orders.kinds import MoveKind, Part
from billing_tui.service_orders.moving import refuse_if_any
from billing_tui.service_orders.picture import picture_text
from billing_tui.service_orders.tables import Move, MoveAccount

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from billing_tui.access.desk import Desk

_DAY = timedelta(days=1)
_NET = "SELECT coalesce(sum(usage_milli), 0) FROM read WHERE id = ? OR withdraws_id = ?"


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo took back.

    Attributes:
        restored: accounts that go on as if they had never ended.
        removed: accounts that never were.
        withdrawn: reads that history now takes back.
        usage_milli: what those reads and their counter-reads count together: nothing.
    """

    move_id: int
    restored: tuple[str, ...]
    removed: tuple[str, ...]
    withdrawn: int
    usage_milli: int = 0


class _Part(NamedTuple):
    """What an account did in the move, and how it stands now."""

    part: Part
    number: str
    account_id: int
    location_id: int
    new_customer: int
    customer_id: int
    status: str


def undo_move(desk: Desk, move_id: int, *, why: str) -> Undone:
    """Take a move back: accounts, services, mailing and registers stand as before it.

    Args:
        desk: who does it.
        move_id: the move.
        why: the reason; it is required.

    Raises:
        NotFound: there is no such move.
        Refused: it was undone before, the place was changed since, or the undo would not come to
            nothing; nothing was saved.
        ProblemsFound: a bill covers what would be taken back.
    """
    if not why.strip():
        raise Refused("Say why the move is taken back.", field="why", code="MOVE-WHY")
    with writing(desk, Right.KEEP_RECORDS, "service_orders.undo_move", why=why) as act:
        move, parts, undone = _undo(move_id)
        Move.update(undone_at=desk.clock().isoformat(timespec="seconds")).where(
            Move.id == move_id
        ).execute()
        first = parts[0]
        act.about("account", first.number)
        if first.part == Part.LEAVES:
            act.before = {"status": first.status, "closed": move.day.isoformat()}
            act.after = {"status": AccountStatus.ACTIVE.value, "closed": None}
        act.before |= {"move": move_id, "places": json.loads(str(move.after))}
        act.after |= {"undone": move_id, "places": json.loads(str(move.before))}
        return undone


def foresee_undo(desk: Desk, move_id: int) -> Undone:
    """What taking a move back would do, proved by doing it and taking that back again.

    Nothing is kept and nothing stands in the trail; the write lock is held for some milliseconds.

    Raises:
        NotFound, Refused, ProblemsFound: as `undo_move`.
    """
    desk.require(Right.KEEP_RECORDS)
    with rehearsal(desk.store):
        return _undo(move_id)[2]


def _undo(move_id: int) -> tuple[Move, list[_Part], Undone]:
    """Take a move back inside the transaction of the caller; the leaver is the first part."""
    move, parts = existing(Move, move_id), _parts(move_id)
    places = {one.location_id for one in parts}
    _refuse_overtaken(move, places)
    left = [one for one in parts if one.part == Part.LEAVES]
    came = [one for one in parts if one.part != Part.LEAVES]
    refuse_if_any(_billed(left, move.day))
    withdrawn = _take_back(move, left, came)
    if picture_text(places) != move.before:
        raise Refused("The undo would not come to nothing.", code="MOVE-NOT-ZERO")
    restored = tuple(one.number for one in left)
    removed = tuple(one.number for one in came)
    return move, [*left, *came], Undone(move_id, restored, removed, *withdrawn)


def _parts(move_id: int) -> list[_Part]:
    rows = rows_of(
        "SELECT p.part, p.number, p.account_id, p.location_id, p.new_customer, a.customer_id,"
        " a.status FROM move_account p LEFT JOIN account a ON a.id = p.account_id"
        " WHERE p.move_id = ? ORDER BY p.id",
        (move_id,),
    )
    return [_Part(Part(row[0]), *row[1:]) for row in rows]


def _take_back(move: Move, left: list[_Part], came: list[_Part]) -> tuple[int, int]:
    """Remove who came, restore who left, withdraw the reads.

    Returns how many reads, and what they and their counter-reads count together.
    """
    for one in came:
        for leaver in left if move.kind == MoveKind.TRANSFER else ():
            _drop_carried(move, one.account_id, leaver.account_id)
        _remove(one)
    for one in left:
        _restore(one.account_id, move.day)
    if left and move.mailing is not None:
        _restore_mailing(left[0].account_id, json.loads(move.mailing))
    rows = rows_of(
        "SELECT read_id FROM move_reading WHERE move_id = ? AND written = 1 ORDER BY id DESC",
        (move.id,),
    )
    net = 0
    for (read_id,) in rows:
        withdraw_read(read_id)
        net += rows_of(_NET, (read_id, read_id))[0][0]
    return len(rows), net


def _refuse_overtaken(move: Move, places: set[int]) -> None:
    """Only the newest change of a place can be taken back."""
    if move.undone_at is not None:
        raise Refused(f"Move {move.id} was undone before.", code="MOVE-UNDONE")
    if picture_text(places) == move.after:
        return
    later = (
        Move.select()
        .join(MoveAccount)
        .where((Move.id > move.id) & Move.undone_at.is_null())
        .where(MoveAccount.location.in_(list(places)))
        .order_by(Move.id.desc())
        .first()
    )
    if later is not None:
        raise Refused(
            f"Move {later.id} ({later.kind} on {later.day:%m/%d/%y}) came after it; "
            "undo that first.",
            code="MOVE-OVERTAKEN",
        )
    raise Refused(
        "The accounts, addresses or meters of the place were changed since the move; it stands.",
        code="MOVE-OVERTAKEN",
    )


def _billed(left: list[_Part], day: date) -> Iterator[Problem]:
    for one in left:
        if one.status == AccountStatus.FINAL_BILLED.value:
            continue  # all of it was billed before the move
        for sentence in billed_beyond(one.account_id, day - _DAY):
            yield Problem(0, sentence, "move")


def _remove(part: _Part) -> None:
    """Remove an account that was opened by the move, as if it had never been.

    Raises:
        Refused: something else was written on it since.
    """
    account_id, customer_id = part.account_id, part.customer_id
    mine = Service.select(Service.id).where(Service.account == account_id)
    MoveAccount.update(account=None).where(MoveAccount.account == account_id).execute()
    try:
        SearchToken.delete().where(SearchToken.account == account_id).execute()
        MailingAddress.delete().where(MailingAddress.account == account_id).execute()
        ServiceAttribute.delete().where(ServiceAttribute.service.in_(mine)).execute()
        Service.delete().where(Service.account == account_id).execute()
        Account.delete().where(Account.id == account_id).execute()
        if part.new_customer:
            Phone.delete().where(Phone.customer == customer_id).execute()
            Customer.delete().where(Customer.id == customer_id).execute()
    except peewee.IntegrityError as error:
        raise Refused(
            f"Account {part.number} has a bill, a note or an order since; stop it instead.",
            code="MOVE-USED",
        ) from error


def _drop_carried(move: Move, came: int, left: int) -> None:
    """Remove the flags that a transfer brought along; one set since is in the way of the undo."""
    for flag in AccountFlag.select().where(AccountFlag.account == left):
        AccountFlag.delete().where(
            (AccountFlag.account == came)
            & (AccountFlag.kind == flag.kind)
            & (AccountFlag.reason == flag.reason)
            & (AccountFlag.from_day == move.day)
        ).execute()


def _restore(account_id: int, day: date) -> None:
    """Let the leaver's services go on."""
    Service.update(to_day=None).where(
        (Service.account == account_id) & (Service.to_day == day - _DAY)
    ).execute()
    account = Account.get_by_id(account_id)
    account.status, account.closed = AccountStatus.ACTIVE.value, None
    account.version += 1
    account.save()
    reindex([account_id])


def _restore_mailing(account_id: int, rows: list[dict[str, Any]]) -> None:
    MailingAddress.delete().where(MailingAddress.account == account_id).execute()
    for row in rows:
        MailingAddress.create(account=account_id, **row)
