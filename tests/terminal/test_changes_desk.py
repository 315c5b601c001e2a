"""Changes in service in a real terminal: what the screens say, what they write, keyed in bursts."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pysqlite3
import pytest
from harness import check_golden
from town import SEWER, WATER, adopt

from billing_tui.foundation.transaction import write_transaction
from billing_tui.operations.verify import verify_office
from billing_tui.records.tables import Meter, MeterInstallation, Service, ServicePoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness import Terminal

    from billing_tui.operations.office import Office

    Start = Callable[..., Terminal]

REFUSE = """
schedule: REFUSE
title: Refuse
service: refuse
effective: 2025-01-01
attributes: {cart_size: text, carts: number, dwelling_units: number}
proration: {standard_days: 30, no_proration_between: [27, 33], fixed: by_days, tier_caps: none}
classes:
  RES:
    title: Residential carts
    charges:
      - code: CART
        label: Refuse cart
        kind: fixed
        revenue: refuse.fixed
        quantity: carts
        unit: cart
        price: {by: [cart_size], table: {"64": 24.00, "96": 30.00}}
  COM:
    title: Commercial bin
    charges:
      - {code: CART, label: Refuse bin, kind: fixed, revenue: refuse.fixed, amount: 90.00}
  MFR:
    title: Multi-family
    charges:
      - code: CART
        label: Refuse by dwelling
        kind: fixed
        revenue: refuse.fixed
        quantity: dwelling_units
        unit: dwelling
        price: 20.00
examples:
  - name: dwellings
    class: MFR
    from: 2026-07-01
    to: 2026-07-31
    attributes: {dwelling_units: 4}
    lines: [{code: CART, amount: 80.00}]
    total: 80.00
  - name: two carts
    class: RES
    from: 2026-07-01
    to: 2026-07-31
    attributes: {cart_size: "64", carts: 2}
    lines: [{code: CART, amount: 48.00}]
    total: 48.00
  - name: a bin
    class: COM
    from: 2026-07-01
    to: 2026-07-31
    lines: [{code: CART, amount: 90.00}]
    total: 90.00
"""
STORM = """
schedule: STORM
title: Stormwater
service: stormwater
effective: 2025-01-01
proration: {standard_days: 30, no_proration_between: [27, 33], fixed: by_days, tier_caps: none}
classes:
  SFR:
    title: Single-family
    charges:
      - {code: FEE, label: Stormwater fee, kind: fixed, revenue: stormwater.fixed, amount: 9.00}
examples:
  - name: a house
    class: SFR
    from: 2026-07-01
    to: 2026-07-31
    lines: [{code: FEE, amount: 9.00}]
    total: 9.00
"""
CLASSES = {"water": "SFR", "sewer": "RES", "refuse": "RES"}
FIRST = "10432-03"

KEYED = "verb NOT LIKE 'access.%_session'"
"""Of the trail: not who signed on and off."""


class Desks:
    """The filled office with rates in force, and what its database holds."""

    def __init__(self, office: Office, start: Start) -> None:
        self.office = office
        self._start = start
        self._home = office.home.root

    def sit(self, user: str = "maria", size: tuple[int, int] = (80, 24)) -> Terminal:
        """A person at the menu."""
        terminal = self._start(user=user, size=size)
        terminal.wait_for("F3 Sign off")
        return terminal

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the database, as another process sees them."""
        with pysqlite3.connect(str(self._home / "billing.db")) as base:
            found: list[tuple[Any, ...]] = base.execute(sql).fetchall()
        return found

    def one(self, sql: str) -> Any:
        """One value of the database."""
        return self.rows(sql)[0][0]

    def entries(self) -> list[tuple[str, str]]:
        """Verb and subject of what was keyed, oldest first."""
        return self.rows(f"SELECT verb, subject FROM audit_entry WHERE {KEYED} ORDER BY seq")

    def newest(self) -> dict[str, Any]:
        """What the newest audit entry says was changed."""
        after: dict[str, Any] = json.loads(
            self.one("SELECT after FROM audit_entry ORDER BY seq DESC LIMIT 1")
        )
        return after


