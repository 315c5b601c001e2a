"""`billing-tui meter`: show, exchange, put in, take out and test meters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from billing_tui.cli.doubts import CONFIRM, refuse_doubts
from billing_tui.cli.entries import DAY, WHOLE
from billing_tui.cli.office import at_desk
from billing_tui.cli.output import print_json, say
from billing_tui.foundation.errors import InvalidEntry, NotFound
from billing_tui.foundation.units import Unit, parse_unit
from billing_tui.metering.usage import milli_text
from billing_tui.records.kinds import ServiceKind
from billing_tui.records.near_meters import no_such_meter
from billing_tui.records.new_records import NewMeter
from billing_tui.service_orders.exchange_meter import ExchangeForm, exchange_meter
from billing_tui.service_orders.kinds import Stage
from billing_tui.service_orders.meter_card import MeterCard, meter_numbered
from billing_tui.service_orders.meter_limits import FLOWS
from billing_tui.service_orders.offer import location_numbered, point_of_kind
from billing_tui.service_orders.place_meter import put_meter_in, take_meter_out
from billing_tui.service_orders.record_meter_test import (
    MeterTestSheet,
    meter_tests,
    record_meter_test,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from billing_tui.access.desk import Desk


def _percent(_ctx: click.Context, _parameter: click.Parameter, told: str | None) -> int | None:
    """Per cent such as 98.6, in thousandths."""
    if told is None:
        return None
    whole, _, part = told.partition(".")
    digits = f"{whole}{part}"
    if not (digits.isascii() and digits.isdigit() and len(whole) <= 3 and len(part) <= 3):
        raise click.BadParameter(f"{told[:24]!r} is no per cent such as 98.6.")
    return int(whole or "0") * 1000 + int(part.ljust(3, "0"))


def _new_meter(command: Callable[..., Any]) -> Callable[..., Any]:
    """The facts of a meter that is not in stock, and the day."""
    for option in (
        click.option("--day", type=DAY, help="Of the work; the business day by default."),
        click.option("--unit", help="Of a new meter: of one count, such as ccf."),
        click.option("--dials", type=WHOLE, help="Of a new meter: digits of the register."),
        click.option("--size", help='Of a new meter: nominal connection, such as 3/4".'),
        click.option("--new", "is_new", is_flag=True, help="The office never had that meter."),
    ):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class _Facts:
    """What was said of a meter that is not in stock."""

    is_new: bool
    size: str | None
    dials: int | None
    unit: str | None


def _comes(number: str, like: MeterCard | None, facts: _Facts) -> tuple[int | NewMeter, int]:
    """A meter in stock with its version, or a new one with the facts of another."""
    try:
        there = meter_numbered(number)
    except NotFound:
        if not facts.is_new:
            raise InvalidEntry(
                f"{no_such_meter(number)}; say --new where the office never had it.", field="comes"
            ) from None
        if like is None and not (facts.size and facts.dials and facts.unit):
            raise InvalidEntry("Say --size, --dials and --unit of it.", field="comes") from None
        return NewMeter(
            number=number,
            size=facts.size or (like.size if like else ""),
            dials=facts.dials or (like.dials if like else 0),
            unit=parse_unit(facts.unit) if facts.unit else Unit(like.unit if like else ""),
            multiplier_milli=like.multiplier_milli if like else 1000,
        ), 0
    return there.meter_id, there.version


@click.group()
def meter() -> None:
    """Meters: where they are, exchanges, installs, removals, tests.

    Exit codes: 0 done, 1 refused, 2 wrong use or wrong entries.
    """


@meter.command()
@click.argument("number")
@at_desk
def show(desk: Desk, number: str, *, as_json: bool) -> None:  # noqa: ARG001 - opens the office
    """Show meter NUMBER: its facts, where it was, its tests."""
    card = meter_numbered(number)
    tests = meter_tests(card.meter_id)
    if as_json:
        print_json({"meter": card, "tests": tests})
        return
    say(f"{card.number}: {card.size}, {card.dials} dials, {card.unit}, {card.status.lower()}.")
    for stay in card.stays:
        until = f"to {stay.to_day} at {stay.last_reading}" if stay.to_day else "and is there"
        where = f"{stay.kind} at {stay.location} {stay.address}"
        say(f"{where} from {stay.from_day} at {stay.first_reading} {until}.")
    for one in tests:
        verdict = "passed" if one.passed else "not passed"
        say(f"{one.day} {one.stage.value}, {verdict}: {'; '.join(one.told)}.")


@meter.command()
@click.argument("old")
@click.argument("new")
@click.option("--out", "out_reading", type=WHOLE, required=True, help="What OLD shows.")
@click.option("--in", "in_reading", type=WHOLE, required=True, help="What NEW shows.")
@_new_meter
@CONFIRM
@at_desk
def exchange(
    desk: Desk,
    *,
    old: str,
    new: str,
    out_reading: int,
    in_reading: int,
    confirm: bool,
    day: date | None,
    is_new: bool,
    size: str | None,
    dials: int | None,
    unit: str | None,
    as_json: bool,
) -> None:
    """Take meter OLD out and put NEW in; a new one has OLD's facts unless others are said."""
    card = meter_numbered(old)
    if card.stands is None:
        raise InvalidEntry(f"Meter {card.number} is installed nowhere.", field="out_meter")
    form = ExchangeForm(
        service_point_id=card.stands.point_id,
        day=day or desk.business_day,
        out_reading=out_reading,
        comes=_comes(new, card, _Facts(is_new, size, dials, unit))[0],
        in_reading=in_reading,
        out_meter=card.number,
    )
    refuse_doubts(form.day, {card.number: out_reading}, confirm=confirm)
    done = exchange_meter(desk, form, version=card.version)
    if as_json:
        print_json(done)
    else:
        used = f"{milli_text(done.usage_milli)} {done.unit}"
        say(f"{done.out_meter} out and {done.in_meter} in on {done.day}; {used} to the out-read.")


