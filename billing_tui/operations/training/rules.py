"""The rules that drills are graded by: each asks the data one question, never which keys were used.

A rule gets what the trail says about the work (`Work`) and what the drill tells it, with the cast
already in its slots. It answers yes or no. Days are ISO text, readings are counts of the register.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NOTED = (
    "SELECT n.text FROM note n JOIN account a ON a.id = n.account_id"
    " WHERE a.number = ? AND n.staff_id = ?"
)
_LOGGED = (
    "SELECT e.words FROM contact_log_entry e JOIN account a ON a.id = e.account_id"
    " WHERE a.number = ? AND e.staff_id = ?"
)


@dataclass(frozen=True, slots=True)
class Work:
    """Whose work is graded, and where in the trail it begins.

    Attributes:
        staff_id: row of the trainee in the training home.
        after_seq: last entry of the trail before the work.
    """

    staff_id: int
    after_seq: int


def untouched(work: Work) -> bool:
    """Whether the trainee changed nothing at all: what stood there before is no work of theirs."""
    mine = (
        "SELECT 1 FROM audit_entry WHERE seq > ? AND staff_id = ?"
        " AND verb NOT LIKE 'operations.%' AND verb NOT LIKE 'access.%session'"
    )
    return not _any(mine, work.after_seq, work.staff_id)


def _any(sql: str, *values: object) -> bool:
    return bool(rows_of(f"SELECT 1 FROM ({sql}) AS found LIMIT 1", values))


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _plain(name: str) -> str:
    """A name without the signs and spaces that people write differently."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


# Who is where


def occupied(_work: Work, needs: Mapping[str, str]) -> bool:
    """`name` has an active account at `location`, opened on `day` where one is named."""
    rows = rows_of(
        "SELECT c.name, a.opened FROM account a JOIN customer c ON c.id = a.customer_id"
        " JOIN location l ON l.id = a.location_id WHERE l.number = ? AND a.status = 'Active'",
        (needs["location"],),
    )
    return any(
        _plain(name) == _plain(needs["name"]) and needs.get("day", opened) == opened
        for name, opened in rows
    )


def takes(_work: Work, needs: Mapping[str, str]) -> bool:
    """The active account at `location` takes each of these `services`."""
    rows = rows_of(
        "SELECT s.kind FROM service s JOIN account a ON a.id = s.account_id"
        " JOIN location l ON l.id = a.location_id"
        " WHERE l.number = ? AND a.status = 'Active' AND s.to_day IS NULL",
        (needs["location"],),
    )
    return {kind for (kind,) in rows} >= set(_listed(needs["services"]))


def ended(_work: Work, needs: Mapping[str, str]) -> bool:
    """`account` has ended; on `day` where one is named."""
    rows = rows_of("SELECT closed FROM account WHERE number = ?", (needs["account"],))
    return bool(rows) and rows[0][0] is not None and needs.get("day", rows[0][0]) == rows[0][0]


def still_active(_work: Work, needs: Mapping[str, str]) -> bool:
    """`account` goes on."""
    sql = "SELECT 1 FROM account WHERE number = ? AND status = 'Active'"
    return _any(sql, needs["account"])


def one_customer(_work: Work, needs: Mapping[str, str]) -> bool:
    """The active account at `location` belongs to the customer of `account`."""
    sql = (
        "SELECT 1 FROM account a JOIN location l ON l.id = a.location_id"
        " JOIN account b ON b.customer_id = a.customer_id"
        " WHERE l.number = ? AND a.status = 'Active' AND b.number = ? AND b.id <> a.id"
    )
    return _any(sql, needs["location"], needs["account"])


def mail_goes(_work: Work, needs: Mapping[str, str]) -> bool:
    """From `day` on, bills of `account` go to an address that `has` this text, and not before."""
    rows = rows_of(
        "SELECT m.lines, m.zip, m.from_day FROM mailing_address m JOIN account a"
        " ON a.id = m.account_id WHERE a.number = ? AND m.to_day IS NULL",
        (needs["account"],),
    )
    return any(
        _plain(needs["has"]) in _plain(lines + zip_) and needs.get("day", from_day) == from_day
        for lines, zip_, from_day in rows
    )


