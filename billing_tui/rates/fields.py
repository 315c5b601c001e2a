"""Reading the maps of a schedule file: every key is known, every error says where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.text import clean
from billing_tui.rates.errors import RateError
from billing_tui.rates.exact import parse_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from decimal import Decimal

    from billing_tui.foundation.strict_yaml import Node

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}\Z", re.ASCII)
T = TypeVar("T")


def wrong(path: str, sentence: str) -> RateError:
    """A fault at a place of the file."""
    where = path or "the file as a whole"
    return RateError(f"{where}: {sentence}", field=path, code="RATE-FILE")


def read_name(text: str, path: str) -> str:
    """A name as formulas can say it."""
    if not _NAME.match(text):
        raise wrong(path, f"{text[:60]!r} is no name; use letters, digits and _.")
    return text


def read_text(node: Node, path: str, *, most: int = 200) -> str:
    """A plain text, cleaned."""
    if not isinstance(node, str):
        raise wrong(path, "a plain text must stand here.")
    try:
        return clean(node, most=most)
    except InvalidEntry as error:
        raise wrong(path, error.sentence) from error


def read_number(node: Node, path: str) -> Decimal:
    """A plain number."""
    number = parse_number(node.strip()) if isinstance(node, str) else None
    if number is None:
        raise wrong(path, "a plain number must stand here, such as 4.29.")
    return number


def read_day(node: Node, path: str) -> date:
    """A day as YYYY-MM-DD."""
    try:
        if isinstance(node, str) and len(node) == 10:
            return date.fromisoformat(node)
    except ValueError:
        pass
    raise wrong(path, "a day must stand here as YYYY-MM-DD.")


def read_word(node: Node, path: str, words: tuple[str, ...]) -> str:
    """One of some words."""
    if not isinstance(node, str) or node not in words:
        raise wrong(path, f"one of {', '.join(words)} must stand here.")
    return node


def read_map(node: Node, path: str) -> Mapping[str, Node]:
    """A map."""
    if not isinstance(node, dict):
        raise wrong(path, "a map of keys must stand here.")
    return node


def read_list(node: Node, path: str) -> list[Node]:
    """A list."""
    if not isinstance(node, list):
        raise wrong(path, "a list must stand here.")
    return node


@dataclass(slots=True)
class Fields:
    """The keys of one map, each taken at most once; `done` refuses those that nobody took."""

    node: Mapping[str, Node]
    path: str
    taken: set[str] = field(default_factory=set)

    def __contains__(self, key: str) -> bool:
        return key in self.node

    def at(self, key: str) -> str:
        """Where a key stands."""
        return f"{self.path}.{key}" if self.path else key

    def need(self, key: str, read: Callable[[Node, str], T]) -> T:
        """The value of a key that must stand."""
        if key not in self.node:
            raise wrong(self.path or key, f"the key {key} is missing.")
        self.taken.add(key)
        return read(self.node[key], self.at(key))

    def take(self, key: str, read: Callable[[Node, str], T], default: T) -> T:
        """The value of a key that may stand."""
        return self.need(key, read) if key in self.node else default

    def word(self, key: str, words: tuple[str, ...], default: str | None = None) -> str:
        """One of some words; the key must stand if there is no default."""
        if default is not None and key not in self.node:
            return default
        return self.need(key, lambda node, path: read_word(node, path, words))

    def each(self, key: str) -> Iterator[tuple[str, Node, str]]:
        """Key, value and place of the entries of a map that may stand."""
        entries: Mapping[str, Node] = self.take(key, read_map, {})
        return ((name, node, f"{self.at(key)}.{name}") for name, node in entries.items())

    def done(self) -> None:
        """Refuse keys that nothing has read."""
        for key in self.node:
            if key not in self.taken:
                raise wrong(self.at(key), "there is no such key.")


def fields_of(node: Node, path: str) -> Fields:
    """The fields of a map."""
    return Fields(read_map(node, path), path)
