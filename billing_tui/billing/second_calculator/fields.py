"""Taking a map of the schedule's text apart: every key is either taken or an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.billing.second_calculator.refusals import Unreadable

if TYPE_CHECKING:
    from billing_tui.foundation.strict_yaml import Node


class Fields:
    """A map whose keys are taken one by one; `done` refuses what nobody took."""

    def __init__(self, node: Node, where: str) -> None:
        if not isinstance(node, dict):
            raise Unreadable(f"{where} must be a map of keys and values.")
        self._left = dict(node)
        self.where = where

    def __contains__(self, key: str) -> bool:
        return key in self._left

    def take(self, key: str) -> Node | None:
        """The key's node, or None where it is left out."""
        return self._left.pop(key, None)

    def need(self, key: str) -> Node:
        """The key's node; left out is an error."""
        if key not in self._left:
            raise Unreadable(f"{self.where} does not state {key!r}.")
        return self._left.pop(key)

    def text(self, key: str, default: str | None = None) -> str:
        """The key's text; without default it must be there."""
        node = self.need(key) if default is None else self._left.pop(key, default)
        if not isinstance(node, str):
            raise Unreadable(f"{self.where}: {key!r} must be a plain text.")
        return node

    def word(self, key: str, *words: str) -> str:
        """One of the words; the first is the default."""
        found = self.text(key, words[0])
        if found not in words:
            raise Unreadable(f"{self.where}: {key} is {found!r}; say one of {', '.join(words)}.")
        return found

    def map(self, key: str) -> dict[str, Node]:
        """The key's map; empty where it is left out."""
        node = self._left.pop(key, {})
        if not isinstance(node, dict):
            raise Unreadable(f"{self.where}: {key!r} must be a map.")
        return node

    def done(self) -> None:
        """Refuse the keys that nobody took."""
        if self._left:
            raise Unreadable(f"{self.where} has unknown keys: {', '.join(self._left)}.")


def listed(node: Node | None, where: str) -> list[Node]:
    """The node as a list."""
    if not isinstance(node, list):
        raise Unreadable(f"{where} must be a list.")
    return node


def words(node: Node | None, where: str) -> tuple[str, ...]:
    """The node as a list of plain texts."""
    found = listed(node, where)
    if not all(isinstance(item, str) for item in found):
        raise Unreadable(f"{where} must list plain words.")
    return tuple(str(item) for item in found)
