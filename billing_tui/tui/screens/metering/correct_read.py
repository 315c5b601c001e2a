"""RDG040 Correct a read: key the right register beside the wrong one; see what follows; F10."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.billing.correction import Correction
from billing_tui.metering.doubt_read import doubt_read, trust_read
from billing_tui.metering.plan_read_fix import ReadFix
from billing_tui.metering.point_reads import (
    PointRead,
    ReadPoint,
    point_of_meter,
    reads_of_point,
)
from billing_tui.metering.tables import ReadKind
from billing_tui.tui.commands import CONFIRM, LIST, NEW
from billing_tui.tui.entry import Entry
from billing_tui.tui.form import Form
from billing_tui.tui.ink import Role
from billing_tui.tui.kinds import Kind, Taken, day, optional, quantity, text
from billing_tui.tui.record_kinds import meter
from billing_tui.tui.screens.billing.correction_screen import PREVIEW, WHY, CorrectionScreen
from billing_tui.tui.screens.reason import ReasonScreen
from billing_tui.tui.shown import day_text, usage_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from billing_tui.access.drafts import Draft
    from billing_tui.foundation.errors import BillingError
    from billing_tui.tui.ink import Line
    from billing_tui.tui.room_screen import Outcome

_LABEL = 50
_MOST = 20
_MANY = 600
_FRAME = 15
"""Rows of the screen that are no reads."""
_HOW = {
    ReadKind.ACTUAL: "read",
    ReadKind.ESTIMATED: "estimated",
    ReadKind.CUSTOMER: "by customer",
    ReadKind.FINAL: "final",
    ReadKind.INITIAL: "first",
    ReadKind.EXCHANGE_OUT: "taken out",
    ReadKind.EXCHANGE_IN: "put in",
}


def read_label(read: PointRead) -> str:
    """A read in one line, as it stands beside its field."""
    mark = "?" if read.doubt else "*" if read.corrected else " "
    used = usage_text(read.usage_milli, read.unit) if read.usage_milli is not None else ""
    return f" {day_text(read.day)}{mark} {read.reading:>10,}  {_HOW[read.kind]:<11}{used:>12}"


class ReadsForm(Form):
    """From meter and day the cursor goes to the newest read shown, the likeliest to be wrong."""

    def on_entry_accepted(self, message: Entry.Accepted) -> None:
        """Go on as any form does, but past the older reads."""
        message.prevent_default()  # the base would be called once more
        super().on_entry_accepted(message)
        newest = self.shown[-1]
        if message.entry in self.entries[:2] and not message.entry.wrong:
            newest.focus()


class CorrectRead(CorrectionScreen):
    """The newest reads of a point, newest last, each with a field for what it should be."""

    ident = "RDG040"
    heading = "Correct a read"
    help_text = (
        "Key the right register beside each read that was wrong; the others stay blank. A read is "
        "never overwritten: it is taken back and written again with the reason, and the period "
        "after it changes too. Bills that count with them follow below, charge by charge. F6 marks "
        "the read at the cursor as doubtful, or settles that: nothing after a read in doubt is "
        "corrected before it. * was corrected before, ? is in doubt."
    )
    commands = (
        LIST,
        NEW.called("Doubt", "Mark this read as doubtful, or settle it."),
        *PREVIEW,
        WHY,
        CONFIRM.called("Save", "Carry it out, or ask a lead to."),
    )
    opening = "Which meter? Its number, an account or an address."
    missing = "Key the right register beside a read that was wrong; Up goes to older ones."
    form_class = ReadsForm
    usual = ("Read again on site", "Photo of the dial", "Two meters were mixed up")

    def entries(self) -> Sequence[Entry]:
        """The meter, up to which day, and a field for each read."""
        self._point: ReadPoint | None = None
        self._until: Any = None
        self._reads: tuple[PointRead, ...] = ()
        self._meter = Entry("meter", " Meter", _meter_kind(), label_width=10)
        until = optional(day(self.desk.business_day))
        until = replace(until, help="Reads up to this day; blank for the newest.")
        self._day = Entry("until", " Up to", until, label_width=10)
        self._fields = tuple(
            Entry(f"read{at}", "", self._reading_kind(at), label_width=_LABEL)
            for at in range(_MOST)
        )
        self._newest = Entry("newest", "", text(20))
        for field in (*self._fields, self._newest):
            field.display = False
        return (self._meter, self._day, *self._fields, self._newest)

    def first_texts(self) -> Mapping[str, str]:
        """The account or meter that was named."""
        return {"meter": self.subject}

    def _reading_kind(self, at: int) -> Kind:
        plain = quantity(10)

        def read(keyed: str) -> Taken:
            if not keyed.strip():
                return Taken(None, "")
            taken = plain.read(keyed)
            moved = int(taken.value) - self._reads[at].reading
            return replace(taken, value=int(taken.value), echo=f"{moved:+,}")

        return replace(plain, read=read, help="The right register; blank where the read is right.")

    # The reads

    def understood(self, entry: Entry) -> None:
        """Another meter or day shows other reads."""
        if entry not in {self._meter, self._day} or self._meter.value is None:
            return
        point, until = self._meter.value, self._day.value
        if (point, until) != (self._point, self._until):
            self._point, self._until = point, until
            self._show_reads()

    def _show_reads(self) -> None:
        if self._point is None:
            return
        room = min(max(self.billing.size.height - _FRAME, 6), _MOST)
        found = [
            read
            for read in reads_of_point(self._point.point_id, _MANY)
            if not read.first and (not self._until or read.day <= self._until)
        ]
        self._reads = tuple(found[-room:])
        self._newest.retype(str(self._reads[-1].read_id if self._reads else 0))
        for at, field in enumerate(self._fields):
            field.display = at < len(self._reads)
            field.put("")
            if field.display:
                field.label = read_label(self._reads[at])
        self.say(self.missing)

    def _put_draft(self, draft: Draft) -> None:
        """A draft counts only beside the reads for which it was keyed."""
        super()._put_draft(draft)
        if self._reads and draft.texts.get("newest") != str(self._reads[-1].read_id):
            for field in self._fields:
                field.put("")
            self._newest.retype(str(self._reads[-1].read_id))

    def correction(self, known: Mapping[str, Any]) -> Correction | None:
        """Every read beside which another register was keyed."""
        fixes = tuple(
            ReadFix(read.read_id, known[f"read{at}"])
            for at, read in enumerate(self._reads)
            if known.get(f"read{at}") is not None
        )
        return Correction(reads=fixes) if fixes else None

    def hint(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """What stands there and what was said of it."""
        del known
        lines: list[Line] = [((f" {self.missing if self._reads else self.opening}", Role.LABEL),)]
        for read in self._reads:
            if read.doubt:
                lines.append(((f" ? {day_text(read.day)}: {read.doubt}", Role.WARNING),))
            elif read.corrected:
                told = f" * {day_text(read.day)} was {read.was:,}: {read.told}"
                lines.append(((told, Role.LABEL),))
        return lines

    def refuse(self, error: BillingError) -> None:
        """A refused register is the one that was keyed last."""
        keyed = [field.id for field in self._fields if field.display and field.text]
        if error.field == "reading" and keyed:
            error.field = keyed[-1]
        super().refuse(error)

    # In doubt

    def command_new(self) -> Outcome:
        """Mark the read at the cursor, or settle it."""
        if self.focused not in self._fields:
            return "Put the cursor on a read first."
        if not self.desk.may(Right.CLEAR_EXCEPTIONS):
            return f"{self.desk.username} may not {Right.CLEAR_EXCEPTIONS.value}."
        read = self._reads[self._fields.index(self.focused)]
        verb = trust_read if read.doubt else doubt_read
        word = "How was it settled?" if read.doubt else "What is odd?"

        def answered(answer: Any) -> None:
            if answer:
                reason = str(answer["reason"])
                self.carry_out("saving", lambda: verb(self.desk, read.read_id, reason), done)

        def done(_result: None) -> None:
            self._show_reads()
            self.show_outlook()
            self.say(f"{day_text(read.day)} is {'settled' if read.doubt else 'in doubt'} now.")

        window = ReasonScreen(f"{day_text(read.day)}, {read.reading:,}. {word}", ())
        self.billing.ask(window, answered)
        return True


def _meter_kind() -> Kind:
    """A meter in place; the value is its `ReadPoint`."""
    known = meter()

    def read(keyed: str) -> Taken:
        taken = known.read(keyed)
        return replace(taken, value=point_of_meter(taken.value.number))

    return replace(known, read=read)
