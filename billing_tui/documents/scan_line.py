"""The scan line of the stub: account, amount due, bill number and a check digit, all numerals.

The lockbox reads it back (Creditron's advice: numerals only, no gaps, zero-filled, OCR-A, in a
clear band within two inches of the bottom edge).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from billing_tui.foundation import luhn
from billing_tui.foundation.errors import InvalidEntry

_SEPARATORS = re.compile(r"[ .\-/]")


@dataclass(frozen=True, slots=True)
class ScanLayout:
    """How many digits each part takes. The bank that runs the lockbox sets them."""

    account: int = 12
    amount: int = 10
    reference: int = 10

    @property
    def length(self) -> int:
        """Digits of the whole line, check digit included."""
        return self.account + self.amount + self.reference + 1


STANDARD = ScanLayout()


@dataclass(frozen=True, slots=True)
class ScanLine:
    """What a scan line says. `reference` is the bill number or the due date (MMDDYYYY)."""

    account: int
    amount_cents: int
    reference: int


def _part(value: str, width: int, name: str) -> str:
    digits = _SEPARATORS.sub("", value)
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidEntry(
            f"The {name} on a scan line must be digits.", field=name, code="SCAN-FORM"
        )
    if len(digits) > width:
        raise InvalidEntry(
            f"The {name} has {len(digits)} digits; the scan line has room for {width}.",
            field=name,
            code="SCAN-LONG",
        )
    return digits.zfill(width)


def scan_line(
    account: str, amount_cents: int, reference: str, layout: ScanLayout = STANDARD
) -> str:
    """The digits to print: each part zero-filled, then the mod 10 check digit.

    Hyphens, blanks, dots and slashes in `account` and `reference` are left out. A credit balance
    asks for nothing, so a negative amount prints as zero.

    Raises:
        InvalidEntry: a part holds something else than digits or does not fit.
    """
    amount = str(max(amount_cents, 0))
    body = (
        _part(account, layout.account, "account")
        + _part(amount, layout.amount, "amount")
        + _part(reference, layout.reference, "reference")
    )
    return body + luhn.check_digit(body)


def parse_scan_line(text: str, layout: ScanLayout = STANDARD) -> ScanLine:
    """What a scanned line says.

    Raises:
        InvalidEntry: wrong length, other characters than digits, or a wrong check digit.
    """
    line = text.strip()
    if len(line) != layout.length or not (line.isascii() and line.isdigit()):
        raise InvalidEntry(f"A scan line has {layout.length} digits.", code="SCAN-FORM")
    if not luhn.is_valid(line):
        raise InvalidEntry(
            "The check digit of the scan line is wrong; key it from the stub.", code="SCAN-CHECK"
        )
    after_account, after_amount = layout.account, layout.account + layout.amount
    return ScanLine(
        account=int(line[:after_account]),
        amount_cents=int(line[after_account:after_amount]),
        reference=int(line[after_amount:-1]),
    )
