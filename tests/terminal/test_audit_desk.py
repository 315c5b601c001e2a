"""The lead's desk in a real terminal: a day audited, changes decided, the trail searched."""

from __future__ import annotations

import csv
import json
import re
import signal
from typing import TYPE_CHECKING, Any

import pysqlite3
import pytest
from day_of_work import Worker, ask_for_changes, audit_some, key_a_day
from harness import check_golden

from billing_tui.access.end_staff import end_staff

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness import Terminal

    from billing_tui.operations.office import Office

    Start = Callable[..., Terminal]


class Busy:
    """The filled office with a day of work and three requests in it, one terminal a person."""

    def __init__(self, office: Office, start: Start) -> None:
        self.office = office
        self.home = office.home.root
        self._start = start
        self._sitting: dict[str, Terminal] = {}

    def sit(self, user: str, **options: Any) -> Terminal:
        """The person's terminal, at the menu when it is new."""
        if user not in self._sitting:
            terminal = self._sitting[user] = self._start(user=user, **options)
            terminal.wait_for("F3 Sign off")
        return self._sitting[user]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the database, as another process sees them."""
        with pysqlite3.connect(str(self.home / "billing.db")) as base:
            found: list[tuple[Any, ...]] = base.execute(sql).fetchall()
        return found

    def one(self, sql: str) -> Any:
        """One value of the database."""
        return self.rows(sql)[0][0]


@pytest.fixture
def busy(office: Office, start: Start) -> Busy:
    """Everything keyed and asked for, nothing audited or decided."""
    key_a_day(office)
    ask_for_changes(office)
    office.close()
    return Busy(office, start)


# What the screens look like

WAYS = {
    "AUD010": ("luis", "5.2<enter><f6>", "were drawn by chance"),
    "AUD010-judged": ("luis", "5.2<enter><f11><down>", "Corrected"),
    "AUD010-rates": ("luis", "5.2<enter><f11><f11>", "Wrong in it"),
    "AUD010-days": ("luis", "5.2<enter><f4>", "All clerks"),
    "AUD011": ("luis", "5.2<enter>3<enter>", "NO-AUTHORITY"),
    "AUD015": ("maria", "5.5<enter>", "1=Answer"),
    "AUD020": ("luis", "5.3<enter>", "1=Approve"),
    "AUD020-own": ("maria", "5.3<enter>", "8=Withdraw"),
    "AUD021": ("luis", "5.3<enter><enter>", "SHA-256"),
    "AUD030": ("luis", "5.4<enter>maria<enter>10432-03<enter>", "Chain whole"),
    "AUD031": ("luis", "aud031 8<enter>", "Chain whole"),
}


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])
@pytest.mark.parametrize("name", WAYS)
def test_screen(busy: Busy, name: str, size: tuple[int, int]) -> None:
    """Every row, at the smallest size and at a large one."""
    user, keys, shown = WAYS[name]
    if name != "AUD010":
        audit_some(busy.office)
        busy.office.close()
    terminal = busy.sit(user, size=size)
    terminal.keyed(keys, shown)
    terminal.settle()

    check_golden(f"{name}-{size[0]}x{size[1]}", terminal.text)


# What people do there


def test_a_day_from_its_entries_to_the_signed_sheet(busy: Busy) -> None:
    """Drawn, judged in runs, asked, answered, one's own left to another lead, signed, printed."""
    luis, maria = busy.sit("luis"), busy.sit("maria")
    luis.keyed("5.2<enter>", "13 not drawn yet")
    luis.keyed("<f10>", "nothing was drawn yet")
    luis.keyed("<f6>", "0 of 6 judged")
    luis.keyed("<down><down>1", "Nobody judges what they keyed.")
    luis.keyed("<home>1<down>2<down><down>3<enter>", "1 judged OK. 2 more to go")
    luis.keyed("<enter>", "Query: entry 7")
    luis.keyed("Where is the permit?<enter>", "1 judged Query. 1 more to go")
    luis.keyed("<enter>", "Error: entry 8")
    luis.keyed("9<enter>", "no code that is known")
    luis.keyed("wrong-d<enter>Said from 12/15<enter>", "1 judged Error", "2 of 6 judged")
    luis.keyed("<f10>", "4 entries of 11/19/26 have no verdict yet, 2 to be reviewed, 1 ")

    maria.keyed("5.5<enter>", "Where is the permit?")
    maria.keyed("<enter>In the account's file since 11/18<enter>", "Answered; luis reads it.")
    assert busy.rows("SELECT state, answer FROM input_item WHERE entry_id = 7") == [
        ("Answered", "In the account's file since 11/18")
    ]

    luis.keyed("<up><up>1<enter>", "is Answered by now; look at it again")
    luis.keyed("<home>1<down><down>1<down>1<enter>", "3 judged OK", "5 of 6 judged")
    nora = busy.sit("nora")
    nora.keyed("5.2<enter>1<enter>", "All is judged")
    luis.keyed("<f5><f10>", "Sign 11/19/26 off?", "5 right, 1 wrong")
    luis.keyed("<enter>", "audit-2026-11-19-1.pdf is")

    assert busy.rows(
        "SELECT entry_id, state, code FROM input_item WHERE rule <> '' ORDER BY 1"
    ) == [
        (7, "OK", ""),
        (8, "Error", "WRONG-DAY"),
        (9, "OK", ""),
        (10, "OK", ""),
    ]
    assert busy.one("SELECT count(*) FROM input_round WHERE signed_at IS NOT NULL") == 1
    assert (busy.home / "printed" / "audit-2026-11-19-1.pdf").read_bytes()[:5] == b"%PDF-"
    verbs = [
        row[0]
        for row in busy.rows("SELECT verb FROM audit_entry WHERE seq > 16 ORDER BY seq")
        if row[0] != "access.begin_session"
    ]
    assert verbs == [
        "operations.open_day",
        *["operations.judge_entry"] * 3,
        "operations.answer_query",
        *["operations.judge_entry"] * 4,
        "operations.sign_off",
    ]


