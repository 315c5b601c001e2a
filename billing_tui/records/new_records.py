"""What a clerk or a conversion hands in for new records, and what is wrong with it.

Frozen values and pure checks: `*_problems` collect, nothing is raised one at a time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import BillingError, Problem
from billing_tui.foundation.text import clean
from billing_tui.foundation.units import Unit, parse_unit
from billing_tui.records.account_number import LAST_LOCATION
from billing_tui.records.attributes import LivesAt, canonical
from billing_tui.records.envelope import last_line_problem
from billing_tui.records.kinds import CustomerKind, FlagKind, ServiceKind
from billing_tui.records.meter_sizes import meter_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

_ZIP = re.compile(r"[0-9]{5}(?:-?[0-9]{4}(?:[0-9]{2})?)?\Z", re.ASCII)
_STATE = re.compile(r"[A-Z]{2}\Z", re.ASCII)
_SLIPS = frozenset({8, 9})
"""More than a local number and less than one with its area code: a digit was left out."""
_KEYED_PHONE = re.compile(r"[0-9 ()+./-]{7,30}\Z", re.ASCII)
_PHONE = re.compile(r"[0-9]{7,15}\Z", re.ASCII)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,200}\.[^@\s.]{2,24}\Z")
_MOST_LINES = 4
_MOST_MILLI = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCustomer:
    """A person or an organization.

    Attributes:
        name: as it sorts: "Delgado, Rosa M" or "Kwan Bakery".
        mailing_name: as it is printed; made from `name` where it is empty.
        phones: digits, best first; blanks and ( ) + . / - are dropped.
    """

    name: str
    mailing_name: str = ""
    kind: CustomerKind = CustomerKind.PERSON
    phones: tuple[str, ...] = ()
    email: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLocation:
    """A place.

    Attributes:
        number: its number for life; the next free one where None.
        unit: with its word, "Unit B".
        attributes: what rates depend on here, by registry name.
    """

    house: str
    street: str
    city: str
    zip: str
    unit: str = ""
    state: str = "CA"
    parcel: str = ""
    number: int | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMeter:
    """A meter.

    Attributes:
        multiplier_milli: units per count of the register, in thousandths.
    """

    number: str
    size: str
    dials: int
    unit: Unit
    multiplier_milli: int = 1000
    make: str = ""
    endpoint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewService:
    """What an account is to take, under which schedule and class."""

    kind: ServiceKind
    schedule: str
    rate_class: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPoint:
    """A service point with its service and, where it is metered, its meter and place on a route.

    Attributes:
        service: what the account takes here.
        metered: whether a meter counts here.
        meter: the meter that is there from the first day.
        first_reading: its register on that day, in counts.
        route: code of the route.
        sequence: walk order; the next on the route, in the order given, where None.
    """

    service: NewService
    metered: bool = False
    meter: NewMeter | None = None
    first_reading: int = 0
    route: str = ""
    sequence: int | None = None
    reader_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFlag:
    """A flag that an account has from the start."""

    kind: FlagKind
    reason: str
    from_day: date
    to_day: date | None = None


def phone_digits(text: str) -> str:
    """The digits of a phone as it was keyed, without the country's 1."""
    digits = "".join(char for char in text if char in "0123456789")
    return digits[1:] if len(digits) == 11 and digits[0] == "1" else digits


def zip_digits(text: str) -> str:
    """The digits of a ZIP code; spaces and dashes dropped."""
    return text.replace("-", "").replace(" ", "")


