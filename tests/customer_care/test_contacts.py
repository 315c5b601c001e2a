"""Contacts, their passphrases, and the contact log."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st
from pg_server import ON_SERVER

from billing_tui.access.desk import NotAllowed
from billing_tui.access.tables import AuditEntry
from billing_tui.customer_care import passphrase
from billing_tui.customer_care.check_passphrase import MOST_WRONG, check_passphrase
from billing_tui.customer_care.contact_log import log_of, reasons_between
from billing_tui.customer_care.contacts import contact_line, contacts_of
from billing_tui.customer_care.correct_log import correct_logged
from billing_tui.customer_care.keep_contact import (
    ContactForm,
    add_contact,
    change_contact,
    end_contact,
    set_passphrase,
)
from billing_tui.customer_care.kinds import Channel, MayDo, Outcome
from billing_tui.customer_care.log_contact import SpokenWith, log_contact
from billing_tui.customer_care.log_policy import log_reasons, read_log_reasons
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import (
    BillingError,
    InvalidEntry,
    NotFound,
    ProblemsFound,
    Refused,
)
from billing_tui.foundation.model import table_name
from billing_tui.operations.schema import all_tables
from billing_tui.operations.verify import verify_office
from billing_tui.records.editing import StaleEdit

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

ANA = ContactForm(
    name="Delgado, Ana", may_do=MayDo.CHANGE, relation="daughter", phone="(805) 555-0177"
)
WORDS = "Blue heron 77"
CALL = SpokenWith(channel=Channel.PHONE_IN, reason="B", words="Asked why the bill is higher")


def whole_database(office: Office) -> str:
    """Every text that the database holds: its file and journal, or all rows of a server."""
    if ON_SERVER:
        return str([rows_of(f'SELECT * FROM "{table_name(table)}"') for table in all_tables()])
    files = office.home.root.glob("billing.db*")
    return "".join(file.read_bytes().decode("latin-1") for file in files)


def test_a_contact_is_entered_changed_and_ended(
    office: Office, desk: Callable[..., Desk], opened: int
) -> None:
    """In force from today, stale forms refused, gone from the day after the last."""
    maria = desk("maria")
    ana = add_contact(maria, opened, ANA)
    assert [(c.name, c.phone, c.may_do) for c in contacts_of(opened, on=maria.business_day)] == [
        ("Delgado, Ana", "8055550177", MayDo.CHANGE)
    ]
    with pytest.raises(Refused, match="already"):
        add_contact(maria, opened, dataclasses.replace(ANA, name="delgado, ana"))
    assert change_contact(maria, ana, dataclasses.replace(ANA, may_do=MayDo.ASK), version=1) == 2
    with pytest.raises(StaleEdit):
        change_contact(maria, ana, ANA, version=1)
    with pytest.raises(Refused, match="Nothing"):
        change_contact(maria, ana, dataclasses.replace(ANA, may_do=MayDo.ASK), version=2)
    end_contact(maria, ana, version=2)
    assert contacts_of(opened, on=maria.business_day)[0].to_day == maria.business_day
    assert contacts_of(opened, on=date(2026, 11, 3)) == ()
    assert [one.broken for one in verify_office(office.store) if one.broken] == []


def test_what_is_wrong_with_a_contact_is_told_at_once(
    desk: Callable[..., Desk], opened: int
) -> None:
    """No name, no phone number, no email address: all three."""
    with pytest.raises(ProblemsFound) as refusal:
        add_contact(
            desk("maria"), opened, ContactForm(name="", may_do=MayDo.ASK, phone="12", email="x")
        )
    assert {one.field for one in refusal.value.problems} == {"name", "phone", "email"}


def test_a_passphrase_is_checked_and_stands_nowhere(
    office: Office, desk: Callable[..., Desk], opened: int
) -> None:
    """Right or wrong goes into the log; the words are in no row, trail or file."""
    maria = desk("maria")
    ana = add_contact(maria, opened, ANA)
    assert set_passphrase(maria, ana, WORDS, version=1) == 2
    assert check_passphrase(maria, opened, ana, " BLUE  heron 77") is True
    assert check_passphrase(maria, opened, ana, "grey heron 77") is False
    assert [(line.outcome, line.contact) for line in log_of(opened)] == [
        (Outcome.UNKNOWN, "Delgado, Ana"),
        (Outcome.KNOWN, "Delgado, Ana"),
    ]
    told = whole_database(office).casefold()
    assert "blue heron" not in told
    assert "grey heron" not in told
    assert "scrypt" not in "".join(row[0] for row in rows_of("SELECT after FROM audit_entry"))
    assert "passphrase" not in {field.name for field in dataclasses.fields(contacts_of(opened)[0])}
    set_passphrase(maria, ana, "", version=2)
    with pytest.raises(Refused, match="no passphrase"):
        check_passphrase(maria, opened, ana, WORDS)


def test_nobody_guesses_a_passphrase_all_day(desk: Callable[..., Desk], opened: int) -> None:
    """After some wrong ones the right one is refused as well, until the next day."""
    maria = desk("maria")
    ana = add_contact(maria, opened, ANA)
    set_passphrase(maria, ana, WORDS, version=1)
    for guess in range(MOST_WRONG):
        assert not check_passphrase(maria, opened, ana, f"wrong words {guess}")
    with pytest.raises(Refused, match="identification"):
        check_passphrase(maria, opened, ana, WORDS)
    assert check_passphrase(desk("maria", date(2026, 11, 3)), opened, ana, WORDS)


@pytest.mark.parametrize("words", ["short", "Delgado, Ana", "805-555-0177", "Delgado Rosa", " - "])
def test_a_passphrase_that_a_stranger_knows_is_refused(
    desk: Callable[..., Desk], opened: int, words: str
) -> None:
    """Names and phones of the account are tried first by anybody."""
    maria = desk("maria")
    ana = add_contact(maria, opened, ANA)
    with pytest.raises(InvalidEntry) as refusal:
        set_passphrase(maria, ana, words, version=1)
    assert refusal.value.field == "passphrase"
    line = contact_line(ana)
    assert line is not None
    assert not line.has_passphrase


@settings(max_examples=8)
@given(st.text(alphabet="abcdefghÄß 0123456789", min_size=8, max_size=30), st.text(max_size=12))
def test_only_the_same_words_fit(words: str, other: str) -> None:
    """Capitals and blanks do not count; two hashes of the same words differ."""
    try:
        kept = passphrase.hash_of(passphrase.checked(words))
        again = passphrase.hash_of(passphrase.checked(f"  {words.upper().swapcase()} "))
    except InvalidEntry:
        return
    assert kept != again
    assert passphrase.fits(words, kept)
    try:
        same = passphrase.checked(other) == passphrase.checked(words)
    except BillingError:
        return
    assert passphrase.fits(other, kept) is same


def test_a_contact_is_logged_and_paged(desk: Callable[..., Desk], opened: int) -> None:
    """Newest first, each row once; the trail tells the words; the same key is one entry."""
    maria = desk("maria")
    for number in range(7):
        log_contact(
            maria, opened, dataclasses.replace(CALL, words=f"Call {number}"), key=f"k{number}"
        )
    log_contact(maria, opened, dataclasses.replace(CALL, words="Call 6"), key="k6")
    first = log_of(opened, limit=4)
    second = log_of(opened, before=first[-1].entry_id, limit=4)
    assert [line.words for line in first + second] == [f"Call {n}" for n in range(6, -1, -1)]
    entry = AuditEntry.select().order_by(AuditEntry.seq.desc()).first()
    assert json.loads(entry.after)["words"] == "Call 6"
    assert reasons_between(maria.business_day, maria.business_day) == {"B": 7}


def test_what_cannot_be_logged(desk: Callable[..., Desk], opened: int) -> None:
    """No words, an unknown reason, an outcome that only a check may give, another's contact."""
    maria = desk("maria")
    for wrong, field in (
        ({"words": " "}, "words"),
        ({"reason": "?"}, "reason"),
        ({"outcome": Outcome.KNOWN}, "outcome"),
    ):
        with pytest.raises(InvalidEntry) as refusal:
            log_contact(maria, opened, dataclasses.replace(CALL, **wrong))
        assert refusal.value.field == field
    with pytest.raises(NotAllowed):
        log_contact(desk("ada"), opened, CALL)
    assert log_contact(desk("cass"), opened, CALL) > 0


