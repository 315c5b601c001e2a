"""The night's work: a proved copy of the office, made while it is open."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pysqlite3
import pytest
from town import build_town

from billing_tui.cli.main import run
from billing_tui.customer_care.document_store import blob_path
from billing_tui.customer_care.file_document import DocumentForm, file_document
from billing_tui.foundation.errors import Refused
from billing_tui.foundation.model import bind
from billing_tui.operations.host import nightly
from billing_tui.operations.host.nightly import KEPT, spend_night
from billing_tui.records.add_cycle import add_cycle

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

README = Path(__file__).parents[2] / "README.md"
NIGHT = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)


def heads(file: Path) -> list[tuple[object, ...]]:
    """The newest audit entry of a database file."""
    base = pysqlite3.connect(str(file))
    try:
        return base.execute("SELECT max(seq), count(*) FROM audit_entry").fetchall()
    finally:
        base.close()


def test_the_copy_is_whole_private_and_proved(office: Office, desk: Callable[..., Desk]) -> None:
    """The copy holds the trail's head, belongs to its owner alone, and everything holds in it."""
    add_cycle(desk("luis"), "07", "North side")
    night = spend_night(office.home, NIGHT)
    assert night.copy is not None

    assert night.broken == ()
    assert heads(night.copy) == heads(office.home.database_file) == [(night.seq, night.seq)]
    assert night.copy.stat().st_mode & 0o077 == 0
    assert [path.name for path in office.home.backups.iterdir()] == ["nightly-20261120T103000.db"]


@pytest.fixture
def paper(desk: Callable[..., Desk], tmp_path: Path) -> str:
    """Hash of a paper that Maria has filed."""
    maria = desk("maria")
    build_town(desk, 1)
    path = tmp_path / "lease.pdf"
    path.write_bytes(b"%PDF-1.7 a lease")
    return file_document(maria, 1, DocumentForm(path=path, kind="lease")).sha256


def test_filed_papers_are_copied_once_and_proved_each_night(office: Office, paper: str) -> None:
    """A file of its own, private, written on the first night and not again on the second."""
    night = spend_night(office.home, NIGHT)
    copy = blob_path(office.home.kept_documents, paper)
    first = copy.stat()
    again = spend_night(office.home, NIGHT + timedelta(days=1))
    second = copy.stat()

    assert (night.broken, again.broken) == ((), ())
    assert copy.read_bytes() == b"%PDF-1.7 a lease"
    assert first.st_ino != blob_path(office.home.documents, paper).stat().st_ino
    assert first.st_mode & 0o077 == 0
    assert (second.st_ino, second.st_mtime_ns) == (first.st_ino, first.st_mtime_ns)


@pytest.mark.parametrize(("damaged", "told"), [("office", "N2"), ("copy", "CARE-DOCUMENTS")])
def test_a_damaged_paper_is_told_and_its_copy_left_alone(
    office: Office, paper: str, damaged: str, told: str
) -> None:
    """In the office the good copy stays; in the copy the damage is not papered over."""
    spend_night(office.home, NIGHT)
    folders = {"office": office.home.documents, "copy": office.home.kept_documents}
    blob_path(folders[damaged], paper).write_bytes(b"something else")
    night = spend_night(office.home, NIGHT + timedelta(days=1))
    copied = blob_path(office.home.kept_documents, paper).read_bytes()

    assert [verdict.id for verdict in night.broken] == [told]
    assert (copied == b"something else") == (damaged == "copy")
    assert night.dropped == ()


def test_a_paper_that_cannot_be_copied_is_told(office: Office, paper: str) -> None:
    """The database's copy stands all the same, and the night does not call itself whole."""
    office.home.backups.mkdir(exist_ok=True)
    office.home.kept_documents.write_bytes(b"no folder")
    night = spend_night(office.home, NIGHT)

    assert [verdict.id for verdict in night.broken] == ["N2", "CARE-DOCUMENTS"]
    assert paper[:12] in night.broken[0].broken[0]
    assert night.copy is not None
    assert night.copy.exists()


