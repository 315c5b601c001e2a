"""Open a file from outside: a plain file of bounded size, its digest, and a copy for the record."""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import InvalidEntry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

LARGEST = 64 * 1024 * 1024
"""Most bytes of an upload: some 500,000 MV-RS records."""
_PIECE = 1 << 20


def _check(handle: int, path: Path) -> None:
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode):
        raise InvalidEntry(f"{path} is no plain file.", field="path", code="FILE-KIND")
    if about.st_size > LARGEST:
        raise InvalidEntry(
            f"{path} has {about.st_size:,} bytes; at most {LARGEST:,} can be loaded at once.",
            field="path",
            code="FILE-SIZE",
        )


@contextmanager
def opened_upload(path: Path) -> Iterator[BinaryIO]:
    """The file, opened without following a link and without waiting at a pipe.

    Raises:
        InvalidEntry: it is not there, not a plain file, a link, or too large.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        handle = os.open(path, flags)
    except (OSError, ValueError) as error:
        why = "it is a link" if path.is_symlink() else getattr(error, "strerror", None) or error
        raise InvalidEntry(
            f"{path} cannot be opened: {why}.", field="path", code="FILE-OPEN"
        ) from error
    try:
        _check(handle, path)
    except InvalidEntry:
        os.close(handle)
        raise
    with os.fdopen(handle, "rb") as stream:
        yield stream


def digest_of_file(stream: BinaryIO) -> str:
    """SHA-256 of the file from its beginning; leaves it at its beginning."""
    stream.seek(0)
    digest = hashlib.sha256()
    while piece := stream.read(_PIECE):
        digest.update(piece)
    stream.seek(0)
    return digest.hexdigest()


def keep_copy(stream: BinaryIO, folder: Path, digest: str) -> Path:
    """A copy named by the digest, private to the office; written once."""
    place = folder / f"{digest}.reads"
    stream.seek(0)
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return place
    with os.fdopen(handle, "wb") as copy:
        while piece := stream.read(_PIECE):
            copy.write(piece)
    return place
