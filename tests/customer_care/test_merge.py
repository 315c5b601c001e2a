"""Two customers who are one person are merged, and parted again to the letter."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from records_city import ALDER, ROSA, City, customer_of, form, ready, refuse_account

from billing_tui.access.request_change import request_change, withdraw_request
from billing_tui.access.tables import AuditEntry
from billing_tui.customer_care.file_document import Concerns, DocumentForm, file_document
from billing_tui.customer_care.keep_contact import ContactForm, add_contact
from billing_tui.customer_care.kinds import MayDo
from billing_tui.customer_care.merge_customers import kept_customer, merge_customers
from billing_tui.customer_care.merges import customers_like, merges, moved_rows
from billing_tui.customer_care.same_customer import plan_merge, pointing_columns
from billing_tui.customer_care.undo_merge import undo_merge
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import InvalidEntry, ProblemsFound, Refused
from billing_tui.foundation.model import table_name
from billing_tui.foundation.transaction import write_transaction
from billing_tui.operations.schema import all_tables
from billing_tui.operations.verify import verify_office
from billing_tui.records.account_flags import add_flag
from billing_tui.records.add_customer import add_customer
from billing_tui.records.add_location import add_location
from billing_tui.records.change_customer import change_customer
from billing_tui.records.editing import StaleEdit
from billing_tui.records.kinds import CustomerKind, FlagKind
from billing_tui.records.lookup import account_summary
from billing_tui.records.new_records import NewCustomer
from billing_tui.records.open_account import AccountForm, open_account
from billing_tui.records.search import search
from billing_tui.records.tables import Account, Customer
from billing_tui.service_orders.landlord_agreement import agree_with_owner

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

WHY = "Same birthday, same phone, she says so"
R_DELGADO = NewCustomer(name="Delgado Ruiz, R", phones=("8055550134", "8055550199"))
MERGE_TABLES = {"audit_entry", "request", "customer_merge", "merged_row"}


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables but those that tell of merges; versions left out."""
    found = {}
    for model in all_tables():
        table = table_name(model)
        if table not in MERGE_TABLES:
            columns = [
                field.column_name for field in model._meta.sorted_fields if field.name != "version"
            ]
            names = ", ".join(f'"{name}"' for name in columns)
            found[table] = sorted(rows_of(f'SELECT {names} FROM "{table}"'), key=repr)
    return found


@dataclasses.dataclass
class Two:
    """Rosa twice: rows of her customers and of an account of each."""

    kept: int
    merged: int
    kept_account: int
    merged_account: int


def two_of(maria: Desk) -> Two:
    """Rosa came twice and was entered twice."""
    city = ready(maria)
    first = open_account(maria, form(city)).account_id
    second = refuse_account(maria, city, R_DELGADO, "900")
    return Two(customer_of(first), customer_of(second), first, second)


@pytest.fixture
def two(desk: Callable[..., Desk]) -> Two:
    """Rosa twice."""
    return two_of(desk("maria"))


def broken(office: Office) -> list[str]:
    """What `verify` finds."""
    verdicts = verify_office(office.store, documents=office.home.documents)
    return [sentence for one in verdicts for sentence in one.broken]


def test_everything_of_the_one_points_to_the_other(
    office: Office, desk: Callable[..., Desk], two: Two
) -> None:
    """Accounts keep their numbers; the old number and name lead to the one who stays."""
    maria = desk("maria")
    numbers = rows_of("SELECT id, number FROM account ORDER BY id")
    old = rows_of("SELECT number FROM customer WHERE id = ?", (two.merged,))[0][0]
    assert [one.number for one in customers_like(two.kept)] == [old]
    merge = merge_customers(maria, two.kept, two.merged, WHY)
    assert rows_of("SELECT id, number FROM account ORDER BY id") == numbers
    assert {customer_of(two.kept_account), customer_of(two.merged_account)} == {two.kept}
    assert kept_customer(two.merged) == two.kept
    assert {hit.account_id for hit in search(old)} == {two.kept_account, two.merged_account}
    assert {hit.account_id for hit in search("ruiz")} == {two.kept_account, two.merged_account}
    assert [(one.table, one.says) for one in moved_rows(merge)] == [
        ("account", "10002-01"), ("phone", "8055550199 home"),
    ]  # fmt: skip
    entry = AuditEntry.select().order_by(AuditEntry.seq.desc()).first()
    assert entry.why == WHY
    assert json.loads(entry.after)["moved"] == {
        "account": ["10002-01"], "phone": ["8055550199 home"],
    }  # fmt: skip
    assert broken(office) == []


