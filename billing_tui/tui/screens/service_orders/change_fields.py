"""The fields of a change in service that depend on the account: which service, terms, values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.records.attributes import REGISTRY, Form as Shape, LivesAt
from billing_tui.records.difference import attribute_words
from billing_tui.records.kinds import ServiceKind
from billing_tui.service_orders.add_service import METERED
from billing_tui.service_orders.service_changes import (
    SAYS,
    SERVED,
    ChangeKind,
    other_attributes,
)
from billing_tui.service_orders.terms import terms_offered
from billing_tui.tui.kinds import Choice, Kind, Taken, choice, day, past_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from billing_tui.records.account_values import ServiceLine
    from billing_tui.service_orders.terms import Terms
    from billing_tui.tui.entry import Entry

_ABBREVIATION = 3
_YES_NO = (Choice("yes", ""), Choice("no", ""))


def change_kind() -> Kind:
    """What changes; the value is a `ChangeKind`."""
    words = [Choice(kind.value.upper(), SAYS[kind]) for kind in ChangeKind]
    return _valued(
        choice(6, words, "F4 lists what can change; the first letters are enough."),
        lambda code: ChangeKind(code.lower()),
    )


def service_kind(addable: Callable[[], Sequence[ServiceKind]] = lambda: tuple(ServiceKind)) -> Kind:
    """A kind of service that can be added; the value is a `ServiceKind`.

    Args:
        addable: what F4 offers, when the field is used; another one is refused with its reason.
    """
    words = [Choice(kind.value.upper(), "") for kind in ServiceKind]
    plain = _valued(
        choice(10, words, "Which service; F4 lists them."), lambda code: ServiceKind(code.lower())
    )
    return replace(
        plain, choices=lambda _keyed: [Choice(one.value.upper(), "") for one in addable()]
    )


def _valued(plain: Kind, value: Callable[[str], object]) -> Kind:
    def read(entry: str) -> Taken:
        taken = plain.read(entry)
        return Taken(value(taken.value), taken.shown, taken.echo)

    return _with(plain, read)


def _with(plain: Kind, read: Callable[[str], Taken]) -> Kind:
    return Kind(
        plain.width, read, plain.help, plain.characters, upper=plain.upper, choices=plain.choices
    )


def fitting(change: ChangeKind | None, lines: Sequence[ServiceLine]) -> list[ServiceLine]:
    """Services that a kind of change can be of."""
    served = SERVED.get(change, frozenset(ServiceKind)) if change else frozenset(ServiceKind)
    return [line for line in lines if line.kind in served]


def counted_by(
    change: ChangeKind | None,
    line: ServiceLine | None,
    added: ServiceKind | None,
    lines: Sequence[ServiceLine],
) -> ServiceLine | None:
    """The service from whose unbilled day on a change usually counts; None: it counts from today.

    Another class begins where its service is not billed; sewer, where its water is not.
    """
    if change is ChangeKind.CLASS:
        return line
    kind = line.kind if line is not None else added
    if kind is ServiceKind.SEWER and change in {ChangeKind.ADD, ChangeKind.END}:
        water = (one for one in lines if one.kind is ServiceKind.WATER and one.metered)
        return next(water, None)
    return None


def first_day(
    today: date, change: ChangeKind, line: ServiceLine | None, added: ServiceKind | None
) -> Kind:
    """The day of a change; none ahead is offered where a meter has to be read on it."""
    of_meter = change in {ChangeKind.END, ChangeKind.CLASS} and line is not None and line.metered
    if of_meter or (change is ChangeKind.ADD and added in METERED):
        return past_day(today)
    return day(today)


def asked_by_class(
    look: Callable[[Mapping[str, str]], str], fields: Sequence[Entry]
) -> tuple[str, ...]:
    """Attributes that a class asks for, one after the other as the fields are filled.

    Args:
        look: the next one, given those that are stated; "" where none is missing.
        fields: they are asked for in these, as many as there are.
    """
    names: list[str] = []
    told: dict[str, str] = {}
    for entry in fields:
        name = look(told)
        if not name:
            break
        names.append(name)
        if entry.value is None or entry.label != f" {attribute_label(name)}":
            break
        told[name] = entry.value
    return tuple(names)


def service_name(line: ServiceLine, lines: Sequence[ServiceLine]) -> str:
    """`REFUSE`, or `WATER 2` where the account takes several of a kind."""
    same = [one.service_id for one in lines if one.kind is line.kind]
    number = f" {same.index(line.service_id) + 1}" if len(same) > 1 else ""
    return f"{line.kind.value.upper()}{number}"


def which_service(listed: Callable[[], Sequence[ServiceLine]]) -> Kind:
    """One of the account's services; the value is its `ServiceLine`.

    Args:
        listed: the services that fit what changes, when the field is used.
    """

    def choices(_keyed: str) -> list[Choice]:
        lines = listed()
        return [
            Choice(
                service_name(line, lines),
                f"{line.schedule} {line.rate_class}  {line.meter or line.description}".rstrip(),
            )
            for line in lines
        ]

    def read(entry: str) -> Taken:
        keyed, lines = entry.strip().upper(), listed()
        known = list(zip(choices(""), lines, strict=True))
        found = [one for one in known if one[0].code == keyed] or [
            one for one in known if keyed and one[0].code.startswith(keyed)
        ]
        if len(found) != 1:
            raise InvalidEntry("Which service? F4 lists them.", code="CHOICE")
        named, line = found[0]
        return Taken(line, named.code, named.meaning)

    return Kind(
        12, read, "Which of the account's services; F4 lists them.", upper=True, choices=choices
    )


def new_terms(known: Callable[[], tuple[str, str, date]]) -> Kind:
    """A schedule and class; the value is a `Terms`.

    Args:
        known: kind of service, its schedule ("" where there is none yet) and the first day.
    """

    def offered() -> Sequence[Terms]:
        kind, _, day = known()
        return terms_offered(kind, day) if kind else ()

    def code(terms: Terms) -> str:
        return f"{terms.schedule}/{terms.rate_class}"

    def read(entry: str) -> Taken:
        keyed, schedule = entry.strip().upper(), known()[1]
        found = [
            one
            for one in offered()
            if keyed == code(one).upper()
            or (keyed == one.rate_class.upper() and schedule in {"", one.schedule})
        ]
        if len(found) != 1:
            raise InvalidEntry(
                "That is no class in force on that day; F4 lists them.", code="CHOICE"
            )
        return Taken(found[0], code(found[0]), found[0].title)

    return Kind(
        24,
        read,
        "A class such as SFR, or schedule and class as WATER/SFR; F4 lists them.",
        upper=True,
        choices=lambda _keyed: [Choice(code(one), one.title) for one in offered()],
    )


def other_attribute() -> Kind:
    """An attribute that no other kind of change sets; the value is its name."""
    homes = {LivesAt.LOCATION: "of the place", LivesAt.SERVICE: "of a service"}
    words = [
        Choice(name.upper(), f"{attribute_words(name)}, {where}")
        for home, where in homes.items()
        for name in other_attributes(home)
    ]
    return _valued(choice(18, words, "An attribute; F4 lists them."), str.lower)


def attribute_label(name: str) -> str:
    """An attribute's name as a label: `Cart size`, `ERU`."""
    text = name.replace("_", " ")
    return text.upper() if len(text) == _ABBREVIATION else text.capitalize()


def value_of(name: str) -> Kind:
    """A value of an attribute, in its one spelling."""
    found = REGISTRY[name]
    listed = tuple(Choice(one, "") for one in found.choices)
    if found.form is Shape.YES_NO:
        listed = _YES_NO

    def read(entry: str) -> Taken:
        value = found.canonical(entry)
        unit = f"{found.unit.value}" if found.unit else ""
        return Taken(value, value, unit)

    help_ = f"{attribute_words(name)}: {found.form.value}" + (
        f", {', '.join(one.code for one in listed)}." if listed else "."
    )
    return Kind(24, read, help_, choices=(lambda _keyed: listed) if listed else None)
