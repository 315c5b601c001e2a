"""`billing-tui rates`: check, import, approve, withdraw, list and compare rate schedules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from billing_tui.cli.entries import WHOLE
from billing_tui.cli.office import at_desk
from billing_tui.cli.output import print_json, print_line, print_problems, print_table, say

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.rates.case_check import CheckResult
    from billing_tui.rates.lookup import VersionView
    from billing_tui.rates.owrs import TierStarts

_TIER_STARTS = click.option(
    "--tier-starts",
    type=click.Choice(["first-unit", "threshold"]),
    default="first-unit",
    show_default=True,
    help="How an OWRS file's tier starts are read.",
)


@click.group()
def rates() -> None:
    """Rate schedules: check, import, approve, withdraw, compare."""


def _reading(tier_starts: str) -> TierStarts:
    return "threshold" if tier_starts == "threshold" else "first_unit"


def _missing(result: CheckResult) -> str:
    cases = sum(result.missing.values())
    names = ", ".join(sorted(result.missing)[:3])
    return f"! {cases:,} cases name {len(result.missing):,} files that are not there: {names}."


def _show_check(result: CheckResult) -> None:
    for difference in result.differences:
        say(
            f"{'!' if difference.gates else '*'} {difference.id} ({difference.confidence}) "
            f"{difference.what}: expected {difference.expected}, got {difference.got}"
        )
    kinds = sorted(result.equal.keys() | result.different.keys())
    rows = [(kind, f"{result.equal[kind]:,}", f"{result.different[kind]:,}") for kind in kinds]
    print_table(("Confidence", "Equal", "Different"), rows, right=("Equal", "Different"))


@rates.command()
@click.argument("schedules", type=click.Path(path_type=Path))
@click.argument("cases", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_TIER_STARTS
def check(schedules: Path, cases: Path, tier_starts: str, *, as_json: bool) -> int:
    """Bill CASES (JSON lines, also .gz) under SCHEDULES (a file or folder) and compare.

    A case is one line such as {"file": "water-2026-07-01.yaml", "class": "SFR", "inputs": {"usage":
    "7", "zone": "1"}, "expected": {"bill_cents": "50.16"}}; inputs are usage and every attribute
    that the schedule asks for, all as texts. data/rates/README.md states the format; an example to
    run is data/rates/known-bills.jsonl.

    Exit 1 if a high-confidence bill differs or a case that must be refused is billed; exit 2 if
    the files cannot be read, or cases name schedules that are not there.
    """
    from billing_tui.rates.case_check import check_cases

    result = check_cases(schedules, cases, tier_starts=_reading(tier_starts))
    if as_json:
        print_json({"passed": result.passed and not result.missing, "check": result})
    else:
        _show_check(result)
    if result.missing:
        say(_missing(result))
    if not result.passed:
        return 1
    return 2 if result.missing else 0


def _show(version: VersionView, *, as_json: bool) -> None:
    if as_json:
        print_json(version)
    else:
        print_line(f"{version.schedule} {version.number}  {version.state.value}")


@rates.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@_TIER_STARTS
@at_desk
def import_(desk: Desk, file: Path, tier_starts: str, *, as_json: bool) -> None:
    """Load FILE (our .yaml, or .owrs) as the draft of a schedule's next version."""
    from billing_tui.rates.import_schedule import import_schedule, read_schedule_file

    text, problems = read_schedule_file(file, tier_starts=_reading(tier_starts))
    print_problems(problems)
    _show(import_schedule(desk, text), as_json=as_json)


@rates.command()
@click.argument("schedule")
@click.argument("version", type=WHOLE)
@at_desk
def approve(desk: Desk, schedule: str, version: int, *, as_json: bool) -> None:
    """Approve a draft; its worked examples must reproduce to the cent."""
    from billing_tui.rates.approve_schedule import approve_schedule

    _show(approve_schedule(desk, schedule, version), as_json=as_json)


@rates.command()
@click.argument("schedule")
@click.argument("version", type=WHOLE)
@click.option("--why", required=True, help="Stays with the record.")
@at_desk
def withdraw(desk: Desk, schedule: str, version: int, why: str, *, as_json: bool) -> None:
    """Give up a draft that is wrong or was turned down; it stays in the list as withdrawn."""
    from billing_tui.rates.withdraw_schedule import withdraw_schedule

    _show(withdraw_schedule(desk, schedule, version, why), as_json=as_json)


@rates.command("list")
@click.argument("schedule", required=False)
@at_desk
def list_(desk: Desk, schedule: str | None, *, as_json: bool) -> None:
    """List schedules and their versions."""
    from billing_tui.access.rights import Right
    from billing_tui.rates.lookup import all_versions

    desk.require(Right.LOOK)
    versions = all_versions(schedule)
    if as_json:
        print_json(versions)
        return
    print_table(
        ("Schedule", "Version", "State", "From", "To", "Resolution", "Prepared", "Approved"),
        [
            (
                v.schedule,
                v.number,
                v.state.value,
                v.effective_from,
                v.effective_to or "",
                v.resolution,
                v.prepared_by,
                v.approved_by or "",
            )
            for v in versions
        ],
        right=("Version",),
    )


@rates.command()
@click.argument("schedule")
@click.argument("old", type=WHOLE)
@click.argument("new", type=WHOLE)
@at_desk
def diff(desk: Desk, schedule: str, old: int, new: int, *, as_json: bool) -> None:
    """Show what changed from version OLD to version NEW of a schedule."""
    from billing_tui.access.rights import Right
    from billing_tui.rates.lookup import difference

    desk.require(Right.LOOK)
    changes = difference(schedule, old, new)
    if as_json:
        print_json(changes)
        return
    rows = [(c.place, c.before or "", c.after or "") for c in changes]
    print_table(("Place", "Before", "After"), rows)