def test_a_verdict_keyed_ahead_meets_the_row_it_comes_to(busy: Busy) -> None:
    """One burst: the day drawn, two judged, and the lead's own entry refused at the key."""
    luis = busy.sit("luis")
    luis.keyed("5.2<enter><f6>1<down>1<enter>2", "2=Query: Nobody judges what they keyed.")

    assert busy.rows("SELECT entry_id FROM input_item WHERE state = 'OK' ORDER BY 1") == [
        (7,),
        (9,),
    ]


def test_what_is_corrected_names_the_entry_that_put_it_right(busy: Busy) -> None:
    """The newest one by somebody else is suggested, and the maker's own is refused."""
    work, about = Worker(busy.office), ("account", "10432-03")
    for who, day in (("nora", "2026-12-15"), ("maria", "2026-12-16")):
        change = ({"from_day": "2026-12-01"}, {"from_day": day})
        work.key(who, "records.change_mailing_address", about, change)
    busy.office.close()
    luis = busy.sit("luis")
    luis.keyed("5.2<enter><f6>", "must be reviewed,")
    luis.keyed("<home><down><down><down>", "passphrase given")
    luis.keyed("4<enter>", "Put right by  17", "Change mailing address by nora")
    luis.keyed("wrong-d<enter>18<enter><enter>", "maria corrected their own entry")
    luis.keyed("4<enter>wrong-d<enter><enter><enter>", "1 judged Corrected")

    assert busy.rows("SELECT state, code, correction_id FROM input_item WHERE entry_id = 8") == [
        ("Corrected", "WRONG-DAY", 17)
    ]


def test_what_is_approved_is_what_is_carried_out(busy: Busy) -> None:
    """Approved to the letter, refused with a reason that its maker reads, one's own left alone."""
    luis = busy.sit("luis")
    luis.keyed("5.3<enter>", "Delgado, Rosa M")
    luis.keyed("1<enter>", "Approve and carry out 1 request?", "Rate class W-SFR > MFR")
    luis.keyed("<enter>", "Request 1 is approved and carried out.")
    luis.keyed("4<enter>", "Refuse 1 request. Why?")
    luis.keyed("No permit on file<enter>", "Request 2 is refused.")
    luis.keyed("1", "1=Approve: Nobody decides what they asked for")

    states = busy.rows(
        "SELECT id, state, refusal, checker_id IS NULL FROM change_request ORDER BY id"
    )
    assert states == [
        (1, "Executed", "", 0),
        (2, "Refused", "No permit on file", 0),
        (3, "Pending", "", 1),
    ]
    payload = json.loads(busy.one("SELECT payload FROM change_request WHERE id = 1"))
    entry = json.loads(
        busy.one("SELECT after FROM audit_entry WHERE verb = 'access.approve_request'")
    )
    assert entry["digest"] == busy.one("SELECT digest FROM change_request WHERE id = 1")
    assert {name: entry[name] for name in payload["after"]} == payload["after"]
    assert "MFR" in {row[0] for row in busy.rows("SELECT rate_class FROM service")}

    maria = busy.sit("maria")
    maria.keyed("5.3<enter>", "No permit on file")
    maria.keyed("1", "maria may not approve or refuse")


