"""Filed papers: their bytes, what is missing, and what `verify` finds."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from billing_tui.access.writing import KeyConflict
from billing_tui.customer_care.document_policy import document_policy, read_document_policy
from billing_tui.customer_care.document_store import (
    blob_path,
    path_of,
    take_out,
    waiting_files,
)
from billing_tui.customer_care.file_document import (
    Concerns,
    DocumentForm,
    file_document,
    withdraw_document,
)
from billing_tui.customer_care.filed_documents import (
    MissingDocument,
    documents_of,
    missing_documents,
)
from billing_tui.documents.missing_report import print_missing_documents
from billing_tui.foundation.errors import InvalidEntry, NotFound, ProblemsFound, Refused
from billing_tui.operations.verify import verify_office
from billing_tui.records.account_flags import add_flag
from billing_tui.records.kinds import FlagKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

TODAY = date(2026, 11, 2)
LATER = TODAY + timedelta(days=180)


def broken(office: Office) -> list[str]:
    """What `verify` finds, the papers included."""
    verdicts = verify_office(office.store, documents=office.home.documents)
    return [sentence for one in verdicts for sentence in one.broken]


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A scanned certificate."""
    path = tmp_path / "certificate.pdf"
    path.write_bytes(b"%PDF-1.7 certificate of Dr Ito")
    return path


def test_a_document_is_filed_by_its_hash(
    office: Office, desk: Callable[..., Desk], opened: int, scan: Path
) -> None:
    """One blob, private to the office; the same bytes again are one blob and say so."""
    maria = desk("maria")
    filed = file_document(maria, opened, DocumentForm(path=scan, kind="medical", expires=LATER))
    assert filed.sha256 == hashlib.sha256(scan.read_bytes()).hexdigest()
    assert not filed.known
    place = blob_path(office.home.documents, filed.sha256)
    assert place.read_bytes() == scan.read_bytes()
    assert place.stat().st_mode & 0o777 == 0o600
    assert place.parent.stat().st_mode & 0o777 == 0o700
    with pytest.raises(Refused, match="same document"):
        file_document(maria, opened, DocumentForm(path=scan, kind="medical", expires=LATER))
    again = file_document(maria, opened, DocumentForm(path=scan, kind="other"))
    assert again.known
    assert len([one for one in office.home.documents.rglob("*") if one.is_file()]) == 1
    assert [line.kind for line in documents_of(opened)] == ["other", "medical"]
    assert [line.kind for line in documents_of(opened, before=again.document_id)] == ["medical"]
    assert take_out(office.home.documents, filed.sha256) == place
    assert broken(office) == []


def test_verify_finds_a_paper_that_was_changed_or_lost(
    office: Office, desk: Callable[..., Desk], opened: int, scan: Path
) -> None:
    """The blob must stand and hash to its name; filing it again mends it."""
    form = DocumentForm(path=scan, kind="letter")
    sha256 = file_document(desk("maria"), opened, form).sha256
    place = blob_path(office.home.documents, sha256)
    place.write_bytes(b"forged")
    assert broken(office) == [f"the filed document {sha256[:12]} was changed."]
    with pytest.raises(NotFound, match="was changed"):
        take_out(office.home.documents, sha256)
    place.unlink()
    assert broken(office) == [f"the filed document {sha256[:12]} is not in the store."]
    file_document(desk("maria"), opened, replace(form, kind="other"))
    assert broken(office) == []


def test_what_cannot_be_filed(
    desk: Callable[..., Desk], opened: int, scan: Path, tmp_path: Path
) -> None:
    """No file, a link, a pipe, an empty one; no last day where there must be one; days that lie."""
    maria = desk("maria")
    link, pipe, empty = tmp_path / "link", tmp_path / "pipe", tmp_path / "empty"
    link.symlink_to(scan)
    os.mkfifo(pipe)
    empty.touch()
    for path in (tmp_path / "none", link, pipe, empty, tmp_path):
        with pytest.raises(InvalidEntry):
            file_document(maria, opened, DocumentForm(path=path, kind="letter"))
    for form, field in (
        (DocumentForm(path=scan, kind="medical"), "expires"),
        (DocumentForm(path=scan, kind="letter", received=LATER), "received"),
        (DocumentForm(path=scan, kind="letter", expires=date(2026, 1, 1)), "expires"),
        (DocumentForm(path=scan, kind="poem"), "kind"),
    ):
        with pytest.raises(InvalidEntry) as refusal:
            file_document(maria, opened, form)
        assert refusal.value.field == field
    assert documents_of(opened) == ()


def test_scans_wait_newest_first(tmp_path: Path) -> None:
    """Plain files that hold something, under harmless names; a name alone is one of theirs."""
    assert waiting_files(tmp_path / "none") == ()
    for at, name in enumerate(("old.pdf", "new.pdf", "empty.pdf", "steer\x1b[2J.pdf")):
        (tmp_path / name).write_bytes(b"" if at == 2 else b"x" * (at + 1))
        os.utime(tmp_path / name, (1000 + at, 1000 + at))
    (tmp_path / "link.pdf").symlink_to(tmp_path / "old.pdf")
    assert [(one.name, one.size) for one in waiting_files(tmp_path)] == [
        ("new.pdf", 2), ("old.pdf", 1),
    ]  # fmt: skip
    assert [one.name for one in waiting_files(tmp_path, most=1)] == ["new.pdf"]
    assert path_of(tmp_path, "new.pdf") == tmp_path / "new.pdf"
    assert path_of(tmp_path, "/etc/hosts") == Path("/etc/hosts")