@pytest.fixture
def desks(office: Office, start: Start) -> Desks:
    """Every account under classes that the rates have."""
    with write_transaction(office.store):
        for text in (WATER, SEWER, REFUSE):
            adopt(text)
        for kind, rate_class in CLASSES.items():
            Service.update(rate_class=rate_class).where(Service.kind == kind).execute()
    office.close()
    return Desks(office, start)


WAYS = {
    "ACC030": (
        "maria",
        "acc030<enter>new<enter>Okada, Kenji<enter><enter><enter><enter>new<enter>77 New Rd #4"
        + "<enter>" * 4
        + "07<enter><enter>res<enter><enter>96<enter><enter>",
        "Thirty days",
    ),
    "CHG010": ("maria", f"chg010 {FIRST}<enter>", "Billed to"),
    "CHG010-carts": (
        "maria",
        f"chg010 {FIRST}<enter>carts<enter><enter>64<enter>2<enter>moved<enter>",
        "Everything is keyed",
    ),
    "CHG010-class": (
        "maria",
        f"chg010 {FIRST}<enter>class<enter>ref<enter>t<enter>com<enter>a shop now<enter>",
        "F10 asks for it",
    ),
    "CHG010-end": (
        "maria",
        f"chg010 {FIRST}<enter>end<enter>wat<enter>t<enter><enter>1501<enter>",
        "ended",
    ),
    "CHG020": (
        "maria",
        f"chg020 {FIRST}<enter><enter>PO Box 77<enter>Sierra Vista CA 95603-0077<enter>",
        "956030077",
    ),
    "CHG030": (
        "maria",
        f"chg030 {FIRST}<enter><enter>hold b<enter><enter>n<enter>+30<enter>",
        "looked at again",
    ),
    "CHG040": ("luis", f"chg040 {FIRST}<enter>", "Printed name"),
    "CHG040-two": ("luis", f"chg040 {FIRST}<enter><f11>010126", "as before"),
}


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])
@pytest.mark.parametrize("name", WAYS)
def test_screen(desks: Desks, name: str, size: tuple[int, int]) -> None:
    """Every row, at the smallest size and at a large one."""
    user, keys, shown = WAYS[name]
    terminal = desks.sit(user, size)
    terminal.keyed(keys, shown)
    terminal.settle()

    check_golden(f"{name}-{size[0]}x{size[1]}", terminal.text)


def test_a_clerks_morning(desks: Desks) -> None:
    """From the menu: carts, a class that waits, mail, a hold; then what differs since yesterday."""
    maria = desks.sit()
    maria.keyed("1.8<enter>delgado<enter>carts<enter><enter>64<enter>2<enter>moved<enter>", "F10")
    maria.keyed("<f10>", f"{FIRST}: Carts changed from 11/20/26.")
    assert desks.newest()["carts"] == "2"
    assert desks.rows(
        "SELECT t.name, t.value FROM service_attribute t JOIN service s ON s.id = t.service_id"
        " WHERE s.account_id = 1 AND t.from_day = '2026-11-20' ORDER BY t.name"
    ) == [("cart_size", "64"), ("carts", "2")]

    maria.keyed(f"chg010 {FIRST}<enter>class<enter>ref<enter>t<enter>com<enter>a shop<enter>", "*")
    maria.keyed("<f10>", "Request 1 waits for a lead: class from 11/20/26.")
    assert desks.rows("SELECT kind, state, subject FROM change_request") == [
        ("records.change_class", "Pending", FIRST)
    ]
    assert desks.one("SELECT count(*) FROM service WHERE account_id = 1") == 3

    maria.keyed(f"chg020 {FIRST}<enter><enter>PO Box 77<enter>Reno NV 89501<enter>", "89501")
    maria.keyed("<f10>", f"Bills of {FIRST} go to PO Box 77 from 11/20/26 on.")
    assert desks.rows("SELECT lines, zip, from_day, to_day FROM mailing_address") == [
        ("PO Box 77\nReno NV 89501", "89501", "2026-11-20", None)
    ]

    maria.keyed(f"chg030 {FIRST}<enter><enter>hold b<enter><enter>+30<enter>leak<enter>", "F10")
    maria.keyed("<f10>", f"{FIRST}: Hold bill to 12/20/26.")
    assert desks.rows("SELECT kind, to_day, reason FROM account_flag WHERE id > 1") == [
        ("Hold bill", "2026-12-20", "leak")
    ]
    assert desks.entries() == [
        ("records.change_service_attribute", FIRST),
        ("access.request_change", "1"),
        ("records.change_mailing_address", FIRST),
        ("records.add_flag", FIRST),
    ]

    maria.keyed(f"chg040 {FIRST}<enter><f11>111926", "5 differences")
    maria.settle()
    for shown in ("PO Box 77", "to 12/20/26: leak", "Number of carts", "64"):
        assert shown in maria.text
    broken = [one.id for one in verify_office(desks.office.store) if one.broken]
    assert [one for one in broken if one.startswith(("RECORDS", "ACCESS"))] == []


