"""The care of accounts in a real terminal: golden screens, walkthroughs, and the fastest entry."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from harness import check_golden
from offices import open_in

from billing_tui.access.staff import sit_down
from billing_tui.customer_care.file_document import DocumentForm, file_document
from billing_tui.customer_care.keep_contact import ContactForm, add_contact, set_passphrase
from billing_tui.customer_care.kinds import Channel, MayDo, Outcome
from billing_tui.customer_care.log_contact import SpokenWith, log_contact
from billing_tui.customer_care.merge_customers import merge_customers
from billing_tui.operations.verify import verify_office
from billing_tui.records.add_note import FollowUp, add_note
from billing_tui.records.change_customer import change_customer
from billing_tui.records.lookup import find_account
from billing_tui.records.new_records import NewCustomer

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness import Terminal

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

ROSA = "10432-03"
DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
WORDS = "blue heron 77"
SIZES = pytest.mark.parametrize("size", [(80, 24), (132, 43)], ids=["80x24", "132x43"])


def _fill(maria: Desk) -> None:
    """What the screens show: contacts, notes, calls, a paper, a merge."""
    rosa = find_account(ROSA)
    ana = ContactForm(
        name="Delgado, Ana", may_do=MayDo.CHANGE, relation="daughter", phone="530-555-0177"
    )
    contact = add_contact(maria, rosa, ana)
    set_passphrase(maria, contact, WORDS, version=1)
    add_contact(maria, rosa, ContactForm(name="Pruitt, Carl", may_do=MayDo.NOBODY))
    mended = "Leak at the toilet is mended; look at the next read before billing."
    mine = FollowUp(day=DAY, username="maria")
    add_note(maria, rosa, mended, alert_to=date(2026, 12, 20), follow_up=mine)
    add_note(maria, rosa, "Ask whether the cart was swapped.", follow_up=FollowUp(day=DAY))
    for channel, reason, words, outcome in (
        (Channel.PHONE_IN, "B", "Asked why the bill is four times as high", Outcome.PROMISED),
        (Channel.FIELD, "H", "Showed her the leak indicator", Outcome.ANSWERED),
        (Channel.PHONE_OUT, "H", "Called back about the leak", Outcome.NO_ANSWER),
    ):
        said = SpokenWith(channel=channel, reason=reason, words=words, outcome=outcome)
        log_contact(maria, rosa, said)
    scan = maria.home.root / "letter.pdf"
    scan.write_bytes(b"%PDF-1.7 a letter")
    file_document(maria, rosa, DocumentForm(path=scan, kind="letter", remark="About the leak"))
    rows = (find_account("11064-03"), find_account("11143-03"))
    merge_customers(maria, rows[0], rows[1], "Same phone and birthday")
    twice = NewCustomer(name="Delgado, Roza", phones=("530-555-1200",))
    change_customer(maria, 6, twice, version=1)


@pytest.fixture
def cared(start: Callable[..., Terminal], office: Office) -> Callable[..., Terminal]:
    """Starts the screens on an office in which the accounts have been cared for."""
    opened = open_in(office.home.root)
    home = opened.home
    _fill(sit_down(opened.store, home, "maria", DAY, station="test", clock=lambda: NOW))
    opened.close()
    return start


def rows(office: Office, sql: str) -> list[tuple[Any, ...]]:
    """Rows of the office's file."""
    base = sqlite3.connect(f"file:{office.home.database_file}?mode=ro", uri=True)
    try:
        return base.execute(sql).fetchall()
    finally:
        base.close()


LOOKED_AT = ("CARE", "RECORDS", "A1", "A2", "A4", "S")
"""Invariants that this desk can break; the small office's bills are made up and break others."""


def verified(office: Office) -> list[str]:
    """What `verify` finds at this desk, the papers included."""
    opened = open_in(office.home.root)
    try:
        verdicts = verify_office(opened.store, documents=opened.home.documents)
        mine = [one for one in verdicts if one.id.startswith(LOOKED_AT)]
        assert any(one.id == "CARE-DOCUMENTS" for one in mine)
        return [f"{one.id}: {sentence}" for one in mine for sentence in one.broken]
    finally:
        opened.close()


