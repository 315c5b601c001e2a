"""Who sends the bills, read from the office's own `utility.yaml`, else from the shipped one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from billing_tui.documents.bill_values import UtilityProfile
from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import Problem, ProblemsFound
from billing_tui.foundation.plain_file import text_of_file
from billing_tui.foundation.strict_yaml import Node, read_yaml

if TYPE_CHECKING:
    from billing_tui.foundation.home import Home

_LARGEST = 4_000_000


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence that bills carry from one day to another, both inclusive (INV-4)."""

    text: str
    from_day: date = date.min
    to_day: date = date.max


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What the utility states once for all bills.

    Attributes:
        profile: name, addresses and texts on the page.
        pay_address: what the QR code says, before the bill's number; "" for none.
        mailer_id, service_type: of the Intelligent Mail barcode; "" for none.
        messages: sentences for the bills of some days, or of every day.
    """

    profile: UtilityProfile
    pay_address: str
    mailer_id: str
    service_type: str
    messages: tuple[Message, ...]

    def messages_on(self, day: date) -> tuple[str, ...]:
        """The sentences that bills of a day carry."""
        return tuple(one.text for one in self.messages if one.from_day <= day <= one.to_day)


def _text(node: dict[str, Node], key: str) -> str:
    value = node.get(key, "")
    if not isinstance(value, str):
        problem = Problem(0, f"{key} must be one text.", key)
        raise ProblemsFound(f"utility.yaml: {problem}", (problem,))
    return value


def _lines(node: dict[str, Node], key: str) -> tuple[str, ...]:
    value = node.get(key, [])
    if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
        problem = Problem(0, f"{key} must be a list of lines.", key)
        raise ProblemsFound(f"utility.yaml: {problem}", (problem,))
    return tuple(str(line) for line in value)


def _message(node: Node) -> Message:
    if isinstance(node, str):
        return Message(node)
    parts = node if isinstance(node, dict) else {}
    try:
        days = [date.fromisoformat(str(parts[key])) for key in ("from", "to")]
        return Message(str(parts["text"]), *days)
    except (KeyError, ValueError) as error:
        sentence = "a message is a text, or from, to (days such as 2026-06-01) and text."
        problem = Problem(0, sentence, "messages")
        raise ProblemsFound(f"utility.yaml: {problem}", (problem,)) from error


def _messages(node: dict[str, Node]) -> tuple[Message, ...]:
    listed = node.get("messages", [])
    return tuple(_message(one) for one in (listed if isinstance(listed, list) else [listed]))


def read_letterhead(home: Home) -> Letterhead:
    """The letterhead of an office.

    Raises:
        InvalidEntry: the office's own file is no plain file of text.
        ProblemsFound: it cannot be understood, or states no name.
    """
    own = home.root / "utility.yaml"
    path = own if own.exists() else data_path("utility.yaml")
    text = text_of_file(own, _LARGEST) if path is own else path.read_text(encoding="utf-8")
    node = read_yaml(text)
    if not isinstance(node, dict) or not _text(node, "name"):
        problem = Problem(0, "it states no name of the utility.", "name")
        raise ProblemsFound(f"{path}: {problem}", (problem,))
    profile = UtilityProfile(
        name=_text(node, "name"),
        return_lines=_lines(node, "return_lines"),
        contact_lines=_lines(node, "contact_lines"),
        payable_to=_text(node, "payable_to") or _text(node, "name"),
        remit_lines=_lines(node, "remit_lines"),
        website=_text(node, "website"),
        phone=_text(node, "phone"),
        dispute_text=_text(node, "dispute_text"),
        pay_prompt=_text(node, "pay_prompt"),
        department=_text(node, "department"),
    )
    return Letterhead(
        profile,
        _text(node, "pay_address"),
        _text(node, "mailer_id"),
        _text(node, "service_type"),
        _messages(node),
    )
