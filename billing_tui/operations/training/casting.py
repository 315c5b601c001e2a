"""Choose who plays in a drill: places and customers of the city, other ones at each attempt.

Each choice gives facts, which stand in the slots of the story and in what the checks are told.
"""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import InvalidEntry, NotFound
from billing_tui.operations.demo.samples import FOLDER as SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from billing_tui.access.desk import Desk
    from billing_tui.operations.training.drills import Drill

Facts = dict[str, str]

_HOMES = """
SELECT a.number, c.name, l.number, l.house || ' ' || l.street, m.number, m.size, m.dials,
       r.reading, r.day, y.code
FROM account a
JOIN customer c ON c.id = a.customer_id
JOIN location l ON l.id = a.location_id
JOIN cycle y ON y.id = a.cycle_id
JOIN service s ON s.account_id = a.id AND s.kind = 'water' AND s.to_day IS NULL
JOIN meter_installation i ON i.service_point_id = s.service_point_id AND i.to_day IS NULL
JOIN meter m ON m.id = i.meter_id
JOIN read r ON r.id = (SELECT max(id) FROM read WHERE service_point_id = s.service_point_id)
WHERE a.status = 'Active' AND s.rate_class = 'SFR' AND c.kind = 'person' AND l.unit = ''
  AND r.meter_id = m.id AND r.kind = 'A' AND m.dials = 4 AND y.code <> ?
  AND NOT EXISTS (SELECT 1 FROM account_flag f WHERE f.account_id = a.id AND f.to_day IS NULL)
  AND (SELECT count(*) FROM account o WHERE o.customer_id = a.customer_id) = 1
ORDER BY a.number
"""
_VACANT = """
SELECT a.number, c.name, l.number, l.house || ' ' || l.street, m.number, m.size, m.dials,
       r.reading, r.day, y.code
FROM location l
JOIN account a ON a.id = (SELECT max(id) FROM account WHERE location_id = l.id)
JOIN customer c ON c.id = a.customer_id
JOIN cycle y ON y.id = a.cycle_id
JOIN service s ON s.account_id = a.id AND s.kind = 'water'
JOIN meter_installation i ON i.service_point_id = s.service_point_id AND i.to_day IS NULL
JOIN meter m ON m.id = i.meter_id
JOIN read r ON r.id = (SELECT max(id) FROM read WHERE service_point_id = s.service_point_id)
WHERE a.status IN ('Closed', 'Final billed') AND s.rate_class = 'SFR' AND l.unit = ''
  AND r.meter_id = m.id AND m.dials = 4 AND y.code <> ?
ORDER BY l.number
"""
_HIGH = """
SELECT h.account_id, h.usage_milli, b.number, b.bill_day
FROM (SELECT s.account_id, v.usage_milli, v.bill_id, row_number() OVER (
        PARTITION BY s.account_id ORDER BY b.bill_day DESC) AS place,
        lead(v.usage_milli) OVER (PARTITION BY s.account_id ORDER BY b.bill_day DESC) AS earlier
      FROM bill_service v JOIN service s ON s.id = v.service_id JOIN bill b ON b.id = v.bill_id
      WHERE v.kind = 'water' AND v.live = 1) h
JOIN bill b ON b.id = h.bill_id
WHERE h.place = 1 AND h.usage_milli >= 15000 AND h.usage_milli * 10 >= h.earlier * 16
"""
OPEN_CYCLE = "07"
"""The cycle that waits to be read; no move of a drill is put into it."""
_FULL = 10_000


