"""Today: work appears because the records say so, is handed out, and goes when it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from billing_tui.access.decide_request import refuse_request
from billing_tui.access.end_staff import end_staff
from billing_tui.access.request_change import request_change, withdraw_request
from billing_tui.access.sessions import begin_session
from billing_tui.access.tables import AuditEntry
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import BillingError
from billing_tui.foundation.transaction import write_transaction
from billing_tui.metering.check_reads import check_reads
from billing_tui.metering.import_reads import import_reads
from billing_tui.metering.open_keyed_batch import cancel_keyed_batch, open_keyed_batch
from billing_tui.metering.population import instance_named
from billing_tui.metering.tables import Upload
from billing_tui.operations.today.board import board
from billing_tui.operations.today.hand_out import (
    able_staff,
    assign,
    claim,
    dismiss,
    escalate,
    let_go,
    may_be_asked,
    snooze,
)
from billing_tui.operations.today.items import Marked, WorkItem, WorkKind
from billing_tui.operations.today.left_open import left_open
from billing_tui.operations.today.sources import AHEAD, SOURCES, open_exceptions
from billing_tui.records.add_note import FollowUp, add_note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import City

    from billing_tui.access.desk import Desk


@pytest.fixture
def town(own_city: City) -> City:
    """A demo city whose open cycle has its reads uploaded and checked."""
    desk = own_city.desk("maria")
    instance = instance_named(*own_city.built.cycle)
    file = own_city.office.home.root / "samples" / "reads-2026-11-07.csv"
    upload = import_reads(desk, instance.instance_id, file, "csv-default")
    check_reads(desk, upload.upload_id)
    return own_city


def _of(desk: Desk, kind: WorkKind, *, mine: bool = False, asleep: bool = False) -> list[Marked]:
    return [one for one in board(desk, mine=mine, asleep=asleep) if one.item.kind is kind]


def _one(desk: Desk, key: str) -> Marked:
    return next(one for one in board(desk, mine=False, asleep=True) if one.item.key == key)


def test_the_board_shows_what_waits_in_every_room(town: City) -> None:
    """The open cycle gives its step and its exceptions, each with a way to its screen."""
    items = {one.item.kind: one.item for one in board(town.desk("luis"), mine=False)}

    assert items[WorkKind.READS].screen == "RDG020"
    assert items[WorkKind.CYCLE].screen == "BIL010"
    assert "cycle 07" in items[WorkKind.READS].told


def test_an_item_counts_what_is_open_in_its_room(town: City) -> None:
    """The exceptions of all routes together are those that the metering room has open."""
    ((open_,),) = rows_of("SELECT count(*) FROM read_exception WHERE disposition = 'open'")
    counts = [int(one.item.told.split()[0]) for one in _of(town.desk("luis"), WorkKind.READS)]

    assert sum(counts) == open_ > 0


def test_exceptions_are_not_late_before_they_are_there(town: City) -> None:
    """Reads that come after the day of billing are due on the day they came."""
    desk = town.desk("luis")
    ((bill_day,),) = rows_of("SELECT max(bill_day) FROM cycle_instance")
    after = date.fromisoformat(bill_day) + timedelta(days=9)
    with write_transaction(town.office.store):
        Upload.update(at=f"{after}T18:00:00+00:00").where(Upload.state != "Posted").execute()
    due = {one.due for one in open_exceptions(replace(desk, business_day=after))}
    later = {one.due for one in open_exceptions(replace(desk, business_day=after + timedelta(1)))}

    assert due == later == {after}


def test_the_set_up_of_the_office_is_no_unaudited_work(town: City) -> None:
    """The audit begins on the setting's day; what was keyed yesterday still waits."""
    days = [one.item.due for one in _of(town.desk("luis"), WorkKind.AUDIT)]
    assert all((town.built.business_day - day).days < 10 for day in days)


def test_a_claimed_item_leaves_the_board_of_the_others(town: City) -> None:
    """The lead still sees who has it; let go of, it is anybody's again."""
    maria, luis = town.desk("maria"), town.desk("luis")
    key = _of(maria, WorkKind.READS, mine=True)[0].item.key
    claim(maria, key)

    assert key not in {one.item.key for one in board(luis, mine=True)}
    assert _one(luis, key).holder == "maria"
    with pytest.raises(BillingError, match="maria has that already"):
        claim(luis, key)
    let_go(maria, key)
    assert _one(luis, key).holder == ""


def test_only_the_lead_hands_out_and_only_to_those_who_may(town: City) -> None:
    """A clerk assigns nothing; a cashier gets no exceptions; nobody unknown gets anything."""
    maria, luis = town.desk("maria"), town.desk("luis")
    one = _of(luis, WorkKind.READS)[0]
    key = one.item.key

    with pytest.raises(BillingError, match="lead or the specialist"):
        assign(maria, key, "maria")
    with pytest.raises(BillingError, match="cass may not"):
        assign(luis, key, "cass")
    with pytest.raises(BillingError, match="Nobody named"):
        assign(luis, key, "zoe")
    assign(luis, key, "maria")
    assert _one(luis, key).holder == "maria"
    assert "cass" not in able_staff(luis, one).values()


