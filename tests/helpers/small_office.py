"""A dozen accounts with reads, bills, exceptions and a run in audit: enough for every screen."""

from __future__ import annotations

import json
from datetime import date, timedelta

from billing_tui.access.tables import Setting, StaffMember
from billing_tui.billing.tables import (
    Bill,
    BillLine,
    BillRead,
    BillRun,
    BillService,
    Finding,
    RunItem,
)
from billing_tui.ledger.tables import GLAccount, JournalEntry, Posting
from billing_tui.metering.tables import CycleInstance, Read, ReadException, StagedRead, Upload
from billing_tui.records.search_index import index_new
from billing_tui.records.tables import (
    Account,
    AccountFlag,
    Customer,
    Cycle,
    Location,
    Meter,
    MeterInstallation,
    Note,
    Phone,
    Route,
    Service,
    ServiceAttribute,
    ServicePoint,
)

TODAY = date(2026, 11, 20)
PEOPLE = (
    ("Delgado, Rosa M", "Rosa M Delgado", "418", "Alder Ct", "B"),
    ("Kwan Bakery", "Kwan Bakery", "12", "Main St", ""),
    ("Ortiz, Daniel", "Daniel Ortiz", "930", "Birch Ln", ""),
    ("Nguyen, Linh T", "Linh T Nguyen", "77", "Cedar Way", ""),
    (
        "O'Malley, Siobhan Catherine Margaret",
        "Siobhan O'Malley",
        "1450",
        "Old Stage Coach Rd",
        "12",
    ),
    ("Abernathy, Lee", "Lee Abernathy", "5", "Elm St", ""),
    ("Brandt, Ida", "Ida Brandt", "6", "Elm St", ""),
    ("Castro, Luz", "Luz Castro", "7", "Elm St", ""),
    ("Dorsey, Al", "Al Dorsey", "8", "Elm St", ""),
    ("Egan, Pat", "Pat Egan", "9", "Elm St", ""),
    ("Fuentes, Rey", "Rey Fuentes", "10", "Elm St", ""),
    ("Garza, Mia", "Mia Garza", "11", "Elm St", ""),
)
USAGE = (12, 13, 16, 11, 9, 8, 8, 10, 12, 17, 20, 22, 18, 14)
"""Water of the first account, in ccf, oldest first."""
LAST = (57, 40, 0, 12, 9, 8, 7, 11, 10, 9, 12, 8)
"""Water of November, account by account."""


def fill(staff: str = "maria") -> None:
    """Fill an empty office that is open and bound."""
    Setting.update(value=TODAY.isoformat()).where(Setting.name == "business_day").execute()
    Setting.insert(name="business_day", value=TODAY.isoformat()).on_conflict_ignore().execute()
    member = StaffMember.get(StaffMember.username == staff)
    cycle = Cycle.create(code="07", name="Old Town")
    route = Route.create(code="0701", name="Alder", cycle=cycle)
    _chart()
    october = CycleInstance.create(
        cycle=cycle, name="2026-10", read_day=date(2026, 10, 14),
        bill_day=date(2026, 10, 20), due_day=date(2026, 11, 10),
    )  # fmt: skip
    november = CycleInstance.create(
        cycle=cycle, name="2026-11", read_day=date(2026, 11, 13),
        bill_day=date(2026, 11, 20), due_day=date(2026, 12, 11),
    )  # fmt: skip
    posted = BillRun.create(
        instance=october, number="2026-10-07-1", state="Closed", prepared_by=member,
        opened_at="2026-10-19T16:00:00+00:00", bills=12, total_cents=12 * 14727,
    )  # fmt: skip
    run = BillRun.create(
        instance=november, number="2026-11-07-1", state="In audit", prepared_by=member,
        opened_at="2026-11-19T16:00:00+00:00", bills=12, total_cents=0,
    )  # fmt: skip
    december = CycleInstance.create(
        cycle=cycle, name="2026-12", read_day=date(2026, 12, 13),
        bill_day=date(2026, 12, 18), due_day=date(2027, 1, 8),
    )  # fmt: skip
    upload = Upload.create(
        instance=december, file_name="dec-07.csv", sha256="0" * 64, layout="plain csv",
        state="Checked", expected=12, received=12, staff=member, at="2026-11-13T20:00:00+00:00",
    )  # fmt: skip
    accounts = [_account(at, cycle, route, member) for at in range(len(PEOPLE))]
    for at, (account, water, meter) in enumerate(accounts):
        reads = _reads(at, meter, water.service_point, upload)
        _posted_bill(account, water, meter, reads[-2], posted, member)
        _draft(at, account, water, meter, reads, run)
    _findings(run, [account for account, _, _ in accounts])
    _exceptions(upload, accounts)
    index_new([account.id for account, _, _ in accounts])
    total = sum(bill.current_cents for bill in Bill.select().where(Bill.run == run.id))
    BillRun.update(bills=12).execute()
    BillRun.update(total_cents=total).where(BillRun.id == run.id).execute()


