"""The chart of accounts: its text is checked as a whole, and loading it never loses postings."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from billing_tui.access.desk import NotAllowed
from billing_tui.access.tables import AuditEntry
from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import ProblemsFound, Refused
from billing_tui.foundation.transaction import write_transaction
from billing_tui.ledger.chart import gl_ids_by_role, load_chart, read_chart
from billing_tui.ledger.chart_text import read_chart_text
from billing_tui.ledger.post_entry import insert_entries

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.ledger.chart import Chart
    from billing_tui.ledger.journal import Entry
    from billing_tui.operations.office import Office

USAGE = 'role: water.usage, name: "Water usage charges"'


def test_shipped_chart_has_the_funds_and_what_each_needs(chart_text: str) -> None:
    """The six funds each have a receivable and a cash account; tax is a liability."""
    lines = read_chart_text(chart_text)
    funds = {"Water", "Sewer", "Refuse", "Stormwater", "Electric", "General"}
    assert {line.fund for line in lines} == funds
    assert {line.fund for line in lines if line.role.startswith("receivable.")} == funds
    assert {line.fund for line in lines if line.role.startswith("cash.")} == funds
    assert {line.type for line in lines if line.role.startswith("tax.")} == {"liability"}


def test_shipped_chart_has_every_role_that_shipped_rates_credit(chart_text: str) -> None:
    """A rate schedule that we ship never names a role that the chart lacks."""
    roles = {line.role for line in read_chart_text(chart_text)}
    named = {
        role
        for path in data_path("rates").rglob("*.yaml")
        for role in re.findall(r"\brevenue: *([a-z_.]+)", path.read_text(encoding="utf-8"))
    }
    assert named <= roles


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("fund: Water, type: revenue, " + USAGE, "fund: Wine, type: revenue, " + USAGE, "Wine"),
        ("type: revenue, " + USAGE, "type: income, " + USAGE, "asset, liability"),
        ("role: water.usage", "role: WATER", "small words"),
        ("role: water.usage", "role: water.fixed", "water.fixed stands twice"),
        ("code: 510-4020", "code: 510-4010", "510-4010 stands twice"),
        ("code: 510-4020", 'code: "<b>"', "account code"),
        ("role: receivable.water", "role: owed.water", "receivable."),
        ("type: asset, role: cash.water", "type: revenue, role: cash.water", "cash."),
        ('name: "Water usage charges"', 'name: ""', "empty"),
        (', name: "Water usage charges"', "", "lacks name"),
        ('name: "Water usage charges"', "name: W, colour: red", "colour"),
        ("funds: [", "fonds: [", "list of funds"),
    ],
)
def test_a_wrong_line_refuses_the_whole_text(
    chart_text: str, old: str, new: str, word: str
) -> None:
    """Each kind of mistake is a problem that names it."""
    assert old in chart_text
    with pytest.raises(ProblemsFound) as refused:
        read_chart_text(chart_text.replace(old, new))
    assert word in " ".join(map(str, refused.value.problems))


def test_loading_again_changes_nothing(
    chart: Chart, chart_text: str, desk: Callable[..., Desk]
) -> None:
    """The same text twice adds, changes and closes nothing, and is in the trail."""
    loaded = load_chart(desk("luis"), chart_text)
    assert (loaded.added, loaded.changed, loaded.closed) == ((), (), ())
    assert read_chart() == chart
    assert AuditEntry.select().where(AuditEntry.verb == "ledger.load_chart").count() == 1


def test_codes_may_change_hands(chart: Chart, chart_text: str, desk: Callable[..., Desk]) -> None:
    """Two accounts swap their codes in one load."""
    swapped = (
        chart_text.replace("510-4010", "X").replace("510-4020", "510-4010").replace("X", "510-4020")
    )
    assert load_chart(desk("luis"), swapped).changed == ("water.fixed", "water.usage")
    now = read_chart()
    assert now.of("water.usage").code == "510-4010"
    assert now.of("water.usage").id == chart.of("water.usage").id


def test_a_line_taken_away_closes_the_account_and_a_line_put_back_opens_it(
    chart: Chart, chart_text: str, desk: Callable[..., Desk]
) -> None:
    """Accounts are never deleted."""
    without = "\n".join(line for line in chart_text.splitlines() if "water.fire" not in line)
    assert load_chart(desk("luis"), without).closed == ("water.fire",)
    assert load_chart(desk("luis"), without).closed == ()
    assert not read_chart().of("water.fire").open
    assert "water.fire" not in gl_ids_by_role()
    assert load_chart(desk("luis"), chart_text).changed == ("water.fire",)
    assert read_chart() == chart


def test_an_account_with_postings_stays_in_its_fund(
    office: Office,
    accounts: range,
    bill: Callable[..., Entry],
    chart_text: str,
    desk: Callable[..., Desk],
) -> None:
    """Moving it is refused and nothing of the load is kept."""
    entry = bill("B1", accounts[0], date(2026, 11, 2), date(2026, 11, 25), {"water.fire": 100})
    with write_transaction(office.store):
        insert_entries(1, [entry])
    before = read_chart()
    moved = chart_text.replace("fund: Water, type: revenue, role: water.fire", "F").replace(
        "F,", "fund: Sewer, type: revenue, role: water.fire,"
    )
    assert moved != chart_text
    with pytest.raises(Refused, match="has postings"):
        load_chart(desk("luis"), moved)
    assert read_chart() == before


def test_an_account_that_holds_money_is_not_closed(
    office: Office,
    accounts: range,
    bill: Callable[..., Entry],
    chart_text: str,
    desk: Callable[..., Desk],
) -> None:
    """A tax that is still payable stays; a revenue account may go, since its year is over."""
    charges = {"water.fire": 100, "tax.energy": 7}
    entry = bill("B1", accounts[0], date(2026, 11, 2), date(2026, 11, 25), charges, service="water")
    with write_transaction(office.store):
        insert_entries(1, [entry])
    lines = chart_text.splitlines()
    with pytest.raises(Refused, match=r"tax\.energy holds -0\.07"):
        load_chart(desk("luis"), "\n".join(line for line in lines if "tax.energy" not in line))
    assert read_chart().of("tax.energy").open
    without = "\n".join(line for line in lines if "water.fire" not in line)
    assert load_chart(desk("luis"), without).closed == ("water.fire",)


def test_a_clerk_may_not_load_a_chart(
    office: Office, chart_text: str, desk: Callable[..., Desk]
) -> None:
    """The chart is the lead's."""
    assert office
    with pytest.raises(NotAllowed, match="lead"):
        load_chart(desk("maria"), chart_text)


def test_an_unknown_role_is_refused_with_its_name(chart: Chart) -> None:
    """Nothing is posted to an account that nobody put into the chart."""
    with pytest.raises(Refused, match=r"wine\.usage"):
        chart.of("wine.usage")
