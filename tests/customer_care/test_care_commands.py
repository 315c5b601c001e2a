"""The commands of the care of accounts, with their exit codes and JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from records_city import form, ready

from billing_tui.access.tables import Setting
from billing_tui.cli.main import run
from billing_tui.foundation.transaction import write_transaction
from billing_tui.operations.verify import verify_office
from billing_tui.records.add_customer import add_customer
from billing_tui.records.new_records import NewCustomer
from billing_tui.records.open_account import open_account

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

ACCOUNT = "10001-01"


@pytest.fixture
def command(
    office: Office, desk: Callable[..., Desk], capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, Any]]:
    """Runs a command as Maria on 2 November; gives its exit code and JSON."""
    maria = desk("maria")
    open_account(maria, form(ready(maria)))
    with write_transaction(office.store):
        Setting.create(name="business_day", value="2026-11-02")
        add_customer(NewCustomer(name="Delgado, Rosa", phones=("8055550134",)))

    def go(*arguments: str) -> tuple[int, Any]:
        code = run([*arguments, "--home", str(office.home.root), "--as", "maria", "--json"])
        out = capsys.readouterr().out
        return code, json.loads(out) if out else None

    return go


def test_contacts_and_the_log(command: Callable[..., tuple[int, Any]]) -> None:
    """Entered and listed; logged, and shown newest first; an unknown reason is refused."""
    assert command("contact", "add", ACCOUNT, "Delgado, Ana", "--may", "change")[0] == 0
    (line,) = command("contact", "list", ACCOUNT)[1]
    assert (line["name"], line["may_do"], line["has_passphrase"]) == (
        "Delgado, Ana",
        "change",
        False,
    )
    assert command("contact", "log", ACCOUNT, "phone", "b", "first")[0] == 0
    assert command("contact", "log", ACCOUNT, "counter", "H", "second", "--link", "S26-1")[0] == 0
    code, log = command("contact", "history", ACCOUNT)
    assert [(one["words"], one["reason"]) for one in log] == [("second", "H"), ("first", "B")]
    code, told = command("contact", "log", ACCOUNT, "phone", "?", "x")
    assert (code, told["error"]["field"]) == (2, "reason")


def test_notes_are_due_and_done(command: Callable[..., tuple[int, Any]]) -> None:
    """Due on its day for whom it names, until it is done."""
    add = ("note", "add", ACCOUNT, "Call back", "--follow-up", "2026-11-02", "--by", "maria")
    number = str(command(*add)[1]["note_id"])
    (line,) = command("note", "due", "--person", "Maria")[1]
    assert (str(line["note_id"]), line["account"]) == (number, ACCOUNT)
    assert command("note", "due", "--after", line["day"], number)[1] == []
    assert command("note", "due", "--person", "luis")[1] == []
    assert command("note", "done", number, "Reached her")[0] == 0
    assert command("note", "due")[1] == []
    alert = str(command("note", "add", ACCOUNT, "Dog", "--alert")[1]["note_id"])
    assert command("note", "end-alert", alert)[0] == 0
    assert command("note", "end-alert", alert)[0] == 1
    assert command("note", "add", ACCOUNT, "x", "--by", "maria")[0] == 2


def test_documents_and_what_is_missing(
    command: Callable[..., tuple[int, Any]], office: Office, tmp_path: Path
) -> None:
    """Filed, listed, withdrawn; the report is empty, and is printed where it is said."""
    scan = tmp_path / "lease.pdf"
    scan.write_bytes(b"lease")
    number = str(command("document", "file", ACCOUNT, "lease", str(scan))[1]["document_id"])
    assert [one["kind"] for one in command("document", "list", ACCOUNT)[1]] == ["lease"]
    assert command("document", "withdraw", number, "--why", "wrong account")[0] == 0
    assert command("document", "missing")[1] == []
    assert command("document", "missing", "--print")[0] == 0
    assert (office.home.printed / "missing-documents-2026-11-02.pdf").read_bytes()[:5] == b"%PDF-"


def test_two_customers_are_merged_and_parted(
    command: Callable[..., tuple[int, Any]], office: Office
) -> None:
    """Without a reason nothing happens but the plan; with one they are merged; undone once."""
    (alike,) = command("customer", "like", "C0000001")[1]
    code, plan = command("customer", "merge", alike["number"], "C0000001")
    assert (code, plan["merge_id"]) == (0, None)
    assert [one["says"] for one in plan["moving"]] == [ACCOUNT]
    code, done = command("customer", "merge", alike["number"], "C0000001", "--why", "same phone")
    assert (code, done["merge_id"]) == (0, 1)
    assert [one["undone"] for one in command("customer", "merges")[1]] == [None]
    assert command("customer", "undo", "1", "--why", "no")[0] == 0
    assert command("customer", "undo", "1", "--why", "no")[0] == 1
    assert [s for one in verify_office(office.store) for s in one.broken] == []
