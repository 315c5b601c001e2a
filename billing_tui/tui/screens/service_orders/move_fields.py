"""Fields that starts, stops and transfers share: where a reading comes from, and the readings."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.service_orders.ahead import ReadAhead, read_ahead
from billing_tui.service_orders.kinds import ReadSource
from billing_tui.tui.entry import Entry
from billing_tui.tui.kinds import Choice, Kind, Taken, choice, quantity, register_reading, text
from billing_tui.tui.shown import counted, day_text, usage_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from billing_tui.foundation.errors import Problem
    from billing_tui.service_orders.ahead import MeterThere

LABEL = 18
"""Cells of a label on the screens of moves."""
MOST_METERS = 8
"""Readings that one entry can take at one place."""

_BLANK = "Blank where it is estimated, or where the read of that day serves."

_SOURCES = (
    Choice("FIELD", "read on the spot"),
    Choice("AMI", "read by radio"),
    Choice("CUSTOMER", "told by the customer"),
    Choice("ESTIMATED", "nobody could read it"),
)


def field(name: str, label: str, kind: Kind, help_: str = "", *, shut: bool = False) -> Entry:
    """A field with this desk's label width; one that is shut opens when it is needed."""
    entry = Entry(name, f" {label}", kind, label_width=LABEL, help_=help_)
    entry.display = not shut
    return entry


def source_kind() -> Kind:
    """Where a reading comes from; the value is a `ReadSource`."""
    known = {one.upper(): ReadSource(one) for one in ReadSource}
    plain = choice(9, _SOURCES, "FIELD, AMI, CUSTOMER or ESTIMATED; the first letter is enough.")

    def read(entry: str) -> Taken:
        taken = plain.read(entry)
        return replace(taken, value=known[taken.value])

    return replace(plain, read=read)


def yes_no(sentence: str, yes: str = "yes", no: str = "no") -> Kind:
    """Y or N; the value is a bool."""
    plain = choice(1, (Choice("Y", yes), Choice("N", no)), sentence)

    def read(entry: str) -> Taken:
        taken = plain.read(entry)
        return replace(taken, value=taken.value == "Y")

    return replace(plain, read=read)


def checked(kind: Kind, look: Callable[[Any], str]) -> Kind:
    """A kind whose value is looked at as soon as it is read; `look` gives more for the echo."""

    def read(entry: str) -> Taken:
        taken = kind.read(entry)
        more = look(taken.value)
        return replace(taken, echo="  ".join(filter(None, (taken.echo, more))))

    return replace(kind, read=read)


def words(width: int, help_: str, *, required: bool = False) -> Kind:
    """Words with a sentence of their own."""
    return text(width, help_, required=required)


def ahead_text(ahead: ReadAhead) -> str:
    """What stands beside a reading: `6 ccf in 10 days since 1,009 on 10/14/26`."""
    meter = ahead.meter
    if meter.shared:
        return "the read of that day serves"
    used = usage_text(ahead.usage_milli, meter.unit)
    estimated = f"estimated {ahead.counts:,}: " if ahead.estimated else ""
    if meter.exchanged:
        return f"{estimated}{used} with the meter before it"
    since = f"in {counted(ahead.days, 'day')} since {meter.reading:,} on {day_text(meter.day)}"
    return f"{estimated}{used} {since}"


def last_text(meter: MeterThere) -> str:
    """What stands beside a reading before it is keyed: `last read 1,482 on 10/14/26`."""
    if meter.shared:
        return "the read of that day"
    what = "put in at" if meter.exchanged else "last read"
    return f"{what} {meter.reading:,} on {day_text(meter.day)}"


def told_well(kind: Kind, problems: Callable[[int, str], Iterable[Problem]]) -> Kind:
    """A kind whose words are refused in the verb's own sentence as soon as they are read."""

    def look(value: str) -> str:
        for problem in problems(0, value) if value else ():
            raise InvalidEntry(problem.sentence, code="ENTRY-FORM")
        return ""

    return checked(kind, look)


class Readings:
    """A field for each meter that is there; none where no meter is.

    Args:
        name: of the fields, which are numbered.
        sitting: gives the day of the move and where the readings come from.
        word: before the meter's number; the kind of service where there is none.
    """

    def __init__(
        self, name: str, sitting: Callable[[], tuple[date, ReadSource]], word: str = ""
    ) -> None:
        self.meters: tuple[MeterThere, ...] = ()
        self._sitting = sitting
        self._word = word
        self.entries = tuple(
            field(f"{name}{at}", "", quantity(10), shut=True) for at in range(MOST_METERS)
        )

    def show(self, meters: Sequence[MeterThere]) -> None:
        """Open a field for each of these meters; what was keyed for one of them stays.

        Raises:
            InvalidEntry: there are more than one entry can take.
        """
        if len(meters) > MOST_METERS:
            raise InvalidEntry(
                f"{len(meters)} meters are there; `billing-tui service` takes any number."
            )
        before = {one.number: entry for one, entry in zip(self.meters, self.entries, strict=False)}
        kept = {number: entry.text for number, entry in before.items() if entry.changed}
        self.meters = tuple(meters)
        for at, entry in enumerate(self.entries):
            entry.display = at < len(meters)
            if at < len(meters):
                self._open(entry, meters[at], kept.get(meters[at].number, ""))

    def _open(self, entry: Entry, meter: MeterThere, keyed: str) -> None:
        label = f" {self._word or meter.kind.capitalize()} {meter.number}"
        usual = str(meter.reading) if meter.shared else ""
        same = (entry.label, entry.text) == (label, keyed or usual)
        entry.label, entry.kind = label, self._kind(meter)
        entry.beside = last_text(meter)
        entry.help_sentence = f"What meter {meter.number} shows, {meter.dials} dials. {_BLANK}"
        if not same:
            entry.put(usual)
            if keyed:
                entry.retype(keyed)

    def _kind(self, meter: MeterThere) -> Kind:
        plain = register_reading(meter.dials)

        def read(entry: str) -> Taken:
            day, source = self._sitting()
            keyed = entry.strip()
            counts = int(plain.read(keyed).value) if keyed else None
            ahead = read_ahead(meter, day, counts, source)
            return Taken(ahead, keyed, ahead_text(ahead))

        return replace(plain, read=read)

    def of(self, values: Mapping[str, Any]) -> list[ReadAhead]:
        """What was read so far."""
        names = [entry.id for entry in self.entries]
        return [value for name, value in values.items() if name in names]

    def estimates(self) -> Iterator[ReadAhead]:
        """What would be estimated if it were saved now: the meters without a reading."""
        day, source = self._sitting()
        for meter, entry in zip(self.meters, self.entries, strict=False):
            if source is ReadSource.ESTIMATED and not entry.text.strip():
                with suppress(InvalidEntry):  # it is refused at its field, with the reason
                    yield read_ahead(meter, day, None, source)

    def counts(self, values: Mapping[str, Any]) -> dict[str, int]:
        """Number of each meter to what was keyed; what is estimated is left out."""
        return {one.meter.number: one.counts for one in self.of(values) if not one.estimated}

    def field_of(self, sentence: str) -> str | None:
        """The field of the meter that a refusal names."""
        for meter, entry in zip(self.meters, self.entries, strict=False):
            if meter.number in sentence:
                return entry.id
        return None
