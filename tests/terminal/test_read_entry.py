"""Keying the sheets of a route through a real terminal: bursts, flags, second keying, closing."""

from __future__ import annotations

import time
from datetime import date
from typing import TYPE_CHECKING

import pysqlite3
import pytest
from harness import Terminal, check_golden
from town import build_town, plan

from billing_tui.foundation.transaction import write_transaction
from billing_tui.records.tables import Meter, ServicePoint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

APP = "tests/terminal/office_app.py"
_LONG = 120.0


class Route:
    """A route of new houses, its reading due today, and a clerk at the menu."""

    def __init__(self, office: Office, desk: Callable[..., Desk], houses: int) -> None:
        build_town(desk, houses)
        plan(desk, "2026-11", date(2026, 11, 2), date(2026, 11, 6))
        with write_transaction(office.store):
            Meter.update(size='3"').where(Meter.number == "M000002").execute()
            ServicePoint.update(reader_note="Dog in yard").where(ServicePoint.id == 1).execute()
        office.close()
        self.file = office.home.root / "billing.db"
        self.home = str(office.home.root)
        self.houses = houses
        self.terminal: Terminal | None = None

    def sit(self, *, size: tuple[int, int] = (80, 24)) -> Terminal:
        """Start at the menu."""
        self.leave()
        self.terminal = Terminal([APP, self.home, "maria"], size=size)
        self.terminal.wait_for("F1 Help")
        self.terminal.settle()
        return self.terminal

    def batch(self, count: int, total: str = "") -> Terminal:
        """Open a batch of the route from the menu and stand on its first line."""
        terminal = self.sit()
        terminal.type("2.2<enter>")
        terminal.wait_for("RDG030")
        terminal.type(f"<f6>07-01<enter>{count}<enter>{total}<enter><enter>")
        terminal.wait_for("RDG031")
        terminal.settle()
        return terminal

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """What stands in the database."""
        with pysqlite3.connect(str(self.file)) as base:
            found: list[tuple[object, ...]] = base.execute(sql).fetchall()
        return found

    def keyed(self) -> list[tuple[object, ...]]:
        """Reading and code of each line, in walk order."""
        return self.rows("SELECT reading, code FROM keyed_read ORDER BY batch_id, place")

    def wait_for_keys(self, terminal: Terminal, count: int) -> None:
        """Until so many lines are keyed."""
        sql = "SELECT count(*) FROM keyed_read WHERE reading IS NOT NULL OR code <> ''"
        terminal.wait(lambda: self.rows(sql)[0][0] == count, _LONG)
        terminal.settle()

    def leave(self) -> None:
        """Close the terminal."""
        if self.terminal is not None:
            self.terminal.close()


@pytest.fixture
def route(
    office: Office, desk: Callable[..., Desk], request: pytest.FixtureRequest
) -> Iterator[Route]:
    """A route of as many houses as the test asks for, eight by default."""
    made = Route(office, desk, getattr(request, "param", 8))
    yield made
    made.leave()


def usual(place: int) -> int:
    """A reading that nothing is odd about: each meter began at 1000."""
    return 1000 + place % 10


@pytest.mark.slow
@pytest.mark.parametrize("route", [200], indirect=True)
def test_a_whole_route_in_one_burst(route: Route) -> None:
    """All keys of 200 lines at once give exactly those readings, each with its audit entry."""
    terminal = route.batch(200)
    begun = time.monotonic()
    terminal.type("".join(f"{usual(place)}<enter>" for place in range(1, 201)))
    route.wait_for_keys(terminal, 200)
    seconds = time.monotonic() - begun

    assert route.keyed() == [(usual(place), "") for place in range(1, 201)]
    entries = "SELECT count(*) FROM audit_entry WHERE verb = 'metering.key_read'"
    assert route.rows(entries) == [(200,)]
    assert seconds < 60


@pytest.mark.slow
@pytest.mark.parametrize("route", [40], indirect=True)
def test_a_route_in_clumps_of_four_keys(route: Route) -> None:
    """What a jittery link delivers in clumps lands line by line, corrections and codes too."""
    terminal = route.batch(40)
    keys = []
    for place in range(1, 41):
        if place % 7 == 0:
            keys.append("-12<enter>")
        else:
            keys.append(f"{usual(place)}9<back><enter>")
    terminal.clump("".join(keys))
    route.wait_for_keys(terminal, 40)

    assert route.keyed() == [
        (None, "12") if place % 7 == 0 else (usual(place), "") for place in range(1, 41)
    ]


