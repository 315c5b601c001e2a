"""The demo city as it stands: its history holds, and what is planted in it is found."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest

from billing_tui.access.approvals import list_requests
from billing_tui.billing.audit_run import audit_run
from billing_tui.billing.calculate_run import calculate_run
from billing_tui.billing.gather import gather
from billing_tui.billing.open_run import open_run
from billing_tui.customer_care.document_policy import read_document_policy
from billing_tui.customer_care.filed_documents import missing_documents
from billing_tui.customer_care.follow_ups import followups_due
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.foundation.home import Home
from billing_tui.foundation.model import table_name
from billing_tui.ledger.receivables import agings, balances
from billing_tui.metering.check_reads import check_reads
from billing_tui.metering.dispose_exception import dispose_exception
from billing_tui.metering.import_reads import import_reads, preview_reads
from billing_tui.metering.population import instance_named
from billing_tui.metering.post_reads import post_reads
from billing_tui.metering.settling import EstimateLimit
from billing_tui.metering.tables import Disposition
from billing_tui.operations.daily_audit.status import unaudited_days
from billing_tui.operations.demo import build as demo_build
from billing_tui.operations.demo.build import build_demo
from billing_tui.operations.demo.history import History
from billing_tui.operations.demo.plants import PLANTS
from billing_tui.operations.office import open_office
from billing_tui.operations.schema import all_tables
from billing_tui.operations.verify import verify_office

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from billing_tui.billing.calculate import DraftBill
    from billing_tui.billing.tables import BillRun
    from billing_tui.operations.demo.build import DemoBuilt
    from billing_tui.operations.demo.calendar import Turn
    from billing_tui.operations.demo.place import AccountRow

    from .conftest import City


def digests(home: Home) -> dict[str, str]:
    """A digest of all rows of each table."""
    office = open_office(home)
    found = {}
    for table in all_tables():
        name = table_name(table)
        rows = rows_of(f'SELECT * FROM "{name}" ORDER BY 1, 2')
        found[name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    office.close()
    return found


def test_same_seed_same_rows(build: Callable[..., Home]) -> None:
    """Two builds with one seed agree in every row of every table and in every sample file."""
    one, other = (build(name, accounts=70, months=5, bills=3, seed=5) for name in ("a", "b"))
    assert digests(one) == digests(other)
    for path in (one.root / "samples").iterdir():
        assert path.read_bytes() == (other.root / "samples" / path.name).read_bytes()


def test_another_seed_is_another_city(build: Callable[..., Home]) -> None:
    """The seed decides who lives there."""
    one = build("a", accounts=40, months=2, seed=5)
    other = build("b", accounts=40, months=2, seed=6)
    assert digests(one)["customer"] != digests(other)["customer"]


@pytest.mark.parametrize("accounts", [20, 33])
def test_a_hamlet_is_a_city_too(build: Callable[..., Home], accounts: int) -> None:
    """The smallest city holds every invariant, whatever could not be planted."""
    office = open_office(build("a", accounts=accounts, months=3))
    assert [v for v in verify_office(office.store) if v.broken] == []
    office.close()


def test_a_history_before_the_first_rates_is_refused(tmp_path: Path) -> None:
    """Nothing is written when more months are asked for than there are rates."""
    home = Home(tmp_path / "home", f"sqlite://{tmp_path / 'home' / 'billing.db'}")
    with pytest.raises(InvalidEntry, match="27 months"):
        build_demo(home, months=28)
    assert not (tmp_path / "home").exists()


def test_a_build_that_stops_leaves_nothing(tmp_path: Path) -> None:
    """A home is there as a whole or not at all."""
    home = Home(tmp_path / "home", f"sqlite://{tmp_path / 'home' / 'billing.db'}")

    def stop(label: str, done: int, _: int) -> None:
        if label == "months" and done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_demo(home, accounts=30, months=2, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    """The demo never builds over what is there."""
    (tmp_path / "letter.txt").write_text("keep me", encoding="utf-8")
    with pytest.raises(Refused, match="not empty"):
        build_demo(Home(tmp_path, f"sqlite://{tmp_path / 'billing.db'}"), accounts=30, months=2)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_every_invariant_holds(city: City) -> None:
    """`verify` finds nothing wrong after two years, in the filed papers either."""
    documents = city.office.home.documents
    assert [v for v in verify_office(city.office.store, documents=documents) if v.broken] == []


def test_accounts_have_been_cared_for(city: City) -> None:
    """Calls, contacts, promises that are due and papers on file; some papers are missing."""
    for table in ("contact", "contact_log_entry", "filed_document"):
        assert rows_of(f"SELECT count(*) FROM {table}")[0][0] > 0, table
    today = city.desk("maria").business_day
    assert followups_due(today + timedelta(days=7))
    assert 0 < len(missing_documents(read_document_policy(), today, limit=500)) < 100


def test_counts_are_what_was_said(city: City, built: DemoBuilt) -> None:
    """What the build returns is what stands in the tables."""
    counts = {
        name: rows_of(f"SELECT count(*) FROM {name}")[0][0]
        for name in ("account", "meter", "bill", "journal_entry", "location")
    }
    assert counts["location"] == 1000
    assert counts["account"] == built.accounts > 1050
    assert (counts["meter"], counts["bill"]) == (built.meters, built.bills)
    assert counts["journal_entry"] == built.entries
    assert built.cycle == ("07", "2026-11")
    assert city.office.mode == "demo"
    assert city.office.business_day == built.business_day


def test_homes_drink_in_summer(city: City) -> None:
    """The middle home uses half as much again in August as in February; lawns four times."""
    assert city.office.mode == "demo"

    def middle(rate_class: str, month: str) -> float:
        rows = rows_of(
            "SELECT usage_milli * 30 / days FROM bill_service WHERE kind = 'water'"
            " AND rate_class = ? AND substr(to_day, 6, 2) = ? AND days > 20",
            (rate_class, month),
        )
        return float(median(row[0] for row in rows))

    assert 1.25 < middle("SFR", "09") / middle("SFR", "03") < 1.9
    assert middle("IRR", "08") / middle("IRR", "02") > 4


def test_history_has_its_turns_of_fate(city: City) -> None:
    """Estimates, exchanges, rollovers, moves, vacancies and late payers all happened."""
    assert city.office.mode == "demo"
    kinds = Counter(dict(rows_of("SELECT kind, count(*) FROM read GROUP BY kind")))
    reads = sum(kinds.values())
    assert 0.003 < kinds["E"] / reads < 0.02
    assert kinds["O"] == kinds["N"] > 20
    assert kinds["F"] > 50
    assert rows_of("SELECT count(*) FROM read WHERE rolled_over = 1")[0][0] > 10
    assert rows_of("SELECT count(*) FROM account WHERE status = 'Final billed'")[0][0] > 0
    assert rows_of("SELECT count(*) FROM account WHERE status = 'Closed'")[0][0] > 20


def test_most_pay_and_some_do_not(city: City) -> None:
    """A few accounts in a hundred are more than two months behind; a few are in credit."""
    ids = [row[0] for row in rows_of("SELECT id FROM account WHERE status = 'Active'")]
    aged = agings(ids, city.built.business_day).values()
    behind = sum(sum(aging.buckets[3:]) > 0 for aging in aged) / len(ids)
    credit = sum(cents < 0 for cents in balances(ids).values()) / len(ids)
    assert 0.003 < behind < 0.12
    assert 0.005 < credit < 0.12


class Comparing(History):
    """A history that holds its facts against what the office gathers, bill by bill."""

    compared = 0

    def _post(
        self, run: BillRun, turn: Turn, drafts: Sequence[tuple[DraftBill, AccountRow]]
    ) -> None:
        known = {draft.account.id: draft.account for draft, row in drafts if row.bills}
        numbers = [(fact.id, fact.number) for fact in known.values()]
        for found in gather(numbers, read_day=turn.read_day, bill_day=turn.bill_day):
            assert _facts(found) == _facts(known[found.id])
            type(self).compared += 1
        super()._post(run, turn, list(drafts))


def _facts(account: Any) -> Any:
    services = [
        (one.id, one.kind, one.schedule, one.rate_class, one.start, one.end, one.metered,
         one.attributes, one.reads)
        for one in account.services
    ]  # fmt: skip
    money = (account.previous_cents, account.payments_cents, account.adjustments_cents)
    return services, money, account.flags


def test_history_knows_what_the_office_would_gather(
    build: Callable[..., Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The facts from which the demo computes its bills are those that a bill run gathers."""
    monkeypatch.setattr(demo_build, "History", Comparing)
    monkeypatch.setattr(Comparing, "compared", 0)
    build("a", accounts=150, months=7, bills=6)
    assert Comparing.compared > 600


