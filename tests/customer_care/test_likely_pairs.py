"""Customers who may be one: found by phone, email and sound, the surest first, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st
from records_city import customer_of, form, ready, refuse_account

from billing_tui.customer_care.likely_pairs import (
    START,
    LikelyPair,
    likely_pairs,
    likeness,
    sound_alike,
)
from billing_tui.customer_care.merge_customers import merge_customers
from billing_tui.records.new_records import NewCustomer
from billing_tui.records.open_account import open_account

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk

LETTERS = st.text(alphabet="abcdefgklmnoprst", min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Delgado, Rosa M", "Delgado, Rosa", True),
        ("Delgado, Rosa", "Delgadoe, Roza", True),
        ("Delgado, R", "Delgado, Rosa", True),
        ("Kwan Bakery", "Kwan Bakkery", True),
        ("Delgado, Rosa", "Delgado, Juan", False),
        ("Bettencourt, Marcus", "Bettencourt, William M", False),
        ("Delgado, Rosa", "Delgado", False),
        ("Delgado, Rosa", "Ruiz, Rosa", False),
        ("1234", "4321", False),
    ],
)
def test_which_names_sound_alike(one: str, other: str, *, alike: bool) -> None:
    """Spelling and further given names do not count; another given name does."""
    assert sound_alike(one, other) is alike
    assert sound_alike(other, one) is alike


@given(LETTERS, LETTERS)
def test_a_name_sounds_like_itself(family: str, first: str) -> None:
    """Written in capitals as well."""
    assert sound_alike(f"{family}, {first}", f"{family.upper()}, {first.title()}")


@pytest.fixture
def town(desk: Callable[..., Desk]) -> dict[str, int]:
    """Rosa and others on Alder Ct: name in short to the row of the customer."""
    maria = desk("maria")
    city = ready(maria)
    rosa = open_account(maria, form(city)).account_id
    others = {
        "roza": ("420", NewCustomer(name="Delgado, Roza")),
        "phone": ("900", NewCustomer(name="Delgadoe, R", phones=("8055550134", "8055550199"))),
        "lodger": ("901", NewCustomer(name="Okafor, Sam", phones=("8055550134",))),
        "email": ("902", NewCustomer(name="Delgado, Rosa", email="rosa@example.org")),
        "far": ("999", NewCustomer(name="Okafor, Samuel")),
    }
    found = {name: refuse_account(maria, city, who, house) for name, (house, who) in others.items()}
    return {name: customer_of(row) for name, row in {"rosa": rosa, **found}.items()}


def paged(limit: int) -> list[LikelyPair]:
    """All pairs, read so many at a time."""
    pairs: list[LikelyPair] = []
    while page := likely_pairs(after=pairs[-1].place if pairs else START, limit=limit):
        pairs += page
    return pairs


def test_pairs_come_the_surest_first_and_each_once(town: dict[str, int]) -> None:
    """In pages of any size; who lives far away and shares nothing but the sound is no pair."""
    names = {row: name for name, row in town.items()}
    told = [(names[p.one.customer_id], names[p.other.customer_id], p.why) for p in paged(50)]
    assert told == [
        ("rosa", "phone", "same phone, names alike"),
        ("rosa", "email", "same email, names alike"),
        ("rosa", "roza", "names alike, 418 Alder Ct Unit B and 420 Alder Ct Unit B"),
        ("phone", "email", "names alike, 900 Alder Ct Unit B and 902 Alder Ct Unit B"),
        ("rosa", "lodger", "same phone, other name"),
        ("phone", "lodger", "same phone, other name"),
    ]
    for limit in (1, 2, 3):
        assert paged(limit) == paged(50)


def test_what_two_share_is_told(town: dict[str, int]) -> None:
    """In words; names that are not alike are the doubt."""
    assert likeness(town["rosa"], town["phone"]) == (True, "names sound alike, same phone")
    assert likeness(town["rosa"], town["lodger"]) == (False, "same phone")
    assert likeness(town["rosa"], town["far"]) == (False, "")


def test_who_was_merged_is_no_pair_any_more(
    desk: Callable[..., Desk], town: dict[str, int]
) -> None:
    """The customer who stays may still be like others."""
    merge_customers(desk("maria"), town["rosa"], town["phone"], "Entered twice by us")
    assert all(town["phone"] not in (p.one.customer_id, p.other.customer_id) for p in paged(50))
