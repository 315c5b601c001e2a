"""Each night: copy the office while it works, prove the copy, and let the oldest copy go.

Filed papers never change, so all nights share one folder of them: what is new is added, what is
there is never written again, and each night every one of them is proved by its hash.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from billing_tui.access.trail import head
from billing_tui.customer_care.document_store import blob_path, fault_of, keep_file
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.database import open_store
from billing_tui.foundation.errors import BillingError, Refused
from billing_tui.foundation.model import bind
from billing_tui.operations.office import open_office
from billing_tui.operations.verify import Verdict, verify_office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from billing_tui.foundation.home import Home

KEPT = 14
"""Nightly copies that stay; older ones go, only after a newer one was proved."""
_MOST_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Night:
    """What a night brought.

    Attributes:
        copy: the backup; None where the database is a server, which has its own.
        seq, hash: the trail's newest entry when it was made, to be kept elsewhere.
        verdicts: on the copy, or on the server itself.
        dropped: older copies that were let go.
    """

    copy: Path | None
    seq: int
    hash: str
    verdicts: tuple[Verdict, ...]
    dropped: tuple[Path, ...]

    @property
    def broken(self) -> tuple[Verdict, ...]:
        """What does not hold."""
        return tuple(verdict for verdict in self.verdicts if verdict.broken)


def spend_night(home: Home, moment: datetime) -> Night:
    """Back the office up and verify the copy; people may go on working.

    Args:
        home: whose office.
        moment: names the copy.

    Raises:
        Refused: another account than the owner's runs it, or a copy of that moment stands there.
        NotFound: there is no office.
    """
    if home.root.exists() and home.root.stat().st_uid != os.geteuid():
        raise Refused(f"The night's work is done by the account that owns {home.root}.")
    office = open_office(home)
    try:
        seq, digest = head()
        if not office.store.is_sqlite:
            papers = _papers(home)
            found = verify_office(office.store, documents=home.kept_documents)
            return Night(None, seq, digest, (papers, *found), ())
        copy = _copy(home, moment)
        try:
            verdicts = _prove(copy, home, seq, digest)
        finally:
            bind(office.store.database)
    finally:
        office.close()
    whole = not any(verdict.broken for verdict in verdicts)
    return Night(copy, seq, digest, verdicts, _drop_oldest(home) if whole else ())


def _copy(home: Home, moment: datetime) -> Path:
    """A consistent copy under its final name only once it is whole on the disk."""
    home.backups.mkdir(mode=0o700, exist_ok=True)
    target = home.backups / f"nightly-{moment:%Y%m%dT%H%M%S}.db"
    part = target.with_suffix(".part")
    if target.exists():
        raise Refused(f"{target} is there already.")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    rows_of("VACUUM INTO ?", (str(part),))
    _to_disk(part)
    part.replace(target)
    _to_disk(home.backups)
    return target


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _prove(copy: Path, home: Home, seq: int, digest: str) -> tuple[Verdict, ...]:
    """Every invariant on the copy, and that it lacks nothing that the office held before.

    A copy can be sound and balanced and still lack the newest rows.
    """
    store = open_store(f"sqlite://{copy}", gate=home.gate)
    bind(store.database)
    try:
        found = rows_of("SELECT hash FROM audit_entry WHERE seq = ?", (seq,))
        lost = bool(seq) and found != [(digest,)]
        sentence = f"the copy lacks audit entry {seq} as it stands in the office."
        whole = Verdict("N1", "The copy holds what the office held.", (sentence,) * lost)
        papers = _papers(home)
        return (whole, papers, *verify_office(store, documents=home.kept_documents))
    finally:
        store.database.close()


def _papers(home: Home) -> Verdict:
    """Copy the papers of the database that is bound.

    A paper is kept before its row is written, so no row of a copy is ahead of the papers.
    """
    lost = tuple(islice(_uncopied(home), _MOST_SENTENCES))
    return Verdict("N2", "Every filed document stood in the office and was copied.", lost)


def _uncopied(home: Home) -> Iterator[str]:
    for (sha256,) in rows_of("SELECT DISTINCT sha256 FROM filed_document ORDER BY sha256"):
        fault = fault_of(home.documents, sha256)
        if not fault and not blob_path(home.kept_documents, sha256).exists():
            try:
                keep_file(home.kept_documents, blob_path(home.documents, sha256))
            except BillingError as error:
                fault = f"was not copied: {error.sentence}"
        if fault:
            yield f"the filed document {sha256[:12]} {fault}."


def _drop_oldest(home: Home) -> tuple[Path, ...]:
    old = sorted(home.backups.glob("nightly-*.db"))[:-KEPT]
    for path in old:
        path.unlink()
    return tuple(old)
