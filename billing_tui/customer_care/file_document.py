"""File a paper with an account, its customer or its place; withdraw one that was filed in error."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.customer_care.document_policy import read_document_policy
from billing_tui.customer_care.document_store import keep_file
from billing_tui.customer_care.tables import FiledDocument
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.foundation.text import clean, harmless
from billing_tui.records.editing import existing
from billing_tui.records.tables import Account

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.customer_care.document_policy import DocumentKind
    from billing_tui.customer_care.document_store import Blob


class Concerns(StrEnum):
    """Whose paper it is."""

    ACCOUNT = "account"
    CUSTOMER = "customer"  # counts for all of the customer's accounts
    LOCATION = "location"  # stays with the place when its people change


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentForm:
    """A paper as it is filed.

    Attributes:
        path: the file on the office's machine.
        received: the day it came in.
        expires: its last day, where it has one.
    """

    path: Path
    kind: str
    concerns: Concerns = Concerns.ACCOUNT
    received: date | None = None
    expires: date | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """What came of it.

    Attributes:
        known: whether the same bytes were in the file already.
    """

    document_id: int
    sha256: str
    known: bool


def _check(desk: Desk, form: DocumentForm, kind: DocumentKind, received: date) -> None:
    if received > desk.business_day:
        raise InvalidEntry("That day is still to come.", field="received")
    if kind.expires and form.expires is None:
        raise InvalidEntry(f"When does it end? {kind.title}.", field="expires")
    if form.expires is not None and form.expires < received:
        raise InvalidEntry("It ends before it came.", field="expires")


def _targets(account: Any, concerns: Concerns) -> dict[str, int]:
    row = {
        Concerns.ACCOUNT: account.id,
        Concerns.CUSTOMER: account.customer_id,
        Concerns.LOCATION: account.location_id,
    }[concerns]
    return {concerns.value: int(row)}


def _refuse_twice(blob: Blob, kind: str, target: dict[str, int]) -> None:
    ((column, row),) = target.items()
    there = rows_of(
        f"SELECT id, received_day FROM filed_document WHERE sha256 = ? AND kind = ?"
        f" AND {column}_id = ? AND withdrawn_day IS NULL",
        (blob.sha256, kind, row),
    )
    if there:
        raise Refused(
            f"The same document is on file since {there[0][1]}, number {there[0][0]}.",
            field="path",
            code="DOCUMENT-TWICE",
        )


def file_document(
    desk: Desk, account_id: int, form: DocumentForm, *, key: str | None = None
) -> Filed:
    """File a paper; its bytes are kept before its row is written.

    Raises:
        InvalidEntry: the file cannot be taken, or an entry is wrong.
        NotFound: there is no such account.
        Refused: the same paper is on file there already.
    """
    kind = read_document_policy().kind(form.kind)
    received = form.received or desk.business_day
    desk.require(Right.KEEP_RECORDS)
    _check(desk, form, kind, received)
    remark = clean(form.remark, most=120, field="remark")
    existing(Account, account_id)
    blob = keep_file(desk.home.documents, form.path)
    asked = [account_id, blob.sha256, kind.code, form.concerns.value]
    with writing(
        desk, Right.KEEP_RECORDS, "customer_care.file_document", key=key, request=asked
    ) as act:
        if act.repeated:
            return Filed(int(act.done), blob.sha256, known=True)
        account = existing(Account, account_id)
        target = _targets(account, form.concerns)
        _refuse_twice(blob, kind.code, target)
        row = FiledDocument.create(
            sha256=blob.sha256,
            size=blob.size,
            file_name=harmless(form.path.name)[:80],
            kind=kind.code,
            retention=kind.retention,
            remark=remark,
            received_day=received,
            expires_day=form.expires,
            at=desk.clock().isoformat(timespec="seconds"),
            staff=desk.staff_id,
            **target,
        )
        act.about("account", account.number)
        act.after = {
            "document": int(row.id),
            "kind": kind.code,
            "concerns": form.concerns.value,
            "sha256": blob.sha256,
            "expires": form.expires.isoformat() if form.expires else None,
        }
        act.result = int(row.id)
    return Filed(int(row.id), blob.sha256, known=not blob.fresh)


def withdraw_document(desk: Desk, document_id: int, why: str) -> None:
    """Take a paper that was filed in error out of the account's list; row and bytes stay.

    Raises:
        InvalidEntry: no reason.
        Refused: it was withdrawn before.
    """
    reason = clean(why, most=120, field="why")
    if not reason:
        raise InvalidEntry("Why is it withdrawn?", field="why")
    with writing(desk, Right.KEEP_RECORDS, "customer_care.withdraw_document", why=reason) as act:
        row: Any = existing(FiledDocument, document_id)
        if row.withdrawn_day is not None:
            raise Refused(f"It was withdrawn on {row.withdrawn_day}.", code="DOCUMENT-WITHDRAWN")
        row.withdrawn_day, row.withdrawn_why = desk.business_day, reason
        row.save(only=[FiledDocument.withdrawn_day, FiledDocument.withdrawn_why])
        about = row.account or row.customer or row.location
        act.about(_owner(row), about.number)
        act.before = {"document": document_id, "withdrawn_day": None}
        act.after = {"document": document_id, "withdrawn_day": desk.business_day.isoformat()}


def _owner(row: Any) -> str:
    return next(one.value for one in Concerns if getattr(row, f"{one.value}_id") is not None)
