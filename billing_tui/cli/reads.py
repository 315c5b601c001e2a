"""`billing-tui reads`: upload, check, settle, post, count and export meter reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from billing_tui.cli.corrections import correct, correct_meter, doubt
from billing_tui.cli.entries import WHOLE
from billing_tui.cli.office import at_desk
from billing_tui.cli.output import print_json, print_line, print_problems, print_table, say
from billing_tui.foundation.errors import NotFound
from billing_tui.metering.ask_estimate import dispose_or_ask
from billing_tui.metering.cancel_upload import cancel_upload
from billing_tui.metering.check_reads import check_reads
from billing_tui.metering.control_report import ControlReport, RouteCount, control_report
from billing_tui.metering.dispose_exception import accept_looks, hold_rest
from billing_tui.metering.estimate_missing import estimate_missing
from billing_tui.metering.export_route import export_route
from billing_tui.metering.import_reads import UploadResult, import_reads, preview_reads
from billing_tui.metering.layout_text import find_layout, layout_names
from billing_tui.metering.population import instance_named
from billing_tui.metering.post_reads import post_reads
from billing_tui.metering.proof_list import key_of, proof_rows, proof_totals, reject_list
from billing_tui.metering.tables import Disposition
from billing_tui.metering.uploads import instances_of, recent_uploads, upload_line
from billing_tui.metering.usage import milli_text
from billing_tui.metering.worklist import worklist

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.metering.proof_list import ProofRow
    from billing_tui.metering.worklist import ExceptionRow

_PAGE = 1000
_DECISIONS = [one.value for one in Disposition if one is not Disposition.OPEN]


@click.group()
def reads() -> None:
    """Meter reads: from a file to posted history.

    Exit codes: 0 done, 1 refused or exceptions open, 2 wrong use or a wrong file.
    """


reads.add_command(correct)
reads.add_command(correct_meter)
reads.add_command(doubt)


def _instance(cycle: str, name: str | None) -> int:
    if name is not None:
        return instance_named(cycle, name).instance_id
    found = instances_of(cycle, limit=1)
    if not found:
        raise NotFound(f"Cycle {cycle} has no reading yet; add it to the calendar.", field="cycle")
    return found[0].instance_id


def _print_upload(result: UploadResult) -> None:
    number = (
        f"Upload {result.upload_id}" if result.upload_id else "Nothing was written; it would be"
    )
    print_line(f"{number}: {result.file_name} as {result.layout}")
    counts = (
        ("expected in the cycle", result.expected),
        ("received", result.received),
        ("staged", result.staged),
        ("of them skipped", result.skipped),
        ("missing on its routes", result.missing),
        ("unknown", result.unknown),
        ("duplicates", result.duplicates),
        ("rejected in all", len(result.rejects)),
        ("superseded", result.superseded),
    )
    print_table(
        ("Count", "Reads"), [(name, f"{count:,}") for name, count in counts], right=("Reads",)
    )
    for reason, count in result.counts.passed_over:
        say(f"passed over: {reason}, {count:,} lines")
    for control in result.counts.controls:
        say(control.sentence)
    print_problems(result.rejects)


@reads.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--cycle", required=True, help="Code of the cycle.")
@click.option("--instance", help="Name of the reading, such as 2026-11; else the newest.")
@click.option(
    "--layout", default="csv-default", show_default=True, help="How the file is laid out."
)
@click.option("--skip-bad-lines", is_flag=True, help="List lines that cannot be read as rejected.")
@click.option("--dry-run", is_flag=True, help="Tell what would happen and write nothing.")
@at_desk
def import_(
    desk: Desk,
    file: Path,
    cycle: str,
    instance: str | None,
    layout: str,
    *,
    skip_bad_lines: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Stage the reads of FILE; history is not touched before `post`."""
    load = preview_reads if dry_run else import_reads
    chosen = _instance(cycle, instance)
    result = load(desk, chosen, file, layout, skip_bad_lines=skip_bad_lines)
    if as_json:
        print_json(result)
    else:
        _print_upload(result)


@reads.command()
@click.argument("upload", type=WHOLE)
@at_desk
def check(desk: Desk, upload: int, *, as_json: bool) -> int:
    """Run all checks over UPLOAD; exit 1 while exceptions are open."""
    result = check_reads(desk, upload)
    if as_json:
        print_json(result)
    else:
        print_line(f"{result.reads:,} reads, {result.passed:,} passed, {result.open:,} open.")
        rows = sorted(result.by_check.items())
        print_table(("Check", "Found"), rows, right=("Found",))
    return 1 if result.open else 0


