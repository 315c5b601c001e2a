"""RDG020 Read exceptions: the worklist, gravest first; accept, edit, estimate, read again, hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from billing_tui.access.rights import Right
from billing_tui.foundation.errors import InvalidEntry, NotFound
from billing_tui.metering.ask_estimate import dispose_or_ask
from billing_tui.metering.checks import Severity
from billing_tui.metering.dispose_exception import accept_looks, count_looks
from billing_tui.metering.tables import Disposition, UploadState
from billing_tui.metering.uploads import recent_uploads, upload_line
from billing_tui.metering.worklist import START, ExceptionRow, exception_detail, key_of, worklist
from billing_tui.service_orders.issue_order import order_reread
from billing_tui.tui.commands import BACKWARD, CONFIRM, FOLD, FORWARD, REFRESH
from billing_tui.tui.entry import Entry
from billing_tui.tui.ink import Line, Role, gap
from billing_tui.tui.kinds import register_reading
from billing_tui.tui.list_screen import ListScreen
from billing_tui.tui.pages import Listed, Onward
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.screens.metering.exception_lines import decided_lines, detail_lines
from billing_tui.tui.screens.reason import ReasonScreen, ask_why
from billing_tui.tui.shown import counted, usage_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_tui.tui.pages import Source
    from billing_tui.tui.room_screen import Outcome

    Choice = tuple[str, ExceptionRow]

_MARKS = {Severity.MUST_DECIDE: "!!", Severity.DECIDE: "!", Severity.LOOK: ""}
_COLUMNS: tuple[Column[ExceptionRow], ...] = (
    Column("", 2, lambda row: _MARKS[row.severity], role=lambda _row: Role.WARNING),
    Column("Check", 10, lambda row: row.check.value, role=lambda _row: Role.VALUE),
    Column("Address", 27, lambda row: row.address, grows=True, keeps_end=True),
    Column("Meter", 9, lambda row: row.meter, extra=100),
    Column(
        "Reading",
        9,
        lambda row: f"{row.reading:,}" if row.reading is not None else "-",
        right=True,
    ),
    Column("Usage", 11, lambda row: usage_text(row.usage_milli, row.unit), right=True),
)
_OPTIONS = {
    "a": "Accept",
    "e": "Edit",
    "s": "Estimate",
    "r": "Re-read",
    "h": "Hold",
    "5": "Display account",
}
_MEANT = {
    "a": Disposition.ACCEPT,
    "s": Disposition.ESTIMATE,
    "r": Disposition.REREAD,
    "h": Disposition.HOLD,
    "e": Disposition.EDIT,
}
_REASONS = {
    "a": (
        "Confirmed by the reader",
        "The customer explained the use",
        "The photo shows the same reading",
    ),
    "e": (
        "Misread: corrected from the photo",
        "Digits were keyed in the wrong order",
        "Read again by the reader",
    ),
    "s": ("Meter could not be reached", "Register cannot be read", "Meter is stopped"),
    "r": ("The reading does not fit the year before", "The reader was not sure"),
    "h": ("Waiting for the customer", "Waiting for the field crew"),
}
_SETTLED_COLUMNS: tuple[Column[ExceptionRow], ...] = (
    Column("Check", 9, lambda row: row.check.value, role=lambda _row: Role.VALUE),
    Column("Address", 27, lambda row: row.address, grows=True, keeps_end=True),
    Column("Decision", 8, lambda row: row.disposition.value),
    Column("By", 8, lambda row: row.staff),
    Column("Why", 15, lambda row: row.reason, grows=True),
)
_MOST = 2000
_NOTHING = "Nothing waits: the reads can be posted."


class ReadExceptions(ListScreen[ExceptionRow]):
    """What a person has to look at before the reads can be posted."""

    ident = "RDG020"
    heading = "Read exceptions"
    help_text = (
        "Key a, e, s, r or h beside reads and press Enter; each kind of decision needs its "
        "reason, which stays beside the reading as it came. r also sends somebody out with a "
        "service order, whose reading comes back here. !! must be decided one by one; F10 accepts "
        "all that ask for no more than a look. 5 shows the account, F11 what was decided. The "
        "chart shows the months that fit, two years at most; next door stand its neighbours."
    )
    commands = (
        REFRESH,
        BACKWARD,
        FORWARD,
        CONFIRM.called(
            "Accept looks",
            "Accept all that ask for no more than a look.",
            Right.CLEAR_EXCEPTIONS.value,
        ),
        FOLD.called("Settled", "What waits, or what was decided, by whom and why."),
    )

    option_rights: ClassVar[dict[str, Right]] = dict.fromkeys(_MEANT, Right.CLEAR_EXCEPTIONS)
    detail_rows = (10, 18)
    looks_again = True

    def prepare(self) -> None:
        """The upload that was named, the newest with exceptions open, or the newest."""
        self._settled = False
        if self.subject:
            if not self.subject.isdigit():
                raise InvalidEntry("Key the number of an upload.", field="way")
            self._upload = upload_line(int(self.subject))
            return
        uploads = recent_uploads()
        if not uploads:
            raise NotFound("There is no upload yet; BIL010 uploads reads.")
        waiting = [one for one in uploads if one.state is UploadState.CHECKED]
        still_open = [one for one in waiting if one.open_exceptions]
        self._upload = (still_open or waiting or uploads)[0]

    def make_list(self) -> RecordList[ExceptionRow]:
        """The worklist."""
        return RecordList(
            _COLUMNS,
            options=_OPTIONS,
            default="?",
            empty=_NOTHING,
            key=lambda row: row.exception_id,
        )

    def fill(self) -> None:
        """What waits, or what was decided."""
        self._upload = upload_line(self._upload.upload_id)
        list_ = self.records
        list_.columns = _SETTLED_COLUMNS if self._settled else _COLUMNS
        waits = self._upload.state is UploadState.CHECKED
        none = _NOTHING if waits else f"Nothing waits: {self.greeting()}"
        list_.empty = "Nothing was decided yet." if self._settled else none
        super().fill()

    def source(self) -> Source[ExceptionRow]:
        """Gravest first, or the newest decision first."""
        upload_id = self._upload.upload_id

        def fetch(row: ExceptionRow | None, limit: int) -> Sequence[ExceptionRow]:
            return worklist(upload_id, after=key_of(row) if row else START, limit=limit)

        if self._settled:
            return Listed(settled_of(upload_id), lambda row: row.check.value)
        return Onward(fetch, lambda row: row.check.value)

    def head(self) -> Line:
        """The upload and what is left of it."""
        upload = self._upload
        return (
            gap(1),
            (f"Upload {upload.upload_id}", Role.ACCENT),
            (f"  cycle {upload.cycle} {upload.instance}   ", Role.LABEL),
            (f"{upload.open_exceptions:,} open", Role.VALUE),
            (f"   {upload.came:,} of {upload.expected:,} came", Role.TEXT),
            (f"   {upload.file_name}", Role.LABEL),
        )

    def greeting(self) -> str:
        """What is left."""
        waiting = self._upload.open_exceptions
        if self._upload.state is not UploadState.CHECKED:
            return f"Upload {self._upload.upload_id} is {self._upload.state.value.lower()}."
        if not waiting:
            return "Nothing waits: BIL010 posts the reads."
        return f"{counted(waiting, 'exception')} to settle before the reads can be posted."

    def _left(self) -> str:
        waiting = self._upload.open_exceptions
        return f"{waiting:,} left." if waiting else self.greeting()

    def detail(self, row: ExceptionRow, width: int, height: int) -> Sequence[Line]:
        """The read, two years of use, its neighbours."""
        return detail_lines(exception_detail(row.exception_id), width, height)

    def command_fold(self) -> Outcome:
        """What waits, or what was decided."""
        self._settled = not self._settled
        told = "What was decided; before posting it can be decided again."
        return self.show_from_top(told if self._settled else "")

    # Decisions

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """One kind of decision after the other, each with its reason; edits one by one."""
        message.stop()
        chosen: list[Choice] = [one for one in message.choices if one[0] in _MEANT]
        shown = [row for option, row in message.choices if option == "5"]
        if shown and not chosen:
            self._display(shown[0])
            return
        if not chosen:
            self.say(f"Key {', '.join(_OPTIONS)} beside the reads, then Enter.")
            return
        message.list.keep(chosen)
        edits = [one for one in chosen if one[0] == "e"]
        now = edits[:1] or [one for one in chosen if one[0] == chosen[0][0]]
        self._ask(now, [one for one in chosen if one not in now])

    def _ask(self, now: Sequence[Choice], later: Sequence[Choice]) -> None:
        """Say which reads are decided how, and ask why; the first of them stands behind it."""
        option, rows = now[0][0], [row for _, row in now]
        self.records.stand_at(rows[0])
        first: list[Entry] = []
        word = f"{_OPTIONS[option]}: {counted(len(rows), 'read')}. Why?"
        if option == "e":
            reading = register_reading(rows[0].dials)
            first = [Entry("reading", " Reading", reading, label_width=9)]
        self.billing.ask(
            ReasonScreen(word, _REASONS[option], *first, told=decided_lines(rows)),
            lambda given: self._decide(now, later, given),
        )

    def _display(self, row: ExceptionRow) -> None:
        resident = exception_detail(row.exception_id).resident
        if resident is None:
            self.warn(f"Nobody takes service at {row.address}.")
        else:
            self.billing.open_screen("ACC020", resident.account)

    def _decide(
        self,
        now: Sequence[Choice],
        later: Sequence[Choice],
        given: dict[str, Any] | None,
    ) -> None:
        if given is None:
            self.say("Nothing was decided; the options still stand.")
            return
        desk, reason = self.desk, str(given["reason"])
        reading = int(given["reading"]) if "reading" in given else None
        next_ = f"{len(later)} more to go: Enter." if later else ""

        def work() -> str:
            done = [
                dispose_or_ask(
                    desk,
                    row.exception_id,
                    _MEANT[option],
                    reason,
                    reading=reading,
                    seen=row.disposition,
                )
                for option, row in now
            ]
            asked = [str(one.asked) for one in done if one.asked]
            raised = sum(one.raised for one in done)
            more = f" The new reading raises {counted(raised, 'exception')}." if raised else ""
            again = [row.exception_id for option, row in now if option == "r"]
            sent = [order_reread(desk, one).number for one in again]
            out = f" Out to be read again: {', '.join(sent)}." if sent else ""
            count = len(done) - len(asked)
            told = [f"{count} settled."] if count else []
            told += [f"Request {one} asks a lead: an estimate too many." for one in asked]
            return f"{' '.join(told)}{more}{out}"

        def then(told: str) -> str:
            return f"{told} {next_ or self._left()}"

        self.save(work, then, later=later)

    def command_confirm(self) -> Outcome:
        """Accept all that ask for no more than a look, with one reason."""
        desk, upload_id = self.desk, self._upload.upload_id

        def accept(reason: str) -> None:
            self.save(
                lambda: accept_looks(desk, upload_id, reason),
                lambda count: f"{count} accepted; the graver ones are decided one by one.",
            )

        looks = count_looks(upload_id)
        if not looks:
            self.say("None asks for no more than a look; the graver ones are decided one by one.")
            return True
        word = f"Accept {counted(looks, 'exception')} that need no more than a look. Why?"
        ask_why(self, word, _REASONS["a"], accept, otherwise="")
        return True


def settled_of(upload_id: int) -> list[ExceptionRow]:
    """What was decided, the newest decision first."""
    found = [
        row
        for disposition in Disposition
        if disposition is not Disposition.OPEN
        for row in worklist(upload_id, limit=_MOST, disposition=disposition)
    ]
    return sorted(found, key=lambda row: (row.at, row.exception_id), reverse=True)
