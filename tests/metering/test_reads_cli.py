from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from billing_tui.access.tables import Setting
from billing_tui.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.operations.office import Office
    from tests.metering.conftest import Town


def _run(office: Office, *arguments: str, who: str = "maria") -> int:
    return run(["reads", *arguments, "--home", str(office.home.root), "--as", who, "--json"])


def test_the_way_from_file_to_history(
    town: Town,
    office: Office,
    csv_file: Callable[..., Path],
    usual: dict[str, object],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Import, check, list, dispose and post by commands, each with its exit code and JSON."""
    Setting.create(name="business_day", value="2026-11-02")
    usual[town.number(0)] = 7
    path = csv_file(usual)
    assert _run(office, "import", str(path), "--cycle", "03", "--dry-run") == 0
    assert json.loads(capsys.readouterr().out)["upload_id"] == 0
    assert _run(office, "import", str(path), "--cycle", "03") == 0
    upload = json.loads(capsys.readouterr().out)["upload_id"]
    assert _run(office, "check", str(upload)) == 1
    assert json.loads(capsys.readouterr().out)["by_check"] == {"negative": 1}
    assert _run(office, "list", str(upload)) == 0
    [row] = json.loads(capsys.readouterr().out)
    assert _run(office, "post", str(upload), who="luis") == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "OPEN-EXCEPTIONS"
    exception = str(row["exception_id"])
    assert _run(office, "dispose", exception, "hold", "--reason", "dog") == 0
    capsys.readouterr()
    assert _run(office, "control", "--cycle", "03") == 0
    total = json.loads(capsys.readouterr().out)["total"]
    assert (total["expected"], total["actual"], total["held"]) == (6, 5, 1)
    assert _run(office, "proof", str(upload)) == 0
    assert len(json.loads(capsys.readouterr().out)["rows"]) == 6
    assert _run(office, "post", str(upload), who="luis") == 0
    assert json.loads(capsys.readouterr().out)["posted"] == 5


def test_a_wrong_file_exits_with_2(
    town: Town, office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line and the reason are told; wrong arguments exit with 2 as well."""
    Setting.create(name="business_day", value="2026-11-02")
    path = tmp_path / "wrong.csv"
    path.write_text(f"meter_number,reading\n{town.number(0)},x\n", encoding="utf-8")
    assert _run(office, "import", str(path), "--cycle", "03") == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["code"], error["problems"][0]["line"]) == ("PROBLEMS", 2)
    assert _run(office, "import", str(path), "--cycle", "99") == 2
    assert _run(office, "import", str(path), "--cycle", "03", "--layout", "nope") == 2
    assert run(["reads", "dispose", "1", "shrug"]) == 2


def test_tables_for_people(  # noqa: PLR0917 - pytest's fixtures
    town: Town,
    office: Office,
    csv_file: Callable[..., Path],
    usual: dict[str, object],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without --json the commands print tables and sentences."""
    Setting.create(name="business_day", value="2026-11-02")
    usual[town.number(1)] = town.last[1] + 200
    where = ["--home", str(office.home.root), "--as", "luis"]
    path = str(csv_file(usual))
    for arguments, said in (
        (["import", path, "--cycle", "03", "--dry-run"], "Nothing was written"),
        (["import", path, "--cycle", "03"], "Upload 1: reads.csv"),
        (["check", "1"], "6 reads, 5 passed, 1 open"),
        (["list"], "reads.csv"),
        (["list", "1"], "high"),
        (["accept-looks", "1", "--reason", "x"], ""),
        (["dispose", "1", "accept", "--reason", "pool"], ""),
        (["estimate", "1"], ""),
        (["proof", "1"], "M00001"),
        (["control", "--cycle", "03"], "Used now: 250 ccf"),
        (["export", str(tmp_path / "out.csv"), "--cycle", "03"], ""),
        (["layouts"], "Itron MV-RS upload"),
        (["post", "1"], ""),
    ):
        place = [] if arguments[0] == "layouts" else where
        run(["reads", *arguments, *place])
        assert said in capsys.readouterr().out
    assert (tmp_path / "out.csv").read_text().count("\n") == 7


@pytest.mark.usefixtures("town")
def test_cancelling_by_command(
    office: Office,
    csv_file: Callable[..., Path],
    usual: dict[str, object],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An upload that was set aside is shown as cancelled and cannot be posted."""
    Setting.create(name="business_day", value="2026-11-02")
    _run(office, "import", str(csv_file(usual)), "--cycle", "03")
    capsys.readouterr()
    assert _run(office, "cancel", "1", "--reason", "wrong month") == 0
    assert json.loads(capsys.readouterr().out)["state"] == "Cancelled"
    assert _run(office, "post", "1", who="luis") == 1
