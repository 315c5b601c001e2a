"""A live office from nothing, on the command line."""

from __future__ import annotations

import json
import os
import pwd
from typing import TYPE_CHECKING

from billing_tui.cli.main import run

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def found(home: Path) -> int:
    """Found an office with sam as its specialist."""
    return run(
        ["found", "--home", str(home), "--utility", "Alder Water", "--user", "sam", "--name", "Sam"]
    )


def test_an_office_is_founded_and_staffed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever founds it is its specialist and takes on the others; all holds."""
    home = tmp_path / "office"
    assert found(home) == 0
    hire = ["staff", "hire", "--home", str(home), "--user", "maria", "--name", "María Soto"]
    assert run([*hire, "--role", "clerk", "--os-user", "msoto", "--why", "post 12"]) == 0
    capsys.readouterr()

    assert run(["staff", "list", "--home", str(home), "--json"]) == 0

    people = json.loads(capsys.readouterr().out)
    assert [(one["username"], one["roles"]) for one in people] == [
        ("maria", ["clerk"]),
        ("sam", ["specialist"]),
    ]
    assert people[0]["os_user"] == "msoto"
    assert run(["verify", "--home", str(home)]) == 0


def test_the_trail_begins_with_the_founding_and_names_accounts_of_the_machine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who is the first specialist, and by which account each person is known."""
    home = tmp_path / "office"
    found(home)
    hire = ["staff", "hire", "--home", str(home), "--user", "maria", "--name", "Maria Soto"]
    assert run([*hire, "--role", "clerk", "--os-user", "msoto", "--why", "post 12"]) == 0
    capsys.readouterr()

    assert run(["audit", "trail", "--home", str(home), "--json"]) == 0

    hired, founded = json.loads(capsys.readouterr().out)["lines"]
    assert (founded["seq"], founded["verb"]) == (1, "operations.found_office")
    assert (founded["person"], founded["subject"]) == ("sam", "Alder Water")
    told = {change["field"]: change["after"] for change in founded["changes"]}
    assert told["specialist"] == "sam"
    assert told["roles"] == '["specialist"]'
    assert told["os_user"] == pwd.getpwuid(os.getuid()).pw_name
    account = {change["field"]: change["after"] for change in hired["changes"]}["os_user"]
    assert account == "msoto"


def test_who_audits_has_no_other_role(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Refused with its reason when somebody is taken on or gets other roles, and nothing stands."""
    home = tmp_path / "office"
    found(home)
    at = ["--home", str(home), "--why", "small office"]
    both = ["--role", "auditor", "--role", "specialist"]
    hire = ["staff", "hire", *at, "--user", "ada", "--name", "Ada Lund"]

    assert run([*hire, *both]) == 2
    assert "An auditor only reads" in capsys.readouterr().err
    assert run([*hire, "--role", "auditor"]) == 0
    assert run(["staff", "roles", "ada", *at, *both]) == 2
    assert run(["staff", "end", "ada", *at]) == 0
    assert run(["staff", "rehire", "ada", *at, *both]) == 2
    assert capsys.readouterr().err.count("An auditor only reads") == 2
    capsys.readouterr()
    assert run(["staff", "list", "--home", str(home), "--json"]) == 0
    assert [one["username"] for one in json.loads(capsys.readouterr().out)] == ["sam"]


def test_nobody_works_as_somebody_else_in_a_live_office(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--as is for demo and training homes."""
    home = tmp_path / "office"
    found(home)

    assert run(["--as", "maria", "staff", "list", "--home", str(home)]) == 1
    assert "--as is for demo and training" in capsys.readouterr().err


def test_an_office_is_founded_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second time is refused; the first office stands as it was."""
    home = tmp_path / "office"
    found(home)

    assert found(home) == 1
    assert "There is an office" in capsys.readouterr().err
    assert run(["verify", "--home", str(home)]) == 0


def test_a_wrong_entry_founds_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The refusal names what is wrong, and the same command with it mended works."""
    home = tmp_path / "office"
    words = ["found", "--home", str(home), "--utility", "Alder Water", "--name", "Sam", "--user"]

    assert run([*words, "s a m"]) == 2
    assert "A user name is letters" in capsys.readouterr().err
    assert run([*words, "sam"]) == 0


def test_staff_leave_and_change_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Roles change and end with a reason; the last specialist is refused."""
    home = tmp_path / "office"
    assert found(home) == 0
    at = ["--home", str(home), "--json"]
    hire = ["staff", "hire", "--user", "maria", "--name", "M", "--role", "clerk", *at]
    assert run(hire) == 2
    assert run([*hire, "--why", "post 12"]) == 0
    assert run(["staff", "roles", "maria", "--role", "lead", "--why", "promoted", *at]) == 0
    capsys.readouterr()
    assert run(["staff", "list", *at]) == 0
    people = json.loads(capsys.readouterr().out)
    assert [one["roles"] for one in people] == [["lead"], ["specialist"]]

    assert run(["staff", "end", "sam", "--why", "retires", *at]) != 0
    assert run(["staff", "end", "maria", "--why", "moved away", *at]) == 0
    capsys.readouterr()
    assert run(["staff", "list", *at]) == 0
    assert [one["username"] for one in json.loads(capsys.readouterr().out)] == ["sam"]
