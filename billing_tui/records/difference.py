"""An account's records as plain facts on a day, and what differs between two days (CUS-1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from billing_tui.records.address import phone_text
from billing_tui.records.attributes import REGISTRY
from billing_tui.records.lookup import account_summary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from billing_tui.records.account_values import (
        AccountSummary,
        CustomerCard,
        FlagLine,
        LocationCard,
        ServiceLine,
    )


class Fact(NamedTuple):
    """One thing that the records say of an account.

    Attributes:
        part: Account, Customer, Mailing, Place, Flag, or the kind of a service.
        what: the thing, in words.
        value: what it is, in words; never empty.
        point: row of the service point, 0 where it is no service's.
    """

    part: str
    what: str
    value: str
    point: int = 0


class Difference(NamedTuple):
    """One thing that is not as it was; "" stands for what was not there."""

    part: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TwoDays:
    """An account on two days.

    Attributes:
        number: of the account.
        first: the earlier day.
        last: the later day.
        lines: what differs, in the order of the records.
        same: how many facts are as they were.
    """

    number: str
    first: date
    last: date
    lines: tuple[Difference, ...]
    same: int


def attribute_words(name: str) -> str:
    """An attribute's name for people: `The pressure zone` is `Pressure zone`."""
    says = REGISTRY[name].says if name in REGISTRY else name.replace("_", " ")
    text = says.removeprefix("The ")
    return text[:1].upper() + text[1:]


def _account(summary: AccountSummary) -> Iterator[Fact]:
    if summary.on < summary.opened:
        yield Fact("Account", "Status", "not open yet")
        return
    yield Fact("Account", "Status", str(summary.status))
    yield Fact("Account", "Opened", f"{summary.opened:%m/%d/%y}")
    if summary.closed is not None:
        yield Fact("Account", "Closed", f"{summary.closed:%m/%d/%y}")
    yield Fact("Account", "Cycle", summary.cycle)


def _customer(card: CustomerCard) -> Iterator[Fact]:
    yield Fact("Customer", "Number", card.number)
    yield Fact("Customer", "Name", card.name)
    yield Fact("Customer", "Printed name", card.mailing_name)
    phones = ", ".join(f"{phone_text(digits)} {kind}" for digits, kind in card.phones)
    for what, value in (("Phones", phones), ("Email", card.email), ("Language", card.language)):
        if value:
            yield Fact("Customer", what, value)


def _mailing(summary: AccountSummary) -> Iterator[Fact]:
    for number, line in enumerate(summary.mailing_lines, 1):
        yield Fact("Mailing", f"Line {number}", line)


def _place(card: LocationCard) -> Iterator[Fact]:
    yield Fact("Place", "Address", card.address)
    yield Fact("Place", "City", card.city_line)
    if card.parcel:
        yield Fact("Place", "Parcel", card.parcel)
    for name, value in sorted(card.attributes.items()):
        yield Fact("Place", attribute_words(name), value)


def _flag(flag: FlagLine) -> Fact:
    until = f"to {flag.to_day:%m/%d/%y}" if flag.to_day else "no end"
    if flag.review_day:
        until = f"looked at again {flag.review_day:%m/%d/%y}"
    return Fact("Flag", str(flag.kind), f"{until}: {flag.reason}")


def _service(line: ServiceLine) -> Iterator[Fact]:
    part, point = str(line.kind).capitalize(), line.service_point_id
    yield Fact(part, "Schedule", line.schedule, point)
    yield Fact(part, "Class", line.rate_class, point)
    if line.billing_hold:
        yield Fact(part, "Billing hold", "yes", point)
    if line.meter:
        yield Fact(part, "Meter", f"{line.meter}, {line.size}, {line.unit}", point)
    if line.route:
        yield Fact(part, "Route", f"{line.route} {line.sequence}", point)
    for name, value in sorted(line.attributes.items()):
        yield Fact(part, attribute_words(name), value, point)


def facts_of(summary: AccountSummary) -> tuple[Fact, ...]:
    """Everything that the records say of an account on the summary's day, in order."""
    found = [*_account(summary), *_customer(summary.customer), *_mailing(summary)]
    found += [*map(_flag, summary.flags), *_place(summary.location)]
    for line in summary.services:
        found += _service(line)
    return tuple(found)


def facts_on(account_id: int, day: date) -> tuple[Fact, ...]:
    """What the records say of an account at the end of a day.

    Raises:
        NotFound: there is no such account.
    """
    return facts_of(account_summary(account_id, day))


def difference(account_id: int, day_a: date, day_b: date) -> TwoDays:
    """What is different between two days; the earlier one stands on the left.

    Raises:
        NotFound: there is no such account.
    """
    first, last = sorted((day_a, day_b))
    before, after = account_summary(account_id, first), account_summary(account_id, last)
    was = {(fact.part, fact.what, fact.point): fact.value for fact in facts_of(before)}
    now = {(fact.part, fact.what, fact.point): fact.value for fact in facts_of(after)}
    lines = [
        Difference(key[0], key[1], was.get(key, ""), now.get(key, ""))
        for key in _in_order(was, now)
        if was.get(key) != now.get(key)
    ]
    same = sum(now.get(key) == value for key, value in was.items())
    return TwoDays(after.number, first, last, tuple(lines), same)


_Key = tuple[str, str, int]


def _in_order(was: dict[_Key, str], now: dict[_Key, str]) -> list[_Key]:
    """All keys, each part together in the order in which parts first come."""
    keys = list(dict.fromkeys([*now, *was]))
    parts = list(dict.fromkeys((key[0], key[2]) for key in keys))
    return sorted(keys, key=lambda key: parts.index((key[0], key[2])))
