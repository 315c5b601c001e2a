"""The city that every training home is copied from: built once, kept in the office's own home.

Copies and city stand in a folder of the edition that made them, so that a newer release, whose
tables may be others, builds its own city and drops the old ones.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING

from billing_tui import __version__
from billing_tui.access.tables import Setting
from billing_tui.foundation.errors import Refused
from billing_tui.foundation.home import Home
from billing_tui.foundation.model import column_names, table_name
from billing_tui.foundation.transaction import write_transaction
from billing_tui.operations.demo.build import build_demo
from billing_tui.operations.office import open_office
from billing_tui.operations.schema import all_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ACCOUNTS = 1000
"""Places of the training city: enough for the plants that the drills ask for."""
FOLDER = "training"
"""Where training stands in the office's home."""
MODE = "training"
_CITY = ".city"
"""No user name begins with a dot."""


def _edition() -> str:
    """Names the release and its tables."""
    told = [f"{table_name(one)}: {', '.join(column_names(one))}" for one in all_tables()]
    return sha256("\n".join([__version__, *told]).encode()).hexdigest()[:12]


def _home_at(root: Path) -> Home:
    return Home(root, f"sqlite://{root / 'billing.db'}")


def training_home(office: Home, username: str) -> Home:
    """Where a person's own copy stands."""
    return _home_at(office.root / FOLDER / _edition() / username)


@contextmanager
def _on_disk() -> Iterator[None]:
    """Say in a sentence why the disk does not take a city."""
    try:
        yield
    except OSError as error:
        why = error.strerror or "files could not be copied"
        raise Refused(f"The training city cannot be set up: {why}.", code="TRAINING") from error


@_on_disk()
def build_city(
    office: Home, say: Callable[[str, int, int], None], *, accounts: int = ACCOUNTS
) -> None:
    """Build the city unless it stands already; it takes some seconds, once for a release.

    It opens another database than the office's; let no screen be open meanwhile.
    """
    city = training_home(office, _CITY)
    if city.exists():
        return
    folder = city.root.parent
    shutil.rmtree(folder.parent, ignore_errors=True)
    for one in (folder.parent, folder):
        one.mkdir(mode=0o700)
    workshop = _home_at(folder / f"{_CITY}-new")
    build_demo(workshop, accounts=accounts, progress=say)
    opened = open_office(workshop)
    try:
        with write_transaction(opened.store):
            Setting.update(value=MODE).where(Setting.name == "mode").execute()
    finally:
        opened.close()
    for path in workshop.root.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    workshop.root.replace(city.root)


@_on_disk()
def fresh_copy(office: Home, username: str) -> Home:
    """Put a new copy of the city in the place of whatever the person had there."""
    home = training_home(office, username)
    coming = home.root.with_name(f".{home.root.name}-new")
    shutil.rmtree(coming, ignore_errors=True)
    shutil.copytree(training_home(office, _CITY).root, coming)
    shutil.rmtree(home.root, ignore_errors=True)
    coming.replace(home.root)
    return home
