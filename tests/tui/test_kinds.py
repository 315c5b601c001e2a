"""What fields take."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.money import Money, money_text
from billing_tui.tui import kinds, record_kinds

TODAY = date(2026, 11, 20)
COLOURS = (kinds.Choice("WATER", "water"), kinds.Choice("WASTE", "sewer"), kinds.Choice("R", "x"))


@given(st.integers(-99_999_999, 99_999_999))
def test_an_amount_is_what_was_keyed(cents: int) -> None:
    """Whole and part, with the sign behind, give the same cents; the echo reads back the same."""
    whole, part = divmod(abs(cents), 100)
    taken = kinds.money().read(f"{whole}.{part:02d}{'-' if cents < 0 else ''}")

    assert taken.value == Money(cents)
    assert kinds.money().read(taken.shown).value == taken.value


@pytest.mark.parametrize(
    "entry", ["", "1.234", "1,00", "1,0000", ",100", "1e3", "--1", "-1-", "1.2.3", ".", "٣"]
)
def test_other_amounts_are_refused(entry: str) -> None:
    """Nothing is rounded and nothing guessed."""
    with pytest.raises(InvalidEntry, match="two decimals at most"):
        kinds.money().read(entry)


@pytest.mark.parametrize(
    ("entry", "day"),
    [
        ("0917", date(2026, 9, 17)),
        ("091726", date(2026, 9, 17)),
        ("9/17/26", date(2026, 9, 17)),
        ("t", TODAY),
        ("T", TODAY),
        ("+1", date(2026, 11, 21)),
        ("-20", date(2026, 10, 31)),
        ("0102", date(2027, 1, 2)),
    ],
)
def test_days_in_short(entry: str, day: date) -> None:
    """A day without a year is the nearest one; t, + and - count from the business day."""
    assert kinds.read_day(entry, TODAY) == day


@given(st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.integers(0, 6), st.sampled_from("aA"))
def test_a_weekday_is_the_coming_one(today: date, ahead: int, form: str) -> None:
    """Today where it is one; with - before it the last one before today."""
    meant = today + timedelta(days=ahead)
    name = meant.strftime(f"%{form}")
    assert kinds.read_day(name, today) == meant
    last = kinds.read_day(f"-{name}", today)
    assert last.weekday() == meant.weekday()
    assert 1 <= (today - last).days <= 7


@pytest.mark.parametrize("keyed", ["m", "s", "tx", "mondays", "-t", "--mon", "+mon", "mon1"])
def test_what_is_no_weekday(keyed: str) -> None:
    """One letter is too little, and nothing else stands with a name."""
    with pytest.raises(InvalidEntry):
        kinds.read_day(keyed, TODAY)


@pytest.mark.parametrize("entry", ["", "1332", "0230", "0917261", "9-17-", "x", "٠٩١٧"])
def test_no_such_day(entry: str) -> None:
    """A day that is not in the calendar is refused with a sentence."""
    with pytest.raises(InvalidEntry):
        kinds.read_day(entry, TODAY)


@given(st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.integers(-170, 170))
def test_a_day_of_this_half_year_needs_no_year(today: date, away: int) -> None:
    """Month and day alone mean the day that is meant when it is less than half a year away."""
    meant = today + timedelta(days=away)

    assert kinds.read_day(f"{meant:%m%d}", today) == meant


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_the_echo_of_a_day_reads_back(day: date) -> None:
    """What the field shows afterwards means the same day."""
    assert kinds.day(TODAY).read(kinds.day(TODAY).read(f"{day:%m%d%y}").shown).value == day


@pytest.mark.parametrize(("entry", "value"), [("0", "0"), ("1482", "1482"), ("1482.5", "1482.5")])
def test_reads(entry: str, value: str) -> None:
    """A read is its digits, with the decimals that the register has."""
    assert kinds.quantity(6, 1).read(entry).value == Decimal(value)


@given(st.integers(1_000, 99_999_999))
def test_numbers_are_keyed_as_they_are_printed(cents: int) -> None:
    """With commas before each three digits, in amounts and in quantities."""
    assert kinds.money().read(money_text(cents)).value == Money(cents)
    assert kinds.money().read(f"{money_text(cents)}-").value == Money(-cents)
    assert kinds.quantity(9).read(f"{cents:,}").value == Decimal(cents)


@pytest.mark.parametrize("entry", ["", "-1", "1,4825", "1.25", ".5", "1e2", "\u0661"])
def test_other_reads_are_refused(entry: str) -> None:
    """Signs, too many decimals and other digits are no reads."""
    with pytest.raises(InvalidEntry):
        kinds.quantity(6, 1).read(entry)


def test_the_beginning_of_a_code_is_enough_where_it_fits_one() -> None:
    """`WAT` means WATER, `W` could be two, `R` is itself."""
    kind = kinds.choice(8, COLOURS)

    assert kind.read("wat").value == "WATER"
    assert kind.read("r").value == "R"
    with pytest.raises(InvalidEntry, match="2 begin so: WATER, WASTE"):
        kind.read("w")
    with pytest.raises(InvalidEntry, match="no code that is known"):
        kind.read("x")


def test_the_list_shows_what_fits() -> None:
    """F4 lists codes and meanings that hold the text, and all of them where none does."""
    kind = kinds.choice(8, COLOURS)
    assert kind.choices is not None

    assert [one.code for one in kind.choices("sew")] == ["WASTE"]
    assert list(kind.choices("zzz")) == list(COLOURS)


def test_text_is_cleaned() -> None:
    """Control characters do not get in."""
    with pytest.raises(InvalidEntry, match="control"):
        kinds.text(30).read("a\x1b[2Jb")


@pytest.mark.parametrize(
    ("keyed", "meant"),
    [
        ("10/31/27", date(2027, 10, 31)),
        ("10/31/2027", date(2027, 10, 31)),
        ("2027-10-31", date(2027, 10, 31)),
        ("10-31-27", date(2027, 10, 31)),
        ("103127", date(2027, 10, 31)),
        ("10312027", date(2027, 10, 31)),
        ("1/2", date(2027, 1, 2)),
    ],
)
def test_a_date_is_taken_as_screens_and_papers_write_it(keyed: str, meant: date) -> None:
    """With strokes, with the whole year, as it is stored."""
    assert kinds.read_day(keyed, TODAY) == meant


@pytest.mark.parametrize("keyed", ["10/31/", "10/31/2", "10/", "/", "1031270", "2027-10", "9-9-9"])
def test_half_a_date_is_no_date(keyed: str) -> None:
    """Nothing is guessed from what was cut off."""
    with pytest.raises(InvalidEntry):
        kinds.read_day(keyed, TODAY)


def test_the_first_row_of_what_fits_is_never_new() -> None:
    """F4 and Enter in one go take somebody who fits; NEW is first only where nothing was keyed."""
    hills = [kinds.Choice("C1", "Hill, Gary"), kinds.Choice("C2", "Hill, Gary S")]
    listed = replace(kinds.text(24, ""), choices=lambda keyed: hills if keyed.strip() else [])
    who = record_kinds.or_new(listed, "a new customer", "Who?")
    assert who.choices is not None

    assert [one.code for one in who.choices("hill, gary")] == ["C1", "C2", "NEW"]
    assert [one.code for one in who.choices("  ")] == ["NEW"]
    assert who.read("new") == kinds.Taken(None, "NEW", "a new customer")
    assert who.read("C1").value == "C1"
