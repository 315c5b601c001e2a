"""What an entry field takes: how a keyed text becomes a value, and what is shown back.

Pure: no database, no clock, no Textual. A kind's `read` raises a `BillingError` with the sentence
that the person reads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.money import Money
from billing_tui.foundation.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from billing_tui.tui.pages import Source

_OFFSET = re.compile(r"[+-][0-9]{1,3}\Z", re.ASCII)
_WRITTEN = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})(?:[/-]((?:[0-9]{2}){1,2}))?\Z", re.ASCII)
_PLAIN = re.compile(r"([0-9]{2})([0-9]{2})((?:[0-9]{2}){0,2})\Z", re.ASCII)
_STORED = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z", re.ASCII)
_FULL_YEAR = 4
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTEST_WEEKDAY = 2
_DIGITS = frozenset("0123456789")
_LETTERS = frozenset("".join(_WEEK))
DAY_KEYS = _DIGITS | _LETTERS | {letter.upper() for letter in _LETTERS} | frozenset("+-/")
"""What a date is keyed with."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a field understood.

    Attributes:
        value: the value for the verb.
        shown: the text that stands in the field from now on.
        echo: what stands beside the field, such as the customer's name.
    """

    value: Any
    shown: str
    echo: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that a field takes, for its F4 list."""

    code: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Kind:
    """What one sort of field takes.

    Attributes:
        width: cells, drawn as the underline.
        read: gives the meaning of a text; raises `BillingError` where it has none.
        characters: the characters it takes; all printable ones where None.
        help: one sentence that says what may be keyed.
        upper: letters become capitals as they are keyed.
        numeric: stands at the right once it was read.
        signs: keypad + and - finish the field (Field+ and Field-).
        auto_advance: goes on by itself when it is full.
        choices: what F4 lists for the text keyed so far.
        pages: what F4 lists before anything is keyed, where that is more than a list holds.
        secret: what was keyed is drawn as dots and kept nowhere.
        most: characters that it holds, where they are more than it is wide; it scrolls then.
    """

    width: int
    read: Callable[[str], Taken]
    help: str
    characters: frozenset[str] | None = None
    upper: bool = False
    numeric: bool = False
    signs: bool = False
    auto_advance: bool = False
    choices: Callable[[str], Sequence[Choice]] | None = None
    pages: Callable[[], Source[Choice]] | None = None
    secret: bool = False
    most: int = 0

    @property
    def holds(self) -> int:
        """The most characters that can be keyed."""
        return self.most or self.width


def secret(width: int, help_: str) -> Kind:
    """A passphrase or PIN: not shown, not cleaned, not kept in a draft; empty is allowed."""
    return Kind(width, lambda entry: Taken(entry, entry), help_, secret=True)


def text(width: int, help_: str = "Any text.", *, required: bool = False) -> Kind:
    """Words, cleaned on the way in."""

    def read(entry: str) -> Taken:
        value = clean(entry, most=width)
        if required and not value:
            raise InvalidEntry("This field needs an entry.", code="ENTRY-MISSING")
        return Taken(value, value)

    return Kind(width, read, help_)


def optional(kind: Kind) -> Kind:
    """The same field, which may also stay empty; the value is None then."""

    def read(entry: str) -> Taken:
        return kind.read(entry) if entry.strip() else Taken(None, "")

    return replace(kind, read=read)


def code(width: int, help_: str = "A code.", *, auto_advance: bool = False) -> Kind:
    """A code in capitals."""

    def read(entry: str) -> Taken:
        value = clean(entry.upper(), most=width)
        return Taken(value, value)

    return Kind(width, read, help_, upper=True, auto_advance=auto_advance)


