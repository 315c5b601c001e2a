"""Every free-text field of every verb: stored exactly, or refused by name with nothing changed."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from corpus import EMPTY, INERT, TEXTS
from hostile_town import RUN, Town, counts, dump
from town import START

from billing_tui.access.hire import hire
from billing_tui.access.rights import Role
from billing_tui.billing.approve_run import cancel_run
from billing_tui.billing.review_bills import accept_all, accept_finding, hold_bill
from billing_tui.customer_care.file_document import DocumentForm, file_document
from billing_tui.customer_care.keep_contact import ContactForm, add_contact, set_passphrase
from billing_tui.customer_care.kinds import Channel, MayDo
from billing_tui.customer_care.log_contact import SpokenWith, log_contact
from billing_tui.customer_care.merge_customers import merge_customers
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import BillingError, InvalidEntry, ProblemsFound
from billing_tui.foundation.units import Unit
from billing_tui.metering.cancel_upload import cancel_upload
from billing_tui.metering.dispose_exception import accept_looks, dispose_exception
from billing_tui.metering.tables import Disposition
from billing_tui.records.account_flags import add_flag, end_flag
from billing_tui.records.add_cycle import add_cycle
from billing_tui.records.add_location import add_location
from billing_tui.records.add_meter import add_meter
from billing_tui.records.add_note import FollowUp, add_note
from billing_tui.records.add_route import add_route
from billing_tui.records.add_service_point import add_service_point
from billing_tui.records.change_attribute import change_location_attributes
from billing_tui.records.change_customer import change_customer
from billing_tui.records.change_location import change_location
from billing_tui.records.change_mailing_address import change_mailing_address
from billing_tui.records.change_service import change_service
from billing_tui.records.kinds import FlagKind, ServiceKind
from billing_tui.records.new_records import NewCustomer, NewLocation, NewMeter
from billing_tui.records.open_account import AccountForm, TakenService, open_account

if TYPE_CHECKING:
    from collections.abc import Callable

    Verb = Callable[[Town, str], Any]

DAY = date(2026, 11, 2)
STREET = {"house": "1", "street": "Elm St", "city": "Sierra Vista", "zip": "95999"}
METER = {"number": "Z1", "size": '5/8"', "dials": 6, "unit": Unit.CCF}


def _version(table: str, row: int = 1) -> int:
    return int(rows_of(f"SELECT version FROM {table} WHERE id = ?", (row,))[0][0])


def _customer(**given: Any) -> Verb:
    def call(town: Town, text: str) -> Any:
        fields = {name: (text,) if name == "phones" else text for name in given}
        wanted = NewCustomer(**({"name": "Brandt, Ida"} | fields))
        return change_customer(town.desk("maria"), 1, wanted, version=_version("customer"))

    return call


def _new_location(field: str) -> Verb:
    return lambda town, text: add_location(
        town.desk("maria"), NewLocation(**(STREET | {field: text}))
    )


def _location(field: str) -> Verb:
    return lambda town, text: change_location(
        town.desk("maria"), 1, NewLocation(**(STREET | {field: text})), version=_version("location")
    )


def _meter(field: str) -> Verb:
    return lambda town, text: add_meter(
        town.desk("maria"),
        NewMeter(**(METER | {field: text})),  # type: ignore[arg-type]
    )


def _service(field: str) -> Verb:
    def call(town: Town, text: str) -> Any:
        terms = {"schedule": "WATER", "rate_class": "SFR"} | {field: text}
        return change_service(
            town.desk("luis"),
            1,
            billing_hold=False,
            from_day=START,
            version=_version("account"),
            **terms,
        )

    return call


def _account(field: str) -> Verb:
    def call(town: Town, text: str) -> Any:
        desk = town.desk("maria")
        place = add_location(desk, NewLocation(**STREET))
        point = add_service_point(desk, place, ServiceKind.REFUSE, metered=False)
        before = counts()
        terms = {"schedule": "R", "rate_class": "96"}
        extra: dict[str, Any] = {"legacy_number": text} if field == "legacy_number" else {}
        if field in terms:
            terms[field] = text
        if field == "mailing_lines":
            extra = {"mailing_lines": (text,)}
        if field == "mailing_zip":
            extra = {"mailing_lines": ("1 Elm St", "Reno NV"), "mailing_zip": text}
        if field == "attribute":
            terms["attributes"] = {"line_size": text}  # type: ignore[assignment]
        if field == "attribute name":
            terms["attributes"] = {text: "1"}  # type: ignore[assignment]
        customer = NewCustomer(name=text if field == "name" else "Egan, Pat")
        form = AccountForm(
            customer=customer,
            location_id=place,
            cycle_id=1,
            opened=DAY,
            services=(TakenService(service_point_id=point, **terms),),  # type: ignore[arg-type]
            **extra,
        )
        try:
            return open_account(desk, form)
        except BillingError:
            assert counts() == before
            town.restore()
            raise

    return call


def _contact(field: str) -> Verb:
    def call(town: Town, text: str) -> Any:
        given: dict[str, Any] = {"name": "Delgado, Ana", "may_do": MayDo.ASK} | {field: text}
        return add_contact(town.desk("maria"), 1, ContactForm(**given))

    return call


def _passphrase(town: Town, text: str) -> Any:
    contact = add_contact(town.desk("maria"), 1, ContactForm(name="Ana", may_do=MayDo.ASK))
    before = counts()
    try:
        return set_passphrase(town.desk("maria"), contact, text, version=1)
    except BillingError:
        assert counts() == before
        town.restore()
        raise


def _said(field: str) -> Verb:
    def call(town: Town, text: str) -> Any:
        given: dict[str, Any] = {"channel": Channel.PHONE_IN, "reason": "B", "words": "x"}
        return log_contact(town.desk("maria"), 1, SpokenWith(**(given | {field: text})))

    return call


def _paper(field: str) -> Verb:
    def call(town: Town, text: str) -> Any:
        path = town.office.home.root / "paper.txt"
        path.write_text("paper", encoding="utf-8")
        given: dict[str, Any] = {"path": path, "kind": "letter"} | {field: text}
        return file_document(town.desk("maria"), 1, DocumentForm(**given))

    return call


VERBS: dict[str, tuple[Verb, frozenset[str], str]] = {
    "customer name": (_customer(name=1), frozenset({"name"}), "customer.name"),
    "mailing name": (
        _customer(mailing_name=1), frozenset({"mailing_name"}), "customer.mailing_name"),
    "email": (_customer(email=1), frozenset({"email"}), "customer.email"),
    "language": (_customer(language=1), frozenset({"language"}), "customer.language"),
    "phone": (_customer(phones=1), frozenset({"phone"}), ""),
    "house": (_location("house"), frozenset({"house"}), "location.house"),
    "street": (_location("street"), frozenset({"street"}), "location.street"),
    "unit": (_location("unit"), frozenset({"unit"}), "location.unit"),
    "city": (_location("city"), frozenset({"city"}), "location.city"),
    "state": (_location("state"), frozenset({"state"}), "location.state"),
    "zip": (_location("zip"), frozenset({"zip"}), "location.zip"),
    "parcel": (_location("parcel"), frozenset({"parcel"}), "location.parcel"),
    "new street": (_new_location("street"), frozenset({"street"}), "location.street"),
    "new unit": (_new_location("unit"), frozenset({"unit"}), "location.unit"),
    "meter number": (_meter("number"), frozenset({"meter_number"}), "meter.number"),
    "meter size": (_meter("size"), frozenset({"size"}), "meter.size"),
    "meter make": (_meter("make"), frozenset({"make"}), "meter.make"),
    "endpoint": (_meter("endpoint"), frozenset({"endpoint"}), "meter.endpoint"),
    "reader note": (
        lambda town, text: add_service_point(
            town.desk("maria"), 1, ServiceKind.REFUSE, metered=False, reader_note=text
        ),
        frozenset({"reader_note"}), "service_point.reader_note"),
    "schedule": (_service("schedule"), frozenset({"schedule"}), "service.schedule"),
    "rate class": (_service("rate_class"), frozenset({"rate_class"}), "service.rate_class"),
    "mailing line": (
        lambda town, text: change_mailing_address(
            town.desk("maria"), 1, (text,), "", from_day=DAY, version=_version("account")
        ),
        frozenset({"lines"}), "mailing_address.lines"),
    "mailing zip": (
        lambda town, text: change_mailing_address(
            town.desk("maria"), 1, ("1 Elm", "Reno NV"), text,
            from_day=DAY, version=_version("account"),
        ),
        frozenset({"zip"}), "mailing_address.zip"),
    "reason of a change": (
        lambda town, text: change_customer(
            town.desk("maria"), 1, NewCustomer(name="Castro, Luz"), why=text,
            version=_version("customer"),
        ),
        frozenset({"why"}), "audit_entry.why"),
    "attribute": (
        lambda town, text: change_location_attributes(
            town.desk("maria"), 1, {"zone": text}, from_day=DAY, version=_version("location")
        ),
        frozenset({"zone"}), "location_attribute.value"),
    "attribute name": (
        lambda town, text: change_location_attributes(
            town.desk("maria"), 1, {text: "1"}, from_day=DAY, version=_version("location")
        ),
        frozenset({"name"}), ""),
    "note": (
        lambda town, text: add_note(town.desk("maria"), 1, text), frozenset({"text"}),
        "note.text"),
    "kind of note": (
        lambda town, text: add_note(town.desk("maria"), 1, "words", kind=text),
        frozenset({"kind"}), "note.kind"),
    "flag": (
        lambda town, text: add_flag(town.desk("maria"), 1, FlagKind.SENIOR, text),
        frozenset({"reason"}), "account_flag.reason"),
    "person to follow up": (
        lambda town, text: add_note(
            town.desk("maria"), 1, "words", follow_up=FollowUp(day=DAY, username=text)
        ),
        frozenset({"follow_up_by"}), ""),
    "contact name": (_contact("name"), frozenset({"name"}), "contact.name"),
    "contact relation": (_contact("relation"), frozenset({"relation"}), "contact.relation"),
    "contact phone": (_contact("phone"), frozenset({"phone"}), ""),
    "contact email": (_contact("email"), frozenset({"email"}), "contact.email"),
    "contact language": (_contact("language"), frozenset({"language"}), "contact.language"),
    "account's passphrase": (_passphrase, frozenset({"passphrase"}), ""),
    "what was said": (_said("words"), frozenset({"words"}), "contact_log_entry.words"),
    "reason of a contact": (_said("reason"), frozenset({"reason"}), ""),
    "what it led to": (_said("link"), frozenset({"link"}), "contact_log_entry.link"),
    "remark on a paper": (_paper("remark"), frozenset({"remark"}), "filed_document.remark"),
    "kind of paper": (_paper("kind"), frozenset({"kind"}), ""),
    "reason to merge": (
        lambda town, text: merge_customers(town.desk("maria"), 1, 2, text),
        frozenset({"reason"}), "customer_merge.why"),
    "cycle code": (
        lambda town, text: add_cycle(town.desk("luis"), text, "West"), frozenset({"code"}),
        "cycle.code"),
    "cycle name": (
        lambda town, text: add_cycle(town.desk("luis"), "99", text), frozenset({"name"}),
        "cycle.name"),
    "route code": (
        lambda town, text: add_route(town.desk("luis"), text, "Elm", 1), frozenset({"code"}),
        "route.code"),
    "route name": (
        lambda town, text: add_route(town.desk("luis"), "99-1", text, 1), frozenset({"name"}),
        "route.name"),
    "user name": (
        lambda town, text: hire(town.desk("sam"), text, "New Hire", [Role.CLERK], "post 12"),
        frozenset({"username"}), ""),
    "staff name": (
        lambda town, text: hire(town.desk("sam"), "newhire", text, [Role.CLERK], "post 12"),
        frozenset({"name"}), "staff_member.name"),
    "operating system's user": (
        lambda town, text: hire(
            town.desk("sam"), "newhire", "New Hire", [Role.CLERK], "post 12", os_user=text
        ),
        frozenset({"os_user"}), "staff_member.os_user"),
    "reason to accept": (
        lambda town, text: accept_all(town.desk("luis"), RUN, "first bill", text),
        frozenset({"reason"}), "finding.reason"),
    "reason to accept one": (
        lambda town, text: accept_finding(
            town.desk("luis"), RUN,
            rows_of("SELECT min(id) FROM finding WHERE decision = 'open'", ())[0][0], text,
        ),
        frozenset({"reason"}), "finding.reason"),
    "reason to hold": (
        lambda town, text: hold_bill(town.desk("luis"), RUN, town.accounts[0], text),
        frozenset({"reason"}), ""),
    "reason to cancel": (
        lambda town, text: cancel_run(town.desk("luis"), RUN, text),
        frozenset({"reason"}), "audit_entry.why"),
    "reason to end a flag": (
        lambda town, text: end_flag(
            town.desk("maria"), town.flag, why=text,
        ),
        frozenset({"why"}), "audit_entry.why"),
    "reason beside a reading": (
        lambda town, text: dispose_exception(town.desk("luis"), 1, Disposition.ACCEPT, text),
        frozenset({"reason"}), ""),
    "reason for the looks": (
        lambda town, text: accept_looks(town.desk("luis"), 1, text), frozenset({"reason"}), ""),
    "reason to cancel an upload": (
        lambda town, text: cancel_upload(town.desk("luis"), 1, text), frozenset({"reason"}), ""),
    **{
        f"account's {name}": (_account(name), fields, column)
        for name, fields, column in (
            ("name", frozenset({"name"}), "customer.name"),
            ("legacy_number", frozenset({"legacy_number"}), "account.legacy_number"),
            ("schedule", frozenset({"schedule"}), "service.schedule"),
            ("rate_class", frozenset({"rate_class"}), "service.rate_class"),
            ("mailing_lines", frozenset({"lines"}), "mailing_address.lines"),
            ("mailing_zip", frozenset({"zip"}), ""),
            ("attribute", frozenset({"line_size"}), "service_attribute.value"),
            ("attribute name", frozenset({"name"}), ""),
        )
    },
}  # fmt: skip
"""What is called, the entry fields that a refusal may name, and the column that must hold it."""
CODES = frozenset({"state", "zip", "email"})
"""Fields that are stored in a spelling of their own."""


def _stored(column: str, text: str) -> bool:
    table, _, name = column.partition(".")
    kept = unicodedata.normalize("NFC", text).strip()
    return bool(rows_of(f"SELECT 1 FROM {table} WHERE {name} = ? LIMIT 1", (kept,)))


def _refusal(error: BillingError, fields: frozenset[str], *, exact: bool) -> None:
    """A sentence of ours that names one of the fields, and quotes nothing that steers."""
    named = {error.field}
    if isinstance(error, ProblemsFound):
        named = {problem.field for problem in error.problems}
        assert all(problem.sentence.isprintable() for problem in error.problems)
    assert error.sentence.isprintable()
    assert len(error.sentence) < 400
    if exact:
        assert named & fields, (named, error.sentence)


def _takes(town: Town, verb: Verb, text: str, fields: frozenset[str], column: str) -> bool:
    """Whether the verb takes the text; what it stored is what was keyed."""
    try:
        verb(town, text)
    except (InvalidEntry, ProblemsFound) as error:
        _refusal(error, fields, exact=True)
        return False
    except BillingError as error:
        _refusal(error, fields, exact=False)  # not a matter of this text
        return False
    if column and text.strip():
        assert _stored(column, text), f"{column} does not hold what was keyed"
    return True


@pytest.mark.parametrize("field", VERBS)
def test_every_text_is_stored_exactly_or_refused_by_name(town: Town, field: str) -> None:
    """Nothing in between: no traceback, no half a row, no text that came back changed."""
    verb, fields, column = VERBS[field]
    refused = []
    for name, text in TEXTS.items():
        if _takes(town, verb, text, fields, column):
            assert name in INERT | EMPTY, f"{name} was stored"
            town.restore()
        elif not field.startswith("account's"):  # that verb enters a place of its own first
            refused.append(text)
    before = dump(town.office.home.database_file)
    for text in refused:
        with pytest.raises(BillingError):
            verb(town, text)

    assert refused or field.startswith("account's")
    assert dump(town.office.home.database_file) == before
