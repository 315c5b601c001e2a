"""Changes that take two people: asked for once, decided once, by somebody else, to the letter."""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import peewee
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from offices import desks, found_in, keep_setting
from tamper import unguard

from billing_tui.access.approval_policy import approval_policy, read_approval_policy
from billing_tui.access.approvals import find_request, list_requests
from billing_tui.access.decide_request import Tampered, approve_request, refuse_request
from billing_tui.access.desk import NotAllowed
from billing_tui.access.invariants import INVARIANTS
from billing_tui.access.request_change import request_change, withdraw_request
from billing_tui.access.tables import (
    AuditEntry,
    ChangeRequest,
    RequestState,
    Setting,
    StaffMember,
    StaffRole,
)
from billing_tui.access.trail import head
from billing_tui.foundation.errors import BillingError, InvalidEntry, ProblemsFound, Refused
from billing_tui.tui.ink import plain
from billing_tui.tui.screens.access.request_lines import payload_lines, request_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from billing_tui.access.desk import Desk
    from billing_tui.access.writing import Act
    from billing_tui.operations.office import Office

POLICY = approval_policy("""
together_days: 30
kinds:
  test.put:
    title: A setting
    makers: [clerk, lead]
    classes:
      - {name: any, checkers: [lead]}
  test.money:
    title: Money
    makers: [clerk, lead]
    classes:
      - {name: small, to: 100.00, checkers: [clerk, lead]}
      - {name: middle, to: 1000.00, checkers: [lead]}
""")
PAYLOAD = {"name": "note", "before": {"value": ""}, "after": {"value": "new"}}
ABOUT = ("setting", "note")


