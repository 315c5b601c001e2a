"""`billing-tui audit`: search the trail; audit a day's input and sign it off."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from billing_tui.access.rights import Right
from billing_tui.access.trail_search import TrailQuery, search_trail, whole_trail, write_csv
from billing_tui.access.trail_words import room_text
from billing_tui.cli.changes import change_text
from billing_tui.cli.entries import DAY, WHOLE
from billing_tui.cli.office import at_desk
from billing_tui.cli.output import print_json, print_line, print_table, say
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.moments import moment_text
from billing_tui.operations.daily_audit.day_view import audited_entries, my_queries
from billing_tui.operations.daily_audit.judge_entry import Verdict, answer_query, judge_entry
from billing_tui.operations.daily_audit.open_day import open_day
from billing_tui.operations.daily_audit.sheet import DaySheet, sheet_of
from billing_tui.operations.daily_audit.sign_off import sign_off
from billing_tui.operations.daily_audit.status import error_rates, unaudited_days

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.access.field_changes import FieldChange
    from billing_tui.operations.daily_audit.day_view import AuditedEntry


@click.group()
def audit() -> None:
    """What staff keyed: the trail, and the daily audit of input."""


@audit.command()
@click.option("--person", default="", help="User name.")
@click.option("--account", default="", help="Entries about the account, or that name it.")
@click.option("--from", "from_day", type=DAY, help="First business day.")
@click.option("--to", "to_day", type=DAY, help="Last business day.")
@click.option("--field", default="", help="A field that was changed, such as rate_class.")
@click.option("--verb", default="", help="A verb, such as records.add_flag, or a room.")
@click.option("--kind", default="", help="What it is about, such as account or meter.")
@click.option("--words", default="", help="Words of the reason, the subject or a value.")
@click.option("--before", type=WHOLE, help="Entries older than this one: the next page.")
@click.option("--size", type=click.IntRange(1, 1000), default=50, help="Entries on a page.")
@click.option("--csv", "path", type=click.Path(path_type=Path), help="Write all to a new file.")
@at_desk
def trail(
    desk: Desk,
    *,
    person: str,
    account: str,
    from_day: date | None,
    to_day: date | None,
    field: str,
    verb: str,
    kind: str,
    words: str,
    before: int | None,
    size: int,
    path: Path | None,
    as_json: bool,
) -> None:
    """Search the audit trail, the newest entries first."""
    query = TrailQuery(person, account, from_day, to_day, field, verb, kind, words)
    if path is not None:
        _export(desk, query, path)
        return
    page = search_trail(desk, query, before=before, size=size)
    if as_json:
        print_json(page)
        return
    for line in page.lines:
        about = f"{line.subject_kind} {line.subject}".rstrip()
        print_line(f"{line.seq}  {moment_text(line.at)}  {line.person}  {line.verb}  {about}")
        _print_below(line.changes, line.why)
    if page.next_before is not None:
        say(f"There are more: --before {page.next_before}")


def _export(desk: Desk, query: TrailQuery, path: Path) -> None:
    lines = whole_trail(desk, query)
    try:
        with path.open("x", encoding="utf-8", newline="") as stream:
            count = write_csv(lines, stream)
    except OSError as error:
        raise InvalidEntry(f"{path} cannot be written: {error.strerror}.", field="csv") from error
    say(f"{count:,} entries in {path}.")


@audit.command(name="open")
@click.argument("day", type=DAY)
@at_desk
def open_(desk: Desk, day: date, *, as_json: bool) -> None:
    """Take up the entries of DAY and draw what is audited."""
    opened = open_day(desk, day)
    if as_json:
        print_json(opened)
        return
    print_line(
        f"{day}, round {opened.number}: {opened.entries} entries, {opened.must} must be reviewed, "
        f"{opened.sampled} drawn by chance."
    )


def _print_below(changes: Iterable[FieldChange], *remarks: str) -> None:
    for change in changes:
        if change.field != "version":
            print_line(f"    {change_text(change)}")
    for remark in filter(None, remarks):
        print_line(f"    {remark}")


def _print_entries(entries: tuple[AuditedEntry, ...]) -> None:
    for entry in entries:
        state = " ".join(part for part in (entry.state.value, entry.code, entry.judge) if part)
        about = f"{entry.subject_kind} {entry.subject}".rstrip()
        drawn = entry.rule or "sample"
        print_line(f"{entry.seq}  {entry.clerk}  {entry.verb}  {about}  [{drawn}]  {state}")
        query = f"? {entry.remark}" if entry.remark else ""
        answer = f"! {entry.answer}" if entry.answer else ""
        _print_below(entry.changes, entry.why, query, answer)


@audit.command()
@click.argument("day", type=DAY)
@click.option("--clerk", default="", help="Only this person's entries.")
@at_desk
def day(desk: Desk, day: date, *, clerk: str, as_json: bool) -> None:
    """Show what was drawn of DAY, the riskiest first."""
    entries = audited_entries(desk, day, clerk=clerk)
    if as_json:
        print_json(entries)
        return
    if not entries:
        say(f"Nothing of {day} was drawn; `billing-tui audit open {day}` draws.")
        return
    _print_entries(entries)


@audit.command()
@click.argument("entry", type=WHOLE)
@click.argument("verdict", type=click.Choice([verdict.value for verdict in Verdict]))
@click.option("--code", default="", help="Error code of the policy.")
@click.option("--remark", default="", help="What you say; the question of a query.")
@click.option("--correction", type=WHOLE, help="The entry that put it right.")
@at_desk
def judge(
    desk: Desk,
    *,
    entry: int,
    verdict: str,
    code: str,
    remark: str,
    correction: int | None,
    as_json: bool,
) -> None:
    """Give ENTRY its verdict, or ask its maker."""
    found = judge_entry(
        desk, entry, Verdict(verdict), code=code, remark=remark, correction=correction
    )
    if as_json:
        print_json({"entry": entry, "state": found.value})
    else:
        print_line(f"Entry {entry}: {found.value}.")


@audit.command()
@at_desk
def queries(desk: Desk, *, as_json: bool) -> None:
    """Show the queries that wait for your answer."""
    entries = my_queries(desk)
    if as_json:
        print_json(entries)
    elif entries:
        _print_entries(entries)
    else:
        say("Nobody asks you anything.")


@audit.command()
@click.argument("entry", type=WHOLE)
@click.argument("text")
@at_desk
def answer(desk: Desk, entry: int, text: str, *, as_json: bool) -> None:
    """Answer the query about ENTRY, which you keyed."""
    answer_query(desk, entry, text)
    if as_json:
        print_json({"entry": entry, "state": "Answered"})
    else:
        print_line(f"Entry {entry}: answered.")


@audit.command()
@at_desk
def status(desk: Desk, *, as_json: bool) -> None:
    """Show which days are not signed off, and how old they are."""
    days = unaudited_days(desk)
    if as_json:
        print_json(days)
        return
    if not days:
        say("Every day before today is signed off.")
        return
    print_table(
        ("Day", "Age", "Not taken up", "Open", "Must", "Queried", ""),
        [
            (
                found.day,
                found.age_days,
                found.waiting,
                found.open,
                found.must,
                found.queried,
                "overdue" if found.overdue else "",
            )
            for found in days
        ],
        right=("Age", "Not taken up", "Open", "Must", "Queried"),
    )


@audit.command()
@click.option("--from", "first", type=DAY, required=True, help="First business day.")
@click.option("--to", "last", type=DAY, required=True, help="Last business day.")
@at_desk
def rates(desk: Desk, *, first: date, last: date, as_json: bool) -> None:
    """Show error rates by clerk and month; only the sample's are fair to compare."""
    found = error_rates(desk, first, last)
    if as_json:
        print_json(found)
        return
    print_table(
        ("Clerk", "Month", "Judged", "Errors", "Sampled", "Errors in sample", "Rate"),
        [
            (
                rate.clerk,
                rate.month,
                rate.judged,
                rate.errors,
                rate.sampled,
                rate.sample_errors,
                "-" if rate.percent is None else f"{rate.percent} %",
            )
            for rate in found
        ],
        right=("Judged", "Errors", "Sampled", "Errors in sample", "Rate"),
    )


