"""Worked examples as they are written in a schedule file, both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.rates.fields import (
    fields_of,
    read_day,
    read_list,
    read_map,
    read_number,
    read_text,
    wrong,
)
from billing_tui.rates.schedule import Example, ExampleLine

if TYPE_CHECKING:
    from decimal import Decimal

    from billing_tui.foundation.strict_yaml import Node


def _texts(node: Node, path: str) -> dict[str, str]:
    return {name: read_text(item, path) for name, item in read_map(node, path).items()}


def _numbers(node: Node, path: str) -> dict[str, Decimal]:
    return {name: read_number(item, path) for name, item in read_map(node, path).items()}


def _tier(node: Node, path: str) -> int:
    number = read_number(node, path)
    if number != int(number) or number < 1:
        raise wrong(path, "a tier's number must stand here.")
    return int(number)


def _line(node: Node, path: str) -> ExampleLine:
    fields = fields_of(node, path)
    tier: int | None = fields.take("tier", _tier, None)
    quantity: Decimal | None = fields.take("quantity", read_number, None)
    price: Decimal | None = fields.take("price", read_number, None)
    line = ExampleLine(
        fields.need("code", read_text), fields.need("amount", read_number), tier, quantity, price
    )
    fields.done()
    return line


def read_example(node: Node, path: str) -> Example:
    """One worked example."""
    fields = fields_of(node, path)
    usage: Decimal | None = fields.take("usage", read_number, None)
    example = Example(
        fields.need("name", read_text),
        fields.need("class", read_text),
        fields.need("from", read_day),
        fields.need("to", read_day),
        usage,
        fields.take("attributes", _texts, {}),
        fields.take("related", _numbers, {}),
        tuple(
            _line(item, f"{path}.lines[{at}]")
            for at, item in enumerate(fields.need("lines", read_list), 1)
        ),
        fields.need("total", read_number),
    )
    fields.done()
    return example


def _line_node(line: ExampleLine) -> dict[str, str]:
    node = {"code": line.code}
    if line.tier is not None:
        node["tier"] = str(line.tier)
    for key in ("quantity", "price", "amount"):
        number = getattr(line, key)
        if number is not None:
            node[key] = f"{number:f}"
    return node


def example_node(example: Example) -> dict[str, Any]:
    """An example as `read_example` reads it."""
    node: dict[str, Any] = {
        "name": example.name,
        "class": example.rate_class,
        "from": example.from_day.isoformat(),
        "to": example.to_day.isoformat(),
    }
    if example.usage is not None:
        node["usage"] = f"{example.usage:f}"
    if example.attributes:
        node["attributes"] = dict(example.attributes)
    if example.related:
        node["related"] = {name: f"{number:f}" for name, number in example.related.items()}
    node["lines"] = [_line_node(line) for line in example.lines]
    node["total"] = f"{example.total:f}"
    return node