def restored(home: Path, copy: str) -> None:
    """Type what the README says, for the copy of that name."""
    text = README.read_text(encoding="utf-8")
    block = text[text.index("    cd $BILLING_HOME") : text.index("    billing-tui verify")]
    script, count = re.subn(r"nightly-[0-9T]+\.db", copy, block)
    assert count == 1
    bash = shutil.which("bash") or pytest.skip("there is no bash here")
    places = {"BILLING_HOME": str(home), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [bash, "-e", "-c", script], env=places, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("new_machine", [False, True])
def test_a_copy_is_put_back_as_the_readme_says(
    office: Office, desk: Callable[..., Desk], paper: str, tmp_path: Path, *, new_machine: bool
) -> None:
    """Over a damaged office or on a new machine: all holds, and the paper is there."""
    night = spend_night(office.home, NIGHT)
    bind(office.store.database)
    add_cycle(desk("luis"), "08", "After the copy")
    office.close()
    home = tmp_path / "new" if new_machine else office.home.root
    if new_machine:
        home.mkdir(mode=0o700)
        shutil.copytree(office.home.backups, home / "backups")
    else:
        office.home.database_file.write_bytes(b"damaged")
        blob_path(office.home.documents, paper).write_bytes(b"damaged")

    assert night.copy is not None
    restored(home, night.copy.name)

    assert heads(home / "billing.db") == [(night.seq, night.seq)]
    assert blob_path(home / "documents", paper).read_bytes() == b"%PDF-1.7 a lease"
    assert run(["verify", "--home", str(home), "--as", "ada"]) == 0


def test_people_go_on_working(office: Office) -> None:
    """A clerk in the middle of a save is neither stopped nor copied by half."""
    clerk = pysqlite3.connect(str(office.home.database_file), timeout=0)
    clerk.execute("BEGIN IMMEDIATE")
    clerk.execute("INSERT INTO setting VALUES ('half', 'saved')")
    night = spend_night(office.home, NIGHT)
    clerk.commit()
    found = clerk.execute("SELECT count(*) FROM setting WHERE name = 'half'").fetchall()
    clerk.execute("ATTACH ? AS copy", (str(night.copy),))
    copied = clerk.execute("SELECT count(*) FROM copy.setting WHERE name = 'half'").fetchall()
    clerk.close()

    assert night.broken == ()
    assert (found, copied) == ([(1,)], [(0,)])


def test_a_copy_that_lacks_rows_is_told(
    office: Office, desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy that is sound but older than the office is found out, and no older copy goes."""
    luis = desk("luis")
    old = spend_night(office.home, NIGHT).copy
    bind(office.store.database)
    add_cycle(luis, "07", "North side")
    monkeypatch.setattr(nightly, "_copy", lambda _home, _moment: old)
    night = spend_night(office.home, NIGHT)

    assert [verdict.id for verdict in night.broken] == ["N1"]
    assert night.dropped == ()


def test_a_damaged_office_is_told_and_keeps_its_copies(office: Office) -> None:
    """Books that do not hold end in 1 and a sentence; the old copies stay."""
    first = spend_night(office.home, NIGHT).copy
    office.store.database.execute_sql("DROP TRIGGER audit_entry_no_update")

    assert run(["host", "nightly", "--home", str(office.home.root)]) == 1
    assert first is not None
    assert first.exists()


def test_the_oldest_copies_go(office: Office) -> None:
    """So many nights are kept, and a copy is never written over."""
    office.home.backups.mkdir(exist_ok=True)
    for day in range(1, KEPT + 2):
        name = f"nightly-{NIGHT - timedelta(days=day):%Y%m%dT%H%M%S}.db"
        (office.home.backups / name).touch()
    night = spend_night(office.home, NIGHT)
    with pytest.raises(Refused):
        spend_night(office.home, NIGHT)

    assert [path.name for path in night.dropped] == [
        f"nightly-{NIGHT - timedelta(days=day):%Y%m%dT%H%M%S}.db" for day in (KEPT + 1, KEPT)
    ]
    assert len(list(office.home.backups.iterdir())) == KEPT


def test_somebody_else_does_not_do_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the account that owns the office makes copies of it."""
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    with pytest.raises(Refused):
        spend_night(office.home, NIGHT)
