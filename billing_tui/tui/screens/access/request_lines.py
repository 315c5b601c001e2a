"""What stands under the queue of approvals: all that is needed to decide one request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from billing_tui.access.field_changes import all_fields, value_text
from billing_tui.access.tables import RequestState
from billing_tui.access.trail_words import about_text
from billing_tui.foundation.errors import BillingError
from billing_tui.foundation.moments import moment_text
from billing_tui.foundation.money import money_text
from billing_tui.ledger.aging import Aging
from billing_tui.ledger.receivables import agings, balances
from billing_tui.records.lookup import account_summary, find_account
from billing_tui.tui.ink import Line, Role, apart, cut, gap, width_of, wrapped
from billing_tui.tui.shown import counted, day_text
from billing_tui.tui.side_by_side import field_label, field_text, side_by_side

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.access.approvals import RequestView
    from billing_tui.access.field_changes import FieldChange

_DEEPEST = 40
_STATES = {
    RequestState.PENDING: Role.ACCENT,
    RequestState.EXECUTED: Role.GOOD,
    RequestState.REFUSED: Role.WARNING,
    RequestState.WITHDRAWN: Role.LABEL,
}


def state_role(state: RequestState) -> Role:
    """How a state looks."""
    return _STATES[state]


def request_lines(
    view: RequestView, day: date, width: int, height: int | None = None
) -> list[Line]:
    """Who asks for what and why, what may be approved, the account, before and after.

    Args:
        view: the request.
        day: the business day; the account is shown as it stands then.
        width: cells.
        height: most lines; the last one counts the fields that did not fit. All where None.
    """
    lines = [*_head(view, width), *_outcome(view, width), *_amount(view, width)]
    lines += [*_account(view, day, width), *_rest(view, width)]
    room = None if height is None else max(height - len(lines), 2)
    lines += side_by_side([*view.changes, *view.same], width, room)
    return lines if height is None else lines[:height]


def _head(view: RequestView, width: int) -> list[Line]:
    number = (f"Request {view.id}  ", Role.ACCENT)
    state = (view.state.value, _STATES[view.state])
    room = width - width_of([number, state]) - 4
    what = cut(f"{view.title}  {about_text(view.subject_kind, view.subject)}", room)
    age = "today" if not view.age_days else f"{counted(view.age_days, 'day')} ago"
    return [
        apart((gap(1), number, (what, Role.VALUE)), (state, gap(1)), width),
        (
            gap(1),
            (view.maker_name, Role.VALUE),
            (f" ({view.maker}) asks, {moment_text(view.made_at)}, {age}", Role.LABEL),
        ),
        *_told(f"Why: {view.reason}", Role.TEXT, width),
    ]


def _told(text: str, role: Role, width: int, most: int = 2) -> list[Line]:
    return [((f" {part}", role),) for part in wrapped(text, width - 2, most)]


def _outcome(view: RequestView, width: int) -> list[Line]:
    """What was decided and why, or why this person may not decide."""
    when = moment_text(view.decided_at)
    if view.state is RequestState.REFUSED:
        return _told(f"Refused by {view.checker}, {when}: {view.refusal}", Role.WARNING, width)
    if view.state is RequestState.EXECUTED:
        return _told(f"Approved by {view.checker} and carried out, {when}.", Role.GOOD, width)
    if view.state is RequestState.WITHDRAWN:
        return _told(f"Taken back by {view.maker}, {when}.", Role.LABEL, width)
    why_not = view.maker_gone or view.why_not
    return _told(f"* {why_not}", Role.WARNING, width) if why_not else []


def _amount(view: RequestView, width: int) -> list[Line]:
    """The money against the person's limit, and what else waits for the same thing."""
    told = []
    if view.amount_cents:
        most = "any amount" if view.most_cents is None else money_text(view.most_cents)
        told.append(f"Amount {money_text(view.amount_cents)}")
        if view.together_cents > abs(view.amount_cents):
            told.append(f"with others of late {money_text(view.together_cents)}")
        if not view.why_not:
            told.append(f"you may approve {most}")
    if view.checkers:
        told.append(f"a {' or '.join(view.checkers)} decides")
    lines = _told(_sentence("   ".join(told)), Role.LABEL, width)
    if view.others_open:
        more = "waits" if view.others_open == 1 else "wait"
        thing = f"{view.subject_kind.replace('_', ' ')} {view.subject}"
        lines += _told(f"* {view.others_open} more {more} for {thing}.", Role.WARNING, width, 1)
    return lines


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _account(view: RequestView, day: date, width: int) -> list[Line]:
    """The account's state, where the request is about one; a bill dated ahead is owed already."""
    if view.subject_kind != "account":
        return []
    try:
        account_id = find_account(view.subject)
    except BillingError as error:
        return _told(f"* {error.sentence}", Role.WARNING, width)
    account = account_summary(account_id, day)
    aging = agings([account_id], day).get(account_id, Aging())
    flags = "".join(
        f"   * {flag.kind.value}{f' to {day_text(flag.to_day)}' if flag.to_day else ''}"
        for flag in account.flags
    )
    owed = balances([account_id])[account_id]
    money = f"   balance {money_text(owed)}   past due {money_text(aging.past_due)}"
    start: Line = (gap(1), (f"{account.status.value}  ", Role.VALUE))
    room = width - width_of(start) - len(money) - 1
    who = cut(f"{account.customer.name}, {account.location.address}", max(room, 20))
    lines: list[Line] = [(*start, (who, Role.TEXT), (money, Role.VALUE))]
    return [*lines, *_told(flags.strip(), Role.WARNING, width, 1)] if flags else lines


def _beside(view: RequestView) -> dict[str, Any]:
    return {name: part for name, part in view.payload.items() if name not in {"before", "after"}}


def _rest(view: RequestView, width: int) -> list[Line]:
    """What else is carried out, as far as it is said in a word."""
    told = "   ".join(
        f"{field_label(name)} {field_text(name, value_text(value))}"
        for name, value in _beside(view).items()
        if not isinstance(value, dict | list) and not _inner(name)
    )
    return _told(told, Role.TEXT, width) if told else []


def payload_lines(view: RequestView, width: int) -> list[Line]:
    """What an approval carries out beside before and after and what stands above, in words."""
    parts = {name: one for name, one in _beside(view).items() if isinstance(one, dict | list)}
    lines: list[Line] = []
    for one in all_fields({}, parts):
        for told in _in_words(one):
            lines += _told(f"{field_label(one.field)}: {told}", Role.LABEL, width, _DEEPEST)
    return lines


def _inner(field: str) -> bool:
    """Whether a field is for the program alone: a row's number, or a digest."""
    own = field.rpartition(".")[2]
    return own in {"asked_by", "digest", "plan"} or own.endswith("_id")


def _in_words(one: FieldChange) -> list[str]:
    """A field's value; a list of things is a text for each of them."""
    if _inner(one.field):
        return []
    value = json.loads(one.after) if one.after and one.after.startswith("[{") else None
    if value is None:
        return [field_text(one.field, one.after)]
    return [
        ", ".join(
            f"{field_label(part.field).lower()} {field_text(part.field, part.after)}"
            for part in all_fields({}, thing)
            if not _inner(part.field)
        )
        for thing in value
    ]