@audit.command(name="sign-off")
@click.argument("day", type=DAY)
@click.option("--pdf", type=click.Path(path_type=Path), help="Print the sheet to this file.")
@at_desk
def sign_off_(desk: Desk, day: date, *, pdf: Path | None, as_json: bool) -> None:
    """Sign DAY off."""
    _tell(desk, sign_off(desk, day), pdf, as_json=as_json)


@audit.command()
@click.argument("day", type=DAY)
@click.option("--round", "number", type=WHOLE, help="Of the day's rounds; else the newest.")
@click.option("--pdf", type=click.Path(path_type=Path), help="Print the sheet to this file.")
@at_desk
def sheet(desk: Desk, day: date, *, number: int | None, pdf: Path | None, as_json: bool) -> None:
    """Show the sign-off sheet of DAY."""
    desk.require(Right.READ_TRAIL)
    _tell(desk, sheet_of(day, number), pdf, as_json=as_json)


def _tell(desk: Desk, found: DaySheet, pdf: Path | None, *, as_json: bool) -> None:
    if pdf is not None:
        from billing_tui.access.staff import setting
        from billing_tui.documents.audit_sheet import print_audit_sheet

        printed = print_audit_sheet(found, setting("utility"), pdf, made_at=desk.clock())
        say(f"{printed.pages} pages in {printed.path}.")
    if as_json:
        print_json(found)
        return
    signed = f"signed off by {found.signed_by}" if found.signed_at else "not signed off"
    print_line(f"{found.day}, round {found.round}: {signed}")
    print_table(
        ("Clerk", "Work", "Entries", "Must", "Sample", "OK", "Errors", "Corrected", "Open"),
        [
            (
                line.clerk,
                room_text(line.room),
                line.entries,
                line.must,
                line.sampled,
                line.ok,
                line.errors,
                line.corrected,
                line.open,
            )
            for line in found.lines
        ],
        right=("Entries", "Must", "Sample", "OK", "Errors", "Corrected", "Open"),
    )
    for fault in found.faults:
        print_line(f"! entry {fault.seq}, {fault.clerk}, {fault.code}: {fault.remark}")
