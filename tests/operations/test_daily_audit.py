"""The daily audit: what is drawn, who judges it, and when a day may be signed."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING, Any

import peewee
import pytest
from hypothesis import given, strategies as st
from tamper import unguard

from billing_tui.access.desk import NotAllowed
from billing_tui.access.rights import Right
from billing_tui.access.tables import AuditEntry
from billing_tui.access.trail import head
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import BillingError, InvalidEntry, ProblemsFound, Refused
from billing_tui.operations.daily_audit.day_view import (
    audited_entries,
    clerks_of,
    corrections_of,
    my_findings,
    my_queries,
)
from billing_tui.operations.daily_audit.draw import Keyed, draw, sample_size
from billing_tui.operations.daily_audit.invariants import INVARIANTS
from billing_tui.operations.daily_audit.judge_entry import Verdict, answer_query, judge_entry
from billing_tui.operations.daily_audit.open_day import keyed_entries, open_day
from billing_tui.operations.daily_audit.policy import input_policy, read_input_policy
from billing_tui.operations.daily_audit.sheet import sheet_of
from billing_tui.operations.daily_audit.sign_off import sign_off
from billing_tui.operations.daily_audit.status import (
    day_beside,
    day_progress,
    error_rates,
    unaudited_days,
)
from billing_tui.operations.daily_audit.tables import InputItem, InputRound, InputStratum, ItemState
from billing_tui.operations.today.board import board
from billing_tui.operations.today.hand_out import dismiss
from billing_tui.operations.today.sources import input_errors
from billing_tui.operations.verify import verify_office

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

DAY, NEXT = date(2026, 11, 2), date(2026, 11, 3)
POLICY = input_policy("""
overdue_days: 3
not_input: [operations, records.skipped]
rates: {default: 0, records: 25}
clerks: {luis: {default: 100}}
must_review:
  - {name: Class, fields: [rate_class]}
  - {name: Money, verbs: [ledger]}
  - {name: Penalty, verbs: [records.add_flag, records.end_flag], values: {flag: [Hold penalty]}}
  - {name: Multiplier, fields: [multiplier], except: {multiplier: ["1000"]}}
error_codes: {WRONG: a wrong value, TWICE: keyed twice}
""")


def key(
    desk: Desk,
    verb: str = "records.note",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    *,
    about: str = "1",
) -> int:
    """Key something; the number of its entry."""
    with writing(desk, Right.LOOK, verb) as act:
        act.about("account", about)
        act.before, act.after = before or {}, after or {}
    return head()[0]


def opened(desk: Callable[..., Desk]) -> list[int]:
    """Open the day; what was drawn, in the order of the list."""
    luis = desk("luis", NEXT)
    open_day(luis, DAY, policy=POLICY)
    return [entry.seq for entry in audited_entries(luis, DAY)]


def judge(desk: Desk, seq: int, verdict: Verdict, **rest: Any) -> str:
    """Judge with the tests' policy."""
    return judge_entry(desk, seq, verdict, policy=POLICY, **rest).value


def all_hold() -> bool:
    """Every invariant of the daily audit holds."""
    return [found for check in INVARIANTS for found in check.broken()] == []


