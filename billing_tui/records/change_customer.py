"""Change a customer's names, phones, email, language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import Refused
from billing_tui.foundation.text import clean
from billing_tui.records.editing import claim, existing, refuse_if, refuse_merged
from billing_tui.records.new_records import customer_problems, phone_digits, printed_name
from billing_tui.records.search_index import reindex_customer
from billing_tui.records.tables import Customer, Phone

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.access.writing import Act
    from billing_tui.records.new_records import NewCustomer


def change_customer(
    desk: Desk, customer_id: int, customer: NewCustomer, *, version: int, why: str = ""
) -> int:
    """Give a customer the values of the form; returns the record's new version.

    Raises:
        StaleEdit: somebody changed the customer since `version`.
        InvalidEntry: one entry is wrong; `ProblemsFound` where several are.
        Refused: nothing differs, or the customer was merged into another.
    """
    refuse_if(customer_problems(0, customer))
    with writing(desk, Right.KEEP_RECORDS, "records.change_customer", why=why) as act:
        row = existing(Customer, customer_id)
        refuse_merged(row)
        claim(act, "customer", row, version)
        name = clean(customer.name)
        values = {
            "kind": customer.kind.value,
            "name": name,
            "mailing_name": clean(customer.mailing_name) or printed_name(name),
            "email": clean(customer.email, most=254),
            "language": clean(customer.language),
        }
        _change_phones(act, customer_id, customer)
        for column, value in values.items():
            if getattr(row, column) != value:
                act.before[column], act.after[column] = getattr(row, column), value
                setattr(row, column, value)
        if set(act.after) == {"version"}:
            raise Refused("Nothing was changed.", code="RECORD-UNCHANGED")
        row.save()
        reindex_customer(customer_id)
    return version + 1


def _change_phones(act: Act, customer_id: int, customer: NewCustomer) -> None:
    rows = Phone.select().where(Phone.customer == customer_id).order_by(Phone.id)
    kept = [row.digits for row in rows]
    wanted = [phone_digits(phone) for phone in customer.phones]
    if kept == wanted:
        return
    act.before["phones"], act.after["phones"] = kept, wanted
    kinds = {row.digits: row.kind for row in rows}
    Phone.delete().where(Phone.customer == customer_id).execute()
    for digits in wanted:
        Phone.create(customer=customer_id, digits=digits, kind=kinds.get(digits, "home"))
