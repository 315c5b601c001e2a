"""BIL050 Cancel and rebill: bills of an account, each charge before and after, then F10."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from billing_tui.billing.bill_view import BillView, recent_bills
from billing_tui.billing.correction import Correction
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.money import money_text
from billing_tui.tui.entry import Entry
from billing_tui.tui.kinds import Choice, Kind, Taken, choice
from billing_tui.tui.record_kinds import account
from billing_tui.tui.screens.billing.correction_screen import CorrectionScreen
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST = 60
_LABEL = 14
_REBILL, _CANCEL = "REBILL", "CANCEL"
_DEEDS = (
    Choice(_REBILL, "bill the same days again, from the records as they stand now"),
    Choice(_CANCEL, "nothing takes their place: the bills should not exist"),
)


def _days(bill: BillView) -> str:
    first = min(part.from_day for part in bill.services)
    last = max(part.to_day for part in bill.services)
    return f"{day_text(first)} - {day_text(last)}"


def _told(bill: BillView) -> str:
    return f"{_days(bill)}  {money_text(bill.current_cents)}"


class CancelRebill(CorrectionScreen):
    """One bill, or all from one to another."""

    ident = "BIL050"
    heading = "Cancel and rebill"
    help_text = (
        "Set right first what was wrong: the read with 2.4, the meter with 4.6, flags and "
        "attributes on the account. Then choose the bills, one or all from one to another; F4 "
        "lists them. Each charge stands below before and after, from the rates in force then; "
        "F11 tells how the new amounts come about. F10 carries out exactly that, or asks a lead "
        "where you may not or the sum is above the limit. Old bills stay as they were posted."
    )
    opening = "Whose bills? An account's number, a name, an address or a meter."
    missing = "Choose the account and the bills; F4 lists them."
    usual = (
        "Flag or attribute was set right for those days",
        "The class was wrong",
        "Billed for a place or days not served",
    )

    def entries(self) -> Sequence[Entry]:
        """Account, the oldest and the newest bill, and what is done with them."""
        self._bills: dict[str, BillView] = {}
        bill = self._bill_kind()
        blank = replace(bill, read=self._newest, help="Blank for that one bill alone.")
        self._account = Entry("account", " Account", account(), label_width=_LABEL)
        return (
            self._account,
            Entry("first", " From bill", bill, label_width=_LABEL),
            Entry("last", " To bill", blank, label_width=_LABEL),
            Entry("deed", " What", choice(6, _DEEDS, "REBILL or CANCEL."), label_width=_LABEL),
        )

    def first_texts(self) -> Mapping[str, str]:
        """The account that was named; bills are billed again."""
        return {"account": self.subject, "deed": _REBILL}

    def open(self) -> None:
        """An account that was named stands there, and the cursor is on the bill."""
        super().open()
        if self.subject and self._account.text == self.subject:
            self._account.accept()

    def understood(self, entry: Entry) -> None:
        """Another account has other bills."""
        if entry is self._account and entry.value is not None:
            bills = recent_bills(entry.value.account_id, _MOST)
            self._bills = {bill.number or "": bill for bill in bills}

    def _bill_kind(self) -> Kind:
        def read(keyed: str) -> Taken:
            wanted = keyed.strip()
            if not wanted:
                raise InvalidEntry("Which bill? F4 lists those that count.", code="ENTRY-MISSING")
            fitting = [bill for number, bill in self._bills.items() if number.endswith(wanted)]
            if len(fitting) != 1:
                raise InvalidEntry(
                    f"{wanted} is no bill of that account that counts; F4 lists them."
                )
            return Taken(fitting[0], fitting[0].title, _told(fitting[0]))

        def choices(_keyed: str) -> list[Choice]:
            return [Choice(number, _told(bill)) for number, bill in self._bills.items()]

        help_ = "A bill's number, or how it ends; F4 lists those that count, newest first."
        return Kind(11, read, help_, upper=True, choices=choices)

    def _newest(self, keyed: str) -> Taken:
        if not keyed.strip():
            return Taken(None, "")
        return self._bill_kind().read(keyed)

    def correction(self, known: Mapping[str, Any]) -> Correction | None:
        """The bills from one to the other, in order."""
        first, last = known.get("first"), known.get("last") or known.get("first")
        if first is None or last is None or known.get("account") is None:
            return None
        order = [*reversed(self._bills)]
        start, end = order.index(str(first.number)), order.index(str(last.number))
        if start > end:
            raise InvalidEntry("The first bill is newer than the last one.", field="last")
        rebill = known.get("deed", _REBILL) == _REBILL
        return Correction(bills=tuple(order[start : end + 1]), rebill=rebill)
