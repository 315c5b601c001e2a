"""The service desk in a real terminal: start, stop, transfer, undo; and what was written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pysqlite3
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness import Terminal

    from billing_tui.operations.office import Office


@pytest.fixture
def rows(office: Office) -> Callable[..., list[tuple[Any, ...]]]:
    """Asks the database, beside the program."""

    def ask(sql: str) -> list[tuple[Any, ...]]:
        with pysqlite3.connect(str(office.home.root / "billing.db")) as base:
            found: list[tuple[Any, ...]] = base.execute(sql).fetchall()
        return found

    return ask


@pytest.fixture
def maria(start: Callable[..., Terminal]) -> Terminal:
    """A clerk on the menu."""
    terminal = start(user="maria")
    terminal.wait_for("F3 Sign off")
    return terminal


@pytest.fixture
def write(office: Office) -> Callable[[str], None]:
    """Changes the database, beside the program."""

    def change(sql: str) -> None:
        with pysqlite3.connect(str(office.home.root / "billing.db")) as base:
            base.execute(sql)

    return change


def accounts_of(rows: Callable[..., list[tuple[Any, ...]]], place: str) -> list[tuple[Any, ...]]:
    """Number, status and ends of the accounts of a place."""
    return rows(
        "SELECT number, status, opened, closed FROM account"
        f" WHERE number LIKE '{place}-%' ORDER BY number"
    )


def verbs(rows: Callable[..., list[tuple[Any, ...]]]) -> list[tuple[str, str]]:
    """Verbs and subjects of the trail, oldest first."""
    found = rows("SELECT verb, subject FROM audit_entry WHERE verb LIKE 'service_orders.%'")
    return [(verb.partition(".")[2], subject) for verb, subject in found]


STOP = "1.4<enter>10432-03<enter>112026<enter>1500<enter><enter><f10>"
"""The account, the day, FIELD, what the meter shows, no forwarding."""


START = "<f2>1.3<enter>new<enter>Okada, Kenji<enter>8055550177<enter><enter><enter>10511<enter>"
"""Somebody new, without email and mailing address, at a place."""


def last_read(rows: Callable[..., list[tuple[Any, ...]]]) -> tuple[Any, ...]:
    """The newest read: day, reading, kind, usage in thousandths, days."""
    sql = "SELECT day, reading, kind, usage_milli, days FROM read ORDER BY id DESC LIMIT 1"
    return rows(sql)[0]


def test_a_stop_in_one_burst(maria: Terminal, rows: Callable[..., list[tuple[Any, ...]]]) -> None:
    """Everything typed at once from the menu: account, services, read and trail are exact."""
    maria.type(STOP)
    maria.wait_for("10432-03 ends on 11/20/26")

    assert accounts_of(rows, "10432") == [("10432-03", "Final pending", "2019-03-01", "2026-11-20")]
    assert rows(
        "SELECT DISTINCT s.to_day FROM service s JOIN account a ON a.id = s.account_id"
        " WHERE a.number = '10432-03'"
    ) == [("2026-11-19",)]
    assert last_read(rows) == ("2026-11-20", 1500, "F", 3000, 7)
    assert verbs(rows) == [("stop_service", "10432-03")]


def test_out_and_in_in_one_burst_share_the_read(
    maria: Terminal, rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """One goes, another comes on the same day: the read of that day stands in the field already."""
    maria.type(STOP.replace("10432-03", "10511-03").replace("1500", "1484"))
    maria.type(START, "112026<enter><enter><enter><f10>")
    maria.wait_for("10511-04 begins on 11/20/26")

    assert accounts_of(rows, "10511") == [
        ("10511-03", "Final pending", "2019-03-01", "2026-11-20"),
        ("10511-04", "Active", "2026-11-20", None),
    ]
    assert last_read(rows) == ("2026-11-20", 1484, "F", 4000, 7)
    assert rows(
        "SELECT c.name, c.kind, p.digits FROM customer c JOIN phone p ON p.customer_id = c.id"
        " ORDER BY c.id DESC LIMIT 1"
    ) == [("Okada, Kenji", "person", "8055550177")]
    assert rows(
        "SELECT s.kind, s.schedule, s.rate_class, s.from_day FROM service s"
        " JOIN account a ON a.id = s.account_id WHERE a.number = '10511-04' ORDER BY s.id"
    ) == [
        ("water", "WATER", "W-SFR", "2026-11-20"),
        ("sewer", "SEWER", "S-WAVG", "2026-11-20"),
        ("refuse", "REFUSE", "R-96", "2026-11-20"),
    ]
    assert verbs(rows) == [("stop_service", "10511-03"), ("start_service", "10511-04")]
    assert rows("SELECT coalesce(sum(cents), 0) FROM posting") == [(0,)]


def test_a_start_for_a_known_customer_takes_25_keys_or_fewer(
    maria: Terminal, rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """Menu, Enter and F-keys counted; name, place, day and readings are the data."""
    maria.type(STOP)
    maria.wait_for("10432-03 ends on 11/20/26")
    data = ["Abernathy", "10432", "112026", "1500"]
    keyed = (
        f"1.3<enter>{data[0]}<enter>{data[1]}<enter>{data[2]}<enter><enter>{data[3]}<enter><f10>"
    )
    keys = re.findall(r"<[^>]+>|.", keyed)
    beyond = len(keys) - sum(map(len, data))
    maria.type(keyed)
    maria.wait_for("10432-04 begins on 11/20/26")

    assert beyond <= 25
    assert accounts_of(rows, "10432")[1] == ("10432-04", "Active", "2026-11-20", None)
    assert rows(
        "SELECT c.name FROM account a JOIN customer c ON c.id = a.customer_id"
        " WHERE a.number = '10432-04'"
    ) == [("Abernathy, Lee",)]


@pytest.mark.slow
def test_many_stops_and_starts_in_one_burst(
    maria: Terminal, rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """Out and in at all twelve places, typed as one burst: every row as it was keyed."""
    places = [10432 + 79 * at for at in range(12)]
    last = dict(rows("SELECT service_point_id, max(reading) FROM read GROUP BY 1"))
    readings = [reading + 1 + at % 4 for at, (_, reading) in enumerate(sorted(last.items()))]
    for place, reading in zip(places, readings, strict=True):
        maria.type(
            "<f2>" + STOP.replace("10432", str(place)).replace("1500", str(reading)),
            f"<f2>1.3<enter>new<enter>Comer {place}<enter><enter><enter><enter>{place}<enter>",
            "112026<enter><enter><enter><f10>",
        )
    maria.wait_for(f"{places[-1]}-04 begins", 120.0)

    assert rows("SELECT count(*) FROM account WHERE status = 'Final pending'") == [(12,)]
    assert rows(
        "SELECT l.number, c.name FROM account a JOIN customer c ON c.id = a.customer_id"
        " JOIN location l ON l.id = a.location_id WHERE a.status = 'Active' ORDER BY l.number"
    ) == [(str(place), f"Comer {place}") for place in places]
    assert rows("SELECT reading, kind FROM read WHERE day = '2026-11-20' ORDER BY id") == [
        (reading, "F") for reading in readings
    ]


def test_after_a_start_the_new_account_is_shown(maria: Terminal) -> None:
    """Not whoever lived there before, from whose inquiry the start was opened."""
    maria.type("10432-03<enter><f2>svc020 10432-03<enter>112026<enter>1500<enter><enter><f10>")
    maria.wait_for("10432-03 ends on 11/20/26")
    maria.type("<f2>svc010 10432-03<enter>Abernathy<enter><enter>112026<enter><enter><enter><f10>")
    maria.wait_for("10432-04 begins on 11/20/26 (move 2).")

    assert maria.lines[0].startswith(" ACC020")
    assert maria.lines[1].startswith(" 10432-04  Abernathy, Lee")
    maria.type("<f12>")
    maria.wait_for("F3 Sign off")


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("1.4 10511-03<enter>112026<enter>1484<enter><enter><f10>", "10511-03 ends on"),
        ("1.9 10511-03<enter><enter>9 Elm St<enter>Reno NV 89501<enter><f10>", "Bills of 10511-03"),
        (
            "1.10 10511-03<enter><enter>hold bill<enter><enter><enter>Asked<enter><f10>",
            "10511-03: ",
        ),
    ],
    ids=["stop", "mail", "flag"],
)
def test_the_account_that_was_changed_is_in_front(maria: Terminal, keys: str, told: str) -> None:
    """Not the one of the caller before, on whose inquiry the entry was opened."""
    maria.type("<f2>acc020 10432-03<enter>", "<f2>", keys)
    maria.wait_for(told)
    assert maria.lines[0].startswith(" ACC020")
    assert maria.lines[1].startswith(" 10511-03  Kwan Bakery")
    maria.type("<f12>")
    maria.wait_for("F3 Sign off")


def test_a_place_that_is_held_is_told_before_anything_is_keyed(maria: Terminal) -> None:
    """From whoever lives there; a vacant one shows its meter at once."""
    maria.type("<f2>svc010 10511-03<enter>")
    maria.wait_for("10511-03 Kwan Bakery takes service there; stop that first (1.4).")
    assert "!10511" in maria.text
    maria.type(f"<f12><f2>{STOP}")
    maria.wait_for("10432-03 ends on 11/20/26")
    maria.type("<f2>svc010 10432-03<enter>")
    maria.wait_for("Takes water WATER/W-SFR")
    assert "the read of that day" in maria.text


def test_where_lists_vacant_places(maria: Terminal) -> None:
    """F4 on the empty field; none before somebody leaves; words narrow it."""
    maria.type(STOP, "1.3<enter>Abernathy<enter><f4>")
    maria.wait_for("10432       418 Alder Ct B, empty since 11/20/26")
    assert "held by" not in maria.text
    maria.type("<enter>")
    maria.wait_for("Takes water WATER/W-SFR")


def test_the_last_read_stands_beside_the_meter_before_a_read_is_keyed(maria: Terminal) -> None:
    """So that a slip of the caller's number is seen; after that, what it means."""
    maria.type("1.4<enter>10432-03<enter>112026<enter>")
    maria.wait_for("last read 1,497 on 11/13/26")
    maria.type("1500<enter>")
    maria.wait_for("3 ccf in 7 days since 1,497 on 11/13/26")
    assert "last read" not in maria.text