def put(desk: Desk, act: Act, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Keep a setting: the executor of these tests."""
    assert desk.store.database.transaction_depth() == 1
    keep_setting(payload["name"], payload["after"]["value"])
    act.about("setting", payload["name"])
    act.after = dict(payload["after"])
    return {"kept": payload["after"]["value"]}


EXECUTORS = {"test.put": put, "test.money": put}


def ask(desk: Desk, payload: Mapping[str, Any] = PAYLOAD, **rest: Any) -> int:
    """Ask for a setting."""
    return request_change(
        desk, "test.put", payload, "it is due", about=ABOUT, policy=POLICY, **rest
    )


def approve(desk: Desk, request: int, seen: str | None = None) -> Any:
    """Look at a request, then approve it."""
    shown = find_request(desk, request, policy=POLICY).digest if seen is None else seen
    return approve_request(desk, request, seen=shown, executors=EXECUTORS, policy=POLICY)


def kept(name: str = "note") -> str:
    """The value of a setting."""
    row = Setting.get_or_none(Setting.name == name)
    return "" if row is None else row.value


def all_hold() -> bool:
    """Every invariant of the access room holds."""
    return [found for check in INVARIANTS for found in check.broken()] == []


def state_of(request: int) -> str:
    """Where a request stands."""
    return str(ChangeRequest.get_by_id(request).state)


def raw(office: Office, sql: str) -> None:
    """Change the file behind the program's back."""
    office.store.database.execute_sql(sql)


def test_asking_changes_nothing_and_approval_carries_it_out(desk: Callable[..., Desk]) -> None:
    """One audit entry each; the approval's tells the change, the request and its digest."""
    request = ask(desk("maria"))
    assert (kept(), head()[0]) == ("", 1)
    done = approve(desk("luis"), request)
    assert (kept(), head()[0]) == ("new", 2)
    assert (done.state, done.checker, done.result) == ("Executed", "luis", {"kept": "new"})
    entry = AuditEntry.get_by_id(2)
    assert (entry.verb, entry.subject_kind) == ("access.approve_request", "setting")
    assert json.loads(entry.after) == {
        "value": "new",
        "change_request": request,
        "digest": done.digest,
    }
    assert all_hold()


def test_the_queue_has_all_that_a_decision_needs(desk: Callable[..., Desk]) -> None:
    """Who, when, why, before and after, age, what else waits, and why one may not decide."""
    first = ask(desk("maria"))
    ask(desk("nora"), PAYLOAD | {"after": {"value": "other"}})
    asked, other = list_requests(desk("luis", date(2026, 11, 5)), policy=POLICY)
    assert (asked.id, asked.maker, asked.maker_name, asked.reason) == (
        first,
        "maria",
        "Maria Soto",
        "it is due",
    )
    assert [(c.field, c.before, c.after) for c in asked.changes] == [("value", "", "new")]
    assert (asked.age_days, asked.others_open, asked.limit_class, asked.why_not) == (
        3,
        1,
        "any",
        "",
    )
    assert "somebody else" in list_requests(desk("nora"), policy=POLICY)[1].why_not
    assert "may not" in list_requests(desk("maria"), policy=POLICY)[1].why_not
    assert [row.id for row in list_requests(desk("luis"), after=first, policy=POLICY)] == [other.id]


def test_the_queue_turns_and_says_how_much_one_may_approve(desk: Callable[..., Desk]) -> None:
    """Newest first a page at a time, what is decided apart; each role's own limit beside it."""
    maria, luis = desk("maria"), desk("luis")
    numbers = [ask(maria, PAYLOAD | {"after": {"value": str(at)}}) for at in range(5)]
    refuse_request(luis, numbers[1], "no", policy=POLICY)
    approve(luis, numbers[3])
    money = request_change(
        maria, "test.money", {"x": 1}, "due", about=ABOUT, cents=9_000, policy=POLICY
    )

    def page(**rest: Any) -> list[int]:
        return [row.id for row in list_requests(luis, policy=POLICY, **rest)]

    assert page(state=None, newest_first=True, limit=4) == [money, *numbers[:1:-1]]
    assert page(state=None, newest_first=True, limit=4, after=numbers[2]) == numbers[1::-1]
    assert page(decided=True) == [numbers[1], numbers[3]]
    assert page(limit=2, after=numbers[0]) == [numbers[2], numbers[4]]
    by_role = {
        name: find_request(desk(name), money, policy=POLICY).most_cents
        for name in ("luis", "maria", "ada")
    }
    assert by_role == {"luis": 100_000, "maria": 10_000, "ada": 0}
    assert find_request(maria, money, policy=POLICY).checkers == ("clerk", "lead")
    assert find_request(luis, numbers[0], policy=POLICY).most_cents is None


@pytest.mark.parametrize("maker", ["luis", "nora"])
def test_nobody_approves_or_refuses_what_they_asked_for(
    desk: Callable[..., Desk], maker: str
) -> None:
    """Two leads are two people; one lead is not."""
    request = ask(desk(maker))
    with pytest.raises(Refused, match="somebody else") as refusal:
        approve(desk(maker), request)
    assert refusal.value.code == "MAKER-IS-CHECKER"
    with pytest.raises(Refused, match="somebody else"):
        refuse_request(desk(maker), request, "no", policy=POLICY)
    assert (kept(), state_of(request)) == ("", "Pending")


def test_the_database_itself_refuses_one_person_as_both(
    office: Office, desk: Callable[..., Desk]
) -> None:
    """Not even by hand."""
    request = ask(desk("maria"))
    with pytest.raises(peewee.IntegrityError):
        raw(office, f"UPDATE change_request SET checker_id = maker_id WHERE id = {request}")


def test_a_refusal_needs_a_reason_that_reaches_the_maker(desk: Callable[..., Desk]) -> None:
    """Without one it stays in the queue; with one the maker finds it."""
    request = ask(desk("maria"))
    with pytest.raises(InvalidEntry, match="reason"):
        refuse_request(desk("luis"), request, "  ", policy=POLICY)
    assert state_of(request) == "Pending"
    refuse_request(desk("luis"), request, "wrong meter", policy=POLICY)
    [mine] = list_requests(desk("maria"), state=RequestState.REFUSED, maker="Maria", policy=POLICY)
    assert (mine.refusal, mine.checker, kept()) == ("wrong meter", "luis", "")
    assert all_hold()


def test_a_request_is_decided_once(desk: Callable[..., Desk]) -> None:
    """Approved is approved; a second decision, whatever it is, is refused."""
    request = ask(desk("maria"))
    approve(desk("luis"), request)
    with pytest.raises(Refused, match="executed already"):
        approve(desk("nora"), request)
    with pytest.raises(Refused, match="executed already"):
        refuse_request(desk("nora"), request, "late", policy=POLICY)
    with pytest.raises(Refused, match="executed already"):
        withdraw_request(desk("maria"), request)


def test_only_the_maker_withdraws(desk: Callable[..., Desk]) -> None:
    """And only while it waits."""
    request = ask(desk("maria"))
    with pytest.raises(Refused, match="maria's"):
        withdraw_request(desk("luis"), request)
    withdraw_request(desk("maria"), request, why="typed twice")
    assert state_of(request) == "Withdrawn"
    with pytest.raises(Refused, match="withdrawn already"):
        approve(desk("luis"), request)
    assert all_hold()


def test_a_payload_altered_while_it_waits_is_not_carried_out(
    office: Office, desk: Callable[..., Desk]
) -> None:
    """Neither alone, nor with a digest that fits it: the trail knows what was asked."""
    request = ask(desk("maria"))
    forged = ask(desk("nora"), PAYLOAD | {"after": {"value": "evil"}})
    raw(
        office,
        "UPDATE change_request SET payload = (SELECT payload FROM change_request"
        f" WHERE id = {forged}) WHERE id = {request}",
    )
    with pytest.raises(Tampered):
        approve(desk("luis"), request)
    raw(
        office,
        "UPDATE change_request SET digest = (SELECT digest FROM change_request"
        f" WHERE id = {forged}) WHERE id = {request}",
    )
    with pytest.raises(Tampered):
        approve(desk("luis"), request)
    assert (kept(), state_of(request)) == ("", "Pending")
    assert not all_hold()


def test_what_was_carried_out_cannot_be_altered(office: Office, desk: Callable[..., Desk]) -> None:
    """The database refuses; where its guard was removed, verify finds it."""
    request = ask(desk("maria"))
    approve(desk("luis"), request)
    tamper = f"""UPDATE change_request SET payload = '{{"a":1}}' WHERE id = {request}"""
    with pytest.raises(peewee.IntegrityError, match="never changed"):
        raw(office, tamper)
    unguard("change_request", "update")
    raw(office, tamper)
    assert any("digest does not fit" in found for found in INVARIANTS[-1].broken())


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE change_request SET state = 'Executed', checker_id = 4",
        "UPDATE change_request SET state = 'Refused', checker_id = 4, refusal = 'no'",
        "UPDATE change_request SET maker_id = 3",
        "DELETE FROM change_request",
    ],
)
def test_verify_finds_a_decision_that_nobody_made(
    office: Office, desk: Callable[..., Desk], forgery: str
) -> None:
    """A row that says otherwise than the trail."""
    ask(desk("maria"))
    assert all_hold()
    raw(office, forgery)
    assert not all_hold()


