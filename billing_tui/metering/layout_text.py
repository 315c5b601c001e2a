"""A layout's YAML text to a `Layout`: every mistake with the place it stands at, none guessed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NoReturn

from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import NotFound, Problem, ProblemsFound
from billing_tui.foundation.strict_yaml import read_yaml
from billing_tui.foundation.units import UnitMismatch, parse_unit
from billing_tui.metering.layout import (
    FIELDS,
    ControlField,
    Field,
    FileUnit,
    Kind,
    Layout,
    RecordType,
    Repeat,
    Roles,
)
from billing_tui.metering.layout_values import BadValueError, number, whole
from billing_tui.metering.read_record import Given

if TYPE_CHECKING:
    from billing_tui.foundation.strict_yaml import Node

_DELIMITERS = {"comma": ",", "tab": "\t", "pipe": "|", "semicolon": ";"}
_ENDINGS = {"crlf": "\r\n", "lf": "\n", "none": ""}
_ENCODINGS = ("ascii", "latin-1", "utf-8")
_SLICE = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,4}))?\Z", re.ASCII)
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z", re.ASCII)
_LONGEST = 65_536


def _refuse(where: str, sentence: str) -> NoReturn:
    problem = Problem(0, sentence, field=where)
    raise ProblemsFound(f"The layout cannot be used: {problem}", (problem,))


class _Map:
    """One YAML map, of which each key is taken once; `done` refuses what nobody took."""

    def __init__(self, node: Node, where: str) -> None:
        if not isinstance(node, dict):
            _refuse(where, "keys and values are expected here.")
        self.rest = dict(node)
        self.where = where

    def text(self, key: str, default: str = "") -> str:
        value = self.rest.pop(key, default)
        if not isinstance(value, str):
            _refuse(f"{self.where}.{key}", "one word or sentence is expected here.")
        return value

    def choice(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(key, default)
        if value not in allowed:
            _refuse(f"{self.where}.{key}", f"{value!r} is none of {', '.join(allowed)}.")
        return value

    def flag(self, key: str) -> bool:
        return self.choice(key, ("yes", "no"), "no") == "yes"

    def count(self, key: str, default: int = 0) -> int:
        try:
            return whole(self.text(key, str(default)))
        except BadValueError as error:
            _refuse(f"{self.where}.{key}", str(error))

    def words(self, key: str) -> tuple[str, ...]:
        value = self.rest.pop(key, [])
        items = value.split() if isinstance(value, str) else value
        if not isinstance(items, list):
            _refuse(f"{self.where}.{key}", "a list of words is expected here.")
        words = [item for item in items if isinstance(item, str)]
        if len(words) != len(items):
            _refuse(f"{self.where}.{key}", "a list of words is expected here.")
        return tuple(words)

    def items(self, key: str) -> list[tuple[str, Node]]:
        value = self.rest.pop(key, {})
        if not isinstance(value, dict):
            _refuse(f"{self.where}.{key}", "keys and values are expected here.")
        return list(value.items())

    def texts(self, key: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, value in self.items(key):
            if not isinstance(value, str):
                _refuse(f"{self.where}.{key}.{name}", "one word or sentence is expected here.")
            found[name] = value
        return found

    def done(self) -> None:
        for key in self.rest:
            _refuse(f"{self.where}.{key}", "this key is not known here; check its spelling.")


def _span(text: str, where: str) -> tuple[int, int]:
    found = _SLICE.match(text)
    if not found:
        _refuse(where, f"{text!r} is no position such as 34 or 34-43.")
    first, last = int(found[1]), int(found[2] or found[1])
    if not 1 <= first <= last:
        _refuse(where, f"{text!r} ends before it begins; positions start at 1.")
    return first - 1, last


def _field(name: str, node: Node, where: str, *, by_header: bool) -> Field:
    if name not in FIELDS:
        _refuse(where, f"{name!r} is no field; say one of {', '.join(FIELDS)}.")
    told = _Map(node if isinstance(node, dict) else {"at": node}, where)
    pattern = told.text("as")
    needed = told.flag("needed")
    pad = " " if told.choice("pad", ("zeros", "blanks"), "zeros") == "blanks" else "0"
    if FIELDS[name] in {Kind.DAY, Kind.TIME, Kind.MOMENT} and not pattern:
        _refuse(where, "say `as:` how it is written, such as MMDDYYYY or hh:mm:ss.")
    if by_header:
        at = told.rest.pop("at", "")
        columns = tuple(c for c in ([at] if isinstance(at, str) else at) if isinstance(c, str))
        if not columns or not all(columns):
            _refuse(where, "say `at:` which column it is.")
        told.done()
        return Field(name, columns=columns, pattern=pattern, needed=needed, pad=pad)
    first, last = _span(told.text("at"), where)
    told.done()
    return Field(name, first, last, pattern=pattern, needed=needed, pad=pad)


def _controls(told: _Map) -> tuple[ControlField, ...]:
    found = []
    for name, node in told.items("controls"):
        where = f"{told.where}.controls.{name}"
        one = _Map(node, where)
        first, last = _span(one.text("at"), where)
        found.append(ControlField(name, first, last, one.text("counts"), one.text("since")))
        one.done()
    return tuple(found)


def _repeat(told: _Map) -> Repeat | None:
    if "repeat" not in told.rest:
        return None
    one = _Map(told.rest.pop("repeat"), f"{told.where}.repeat")
    first = one.count("from", 1) - 1
    fields = []
    for place, (name, node) in enumerate(one.items("fields"), start=1):
        spelled = {"at": str(place)} | ({"as": node} if isinstance(node, str) and node else {})
        fields.append(_field(name, dict(spelled), f"{one.where}.{name}", by_header=False))
    most = one.count("most", 48)
    one.done()
    if not fields:
        _refuse(one.where, "say which fields repeat.")
    return Repeat(first, tuple(fields), most)


def _roles(told: _Map) -> Roles | None:
    if "roles" not in told.rest:
        return None
    one = _Map(told.rest.pop("roles"), f"{told.where}.roles")
    column = one.count("at", 1) - 1
    targets = tuple(_span(text, one.where)[0] for text in one.words("describe"))
    meanings = one.texts("digits")
    one.done()
    for name in meanings.values():
        if name not in FIELDS:
            _refuse(one.where, f"{name!r} is no field; say one of {', '.join(FIELDS)}.")
    return Roles(column, targets, meanings)


def _record(node: Node, where: str, *, by_header: bool) -> RecordType:
    told = _Map(node, where)
    fields = [
        _field(name, spec, f"{where}.{name}", by_header=by_header)
        for name, spec in told.items("fields")
    ]
    record = RecordType(
        begins=told.text("begins"),
        level=told.count("level"),
        fields=tuple(fields),
        gives_read=told.flag("read"),
        controls=_controls(told),
        constants=tuple((_span(a, where)[0], text) for a, text in told.texts("constants").items()),
        closes=told.text("closes"),
        only_with=told.text("only_with"),
        repeat=_repeat(told),
        roles=_roles(told),
    )
    told.done()
    return record


def _given(told: _Map, key: str) -> dict[str, Given]:
    found = {}
    for text, meaning in told.texts(key).items():
        if meaning not in set(Given):
            _refuse(f"{told.where}.{key}.{text}", f"{meaning!r} is none of {', '.join(Given)}.")
        found["" if text == "empty" else text] = Given(meaning)
    return found


def _units(told: _Map) -> dict[str, FileUnit]:
    found = {}
    for name, node in told.items("units"):
        where = f"{told.where}.units.{name}"
        one = _Map(node if isinstance(node, dict) else {"unit": node}, where)
        try:
            found[name.upper()] = FileUnit(
                parse_unit(one.text("unit")), number(one.text("times", "1")), one.flag("interval")
            )
        except (UnitMismatch, BadValueError) as error:
            _refuse(where, str(error))
        one.done()
    return found


def _only(told: _Map) -> dict[str, tuple[str, ...]]:
    one = _Map(told.rest.pop("only", {}), f"{told.where}.only")
    return {name: one.words(name) for name in list(one.rest)}


def _delimiters(told: _Map) -> str:
    names = told.words("delimiter") or ("comma",)
    for name in names:
        if name not in _DELIMITERS:
            _refuse(f"{told.where}.delimiter", f"{name!r} is none of {', '.join(_DELIMITERS)}.")
    return "".join(_DELIMITERS[name] for name in names)


def read_layout(text: str) -> Layout:
    """The layout that a YAML text describes.

    Raises:
        ProblemsFound: naming the key at fault; unknown keys are mistakes, not extras.
    """
    told = _Map(read_yaml(text), "layout")
    fixed = told.choice("form", ("fixed", "delimited"), "delimited") == "fixed"
    form: Literal["fixed", "delimited"] = "fixed" if fixed else "delimited"
    header = told.flag("header")
    nodes = told.rest.pop("records", [])
    if not isinstance(nodes, list) or not nodes:
        _refuse("layout.records", "at least one kind of line is needed.")
    bits = {k: v for k, v in told.texts("bits").items() if k.isascii() and k.isdigit()}
    layout = Layout(
        name=told.text("name"),
        title=told.text("title"),
        form=form,
        records=tuple(
            _record(node, f"records.{place}", by_header=header)
            for place, node in enumerate(nodes, start=1)
        ),
        delimiters=_delimiters(told),
        header=header,
        width=told.count("width"),
        ending=_ENDINGS[told.choice("ending", tuple(_ENDINGS), "crlf")],
        encoding=told.choice("encoding", _ENCODINGS, "latin-1" if fixed else "utf-8"),
        longest=told.count("longest", 4096),
        first=told.text("first"),
        last=told.text("last"),
        implied_decimals=told.flag("implied_decimals"),
        pass_over=told.words("pass_over"),
        only=_only(told),
        kinds=_given(told, "kinds"),
        qualities=_given(told, "qualities"),
        bits={int(bit): words for bit, words in bits.items()},
        units=_units(told),
        defaults=told.texts("defaults"),
        reasons=told.texts("reasons"),
        zone=told.text("zone"),
        scaled=told.flag("scaled"),
        keep_last=told.flag("keep_last"),
    )
    told.text("source")
    told.done()
    _check(layout)
    return layout


def _check(layout: Layout) -> None:
    if not _NAME.match(layout.name):
        _refuse("layout.name", "a name of small letters, digits and hyphens is needed.")
    if not any(record.gives_read for record in layout.records):
        _refuse("layout.records", "no kind of line gives a read; say `read: yes` at one.")
    if not layout.ending and not layout.width:
        _refuse("layout.width", "records without line ends need their width.")
    if not 0 < layout.longest <= _LONGEST or layout.width > layout.longest:
        _refuse("layout.longest", f"a line is at most {_LONGEST:,} characters.")
    known = {record.begins for record in layout.records}
    for begins in (layout.first, layout.last, *_mentioned(layout)):
        if begins and begins not in known:
            _refuse("layout.records", f"{begins!r} is mentioned, but there is no such record.")
    if layout.zone:
        _check_zone(layout.zone)


def _mentioned(layout: Layout) -> list[str]:
    names = [record.closes for record in layout.records]
    for record in layout.records:
        names += [name for control in record.controls for name in (control.counts, control.since)]
    return names


def _check_zone(zone: str) -> None:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        _refuse("layout.zone", f"{zone!r} is no time zone, such as America/Los_Angeles.")


def layout_names() -> list[str]:
    """Names of the layouts that are at hand."""
    return sorted(path.stem for path in data_path("layouts").glob("*.yaml"))


def find_layout(name: str) -> Layout:
    """The layout of that name. Raises `NotFound` with the names there are."""
    if name not in layout_names():
        known = ", ".join(layout_names())
        raise NotFound(f"There is no layout {name!r}; say one of {known}.", field="layout")
    return read_layout(data_path("layouts", f"{name}.yaml").read_text(encoding="utf-8"))