@pytest.mark.parametrize(
    ("ending", "layout"), [("-mvrs.txt", "mvrs-upload"), ("-neptune.txt", "neptune-v4")]
)
def test_other_layouts_tell_the_same_reads(city: City, ending: str, layout: str) -> None:
    """The MV-RS and Neptune files hold what the CSV holds."""
    folder = city.built.home / "samples"
    instance = instance_named(*city.built.cycle).instance_id
    csv = preview_reads(city.desk("maria"), instance, city.built.reads[0], "csv-default")
    same = preview_reads(city.desk("maria"), instance, folder / f"reads-2026-11-07{ending}", layout)
    for name in ("expected", "received", "staged", "missing", "unknown", "duplicates"):
        assert getattr(same, name) == getattr(csv, name), name


def _stage(city: City) -> int:
    instance = instance_named(*city.built.cycle).instance_id
    path = city.office.home.root / "samples" / "reads-2026-11-07.csv"
    upload = import_reads(city.desk("maria"), instance, path, "csv-default")
    assert [one.field for one in upload.rejects if "on file" in one.sentence] == ["X99000001"]
    check_reads(city.desk("maria"), upload.upload_id)
    return upload.upload_id


def _settle(city: City, upload: int) -> None:
    """Accept what can be accepted, estimate the rest; hold what would be one estimate too many."""
    lead = city.desk("luis")
    sql = "SELECT id FROM read_exception WHERE upload_id = ? AND disposition = 'open' LIMIT 1"
    unsure = {"missing", "skipped", "negative", "dials", "stuck"}
    while rows := rows_of(sql, (upload,)):
        check = rows_of("SELECT check_name FROM read_exception WHERE id = ?", rows[0])[0][0]
        choice = Disposition.ESTIMATE if check in unsure else Disposition.ACCEPT
        try:
            dispose_exception(lead, rows[0][0], choice, "seen in the demo")
        except EstimateLimit:
            dispose_exception(lead, rows[0][0], Disposition.HOLD, "read again next time")