def test_the_account_of_before_shows_the_customer_of_before(
    desk: Callable[..., Desk], two: Two
) -> None:
    """As of the day before the merge it is hers under the old number; an undo is told as well."""
    merge_day, undo_day = date(2026, 11, 5), date(2026, 11, 9)
    merge = merge_customers(desk("maria", merge_day), two.kept, two.merged, WHY)

    def on(day: int) -> int:
        return account_summary(two.merged_account, date(2026, 11, day)).customer.customer_id

    assert [on(4), on(5)] == [two.merged, two.kept]
    undo_merge(desk("luis", undo_day), merge, "Her sister")
    assert [on(4), on(5), on(8), on(9)] == [two.merged, two.kept, two.kept, two.merged]


def test_who_was_merged_is_worked_on_no_more(desk: Callable[..., Desk], two: Two) -> None:
    """A form that was open is refused with the way to go; so is one of the customer who stays."""
    maria = desk("maria")
    merge_customers(maria, two.kept, two.merged, WHY)
    with pytest.raises(Refused, match="was merged into"):
        change_customer(maria, two.merged, dataclasses.replace(R_DELGADO, language="es"), version=2)
    with pytest.raises(StaleEdit):
        change_customer(maria, two.kept, dataclasses.replace(ROSA, language="en"), version=1)
    place = rows_of("SELECT location_id FROM account WHERE id = ?", (two.kept_account,))[0][0]
    with pytest.raises(Refused, match="was merged into"):
        agree_with_owner(maria, place, two.merged, from_day=maria.business_day)
    with pytest.raises(ProblemsFound) as refusal:
        open_account(
            maria,
            AccountForm(
                customer=two.merged,
                location_id=place,
                cycle_id=None,
                opened=maria.business_day,
                services=(),
            ),
        )
    assert "was merged into" in " ".join(one.sentence for one in refusal.value.problems)
    for kept, merged in ((two.kept, two.merged), (two.merged, two.kept)):
        with pytest.raises(Refused, match="was merged into"):
            merge_customers(maria, kept, merged, WHY)


def test_who_cannot_be_one(office: Office, desk: Callable[..., Desk], two: Two) -> None:
    """One and the same, a firm, somebody protected, two who died; no reason; a stale form."""
    maria = desk("maria")
    with write_transaction(office.store):
        firm = add_customer(NewCustomer(name="Kwan Bakery", kind=CustomerKind.ORGANIZATION))
    before = everything()
    with pytest.raises(Refused, match="one customer already"):
        merge_customers(maria, two.kept, two.kept, WHY)
    with pytest.raises(Refused, match="organization"):
        merge_customers(maria, two.kept, firm, WHY)
    with pytest.raises(InvalidEntry):
        merge_customers(maria, two.kept, two.merged, " ")
    with pytest.raises(StaleEdit):
        merge_customers(maria, two.kept, two.merged, WHY, versions=(1, 2))
    assert everything() == before
    add_flag(maria, two.kept_account, FlagKind.DECEASED, "Told by the daughter")
    assert plan_merge(two.kept, two.merged, maria.business_day).moving
    add_flag(maria, two.merged_account, FlagKind.DECEASED, "Told by the daughter")
    with pytest.raises(Refused, match="estates"):
        merge_customers(maria, two.kept, two.merged, WHY)
    add_flag(maria, two.merged_account, FlagKind.SENSITIVE, "Council member")
    with pytest.raises(Refused, match="protected"):
        merge_customers(maria, two.kept, two.merged, WHY)


def test_a_request_that_waits_is_decided_first(desk: Callable[..., Desk], two: Two) -> None:
    """What the checker is to approve must not change its customer meanwhile."""
    maria = desk("maria")
    request = request_change(
        maria, "records.change_class", {"x": "1"}, "She asked", about=("account", "10002-01")
    )
    with pytest.raises(Refused, match=f"Request {request} about 10002-01 waits"):
        merge_customers(maria, two.kept, two.merged, WHY)
    withdraw_request(maria, request)
    assert merge_customers(maria, two.kept, two.merged, WHY) == 1


def test_merges_are_undone_newest_first(
    office: Office, desk: Callable[..., Desk], two: Two
) -> None:
    """A merge into somebody who was merged on waits for the later one; none is undone twice."""
    maria = desk("maria")
    with write_transaction(office.store):
        third = add_customer(dataclasses.replace(ROSA, name="Delgado, Rosa Maria"))
    before = everything()
    first = merge_customers(maria, two.kept, two.merged, WHY)
    second = merge_customers(maria, third, two.kept, WHY)
    assert customer_of(two.merged_account) == third
    assert kept_customer(two.merged) == third
    assert broken(office) == []
    with pytest.raises(Refused, match="later merge"):
        undo_merge(maria, first, "wrong")
    undo_merge(maria, second, "wrong")
    undo_merge(maria, first, "wrong")
    with pytest.raises(Refused, match="undone on"):
        undo_merge(maria, first, "wrong")
    assert everything() == before
    assert [(one.merge_id, one.rows, one.undone) for one in merges()] == [
        (2, 4, maria.business_day), (1, 2, maria.business_day),
    ]  # fmt: skip
    assert broken(office) == []


