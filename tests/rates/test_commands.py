"""`billing-tui rates` at a desk: import, approve, list, diff."""

from __future__ import annotations

import json
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