def test_must_review_comes_by_risk_and_the_newest_first(desk: Callable[..., Desk]) -> None:
    """Before the sample; what is no input or not risky is left out."""
    maria, nora = desk("maria"), desk("nora")
    money = key(nora, "ledger.post_entry")
    first = key(maria, "records.change_service", {"rate_class": "A"}, {"rate_class": "B"})
    flag = key(maria, "records.end_flag", {"flag": "Hold penalty"}, {"flag": "Hold penalty"})
    key(maria, "records.add_flag", {}, {"flag": "Senior"})
    key(maria, "records.skipped", {"rate_class": "A"}, {"rate_class": "B"})
    key(maria, "records.same", {"rate_class": "A"}, {"rate_class": "A"})
    second = key(maria, "records.change_service", {"rate_class": "A"}, {"rate_class": "B"})
    key(maria, "records.add_meter", {}, {"multiplier": 1000})
    odd = key(maria, "records.add_meter", {}, {"multiplier": 100})
    drawn = opened(desk)
    assert drawn[:5] == [second, first, money, flag, odd]
    [sampled] = drawn[5:]
    rows = {entry.seq: entry for entry in audited_entries(desk("luis"), DAY)}
    assert (rows[sampled].rule, rows[money].rule, rows[odd].rule) == ("", "Money", "Multiplier")
    assert [(c.field, c.before, c.after) for c in rows[first].changes] == [("rate_class", "A", "B")]
    assert {entry.clerk for entry in audited_entries(desk("luis"), DAY, clerk="nora")} == {"nora"}
    assert all_hold()


def test_the_sample_is_the_policy_s_rate_and_can_be_drawn_again(desk: Callable[..., Desk]) -> None:
    """A quarter of Maria's, rounded up; all of Luis's; none where the rate is nought."""
    for number in range(9):
        key(desk("maria"), about=str(number))
    for _ in range(2):
        key(desk("luis"))
        key(desk("maria"), "metering.read")
    drawn = opened(desk)
    strata = {
        (row.staff.username, row.room): (row.entries, row.must, row.sampled, row.rate_percent)
        for row in InputStratum.select()
    }
    assert strata == {
        ("maria", "records"): (9, 0, 3, 25),
        ("luis", "records"): (2, 0, 2, 100),
        ("maria", "metering"): (2, 0, 0, 0),
    }
    round_ = InputRound.get()
    assert round_.seed == AuditEntry.get_by_id(round_.through_seq).hash
    again = draw(keyed_entries(DAY, 0, POLICY), POLICY, round_.seed)
    assert [item.keyed.seq for item in again.items] == drawn


def test_a_day_is_opened_when_it_is_over_and_once(desk: Callable[..., Desk]) -> None:
    """Not today; not twice; not when nothing was keyed; not by a clerk."""
    key(desk("maria"))
    with pytest.raises(Refused, match="not over"):
        open_day(desk("luis"), DAY, policy=POLICY)
    with pytest.raises(NotAllowed):
        open_day(desk("maria", NEXT), DAY, policy=POLICY)
    opened(desk)
    with pytest.raises(Refused, match="is open"):
        opened(desk)
    with pytest.raises(Refused, match="Nothing was keyed"):
        open_day(desk("luis", NEXT), date(2026, 11, 1), policy=POLICY)


def test_late_entries_get_a_round_of_their_own(desk: Callable[..., Desk]) -> None:
    """They are neither lost nor slipped under a signature."""
    early = key(desk("maria"), "ledger.a")
    assert opened(desk) == [early]
    late = key(desk("maria"), "ledger.b")
    luis = desk("luis", NEXT)
    judge(luis, early, Verdict.OK)
    sign_off(luis, DAY)
    [status] = unaudited_days(luis, policy=POLICY)
    assert (status.day, status.waiting, status.open) == (DAY, 1, 0)
    assert open_day(luis, DAY, policy=POLICY).number == 2
    judge(luis, late, Verdict.OK)
    second = sign_off(luis, DAY)
    assert (second.round, second.total("entries"), second.first_seq) == (2, 1, early)
    assert sheet_of(DAY, 1).total("entries") == 1
    assert unaudited_days(luis, policy=POLICY) == ()
    assert all_hold()


def test_nobody_judges_what_they_keyed(office: Office, desk: Callable[..., Desk]) -> None:
    """Neither through the verb nor by hand in the file."""
    seq = key(desk("luis"), "ledger.a")
    opened(desk)
    with pytest.raises(Refused, match="what they keyed"):
        judge(desk("luis", NEXT), seq, Verdict.OK)
    with pytest.raises(peewee.IntegrityError):
        office.store.database.execute_sql("UPDATE input_item SET judge_id = staff_id")
    assert judge(desk("nora", NEXT), seq, Verdict.OK) == "OK"