WAYS = {
    "CAR010": (f"car010 {ROSA}<enter>", "7=Ask"),
    "CAR011": (f"car011 {ROSA}<enter>Ortiz, Ben<enter><enter>A", "Ben may be told what"),
    "CAR012": (f"car010 {ROSA}<enter>7<enter>secret", "Passphrase  ······"),
    "CAR020": (f"car020 {ROSA}<enter>", "7=Followed up"),
    "CAR021": (f"car021 {ROSA}<enter>Call her<enter><enter>Y+30<enter>", "stands at the top"),
    "CAR030": (f"car030 {ROSA}<enter>", "4=Withdraw"),
    "CAR030-missing": ("1.14<enter>", "5=Documents"),
    "CAR031": (f"car031 {ROSA}<enter>/tmp/x.pdf<enter>med<enter>", "needs its last day"),
    "CAR040": (f"car040 {ROSA}<enter>PB", "How  P phone"),
    "CAR050": ("1.16<enter>C00000<enter>C00003<enter>", "<- "),
    "CAR051": ("1.16<enter><f4>", "What they share"),
}


@SIZES
@pytest.mark.parametrize("name", WAYS)
def test_screen(cared: Callable[..., Terminal], name: str, size: tuple[int, int]) -> None:
    """Every row, at the smallest size and at a large one."""
    keys, shown = WAYS[name]
    terminal = cared(user="maria", size=size)
    terminal.wait_for("F1 Help")
    terminal.keyed(keys, shown)
    terminal.settle()

    check_golden(f"{name}-{size[0]}x{size[1]}", terminal.text)


def test_how_a_contact_is_reached_is_checked_at_its_field(
    cared: Callable[..., Terminal],
) -> None:
    """A digit too few, no email address and no language are refused where they were keyed."""
    terminal = cared(user="maria")
    terminal.wait_for("F1 Help")
    terminal.keyed(f"car011 {ROSA}<enter>Ortiz, Ben<enter><enter>A559 555 12<enter>", "has 7 or 10")
    terminal.settle()
    terminal.keyed("<end>34<enter>rosa@<enter>", "That is no email address")
    terminal.settle()
    terminal.keyed("<end>example.org<enter>rosa@<enter>", "no code that is known here")


def test_the_account_shows_who_may_speak_and_what_is_to_be_known(
    cared: Callable[..., Terminal],
) -> None:
    """The alert in the top third; on the other side of the page the contacts."""
    terminal = cared(user="maria")
    terminal.wait_for("F1 Help")
    terminal.keyed(f"{ROSA}<enter>", "F11 Contact")
    terminal.settle()
    assert any("* Tell Pruitt, Carl NOTHING" in line for line in terminal.lines[:8])
    terminal.keyed("<f11>", "May speak", "Delgado, Ana (daughter): change, passphrase")


def test_a_new_passphrase_is_keyed_twice(cared: Callable[..., Terminal], office: Office) -> None:
    """A slip is noticed before it is kept; capitals are alike, as when it is asked for."""
    terminal = cared(user="maria")
    terminal.wait_for("F1 Help")
    terminal.keyed(f"car010 {ROSA}<enter>", "CAR010")
    terminal.keyed("3<enter>", "New passphrase of")
    before = rows(office, "SELECT passphrase FROM contact ORDER BY id")
    terminal.keyed("blue wagon<enter>blue vagon<enter>", "The two are not the same")
    assert rows(office, "SELECT passphrase FROM contact ORDER BY id") == before
    terminal.keyed("blue wagon<enter>Blue  Wagon<enter>", "is kept; nobody can read it")
    assert rows(office, "SELECT passphrase FROM contact ORDER BY id") != before