def test_sleeping_work_is_back_on_its_day(town: City) -> None:
    """It is out of sight until then, and the trail says why."""
    maria = town.desk("maria")
    key = _of(maria, WorkKind.READS, mine=True)[0].item.key
    until = maria.business_day + timedelta(days=2)
    snooze(maria, key, until, "the reader is sick")

    assert key not in {one.item.key for one in board(maria, mine=False)}
    assert key in {one.item.key for one in board(maria, mine=False, asleep=True)}
    later = replace(maria, business_day=until)
    assert key in {one.item.key for one in board(later, mine=False)}
    entry = AuditEntry.select().order_by(AuditEntry.seq.desc()).get()
    assert (entry.verb, entry.why) == ("operations.snooze_work", "the reader is sick")


@pytest.mark.parametrize("days", [0, -1, 61])
def test_work_sleeps_for_two_months_at_most(town: City, days: int) -> None:
    """Not until today, not into the past, not for ever."""
    maria = town.desk("maria")
    key = _of(maria, WorkKind.READS, mine=True)[0].item.key
    with pytest.raises(BillingError, match="within the next 60"):
        snooze(maria, key, maria.business_day + timedelta(days=days), "later")


def test_escalated_work_stands_first(town: City) -> None:
    """With its reason, and awake even if it slept."""
    maria, luis = town.desk("maria"), town.desk("luis")
    key = board(luis, mine=False)[-1].item.key
    escalate(maria, key, "the customer is at the counter")

    first = board(luis, mine=False)[0]
    assert (first.item.key, first.escalated) == (key, "the customer is at the counter")


def test_nobody_is_offered_to_approve_their_own_request(town: City) -> None:
    """It stands on the other lead's board, not on the maker's; withdrawn, it is on nobody's."""
    luis, nora = town.desk("luis"), town.desk("nora")
    asked = request_change(
        luis,
        "records.change_class",
        {"before": {"class": "A"}, "after": {"class": "B"}},
        "wrong class",
        about=("service", "1"),
    )

    def waiting(desk: Desk) -> set[str]:
        return {one.item.subject for one in _of(desk, WorkKind.APPROVAL, mine=True)}

    assert str(asked) not in waiting(luis)
    assert str(asked) in waiting(nora)
    withdraw_request(luis, asked)
    assert str(asked) not in waiting(nora)


def test_a_refused_request_reaches_its_maker(town: City) -> None:
    """With who and why, until it is asked anew or its maker is done with it."""
    luis, maria = town.desk("luis"), town.desk("maria")
    kind, about = "records.change_class", ("service", "1")

    def ask(to: str) -> int:
        wanted = {"before": {"class": "A"}, "after": {"class": to}}
        return request_change(maria, kind, wanted, "wrong class", about=about)

    first = ask("B")
    refuse_request(luis, first, "the letter is missing")
    (one,) = _of(maria, WorkKind.REFUSED, mine=True)
    assert one.item.told == "luis refused change class, service 1: the letter is missing"
    assert not _of(town.desk("nora"), WorkKind.REFUSED, mine=True)
    second = ask("C")
    assert not _of(maria, WorkKind.REFUSED)
    refuse_request(luis, second, "still missing")
    dismiss(maria, f"refused:{second}", "the customer gave up")
    assert not _of(maria, WorkKind.REFUSED)


def test_work_that_is_done_cannot_be_claimed_any_more(town: City) -> None:
    """A key that stands for nothing now is refused with a way on."""
    with pytest.raises(BillingError, match="That work is done"):
        claim(town.desk("maria"), "reads:999:99")


def test_only_a_reminder_is_dismissed(town: City) -> None:
    """Exceptions leave the board when they are cleared, not by saying so."""
    maria = town.desk("maria")
    key = _of(maria, WorkKind.READS, mine=True)[0].item.key
    with pytest.raises(BillingError, match="when it is done"):
        dismiss(maria, key, "done")


def test_own_work_is_given_away_where_another_can_do_it(town: City) -> None:
    """A follow-up is; a query is not, which both ways of taking it say."""
    luis, maria, nora = town.desk("luis"), town.desk("maria"), town.desk("nora")
    key = _follow_up(maria, maria.username)

    with pytest.raises(BillingError, match="maria has that already; the lead can give it to you"):
        claim(nora, key)
    assign(luis, key, "nora", "has time")
    assert _one(luis, key).holder == "nora"
    snooze(nora, key, nora.business_day + timedelta(days=1), "the customer is away")
    seen = _one(luis, key)
    query = replace(seen, item=replace(seen.item, kind=WorkKind.QUERY, owner="maria"))
    with pytest.raises(BillingError, match="Only maria, who keyed it, answers that"):
        may_be_asked(luis, query, "assign")