def test_a_query_goes_to_its_maker_and_the_answer_comes_back(desk: Callable[..., Desk]) -> None:
    """Only the maker answers, only while it is asked; then the judge decides."""
    seq = key(desk("maria"), "ledger.a")
    opened(desk)
    maria, luis = desk("maria", NEXT), desk("luis", NEXT)
    with pytest.raises(InvalidEntry, match="asks"):
        judge(luis, seq, Verdict.QUERY)
    with pytest.raises(Refused, match="No query"):
        answer_query(maria, seq, "nothing")
    assert judge(luis, seq, Verdict.QUERY, remark="Which letter?") == "Queried"
    [asked] = my_queries(maria)
    assert (asked.seq, asked.remark, asked.judge) == (seq, "Which letter?", "luis")
    assert my_queries(desk("cass")) == ()
    with pytest.raises(Refused, match="maria keyed it"):
        answer_query(desk("cass", NEXT), seq, "I know")
    with pytest.raises(InvalidEntry):
        answer_query(maria, seq, " ")
    answer_query(maria, seq, "That of May 3")
    assert my_queries(maria) == ()
    [entry] = audited_entries(luis, DAY)
    assert (entry.state, entry.answer) == ("Answered", "That of May 3")
    with pytest.raises(Refused, match="open"):
        sign_off(luis, DAY)
    judge(luis, seq, Verdict.OK)
    sign_off(luis, DAY)
    with pytest.raises(Refused, match="signed"):
        answer_query(maria, seq, "late")


def test_an_error_has_a_code_and_a_correction_is_somebody_else_s(
    desk: Callable[..., Desk],
) -> None:
    """Later, about the same account, and not by the maker."""
    wrong = key(desk("maria"), "ledger.a")
    other = key(desk("nora"), "records.fix", about="2")
    own = key(desk("maria"), "records.fix")
    right = key(desk("nora"), "records.fix")
    opened(desk)
    luis = desk("luis", NEXT)
    for code in ("", "NONSENSE"):
        with pytest.raises(InvalidEntry, match="code"):
            judge(luis, wrong, Verdict.ERROR, code=code)
    with pytest.raises(InvalidEntry, match="Only an error"):
        judge(luis, wrong, Verdict.OK, code="WRONG")
    with pytest.raises(Refused, match="their own"):
        judge(luis, wrong, Verdict.CORRECTED, code="WRONG", correction=own)
    for unfit in (None, other, wrong):
        with pytest.raises(InvalidEntry):
            judge(luis, wrong, Verdict.CORRECTED, code="WRONG", correction=unfit)
    assert judge(luis, wrong, Verdict.ERROR, code="WRONG") == "Error"
    assert judge(luis, wrong, Verdict.CORRECTED, code="WRONG", correction=right) == "Corrected"
    assert all_hold()


def test_an_error_is_its_maker_s_work_until_it_is_put_right(desk: Callable[..., Desk]) -> None:
    """The lead sees it too; signing the day does not end it, and its maker does not wave it off."""
    first = key(desk("maria"), after={"rate_class": "B"}, before={"rate_class": "A"}, about="7")
    key(desk("luis"), about="8")
    maria, luis = desk("maria", NEXT), desk("luis", NEXT)
    opened(desk)
    judge(luis, first, Verdict.ERROR, code="WRONG")

    (item,) = input_errors(maria)

    assert (item.owner, item.screen, item.subject) == ("maria", "ACC020", "7")
    assert item.told == f"Put right: note, account 7, WRONG; entry {first}"
    assert item in [one.item for one in board(maria, mine=True)]
    assert item in [one.item for one in board(luis, mine=False)]
    with pytest.raises(BillingError, match="A lead says"):
        dismiss(maria, item.key, "is right")
    key(maria, "records.note", about="8")
    assert list(input_errors(maria)) == [item]
    key(maria, "records.note", about="7")
    assert list(input_errors(maria)) == []