def _chart() -> None:
    for code, role, kind in (
        ("501-1200", "receivable.water", "asset"),
        ("501-1010", "cash.water", "asset"),
        ("501-4100", "water.usage", "revenue"),
    ):
        GLAccount.create(code=code, name=role, fund="501", type=kind, role=role)


def _account(
    at: int, cycle: Cycle, route: Route, member: StaffMember
) -> tuple[Account, Service, Meter]:
    name, mailing, house, street, unit = PEOPLE[at]
    kind = "organization" if "Bakery" in name else "person"
    customer = Customer.create(number=f"C{at:05d}", kind=kind, name=name, mailing_name=mailing)
    Phone.create(customer=customer, digits=f"530555{1200 + at}")
    location = Location.create(
        number=f"{10432 + at * 79}", house=house, street=street, unit=unit, city="Sierra Vista",
        zip="95603",
    )  # fmt: skip
    account = Account.create(
        number=f"{location.number}-03", customer=customer, location=location, cycle=cycle,
        opened=date(2019, 3, 1),
    )  # fmt: skip
    services = {}
    for kind, rate in (("water", "W-SFR"), ("sewer", "S-WAVG"), ("refuse", "R-96")):
        point = ServicePoint.create(
            location=location, kind=kind, route=route if kind == "water" else None,
            sequence=at * 10 if kind == "water" else None, metered=kind == "water",
        )  # fmt: skip
        services[kind] = Service.create(
            account=account, service_point=point, kind=kind, schedule=kind.upper(),
            rate_class=rate, from_day=date(2019, 3, 1),
        )  # fmt: skip
    ServiceAttribute.create(
        service=services["sewer"], name="winter_average", value="9", from_day=date(2026, 4, 1)
    )
    for attribute, value in (("cart_size", "96"), ("carts", "1")):
        ServiceAttribute.create(
            service=services["refuse"], name=attribute, value=value, from_day=date(2019, 3, 1)
        )
    meter = Meter.create(
        number=f"{70318842 + at}", size='3/4"', dials=6, unit="ccf", status="Installed"
    )
    MeterInstallation.create(
        meter=meter, service_point=services["water"].service_point, from_day=date(2019, 3, 1),
        first_reading=0,
    )  # fmt: skip
    if at == 0:
        AccountFlag.create(
            account=account, kind="No shutoff: medical", reason="Form on file", staff=member,
            from_day=date(2026, 4, 1), to_day=date(2027, 3, 31),
        )  # fmt: skip
        Note.create(
            account=account, at="2026-05-01T18:00:00+00:00", staff=member, sticky=True,
            text="Call before visit: dog in yard",
        )  # fmt: skip
    return account, services["water"], meter


def _reads(at: int, meter: Meter, point: ServicePoint, upload: Upload) -> list[Read]:
    reads: list[Read] = []
    reading, day = 1250, date(2025, 8, 20)
    for usage in (0, *USAGE, LAST[at]):
        reading += usage
        previous = reads[-1] if reads else None
        reads.append(
            Read.create(
                service_point=point,
                meter=meter,
                day=day,
                reading=reading,
                kind="A",
                previous=previous,
                usage_milli=usage * 1000 if previous else None,
                unit="ccf",
                days=30 if previous else None,
                upload=upload,
            )
        )
        day += timedelta(days=30)
    return reads


def _entry(  # noqa: PLR0917 - a row has as many columns
    kind: str, reference: str, day: date, cents: int, account: Account, member: StaffMember
) -> JournalEntry:
    entry = JournalEntry.create(day=day, kind=kind, reference=reference, staff=member)
    roles = {gl.role: gl for gl in GLAccount.select()}
    other = "cash.water" if kind == "payment" else "water.usage"
    Posting.create(
        entry=entry, gl_account=roles["receivable.water"], cents=cents, account=account,
        service="water", day=day, due=day + timedelta(days=21) if cents > 0 else None,
    )  # fmt: skip
    Posting.create(entry=entry, gl_account=roles[other], cents=-cents, day=day)
    return entry


