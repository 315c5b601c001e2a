"""How far back the law and the office's policy let a bill be corrected (Z1)."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import Problem, ProblemsFound
from billing_tui.foundation.strict_yaml import read_yaml

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from billing_tui.foundation.strict_yaml import Node

_MOST_MONTHS = 240


@dataclass(frozen=True, slots=True)
class Reach:
    """How far one direction reaches.

    Attributes:
        months: bills of so many months back may be corrected.
        citation: the law.
        says: what it says, in short.
        verified: who has checked that, "" for nobody yet.
    """

    months: int
    citation: str
    says: str
    verified: str

    def first_day(self, day: date) -> date:
        """The oldest bill day that may be corrected on a day."""
        total = day.year * 12 + day.month - 1 - self.months
        year, month = divmod(total, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return day.replace(year=year, month=month + 1, day=min(day.day, last))

    def refusal(self, bill_day: date, day: date) -> str:
        """Why a bill stays as it is, "" where it may be corrected."""
        first = self.first_day(day)
        if bill_day >= first:
            return ""
        unsure = "" if self.verified else ", not verified"
        return f"before {first:%m/%d/%y}: {self.months} months, {self.citation}{unsure}"


@dataclass(frozen=True, slots=True)
class BackBilling:
    """Both directions."""

    charge: Reach
    refund: Reach

    def refusal(self, difference_cents: int, bill_day: date, day: date) -> str:
        """Why a bill that would change by so much stays as it is, "" where it may change."""
        reach = self.charge if difference_cents > 0 else self.refund
        return reach.refusal(bill_day, day) if difference_cents else ""


def _wrong(sentence: str) -> ProblemsFound:
    return ProblemsFound(f"back_billing.yaml: {sentence}", (Problem(0, sentence),))


def _reach(node: Node | None, name: str) -> Reach:
    found = node if isinstance(node, dict) else {}
    months, citation, says, verified = (
        str(found.get(key, "")) for key in ("months", "citation", "says", "verified")
    )
    if not (months.isascii() and months.isdigit() and 0 < int(months) <= _MOST_MONTHS):
        raise _wrong(f"{name} needs its months, 1 to {_MOST_MONTHS}.")
    if not citation or not says:
        raise _wrong(f"{name} needs the law that it rests on.")
    return Reach(int(months), citation, says, "" if verified in {"", "no"} else verified)


def read_back_billing(path: Path | None = None) -> BackBilling:
    """The policy in a file, by default the shipped one.

    Raises:
        ProblemsFound: something is missing or is no number.
    """
    source = path or data_path("policies", "back_billing.yaml")
    node = read_yaml(source.read_text(encoding="utf-8"))
    found = node if isinstance(node, dict) else {}
    return BackBilling(_reach(found.get("charge"), "charge"), _reach(found.get("refund"), "refund"))