def test_a_lead_changes_the_class_at_once(desks: Desks) -> None:
    """No request; the service goes on as a new row from the day of the read."""
    luis = desks.sit("luis")
    keys = f"chg010 {FIRST}<enter>class<enter>ref<enter>t<enter>com<enter>a shop now<enter>"
    luis.keyed(keys, "Everything is keyed")
    luis.settle()
    assert "F10 asks for it" not in luis.text
    luis.keyed("<f10>", f"{FIRST}: Class changed from 11/20/26.")
    assert desks.rows(
        "SELECT rate_class, from_day, to_day FROM service WHERE account_id = 1 AND kind = 'refuse'"
    ) == [("RES", "2019-03-01", "2026-11-19"), ("COM", "2026-11-20", None)]
    assert desks.one("SELECT count(*) FROM change_request") == 0


def test_a_flag_that_ends_before_the_bill_says_that_it_counts_on_none(desks: Desks) -> None:
    """And a last day before the first is refused in its field, before anything is saved."""
    maria = desks.sit()
    maria.keyed(
        f"chg030 {FIRST}<enter><enter>hold b<enter>112126112526<enter>", "it counts on none"
    )
    maria.keyed("<f12><enter>", "F3 Sign off")
    maria.keyed(
        f"chg030 {FIRST}<enter><enter>hold b<enter><enter>110126<enter>",
        "! The last",
        "The last day comes before the first.",
    )
    assert "!110126" in maria.text


def test_flags_end_and_need_their_proof(desks: Desks) -> None:
    """To end a flag only those in force are listed; relief without a proof is refused there."""
    maria = desks.sit()
    maria.keyed(f"chg030 {FIRST}<enter>end<enter><f4>", "NO SHUTOFF: MEDICAL")
    maria.settle()
    assert "HOLD BILL" not in maria.text
    maria.keyed("<f12>hold b<enter>", "no such flag in force")
    maria.keyed("no s<enter><enter>moved away<enter>", "its last day is 11/20/26")
    maria.keyed("<f10>", f"{FIRST}: No shutoff: medical to 11/20/26.")
    assert desks.rows("SELECT to_day FROM account_flag") == [("2026-11-20",)]
    maria.keyed(f"chg030 {FIRST}<enter><enter>low<enter><enter><enter>CARE<enter><enter>", "Every")
    maria.keyed("<f10>", "needs a proof")
    maria.keyed("CARE letter<enter><f10>", "Low income to 11/19/28")
    assert desks.rows("SELECT kind, proof, to_day FROM account_flag WHERE id > 1") == [
        ("Low income", "CARE letter", "2028-11-19")
    ]


def test_a_doubtful_read_of_a_service_that_ends_is_asked_about(desks: Desks) -> None:
    """As on the moves: the second F10 saves it, F12 goes back and loses nothing."""
    maria = desks.sit()
    maria.keyed(f"chg010 {FIRST}<enter>end<enter>wat<enter>t<enter><enter>99999<enter>", "* Meter")
    maria.keyed("sold<enter><f10>", "Look at the reading again")
    maria.keyed("<f12>", "what was keyed still stands")
    assert desks.entries() == []
    maria.keyed("<f10><f10>", "Service ended")
    assert [verb for verb, _ in desks.entries()] == ["service_orders.end_service"]


