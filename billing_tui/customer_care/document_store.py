"""Papers on disk: each stands in the home's `documents/` under the SHA-256 of its bytes.

The same bytes filed twice are one file. A file is written beside its name, brought to the disk, and
takes its name in one step, so a name never stands for half a paper.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import InvalidEntry, NotFound
from billing_tui.foundation.invariant import Invariant
from billing_tui.foundation.plain_file import opened_file
from billing_tui.foundation.text import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 32 * 1024 * 1024
"""Most bytes of a paper: a long scan in colour."""
_PIECE = 1 << 20
_SHA256_DIGITS = 64


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that stand in the store.

    Attributes:
        sha256: their hash, which is their name.
        size: bytes.
        fresh: False where the same bytes stood there already.
    """

    sha256: str
    size: int
    fresh: bool


def blob_path(folder: Path, sha256: str) -> Path:
    """Where these bytes stand: in a folder of their first two digits."""
    return folder / sha256[:2] / sha256


def _bytes_of(path: Path) -> bytes:
    with opened_file(path, LARGEST) as stream:
        try:
            content = stream.read(LARGEST + 1)
        except OSError as error:
            raise InvalidEntry(
                f"{path} cannot be read: {error.strerror}.", field="path", code="FILE-OPEN"
            ) from error
    if not content:
        raise InvalidEntry(f"{path} is empty.", field="path", code="FILE-EMPTY")
    if len(content) > LARGEST:
        raise InvalidEntry(f"{path} has more than {LARGEST:,} bytes.", field="path")
    return content


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(place: Path, content: bytes) -> None:
    for folder in (place.parent.parent, place.parent):
        folder.mkdir(mode=0o700, exist_ok=True)
    beside = place.with_name(f".{place.name}.{os.getpid()}.part")
    beside.unlink(missing_ok=True)
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with os.fdopen(os.open(beside, flags, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)
    _sync_folder(place.parent)
    _sync_folder(place.parent.parent)


def keep_file(folder: Path, path: Path) -> Blob:
    """Keep the bytes of a file on this machine; it is safe to do it again.

    Args:
        folder: the home's `documents/`.
        path: the file; a plain one, no link.

    Raises:
        InvalidEntry: it is not there, no plain file, empty, or too large; or the disk is full.
    """
    content = _bytes_of(path)
    digest = hashlib.sha256(content).hexdigest()
    place = blob_path(folder, digest)
    there = fault_of(folder, digest) == ""
    if not there:
        try:
            _write(place, content)
        except OSError as error:
            raise InvalidEntry(
                f"The document cannot be kept: {error.strerror}.", field="path"
            ) from error
    return Blob(digest, len(content), fresh=not there)


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """A file in the folder of scans: its name, its bytes, and when it came (seconds, UTC)."""

    name: str
    size: int
    came: int


def waiting_files(folder: Path, *, most: int = 50) -> tuple[WaitingFile, ...]:
    """The newest plain files in the folder of scans; none where there is no such folder."""
    try:
        with os.scandir(folder) as found:
            files = [
                WaitingFile(one.name, about.st_size, int(about.st_mtime))
                for one in found
                if one.is_file(follow_symlinks=False)
                and (about := one.stat(follow_symlinks=False)).st_size
                and harmless(one.name) == one.name
            ]
    except OSError:
        return ()
    return tuple(sorted(files, key=lambda one: (-one.came, one.name))[:most])


def path_of(folder: Path, keyed: str) -> Path:
    """The file that a clerk names: a name alone stands in the folder of scans."""
    return Path(keyed) if "/" in keyed else folder / keyed


def fault_of(folder: Path, sha256: str) -> str:
    """What is wrong with the bytes of that name, "" where they are as they were filed."""
    place = blob_path(folder, sha256)
    digest = hashlib.sha256()
    try:
        with opened_file(place, LARGEST) as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
    except (InvalidEntry, OSError):
        return "is not in the store"
    return "" if digest.hexdigest() == sha256 else "was changed"


def take_out(folder: Path, sha256: str) -> Path:
    """The path of a filed paper, whose bytes have been proved.

    Raises:
        NotFound: it does not stand there as it was filed.
    """
    fault = fault_of(folder, sha256)
    if len(sha256) != _SHA256_DIGITS or fault:
        raise NotFound(f"The document {sha256[:12]} {fault}; `verify` says more.", code="BLOB")
    return blob_path(folder, sha256)


def documents_stand(folder: Path) -> Invariant:
    """The invariant that each filed paper stands in the store and hashes to its name.

    Bytes that no row names are noted: a filing that was refused at its last step leaves them, and
    removing them could take them from somebody who files the same paper at that moment.
    """

    def broken() -> Iterator[str]:
        for (sha256,) in rows_of("SELECT DISTINCT sha256 FROM filed_document ORDER BY sha256"):
            fault = fault_of(folder, sha256)
            if fault:
                yield f"the filed document {sha256[:12]} {fault}."

    def unfiled() -> Iterator[str]:
        filed = {sha256 for (sha256,) in rows_of("SELECT DISTINCT sha256 FROM filed_document")}
        for place in sorted(folder.glob("??/*")):
            if place.name not in filed:
                yield f"the bytes {place.name[:12]} stand in the store, but nobody filed them."

    says = "Every filed document stands as it was filed."
    return Invariant("CARE-DOCUMENTS", says, broken, unfiled)
