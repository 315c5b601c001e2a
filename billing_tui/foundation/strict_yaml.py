"""YAML as text only: no types guessed, no tags, no key twice, bounded size and depth.

`no` stays "no", `010` stays "010", `2.10` stays "2.10": whoever reads the value says what it is.
Aliases stand only where a foreign format uses them, and then bounded in number. The tree is built
from the parser's events, since PyYAML's own composer overflows the C stack on deep nesting.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from billing_tui.foundation.errors import Problem, ProblemsFound

if TYPE_CHECKING:
    from collections.abc import Iterator

_LARGEST = 1_000_000
_DEEPEST = 20
_MOST_NODES = 200_000
_Loader: type[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

Node = dict[str, "Node"] | list["Node"] | str


def _refuse(mark: Any, sentence: str) -> ProblemsFound:
    return _refuse_line(mark.line + 1 if mark is not None else 0, sentence)


def _refuse_line(line: int, sentence: str) -> ProblemsFound:
    problem = Problem(line, sentence)
    return ProblemsFound(f"The file cannot be read: {problem}", (problem,))


class _Reader:
    """Builds the tree while the events come, so that a hostile file is refused where it turns bad.

    Attributes:
        events: what the parser finds, in order.
        aliases: whether anchors and aliases may stand.
        anchored: what each anchor names.
        nodes: values read so far, copies included.
    """

    def __init__(self, text: str, *, aliases: bool) -> None:
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=_Loader)
        self.aliases = aliases
        self.anchored: dict[str, Node] = {}
        self.nodes = 0

    def document(self) -> Node:
        """The one document; an empty map where there is none."""
        found: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if found is not None:
                    raise _refuse(event.start_mark, "a second document begins; keep one a file.")
                found = self.value(next(self.events), 0)
        return {} if found is None else found

    def value(self, event: yaml.Event, depth: int) -> Node:
        """What begins with this event."""
        self.count(event.start_mark, depth)
        anchor = getattr(event, "anchor", None)
        if anchor and not self.aliases:
            raise _refuse(event.start_mark, "anchors and aliases (& and *) are not allowed.")
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event, depth)
        if tag := getattr(event, "tag", None):
            raise _refuse(event.start_mark, f"the tag {tag} is not allowed.")
        if isinstance(event, yaml.ScalarEvent):
            found: Node = str(event.value)
        elif isinstance(event, yaml.MappingStartEvent):
            found = self.map(depth + 1)
        else:
            found = self.list(depth + 1)
        if anchor:
            self.anchored[anchor] = found
        return found

    def map(self, depth: int) -> dict[str, Node]:
        """The rest of a map."""
        result: dict[str, Node] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.value(event, depth)
            if not isinstance(key, str):
                raise _refuse(event.start_mark, "a key must be a plain word.")
            if key in result:
                raise _refuse(event.start_mark, f"the key {key!r} stands twice; remove one.")
            result[key] = self.value(next(self.events), depth)
        return result

    def list(self, depth: int) -> list[Node]:
        """The rest of a list."""
        result: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            result.append(self.value(event, depth))
        return result

    def alias(self, event: yaml.AliasEvent, depth: int) -> Node:
        """A copy of what the alias names."""
        if event.anchor not in self.anchored:
            raise _refuse(event.start_mark, f"*{event.anchor} names nothing that stands before.")
        return self.copy(self.anchored[event.anchor], event.start_mark, depth)

    def copy(self, node: Node, mark: Any, depth: int) -> Node:
        """A copy that counts like what it copies."""
        self.count(mark, depth)
        if isinstance(node, dict):
            return {key: self.copy(value, mark, depth + 1) for key, value in node.items()}
        if isinstance(node, list):
            return [self.copy(item, mark, depth + 1) for item in node]
        return node

    def count(self, mark: Any, depth: int) -> None:
        """Refuse what is too deep or too much."""
        self.nodes += 1
        if depth > _DEEPEST:
            raise _refuse(mark, f"it is nested more than {_DEEPEST} levels deep.")
        if self.nodes > _MOST_NODES:
            raise _refuse(mark, f"it holds more than {_MOST_NODES:,} values.")


def read_yaml(text: str, *, aliases: bool = False) -> Node:
    """The one document in `text`, with every scalar as text.

    Args:
        text: the document.
        aliases: whether `&anchor` and `*alias` may stand; an alias is a copy.

    Raises:
        ProblemsFound: with the line and the reason, for anything but plain maps, lists and words.
    """
    if len(text) > _LARGEST:
        raise _refuse(None, f"it is larger than {_LARGEST:,} characters.")
    if unfit := _UNFIT.search(text):
        line = text.count("\n", 0, unfit.start()) + 1
        sentence = f"the control character U+{ord(unfit.group()):04X} is not allowed."
        raise _refuse_line(line, sentence)
    try:
        return _Reader(text, aliases=aliases).document()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _refuse(mark, f"{getattr(error, 'problem', None) or error}.") from error