def printed_name(name: str) -> str:
    """A name as it is printed: "Delgado, Rosa M" becomes "Rosa M Delgado"."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else name


@lru_cache(maxsize=5000)
def checked_attribute(name: str, value: str, lives_at: LivesAt) -> str:
    """`attributes.canonical`, remembered for batches."""
    return canonical(name, value, lives_at)


def text_problem(line: int, name: str, text: str, most: int, *, needed: bool) -> Iterator[Problem]:
    """What is wrong with one text field."""
    try:
        kept = clean(text, most=most, field=name)
    except BillingError as error:
        yield Problem(line, error.sentence, name)
        return
    if needed and not kept:
        yield Problem(line, f"The {name.replace('_', ' ')} is missing.", name)


def customer_problems(line: int, customer: NewCustomer) -> Iterator[Problem]:
    """What is wrong with a new customer."""
    yield from text_problem(line, "name", customer.name, 80, needed=True)
    yield from text_problem(line, "mailing_name", customer.mailing_name, 80, needed=False)
    yield from text_problem(line, "language", customer.language, 12, needed=True)
    yield from email_problem(line, customer.email)
    for phone in customer.phones:
        yield from phone_problem(line, phone)


def phone_problem(line: int, phone: str) -> Iterator[Problem]:
    """What is wrong with a phone as it was keyed."""
    digits = phone_digits(phone)
    if not (_KEYED_PHONE.match(phone) and _PHONE.match(digits)):
        yield Problem(line, "A phone has 7 to 15 digits.", "phone")
    elif len(digits) in _SLIPS and not phone.startswith("+"):
        yield Problem(line, "A phone has 7 or 10 digits; one from abroad begins with +.", "phone")


def zip_problem(line: int, zip_code: str) -> Iterator[Problem]:
    """What is wrong with a ZIP code as it was keyed; a blank one is nothing."""
    if zip_code and not _ZIP.match(zip_code):
        yield Problem(line, "A ZIP code has 5, 9 or 11 digits.", "zip")


def email_problem(line: int, email: str) -> Iterator[Problem]:
    """What is wrong with an email address as it was keyed; a blank one is nothing."""
    wrong = list(text_problem(line, "email", email, 254, needed=False))
    yield from wrong
    if not wrong and email and not _EMAIL.match(clean(email, most=254)):
        yield Problem(line, "That is no email address.", "email")


def location_problems(line: int, location: NewLocation) -> Iterator[Problem]:
    """What is wrong with a new location."""
    if location.number is not None and not 1 <= location.number <= LAST_LOCATION:
        yield Problem(line, f"A location number is 1 to {LAST_LOCATION:,}.", "number")
    yield from text_problem(line, "house", location.house, 12, needed=True)
    yield from text_problem(line, "street", location.street, 60, needed=True)
    yield from text_problem(line, "unit", location.unit, 20, needed=False)
    yield from text_problem(line, "city", location.city, 40, needed=True)
    yield from text_problem(line, "parcel", location.parcel, 24, needed=False)
    if not _STATE.match(location.state):
        yield Problem(line, "The state is two capital letters.", "state")
    if not _ZIP.match(location.zip):
        yield Problem(line, "A ZIP code has 5, 9 or 11 digits.", "zip")
    yield from attribute_problems(line, location.attributes, LivesAt.LOCATION)


def attribute_problems(
    line: int, attributes: Mapping[str, str], lives_at: LivesAt
) -> Iterator[Problem]:
    """What is wrong with attributes that are to live at a location or a service."""
    for name, value in attributes.items():
        try:
            checked_attribute(name, value, lives_at)
        except BillingError as error:
            yield Problem(line, error.sentence, error.field or name)


def size_problem(line: int, size: str, unit: str) -> Iterator[Problem]:
    """What is wrong with the size of a meter that counts in a unit."""
    try:
        meter_size(size, unit)
    except BillingError as error:
        yield Problem(line, error.sentence, "size")


def meter_problems(line: int, meter: NewMeter) -> Iterator[Problem]:
    """What is wrong with a new meter."""
    yield from text_problem(line, "meter_number", meter.number, 24, needed=True)
    yield from size_problem(line, meter.size, meter.unit)
    yield from text_problem(line, "make", meter.make, 24, needed=False)
    yield from text_problem(line, "endpoint", meter.endpoint, 24, needed=False)
    if not 3 <= meter.dials <= 10:
        yield Problem(line, "A register has 3 to 10 dials.", "dials")
    if not 0 < meter.multiplier_milli <= _MOST_MILLI:
        yield Problem(line, "The multiplier is more than 0 and at most 1,000,000.", "multiplier")
    try:
        parse_unit(meter.unit)
    except BillingError as error:
        yield Problem(line, error.sentence, "unit")


def service_problems(line: int, service: NewService) -> Iterator[Problem]:
    """What is wrong with a new service: without schedule and class it would never be billed."""
    yield from text_problem(line, "schedule", service.schedule, 40, needed=True)
    yield from text_problem(line, "rate_class", service.rate_class, 40, needed=True)
    yield from attribute_problems(line, service.attributes, LivesAt.SERVICE)


def reading_problem(line: int, reading: int, dials: int) -> Iterator[Problem]:
    """A register reading must fit on its dials."""
    if not 0 <= reading < 10**dials:
        yield Problem(line, f"The reading does not fit on {dials} dials.", "first_reading")


def mailing_problems(line: int, lines: tuple[str, ...], zip_code: str) -> Iterator[Problem]:
    """What is wrong with a mailing address."""
    if not 1 <= len(lines) <= _MOST_LINES:
        yield Problem(line, "A mailing address has one to four lines.", "lines")
    for one in lines:
        yield from text_problem(line, "lines", one, 60, needed=True)
    wrong = list(zip_problem(line, zip_code))
    yield from wrong
    if lines and not wrong:
        sentence, field = last_line_problem(lines[-1], zip_digits(zip_code))
        if sentence:
            yield Problem(line, sentence, field)