def test_a_flag_stops_a_burst_before_the_next_line(route: Route) -> None:
    """The odd reading is kept, what was typed blindly after it is dropped."""
    terminal = route.batch(8)
    terminal.type("1001<enter>900<enter>1003<enter>1004<enter>")
    terminal.wait_for("keys dropped")
    assert route.keyed()[:3] == [(1001, ""), (900, ""), (None, "")]
    assert "look again 1" in terminal.text

    terminal.type("<down>1003<enter><f10>")
    route.wait_for_keys(terminal, 3)
    terminal.wait_for("flagged and not looked at again. Key it from the sheet")
    terminal.settle()
    assert route.keyed()[:3] == [(1001, ""), (900, ""), (1003, "")]


def test_a_flagged_reading_is_kept_by_keying_it_once_more(route: Route) -> None:
    """Enter alone confirms nothing, on a line just keyed or one come back to; the figure does."""
    terminal = route.batch(8)
    confirmed = "SELECT confirmed FROM keyed_read WHERE place = 1"
    terminal.type("900<enter>")
    terminal.wait_for("900 once more keeps it")
    terminal.settle()
    terminal.type("<enter>")
    terminal.settle()
    terminal.type("<down><up><enter>")
    terminal.settle()
    assert route.rows(confirmed) == [(0,)]
    assert "900 once more keeps it" in terminal.text

    terminal.type("900<enter>")
    terminal.wait_for("confirmed")
    terminal.settle()
    assert route.keyed()[0] == (900, "")
    assert route.rows(confirmed) == [(1,)]


@pytest.mark.parametrize("route", [40], indirect=True)
def test_a_long_route_comes_by_pages(route: Route) -> None:
    """Pages and ends of the walk; what was keyed into the cell is saved before the page turns."""
    terminal = route.batch(40)
    terminal.type("1001<pgdn>")
    route.wait_for_keys(terminal, 1)
    assert "M000014" in terminal.text
    terminal.type("<end>")
    terminal.wait_for("M000040   ")
    terminal.type("1010<f7>")
    route.wait_for_keys(terminal, 2)
    assert "M000020" in terminal.text
    terminal.type("<home>")
    terminal.wait_for("M000001   ")
    keyed = [place for place, (reading, _) in enumerate(route.keyed(), 1) if reading is not None]
    assert keyed == [1, 40]


def test_a_dropped_session_loses_the_field_being_typed_and_no_more(route: Route) -> None:
    """Each line is saved as Enter is pressed; the next session stands on the first one left."""
    terminal = route.batch(8)
    terminal.type("1001<enter>1002<enter>10")
    route.wait_for_keys(terminal, 2)
    terminal.hang_up()
    terminal.wait(lambda: not terminal.child.isalive())

    assert route.keyed()[:3] == [(1001, ""), (1002, ""), (None, "")]
    again = route.sit()
    again.type("2.2<enter><enter>")
    again.wait_for("RDG031")
    again.settle()
    again.type("1003<enter>")
    route.wait_for_keys(again, 3)
    assert route.keyed()[2] == (1003, "")


def test_refused_entries_stay_in_their_cell(route: Route) -> None:
    """Letters, an unknown code, trouble without a reading: a sentence, and nothing is saved."""
    terminal = route.batch(8)
    for keys, sentence in (
        ("3x", "'x' cannot stand here"),
        ("-99<enter>", "no code that is known"),
        ("31<enter>", "stands beside a reading"),
    ):
        terminal.type(keys)
        terminal.wait_for(sentence)
        terminal.settle()
        terminal.type("<esc>")
        terminal.settle()
    assert route.keyed()[0] == (None, "")


def test_a_warning_goes_with_its_line(route: Route) -> None:
    """Down from a reading that looks wrong to an empty line says what that line takes."""
    terminal = route.batch(8)
    terminal.type("9<enter>")
    terminal.wait_for("9 once more keeps it")
    terminal.settle()
    terminal.type("<down>")
    terminal.wait_for("Key the reading and Enter")
    assert "once more keeps" not in terminal.text
    terminal.type("<up>")
    terminal.settle()