@meter.command("put-in")
@click.argument("location")
@click.argument("number")
@click.option("--kind", type=click.Choice([one.value for one in ServiceKind]), default="water",
              show_default=True, help="Which point.")  # fmt: skip
@click.option("--read", "reading", type=WHOLE, required=True, help="What the meter shows.")
@_new_meter
@at_desk
def put_in(
    desk: Desk,
    *,
    location: str,
    number: str,
    kind: str,
    reading: int,
    day: date | None,
    is_new: bool,
    size: str | None,
    dials: int | None,
    unit: str | None,
    as_json: bool,
) -> None:
    """Put meter NUMBER in at LOCATION, where none is."""
    point = point_of_kind(location_numbered(location), kind)
    comes, version = _comes(number, None, _Facts(is_new, size, dials, unit))
    when = day or desk.business_day
    done = put_meter_in(desk, comes, point, day=when, reading=reading, version=version)
    if as_json:
        print_json(done)
    else:
        say(f"{done.meter} is in from {done.reading} on {done.day}.")


@meter.command("take-out")
@click.argument("number")
@click.option("--read", "reading", type=WHOLE, required=True, help="What the meter shows.")
@click.option("--day", type=DAY, help="Of the work; the business day by default.")
@CONFIRM
@at_desk
def take_out(
    desk: Desk, *, number: str, reading: int, day: date | None, confirm: bool, as_json: bool
) -> None:
    """Take meter NUMBER out and put none in."""
    card, when = meter_numbered(number), day or desk.business_day
    refuse_doubts(when, {card.number: reading}, confirm=confirm)
    done = take_meter_out(desk, card.meter_id, day=when, reading=reading, version=card.version)
    if as_json:
        print_json(done)
    else:
        used = f"{milli_text(done.usage_milli)} {done.unit} since the last read there"
        say(f"{done.meter} is out at {done.reading} on {done.day}; {used}.")


@meter.command("test")
@click.argument("number")
@click.option("--stage", type=click.Choice(["found", "left"]), default="found", show_default=True,
              help="Before or after anything was done to it.")  # fmt: skip
@click.option("--low", callback=_percent, help="Accuracy at the least flow, per cent.")
@click.option("--medium", callback=_percent, help="Accuracy at a flow in between.")
@click.option("--high", callback=_percent, help="Accuracy at the greatest flow.")
@click.option("--remarks", default="", help="What was done to it, or who tested it.")
@click.option("--day", type=DAY, help="Of the test; the business day by default.")
@at_desk
def test(
    desk: Desk,
    *,
    number: str,
    stage: str,
    remarks: str,
    day: date | None,
    as_json: bool,
    **flows: int | None,
) -> None:
    """Keep what a test of meter NUMBER showed; whether it passed follows from the policy."""
    sheet = MeterTestSheet(
        meter_id=meter_numbered(number).meter_id,
        day=day or desk.business_day,
        stage=Stage(f"as {stage}"),
        accuracy={flow: milli for flow in FLOWS if (milli := flows[flow]) is not None},
        remarks=remarks,
    )
    done = record_meter_test(desk, sheet)
    if as_json:
        print_json(done)
    else:
        verdict = "passed" if done.passed else "not passed"
        say(f"{number} on {done.day}, {done.stage.value}: {verdict}. {'; '.join(done.told)}.")
