"""CAR031 File a document: a file on the office's machine goes into the file by its hash."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.customer_care.document_policy import read_document_policy
from billing_tui.customer_care.document_store import path_of, waiting_files
from billing_tui.customer_care.file_document import Concerns, DocumentForm, file_document
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.tui.commands import CONFIRM, LIST
from billing_tui.tui.entry import Entry
from billing_tui.tui.entry_screen import EntryScreen
from billing_tui.tui.ink import Role
from billing_tui.tui.kinds import Choice, Taken, choice, day, past_day, text
from billing_tui.tui.screens.customer_care.head import head_line, head_of, named_account
from billing_tui.tui.screens.customer_care.note_entry import optional

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from billing_tui.customer_care.file_document import Filed
    from billing_tui.tui.ink import Line
    from billing_tui.tui.kinds import Kind

_OF = {"A": Concerns.ACCOUNT, "C": Concerns.CUSTOMER, "L": Concerns.LOCATION}
_TOLD = {
    "A": "this account",
    "C": "the customer, on all their accounts",
    "L": "the place, whoever lives there",
}


def scan_kind(inbox: Path) -> Kind:
    """A scan that waits, by name or by its number on the F4 list, or the path of another file."""
    scans = waiting_files(inbox)
    choices = [
        Choice(str(at), f"{one.name}, {max(one.size // 1024, 1):,} KB")
        for at, one in enumerate(scans, 1)
    ]
    numbers = {str(at): one.name for at, one in enumerate(scans, 1)}
    sentence = "A scan's name or number, or a path; F4 lists the scans that wait."
    plain = text(60, sentence, required=True)

    def read(entry: str) -> Taken:
        return plain.read(numbers.get(entry.strip(), entry))

    return replace(plain, read=read, choices=lambda _keyed: choices)


class DocumentEntry(EntryScreen):
    """Where the file is, what it is, whose, and until when it holds."""

    ident = "CAR031"
    heading = "File a document"
    help_text = (
        "F4 lists the scans that wait in the office's folder `inbox`, newest first; the path of "
        "any other file on this machine does as well. The file is copied into `documents` under "
        "the hash of its bytes, and `billing-tui verify` proves it from then on; the scan stays. "
        "A relief needs the last day of its proof; the day after it the paper is missing again."
    )
    commands = (LIST, CONFIRM.called("File", "File it.", Right.KEEP_RECORDS.value))
    opening = "Which file? F4 lists the scans that wait."

    def prepare(self) -> None:
        """Find the account."""
        self._account_id = named_account(self.subject)

    def entries(self) -> Sequence[Entry]:
        """File, kind, whose, days, remark."""
        today = self.desk.business_day
        kinds = read_document_policy().kinds
        codes = [Choice(code.upper(), one.title) for code, one in kinds.items()]
        whose = [Choice(code, told) for code, told in _TOLD.items()]
        last = Entry("expires", " Until", optional(day(today)), help_="Its last day, if any.")
        return (
            Entry("path", " File", scan_kind(self.desk.home.inbox)),
            Entry("kind", " What", choice(10, codes)),
            Entry("concerns", " Of", replace(choice(1, whose), auto_advance=True)),
            Entry("received", " Came on", past_day(today)),
            last,
            Entry("remark", " Remark", text(60, "Anything to be known; may stay empty.")),
        )

    def first_texts(self) -> Mapping[str, str]:
        """Of the account, today."""
        return {"concerns": "A", "received": f"{self.desk.business_day:%m%d%y}"}

    def understood(self, entry: Entry) -> None:
        """A relief must end."""
        known = self.form.known()
        if entry.id == "expires" and entry.value is None and "kind" in known:
            kind = read_document_policy().kind(str(known["kind"]).lower())
            if kind.expires:
                raise InvalidEntry(f"When does it end? {kind.title}.", field="expires")

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """Whose account, and how long the paper is kept."""
        account = head_of(self._account_id, self.desk.business_day)
        lines = [head_line(account, self.billing.size.width)]
        if "kind" in known:
            policy = read_document_policy()
            kind = policy.kind(str(known["kind"]).lower())
            years = policy.years[kind.retention]
            told = f" {kind.title}: kept {years} years ({kind.retention})."
            lines.append(((told, Role.VALUE),))
            if kind.expires:
                lines.append(((" * It needs its last day.", Role.WARNING),))
        return lines

    def save(self, values: Mapping[str, Any]) -> Filed:
        """File it."""
        form = DocumentForm(
            path=path_of(self.desk.home.inbox, values["path"]),
            kind=str(values["kind"]).lower(),
            concerns=_OF[values["concerns"]],
            received=values["received"],
            expires=values["expires"],
            remark=values["remark"],
        )
        return file_document(self.desk, self._account_id, form, key=self.request_key)

    def saved(self, result: Any) -> str:
        """Its number and hash."""
        filed: Filed = result
        known = " The same bytes were on file already." if filed.known else ""
        return f"Document {filed.document_id} is on file, {filed.sha256[:12]}.{known}"
