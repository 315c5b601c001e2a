"""Ask somebody for their passphrase: right or wrong, and the outcome in the contact log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.customer_care import passphrase
from billing_tui.customer_care.kinds import Channel, Outcome
from billing_tui.customer_care.log_contact import SpokenWith, insert_entry
from billing_tui.customer_care.log_policy import IDENTIFICATION
from billing_tui.customer_care.tables import Contact
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import Refused
from billing_tui.records.editing import existing
from billing_tui.records.tables import Account

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk

MOST_WRONG = 5
"""Wrong passphrases of one contact on one day after which no more are taken; our own rule."""


def _wrong_today(desk: Desk, contact_id: int) -> int:
    rows = rows_of(
        "SELECT count(*) FROM contact_log_entry WHERE contact_id = ? AND day = ? AND outcome = ?",
        (contact_id, desk.business_day.isoformat(), Outcome.UNKNOWN.value),
    )
    return int(rows[0][0])


def check_passphrase(
    desk: Desk, account_id: int, contact_id: int, words: str, *, channel: Channel = Channel.PHONE_IN
) -> bool:
    """Whether these are the contact's words; the outcome is logged, the words nowhere.

    Args:
        desk: who asks.
        account_id: the account that the contact speaks about.
        contact_id: who says so.
        words: what was said.
        channel: by phone, or at the counter.

    Raises:
        InvalidEntry: the words are too long or hold what cannot be typed.
        Refused: the contact has no passphrase or is not this account's, or there were too many
            wrong ones today.
    """
    right = _right(words, existing(Contact, contact_id).passphrase)
    with writing(desk, Right.LOG_CONTACTS, "customer_care.check_passphrase") as act:
        row: Any = existing(Contact, contact_id)
        account: Any = existing(Account, account_id)
        mine = row.customer_id == account.customer_id and row.account_id in {None, account_id}
        if not mine or not row.passphrase:
            raise Refused(f"{row.name} has no passphrase on this account.", field="passphrase")
        if _wrong_today(desk, contact_id) >= MOST_WRONG:
            raise Refused(
                f"{MOST_WRONG} wrong today: ask {row.name} to come with a photo identification.",
                field="passphrase",
                code="PASSPHRASE-LOCKED",
            )
        said = SpokenWith(
            channel=channel,
            reason=IDENTIFICATION,
            words="Asked for the passphrase",
            outcome=Outcome.KNOWN if right else Outcome.UNKNOWN,
            contact_id=contact_id,
        )
        entry = insert_entry(desk, account_id, said)
        act.about("account", account.number)
        act.after = {"contact": entry, "who": row.name, "outcome": said.outcome.value}
    return right


def _right(words: str, kept: str) -> bool:
    """Hashed before the transaction begins: it takes as long as two hundred writes."""
    return bool(kept) and passphrase.fits(words, kept)