def test_a_checker_approves_what_they_saw(desk: Callable[..., Desk]) -> None:
    """The digest of something else is refused."""
    request = ask(desk("maria"))
    with pytest.raises(Refused, match="look at it again"):
        approve(desk("luis"), request, seen="0" * 64)
    assert kept() == ""


def test_a_checker_whose_role_was_revoked_meanwhile_is_refused(desk: Callable[..., Desk]) -> None:
    """The desk still says lead; the database says otherwise."""
    luis = desk("luis")
    request = ask(desk("maria"))
    StaffRole.update(to_day=date(2026, 11, 1)).where(StaffRole.staff == luis.staff_id).execute()
    with pytest.raises(NotAllowed, match="have changed"):
        approve(luis, request)
    assert (kept(), state_of(request)) == ("", "Pending")


@pytest.mark.parametrize("gone", ["role", "person"])
def test_a_maker_who_may_no_longer_ask_is_not_heard(desk: Callable[..., Desk], gone: str) -> None:
    """The request can be refused and asked anew by somebody who may."""
    maria = desk("maria")
    request = ask(maria)
    if gone == "role":
        StaffRole.update(role="auditor").where(StaffRole.staff == maria.staff_id).execute()
    else:
        StaffMember.update(active=False).where(StaffMember.id == maria.staff_id).execute()
    said = find_request(desk("luis"), request, policy=POLICY).maker_gone
    assert said == "maria may no longer ask for this; refuse it and ask anew."
    with pytest.raises(Refused, match=said) as refusal:
        approve(desk("luis"), request)
    assert (refusal.value.code, kept()) == ("MAKER-REVOKED", "")
    refuse_request(desk("luis"), request, "she left", policy=POLICY)


def test_roles_that_may_not_ask_or_decide(desk: Callable[..., Desk]) -> None:
    """A cashier asks for nothing, a specialist is no maker of this kind, a clerk decides none."""
    with pytest.raises(NotAllowed):
        ask(desk("cass"))
    with pytest.raises(NotAllowed, match="clerk or lead"):
        ask(desk("sam"))
    request = ask(desk("luis"))
    with pytest.raises(NotAllowed):
        approve(desk("maria"), request)


