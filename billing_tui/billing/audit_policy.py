"""The limits of the pre-billing audit, as the utility sets them in `data/policies`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import Problem, ProblemsFound
from billing_tui.foundation.money import Money
from billing_tui.foundation.strict_yaml import read_yaml

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class AuditPolicy:
    """Limits beyond which a bill needs a look.

    Attributes:
        times_usual: factor above the account's twelve-month median of current charges.
        above_usual_cents: least distance from that median, in cents.
        large_cents: bills from this amount are always looked at.
        short_days, long_days: periods outside these need a look.
        estimates_in_a_row: this many estimated bills one after the other.
    """

    times_usual: Decimal = Decimal(3)
    above_usual_cents: int = 60_00
    large_cents: int = 10_000_00
    short_days: int = 25
    long_days: int = 35
    estimates_in_a_row: int = 2


def read_audit_policy(path: Path | None = None) -> AuditPolicy:
    """The policy in a file, by default the shipped one.

    Raises:
        ProblemsFound: a key is missing or is no number.
    """
    source = path or data_path("policies", "bill_audit.yaml")
    node = read_yaml(source.read_text(encoding="utf-8"))
    if not isinstance(node, dict):
        raise ProblemsFound(f"{source.name} is not a list of limits.", ())
    texts = {key: str(value) for key, value in node.items()}
    try:
        return AuditPolicy(
            times_usual=Decimal(texts["times_usual"]),
            above_usual_cents=Money.parse(texts["above_usual"]).cents,
            large_cents=Money.parse(texts["large_bill"]).cents,
            short_days=int(texts["short_days"]),
            long_days=int(texts["long_days"]),
            estimates_in_a_row=int(texts["estimates_in_a_row"]),
        )
    except KeyError as error:
        problem = Problem(0, f"{source.name} does not state {error.args[0]}.", str(error.args[0]))
        raise ProblemsFound(str(problem), (problem,)) from error
    except (InvalidOperation, ValueError) as error:
        problem = Problem(0, f"{source.name} states something that is no number: {error}.")
        raise ProblemsFound(str(problem), (problem,)) from error
