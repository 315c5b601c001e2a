"""Send an account's bills somewhere else from a day on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import Refused
from billing_tui.records.billed_days import check_year
from billing_tui.records.editing import claim, existing, refuse_if
from billing_tui.records.envelope import envelope_lines
from billing_tui.records.new_records import mailing_problems, zip_digits
from billing_tui.records.spans import Span, place
from billing_tui.records.tables import Account, MailingAddress

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.access.writing import Act

_VERB = "records.change_mailing_address"


def change_mailing_address(
    desk: Desk,
    account_id: int,
    lines: tuple[str, ...],
    zip_code: str,
    *,
    from_day: date,
    version: int,
    why: str = "",
    key: str | None = None,
) -> int:
    """Send bills to another address from a day on; returns the account's new version.

    Args:
        desk: who does it.
        account_id: the account.
        lines: one to four, without the name; the last is city and state, or a country.
        zip_code: 5, 9 or 11 digits, put behind the city where they do not stand there; "" abroad.
        from_day: first day.
        version: of the account, as it was shown.
        why: the reason.
        key: idempotency key.

    Raises:
        InvalidEntry: an entry is wrong; `ProblemsFound` for several.
        Refused: bills go there on that day already.
    """
    refuse_if(mailing_problems(0, lines, zip_code))
    check_year(desk, from_day)
    digits = zip_digits(zip_code)
    text = "\n".join(envelope_lines(lines, digits))
    asked = [account_id, text, digits, from_day.isoformat()]
    with writing(desk, Right.KEEP_RECORDS, _VERB, why=why, key=key, request=asked) as act:
        if act.repeated:
            return int(act.done)
        account = existing(Account, account_id)
        claim(act, "account", account, version)
        was = place_mailing(account_id, text, digits, from_day)
        _tell(act, was, text.split("\n"), from_day)
        account.save()
        act.result = version + 1
    return version + 1


def mail_to_service_address(
    desk: Desk,
    account_id: int,
    *,
    from_day: date,
    version: int,
    why: str = "",
    key: str | None = None,
) -> int:
    """Send bills to the service address again from a day on; returns the account's new version.

    Raises:
        Refused: bills go there on that day already.
        StaleEdit: somebody changed the account since `version`.
    """
    asked = [account_id, None, "", from_day.isoformat()]
    with writing(desk, Right.KEEP_RECORDS, _VERB, why=why, key=key, request=asked) as act:
        if act.repeated:
            return int(act.done)
        account = existing(Account, account_id)
        claim(act, "account", account, version)
        was = _mailing_on(_spans(account_id), from_day)
        if was is None:
            raise Refused("Bills go to the service address already.", code="RECORD-UNCHANGED")
        row = (MailingAddress.account == account_id) & (MailingAddress.from_day == was.from_day)
        if was.from_day == from_day:
            MailingAddress.delete().where(row).execute()
        else:
            MailingAddress.update(to_day=from_day - timedelta(days=1)).where(row).execute()
        _tell(act, was, None, from_day)
        account.save()
        act.result = version + 1
    return version + 1


def _tell(act: Act, was: Span | None, lines: list[str] | None, from_day: date) -> None:
    act.before["mailing_address"] = was.name.split("\n") if was is not None else None
    act.after |= {"mailing_address": lines, "from_day": from_day.isoformat()}


def _spans(account_id: int) -> list[Span]:
    rows = MailingAddress.select().where(MailingAddress.account == account_id)
    return [Span(row.lines, row.zip, row.from_day, row.to_day) for row in rows]


def _mailing_on(spans: list[Span], day: date) -> Span | None:
    return next((span for span in spans if span.covers(day)), None)


def place_mailing(account_id: int, text: str, digits: str, from_day: date) -> Span | None:
    """Send bills to `text` from a day on, inside a verb's transaction; returns what was there.

    Raises:
        Refused: bills go there on that day already.
    """
    mine = MailingAddress.account == account_id
    spans = _spans(account_id)
    was = _mailing_on(spans, from_day)
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