def test_a_failed_execution_leaves_the_request_waiting(desk: Callable[..., Desk]) -> None:
    """Nothing of it is saved, the decision neither."""

    def fails(desk: Desk, act: Act, payload: Mapping[str, Any]) -> None:
        put(desk, act, payload)
        raise Refused("The service is gone.")

    request = ask(desk("maria"))
    shown = find_request(desk("luis"), request, policy=POLICY)
    with pytest.raises(Refused, match="gone"):
        approve_request(
            desk("luis"), request, seen=shown.digest, executors={"test.put": fails}, policy=POLICY
        )
    with pytest.raises(Refused, match="carries out"):
        approve_request(desk("luis"), request, seen=shown.digest, executors={}, policy=POLICY)
    assert (kept(), state_of(request), head()[0]) == ("", "Pending", 1)


def money(desk: Desk, cents: int, value: str, account: str = "1") -> int:
    """Ask for money on an account."""
    payload = PAYLOAD | {"after": {"value": value}}
    about = ("account", account)
    return request_change(
        desk, "test.money", payload, "due", about=about, cents=cents, policy=POLICY
    )


def test_limits_are_by_class_and_cannot_be_split_under(desk: Callable[..., Desk]) -> None:
    """Amounts of one maker for one account add up over thirty days; others do not count."""
    classes = [
        money(desk("maria"), 60_00, "a"),
        money(desk("maria"), -41_00, "b"),
        money(desk("maria"), 60_00, "c", account="2"),
        money(desk("nora"), 60_00, "d"),
        money(desk("maria", date(2026, 12, 2)), 60_00, "e"),
    ]
    found = [ChangeRequest.get_by_id(request).limit_class for request in classes]
    assert found == ["small", "middle", "small", "small", "small"]
    assert find_request(desk("luis"), classes[1], policy=POLICY).together_cents == 101_00
    with pytest.raises(Refused, match="Nobody may approve"):
        money(desk("maria"), 950_00, "f")


def test_the_same_is_not_asked_for_twice_at_once(desk: Callable[..., Desk]) -> None:
    """A repeated key gets the first number; without a key the second is refused."""
    first = ask(desk("maria"), key="k")
    assert ask(desk("maria"), key="k") == first
    with pytest.raises(Refused, match=f"Request {first} asks for the same"):
        ask(desk("maria"))


def test_unknown_kinds_and_empty_reasons_are_refused(desk: Callable[..., Desk]) -> None:
    """Nobody may ask for what the policy does not name, nor without saying why."""
    with pytest.raises(BillingError, match="no kind"):
        request_change(desk("maria"), "test.other", {}, "x", about=ABOUT, policy=POLICY)
    with pytest.raises(InvalidEntry, match="reason"):
        request_change(desk("maria"), "test.put", {}, " ", about=ABOUT, policy=POLICY)


GOOD = "together_days: 30\nkinds:\n  a:\n    title: A\n    makers: [clerk]\n    classes: "


@pytest.mark.parametrize(
    "text",
    [
        "kinds: {}",
        "together_days: 0\nkinds: {}",
        "together_days: 30\nkinds: [a]",
        f"{GOOD}[]",
        f"{GOOD}[{{name: x, checkers: [king]}}]",
        f"{GOOD}[{{name: x, to: ten, checkers: [lead]}}]",
        f"{GOOD}[{{name: x, checkers: [lead]}}, {{name: y, to: 1.00, checkers: [lead]}}]",
        f"{GOOD}[{{name: x, to: 2.00, checkers: [lead]}}, {{name: y, to: 1.00, checkers: [lead]}}]",
        f"{GOOD}[{{name: x, to: 1.00, checkers: [lead]}}, {{name: x, checkers: [lead]}}]",
    ],
)
def test_a_wrong_policy_is_refused(text: str) -> None:
    """A role that is none, limits that do not grow, a class twice."""
    with pytest.raises(ProblemsFound, match="approval policy"):
        approval_policy(text)


@given(st.integers(-200_000, 200_000))
def test_every_amount_has_the_smallest_class_that_holds_it(cents: int) -> None:
    """The sign does not count; above the last limit there is none."""
    kind = POLICY.kind("test.money")
    if abs(cents) > 1000_00:
        with pytest.raises(Refused):
            kind.class_of(cents)
    else:
        assert kind.class_of(cents).name == ("small" if abs(cents) <= 100_00 else "middle")