@reads.command("list")
@click.argument("upload", type=WHOLE, required=False)
@click.option("--limit", type=WHOLE, default=50, show_default=True, help="So many at most.")
@click.option("--settled", type=click.Choice(_DECISIONS), help="Those with this decision instead.")
@at_desk
def list_(
    desk: Desk,  # noqa: ARG001 - opening the office is what it is for
    upload: int | None,
    limit: int,
    settled: str | None,
    *,
    as_json: bool,
) -> None:
    """List the open exceptions of UPLOAD, gravest first; without it, the uploads."""
    if upload is None:
        _list_uploads(limit, as_json=as_json)
        return
    upload_line(upload)
    rows = worklist(upload, limit=limit, disposition=Disposition(settled or "open"))
    if as_json:
        print_json(rows)
        return
    titles = ("Id", "!", "Check", "Route", "Address", "Meter", "Reading", "What")
    print_table(titles, [_exception_cells(row) for row in rows], right=("Id", "Reading"))


def _exception_cells(row: ExceptionRow) -> tuple[object, ...]:
    reading = "" if row.reading is None else row.reading
    place = f"{row.route}-{row.sequence}"
    return (
        *(row.exception_id, int(row.severity), row.check.value, place),
        *(row.address, row.meter, reading, row.sentence),
    )


def _list_uploads(limit: int, *, as_json: bool) -> None:
    rows = recent_uploads(limit)
    if as_json:
        print_json(rows)
        return
    titles = ("Upload", "Cycle", "Reading", "File", "State", "Received", "Rejected", "Open")
    cells = [
        (
            *(row.upload_id, row.cycle, row.instance, row.file_name, row.state.value),
            *(row.received, row.rejected, row.open_exceptions),
        )
        for row in rows
    ]
    print_table(titles, cells, right=("Upload", "Received", "Rejected", "Open"))


@reads.command()
@click.argument("exception", type=WHOLE)
@click.argument("decision", type=click.Choice(_DECISIONS))
@click.option("--reason", required=True, help="Why; it stays beside the reading.")
@click.option("--reading", type=WHOLE, help="The new register reading, for an edit.")
@at_desk
def dispose(
    desk: Desk, exception: int, decision: str, reason: str, reading: int | None, *, as_json: bool
) -> None:
    """Settle EXCEPTION: accept, edit, estimate, re-read or hold."""
    done = dispose_or_ask(desk, exception, Disposition(decision), reason, reading=reading)
    if as_json:
        print_json(done)
        return
    if done.asked:
        say(f"An estimate too many in a row: request {done.asked} waits for another person.")
        return
    shown = "nothing" if done.reading is None else f"{done.reading}"
    say(f"The reading is {shown}{', held' if done.held else ''}; {done.open_left:,} open.")


@reads.command("hold-rest")
@click.argument("upload", type=WHOLE)
@click.option("--reason", required=True, help="Why; it stays beside each reading.")
@at_desk
def hold_rest_(desk: Desk, upload: int, reason: str, *, as_json: bool) -> None:
    """Hold every read of UPLOAD that is not settled, when time is up; for leads."""
    count = hold_rest(desk, upload, reason)
    if as_json:
        print_json({"held": count})
    else:
        say(f"{count:,} reads held.")


@reads.command("accept-looks")
@click.argument("upload", type=WHOLE)
@click.option("--reason", required=True, help="Why; it stays beside each reading.")
@at_desk
def accept_looks_(desk: Desk, upload: int, reason: str, *, as_json: bool) -> None:
    """Accept at once the exceptions of UPLOAD that ask for no more than a look."""
    count = accept_looks(desk, upload, reason)
    if as_json:
        print_json({"accepted": count})
    else:
        say(f"{count:,} accepted.")


@reads.command()
@click.argument("upload", type=WHOLE)
@at_desk
def estimate(desk: Desk, upload: int, *, as_json: bool) -> int:
    """Estimate all reads of UPLOAD that have no reading; exit 1 while exceptions are open."""
    done = estimate_missing(desk, upload)
    if as_json:
        print_json(done)
    else:
        say(
            f"{done.estimated:,} estimated, {done.beyond_limit:,} beyond the limit, "
            f"{done.no_history:,} without history; {done.open_left:,} open."
        )
    return 1 if done.open_left else 0


@reads.command()
@click.argument("upload", type=WHOLE)
@at_desk
def post(desk: Desk, upload: int, *, as_json: bool) -> None:
    """Write the reads of a checked UPLOAD to history, once."""
    done = post_reads(desk, upload)
    if as_json:
        print_json(done)
        return
    used = ", ".join(f"{milli_text(milli)} {unit}" for unit, milli in sorted(done.usage.items()))
    say(f"{done.posted:,} posted, {done.held:,} held; used {used or 'nothing'}.")