def test_the_report_on_paper_cuts_no_day(desk: Callable[..., Desk]) -> None:
    """The longest month stands whole beside long names."""
    policy, ended = read_document_policy(), date(2026, 9, 30)
    line = MissingDocument("10001-01", 1, "Delgado, Rosa M", "Medical certificate", ended, "law")
    printed = print_missing_documents(desk("maria"), policy, [line], "Sierra Vista")
    text = "".join(page.extract_text() for page in PdfReader(printed.path).pages)
    assert "September 30, 2026" in text
    assert "Medical certificate" in text


def test_a_flag_without_its_paper_is_missing(
    desk: Callable[..., Desk], opened: int, scan: Path
) -> None:
    """Missing until filed, missing again once it ended or was withdrawn, with the citation."""
    maria, policy = desk("maria"), read_document_policy()
    assert missing_documents(policy, TODAY) == ()
    add_flag(maria, opened, FlagKind.NO_SHUTOFF, "Oxygen", open_ended=True, proof="a letter")
    (line,) = missing_documents(policy, TODAY)
    assert (line.account, line.name, line.ended) == ("10001-01", "Medical certificate", None)
    assert "116910" in line.because
    filed = file_document(
        maria,
        opened,
        DocumentForm(path=scan, kind="medical", expires=LATER, concerns=Concerns.CUSTOMER),
    )
    assert missing_documents(policy, LATER) == ()
    (line,) = missing_documents(policy, LATER + timedelta(days=1), account_id=opened)
    assert line.ended == LATER
    withdraw_document(maria, filed.document_id, "Of another patient")
    assert [one.ended for one in missing_documents(policy, TODAY)] == [None]
    assert not documents_of(opened)[0].counts_on(TODAY)
    with pytest.raises(Refused):
        withdraw_document(maria, filed.document_id, "again")


def test_the_report_is_paged_by_account_and_requirement(
    desk: Callable[..., Desk], opened: int
) -> None:
    """Pages of one give what one page of all gives."""
    maria, policy = desk("maria"), read_document_policy()
    for flag in (FlagKind.NO_SHUTOFF, FlagKind.LOW_INCOME, FlagKind.TAX_EXEMPT):
        add_flag(maria, opened, flag, "x", proof="seen")
    whole = missing_documents(policy, TODAY)
    assert [one.name for one in whole] == [
        "Medical certificate", "Proof of low income", "Tax exemption",
    ]  # fmt: skip
    paged: list[MissingDocument] = []
    page = missing_documents(policy, TODAY, limit=1)
    while page:
        paged += page
        page = missing_documents(policy, TODAY, after=page[-1].place, limit=1)
    assert tuple(paged) == whole


def test_conditions_on_place_customer_and_opening(desk: Callable[..., Desk], opened: int) -> None:
    """An attribute of the place, the sort of customer, and accounts opened since a day."""
    del desk
    kinds = "retention: {r: {years: 2}}\nkinds: {k: {title: K, retention: r}}\nrequired:\n"
    need = "  - {name: N, because: rule, kinds: [k], %s}\n"

    def missing(condition: str) -> int:
        policy = document_policy(kinds + need % condition)
        return len(missing_documents(policy, TODAY, account_id=opened))

    assert missing("customer: person") == 1
    assert missing("customer: organization") == 0
    assert missing("attribute: {name: zone, value: A}") == 1
    assert missing("attribute: {name: zone, value: B}") == 0
    assert missing("since: 2026-03-01") == 1
    assert missing("since: 2026-03-02") == 0
    assert missing("customer: person, since: 2026-03-02") == 0


_YEARS = "retention: {r: {years: 2}}\nkinds: {k: {title: K, retention: r}}\nrequired: "


@pytest.mark.parametrize(
    "text",
    [
        "",
        "retention: {r: {years: 1}}\nkinds: {k: {title: K, retention: r}}",
        "retention: {r: {years: 2}}\nkinds: {k: {title: K, retention: s}}",
        f"{_YEARS}[{{name: N, kinds: [z], because: x}}]",
        f"{_YEARS}[{{name: N, kinds: [k]}}]",
        f"{_YEARS}[{{name: N, kinds: [k], because: x, flag: Nobody}}]",
        f"{_YEARS}[{{name: N, kinds: [k], because: x}}, {{name: N, kinds: [k], because: y}}]",
        f"{_YEARS}x",
    ],
)
def test_a_policy_that_cannot_be_used_is_refused(text: str) -> None:
    """Years below the law's floor, unknown names, no citation: each with where it stands."""
    with pytest.raises(ProblemsFound):
        document_policy(text)


def test_bytes_of_a_refused_filing_are_named_and_break_nothing(
    office: Office, desk: Callable[..., Desk], opened: int, scan: Path, tmp_path: Path
) -> None:
    """A paper that was refused at its last step stays in the store; `verify` says so and holds."""
    maria = desk("maria")
    form = DocumentForm(path=scan, kind="medical", expires=LATER)
    file_document(maria, opened, form, key="once")
    other = tmp_path / "other.pdf"
    other.write_bytes(b"%PDF-1.7 another certificate")
    with pytest.raises(KeyConflict):
        file_document(maria, opened, replace(form, path=other), key="once")
    digest = hashlib.sha256(other.read_bytes()).hexdigest()
    verdicts = verify_office(office.store, documents=office.home.documents)

    assert broken(office) == []
    assert [sentence for one in verdicts for sentence in one.noted] == [
        f"the bytes {digest[:12]} stand in the store, but nobody filed them."
    ]

    file_document(maria, opened, replace(form, path=other))
    verdicts = verify_office(office.store, documents=office.home.documents)
    assert not any(one.noted for one in verdicts)
