"""AUD020 Approvals: what one person asks for and another decides; one's own and their outcome."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from billing_tui.access.approvals import find_request, list_requests
from billing_tui.access.decide_request import approve_request, refuse_request
from billing_tui.access.request_change import withdraw_request
from billing_tui.access.rights import Right
from billing_tui.access.tables import RequestState
from billing_tui.access.trail_words import about_text
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.operations.executors import EXECUTORS
from billing_tui.tui.commands import BACKWARD, FOLD, FORWARD, REFRESH
from billing_tui.tui.ink import Line, Role, gap
from billing_tui.tui.list_screen import ListScreen, next_view
from billing_tui.tui.pages import Onward
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.screens.access.entry_lines import show_account
from billing_tui.tui.screens.access.request_lines import request_lines, state_role
from billing_tui.tui.screens.confirm import ask_first
from billing_tui.tui.screens.reason import ask_why
from billing_tui.tui.shown import cents_text, counted
from billing_tui.tui.side_by_side import field_label, field_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from billing_tui.access.approvals import RequestView
    from billing_tui.tui.room_screen import Outcome

    Choices = Sequence[tuple[str, RequestView]]


def _maker(row: RequestView) -> str:
    """Who asked; in brackets where they may not ask any more."""
    return f"({row.maker})" if row.maker_gone else row.maker


_OPTIONS = {"1": "Approve", "4": "Refuse", "5": "Whole", "7": "Account", "8": "Withdraw"}
_NUMBER: Column[RequestView] = Column("No", 5, lambda row: str(row.id), right=True)
_WHAT: Column[RequestView] = Column(
    "What", 23, lambda row: row.title, grows=True, role=lambda _row: Role.VALUE
)
_ABOUT: Column[RequestView] = Column(
    "About", 10, lambda row: about_text(row.subject_kind, row.subject), grows=True
)
_MAKER: Column[RequestView] = Column(
    "By", 7, _maker, role=lambda row: Role.WARNING if row.maker_gone else Role.TEXT
)
_STATE: Column[RequestView] = Column(
    "State", 9, lambda row: row.state.value, role=lambda row: state_role(row.state)
)
_REFUSALS = (
    "The document is missing",
    "The day is wrong; ask again from the right one",
    "The account is not the one that is meant",
    "Not within the policy",
)


class View(Enum):
    """What the list shows; F11 goes on to the next."""

    WAITING = "What waits for a decision, the oldest first."
    MINE = "What you asked for and what became of it, the newest first."
    DECIDED = "What was decided, the newest first."


_COLUMNS: dict[View, tuple[Column[RequestView], ...]] = {
    View.WAITING: (
        _NUMBER,
        _WHAT,
        _ABOUT,
        Column("Amount", 10, lambda row: cents_text(row.amount_cents or None), right=True),
        _MAKER,
        Column("Days", 4, lambda row: str(row.age_days), right=True),
    ),
    View.MINE: (
        _NUMBER,
        _STATE,
        _WHAT,
        _ABOUT,
        Column("Outcome", 15, lambda row: row.refusal or row.checker or "-", grows=True),
    ),
    View.DECIDED: (
        _NUMBER,
        _STATE,
        _WHAT,
        _ABOUT,
        _MAKER,
        Column("Decided by", 10, lambda row: row.checker or "-"),
    ),
}


class Approvals(ListScreen["RequestView"]):
    """One queue with everything that a decision needs."""

    ident = "AUD020"
    heading = "Approvals"
    help_text = (
        "Under the list stands all that is needed to decide: who asks and why, the amount against "
        "your limit, the account, before and after. 1 approves and carries out exactly that, 4 "
        "refuses with a reason that reaches whoever asked. Nobody decides what they asked for. A "
        "name in brackets may not ask any more: refuse that. F11 turns to your own requests and "
        "their outcome, where 8 takes one back, and to what was decided."
    )
    commands = (
        REFRESH,
        BACKWARD,
        FORWARD,
        FOLD.called("Turn", "What waits, your own requests, what was decided."),
    )
    option_rights: ClassVar[dict[str, Right]] = {
        "1": Right.DECIDE_REQUESTS,
        "4": Right.DECIDE_REQUESTS,
        "8": Right.REQUEST_CHANGES,
    }
    detail_rows = (11, 22)
    looks_again = True

    def prepare(self) -> None:
        """The queue; one's own requests where one may not decide; or around a request's number."""
        may_look = self.desk.may(Right.DECIDE_REQUESTS) or self.desk.may(Right.READ_TRAIL)
        self._view = View.WAITING if may_look else View.MINE
        self._first: RequestView | None = None
        if self.subject:
            if not self.subject.isdigit():
                raise InvalidEntry("Key the number of a request.", field="way")
            self._first = find_request(self.desk, int(self.subject))
            pending = self._first.state is RequestState.PENDING
            self._view = View.WAITING if pending else View.DECIDED

    def make_list(self) -> RecordList[RequestView]:
        """The requests."""
        return RecordList(
            _COLUMNS[self._view], options=_OPTIONS, default="5", key=lambda row: row.id
        )

    def fill(self) -> None:
        """List what the view is about; at first around the request that was named."""
        list_ = self.records
        list_.columns = _COLUMNS[self._view]
        list_.empty = "Nothing waits." if self._view is View.WAITING else "There is none."
        if self._first is not None:
            list_.show(self.source(), at=self._first)
            self._first = None
        else:
            super().fill()

    def source(self) -> Onward[RequestView]:
        """The requests of the view."""
        return Onward(self._fetch, lambda row: about_text(row.subject_kind, row.subject))

    def head(self) -> Line:
        """What the list shows."""
        return (gap(1), (self._view.value, Role.LABEL))

    def _fetch(self, row: RequestView | None, limit: int) -> Sequence[RequestView]:
        after = row.id if row is not None else 0
        desk = self.desk
        if self._view is View.WAITING:
            return list_requests(desk, after=after, limit=limit)
        mine = desk.username if self._view is View.MINE else ""
        return list_requests(
            desk,
            state=None,
            decided=self._view is View.DECIDED,
            maker=mine,
            newest_first=True,
            after=after,
            limit=limit,
        )

    def greeting(self) -> str:
        """What to do."""
        if self._view is View.WAITING and self.records.row is None:
            return "Nothing waits for a decision; F11 shows your own and what was decided."
        if self._view is View.WAITING:
            return "1 approves and carries out, 4 refuses; Enter shows the request whole."
        return str(self._view.value)

    def detail(self, row: RequestView, width: int, height: int) -> list[Line]:
        """All that is needed to decide."""
        return request_lines(row, self.desk.business_day, width, height)

    def why_not_option(self, option: str) -> str:
        """One's own request, another's to withdraw, one that is decided, or a missing right."""
        row, missing = self.records.row, super().why_not_option(option)
        if missing or row is None:
            return missing
        if option in {"1", "4"}:
            return row.why_not or (row.maker_gone if option == "1" else "")
        if option == "8" and row.maker != self.desk.username:
            return f"Request {row.id} is {row.maker}'s; only they take it back."
        if option == "8" and row.state is not RequestState.PENDING:
            return f"Request {row.id} is {row.state.value.lower()} already."
        return ""

    def command_fold(self) -> Outcome:
        """What waits, one's own, what was decided."""
        self._view = next_view(self._view)
        return self.show_from_top(self._view.value)

    # Decisions

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """One kind of decision after the other; what is left keeps its option."""
        message.stop()
        chosen: Choices = message.choices
        message.list.keep(chosen)
        for option, ask in (("1", self._approve), ("4", self._refuse), ("8", self._withdraw)):
            rows = [row for other, row in chosen if other == option]
            if rows:
                ask(rows, [one for one in chosen if one[0] != option])
                return
        message.list.command_cancel()
        option, row = chosen[0]
        if option == "5":
            self.billing.open_screen("AUD021", str(row.id))
        else:
            show_account(self, f"Request {row.id}", row.subject_kind, row.subject)

    def _approve(self, rows: list[RequestView], later: Choices) -> None:
        desk = self.desk

        def work(row: RequestView) -> None:
            approve_request(desk, row.id, seen=row.digest, executors=EXECUTORS)

        ask_first(
            self,
            f"Approve and carry out {counted(len(rows), 'request')}?",
            _told(rows),
            lambda: self._each(rows, later, work, "approved and carried out"),
            otherwise="Nothing was decided; the options still stand.",
        )

    def _refuse(self, rows: list[RequestView], later: Choices) -> None:
        desk = self.desk

        def refuse(why: str) -> None:
            self._each(rows, later, lambda row: refuse_request(desk, row.id, why), "refused")

        word = f"Refuse {counted(len(rows), 'request')}. Why? The maker reads it."
        ask_why(self, word, _REFUSALS, refuse)

    def _withdraw(self, rows: list[RequestView], later: Choices) -> None:
        desk = self.desk
        ask_first(
            self,
            f"Take back {counted(len(rows), 'request')}?",
            _told(rows),
            lambda: self._each(
                rows, later, lambda row: withdraw_request(desk, row.id), "taken back"
            ),
            otherwise="Nothing was taken back; the options still stand.",
        )

    def _each(
        self,
        rows: Sequence[RequestView],
        later: Choices,
        work: Callable[[RequestView], object],
        done: str,
    ) -> None:
        def all_of_them() -> None:
            for row in rows:
                work(row)

        more = f" {len(later)} more to go: Enter." if later else ""
        told = f"Request {rows[0].id} is" if len(rows) == 1 else f"{len(rows)} requests are"
        self.save(all_of_them, lambda _none: f"{told} {done}.{more}", later=later)


_MOST_TOLD = 8


def _told(rows: Sequence[RequestView]) -> list[str]:
    """What would be carried out, a line for each request."""
    told = []
    for row in rows[:_MOST_TOLD]:
        changes = "; ".join(
            f"{field_label(one.field)} {field_text(one.field, one.before)} > "
            f"{field_text(one.field, one.after)}"
            for one in row.changes
        )
        told.append(f"{row.id}  {about_text(row.subject_kind, row.subject)}  {changes}")
    more = len(rows) - _MOST_TOLD
    return [*told, f"and {counted(more, 'more request')}"] if more > 0 else told