def _house(row: tuple[Any, ...], today: date) -> Facts:
    account, name, location, address, meter, size, dials, reading, day, cycle = row
    last = date.fromisoformat(day)
    gone = max((today - last).days, 1)
    now = int(reading) + max(gone * 11 // 30, 1)
    return {
        "account": account,
        "name": name,
        "location": location,
        "address": address,
        "meter": meter,
        "size": size,
        "last": str(reading),
        "reading": str(now % (_FULL if int(dials) == 4 else 10 ** int(dials))),
        "cycle": cycle,
    }


def _houses(sql: str, desk: Desk) -> list[Facts]:
    houses = [_house(row, desk.business_day) for row in rows_of(sql, (OPEN_CYCLE,))]
    return [one for one in houses if int(one["reading"]) > int(one["last"])]


def _high(desk: Desk) -> list[Facts]:
    """Homes whose newest bill is for much more water than the one before."""
    by_account = {one["account"]: one for one in _houses(_HOMES, desk)}
    found = []
    for account_id, usage, number, _ in rows_of(_HIGH):
        ((account,),) = rows_of("SELECT number FROM account WHERE id = ?", (account_id,))
        if account in by_account:
            more = {"usage": f"{usage / 1000:g}", "bill": number}
            found.append(by_account[account] | more)
    return sorted(found, key=lambda one: one["account"])


def _with_refuse(desk: Desk) -> list[Facts]:
    """Homes with one small refuse cart."""
    rows = rows_of(
        "SELECT a.number FROM account a JOIN service s ON s.account_id = a.id"
        " JOIN service_attribute z ON z.service_id = s.id AND z.name = 'cart_size'"
        " JOIN service_attribute n ON n.service_id = s.id AND n.name = 'carts' AND n.value = '1'"
        " WHERE s.kind = 'refuse' AND s.to_day IS NULL AND z.to_day IS NULL AND z.value <> '96'"
        " AND n.to_day IS NULL"
    )
    small = {number for (number,) in rows}
    return [one for one in _houses(_HOMES, desk) if one["account"] in small]


_KINDS: Mapping[str, Callable[[Desk], list[Facts]]] = {
    "home": lambda desk: _houses(_HOMES, desk),
    "vacant": lambda desk: _houses(_VACANT, desk),
    "high bill": _high,
    "refuse home": _with_refuse,
}
KINDS = frozenset(_KINDS)
"""What may stand as a cast besides a list of texts and `planted NAME`."""


def _planted(desk: Desk, role: str) -> Facts:
    path = desk.home.root / SAMPLES / "planted.json"
    rows = {row["plant"]: row for row in json.loads(path.read_text(encoding="utf-8"))}
    if role not in rows:
        raise NotFound(f"The training city has no {role!r} planted.", field="cast")
    return {name: rows[role][name] for name in ("account", "meter", "address", "location")}


def _stock_number(chance: random.Random) -> str:
    """A serial that no meter has yet."""
    while True:
        number = f"T26{chance.randrange(100_000, 999_999)}"
        if not rows_of("SELECT 1 FROM meter WHERE number = ?", (number,)):
            return number


def _days(desk: Desk) -> Facts:
    """The days a story may need, as a person reads them and as the checks compare them."""
    days = {"today": desk.business_day, "yesterday": desk.business_day - timedelta(days=1)}
    shown = {name: f"{day:%m/%d/%y}" for name, day in days.items()}
    return shown | {f"{name}_iso": day.isoformat() for name, day in days.items()}


def cast(desk: Desk, drill: Drill, attempt: int) -> Facts:
    """Choose the cast of a drill; the attempt decides who.

    Raises:
        NotFound: the city has nobody left for a part.
        InvalidEntry: the drill asks for a part that there is not.
    """
    chance = random.Random(f"{drill.id} {attempt}")  # noqa: S311 - no secret, only variety
    facts = _days(desk) | {"new_meter": _stock_number(chance)}
    taken: set[str] = set()
    for name, who in drill.cast.items():
        if isinstance(who, tuple):
            facts[name] = chance.choice(who)
            continue
        if who.startswith("planted "):
            found = _planted(desk, who.removeprefix("planted "))
        elif who in _KINDS:
            fitting = [one for one in _KINDS[who](desk) if one["location"] not in taken]
            if not fitting:
                raise NotFound(f"The training city has no {who} left.", field="cast")
            found = chance.choice(fitting)
        else:
            raise InvalidEntry(f"There is no part {who!r}.", field="cast")
        taken.add(found["location"])
        facts |= {f"{name}.{part}": value for part, value in found.items()}
    return facts
