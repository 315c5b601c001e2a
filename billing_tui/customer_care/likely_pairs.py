"""Customers who may have been entered twice: a list to look through, a page at a time (CUS-9).

The surest first: names that sound alike with one phone, with one email, at one place or a few
doors away; then one phone or one email under different names. Reads only; nobody is merged because
of standing here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, combinations, islice
from typing import TYPE_CHECKING, NamedTuple

from billing_tui.customer_care.merges import LikeCustomer
from billing_tui.foundation.bulk import rows_of
from billing_tui.records.address import street_line
from billing_tui.records.search_words import sound_of, words

if TYPE_CHECKING:
    from collections.abc import Iterator

_A_FEW_DOORS = 20
_STREETS = 20
_AT_ONCE = 500
_STANDING = "a.kind = b.kind AND coalesce(a.merged_into_id, b.merged_into_id, 0) = 0"
# coalesce keeps SQLite from the index of merged_into, which nearly all customers share
_PAIR = "SELECT DISTINCT a.id, a.number, a.name, b.id, b.number, b.name FROM"
_BY_PHONE = f"""
{_PAIR} phone p JOIN phone q ON q.digits = p.digits AND q.customer_id > p.customer_id
JOIN customer a ON a.id = p.customer_id JOIN customer b ON b.id = q.customer_id
WHERE {_STANDING} AND (a.id, b.id) > (?, ?) ORDER BY a.id, b.id LIMIT ?
"""
_ONE_PHONE = """
SELECT 1 FROM phone p JOIN phone q ON q.digits = p.digits
WHERE p.customer_id = a.id AND q.customer_id = b.id
"""
_BY_EMAIL = f"""
{_PAIR} customer a JOIN customer b ON b.email = a.email AND b.id > a.id
WHERE a.email <> '' AND {_STANDING} AND NOT EXISTS ({_ONE_PHONE})
AND (a.id, b.id) > (?, ?) ORDER BY a.id, b.id LIMIT ?
"""
_NEXT_STREETS = "SELECT DISTINCT street FROM location WHERE street > ? ORDER BY street LIMIT ?"
_ON_STREETS = """
SELECT l.street, l.house, l.unit, c.kind, c.id, c.number, c.name
FROM location l JOIN account o ON o.location_id = l.id JOIN customer c ON c.id = o.customer_id
WHERE coalesce(c.merged_into_id, 0) = 0 AND l.street >= ? AND l.street <= ?
ORDER BY l.street, c.id
"""
_SHARING = f"""
SELECT 1 FROM customer a JOIN customer b ON a.id = ? AND b.id = ?
WHERE (a.email <> '' AND a.email = b.email) OR EXISTS ({_ONE_PHONE})
"""
_SHARED = {
    0: (_BY_PHONE, "same phone, names alike", True),
    1: (_BY_EMAIL, "same email, names alike", True),
    3: (_BY_PHONE, "same phone, other name", False),
    4: (_BY_EMAIL, "same email, other name", False),
}
_CLOSE, _LAST = 2, 4
"""The sort of those who live close, and the last one."""


class Place(NamedTuple):
    """Where a page ends: which sort, on which street, the rows of both customers."""

    sort: int
    street: str
    one: int
    other: int


START = Place(0, "", 0, 0)


@dataclass(frozen=True, slots=True)
class LikelyPair:
    """Two customers who may be one.

    Attributes:
        one: who was entered first.
        why: what they share, in a few words.
        place: hand it back for the page that follows.
    """

    one: LikeCustomer
    other: LikeCustomer
    why: str
    place: Place


class Likeness(NamedTuple):
    """What two customers share: whether their names are alike, and all of it in words."""

    names: bool
    shared: str


class _Tenant(NamedTuple):
    """A customer with a place where they have or had an account."""

    who: LikeCustomer
    house: str
    unit: str


@lru_cache(maxsize=20_000)
def _family(name: str) -> frozenset[str]:
    """Sounds of a family name, or of an organization's."""
    return frozenset(sound_of(word) or word for word in words(name))


def _family_of(name: str) -> frozenset[str]:
    return _family(name.partition(",")[0])


