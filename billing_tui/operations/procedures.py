"""Procedure pages: how each piece of work is done here, in plain words, with owner and review day.

We ship a page for each duty in `data/procedures`; a utility puts its own in the folder
`procedures` of its home, where a page with the same id takes the place of ours (TRN-3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import BillingError, InvalidEntry, NotFound, Problem
from billing_tui.foundation.plain_file import text_of_file
from billing_tui.foundation.strict_yaml import read_yaml
from billing_tui.foundation.text import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from billing_tui.foundation.home import Home

WIDEST = 76
"""Cells of a line of text; what is longer does not fit an 80-column screen."""
FOLDER = "procedures"
_LARGEST = 60_000
_FRONT = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_ID = re.compile(r"[a-z][a-z0-9-]{1,39}\Z")
_SCREEN = re.compile(r"[A-Z]{3}[0-9]{3}\Z")
_NEEDED = (
    "id", "title", "screens", "duties", "version", "owner", "reviewed", "review_by",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Procedure:
    """One page.

    Attributes:
        id: its name, also that of its file.
        screens: ids of the screens it explains.
        duties: ids of the duties of the job descriptions that it is part of.
        owner: who keeps it true.
        reviewed, review_by: when that was done, and when it is due again.
        body: its lines, at most `WIDEST` cells each.
        own: whether it is the utility's own page.
    """

    id: str
    title: str
    screens: tuple[str, ...]
    duties: tuple[str, ...]
    version: int
    owner: str
    reviewed: date
    review_by: date
    body: tuple[str, ...]
    own: bool = False

    def is_overdue(self, day: date) -> bool:
        """Whether its review should have been done before this day."""
        return self.review_by < day

    @property
    def whose(self) -> str:
        """Whether it came with the program."""
        return "this utility's own page" if self.own else "as shipped"

    def has(self, words: Iterable[str]) -> bool:
        """Whether all words stand in it, as beginnings or parts of words."""
        text = " ".join((self.id, self.title, *self.screens, *self.body)).casefold()
        return all(word.casefold() in text for word in words)


@dataclass(frozen=True, slots=True)
class Library:
    """The pages in the order of their titles, and what is wrong with the utility's own."""

    pages: tuple[Procedure, ...]
    problems: tuple[Problem, ...] = ()

    def page(self, id_: str) -> Procedure:
        """The page of that id, or the one that explains the screen of that id first.

        Raises:
            NotFound: there is none.
        """
        for one in self.pages:
            if one.id == id_.lower():
                return one
        for one in self.of_screen(id_.upper()):
            return one
        raise NotFound(f"There is no procedure page {harmless(id_)!r}.", field="procedure")

    def of_screen(self, ident: str) -> tuple[Procedure, ...]:
        """The pages that explain a screen; the one that names it first comes first."""
        named = [one for one in self.pages if ident in one.screens]
        return tuple(sorted(named, key=lambda one: one.screens.index(ident)))

    def search(self, words: str) -> tuple[Procedure, ...]:
        """The pages in which all words stand; those with a word in the title first."""
        wanted = words.split()
        found = [one for one in self.pages if one.has(wanted)]
        return tuple(
            sorted(
                found, key=lambda one: not all(w.casefold() in one.title.casefold() for w in wanted)
            )
        )


def _day(front: dict[str, object], name: str) -> date:
    try:
        return date.fromisoformat(str(front[name]))
    except ValueError as error:
        raise InvalidEntry(f"{name} is no day; write 2026-11-30.", field=name) from error


def _words(front: dict[str, object], name: str) -> tuple[str, ...]:
    value = front[name]
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise InvalidEntry(f"{name} is no list of words.", field=name)
    return tuple(str(one) for one in value)


def _checked_front(front: object) -> dict[str, object]:
    if not isinstance(front, dict) or set(front) != set(_NEEDED):
        raise InvalidEntry(f"The head of a page has exactly: {', '.join(_NEEDED)}.")
    if not _ID.match(str(front["id"])):
        raise InvalidEntry("The id is small letters, digits and -.", field="id")
    if not (str(front["version"]).isascii() and str(front["version"]).isdigit()):
        raise InvalidEntry("The version is a whole number.", field="version")
    return front


def parse_page(text: str, *, own: bool = False) -> Procedure:
    """Read one page: a head between lines of `---`, then the text.

    Raises:
        BillingError: with the field or line that is wrong.
    """
    parts = _FRONT.match(text.replace("\r\n", "\n"))
    if parts is None:
        raise InvalidEntry("A page begins with its head between two lines of ---.")
    front = _checked_front(read_yaml(parts[1]))
    screens = _words(front, "screens")
    if strange := [one for one in screens if not _SCREEN.match(one)]:
        raise InvalidEntry(f"{strange[0]!r} is no screen id.", field="screens")
    body = tuple(harmless(line.rstrip()) for line in parts[2].strip("\n").split("\n"))
    for number, line in enumerate(body, parts[1].count("\n") + 4):
        if len(line) > WIDEST:
            raise InvalidEntry(f"Line {number} is longer than {WIDEST} characters.", field="body")
    return Procedure(
        str(front["id"]),
        str(front["title"]),
        screens,
        _words(front, "duties"),
        int(str(front["version"])),
        str(front["owner"]),
        _day(front, "reviewed"),
        _day(front, "review_by"),
        body,
        own,
    )


def _pages_in(folder: Path, *, own: bool) -> Iterator[Procedure | Problem]:
    for path in sorted(folder.glob("*.md")):
        try:
            page = parse_page(text_of_file(path, _LARGEST), own=own)
        except BillingError as error:
            yield Problem(0, f"{path.name} is not shown: {error.sentence}")
            continue
        if page.id == path.stem:
            yield page
        else:
            yield Problem(0, f"{path.name} is not shown: its id is {page.id}.")


def library(home: Home) -> Library:
    """All pages: ours, and in their place or beside them those of the utility's home."""
    ours = _pages_in(data_path(FOLDER), own=False)
    theirs = _pages_in(home.root / FOLDER, own=True)
    pages: dict[str, Procedure] = {}
    problems: list[Problem] = []
    for found in (*ours, *theirs):
        if isinstance(found, Problem):
            problems.append(found)
        else:
            pages[found.id] = found
    ordered = sorted(pages.values(), key=lambda one: one.title.casefold())
    return Library(tuple(ordered), tuple(problems))
