"""Enter a customer, inside the verb that needs one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import next_id
from billing_tui.foundation.text import clean
from billing_tui.records.batch import customer_number
from billing_tui.records.new_records import phone_digits, printed_name
from billing_tui.records.tables import Customer, Phone

if TYPE_CHECKING:
    from billing_tui.records.new_records import NewCustomer


def add_customer(customer: NewCustomer) -> int:
    """Insert a customer that has been checked; only inside a write transaction."""
    row_id = next_id(Customer)
    name = clean(customer.name)
    Customer.insert(
        id=row_id,
        number=customer_number(row_id),
        kind=customer.kind.value,
        name=name,
        mailing_name=clean(customer.mailing_name) or printed_name(name),
        email=clean(customer.email, most=254),
        language=clean(customer.language),
    ).execute()
    for phone in customer.phones:
        Phone.create(customer=row_id, digits=phone_digits(phone))
    return row_id