def test_a_maker_takes_a_request_back(busy: Busy) -> None:
    """Only one's own, and only while it waits."""
    maria = busy.sit("maria")
    maria.keyed("5.3<enter>8<enter>", "Take back 1 request?")
    maria.keyed("<enter>", "Request 2 is taken back.")
    maria.keyed("<home>8", "Request 2 is withdrawn already.")
    luis = busy.sit("luis")
    luis.keyed("5.3<enter>8", "Request 1 is maria's; only they take it back.")

    assert busy.rows("SELECT id, state FROM change_request ORDER BY id") == [
        (1, "Pending"),
        (2, "Withdrawn"),
        (3, "Pending"),
    ]


def test_who_reads_only_sees_everything_and_decides_nothing(busy: Busy) -> None:
    """The auditor: entries, requests and the trail; each decision is refused with its reason."""
    audit_some(busy.office)
    busy.office.close()
    ada, cass = busy.sit("ada"), busy.sit("cass")
    before = busy.one("SELECT max(seq) FROM audit_entry")
    ada.keyed("5.2<enter>1", "ada may not audit what was keyed")
    ada.keyed("<f10>", "F10: ada may not audit what was keyed")
    ada.keyed("<f2>5.3<enter>4", "ada may not approve or refuse")
    ada.keyed("<f2>5.4<enter>", "Chain whole")
    cass.keyed("5.4<enter>", "cass may not open Trail; that takes a lead or")

    assert busy.one("SELECT max(seq) FROM audit_entry") == before


def test_the_trail_is_narrowed_field_by_field_and_exported(busy: Busy) -> None:
    """The file holds what was on the screen, safe for spreadsheets; the export is in the trail."""
    ada = busy.sit("ada")
    ada.keyed("5.4<enter>maria<enter>", "What fits person maria, newest first.")
    ada.keyed("10432-03<enter>", "account 10432-03")
    ada.keyed("1119<enter>1319<enter>", "There is no day 13/19")
    ada.keyed("1119<enter>", "to 11/19/26")
    ada.keyed("<enter><enter>letter<enter>", "to 11/19/26, words", "station tty4", "Change service")
    ada.keyed("<f10>", "Export the trail?")
    ada.keyed("<enter>", "1 entry in")

    [file] = (busy.home / "exports").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {(row["seq"], row["person"], row["field"]) for row in rows} == {
        ("7", "maria", "rate_class"),
        ("7", "maria", "version"),
    }
    noted = busy.rows("SELECT verb, subject FROM audit_entry ORDER BY seq DESC LIMIT 1")
    assert noted == [("access.export_trail", file.name)]


def test_a_search_and_what_is_done_with_it_in_one_burst(busy: Busy) -> None:
    """Keys typed ahead of the search wait for it and meet the rows that it found."""
    ada = busy.sit("ada")
    ada.type("5.4<enter>maria<enter>10432-03<enter>", "<enter>" * 4, "letter<enter><enter>5<enter>")
    ada.wait_for("AUD031")
    ada.settle()

    assert "Entry 7 " in ada.text
    assert "Change service" in ada.text
    ada.keyed("<f12>", "AUD030")
    ada.keyed("<f5>", "Refreshed.", "Change service")


def test_one_key_leads_from_any_field_to_the_list(busy: Busy) -> None:
    """What was keyed is read first, so that options typed ahead meet the rows it finds."""
    ada = busy.sit("ada")
    ada.keyed("5.4<enter>", "F8 goes to the list")
    ada.keyed("maria<f8>5<enter>", "AUD031")
    ada.keyed("<f12>", "person maria")
    ada.keyed("<home><up>change class<f8>", "maria, verb change class; F4 in a field lists")


def test_the_trail_counts_a_field_that_tab_went_over(busy: Busy) -> None:
    """What the fields say is what the list shows; what makes no sense is refused there."""
    ada = busy.sit("ada")
    ada.keyed("5.4<enter>maria<tab>10432-03<enter>", "What fits person maria, account 10432-03")
    ada.keyed("1319<tab><tab>class<enter>", "There is no day 13/19")


