"""Which files can be uploaded from the screens."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from billing_tui.foundation.errors import InvalidEntry, Problem
from billing_tui.foundation.home import Home
from billing_tui.metering.check_reads import CheckResult
from billing_tui.metering.import_reads import UploadResult
from billing_tui.metering.read_record import ControlCounts
from billing_tui.tui.screens.billing.cockpit_jobs import uploaded
from billing_tui.tui.screens.metering.upload_reads import _file_kind, waiting_files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with two files of reads, another file and a link in its inbox, and one elsewhere."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.csv").write_text("1")
    (inbox / "b.csv").write_text("2")
    (inbox / "scan-0001.txt").write_text("Nothing stands on it.")
    (inbox / "planted.json").write_text("{}")
    (tmp_path / "secret.csv").write_text("s")
    (inbox / "link.csv").symlink_to(tmp_path / "secret.csv")
    return Home(tmp_path, "")


def test_only_plain_files_of_the_inbox_are_offered(home: Home) -> None:
    """No link, nothing beside the inbox, and nothing that holds no reads, such as a scan."""
    assert {path.name for path in waiting_files(home)} == {"a.csv", "b.csv"}


def test_the_usual_layout_comes_first_and_the_newest_of_it(home: Home) -> None:
    """1 is the file that the proposed layout reads, whatever came in after it."""
    inbox = home.inbox
    (inbox / "radio.txt").write_text("FHD 004")
    for at, name in enumerate(("a.csv", "b.csv", "radio.txt"), 1):
        os.utime(inbox / name, (at, at))

    assert [path.name for path in waiting_files(home)] == ["b.csv", "a.csv", "radio.txt"]


def test_the_figures_of_an_upload_add_up() -> None:
    """Came and missing are passed and excepted; lines that were left out are said."""
    staged = UploadResult(
        1, "a.csv", "", "csv-default", expected=286, received=287, staged=285, skipped=0,
        missing=1, unknown=1, duplicates=1, superseded=0, counts=ControlCounts(),
        rejects=(Problem(3, "Unknown."), Problem(4, "Twice.")),
    )  # fmt: skip
    found = CheckResult(1, reads=286, passed=255, open=35, by_check={}, by_severity={})
    clean = replace(found, passed=286, open=0)

    told = "285 of 286 came; 255 passed, 31 with 35 exceptions; 2 lines left out."
    assert uploaded(staged, found) == told
    assert uploaded(replace(staged, rejects=()), clean) == "285 of 286 came; 286 passed."


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