# Reads and meters


def read_kept(_work: Work, needs: Mapping[str, str]) -> bool:
    """History has a read of `meter` on `day` that shows `reading`."""
    sql = (
        "SELECT 1 FROM read r JOIN meter m ON m.id = r.meter_id WHERE m.number = ? AND r.day = ?"
        " AND r.reading = ? AND r.kind <> 'W'"
        " AND NOT EXISTS (SELECT 1 FROM read w WHERE w.withdraws_id = r.id)"
    )
    return _any(sql, needs["meter"], needs["day"], int(needs["reading"]))


def taken_out(_work: Work, needs: Mapping[str, str]) -> bool:
    """`meter` came out on `day`, showing `reading`."""
    sql = (
        "SELECT 1 FROM meter_installation i JOIN meter m ON m.id = i.meter_id"
        " WHERE m.number = ? AND i.to_day = ? AND i.last_reading = ?"
    )
    return _any(sql, needs["meter"], needs["day"], int(needs["reading"]))


def put_in(_work: Work, needs: Mapping[str, str]) -> bool:
    """`meter` stands at `location` since `day`, beginning with `reading`, of this `size`."""
    sql = (
        "SELECT 1 FROM meter_installation i JOIN meter m ON m.id = i.meter_id"
        " JOIN service_point p ON p.id = i.service_point_id JOIN location l ON l.id = p.location_id"
        " WHERE m.number = ? AND l.number = ? AND i.from_day = ? AND i.first_reading = ?"
        " AND i.to_day IS NULL AND m.size = ?"
    )
    reading = int(needs["reading"])
    return _any(sql, needs["meter"], needs["location"], needs["day"], reading, needs["size"])


def settled_as(_work: Work, needs: Mapping[str, str]) -> bool:
    """The exceptions of `meter` are settled, each as one of `ways`; `reading` counts if named."""
    rows = rows_of(
        "SELECT e.disposition, s.reading, s.held FROM read_exception e"
        " JOIN staged_read s ON s.id = e.staged_read_id JOIN meter m ON m.id = s.meter_id"
        " WHERE m.number = ?",
        (needs["meter"],),
    )
    reading = needs.get("reading")
    right = reading is None or any(held or str(kept) == reading for _, kept, held in rows)
    return bool(rows) and right and all(way in _listed(needs["ways"]) for way, _, _ in rows)


def none_open(_work: Work, _needs: Mapping[str, str]) -> bool:
    """No read exception is left open."""
    return not _any("SELECT 1 FROM read_exception WHERE disposition = 'open'")


# Asked for, ordered, written down


def ordered(work: Work, needs: Mapping[str, str]) -> bool:
    """A service order of one of these `types` was opened for `location` and not cancelled."""
    types = _listed(needs["types"])
    marks = ", ".join("?" * len(types))
    sql = (
        "SELECT 1 FROM service_order o JOIN location l ON l.id = o.location_id"
        f" WHERE l.number = ? AND o.staff_id = ? AND o.state <> 'Cancelled' AND o.type IN ({marks})"
    )
    return _any(sql, needs["location"], work.staff_id, *types)


def written(work: Work, needs: Mapping[str, str]) -> bool:
    """The trainee wrote one of these `words` on `account`, in a note or in the contact log."""
    rows = [
        *rows_of(_NOTED, (needs["account"], work.staff_id)),
        *rows_of(_LOGGED, (needs["account"], work.staff_id)),
    ]
    words = [word.casefold() for word in _listed(needs["words"])]
    return any(word in text.casefold() for (text,) in rows for word in words)