def test_lists_of_the_trail_say_what_each_word_means(busy: Busy) -> None:
    """F4 on About, Field and Verb; what is chosen narrows the search."""
    ada = busy.sit("ada")
    ada.keyed("5.4<enter><enter><enter><enter><enter><f4>", "change request", "such as 1")
    ada.keyed("<f12><enter><f4>", "by Post entry")
    ada.keyed("<f12><enter><enter>change se<f4>", "Change service, Customer records")


def test_who_signs_on_and_off_is_in_the_trail_once(busy: Busy) -> None:
    """An entry when the screens open and one when they close; looking about writes none."""
    before = busy.one("SELECT max(seq) FROM audit_entry")
    maria = busy.sit("maria")
    maria.keyed("10432-03<enter>", "ACC020")
    maria.keyed("<f3>", "F3 Sign off")
    maria.type("<f3>")
    maria.wait(lambda: not maria.child.isalive())

    assert busy.rows(
        "SELECT a.verb, a.subject_kind, a.subject, s.username, a.why FROM audit_entry a"
        f" JOIN staff_member s ON s.id = a.staff_id WHERE a.seq > {before} ORDER BY a.seq"
    ) == [
        ("access.begin_session", "session", "maria", "maria", ""),
        ("access.end_session", "session", "maria", "maria", "signed off"),
    ]


def ended(busy: Busy) -> list[tuple[Any, ...]]:
    """Whose sessions ended and why, by the trail."""
    return busy.rows(
        "SELECT subject, why FROM audit_entry WHERE verb = 'access.end_session' ORDER BY seq"
    )


@pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])
def test_who_is_signed_on(busy: Busy, size: tuple[int, int]) -> None:
    """By name, with the station; moments and process numbers differ from run to run."""
    luis = busy.sit("luis", size=size)
    busy.sit("maria")
    luis.keyed("5.6<enter>", "2 sessions")
    luis.settle()
    text = re.sub(r"\d\d/\d\d/\d\d \d\d:\d\d", "mm/dd/yy hh:mm", luis.text)
    text = re.sub(r"(MNU010) +\d+", r"\1 process", text)

    check_golden(f"SES010-{size[0]}x{size[1]}", text)


def test_a_session_ends_for_who_left_and_by_a_lead(busy: Busy) -> None:
    """The next screen does not open; the terminal says why, and what was keyed is a draft."""
    sam, maria, nora = (busy.sit(user) for user in ("sam", "maria", "nora"))
    end_staff(Worker(busy.office).desk("sam"), "maria", "moved away")
    busy.office.close()
    maria.type("10432-03<enter>")
    maria.wait(lambda: not maria.child.isalive())
    assert "maria no longer works here." in maria.text
    assert "What was keyed and not saved is kept" in maria.text

    nora.keyed("car010 10432-03<enter>", "CAR010 Contacts", "F6 enters a contact")
    sam.keyed("5.6<enter>", "2 sessions", "nora")
    sam.keyed("<home>4<enter>", "End the session of nora")
    sam.keyed("1<enter>", "Told to sign off within half a minute: nora", "ending")
    nora.type("<f2>10432-03<enter>")
    nora.wait(lambda: not nora.child.isalive())
    assert "sam ended this session: Left the terminal open." in nora.text
    sam.keyed("<f5>", "Refreshed.")
    sam.settle()
    assert "nora" not in sam.text
    assert ended(busy) == [
        ("maria", "maria no longer works here"),
        ("nora", "sam ended this session: Left the terminal open"),
    ]


def test_why_a_session_ended(busy: Busy) -> None:
    """Signed off, a lost line, the end of the machine, and a process that was killed."""
    luis, maria, nora, sam = (busy.sit(user) for user in ("luis", "maria", "nora", "sam"))
    assert busy.one("SELECT count(*) FROM open_session") == 4
    maria.type("<f3>")
    maria.wait(lambda: not maria.child.isalive())
    nora.hang_up()
    nora.wait(lambda: not nora.child.isalive())
    sam.child.kill(signal.SIGTERM)
    sam.wait(lambda: not sam.child.isalive())
    assert ended(busy) == [
        ("maria", "signed off"),
        ("nora", "lost line"),
        ("sam", "signal SIGTERM"),
    ]
    assert busy.rows("SELECT screen FROM open_session") == [("MNU010",)]

    luis.child.kill(signal.SIGKILL)
    luis.wait(lambda: not luis.child.isalive())
    ada = busy.sit("ada")
    ada.keyed("5.6<enter>", "1 session.")

    assert ended(busy)[3:] == [("luis", "its process is gone")]
    assert busy.one("SELECT count(*) FROM input_item") == 0
