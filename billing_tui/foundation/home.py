"""A home: one office's folder, with its database, gate file, uploads, papers, PDFs, backups."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from billing_tui.foundation.errors import InvalidEntry, NotFound


@dataclass(frozen=True, slots=True)
class Home:
    """Where one office keeps its files; all of it is private to the account that runs the program.

    Attributes:
        root: the folder itself.
        url: database URL; the embedded SQLite file by default.
    """

    root: Path
    url: str

    @property
    def database_file(self) -> Path:
        """The embedded database."""
        return self.root / "billing.db"

    @property
    def gate(self) -> Path:
        """The file at which writers queue."""
        return self.root / "gate"

    @property
    def uploads(self) -> Path:
        """Copies of the files that were uploaded."""
        return self.root / "uploads"

    @property
    def printed(self) -> Path:
        """PDFs of bills, registers, proof lists and control sheets."""
        return self.root / "printed"

    @property
    def documents(self) -> Path:
        """Papers that were filed, each under the hash of its bytes."""
        return self.root / "documents"

    @property
    def inbox(self) -> Path:
        """Scans that wait to be filed; where the scanner puts them."""
        return self.root / "inbox"

    @property
    def exports(self) -> Path:
        """CSV files that were made to be taken away."""
        return self.root / "exports"

    @property
    def backups(self) -> Path:
        """Backups made on this machine."""
        return self.root / "backups"

    @property
    def kept_documents(self) -> Path:
        """The nights' copies of the papers that were filed, each under its hash as well."""
        return self.backups / "documents"

    def exists(self) -> bool:
        """Whether an office has been set up here."""
        return os.path.exists(self.database_file) or not self.url.startswith("sqlite:")  # noqa: PTH110 - Path.exists raises on an endless name

    def prepare(self) -> None:
        """Create the folders, private to their owner.

        Raises:
            InvalidEntry: the system does not let us.
        """
        incoming = (self.uploads, self.inbox)
        kept = (self.documents, self.printed, self.exports, self.backups)
        for folder in (self.root, *incoming, *kept):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except (OSError, ValueError) as error:
                why = getattr(error, "strerror", None) or error
                raise InvalidEntry(f"{folder} cannot be created: {why}.", field="home") from error


def find_home(chosen: str | None = None) -> Home:
    """The home: as chosen, else `$BILLING_HOME`, else the platform's data folder.

    `$BILLING_DATABASE` names another database than the embedded one, such as
    `postgresql://billing@db/billing`.

    Raises:
        NotFound: it begins with the ~ of somebody unknown.
    """
    named = chosen or os.environ.get("BILLING_HOME")
    root = Path(named) if named else user_data_path("billing-tui", appauthor=False)
    try:
        root = root.expanduser().absolute()
    except RuntimeError as error:
        raise NotFound(f"Nobody has the home folder {root.parts[0]}.", field="home") from error
    url = os.environ.get("BILLING_DATABASE") or f"sqlite://{root / 'billing.db'}"
    return Home(root, url)
