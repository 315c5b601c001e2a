"""Enter, change and end contacts, and give them a passphrase."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.customer_care import passphrase
from billing_tui.customer_care.tables import Contact
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import InvalidEntry, Problem, Refused
from billing_tui.foundation.text import clean
from billing_tui.records.editing import StaleEdit, existing, refuse_if
from billing_tui.records.new_records import NewCustomer, customer_problems, phone_digits
from billing_tui.records.tables import Account

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.customer_care.kinds import MayDo


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactForm:
    """A contact as it is keyed.

    Attributes:
        everywhere: for all of the customer's accounts, not this one alone.
        phone: digits; blanks and ( ) + . / - are dropped.
    """

    name: str
    may_do: MayDo
    relation: str = ""
    phone: str = ""
    email: str = ""
    language: str = "en"
    everywhere: bool = False


def _problems(form: ContactForm) -> Iterator[Problem]:
    phones = (form.phone,) if form.phone else ()
    yield from customer_problems(
        0, NewCustomer(name=form.name, phones=phones, email=form.email, language=form.language)
    )


def _kept(form: ContactForm) -> dict[str, Any]:
    refuse_if(replace(problem, line=0) for problem in _problems(form))
    return {
        "name": clean(form.name, most=80, field="name"),
        "relation": clean(form.relation, most=30, field="relation"),
        "phone": phone_digits(form.phone),
        "email": clean(form.email, most=254, field="email"),
        "language": clean(form.language, most=12, field="language"),
        "may_do": form.may_do.value,
    }


def add_contact(desk: Desk, account_id: int, form: ContactForm, *, key: str | None = None) -> int:
    """Enter a contact from today on; returns its row.

    Raises:
        InvalidEntry: one entry is wrong; `ProblemsFound` where several are.
        NotFound: there is no such account.
        Refused: a contact of that name is there already.
    """
    values = _kept(form)
    with writing(
        desk, Right.KEEP_RECORDS, "customer_care.add_contact", key=key, request=[account_id, values]
    ) as act:
        if act.repeated:
            return int(act.done)
        account: Any = existing(Account, account_id)
        _refuse_twice(account, values["name"], desk.business_day)
        row = Contact.create(
            customer=account.customer_id,
            account=None if form.everywhere else account_id,
            from_day=desk.business_day,
            **values,
        )
        act.about("account", account.number)
        act.after = {"contact": int(row.id), **values, "everywhere": form.everywhere}
        act.result = int(row.id)
    return int(row.id)


def _refuse_twice(account: Any, name: str, day: date) -> None:
    there = rows_of(
        "SELECT 1 FROM contact WHERE customer_id = ? AND (account_id IS NULL OR account_id = ?)"
        " AND lower(name) = lower(?) AND (to_day IS NULL OR to_day >= ?)",
        (account.customer_id, account.id, name, day.isoformat()),
    )
    if there:
        raise Refused(f"{name} is a contact already.", field="name", code="CONTACT-TWICE")


def _claimed(contact_id: int, version: int) -> Any:
    row = existing(Contact, contact_id)
    if row.version != version:
        raise StaleEdit(f"{row.name} was changed meanwhile; look again.", field="name")
    row.version = version + 1
    return row


def _number(row: Any) -> str:
    account = row.account or Account.get_or_none(Account.customer == row.customer_id)
    return str(account.number) if account is not None else row.customer.number


def change_contact(desk: Desk, contact_id: int, form: ContactForm, *, version: int) -> int:
    """Give a contact the values of the form; returns the new version. `everywhere` stays.

    Raises:
        StaleEdit: somebody changed it since.
        Refused: nothing differs.
        InvalidEntry: one entry is wrong; `ProblemsFound` where several are.
    """
    values = _kept(form)
    with writing(desk, Right.KEEP_RECORDS, "customer_care.change_contact") as act:
        row = _claimed(contact_id, version)
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not changed:
            raise Refused("Nothing was changed.", code="RECORD-UNCHANGED")
        act.about("account", _number(row))
        act.before = {"contact": contact_id, **{name: getattr(row, name) for name in changed}}
        act.after = {"contact": contact_id, **changed}
        for name, value in changed.items():
            setattr(row, name, value)
        row.save()
    return version + 1


def end_contact(desk: Desk, contact_id: int, *, version: int, why: str = "") -> date:
    """End a contact; the business day is its last. A passphrase is forgotten.

    Raises:
        StaleEdit: somebody changed it since.
        Refused: it has ended.
    """
    with writing(desk, Right.KEEP_RECORDS, "customer_care.end_contact", why=why) as act:
        row = _claimed(contact_id, version)
        if row.to_day is not None:
            raise Refused(f"{row.name} ended on {row.to_day} already.", code="CONTACT-ENDED")
        row.to_day, row.passphrase = desk.business_day, ""
        row.save()
        act.about("account", _number(row))
        act.before = {"contact": contact_id, "to_day": None}
        act.after = {"contact": contact_id, "to_day": desk.business_day.isoformat()}
    return desk.business_day


def set_passphrase(desk: Desk, contact_id: int, words: str, *, version: int) -> int:
    """Keep the hash of a passphrase, or forget it where `words` is empty; returns the version.

    The trail says that it was set, never to what.

    Raises:
        InvalidEntry: it is too short, or a stranger could guess it from the account.
        StaleEdit: somebody changed the contact since.
    """
    there: Any = existing(Contact, contact_id)
    kept = ""
    if words.strip():
        known = (there.name, there.phone, there.email, there.customer.name, _number(there))
        kept = passphrase.hash_of(passphrase.checked(words, *known))
    with writing(desk, Right.KEEP_RECORDS, "customer_care.set_passphrase") as act:
        row = _claimed(contact_id, version)
        if row.to_day is not None:
            raise InvalidEntry(f"{row.name} speaks for nobody any more.", field="passphrase")
        act.about("account", _number(row))
        act.before = {"contact": contact_id, "has_passphrase": bool(row.passphrase)}
        act.after = {"contact": contact_id, "has_passphrase": bool(kept), "version": version + 1}
        row.passphrase = kept
        row.save()
    return version + 1
