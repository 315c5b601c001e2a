"""What a keyed number or name opens."""

from __future__ import annotations

import pytest

from billing_tui.foundation.errors import BillingError, NotFound
from billing_tui.records.find_records import accounts_for
from billing_tui.tui.fast_path import Way, find_way
from billing_tui.tui.look_up import looked_up, settled

pytestmark = pytest.mark.usefixtures("city")


@pytest.mark.parametrize(
    ("entry", "way"),
    [
        ("10432-03", Way("ACC020", "10432-03")),
        ("5305551201", Way("ACC020", "10511-03")),
        ("5551201", Way("ACC020", "10511-03")),
        ("70318844", Way("ACC020", "10590-03")),
        ("delgado", Way("ACC020", "10432-03")),
        ("elm", Way("ACC010", "elm")),
        ("zzzzqq", Way("ACC010", "zzzzqq")),
        ("b26-0104882", Way("BIL030", "B26-0104882")),
        ("acc010 delgado", Way("ACC020", "10432-03")),
        ("3.2", Way("BIL020")),
        ("1.2", Way("ACC010")),
    ],
)
def test_numbers_and_names_lead_to_the_one_that_is_meant(entry: str, way: Way) -> None:
    """A phone and a meter open their account as its own number does; several are listed."""
    assert settled(find_way(entry)) == way


def test_a_number_that_nothing_has_is_refused_as_what_it_is() -> None:
    """A phone is not said to be an account."""
    with pytest.raises(NotFound, match="No account, phone or meter has the number 4155550000"):
        settled(find_way("4155550000"))


def test_an_account_that_is_not_there_is_refused_by_its_number() -> None:
    """With its dash it can only be an account."""
    with pytest.raises(NotFound, match="There is no account 99999-01"):
        settled(find_way("99999-01"))


def test_the_search_box_knows_the_same() -> None:
    """A bill, an account by its number, one by its name, several."""
    assert looked_up("B26-0104882") == Way("BIL030", "B26-0104882")
    assert looked_up("10432") == Way("ACC020", "10432")
    assert looked_up("omaley") == Way("ACC020", "10748-03")
    assert looked_up("st") == Way("ACC010", "st")


def test_a_whole_number_means_that_account_or_none() -> None:
    """10432-01 is not taken for 10432-03, wherever it is keyed."""
    with pytest.raises(BillingError):
        settled(Way("ACC020", "10432-01"))
    assert looked_up("10432-01") == Way("ACC010", "10432-01")
    assert accounts_for("10432-01") == ()
    assert [hit.number for hit in accounts_for("10432")] == ["10432-03"]
