"""Correct an entry of the contact log: another takes its place, the old one stays (COM-2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.customer_care.kinds import Channel, Outcome
from billing_tui.customer_care.log_contact import (
    BY_CHECK_ONLY,
    SpokenWith,
    checked,
    insert_entry,
    require_speaker,
    told,
)
from billing_tui.customer_care.log_policy import read_log_reasons
from billing_tui.customer_care.tables import ContactLogEntry
from billing_tui.foundation.errors import Refused
from billing_tui.records.editing import existing

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk


def said_in(entry: ContactLogEntry) -> SpokenWith:
    """What an entry says."""
    row: Any = entry
    return SpokenWith(
        channel=Channel(row.channel),
        reason=row.reason,
        words=row.words,
        outcome=Outcome(row.outcome),
        contact_id=row.contact_id,
        link=row.link,
    )


def correct_logged(desk: Desk, entry_id: int, said: SpokenWith, *, key: str | None = None) -> int:
    """Log what should have been logged, in the place of an entry; returns the new one's row.

    The new entry tells of the day of the old one; the moment and the person are its own.

    Args:
        desk: who corrects it.
        entry_id: the wrong entry.
        said: how it was.
        key: idempotency key.

    Raises:
        NotFound: there is no such entry or contact.
        InvalidEntry: as for any entry of the log.
        Refused: it was corrected before, nothing differs, or a passphrase check wrote it.
    """
    kept = checked(said, read_log_reasons())
    asked: list[Any] = [entry_id, kept.channel.value, kept.reason, kept.words]
    with writing(
        desk, Right.LOG_CONTACTS, "customer_care.correct_logged", key=key, request=asked
    ) as act:
        if act.repeated:
            return int(act.done)
        old: Any = existing(ContactLogEntry, entry_id)
        before = said_in(old)
        _require_correctable(entry_id, before, kept)
        require_speaker(old.account, kept.contact_id)
        entry = insert_entry(desk, old.account_id, kept, corrects=old)
        act.about("account", old.account.number)
        act.before, act.after = told(entry_id, before), told(entry, kept)
        act.result = entry
    return entry


def _require_correctable(entry_id: int, before: SpokenWith, after: SpokenWith) -> None:
    if before.outcome in BY_CHECK_ONLY:
        raise Refused("The check of a passphrase stands as it was; log another entry.")
    if ContactLogEntry.select().where(ContactLogEntry.corrects == entry_id).exists():
        raise Refused("That entry was corrected before; correct the newer one.")
    if after == before:
        raise Refused("Nothing differs from the entry that is to be corrected.", field="words")
