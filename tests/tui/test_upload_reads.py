"""Which files can be uploaded from the screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.home import Home
from billing_tui.tui.screens.metering.upload_reads import _file_kind, waiting_files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with two files of reads, another file and a link in its inbox, and one elsewhere."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.csv").write_text("a")
    (inbox / "b.csv").write_text("b")
    (inbox / "planted.json").write_text("{}")
    (tmp_path / "secret.csv").write_text("s")
    (inbox / "link.csv").symlink_to(tmp_path / "secret.csv")
    return Home(tmp_path, "")


def test_only_plain_files_of_the_inbox_are_offered(home: Home) -> None:
    """No link, nothing beside the inbox, and nothing that holds no reads."""
    assert {path.name for path in waiting_files(home)} == {"a.csv", "b.csv"}


def test_a_file_is_named_by_its_number_or_its_name(home: Home) -> None:
    """Both mean the same path; the field then shows the name."""
    files = waiting_files(home)
    kind = _file_kind(files)

    assert kind.read("1").value == files[0]
    assert kind.read(" B.CSV ").value.name == "b.csv"
    assert kind.read("1").shown == files[0].name


@pytest.mark.parametrize("entry", ["../secret.csv", "/etc/passwd", "link.csv", "3", ""])
def test_no_other_path_is_taken(home: Home, entry: str) -> None:
    """What is not in the list is refused."""
    with pytest.raises(InvalidEntry, match="F4"):
        _file_kind(waiting_files(home)).read(entry)
