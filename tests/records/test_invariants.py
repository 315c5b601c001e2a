"""Each invariant of the records finds the damage that it is there for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pg_server import ON_SERVER
from records_city import form, ready

from billing_tui.foundation.model import bound
from billing_tui.records.invariants import INVARIANTS
from billing_tui.records.open_account import open_account

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk

DAMAGE = {
    "RECORDS-ACCOUNT-SERVICE": (
        "DELETE FROM service_attribute",
        "DELETE FROM service",
    ),
    "RECORDS-ACCOUNT-CYCLE": (
        "SET LOCAL session_replication_role = replica"
        if ON_SERVER
        else "PRAGMA defer_foreign_keys = 1",
        "UPDATE account SET cycle_id = 99",
    ),
    "RECORDS-SERVICE-TERMS": ("UPDATE service SET schedule = ''",),
    "RECORDS-SERVICE-PLACE": ("UPDATE service SET kind = 'sewer'",),
    "RECORDS-POINT-ROUTE": ("UPDATE service_point SET route_id = NULL",),
    "RECORDS-POINT-METER": ("DELETE FROM meter_installation",),
    "RECORDS-ROUTE-CYCLE": ("UPDATE account SET cycle_id = 2",),
    "RECORDS-METER-STATUS": ("UPDATE meter SET status = 'Stock'",),
    "RECORDS-POINT-ONCE": (
        (
            "INSERT INTO service (account_id, service_point_id, kind, schedule, rate_class,"
            " billing_hold, from_day) SELECT account_id, service_point_id, kind, schedule,"
            " rate_class, 0, '2026-04-01' FROM service"
        ),
    ),
    "RECORDS-METER-ONCE": (
        (
            "INSERT INTO meter_installation (meter_id, service_point_id, from_day, first_reading)"
            " VALUES (1, 2, '2026-05-01', 0)"
        ),
    ),
    "RECORDS-POINT-METER-ONCE": (
        (
            "INSERT INTO meter_installation (meter_id, service_point_id, from_day, first_reading)"
            " VALUES (1, 1, '2026-05-01', 0)"
        ),
    ),
    "RECORDS-LOCATION-ATTRIBUTES": (
        (
            "INSERT INTO location_attribute (location_id, name, value, from_day)"
            " VALUES (1, 'zone', 'B', '2026-05-01')"
        ),
    ),
    "RECORDS-SERVICE-ATTRIBUTES": (
        (
            "INSERT INTO service_attribute (service_id, name, value, from_day)"
            " VALUES (2, 'carts', '2', '2026-05-01')"
        ),
    ),
    "RECORDS-MAILING": (
        (
            "INSERT INTO mailing_address (account_id, lines, zip, from_day)"
            " VALUES (1, 'A', '', '2026-05-01'), (1, 'B', '', '2026-06-01')"
        ),
    ),
    "RECORDS-SERVICE-ENDS": ("UPDATE service SET to_day = '2020-01-01'",),
    "RECORDS-METER-INSTALLATION-ENDS": ("UPDATE meter_installation SET to_day = '2020-01-01'",),
    "RECORDS-LOCATION-ATTRIBUTE-ENDS": ("UPDATE location_attribute SET to_day = '2020-01-01'",),
    "RECORDS-SERVICE-ATTRIBUTE-ENDS": ("UPDATE service_attribute SET to_day = '2020-01-01'",),
    "RECORDS-MAILING-ADDRESS-ENDS": (
        (
            "INSERT INTO mailing_address (account_id, lines, zip, from_day, to_day)"
            " VALUES (1, 'A', '', '2026-05-01', '2026-04-01')"
        ),
    ),
    "RECORDS-ACCOUNT-FLAG-ENDS": (
        (
            "INSERT INTO account_flag (account_id, kind, reason, from_day, to_day, staff_id)"
            " VALUES (1, 'Senior', 'x', '2026-05-01', '2026-04-01', 1)"
        ),
    ),
    "RECORDS-NUMBER": ("UPDATE account SET number = '10002-01'",),
    "RECORDS-ATTRIBUTES": ("UPDATE service_attribute SET value = '95' WHERE name = 'cart_size'",),
    "RECORDS-SEARCH": ("UPDATE customer SET name = 'Brandt, Rosa'",),
}


def test_all_hold_for_a_sound_office(desk: Callable[..., Desk]) -> None:
    """An account opened by the verb breaks nothing."""
    maria = desk("maria")
    open_account(maria, form(ready(maria)))
    assert [list(check.broken()) for check in INVARIANTS] == [[]] * len(INVARIANTS)


def test_each_has_its_damage() -> None:
    """No invariant stands without a test, and ids are unique."""
    assert sorted(DAMAGE) == sorted(check.id for check in INVARIANTS)


def test_damage_is_found(desk: Callable[..., Desk]) -> None:
    """The damage that each invariant is there for yields a sentence, and is undone again."""
    maria = desk("maria")
    open_account(maria, form(ready(maria)))
    for check in INVARIANTS:
        bound().execute_sql("BEGIN")
        for statement in DAMAGE[check.id]:
            bound().execute_sql(statement)
        sentences = list(check.broken())
        bound().execute_sql("ROLLBACK")
        assert sentences, check.id
        assert all("{" not in sentence for sentence in sentences)
        assert list(check.broken()) == []
