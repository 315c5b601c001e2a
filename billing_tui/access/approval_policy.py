"""Who may ask for what, and who may approve how much: `data/policies/approvals.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.access.rights import Role
from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import InvalidEntry, NotFound, Problem, ProblemsFound, Refused
from billing_tui.foundation.money import Money, money_text
from billing_tui.foundation.strict_yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from billing_tui.foundation.strict_yaml import Node

_DAYS = range(1, 367)


@dataclass(frozen=True, slots=True)
class LimitClass:
    """A range of amounts and who may approve it.

    Attributes:
        name: as requests carry it.
        most_cents: largest amount, in cents; None where there is no limit.
        checkers: roles that may approve.
    """

    name: str
    most_cents: int | None
    checkers: frozenset[Role]


@dataclass(frozen=True, slots=True)
class KindPolicy:
    """One kind of change.

    Attributes:
        title: what people call it.
        makers: roles that may ask.
        classes: smallest first.
        alone_cents: up to which somebody who may carry it out needs nobody else, in cents.
    """

    title: str
    makers: frozenset[Role]
    classes: tuple[LimitClass, ...]
    alone_cents: int = 0

    def class_of(self, cents: int) -> LimitClass:
        """The class of an amount, whatever its sign.

        Raises:
            Refused: nobody may approve as much.
        """
        for limit in self.classes:
            if limit.most_cents is None or abs(cents) <= limit.most_cents:
                return limit
        most = max(limit.most_cents or 0 for limit in self.classes)
        raise Refused(
            f"Nobody may approve {money_text(abs(cents))} of this kind; {money_text(most)} is the "
            "most.",
            code="APPROVAL-LIMIT",
        )

    def most(self, roles: frozenset[Role]) -> int | None:
        """Largest amount in cents that these roles may approve: None for any, 0 for none."""
        mine = [limit.most_cents for limit in self.classes if limit.checkers & roles]
        bounded = [cents for cents in mine if cents is not None]
        return max(bounded, default=0) if len(bounded) == len(mine) else None

    def checkers(self, name: str) -> tuple[str, ...]:
        """Roles that may approve a class, by name; none where the policy has no such class."""
        found = [limit.checkers for limit in self.classes if limit.name == name]
        return tuple(sorted(found[0])) if found else ()

    def class_named(self, name: str) -> LimitClass:
        """The class that a request carries.

        Raises:
            Refused: the policy has it no more.
        """
        for limit in self.classes:
            if limit.name == name:
                return limit
        raise Refused(
            f"The policy has no class {name} any more; refuse this and ask again.",
            code="APPROVAL-LIMIT",
        )


@dataclass(frozen=True, slots=True)
class ApprovalPolicy:
    """All kinds, and over how many days amounts of one maker for one subject are added."""

    kinds: Mapping[str, KindPolicy]
    together_days: int

    def kind(self, name: str) -> KindPolicy:
        """The policy of a kind.

        Raises:
            NotFound: there is none, so nobody may ask.
        """
        if name not in self.kinds:
            raise NotFound(f"The approval policy has no kind {name}.", field="kind")
        return self.kinds[name]


def _map(node: Node | None, where: str) -> dict[str, Node]:
    if not isinstance(node, dict):
        raise InvalidEntry("It must be a map.", field=where)
    return node


def _list(node: Node | None, where: str) -> list[Node]:
    if not isinstance(node, list) or not node:
        raise InvalidEntry("It must be a list with something in it.", field=where)
    return node


def _roles(node: Node | None, where: str) -> frozenset[Role]:
    known = {role.value for role in Role}
    names = _list(node, where)
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise InvalidEntry(f"{name!r} is no role.", field=where)
    return frozenset(Role(name) for name in names if isinstance(name, str))


def _class(node: Node, where: str) -> LimitClass:
    found = _map(node, where)
    name, most = found.get("name"), found.get("to")
    if not isinstance(name, str) or not name:
        raise InvalidEntry("A class has a name.", field=where)
    cents = Money.parse(most, field=where).cents if isinstance(most, str) else None
    return LimitClass(name, cents, _roles(found.get("checkers"), f"{where}.checkers"))


def _classes(node: Node | None, where: str) -> tuple[LimitClass, ...]:
    classes = tuple(_class(item, where) for item in _list(node, where))
    if len({limit.name for limit in classes}) < len(classes):
        raise InvalidEntry("A class stands twice.", field=where)
    open_ended = [limit.most_cents is None for limit in classes]
    limits = [limit.most_cents for limit in classes if limit.most_cents is not None]
    if True in open_ended[:-1] or limits != sorted(set(limits)) or min(limits, default=1) <= 0:
        raise InvalidEntry("Limits must grow, and only the last may be missing.", field=where)
    return classes


def _kind(name: str, node: Node) -> KindPolicy:
    found = _map(node, name)
    title = found.get("title")
    if not isinstance(title, str) or not title:
        raise InvalidEntry("A kind has a title.", field=name)
    makers = _roles(found.get("makers"), f"{name}.makers")
    classes = _classes(found.get("classes"), f"{name}.classes")
    return KindPolicy(title, makers, classes, _alone(found.get("alone", "0"), f"{name}.alone"))


def _alone(node: Node | None, where: str) -> int:
    cents = Money.parse(node, field=where).cents if isinstance(node, str) else -1
    if cents < 0:
        raise InvalidEntry("It must be an amount of zero or more.", field=where)
    return cents


def _days(node: Node | None) -> int:
    if not isinstance(node, str) or not (node.isascii() and node.isdigit() and len(node) < 4):
        raise InvalidEntry("It must be a number of days.", field="together_days")
    if int(node) not in _DAYS:
        raise InvalidEntry("It must be 1 to 366 days.", field="together_days")
    return int(node)


def approval_policy(text: str) -> ApprovalPolicy:
    """The policy of a text.

    Raises:
        ProblemsFound: the first thing that is wrong, and where.
    """
    try:
        node = _map(read_yaml(text), "")
        kinds = _map(node.get("kinds"), "kinds")
        return ApprovalPolicy(
            {name: _kind(name, found) for name, found in kinds.items()},
            _days(node.get("together_days")),
        )
    except InvalidEntry as error:
        problem = Problem(0, error.sentence, error.field or "")
        raise ProblemsFound(f"The approval policy cannot be used: {problem}", (problem,)) from error


def read_approval_policy(path: Path | None = None) -> ApprovalPolicy:
    """The policy in a file, by default the shipped one."""
    source = path or data_path("policies", "approvals.yaml")
    return approval_policy(source.read_text(encoding="utf-8"))
