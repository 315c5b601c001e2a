"""Training: a disposable copy, a clock that moves there only, drills that are graded from data."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import peewee
import pysqlite3
import pytest
from pg_server import ON_SERVER
from pypdf import PdfReader

from billing_tui.access.hire import hire
from billing_tui.access.pin import idle_minutes, pin_fits, set_idle_minutes, set_pin
from billing_tui.access.rights import Role
from billing_tui.access.staff import setting, sit_down
from billing_tui.access.tables import AuditEntry
from billing_tui.customer_care.kinds import Channel
from billing_tui.customer_care.log_contact import SpokenWith, log_contact
from billing_tui.customer_care.log_policy import read_log_reasons
from billing_tui.documents.training_record import print_training_record
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import BillingError, InvalidEntry, NotFound, Refused
from billing_tui.foundation.home import Home
from billing_tui.foundation.model import table_name
from billing_tui.foundation.units import Unit
from billing_tui.metering.dispose_exception import dispose_exception
from billing_tui.metering.tables import Disposition
from billing_tui.operations.daily_audit.day_view import audited_entries
from billing_tui.operations.daily_audit.judge_entry import Verdict, judge_entry
from billing_tui.operations.daily_audit.open_day import open_day
from billing_tui.operations.daily_audit.sign_off import sign_off
from billing_tui.operations.demo.build import build_demo
from billing_tui.operations.office import Office, open_office
from billing_tui.operations.schema import all_tables
from billing_tui.operations.training import template
from billing_tui.operations.training.casting import KINDS, cast
from billing_tui.operations.training.doorway import Doorway
from billing_tui.operations.training.drills import Drill, drill, drills, parse_drill
from billing_tui.operations.training.going import Arrived, Going, Where
from billing_tui.operations.training.grade import Grade, grade
from billing_tui.operations.training.move_clock import move_clock
from billing_tui.operations.training.prepare import STEPS
from billing_tui.operations.training.record_result import record_result
from billing_tui.operations.training.results import best_of, results, standings
from billing_tui.operations.training.rules import RULES
from billing_tui.operations.training.tables import DrillResult
from billing_tui.operations.training.task import Task, current_task, take_hint
from billing_tui.records.add_note import add_note
from billing_tui.records.change_attribute import change_service_attributes
from billing_tui.records.change_mailing_address import change_mailing_address
from billing_tui.records.lookup import account_summary, find_account
from billing_tui.records.new_records import NewCustomer, NewMeter
from billing_tui.records.open_account import AccountForm
from billing_tui.records.request_class_change import request_class_change
from billing_tui.records.tables import Meter, Service
from billing_tui.service_orders.exchange_meter import ExchangeForm, exchange_meter
from billing_tui.service_orders.forms import StartForm, StopForm
from billing_tui.service_orders.issue_order import OrderForm, issue_order
from billing_tui.service_orders.kinds import OrderType
from billing_tui.service_orders.offer import location_numbered, offer_at, point_of_kind
from billing_tui.service_orders.start_service import start_service
from billing_tui.service_orders.stop_service import stop_service
from billing_tui.service_orders.transfer_service import transfer_service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.operations.demo.build import DemoBuilt

NOW = datetime(2026, 11, 3, 18, tzinfo=UTC)
DRILLS = {one.id: one for one in drills()}


def _silent(_doing: str, _done: int, _total: int) -> None:
    pass


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, built: DemoBuilt) -> Path:
    """An office with a training city already built, out of the demo city that stands here."""
    root = tmp_path_factory.mktemp("office") / "home"
    home = Home(root, f"sqlite://{root / 'billing.db'}")
    build_demo(home, accounts=40, months=2)

    def copied(workshop: Home, **_: object) -> None:
        shutil.copytree(built.home, workshop.root)

    with pytest.MonkeyPatch.context() as patch:
        if not ON_SERVER:
            patch.setattr(template, "build_demo", copied)
        template.build_city(home, _silent)
    return root


class Door:
    """The doorway of an office of one's own, and what is behind it."""

    def __init__(self, office: Office, desk: Desk) -> None:
        self.doorway = Doorway(office, desk)

    def go(self, where: Where, wanted: str = "") -> Arrived:
        """Go through."""
        return self.doorway.go(Going(where, wanted), _silent)

    def begin(self, wanted: str) -> tuple[Desk, Task]:
        """Begin a drill; the trainee's desk and the task."""
        here = self.go(Where.DRILL, wanted)
        assert not here.refused, here.told
        task = current_task()
        assert task is not None
        return here.desk, task