def test_any_other_attribute(desks: Desks) -> None:
    """Of a service which is asked for, and of the place."""
    maria = desks.sit()
    keys = f"chg010 {FIRST}<enter>other<enter>winter<enter>sew<enter><enter>12<enter>new<enter>"
    maria.keyed(keys, "Winter average", "9 -> 12")
    maria.keyed("<f10>", "Attribute changed from 11/20/26")
    maria.keyed(f"chg010 {FIRST}<enter>other<enter>dwell<enter><enter>2.5<enter>", "whole number")
    maria.keyed("2<enter><enter><f10>", "Attribute changed from 11/20/26")
    assert desks.rows(
        "SELECT name, value FROM service_attribute WHERE from_day = '2026-11-20'"
        " UNION ALL SELECT name, value FROM location_attribute"
    ) == [("winter_average", "12"), ("dwelling_units", "2")]


def test_an_account_at_a_new_place(desks: Desks) -> None:
    """From the menu: customer, place, points and account in one entry; the account is found."""
    maria = desks.sit()
    keys = "new<enter>Okada, Kenji<enter>8055550199<enter><enter><enter>new<enter>"
    maria.keyed("1.7<enter>" + keys, "not entered yet")
    maria.keyed("New Rd<enter>", "Key the number first")
    maria.keyed("77 New Rd Unit 4<enter><enter><enter><enter>07<enter><enter>com<enter>", "Carts")
    maria.keyed("<enter>96<enter><enter><f10>", "begins on 11/20/26")
    assert desks.rows(
        "SELECT c.name, l.house, l.street, l.unit, l.city, l.zip, y.code FROM account a"
        " JOIN customer c ON c.id = a.customer_id JOIN location l ON l.id = a.location_id"
        " JOIN cycle y ON y.id = a.cycle_id ORDER BY a.id DESC LIMIT 1"
    ) == [("Okada, Kenji", "77", "New Rd", "Unit 4", "Sierra Vista", "95603", "07")]
    assert desks.rows(
        "SELECT s.kind, s.schedule, s.rate_class, t.name, t.value FROM service s"
        " JOIN service_attribute t ON t.service_id = s.id"
        " WHERE s.account_id = (SELECT max(id) FROM account) ORDER BY t.name"
    ) == [
        ("refuse", "REFUSE", "COM", "cart_size", "96"),
        ("refuse", "REFUSE", "COM", "carts", "1"),
    ]
    [(verb, number)] = desks.entries()
    assert verb == "service_orders.open_at_new_place"
    assert maria.lines[0].startswith(" ACC020")
    assert maria.lines[1].startswith(f" {number}  Okada, Kenji")


def test_one_more_account_where_somebody_lives(desks: Desks) -> None:
    """Only what nobody takes is offered; a free meter is read; the account there stays as it is."""
    with write_transaction(desks.office.store):
        taken = ServicePoint.get(ServicePoint.kind == "water")
        garden = ServicePoint.create(
            location=taken.location, kind="water", route=taken.route, sequence=5, metered=True
        )
        meter = Meter.create(number="GARDEN1", size='1"', dials=6, unit="ccf", status="Installed")
        MeterInstallation.create(
            meter=meter, service_point=garden, from_day=date(2026, 11, 1), first_reading=100
        )
    desks.office.close()
    maria = desks.sit()
    maria.keyed("1.7<enter>egan<enter>418 alder<enter><enter>sfr<enter><enter>", "GARDEN1")
    maria.keyed("104<enter>", "Everything is keyed")
    maria.keyed("<f10>", "Look at the reading again")
    maria.keyed("<f10>", "begins on 11/20/26")
    assert desks.rows(
        "SELECT a.number, c.name, s.kind, s.from_day, m.number FROM service s"
        " JOIN account a ON a.id = s.account_id JOIN customer c ON c.id = a.customer_id"
        " JOIN meter_installation i ON i.service_point_id = s.service_point_id"
        " JOIN meter m ON m.id = i.meter_id WHERE s.id = (SELECT max(id) FROM service)"
    ) == [("10432-04", "Egan, Pat", "water", "2026-11-20", "GARDEN1")]
    assert desks.one("SELECT status FROM account WHERE number = '10432-03'") == "Active"
    assert [verb for verb, _ in desks.entries()] == ["service_orders.start_service"]
    maria.keyed("<f2>1.7<enter>egan<enter>418 alder<enter>", "nothing is left to open")


