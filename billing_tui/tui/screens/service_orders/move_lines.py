"""What the sheets under starts, stops and transfers say, as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.foundation.money import money_text
from billing_tui.records.account_flags import OF_THE_PERSON
from billing_tui.records.attributes import is_personal
from billing_tui.records.difference import attribute_words
from billing_tui.service_orders.debts import LAW
from billing_tui.tui.ink import Line, Role, wrapped
from billing_tui.tui.shown import counted, day_text, usage_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from billing_tui.foundation.errors import Problem
    from billing_tui.records.account_values import ServiceLine
    from billing_tui.records.kinds import FlagKind
    from billing_tui.service_orders.ahead import FinalAhead, ReadAhead
    from billing_tui.service_orders.offer import OfferedPoint

_MOST_LINES = 4


def said(sentence: str, width: int, role: Role = Role.TEXT, mark: str = " ") -> list[Line]:
    """A sentence over as many lines as it needs; warnings begin with `*`."""
    parts = wrapped(sentence, width - 4, _MOST_LINES)
    marks = [mark, *" " * len(parts)]
    return [
        ((f" {mark} ", Role.WARNING), (part, role))
        for mark, part in zip(marks, parts, strict=False)
    ]


def warned(sentence: str, width: int) -> list[Line]:
    """A sentence that needs a look."""
    return said(sentence, width, mark="*")


def doubt_lines(reads: Iterable[ReadAhead], width: int) -> list[Line]:
    """What the checks ask about readings."""
    return [line for one in reads for told in one.warnings for line in warned(told, width)]


def flag_lines(kinds: Sequence[FlagKind], width: int) -> list[Line]:
    """Which flags of an account that ends go along with the customer, and which do not."""
    along = ", ".join(kind for kind in kinds if kind in OF_THE_PERSON)
    stay = ", ".join(kind for kind in kinds if kind not in OF_THE_PERSON)
    lines = said(f"Flags that go along: {along}.", width) if along else []
    if stay:
        lines += warned(f"Flags that stay behind: {stay}. 1.10 sets them again.", width)
    return lines


def own_lines(services: Iterable[ServiceLine], width: int) -> list[Line]:
    """What is the customer's own at the old place, which the services of the new one begin without.

    A winter average was measured there; a household may be another one.
    """
    own = [
        f"{line.kind} {attribute_words(name).lower()} {value}"
        for line in services
        for name, value in sorted(line.attributes.items())
        if is_personal(name)
    ]
    if not own:
        return []
    return warned(f"Not taken along: {', '.join(own)}. 1.8 sets it on the new account.", width)


def debt_lines(problems: Iterable[Problem], width: int) -> list[Line]:
    """What the customer owes from before, each account by itself, the law once."""
    debts = [problem.sentence.removesuffix(LAW).strip() for problem in problems]
    if not debts:
        return []
    lines = [line for debt in debts for line in warned(debt, width)]
    return lines + said(LAW, width, Role.LABEL)


def terms_text(points: Iterable[OfferedPoint]) -> str:
    """`water WATER/SFR, refuse REFUSE/R-96 (cart size 96)`."""
    told = []
    for point in points:
        own = ((name.replace("_", " "), value) for name, value in point.attributes.items())
        more = ", ".join(f"{name} {value}" for name, value in own)
        bracket = f" ({more})" if more else ""
        told.append(f"{point.kind} {point.schedule}/{point.rate_class}{bracket}")
    return ", ".join(told)


def final_lines(
    ahead: FinalAhead, reads: Sequence[ReadAhead], cents: int, width: int
) -> list[Line]:
    """The final bill in words: usage, days, with which run it comes; and what is owed now."""
    used = {one.meter.kind: " " + usage_text(one.usage_milli, one.meter.unit) for one in reads}
    spans: dict[tuple[int, str], list[str]] = {}
    for kind, since, days in ahead.parts:
        if days > 0:
            spans.setdefault((days, day_text(since)), []).append(kind + used.get(kind, ""))
    parts = [
        f"{', '.join(kinds)} ({counted(days, 'day')} since {since})"
        for (days, since), kinds in spans.items()
    ]
    lines = said(f"Final bill: {'; '.join(parts)}." if parts else _ALL_BILLED, width)
    if parts and ahead.run:
        when = day_text(ahead.bill_day)
        lines += said(f"It comes with run {ahead.run} of cycle {ahead.cycle}, {when}.", width)
    elif parts:
        lines += warned("The calendar has no run yet that would bill it.", width)
    owed = money_text(cents)
    return lines + said(f"Owed now, before it: {owed}.", width, Role.VALUE)


_ALL_BILLED = "All days are billed: there is no final bill to come."
