"""Open a file from outside: a plain file of bounded size, its digest, and a copy for the record."""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.plain_file import opened_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

LARGEST = 64 * 1024 * 1024
"""Most bytes of an upload: some 500,000 MV-RS records."""
_PIECE = 1 << 20


@contextmanager
def opened_upload(path: Path) -> Iterator[BinaryIO]:
    """The file, opened without following a link and without waiting at a pipe.

    Raises:
        InvalidEntry: it is not there, not a plain file, a link, too large, or cannot be read.
    """
    with opened_file(path, LARGEST) as stream:
        try:
            stream.read(1)
        except OSError as error:
            raise InvalidEntry(
                f"{path} cannot be read: {error.strerror}.", field="path", code="FILE-OPEN"
            ) from error
        yield stream


def digest_of_file(stream: BinaryIO) -> str:
    """SHA-256 of the file from its beginning; leaves it at its beginning.

    Raises:
        InvalidEntry: it goes on beyond `LARGEST`, whatever size it states (some of /proc say 0).
    """
    stream.seek(0)
    digest, length = hashlib.sha256(), 0
    while piece := stream.read(_PIECE):
        digest.update(piece)
        length += len(piece)
        if length > LARGEST:
            raise InvalidEntry(
                f"The file has more than {LARGEST:,} bytes.", field="path", code="FILE-SIZE"
            )
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
