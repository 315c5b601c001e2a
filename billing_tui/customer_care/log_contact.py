"""Log a contact with a customer. An entry never changes; another may take its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.customer_care.kinds import Channel, Outcome
from billing_tui.customer_care.log_policy import read_log_reasons
from billing_tui.customer_care.tables import Contact, ContactLogEntry
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.text import clean
from billing_tui.records.editing import existing
from billing_tui.records.tables import Account

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.access.desk import Desk

LONGEST = 400
"""Characters of the words of an entry."""
BY_CHECK_ONLY = frozenset({Outcome.KNOWN, Outcome.UNKNOWN})
"""Outcomes that only the check of a passphrase gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenWith:
    """What is logged.

    Attributes:
        reason: code of the policy.
        words: what it was about, in a few words.
        contact_id: who spoke, where it was not the customer.
        link: number of a bill, order or request that it led to.
    """

    channel: Channel
    reason: str
    words: str
    outcome: Outcome = Outcome.ANSWERED
    contact_id: int | None = None
    link: str = ""


def insert_entry(
    desk: Desk, account_id: int, said: SpokenWith, *, corrects: ContactLogEntry | None = None
) -> int:
    """Insert an entry that has been checked; only inside a write transaction.

    One that corrects another tells of the same day.
    """
    row = ContactLogEntry.create(
        account=account_id,
        at=desk.clock().isoformat(timespec="seconds"),
        day=desk.business_day if corrects is None else corrects.day,
        staff=desk.staff_id,
        channel=said.channel.value,
        reason=said.reason,
        words=said.words,
        outcome=said.outcome.value,
        contact=said.contact_id,
        link=said.link,
        corrects=corrects,
    )
    return int(row.id)


def checked(said: SpokenWith, reasons: Mapping[str, str]) -> SpokenWith:
    """The same, cleaned; raises `InvalidEntry` where it cannot be logged."""
    words = clean(said.words, most=LONGEST, field="words")
    if said.reason not in reasons:
        raise InvalidEntry(f"{said.reason[:8]!r} is no reason; F4 lists them.", field="reason")
    if not words:
        raise InvalidEntry("Say in a few words what it was about.", field="words")
    if said.outcome in BY_CHECK_ONLY:
        raise InvalidEntry("A passphrase is logged by checking it.", field="outcome")
    return SpokenWith(
        channel=said.channel,
        reason=said.reason,
        words=words,
        outcome=said.outcome,
        contact_id=said.contact_id,
        link=clean(said.link, most=40, field="link"),
    )


def require_speaker(account: Any, contact_id: int | None) -> None:
    """Refuse a contact who speaks for another customer than the account's."""
    if contact_id is None:
        return
    contact: Any = existing(Contact, contact_id)
    if contact.customer_id != account.customer_id:
        raise InvalidEntry("That contact speaks for somebody else.", field="contact")


def told(entry: int, said: SpokenWith) -> dict[str, Any]:
    """What the trail says of an entry."""
    return {
        "contact": entry,
        "channel": said.channel.value,
        "reason": said.reason,
        "words": said.words,
        "outcome": said.outcome.value,
    }


def log_contact(desk: Desk, account_id: int, said: SpokenWith, *, key: str | None = None) -> int:
    """Log a contact; returns its row.

    Args:
        desk: who was in touch.
        account_id: about which account.
        said: how, why, what, and how it ended.
        key: idempotency key.

    Raises:
        InvalidEntry: no words, or a reason that the policy does not have.
        NotFound: there is no such account or contact.
    """
    kept = checked(said, read_log_reasons())
    asked: list[Any] = [account_id, kept.channel.value, kept.reason, kept.words]
    with writing(
        desk, Right.LOG_CONTACTS, "customer_care.log_contact", key=key, request=asked
    ) as act:
        if act.repeated:
            return int(act.done)
        account: Any = existing(Account, account_id)
        require_speaker(account, kept.contact_id)
        entry = insert_entry(desk, account_id, kept)
        act.about("account", account.number)
        act.after = told(entry, kept)
        act.result = entry
    return entry
