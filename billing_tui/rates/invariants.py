"""What must always hold of the rate versions; `billing-tui verify` walks these."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import BillingError
from billing_tui.foundation.invariant import Invariant, never
from billing_tui.foundation.storage_checks import missing_guards
from billing_tui.rates.engine import compile_schedule
from billing_tui.rates.lookup import VersionView, all_versions
from billing_tui.rates.proof import prove
from billing_tui.rates.schedule_text import read_schedule
from billing_tui.rates.tables import NOT_APPROVED, RateVersion

if TYPE_CHECKING:
    from collections.abc import Iterator


def _approved() -> list[VersionView]:
    return [view for view in all_versions() if view.state not in NOT_APPROVED]


def _changed() -> Iterator[str]:
    for code, number, text, sha256 in rows_of(
        "SELECT s.code, v.number, v.text, v.sha256 FROM rate_version v"
        " JOIN rate_schedule s ON s.id = v.schedule_id"
    ):
        if hashlib.sha256(text.encode()).hexdigest() != sha256:
            yield f"the text of version {number} of {code} is not the one that was loaded."


def _unproved() -> Iterator[str]:
    for view in _approved():
        try:
            found = prove(compile_schedule(read_schedule(view.text)))
        except BillingError as error:
            found = (error.sentence,)
        for sentence in found[:1]:
            yield f"version {view.number} of {view.schedule}: {sentence}"


def _overlapping() -> Iterator[str]:
    views = sorted(_approved(), key=lambda view: (view.schedule, view.effective_from))
    for before, after in pairwise(views):
        if before.schedule != after.schedule:
            continue
        end = before.effective_to
        if end is None or (after.effective_from - end).days != 1:
            yield (
                f"versions {before.number} and {after.number} of {before.schedule}"
                " overlap or leave days without rates."
            )


def _misdated() -> Iterator[str]:
    for view in all_versions():
        try:
            stated = read_schedule(view.text)
        except BillingError as error:
            yield f"version {view.number} of {view.schedule} cannot be read: {error.sentence}"
            continue
        if (stated.code, stated.effective) != (view.schedule, view.effective_from):
            yield f"version {view.number} of {view.schedule} is not what its text says."


INVARIANTS: tuple[Invariant, ...] = (
    Invariant("T1", "The text of every version is the one that was loaded.", _changed),
    Invariant("T2", "Every version says of itself what its row says.", _misdated),
    Invariant("T3", "Every approved version reproduces its worked examples.", _unproved),
    Invariant("T4", "Approved versions follow each other day by day.", _overlapping),
    never(
        "T5",
        "Nobody approves what they prepared, and nothing is in force unapproved.",
        "SELECT s.code, v.number FROM rate_version v JOIN rate_schedule s ON s.id = v.schedule_id"
        " WHERE (v.state NOT IN ('Draft', 'Withdrawn') AND (v.approved_by_id IS NULL"
        " OR v.approved_by_id = v.prepared_by_id))"
        " OR (v.state IN ('Draft', 'Withdrawn') AND v.approved_by_id IS NOT NULL)",
        "version {1} of {0} was approved by nobody, or by who prepared it.",
    ),
    Invariant(
        "T6",
        "The database refuses to change an approved version.",
        lambda: missing_guards([RateVersion]),
    ),
)
