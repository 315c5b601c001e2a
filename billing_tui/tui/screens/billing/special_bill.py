"""BIL060 Special bill: a template, its inputs, each line with its arithmetic; F10 posts or asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.billing.special.template import read_templates
from billing_tui.billing.special_bill import (
    draft_special,
    post_or_ask,
    refuse_unapprovable,
    special_bills,
)
from billing_tui.foundation.errors import Refused
from billing_tui.foundation.money import money_text
from billing_tui.tui import record_kinds
from billing_tui.tui.commands import CONFIRM, LIST, NEW
from billing_tui.tui.entry import Entry
from billing_tui.tui.entry_screen import EntryScreen
from billing_tui.tui.ink import Role, cut, wrapped
from billing_tui.tui.kinds import Choice, choice
from billing_tui.tui.screens.billing.special_lines import (
    LABEL,
    entry_of,
    field_name,
    keyed_inputs,
    preview_lines,
)
from billing_tui.tui.screens.reason import ReasonScreen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from billing_tui.billing.special.draft import SpecialDraft
    from billing_tui.billing.special_bill import Placed
    from billing_tui.documents.print_special import PrintedSpecial
    from billing_tui.tui.ink import Line
    from billing_tui.tui.room_screen import Outcome, RoomScreen

_REASONS = (
    "As the customer asked for",
    "As the field crew reported",
    "Repair proved, request in writing on file",
)


class SpecialBillScreen(EntryScreen):
    """A bill outside the runs."""

    ident = "BIL060"
    heading = "Special bill"
    help_text = (
        "Key the account, then the template; F4 lists them. Its inputs appear, and when all are "
        "keyed the lines stand below, each with its arithmetic and what its price came from. F10 "
        "shows the total and asks why; then the bill is posted, or waits for a lead where it is "
        "more than one person posts alone. F6 prints the "
        "newest special bill of the account into the office's folder `printed`."
    )
    opening = "Account, then template; F4 lists what a field takes."
    outlook_word = "What will be billed"
    commands = (
        LIST,
        NEW.called("Print", "Print the account's newest special bill.", Right.PRINT_BILLS.value),
        CONFIRM.called("Post", "Post the bill, or ask for its approval."),
    )
    stays = True

    def __init__(self, subject: str = "") -> None:
        super().__init__(subject)
        self._templates = read_templates()

    def entries(self) -> Sequence[Entry]:
        """Account, template, and the inputs of every template, hidden until it is chosen."""
        codes = [Choice(one.code.upper(), one.title) for one in self._templates.values()]
        today = self.desk.business_day
        return (
            Entry("account", " Account", record_kinds.account(), label_width=LABEL),
            Entry("template", " Template", choice(10, codes), label_width=LABEL),
            *(
                entry_of(template, one, today)
                for template in self._templates.values()
                for one in template.inputs
            ),
        )

    def first_texts(self) -> Mapping[str, str]:
        """The defaults; account, template and bill where the screen was opened with them."""
        account, template, number, *_ = [*self.subject.split(), "", "", ""]
        found = {
            field_name(one, entry): entry.default
            for one in self._templates.values()
            for entry in one.inputs
        }
        return found | {"account": account, "template": template.upper(), "leak-bill": number}

    def open(self) -> None:
        """Read what the screen was opened with, so that the next field is the one to key."""
        for entry in self.form.entries[2:]:
            entry.display = False
        super().open()
        for name in ("account", "template", "leak-bill"):
            self.take(self.form.entry(name))
        left_ = [entry for entry in self.form.shown if entry.taken is None]
        if self._draft is None:
            (left_ or self.form.shown)[0].focus()
        self.show_outlook()

    def understood(self, entry: Entry) -> None:
        """The template decides which inputs there are."""
        if entry.id != "template":
            return
        wanted = {
            field_name(self._chosen(entry.value), one) for one in self._chosen(entry.value).inputs
        }
        for field in self.form.entries[2:]:
            field.display = field.id in wanted

    def _chosen(self, code: str) -> Any:
        return self._templates[code.lower()]

    def _drawn_up(self, values: Mapping[str, Any]) -> SpecialDraft:
        template = self._chosen(values["template"])
        keyed = keyed_inputs(template, values)
        return draft_special(self.desk, template.code, values["account"].number, keyed)

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """The bill line by line as soon as everything is keyed; before that, what is missing."""
        if not {"account", "template"} <= known.keys():
            return [((" An account and a template first.", Role.LABEL),)]
        template = self._chosen(known["template"])
        width = self.billing.size.width
        missing = [
            one.label
            for one in template.inputs
            if not one.default and field_name(template, one) not in known
        ]
        if missing:
            told = f"Still to be keyed: {', '.join(missing)}."
            return [((f" {part}", Role.LABEL),) for part in wrapped(told, width - 2, 2)]
        draft, refused = self._drawn_up(known), ""
        try:
            refuse_unapprovable(self.desk, draft)
        except Refused as error:
            refused = error.sentence
        return preview_lines(draft, width, refused)

    def ask_first(self, values: Mapping[str, Any]) -> RoomScreen:
        """For whom, what and how much, and why: nothing is posted unseen."""
        draft = self._drawn_up(values)
        refuse_unapprovable(self.desk, draft)
        doing = "Ask a lead" if draft.approval else "Post it now"
        holder = cut(f"Account {draft.account}, {values['account'].name}", 74)
        word = f"{draft.title}, {money_text(draft.total_cents)}: why?"
        return ReasonScreen(word, _REASONS, told=(holder, f"{doing}? Enter confirms the reason."))

    def save(self, values: Mapping[str, Any]) -> tuple[Placed, int]:
        """Post it, or ask for it."""
        draft = self._drawn_up(values)
        reason = values.get("reason", "")
        placed = post_or_ask(self.desk, draft, reason=reason, key=self.request_key)
        return placed, draft.total_cents

    def saved(self, result: tuple[Placed, int]) -> str:
        """Its number, or that of the request."""
        placed, cents = result
        if placed.number:
            return f"{placed.number} of {money_text(cents)} is posted; F6 prints it."
        return f"Request {placed.request} over {money_text(cents)} waits for a second person."

    def command_new(self) -> Outcome:
        """Print the newest special bill of the account."""
        entry = self.form.entry("account")
        if entry.taken is None:
            found = special_bills(limit=1)
        else:
            found = special_bills(account_id=entry.value.account_id, limit=1)
        if not found:
            return "There is no special bill to print."
        desk, number = self.desk, found[0].number

        def work() -> PrintedSpecial:
            from billing_tui.documents.print_special import print_special

            return print_special(desk, number)

        self.carry_out(
            "printing", work, lambda done: self.say(f"{number} stands in {done.path.name}.")
        )
        return True
