"""The chart of accounts as text: one line for each account, checked as a whole before it counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import Problem, ProblemsFound
from billing_tui.foundation.strict_yaml import read_yaml
from billing_tui.ledger.tables import AccountType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.foundation.strict_yaml import Node

RECEIVABLE = "receivable."
"""What the role of a receivable account begins with; each fund has one."""

CASH = "cash."
"""What the role of a cash clearing account begins with; each fund has one."""

_KEYS = frozenset({"code", "fund", "type", "role", "name"})
_ROLE = re.compile(r"[a-z][a-z0-9_]{0,30}\.[a-z][a-z0-9_]{0,30}\Z")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,39}\Z")


@dataclass(frozen=True, slots=True)
class ChartLine:
    """One account as the text has it."""

    code: str
    fund: str
    type: AccountType
    role: str
    name: str


def _fields(number: int, node: Node) -> dict[str, str] | Problem:
    where = f"account {number}"
    if not isinstance(node, dict):
        return Problem(0, "it must be a map of code, fund, type, role and name.", where)
    if node.keys() != _KEYS:
        missing, more = sorted(_KEYS - node.keys()), sorted(node.keys() - _KEYS)
        what = f"lacks {', '.join(missing)}" if missing else f"does not know {', '.join(more)}"
        return Problem(0, f"it {what}.", where)
    fields = {key: value for key, value in node.items() if isinstance(value, str) and value}
    return fields if len(fields) == len(_KEYS) else Problem(0, "a value is empty.", where)


def _faults(fields: dict[str, str], funds: frozenset[str]) -> Iterator[Problem]:
    role = fields["role"]
    if not _CODE.match(fields["code"]):
        yield Problem(0, f"{fields['code']!r} is no account code.", role)
    if not _ROLE.match(role):
        yield Problem(0, "a role is two small words with a point, such as water.usage.", role)
    if fields["fund"] not in funds:
        yield Problem(0, f"the fund {fields['fund']!r} is not in the list of funds.", role)
    if fields["type"] not in set(AccountType):
        yield Problem(0, f"a type is one of {', '.join(AccountType)}.", role)


def _twice(lines: list[ChartLine]) -> Iterator[Problem]:
    for what in ("code", "role"):
        seen: set[str] = set()
        for line in lines:
            value = getattr(line, what)
            if value in seen:
                yield Problem(0, f"the {what} {value} stands twice.", line.role)
            seen.add(value)


def _one_each(lines: list[ChartLine], funds: frozenset[str]) -> Iterator[Problem]:
    for fund in sorted(funds):
        for start in (RECEIVABLE, CASH):
            found = [x for x in lines if x.fund == fund and x.role.startswith(start)]
            if len(found) != 1 or found[0].type is not AccountType.ASSET:
                yield Problem(0, f"the fund needs one asset with a role {start}...", fund)


def _lines(nodes: list[Node], funds: frozenset[str]) -> tuple[list[ChartLine], list[Problem]]:
    lines: list[ChartLine] = []
    problems: list[Problem] = []
    for number, node in enumerate(nodes, start=1):
        fields = _fields(number, node)
        found = [fields] if isinstance(fields, Problem) else list(_faults(fields, funds))
        problems += found
        if not found and not isinstance(fields, Problem):
            kind = AccountType(fields["type"])
            role, name = fields["role"], fields["name"]
            lines.append(ChartLine(fields["code"], fields["fund"], kind, role, name))
    return lines, problems


def read_chart_text(text: str) -> tuple[ChartLine, ...]:
    """The accounts of a chart's text (`data/chart_of_accounts.yaml` shows the form).

    Raises:
        ProblemsFound: with everything that is wrong, not the first thing only.
    """
    node = read_yaml(text)
    named = node.get("funds") if isinstance(node, dict) else None
    nodes = node.get("accounts") if isinstance(node, dict) else None
    if not isinstance(named, list) or not isinstance(nodes, list):
        problem = Problem(0, "it needs a list of funds and a list of accounts.")
        raise ProblemsFound(f"The chart cannot be read: {problem}", (problem,))
    funds = frozenset(fund for fund in named if isinstance(fund, str))
    lines, problems = _lines(nodes, funds)
    if not problems:
        problems = [*_twice(lines), *_one_each(lines, funds)]
    if problems:
        raise ProblemsFound(f"The chart cannot be used: {problems[0]}", tuple(problems))
    return tuple(lines)
