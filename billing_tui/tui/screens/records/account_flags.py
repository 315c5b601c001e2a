"""CHG030 Flags and holds: set one with its end and proof, end one, see what ends soon."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.records.account_flags import DAYS, MUST_END, NEEDS_PROOF, add_flag, end_flag
from billing_tui.records.kinds import FlagKind
from billing_tui.service_orders.first_bill import flag_counts
from billing_tui.tui.entry import Entry
from billing_tui.tui.ink import Line, Role, gap, left, wrapped
from billing_tui.tui.kinds import Choice, Kind, Taken, choice, day, optional, text
from billing_tui.tui.screens.records.account_entry import AccountEntryScreen, saving
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from billing_tui.records.account_values import FlagLine

_WIDTH = 60
_NO_END = "N"
_BILLED = {
    FlagKind.HOLD_BILL: "no bill until it ends",
    FlagKind.TAX_EXEMPT: "no utility users' tax",
    FlagKind.LOW_INCOME: "the low-income rate",
}
"""What bills make of a flag; the others stand on the inquiry for whoever works there."""


def _until(today: date) -> Kind:
    """A last day; blank for the usual one (the value is None), N for none (it is "")."""
    plain = optional(day(today, auto_advance=False))

    def read(entry: str) -> Taken:
        if entry.strip().upper() == _NO_END:
            return Taken("", _NO_END, "no end")
        return plain.read(entry)

    help_ = "The last day; blank for the usual one, N where it has no end."
    return replace(plain, read=read, characters=None, help=help_)


class AccountFlags(AccountEntryScreen):
    """One flag of one account is set or ended."""

    ident = "CHG030"
    heading = "Flags and holds"
    help_text = (
        "A flag ends by itself: blank takes the usual time of its kind, N keeps it until somebody "
        "ends it. A hold without an end needs a day on which it is looked at again. Relief that "
        "changes what is paid needs a proof: say which document you saw. Hold bill keeps the "
        "account off bills; every run lists it as held. What ends soon is on Today."
    )
    commands = saving("Set or end the flag.")
    next_step = "Set a flag or end one? F4 lists the flags."
    outlook_word = "Flags"

    def entries(self) -> Sequence[Entry]:
        """Account, what is done, which flag, its days, why, the proof."""
        today = self.desk.business_day
        ways = (Choice("SET", "set a flag"), Choice("END", "end one that is in force"))
        kinds = [Choice(kind.value.upper(), _BILLED.get(kind, "")) for kind in FlagKind]
        flag = choice(20, kinds, "A flag, or its first letters; F4 lists them.")
        proof = "The document that you saw, such as `CARE letter of 10/30/26`."
        rest = (
            Entry("to_day", " Last day", _until(today)),
            Entry("review_day", " Look again", day(today), help_="When it is looked at again."),
            Entry("reason", " Reason", text(_WIDTH, "Why; it stands beside the flag.")),
            Entry("proof", " Proof seen", text(_WIDTH, proof)),
        )
        rest[1].display = rest[3].display = False
        return (
            self.account_field(),
            Entry("way", " Do", choice(3, ways)),
            Entry("kind", " Flag", replace(flag, choices=lambda _keyed: self._listed(kinds))),
            Entry("from_day", " First day", day(today)),
            *rest,
        )

    def first_texts(self) -> Mapping[str, str]:
        """The account that was named, from today on."""
        today = f"{self.desk.business_day:%m%d%y}"
        return {"account": self.subject, "way": "SET", "from_day": today}

    def understood(self, entry: Entry) -> None:
        """Ask for what the flag needs."""
        if entry.id == "account":
            self.take_account(entry.value)
        elif entry.id in {"way", "kind", "to_day"}:
            self._open_what_is_needed()
            self._refuse_backwards()
        if entry.id in {"way", "kind"} and self._ends() and self.form.entry("kind").taken:
            self._flag_to_end()

    def _refuse_backwards(self) -> None:
        first, last = self.form.entry("from_day"), self.form.entry("to_day")
        if first.display and first.value and last.value and last.value < first.value:
            raise InvalidEntry("The last day comes before the first.", field="to_day")

    def _ends(self) -> bool:
        return bool(self.form.entry("way").text == "END")

    def _listed(self, kinds: Sequence[Choice]) -> Sequence[Choice]:
        """All flags to be set; to be ended those that are in force."""
        if not self._ends() or self.summary is None:
            return kinds
        mine = {flag.kind.value.upper() for flag in self.summary.flags}
        return [one for one in kinds if one.code in mine]

    def _kind(self) -> FlagKind | None:
        found = self.form.entry("kind").value
        return next((kind for kind in FlagKind if kind.value.upper() == found), None)

    def _open_what_is_needed(self) -> None:
        kind, ends = self._kind(), self._ends()
        last = self.form.entry("to_day")
        self.form.entry("from_day").display = not ends
        open_ended = not ends and last.text.strip().upper() == _NO_END
        self.form.entry("review_day").display = open_ended and kind in MUST_END
        self.form.entry("proof").display = not ends and kind in NEEDS_PROOF
        last.help_sentence = _LAST_DAY if ends else last.kind.help

    def _flag_to_end(self) -> FlagLine:
        kind = self._kind()
        for flag in self.known_account().flags:
            if flag.kind is kind:
                return flag
        raise InvalidEntry("The account has no such flag in force today.", field="kind")

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """What the flag will do, and what stands."""
        summary, width = self.summary, self.billing.size.width
        if summary is None or "account" not in known:
            return []
        lines = self.head_lines(width)
        kind = self._kind() if "kind" in known else None
        if kind is not None:
            plan = _plan(kind, known, self.desk.business_day, ends=self._ends())
            parts = wrapped(plan, width - 4, 3)
            lines += [
                ((f" {' ' * 2 * (at > 0)}{part}", Role.VALUE),) for at, part in enumerate(parts)
            ]
            if kind in _BILLED:
                told = flag_counts(summary.account_id, *self._days_counted(kind, known))
                lines.append(((f"   {told}", Role.LABEL),))
        return [*lines, *_flags(summary.flags, width)]

    def _days_counted(self, kind: FlagKind, known: Mapping[str, Any]) -> tuple[date, date | None]:
        """First and last day of the flag, or the first one without it where it ends."""
        first, until = known.get("from_day") or self.desk.business_day, known.get("to_day")
        if self._ends():
            return (until or self.desk.business_day) + timedelta(days=1), None
        return first, until or _usual_end(kind, first, until)

    def save(self, values: Mapping[str, Any]) -> tuple[FlagKind, date | None]:
        """Set or end it."""
        account, kind = self.known_account(), self._kind()
        assert kind is not None  # noqa: S101 - `values` has read the field
        if self._ends():
            last = values["to_day"] or None
            ended = end_flag(
                self.desk,
                self._flag_to_end().flag_id,
                to_day=last,
                why=values["reason"],
                key=self.request_key,
            )
            return kind, ended
        until = values["to_day"]
        add_flag(
            self.desk,
            account.account_id,
            kind,
            values["reason"],
            from_day=values["from_day"],
            to_day=until or None,
            open_ended=until == "",
            review_day=values.get("review_day"),
            proof=values.get("proof", ""),
            key=self.request_key,
        )
        return kind, until or _usual_end(kind, values["from_day"], until)

    def saved(self, result: Any) -> str:
        """The flag and its last day."""
        kind, last = result
        until = f"to {day_text(last)}" if last else "until somebody ends it"
        return f"{self.known_account().number}: {kind} {until}."


_COLUMNS = (("In force", 20), ("From", 10), ("To", 11), ("By", 10))
_LAST_DAY = "Its last day; blank for today."


def _usual_end(kind: FlagKind, first: date, until: object) -> date | None:
    return first + timedelta(days=DAYS[kind]) if until is None else None


def _plan(kind: FlagKind, known: Mapping[str, Any], today: date, *, ends: bool) -> str:
    """The flag as it will be, in one sentence."""
    if ends:
        return f"> {kind} ends: its last day is {day_text(known.get('to_day') or today)}."
    first, until = known.get("from_day") or today, known.get("to_day")
    last = until or _usual_end(kind, first, until)
    days = f"to {day_text(last)}" if last else "until somebody ends it"
    if known.get("review_day"):
        days += f", looked at again {day_text(known['review_day'])}"
    does = f": {_BILLED[kind]}" if kind in _BILLED else ""
    return f"> {kind} from {day_text(first)} {days}{does}."


def _flags(flags: Sequence[FlagLine], width: int) -> list[Line]:
    """The flags in force, with who set them and why."""
    if not flags:
        return [((" No flag is in force.", Role.LABEL),)]
    heads = (
        left("In force", 20, Role.HEAD),
        left("From", 10, Role.HEAD),
        left("To", 10, Role.HEAD),
    )
    told: list[Line] = [(gap(1), *heads, left("By", 10, Role.HEAD), ("Reason", Role.HEAD))]
    for flag in flags:
        last = day_text(flag.to_day)
        if flag.review_day:
            last = f"?{day_text(flag.review_day)}"
        told.append(
            (
                gap(1),
                left(str(flag.kind), 20, Role.WARNING),
                left(day_text(flag.from_day), 10),
                left(last, 11),
                (flag.staff, Role.LABEL),
            )
        )
        why = "; proof: ".join(filter(None, (flag.reason, flag.proof)))
        told += [((f"   {part}", Role.TEXT),) for part in wrapped(why, width - 4, 2)]
    if any(flag.review_day for flag in flags):
        told.append(((" ? no end; looked at again on that day", Role.LABEL),))
    return told
