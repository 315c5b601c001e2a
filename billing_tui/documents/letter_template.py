"""Letters as text files: a head that says whose they are, and paragraphs with named places.

A place is `{name}`; a block is a name in braces that stands alone in its paragraph, such as a
table. The head lists both, and a name that it does not list is refused when the file is read, so
no letter ever leaves with a hole or a brace in it. What is put into a place is text and is not
looked through again. A paragraph whose places are all empty is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import InvalidEntry, Problem, ProblemsFound, Refused
from billing_tui.foundation.plain_file import text_of_file
from billing_tui.foundation.strict_yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from billing_tui.foundation.home import Home
    from billing_tui.foundation.strict_yaml import Node

_LARGEST = 100_000
_HEAD = re.compile(r"---\n(.*?)\n---\n", re.DOTALL)
_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
_TEXTS = ("letter", "title", "version", "owner")


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """A letter before it is filled.

    Attributes:
        letter: its name, that of its file.
        title: what it is called on lists.
        version: of the text; raise it with every change.
        owner: who answers for the text.
        review: the day by which the owner looks at it again.
        places, blocks: the names that may stand in it.
        paragraphs: its text.
    """

    letter: str
    title: str
    version: str
    owner: str
    review: date
    places: frozenset[str]
    blocks: frozenset[str]
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """A paragraph of a filled letter: its text, or the name of the block that stands there."""

    text: str = ""
    block: str = ""


def _names(head: Mapping[str, Node], key: str) -> frozenset[str]:
    found = head.get(key, [])
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise InvalidEntry("It must be a list of names.", field=key)
    names = frozenset(str(name) for name in found)
    for name in names:
        if not _NAME.match(name):
            raise InvalidEntry(f"{name!r} is no name of a place.", field=key)
    return names


def _head(text: str) -> tuple[dict[str, Node], str]:
    match = _HEAD.match(text)
    node = read_yaml(match[1]) if match else None
    if match is None or not isinstance(node, dict):
        raise InvalidEntry("It begins with a head between two lines of ---.", field="head")
    for key in _TEXTS:
        if not isinstance(node.get(key), str) or not node[key]:
            raise InvalidEntry("It is missing.", field=key)
    return node, text[match.end() :]


def _check(paragraph: str, places: frozenset[str], blocks: frozenset[str]) -> None:
    """Refuse a name that the head does not list, a block among words, and a stray brace."""
    names = _PLACE.findall(paragraph)
    for name in names:
        if name not in places | blocks:
            raise InvalidEntry(f"The head lists no place {name!r}.", field=name)
        if name in blocks and paragraph != f"{{{name}}}":
            raise InvalidEntry("A block stands alone in its paragraph.", field=name)
    if set("{}") & set(_PLACE.sub("", paragraph)):
        raise InvalidEntry(f"A brace stands alone in {paragraph[:40]!r}.", field="text")


def letter_template(text: str) -> LetterTemplate:
    """The template that a text writes.

    Raises:
        ProblemsFound: the first thing that is wrong, and where.
    """
    try:
        head, body = _head(text.replace("\r\n", "\n"))
        places, blocks = _names(head, "places"), _names(head, "blocks")
        paragraphs = tuple(" ".join(part.split()) for part in re.split(r"\n\s*\n", body.strip()))
        for paragraph in paragraphs:
            _check(paragraph, places, blocks)
        review = date.fromisoformat(str(head.get("review", "")))
    except InvalidEntry as error:
        problem = Problem(0, error.sentence, error.field or "")
        raise ProblemsFound(f"The letter cannot be used: {problem}", (problem,)) from error
    except ValueError as error:
        problem = Problem(0, "It must be a day such as 2027-06-30.", "review")
        raise ProblemsFound(f"The letter cannot be used: {problem}", (problem,)) from error
    letter, title, version, owner = (str(head[key]) for key in _TEXTS)
    return LetterTemplate(letter, title, version, owner, review, places, blocks, paragraphs)


def read_letter(home: Home, name: str) -> LetterTemplate:
    """The office's own letter of that name, else the shipped one.

    Raises:
        InvalidEntry: the office's own file is no plain file of text.
        ProblemsFound: it cannot be used.
    """
    own = home.root / "letters" / f"{name}.md"
    if own.exists():
        return letter_template(text_of_file(own, _LARGEST))
    return letter_template(data_path("letters", f"{name}.md").read_text(encoding="utf-8"))


def fill(template: LetterTemplate, values: Mapping[str, str]) -> Iterator[Filled]:
    """The paragraphs with their places filled.

    Raises:
        Refused: a place has no value, or a value no place; nothing is guessed.
    """
    if values.keys() != template.places:
        odd = ", ".join(sorted(values.keys() ^ template.places))
        raise Refused(f"The letter {template.letter} and its values differ: {odd}.", code="LETTER")
    for paragraph in template.paragraphs:
        names = _PLACE.findall(paragraph)
        if names and paragraph == f"{{{names[0]}}}" and names[0] in template.blocks:
            yield Filled(block=names[0])
        elif not names or any(values[name] for name in names):
            text = _PLACE.sub(lambda match: values[match[1]], paragraph)
            yield Filled(" ".join(text.split()))
