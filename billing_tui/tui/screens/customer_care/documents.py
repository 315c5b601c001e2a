"""CAR030 Documents: what is on file for an account, and what is missing, here or everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from billing_tui.access.rights import Right
from billing_tui.customer_care.document_policy import read_document_policy
from billing_tui.customer_care.document_store import take_out
from billing_tui.customer_care.file_document import withdraw_document
from billing_tui.customer_care.filed_documents import (
    START,
    DocumentLine,
    MissingDocument,
    documents_of,
    missing_documents,
)
from billing_tui.foundation.errors import BillingError
from billing_tui.tui.commands import BACKWARD, CONFIRM, FORWARD, NEW, REFRESH
from billing_tui.tui.ink import Role, gap, wrapped
from billing_tui.tui.pages import Onward
from billing_tui.tui.painted import Rule, Sheet
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.screens.customer_care.document_jobs import missing_job
from billing_tui.tui.screens.customer_care.head import head_line, head_of, named_account
from billing_tui.tui.screens.reason import ask_why
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from billing_tui.tui.commands import Command
    from billing_tui.tui.ink import Line
    from billing_tui.tui.room_screen import Outcome

_FILED: dict[str, str] = {"5": "Where it is", "4": "Withdraw"}
_REPORT: dict[str, str] = {"5": "Documents of the account"}
_WHY = ("Of another customer", "Cannot be read; filed again", "The wrong kind")


def _kind(row: DocumentLine) -> str:
    found = read_document_policy().kinds.get(row.kind)
    return found.title if found else row.kind


def _size(row: DocumentLine) -> str:
    return f"{max(row.size // 1024, 1):,} KB"


def _missing_columns() -> tuple[Column[MissingDocument], ...]:
    return (
        Column("Account", 9, lambda row: row.account),
        Column("Customer", 22, lambda row: row.customer, grows=True, role=_value),
        Column("Missing", 22, lambda row: row.name, role=_warning),
        Column("Ended", 8, lambda row: day_text(row.ended) if row.ended else "never"),
        Column("Because", 30, lambda row: row.because, grows=True, extra=100),
    )


def _value(_row: object) -> Role:
    return Role.VALUE


def _warning(_row: object) -> Role:
    return Role.WARNING


class Documents(RoomScreen):
    """With an account its papers, what is missing on top; without one the report of all."""

    ident = "CAR030"
    heading = "Documents"
    help_text = (
        "On an account: its papers, those of its customer and of its place among them, newest "
        "first; on top what it must have and has not. F6 files one from a file on the office's "
        "machine; 4 withdraws one that was filed in error; 5 says where its bytes stand. Without "
        "an account (1.14): what is missing everywhere. F10 prints that report."
    )

    commands = (
        REFRESH,
        NEW.called("File", "File a document.", Right.KEEP_RECORDS.value),
        CONFIRM.called("Report", "Print what is missing everywhere."),
        BACKWARD,
        FORWARD,
    )
    option_rights: ClassVar[dict[str, Right]] = {"4": Right.KEEP_RECORDS}

    def prepare(self) -> None:
        """Find the account, where one was named."""
        self._account_id = named_account(self.subject) if self.subject else None

    def body(self) -> Iterable[Widget]:
        """What is missing, the papers."""
        yield Sheet(id="head")
        yield Rule()
        if self._account_id is None:
            yield RecordList(
                _missing_columns(), options=_REPORT, empty="Nothing is missing.", key=_place
            )
        else:
            yield RecordList(
                self._filed_columns(),
                options=_FILED,
                empty="Nothing is on file. F6 files a document.",
                key=lambda row: row.document_id,
            )
        yield Sheet(id="legend")

    def _filed_columns(self) -> tuple[Column[DocumentLine], ...]:
        day = self.desk.business_day

        def tone(row: DocumentLine) -> Role:
            return Role.TEXT if row.counts_on(day) else Role.WARNING

        def ends(row: DocumentLine) -> str:
            return "withdrawn" if row.withdrawn else day_text(row.expires)

        return (
            Column("Came", 8, lambda row: day_text(row.received)),
            Column("What", 24, _kind, grows=True, role=_value),
            Column("Of", 8, lambda row: row.concerns.value),
            Column("Until", 9, ends, role=tone),
            Column("File", 14, lambda row: row.file_name, grows=True),
            Column("Size", 9, _size, right=True, extra=100),
            Column("By", 8, lambda row: row.staff, extra=100),
        )

    def open(self) -> None:
        """Read what is on file, or what is missing."""
        list_: RecordList[Any] = self.query_one(RecordList)
        width = self.billing.size.width
        if self._account_id is None:
            head: list[Line] = [((" Papers that accounts must have and have not", Role.LABEL),)]
            list_.show_again(Onward(self._fetch_missing, lambda row: row.account))
        else:
            account = head_of(self._account_id, self.desk.business_day)
            head = [head_line(account, width), *self._missing_here()]
            list_.show_again(Onward(self._fetch_filed, _kind))
        self.query_one("#head", Sheet).show(head)
        self.query_one("#legend", Sheet).show([list_.legend_line])

    def _fetch_missing(self, row: MissingDocument | None, limit: int) -> Sequence[MissingDocument]:
        return missing_documents(
            read_document_policy(),
            self.desk.business_day,
            after=row.place if row else START,
            limit=limit,
        )

    def _fetch_filed(self, row: DocumentLine | None, limit: int) -> Sequence[DocumentLine]:
        before = row.document_id if row else None
        return documents_of(self._account_id or 0, before=before, limit=limit)

    def _missing_here(self) -> list[Line]:
        missing = missing_documents(
            read_document_policy(), self.desk.business_day, account_id=self._account_id
        )
        if not missing:
            return [((" Nothing that must be on file is missing.", Role.GOOD),)]
        return [line for one in missing for line in self._missing_line(one)]

    def _missing_line(self, one: MissingDocument) -> list[Line]:
        """What is missing, and why it must be there, on as many lines as it takes."""
        told = f"{one.name}, {_since(one)}"
        width = self.billing.size.width
        if len(told) + len(one.because) + 6 <= width:
            return [((f" * {told}: ", Role.WARNING), (one.because, Role.TEXT))]
        because = wrapped(one.because, width - 5, 2)
        return [((f" * {told}", Role.WARNING),), *[(gap(3), (part, Role.TEXT)) for part in because]]

    def greeting(self) -> str:
        """What to do next."""
        if self._account_id is None:
            return "5 opens the account's documents; F10 prints the list."
        return "F6 files a document from a file on this machine."

    def why_not(self, command: Command) -> str:
        """A document is filed with an account."""
        if command.id == NEW.id and self._account_id is None:
            return "With which account? 5 opens its documents, F6 files there."
        return super().why_not(command)

    def command_new(self) -> Outcome:
        """File a document."""
        self.billing.open_screen("CAR031", self.subject)
        return True

    def command_confirm(self) -> Outcome:
        """Print the report."""
        self.billing.start_job("Printing what is missing", missing_job(self.desk))
        return True

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """One option at a time."""
        message.stop()
        option, row = message.choices[0]
        message.list.keep(message.choices[1:])
        if isinstance(row, MissingDocument):
            self.billing.open_screen("CAR030", row.account)
        elif option == "4":
            self._withdraw(row)
        else:
            self._where(row)

    def _where(self, row: DocumentLine) -> None:
        try:
            place = take_out(self.desk.home.documents, row.sha256)
        except BillingError as error:
            self.refuse(error)
            return
        remark = f"{row.remark}. " if row.remark else ""
        self.say(f"{remark}Proved: {place}")

    def _withdraw(self, row: DocumentLine) -> None:
        desk = self.desk

        def then(_none: None) -> None:
            self.open()
            self.say(f"{_kind(row)} is withdrawn; the bytes stay where they are.")

        def withdraw(why: str) -> None:
            self.carry_out("saving", lambda: withdraw_document(desk, row.document_id, why), then)

        word = f"Withdraw {_kind(row)}. Why?"
        ask_why(self, word, _WHY, withdraw, otherwise="It stays on file.")


def _place(row: MissingDocument) -> object:
    return row.place


def _since(one: MissingDocument) -> str:
    return f"ended {day_text(one.ended)}" if one.ended else "never filed"