def test_a_passphrase_is_asked_for_and_stands_nowhere(
    cared: Callable[..., Terminal], office: Office
) -> None:
    """Wrong, then right; the log tells which, and no file of the office holds the words."""
    terminal = cared(user="maria")
    terminal.wait_for("F1 Help")
    terminal.keyed(f"{ROSA}<enter>", "ACC020")
    terminal.keyed("<f6>1.12<enter>", "CAR010")
    terminal.keyed("7<enter>grey goose 12<enter>", "WRONG")
    terminal.settle()
    assert "grey goose" not in terminal.text
    terminal.keyed(f"7<enter>{WORDS}", "·············")
    terminal.settle()
    assert WORDS not in terminal.text
    terminal.keyed("<enter>", "Right: Delgado, Ana")
    assert [row[0] for row in rows(office, "SELECT outcome FROM contact_log_entry ORDER BY id")][
        3:
    ] == ["passphrase wrong", "passphrase right"]
    terminal.close()
    for file in office.home.root.rglob("*"):
        assert not file.is_file() or b"heron" not in file.read_bytes(), file
        assert not file.is_file() or b"goose" not in file.read_bytes(), file
    assert verified(office) == []


def test_a_note_is_written_and_followed_up(cared: Callable[..., Terminal], office: Office) -> None:
    """From the account: words, alert, day and person; then what came of it."""
    terminal = cared(user="maria")
    terminal.wait_for("F1 Help")
    terminal.keyed(f"{ROSA}<enter>", "ACC020")
    terminal.keyed("<f6>1.13<enter>", "CAR020")
    terminal.keyed("<f6>", "CAR021")
    terminal.keyed("Gate code 4411<enter><enter>Y<enter>t<enter>luis<enter><f10>", "note is kept")
    assert rows(
        office,
        "SELECT n.text, n.sticky, n.alert_to, n.follow_up_day, s.username FROM note n"
        " JOIN staff_member s ON s.id = n.follow_up_by_id ORDER BY n.id DESC LIMIT 1",
    ) == [("Gate code 4411", 1, None, "2026-11-20", "luis")]
    terminal.keyed("7<enter>", "What came of it?")
    terminal.keyed("2<enter>", "Followed up.")
    assert rows(office, "SELECT outcome FROM note ORDER BY id DESC LIMIT 1") == [
        ("Left a message",)
    ]
    terminal.keyed("4<enter>", "The alert has ended.")
    assert verified(office) == []


def test_a_document_is_filed_and_withdrawn(cared: Callable[..., Terminal], office: Office) -> None:
    """The certificate that was missing is filed; once it is withdrawn it is missing again."""
    office.home.inbox.mkdir(exist_ok=True)
    (office.home.inbox / "scan-0017.pdf").write_bytes(b"certificate")
    terminal = cared(user="maria")
    terminal.wait_for("F1 Help")
    terminal.keyed(f"{ROSA}<enter>", "ACC020")
    terminal.keyed("<f6>1.14<enter>", "* Medical certificate, never filed")
    terminal.keyed("<f6>", "CAR031")
    terminal.keyed("?", "scan-0017.pdf")
    terminal.keyed("<enter>", "What: One of:")
    terminal.keyed("med<enter>At<enter><enter>", "When does it end?")
    terminal.keyed("033127<enter>From Dr Ito<enter><f10>", "is on file")
    terminal.wait_for("Nothing that must be on file is missing")
    terminal.keyed("4<enter>1<enter>", "is withdrawn")
    terminal.wait_for("* Medical certificate")
    assert rows(office, "SELECT kind, expires_day, withdrawn_day FROM filed_document") == [
        ("letter", None, None),
        ("medical", "2027-03-31", "2026-11-20"),
    ]
    assert verified(office) == []


