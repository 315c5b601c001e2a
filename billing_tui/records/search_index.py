"""Keep the search index: one row for each word of an account, rewritten with each verb.

Called inside the verbs' transactions; the words themselves come from `search_words`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.foundation.bulk import insert_rows, rows_of
from billing_tui.records.search_words import (
    address_tokens,
    customer_tokens,
    meter_tokens,
    name_tokens,
    number_tokens,
    phone_tokens,
)
from billing_tui.records.tables import SearchToken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_CHUNK = 500
_COLUMNS = ("kind", "token", "account_id")
_MAIN = """
    SELECT a.id, a.customer_id, c.name, c.mailing_name, l.house, l.street, l.unit,
           a.number, a.legacy_number, l.parcel, c.email, c.number
    FROM account a JOIN customer c ON c.id = a.customer_id JOIN location l ON l.id = a.location_id
    WHERE a.id IN ({marks})"""
_PHONES = """
    SELECT a.id, p.digits FROM account a JOIN phone p ON p.customer_id = a.customer_id
    WHERE a.id IN ({marks})"""
_MERGED = """
    SELECT a.id, c.number, c.name, c.mailing_name FROM account a
    JOIN customer c ON c.merged_into_id = a.customer_id
    WHERE a.id IN ({marks})"""
_METERS = """
    SELECT s.account_id, m.number, m.endpoint FROM service s
    JOIN meter_installation i ON i.service_point_id = s.service_point_id
     AND (i.to_day IS NULL OR i.to_day >= s.from_day)
     AND (s.to_day IS NULL OR i.from_day <= s.to_day)
    JOIN meter m ON m.id = i.meter_id
    WHERE s.account_id IN ({marks})"""


def chunks(ids: Sequence[int], size: int = _CHUNK) -> Iterator[Sequence[int]]:
    """Slices of ids, short enough for one IN list."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _of(sql: str, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    return rows_of(sql.format(marks=", ".join("?" * len(ids))), ids)


def _tokens(ids: Sequence[int]) -> Iterator[tuple[str, str, int]]:
    found: dict[int, set[tuple[str, str]]] = {}
    for row in _of(_MAIN, ids):
        found[row[0]] = {
            *name_tokens(row[2], row[3]),
            *address_tokens(*row[4:7]),
            *number_tokens(*row[7:11]),
            *customer_tokens(row[11]),
        }
    for account_id, number, *names in _of(_MERGED, ids):
        found[account_id].update((*customer_tokens(number), *name_tokens(*names)))
    for account_id, digits in _of(_PHONES, ids):
        found[account_id].update(phone_tokens((digits,)))
    for account_id, number, endpoint in _of(_METERS, ids):
        found[account_id].update(meter_tokens((number, endpoint)))
    for account_id, tokens in found.items():
        for kind, token in tokens:
            yield str(kind), token, account_id


def _all_tokens(ids: Sequence[int]) -> Iterator[tuple[str, str, int]]:
    for part in chunks(ids):
        yield from _tokens(part)


def index_new(ids: Iterable[int]) -> None:
    """Index accounts that have no rows in the index yet; in key order, which is fastest."""
    insert_rows(SearchToken, _COLUMNS, sorted(_all_tokens(list(ids))))


def reindex(ids: Iterable[int]) -> None:
    """Rewrite the words of accounts whose customer, location, meter or number has changed."""
    wanted = list(ids)
    for part in chunks(wanted):
        SearchToken.delete().where(SearchToken.account.in_(part)).execute()
    index_new(wanted)


def reindex_customer(customer_id: int) -> None:
    """Rewrite the words of a customer's accounts."""
    reindex(
        row[0] for row in rows_of("SELECT id FROM account WHERE customer_id = ?", (customer_id,))
    )


def reindex_location(location_id: int) -> None:
    """Rewrite the words of a location's accounts."""
    reindex(
        row[0] for row in rows_of("SELECT id FROM account WHERE location_id = ?", (location_id,))
    )


def reindex_service_point(service_point_id: int) -> None:
    """Rewrite the words of the accounts served at a point."""
    sql = "SELECT DISTINCT account_id FROM service WHERE service_point_id = ?"
    reindex(row[0] for row in rows_of(sql, (service_point_id,)))


def not_indexed() -> Iterator[str]:
    """Accounts whose words in the index are not those of their records, as sentences."""
    ids = [row[0] for row in rows_of("SELECT id FROM account ORDER BY id")]
    for part in chunks(ids):
        kept = {
            (kind, token, account)
            for kind, token, account in _of(
                "SELECT kind, token, account_id FROM search_token WHERE account_id IN ({marks})",
                part,
            )
        }
        wrong = {account for _, _, account in kept ^ set(_tokens(part))}
        yield from (
            f"account row {account} is not indexed as it stands" for account in sorted(wrong)
        )
