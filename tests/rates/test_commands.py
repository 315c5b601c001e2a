"""`billing-tui rates` at a desk: import, approve, list, diff."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.cli.main import run
from billing_tui.foundation.data_files import data_path

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from billing_tui.operations.office import Office


def test_a_version_from_file_to_approval(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """A specialist loads two versions, a lead approves one; they are listed and compared."""
    home = str(office.home.root)
    for effective in ("2025-07-01", "2026-07-01"):
        path = str(data_path("rates", f"water-{effective}.yaml"))
        assert run(["--home", home, "--as", "sam", "rates", "import", path]) == 0
    assert run(["--home", home, "--as", "luis", "rates", "approve", "WATER", "1"]) == 0
    assert run(["--home", home, "--as", "sam", "rates", "approve", "WATER", "2"]) == 1
    capsys.readouterr()
    assert run(["--home", home, "--as", "maria", "rates", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [(one["number"], one["state"]) for one in listed] == [(1, "Approved"), (2, "Draft")]
    assert run(["--home", home, "--as", "maria", "rates", "diff", "WATER", "1", "2", "--json"]) == 0
    changes = {
        one["place"]: (one["before"], one["after"]) for one in json.loads(capsys.readouterr().out)
    }
    assert changes["classes.SFR.charges.USE.tiers.1.price"] == ("2.97", "3.12")


def test_the_known_bills_that_are_shipped_come_out(capsys: pytest.CaptureFixture[str]) -> None:
    """The example of the documentation runs as it says, and a cent more fails it."""
    schedules, cases = str(data_path("rates")), data_path("rates", "known-bills.jsonl")
    assert run(["rates", "check", schedules, str(cases), "--json"]) == 0
    check = json.loads(capsys.readouterr().out)["check"]
    assert (check["equal"], check["different"]) == ({"high": 2, "negative": 1}, {})


def test_a_known_bill_that_differs_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By a cent in the bill, a charge or a tier: each is told."""
    text = data_path("rates", "known-bills.jsonl").read_text(encoding="utf-8")
    for right, wrong in (("50.16", "50.17"), ('"21.84"', '"21.85"'), ('"4.29"', '"4.30"')):
        cases = tmp_path / "cases.jsonl"
        cases.write_text(text.replace(right, wrong), encoding="utf-8")
        assert run(["rates", "check", str(data_path("rates")), str(cases)]) == 1
        assert f"expected {Decimal(wrong.strip(chr(34))).normalize()}" in capsys.readouterr().err


def test_what_is_wrong_with_a_schedule_is_said_once(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is none; an example that does not come out, which is refused, not unread."""
    home = str(office.home.root)
    path = tmp_path / "rates.yaml"
    path.write_text("- a list\n", encoding="utf-8")
    assert run(["--home", home, "--as", "sam", "rates", "import", str(path)]) == 2
    said = capsys.readouterr().err
    assert "the file as a whole: a map of keys must stand here." in said
    assert (said.count("a map of keys"), said.count(": :")) == (1, 0)
    water = data_path("rates", "water-2026-07-01.yaml").read_text(encoding="utf-8")
    path.write_text(water.replace("total: 50.16", "total: 50.17"), encoding="utf-8")
    assert run(["--home", home, "--as", "sam", "rates", "import", str(path)]) == 0
    assert run(["--home", home, "--as", "luis", "rates", "approve", "WATER", "1"]) == 1
    assert capsys.readouterr().err.count("50.17") == 1
    withdraw = ["--home", home, "--as", "sam", "rates", "withdraw", "WATER", "1"]
    assert run([*withdraw, "--why", "wrong total"]) == 0
    assert "WATER 1  Withdrawn" in capsys.readouterr().out
    assert run(["--home", home, "--as", "luis", "rates", "approve", "WATER", "1"]) == 1


def test_an_owrs_file_becomes_a_draft(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A foreign file is loaded in our format, and says what it leaves out."""
    path = tmp_path / "town.owrs"
    path.write_text(
        "metadata: {effective_date: 01/02/2017, utility_name: Town, bill_frequency: Monthly}\n"
        "rate_structure:\n  A: {service_charge: 3, bill: service_charge}\n"
        "  B: {bill: gone_charge}\n"
    )
    home = str(office.home.root)
    assert run(["--home", home, "--as", "sam", "rates", "import", str(path)]) == 0
    said = capsys.readouterr()
    assert "Town 1  Draft" in said.out
    assert "gone_charge is not defined" in said.err
    assert run(["--home", home, "--as", "sam", "rates", "import", str(tmp_path / "no.yaml")]) == 2