def money(width: int = 13) -> Kind:
    """An amount in dollars; nothing is guessed about missing decimals."""

    def read(entry: str) -> Taken:
        try:
            amount = Money.parse(_ungrouped(entry).removesuffix("+"))
        except InvalidEntry as error:
            sentence = "Key an amount as 125 or 125.40, two decimals at most."
            raise InvalidEntry(sentence, code=error.code) from error
        return Taken(amount, _exact(amount.cents))

    return Kind(
        width,
        read,
        "An amount: 125, 125.4 or 125.40. End it with - for a credit.",
        characters=_DIGITS | frozenset(".,+-"),
        numeric=True,
        signs=True,
    )


_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?[-+]?\Z", re.ASCII)


def _ungrouped(entry: str) -> str:
    """A number keyed as it is printed, `1,450.75`, without its commas; others as they are."""
    return entry.replace(",", "") if _GROUPED.match(entry.strip()) else entry


def _exact(cents: int) -> str:
    whole, part = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{part:02d}"


def quantity(width: int = 9, decimals: int = 0) -> Kind:
    """A read or a quantity: digits, with a point only where the register has one."""

    def read(entry: str) -> Taken:
        keyed = _ungrouped(entry)
        whole, _, part = keyed.partition(".")
        if not entry.strip():
            raise InvalidEntry("This field needs a number.", code="ENTRY-MISSING")
        if not whole.isdigit() or not whole.isascii() or (part and not part.isdigit()):
            raise InvalidEntry("Key digits only.", code="QUANTITY-FORM")
        if len(part) > decimals:
            most = f"at most {decimals} decimals" if decimals else "no decimals"
            raise InvalidEntry(f"This takes {most}.", code="QUANTITY-DECIMALS")
        return Taken(Decimal(keyed), keyed)

    characters = _DIGITS | frozenset(",." if decimals else ",")
    return Kind(width, read, "Digits as the register shows them.", characters, numeric=True)


_LONGEST_READING = 18


def register_reading(dials: int) -> Kind:
    """A reading in full counts. One that is longer than the dials is refused whole, never cut."""
    plain = quantity(dials)

    def read(entry: str) -> Taken:
        taken = plain.read(entry)
        if taken.value >= 10**dials:
            raise InvalidEntry(
                f"The {dials} dials cannot show {entry.strip()}; nothing was cut, look again.",
                code="READING-LONG",
            )
        return taken

    return replace(plain, read=read, most=_LONGEST_READING)


def day(today: date, *, auto_advance: bool = True) -> Kind:
    """A date: `0917`, `091726`, `9/17/26`, `2026-09-17`, `t`, `+1`, `-1`, `mon`, `-mon`.

    Without a year it is the nearest such day; a weekday is the coming one, with `-` the last one.
    Six digits go on by themselves; a date with strokes or letters ends with Enter.
    """

    def read(entry: str) -> Taken:
        value = read_day(entry, today)
        return Taken(value, f"{value:%m%d%y}", f"{value:%a %m/%d/%y}")

    return Kind(
        6,
        read,
        "0917, 9/17/26, t today, +1, -1; mon the coming one, -mon the last.",
        characters=DAY_KEYS,
        auto_advance=auto_advance,
        most=10,
    )


def past_day(
    today: date, refusal: str = "That day is still to come.", *, auto_advance: bool = True
) -> Kind:
    """A day that is not ahead of us, which its hint does not offer either."""
    plain = day(today, auto_advance=auto_advance)

    def read(entry: str) -> Taken:
        taken = plain.read(entry)
        if taken.value > today:
            raise InvalidEntry(refusal, code="DAY-AHEAD")
        return taken

    return replace(plain, read=read, help="0917, 9/17/26, t today, -1 yesterday, -mon the last.")


def coming_day(today: date, refusal: str, *, auto_advance: bool = True) -> Kind:
    """A day that has not passed; its hint offers no other."""
    plain = day(today, auto_advance=auto_advance)

    def read(entry: str) -> Taken:
        taken = plain.read(entry)
        if taken.value < today:
            raise InvalidEntry(refusal, code="DAY-PASSED")
        return taken

    return replace(
        plain, read=read, help="0917, 9/17/26, t today, +1 tomorrow, mon the coming one."
    )


