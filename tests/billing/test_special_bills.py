"""Special bills: formulas to the cent, two people where the template says so, leaks by policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from typing import TYPE_CHECKING

import pypdf
import pytest
from bills import bill
from hypothesis import HealthCheck, given, settings, strategies as st
from town import adopt, build_town, house, plan, read_all

from billing_tui.access.approvals import find_request
from billing_tui.access.decide_request import approve_request
from billing_tui.access.desk import NotAllowed
from billing_tui.access.request_change import request_change
from billing_tui.billing.bill_view import find_bill
from billing_tui.billing.correction import Correction
from billing_tui.billing.plan_correction import plan_correction
from billing_tui.billing.rate_book import RateBook
from billing_tui.billing.special.draft import draft_of_payload
from billing_tui.billing.special.formula_lines import formula_lines
from billing_tui.billing.special.inputs import read_inputs
from billing_tui.billing.special.posting import LISTED_BILL, SPECIAL_BILL
from billing_tui.billing.special.register import special_tie_outs, special_totals
from billing_tui.billing.special.template import (
    InputType,
    read_templates,
    special_templates,
)
from billing_tui.billing.special_bill import (
    Placed,
    cancel_special,
    draft_special,
    find_special,
    post_or_ask,
    refuse_unapprovable,
    special_bills,
)
from billing_tui.documents.print_special import print_special
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import InvalidEntry, NotFound, ProblemsFound, Refused
from billing_tui.foundation.transaction import write_transaction
from billing_tui.ledger.chart import load_chart
from billing_tui.ledger.receivables import balances
from billing_tui.operations.executors import EXECUTORS
from billing_tui.operations.verify import verify_office
from billing_tui.records.add_cycle import add_cycle
from billing_tui.records.add_route import add_route
from billing_tui.records.bulk_set_up import bulk_set_up

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

HYDRANT = {"usage": "38.5", "days": "30", "moves": "1"}
_MONTHS = count()
DAMAGE = {"what": "Hydrant at Elm St", "report": "R-77", "hours": "3.5", "material": "1250.40"}
TEXT = """
templates:
  one:
    title: One
    version: "1"
    citation: A resolution
    service: water
    due_days: 21
    approval: none
    inputs:
      - {name: a, label: A, type: quantity}
      - {name: b, label: B, type: money}
    values: {c: a * 2}
    lines:
      - {label: Line, revenue: water.usage, quantity: c, unit: ccf, price: b / 3}
