"""What the README tells its reader to type."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
BUILT = "b demo --no-open"


def walk() -> str:
    """The commands that take a cycle from reads to printed bills, as one script."""
    text = README.read_text(encoding="utf-8")
    block = text[text.index("    alias b=") : text.index("A reading or a bill may need")]
    lines = [line.removeprefix("    ") for line in block.splitlines()]
    return "\n".join(line for line in lines if not line.startswith(("alias ", "export ")))


def in_a_smaller_city(script: str) -> str:
    """The same with fewer accounts: building and verifying all of them is most of the time."""
    assert script.count(BUILT) == 1
    return script.replace(BUILT, f"{BUILT} --accounts 600")


@pytest.mark.slow
def test_the_readme_takes_a_cycle_from_reads_to_bills(tmp_path: Path) -> None:
    """Typed as printed, but for the city's size: closed, its bills printed, and all holds."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash here")
    script = f'b() {{ "{sys.executable}" -m billing_tui "$@"; }}\n{in_a_smaller_city(walk())}'

    ended = subprocess.run(
        [bash, "-c", script],
        env={"BILLING_HOME": str(tmp_path / "city"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    assert "All hold." in ended.stderr
    refusals = [line for line in ended.stderr.splitlines() if line.startswith("! ")]
    assert [line for line in refusals if not line.startswith("! line ")] == []
    command = [sys.executable, "-m", "billing_tui", "run", "status", "07", "--json"]
    status = subprocess.run(
        [*command, "--home", str(tmp_path / "city")], capture_output=True, text=True, check=True
    )
    run = json.loads(status.stdout)["run"]
    assert run["state"] == "Closed"
    assert run["bills"] > 60
    assert len(list((tmp_path / "city" / "printed").glob("*.pdf"))) == 3


def test_every_file_that_the_readme_names_is_there() -> None:
    """Pictures and pages that it links to exist."""
    text = README.read_text(encoding="utf-8")
    linked = [part.partition(")")[0] for part in text.split("](")[1:]]

    assert [name for name in linked if not (README.parent / name).exists()] == []
    assert "@SCREEN@" not in text