@pytest.fixture
def door(town: Path, tmp_path: Path) -> Iterator[Callable[[str], Door]]:
    """The doorway for a person: `door("maria")`."""
    root = tmp_path / "home"
    shutil.copytree(town, root, ignore=shutil.ignore_patterns("training"))
    shutil.copytree(town / "training", root / "training", copy_function=os.link)  # only read
    doors: list[Door] = []

    def sit(username: str = "maria") -> Door:
        office = open_office(Home(root, f"sqlite://{root / 'billing.db'}"))
        assert office.business_day is not None
        desk = sit_down(office.store, office.home, username, office.business_day, station="t")
        doors.append(Door(office, desk))
        return doors[-1]

    yield sit
    for one in doors:
        one.doorway.close()
    shutil.rmtree(root)


# What the drills say


@pytest.mark.parametrize("one", DRILLS.values(), ids=DRILLS)
def test_a_drill_is_whole(one: Drill) -> None:
    """A hundred points, known rules and preparations, a pass that can be missed and reached."""
    assert one.most == 100
    assert 50 <= one.needed < 100
    assert {check.rule for check in one.checks} <= set(RULES)
    assert set(one.prepare) <= STEPS
    assert one.hints
    for who in one.cast.values():
        assert isinstance(who, tuple) or who in KINDS or who.startswith("planted ")


@pytest.mark.parametrize("one", DRILLS.values(), ids=DRILLS)
def test_the_cast_fills_every_slot_and_differs_from_time_to_time(
    one: Drill, door: Callable[[str], Door]
) -> None:
    """Story, checks and hints have their names; three attempts have more than one cast."""
    desk = door("maria").go(Where.FRESH).desk
    casts = [cast(desk, one, attempt) for attempt in range(3)]
    for facts in casts:
        task = Task(one, one.version, facts, "maria", "", 0, len(one.hints))
        told = [*task.story, *task.told_hints]
        assert not [text for text in told if re.search(r"[{}]", text)]
    if not all(isinstance(who, str) and who.startswith("planted") for who in one.cast.values()):
        assert len({json.dumps(facts) for facts in casts}) > 1


def test_a_drill_that_makes_no_sense_is_refused() -> None:
    """Missing parts, unknown roles and slots are told."""
    with pytest.raises(InvalidEntry, match="A drill has exactly"):
        parse_drill("id: x\n")
    with pytest.raises(NotFound):
        drill("nothing")


# In and out


def test_the_office_is_untouched_but_for_the_result(door: Callable[[str], Door]) -> None:
    """Whatever is done in training, the office gains one result and one entry in the trail."""
    through = door("maria")
    count = {one: rows_of(f"SELECT count(*) FROM {table_name(one)}")[0][0] for one in all_tables()}
    desk, task = through.begin("mailing-address")
    assert setting("mode") == "training"
    _mail(desk, task.facts)
    back = through.go(Where.HAND_IN)

    assert (back.office.mode, back.way, back.away) == ("demo", "TRN020", False)
    now = {one: rows_of(f"SELECT count(*) FROM {table_name(one)}")[0][0] for one in all_tables()}
    grown = {one.__name__: now[one] - count[one] for one in all_tables() if now[one] != count[one]}
    assert grown == {"DrillResult": 1, "AuditEntry": 1}
    newest = AuditEntry.select().order_by(AuditEntry.seq.desc()).get()
    assert (newest.verb, newest.subject) == ("operations.record_drill", "mailing-address")


