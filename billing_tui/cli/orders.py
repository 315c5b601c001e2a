"""`billing-tui order`: issue, list, print, complete and cancel service orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from billing_tui.access.rights import Right
from billing_tui.cli.doubts import CONFIRM
from billing_tui.cli.entries import DAY, WHOLE
from billing_tui.cli.office import at_desk
from billing_tui.cli.output import print_json, print_problems, print_table, say
from billing_tui.foundation.counting import counted
from billing_tui.records.kinds import ServiceKind
from billing_tui.records.lookup import find_account
from billing_tui.service_orders.finish_order import OrderResult, cancel_order, complete_orders
from billing_tui.service_orders.issue_order import OrderForm, issue_order, order_for_exception
from billing_tui.service_orders.kinds import Condition, OrderState, OrderType
from billing_tui.service_orders.offer import location_numbered, point_of_kind
from billing_tui.service_orders.orders import orders_of
from billing_tui.service_orders.work_sheets import SheetChoice

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.service_orders.orders import OrderLine


@click.group()
def order() -> None:
    """Service orders: work for the crew.

    Exit codes: 0 done, 1 refused, 2 wrong use or wrong entries.
    """


@order.command()
@click.argument("what", type=click.Choice([one.value for one in OrderType]))
@click.argument("location", required=False)
@click.option("--need-by", type=DAY, help="The day by which; the business day by default.")
@click.option("--kind", type=click.Choice([one.value for one in ServiceKind]), help="Which point.")
@click.option("--account", help="Whom it concerns.")
@click.option("--exception", type=WHOLE, help="For a re-read: the read exception, and no LOCATION.")
@click.option("--priority", type=WHOLE, default=3, show_default=True, help="1 now to 4 nearby.")
@click.option("--crew", default="", help="Who goes.")
@click.option("--remarks", default="", help="What they should know.")
@click.option("--draft", is_flag=True, help="Keep it back.")
@at_desk
def issue(
    desk: Desk,
    *,
    what: str,
    location: str | None,
    need_by: date | None,
    kind: str | None,
    account: str | None,
    exception: int | None,
    priority: int,
    crew: str,
    remarks: str,
    draft: bool,
    as_json: bool,
) -> None:
    """Issue an order of the type WHAT at LOCATION."""
    if (location is None) == (exception is None):
        raise click.UsageError("Say LOCATION, or --exception for a re-read.")
    day = need_by or desk.business_day
    if location is None:
        if what != OrderType.REREAD:
            raise click.UsageError("A read exception asks for a re-read.")
        line = order_for_exception(desk, exception or 0, need_by=day, crew=crew, remarks=remarks)
    else:
        place = location_numbered(location)
        form = OrderForm(
            type=OrderType(what),
            location_id=place,
            need_by=day,
            service_point_id=point_of_kind(place, kind) if kind else None,
            account_id=find_account(account) if account else None,
            priority=priority,
            crew=crew,
            remarks=remarks,
            draft=draft,
        )
        line = issue_order(desk, form)
    _tell(line, as_json=as_json)


def _tell(line: OrderLine, *, as_json: bool) -> None:
    if as_json:
        print_json(line)
    else:
        say(f"{line.number}: {line.type} at {line.address} by {line.need_by}, {line.state}.")


@order.command("list")
@click.option("--route", help="Only this route.")
@click.option(
    "--state", type=click.Choice([one.value for one in OrderState]), default="Issued",
    show_default=True, help="Only orders in this state.",
)  # fmt: skip
@click.option("--need-by", type=DAY, help="Only those due up to this day.")
@click.option("--limit", type=WHOLE, default=50, show_default=True, help="So many at most.")
@at_desk
def list_(
    desk: Desk,
    *,
    route: str | None,
    state: str,
    need_by: date | None,
    limit: int,
    as_json: bool,
) -> None:
    """List orders in walk order."""
    desk.require(Right.LOOK)
    lines = orders_of(state=OrderState(state), route=route, need_by=need_by, limit=limit)
    if as_json:
        print_json(lines)
        return
    titles = ("Order", "Type", "Route", "Address", "Account", "Need by", "!", "Crew", "Remarks")
    print_table(titles, [_cells(line) for line in lines])


def _cells(line: OrderLine) -> tuple[object, ...]:
    place = f"{line.route}-{line.sequence}" if line.route else "-"
    return (
        *(line.number, line.type.value, place, line.address, line.account or "-"),
        *(line.need_by, line.priority, line.crew, line.remarks),
    )


@order.command()
@click.option("--route", help="Only this route.")
@click.option("--day", type=DAY, help="Orders due up to this day; the business day by default.")
@click.option("--type", "kind", type=click.Choice([one.value for one in OrderType]))
@click.option("--crew", help="Only the orders of whom it begins with.")
@click.option("--order", "numbers", multiple=True, help="Only this order; may be said again.")
@click.option("--again", is_flag=True, help="Also those on a sheet already.")
@click.option("--sheet", type=WHOLE, help="Print this sheet again, and nothing new.")
@at_desk
def sheets(
    desk: Desk,
    *,
    route: str | None,
    day: date | None,
    kind: str | None,
    crew: str | None,
    numbers: tuple[str, ...],
    again: bool,
    sheet: int | None,
    as_json: bool,
) -> None:
    """Print a work sheet of issued orders in walk order, as a PDF."""
    from billing_tui.documents.work_sheet import print_work_sheet, reprint_work_sheet

    if sheet is not None:
        done = reprint_work_sheet(desk, sheet)
    else:
        choice = SheetChoice(
            day=day or desk.business_day,
            route=route,
            kind=OrderType(kind) if kind else None,
            crew=crew,
            numbers=numbers,
            again=again,
        )
        done = print_work_sheet(desk, choice)
    if as_json:
        print_json(done)
    else:
        orders, pages = counted(done.orders, "order"), counted(done.pages, "page")
        say(f"Sheet {done.number}: {orders} on {pages}, {done.path}.")


@order.command()
@click.argument("number")
@click.option("--day", type=DAY, help="When it was done; the business day by default.")
@click.option("--reading", type=WHOLE, help="What the register showed, in counts.")
@click.option("--result", default="", help="What was done, or why it could not be.")
@click.option("--unable", is_flag=True, help="It could not be done.")
@click.option("--code", default="", help="Why it could not be done, as a code; means --unable.")
@CONFIRM
@click.option("--found", type=click.Choice([one.value for one in Condition]), help="As found.")
@click.option("--left", type=click.Choice([one.value for one in Condition]), help="As left.")
@at_desk
def complete(
    desk: Desk,
    *,
    number: str,
    day: date | None,
    reading: int | None,
    result: str,
    unable: bool,
    code: str,
    confirm: bool,
    found: str | None,
    left: str | None,
    as_json: bool,
) -> None:
    """Enter what came back for order NUMBER; a re-read settles its exception."""
    told = OrderResult(
        number=number,
        day=day or desk.business_day,
        result=result,
        reading=reading,
        unable=unable or bool(code),
        code=code,
        confirmed=confirm,
        found=Condition(found) if found else None,
        left=Condition(left) if left else None,
    )
    done = complete_orders(desk, [told])
    if as_json:
        print_json(done)
        return
    settled = f"; exception {done.settled[0]} is settled" if done.settled else ""
    say(f"Order {number} is {'given up' if told.unable else 'completed'}{settled}.")
    print_problems(done.warnings)


@order.command()
@click.argument("number")
@click.option("--why", required=True, help="The reason, for the trail.")
@at_desk
def cancel(desk: Desk, number: str, why: str, *, as_json: bool) -> None:
    """Cancel order NUMBER before it is carried out."""
    _tell(cancel_order(desk, number, why=why), as_json=as_json)
