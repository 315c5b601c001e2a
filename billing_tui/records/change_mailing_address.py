"""Send an account's bills somewhere else from a day on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import Refused
from billing_tui.foundation.text import clean
from billing_tui.records.editing import claim, existing, refuse_if
from billing_tui.records.new_records import mailing_problems, zip_digits
from billing_tui.records.spans import Span, place
from billing_tui.records.tables import Account, MailingAddress

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk


def change_mailing_address(
    desk: Desk,
    account_id: int,
    lines: tuple[str, ...],
    zip_code: str,
    *,
    from_day: date,
    version: int,
    why: str = "",
) -> int:
    """Send bills to another address from a day on; returns the account's new version.

    Args:
        desk: who does it.
        account_id: the account.
        lines: one to four, without the name and with city, state and ZIP in the last.
        zip_code: 5, 9 or 11 digits for the barcode, "" for a foreign address.
        from_day: first day.
        version: of the account, as it was shown.
        why: the reason.

    Raises:
        InvalidEntry: an entry is wrong; `ProblemsFound` for several.
        Refused: bills go there on that day already.
    """
    refuse_if(mailing_problems(0, lines, zip_code))
    text, digits = "\n".join(clean(line) for line in lines), zip_digits(zip_code)
    with writing(desk, Right.KEEP_RECORDS, "records.change_mailing_address", why=why) as act:
        account = existing(Account, account_id)
        claim(act, "account", account, version)
        was = place_mailing(account_id, text, digits, from_day)
        act.before["mailing_address"] = was.name.split("\n") if was is not None else None
        act.after |= {"mailing_address": text.split("\n"), "from_day": from_day.isoformat()}
        account.save()
    return version + 1


def place_mailing(account_id: int, text: str, digits: str, from_day: date) -> Span | None:
    """Send bills to `text` from a day on, inside a verb's transaction; returns what was there.

    Raises:
        Refused: bills go there on that day already.
    """
    mine = MailingAddress.account == account_id
    rows = list(MailingAddress.select().where(mine))
    spans = [Span(row.lines, row.zip, row.from_day, row.to_day) for row in rows]
    was = next((span for span in spans if span.covers(from_day)), None)
    if was is not None and (was.name, was.value) == (text, digits):
        raise Refused("Bills go there already.", code="RECORD-UNCHANGED")
    found = place(spans, from_day)
    if found.closes is not None:
        MailingAddress.update(to_day=from_day - timedelta(days=1)).where(
            mine & (MailingAddress.from_day == found.closes.from_day)
        ).execute()
    if found.replaces is not None:
        MailingAddress.update(lines=text, zip=digits).where(
            mine & (MailingAddress.from_day == from_day)
        ).execute()
    else:
        MailingAddress.create(
            account=account_id,
            lines=text,
            zip=digits,
            from_day=from_day,
            to_day=found.to_day if found.closes is None else found.closes.to_day,
        )
    return was
