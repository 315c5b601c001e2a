"""The commands for reads keyed from paper, the sheets to walk with, and which routes are due."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from offices import desks, open_in
from pypdf import PdfReader

from billing_tui.access.tables import Setting
from billing_tui.cli.main import run
from billing_tui.documents.reading_sheet import print_reading_sheet
from billing_tui.foundation.errors import InvalidEntry, NotFound, Refused
from billing_tui.foundation.transaction import write_transaction
from billing_tui.metering.key_reads import key_read
from billing_tui.metering.open_keyed_batch import open_keyed_batch
from billing_tui.metering.routes_due import route_due, routes_due
from billing_tui.metering.tables import CycleInstance
from billing_tui.records.tables import Cycle, ServicePoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Town

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

TODAY = date(2026, 11, 2)


@pytest.fixture
def command(
    town: Town, office: Office, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, Any]]:
    """Runs a command of `keyed` as Maria on 2 November; gives its exit code and JSON."""
    assert town.instance
    with write_transaction(office.store):
        Setting.create(name="business_day", value=TODAY.isoformat())

    def go(*arguments: str) -> tuple[int, Any]:
        home = ["--home", str(office.home.root), "--as", "maria", "--json"]
        code = run(["keyed", *arguments, *home])
        out = capsys.readouterr().out
        return code, json.loads(out) if out else None

    return go


def at_the_desk(office: Office, work: Callable[[Desk], Any]) -> Any:
    """Key between two commands, each of which opens and closes the office for itself."""
    reopened = open_in(office.home.root)
    try:
        return work(desks(reopened)("maria"))
    finally:
        reopened.close()


def test_a_batch_by_commands(
    command: Callable[..., tuple[int, Any]], town: Town, office: Office
) -> None:
    """Listed while it is keyed, closed once it ties, and set aside where it should not be."""

    def begin(desk: Desk) -> int:
        batch = open_keyed_batch(desk, town.instance, "0302", control_count=2).batch_id
        key_read(desk, batch, 1, reading=town.last[4] + 10)
        return batch

    batch = at_the_desk(office, begin)
    code, listed = command("list")
    assert (code, listed[0]["totals"]["reads"], listed[0]["batch"]["state"]) == (0, 1, "Open")
    code, refused = command("close", str(batch))
    assert code == 2
    assert "the sheets state 2" in refused["error"]["sentence"]
    at_the_desk(office, lambda desk: key_read(desk, batch, 2, reading=None, code="12"))
    code, closed = command("close", str(batch))
    assert (code, closed["open"], closed["closed"]["upload"]["received"]) == (1, 1, 2)

    other = at_the_desk(
        office,
        lambda desk: open_keyed_batch(desk, town.instance, "0301", control_count=4).batch_id,
    )
    assert command("cancel", str(other), "--why", "the handheld came back")[0] == 0
    assert command("cancel", str(other), "--why", "twice")[0] == 1


def test_the_sheets_of_a_route(
    command: Callable[..., tuple[int, Any]], town: Town, office: Office
) -> None:
    """Every meter in walk order with what to mind, the codes, the control; no reading of before."""
    with write_transaction(office.store):
        ServicePoint.update(reader_note="Dog in yard").where(
            ServicePoint.id == town.points[1]
        ).execute()
    code, done = command("sheets", "0301")
    assert (code, done["meters"], done["pages"]) == (0, 4, 1)
    text = PdfReader(done["path"]).pages[0].extract_text()
    places = [text.index(town.number(place)) for place in range(4)]
    assert places == sorted(places)
    for part in ("Route 0301", "! Dog in yard", "11 dog in yard", "Sum of readings", "104 OAK ST"):
        assert part in text
    assert f"{town.last[0]:,}" not in text
    assert str(town.last[0]) not in text
    assert command("sheets", "0309")[0] == 2


def test_a_route_without_meters_has_no_sheets(desk: Callable[..., Desk], town: Town) -> None:
    """Nothing is written for it."""
    with pytest.raises(Refused, match="no route 0309"):
        print_reading_sheet(desk("maria"), town.instance, "0309")
    assert list(desk("maria").home.printed.glob("*")) == []


def test_routes_come_with_the_reading_that_is_due(town: Town, office: Office) -> None:
    """The newest up to a week ahead; an older one by its name; wildcards find nothing."""
    with write_transaction(office.store):
        cycle = Cycle.get(Cycle.code == "03")
        for name, day in (("2026-10", date(2026, 10, 2)), ("2026-12", date(2026, 12, 2))):
            CycleInstance.create(cycle=cycle, name=name, read_day=day, bill_day=day, due_day=day)
    found = routes_due(TODAY)
    assert [(one.route, one.instance, one.meters) for one in found] == [
        ("0301", "2026-11", 4), ("0302", "2026-11", 2),
    ]  # fmt: skip
    assert route_due(TODAY, " 0301 ").instance_id == town.instance
    assert route_due(TODAY, "0301 2026-10").instance == "2026-10"
    assert route_due(date(2026, 11, 25), "0301").instance == "2026-12"
    assert len(routes_due(TODAY, "0302")) == 1
    for keyed in ("03", "0301 2025-01", "%", "_301"):
        with pytest.raises(NotFound):
            route_due(TODAY, keyed)
    with pytest.raises(InvalidEntry):
        route_due(TODAY, " ")