"""


@pytest.fixture
def account(desk: Callable[..., Desk]) -> str:
    """An account in an office that has the shipped chart and water rates."""
    luis = desk("luis")
    with write_transaction(luis.store):
        adopt(data_path("rates", "water-2026-07-01.yaml").read_text(encoding="utf-8"))
    load_chart(luis, data_path("chart_of_accounts.yaml").read_text(encoding="utf-8"))
    add_route(luis, "07-01", "Alder", add_cycle(luis, "07", "North side"))
    row = bulk_set_up(luis, [house(1)]).account_ids[0]
    return str(rows_of("SELECT number FROM account WHERE id = ?", (row,))[0][0])


def _owed(account: str) -> int:
    row = rows_of("SELECT id FROM account WHERE number = ?", (account,))[0][0]
    return balances([row])[row]


def test_shipped_templates(account: str, desk: Callable[..., Desk]) -> None:
    """Each shipped template has a citation, known accounts and a kind that somebody carries out."""
    assert account
    roles = {row[0] for row in rows_of("SELECT role FROM gl_account")}
    for template in read_templates().values():
        assert template.citation
        assert not template.approval or template.approval in EXECUTORS
        assert {line.revenue for line in template.lines} <= roles
    assert draft_special(desk("ada"), "hydrant", account, HYDRANT).total_cents == 43789


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("quantity: c,", "quantity: d,", "'d' is no number"),
        ("price: b / 3", 'price: "b /"', "no formula"),
        ("type: money", "type: coins", "no type of an input"),
        ("service: water", "service: gas", "no service"),
        ("name: b,", "name: a,", "stands twice"),
        ("due_days: 21", "due_days: 2.5", "whole number"),
        ("    citation: A resolution\n", "", "citation"),
        ("unit: ccf,", "units: ccf,", "not known here"),
    ],
)
def test_a_template_that_cannot_be_used(old: str, new: str, said: str) -> None:
    """Unknown names, broken formulas and missing citations are refused when the file is read."""
    assert special_templates(TEXT)
    with pytest.raises(ProblemsFound, match=said):
        special_templates(TEXT.replace(old, new))


@settings(max_examples=60)
@given(st.decimals(0, 10_000, places=3), st.decimals(0, 10_000, places=2), st.integers(1, 400))
def test_lines_are_quantity_times_price(a: Decimal, b: Decimal, days: int) -> None:
    """Every line is rounded half up once; the total is the sum of the lines."""
    template = special_templates(TEXT.replace("b / 3", "b / 4"))["one"]
    values = read_inputs(template, {"a": f"{a}", "b": f"{b}"})

    lines, _ = formula_lines(template, values, date(2026, 1, 1) + timedelta(days), RateBook())

    exact = (2 * a * b / 4).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert sum(line.cents for line in lines) == int(exact * 100)
    assert len(lines) == (1 if exact else 0)


@pytest.mark.parametrize(
    ("keyed", "field"),
    [
        ({"usage": "x", "days": "30"}, "usage"),
        ({"usage": "-1", "days": "30"}, "usage"),
        ({"usage": "1e5", "days": "30"}, "usage"),
        ({"usage": "1.2345", "days": "30"}, "usage"),
        ({"usage": "5", "days": "0"}, "days"),
        ({"usage": "5", "days": "3.5"}, "days"),
        ({"usage": "5", "days": "367"}, "days"),
        ({"usage": "5"}, "days"),
        ({"usage": "5", "days": "30", "tip": "1"}, "template"),
    ],
)
def test_wrong_inputs(
    account: str, desk: Callable[..., Desk], keyed: Mapping[str, str], field: str
) -> None:
    """An input that is missing, no number, too fine or out of bounds is named."""
    with pytest.raises(ProblemsFound) as caught:
        draft_special(desk("maria"), "hydrant", account, keyed)

    assert [problem.field for problem in caught.value.problems] == [field]


def test_posted_at_once(account: str, desk: Callable[..., Desk], office: Office) -> None:
    """A template without approval: posted once by key, balanced, tied out, and the books hold."""
    maria = desk("maria")
    draft = draft_special(maria, "hydrant", account, HYDRANT)

    placed = post_or_ask(maria, draft, reason="Permit 12", key="k1")

    assert placed == Placed(number="X26-0000001")
    assert post_or_ask(maria, draft, reason="Permit 12", key="k1") == placed
    found = find_special("x26-0000001")
    assert [line.cents for line in found.lines] == [23389, 10200, 10200]
    assert found.due_day == maria.business_day + timedelta(days=21)
    assert _owed(account) == 43789
    day = maria.business_day
    assert all(tie.agrees and tie.left == 43789 for tie in special_tie_outs(day, day))
    assert sum(total.cents for total in special_totals(day, day)) == 43789
    assert [one.number for one in special_bills()] == ["X26-0000001"]
    verbs = rows_of("SELECT verb, subject, why FROM audit_entry ORDER BY seq DESC LIMIT 1")
    assert verbs == [("billing.post_special", "X26-0000001", "Permit 12")]
    assert not [one for one in verify_office(office.store) if one.broken]


def _hydrant(desk: Desk, account: str, moves: int) -> Placed:
    keyed = {"usage": "0", "days": "1", "moves": str(moves)}
    return post_or_ask(desk, draft_special(desk, "hydrant", account, keyed), reason="Permit 12")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.integers(0, 9), min_size=1, max_size=6, unique=True))
def test_what_one_person_posts_alone(
    account: str, desk: Callable[..., Desk], moves: list[int]
) -> None:
    """At most 1,000.00 for an account in thirty days, however it is split; a lead does the rest."""
    maria = desk("maria", date(2027, 1, 1) + timedelta(days=31 * next(_MONTHS)))
    before, alone = _owed(account), 0
    for one in moves:
        cents = 340 + 10200 * one
        placed = _hydrant(maria, account, one)
        assert bool(placed.number) == (alone + cents <= 100_000)
        alone += cents if placed.number else 0
    assert _owed(account) == before + alone


def test_nothing_is_posted_without_a_reason(account: str, desk: Callable[..., Desk]) -> None:
    """Neither alone nor by asking."""
    maria = desk("maria")
    for template, keyed in (("hydrant", HYDRANT), ("damage", DAMAGE)):
        draft = draft_special(maria, template, account, keyed)
        with pytest.raises(InvalidEntry, match="reason"):
            post_or_ask(maria, draft, reason=" ")
    assert _owed(account) == 0


def test_above_the_limit_a_lead_approves(account: str, desk: Callable[..., Desk]) -> None:
    """Thirty moves wait, whatever the draft says; a bill that was posted stays so when retried."""
    maria, luis = desk("maria"), desk("luis")
    draft = draft_special(maria, "hydrant", account, HYDRANT | {"moves": "30"})
    assert draft.approval == LISTED_BILL
    with pytest.raises(Refused, match="second person"):
        post_or_ask(maria, replace(draft, approval=""), reason="x")
    asked = post_or_ask(maria, draft, reason="Permit 12")
    assert _owed(account) == 0
    request = find_request(luis, asked.request)
    approve_request(luis, asked.request, seen=request.digest, executors=EXECUTORS)
    assert _owed(account) == draft.total_cents

    small = draft_special(maria, "hydrant", account, HYDRANT | {"moves": "4"})
    first = post_or_ask(maria, small, reason="Permit 12", key="k2")
    assert first.number == "X26-0000002"
    assert post_or_ask(maria, small, reason="Permit 12", key="k2") == first
    assert draft_special(maria, "hydrant", account, HYDRANT).approval == LISTED_BILL
    later = desk("maria", maria.business_day + timedelta(days=30))
    assert draft_special(later, "hydrant", account, HYDRANT).approval == ""


def test_only_who_may(account: str, desk: Callable[..., Desk]) -> None:
    """A cashier posts none, an auditor asks for none; nothing stands afterwards."""
    draft = draft_special(desk("cass"), "hydrant", account, HYDRANT)
    with pytest.raises(NotAllowed):
        post_or_ask(desk("cass"), draft, reason="x")
    wanted = draft_special(desk("ada"), "damage", account, DAMAGE)
    with pytest.raises(NotAllowed):
        post_or_ask(desk("ada"), wanted, reason="x")
    assert _owed(account) == 0


def test_two_people(account: str, desk: Callable[..., Desk]) -> None:
    """Damage takes a second person: what was asked for is posted line by line, in both names."""
    maria, luis = desk("maria"), desk("luis")
    draft = draft_special(maria, "damage", account, DAMAGE)

    asked = post_or_ask(maria, draft, reason="Contractor hit the hydrant")

    assert _owed(account) == 0
    request = find_request(luis, asked.request)
    assert request.amount_cents == draft.total_cents == 177536
    assert ("total", "1,775.36") in [(one.field, one.after) for one in request.changes]
    done = approve_request(luis, asked.request, seen=request.digest, executors=EXECUTORS)
    posted = find_special(done.result["number"])
    assert posted.lines == draft.lines
    assert (posted.asked_by, posted.posted_by) == ("maria", "luis")
    assert _owed(account) == 177536


def test_what_is_shown_is_what_is_posted(account: str, desk: Callable[..., Desk]) -> None:
    """A request that shows another total than its lines have is not carried out."""
    maria, luis = desk("maria"), desk("luis")
    draft = draft_special(maria, "damage", account, DAMAGE)
    payload = {
        "draft": draft.payload(), "asked_by": maria.staff_id, "before": {},
        "after": draft.shown() | {"total": "1.00"},
    }  # fmt: skip
    asked = request_change(maria, SPECIAL_BILL, payload, "x", about=("account", account), cents=1)
    request = find_request(luis, asked)

    with pytest.raises(Refused, match="not what would be posted"):
        approve_request(luis, asked, seen=request.digest, executors=EXECUTORS)
    assert _owed(account) == 0


def test_what_changed_since_is_not_posted(account: str, desk: Callable[..., Desk]) -> None:
    """A draft that the office would no longer draw up alike is refused; so is another template."""
    maria = desk("maria")
    draft = draft_special(maria, "hydrant", account, HYDRANT)
    cheaper = replace(draft.lines[0], cents=1)
    with pytest.raises(Refused, match="changed since"):
        post_or_ask(maria, replace(draft, lines=(cheaper, *draft.lines[1:])), reason="x")
    with pytest.raises(Refused, match="changed since"):
        post_or_ask(maria, replace(draft, digest="0" * 64), reason="x")


def test_larger_than_anybody_may_approve(account: str, desk: Callable[..., Desk]) -> None:
    """Above the policy's limit nobody may approve, so nobody may ask."""
    maria = desk("maria")
    draft = draft_special(maria, "damage", account, DAMAGE | {"material": "240000"})
    with pytest.raises(Refused, match="Nobody may approve"):
        post_or_ask(maria, draft, reason="x")
    with pytest.raises(Refused, match=r"25,000\.00 is the most\. Check what was keyed"):
        refuse_unapprovable(maria, draft)

    half = draft_special(maria, "damage", account, DAMAGE | {"material": "14000"})
    refuse_unapprovable(maria, half)
    post_or_ask(maria, half, reason="first half")
    with pytest.raises(Refused, match="Nobody may approve"):
        refuse_unapprovable(maria, replace(half, inputs=half.inputs | {"report": "other"}))


