"""Every command with hostile arguments, and over hostile old data, as a process of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import peewee
import pytest
from corpus import INERT, NUMBERS, OLD_DATA, STEERING, steering_in
from hostile_town import RUN, Town, command, dump

from billing_tui.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

pytestmark = pytest.mark.slow

FORMS = {
    "endless number": "9" * 30,
    "endless word": "x" * 100_000,
    "below zero": "-1",
    "last day": "9999-12-31",
    "first day": "0001-01-01",
    "home of nobody": "~nobody/x",
    "wide digits": "１２",
}
NAMED = {name: text for name, text in (STEERING | INERT | FORMS).items() if "\0" not in text}
"""What a command line can carry: no argument holds a NUL."""
TEXT_SLOTS = (
    ("account", "find", "--", "{}"),
    ("account", "show", "--", "{}"),
    ("account", "show", "10001-01", "--as-of", "{}"),
    ("account", "diff", "10001-01", "--", "{}", "{}"),
    ("account", "diff", "--", "{}", "2026-10-01", "2026-10-02"),
    ("account", "flags", "--within", "{}"),
    ("account", "change", "add", "--", "{}", "refuse", "R/1"),
    ("account", "change", "add", "10001-01", "refuse", "--", "{}"),
    ("account", "change", "add", "10001-01", "refuse", "R/1", "--set", "carts={}", "--from", "{}"),
    ("account", "change", "end", "10001-01", "sewer", "--why", "{}", "--meter", "no such"),
    ("account", "change", "end", "10001-01", "water", "--why", "x", "--read", "{}"),
    ("account", "change", "class", "10001-01", "water", "--why", "x", "--", "{}"),
    ("account", "change", "class", "10001-01", "water", "--why", "{}", "--", "NONE"),
    ("account", "change", "set", "10001-01", "--", "{}={}"),
    ("account", "change", "set", "10001-01", "zone={}", "--from", "0001-01-01"),
    ("account", "change", "mail", "--", "{}"),
    ("account", "change", "mail", "10001-01", "--zip", "12", "--", "{}"),
    ("account", "change", "flag", "10001-01", "low income", "--reason", "{}"),
    ("account", "change", "flag", "10001-01", "hold bill", "--reason", "x", "--to", "2001-01-01",
     "--proof", "{}"),
    ("account", "change", "end-flag", "--why", "{}", "--", "10001-01", "senior"),
    ("audit", "trail", "--person", "{}", "--words", "{}", "--field", "{}"),
    ("audit", "trail", "--account", "{}", "--verb", "{}", "--kind", "{}"),
    ("audit", "trail", "--from", "{}"),
    ("audit", "trail", "--before", "{}"),
    ("audit", "open", "--", "{}"),
    ("audit", "day", "2026-01-01", "--clerk", "{}"),
    ("audit", "judge", "1", "error", "--code", "{}", "--remark", "{}"),
    ("audit", "judge", "--", "{}", "ok"),
    ("audit", "answer", "--", "1", "{}"),
    ("audit", "sheet", "--", "{}"),
    ("audit", "sign-off", "--", "{}"),
    ("audit", "rates", "--from", "{}", "--to", "2026-01-01"),
    ("approval", "list", "--after", "{}"),
    ("approval", "list", "--state", "{}"),
    ("approval", "show", "--", "{}"),
    ("approval", "refuse", "99", "--reason", "{}"),
    ("approval", "approve", "99", "--seen", "{}"),
    ("approval", "withdraw", "99", "--why", "{}"),
    ("reads", "import", "--cycle", "07", "--", "{}"),
    ("reads", "import", "/nowhere", "--cycle", "{}"),
    ("reads", "import", "/nowhere", "--cycle", "07", "--instance", "{}"),
    ("reads", "import", "/nowhere", "--cycle", "07", "--layout", "{}"),
    ("reads", "check", "--", "{}"),
    ("reads", "list", "--limit", "{}"),
    ("reads", "list", "1", "--settled", "{}"),
    ("reads", "dispose", "1", "edit", "--reason", "{}", "--reading", "999999999"),
    ("reads", "dispose", "1", "edit", "--reason", "x", "--reading", "{}"),
    ("reads", "dispose", "--reason", "x", "--", "1", "{}"),
    ("reads", "accept-looks", "999999", "--reason", "{}"),
    ("reads", "cancel", "999999", "--reason", "{}"),
    ("reads", "correct", "--", "{}", "2026-10-14=1"),
    ("reads", "correct", "M000001", "--", "{}"),
    ("reads", "correct", "M000001", "2026-10-14={}"),
    ("reads", "correct", "M000001", "2026-10-14=999999", "--apply", "--reason", "{}"),
    ("reads", "correct-meter", "M000001", "--size", "{}"),
    ("reads", "correct-meter", "M000001", "--dials", "{}"),
    ("reads", "correct-meter", "M000001", "--unit", "{}"),
    ("reads", "correct-meter", "M000001", "--multiplier", "{}"),
    ("reads", "correct-meter", "M000001", "--since", "{}"),
    ("reads", "doubt", "--reason", "x", "--", "{}", "2026-10-14"),
    ("reads", "doubt", "--reason", "x", "--", "M000001", "{}"),
    ("reads", "doubt", "nowhere", "2026-10-14", "--reason", "{}"),
    ("bill", "rebill", "--", "{}"),
    ("bill", "rebill", "nowhere", "--ask", "--reason", "{}"),
    ("bill", "rebill", "nowhere", "--class", "{}"),
    ("bill", "rebill", "B26-0000001", "--class", "{}=WATER/SFR"),
    ("bill", "rebill", "B26-0000001", "--class", "water=WATER/{}"),
    ("reads", "control", "--cycle", "{}"),
    ("reads", "export", "/nowhere/x", "--cycle", "07", "--route", "{}"),
    ("run", "plan", "--cycle", "{}", "--name", "2026-12", "--read-day", "2026-12-01",
     "--bill-day", "2026-12-02", "--due-day", "2026-12-30"),
    ("run", "plan", "--cycle", "07", "--name", "{}", "--read-day", "2026-12-01",
     "--bill-day", "2026-12-02", "--due-day", "2026-12-30"),
    ("run", "plan", "--cycle", "07", "--name", "2026-12", "--read-day", "{}",
     "--bill-day", "2026-12-02", "--due-day", "2026-12-30"),
    ("run", "open", "--cycle", "{}"),
    ("run", "status", "--", "{}"),
    ("run", "accept", RUN, "--finding", "{}", "--reason", "x"),
    ("run", "accept", RUN, "--finding", "999999", "--reason", "{}"),
    ("run", "hold", RUN, "--reason", "x", "--", "{}"),
    ("run", "cancel", "--reason", "x", "--", "{}"),
    ("run", "register", "--", "{}"),
    ("bill", "show", "--", "{}"),
    ("bill", "print", "--", "{}"),
    ("bill", "why", "--", "{}"),
    ("bill", "special", "make", "--", "{}", "10001-01"),
    ("bill", "special", "make", "hydrant", "--", "{}"),
    ("bill", "special", "make", "hydrant", "10001-01", "--go", "--set", "{}"),
    ("bill", "special", "make", "hydrant", "10001-01", "--go", "--set", "{}=1"),
    ("bill", "special", "make", "hydrant", "10001-01", "--go", "--set", "usage={}"),
    ("bill", "special", "make", "hydrant", "10001-01", "--reason", "{}"),
    ("bill", "special", "make", "damage", "10001-01", "--set", "what={}", "--set", "report={}"),
    ("bill", "special", "show", "--", "{}"),
    ("bill", "special", "print", "--", "{}"),
    ("bill", "special", "cancel", "--why", "x", "--", "{}"),
    ("bill", "special", "cancel", "X99-0000001", "--why", "{}"),
    ("bill", "special", "list", "--account", "{}"),
    ("bill", "special", "register", "--from", "{}", "--to", "{}"),
    ("bill", "letter", "--", "{}"),
    ("bill", "letter", "--again", "--", "{}"),
    ("bill", "letter", "B99-9999999", "--note", "{}"),
    ("rates", "import", "--", "{}"),
    ("rates", "approve", "--", "{}", "1"),
    ("rates", "approve", "--", "WATER", "{}"),
    ("rates", "list", "--", "{}"),
    ("rates", "diff", "--", "{}", "1", "2"),
    ("rates", "check", "--", "{}", "{}"),
    ("demo", "--accounts", "{}", "--seed", "{}", "--no-open", "--home", "/proc/none"),
    ("keys", "--screen", "{}"),
    ("procedure", "show", "--", "{}"),
    ("procedure", "list", "--", "{}"),
    ("training", "results", "--limit", "{}"),
    ("training", "results", "--user", "{}"),
    ("service", "start", "--name", "x", "--", "{}"),
    ("service", "start", "10001", "--customer", "{}"),
    ("service", "start", "10001", "--name", "{}"),
    ("service", "start", "10001", "--name", "x", "--phone", "{}"),
    ("service", "start", "10001", "--name", "x", "--take", "{}"),
    ("service", "start", "10001", "--name", "x", "--take", "water={}/{}"),
    ("service", "stop", "--", "{}"),
    ("service", "stop", "10001-01", "--day", "{}"),
    ("service", "stop", "10001-01", "--read", "{}"),
    ("service", "stop", "10001-01", "--read", "M000001={}"),
    ("service", "stop", "10001-01", "--forward", "{}"),
    ("service", "stop", "10001-01", "--why", "{}"),
    ("service", "transfer", "10001-01", "--", "{}"),
    ("service", "moves", "--", "{}"),
    ("service", "moves", "--before", "{}"),
    ("service", "undo", "--why", "x", "--", "{}"),
    ("service", "undo", "999999", "--why", "{}"),
    ("service", "owner", "10001", "--", "{}"),
    ("service", "owner", "99999", "C0000001", "--mail", "{}"),
    ("service", "owners", "--", "{}"),
    ("service", "owner-ends", "--", "{}"),
    ("service", "owner-ends", "10001", "--last", "{}"),
    ("meter", "show", "--", "{}"),
    ("meter", "exchange", "--out", "1", "--in", "1", "--", "{}", "N1"),
    ("meter", "exchange", "--out", "1", "--in", "1", "--", "M000001", "{}"),
    ("meter", "exchange", "M000001", "N1", "--out", "{}", "--in", "1"),
    ("meter", "exchange", "M000001", "N1", "--out", "1", "--in", "1", "--size", "{}"),
    ("meter", "exchange", "M000001", "N1", "--out", "1", "--in", "1", "--unit", "{}"),
    ("meter", "put-in", "--read", "1", "--", "{}", "N1"),
    ("meter", "put-in", "--read", "1", "--", "10001", "{}"),
    ("meter", "put-in", "10001", "N1", "--read", "1", "--size", "{}", "--dials", "{}"),
    ("meter", "take-out", "--read", "1", "--", "{}"),
    ("meter", "take-out", "M000001", "--read", "{}"),
    ("meter", "test", "--low", "97", "--", "{}"),
    ("meter", "test", "M000001", "--low", "{}"),
    ("meter", "test", "M000001", "--remarks", "{}"),
    ("order", "issue", "--", "{}", "10001"),
    ("order", "issue", "test", "--", "{}"),
    ("order", "issue", "test", "10001", "--need-by", "{}", "--priority", "9"),
    ("order", "issue", "test", "10001", "--account", "{}"),
    ("order", "issue", "test", "10001", "--priority", "9", "--remarks", "{}", "--crew", "{}"),
    ("order", "list", "--route", "{}"),
    ("order", "list", "--need-by", "{}"),
    ("keyed", "sheets", "--", "{}"),
    ("keyed", "list", "--limit", "{}"),
    ("keyed", "close", "--", "{}"),
    ("keyed", "cancel", "999999", "--why", "{}"),
    ("order", "sheets", "--route", "{}"),
    ("order", "sheets", "--day", "{}"),
    ("order", "sheets", "--crew", "{}"),
    ("order", "sheets", "--order", "{}"),
    ("order", "sheets", "--sheet", "{}"),
    ("order", "complete", "--", "{}"),
    ("order", "complete", "S26-1", "--code", "{}"),
    ("order", "complete", "S26-1", "--result", "{}"),
    ("order", "cancel", "S26-1", "--why", "{}"),
    ("staff", "idle-lock", "--why", "test", "--", "{}"),
    ("staff", "end", "--why", "left", "--", "{}"),
    ("staff", "end", "--why", "{}", "--", "maria"),
    ("staff", "roles", "--role", "clerk", "--why", "moved", "--", "{}"),
    ("staff", "roles", "--role", "{}", "--why", "moved", "--", "maria"),
    ("staff", "roles", "--role", "clerk", "--why", "{}", "--", "luis"),
    ("today", "--as", "{}"),
    ("contact", "list", "--", "{}"),
    ("contact", "list", "10001-01", "--after", "{}"),
    ("contact", "add", "10001-01", "{}", "--may", "ask", "--phone", "1"),
    ("contact", "add", "--may", "ask", "--", "{}", "Ana"),
    ("contact", "add", "10001-01", "Ana", "--may", "{}"),
    ("contact", "add", "10001-01", "", "--may", "ask", "--relation", "{}", "--email", "{}"),
    ("contact", "add", "10001-01", "", "--may", "ask", "--language", "{}", "--phone", "{}"),
    ("contact", "log", "--", "{}", "phone", "B", "x"),
    ("contact", "log", "10001-01", "{}", "B", "x"),
    ("contact", "log", "10001-01", "phone", "B{}", "x"),
    ("contact", "log", "10001-01", "phone", "??", "{}", "--link", "{}"),
    ("contact", "log", "10001-01", "phone", "B", "x", "--outcome", "{}"),
    ("contact", "history", "--", "{}"),
    ("contact", "history", "10001-01", "--before", "{}"),
    ("note", "add", "--", "{}", "x"),
    ("note", "add", "10001-01", "{}", "--alert-to", "1999-01-01"),
    ("note", "add", "10001-01", "x", "--follow-up", "1999-01-01", "--by", "{}"),
    ("note", "add", "10001-01", "x", "--follow-up", "2030-01-01", "--by", "{}", "--alert-to", "x"),
    ("note", "due", "--day", "{}"),
    ("note", "due", "--person", "{}"),
    ("note", "due", "--after", "{}", "1"),
    ("note", "due", "--after", "2026-01-01", "{}"),
    ("note", "done", "--", "{}", "x"),
    ("note", "done", "999999", "{}"),
    ("note", "end-alert", "--", "{}"),
    ("document", "file", "--", "{}", "lease", "/nowhere"),
    ("document", "file", "10001-01", "{}", "/nowhere"),
    ("document", "file", "10001-01", "lease", "{}"),
    ("document", "file", "10001-01", "lease", "/nowhere", "--of", "{}"),
    ("document", "file", "10001-01", "lease", "/nowhere", "--expires", "{}"),
    ("document", "file", "10001-01", "lease", "/nowhere", "--received", "{}", "--remark", "{}"),
    ("document", "list", "--", "{}"),
    ("document", "list", "10001-01", "--before", "{}"),
    ("document", "withdraw", "--why", "x", "--", "{}"),
    ("document", "withdraw", "999999", "--why", "{}"),
    ("document", "missing", "--account", "{}"),
    ("document", "missing", "--after", "{}", "{}"),
    ("customer", "like", "--", "{}"),
    ("customer", "merge", "--", "{}", "C0000001"),
    ("customer", "merge", "C0000001", "--", "{}"),
    ("customer", "merge", "C0000001", "C0000001", "--why", "{}"),
    ("customer", "undo", "--why", "x", "--", "{}"),
    ("customer", "undo", "999999", "--why", "{}"),
    ("customer", "merges", "--before", "{}"),
    ("verify", "--as", "{}"),
    ("verify", "--home", "{}"),
    ("upgrade", "--home", "{}"),
    ("demo", "--home", "{}", "--accounts", "1", "--no-open"),
    ("verify", "--{}"),
    ("{}",),
    ("rates", "withdraw", "--why", "{}", "--", "{}", "1"),
    ("rates", "withdraw", "WATER", "1", "--why", "{}"),
)  # fmt: skip
"""Every command and every place where it takes text; no call of them may change a row."""
OLD_DATA_COMMANDS = (
    ("account", "find", "delgado"),
    ("account", "find", "alder"),
    ("account", "show", "10001-01"),
    ("account", "flags", "--within", "900"),
    ("account", "diff", "10001-01", "2020-01-01", "2026-11-02"),
    ("reads", "list"),
    ("reads", "list", "1"),
    ("reads", "list", "1", "--settled", "accept"),
    ("reads", "proof", "1"),
    ("reads", "control", "--cycle", "07"),
    ("reads", "check", "1"),
    ("reads", "cancel", "1", "--reason", "x"),
    ("reads", "layouts"),
    ("run", "status"),
    ("run", "status", RUN),
    ("run", "findings", RUN, "--all"),
    ("run", "register", RUN),
    ("run", "register", RUN, "--summary"),
    ("run", "unbilled"),
    ("run", "unbilled", RUN),
    ("run", "post", RUN),
    ("bill", "why", "10001-01"),
    ("bill", "special", "list"),
    ("bill", "show", "10001-01"),
    ("bill", "show", "10001-01", "--explain"),
    ("rates", "list"),
    ("rates", "list", "WATER"),
    ("rates", "diff", "WATER", "1", "1"),
    ("contact", "list", "10001-01"),
    ("contact", "history", "10001-01"),
    ("note", "due", "--day", "2030-01-01"),
    ("document", "list", "10001-01"),
    ("document", "missing"),
    ("customer", "merges"),
    ("verify",),
)
PLANTED = (
    ("customer", "name", "Delgado "), ("customer", "mailing_name", ""), ("customer", "email", ""),
    ("phone", "digits", ""), ("phone", "kind", ""),
    ("location", "street", "Alder "), ("location", "city", ""), ("location", "unit", ""),
    ("account_flag", "reason", ""), ("service", "rate_class", ""), ("meter", "size", ""),
    ("meter", "number", ""), ("cycle", "name", ""), ("route", "name", ""), ("route", "code", ""),
    ("upload", "file_name", ""), ("upload", "layout", ""), ("staff_member", "name", ""),
    ("read_exception", "sentence", ""), ("read_exception", "reason", ""),
    ("staged_read", "derivation", ""), ("finding", "sentence", ""), ("finding", "reason", ""),
    ("finding", "test", ""), ("rate_schedule", "title", ""), ("rate_version", "resolution", ""),
    ("bill_line", "label", ""), ("run_item", "reason", ""),
    ("setting", "value", "WHERE name = 'utility'"),
)  # fmt: skip
"""Columns that hold text from outside, with the words by which a search still finds the row."""


def _check(code: object, shown: str, what: object) -> None:
    assert code in {0, 1, 2}, (what, shown)
    assert "Traceback" not in shown, (what, shown)
    assert not steering_in(shown), (what, shown)
    assert shown or not code, what


def _raw(line: Sequence[str], text: str) -> list[bytes]:
    return [part.replace("{}", text).encode("utf-8", "surrogatepass") for part in line]


@pytest.fixture
def home(town: Town, tmp_path: Path) -> Path:
    """A copy of the town's home that other processes may use."""
    folder = tmp_path / "home"
    folder.mkdir()
    town.office.store.database.execute_sql("VACUUM INTO ?", (str(folder / "billing.db"),))
    for name in ("uploads", "printed", "backups"):
        (folder / name).mkdir()
    return folder