def test_a_wrong_entry_is_corrected_by_another(
    office: Office, desk: Callable[..., Desk], opened: int
) -> None:
    """The old one stays and says who put which in its place; reasons count the new one alone."""
    maria, luis = desk("maria"), desk("luis", date(2026, 11, 5))
    wrong = log_contact(maria, opened, dataclasses.replace(CALL, reason="A"))
    entry = correct_logged(luis, wrong, CALL, key="k")
    assert correct_logged(luis, wrong, CALL, key="k") == entry
    new, old = log_of(opened)
    assert (new.entry_id, new.corrects, new.reason, new.staff) == (entry, wrong, "B", "luis")
    assert (old.entry_id, old.corrected_by, old.corrected_at) == (wrong, "luis", new.at)
    assert new.day == old.day == maria.business_day
    assert reasons_between(maria.business_day, luis.business_day) == {"B": 1}
    trail = AuditEntry.select().order_by(AuditEntry.seq.desc()).first()
    assert json.loads(trail.before)["reason"] == "A"
    assert json.loads(trail.after) | {"contact": entry} == json.loads(trail.after)
    assert [one.broken for one in verify_office(office.store) if one.broken] == []


def test_what_cannot_be_corrected(desk: Callable[..., Desk], opened: int) -> None:
    """The same again, one that was corrected, a passphrase check, an entry that is not there."""
    maria = desk("maria")
    wrong = log_contact(maria, opened, CALL)
    with pytest.raises(Refused, match="Nothing differs"):
        correct_logged(maria, wrong, CALL)
    correct_logged(maria, wrong, dataclasses.replace(CALL, words="Asked about the due day"))
    with pytest.raises(Refused, match="correct the newer one"):
        correct_logged(maria, wrong, dataclasses.replace(CALL, words="Something else"))
    ana = add_contact(maria, opened, ANA)
    set_passphrase(maria, ana, WORDS, version=1)
    check_passphrase(maria, opened, ana, WORDS)
    with pytest.raises(Refused, match="stands as it was"):
        correct_logged(maria, log_of(opened)[0].entry_id, CALL)
    with pytest.raises(NotFound):
        correct_logged(maria, 10_000, CALL)
    with pytest.raises(NotAllowed):
        correct_logged(desk("ada"), wrong, CALL)


def test_the_policy_of_reasons_is_checked() -> None:
    """One capital letter or digit each, identification among them."""
    assert read_log_reasons()["I"] == "Identity"
    for wrong in ("", "reasons: {B: Bill}", "reasons: {I: x, bb: y}", "reasons: {I: x, b: y}"):
        with pytest.raises(ProblemsFound):
            log_reasons(wrong)