def test_a_lead_is_asked_whether_it_is_meant(desks: Desks) -> None:
    """A day in what was billed takes a lead's Y; the trail says so."""
    luis = desks.sit("luis")
    luis.keyed(f"chg010 {FIRST}<enter>zone<enter>100126", "Despite the bill")
    luis.keyed("<enter>2<enter>misread map<enter><f10>", "begin then, or despite it.")
    luis.keyed("y<enter>", "stay as they are until 3.5 (BIL050)")
    luis.keyed("<f10>", "Zone changed from 10/01/26")
    assert desks.newest()["despite_billed"] == "water to 2026-10-14 by run 2026-10-07-1"


def test_what_the_verb_would_refuse_stands_on_the_sheet(desks: Desks) -> None:
    """Before F10: the meter was not read on that day."""
    luis = desks.sit("luis")
    keys = f"chg010 {FIRST}<enter>class<enter>wat<enter>102426water/sfr<enter>"
    luis.keyed(keys, "meter was not read on 10/24/26")


def test_what_cannot_be_is_said_on_its_field(desks: Desks) -> None:
    """A day in what was billed, a service that is taken, a day without a read; nothing is saved."""
    maria = desks.sit()
    maria.keyed(f"chg010 {FIRST}<enter>zone<enter>100126", "billed to 10/14/26", "!100126")
    maria.keyed("<f3>", "F3 Sign off")
    maria.keyed(f"chg010 {FIRST}<enter>add<enter>refuse<enter>", "Nothing is left to add")
    maria.keyed("<f3>", "F3 Sign off")
    keys = f"chg010 {FIRST}<enter>class<enter>wat<enter>102426water/mfr<enter>"
    maria.keyed(keys, "no class in force")
    assert desks.entries() == []


def _accounts(desks: Desks) -> list[str]:
    return [number for (number,) in desks.rows("SELECT number FROM account ORDER BY number")]


def test_carts_of_every_account_in_one_burst(desks: Desks) -> None:
    """All keys at once, opening the screen for each account: every change exact, in order."""
    maria, numbers = desks.sit(), _accounts(desks)
    plan = [(number, "64", str(2 + at)) for at, number in enumerate(numbers)]
    maria.type(
        *(
            f"chg010 {number}<enter>carts<enter><enter>{size}<enter>{carts}<enter>b<enter><f10>"
            for number, size, carts in plan
        )
    )
    last = f"{numbers[-1]}: Carts changed"
    maria.wait_for(last, 180)
    maria.settle()
    assert (
        desks.rows(
            "SELECT a.number, max(CASE t.name WHEN 'cart_size' THEN t.value END),"
            " max(CASE t.name WHEN 'carts' THEN t.value END) FROM service_attribute t"
            " JOIN service s ON s.id = t.service_id JOIN account a ON a.id = s.account_id"
            " WHERE t.from_day = '2026-11-20' GROUP BY a.number ORDER BY a.number"
        )
        == plan
    )
    assert len(desks.entries()) == len(plan)


def test_mail_of_every_account_in_clumps(desks: Desks) -> None:
    """What a jittery line delivers, four keys at a time, with a slip taken back in between."""
    maria, numbers = desks.sit(), _accounts(desks)
    keys = "".join(
        f"chg020 {number}<enter><enter>PO Box {at}9<back><enter>Reno NV 8950{at % 10}<enter><enter>"
        f"<enter>mail {at}<enter><f10>"
        for at, number in enumerate(numbers)
    )
    maria.clump(keys)
    maria.wait_for(f"Bills of {numbers[-1]} go to", 180)
    maria.settle()
    assert desks.rows(
        "SELECT a.number, m.lines, m.zip FROM mailing_address m JOIN account a"
        " ON a.id = m.account_id ORDER BY a.number"
    ) == [
        (number, f"PO Box {at}\nReno NV 8950{at % 10}", f"8950{at % 10}")
        for at, number in enumerate(numbers)
    ]
    assert desks.rows(f"SELECT why FROM audit_entry WHERE {KEYED} ORDER BY seq") == [
        (f"mail {at}",) for at in range(len(numbers))
    ]