def test_a_day_with_open_entries_is_not_signed(desk: Callable[..., Desk]) -> None:
    """The refusal says how many, and how many of them must be reviewed."""
    must = key(desk("maria"), "ledger.a")
    key(desk("maria"))
    drawn = opened(desk)
    luis = desk("luis", NEXT)
    with pytest.raises(Refused, match="2 open entries, 1 of which"):
        sign_off(luis, DAY)
    judge(luis, must, Verdict.OK)
    with pytest.raises(Refused, match="1 open entries, 0 of which"):
        sign_off(luis, DAY)
    judge(luis, drawn[1], Verdict.ERROR, code="TWICE", remark="same note")
    sheet = sign_off(luis, DAY)
    assert (sheet.signed_by, sheet.total("ok"), sheet.total("errors")) == ("Luis Vega", 1, 1)
    assert [(fault.code, fault.remark, fault.judge) for fault in sheet.faults] == [
        ("TWICE", "same note", "luis")
    ]
    with pytest.raises(Refused, match="No audit"):
        sign_off(luis, DAY)


def test_what_was_signed_cannot_be_changed(office: Office, desk: Callable[..., Desk]) -> None:
    """Not by the verb, not by hand; and where the guard is gone, verify sees it."""
    seq = key(desk("maria"), "ledger.a")
    opened(desk)
    luis = desk("luis", NEXT)
    judge(luis, seq, Verdict.ERROR, code="WRONG")
    sign_off(luis, DAY)
    with pytest.raises(Refused, match="signed off"):
        judge(luis, seq, Verdict.OK)
    tamper = "UPDATE input_item SET state = 'OK', code = ''"
    with pytest.raises(peewee.IntegrityError, match="never changed"):
        office.store.database.execute_sql(tamper)
    assert [verdict for verdict in verify_office(office.store) if verdict.broken] == []
    unguard("input_item", "update")
    office.store.database.execute_sql(tamper)
    assert {verdict.id for verdict in verify_office(office.store) if verdict.broken} == {"S3", "D2"}


def test_what_is_unaudited_and_how_old(desk: Callable[..., Desk]) -> None:
    """Days with entries, opened or not; today is not late."""
    key(desk("maria", date(2026, 10, 28)), "ledger.a")
    key(desk("maria"), "ledger.a")
    key(desk("maria", NEXT))
    opened(desk)
    judge(desk("luis", NEXT), 2, Verdict.QUERY, remark="why?")
    old, new = unaudited_days(desk("luis", NEXT), policy=POLICY)
    assert (old.day, old.age_days, old.waiting, old.open, old.overdue) == (
        date(2026, 10, 28), 6, 1, 0, True,
    )  # fmt: skip
    assert dataclasses.astuple(new) == (DAY, 1, 0, 1, 1, 1, False)


def test_a_day_is_read_a_page_at_a_time_and_says_how_far_it_is(desk: Callable[..., Desk]) -> None:
    """Pages meet without gap or overlap; whoever reads the trail may look, a clerk may not."""
    for _ in range(3):
        key(desk("maria"), "ledger.a")
        key(desk("nora"), "records.change_service", {"rate_class": "A"}, {"rate_class": "B"})
    key(desk("maria"))
    drawn = opened(desk)
    late = key(desk("maria"))
    assert late
    ada, luis = desk("ada", NEXT), desk("luis", NEXT)
    pages: list[int] = []
    page = audited_entries(ada, DAY, limit=3)
    while page:
        pages += [entry.seq for entry in page]
        page = audited_entries(ada, DAY, after=page[-1], limit=3)
    assert pages == drawn
    judge(luis, drawn[0], Verdict.OK)
    judge(luis, drawn[1], Verdict.QUERY, remark="why?")
    judge(luis, drawn[2], Verdict.ERROR, code="WRONG")
    judge(luis, drawn[3], Verdict.QUERY, remark="why?")
    answer_query(desk("maria", NEXT), drawn[3], "so")
    found = day_progress(ada, DAY, policy=POLICY)
    assert dataclasses.astuple(found) == (DAY, 1, 1, 1, 7, 2, 4, 1, 1, 1, "")
    nobody = day_progress(ada, NEXT, policy=POLICY)
    assert (nobody.rounds, nobody.waiting, nobody.drawn) == (0, 0, 0)
    assert [dataclasses.astuple(one) for one in clerks_of(ada, DAY)] == [
        ("maria", "Maria Soto", 4, 4),
        ("nora", "Nora Quist", 3, 1),
    ]
    with pytest.raises(NotAllowed):
        audited_entries(desk("maria", NEXT), DAY)