def test_a_draft_survives_as_json(account: str, desk: Callable[..., Desk]) -> None:
    """What waits for approval is the draft itself."""
    draft = draft_special(desk("maria"), "bulk", account, {"loads": "3", "gallons": "4000"})

    assert draft_of_payload(draft.payload()) == draft
    assert draft.lines[0].quantity == "16.043"


def test_on_paper(account: str, desk: Callable[..., Desk]) -> None:
    """Its own page: lines, total, due day and the citation."""
    maria = desk("maria")
    draft = draft_special(maria, "hydrant", account, HYDRANT)
    number = post_or_ask(maria, draft, reason="Permit 12").number

    printed = print_special(maria, number)

    told = " ".join(pypdf.PdfReader(printed.path).pages[0].extract_text().split())
    for text in ("X26-0000001", "Water through a hydrant meter", "$437.89", "Resolution 2026-041"):
        assert text in told
    for claim in ("Previous balance", "Balance forward", "Account summary"):
        assert claim not in told


def test_unknown(account: str, desk: Callable[..., Desk]) -> None:
    """No such template, account or bill."""
    for template, number in (("hose", account), ("hydrant", "99999-99")):
        with pytest.raises(NotFound):
            draft_special(desk("maria"), template, number, HYDRANT)
    with pytest.raises(NotFound):
        find_special("X26-0000009")