def test_two_customers_are_merged_and_parted(
    cared: Callable[..., Terminal], office: Office
) -> None:
    """From the menu: both sides, the reason, merged; the old number finds who stays; undone."""
    before = rows(office, "SELECT id, customer_id FROM account ORDER BY id")
    ledger = rows(office, "SELECT * FROM posting ORDER BY id")
    terminal = cared(user="maria")
    terminal.wait_for("F1 Help")
    before = rows(office, "SELECT id, customer_id FROM account ORDER BY id")
    terminal.keyed("1.16<enter>", "CAR050")
    terminal.keyed(
        "C00000<enter>C00003<enter>",
        "Account 10669-03",
        "No name, phone or email is the same: one person?",
    )
    terminal.keyed("<f10>", "one person? Why?")
    terminal.keyed("1<enter>", "C00003 is C00000 now")
    assert rows(office, "SELECT customer_id FROM account WHERE number = '10669-03'") == [(1,)]
    terminal.keyed("<f2>c00003<enter>", "10669-03", ROSA)
    terminal.keyed("<f2>1.16<enter>", "CAR050")
    terminal.keyed("<tab><tab>4<enter>1<enter>", "are two again")
    assert rows(office, "SELECT id, customer_id FROM account ORDER BY id") == before
    assert rows(office, "SELECT * FROM posting ORDER BY id") == ledger
    verbs = rows(office, "SELECT verb, why FROM audit_entry ORDER BY seq DESC LIMIT 2")
    assert verbs == [
        ("customer_care.undo_merge", "They are two people"),
        ("customer_care.merge_customers", "One person: what is on file was compared"),
    ]
    assert verified(office) == []


def test_a_likely_pair_is_taken_into_a_merge(
    cared: Callable[..., Terminal], office: Office
) -> None:
    """F4 in the empty field; what speaks for it stands over both; F4 in the second one too."""
    terminal = cared(user="maria")
    terminal.wait_for("F1 Help")
    terminal.keyed("1.16<enter><f4>", "C00000 Delgado, Rosa M")
    terminal.keyed("<enter>", "Names sound alike, same phone.")
    terminal.keyed("<f12><enter>1.16<enter>C00000<enter><f4>", "-- Like the one")
    terminal.keyed("<enter>", "Names sound alike, same phone.")
    terminal.keyed("<f10>1<enter>", "C00005 is C00000 now. Tab to the list of merges, 4 there")
    terminal.keyed("<f4>", "No two customers look alike.")
    assert rows(office, "SELECT merged_into_id FROM customer WHERE number = 'C00005'") == [(1,)]
    assert verified(office) == []


def test_a_merge_begins_from_the_account(cared: Callable[..., Terminal]) -> None:
    """F6 on the inquiry leads there: its customer stays, the cursor waits for the other one."""
    terminal = cared(user="maria")
    terminal.wait_for("F1 Help")
    terminal.keyed(f"{ROSA}<enter>", "ACC020")
    terminal.keyed("<f6>1.16<enter>", "Who is the same?", "Same name, phone or email: C00005")
    terminal.keyed("<f4><enter>", "Names sound alike, same phone.")
    terminal.keyed("<f10>", "C00005 into C00000")


def test_who_may_not_is_told_why(cared: Callable[..., Terminal]) -> None:
    """An auditor sees the contacts; to ask, change or log is refused with who may."""
    terminal = cared(user="ada")
    terminal.wait_for("F1 Help")
    terminal.keyed(f"car010 {ROSA}<enter>", "CAR010")
    terminal.keyed("7", "ada may not log contacts")
    terminal.keyed("<f6>", "ada may not change customers")
    terminal.keyed(f"<f2>car040 {ROSA}<enter>", "ada may not open Contact log; that takes a clerk")


def test_a_contact_speaks_and_it_leads_to_an_order(
    cared: Callable[..., Terminal], office: Office
) -> None:
    """Shift+Tab goes up to who spoke, how it ended and what it led to."""
    terminal = cared(user="maria")
    terminal.wait_for("F1 Help")
    terminal.keyed(FROM_THE_MENU, "CAR040")
    terminal.keyed(
        "<up><up><up>1<enter>PS26-0000007<enter>PSSend the crew<enter>",
        "Logged.",
        "Delgado, Ana: Send the crew",
    )
    assert rows(
        office,
        "SELECT contact_id, outcome, link, channel, reason FROM contact_log_entry"
        " ORDER BY id DESC LIMIT 1",
    ) == [(1, "promised", "S26-0000007", "phone", "S")]
    assert "SELF  the customer" in terminal.text