@pytest.fixture
def within(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[Sequence[bytes]], tuple[object, str]]:
    """Run a command in this process, for the many: its exit code and all that it showed."""
    monkeypatch.setenv("BILLING_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("BILLING_DATABASE", raising=False)

    def call(line: Sequence[bytes]) -> tuple[object, str]:
        arguments = [part.decode("utf-8", "surrogateescape") for part in line]
        code = run(["--as", "luis", *arguments])
        shown = capsys.readouterr()
        return code, shown.out + shown.err

    return call


def test_no_argument_breaks_a_command_or_changes_a_row(
    home: Path, within: Callable[[Sequence[bytes]], tuple[object, str]]
) -> None:
    """One sentence and 1 or 2; the database is as it was, down to the audit trail."""
    before = dump(home / "billing.db")
    texts = list(NAMED.values())
    for place, slot in enumerate(TEXT_SLOTS):
        for text in texts[place % 9 :: 9]:
            line = _raw(slot, text)
            _check(*within(line), line)
    assert dump(home / "billing.db") == before


@pytest.mark.parametrize("place", range(0, len(TEXT_SLOTS), 4))
def test_a_process_ends_in_a_sentence(home: Path, place: int) -> None:
    """The same through a real process: no trace on stderr, nothing that steers on either end."""
    texts = list(STEERING.values())
    text = texts[place // 4 % len(texts)] or STEERING["clipboard"]
    line = _raw(TEXT_SLOTS[place], text.replace("\0", ""))
    done = command(home, line)
    _check(done.returncode, (done.stdout + done.stderr).decode(), line)


@pytest.mark.parametrize("name", ["SSH_CONNECTION", "BILLING_HOME", "BILLING_DATABASE"])
def test_the_environment_is_text_from_outside(home: Path, name: str) -> None:
    """What SSH or a shell hands in is refused or shown as signs, never obeyed."""
    for text in (OLD_DATA, "~nobody/x", f"sqlite:///{'x' * 5000}", "sqlite://"):
        done = command(home, ["verify"], env={name: text})
        _check(done.returncode, (done.stdout + done.stderr).decode(), (name, text))


def _plant(home: Path) -> None:
    base = vars(peewee)["sqlite3"].connect(home / "billing.db")
    triggers = base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in triggers:
        base.execute(f'DROP TRIGGER "{name}"')
    for table, column, before in PLANTED:
        where = before if before.startswith("WHERE") else ""
        unique = "|| id" if not where else ""
        value = OLD_DATA if where else before + OLD_DATA
        base.execute(f'UPDATE "{table}" SET "{column}" = ? {unique} {where}', (value,))
    base.commit()
    base.close()


def test_old_data_cannot_steer_through_any_command(
    home: Path, within: Callable[[Sequence[bytes]], tuple[object, str]]
) -> None:
    """Names that were stored before anything was refused are shown as signs, as JSON as escapes."""
    _plant(home)
    seen = 0
    for line in OLD_DATA_COMMANDS:
        for form in ([], ["--json"]):
            code, shown = within([part.encode() for part in (*line, *form)])
            _check(code, shown, line)
            seen += "app.quit" in shown
            if form and shown.startswith(("{", "[")):
                _reads_back(shown)
    assert seen > 20


def _reads_back(shown: str) -> None:
    """JSON is exact: where the planted text is shown, it is the planted text."""
    text = json.dumps(json.loads(shown), ensure_ascii=False)
    planted = json.dumps(OLD_DATA, ensure_ascii=False)[1:-1]
    assert text.count("app.quit") == text.count(planted)


def test_what_is_no_number_is_no_reading(
    within: Callable[[Sequence[bytes]], tuple[object, str]],
) -> None:
    """No sign, blank, underscore or other script's digit is guessed at on the command line."""
    for text in NUMBERS:
        edit = ["reads", "dispose", "1", "edit", "--reason", "x", f"--reading={text}"]
        code, shown = within([part.encode() for part in edit])

        assert code == 2, text
        assert "is no number" in shown
