"""What the demo city's clerks keyed on the day before: work for the lead's audit and approvals.

Keyed through the rooms' own verbs, by people at their desks, at places of cycles that are not being
billed, so that nothing here touches what the open cycle is about to show.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from billing_tui.customer_care.keep_contact import ContactForm, add_contact
from billing_tui.customer_care.kinds import Channel, MayDo
from billing_tui.customer_care.log_contact import SpokenWith, log_contact
from billing_tui.foundation.bulk import rows_of
from billing_tui.operations.demo.dice import seeded
from billing_tui.records.account_flags import add_flag
from billing_tui.records.add_note import FollowUp, add_note
from billing_tui.records.change_mailing_address import change_mailing_address
from billing_tui.records.kinds import FlagKind
from billing_tui.records.request_class_change import request_class_change

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from billing_tui.access.desk import Desk

_SERVED = """
SELECT a.id, a.version, s.id FROM account a JOIN cycle c ON c.id = a.cycle_id
JOIN service s ON s.account_id = a.id AND s.kind = 'stormwater' AND s.rate_class = 'SFR'
WHERE a.status = 'Active' AND s.to_day IS NULL AND c.code <> ?
AND NOT EXISTS (SELECT 1 FROM account_flag f WHERE f.account_id = a.id)
AND NOT EXISTS (SELECT 1 FROM mailing_address m WHERE m.account_id = a.id) ORDER BY a.id
"""
_WANTED = 8
_CALLS = (
    "Asked when the next reading is",
    "Wants the bill by email",
    "Asked what the drought surcharge is",
)


def key_yesterday(desk_of: Callable[[str, date], Desk], seed: int, day: date, cycle: str) -> None:
    """Key a clerk's and a cashier's day.

    Args:
        desk_of: the desk of a user name on a day.
        seed: of the city.
        day: the day before the business day.
        cycle: code of the open cycle, which is left alone.
    """
    served = rows_of(_SERVED, (cycle,))
    if len(served) < _WANTED:
        return
    chosen = seeded(seed, "yesterday").sample(served, _WANTED)
    _clerk(desk_of("maria", day), chosen, day)
    cashier = desk_of("cass", day)
    for (account, _, _), words in zip(chosen, _CALLS, strict=False):
        log_contact(cashier, account, SpokenWith(channel=Channel.PHONE_IN, reason="B", words=words))


def _clerk(desk: Desk, chosen: Sequence[tuple[int, int, int]], day: date) -> None:
    (mail, version, _), (flag, _, _), (note, _, _), (spouse, _, _), (asked, _, service) = chosen[:5]
    lines = ("PO Box 1187", "Sierra Vista CA 93221")
    change_mailing_address(
        desk, mail, lines, "93221", from_day=day, version=version, why="the customer called"
    )
    add_flag(
        desk, flag, FlagKind.LOW_INCOME, "applied at the counter", from_day=day,
        to_day=day + timedelta(days=730), proof="CARE card seen",
    )  # fmt: skip
    add_note(
        desk, note, "Meter box is under ivy; will cut it back by the 6th.",
        follow_up=FollowUp(day=day + timedelta(days=4), username="maria"),
    )  # fmt: skip
    add_contact(desk, spouse, ContactForm(name="Alex Rivera", may_do=MayDo.ASK, relation="spouse"))
    log_contact(
        desk,
        spouse,
        SpokenWith(channel=Channel.COUNTER, reason="M", words="Came to name the spouse"),
    )
    request_class_change(
        desk, service, schedule="STORM", rate_class="MFR", from_day=day + timedelta(days=29),
        reason="two units were built; permit 26-311",
    )  # fmt: skip
    add_note(desk, asked, "Permit 26-311 says two units; asked for the class.", kind="note")
