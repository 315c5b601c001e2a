"""Search the trail: by person, account, days, field and verb, newest first, a page at a time."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from billing_tui.access.field_changes import FieldChange, stored_fields
from billing_tui.access.rights import Right
from billing_tui.foundation.bulk import anywhere, rows_of
from billing_tui.foundation.errors import InvalidEntry, NotFound
from billing_tui.foundation.moments import exported_moment, told_moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from typing import TextIO

    from billing_tui.access.desk import Desk

_CHUNK = 500
_RECENT = 5000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")
_ENTRIES = (
    "SELECT e.seq, e.at, e.business_day, s.username, e.station, e.verified, e.verb,"
    " e.subject_kind, e.subject, e.why, e.before, e.after"
    " FROM audit_entry e JOIN staff_member s ON s.id = e.staff_id"
)
_NOTHING = frozenset({"null", "[]", "{}"})
_SAID_IN = ("why", "subject", "before", "after")
_COLUMNS = (
    "seq", "at", "business_day", "person", "station", "verified", "verb",
    "subject_kind", "subject", "why", "field", "before", "after",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TrailQuery:
    """What is looked for; what is empty does not narrow.

    Attributes:
        person: user name.
        account: number of an account: entries about it, or whose before or after names it.
        from_day, to_day: business days, both inclusive.
        field: a field that the entry changed, as `rate_class` or as the screens show it; one
            above it or below it may stay unnamed.
        verb: a verb as stored, `records.add_flag`, or as shown, `Add flag`; or a room, `records`.
        subject_kind: what the entry is about, as `meter`, `rate version` or `rate version WATER 4`.
        words: each of them stands in the reason, the subject, or a value before or after.
    """

    person: str = ""
    account: str = ""
    from_day: date | None = None
    to_day: date | None = None
    field: str = ""
    verb: str = ""
    subject_kind: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One entry of the trail with what it changed, and what it names that stays the same."""

    seq: int
    at: str
    business_day: str
    person: str
    station: str
    verified: bool
    verb: str
    subject_kind: str
    subject: str
    why: str
    changes: tuple[FieldChange, ...]
    same: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Some entries, newest first.

    Attributes:
        lines: the entries.
        next_before: what `before` of the next page is; None on the last page.
    """

    lines: tuple[TrailLine, ...]
    next_before: int | None


def _conditions(query: TrailQuery) -> tuple[list[str], list[Any]]:
    like = "(e.before LIKE ? ESCAPE '\\' OR e.after LIKE ? ESCAPE '\\')"
    narrowed: list[tuple[str, tuple[Any, ...]]] = []
    if query.person:
        narrowed.append(("s.username = ?", (query.person.lower(),)))
    if query.account:
        named = anywhere(json.dumps(query.account, ensure_ascii=False))
        about = f"((e.subject_kind = 'account' AND e.subject = ?) OR {like})"
        narrowed.append((about, (query.account, named, named)))
    if query.from_day:
        narrowed.append(("e.business_day >= ?", (query.from_day.isoformat(),)))
    if query.to_day:
        narrowed.append(("e.business_day <= ?", (query.to_day.isoformat(),)))
    if query.field:
        named = anywhere(f'"{_spelled(query.field).rsplit(".", maxsplit=1)[-1]}')
        changed = like.replace("e.before", "lower(e.before)").replace("e.after", "lower(e.after)")
        narrowed.append((changed, (named, named)))
    if query.verb:
        narrowed.append(_done(query.verb))
    if query.subject_kind:
        narrowed.append(_about(query.subject_kind))
    narrowed += [_said(word) for word in query.words.split()]
    return [text for text, _ in narrowed], [value for _, found in narrowed for value in found]


def _done(verb: str) -> tuple[str, tuple[Any, ...]]:
    """A verb as stored or as shown, by its whole first words; or all verbs of a room."""
    asked = "_".join(verb.lower().split())
    room = asked.rstrip(".") + "."
    return (
        "(e.verb = ? OR substr(e.verb, 1, ?) = ? OR e.verb || '_' LIKE ? ESCAPE '\\')",
        (asked, len(room), room, anywhere(f".{asked}_")),
    )


def _about(told: str) -> tuple[str, tuple[Any, ...]]:
    """What an entry is about as the screens tell it, by its whole first words: `rate`, `meter 7`.

    An account is told by its number alone.
    """
    asked = " ".join(told.lower().replace("_", " ").split()) + " "
    about = "lower(replace(e.subject_kind || ' ' || e.subject || ' ', '_', ' '))"
    number = "(e.subject_kind = 'account' AND e.subject = ?)"
    return f"(substr({about}, 1, ?) = ? OR {number})", (len(asked), asked, asked.strip())


def _said(word: str) -> tuple[str, tuple[Any, ...]]:
    """A word is found whatever its case, in values as the trail spells them."""
    said = anywhere(word.lower())
    spelled = anywhere(json.dumps(word.lower(), ensure_ascii=False)[1:-1])
    places = [f"lower(e.{column}) LIKE ? ESCAPE '\\'" for column in _SAID_IN]
    return f"({' OR '.join(places)})", (said, said, spelled, spelled)


def _line(row: tuple[Any, ...]) -> TrailLine:
    seq, at, day, person, station, verified, verb, kind, subject, why, before, after = row
    fields = stored_fields(before, after)
    return TrailLine(
        seq, at, day, person, station, bool(verified), verb, kind, subject, why, *fields
    )


def _fits(line: TrailLine, field: str) -> bool:
    """The pattern also finds a field that kept its value, or a text that looks like a field."""
    wanted = f".{_spelled(field)}."
    return not field or any(wanted in f".{_spelled(change.field)}." for change in line.changes)


def _spelled(field: str) -> str:
    """A field as the trail spells it, without its unit: `rate_class` for `Rate class`."""
    parts = field.strip().lower().replace(", ", ".").replace(" ", "_").split(".")
    return ".".join(part.removesuffix("_cents").removesuffix("_milli") for part in parts)


def _check(desk: Desk, query: TrailQuery) -> None:
    desk.require(Right.READ_TRAIL)
    if query.from_day and query.to_day and query.from_day > query.to_day:
        raise InvalidEntry("The last day comes before the first.", field="to_day")


def _found(query: TrailQuery, before: int | None) -> Iterator[TrailLine]:
    conditions, values = _conditions(query)
    while True:
        below = [] if before is None else ["e.seq < ?"]
        where = " AND ".join([*conditions, *below]) or "1 = 1"
        rows = rows_of(
            f"{_ENTRIES} WHERE {where} ORDER BY e.seq DESC LIMIT {_CHUNK}",
            [*values, *([] if before is None else [before])],
        )
        yield from (line for line in map(_line, rows) if _fits(line, query.field))
        if len(rows) < _CHUNK:
            return
        before = rows[-1][0]


def search_trail(
    desk: Desk, query: TrailQuery, *, before: int | None = None, size: int = 50
) -> TrailPage:
    """One page of the entries that fit.

    Args:
        desk: who asks.
        query: what is looked for.
        before: entries older than this one; the newest where None.
        size: most entries of the page.

    Raises:
        NotAllowed: the person may not read the trail.
        InvalidEntry: the days are the wrong way round.
    """
    _check(desk, query)
    lines = tuple(islice(_found(query, before), size + 1))
    more = len(lines) > size
    return TrailPage(lines[:size], lines[size - 1].seq if more else None)


def recent_verbs() -> tuple[str, ...]:
    """Verbs of the newest entries, by name: for a list to choose from."""
    rows = rows_of(
        "SELECT DISTINCT verb FROM (SELECT verb FROM audit_entry ORDER BY seq DESC"
        f" LIMIT {_RECENT}) newest ORDER BY verb"
    )
    return tuple(row[0] for row in rows)


def recent_kinds() -> dict[str, str]:
    """What the newest entries are about, by name, each with the subject of its newest entry."""
    rows = rows_of(
        "SELECT subject_kind, subject FROM audit_entry WHERE seq IN (SELECT max(seq) FROM"
        f" (SELECT seq, subject_kind FROM audit_entry ORDER BY seq DESC LIMIT {_RECENT}) newest"
        " WHERE subject_kind <> '' GROUP BY subject_kind)"
    )
    return {kind.replace("_", " "): subject for kind, subject in sorted(rows)}


def recent_fields() -> dict[str, str]:
    """Fields that the newest entries changed, by name, each with the newest verb that did."""
    found: dict[str, str] = {}
    for verb, before, after in rows_of(
        f"SELECT verb, before, after FROM audit_entry ORDER BY seq DESC LIMIT {_CHUNK}"
    ):
        for change in stored_fields(before, after)[0]:
            name = _spelled(change.field).rpartition(".")[2].replace("_", " ")
            found.setdefault(name, verb)
    return dict(sorted(found.items()))


def find_entry(desk: Desk, seq: int) -> TrailLine:
    """One entry of the trail.

    Raises:
        NotAllowed: the person may not read the trail.
        NotFound: there is no such entry.
    """
    desk.require(Right.READ_TRAIL)
    rows = rows_of(f"{_ENTRIES} WHERE e.seq = ?", (seq,))
    if not rows:
        raise NotFound(f"There is no entry {seq}.", field="entry")
    return _line(rows[0])


def whole_trail(desk: Desk, query: TrailQuery) -> Iterator[TrailLine]:
    """All entries that fit, newest first, read a chunk at a time: for an export."""
    _check(desk, query)
    return _found(query, None)


def _safe(text: str) -> str:
    """A cell that a spreadsheet takes as text, never as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _exported(value: str | None) -> str:
    """A value for people who have the file alone: their clock, lists in words, nothing for none."""
    if value is None or value in _NOTHING:
        return ""
    if value.startswith("["):
        try:
            parts = json.loads(value)
        except ValueError:
            return value
        plain = all(isinstance(part, str | int) for part in parts)
        return "; ".join(map(str, parts)) if plain else value
    return told_moment(value, exported_moment)


def write_csv(lines: Iterable[TrailLine], stream: TextIO) -> int:
    """Write entries as CSV, a row for each changed field; returns the number of entries."""
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    count = 0
    for line in lines:
        told = {name: str(getattr(line, name)) for name in _COLUMNS[1:10]}
        head = (told | {"at": exported_moment(line.at)}).values()
        for change in line.changes or (FieldChange("", None, None),):
            cells = (*head, change.field, _exported(change.before), _exported(change.after))
            writer.writerow([line.seq, *map(_safe, cells)])
        count += 1
    return count
