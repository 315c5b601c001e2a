"""Which papers there are and which an account must have: `data/policies/documents.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.days import parse_day
from billing_tui.foundation.errors import BillingError, InvalidEntry, Problem, ProblemsFound
from billing_tui.foundation.strict_yaml import read_yaml
from billing_tui.records.attributes import LivesAt, canonical
from billing_tui.records.kinds import CustomerKind, FlagKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from billing_tui.foundation.strict_yaml import Node


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind of paper.

    Attributes:
        retention: the class that says how long it is kept.
        expires: whether its last day must be keyed.
    """

    code: str
    title: str
    retention: str
    expires: bool


@dataclass(frozen=True, slots=True)
class Requirement:
    """What some accounts must have in the file.

    Attributes:
        kinds: any one of them will do.
        flag: needed where this flag is in force, if given.
        customer: needed of this sort of customer, if given.
        attribute: needed where the place has this attribute and value, if given.
        since: first day of opening that counts, if given.
        because: the citation.
    """

    name: str
    kinds: tuple[str, ...]
    because: str
    flag: FlagKind | None = None
    customer: CustomerKind | None = None
    attribute: tuple[str, str] | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class DocumentPolicy:
    """Kinds by code, retention classes by name with their years, and what is required."""

    kinds: Mapping[str, DocumentKind]
    years: Mapping[str, int]
    required: tuple[Requirement, ...]

    def kind(self, code: str) -> DocumentKind:
        """The kind of that code.

        Raises:
            InvalidEntry: there is none.
        """
        if code not in self.kinds:
            raise InvalidEntry(f"{code[:24]!r} is no kind of document.", field="kind")
        return self.kinds[code]


def _map(node: Node | None, where: str) -> dict[str, Node]:
    if not isinstance(node, dict) or not node:
        raise InvalidEntry("It must be a map with something in it.", field=where)
    return node


def _word(node: Mapping[str, Node], name: str, where: str) -> str:
    found = node.get(name)
    if not isinstance(found, str) or not found:
        raise InvalidEntry(f"It needs a {name}.", field=where)
    return found


def _kind(code: str, node: Node, years: Mapping[str, int]) -> DocumentKind:
    found = _map(node, code)
    retention = _word(found, "retention", code)
    if retention not in years:
        raise InvalidEntry(f"{retention!r} is no retention class.", field=code)
    return DocumentKind(code, _word(found, "title", code), retention, found.get("expires") == "yes")


def _years(name: str, node: Node) -> int:
    text = _word(_map(node, name), "years", name)
    if not (text.isascii() and text.isdigit() and 2 <= int(text) <= 99):
        raise InvalidEntry("It must be 2 to 99 years.", field=name)
    return int(text)


def _attribute(node: Node, where: str) -> tuple[str, str]:
    found = _map(node, where)
    name = _word(found, "name", where)
    return name, canonical(name, _word(found, "value", where), LivesAt.LOCATION)


def _requirement(node: Node, kinds: Mapping[str, DocumentKind]) -> Requirement:
    found = _map(node, "required")
    name = _word(found, "name", "required")
    listed = found.get("kinds")
    wanted = tuple(code for code in listed if isinstance(code, str)) if listed else ()
    if not wanted or not all(code in kinds for code in wanted):
        raise InvalidEntry("It needs kinds that are among the kinds above.", field=name)
    flag, customer = found.get("flag"), found.get("customer")
    try:
        return Requirement(
            name,
            wanted,
            _word(found, "because", name),
            FlagKind(str(flag)) if flag else None,
            CustomerKind(str(customer)) if customer else None,
            _attribute(found["attribute"], name) if "attribute" in found else None,
            parse_day(str(found["since"])) if "since" in found else None,
        )
    except ValueError as error:
        raise InvalidEntry(f"{error}.", field=name) from error


def document_policy(text: str) -> DocumentPolicy:
    """The policy of a text.

    Raises:
        ProblemsFound: the first thing that is wrong, and where.
    """
    try:
        node = _map(read_yaml(text), "")
        years = {name: _years(name, one) for name, one in _map(node["retention"], "").items()}
        kinds = {
            code: _kind(code, one, years) for code, one in _map(node.get("kinds"), "kinds").items()
        }
        listed = node.get("required") or []
        required = tuple(_requirement(one, kinds) for one in listed)
        if len({one.name for one in required}) < len(required):
            raise InvalidEntry("A requirement stands twice.", field="required")
        return DocumentPolicy(kinds, years, required)
    except (BillingError, KeyError) as error:
        what = getattr(error, "sentence", f"{error} is missing.")
        problem = Problem(0, what, getattr(error, "field", None) or "")
        raise ProblemsFound(f"The document policy cannot be used: {problem}", (problem,)) from error


@lru_cache(maxsize=4)
def read_document_policy(path: Path | None = None) -> DocumentPolicy:
    """The policy in a file, by default the shipped one."""
    source = path or data_path("policies", "documents.yaml")
    return document_policy(source.read_text(encoding="utf-8"))
