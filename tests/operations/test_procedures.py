"""Procedure pages on the command line: found, shown, overdue, and what cannot be shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from billing_tui.cli.main import run
from billing_tui.foundation.data_files import data_path

if TYPE_CHECKING:
    import pytest

    from billing_tui.operations.office import Office


def told(capsys: pytest.CaptureFixture[str], office: Office, *words: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command."""
    code = run(["procedure", *words, "--home", str(office.home.root), "--as", "maria"])
    out, err = capsys.readouterr()
    return code, out, err


def test_pages_are_found_and_shown(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """By words; a page is printed as it stands; one that is not there is refused."""
    code, out, _ = told(capsys, office, "list", "passphrase", "--json")
    found = {page["id"] for page in json.loads(out)["pages"]}
    shown = told(capsys, office, "show", "look-up")
    missing = told(capsys, office, "show", "nothing")

    assert code == 0
    assert "look-up" in found
    assert "run-the-bills" not in found
    assert shown[0] == 0
    assert "Ask for the name and the street." in shown[1]
    assert (missing[0], missing[2]) == (2, "! There is no procedure page 'nothing'.\n")


def test_overdue_pages_and_bad_ones_end_with_one(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that a night job can tell the owner."""
    assert told(capsys, office, "list", "--overdue")[0] == 0
    folder = office.home.root / "procedures"
    folder.mkdir()
    text = data_path("procedures", "look-up.md").read_text(encoding="utf-8")
    (folder / "look-up.md").write_text(text.replace("2027-11-20", "2020-01-01"), encoding="utf-8")
    code, out, _ = told(capsys, office, "list", "--overdue")
    assert code == 1
    assert "* overdue" in out
    (folder / "bad.md").write_text("nothing", encoding="utf-8")
    (folder / "link.md").symlink_to("/etc/passwd")
    code, out, err = told(capsys, office, "list")

    assert code == 1
    assert "bad.md is not shown: A page begins with its head" in err
    assert "link.md is not shown: " in err
    assert "root:" not in out