def _fits(one: str, other: str) -> bool:
    """Whether two given names may be one: they sound alike, or one is the other's initial."""
    initial = min(len(one), len(other)) == 1
    return one[0] == other[0] if initial else (sound_of(one) or one) == (sound_of(other) or other)


def sound_alike(one: str, other: str) -> bool:
    """Whether two names, as they sort, may be said for the same person."""
    if _family_of(one) != _family_of(other) or not _family_of(one):
        return False
    given, givens = (words(name.partition(",")[2]) for name in (one, other))
    return _fits(given[0], givens[0]) if given and givens else not (given or givens)


def _near(one: _Tenant, other: _Tenant) -> bool:
    houses = [_number(tenant.house) for tenant in (one, other)]
    return one.house == other.house or (all(houses) and abs(houses[0] - houses[1]) <= _A_FEW_DOORS)


def _number(house: str) -> int:
    digits = house.partition("-")[0].strip()
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def _shared(sort: int, after: Place) -> Iterator[LikelyPair]:
    """Pairs with one phone or one email, whose names sound alike or do not."""
    sql, why, alike = _SHARED[sort]
    start = (after.one, after.other) if after.sort == sort else (0, 0)
    while rows := rows_of(sql, (*start, _AT_ONCE)):
        for row in rows:
            if sound_alike(row[2], row[5]) is alike:
                place = Place(sort, "", row[0], row[3])
                yield LikelyPair(LikeCustomer(*row[:3]), LikeCustomer(*row[3:]), why, place)
        start = rows[-1][0], rows[-1][3]


def _close(after: Place) -> Iterator[LikelyPair]:
    """Names that sound alike, street by street; a page reads no more streets than it needs."""
    street = after.street if after.sort == _CLOSE else ""
    if street:
        yield from (pair for pair in _on_streets(street, street) if pair.place > after)
    while block := rows_of(_NEXT_STREETS, (street, _STREETS)):
        yield from _on_streets(block[0][0], block[-1][0])
        street = block[-1][0]


def _on_streets(first: str, last: str) -> Iterator[LikelyPair]:
    alike: dict[tuple[str, str, frozenset[str]], list[_Tenant]] = defaultdict(list)
    for street, house, unit, kind, *who in rows_of(_ON_STREETS, (first, last)):
        tenant = _Tenant(LikeCustomer(*who), house, unit)
        alike[street, kind, _family_of(tenant.who.name)].append(tenant)
    found: dict[Place, LikelyPair] = {}
    for (street, _, _), tenants in alike.items():
        for one, other in combinations(tenants, 2):
            if one.who == other.who or not _near(one, other):
                continue
            if sound_alike(one.who.name, other.who.name):
                pair = _neighbours(street, one, other)
                found.setdefault(pair.place, pair)
    for place in sorted(found):
        if not rows_of(_SHARING, (place.one, place.other)):
            yield found[place]


def _neighbours(street: str, one: _Tenant, other: _Tenant) -> LikelyPair:
    places = [street_line(tenant.house, street, tenant.unit) for tenant in (one, other)]
    where = " and ".join(dict.fromkeys(places))
    place = Place(_CLOSE, street, one.who.customer_id, other.who.customer_id)
    return LikelyPair(one.who, other.who, f"names alike, {where}", place)


def likely_pairs(*, after: Place = START, limit: int = 50) -> tuple[LikelyPair, ...]:
    """A page of pairs, the surest sort first; `after` is the place of the last one before it."""
    sorts = (
        _close(after) if sort == _CLOSE else _shared(sort, after)
        for sort in range(after.sort, _LAST + 1)
    )
    return tuple(islice(chain.from_iterable(sorts), limit))


def likeness(one_id: int, other_id: int) -> Likeness:
    """What speaks for two customers being one."""
    rows = rows_of(
        f"SELECT a.name, b.name, a.email <> '' AND a.email = b.email, EXISTS ({_ONE_PHONE})"
        " FROM customer a JOIN customer b ON a.id = ? AND b.id = ?",
        (one_id, other_id),
    )
    name, names, email, phone = rows[0]
    alike = sound_alike(name, names)
    told = {
        "same name": name == names,
        "names sound alike": alike and name != names,
        "same phone": phone,
        "same email": email,
    }
    return Likeness(alike or name == names, ", ".join(word for word, so in told.items() if so))
