"""A capped quantity is told with its cap."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.billing.bill_view import ServiceView
from billing_tui.billing.held_to import line_sentences
from billing_tui.foundation.data_files import data_path
from billing_tui.rates.import_schedule import import_schedule
from billing_tui.rates.line import RatedLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk


def _sewer(version: int, average: str) -> ServiceView:
    return ServiceView(
        1, 1, "sewer", "SEWER", "SFR", date(2026, 10, 1), date(2026, 11, 1), 31, None, "",
        estimated=False, attributes={}, related={"winter_average": average},
        version_ids=(version,), cents=5390, reads=(), lines=(),
    )  # fmt: skip


def _flow(quantity: str) -> RatedLine:
    amount = Decimal(quantity) * Decimal("3.85")
    return RatedLine(
        "FLOW", "Sewer flow", "usage", "sewer.usage", None, Decimal(quantity), "ccf",
        Decimal("3.85"), amount, int(amount * 100),
    )  # fmt: skip


def test_the_cap_is_told_where_it_held_the_quantity(desk: Callable[..., Desk]) -> None:
    """24 counted as 14: both figures and the cap; 14 and 9 need no word."""
    text = data_path("rates", "sewer-2024-07-01.yaml").read_text(encoding="utf-8")
    version = import_schedule(desk("sam"), text).id
    cap = "The winter average is 24 ccf; the rate counts at most 14 ccf of it."
    assert line_sentences(_sewer(version, "24"), _flow("14"))[-1] == cap
    assert len(line_sentences(_sewer(version, "14"), _flow("14"))) == 1
    assert len(line_sentences(_sewer(version, "9"), _flow("9"))) == 1
