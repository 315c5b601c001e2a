"""Entries that were begun and not saved, so that a lost line or a locked terminal costs nothing.

A draft is a small private file in the home, not a row: it is written after each field, while
somebody else may hold the database, and it is nobody's record of anything. It keeps the
idempotency key of its entry, so an entry that was saved just before the line went is not saved
twice.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from billing_tui.access.desk import Desk

DAYS_KEPT = timedelta(days=30)
"""Time after which a draft that nobody took up is thrown away."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry as far as it was keyed.

    Attributes:
        ident: the screen's id.
        subject: what the screen was opened for.
        key: idempotency key of the entry.
        at: UTC moment of the last field, ISO text.
        texts: field name to keyed text; secrets are left out.
        told: one line that says whose entry it is.
        process: of the session that has it open.
        at_field: the field that the cursor stood on.
        filled: field name to a text that the screen had put there, from what was keyed before it.
        versions: of the records that the entry was keyed on, as the screen gives them.
    """

    ident: str
    subject: str
    key: str
    at: str
    texts: dict[str, str]
    told: str = ""
    process: int = 0
    at_field: str = ""
    filled: dict[str, str] = field(default_factory=dict)
    versions: list[int] = field(default_factory=list)

    def is_about(self, ident: str, subject: str) -> bool:
        """Whether a screen that opens on a subject, or on none, could go on with it."""
        return self.ident == ident and subject in {"", self.subject, *self.texts.values()}


def _folder(desk: Desk) -> Path:
    return desk.home.root / "drafts" / str(desk.staff_id)


def keep_draft(desk: Desk, draft: Draft) -> None:
    """Write a draft down, in place of the one with the same key."""
    folder = _folder(desk)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / f"{draft.key}.json"
    new = file.with_suffix(".new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(asdict(draft), out)
    new.replace(file)


def drop_draft(desk: Desk, key: str) -> None:
    """Throw a draft away; nothing happens where there is none."""
    (_folder(desk) / f"{key}.json").unlink(missing_ok=True)


def drafts_of(desk: Desk) -> tuple[Draft, ...]:
    """The person's drafts that no running session has open, newest first; old ones are dropped."""
    found = []
    for file in _folder(desk).glob("*.json"):
        draft = _read(file)
        if draft is None or desk.clock() - datetime.fromisoformat(draft.at) > DAYS_KEPT:
            file.unlink(missing_ok=True)
        elif not _open_elsewhere(draft):
            found.append(draft)
    return tuple(sorted(found, key=lambda draft: draft.at, reverse=True))


def _read(file: Path) -> Draft | None:
    try:
        fields: Any = json.loads(file.read_text("utf-8"))
        return Draft(**fields)
    except (ValueError, TypeError, OSError):
        return None


def _open_elsewhere(draft: Draft) -> bool:
    if draft.process in {0, os.getpid()}:
        return False
    try:
        os.kill(draft.process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