@pytest.fixture
def leaking(desk: Callable[..., Desk], tmp_path: Path) -> str:
    """Number of the newest bill of a house that used 9 ccf a month, and 60 in the last one."""
    build_town(desk, 1)
    reading, day = 1000, date(2026, 10, 14)
    for name, used in (("2026-08", 9), ("2026-09", 9), ("2026-10", 9), ("2026-11", 60)):
        reading += used
        instance = plan(desk, name, day, day)
        read_all(desk, instance, {"M000001": reading}, day, tmp_path)
        bill(desk, name)
        day += timedelta(days=16)
    return "B26-0000004"


LEAK_DAY = date(2026, 12, 20)


def _leak(desk: Desk, number: str) -> Placed:
    keyed = {"bill": number, "repaired": "2026-11-20", "proof": "Invoice 88 of Ace Plumbing"}
    draft = draft_special(desk, "leak", find_bill(number).account, keyed)
    return post_or_ask(desk, draft, reason="Pipe repaired")


def test_leak_credit(desk: Callable[..., Desk], leaking: str, office: Office) -> None:
    """Use above normal at the lowest tier: the credit is what that costs less."""
    maria, luis = desk("maria", LEAK_DAY), desk("luis", LEAK_DAY)
    before = _owed(find_bill(leaking).account)

    asked = _leak(maria, leaking)

    request = find_request(luis, asked.request)
    result = approve_request(luis, asked.request, seen=request.digest, executors=EXECUTORS).result
    found = find_special(result["number"])
    view = find_bill(leaking)
    normal = view.services[0].days * 9 / 16
    excess = next(line for line in found.lines if line.label == "Excess at the leak price")
    assert excess.price == "2.87"
    assert excess.quantity is not None
    assert abs(float(excess.quantity) - (60 - normal)) < 1
    assert found.corrects == leaking
    assert -view.current_cents < found.total_cents < 0
    assert _owed(view.account) == before + found.total_cents
    assert {line.service for line in found.lines} == {"water", "sewer"}
    paper = pypdf.PdfReader(print_special(luis, found.number).path)
    assert f"Against bill {leaking}" in paper.pages[0].extract_text()
    assert not [one for one in verify_office(office.store) if one.broken]