def test_days_beside_are_days_with_input(desk: Callable[..., Desk]) -> None:
    """Up to yesterday; what is no input makes no day."""
    key(desk("maria", date(2026, 10, 28)), "ledger.a")
    key(desk("maria", date(2026, 10, 30)), "operations.x")
    key(desk("maria", date(2026, 10, 31)), "records.skipped")
    key(desk("maria"))
    key(desk("maria", NEXT))
    luis = desk("luis", NEXT)
    assert day_beside(luis, NEXT, later=False, policy=POLICY) == DAY
    assert day_beside(luis, DAY, later=False, policy=POLICY) == date(2026, 10, 28)
    assert day_beside(luis, date(2026, 10, 28), later=True, policy=POLICY) == DAY
    assert day_beside(luis, DAY, later=True, policy=POLICY) is None


def test_a_verdict_is_of_what_was_looked_at(desk: Callable[..., Desk]) -> None:
    """An answer that came meanwhile is read first; an OK leaves question and answer in sight."""
    seq = key(desk("maria"), "ledger.a")
    opened(desk)
    maria, luis = desk("maria", NEXT), desk("luis", NEXT)
    judge(luis, seq, Verdict.QUERY, remark="Which letter?", seen=ItemState.OPEN)
    answer_query(maria, seq, "That of May 3")
    with pytest.raises(Refused, match="Answered by now"):
        judge(luis, seq, Verdict.ERROR, code="WRONG", seen=ItemState.QUERIED)
    judge(luis, seq, Verdict.OK, seen=ItemState.ANSWERED)
    [entry] = my_findings(maria)
    assert (entry.state, entry.remark, entry.answer) == ("OK", "Which letter?", "That of May 3")
    assert my_findings(maria, after=entry) == my_findings(desk("nora")) == ()


def test_what_may_have_put_an_entry_right(desk: Callable[..., Desk]) -> None:
    """Later, about the same thing, by somebody else; the newest first."""
    wrong = key(desk("maria"), "ledger.a")
    key(desk("maria"), "records.fix")
    first = key(desk("nora"), "records.fix")
    key(desk("nora"), "records.fix", about="2")
    second = key(desk("luis"), "records.fix")
    found = corrections_of(desk("ada"), wrong)
    assert [(one.seq, one.person) for one in found] == [(second, "luis"), (first, "nora")]


def test_error_rates_by_clerk_and_month(desk: Callable[..., Desk]) -> None:
    """The sample's rate is the one to compare; what is open does not count."""
    for _ in range(12):
        key(desk("maria"))
    must = key(desk("maria"), "ledger.a")
    left = key(desk("maria"), "ledger.b")
    drawn = opened(desk)
    luis = desk("luis", NEXT)
    sample = [seq for seq in drawn if seq not in {must, left}]
    assert len(sample) == 3
    judge(luis, sample[0], Verdict.ERROR, code="WRONG")
    judge(luis, sample[1], Verdict.OK)
    judge(luis, sample[2], Verdict.OK)
    judge(luis, must, Verdict.ERROR, code="WRONG")
    [rate] = error_rates(luis, DAY, DAY)
    assert dataclasses.astuple(rate) == ("maria", "2026-11", 4, 2, 3, 1)
    assert str(rate.percent) == "33.3"
    assert error_rates(luis, NEXT, NEXT) == ()


