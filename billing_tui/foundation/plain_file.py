"""Open a file from outside: plain, of bounded size, no link followed and no pipe waited at."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import InvalidEntry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO


def _check(handle: int, path: Path, most: int) -> None:
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode):
        raise InvalidEntry(f"{path} is no plain file.", field="path", code="FILE-KIND")
    if about.st_size > most:
        raise InvalidEntry(
            f"{path} has {about.st_size:,} bytes; at most {most:,} can be loaded at once.",
            field="path",
            code="FILE-SIZE",
        )


def _opened(path: Path) -> int:
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        return os.open(path, flags)
    except (OSError, ValueError) as error:
        linked = os.path.islink(path)  # noqa: PTH114 - Path.is_symlink raises on an endless name
        why = "it is a link" if linked else getattr(error, "strerror", None) or error
        raise InvalidEntry(
            f"{path} cannot be opened: {why}.", field="path", code="FILE-OPEN"
        ) from error


@contextmanager
def opened_file(path: Path, most: int) -> Iterator[BinaryIO]:
    """The file, for reading.

    Args:
        path: where it stands.
        most: bytes that it may have.

    Raises:
        InvalidEntry: it is not there, not a plain file, a link, or too large.
    """
    handle = _opened(path)
    try:
        _check(handle, path, most)
    except InvalidEntry:
        os.close(handle)
        raise
    with os.fdopen(handle, "rb") as stream:
        yield stream


def text_of_file(path: Path, most: int) -> str:
    """The whole file as UTF-8 text; a byte order mark before it is dropped.

    Raises:
        InvalidEntry: as `opened_file`, or it is no UTF-8 text.
    """
    with opened_file(path, most) as stream:
        raw = _read(stream, path, most)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InvalidEntry(
            f"{path.name}, line {line}: byte 0x{raw[error.start]:02X} is not UTF-8 text.",
            field="path",
            code="FILE-TEXT",
        ) from error


def _read(stream: BinaryIO, path: Path, most: int) -> bytes:
    """All bytes; files of /proc say 0 and hold any number, or none that can be read."""
    try:
        raw = stream.read(most + 1)
    except OSError as error:
        raise InvalidEntry(
            f"{path} cannot be read: {error.strerror}.", field="path", code="FILE-OPEN"
        ) from error
    if len(raw) > most:
        raise InvalidEntry(f"{path} has more than {most:,} bytes.", field="path", code="FILE-SIZE")
    return raw