def test_who_comes_back_sees_how_far_the_batch_is(route: Route) -> None:
    """The first batch stands in the list that was empty when it was opened, with its lines."""
    terminal = route.batch(7)
    terminal.type("1001<enter>")
    route.wait_for_keys(terminal, 1)
    terminal.keyed("<f12>", "1 batch open: Enter goes on keying.")
    assert "1 of 7" in terminal.text
    assert "No sheets were keyed yet" not in terminal.text
    terminal.keyed("<enter>", "RDG031")


def test_a_batch_from_menu_to_upload(route: Route) -> None:
    """Codes, a large meter keyed twice, a control restated with why; staged, checked, audited."""
    terminal = route.batch(7, "7000")
    terminal.type("1001<enter>1002<enter>-11<enter>/6<enter>")
    terminal.wait_for('M000006   5/8"')
    terminal.settle()
    terminal.type("1006<enter>1007<enter>1008<enter>")
    route.wait_for_keys(terminal, 6)
    terminal.type("<f10>")
    terminal.wait_for("to be keyed a second time")
    terminal.type("<f11>")
    terminal.wait_for("without sight of the first")
    assert "1002" not in terminal.text.replace("M000002", "")
    terminal.type("1020<enter>")
    terminal.wait_for("both are kept")
    terminal.settle()
    terminal.type("1002<enter>")
    terminal.wait_for("verified")
    terminal.type("<f11><f10>")
    terminal.wait_for("does not tie")
    terminal.type("6<enter>5024<enter>added up wrongly<enter>")
    terminal.wait_for("was restated")
    terminal.settle()
    terminal.type("<f10>")
    terminal.wait_for("Close batch 1?")
    assert "NOT keyed: 2 meters of the route" in terminal.text
    terminal.type("<enter>")
    terminal.wait_for("Batch 1 is upload")

    assert route.rows("SELECT state, upload_id FROM keyed_batch") == [("Closed", 1)]
    assert route.rows("SELECT received, state FROM upload") == [(6, "Checked")]
    assert route.rows(
        "SELECT meter_number, reading, code FROM staged_read WHERE line > 0 ORDER BY line"
    ) == [
        ("M000001", 1001, ""), ("M000002", 1002, ""), ("M000003", None, "11"),
        ("M000006", 1006, ""), ("M000007", 1007, ""), ("M000008", 1008, ""),
    ]  # fmt: skip
    verbs = [row[0] for row in route.rows("SELECT verb FROM audit_entry ORDER BY seq DESC LIMIT 3")]
    assert verbs == [
        "metering.check_reads", "metering.close_keyed_batch", "metering.restate_control",
    ]  # fmt: skip


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])
def test_the_screens(route: Route, size: tuple[int, int]) -> None:
    """The list of batches, the window for a new one, the lines with codes and a flag."""
    end = f"{size[0]}x{size[1]}"
    terminal = route.batch(8, "8036")
    terminal.type("1001<enter>-11<enter>1003<enter>900<enter>")
    terminal.wait_for("look again 1")
    terminal = route.sit(size=size)
    terminal.type("2.2<enter>")
    terminal.wait_for("Enter goes on keying")
    terminal.settle()
    check_golden(f"RDG030-{end}", terminal.text)
    terminal.type("<f6>07-01<enter>12<enter>")
    terminal.wait_for("Alder, 8 meters")
    terminal.settle()
    check_golden(f"RDG032-{end}", terminal.text)
    terminal.type("<esc>")
    terminal.settle()
    terminal.type("<enter>")
    terminal.wait_for("RDG031")
    terminal.type("<up>")
    terminal.settle()
    check_golden(f"RDG031-{end}", terminal.text)


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])
def test_the_windows_over_the_lines(route: Route, size: tuple[int, int]) -> None:
    """Which meter, and a batch that does not tie to its sheets."""
    end = f"{size[0]}x{size[1]}"
    terminal = route.batch(2, "2004")
    terminal.type("1001<enter>1020<enter><enter>")
    route.wait_for_keys(terminal, 2)
    terminal = route.sit(size=size)
    terminal.type("2.2<enter><enter>")
    terminal.wait_for("RDG031")
    terminal.settle()
    terminal.type("/")
    terminal.wait_for("Find a meter of this route")
    terminal.settle()
    check_golden(f"RDG034-{end}", terminal.text)
    terminal.type("<f12><f11>1020<enter><f11><f10>")
    terminal.wait_for("does not tie")
    terminal.settle()
    check_golden(f"RDG033-{end}", terminal.text)