def test_what_was_not_drawn_has_no_verdict(desk: Callable[..., Desk]) -> None:
    """An entry outside the audit, or none at all."""
    key(desk("maria"), "metering.read")
    with pytest.raises(BillingError, match="not drawn"):
        judge(desk("luis", NEXT), 1, Verdict.OK)
    assert InputItem.select().count() == 0


ROWS = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(["records.a", "ledger.b", "metering.c"])),
    max_size=40,
)


@given(ROWS, st.text(max_size=8), st.randoms())
def test_a_draw_is_the_seed_s_alone(rows: list[tuple[int, str]], seed: str, chance: Any) -> None:
    """Whatever the order; nothing twice; every must-review; the stated share of each stratum."""
    entries = [
        Keyed(seq, staff, ["", "maria", "luis", "nora"][staff], verb, {}, {})
        for seq, (staff, verb) in enumerate(rows, start=1)
    ]
    found = draw(entries, POLICY, seed)
    shuffled = list(entries)
    chance.shuffle(shuffled)
    assert draw(shuffled, POLICY, seed) == found
    numbers = [item.keyed.seq for item in found.items]
    assert len(set(numbers)) == len(numbers)
    assert {e.seq for e in entries if e.room == "ledger"} <= set(numbers)
    assert sum(part.entries for part in found.strata) == len(entries)
    assert sum(part.must + part.sampled for part in found.strata) == len(numbers)
    for part in found.strata:
        assert part.sampled == sample_size(part.entries - part.must, part.rate_percent)


@given(st.integers(0, 500), st.integers(0, 100))
def test_a_sample_is_never_short_nor_more_than_all(entries: int, percent: int) -> None:
    """At least the share, less than one entry above it, at least one where a rate is set."""
    size = sample_size(entries, percent)
    assert entries * percent <= 100 * size < entries * percent + 100
    assert size <= entries
    assert bool(size) == bool(entries * percent)


def test_different_seeds_draw_different_samples() -> None:
    """Otherwise a clerk would soon know which entry is looked at."""
    entries = [Keyed(seq, 1, "maria", "records.a", {}, {}) for seq in range(1, 41)]
    samples = {
        tuple(item.keyed.seq for item in draw(entries, POLICY, str(seed)).items)
        for seed in range(20)
    }
    assert len(samples) > 15


@pytest.mark.parametrize(
    ("wrong", "by"),
    [
        ("default: 0", "other: 0"),
        ("records: 25", "records: 101"),
        ("overdue_days: 3", "overdue_days: soon"),
        ("fields: [rate_class]", "feilds: [rate_class]"),
        ("fields: [rate_class]", "fields: rate_class"),
        (", fields: [rate_class]", ""),
        ("clerks: {luis: {default: 100}}", "clerks: [luis]"),
    ],
)
def test_a_wrong_policy_is_refused(wrong: str, by: str) -> None:
    """A key misspelt, a rate above the whole, a rule that states nothing."""
    text = """
overdue_days: 3
not_input: []
rates: {default: 0, records: 25}
clerks: {luis: {default: 100}}
must_review: [{name: Class, fields: [rate_class]}]
error_codes: {}
"""
    assert input_policy(text).overdue_days == 3
    with pytest.raises(ProblemsFound, match="audit policy"):
        input_policy(text.replace(wrong, by))


def test_the_shipped_policy_reads() -> None:
    """A newcomer is seen wholly where the utility says so; everybody else by the room."""
    policy = read_input_policy()
    assert policy.rate("maria", "records") == 20
    assert policy.rate("maria", "billing") == 10
    assert policy.rules[0].name == "Money and chart of accounts"
