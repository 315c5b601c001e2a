"""The form of the trail: what narrows the search, in two columns of fields that may stay empty."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from billing_tui.access.export_trail import asked_for
from billing_tui.access.staff import staff_list
from billing_tui.access.trail_search import TrailQuery, recent_fields, recent_kinds, recent_verbs
from billing_tui.access.trail_words import room_text, verb_text
from billing_tui.tui.entry import Entry
from billing_tui.tui.form import Form
from billing_tui.tui.kinds import Choice, Kind, Taken, day, text
from billing_tui.tui.record_kinds import account
from billing_tui.tui.side_by_side import field_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

_LEFT, _RIGHT = 9, 9


def may_stay_empty(kind: Kind, nothing: Any = "") -> Kind:
    """A kind that also takes no entry, which means `nothing`."""

    def read(entry: str) -> Taken:
        return kind.read(entry) if entry.strip() else Taken(nothing, "")

    return replace(kind, read=read)


def _account() -> Kind:
    """An account that there is, or nothing; the value is its number."""
    kind = account(16)

    def read(entry: str) -> Taken:
        taken = kind.read(entry)
        return replace(taken, value=taken.shown)

    return may_stay_empty(replace(kind, read=read))


def _words(width: int, help_: str, known: Callable[[], Sequence[Choice]]) -> Kind:
    def choices(keyed: str) -> Sequence[Choice]:
        listed, wanted = known(), keyed.casefold()
        return [one for one in listed if wanted in f"{one.code} {one.meaning}".casefold()] or listed

    return replace(text(width, help_), choices=choices)


def _people(today: date) -> Kind:
    def choices(_keyed: str) -> Sequence[Choice]:
        return [Choice(one.username, one.name) for one in staff_list(today)]

    return replace(text(20, "A user name; F4 lists who works here."), choices=choices)


class TrailForm(Form):
    """Eight fields; none of them must be keyed."""

    DEFAULT_CSS: ClassVar[str] = (
        "TrailForm { layout: grid; grid-size: 2 4; grid-columns: 36 1fr; grid-rows: 1; height: 4; }"
    )

    def __init__(self, today: date, understood: Callable[[Entry], None]) -> None:
        days = may_stay_empty(day(today), None)
        verbs = _words(30, "What was done, such as add flag, or a room, such as records.", _verbs)
        kinds = _words(20, "What it is about, such as account or rate version WATER 4.", _kinds)
        changed = _words(30, "A field that was changed, such as rate class.", _fields)
        fields = (
            ("person", " Person", _people(today), ""),
            ("account", " Account", _account(), "Entries about it, or that name it; F4 finds it."),
            ("from_day", " From", days, "The first business day."),
            ("to_day", " To", days, "The last business day."),
            ("subject_kind", " About", kinds, ""),
            ("field", " Field", changed, ""),
            ("words", " Words", text(24, "Words of the reason, the subject or a value."), ""),
            ("verb", " Verb", verbs, ""),
        )
        super().__init__(
            *[
                Entry(name, label, kind, label_width=_RIGHT if at % 2 else _LEFT, help_=help_)
                for at, (name, label, kind, help_) in enumerate(fields)
            ],
            understood=understood,
        )

    def read_passed_over(self) -> None:
        """Read what Tab went over; where the cursor is something may still be keyed.

        Raises:
            BillingError: of the first one that makes no sense, with its field.
        """
        for entry in self.shown:
            if entry.text and entry.taken is None and not entry.has_focus:
                entry.read()

    @property
    def asked(self) -> TrailQuery:
        """What the fields that were read ask for."""
        return TrailQuery(**self.known())

    def told(self, query: TrailQuery) -> list[str]:
        """What a query asks for, in the words of the fields: `person maria`."""
        return [
            f"{self.entry(name).label.strip().lower()} {field_text(name, value)}"
            for name, value in asked_for(query).items()
        ]


def _verbs() -> Sequence[Choice]:
    return [
        Choice(verb, f"{verb_text(verb)}, {room_text(verb.partition('.')[0])}")
        for verb in recent_verbs()
    ]


def _kinds() -> Sequence[Choice]:
    return [Choice(kind, f"such as {subject}") for kind, subject in recent_kinds().items()]


def _fields() -> Sequence[Choice]:
    return [Choice(field, f"by {verb_text(verb)}") for field, verb in recent_fields().items()]
