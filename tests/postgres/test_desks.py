"""A walk over the desks on PostgreSQL: what the rooms' own tests say of SQLite holds there too.

All of those run there with `BILLING_TEST_DATABASE=postgres`; this is the part that CI walks.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import peewee
import pytest
from moves import owner, place_of, starts, status_of, stops, version_of
from town import plan

from billing_tui.access.approvals import find_request, list_requests
from billing_tui.access.decide_request import approve_request
from billing_tui.access.trail import broken_links
from billing_tui.access.trail_search import TrailQuery, search_trail
from billing_tui.billing.bill_question import bill_question
from billing_tui.billing.bill_view import find_bill, recent_bills
from billing_tui.billing.cancel_rebill import cancel_rebill
from billing_tui.billing.correction import Correction, ReadFix
from billing_tui.billing.plan_correction import plan_correction
from billing_tui.billing.special_bill import cancel_special, draft_special, post_or_ask
from billing_tui.customer_care.kinds import Channel
from billing_tui.customer_care.likely_pairs import likely_pairs
from billing_tui.customer_care.log_contact import SpokenWith, log_contact
from billing_tui.customer_care.merge_customers import merge_customers
from billing_tui.customer_care.undo_merge import undo_merge
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound
from billing_tui.foundation.units import Unit
from billing_tui.ledger.receivables import balances
from billing_tui.metering.check_reads import check_reads
from billing_tui.metering.close_keyed_batch import close_keyed_batch
from billing_tui.metering.key_reads import key_read
from billing_tui.metering.open_keyed_batch import open_keyed_batch
from billing_tui.metering.point_reads import read_on
from billing_tui.metering.uploads import kept_out
from billing_tui.operations.daily_audit.judge_entry import Verdict, judge_entry
from billing_tui.operations.daily_audit.open_day import open_day
from billing_tui.operations.daily_audit.sign_off import sign_off
from billing_tui.operations.executors import EXECUTORS
from billing_tui.operations.today.board import board
from billing_tui.operations.verify import verify_office
from billing_tui.records.add_note import add_note
from billing_tui.records.find_records import customers_for, meters_for, places_for
from billing_tui.records.new_records import NewMeter
from billing_tui.records.request_class_change import request_class_change
from billing_tui.records.search import search
from billing_tui.records.tables import Account, MeterInstallation, Note, Service
from billing_tui.service_orders.exchange_meter import ExchangeForm, exchange_meter
from billing_tui.service_orders.moves import moves_of
from billing_tui.service_orders.start_service import start_service
from billing_tui.service_orders.stop_service import stop_service
from billing_tui.service_orders.undo_move import foresee_undo, undo_move

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

pytestmark = pytest.mark.postgres

DAY, READ = date(2026, 12, 21), date(2026, 12, 1)
NUMBER = "10001-01"


@pytest.fixture
def desk(city: Office) -> Callable[..., Desk]:
    """Desks of the billed city; each test ends with a walk over everything that must hold."""
    from offices import desks

    return desks(city)


def sound(office: Office) -> None:
    """Everything holds, and the trail is whole."""
    assert [verdict for verdict in verify_office(office.store) if verdict.broken] == []
    assert list(broken_links()) == []


def row_of(number: str = NUMBER) -> int:
    """Row of an account."""
    return int(Account.get(Account.number == number).id)


def test_the_front_desk(city: Office, desk: Callable[..., Desk]) -> None:
    """Nothing is found, something is noted and logged, two customers are merged and parted."""
    maria, luis = desk("maria", DAY), desk("luis", DAY)
    assert search("zzyzx") == ()
    assert customers_for("zzyzx") == places_for("zzyzx") == meters_for("zzyzx") == ()
    account = row_of()
    add_note(maria, account, "Dog in the yard", sticky=True)
    with pytest.raises(peewee.IntegrityError, match="never changed"):
        Note.update(text="No dog").execute()
    said = SpokenWith(channel=Channel.PHONE_IN, reason="B", words="Asked why the bill is higher")
    log_contact(maria, account, said, key="c1")
    assert log_contact(maria, account, said, key="c1") > 0

    kept, merged = (Account.get_by_id(row_of(one)).customer.id for one in (NUMBER, "10002-01"))
    assert likely_pairs()
    merge = merge_customers(luis, kept, merged, "One person, she says")
    assert Account.get_by_id(row_of("10002-01")).customer.id == kept
    undo_merge(luis, merge, "They are sisters")
    assert Account.get_by_id(row_of("10002-01")).customer.id == merged
    sound(city)


def test_the_movers_desk(city: Office, desk: Callable[..., Desk]) -> None:
    """One leaves, another comes, both are undone; what was rehearsed left nothing behind."""
    maria, account = desk("maria", DAY), row_of()
    place = place_of(account)
    shows = {"M000001": 1065}
    stopped = stop_service(maria, stops(account, shows, DAY), version=version_of(account))
    assert status_of(NUMBER) == "Final pending"
    begun = start_service(maria, starts(place, shows, DAY, owner()))
    foresee_undo(maria, begun.move_id)
    assert status_of(begun.opened) == "Active"
    for move in (begun, stopped):
        undo_move(maria, move.move_id, why="Wrong house")
    assert status_of(NUMBER) == "Active"
    assert [line.stands for line in moves_of(place)] == [False, False]
    with pytest.raises(NotFound):
        undo_move(maria, 999, why="There is none")
    sound(city)


def test_the_meter_desk(city: Office, desk: Callable[..., Desk]) -> None:
    """A meter is exchanged; the next reads are keyed from paper, staged and checked."""
    maria, point = desk("maria", DAY), MeterInstallation.get().service_point.id
    new = NewMeter(number="N1", size='5/8"', dials=6, unit=Unit.CCF)
    form = ExchangeForm(service_point_id=point, day=DAY, out_reading=1065, comes=new, in_reading=0)
    assert exchange_meter(maria, form, version=1).usage_milli == 5000
    day = date(2027, 1, 14)
    instance = plan(desk, "2027-01", day, day + timedelta(days=6))
    clerk = desk("maria", day)
    batch = open_keyed_batch(clerk, instance, "07-01", control_count=2, control_total=1075 + 10)
    for place, reading in ((1, 10), (2, 1075)):
        key_read(clerk, batch.batch_id, place, reading=reading)
    upload = close_keyed_batch(clerk, batch.batch_id).upload.upload_id
    check_reads(desk("luis", day), upload)
    assert kept_out(upload).rereads == 0
    sound(city)


def test_the_billing_desk(city: Office, desk: Callable[..., Desk]) -> None:
    """A bill is explained, cancelled and made anew; a special bill is posted and cancelled."""
    luis, account = desk("luis", DAY), row_of()
    newest = str(recent_bills(account)[0].number)
    assert bill_question(newest).causes
    correction = Correction(reads=(ReadFix(read_on("M000001", READ).read_id, 1050),))
    foreseen = plan_correction(correction, luis.business_day)
    before = balances([account])[account]
    posted = cancel_rebill(luis, correction, seen=foreseen.digest, reason="photo").posted
    assert find_bill(posted[0]).replaces == newest
    assert balances([account])[account] == before + foreseen.difference_cents < before

    keyed = {"bill": posted[0], "repaired": DAY.isoformat(), "proof": "Plumber's bill"}
    maria = desk("maria", DAY)
    asked = post_or_ask(maria, draft_special(maria, "leak", NUMBER, keyed), reason="Seen")
    seen = find_request(luis, asked.request).digest
    approve_request(luis, asked.request, seen=seen, executors=EXECUTORS)
    cancel_special(luis, "X26-0000001", "No leak")
    assert balances([account])[account] == before + foreseen.difference_cents
    sound(city)


def test_the_leads_desk(city: Office, desk: Callable[..., Desk]) -> None:
    """A class is asked for and approved; the day is audited; board and trail tell of it."""
    maria, luis = desk("maria", DAY), desk("luis", DAY)
    water = Service.get((Service.account == row_of()) & (Service.kind == "water")).id
    request = request_class_change(
        maria, water, schedule="WATER", rate_class="MFR", from_day=READ, reason="Two units"
    )
    add_note(maria, row_of(), "100% sure: two_units")
    assert [item for item in board(luis, mine=False) if str(request) in item.item.key]
    seen = find_request(luis, request)
    approve_request(luis, request, seen=seen.digest, executors=EXECUTORS)
    assert list_requests(luis) == ()

    nora = desk("nora", DAY + timedelta(days=1))
    assert open_day(nora, DAY).entries == 3
    for (seq,) in rows_of("SELECT entry_id FROM input_item WHERE state = ?", ("Open",)):
        judge_entry(nora, seq, Verdict.OK)
    assert sign_off(nora, DAY).total("open") == 0
    found = search_trail(luis, TrailQuery(account=NUMBER, words="100% TWO_U"))
    assert [line.verb for line in found.lines] == ["records.add_note"]
    assert search_trail(luis, TrailQuery(field="rate_class", from_day=DAY)).lines
    sound(city)
