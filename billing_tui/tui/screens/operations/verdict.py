"""AUD011 Verdict: what a verdict needs beside its key: a question, a code, the correction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing_tui.access.trail_words import verb_text
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.moments import moment_text
from billing_tui.operations.daily_audit.judge_entry import Verdict
from billing_tui.tui.entry import Entry
from billing_tui.tui.form import Form
from billing_tui.tui.ink import Role, left
from billing_tui.tui.kinds import Choice, Kind, Taken, choice, text
from billing_tui.tui.painted import Sheet
from billing_tui.tui.pop_up import FormPopUp
from billing_tui.tui.screens.reason import reason_kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from textual.widget import Widget

    from billing_tui.operations.daily_audit.day_view import LaterEntry

_LABEL = 14
_QUESTIONS = (
    "Which letter or call is this from?",
    "Why from this day?",
    "Who approved this?",
    "Where is the document filed?",
)


def code_kind(codes: Mapping[str, str]) -> Kind:
    """A code of the policy, its beginning, or its number on the list above the field."""
    named = choice(14, [Choice(code, meaning) for code, meaning in codes.items()])
    numbers = {str(at): code for at, code in enumerate(codes, 1)}

    def read(entry: str) -> Taken:
        return named.read(numbers.get(entry.strip(), entry))

    return replace(named, read=read, help="A code of the policy, or its number.")


def correction_kind(later: Sequence[LaterEntry]) -> Kind:
    """The number of the entry that put it right; F4 lists those that may have."""
    choices = tuple(
        Choice(str(one.seq), f"{verb_text(one.verb)} by {one.person}, {moment_text(one.at)}")
        for one in later
    )

    def read(entry: str) -> Taken:
        if not entry.isascii() or not entry.isdigit():
            raise InvalidEntry("Key the number of the entry that put it right; F4 lists them.")
        meant = {one.code: one.meaning for one in choices}
        return Taken(int(entry), entry, meant.get(entry, ""))

    help_ = "The later entry by which somebody other than the maker put it right."
    return Kind(9, read, help_, frozenset("0123456789"), choices=lambda _text: choices)


class VerdictScreen(FormPopUp):
    """Gives back `code`, `remark` and `correction`, as the verdict wants them, or None."""

    ident = "AUD011"
    opening = "Enter goes on and carries it out, F12 takes it back."
    help_text = (
        "A query asks its maker one question. An error has a code of the office's policy, which F4 "
        "lists, and a remark where the code does not say it all. What is corrected names the entry "
        "by which somebody else put it right."
    )

    def __init__(
        self,
        verdict: Verdict,
        word: str,
        codes: Mapping[str, str],
        later: Sequence[LaterEntry] = (),
        *,
        told: Sequence[str] = (),
    ) -> None:
        """Ask for the verdict; `told` stands above the fields: what is being judged."""
        super().__init__()
        self._told = tuple(told)
        self.word = word
        self._verdict = verdict
        self._codes = codes
        self._later = later

    def body(self) -> Iterable[Widget]:
        """What is judged, and the fields of this verdict."""
        yield Sheet([((f"   {one}", Role.VALUE),) for one in self._told])
        if self._verdict is Verdict.QUERY:
            usual = enumerate(_QUESTIONS, 1)
            yield Sheet([((f"   {at}  ", Role.KEY), (one, Role.TEXT)) for at, one in usual])
            yield Form(Entry("remark", " Question", reason_kind(_QUESTIONS), label_width=_LABEL))
            return
        yield Sheet(
            [
                ((f"   {at}  ", Role.KEY), left(code, 14, Role.VALUE), (meaning, Role.TEXT))
                for at, (code, meaning) in enumerate(self._codes.items(), 1)
            ]
        )
        entries = [Entry("code", " Code", code_kind(self._codes), label_width=_LABEL)]
        if self._verdict is Verdict.CORRECTED:
            kind = correction_kind(self._later)
            entries.append(Entry("correction", " Put right by", kind, label_width=_LABEL))
        remark = text(60, "What was wrong, where the code does not say it all.")
        entries.append(Entry("remark", " Remark", remark, label_width=_LABEL))
        yield Form(*entries)

    def open(self) -> None:
        """Suggest the newest entry that may have put it right."""
        if self._verdict is Verdict.CORRECTED and self._later:
            suggested = self.query_one(Form).entry("correction")
            suggested.put(str(self._later[0].seq))
            suggested.read()