def test_a_draft_of_a_half_keyed_start_loses_nothing(maria: Terminal) -> None:
    """A refused reading keeps the cursor and everything that was keyed."""
    maria.type(STOP)
    maria.wait_for("10432-03 ends on 11/20/26")
    maria.type("1.3<enter>Abernathy<enter>10432<enter>112026<enter><enter>1499<enter>")
    maria.wait_for("that read serves here")

    assert "Abernathy, Lee" in maria.text
    assert "!1499" in maria.text


def test_the_law_guards_who_comes_next(
    maria: Terminal, rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """The customer's own debt is told with the law; the tenant's before is not asked of another."""
    maria.type(STOP)
    maria.wait_for("10432-03 ends on 11/20/26")
    maria.type("1.3<enter>Delgado<enter>10432<enter>")
    maria.wait_for("The customer owes 184.27 from 10432-03")
    assert "PUC 10009.6" in maria.text
    maria.type("<f12><enter>")
    maria.wait_for("F3 Sign off")
    maria.type("1.3<enter>Abernathy<enter>10432<enter>")
    maria.wait_for("Takes water WATER/W-SFR")

    assert "owes" not in maria.text
    assert len(verbs(rows)) == 1


def test_no_stop_before_what_is_billed_and_none_ahead(maria: Terminal) -> None:
    """The day's field says why; nothing else that was keyed is lost."""
    maria.type("1.4<enter>10432-03<enter>100126")
    maria.wait_for("The cycle is billed up to 10/14/26")
    assert "!100126" in maria.text
    maria.settle()
    maria.type("112126")
    maria.wait_for("A move is entered on its day or later")
    maria.settle()
    maria.type("<f2>svc020 10511-03<enter>")
    maria.wait_for("Kwan Bakery, 12 Main St, since 03/01/19")


def test_a_transfer_and_its_undo_leave_nothing_behind(
    maria: Terminal, rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """From one place to another on one day; taken back, both places stand as before."""
    maria.type(STOP.replace("10432-03", "10511-03").replace("1500", "1484"))
    maria.wait_for("10511-03 ends on 11/20/26")
    before = accounts_of(rows, "10432") + accounts_of(rows, "10511")
    reads = rows("SELECT count(*), sum(usage_milli), sum(days) FROM read")
    maria.type("1.5<enter>10432-03<enter>10511<enter>112026<enter><enter>1500<enter><enter>")
    maria.wait_for("Last bills of 10432-03 go along, to 12 Main St.")
    maria.type("<enter><f10>")
    maria.wait_for("10432-03 ends and 10511-04 begins on 11/20/26")
    assert rows("SELECT lines, from_day FROM mailing_address") == [
        ("12 Main St\nSierra Vista CA 95603", "2026-11-20")
    ]

    assert accounts_of(rows, "10511")[1] == ("10511-04", "Active", "2026-11-20", None)
    assert accounts_of(rows, "10432")[0][1] == "Final pending"
    assert last_read(rows) == ("2026-11-20", 1500, "F", 3000, 7)

    maria.type("<f2>svc040 10432<enter>4<enter>")
    maria.wait_for("10432-03 goes on as if it had never ended.")
    assert "1 read withdrawn; what was counted with it is taken back: 0 is left." in maria.text
    maria.type("2<enter>")
    maria.wait_for("Move 2 never was: 10432-03 goes on, 10511-04 is removed.")
    assert "10432 418 Alder Ct B   Delgado, Rosa M" in maria.text

    assert accounts_of(rows, "10432") + accounts_of(rows, "10511") == before
    after = rows("SELECT count(*), sum(usage_milli), sum(days) FROM read")
    assert after == [(reads[0][0] + 2, *reads[0][1:])]
    assert rows("SELECT coalesce(sum(cents), 0) FROM posting") == [(0,)]
    assert verbs(rows)[-2:] == [("transfer_service", "10432-03"), ("undo_move", "10432-03")]
    assert rows("SELECT why FROM audit_entry ORDER BY seq DESC LIMIT 1") == [("Never moved in",)]


def test_a_transfer_leaves_the_mail_where_the_clerk_says(
    maria: Terminal, rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """N beside Mail goes along: the sheet says where the last bills go before anything is saved."""
    maria.type(STOP.replace("10432-03", "10511-03").replace("1500", "1484"))
    maria.wait_for("10511-03 ends on 11/20/26")
    maria.type(
        "1.5<enter>10432-03<enter>10511<enter>112026<enter><enter>1500<enter><enter>n<enter>"
    )
    maria.wait_for("Last bills of 10432-03 still go to 418 Alder Ct B.")
    assert "* Flags that stay behind: No shutoff: medical. 1.10 sets them again." in maria.text
    assert "* Not taken along: sewer winter average 9." in maria.text
    maria.type("<f10>")
    maria.wait_for("10432-03 ends and 10511-04 begins on 11/20/26")
    assert rows("SELECT count(*) FROM mailing_address") == [(0,)]


def test_a_move_that_others_stand_on_is_not_taken_back(maria: Terminal) -> None:
    """The message says what has to be undone first; nothing is asked."""
    maria.type(STOP.replace("10432-03", "10511-03").replace("1500", "1484"))
    maria.type(START, "112026<enter><enter><enter><f10>")
    maria.wait_for("10511-04 begins on 11/20/26")
    maria.type("<f2>1.6<enter><down>4<enter>")
    maria.wait_for("Move 2 (start on 11/20/26) came after it; undo that first.")
    assert "Reason" not in maria.text


def test_services_are_chosen_one_by_one(
    maria: Terminal, rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """Water is not taken: its meter is not asked for, and the sheet says that nobody takes it."""
    maria.type(STOP)
    maria.wait_for("10432-03 ends on 11/20/26")
    maria.type("1.3<enter>Abernathy<enter>10432<enter>112026<enter>choose<enter>")
    maria.wait_for(" Sewer ")
    maria.type("<back>" * 11, "<enter>")
    maria.wait_for("* Nobody takes water there then.")
    assert "70318842" not in maria.text
    maria.type("<enter><enter><f10>")
    maria.wait_for("10432-04 begins on 11/20/26")

    assert rows(
        "SELECT s.kind, s.schedule FROM service s JOIN account a ON a.id = s.account_id"
        " WHERE a.number = '10432-04' ORDER BY s.id"
    ) == [("sewer", "SEWER"), ("refuse", "REFUSE")]
    assert rows(
        "SELECT value FROM service_attribute t JOIN service s ON s.id = t.service_id"
        " JOIN account a ON a.id = s.account_id"
        " WHERE a.number = '10432-04' AND t.name = 'cart_size'"
    ) == [("96",)]


def test_the_owner_takes_over_and_makes_room(
    maria: Terminal,
    rows: Callable[..., list[tuple[Any, ...]]],
    write: Callable[[str], None],
) -> None:
    """Under an agreement the place never stands empty; the next tenant ends the owner's account."""
    write(
        "INSERT INTO landlord_agreement"
        " (location_id, owner_id, mailing_lines, mailing_zip, from_day)"
        " VALUES (1, 12, '', '', '2026-01-01')"
    )
    maria.type("1.4<enter>10432-03<enter>111826<enter>1499<enter><enter>")
    maria.wait_for("Garza, Mia takes the place over")
    maria.type("<enter><f10>")
    maria.wait_for("10432-04 is the owner's.")
    maria.type("1.3<enter>Abernathy<enter>10432<enter>112026<enter><enter>")
    maria.wait_for("Landlord agreement with Garza, Mia; 10432-04 ends on the day.")
    maria.type("1501<enter><f10>")
    maria.wait_for("10432-05 begins on 11/20/26 (move 2). 10432-04 ended.")

    assert [row[1] for row in accounts_of(rows, "10432")] == [
        "Final pending",
        "Final pending",
        "Active",
    ]
    assert rows("SELECT day, reading, usage_milli FROM read ORDER BY id DESC LIMIT 2") == [
        ("2026-11-20", 1501, 2000),
        ("2026-11-18", 1499, 2000),
    ]


def test_old_debt_is_refused_where_the_office_says_so(
    start: Callable[..., Terminal],
    rows: Callable[..., list[tuple[Any, ...]]],
    write: Callable[[str], None],
) -> None:
    """The clerk is told why at once; a lead may let it start in spite of it."""
    write("INSERT INTO setting (name, value) VALUES ('prior_debt', 'refuse')")
    for user, told in (("maria", "The customer owes 184.27"), ("luis", "Despite debt")):
        terminal = start(user=user)
        terminal.wait_for("F3 Sign off")
        if user == "maria":
            terminal.type(STOP)
            terminal.wait_for("10432-03 ends")
        terminal.type("1.3<enter>Delgado<enter>")
        terminal.wait_for(told)
        terminal.settle()
    assert len(accounts_of(rows, "10432")) == 1
    terminal.type("10432<enter>112026<enter><enter><enter>y<enter><f10>")
    terminal.wait_for("10432-04 begins on 11/20/26")


def test_an_estimate_and_a_forwarding_address(
    maria: Terminal, rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """Blank under ESTIMATED is shown before its field is left; ACC020 tells what it was."""
    maria.type("1.4<enter>10432-03<enter>112026e<enter>")
    maria.wait_for("70318842 estimated 1,50")
    maria.type("<enter>9 Elm St<enter>Reno NV<enter>89501<enter><f10>")
    maria.wait_for("10432-03 ends on 11/20/26")

    assert last_read(rows)[2] == "E"
    maria.type("1.3<enter>egan<enter>10432<enter>112026<enter><enter>")
    maria.wait_for("Holds already:")
    assert rows("SELECT lines, zip, from_day FROM mailing_address") == [
        ("9 Elm St\nReno NV 89501", "89501", "2026-11-20")
    ]


@pytest.mark.parametrize(
    ("way", "blank"),
    [
        ("1.4<enter>10432-03<enter>112026<enter>1500<enter>", " Forward mail to"),
        ("<f2>1.9 10432-03<enter><enter>", " Address"),
        (START.split("<enter><enter>10511", maxsplit=1)[0] + "<enter>", " Mail to"),
    ],
    ids=["stop", "mailing address", "start"],
)
def test_an_address_is_keyed_alike_everywhere(maria: Terminal, way: str, blank: str) -> None:
    """The line that is wrong has the mark and the cursor; the street is not overwritten."""
    maria.type(way, "9 Elm St<enter><enter><enter>")
    maria.wait_for("The last line needs city, state and ZIP")
    maria.settle()
    maria.type("Reno NV<enter>")
    maria.wait_for("ZIP: 5, 9 or 11 digits")
    maria.type("<enter>")
    maria.wait_for("The ZIP is missing behind Reno NV.")
    maria.settle()
    maria.type("89501<enter>")
    maria.wait(lambda: "is missing" not in maria.text)
    lines = [line.rstrip() for line in maria.lines]
    first = next(at for at, line in enumerate(lines) if line.startswith(blank))
    assert [line.split()[-3:] for line in lines[first : first + 2]] == [
        ["9", "Elm", "St"],
        ["2", "Reno", "NV"],
    ]
    assert lines[first + 2].split() == ["ZIP", "89501"]


def test_an_address_in_one_line_is_parted_before_its_city(maria: Terminal) -> None:
    """Street and city get a line each, the ZIP its field; two Enters go past them."""
    maria.type("svc010 10511<enter>new<enter>Zorro, Diego<enter><enter><enter>")
    maria.type("12 Elm St, Apt 4, Fresno, CA 93701<enter>")
    maria.wait(lambda: any(line.split()[:2] == ["Line", "2"] for line in maria.lines))
    maria.settle()
    told = [line.split() for line in maria.lines]
    assert ["Mail", "to", "12", "Elm", "St,", "Apt", "4"] in told
    assert ["Line", "2", "Fresno,", "CA", "93701"] in told
    assert ["ZIP", "93701"] in told
    maria.type("<enter><enter>")
    maria.wait_for("Where: ")


def test_a_day_to_come_is_neither_offered_nor_taken(maria: Terminal) -> None:
    """By the entries of what has happened: the hint says so, and the field refuses it."""
    ways = {
        "1.4<enter>10432-03": "issue an order",
        "4.3<enter>70318842": "exchange is entered on its",
    }
    for way, refusal in ways.items():
        maria.type(way, "<enter>")
        maria.wait_for("-1 yesterday, -mon the last.")
        assert "+1" not in maria.text
        maria.type("+1<enter>")
        maria.wait_for(refusal)
        maria.settle()
        maria.type("<f12><enter><f2>")


def test_two_clerks_on_one_account(
    maria: Terminal,
    rows: Callable[..., list[tuple[Any, ...]]],
    write: Callable[[str], None],
) -> None:
    """Who keyed on an old picture is told so and loses nothing; the next F10 saves."""
    maria.type(STOP.removesuffix("<f10>"))
    maria.wait_for("Everything is keyed")
    write("UPDATE account SET version = version + 1 WHERE number = '10432-03'")
    maria.type("<f10>")
    maria.wait_for("Account 10432-03 was changed meanwhile")
    assert len(verbs(rows)) == 0
    assert "1500" in maria.text
    maria.settle()
    maria.type("<f10>")
    maria.wait_for("10432-03 ends on 11/20/26")
    assert verbs(rows) == [("stop_service", "10432-03")]


def test_a_doubtful_final_read_is_asked_about_once(
    maria: Terminal, rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """The sheet says why; F10 asks; F12 goes back and saves nothing; a second F10 confirms."""
    maria.type(STOP.replace("1500", "99999"))
    maria.wait_for("F10 again or Enter saves it as keyed")
    screen = maria.text
    assert "Look at the reading again" in screen
    assert "in 7 days" in screen
    assert accounts_of(rows, "10432")[-1][1] == "Active"

    maria.type("<f12>")
    maria.wait_for("what was keyed still stands")
    assert re.search(r" \* Meter \S+: ", maria.text)
    assert verbs(rows) == []

    maria.type("<f10><f10>")
    maria.wait_for("10432-03 ends on 11/20/26")
    assert last_read(rows)[:3] == ("2026-11-20", 99999, "F")


def test_a_phone_an_email_and_a_zip_are_looked_at_in_their_fields(maria: Terminal) -> None:
    """The cursor stays on the field that is wrong, with the verb's own sentence."""
    maria.type("1.3<enter>new<enter>Okada, Kenji<enter>555-12<enter>")
    maria.wait_for("A phone has 7 to 15 digits.")
    assert "!555-12" in maria.text
    maria.settle()
    maria.type("5551234<enter>(559) 555-7788<enter>")
    maria.wait_for("That is no email address.")
    maria.settle()
    maria.type("<f12><enter><f2>1.4<enter>10432-03<enter>112026<enter>1500<enter>")
    maria.type("9 Elm St<enter>Reno NV<enter>PO Box 77<enter>")
    maria.wait_for("A ZIP code has 5, 9 or 11 digits.")


def test_a_refused_flag_takes_the_sheet_of_the_one_before_away(maria: Terminal) -> None:
    """What F10 would do is said of what stands in the fields, and of nothing else."""
    maria.type("1.10 10432-03<enter><enter>hold b<enter>")
    maria.wait_for("Hold bill from")
    maria.type("<up>BILL<enter>")
    maria.wait_for("!BILL")
    maria.settle()
    assert "Hold bill from" not in maria.text
