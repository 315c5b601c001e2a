"""What is reviewed and how often, as the utility sets it in `data/policies/daily_audit.yaml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import InvalidEntry, Problem, ProblemsFound
from billing_tui.foundation.strict_yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from billing_tui.access.field_changes import FieldChange
    from billing_tui.foundation.strict_yaml import Node

_Found = TypeVar("_Found")
_Texts = tuple[str, ...]
_RULE_KEYS = frozenset({"name", "verbs", "fields", "values", "except"})


def verb_fits(verb: str, names: _Texts) -> bool:
    """Whether a verb is named, itself or by its room."""
    return verb in names or verb.partition(".")[0] in names


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of entry that must be reviewed; what is empty does not narrow.

    Attributes:
        name: as the auditor reads it.
        verbs: verbs or rooms.
        fields: one of them is changed.
        values: a field has one of these values, before or after.
        unless: a field has none of these values after.
    """

    name: str
    verbs: _Texts = ()
    fields: _Texts = ()
    values: Mapping[str, _Texts] = field(default_factory=dict)
    unless: Mapping[str, _Texts] = field(default_factory=dict)

    def fits(
        self, verb: str, changes: tuple[FieldChange, ...], facts: Mapping[str, _Texts]
    ) -> bool:
        """Whether an entry falls under it.

        Args:
            verb: of the entry.
            changes: what it changed.
            facts: values of each field, before and after, changed or not.
        """
        if self.verbs and not verb_fits(verb, self.verbs):
            return False
        changed = {change.field: change.after for change in changes}
        if self.fields and not changed.keys() & set(self.fields):
            return False
        if any(changed.get(name) in values for name, values in self.unless.items()):
            return False
        return all(set(facts.get(name, ())) & set(values) for name, values in self.values.items())


@dataclass(frozen=True, slots=True)
class InputPolicy:
    """Limits and rules of the daily audit.

    Attributes:
        rules: what must be reviewed, the riskiest first.
        rates: per cent by room; `default` for the others.
        clerks: the same by user name, which goes before.
        not_input: verbs or rooms that are never drawn.
        codes: error codes and what they mean.
        overdue_days: age in days from which an unsigned day is overdue.
    """

    rules: tuple[Rule, ...]
    rates: Mapping[str, int]
    clerks: Mapping[str, Mapping[str, int]]
    not_input: _Texts
    codes: Mapping[str, str]
    overdue_days: int

    def rate(self, username: str, room: str) -> int:
        """Per cent of a clerk's entries in a room that are drawn by chance."""
        own = self.clerks.get(username, {})
        for rates, name in ((own, room), (own, "default"), (self.rates, room)):
            if name in rates:
                return rates[name]
        return self.rates["default"]


def _kind(node: Node | None, kind: type[_Found], what: str, where: str) -> _Found:
    if not isinstance(node, kind):
        raise InvalidEntry(f"It must be {what}.", field=where)
    return node


def _text(node: Node | None, where: str) -> str:
    return _kind(node, str, "a word", where)


def _texts(node: Node | None, where: str) -> _Texts:
    return tuple(_text(item, where) for item in _kind(node, list, "a list of words", where))


def _map(node: Node | None, where: str) -> dict[str, Node]:
    return _kind(node, dict, "a map", where)


def _whole(node: Node | None, most: int, where: str) -> int:
    text = _text(node, where)
    if not (text.isascii() and text.isdigit() and len(text) <= 4) or int(text) > most:
        raise InvalidEntry(f"It must be a whole number from 0 to {most}.", field=where)
    return int(text)


def _rates(node: Node | None, where: str) -> dict[str, int]:
    return {room: _whole(rate, 100, f"{where}.{room}") for room, rate in _map(node, where).items()}


def _values(node: Node | None, where: str) -> dict[str, _Texts]:
    found = _map(node, where)
    return {name: _texts(values, f"{where}.{name}") for name, values in found.items()}


def _rule(node: Node) -> Rule:
    found = _map(node, "must_review")
    name = _text(found.get("name"), "must_review.name")
    if unknown := found.keys() - _RULE_KEYS:
        raise InvalidEntry(f"A rule has no {min(unknown)}.", field=name)
    if found.keys() <= {"name", "except"}:
        raise InvalidEntry("A rule states verbs, fields or values.", field=name)
    return Rule(
        name,
        _texts(found.get("verbs", []), f"{name}.verbs"),
        _texts(found.get("fields", []), f"{name}.fields"),
        _values(found.get("values", {}), f"{name}.values"),
        _values(found.get("except", {}), f"{name}.except"),
    )


def _policy(node: dict[str, Node]) -> InputPolicy:
    rates = _rates(node.get("rates"), "rates")
    if "default" not in rates:
        raise InvalidEntry("It must state a default.", field="rates")
    clerks = _map(node.get("clerks"), "clerks")
    codes = _map(node.get("error_codes"), "error_codes")
    return InputPolicy(
        tuple(map(_rule, _kind(node.get("must_review"), list, "a list", "must_review"))),
        rates,
        {name: _rates(own, f"clerks.{name}") for name, own in clerks.items()},
        _texts(node.get("not_input"), "not_input"),
        {code: _text(meaning, f"error_codes.{code}") for code, meaning in codes.items()},
        _whole(node.get("overdue_days"), 366, "overdue_days"),
    )


def input_policy(text: str) -> InputPolicy:
    """The policy of a text.

    Raises:
        ProblemsFound: the first thing that is wrong, and where.
    """
    try:
        return _policy(_map(read_yaml(text), "daily_audit"))
    except InvalidEntry as error:
        problem = Problem(0, error.sentence, error.field or "")
        raise ProblemsFound(f"The audit policy cannot be used: {problem}", (problem,)) from error


def read_input_policy(path: Path | None = None) -> InputPolicy:
    """The policy in a file, by default the shipped one."""
    source = path or data_path("policies", "daily_audit.yaml")
    return input_policy(source.read_text(encoding="utf-8"))
