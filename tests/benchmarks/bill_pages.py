"""Measures how many one-page bills a CPU-second prints, and the memory that a cycle takes.

Run it by hand: `python tests/benchmarks/bill_pages.py [bills]`; exit 1 when it is under the floor.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "documents"))

import sample_bills as bills

from billing_tui.documents.bill_file import print_bills

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.documents.bill_values import BillPage

FLOOR = 120
"""One-page bills per CPU-second that a cycle must reach."""


def cycle(count: int) -> Iterator[BillPage]:
    """Bills that differ in every figure that differs in life."""
    plain = bills.bill()
    for number in range(count):
        meter = plain.meters[0]
        read = Decimal(1000 + number * 7 % 8000)
        charged = plain.amounts.current_charges
        yield replace(
            plain,
            bill_number=f"{2611000000 + number}",
            account_number=f"0042-{number:05d}-0{number % 10}",
            customer_name=f"Customer number {number} Hernández",
            mailing_lines=(f"{number} Mill Race Lane", f"Alder Creek, CA 95699-{number:04d}"),
            service_address=f"{number} Mill Race Ln",
            amounts=replace(plain.amounts, previous_balance=number * 13, payments=-number * 11),
            meters=(
                replace(meter, meter=f"{60_000_000 + number}", previous=read - 22, current=read),
            ),
            qr_text=f"https://aldercreek.example/pay?a={number:012d}&b={2611000000 + number}",
            imb_tracking=f"00270123456{number:09d}",
            imb_routing=f"95699{number:04d}47",
            usage=replace(
                bills.history(),
                per_day=number % 900,
                months=tuple(
                    replace(month, usage=Decimal((number * 7 + place * 5) % 43))
                    for place, month in enumerate(bills.history().months)
                ),
            ),
            aging=replace(bills.AgingBuckets(charged), over_30=number * 2),
        )


def main() -> int:
    """Print a cycle and say what it cost."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        printed = print_bills(cycle(count), Path(folder) / "cycle.pdf", made_at=bills.MADE_AT)
        spent = time.process_time() - began
        size = printed.path.stat().st_size
    rate = printed.pages / spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{printed.bills} bills, {printed.pages} pages, {size / printed.pages:,.0f} bytes a page")
    print(f"{rate:.0f} pages per CPU-second (floor {FLOOR}), peak {peak:.0f} MB")
    return 0 if printed.pages == printed.bills and rate >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
