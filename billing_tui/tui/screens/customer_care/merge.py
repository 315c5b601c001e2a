"""CAR050 Merge duplicates: two customers side by side, what would move, and the merges made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from billing_tui.access.rights import Right
from billing_tui.customer_care.likely_pairs import likely_pairs, likeness
from billing_tui.customer_care.merge_customers import merge_customers
from billing_tui.customer_care.merges import MergeLine, customers_like, merges
from billing_tui.customer_care.same_customer import plan_merge
from billing_tui.customer_care.undo_merge import undo_merge
from billing_tui.ledger.receivables import balances
from billing_tui.tui.commands import BACKWARD, CONFIRM, FORWARD, LIST
from billing_tui.tui.entry import Entry
from billing_tui.tui.entry_screen import EntryScreen
from billing_tui.tui.ink import Role
from billing_tui.tui.kinds import Choice
from billing_tui.tui.pages import Onward
from billing_tui.tui.painted import Rule, Sheet
from billing_tui.tui.record_kinds import customer
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.screens.choose import ChooseScreen
from billing_tui.tui.screens.customer_care.likely_pairs_window import MOST_PAIRS, LikelyPairs
from billing_tui.tui.screens.customer_care.merge_lines import side_lines
from billing_tui.tui.screens.reason import ReasonScreen, ask_why
from billing_tui.tui.shown import counted, day_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from textual.widget import Widget

    from billing_tui.customer_care.likely_pairs import LikelyPair, Likeness
    from billing_tui.tui.ink import Line
    from billing_tui.tui.room_screen import Outcome, RoomScreen

_COLUMNS: tuple[Column[MergeLine], ...] = (
    Column("Merged", 8, lambda row: day_text(row.day)),
    Column("Stays", 19, lambda row: f"{row.kept} {row.kept_name}", grows=True),
    Column("Was", 19, lambda row: f"{row.merged} {row.merged_name}", grows=True),
    Column("Rows", 6, lambda row: f"{row.rows:,}", right=True, extra=100),
    Column("By", 7, lambda row: row.staff),
    Column("Undone", 8, lambda row: day_text(row.undone)),
)
_MERGE_WHY = (
    "One person: what is on file was compared",
    "The customer said so and was identified",
    "Entered twice by us",
)
_UNDO_WHY = ("They are two people", "The wrong customer was chosen")


def _doubt(alike: Likeness) -> str:
    """What is to be asked before two are merged whose names are not alike; "" for nothing."""
    if alike.names:
        return ""
    shared = f"{alike.shared.capitalize()}, but other names"
    return f"{shared if alike.shared else 'No name, phone or email is the same'}: one person?"


class MergeCustomers(EntryScreen):
    """Who stays, who turned out to be the same; F10 merges after a reason."""

    ident = "CAR050"
    heading = "Merge duplicates"
    help_text = (
        "Everything that points to the second customer points to the first from then on; accounts "
        "keep their numbers and ledgers, and the old customer number finds the one who stays. "
        "What moves stands on the sheet before you merge. F4 in an empty field lists pairs that "
        "look alike. Tab goes on to the list of merges: 4 beside a merge undoes it to the "
        "letter, the newest first. Merge only who is one person: debts come together with it."
    )
    commands = (
        LIST,
        CONFIRM.called("Merge", "Merge the two.", Right.KEEP_RECORDS.value),
        BACKWARD,
        FORWARD,
    )
    option_rights: ClassVar[dict[str, Right]] = {"4": Right.KEEP_RECORDS}
    stays = True
    outlook_word = "Side by side; <- goes over to the one who stays"

    def entries(self) -> Sequence[Entry]:
        """Two customers."""
        return (
            Entry("kept", " Stays", customer(), label_width=12),
            Entry("merged", " Is the same", customer(), label_width=12),
        )

    def first_texts(self) -> Mapping[str, str]:
        """From an account, its customer stays."""
        return {"kept": self.subject}

    def body(self) -> Iterable[Widget]:
        """The two, what would move, the merges."""
        yield from super().body()
        yield Rule("Merges")
        yield RecordList(
            _COLUMNS,
            options={"4": "Undo"},
            default="?",
            empty="Nobody was merged yet.",
            key=lambda row: row.merge_id,
        )
        yield Sheet(id="legend")

    def open(self) -> None:
        """Clear the two and read the merges."""
        super().open()
        list_: RecordList[MergeLine] = self.query_one(RecordList)
        list_.show(Onward(_fetch, lambda row: row.merged))
        self.query_one("#legend", Sheet).show([list_.legend_line])
        if self.subject and self._draft is None:
            kept, merged = self.form.entries
            self.take(kept)
            self.show_outlook()
            merged.focus()

    def greeting(self) -> str:
        """What to key."""
        if self.subject:
            return "Who is the same? A name or a number; F4 lists who is alike. Tab: the merges."
        return "Who stays? A name or a number; F4 lists likely pairs. Tab: the merges."

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """Both sides, or who is like the first one."""
        width, rows = self.billing.size
        height = 9 if rows < 32 else 20
        if "kept" not in known:
            return [()] * height
        if "merged" not in known:
            alike = customers_like(known["kept"].customer_id)
            told = ", ".join(f"{one.number} {one.name}" for one in alike) or "nobody"
            line: Line = ((f" Same name, phone or email: {told}", Role.VALUE),)
            return [line, *[()] * (height - 1)]
        plan = plan_merge(
            known["kept"].customer_id, known["merged"].customer_id, self.desk.business_day
        )
        accounts = [
            one.row
            for side in (plan.kept, plan.merged)
            for one in side.pointing
            if one.table == "account"
        ]
        owed = balances(accounts)
        both = likeness(plan.kept.customer_id, plan.merged.customer_id)
        doubt = _doubt(both)
        verdict: Line = ((f" {both.shared.capitalize()}.", Role.GOOD),)
        if doubt:
            verdict = ((f" * {doubt}", Role.WARNING),)
        return [verdict, *side_lines(plan, owed, width, height - 1)]

    def command_list(self) -> Outcome:
        """In the first field while it is empty, likely pairs; else who fits, or is like it."""
        kept, merged = self.form.entries
        if self.focused is kept and not kept.text:
            pairs = lambda: likely_pairs(limit=MOST_PAIRS)  # noqa: E731 - one call
            self.carry_out("looking", pairs, self._offer)
            return True
        if self.focused is merged and not merged.text and kept.taken is not None:
            alike = customers_like(kept.value.customer_id)
            choices = [Choice(one.number, one.name) for one in alike]
            self.billing.ask(ChooseScreen("Like the one who stays", choices), self._take_like)
            return True
        return super().command_list()

    def _offer(self, pairs: Sequence[LikelyPair]) -> None:
        self.billing.ask(LikelyPairs(pairs), self._take_pair)

    def _take_pair(self, pair: LikelyPair | None) -> None:
        if pair is not None:
            self._key("kept", pair.one.number)
            self._key("merged", pair.other.number)

    def _take_like(self, choice: Choice | None) -> None:
        if choice is not None:
            self._key("merged", choice.code)

    def _key(self, name: str, number: str) -> None:
        entry = self.form.entry(name)
        entry.retype(number)
        entry.accept()

    def ask_first(self, values: Mapping[str, Any]) -> RoomScreen | None:
        """Refuse what cannot be; else the reason."""
        kept, merged = values["kept"], values["merged"]
        plan = plan_merge(kept.customer_id, merged.customer_id, self.desk.business_day)
        self._versions = plan.kept.version, plan.merged.version
        moves = counted(len(plan.moving), "record")
        doubt = _doubt(likeness(kept.customer_id, merged.customer_id))
        word = doubt or f"{merged.number} into {kept.number}: {moves} go over."
        return ReasonScreen(f"{word} Why?", _MERGE_WHY)

    def save(self, values: Mapping[str, Any]) -> tuple[str, str, int]:
        """Merge them as they were shown."""
        kept, merged = values["kept"], values["merged"]
        merge = merge_customers(
            self.desk,
            kept.customer_id,
            merged.customer_id,
            str(values["reason"]),
            versions=self._versions,
        )
        return kept.number, merged.number, merge

    def saved(self, result: Any) -> str:
        """Who is whom now."""
        kept, merged, _ = result
        return f"{merged} is {kept} now. Tab to the list of merges, 4 there undoes it."

    def command_forward(self) -> Outcome:
        """Page the merges from wherever the cursor is."""
        return self.query_one(RecordList).command_forward()

    def command_backward(self) -> Outcome:
        """Page the merges from wherever the cursor is."""
        return self.query_one(RecordList).command_backward()

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """Undo the merges that are marked, one after the other."""
        message.stop()
        option, row = message.choices[0]
        message.list.keep(message.choices[1:])
        if option != "4":
            self.say(f"{row.merged} was merged by {row.staff}: {row.why}")
            return
        desk = self.desk

        def then(_none: None) -> None:
            self.open()
            self.say(f"{row.merged} and {row.kept} are two again.")

        def undo(reason: str) -> None:
            self.carry_out("undoing", lambda: undo_merge(desk, row.merge_id, reason), then)

        word = f"Part {row.merged} from {row.kept}. Why?"
        ask_why(self, word, _UNDO_WHY, undo, otherwise="The merge stands.")


def _fetch(row: MergeLine | None, limit: int) -> Sequence[MergeLine]:
    return merges(before=row.merge_id if row else None, limit=limit)