def test_a_day_that_was_not_seen_is_not_saved(desks: Desks) -> None:
    """Tab went over the service, on which the first day hangs: F10 shows it, and asks nobody."""
    maria = desks.sit()
    keys = f"chg010 {FIRST}<enter>class<enter>wat<tab><tab>com<tab>a shop now<f10>"
    maria.keyed(keys, "From is 101426 now, not 112026")
    assert desks.one("SELECT count(*) FROM change_request") == 0


def test_what_somebody_else_changed_is_noticed(desks: Desks) -> None:
    """The second to save is told, sees what stands now, and saves with F10 once more."""
    maria, nora = desks.sit(), desks.sit("nora")
    for one in (maria, nora):
        one.keyed(f"chg020 {FIRST}<enter><enter>PO Box 5<enter>Reno NV 89501<enter>", "89501")
    maria.keyed("<f10>", "go to PO Box 5")
    nora.keyed("<f10>", "was changed meanwhile", "PO Box 5")
    nora.keyed("<f10>", "Bills go there already")
    assert desks.one("SELECT count(*) FROM mailing_address") == 1


def test_only_services_that_can_be_added_are_offered(desks: Desks) -> None:
    """F4 lists none that the account takes already."""
    with write_transaction(desks.office.store):
        adopt(STORM)
    desks.office.close()
    maria = desks.sit()
    maria.keyed(f"chg010 {FIRST}<enter>add<enter><f4>", "STORMWATER")
    offered = maria.text.partition("-- Service to add")[2]
    assert "STORMWATER" in offered
    assert not {"WATER", "SEWER", "REFUSE"} & set(offered.split())
    maria.keyed("<f12>refuse<enter>", "takes refuse already")


def test_an_end_without_a_reason_stays_on_the_reason(desks: Desks) -> None:
    """Enter says what is missing; it does not say first that everything is keyed."""
    maria = desks.sit()
    maria.keyed(f"chg010 {FIRST}<enter>end<enter>ref<enter><enter><enter>", "Give a reason.")
    maria.settle()
    assert "Everything is keyed" not in maria.text


def test_a_class_asks_for_what_its_rate_needs(desks: Desks) -> None:
    """The field opens with the class; what is keyed there waits for the lead with it."""
    maria = desks.sit()
    maria.keyed(f"chg010 {FIRST}<enter>class<enter>ref<enter>t<enter>mfr<enter>", "Dwelling units")
    maria.settle()
    assert "Everything is keyed" not in maria.text
    maria.keyed("4<enter>four flats<enter>", "Number of dwellings: - -> 4")
    maria.keyed("<f10>", "Request 1 waits for a lead: class")
    payload = json.loads(desks.one("SELECT payload FROM change_request"))
    assert payload["after"] == {"schedule": "REFUSE", "rate_class": "MFR", "dwelling_units": "4"}


def test_an_account_that_has_everything_is_told_so(desks: Desks) -> None:
    """Before a field is asked for to which there is no answer; and no day ahead for a meter."""
    maria = desks.sit()
    maria.keyed(f"chg010 {FIRST}<enter>add<enter>", "! Nothing is left to add")
    maria.settle()
    assert "Which service" not in maria.text
    maria.keyed("end<enter>wat<enter>", "From: 0917, 9/17/26, t today, -1 yesterday")
    maria.keyed("+1<enter>", "still to come")


def test_a_list_knows_the_fields_that_tab_went_over(desks: Desks) -> None:
    """F4 in Class lists the classes of the service that was keyed before, though nobody read it."""
    maria = desks.sit("maria")
    maria.keyed(f"chg010 {FIRST}<enter>class<enter>wat<tab><tab><f4>", "Enter takes the row")