def test_a_copy_is_kept_until_a_fresh_one_is_asked_for(door: Callable[[str], Door]) -> None:
    """Practice goes on where it was left; a fresh copy knows nothing of it."""
    through = door("maria")
    desk = through.go(Where.FRESH).desk
    account = find_account("10002-01")
    add_note(desk, account, "Practised here")
    through.go(Where.OFFICE)
    through.go(Where.PRACTICE)
    kept = rows_of("SELECT count(*) FROM note WHERE text = 'Practised here'")
    through.go(Where.FRESH)

    assert kept == [(1,)]
    assert rows_of("SELECT count(*) FROM note WHERE text = 'Practised here'") == [(0,)]


def test_the_trainee_is_the_same_person_with_a_role_lent(door: Callable[[str], Door]) -> None:
    """A clerk leads in a lead's drill, and is a clerk again in the office."""
    through = door("maria")
    lent, _ = through.begin("planted-errors")
    back = through.go(Where.OFFICE)

    assert lent.username == "maria"
    assert lent.roles == {Role.CLERK, Role.LEAD}
    assert back.desk.roles == {Role.CLERK}


def test_a_lead_practises_the_audit_of_a_day_alone(door: Callable[[str], Door]) -> None:
    """In a copy stands what a clerk and a cashier keyed yesterday: drawn, judged, signed off."""
    lead = door("luis").go(Where.FRESH).desk
    yesterday = lead.business_day - timedelta(days=1)
    open_day(lead, yesterday)
    drawn = audited_entries(lead, yesterday)
    for one in drawn:
        judge_entry(lead, one.seq, Verdict.OK)

    assert {one.clerk for one in drawn} == {"maria", "cass"}
    assert sign_off(lead, yesterday).signed_by == "Luis Vega"


def test_the_terminal_locks_in_training_as_in_the_office(door: Callable[[str], Door]) -> None:
    """One key leads from a copy back to the office, so the PIN goes along, and the pause."""
    through = door("maria")
    office = through.doorway.here.office
    assert office.business_day is not None
    set_pin(through.doorway.here.desk, "8361")
    sam = sit_down(office.store, office.home, "sam", office.business_day, station="t")
    set_idle_minutes(sam, 7, "busy hall")
    through = Door(office, through.doorway.here.desk)
    desk = through.go(Where.FRESH).desk
    assert pin_fits(desk, "8361")
    assert idle_minutes() == 7
    office = through.go(Where.OFFICE).office
    assert office.business_day is not None
    sam = sit_down(office.store, office.home, "sam", office.business_day, station="t")
    set_idle_minutes(sam, 9, "busy hall")
    through = Door(office, through.doorway.here.desk)
    through.go(Where.PRACTICE)

    assert idle_minutes() == 9


def test_who_was_dismissed_meanwhile_does_not_come_back(door: Callable[[str], Door]) -> None:
    """The door stays shut, with a sentence for the run that ends."""
    through = door("maria")
    home = through.doorway.here.office.home
    through.go(Where.FRESH)
    with pysqlite3.connect(str(home.root / "billing.db")) as base:
        base.execute("UPDATE staff_member SET active = 0 WHERE username = 'maria'")
    with pytest.raises(NotFound, match="Nobody named maria works here"):
        through.go(Where.OFFICE)


def test_somebody_unknown_to_the_city_trains_under_their_own_name(
    door: Callable[[str], Door],
) -> None:
    """Staff of the office need not be staff of the city."""
    through = door("maria")
    office = through.doorway.here.office
    day = office.business_day
    assert day is not None
    hire(
        sit_down(office.store, office.home, "sam", day, station="t"),
        "zora",
        "Zora Hale",
        [],
        "post 12",
    )
    desk = sit_down(office.store, office.home, "zora", day, station="t")
    here = Door(office, desk).go(Where.FRESH)

    assert here.desk.username == "zora"
    assert setting("mode") == "training"


def test_nothing_of_training_is_open_to_other_accounts(door: Callable[[str], Door]) -> None:
    """`host check` looks at every file of the home."""
    through = door("maria")
    through.begin("clear-exceptions")
    folder = through.doorway.here.office.home.root.parent
    shown = [path for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]

    assert shown == []


