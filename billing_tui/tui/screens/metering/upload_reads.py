"""RDG010 Upload reads: which file of the inbox, and how it is laid out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing_tui.metering.layout_text import layout_names
from billing_tui.tui.entry import Entry
from billing_tui.tui.form import Form
from billing_tui.tui.ink import Line, Role, wrapped
from billing_tui.tui.kinds import Choice, Kind, Taken, choice
from billing_tui.tui.painted import Sheet
from billing_tui.tui.pop_up import FormPopUp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from typing import Any

    from textual.widget import Widget

    from billing_tui.foundation.home import Home

_FOLDERS = ("inbox", "samples")
_READABLE = frozenset({".csv", ".txt", ".dat", ".hdl", ".uld", ".tsv", ".prn"})
_SHOWN = 5
_USUAL, _USUAL_SUFFIX = "csv-default", ".csv"
_LOOKED_AT = 4096  # bytes
_WIDE, _LINES = 76, 4  # of the reason why a file was refused


def waiting_files(home: Home) -> tuple[Path, ...]:
    """Files of reads in the home's inbox, and the demo city's samples.

    Those of the usual layout come first, each kind newest first; a text without a single figure,
    such as what the scanner left, holds no reads.
    """
    found = [path for folder in _FOLDERS for path in (home.root / folder).glob("*")]
    plain = [path for path in found if path.is_file() and not path.is_symlink()]
    files = [path for path in plain if path.suffix.lower() in _READABLE]
    return tuple(sorted(filter(_has_figures, files), key=_usual_and_newest_first))


def _has_figures(path: Path) -> bool:
    """Whether a digit stands at the beginning of a file; also where that cannot be looked at."""
    try:
        with path.open("rb") as stream:
            return any(byte in b"0123456789" for byte in stream.read(_LOOKED_AT))
    except OSError:
        return True


def _usual_and_newest_first(path: Path) -> tuple[bool, int, str]:
    return path.suffix.lower() != _USUAL_SUFFIX, -path.stat().st_mtime_ns, path.name


def _file_kind(files: tuple[Path, ...]) -> Kind:
    """A file by its number in the list or by its name; nothing outside the inbox."""
    choices = tuple(Choice(str(at), path.name) for at, path in enumerate(files, 1))
    by_key = {one.code: path for one, path in zip(choices, files, strict=True)}
    by_key |= {path.name.upper(): path for path in files}
    base = choice(40, choices, "The number of a file, or its name; F4 lists them.")

    def read(entry: str) -> Taken:
        path = by_key.get(entry.strip().upper())
        if path is None:
            return base.read(entry)
        return Taken(path, path.name)

    return replace(base, read=read, upper=False)


class UploadReads(FormPopUp):
    """Asks for file and layout; gives them back, or None."""

    ident = "RDG010"
    heading = "Upload reads"
    help_text = (
        "Put the file of the reading system into the inbox of the office's folder first. The "
        "layout says how the file is laid out. Nothing reaches history before the reads are "
        "checked and posted."
    )
    opening = "Which file, and how is it laid out? F4 lists what there is."

    def __init__(
        self,
        cycle: str,
        instance: str,
        home: Home,
        refused: str = "",
        given: Mapping[str, Any] | None = None,
    ) -> None:
        """Ask for the file; `refused` says why the one that was `given` was not taken."""
        super().__init__()
        self._refused = refused
        self._given = given or {}
        self.word = f"Upload reads of cycle {cycle}, {instance}"
        self._files = waiting_files(home)
        self._inbox = home.root / _FOLDERS[0]

    def body(self) -> Iterable[Widget]:
        """The newest files, and the two fields."""
        layouts = choice(20, [Choice(name, "") for name in layout_names()])
        yield Sheet(self._listed())
        if self._refused:
            told = wrapped(f"! {self._refused}", _WIDE, _LINES)
            yield Sheet([((f" {line}", Role.WARNING),) for line in told])
        yield Form(
            Entry("file", " File", _file_kind(self._files), label_width=8),
            Entry("layout", " Layout", replace(layouts, upper=False), label_width=8),
        )

    def _listed(self) -> list[Line]:
        if not self._files:
            return [((f"   No file waits in {self._inbox}.", Role.WARNING),)]
        lines: list[Line] = [
            ((f"   {at}  ", Role.KEY), (path.name, Role.TEXT))
            for at, path in enumerate(self._files[:_SHOWN], 1)
        ]
        more = len(self._files) - _SHOWN
        return [*lines, ((f"   + {more} more, F4 lists them", Role.LABEL),)] if more > 0 else lines

    def open(self) -> None:
        """The usual layout stands there already, or what was given before."""
        form = self.query_one(Form)
        form.entry("layout").put(self._given.get("layout", _USUAL))
        if "file" in self._given:
            form.entry("file").put(self._given["file"].name)
