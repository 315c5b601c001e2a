"""A charge told in sentences, with the cap that the rate holds its quantity to.

A sewer rate counts a winter average of 24 ccf as 14. The line alone says `14 ccf x 3.85`; who asks
why it is not 24 is told by the rate version that the bill was computed from.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.units import measured_text, quantity_text
from billing_tui.rates.formula import Formula
from billing_tui.rates.line import sentences
from billing_tui.rates.schedule import Modified, Priced
from billing_tui.rates.schedule_text import read_schedule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.billing.bill_view import ServiceView
    from billing_tui.rates.line import RatedLine
    from billing_tui.rates.schedule import Schedule


@lru_cache(maxsize=32)
def _schedule(text: str) -> Schedule:
    return read_schedule(text)


def _caps(service: ServiceView, code: str) -> Iterator[tuple[str, str]]:
    """(what is counted, cap) of a charge that counts one figure up to a number."""
    marks = ", ".join("?" * len(service.version_ids))
    versions = f"SELECT text FROM rate_version WHERE id IN ({marks}) ORDER BY effective_from"
    for (text,) in rows_of(versions, service.version_ids):
        known = _schedule(text).classes.get(service.rate_class)
        for charge in known.charges if known else ():
            basis = charge.basis
            counted = basis.quantity if charge.code == code and isinstance(basis, Priced) else None
            if isinstance(counted, Modified):
                figure, most = counted.value, counted.at_most
                if isinstance(figure, Formula) and isinstance(most, Formula):
                    yield figure.text, most.text


def line_sentences(service: ServiceView, line: RatedLine) -> tuple[str, ...]:
    """The derivation at length, and what the rate's cap left out of the quantity."""
    told = []
    for figure, most in _caps(service, line.code):
        stated = Decimal(service.related.get(figure, "0"))
        if (
            line.quantity is not None
            and quantity_text(line.quantity) == most
            and stated > line.quantity
        ):
            what, unit = figure.replace("_", " "), line.unit
            told.append(
                f"The {what} is {measured_text(stated, unit)}; the rate counts at most "
                f"{measured_text(line.quantity, unit)} of it."
            )
    return (*sentences(line), *dict.fromkeys(told))