def test_phones_that_were_struck_since_come_back(desk: Callable[..., Desk], two: Two) -> None:
    """The undo gives the number back to whom it was taken from."""
    maria = desk("maria")
    merge = merge_customers(maria, two.kept, two.merged, WHY)
    change_customer(maria, two.kept, ROSA, version=2)
    undo_merge(maria, merge, "Her sister")
    digits = rows_of("SELECT digits FROM phone WHERE customer_id = ?", (two.merged,))
    assert {row[0] for row in digits} == {"8055550134", "8055550199"}


def test_a_contact_goes_back_with_its_account(
    office: Office, desk: Callable[..., Desk], two: Two
) -> None:
    """Somebody who was named for the moved account after the merge speaks for its customer."""
    maria = desk("maria")
    merge = merge_customers(maria, two.kept, two.merged, WHY)
    add_contact(maria, two.merged_account, ContactForm(name="Ana", may_do=MayDo.ASK))
    undo_merge(maria, merge, "Her sister")
    assert broken(office) == []


def test_every_table_that_names_a_customer_is_looked_at() -> None:
    """None is listed by hand: what points to customers is what the tables say."""
    found = {(table_name(model), column) for model, column in pointing_columns()}
    assert found == {
        (table_name(model), field.column_name)
        for model in all_tables()
        for field in model._meta.sorted_fields
        if getattr(field, "rel_model", None) is Customer and table_name(model) != "customer_merge"
    }
    assert ("account", "customer_id") in found


steps = st.lists(
    st.sampled_from(["contact", "contact of one", "paper", "owner", "account", "phone"]), max_size=6
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps, st.booleans())
def test_merge_and_undo_is_the_identity(
    office: Office,
    desk: Callable[..., Desk],
    plan: list[str],
    turned: bool,  # noqa: FBT001
) -> None:
    """Whatever hangs on the two, merged either way round and parted, all rows are as they were."""
    maria = desk("maria")
    if not Account.select().exists():
        two_of(maria)
    numbers = {row.id: row.customer_id for row in Account.select().order_by(Account.id).limit(2)}
    (one, kept), (other, merged) = numbers.items()
    if turned:
        kept, merged, other = merged, kept, one
    for step in plan:
        _hang(maria, step, other, merged)
    before = everything()
    merge = merge_customers(maria, kept, merged, WHY)
    assert not rows_of("SELECT 1 FROM account WHERE customer_id = ?", (merged,))
    assert broken(office) == []
    undo_merge(maria, merge, "They are two")
    assert everything() == before
    assert broken(office) == []


def _hang(maria: Desk, step: str, account: int, customer: int) -> None:
    """Something more that points to the customer."""
    at = len(rows_of("SELECT 1 FROM audit_entry"))
    if step.startswith("contact"):
        who = ContactForm(name=f"Ana {at}", may_do=MayDo.ASK, everywhere=step == "contact")
        add_contact(maria, account, who)
    elif step == "paper":
        path = Path(maria.home.root) / f"{at}.txt"
        path.write_text(str(at))
        file_document(
            maria, account, DocumentForm(path=path, kind="letter", concerns=Concerns.CUSTOMER)
        )
    elif step == "owner":
        place = add_location(
            maria, dataclasses.replace(ALDER, house=str(at)), from_day=date(2026, 1, 1)
        )
        agree_with_owner(maria, place, customer, from_day=date(2026, 1, 1))
    elif step == "account":
        cycle = rows_of("SELECT cycle_id FROM account LIMIT 1")[0][0]
        city = City(cycle, 0, 0, 0, 0, 0, 0, 0)
        new = refuse_account(maria, city, R_DELGADO, str(at))
        with write_transaction(maria.store):
            Account.update(customer=customer).where(Account.id == new).execute()
            from billing_tui.records.search_index import reindex

            reindex([new])
    else:
        version = rows_of("SELECT version, name FROM customer WHERE id = ?", (customer,))[0]
        change_customer(
            maria,
            customer,
            NewCustomer(name=version[1], phones=("8055550134", f"80555{at:05d}")),
            version=version[0],
        )