def test_leak_credit_is_given_once(desk: Callable[..., Desk], leaking: str) -> None:
    """Not twice in the policy's months, not for an old bill, not beyond what two people saw."""
    maria, luis = desk("maria", LEAK_DAY), desk("luis", LEAK_DAY)
    first = _leak(maria, leaking)
    request = find_request(luis, first.request)
    approve_request(luis, first.request, seen=request.digest, executors=EXECUTORS)

    with pytest.raises(Refused, match="one in 24 months"):
        _leak(maria, leaking)
    with pytest.raises(Refused, match="older than 90 days"):
        _leak(desk("maria", date(2027, 6, 1)), leaking)


def test_a_credit_stands_in_the_way_of_cancelling(desk: Callable[..., Desk], leaking: str) -> None:
    """The adjusted bill is corrected only after its credit was cancelled."""
    maria, luis = desk("maria", LEAK_DAY), desk("luis", LEAK_DAY)
    asked = _leak(maria, leaking)
    request = find_request(luis, asked.request)
    approve_request(luis, asked.request, seen=request.digest, executors=EXECUTORS)
    before = _owed(find_bill(leaking).account)

    with pytest.raises(Refused, match="has the credit X26-0000001"):
        plan_correction(Correction(bills=(leaking,)), LEAK_DAY)
    credit = cancel_special(luis, "X26-0000001", "Reckoned from a wrong read")

    assert credit.cancelled == "Reckoned from a wrong read"
    assert _owed(find_bill(leaking).account) == before - credit.total_cents
    assert plan_correction(Correction(bills=(leaking,)), LEAK_DAY)
    assert _leak(maria, leaking).request
    with pytest.raises(Refused, match="reversed before"):
        cancel_special(luis, "X26-0000001", "Again")
    with pytest.raises(Refused, match="was cancelled"):
        print_special(maria, "X26-0000001")
    with pytest.raises(NotAllowed):
        cancel_special(maria, "X26-0000001", "x")


def test_the_next_bill_counts_it(
    desk: Callable[..., Desk], leaking: str, tmp_path: Path, office: Office
) -> None:
    """What a special bill moved stands on the next regular bill among the adjustments."""
    maria, luis = desk("maria", date(2026, 12, 1)), desk("luis", date(2026, 12, 1))
    asked = _leak(maria, leaking)
    request = find_request(luis, asked.request)
    result = approve_request(luis, asked.request, seen=request.digest, executors=EXECUTORS).result
    credit = find_special(result["number"])
    day = date(2026, 12, 17)
    instance = plan(desk, "2026-12", day, day)
    read_all(desk, instance, {"M000001": 1096}, day, tmp_path)

    bill(desk, "2026-12")

    newest = find_bill(find_bill(leaking).account)
    assert newest.adjustments_cents == credit.total_cents
    assert newest.due_cents == _owed(newest.account)
    assert not [one for one in verify_office(office.store) if one.broken]


def test_no_leak_credit_for_usual_use(desk: Callable[..., Desk], leaking: str) -> None:
    """A bill at normal use, and one before which nothing tells what is normal, get none."""
    assert leaking
    for number, said in (("B26-0000001", "Nothing before"), ("B26-0000002", "Nothing before")):
        with pytest.raises(Refused, match=said):
            _leak(desk("maria", LEAK_DAY), number)


def test_types_of_inputs() -> None:
    """Only numbers may stand in formulas."""
    assert [one for one in InputType if not one.is_number] == [
        InputType.DAY, InputType.TEXT, InputType.BILL,
    ]  # fmt: skip
