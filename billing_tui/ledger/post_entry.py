"""Post journal entries: one by hand, one reversed, or many at once for a bill run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import peewee

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import insert_rows, next_id, rows_of
from billing_tui.foundation.errors import InvalidEntry, NotFound, Refused
from billing_tui.foundation.text import clean
from billing_tui.ledger.chart import read_chart
from billing_tui.ledger.journal import Entry, Leg, settled
from billing_tui.ledger.tables import EntryKind, JournalEntry, Posting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from billing_tui.access.desk import Desk
    from billing_tui.ledger.chart import Chart

_ENTRY_COLUMNS = ("id", "day", "kind", "reference", "memo", "reverses_id", "staff_id")
_POSTING_COLUMNS = ("entry_id", "gl_account_id", "cents", "account_id", "service", "day", "due")


@dataclass(frozen=True, slots=True)
class Posted:
    """An entry that stands in the journal."""

    id: int
    kind: EntryKind
    reference: str


def insert_entries(
    staff_id: int,
    entries: Iterable[Entry],
    *,
    chart: Chart | None = None,
    reverses: int | None = None,
) -> range:
    """Write entries and postings in bulk; only inside the caller's write transaction.

    Args:
        staff_id: who posts.
        entries: what is posted, in order.
        chart: the chart in force, if the caller has read it already.
        reverses: the entry that the one given reverses.

    Returns:
        The ids of the entries, in order.

    Raises:
        Unbalanced: an entry does not balance or names a closed account; nothing is written.
        Refused: an entry of that kind and reference stands already.
    """
    chart = chart or read_chart()
    first = next_id(JournalEntry)
    heads: list[tuple[Any, ...]] = []
    postings: list[tuple[Any, ...]] = []
    for number, entry in enumerate(entries, start=first):
        day = entry.day.isoformat()
        kind = entry.kind.value
        heads.append((number, day, kind, entry.reference, entry.memo, reverses, staff_id))
        for gl, (_, cents, account, service, due) in settled(entry, chart):
            due_text = due.isoformat() if due else None
            postings.append((number, gl.id, cents, account, service, day, due_text))
    try:
        insert_rows(JournalEntry, _ENTRY_COLUMNS, heads)
        insert_rows(Posting, _POSTING_COLUMNS, postings)
    except peewee.IntegrityError as error:
        raise Refused(
            f"The journal refuses this: {error}. Was it posted before?", code="LEDGER-TWICE"
        ) from error
    return range(first, first + len(heads))


def _as_json(entry: Entry) -> list[Any]:
    legs = [[leg.gl, leg.cents, leg.account, leg.service, str(leg.due or "")] for leg in entry.legs]
    return [entry.day.isoformat(), entry.kind.value, entry.reference, entry.memo, legs]


def _tidy(entry: Entry) -> Entry:
    if entry.kind is EntryKind.REVERSAL:
        raise InvalidEntry("A reversal is made from the entry that it reverses.", field="kind")
    return entry._replace(
        reference=clean(entry.reference, most=60, field="reference"),
        memo=clean(entry.memo, most=200, field="memo"),
    )


def _debits(entry: Entry) -> int:
    return sum(leg.cents for leg in entry.legs if leg.cents > 0)


def post_entry(desk: Desk, entry: Entry, *, why: str = "", key: str | None = None) -> Posted:
    """Post one entry.

    Args:
        desk: who posts.
        entry: the movement; it counts on `entry.day`.
        why: the reason, for the trail.
        key: idempotency key; the same key again returns the first result and posts nothing.

    Raises:
        Unbalanced: it may not stand; the sentence says why.
        Refused: an entry of that kind and reference stands already.
    """
    tidy = _tidy(entry)
    request = ["ledger.post_entry", _as_json(tidy)]
    verb = "ledger.post_entry"
    with writing(desk, Right.POST_LEDGER, verb, why=why, key=key, request=request) as act:
        if act.repeated:
            return Posted(act.done, tidy.kind, tidy.reference)
        act.about("entry", f"{tidy.kind.value} {tidy.reference}")
        act.result = insert_entries(desk.staff_id, [tidy])[0]
        act.after = {"id": act.result, "day": tidy.day.isoformat(), "debits_cents": _debits(tidy)}
        return Posted(act.result, tidy.kind, tidy.reference)


def _legs_of(entry_id: int) -> tuple[Leg, ...]:
    rows = rows_of(
        "SELECT gl_account_id, cents, account_id, service, due FROM posting"
        " WHERE entry_id = ? ORDER BY id",
        (entry_id,),
    )
    return tuple(
        Leg(gl, cents, account, service, date.fromisoformat(due) if due else None)
        for gl, cents, account, service, due in rows
    )


def _reversible(entry_id: int, day: date) -> JournalEntry:
    original: JournalEntry | None = JournalEntry.get_or_none(JournalEntry.id == entry_id)
    if original is None:
        raise NotFound(f"There is no entry {entry_id}.")
    if original.kind == EntryKind.REVERSAL:
        raise Refused("A reversal is not reversed; post the movement anew.", code="LEDGER-REVERSAL")
    if JournalEntry.select().where(JournalEntry.reverses == entry_id).exists():
        raise Refused(
            f"{original.kind} {original.reference} was reversed before.", code="LEDGER-REVERSED"
        )
    if day < original.day:
        raise Refused(f"{original.reference} counts on {original.day}; reverse it then or later.")
    return original


def reversed_entry(entry_id: int, day: date, memo: str = "") -> Entry:
    """The exact negative of an entry that stands, ready for `insert_entries(reverses=...)`.

    Raises:
        NotFound: there is no such entry.
        Refused: it is a reversal, was reversed before, or counts on a later day.
    """
    original = _reversible(entry_id, day)
    legs = tuple(leg._replace(cents=-leg.cents) for leg in _legs_of(entry_id))
    return Entry(day, EntryKind.REVERSAL, f"{original.kind} {original.reference}", legs, memo)


def reverse_entry(desk: Desk, entry_id: int, why: str, *, key: str | None = None) -> Posted:
    """Reverse an entry on the business day: the same legs with the signs turned, once only.

    Raises:
        InvalidEntry: no reason was given.
        NotFound: there is no such entry.
        Refused: it is a reversal, was reversed before, counts on a later day, or an account of it
            is closed.
    """
    reason = clean(why, most=200, field="why")
    if not reason:
        raise InvalidEntry("Say why the entry is reversed.", field="why")
    request = ["ledger.reverse_entry", entry_id, reason]
    verb = "ledger.reverse_entry"
    with writing(desk, Right.POST_LEDGER, verb, why=reason, key=key, request=request) as act:
        if act.repeated:
            kind = EntryKind.REVERSAL
            return Posted(act.done, kind, JournalEntry.get_by_id(act.done).reference)
        reversal = reversed_entry(entry_id, desk.business_day, reason)
        act.about("entry", reversal.reference)
        act.result = insert_entries(desk.staff_id, [reversal], reverses=entry_id)[0]
        act.after = {"id": act.result, "reverses": entry_id, "debits_cents": _debits(reversal)}
        return Posted(act.result, EntryKind.REVERSAL, reversal.reference)
