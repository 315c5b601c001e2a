"""BIL050 Cancel and rebill: bills of an account, each charge before and after, then F10."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from billing_tui.billing.bill_view import BillView, recent_bills
from billing_tui.billing.correction import Correction, TermsFix
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.money import money_text
from billing_tui.records.lookup import account_summary
from billing_tui.tui.entry import Entry
from billing_tui.tui.kinds import Choice, Kind, Taken, choice
from billing_tui.tui.record_kinds import account
from billing_tui.tui.screens.billing.correction_screen import CorrectionScreen
from billing_tui.tui.screens.service_orders.change_fields import new_terms, which_service
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from billing_tui.foundation.errors import BillingError
    from billing_tui.records.account_values import ServiceLine

_MOST = 60
_LABEL = 14
_REBILL, _CANCEL, _CLASS = "REBILL", "CANCEL", "CLASS"
_DEEDS = (
    Choice(_REBILL, "bill the same days again, from the records as they stand now"),
    Choice(_CANCEL, "nothing takes their place: the bills should not exist"),
    Choice(_CLASS, "another class since that bill; all bills since follow"),
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
        "lists them. CLASS gives a service the class that it should have had since the first of "
        "these bills. Each charge stands below before and after, from the rates in force then; "
        "F11 tells how the new amounts come about. F10 carries out exactly that, or asks a lead "
        "where you may not or the charges move by more than the limit. Old bills stay as they "
        "were posted."
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
        self._services: Sequence[ServiceLine] = ()
        bill = self._bill_kind()
        blank = replace(bill, read=self._newest, help="Blank for that one bill alone.")
        self._account = Entry("account", " Account", account(), label_width=_LABEL)
        self._first = Entry("first", " From bill", bill, label_width=_LABEL)
        deeds = choice(6, _DEEDS, "REBILL, CANCEL or CLASS.")
        self._deed = Entry("deed", " What", deeds, label_width=_LABEL)
        self._service = Entry(
            "service", " Service", which_service(lambda: self._services), label_width=_LABEL
        )
        self._terms = Entry("terms", " Class", new_terms(self._asked_terms), label_width=_LABEL)
        self._class_fields = (self._service, self._terms)
        for field in self._class_fields:
            field.display = False
        return (
            self._account,
            self._first,
            Entry("last", " To bill", blank, label_width=_LABEL),
            self._deed,
            *self._class_fields,
        )

    def first_texts(self) -> Mapping[str, str]:
        """The account that was named; bills are billed again."""
        return {"account": self.subject, "deed": _REBILL}

    def understood(self, entry: Entry) -> None:
        """Another account has other bills; another class asks for it."""
        if entry is self._account and entry.value is not None:
            bills = recent_bills(entry.value.account_id, _MOST)
            self._bills = {bill.number or "": bill for bill in bills}
            self._services = account_summary(
                entry.value.account_id, self.desk.business_day
            ).services
        if entry is self._deed:
            for field in self._class_fields:
                field.display = entry.value == _CLASS

    def refuse(self, error: BillingError) -> None:
        """A refused bill is the first one."""
        if error.field == "bill":
            error.field = "first"
        super().refuse(error)

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
            day = self.desk.business_day
            return [
                Choice(number, _told(bill))
                for number, bill in self._bills.items()
                if bill.bill_day <= day  # one dated ahead is corrected from its day on
            ]

        help_ = "A bill's number, or how it ends; F4 lists those that count, newest first."
        return Kind(11, read, help_, upper=True, choices=choices)

    def _newest(self, keyed: str) -> Taken:
        if not keyed.strip():
            return Taken(None, "")
        return self._bill_kind().read(keyed)

    def _since(self, service_id: int) -> date:
        """First day of a service on the first of the bills."""
        bill: BillView = self._first.value
        days = [part.from_day for part in bill.services if part.service_id == service_id]
        if not days:
            raise InvalidEntry("That bill does not bill this service.", field="service")
        return days[0]

    def _asked_terms(self) -> tuple[str, str, date]:
        """Kind of the service, its schedule, and since when it is billed otherwise."""
        line: ServiceLine | None = self._service.value
        if line is None or self._first.value is None:
            return "", "", self.desk.business_day
        return line.kind.value, line.schedule, self._since(line.service_id)

    def _class_fix(self, known: Mapping[str, Any]) -> Correction | None:
        line, terms = known.get("service"), known.get("terms")
        if line is None or terms is None:
            return None
        since = self._since(line.service_id)
        fix = TermsFix(line.service_id, terms.schedule, terms.rate_class, since)
        return Correction(terms=fix)

    def correction(self, known: Mapping[str, Any]) -> Correction | None:
        """The bills from one to the other, in order; or the class since the first of them."""
        if known.get("deed") == _CLASS:
            return self._class_fix(known)
        first, last = known.get("first"), known.get("last") or known.get("first")
        if first is None or last is None or known.get("account") is None:
            return None
        order = [*reversed(self._bills)]
        start, end = order.index(str(first.number)), order.index(str(last.number))
        if start > end:
            raise InvalidEntry("The first bill is newer than the last one.", field="last")
        rebill = known.get("deed", _REBILL) == _REBILL
        return Correction(bills=tuple(order[start : end + 1]), rebill=rebill)