def _posted_bill(  # noqa: PLR0917 - a row has as many columns
    account: Account, water: Service, meter: Meter, read: Read, run: BillRun, member: StaffMember
) -> None:
    serial = 104881 + account.id
    _entry("bill", f"B26-{serial - 6700:07d}", date(2026, 9, 19), 14940, account, member)
    _entry("payment", f"R-{55101 + account.id:06d}", date(2026, 10, 3), -11240, account, member)
    number = f"B26-{serial:07d}"
    entry = _entry("bill", number, date(2026, 10, 20), 14727, account, member)
    bill = _bill(run, account, 14727, previous=14940, payments=-11240)
    _lines(bill, water, meter, read, 14, 14727)
    bill.number, bill.state, bill.entry, bill.counted_entry = number, "posted", entry, entry.id
    bill.save()


def _draft(  # noqa: PLR0917 - a row has as many columns
    at: int, account: Account, water: Service, meter: Meter, reads: list[Read], run: BillRun
) -> None:
    cents = 2840 + 480 + LAST[at] * 429
    bill = _bill(run, account, cents, previous=18427, payments=0)
    _lines(bill, water, meter, reads[-1], LAST[at], cents)
    RunItem.create(run=run, account=account, state="computed")


def _bill(run: BillRun, account: Account, cents: int, *, previous: int, payments: int) -> Bill:
    return Bill.create(
        run=run, account=account, bill_day=run.instance.bill_day, due_day=run.instance.due_day,
        previous_cents=previous, payments_cents=payments, adjustments_cents=0,
        current_cents=cents, due_cents=previous + payments + cents,
    )  # fmt: skip


def _lines(  # noqa: PLR0917 - a row has as many columns
    bill: Bill, water: Service, meter: Meter, read: Read, usage: int, cents: int
) -> None:
    start = read.day - timedelta(days=30)
    inputs = {"attributes": {"meter_size": '3/4"'}, "related": {}, "versions": [1]}
    part = BillService.create(
        bill=bill, service=water, kind="water", schedule="WATER", rate_class="W-SFR",
        from_day=start, to_day=read.day, days=30, usage_milli=usage * 1000, unit="ccf",
        inputs=json.dumps(inputs), cents=cents,
    )  # fmt: skip
    BillRead.create(
        bill_service=part, meter=meter, read=read, previous_day=start,
        previous_reading=read.reading - usage, day=read.day, reading=read.reading, kind="A",
        usage_milli=usage * 1000,
    )  # fmt: skip
    rows = [
        ("FIX", 'Service charge 3/4"', "fixed", None, "1", "each", "28.40", None, 2840),
        ("USE", "Water use", "usage", 1, str(usage), "ccf", "4.29", None, cents - 2840 - 480),
        ("UUT", "Utility users tax", "tax", None, "64.00", "%", "7.5", None, 480),
    ]
    for position, (code, label, kind, tier, quantity, unit, price, upto, amount) in enumerate(rows):
        BillLine.create(
            bill=bill, bill_service=part, position=position, code=code, label=label, kind=kind,
            revenue="water.usage", tier=tier, quantity=quantity, unit=unit, price=price, upto=upto,
            from_day=start, to_day=read.day, cents=amount,
        )  # fmt: skip


def _findings(run: BillRun, accounts: list[Account]) -> None:
    for at, test, severity, sentence in (
        (0, "high bill", "warning", "4.1 times the usual bill"),
        (1, "first bill", "warning", "first bill of this account"),
        (2, "zero use", "warning", "no use, but somebody lives there"),
        (3, "estimated twice", "warning", "estimated twice in a row"),
        (4, "gap", "error", "one day is not billed: 10/14/26"),
    ):
        Finding.create(
            run=run, account=accounts[at], test=test, severity=severity, sentence=sentence
        )


def _exceptions(upload: Upload, accounts: list[tuple[Account, Service, Meter]]) -> None:
    for at, check, severity, sentence, arithmetic in (
        (0, "high", 3, "57 ccf is 4.1 times the usual 14.", {"usage": "57", "usual": "14"}),
        (2, "zero", 2, "No use in 30 days, and somebody lives there.", {"usage": "0"}),
        (1, "high", 2, "40 ccf is 2.9 times the usual 14.", {"usage": "40", "usual": "14"}),
    ):
        _, water, meter = accounts[at]
        staged = StagedRead.create(
            upload=upload, line=at + 2, meter_number=meter.number, meter=meter,
            service_point=water.service_point, day=date(2026, 12, 13),
            original_reading=1440 + 2 * LAST[at], reading=1440 + 2 * LAST[at],
            usage_milli=LAST[at] * 1000, unit="ccf",
        )  # fmt: skip
        ReadException.create(
            staged_read=staged, upload=upload, check_name=check, severity=severity,
            sentence=sentence, arithmetic=json.dumps(arithmetic),
        )  # fmt: skip