def test_the_shipped_policy_reads() -> None:
    """Every kind has a class."""
    assert all(kind.classes for kind in read_approval_policy().kinds.values())


class RequestMachine(RuleBasedStateMachine):
    """Requests asked for, withdrawn and decided by anybody, against a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.office = found_in(self.folder)
        self.desk = desks(self.office)
        self.model: dict[int, tuple[str, str, str]] = {}
        self.value = ""
        self.entries = 0

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.office.close()
        shutil.rmtree(self.folder)

    people = st.sampled_from(["maria", "luis", "nora", "ada"])
    which = st.integers(0, 10**6)

    @rule(who=people, value=st.sampled_from("abc"))
    def ask(self, who: str, value: str) -> None:
        """Clerks and leads ask, once for the same thing."""
        waits = any(found[::2] == ("Pending", value) for found in self.model.values())
        try:
            number = ask(self.desk(who), PAYLOAD | {"after": {"value": value}})
        except BillingError:
            assert waits or who == "ada"
            return
        assert not waits
        assert who != "ada"
        self.model[number] = ("Pending", who, value)
        self.entries += 1

    def settle(
        self, number: int, who: str, state: str, *, may: bool, act: Callable[[], Any]
    ) -> None:
        """Try something on a request; the model says whether it may succeed."""
        was, maker, value = self.model[number]
        try:
            act()
        except BillingError:
            assert was != "Pending" or not may, (was, maker, who)
            return
        assert was == "Pending"
        assert may
        self.model[number] = (state, maker, value)
        self.entries += 1
        if state == "Executed":
            self.value = value

    @precondition(lambda self: self.model)
    @rule(who=people, which=which, verb=st.sampled_from(["approve", "refuse", "withdraw"]))
    def decide(self, who: str, which: int, verb: str) -> None:
        """Anybody tries anything on any request."""
        number = sorted(self.model)[which % len(self.model)]
        maker = self.model[number][1]
        desk = self.desk(who)
        lead = who in {"luis", "nora"} and who != maker
        if verb == "approve":
            self.settle(number, who, "Executed", may=lead, act=lambda: approve(desk, number))
        elif verb == "refuse":
            no = lambda: refuse_request(desk, number, "no", policy=POLICY)  # noqa: E731 - beside its twins
            self.settle(number, who, "Refused", may=lead, act=no)
        else:
            back = lambda: withdraw_request(desk, number)  # noqa: E731 - beside its twins
            self.settle(number, who, "Withdrawn", may=who == maker, act=back)

    @invariant()
    def agrees(self) -> None:
        """States, the setting and the number of entries are the model's; everything holds."""
        found = {row.id: row.state for row in ChangeRequest.select()}
        assert found == {number: state for number, (state, _, _) in self.model.items()}
        assert (kept(), head()[0]) == (self.value, self.entries)
        assert all_hold()


RequestMachine.TestCase.settings = settings(
    max_examples=10, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestRequestMachine = RequestMachine.TestCase


def test_a_request_is_told_in_words(desk: Callable[..., Desk]) -> None:
    """Lists one thing a line, no JSON, no row numbers or digests; a limit only for who decides."""
    maria, luis = desk("maria"), desk("luis")
    payload = {
        "asked_by": 1,
        "draft": {
            "account_id": 581,
            "digest": "f00",
            "lines": [{"cents": 62660, "how": "2 hours"}, {"cents": 500, "how": "post"}],
        },
        "after": {"total": "631.60"},
    }
    number = request_change(
        maria, "test.money", payload, "due", about=("account", "1"), cents=9_000, policy=POLICY
    )

    def told(by: Desk) -> str:
        view = find_request(by, number, policy=POLICY)
        lines = [*request_lines(view, by.business_day, 80), *payload_lines(view, 80)]
        return "\n".join(plain(line) for line in lines)

    assert "Draft, lines: amount 626.60, how 2 hours" in told(luis)
    assert "Draft, lines: amount 5.00, how post" in told(luis)
    assert not any(word in told(luis) for word in ("{", "581", "f00", "Asked by", "of late"))
    assert "Amount 90.00   you may approve 1,000.00   a clerk or lead decides" in told(luis)
    assert "you may approve" not in told(maria)
    money(maria, 500, "more")  # for the same account
    assert "with others of late 95.00" in told(luis)