@reads.command()
@click.argument("upload", type=WHOLE)
@click.option("--reason", required=True, help="Why it is set aside.")
@at_desk
def cancel(desk: Desk, upload: int, reason: str, *, as_json: bool) -> None:
    """Set UPLOAD aside before it is posted."""
    cancel_upload(desk, upload, reason)
    if as_json:
        print_json(upload_line(upload))
    else:
        say(f"Upload {upload} is cancelled.")


@reads.command()
@click.argument("upload", type=WHOLE)
@at_desk
def proof(desk: Desk, upload: int, *, as_json: bool) -> None:  # noqa: ARG001
    """Print the meter-reading proof list of UPLOAD."""
    upload_line(upload)
    rows = _all_proof_rows(upload)
    totals, rejects = proof_totals(upload), reject_list(upload)
    if as_json:
        print_json({"rows": rows, "totals": totals, "rejects": rejects})
        return
    titles = ("Place", "Address", "Meter", "Previous", "Reading", "Usage", "Days", "How", "!")
    right = ("Previous", "Reading", "Usage", "Days", "!")
    print_table(titles, [_proof_cells(row) for row in rows], right=right)
    for total in totals:
        used = f"{milli_text(total.usage_milli)} {total.unit}"
        print_line(f"{total.rows:,} rows, {total.readings:,} readings, {total.held:,} held: {used}")
    print_problems(rejects)


def _all_proof_rows(upload: int) -> list[ProofRow]:
    rows: list[ProofRow] = []
    page = proof_rows(upload, limit=_PAGE)
    while page:
        rows += page
        page = proof_rows(upload, after=key_of(page[-1]), limit=_PAGE)
    return rows


def _proof_cells(row: ProofRow) -> tuple[object, ...]:
    used = "" if row.usage_milli is None else milli_text(row.usage_milli)
    how = "held" if row.held else (row.code if row.reading is None else row.kind)
    values = (row.previous, row.reading, used, row.days, how, row.exceptions or "")
    place = f"{row.route}-{row.sequence}"
    return (place, row.address, row.meter, *("" if one is None else one for one in values))


@reads.command()
@click.option("--cycle", required=True, help="Code of the cycle.")
@click.option("--instance", help="Name of the reading; else the newest.")
@at_desk
def control(desk: Desk, cycle: str, instance: str | None, *, as_json: bool) -> int:  # noqa: ARG001
    """Print the read control report; exit 1 where reads are missing or exceptions open."""
    report = control_report(_instance(cycle, instance))
    if as_json:
        print_json(report)
    else:
        _print_report(report)
    return 1 if report.total.missing or report.open_exceptions else 0


def _print_report(report: ControlReport) -> None:
    titles = ("Route", "Expected", "Actual", "Estimated", "Skipped", "Held", "Missing", "Off")
    rows = [_count_cells(one) for one in (*report.routes, report.total)]
    print_table(titles, rows, right=titles[1:])
    spans = (("now", report.usage), ("last", report.last_cycle), ("last year", report.last_year))
    for name, usage in spans:
        shown = ", ".join(f"{milli_text(milli)} {unit}" for unit, milli in sorted(usage.items()))
        print_line(f"Used {name}: {shown or 'not known'}")


def _count_cells(count: RouteCount) -> tuple[object, ...]:
    return (
        *(count.route or "All", count.expected, count.actual, count.estimated),
        *(count.skipped, count.held, count.missing, count.unexpected),
    )


@reads.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--cycle", required=True, help="Code of the cycle.")
@click.option("--instance", help="Name of the reading; else the newest.")
@click.option("--layout", default="csv-default", show_default=True, help="How to lay it out.")
@click.option("--route", "routes", multiple=True, help="Only this route; may be given again.")
@at_desk
def export(
    desk: Desk,
    file: Path,
    cycle: str,
    instance: str | None,
    layout: str,
    *,
    routes: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write the meters of a cycle to FILE for the handhelds, in walk order."""
    done = export_route(desk, _instance(cycle, instance), layout, file, routes=routes)
    if as_json:
        print_json({"path": str(done.path), "meters": done.meters, "routes": done.routes,
                    "layout": done.layout, "sha256": done.sha256})  # fmt: skip
    else:
        say(f"{done.meters:,} meters of {len(done.routes)} routes written to {done.path}.")


@reads.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def layouts(*, as_json: bool) -> None:
    """List the layouts that files may have."""
    rows = [(name, find_layout(name).title) for name in layout_names()]
    if as_json:
        print_json([{"name": name, "title": title} for name, title in rows])
    else:
        print_table(("Layout", "For"), rows)
