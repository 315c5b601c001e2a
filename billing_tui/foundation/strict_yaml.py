"""YAML as text only: no types guessed, no tags, no key twice, bounded size and depth; aliases only
where a foreign format uses them, and then bounded in number.

`no` stays "no", `010` stays "010", `2.10` stays "2.10": whoever reads the value says what it is.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import yaml

from billing_tui.foundation.errors import Problem, ProblemsFound

if TYPE_CHECKING:
    from collections.abc import Iterator

_LARGEST = 1_000_000
_DEEPEST = 20
_MOST_NODES = 200_000
_Loader: type[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

Node = dict[str, "Node"] | list["Node"] | str


def _refuse(mark: Any, sentence: str) -> ProblemsFound:
    line = mark.line + 1 if mark is not None else 0
    problem = Problem(line, sentence)
    return ProblemsFound(f"The file cannot be read: {problem}", (problem,))


def _value(node: yaml.Node, depth: int, seen: Iterator[int]) -> Node:
    if depth > _DEEPEST:
        raise _refuse(node.start_mark, f"it is nested more than {_DEEPEST} levels deep.")
    if next(seen) > _MOST_NODES:
        raise _refuse(node.start_mark, f"it holds more than {_MOST_NODES:,} values.")
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, depth + 1, seen) for item in node.value]
    result: dict[str, Node] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _refuse(key.start_mark, "a key must be a plain word.")
        if key.value in result:
            raise _refuse(key.start_mark, f"the key {key.value!r} stands twice; remove one.")
        result[str(key.value)] = _value(value, depth + 1, seen)
    return result


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
    try:
        for event in yaml.parse(text, Loader=_Loader):
            named = isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None)
            if named and not aliases:
                raise _refuse(event.start_mark, "anchors and aliases (& and *) are not allowed.")
            tag = getattr(event, "tag", None)
            if tag:
                raise _refuse(event.start_mark, f"the tag {tag} is not allowed.")
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _refuse(mark, f"{getattr(error, 'problem', None) or error}.") from error
    except RecursionError as error:
        raise _refuse(None, f"it is nested more than {_DEEPEST} levels deep.") from error
    if node is None:
        return {}
    return _value(node, 0, count())
