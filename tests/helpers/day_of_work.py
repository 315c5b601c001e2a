"""A day of work in the trail: entries of three people, some that must be reviewed, and requests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from billing_tui.access.request_change import request_change
from billing_tui.access.rights import Right
from billing_tui.access.staff import sit_down
from billing_tui.access.writing import writing
from billing_tui.operations.daily_audit.judge_entry import Verdict, judge_entry
from billing_tui.operations.daily_audit.open_day import open_day

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

DAY, NEXT = date(2026, 11, 19), date(2026, 11, 20)
_MORNING = datetime(2026, 11, 19, 16, 0, tzinfo=UTC)
_MAIL = {"name": "R Delgado", "line": "PO Box 12", "city": "Auburn", "state": "CA", "zip": "95604"}


class Worker:
    """Keys as several people, a minute after the other."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._minute = 0

    def desk(self, username: str, day: date = DAY) -> Desk:
        """A desk whose clock is one minute later than the one before."""
        self._minute += 1
        moment = _MORNING + (day - DAY) + timedelta(minutes=self._minute)
        return sit_down(
            self._office.store,
            self._office.home,
            username,
            day,
            station="tty4",
            verified=username != "nora",
            clock=lambda: moment,
        )

    def key(
        self,
        username: str,
        verb: str,
        about: tuple[str, str],
        change: tuple[dict[str, Any], dict[str, Any]],
        why: str = "",
    ) -> None:
        """One entry of the trail."""
        with writing(self.desk(username), Right.LOOK, verb, why=why) as act:
            act.about(*about)
            act.before, act.after = change


def key_a_day(office: Office) -> None:
    """Thirteen entries of November 19: four must be reviewed, one of them is the lead's own."""
    work = Worker(office)
    rosa, bakery = ("account", "10432-03"), ("account", "10511-03")
    for number in range(6):
        about = ("account", f"{10590 + 79 * number}-03")
        told = {"text": f"Called back, note {number}"}
        work.key("maria", "records.add_note", about, ({}, told))
    terms = {"schedule": "WATER", "service": 1}
    work.key(
        "maria",
        "records.change_service",
        rosa,
        (
            terms | {"rate_class": "W-SFR", "version": 1},
            terms | {"rate_class": "W-MFR", "version": 2},
        ),
        "A second household moved into the garage; letter of 11/18 with the permit attached",
    )
    work.key(
        "maria",
        "records.change_mailing_address",
        rosa,
        ({"mailing_address": None}, {"mailing_address": _MAIL, "from_day": "2026-12-01"}),
        "Asked for on the phone, passphrase given",
    )
    credit = {"cents": -12550, "memo": "Broken main flooded the cellar"}
    work.key("nora", "ledger.post_entry", bakery, ({}, credit), "Claim 26-118")
    flag = {"flag": "Hold penalty", "from_day": "2026-11-19", "to_day": "2026-12-19"}
    work.key("luis", "records.add_flag", bakery, ({}, flag), "Check was lost in the mail")
    for number in range(3):
        about = ("meter", f"7031{8842 + number}")
        work.key("maria", "records.change_meter", about, ({"dials": 4}, {"dials": 5}))


def audit_some(office: Office) -> None:
    """Draw the day as the lead, ask about the class, find an error in the address."""
    lead = Worker(office).desk("luis", NEXT)
    open_day(lead, DAY)
    judge_entry(lead, 7, Verdict.QUERY, remark="Where is the permit filed?")
    judge_entry(lead, 8, Verdict.ERROR, code="WRONG-DAY", remark="She said from December 15")
    judge_entry(lead, 9, Verdict.OK)


def ask_for_changes(office: Office) -> list[int]:
    """Two requests of a clerk and one of a lead for another rate class; their numbers."""
    work = Worker(office)
    wanted = (
        ("maria", "10432-03", 1, "MFR", "A second household moved into the garage"),
        ("maria", "10511-03", 4, "COM", "The bakery opened a shop"),
        ("luis", "10590-03", 7, "MFR", "Duplex by the assessor's map"),
    )
    return [
        request_change(
            work.desk(maker, NEXT),
            "records.change_class",
            {
                "service": service,
                "service_kind": "water",
                "from_day": "2026-10-14",
                "before": {"rate_class": "W-SFR", "schedule": "WATER"},
                "after": {"rate_class": rate_class, "schedule": "WATER"},
            },
            reason,
            about=("account", account),
        )
        for maker, account, service, rate_class, reason in wanted
    ]
