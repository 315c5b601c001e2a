"""A reading that the checks doubt is refused by a command unless somebody says that it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from billing_tui.foundation.errors import Refused
from billing_tui.service_orders.ahead import doubts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

CONFIRM = click.option(
    "--confirm", is_flag=True, help="The reading was looked at again and stands."
)


def refuse_doubts(day: date, readings: Mapping[str, int], *, confirm: bool) -> None:
    """Ask as the screens do.

    Args:
        day: of the readings.
        readings: number of each meter to what it shows, in counts.
        confirm: whether the person was asked already.

    Raises:
        Refused: the checks doubt one of them.
    """
    told = () if confirm else doubts(day, readings)
    if told:
        raise Refused(
            f"{' '.join(told)} Look again; --confirm says that it stands.",
            code="READ-DOUBTFUL",
            field="reading",
        )