def test_every_planted_read_is_found(own_city: City) -> None:
    """Each planted read error fails the check that the list names; few others fail."""
    upload = _stage(own_city)
    found: dict[str, set[str]] = {}
    for meter, check in rows_of(
        "SELECT m.number, e.check_name FROM read_exception e"
        " JOIN staged_read s ON s.id = e.staged_read_id JOIN meter m ON m.id = s.meter_id"
        " WHERE e.upload_id = ?",
        (upload,),
    ):
        found.setdefault(meter, set()).add(check)
    planted = [one for one in own_city.planted.values() if one["finds"] == "check"]
    assert len(planted) >= 10
    assert [one["plant"] for one in planted if one["name"] not in found.get(one["meter"], ())] == []
    others = set(found) - {one["meter"] for one in planted}
    assert len(others) < 0.15 * 143


def test_every_planted_bill_is_found(own_city: City) -> None:
    """The real run parks, holds and flags what was planted, and both calculators agree."""
    upload = _stage(own_city)
    _settle(own_city, upload)
    post_reads(own_city.desk("luis"), upload)
    run = open_run(own_city.desk("luis"), "07")
    assert run.instance == "2026-11"
    calculate_run(own_city.desk("luis"), run.number)
    audit_run(own_city.desk("luis"), run.number)
    tests: dict[str, set[str]] = {}
    for account, test in rows_of(
        "SELECT a.number, f.test FROM finding f JOIN account a ON a.id = f.account_id"
    ):
        tests.setdefault(account, set()).add(test)
    states = dict(
        rows_of(
            "SELECT a.number, i.state FROM run_item i JOIN account a ON a.id = i.account_id"
            " WHERE i.run_id = ?",
            (run.id,),
        )
    )
    ends = {"park": "parked", "hold": "held"}
    planted = own_city.planted.values()
    missed = [
        one["plant"]
        for one in planted
        if (one["finds"] == "test" and one["name"] not in tests.get(one["account"], ()))
        or (one["finds"] in ends and states.get(one["account"]) != ends[one["finds"]])
    ]
    assert missed == []
    assert sum(one["finds"] == "test" for one in planted) >= 4
    parked = {number for number, state in states.items() if state == "parked"}
    assert parked == {own_city.planted[one]["account"] for one in ("parked", "estimated")}
    assert rows_of("SELECT test, sentence FROM finding WHERE severity = 'error'") == []
    assert [v for v in verify_office(own_city.office.store) if v.broken] == []


def test_planted_list_names_only_known_plants(city: City) -> None:
    """planted.json is made from the list in the code, in its order."""
    path = city.built.planted
    names = [row["plant"] for row in json.loads(path.read_text(encoding="utf-8"))]
    known = [plant.role for plant in PLANTS]
    assert names == known[: len(names)]
    assert len(names) >= 15


def test_a_second_load_of_the_same_reads_is_refused(own_city: City) -> None:
    """The sample file is a file like any other."""
    _stage(own_city)
    with pytest.raises(Refused, match="loaded before"):
        _stage(own_city)


def test_yesterday_waits_for_the_lead(city: City) -> None:
    """What the clerks keyed the day before is unaudited, and one request waits for a decision."""
    luis = city.desk("luis")
    (day,) = unaudited_days(luis)

    assert day.day == luis.business_day - timedelta(days=1)
    assert day.waiting >= 7
    assert [one.maker for one in list_requests(luis)] == ["maria"]
