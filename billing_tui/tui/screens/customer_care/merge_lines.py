"""Two customers beside each other, line by line, with what would move marked."""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING

from billing_tui.foundation.money import owed_text
from billing_tui.records.address import phone_text
from billing_tui.tui.ink import Role, cut, gap, left
from billing_tui.tui.shown import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from billing_tui.customer_care.same_customer import MergePlan, Pointing, Side
    from billing_tui.tui.ink import Line, Span

_LABEL = 9


def _fact(label: str, kept: str, merged: str, half: int) -> Line:
    tone = Role.VALUE if not label or kept == merged else Role.WARNING
    return (
        gap(1),
        left(label, _LABEL, Role.LABEL),
        left(kept or "-", half, Role.VALUE),
        gap(3),
        left(merged or "-", half, tone),
    )


def _words(one: Pointing, owed: Mapping[int, int]) -> str:
    if one.table == "account":
        return f"Account {one.says} {owed_text(owed.get(one.row, 0))}"
    if one.table == "phone":
        digits, _, kind = one.says.partition(" ")
        return f"Phone {phone_text(digits)} {kind}"
    return f"{one.title} {one.says}"


def _row(
    pair: tuple[Pointing | None, Pointing | None],
    plan: MergePlan,
    owed: Mapping[int, int],
    half: int,
) -> Line:
    kept, merged = pair
    moves = merged is not None and merged in plan.moving
    mine: Span = left(_words(kept, owed) if kept else "", half, Role.TEXT)
    mark: Span = ("<- " if moves else "   ", Role.ACCENT)
    stays = " (both have it)" if merged is not None and not moves else ""
    theirs = f"{_words(merged, owed)}{stays}" if merged is not None else ""
    return (
        gap(1 + _LABEL),
        mine,
        mark,
        left(theirs, half, Role.VALUE if moves else Role.LABEL),
    )


def _facts(kept: Side, merged: Side, half: int) -> Iterator[Line]:
    yield _fact("", kept.number, merged.number, half)
    yield _fact("Name", kept.name, merged.name, half)
    yield _fact("Printed", kept.mailing_name, merged.mailing_name, half)
    yield _fact("Email", kept.email, merged.email, half)


def side_lines(plan: MergePlan, owed: Mapping[int, int], width: int, height: int) -> Sequence[Line]:
    """The facts of both, then what points to them; `<-` goes over.

    What does not fit is counted on the last line by its sort, so that nothing is hidden.

    Args:
        plan: both sides.
        owed: row of each account to its balance in cents.
        width: cells.
        height: lines.
    """
    half = (width - _LABEL - 5) // 2
    lines = list(_facts(plan.kept, plan.merged, half))
    pairs = list(zip_longest(plan.kept.pointing, plan.merged.pointing))
    room = height - len(lines)
    shown = pairs if len(pairs) <= room else pairs[: room - 1]
    lines += [_row(pair, plan, owed, half) for pair in shown]
    if shown != pairs:
        rest = Counter(
            one.title.lower() for pair in pairs[len(shown) :] for one in pair if one is not None
        )
        told = ", ".join(counted(count, title) for title, count in rest.items())
        lines.append((gap(1), (cut(f"+ {told} more; all of it goes over", width - 2), Role.ACCENT)))
    return [*lines, *[()] * (height - len(lines))]
