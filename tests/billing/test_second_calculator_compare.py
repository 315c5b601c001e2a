"""Lines altered on purpose: the comparison tells each of them, and the worked examples none."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, strategies as st

from billing_tui.billing.second_calculator.arithmetic import cents
from billing_tui.billing.second_calculator.compare import compare
from billing_tui.billing.second_calculator.plan import CheckedLine
from billing_tui.billing.second_calculator.reading import read_schedule
from billing_tui.billing.second_calculator.recompute import Use, recompute
from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.strict_yaml import read_yaml

BILL: list[tuple[str, int | None, int]] = [("FIX", None, 2418), ("USE", 1, 2496), ("USE", 2, 429)]
CHECKED = [CheckedLine(*line) for line in BILL]


def test_agreeing_lines_are_silent() -> None:
    """The same lines to the cent need no sentence."""
    assert compare(BILL, CHECKED) == []


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([BILL[0], ("USE", 1, 2497), BILL[2]], ["USE tier 1 is billed at 24.97; the second"]),
        (BILL[:2], ["USE tier 2 is missing; the second calculator finds 4.29."]),
        ([*BILL[:2], ("USE", 3, 429)], ["USE tier 2 is missing", "USE tier 3 is billed at 4.29"]),
        ([*BILL, ("UUT", None, -1)], ["UUT is billed at -0.01"]),
        ([*BILL, BILL[0]], ["FIX (line 2 of this kind) is billed at 24.18"]),
        ([BILL[1], BILL[0], BILL[2]], ["another order"]),
        ([], ["FIX is missing", "USE tier 1 is missing", "USE tier 2 is missing"]),
    ],
)  # fmt: skip
def test_altered_bills_are_found(
    lines: list[tuple[str, int | None, int]], words: list[str]
) -> None:
    """A cent or tier moved, a line dropped, added or doubled: each gets its sentence."""
    told = compare(lines, CHECKED)
    assert len(told) == len(words)
    assert all(word in sentence for word, sentence in zip(words, told, strict=True))


@given(st.integers(0, 2), st.integers(-500, 500).filter(bool))
def test_every_moved_cent_is_found(position: int, by: int) -> None:
    """Any line altered by any amount is told once."""
    code, tier, amount = BILL[position]
    altered = [*BILL[:position], (code, tier, amount + by), *BILL[position + 1 :]]
    assert len(compare(altered, CHECKED)) == 1


def _examples() -> list[Any]:
    found = []
    for path in sorted(data_path("rates").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        node: Any = read_yaml(text)
        found += [
            pytest.param(text, example, id=f"{path.stem}: {example['name']}")
            for example in node.get("examples", [])
        ]
    return found


@pytest.mark.parametrize(("text", "example"), _examples())
def test_worked_examples_of_the_resolutions(text: str, example: dict[str, Any]) -> None:
    """Each example of each shipped schedule: its lines in order, to the cent, and its total."""
    reading = read_schedule(text)
    usage = example.get("usage")
    use = Use(
        example["class"],
        example.get("attributes", {}),
        usage,
        None if usage is None or reading.unit is None else reading.unit.value,
        date.fromisoformat(example["from"]),
        date.fromisoformat(example["to"]),
        example.get("related", {}),
    )
    found = recompute([(reading, date.min, None)], use)
    stated = [
        (line["code"], int(line["tier"]) if "tier" in line else None, line["amount"])
        for line in example["lines"]
    ]
    assert [(line.code, line.tier) for line in found] == [(code, tier) for code, tier, _ in stated]
    assert [line.cents for line in found] == [cents(Fraction(amount)) for _, _, amount in stated]
    assert sum(line.cents for line in found) == cents(Fraction(example["total"]))
