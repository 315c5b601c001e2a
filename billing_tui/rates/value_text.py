"""Values, tables and tiers as they are written in a schedule file, both ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from billing_tui.rates.errors import RateError
from billing_tui.rates.exact import MODES
from billing_tui.rates.fields import (
    Fields,
    fields_of,
    read_list,
    read_map,
    read_name,
    read_text,
    wrong,
)
from billing_tui.rates.formula import Formula, parse_formula
from billing_tui.rates.keys import parse_steps
from billing_tui.rates.schedule import (
    Entry,
    Key,
    Modified,
    Percent,
    Table,
    Tiers,
    Value,
    Values,
)

if TYPE_CHECKING:
    from billing_tui.foundation.strict_yaml import Node

_MODIFIERS = ("default", "at_least", "at_most")


def read_formula(node: Node, path: str) -> Formula:
    """A formula; a number is the simplest one."""
    if not isinstance(node, str):
        raise wrong(path, "a number or formula must stand here.")
    try:
        return parse_formula(node)
    except RateError as error:
        raise wrong(path, error.sentence) from error


def read_value(node: Node, path: str) -> Value:
    """Whatever can stand where a number can."""
    if isinstance(node, str):
        return read_formula(node, path)
    fields = fields_of(node, path)
    if "formula" in fields:
        value: Value = fields.need("formula", read_formula)
    elif "percent" in fields:
        value = Percent(fields.need("percent", read_value), fields.need("of", read_value))
    else:
        value = _table(fields, read_value)
    value = _modified(fields, value)
    fields.done()
    return value


def _decimals(node: Node, path: str) -> int:
    if node not in {"0", "1", "2", "3", "4", "5", "6"}:
        raise wrong(path, "0 to 6 must stand here.")
    return int(str(node))


def _modified(fields: Fields, value: Value) -> Value:
    bounds = {key: fields.need(key, read_value) for key in _MODIFIERS if key in fields}
    mode = fields.word("round", tuple(MODES)) if "round" in fields else None
    decimals = fields.take("decimals", _decimals, 0)
    if not bounds and mode is None:
        return value
    return Modified(value, **bounds, round=mode, decimals=decimals)


def _keys(node: Node, path: str) -> tuple[Key, ...]:
    keys = []
    for item in read_list(node, path):
        if isinstance(item, str):
            keys.append(Key(read_name(item, path)))
        else:
            fields = fields_of(item, path)
            keys.append(Key(read_name(fields.need("range", read_text), path), in_steps=True))
            fields.done()
    if not keys:
        raise wrong(path, "at least one key must stand here.")
    return tuple(keys)


def _table(fields: Fields, read_leaf: Callable[[Node, str], Entry]) -> Table:
    if "by" not in fields:
        raise wrong(fields.path, "formula, percent or by must stand here.")
    keys = fields.need("by", _keys)
    return Table(
        keys, fields.need("table", lambda node, path: _entries(node, path, keys, read_leaf))
    )


def _entries(
    node: Node, path: str, keys: tuple[Key, ...], read_leaf: Callable[[Node, str], Entry]
) -> Mapping[str, Entry]:
    entries = read_map(node, path)
    if not entries:
        raise wrong(path, "the table is empty.")
    if keys[0].in_steps:
        try:
            parse_steps(entries)
        except RateError as error:
            raise wrong(path, error.sentence) from error
    result: dict[str, Entry] = {}
    for text, entry in entries.items():
        place = f"{path}.{text}"
        deeper = len(keys) > 1
        result[text] = (
            _entries(entry, place, keys[1:], read_leaf) if deeper else read_leaf(entry, place)
        )
    return result


def read_values(node: Node, path: str) -> Values:
    """A list of values."""
    return tuple(
        read_value(item, f"{path}[{at}]") for at, item in enumerate(read_list(node, path), 1)
    )


def _choice(node: Node, path: str) -> Values | Table:
    if isinstance(node, list):
        return read_values(node, path)
    fields = fields_of(node, path)
    table = _table(fields, read_values)
    fields.done()
    return table


def read_tiers(node: Node, path: str) -> Tiers:
    """Tiers: a list of caps with prices, or the two lists apart."""
    if isinstance(node, list):
        return _tier_list(node, path)
    fields = fields_of(node, path)
    tiers = Tiers(
        fields.need("caps", _choice),
        fields.need("prices", _choice),
        fields.take("of", read_value, None),
    )
    fields.done()
    if isinstance(tiers.caps, tuple) and isinstance(tiers.prices, tuple):
        _check_lengths(len(tiers.caps), len(tiers.prices), path)
    return tiers


def _check_lengths(caps: int, prices: int, path: str) -> None:
    if prices != caps + 1:
        raise wrong(path, f"{prices} prices need {prices - 1} caps; there are {caps}.")


def _tier_list(items: list[Node], path: str) -> Tiers:
    caps, prices = [], []
    for at, item in enumerate(items, 1):
        fields = fields_of(item, f"{path}[{at}]")
        if "to" in fields:
            caps.append(fields.need("to", read_value))
        elif at < len(items):
            raise wrong(fields.path, "only the last tier has no `to`.")
        prices.append(fields.need("price", read_value))
        fields.done()
    _check_lengths(len(caps), len(prices), path)
    return Tiers(tuple(caps), tuple(prices))


def value_node(value: Entry) -> Any:
    """A value, list or table as plain maps and texts, as `read_value` reads them."""
    match value:
        case Formula():
            return value.text
        case Percent():
            return {"percent": value_node(value.percent), "of": value_node(value.of)}
        case Table():
            by = [{"range": key.name} if key.in_steps else key.name for key in value.keys]
            return {"by": by, "table": value_node(value.entries)}
        case Modified():
            return _modified_node(value)
        case tuple():
            return [value_node(item) for item in value]
        case Mapping():
            return {text: value_node(entry) for text, entry in value.items()}


def _modified_node(value: Modified) -> dict[str, Any]:
    inner = value_node(value.value)
    node = dict(inner) if isinstance(inner, dict) else {"formula": inner}
    for key in _MODIFIERS:
        bound = getattr(value, key)
        if bound is not None:
            node[key] = value_node(bound)
    if value.round is not None:
        node["round"] = value.round
    if value.decimals:
        node["decimals"] = str(value.decimals)
    return node


def tiers_node(tiers: Tiers) -> Any:
    """Tiers as `read_tiers` reads them."""
    if isinstance(tiers.caps, tuple) and isinstance(tiers.prices, tuple) and tiers.of is None:
        rows = [
            {"to": value_node(cap), "price": value_node(price)}
            for cap, price in zip(tiers.caps, tiers.prices, strict=False)
        ]
        return [*rows, {"price": value_node(tiers.prices[-1])}]
    node = {"caps": value_node(tiers.caps), "prices": value_node(tiers.prices)}
    if tiers.of is not None:
        node["of"] = value_node(tiers.of)
    return node