def test_the_work_of_who_left_is_free_and_listed(town: City) -> None:
    """What they had or owned is anybody's who may do it; the list says what is left, and how."""
    luis, maria, sam = town.desk("luis"), town.desk("maria"), town.desk("sam")
    reads = _of(maria, WorkKind.READS, mine=True)[0].item.key
    claim(maria, reads)
    near, far = _follow_up(maria, "maria"), _follow_up(maria, "maria", days=20)
    asked = request_change(
        maria,
        "records.change_class",
        {"before": {"class": "A"}, "after": {"class": "B"}},
        "wrong class",
        about=("service", "1"),
    )
    begin_session(maria)
    assert near not in {one.item.key for one in board(luis, mine=True)}
    end_staff(sam, "maria", "moved away")

    listed = left_open(sam, "maria")

    assert sum(one.told.endswith(": Call") for one in listed) == 2
    assert {"Exceptions", "Request", "Session"} <= {one.kind for one in listed}
    assert any(one.told.startswith(f"{asked}: ") for one in listed)
    assert far not in {one.item.key for one in board(luis, mine=False)}
    for key in (reads, near):
        one = _one(luis, key)
        assert (one.holder, one.had, one.who) == ("", "maria", "(maria)")
        assert key in {one.item.key for one in board(luis, mine=True)}
    claim(luis, near)
    assign(luis, reads, "nora")
    assert [_one(luis, key).who for key in (near, reads)] == ["luis", "nora"]


def _follow_up(desk: Desk, whose: str, days: int = 3) -> str:
    (account,) = rows_of("SELECT id FROM account LIMIT 1")[0]
    again = FollowUp(day=desk.business_day + timedelta(days=days), username=whose)
    return f"note:{add_note(desk, account, 'Call', follow_up=again)}"


def test_what_cannot_be_done_is_refused_before_it_is_asked_for(town: City) -> None:
    """Work that somebody else has is neither put off nor given away; one's own may be."""
    maria, luis = town.desk("maria"), town.desk("luis")
    key = _of(maria, WorkKind.READS, mine=True)[0].item.key
    claim(luis, key)
    seen = _one(maria, key)

    with pytest.raises(BillingError, match="luis has that"):
        may_be_asked(maria, seen, "snooze")
    with pytest.raises(BillingError, match="lead or the specialist"):
        may_be_asked(maria, seen, "assign")
    with pytest.raises(BillingError, match="when it is done"):
        may_be_asked(luis, seen, "dismiss")
    may_be_asked(luis, seen, "snooze")
    may_be_asked(maria, seen, "escalate")


def test_a_claim_asks_only_the_room_that_the_work_is_from(
    town: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once; every key begins with the word of its source."""
    luis = town.desk("luis")
    for word, source in SOURCES.items():
        assert all(item.key.startswith(f"{word}:") for item in source(luis))
    asked: list[str] = []

    def noted(word: str, source: Callable[[Desk], Iterator[WorkItem]]) -> Iterator[WorkItem]:
        asked.append(word)
        return source(luis)

    for word, source in list(SOURCES.items()):
        monkeypatch.setitem(SOURCES, word, lambda _desk, w=word, s=source: noted(w, s))
    key = _of(luis, WorkKind.READS)[0].item.key
    asked.clear()
    claim(luis, key)
    assert asked == ["reads"]


def test_a_begun_batch_and_the_follow_ups_of_the_week_stand_on_the_board(town: City) -> None:
    """Until it is closed or set aside, and from seven days before the promised day on."""
    maria = town.desk("maria")
    instance = instance_named(*town.built.cycle)
    ((route,),) = rows_of("SELECT code FROM route WHERE cycle_id = ? LIMIT 1", (instance.cycle_id,))
    (account,) = rows_of("SELECT id FROM account LIMIT 1")[0]
    near, far = (
        add_note(maria, account, "Call", follow_up=FollowUp(day=maria.business_day + AHEAD * times))
        for times in (1, 2)
    )
    batch = open_keyed_batch(
        maria, instance.instance_id, route, control_count=6, control_total=None,
        day=maria.business_day,
    )  # fmt: skip

    keyed = _one(maria, f"keying:{batch.batch_id}").item
    assert (keyed.screen, keyed.subject) == ("RDG031", str(batch.batch_id))
    assert "0 of 6 lines keyed" in keyed.told
    waiting = {one.item.key for one in _of(maria, WorkKind.FOLLOW_UP, mine=True)}
    assert f"note:{near}" in waiting
    assert f"note:{far}" not in waiting
    cancel_keyed_batch(maria, batch.batch_id, why="keyed twice")
    assert not _of(maria, WorkKind.KEYING)