def test_the_clock_moves_in_training_only(door: Callable[[str], Door]) -> None:
    """Forward, by a bounded step, with an entry in the trail; an office refuses."""
    through = door("maria")
    home = through.doorway.here.desk
    with pytest.raises(Refused, match="cannot be moved"):
        move_clock(home, home.business_day + timedelta(days=1))
    desk = through.go(Where.FRESH).desk
    for wrong in (0, -1, 401):
        with pytest.raises(InvalidEntry):
            move_clock(desk, desk.business_day + timedelta(days=wrong))
    ahead = desk.business_day + timedelta(days=30)
    move_clock(desk, ahead)
    here = through.go(Where.SIT_DOWN)

    assert here.desk.business_day == ahead
    assert through.go(Where.OFFICE).desk.business_day == home.business_day


def test_a_disk_that_takes_no_city_leads_back_with_a_sentence(
    door: Callable[[str], Door], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The office is open again, and says why."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(template.shutil, "copytree", full)
    here = door("maria").go(Where.FRESH)

    assert here.refused
    assert here.told == "The training city cannot be set up: No space left on device."
    assert here.office.mode == "demo"


def test_a_drill_that_was_handed_in_is_in_hand_no_more(door: Callable[[str], Door]) -> None:
    """The answers are known by then: practice in its copy is free, and nothing is graded again."""
    through = door("maria")
    through.begin("mailing-address")
    through.go(Where.OFFICE)
    assert through.go(Where.PRACTICE).way == "TRN030"
    assert current_task() is not None
    through.go(Where.HAND_IN)

    assert through.go(Where.PRACTICE).way == ""

    assert current_task() is None
    through.go(Where.HAND_IN)
    assert len(results(through.doorway.here.desk)) == 1


def test_hints_are_counted(door: Callable[[str], Door]) -> None:
    """Each is told once, and the result says how many were taken."""
    through = door("maria")
    desk, task = through.begin("mailing-address")
    told = [take_hint(desk) for _ in range(len(task.drill.hints) + 1)]
    through.go(Where.HAND_IN)

    assert told[-1] == ""
    assert all(told[:-1])
    assert DrillResult.get().hints == len(task.drill.hints)


def test_a_clerk_sees_their_own_results_and_the_lead_everybodys(
    door: Callable[[str], Door],
) -> None:
    """Newest first, page by page; the best of each drill is known."""
    through = door("maria")
    office = through.doorway.here.office
    assert office.business_day is not None

    def at(username: str) -> Desk:
        day = office.business_day
        assert day is not None
        return sit_down(office.store, office.home, username, day, station="t")

    moment = "2026-11-03T16:30:00+00:00"
    for who, score in (("maria", 60), ("nora", 100), ("maria", 90)):
        record_result(
            at(who), Grade("x", 1, score, 100, 80, ("a",) * (score < 100), 0, moment, moment)
        )

    assert [(one.username, one.score) for one in results(at("maria"))] == [
        ("maria", 90),
        ("maria", 60),
    ]
    first = results(at("luis"), limit=2)
    assert [one.score for one in (*first, *results(at("luis"), after=first[-1]))] == [90, 100, 60]
    assert best_of(at("maria"))["x"].score == 90
    seen = {one.username: one.passed for one in standings(at("luis"))}
    assert seen["maria"] == seen["nora"] == {"x"}
    assert seen["cass"] == frozenset()
    assert [one.username for one in standings(at("maria"))] == ["maria"]
    with pytest.raises(peewee.IntegrityError, match="never changed"):
        DrillResult.update(score=100).execute()


def test_the_contact_log_counts_as_written(door: Callable[[str], Door]) -> None:
    """What was said may stand in a note or in the log; both are data."""
    desk, task = door("maria").begin("high-bill")
    said = SpokenWith(
        channel=Channel.PHONE_IN,
        reason=next(iter(read_log_reasons())),
        words=f"Bill is for {task.facts['home.usage']} ccf",
    )
    log_contact(desk, find_account(task.facts["home.account"]), said)

    assert not [one for one in grade(desk, task).missed if "says that the bill" in one]


# Each drill, done right and done wrong

Facts = "Mapping[str, str]"


def _version(account: str) -> int:
    row = find_account(account)
    return int(rows_of("SELECT version FROM account WHERE id = ?", (row,))[0][0])


def _mail(desk: Desk, facts: Mapping[str, str], account: str = "") -> None:
    number = account or facts["home.account"]
    lines = (facts["box"], "Sierra Vista, CA 93221")
    change_mailing_address(
        desk,
        find_account(number),
        lines,
        "93221",
        from_day=desk.business_day,
        version=_version(number),
    )


def _comer(desk: Desk, place: str, who: int | NewCustomer, readings: dict[str, int]) -> StartForm:
    offer = offer_at(location_numbered(place))
    account = AccountForm(
        customer=who,
        location_id=offer.location_id,
        cycle_id=offer.cycle_id,
        opened=desk.business_day,
        services=offer.services,
    )
    return StartForm(account=account, readings=readings)


def _start(desk: Desk, facts: Mapping[str, str], more: int = 0) -> None:
    who = NewCustomer(name=facts["comer"], phones=(f"805 555 0{facts['phone']}",))
    readings = {facts["vacant.meter"]: int(facts["vacant.reading"]) + more}
    start_service(desk, _comer(desk, facts["vacant.location"], who, readings))


def _stop_form(desk: Desk, facts: Mapping[str, str], who: str) -> StopForm:
    return StopForm(
        account_id=find_account(facts[f"{who}.account"]),
        day=desk.business_day,
        readings={facts[f"{who}.meter"]: int(facts[f"{who}.reading"])},
        forwarding=(facts["street"], "Bakersfield, CA 93301") if "street" in facts else (),
        forwarding_zip="93301" if "street" in facts else "",
    )


def _stop(desk: Desk, facts: Mapping[str, str]) -> None:
    form = _stop_form(desk, facts, "home")
    stop_service(desk, form, version=_version(facts["home.account"]))


def _stop_without_address(desk: Desk, facts: Mapping[str, str]) -> None:
    _stop(desk, {name: fact for name, fact in facts.items() if name != "street"})


def _transfer(desk: Desk, facts: Mapping[str, str]) -> None:
    number = facts["mover.account"]
    summary = account_summary(find_account(number), desk.business_day)
    readings = {facts["vacant.meter"]: int(facts["vacant.reading"])}
    comes = _comer(desk, facts["vacant.location"], summary.customer.customer_id, readings)
    leaves = _stop_form(desk, facts, "mover")
    transfer_service(desk, leaves, comes, version=summary.version)


def _stop_and_start_apart(desk: Desk, facts: Mapping[str, str]) -> None:
    leaves = _stop_form(desk, facts, "mover")
    stop_service(desk, leaves, version=_version(facts["mover.account"]))
    who = NewCustomer(name=facts["mover.name"], phones=("805 555 0111",))
    readings = {facts["vacant.meter"]: int(facts["vacant.reading"])}
    start_service(desk, _comer(desk, facts["vacant.location"], who, readings))


def _exchange(desk: Desk, facts: Mapping[str, str], size: str = "") -> None:
    new = NewMeter(
        number=facts["new_meter"],
        make="Badger",
        size=size or facts["home.size"],
        dials=4,
        unit=Unit.CCF,
    )
    old = Meter.get(Meter.number == facts["home.meter"])
    form = ExchangeForm(
        service_point_id=point_of_kind(location_numbered(facts["home.location"]), "water"),
        day=desk.business_day,
        out_reading=int(facts["home.reading"]),
        comes=new,
        in_reading=0,
    )
    exchange_meter(desk, form, version=old.version)


def _open_exceptions() -> list[tuple[int, str]]:
    return rows_of(
        "SELECT e.id, m.number FROM read_exception e JOIN staged_read s"
        " ON s.id = e.staged_read_id JOIN meter m ON m.id = s.meter_id"
        " WHERE e.disposition = 'open' ORDER BY e.severity DESC, e.id"
    )


def _settle(desk: Desk, facts: Mapping[str, str], *, blindly: bool = False) -> None:
    """Accept what is no error and have the rest read again; blindly: accept all that goes."""
    again = {facts[f"{who}.meter"] for who in ("back", "missing", "stuck", "digits")}
    while waiting := _open_exceptions():
        exception, meter = waiting[0]
        ways = [Disposition.REREAD, Disposition.HOLD]
        if blindly or meter not in again:
            ways = [Disposition.ACCEPT, *ways]
        for way in ways:
            try:
                dispose_exception(desk, exception, way, "As the picture shows")
            except BillingError:
                continue
            break


def _settle_blindly(desk: Desk, facts: Mapping[str, str]) -> None:
    _settle(desk, facts, blindly=True)


def _answer(desk: Desk, facts: Mapping[str, str], words: str = "") -> None:
    account = find_account(facts["home.account"])
    form = OrderForm(
        type=OrderType.LEAK_CHECK,
        location_id=location_numbered(facts["home.location"]),
        need_by=desk.business_day,
        account_id=account,
    )
    issue_order(desk, form)
    add_note(desk, account, words or f"The bill is for {facts['home.usage']} ccf; leak check made")


def _two_carts_too_early(desk: Desk, facts: Mapping[str, str]) -> None:
    _cart(replace(desk, business_day=desk.business_day - timedelta(days=2)), facts, carts="2")


def _cart(desk: Desk, facts: Mapping[str, str], size: str = "96", **more: str) -> None:
    number = facts["home.account"]
    service = Service.get((Service.account == find_account(number)) & (Service.kind == "refuse"))
    change_service_attributes(
        desk,
        service.id,
        {"cart_size": size, **more},
        from_day=desk.business_day,
        version=_version(number),
    )


def _other_cart(desk: Desk, facts: Mapping[str, str]) -> None:
    rows = rows_of(
        "SELECT z.value FROM service_attribute z JOIN service s ON s.id = z.service_id"
        " WHERE z.name = 'cart_size' AND z.to_day IS NULL AND s.account_id = ?",
        (find_account(facts["home.account"]),),
    )
    _cart(desk, facts, "32" if rows[0][0] == "64" else "64")


def _billed_to(account: str) -> date:
    """The day from which the account's water is not billed yet."""
    rows = rows_of(
        "SELECT max(b.to_day) FROM bill_service b JOIN service s ON s.id = b.service_id"
        " WHERE b.kind = 'water' AND s.account_id = ? AND b.live = 1"
        " AND b.bill_id IN (SELECT id FROM bill WHERE state = 'posted')",
        (find_account(account),),
    )
    return date.fromisoformat(rows[0][0])


def _find_errors(desk: Desk, facts: Mapping[str, str]) -> None:
    for who in ("cart", "parked", "mail", "relief"):
        add_note(desk, find_account(facts[f"{who}.account"]), "To be put right before the bill")
    service = Service.get(
        (Service.account == find_account(facts["sewer.account"])) & (Service.kind == "sewer")
    )
    request_class_change(
        desk,
        service.id,
        schedule="SEWER",
        rate_class="SFR",
        from_day=_billed_to(facts["sewer.account"]),
        reason="A home, not a business",
    )


def _miss_sewer(desk: Desk, facts: Mapping[str, str]) -> None:
    for who in ("cart", "parked", "mail", "relief"):
        add_note(desk, find_account(facts[f"{who}.account"]), "To be put right before the bill")


def _other_account(facts: Mapping[str, str]) -> str:
    sql = "SELECT number FROM account WHERE status = 'Active' AND number <> ? LIMIT 1"
    return str(rows_of(sql, (facts["home.account"],))[0][0])


def _ask_class(desk: Desk, facts: Mapping[str, str], rate_class: str = "SFR") -> None:
    account = facts["home.account"]
    service = Service.get((Service.account == find_account(account)) & (Service.kind == "sewer"))
    request_class_change(
        desk,
        service.id,
        schedule="SEWER",
        rate_class=rate_class,
        from_day=_billed_to(account),
        reason="One family lives there; no business",
    )


RIGHT: dict[str, Any] = {
    "mailing-address": _mail,
    "start-service": _start,
    "stop-service": _stop,
    "transfer-service": _transfer,
    "exchange-meter": _exchange,
    "clear-exceptions": _settle,
    "high-bill": _answer,
    "cart-size": _cart,
    "planted-errors": _find_errors,
    "rate-class": _ask_class,
}
WRONG: list[tuple[str, Any, int, tuple[str, ...]]] = [
    (
        "mailing-address",
        lambda desk, facts: _mail(desk, facts, _other_account(facts)),
        10,
        ("do not go to", "must count from", "Another account"),
    ),
    ("start-service", lambda desk, facts: _start(desk, facts, more=1), 75, ("has no read of",)),
    ("stop-service", _stop_without_address, 85, ("does not go to",)),
    ("transfer-service", _stop_and_start_apart, 85, ("A second customer was made",)),
    (
        "exchange-meter",
        lambda desk, facts: _exchange(desk, facts, size='2"'),
        60,
        ("does not stand at",),
    ),
    ("clear-exceptions", _settle_blindly, 85, ("has not moved for four periods",)),
    (
        "high-bill",
        lambda desk, facts: _answer(desk, facts, "Talked to the customer"),
        60,
        ("says that the bill is for",),
    ),
    ("cart-size", _other_cart, 70, ("is not 96 gallons",)),
    (
        "cart-size",
        _two_carts_too_early,
        45,
        ("does not begin on", "another number is kept"),
    ),
    (
        "rate-class",
        lambda desk, facts: _ask_class(desk, facts, "MFR"),
        30,
        ("was neither put under the class SFR",),
    ),
    ("planted-errors", _miss_sewer, 75, ("sewer class of businesses",)),
]


def test_every_drill_is_tried_both_ways() -> None:
    """A drill that nobody has done right and wrong here is not shipped."""
    assert set(RIGHT) == set(DRILLS) == {name for name, *_ in WRONG}


@pytest.mark.parametrize("name", RIGHT)
def test_the_right_work_gets_full_marks(name: str, door: Callable[[str], Door]) -> None:
    """At the first attempt and, with another cast, at the second."""
    for _ in range(2):
        desk, task = door("maria").begin(name)
        before = grade(desk, task)
        RIGHT[name](desk, task.facts)
        result = grade(desk, task)

        assert (before.score, before.missed) == (0, ("100 points: Nothing was done.",))
        assert (result.score, result.missed) == (100, ())


@pytest.mark.parametrize(("name", "work", "score", "missed"), WRONG, ids=[one[0] for one in WRONG])
def test_wrong_work_is_told_what_it_missed(
    name: str, work: Any, score: int, missed: tuple[str, ...], door: Callable[[str], Door]
) -> None:
    """Each point that is lost has its sentence, and the result keeps it."""
    through = door("maria")
    desk, task = through.begin(name)
    work(desk, task.facts)
    through.go(Where.HAND_IN)
    (line,) = results(through.doorway.here.desk)

    assert line.score == score
    for words in missed:
        assert [one for one in line.missed if words in one], line.missed
    assert sum(int(one.split()[0]) for one in line.missed) == 100 - line.score


def test_the_record_of_a_person_is_printed(door: Callable[[str], Door]) -> None:
    """Every result with what was missed, what is not passed yet, and lines to sign."""
    through = door("maria")
    for _ in range(2):
        desk, task = through.begin("cart-size")
        _cart(desk, task.facts)
        through.go(Where.HAND_IN)
    here = through.doorway.here
    lines = results(here.desk)
    titles = {one.id: one.title for one in DRILLS.values()}
    printed = print_training_record(
        here.desk.home.printed / "record.pdf", "Sierra Vista", lines, titles, made_at=NOW
    )
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(printed.path).pages).split())

    assert "Training record: Maria Soto" in text
    assert text.count("Change the size of a cart") == 2
    assert "1 of 10" in text
    assert "Not passed yet" in text
    assert "100/100" in text


def test_the_guide_for_drills_names_every_rule_and_part() -> None:
    """Whoever writes a drill finds the rules, parts and preparations there are, and no others."""
    guide = data_path("drills", "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([^`]+)` \|", guide, re.MULTILINE))

    assert named - {"role", "story", "cast", "prepare", "checks", "hints", "duties"} == set(RULES)
    for part in (*KINDS, *STEPS):
        assert f"`{part}`" in guide
