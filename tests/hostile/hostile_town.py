"""A town with a run in audit, the commands as processes, and dumps of the database."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import peewee

HERE = Path(__file__).parent
from offices import desks, found_in
from town import READ_DAY, build_town, plan, read_all

from billing_tui.billing.audit_run import audit_run
from billing_tui.billing.calculate_run import calculate_run
from billing_tui.billing.open_run import open_run
from billing_tui.foundation.bulk import rows_of
from billing_tui.records.account_flags import add_flag
from billing_tui.records.kinds import FlagKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

RUN = "2026-10-07-1"
ROOT = HERE.parents[1]
MEGABYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Town:
    """A town of three houses.

    Attributes:
        office: open and bound.
        desk: `desk("luis")`.
        accounts: rows of the accounts.
        instance: the next reading, of which nothing came in.
        flag: row of a flag of the first account.
        snapshot: the database as it was built.
    """

    office: Office
    desk: Callable[..., Desk]
    accounts: list[int]
    instance: int
    flag: int
    snapshot: Any

    def restore(self) -> None:
        """Put every row back."""
        self.snapshot.backup(self.office.store.database.connection())


def build(folder: Path) -> Town:
    """A town with a run of October in audit."""
    office = found_in(folder / "home")
    sit = desks(office)
    accounts = build_town(sit, 3)
    october = plan(sit, "2026-10", READ_DAY, date(2026, 10, 20))
    read_all(sit, october, {f"M{n:06d}": 1000 + 9 * n for n in (1, 2, 3)}, READ_DAY, folder)
    open_run(sit("luis"), "07")
    calculate_run(sit("luis"), RUN)
    audit_run(sit("luis"), RUN)
    november = plan(sit, "2026-11", date(2026, 11, 13), date(2026, 11, 20))
    flag = add_flag(sit("maria"), accounts[0], FlagKind.INTERPRETER, "Asked for Tagalog")
    snapshot = vars(peewee)["sqlite3"].connect(":memory:")
    office.store.database.connection().backup(snapshot)
    return Town(office, sit, accounts, november, flag, snapshot)


def tables() -> list[str]:
    """Names of all tables of the bound office."""
    found = rows_of("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", ())
    return [row[0] for row in found]


def counts() -> dict[str, int]:
    """Rows of every table of the bound office."""
    return {name: rows_of(f'SELECT count(*) FROM "{name}"', ())[0][0] for name in tables()}


def dump(file: Path) -> dict[str, list[Any]]:
    """Every row of every table, read beside the program."""
    base = vars(peewee)["sqlite3"].connect(file)
    base.text_factory = bytes
    try:
        names = base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        found = [name.decode() for (name,) in names]
        return {name: base.execute(f'SELECT * FROM "{name}"').fetchall() for name in found}
    finally:
        base.close()


def command(
    home: Path,
    arguments: Sequence[str | bytes],
    *,
    user: str = "luis",
    env: dict[str, str] | None = None,
    timeout: float = 60,
    memory: int = 0,
) -> subprocess.CompletedProcess[bytes]:
    """`billing-tui` as a process of its own, with at most so many bytes of memory."""
    wanted = {k: v for k, v in os.environ.items() if not k.startswith("BILLING_")}
    place = {"BILLING_HOME": str(home), "PYTHONPATH": str(ROOT), "COLUMNS": "200"}

    def bound() -> None:
        if memory:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

    return subprocess.run(
        [sys.executable, "-m", "billing_tui", "--as", user, *arguments],
        env=wanted | place | (env or {}),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=timeout,
        check=False,
        preexec_fn=bound,
    )
