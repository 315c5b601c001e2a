"""Killed processes and failing disks: what was acknowledged stands, the rest is whole or absent."""

from __future__ import annotations

import errno
import signal
from contextlib import ExitStack
from random import Random
from typing import TYPE_CHECKING

import pytest

from billing_tui.access import invariants as trail
from billing_tui.access.tables import Request
from billing_tui.foundation import storage_checks as storage
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.model import bind
from billing_tui.foundation.transaction import read_snapshot
from billing_tui.ledger import invariants as ledger
from billing_tui.operations.office import open_office

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from billing_tui.operations.office import Office

    Start = Callable[..., subprocess.Popen[str]]

pytestmark = pytest.mark.slow

WALKS = (*storage.INVARIANTS, *trail.INVARIANTS, *ledger.INVARIANTS)
COUNT = 6


def told(process: subprocess.Popen[str]) -> tuple[list[str], list[str], str]:
    """Keys that were acknowledged, keys whose outcome was called unknown, and all that was said."""
    out, errors = process.communicate(timeout=120)
    assert "Traceback" not in errors, errors
    # A killed process may leave half a line, which acknowledges nothing.
    lines = [line.split() for line in out.splitlines(keepends=True) if line.endswith("\n")]
    saved = [line[1] for line in lines if line[0] == "SAVED"]
    return saved, [line[1] for line in lines if line[0] == "OUTCOME-UNKNOWN"], out


def fault(call: str, at: int, error: int, forever: int = 0) -> dict[str, str]:
    """The environment that makes the n-th write or sync fail; error 0 ends the process there."""
    names = ("SHIM_CALL", "SHIM_AT", "SHIM_ERRNO", "SHIM_FOREVER")
    return dict(zip(names, map(str, (call, at, error, forever)), strict=True))


def check(books: Office, saved: list[str], unsaid: set[str] | None = None) -> set[str]:
    """Open the office anew and prove it whole; returns the keys that stand in it.

    Args:
        books: the office.
        saved: keys that were acknowledged and so must stand.
        unsaid: keys that may stand or not; None where any other may.
    """
    books.close()
    opened = open_office(books.home)
    bind(opened.store.database)
    with read_snapshot(opened.store):  # others may still be writing
        assert [found for walk in WALKS for found in walk.broken()] == []
        standing = {row.key for row in Request.select()}
        entries = {row[0] for row in rows_of("SELECT reference FROM journal_entry")}
        audited = {row[0].split()[1] for row in rows_of("SELECT subject FROM audit_entry")}
    assert entries == audited == standing
    assert set(saved) <= standing
    if unsaid is not None:
        assert standing <= set(saved) | unsaid
    opened.close()
    return standing


@pytest.mark.parametrize("seed", range(3))
def test_kill_9_of_writers_loses_nothing_acknowledged(
    books: Office, start_clerk: Start, seed: int
) -> None:
    """Two clerks posting at once, killed at random moments; the chain is whole, no key is lost."""
    draw = Random(seed)
    books.close()
    with ExitStack() as stack:
        clerks = [stack.enter_context(start_clerk(name, 100_000)) for name in ("a", "b")]
        for clerk in clerks:
            stack.callback(clerk.kill)
        for clerk in clerks:
            assert clerk.stdout is not None
            first = [clerk.stdout.readline().split()[1] for _ in range(draw.randint(1, 40))]
            clerk.send_signal(signal.SIGKILL)
            saved, _, _ = told(clerk)
            assert len(check(books, first + saved)) >= len(first)


@pytest.mark.parametrize("at", [1, 2, 3, 4, 5, 6, 8, 11, 15, 25])
def test_dying_at_any_write_is_all_or_nothing(
    books: Office, start_clerk: Start, shim: Path, at: int
) -> None:
    """The process ends inside its n-th write; what follows the last answer stands whole or not."""
    books.close()
    process = start_clerk("a", COUNT, LD_PRELOAD=str(shim), **fault("write", at, 0))
    saved, _, _ = told(process)
    assert process.returncode == 137, "the process did not die where it should"
    check(books, saved, {f"a-{len(saved)}"})


def faults() -> Iterator[dict[str, str]]:
    """Failing writes and syncs, early and late, once and for good, on a full and a broken disk."""
    for at in (1, 3, 8):
        for error in (errno.ENOSPC, errno.EIO):
            for forever in (0, 1):
                yield fault("write", at, error, forever)
    for at in (1, 3):
        for forever in (0, 1):
            yield fault("sync", at, errno.EIO, forever)


@pytest.mark.parametrize("broken", list(faults()), ids=lambda given: "-".join(given.values()))
def test_a_failing_disk_is_told_with_its_cause(
    books: Office, start_clerk: Start, shim: Path, broken: dict[str, str]
) -> None:
    """Full or broken, once or until repaired: acknowledged stands, refused does not.

    The same connection goes on once the disk is well; only what was called unknown may stand.
    """
    books.close()
    process = start_clerk("a", COUNT, LD_PRELOAD=str(shim), **broken)
    saved, unknown, out = told(process)
    assert process.returncode == 0
    assert unknown, "the fault did not come"
    assert "cannot rollback" not in out
    for line in out.splitlines():
        assert line.startswith("SAVED") or "disk" in line, out
    assert f"a-{COUNT - 1}" in saved
    check(books, saved, set(unknown))


def test_a_file_that_may_not_grow_is_told(books: Office, start_clerk: Start) -> None:
    """A quota on the file: refused with the cause, and saved again once there is room."""
    books.close()
    size = books.home.database_file.stat().st_size
    log = books.home.database_file.with_name("billing.db-wal")
    assert not log.exists()
    process = start_clerk("a", 120, FILE_LIMIT=str(min(size, 200_000)))
    saved, unknown, out = told(process)
    refused = [line for line in out.splitlines() if not line.startswith("SAVED")]
    assert refused
    assert all("disk" in line for line in refused), refused[0]
    assert saved[-1] == "a-119"
    check(books, saved, set(unknown))


def test_an_unknown_outcome_is_settled_by_its_key(
    books: Office, start_clerk: Start, shim: Path
) -> None:
    """After a sync that failed, the same requests again post each entry once."""
    books.close()
    broken = fault("sync", 1, errno.EIO, 1)
    _, unknown, _ = told(start_clerk("a", COUNT, LD_PRELOAD=str(shim), **broken))
    assert unknown
    saved, _, _ = told(start_clerk("a", COUNT))
    assert saved == [f"a-{number}" for number in range(COUNT)]
    assert check(books, saved, set()) == set(saved)
