"""What was said in the demo city, who speaks for whom, what is promised, and the papers on file."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from billing_tui.customer_care.document_policy import read_document_policy
from billing_tui.customer_care.document_store import keep_file
from billing_tui.customer_care.kinds import Channel, MayDo, Outcome
from billing_tui.customer_care.tables import Contact, ContactLogEntry, FiledDocument
from billing_tui.foundation.bulk import insert_rows, rows_of
from billing_tui.operations.demo.dice import seeded
from billing_tui.records.kinds import CustomerKind, FlagKind
from billing_tui.records.tables import Note

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from billing_tui.customer_care.document_store import Blob
    from billing_tui.foundation.home import Home
    from billing_tui.operations.demo.place import AccountRow, Place

_SCAN = "A scan of the demo city. Nothing stands on it.\n"
_SAID = (
    (Channel.PHONE_IN, "B", "Asked why the bill is higher than the last", Outcome.ANSWERED),
    (Channel.PHONE_IN, "H", "Found a running toilet; asked about an adjustment", Outcome.PROMISED),
    (Channel.PHONE_IN, "P", "Paid online, asked whether it came", Outcome.ANSWERED),
    (Channel.PHONE_IN, "A", "Asked for two more weeks", Outcome.PASSED_ON),
    (Channel.COUNTER, "M", "Brought the lease for the move", Outcome.ANSWERED),
    (Channel.PHONE_OUT, "H", "Told about the high read before the bill", Outcome.NO_ANSWER),
    (Channel.EMAIL_IN, "C", "Wants a smaller cart", Outcome.ANSWERED),
    (Channel.FIELD, "R", "Showed the leak indicator at the meter", Outcome.ANSWERED),
    (Channel.PHONE_IN, "D", "Asked what the past due notice means", Outcome.ANSWERED),
)
_RELATIONS = ("spouse", "daughter", "son", "neighbour", "property manager")
_FIRST = ("Alex", "Bo", "Carmen", "Dana", "Eli", "Flor", "Gene", "Ines")
_PROMISES = (
    "Call back when the re-read is in.",
    "See whether the new cart was delivered.",
    "Look at the next read before it is billed.",
)
_PROOFS = {
    FlagKind.NO_SHUTOFF: "medical",
    FlagKind.LOW_INCOME: "low_income",
    FlagKind.TAX_EXEMPT: "tax_exempt",
}
_LOGGED, _SPOKEN_FOR, _PROMISED, _ON_FILE = 0.06, 0.02, 0.01, 0.85


def write_care(
    seed: int, home: Home, places: Iterable[Place], staff: Sequence[int], today: date
) -> None:
    """Fill the tables of the care of accounts; inside the transaction of the last touches."""
    rng = seeded(seed, "care")
    served = [
        account for place in places for account in place.accounts if account.tenure.closed is None
    ]
    _log(rng, served, staff, today)
    _contacts(rng, served, today)
    _promises(rng, served, staff, today)
    home.inbox.mkdir(mode=0o700, exist_ok=True)
    scan = home.inbox / "scan-0001.txt"
    scan.write_text(_SCAN, encoding="utf-8")
    _papers(rng, served, keep_file(home.documents, scan), staff)


def _moment(rng: random.Random, day: date) -> str:
    clock = time(rng.randint(16, 23), rng.randint(0, 59), tzinfo=UTC)
    return datetime.combine(day, clock).isoformat(timespec="seconds")


def _log(
    rng: random.Random, served: Sequence[AccountRow], staff: Sequence[int], today: date
) -> None:
    columns = ("account_id", "at", "day", "staff_id", "channel", "reason", "words", "outcome")

    def rows() -> Iterator[tuple[Any, ...]]:
        for account in served:
            if rng.random() < _LOGGED:
                for _ in range(rng.randint(1, 3)):
                    day = max(today - timedelta(days=rng.randint(1, 200)), account.tenure.opened)
                    channel, reason, words, outcome = rng.choice(_SAID)
                    said = (channel.value, reason, words, outcome.value)
                    yield (
                        *(account.id, _moment(rng, day), day.isoformat(), rng.choice(staff)),
                        *(*said, ""),
                    )

    insert_rows(ContactLogEntry, (*columns, "link"), sorted(rows(), key=lambda row: row[1]))


def _contacts(rng: random.Random, served: Sequence[AccountRow], today: date) -> None:
    holders = dict(rows_of("SELECT id, customer_id FROM account"))
    columns = (
        *("customer_id", "account_id", "name", "relation", "phone", "email", "language"),
        *("may_do", "passphrase", "from_day", "version"),
    )

    def rows() -> Iterator[tuple[Any, ...]]:
        for account in served:
            holder = account.tenure.holder
            if holder.kind is CustomerKind.PERSON and rng.random() < _SPOKEN_FOR:
                name = f"{holder.name.partition(',')[0]}, {rng.choice(_FIRST)}"
                may = rng.choice((MayDo.ASK, MayDo.ASK, MayDo.CHANGE, MayDo.NOBODY))
                who = (name, rng.choice(_RELATIONS), "", "", "en", may.value, "")
                since = max(today - timedelta(days=rng.randint(0, 900)), account.tenure.opened)
                yield (holders[account.id], account.id, *who, since.isoformat(), 1)

    insert_rows(Contact, columns, rows())


def _promises(
    rng: random.Random, served: Sequence[AccountRow], staff: Sequence[int], today: date
) -> None:
    columns = (
        *("account_id", "at", "staff_id", "kind", "text", "sticky"),
        *("follow_up_day", "follow_up_by_id"),
    )

    def rows() -> Iterator[tuple[Any, ...]]:
        for account in served:
            if rng.random() < _PROMISED:
                at = _moment(rng, today - timedelta(days=rng.randint(1, 9)))
                due = today + timedelta(days=rng.randint(-3, 6))
                who = rng.choice((*staff, None))
                text = rng.choice(_PROMISES)
                yield (account.id, at, rng.choice(staff), "note", text, 0, due.isoformat(), who)

    insert_rows(Note, columns, sorted(rows(), key=lambda row: (row[1], row[0])))


def _papers(
    rng: random.Random, served: Sequence[AccountRow], blob: Blob, staff: Sequence[int]
) -> None:
    policy = read_document_policy()
    columns = (
        *("sha256", "size", "file_name", "kind", "retention", "account_id", "remark"),
        *("received_day", "expires_day", "at", "staff_id"),
    )

    def rows() -> Iterator[tuple[Any, ...]]:
        for account in served:
            for flag in account.tenure.flags:
                if flag.kind in _PROOFS and rng.random() < _ON_FILE:
                    kind = policy.kind(_PROOFS[flag.kind])
                    last = flag.to_day or flag.from_day + timedelta(days=730)
                    paper = (blob.sha256, blob.size, "scan-0001.txt", kind.code, kind.retention)
                    came = flag.from_day
                    days = (came.isoformat(), last.isoformat(), _moment(rng, came))
                    yield (*paper, account.id, "", *days, rng.choice(staff))

    insert_rows(FiledDocument, columns, rows())
