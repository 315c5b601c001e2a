"""Bills cases under schedules and compares: the bill, its cents, its components, its tiers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.errors import BillingError
from billing_tui.rates.case_files import Case, CaseFileWrong, ScheduleShelf, read_cases
from billing_tui.rates.exact import ZERO, add, parse_number, plain, subtract
from billing_tui.rates.owrs_fields import our_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from billing_tui.rates.line import RatedLine, RatedService
    from billing_tui.rates.owrs import TierStarts

_NEAR = Decimal("0.00000000005")
"""Half of the tenth decimal: what expected amounts are rounded to."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A case that comes out otherwise than expected; `gates` if it fails the check."""

    id: str
    confidence: str
    what: str
    expected: str
    got: str
    gates: bool


@dataclass(slots=True)
class CheckResult:
    """What a check found.

    Attributes:
        equal: cases that came out as expected, by confidence.
        different: cases that did not, by confidence.
        differences: each of them.
        missing: schedules that cases name and that are not there, with the number of cases.
    """

    equal: Counter[str] = field(default_factory=Counter)
    different: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    missing: Counter[str] = field(default_factory=Counter)

    @property
    def passed(self) -> bool:
        """Whether no high-confidence bill differs and no negative was billed."""
        return not any(difference.gates for difference in self.differences)


def _number(node: Any, what: str) -> Decimal:
    number = parse_number(node) if isinstance(node, str) else None
    if number is None:
        raise CaseFileWrong(f"{what} is {node!r}, which is no number.")
    return number


def _sum(lines: Sequence[RatedLine]) -> Decimal:
    total = ZERO
    for line in lines:
        total = add(total, line.amount)
    return total


Finding = tuple[str, str, str]
"""(what, expected, got)"""


def _compare(what: str, wanted: Any, got: Decimal) -> Iterator[Finding]:
    stated = _number(wanted, what)
    if abs(subtract(stated, got)) > _NEAR:
        yield what, plain(stated), plain(got)


def _tiers(
    code: str, wanted: Sequence[Mapping[str, Any]], rated: RatedService
) -> Iterator[Finding]:
    found = {line.tier: line for line in rated.lines if line.code == code and line.tier}
    if not found:
        return
    for number, tier in enumerate(wanted, 1):
        line = found.get(number)
        what = f"{code}, tier {number}"
        yield from _compare(f"{what} qty", tier["qty"], (line and line.quantity) or ZERO)
        yield from _compare(f"{what} amount", tier["amount"], line.amount if line else ZERO)
        if line is None or line.price is None:
            continue
        yield from _compare(f"{what} price", tier["price"], line.price)
        if tier.get("cap") is not None:
            cap = line.upto if line.upto is not None else Decimal("Infinity")
            yield from _compare(f"{what} cap", tier["cap"], cap)


def _findings(expected: Mapping[str, Any], rated: RatedService) -> Iterator[Finding]:
    if "bill" in expected or "bill_cents" not in expected:
        yield from _compare("bill", expected.get("bill"), _sum(rated.lines))
    if "bill_cents" in expected:
        yield from _compare("cents", expected["bill_cents"], Decimal(rated.total_cents).scaleb(-2))
    codes = {line.code for line in rated.lines}
    for name, amount in expected.get("components", {}).items():
        code = our_name(name)
        if code in codes:
            yield from _compare(code, amount, _sum([x for x in rated.lines if x.code == code]))
    yield from _tiers("commodity_charge", expected.get("tiers", ()), rated)
    for name, tiers in expected.get("other_tiers", {}).items():
        yield from _tiers(our_name(name), tiers, rated)


def _check_case(case: Case, shelf: ScheduleShelf, path: Path) -> Finding | None:
    try:
        rated = shelf.load(path).rate(case.rate_class, case.inputs)
    except CaseFileWrong:
        raise
    except BillingError as error:
        wanted = case.expected
        return None if wanted is None else ("bill", str(wanted.get("bill")), error.sentence)
    if case.expected is None:
        return "bill", "a refusal", plain(_sum(rated.lines))
    return next(_findings(case.expected, rated), None)


def check_cases(
    schedules: Path, cases: Path, *, tier_starts: TierStarts = "first_unit"
) -> CheckResult:
    """Bill every case and compare.

    Args:
        schedules: a schedule or a folder of them (.owrs or .yaml).
        cases: JSON lines, plain or gzipped.
        tier_starts: how the starts of OWRS tiers are read.

    Raises:
        CaseFileWrong, NotFound: where the files themselves cannot be read.
    """
    shelf = ScheduleShelf(schedules, tier_starts)
    result = CheckResult()
    for number, case in read_cases(cases):
        path = shelf.find(case.file, case.sha256)
        if path is None:
            result.missing[case.file] += 1
            continue
        try:
            finding = _check_case(case, shelf, path)
        except (CaseFileWrong, AttributeError, KeyError, TypeError) as error:
            sentence = getattr(error, "sentence", "the expected values have another shape.")
            raise CaseFileWrong(f"{cases.name}, line {number}: {sentence}") from error
        if finding is None:
            result.equal[case.confidence] += 1
            continue
        result.different[case.confidence] += 1
        gates = case.confidence in {"high", "negative"}
        name = case.id or f"line {number}"
        result.differences.append(Difference(name, case.confidence, *finding, gates))
    return result
