"""What the utility states once for all bills."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from offices import home_in

from billing_tui.documents.utility import read_letterhead
from billing_tui.foundation.errors import ProblemsFound

if TYPE_CHECKING:
    from pathlib import Path

OWN = """
name: Alder Water District
messages:
  - Always.
  - {from: 2026-06-01, to: 2026-06-30, text: In June.}
"""


def test_an_office_states_its_own(tmp_path: Path) -> None:
    """The file in the home wins over the shipped one."""
    (tmp_path / "utility.yaml").write_text(OWN, encoding="utf-8")

    assert read_letterhead(home_in(tmp_path)).profile.name == "Alder Water District"
    assert read_letterhead(home_in(tmp_path / "other")).profile.name == "Sierra Vista Utilities"


@pytest.mark.parametrize(
    ("day", "texts"),
    [
        (date(2026, 5, 31), ("Always.",)),
        (date(2026, 6, 1), ("Always.", "In June.")),
        (date(2026, 6, 30), ("Always.", "In June.")),
        (date(2026, 7, 1), ("Always.",)),
    ],
)
def test_a_message_is_printed_on_its_days(
    tmp_path: Path, day: date, texts: tuple[str, ...]
) -> None:
    """From the first day to the last, both included."""
    (tmp_path / "utility.yaml").write_text(OWN, encoding="utf-8")

    assert read_letterhead(home_in(tmp_path)).messages_on(day) == texts


@pytest.mark.parametrize("wrong", ["{from: soon, to: 2026-06-30, text: x}", "{text: x}", "[a]"])
def test_a_message_that_cannot_be_read_is_told(tmp_path: Path, wrong: str) -> None:
    """Days are days."""
    (tmp_path / "utility.yaml").write_text(f"name: A\nmessages: [{wrong}]\n", encoding="utf-8")

    with pytest.raises(ProblemsFound, match="messages"):
        read_letterhead(home_in(tmp_path))
