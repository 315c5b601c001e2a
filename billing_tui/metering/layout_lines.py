"""Bytes to lines: one bounded line at a time, with a plain sentence for what is no text."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import Problem, ProblemsFound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from billing_tui.metering.layout import Layout

_UTF8_MARK = b"\xef\xbb\xbf"
_OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff")
_END_OF_FILE = b"\x1a"


def refuse_file(sentence: str, line: int = 0) -> ProblemsFound:
    """The refusal of a whole file for one reason."""
    problem = Problem(line, sentence)
    return ProblemsFound(f"The file was refused: {problem}", (problem,))


def _check_start(start: bytes) -> bytes:
    """The first bytes without the UTF-8 mark; what is plainly no such text is refused."""
    if start.startswith(_OTHER_MARKS) or start[1:8:2] == b"\0\0\0\0":
        raise refuse_file("it is UTF-16 text; save it again as plain text or UTF-8.", 1)
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise refuse_file("it is a workbook or an archive; save it again as CSV text.", 1)
    if start.startswith(b"%PDF"):
        raise refuse_file("it is a PDF, which holds no reads that can be loaded.", 1)
    return start.removeprefix(_UTF8_MARK)


def _decoded(raw: bytes, number: int, encoding: str) -> str | Problem:
    if b"\0" in raw:
        return Problem(number, "the line holds a NUL byte; the file was damaged on its way.")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        return Problem(
            number,
            f"byte {error.start + 1} (0x{raw[error.start]:02X}) is not {encoding.upper()} text; "
            "save the file again in that encoding.",
        )


def _skip_rest(stream: BinaryIO) -> None:
    while (piece := stream.readline(65_536)) and not piece.endswith(b"\n"):
        pass


def _fixed(stream: BinaryIO, layout: Layout) -> Iterator[tuple[int, str | Problem]]:
    """Records that follow each other without line ends."""
    number, raw = 0, _check_start(stream.read(layout.width))
    while raw:
        number += 1
        if missing := layout.width - len(raw):
            raw += stream.read(missing)
        left = raw.rstrip(b"\r\n" + _END_OF_FILE)
        if not left:
            return
        if len(raw) < layout.width:
            yield (
                number,
                Problem(
                    number, f"the last record has {len(raw)} of {layout.width} characters; cut off."
                ),
            )
            return
        yield number, _decoded(raw, number, layout.encoding)
        raw = stream.read(layout.width)


def lines_of(stream: BinaryIO, layout: Layout) -> Iterator[tuple[int, str | Problem]]:
    """(line number, text or what is wrong with it), blank lines left out.

    Memory stays at one line, whatever the file holds: a longer line than the layout allows is a
    `Problem` and the rest of it is skipped.

    Raises:
        ProblemsFound: where the file as a whole is no such text (UTF-16, a workbook).
    """
    if not layout.ending:
        yield from _fixed(stream, layout)
        return
    most = layout.longest + 2
    number, raw = 1, stream.readline(most)
    short = raw.endswith(b"\n") or len(raw) < most
    raw = _check_start(raw)
    while raw or number == 1:
        content = raw.rstrip(b"\r\n")
        if len(content) > layout.longest or not short:
            if not raw.endswith(b"\n"):
                _skip_rest(stream)
            yield number, Problem(number, f"the line is longer than {layout.longest:,} characters.")
        elif content not in {b"", _END_OF_FILE}:
            yield number, _decoded(content, number, layout.encoding)
        number, raw = number + 1, stream.readline(most)
        short = raw.endswith(b"\n") or len(raw) < most


def cells_of(text: str, delimiter: str) -> list[str] | str:
    """The columns of one line, or the sentence that says why it has none.

    A quoted column ends on its own line: meter files hold no line breaks inside a column, and an
    unbalanced quote must cost one line, not the rest of the file.
    """
    if '"' not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return "a quotation mark is not closed, or stands where none belongs."


def guess_delimiter(header: str, allowed: str) -> str:
    """The allowed delimiter that cuts the header into most columns."""
    return max(allowed, key=header.count)
