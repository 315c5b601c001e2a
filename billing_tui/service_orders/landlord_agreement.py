"""Agree with an owner that they take a place over whenever a tenant leaves it (CUS-8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import Refused
from billing_tui.records.editing import existing, refuse_if, refuse_merged
from billing_tui.records.envelope import envelope_lines
from billing_tui.records.new_records import mailing_problems, zip_digits
from billing_tui.records.tables import Customer, Location
from billing_tui.service_orders.tables import LandlordAgreement

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.access.desk import Desk


def agree_with_owner(
    desk: Desk,
    location_id: int,
    owner_id: int,
    *,
    from_day: date,
    mailing_lines: tuple[str, ...] = (),
    mailing_zip: str = "",
    key: str | None = None,
) -> int:
    """Enter an agreement; returns its row. It holds for moves from that day on.

    Args:
        desk: who enters it.
        location_id: the place.
        owner_id: row of the owner's customer.
        from_day: first day.
        mailing_lines: where the owner's bills go; the service address if empty.
        mailing_zip: 5, 9 or 11 digits.
        key: idempotency key.

    Raises:
        NotFound: there is no such place or customer.
        Refused: another agreement is in force then, or the owner was merged into somebody.
    """
    if mailing_lines:
        refuse_if(mailing_problems(0, mailing_lines, mailing_zip))
    asked = [location_id, owner_id, from_day.isoformat(), *mailing_lines, mailing_zip]
    with writing(
        desk, Right.KEEP_RECORDS, "service_orders.agree_with_owner", key=key, request=asked
    ) as act:
        if act.repeated:
            return int(act.done)
        location, owner = existing(Location, location_id), existing(Customer, owner_id)
        refuse_merged(owner)
        table = LandlordAgreement
        there = table.get_or_none(
            (table.location == location_id) & (table.to_day.is_null() | (table.to_day >= from_day))
        )
        if there is not None:
            raise Refused(f"An agreement with {there.owner.name} is in force.", field="from_day")
        row = table.create(
            location=location_id,
            owner=owner_id,
            mailing_lines="\n".join(envelope_lines(mailing_lines, zip_digits(mailing_zip))),
            mailing_zip=zip_digits(mailing_zip),
            from_day=from_day,
        )
        act.about("location", location.number)
        act.after = {"owner": owner.number, "agreement_from": from_day.isoformat()}
        act.result = int(row.id)
    return int(row.id)


def end_agreement(desk: Desk, agreement_id: int, *, last_day: date, key: str | None = None) -> None:
    """End an agreement; moves after that day leave the place empty.

    Args:
        desk: who ends it.
        agreement_id: its row.
        last_day: last day on which it holds.
        key: idempotency key.

    Raises:
        NotFound: there is no such agreement.
        Refused: it has ended, or begins only later.
    """
    asked = [agreement_id, last_day.isoformat()]
    with writing(
        desk, Right.KEEP_RECORDS, "service_orders.end_agreement", key=key, request=asked
    ) as act:
        if act.repeated:
            return
        row = existing(LandlordAgreement, agreement_id)
        if row.to_day is not None or last_day < row.from_day:
            raise Refused("The agreement is not in force then.", field="last_day")
        row.to_day = last_day
        row.save()
        act.about("location", row.location.number)
        act.before = {"owner": row.owner.number, "agreement_from": row.from_day.isoformat()}
        act.after = {"agreement_to": last_day.isoformat()}
