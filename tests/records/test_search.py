"""The one search box: what is found, in which order, and what hostile input does."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from records_city import form, household, ready

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.records.bulk_set_up import bulk_set_up
from billing_tui.records.find_records import accounts_held, customers_for, places_for
from billing_tui.records.kinds import AccountStatus
from billing_tui.records.new_records import NewCustomer, NewLocation
from billing_tui.records.open_account import open_account
from billing_tui.records.search import MOST_HITS, search
from billing_tui.records.search_words import readings, sound_of, words
from billing_tui.records.tables import Account

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk

NAMES = (
    ("Gonzalez, Maria", "1200 Mission Way", "8055550101"),
    ("Gonzales, Ana", "1201 Mission Way", "8055550102"),
    ("O'Neal, Patrick", "12 Harbor Blvd", "8055550103"),
    ("Nu\u00f1ez, Jos\u00e9", "14 Harbor Blvd", "8055550104"),
    ("Smith-Jones, Carol", "418 Oak St", "8055550105"),
    ("Mission Bakery", "9 5th St", "8055550106"),
)


@pytest.fixture
def found_city(desk: Callable[..., Desk]) -> dict[str, int]:
    """Rosa and six others; account ids by name."""
    luis = desk("luis")
    rosa = open_account(
        luis, dataclasses.replace(form(ready(luis)), legacy_number="OLD-77123")
    ).account_id
    rows = [
        household(
            number,
            customer=NewCustomer(name=name, phones=(phone,)),
            location=NewLocation(
                house=address.split()[0],
                street=" ".join(address.split()[1:]),
                city="Sierra Vista",
                zip="93001",
            ),
        )
        for number, (name, address, phone) in enumerate(NAMES, 1)
    ]
    ids = bulk_set_up(luis, rows).account_ids
    return {"Delgado, Rosa M": rosa} | {
        name: account for (name, _, _), account in zip(NAMES, ids, strict=True)
    }


def names(text: str) -> list[str]:
    """Names of the hits."""
    return [hit.name for hit in search(text)]


ROSA = (
    *("10001-01", "1000101", "10001", "10001-1", "0010001-01"),
    *("delgado", "DELGADO, ROSA", "rosa del", "del ro", "rosa@example.org", "rosa@ex"),
    *("418 alder", "alder 418", "unit b alder", "012-345-67", "01234567"),
    *("(805) 555-0134", "555-0134", "0134 rosa"),
    *("70318842", "318842", "8842", "EP900100", "900100"),
    *("OLD-77123", "OLD77123", "77123 rosa"),
)


def test_rosa_is_found(found_city: dict[str, int]) -> None:
    """By number, name, address, phone, meter, radio, parcel, old number, email or a mixture."""
    rosa = found_city["Delgado, Rosa M"]
    missed = [typed for typed in ROSA if rosa not in [hit.account_id for hit in search(typed)]]
    assert missed == []


def test_each_beginning_of_a_name_finds_it(found_city: dict[str, int]) -> None:
    """From the first key to the last the account stays on the list."""
    for name, account in found_city.items():
        for length in range(1, len(name) + 1):
            assert account in [hit.account_id for hit in search(name[:length])], name[:length]


def test_every_word_must_be_found(found_city: dict[str, int]) -> None:
    """Two words narrow the list; a word that fits nobody empties it."""
    assert found_city
    assert names("harbor patrick") == ["O'Neal, Patrick"]
    assert names("delgado harbor") == []


def test_exact_before_beginnings_before_sounds(found_city: dict[str, int]) -> None:
    """The spelling that was typed stands first, the sound-alike after it."""
    assert found_city
    assert names("gonzales") == ["Gonzales, Ana", "Gonzalez, Maria"]
    assert names("gonzalez maria") == ["Gonzalez, Maria"]
    assert search("gonsalis")[0].matched == "sounds like"
    assert names("12 harbor")[0] == "O'Neal, Patrick"


def test_names_before_streets(found_city: dict[str, int]) -> None:
    """A word that is both finds the customer first."""
    assert found_city
    assert names("mission")[0] == "Mission Bakery"
    assert set(names("mission")) == {"Mission Bakery", "Gonzales, Ana", "Gonzalez, Maria"}


ALIKE = (
    ("oneal", "O'Neal, Patrick"),
    ("o'neal", "O'Neal, Patrick"),
    ("O\u2019NEAL", "O'Neal, Patrick"),
    ("nunez jose", "Nu\u00f1ez, Jos\u00e9"),
    ("NU\u00d1EZ", "Nu\u00f1ez, Jos\u00e9"),
    ("nun\u0303ez", "Nu\u00f1ez, Jos\u00e9"),
    ("jones carol", "Smith-Jones, Carol"),
    ("smith-jones", "Smith-Jones, Carol"),
    ("5th st", "Mission Bakery"),
)


def test_accents_apostrophes_and_hyphens(found_city: dict[str, int]) -> None:
    """A name is found however its signs are typed."""
    assert found_city
    assert [(typed, names(typed)[0]) for typed, _ in ALIKE] == list(ALIKE)


def test_closed_accounts_come_after(found_city: dict[str, int]) -> None:
    """Among equals the account that is served comes first."""
    first = found_city["Gonzales, Ana"]
    Account.update(status=AccountStatus.CLOSED.value).where(Account.id == first).execute()
    assert [hit.status for hit in search("mission way")] == ["Active", "Closed"]


def test_who_lives_there_comes_before_who_leaves(found_city: dict[str, int]) -> None:
    """One whose final bill is due stands between who is served and who is gone."""
    leaving = found_city["Gonzales, Ana"]
    Account.update(status=AccountStatus.FINAL_PENDING.value).where(Account.id == leaving).execute()
    assert [hit.status for hit in search("mission way")] == ["Active", "Final pending"]


@pytest.mark.parametrize(
    "typed", ["805-555", "(805) 555-01", "(805) 555", "805-555-", "805-555-01"]
)
def test_the_beginning_of_a_phone_finds_phones_only(
    found_city: dict[str, int], desk: Callable[..., Desk], typed: str
) -> None:
    """A house of that number is no answer."""
    assert found_city
    neighbor = household(
        80,
        customer=NewCustomer(name="Adams, Zoe", phones=("2135550199",)),
        location=NewLocation(house="805", street="555th St 01", city="Sierra Vista", zip="93001"),
    )
    bulk_set_up(desk("luis"), [neighbor])
    hits = search(typed)
    assert {hit.matched for hit in hits} == {"phone"}
    assert "Adams, Zoe" not in [hit.name for hit in hits]


def test_a_long_list_is_cut(desk: Callable[..., Desk]) -> None:
    """Never more than fifty, each account once."""
    luis = desk("luis")
    ready(luis)
    bulk_set_up(luis, [household(number) for number in range(80)])
    hits = search("o")
    assert len(hits) == len({hit.account_id for hit in hits}) == MOST_HITS
    assert len(search("okafor sam", most=7)) == 7


HOSTILE = (
    "'; DROP TABLE account; --",
    "%",
    "_",
    "*",
    "\\",
    '" OR 1=1',
    "a' AND EXISTS(SELECT 1)",
    "\x00\x1b[31m",
    "\u202e\u200b",
    "\ud800",
    "\U0010ffff",
    "'" * 199,
    "- - -",
    "()",
    "@",
    "@@@ +++ ...",
    "~KNSLS",
)


def test_hostile_text_finds_nothing_it_should_not(found_city: dict[str, int]) -> None:
    """Signs of SQL and of search languages are no words; words among them are only words."""
    for typed in HOSTILE:
        found = search(typed)
        assert found == () or any(char.isalnum() for char in typed), typed
        assert rows_of("SELECT count(*) FROM account") == [(len(found_city),)]


def test_a_megabyte_is_refused(found_city: dict[str, int]) -> None:
    """Too long a text is refused before it is read."""
    assert found_city
    with pytest.raises(InvalidEntry):
        search("a" * 1_000_000)
    with pytest.raises(InvalidEntry):
        search("\u0301" * 1_000_000)


def test_an_empty_box_finds_nothing(found_city: dict[str, int]) -> None:
    """Blank is no search."""
    assert found_city
    assert search("") == search("   ") == ()


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_any_text_can_be_searched(found_city: dict[str, int], text: str) -> None:
    """Whatever is typed, hits are accounts that exist, each once."""
    hits = [hit.account_id for hit in search(text)]
    assert len(hits) == len(set(hits))
    assert set(hits) <= set(found_city.values())


@given(st.text(max_size=60))
def test_words_are_folded_for_good(text: str) -> None:
    """Folding a word again changes nothing, and no word carries a range of the index."""
    for word in words(text):
        assert words(word) == [word]
        assert word.isascii()
        assert word.isalnum()


def test_sound_and_readings() -> None:
    """Sounds fold spellings; a phone with signs is read as one number first."""
    assert sound_of("gonzalez") == sound_of("gonzales") != ""
    assert sound_of("12th") == ""
    assert [word.text for word in readings("(805) 555-0134")[0]] == ["8055550134"]
    assert [word.text for word in readings("10432-3")[0]] == ["1043203"]
    assert readings("") == []


ONE_NAME = (
    ("villalovos", "villalobos"), ("hakobian", "hakobyan"), ("sarkissian", "sarkisyan"),
    ("vasques", "basquez"), ("ibarra", "ybarra"), ("samora", "zamora"), ("chabes", "chavez"),
    ("filips", "phillips"), ("stephens", "stevens"), ("lamb", "lamm"), ("iakob", "yakob"),
)  # fmt: skip


@pytest.mark.parametrize(("heard", "written"), ONE_NAME)
def test_a_name_sounds_as_it_is_heard_in_californian_offices(heard: str, written: str) -> None:
    """B and v, s and z, i and y, a letter once or twice: one name."""
    assert sound_of(heard) == sound_of(written) != ""


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12), st.data())
def test_a_letter_of_the_same_sound_changes_nothing(word: str, data: st.DataObject) -> None:
    """Whatever the name, b or v, s or z, i or y, once or twice at any place sound alike."""
    at = data.draw(st.integers(0, len(word) - 1))
    letter = word[at]
    other = dict(zip("bvszyi", "vbzsiy", strict=True)).get(letter, letter)
    for spelled in (other, letter + letter):
        assert sound_of(word[:at] + spelled + word[at + 1 :]) == sound_of(word)


def test_other_names_stay_other_names() -> None:
    """A key that is too broad would find everybody."""
    names_apart = ("delgado", "salgado", "lopez", "gomez", "nguyen", "tran", "miller", "mueller")
    assert len({sound_of(name) for name in names_apart}) == len(names_apart) - 1  # the millers


def test_who_is_here_is_found_as_the_name_is_heard(found_city: dict[str, int]) -> None:
    """In the search and where a move-in asks who it is, so that nobody is entered twice."""
    assert found_city
    assert names("patrik oneall") == ["O'Neal, Patrick"]
    assert [one.name for one in customers_for("Mizzion Vakery")] == ["Mission Bakery"]


def test_the_opening_day_does_not_matter(found_city: dict[str, int]) -> None:
    """An account is found from the moment it is saved."""
    row = Account.get_by_id(found_city["Delgado, Rosa M"])
    assert row.opened == date(2026, 3, 1)
    assert search(row.number)[0].account_id == row.id


def test_a_house_number_with_its_street_is_meant_as_that_place(
    found_city: dict[str, int],
) -> None:
    """Nothing else that happens to hold both words is listed beside it."""
    assert found_city
    assert [one.address for one in places_for("12 harb")] == ["12 Harbor Blvd"]
    assert [one.address for one in places_for("120 missi")] == [
        "1200 Mission Way",
        "1201 Mission Way",
    ]


def test_a_customer_is_told_apart_by_the_address(found_city: dict[str, int]) -> None:
    """That of the newest account, an open one first; and the accounts that are held now."""
    [bakery] = customers_for("Mission Bakery")
    assert (bakery.address, bakery.phone) == ("9 5th St", "8055550106")
    held = accounts_held(bakery.customer_id)
    assert [one.account_id for one in held] == [found_city["Mission Bakery"]]
    Account.update(closed=date(2026, 11, 1), status=AccountStatus.CLOSED.value).where(
        Account.id == found_city["Mission Bakery"]
    ).execute()
    assert accounts_held(bakery.customer_id) == ()
    assert customers_for("Mission Bakery") == (bakery,)