def test_a_wrong_entry_of_the_log_is_corrected(
    cared: Callable[..., Terminal], office: Office
) -> None:
    """2 puts it into the fields; the wrong one stays, marked; F12 lets an entry stand."""
    terminal = cared(user="maria")
    terminal.wait_for("F1 Help")
    terminal.keyed(FROM_THE_MENU, "Tab leads to the log")
    terminal.keyed("<tab><tab><tab>2<enter>", "In the place of 11/20/26 Called back")
    terminal.keyed("<f12>", "The entry stands as it was.")
    terminal.keyed("<tab><tab><tab>2<enter>", "In the place of 11/20/26 Called back")
    terminal.keyed(
        "<enter>S<enter>", "Corrected; the wrong entry stays, marked.", "(corrected by maria)"
    )
    terminal.keyed("<tab><tab><tab><enter>", "Service, in the place of a wrong entry.")
    terminal.keyed("<down>2<enter>", "maria has corrected that; correct the newer entry.")
    assert rows(
        office, "SELECT id, reason, words, corrects_id FROM contact_log_entry ORDER BY id DESC"
    )[:2] == [
        (4, "S", "Called back about the leak", 3),
        (3, "H", "Called back about the leak", None),
    ]
    assert verified(office) == []


FROM_THE_MENU = f"{ROSA}<enter><f6>1.15<enter>"
ONE = ("PB", "OH", "CP", "EA", "RX", "LM", "MD", "FS")
CHANNELS = ("phone", "call", "counter", "email", "reply", "letter", "mailed", "field")


@pytest.mark.slow
def test_two_hundred_contacts_in_one_burst(start: Callable[..., Terminal], office: Office) -> None:
    """From the menu to the account to the log, then 200 entries: every one is exact.

    An entry is two keys, its words, and Enter.
    """
    keys = [FROM_THE_MENU]
    keys += [f"{ONE[at % 8]}call {at}: they said {at * 37 % 101}<enter>" for at in range(200)]
    terminal = start(user="maria")
    terminal.wait_for("F1 Help")
    terminal.type("".join(keys))
    count = "SELECT count(*) FROM contact_log_entry"
    terminal.wait(lambda: rows(office, count) == [(200,)], 180)
    terminal.settle()

    assert rows(office, "SELECT channel, reason, words, outcome FROM contact_log_entry") == [
        (CHANNELS[at % 8], ONE[at % 8][1], f"call {at}: they said {at * 37 % 101}", "answered")
        for at in range(200)
    ]
    terminal.close()
    assert rows(office, "SELECT count(*) FROM audit_entry WHERE verb LIKE '%log_contact'") == [
        (200,)
    ]
    assert verified(office) == []


def test_a_wrong_key_costs_only_itself(start: Callable[..., Terminal], office: Office) -> None:
    """An unknown reason is refused where it stands; what was typed behind it is dropped."""
    terminal = start(user="maria")
    terminal.wait_for("F1 Help")
    terminal.keyed(FROM_THE_MENU, "CAR040")
    terminal.keyed("PZthese words go nowhere<enter>", "no code that is known")
    terminal.keyed("Bthe bill is high<enter>", "Logged.")
    assert rows(office, "SELECT channel, reason, words FROM contact_log_entry") == [
        ("phone", "B", "the bill is high")
    ]


def test_a_long_note_is_kept_whole(start: Callable[..., Terminal], office: Office) -> None:
    """Words past the end of the field scroll; none is dropped."""
    words = " ".join(f"word{at}" for at in range(30))
    terminal = start(user="maria")
    terminal.wait_for("F1 Help")
    terminal.keyed(f"car021 {ROSA}<enter>", "CAR021")
    terminal.keyed(f"{words}<f10>", "The note is kept.")
    assert rows(office, "SELECT text FROM note ORDER BY id DESC LIMIT 1") == [(words,)]
