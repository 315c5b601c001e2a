"""One write transaction: queue at the gate, take the lock, do the work, commit, say what happened.

Peewee's own `atomic()` begins DEFERRED and hides the cause of a failed COMMIT; this does neither.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import peewee

from billing_tui.foundation.errors import BillingError
from billing_tui.foundation.gate import gate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.foundation.database import Store

_WRITER_LOCK = 0x5542_494C
_ENGINE_ERROR: type[Exception] = vars(peewee)["sqlite3"].Error


class NotSaved(BillingError):  # noqa: N818
    """The database refused; nothing was saved."""

    code = "NOT-SAVED"


class OutcomeUnknown(BillingError):  # noqa: N818
    """COMMIT failed: the change may or may not be in the file; the idempotency key will tell."""

    code = "OUTCOME-UNKNOWN"


def _root_cause(error: BaseException) -> str:
    """What the engine itself said: the innermost database error of the chain."""
    cause, found = error.__cause__ or error.__context__, error
    while cause is not None:
        if isinstance(cause, (peewee.PeeweeException, _ENGINE_ERROR)):
            found = cause
        cause = cause.__cause__ or cause.__context__
    return str(found) or type(found).__name__


def _begin(store: Store) -> None:
    if store.is_sqlite:
        store.database.execute_sql("BEGIN IMMEDIATE")
    else:
        store.database.execute_sql("BEGIN")
        store.database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (_WRITER_LOCK,))
    store.database.push_transaction(store)  # so that Peewee's own atomic() nests as a savepoint


def _roll_back(store: Store) -> None:
    """Undo what was begun; a connection that cannot even do that is left for a new one."""
    try:
        if not store.is_sqlite or store.database.connection().in_transaction:
            store.database.execute_sql("ROLLBACK")
    except peewee.DatabaseError:
        store.database.close()


@contextmanager
def write_transaction(store: Store) -> Iterator[None]:
    """Everything inside is saved together or not at all.

    Raises:
        NotSaved: the database refused before the commit, with the true cause.
        OutcomeUnknown: the commit itself failed; look the idempotency key up before a retry.
    """
    if store.database.transaction_depth():
        raise RuntimeError("write_transaction does not nest: one verb, one transaction")
    with gate(store.gate):
        try:
            _begin(store)
        except peewee.DatabaseError as error:
            raise NotSaved(f"The database did not answer: {_root_cause(error)}.") from error
        try:
            try:
                yield
            finally:
                store.database.pop_transaction()
        except peewee.OperationalError as error:
            _roll_back(store)
            raise NotSaved(f"Nothing was saved: {_root_cause(error)}.") from error
        except BaseException:
            _roll_back(store)
            raise
        try:
            ended = store.database.execute_sql("COMMIT")
        except peewee.DatabaseError as error:
            cause = _root_cause(error)
            _roll_back(store)
            raise OutcomeUnknown(f"It is not certain that this was saved: {cause}.") from error
        if not store.is_sqlite and ended.statusmessage != "COMMIT":
            # PostgreSQL rolls back without a word what went on after an error that was swallowed.
            raise NotSaved("Nothing was saved: the database had refused a part of it.")


class _CurtainError(Exception):
    """A rehearsal is over."""


@contextmanager
def rehearsal(store: Store) -> Iterator[None]:
    """As `write_transaction`, but nothing of it is kept: what would happen, by doing it.

    It holds the lock as a change does: for one person's question, never for a list.
    """
    with suppress(_CurtainError), write_transaction(store):
        yield
        raise _CurtainError


@contextmanager
def read_snapshot(store: Store) -> Iterator[None]:
    """Several reads of one and the same state; keep it short, an open reader lets the WAL grow."""
    if store.is_sqlite:
        store.database.execute_sql("BEGIN")
    else:
        store.database.execute_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        yield
    finally:
        store.database.execute_sql("ROLLBACK")
