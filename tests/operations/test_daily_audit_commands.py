"""The audit and the approvals through commands, with their exit codes and JSON."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import click
import pytest
from hypothesis import given, strategies as st
from pypdf import PdfReader
from town import build_town

from billing_tui.access.tables import AuditEntry, Setting
from billing_tui.cli.entries import DAY
from billing_tui.cli.main import run
from billing_tui.records.tables import Account, Service

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office


@pytest.fixture
def account(office: Office, desk: Callable[..., Desk]) -> str:
    """A house's account, in an office whose business day is November 2."""
    assert office
    Setting.create(name="business_day", value="2026-11-02")
    build_town(desk, 1)
    return str(Account.get().number)


@pytest.fixture
def told(office: Office, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Run a command and read its JSON: `told(0, "luis", "audit", "status")`."""

    def tell(code: int, who: str, *arguments: str) -> Any:
        capsys.readouterr()
        found = run([*arguments, "--home", str(office.home.root), "--as", who, "--json"])
        text = capsys.readouterr()
        assert found == code, text
        return json.loads(text.out) if text.out else None

    return tell


@pytest.fixture
def said(office: Office, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run a command and read what it prints for people."""

    def say(code: int, who: str, *arguments: str) -> str:
        capsys.readouterr()
        assert run([*arguments, "--home", str(office.home.root), "--as", who]) == code
        out, err = capsys.readouterr()
        return str(out + err)

    return say


def ask(told: Callable[..., Any], account: str, rate_class: str = "MFR") -> Any:
    """A clerk asks for a class."""
    day = ("--from", "2026-09-14", "--reason", "two units")
    words = ("approval", "request-class-change", account, "water", rate_class)
    return told(0, "maria", *words, *day)


def test_a_class_is_changed_by_two_people(
    account: str, told: Callable[..., Any], said: Callable[..., str]
) -> None:
    """Asked, listed, shown, not by its maker, approved by the digest that was shown."""
    request = ask(told, account)
    number = str(request["id"])
    [listed] = told(0, "luis", "approval", "list")
    assert (listed["maker"], listed["why_not"]) == ("maria", "")
    shown = said(0, "luis", "approval", "show", number)
    assert "rate_class: SFR -> MFR" in shown
    assert "You may decide it" in shown
    assert "two units" in said(0, "luis", "approval", "list")
    error = told(1, "maria", "approval", "approve", number, "--seen", listed["digest"])
    assert error["error"]["code"] == "NOT-ALLOWED"
    assert (
        told(2, "luis", "approval", "approve", number, "--seen", "abc")["error"]["field"] == "seen"
    )
    error = told(1, "luis", "approval", "approve", number, "--seen", "0" * 64)
    assert error["error"]["code"] == "REQUEST-STALE"
    assert Service.select().where(Service.kind == "water").count() == 1
    done = told(0, "luis", "approval", "approve", number, "--seen", listed["digest"][:8])
    assert (done["state"], done["checker"]) == ("Executed", "luis")
    assert Service.get_by_id(done["result"]["service"]).rate_class == "MFR"
    assert "Approved by luis" in said(0, "maria", "approval", "show", number)


def test_without_a_digest_the_command_shows_and_asks(
    account: str,
    told: Callable[..., Any],
    said: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No is no, and nothing happens."""
    number = str(ask(told, account)["id"])
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "n")
    assert "Stopped" in said(1, "luis", "approval", "approve", number)
    assert told(0, "luis", "approval", "show", number)["state"] == "Pending"
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "y")
    assert "carried out" in said(0, "luis", "approval", "approve", number)


def test_who_may_not_decide_is_not_asked(
    account: str, told: Callable[..., Any], said: Callable[..., str]
) -> None:
    """Refused before the question, for want of the right, as its maker, or when it is decided."""
    number = str(ask(told, account)["id"])
    refused = said(1, "ada", "approval", "approve", number)
    assert "ada may not approve or refuse" in refused
    assert "carry it out?" not in refused
    said(0, "luis", "approval", "refuse", number, "--reason", "no letter")
    decided = said(1, "nora", "approval", "approve", number)
    assert "is refused already" in decided
    assert "carry it out?" not in decided


def test_a_refusal_reaches_the_maker_and_one_withdraws_one_s_own(
    account: str, told: Callable[..., Any], said: Callable[..., str]
) -> None:
    """The list of one's own requests tells the reason."""
    first = str(ask(told, account)["id"])
    assert "luis" not in said(2, "luis", "approval", "refuse", first)
    assert "maria sees why" in said(0, "luis", "approval", "refuse", first, "--reason", "no letter")
    assert "no letter" in said(0, "maria", "approval", "list", "--mine", "--state", "refused")
    assert "Refused by luis: no letter" in said(0, "maria", "approval", "show", first)
    second = str(ask(told, account)["id"])
    assert told(1, "luis", "approval", "withdraw", second)["error"]["code"] == "REQUEST-NOT-YOURS"
    assert "withdrawn" in said(0, "maria", "approval", "withdraw", second)
    assert "There are none" in said(0, "luis", "approval", "list")
    wrong = ("request-class-change", account, "refuse", "X", "--from", "2026-11-01")
    assert told(2, "maria", "approval", *wrong, "--reason", "x")["error"]["code"] == "NOT-FOUND"


def test_the_trail_is_searched_and_exported(
    account: str, told: Callable[..., Any], said: Callable[..., str], tmp_path: Path
) -> None:
    """Pages as JSON, people's tables, a CSV that is never written over."""
    ask(told, account)
    page = told(0, "ada", "audit", "trail", "--account", account, "--person", "maria")
    assert [line["verb"] for line in page["lines"]] == ["access.request_change"]
    page = told(0, "ada", "audit", "trail", "--size", "1")
    assert page["next_before"] == page["lines"][0]["seq"]
    assert f"--before {page['next_before']}" in said(0, "ada", "audit", "trail", "--size", "1")
    path = tmp_path / "trail.csv"
    said(0, "ada", "audit", "trail", "--csv", str(path))
    with path.open(encoding="utf-8", newline="") as stream:
        numbers = {int(row["seq"]) for row in csv.DictReader(stream)}
    assert numbers == {row.seq for row in AuditEntry.select()}
    assert "cannot be written" in said(2, "ada", "audit", "trail", "--csv", str(path))
    assert told(1, "maria", "audit", "trail")["error"]["code"] == "NOT-ALLOWED"
    assert "write 2026-11-30 or 11/30/26" in said(2, "ada", "audit", "trail", "--from", "13/2/26")
    for day in ("2026-11-02", "11/02/26", "11/2/2026"):
        found = told(0, "ada", "audit", "trail", "--from", day, "--to", day, "--size", "1")
        assert found["lines"][0]["business_day"] == "2026-11-02", day


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_day_is_taken_as_it_is_stored_and_as_it_is_shown(day: date) -> None:
    """All spellings of one day are that day, in every command."""
    shown = (f"{day:%m/%d/%y}", f"{day.month}/{day.day}/{day:%y}", f"{day:%m/%d/%Y}")
    assert {DAY.convert(text, None, None) for text in (day.isoformat(), *shown)} == {day}


@pytest.mark.parametrize("text", ["", "11/31/26", "2026/11/30", "11-30-26", "1/1/026", "１/1/26"])
def test_what_is_no_day_is_refused(text: str) -> None:
    """No spelling is guessed at."""
    with pytest.raises(click.BadParameter, match="is no day"):
        DAY.convert(text, None, None)


def test_the_ledger_s_views_come_to_one_total(account: str, said: Callable[..., str]) -> None:
    """What customers owe by service and by fund, and the register of a run, end with their sums."""
    assert account
    aging, control = (said(0, "luis", "ledger", view) for view in ("aging", "control"))
    [by_service] = re.findall(r"Total .* (\S+) *$", aging, re.MULTILINE)
    [by_fund] = re.findall(r"Total +(\S+) +(\S+) +0\.00", control)
    assert by_fund == (by_service, by_service)


def test_a_day_from_its_entries_to_the_signed_sheet(
    account: str, told: Callable[..., Any], said: Callable[..., str], tmp_path: Path
) -> None:
    """Open, look, query, answer, judge, sign, print; the status is clean after."""
    number = str(ask(told, account)["id"])
    digest = told(0, "luis", "approval", "show", number)["digest"]
    told(0, "luis", "approval", "approve", number, "--seen", digest)
    Setting.update(value="2026-11-03").where(Setting.name == "business_day").execute()
    [status] = told(0, "nora", "audit", "status")
    assert (status["day"], status["waiting"]) == ("2026-11-02", AuditEntry.select().count())
    assert "Nothing of 2026-11-02 was drawn" in said(0, "nora", "audit", "day", "2026-11-02")
    assert "must be reviewed" in said(0, "nora", "audit", "open", "2026-11-02")
    entries = told(0, "nora", "audit", "day", "2026-11-02")
    risky = [entry["rule"] for entry in entries if entry["rule"]]
    assert risky[:2] == ["Money and chart of accounts", "Rate class or schedule"]
    assert "rate_class: SFR -> MFR" in said(0, "nora", "audit", "day", "2026-11-02")
    assert told(1, "nora", "audit", "sign-off", "2026-11-02")["error"]["code"] == "ENTRIES-OPEN"
    [asked] = [entry["seq"] for entry in entries if entry["clerk"] == "maria"][:1]
    told(0, "nora", "audit", "judge", str(asked), "query", "--remark", "Which letter?")
    assert "Which letter?" in said(0, "maria", "audit", "queries")
    assert "answered" in said(0, "maria", "audit", "answer", str(asked), "That of May 3")
    assert "Nobody asks" in said(0, "maria", "audit", "queries")
    for entry in entries:
        verdict = ("error", "--code", "WRONG-DAY") if entry["seq"] == asked else ("ok",)
        told(0, "nora", "audit", "judge", str(entry["seq"]), *verdict)
    path = tmp_path / "sheet.pdf"
    text = said(0, "nora", "audit", "sign-off", "2026-11-02", "--pdf", str(path))
    assert "signed off by Nora Quist" in text
    assert "WRONG-DAY" in text
    assert "Nora Quist" in PdfReader(path).pages[0].extract_text()
    assert told(0, "ada", "audit", "sheet", "2026-11-02")["signed_by"] == "Nora Quist"
    assert "signed off" in said(0, "luis", "audit", "status")
    rates = told(0, "luis", "audit", "rates", "--from", "2026-11-01", "--to", "2026-11-30")
    assert {rate["clerk"]: rate["errors"] for rate in rates}["maria"] == 1
    assert told(0, "luis", "verify") is not None
