"""Bills to print: an ordinary one, and the ones that go wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from billing_tui.documents.bill_values import (
    AgingBuckets,
    BillAmounts,
    BillPage,
    BillService,
    ChargeLine,
    MeterRow,
    ReadKind,
    UsageHistory,
    UsageMonth,
    UtilityProfile,
)

MADE_AT = datetime(2026, 11, 9, 16, 0, tzinfo=UTC)
D = Decimal

UTILITY = UtilityProfile(
    name="City of Alder Creek",
    department="Utility Billing",
    return_lines=("215 Civic Center Drive", "Alder Creek, CA 95699-0215"),
    contact_lines=(
        "Customer service 530-555-0142, Monday to Thursday 7:30 to 5:30",
        "Water and sewer emergencies, day or night 530-555-0199",
        "aldercreek.example/bills",
    ),
    payable_to="City of Alder Creek",
    remit_lines=("Payment Processing", "PO Box 60142", "Sacramento, CA 95860-0142"),
    website="aldercreek.example/pay",
    phone="530-555-0142",
    dispute_text=(
        "If you think this bill is wrong, call or write us before the due date. Service stays on "
        "while we look into it. You may ask for a longer time to pay, a payment plan, and a review "
        "by the Finance Director; the decision can be appealed to the City Council."
    ),
)

FROM, TO = date(2026, 10, 3), date(2026, 11, 4)

WATER = BillService(
    "Water",
    "Residential 3/4-inch, 32 days",
    (
        ChargeLine("Service charge", 3142),
        ChargeLine("Tier 1, first 8 ccf", 2568, "8 ccf", "$3.2100"),
        ChargeLine("Tier 2, next 10 ccf", 4870, "10 ccf", "$4.8700"),
        ChargeLine("Tier 3, over 18 ccf", 2496, "4 ccf", "$6.2400"),
        ChargeLine("Drought surcharge, stage 1", 484, "22 ccf", "$0.2200"),
    ),
)
SEWER = BillService(
    "Sewer",
    "Residential, winter average 7 ccf",
    (
        ChargeLine("Service charge", 2894),
        ChargeLine("Flow", 1533, "7 ccf", "$2.1900"),
    ),
)
REFUSE = BillService(
    "Refuse and recycling",
    "Curbside, weekly",
    (
        ChargeLine("Refuse cart, 64 gallons", 2875, "1 cart", "$28.7500"),
        ChargeLine("Organics cart, 64 gallons", 640, "1 cart", "$6.4000"),
    ),
)
STORM = BillService(
    "Stormwater", "Single family", (ChargeLine("Impervious area", 875, "1 ERU", "$8.7500"),)
)
TAXES = BillService(
    "Taxes", "", (ChargeLine("Utility users tax on water, 6%", 814, "$135.60", "6%"),)
)


def history(service: str = "Water", unit: str = "ccf") -> UsageHistory:
    """Thirteen months with a summer peak; one month without a figure last year."""
    values = (20, 17, 14, 12, 11, 13, 16, 21, 27, 31, 30, 26, 22)
    months = tuple(
        UsageMonth(
            date(2025 + (10 + place) // 12, (10 + place) % 12 + 1, 4),
            D(value),
            None if place == 4 else D(value) + (4 if place % 3 else -2),
        )
        for place, value in enumerate(values)
    )
    return UsageHistory(
        service, unit, months, per_day=514, per_day_last_period=607, per_day_last_year=561
    )


def bill(**changes: object) -> BillPage:
    """An ordinary bill of a house with water, sewer, refuse and stormwater."""
    services = (WATER, SEWER, REFUSE, STORM, TAXES)
    page = BillPage(
        utility=UTILITY,
        bill_number="2611004172",
        account_number="0042-01730-02",
        customer_name="Guadalupe Hernandez",
        mailing_lines=("1847 Mill Race Lane", "Alder Creek, CA 95699-3217"),
        service_address="1847 Mill Race Ln",
        cycle="04",
        route="042",
        bill_day=date(2026, 11, 9),
        due_day=date(2026, 12, 1),
        amounts=BillAmounts(
            previous_balance=21864,
            payments=-21864,
            adjustments=0,
            penalties=0,
            current_charges=sum(service.cents for service in services),
            after_due=25510,
        ),
        services=services,
        meters=(
            MeterRow(
                "Water", "60114273", FROM, TO, D(1417), D(1439), ReadKind.ACTUAL, D(22), "ccf"
            ),
        ),
        usage=history(),
        messages=(
            "Rain is here: please turn your sprinklers off for 48 hours after it rains.",
            "City Hall is closed on November 26 and 27; pay at the drop box or online.",
        ),
        language_block=(
            "Este aviso es importante. Si necesita ayuda en español, llame al 530-555-0142.",
            "Thông báo quan trọng. Nếu cần giúp đỡ bằng tiếng Việt, xin gọi 530-555-0142.",
        ),
        qr_text="https://aldercreek.example/pay?a=00420173002&b=2611004172",
        imb_tracking="00270123456004172001",
        imb_routing="95699321747",
    )
    return replace(page, **changes)  # type: ignore[arg-type]


def with_services(*services: BillService, **changes: object) -> BillPage:
    """A bill of other services, its current charges adding up."""
    amounts = BillAmounts(0, 0, 0, 0, sum(service.cents for service in services))
    return bill(services=services, **({"amounts": amounts} | changes))


def commercial() -> BillPage:
    """A plant with two water meters and electric demand: two pages."""
    electric = BillService(
        "Electric",
        "Large general service, time of use, 32 days",
        (
            ChargeLine("Customer charge", 14250),
            ChargeLine("On-peak energy", 412_345, "18,204 kWh", "$0.22651"),
            ChargeLine("Mid-peak energy", 298_112, "17,400 kWh", "$0.17133"),
            ChargeLine("Off-peak energy", 502_118, "41,012 kWh", "$0.12243"),
            ChargeLine("On-peak demand", 310_400, "160 kW", "$19.4000"),
            ChargeLine("Facilities demand", 148_500, "165 kW", "$9.0000"),
            ChargeLine("Power factor adjustment", 3_312, "41.4 kVA", "$0.8000"),
            ChargeLine("Public benefits charge, 2.85%", 48_138),
            ChargeLine("State energy resources surcharge", 2_298, "76,616 kWh", "$0.00030"),
        ),
    )
    water = BillService(
        "Water",
        "Commercial 4-inch, 32 days",
        (
            ChargeLine("Service charge, 4-inch", 48_620),
            ChargeLine("Service charge, 2-inch irrigation", 17_855),
            ChargeLine("Uniform rate", 396_630, "1,017 ccf", "$3.9000"),
            ChargeLine("Irrigation", 112_200, "220 ccf", "$5.1000"),
            ChargeLine("Backflow device test", 6_500, "1 each", "$65.0000"),
            ChargeLine("Fire line, 8-inch", 9_880),
            ChargeLine("Drought surcharge, stage 1", 27_214, "1,237 ccf", "$0.2200"),
        ),
    )
    sewer = BillService(
        "Sewer",
        "Commercial, high strength",
        (
            ChargeLine("Service charge", 8_214),
            ChargeLine("Flow", 315_270, "1,017 ccf", "$3.1000"),
            ChargeLine("Pretreatment program", 12_500),
        ),
    )
    refuse = BillService(
        "Refuse and recycling",
        "Commercial bins",
        (
            ChargeLine("Refuse bin, 4 cubic yards, 3 a week", 98_240, "2 each", "$491.20"),
            ChargeLine("Organics bin, 2 cubic yards", 31_200, "1 each", "$312.00"),
        ),
    )
    taxes = BillService(
        "Taxes",
        "",
        (
            ChargeLine("Utility users tax, electric, 7.5%", 130_282),
            ChargeLine("Utility users tax, water, 7.5%", 46_427),
        ),
    )
    storm = BillService(
        "Stormwater", "Commercial", (ChargeLine("Impervious area", 41_125, "47 ERU", "$8.75"),)
    )
    services = (electric, water, sewer, refuse, storm, taxes)
    meters = (
        MeterRow(
            "Electric",
            "E-700412",
            FROM,
            TO,
            D(48_112),
            D("50027.4"),
            ReadKind.ACTUAL,
            D(76_616),
            "kWh",
            D(40),
        ),
        MeterRow(
            "Water", "81200417", FROM, TO, D(23_411), D(24_428), ReadKind.ACTUAL, D(1_017), "ccf"
        ),
        MeterRow(
            "Irrigation", "81200418", FROM, TO, D(9_114), D(9_334), ReadKind.ACTUAL, D(220), "ccf"
        ),
    )
    charged = sum(service.cents for service in services)
    return bill(
        bill_number="2611004173",
        account_number="0042-90010-00",
        customer_name="Sierra Foothill Packing Company, Inc.",
        mailing_lines=("Attn Accounts Payable", "PO Box 1177", "Alder Creek, CA 95699-1177"),
        service_address="4400 Industrial Parkway, Building C",
        services=services,
        meters=meters,
        usage=replace(history("Electric", "MWh"), daily_unit="kWh per day", per_day=2394),
        amounts=BillAmounts(2_512_250, -2_400_000, -1_250, 11_225, charged, 2_600_000),
        aging=AgingBuckets(charged, 100_000, 22_225),
    )


def credit() -> BillPage:
    """A customer who paid too much."""
    charged = bill().amounts.current_charges
    return bill(
        bill_number="2611004174",
        amounts=BillAmounts(-48_000, 0, -1_500, 0, charged),
        customer_name="Ruth O'Donnell-Fitzgerald",
    )


def long_names() -> BillPage:
    """Names and an address that are as long as they come."""
    return bill(
        bill_number="2611004175",
        customer_name="The Bartholomew and Wilhelmina Featherstonehaugh-Montgomery Revocable "
        "Family Trust of 1998",
        mailing_lines=(
            "c/o Northern California Fiduciary Services and Property Management LLC",
            "12345 Avenida de las Flores Silvestres Norte, Building 14, Apartment 1207",
            "Rancho Santa Margarita, CA 92688-1234",
        ),
        service_address="12345 1/2 Avenida de las Flores Silvestres Norte, Apt 1207",
        copy_mark="Owner copy",
    )


def exchanged() -> BillPage:
    """An estimated read and a meter exchange, with a balance past due."""
    middle = date(2026, 10, 19)
    meters = (
        MeterRow(
            "Water",
            "60114273",
            FROM,
            middle,
            D(9988),
            D(4),
            ReadKind.REMOVED,
            D(16),
            "ccf",
            note="Meter exchanged on October 19; the register had turned over.",
        ),
        MeterRow(
            "Water",
            "71200051",
            middle,
            TO,
            D(0),
            D(6),
            ReadKind.ESTIMATED,
            D(6),
            "ccf",
            note="Estimated: a car stood on the meter box. The next read settles it.",
        ),
        MeterRow(
            "Electric", "E-200417", FROM, TO, D(41_207), D(41_912), ReadKind.CUSTOMER, D(705), "kWh"
        ),
    )
    electric = BillService(
        "Electric",
        "Residential, 32 days",
        (
            ChargeLine("Customer charge", 1200),
            ChargeLine("Baseline", 5_820, "420 kWh", "$0.13857"),
            ChargeLine("Over baseline", 6_270, "285 kWh", "$0.22000"),
            ChargeLine("Low-income discount, 20%", -2_658),
            ChargeLine("Public benefits charge, 2.85%", 303),
            ChargeLine("State energy resources surcharge", 21, "705 kWh", "$0.00030"),
        ),
    )
    services = (electric, WATER, SEWER, STORM)
    charged = sum(service.cents for service in services)
    return bill(
        bill_number="2611004176",
        meters=meters,
        services=services,
        amounts=BillAmounts(18_022, -5_000, 0, 651, charged, 40_000),
        aging=AgingBuckets(charged, 10_022, 3_000, 651),
        duplicate=True,
    )


def vietnamese() -> BillPage:
    """Every letter with its marks."""
    return bill(
        bill_number="2611004177",
        customer_name="Nguyễn Thị Phượng Hằng",
        pay_note="Do not pay: drawn from your bank December 1",
    )


def cyrillic() -> BillPage:
    """Cyrillic, Greek, and Armenian from the fallback font."""
    return bill(
        bill_number="2611004178",
        customer_name="Екатерина Щербакова / Արամ Խաչատրյան",
        mailing_lines=("Ελένη Παπαδοπούλου", "1847 Mill Race Lane", "Alder Creek, CA 95699-3217"),
        duplicate=True,
        copy_mark="Owner copy",
    )
