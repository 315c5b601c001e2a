"""What a keyed number or name means: one account, one bill, or a list to choose from.

One rule for F2, the menu and the search box: what is exact or alone opens, the rest is listed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import BillingError, NotFound
from billing_tui.records.account_number import names_one_account
from billing_tui.records.lookup import find_account
from billing_tui.records.search import search
from billing_tui.tui.fast_path import BILL, Way

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_tui.records.search import Hit

_DIGITS = re.compile(r"[0-9]{5,}\Z", re.ASCII)


def settled(way: Way) -> Way:
    """A way whose subject is an account's number or words, led on to what they mean.

    Raises:
        BillingError: it can only be a number, and nothing has it.
    """
    if way.ident == "ACC010" and way.subject:
        return looked_up(way.subject)
    if way.ident == "ACC020" and not way.subject:
        return Way("ACC010")
    if way.ident != "ACC020":
        return way
    try:
        find_account(way.subject)
    except BillingError as refusal:
        if names_one_account(way.subject):
            raise
        found = _of_hits(way.subject, search(way.subject))
        if found is not None:
            return found
        if _DIGITS.match(way.subject):
            raise NotFound(
                f"No account, phone or meter has the number {way.subject}.", field="way"
            ) from refusal
        raise
    return way


def looked_up(keyed: str) -> Way:
    """The bill or account of this number, the only account that fits, or the list of all."""
    if BILL.match(keyed.upper()):
        return Way("BIL030", keyed.upper())
    try:
        find_account(keyed)
    except BillingError:
        alone = None if names_one_account(keyed) else _of_hits(keyed, search(keyed))
        return alone or Way("ACC010", keyed)
    return Way("ACC020", keyed)


def _of_hits(keyed: str, hits: Sequence[Hit]) -> Way | None:
    if not hits:
        return None
    return Way("ACC020", hits[0].number) if len(hits) == 1 else Way("ACC010", keyed)
