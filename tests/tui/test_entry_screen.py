"""The guided entry that all entry screens are made of: checking, saving, refusing, drafts."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from driving import see, type_keys

from billing_tui.access.drafts import drafts_of
from billing_tui.access.rights import Right
from billing_tui.access.tables import AuditEntry
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import Problem, ProblemsFound
from billing_tui.tui import fast_path
from billing_tui.tui.entry import Entry
from billing_tui.tui.entry_screen import EntryScreen
from billing_tui.tui.form import Form
from billing_tui.tui.ink import Role
from billing_tui.tui.kinds import Choice, choice, money, secret, text
from billing_tui.tui.record_kinds import account
from billing_tui.tui.screens import register
from billing_tui.tui.screens.register import Listing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from billing_tui.tui.app import BillingApp
    from billing_tui.tui.ink import Line

    Sit = Callable[..., BillingApp]


class Remark(EntryScreen):
    """A remark with an amount that is asked for only where there is a fee."""

    ident: ClassVar[str] = "TST010"
    heading: ClassVar[str] = "Remark"

    def entries(self) -> Sequence[Entry]:
        """Account, whether there is a fee, the fee, words, a passphrase."""
        yes_no = choice(1, [Choice("Y", "yes"), Choice("N", "no")])
        fee = Entry("fee", " Fee", money())
        fee.display = False
        return (
            Entry("account", " Account", account()),
            Entry("charged", " Charged", yes_no),
            fee,
            Entry("words", " Words", text(40, required=True)),
            Entry("phrase", " Passphrase", secret(20, "Not kept.")),
        )

    def first_texts(self) -> Mapping[str, str]:
        """The account that the screen was opened for."""
        return {"account": self.subject, "charged": "N"}

    def understood(self, entry: Entry) -> None:
        """A fee is asked for where there is one."""
        if entry.id == "charged":
            self.form.entry("fee").display = entry.value == "Y"

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """Whose account it is."""
        return [((f"For {known['account'].name}", Role.TEXT),)] if "account" in known else ()

    def save(self, values: Mapping[str, Any]) -> str:
        """Write the trail only."""
        if "nothing" in values["words"]:
            problems = (Problem(0, "Nothing is no remark.", "words"),)
            raise ProblemsFound("The remark has a problem.", problems)
        with writing(
            self.desk,
            Right.KEEP_RECORDS,
            "test.remark",
            key=self.request_key,
            request=values["words"],
        ) as act:
            if not act.repeated:
                act.after = {
                    "words": values["words"],
                    "fee": getattr(values.get("fee"), "cents", 0),
                }
        return str(values["words"])

    def saved(self, result: Any) -> str:
        """What was said."""
        return f"Kept: {result}."


class Aside(Remark):
    """A remark that is made in the middle of another."""

    ident: ClassVar[str] = "TST020"


@pytest.fixture(autouse=True)
def _listed(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [
        Listing("TST010", "9.1", "Remark", "remark", f"{__name__}:Remark"),
        Listing("TST020", "9.9", "Aside", "aside", f"{__name__}:Aside"),
    ]
    for module in (register, fast_path):
        monkeypatch.setattr(module, "LISTINGS", (*module.LISTINGS, *both))
    monkeypatch.setattr(Listing, "load", _load(Listing.load))


def _load(usual: Callable[[Listing], Any]) -> Callable[[Listing], Any]:
    mine = {"TST010": Remark, "TST020": Aside}
    return lambda one: mine[one.ident] if one.ident in mine else usual(one)


def _steps(app: BillingApp, *steps: str) -> list[Any]:
    async def run() -> list[Any]:
        seen = []
        async with app.run_test(size=(80, 24)) as pilot:
            for step in steps:
                if step == "!hang up":
                    for screen in app.screen_stack:
                        screen.leaving()  # type: ignore[attr-defined]
                    continue
                await type_keys(pilot, app, step)
                seen.append(see(app))
        return seen

    return asyncio.run(run())


def _kept() -> list[dict[str, Any]]:
    rows = AuditEntry.select().where(AuditEntry.verb == "test.remark")
    return [json.loads(row.after) for row in rows]


def test_a_whole_entry_in_one_burst_is_saved(app: Sit) -> None:
    """A field that another one opens takes its keys; F10 saves; the screen goes one step back."""
    seen = _steps(
        app("maria"),
        "acc020 10432-03<enter>",
        "<f2>tst010 10432-03<enter><enter>y<enter>12.50<enter>about the dog<enter>x<enter><f10>",
    )
    assert seen[1].ident == "ACC020"
    assert seen[1].sentence == "Kept: about the dog."
    assert _kept() == [{"words": "about the dog", "fee": 1250}]


def test_an_entry_over_another_leaves_what_was_keyed_below(app: Sit) -> None:
    """Back in the one below its fields stand, the cursor too, and the line says what was saved."""
    seen = _steps(
        app("maria"),
        "tst010 10432-03<enter><enter>y<enter>12.50<enter>about the",
        "<f2>tst020 10432-03<enter><enter>n<enter>another<enter>x<enter><f10>",
        "<end> dog<enter>x<enter><f10>",
    )
    assert seen[1].sentence == "Kept: another."
    assert (seen[1].ident, seen[1].focus) == ("TST010", "words")
    assert _kept() == [{"words": "another", "fee": 0}, {"words": "about the dog", "fee": 1250}]


def test_f10_reads_fields_that_enter_never_reached(app: Sit) -> None:
    """Tab over a field checks nothing; saving checks all of them and opens what follows."""
    seen = _steps(app("maria"), "tst010 10432-03<enter><tab>y<tab>words<tab><f10>")
    assert seen[0].focus == "fee"
    assert _kept() == []


def test_enter_at_the_end_reads_what_tab_went_over(app: Sit) -> None:
    """Only then is everything keyed; what a field opened is asked for first."""
    asked, done = _steps(
        app("maria"),
        "tst010 10432-03<enter><tab>y<tab>words<tab>secret<enter>",
        "12.50<enter><enter><enter>",
    )
    assert (asked.focus, asked.tone) == ("fee", "refuse")
    assert done.sentence.startswith("Everything is keyed")


def test_tab_follows_the_form_before_it_is_laid_out(app: Sit) -> None:
    """A field that has just opened is next though nothing was painted yet: keys may run ahead."""
    sitting = app("maria")

    async def run() -> list[str | None]:
        async with sitting.run_test(size=(80, 24)) as pilot:
            await type_keys(pilot, sitting, "tst010 10432-03<enter>")
            form = sitting.screen.query_one(Form)
            form.entry("fee").display = True
            return [one.id for one in sitting.screen.focus_chain]

    assert asyncio.run(run())[:4] == ["account", "charged", "fee", "words"]


def test_the_message_line_follows_the_cursor(app: Sit) -> None:
    """Tab, Up and Down say what the field takes as Enter does, and an old refusal goes."""
    seen = _steps(
        app("maria"), "tst010 10432-03<enter><tab>", "<tab>", "<up>q<enter>", "<down>", "<up>"
    )
    assert seen[0].sentence.startswith(f"{seen[0].focus.title()}")
    assert (seen[2].tone, seen[2].focus) == ("refuse", "charged")
    assert [(one.focus, one.tone) for one in seen[3:]] == [("words", "say"), ("charged", "say")]
    assert seen[3].sentence == seen[1].sentence
    assert seen[4].sentence == seen[0].sentence


def test_what_will_happen_stands_under_the_fields(app: Sit) -> None:
    """The name stands there as soon as the account was read."""
    (seen,) = _steps(app("maria"), "tst010<enter>10432-03<enter>")
    assert "For Delgado, Rosa M" in seen.text


def test_a_refusal_of_the_verb_keeps_everything_and_goes_to_its_field(app: Sit) -> None:
    """The entry stands as it was keyed, the cursor on the field that the problem names."""
    (seen,) = _steps(app("maria"), "tst010 10432-03<enter><enter><enter>nothing<enter><f10>")
    assert seen.focus == "words"
    assert seen.sentence == "Nothing is no remark."
    assert "nothing" in seen.text
    assert _kept() == []


def test_what_a_refusal_points_at_is_keyed_anew(app: Sit) -> None:
    """F10 with the cursor still in the field: the next keys replace what was refused."""
    _steps(app("maria"), "tst010 10432-03<enter><enter><enter>nothing<f10>", "the dog<f10>")
    assert [one["words"] for one in _kept()] == ["the dog"]


def test_what_is_taken_back_is_said(app: Sit) -> None:
    """F12 in a field that was not read says so; where nothing was keyed there, it leaves."""
    taken, asked = _steps(app("maria"), "tst010 10432-03<enter><enter><enter>dog<f12>", "<f12>")
    assert taken.sentence.startswith("What was keyed in this field is taken back")
    assert asked.ident == "MNU010"


def test_leaving_asks_before_anything_keyed_is_dropped(app: Sit) -> None:
    """F12 asks once something was keyed; F12 again goes on, Enter drops it for good."""
    sitting = app("maria")
    asked, back, gone = _steps(
        sitting, "tst010 10432-03<enter><enter><enter>words<enter><f12>", "<f12>", "<f12><enter>"
    )
    assert asked.ident == "CNF010"
    assert back.ident == "TST010"
    assert "words" in back.text
    assert gone.ident == "MNU010"
    assert drafts_of(sitting.desk) == ()


def test_text_typed_ahead_does_not_answer_whether_to_drop(app: Sit) -> None:
    """Letters are dropped, and the Enter behind them; the entry is still there."""
    asked, back = _steps(
        app("maria"), "tst010 10432-03<enter><enter><enter>words<enter><f12>crew 2<enter>", "<f12>"
    )
    assert asked.ident == "CNF010"
    assert asked.tone == "refuse"
    assert back.ident == "TST010"
    assert "words" in back.text


def test_f12_takes_back_what_is_being_keyed_and_not_what_was_read(app: Sit) -> None:
    """Behind an Enter the field stands, and F12 asks about the whole entry."""
    half, read = _steps(
        app("maria"),
        "tst010 10432-03<enter><enter><enter>wor<f12>",
        "words<enter><up><f12>",
    )
    assert (half.ident, read.ident) == ("TST010", "CNF010")
    assert "wor" not in half.text.partition("Passphrase")[0]


def test_an_entry_in_which_nothing_was_keyed_is_no_draft(app: Sit) -> None:
    """What the screen put there itself may be read and rewritten: F12 leaves at once."""
    sitting = app("maria")
    (seen,) = _steps(sitting, "tst010 1043203<enter><enter><enter><f12>")
    assert seen.ident == "MNU010"
    assert drafts_of(sitting.desk) == ()


def test_an_entry_left_by_f3_waits_on_the_menu(app: Sit) -> None:
    """The menu says so, F9 lists it, 1 takes it up where it was left, and it is saved once."""
    menu, listed, taken, kept = _steps(
        app("maria"),
        "tst010 10432-03<enter><enter>y<enter>7<enter>the gate<enter>hunter2<enter><f3>",
        "<f9>",
        "1<enter>",
        "<f10>",
    )
    assert menu.sentence.startswith("One entry is not saved yet")
    assert listed.ident == "DRF010"
    assert "Delgado, Rosa M" in listed.text
    assert taken.focus == "phrase"
    assert kept.sentence == "Kept: the gate."
    assert _kept() == [{"words": "the gate", "fee": 700}]


def test_a_draft_is_taken_up_on_its_own_screen(app: Sit) -> None:
    """Opened on the same account again the screen offers it, F9 puts the cursor back where it was.

    On another account, or once it is saved, nothing is offered.
    """
    _, other, offered, taken, _, anew = _steps(
        app("maria"),
        "tst010 10432-03<enter><enter>y<enter>7<enter>the gate<enter><up><up><f3>",
        "tst010 10511-03<enter>",
        "<f3>tst010 10432-03<enter>",
        "<f9>",
        "<f10>",
        "tst010 10432-03<enter>",
    )
    assert "not saved" not in other.sentence
    assert offered.sentence == "One of these was begun and not saved: F9 takes it up."
    assert taken.focus == "fee"
    assert "the gate" in taken.text
    assert "not saved" not in anew.sentence


def test_words_behind_a_menu_number_find_their_account(app: Sit) -> None:
    """An address leads there as it does alone; where several or none fit, the menu says so."""
    found, several, none = _steps(
        app("maria"), "1.10 418 alder<enter>", "<f3>1.10 elm<enter>", "1.10 zzzz<enter>"
    )
    assert found.ident == "CHG030"
    assert "10432-03" in found.text
    assert several.ident == "MNU010"
    assert several.sentence.startswith("Several accounts fit elm")
    assert none.sentence.startswith("No account fits zzzz")


def test_the_menu_counts_what_is_left_after_dropping(app: Sit) -> None:
    """F12 and Enter on an entry that had been kept, or 4 on the list: the menu says none waits."""
    half = "tst010 10432-03<enter><enter><enter>words<enter>"
    dropped, kept, listed, none = _steps(
        app("maria"),
        f"{half}<f3>tst010 10432-03<enter><f9><f12><enter>",
        f"{half}<f3>",
        "<f9>",
        "4<enter><enter>",
    )
    assert dropped.sentence.startswith("Key a number")
    assert kept.sentence.startswith("One entry is not saved yet")
    assert "10432-03 Delgado, Rosa M, 418 Alder Ct B" in listed.text
    assert none.ident == "MNU010"
    assert none.sentence.startswith("Key a number")


def test_a_dropped_session_is_asked_about_on_return(app: Sit) -> None:
    """What a lost line left behind is shown before anything else; a secret is not in it."""
    first = app("maria")
    _steps(first, "tst010 10432-03<enter><enter><enter>half a sente", "!hang up")
    files = [file.read_text() for file in (first.desk.home.root / "drafts").rglob("*.json")]
    (asked,) = _steps(app("maria"), "")
    (later,) = _steps(app("luis"), "")

    assert [json.loads(file)["texts"]["words"] for file in files] == ["half a sente"]
    assert asked.ident == "DRF010"
    assert later.ident == "MNU010"


def test_a_secret_never_reaches_the_screen_or_a_draft(app: Sit) -> None:
    """It is drawn as dots and left out of the file."""
    sitting = app("maria")
    (seen,) = _steps(sitting, "tst010 10432-03<enter><enter><enter>w<enter>hunter2", "!hang up")
    (file,) = (sitting.desk.home.root / "drafts").rglob("*.json")

    assert "hunter2" not in seen.text
    assert "\N{MIDDLE DOT}" * 7 in seen.text
    assert "hunter2" not in file.read_text()


def test_a_refused_field_says_which_and_lists_several(app: Sit) -> None:
    """An account that is not there, and a name that many have, are told apart."""
    none, many = _steps(app("maria"), "tst010<enter>99999-01<enter>", "elm<enter>")
    assert none.sentence.startswith("No account fits")
    assert many.sentence == "7 accounts fit; F4 lists them."


def test_an_unreadable_amount_drops_what_was_typed_ahead(app: Sit) -> None:
    """Keys meant for later fields do not land in the refused one."""
    (seen,) = _steps(
        app("maria"), "tst010 10432-03<enter><enter>y<enter>12.345<enter>words<enter><f10>"
    )
    assert seen.focus == "fee"
    assert "words" not in seen.text.replace(" Words", "")