def read_day(entry: str, today: date) -> date:
    """The day that was keyed; see `day` for the forms.

    Raises:
        InvalidEntry: where there is no such day.
    """
    keyed = entry.strip().lower()
    if keyed == "t":
        return today
    if _OFFSET.match(keyed):
        return today + timedelta(days=int(keyed))
    if keyed.lstrip("-")[:1].isalpha():
        return _weekday(keyed, today)
    stored = _STORED.match(keyed)
    written = _WRITTEN.match(keyed) or _PLAIN.match(keyed)
    if stored:
        year, month, dom = stored.groups()
    elif written:
        month, dom, year = written.groups()
    else:
        raise InvalidEntry("Key a date as 0917, 091726, 9/17/26, t today or -1.", code="DAY-FORM")
    try:
        if year:
            return date(int(year) + (2000 if len(year) < _FULL_YEAR else 0), int(month), int(dom))
        return _nearest(int(month), int(dom), today)
    except ValueError as error:
        raise InvalidEntry(f"There is no day {month}/{dom}.", code="DAY-NONE") from error


def _weekday(keyed: str, today: date) -> date:
    """The coming day of that name, today where it is one; after `-` the last one before today."""
    name = keyed.removeprefix("-")
    fitting = [at for at, one in enumerate(_WEEK) if one.startswith(name)]
    if len(name) < _SHORTEST_WEEKDAY or len(fitting) != 1:
        raise InvalidEntry(f"{keyed} is no date; mon is Monday, t today, -1 yesterday.", code="DAY")
    ahead = (fitting[0] - today.weekday()) % len(_WEEK)
    if keyed.startswith("-"):
        return today - timedelta(days=(-ahead - 1) % len(_WEEK) + 1)
    return today + timedelta(days=ahead)


def _nearest(month: int, dom: int, today: date) -> date:
    years = (today.year - 1, today.year, today.year + 1)
    found = [date(year, month, dom) for year in years if (month, dom) != (2, 29) or _leap(year)]
    if not found:
        raise ValueError(month, dom)
    return min(found, key=lambda candidate: abs((candidate - today).days))


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


_MOST_NAMED = 4


def choice(width: int, choices: Sequence[Choice], help_: str = "") -> Kind:
    """One of a few codes; F4 lists them, and a beginning that fits only one is enough."""

    def read(entry: str) -> Taken:
        keyed = entry.strip().upper()
        fitting = [one for one in choices if one.code.upper() == keyed] or [
            one for one in choices if keyed and one.code.upper().startswith(keyed)
        ]
        if len(fitting) > 1:
            some = ", ".join(one.code for one in fitting[:_MOST_NAMED])
            more = " and more" * (len(fitting) > _MOST_NAMED)
            raise InvalidEntry(
                f"{len(fitting)} begin so: {some}{more}. Key more of it, or F4.", code="CHOICE"
            )
        if not fitting:
            raise InvalidEntry("This is no code that is known here; F4 lists them.", code="CHOICE")
        return Taken(fitting[0].code, fitting[0].code, fitting[0].meaning)

    def fitting(keyed: str) -> Sequence[Choice]:
        wanted = keyed.strip().upper()
        some = [one for one in choices if wanted in f"{one.code} {one.meaning}".upper()]
        return some or choices

    sentence = help_ or "One of: " + ", ".join(one.code for one in choices) + ". F4 lists them."
    return Kind(width, read, sentence, upper=True, choices=fitting)


def found(
    width: int,
    find: Callable[[str], Taken],
    help_: str,
    choices: Callable[[str], Sequence[Choice]] | None = None,
    *,
    auto_advance: bool = False,
) -> Kind:
    """A number that is looked up, such as an account; its name stands beside it at once."""
    return Kind(width, find, help_, upper=True, choices=choices, auto_advance=auto_advance)