def class_asked(_work: Work, needs: Mapping[str, str]) -> bool:
    """The class `class` of the `service` of `account` was asked for, or given."""
    given = (
        "SELECT 1 FROM service s JOIN account a ON a.id = s.account_id"
        " WHERE a.number = ? AND s.kind = ? AND s.rate_class = ? AND s.to_day IS NULL"
    )
    if _any(given, needs["account"], needs["service"], needs["class"]):
        return True
    rows = rows_of(
        "SELECT payload FROM change_request WHERE kind = 'records.change_class'"
        " AND subject = ? AND state IN ('Pending', 'Executed')",
        (needs["account"],),
    )
    asked = [json.loads(payload) for (payload,) in rows]
    return any(
        one["service_kind"] == needs["service"] and one["after"]["rate_class"] == needs["class"]
        for one in asked
    )


def attribute_is(_work: Work, needs: Mapping[str, str]) -> bool:
    """`name` of the `service` of `account` is `value`, begins on `day`; where they are given."""
    sql = (
        "SELECT 1 FROM service_attribute t JOIN service s ON s.id = t.service_id"
        " JOIN account a ON a.id = s.account_id WHERE a.number = ? AND s.kind = ?"
        " AND t.name = ? AND t.value = coalesce(?, t.value)"
        " AND t.from_day = coalesce(?, t.from_day) AND t.to_day IS NULL"
    )
    asked = (needs[one] for one in ("account", "service", "name"))
    return _any(sql, *asked, needs.get("value"), needs.get("day"))


# Bill runs


def bill_held(_work: Work, needs: Mapping[str, str]) -> bool:
    """The bill of `account` in the newest run is held by a person."""
    sql = (
        "SELECT 1 FROM run_item i JOIN account a ON a.id = i.account_id"
        " WHERE a.number = ? AND i.held_by_id IS NOT NULL"
        " AND i.run_id = (SELECT max(id) FROM bill_run)"
    )
    return _any(sql, needs["account"])


def found(work: Work, needs: Mapping[str, str]) -> bool:
    """The trainee did something about `account`: held its bill, changed, asked or noted it."""
    if bill_held(work, needs):
        return True
    sql = (
        "SELECT 1 FROM audit_entry WHERE seq > ? AND staff_id = ? AND subject_kind = 'account'"
        " AND subject = ? AND verb <> 'billing.accept_finding'"
    )
    if _any(sql, work.after_seq, work.staff_id, needs["account"]):
        return True
    asked = "SELECT 1 FROM change_request WHERE subject = ? AND maker_id = ?"
    return _any(asked, needs["account"], work.staff_id)


def held_at_most(_work: Work, needs: Mapping[str, str]) -> bool:
    """No more than `count` bills of the newest run are held by a person."""
    rows = rows_of(
        "SELECT count(*) FROM run_item WHERE held_by_id IS NOT NULL"
        " AND run_id = (SELECT max(id) FROM bill_run)"
    )
    return int(rows[0][0]) <= int(needs["count"])


# Nothing else


def only_these(work: Work, needs: Mapping[str, str]) -> bool:
    """No account was changed but those whose numbers begin with one of `numbers`."""
    rows = rows_of(
        "SELECT DISTINCT subject FROM audit_entry WHERE seq > ? AND staff_id = ?"
        " AND subject_kind = 'account'",
        (work.after_seq, work.staff_id),
    )
    mine = tuple(_listed(needs["numbers"]))
    return all(subject.startswith(mine) for (subject,) in rows)


RULES: Mapping[str, Callable[[Work, Mapping[str, str]], bool]] = {
    "occupied": occupied,
    "takes": takes,
    "ended": ended,
    "still active": still_active,
    "one customer": one_customer,
    "mail goes": mail_goes,
    "read kept": read_kept,
    "taken out": taken_out,
    "put in": put_in,
    "settled as": settled_as,
    "none open": none_open,
    "ordered": ordered,
    "written": written,
    "class asked": class_asked,
    "attribute is": attribute_is,
    "bill held": bill_held,
    "found": found,
    "held at most": held_at_most,
    "only these": only_these,
}
"""The rules by the names that stand in the drills."""
