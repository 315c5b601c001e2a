"""A shim that makes the n-th system call fail, and clerks as processes that can be killed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.transaction import write_transaction
from billing_tui.ledger.chart import found_chart

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.operations.office import Office

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled shim; tests skip where nothing compiles C or libraries cannot be preloaded."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("no C compiler, or not Linux")
    library = tmp_path_factory.mktemp("shim") / "shim.so"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(HERE / "shim.c")], check=True
    )
    return library


@pytest.fixture
def books(office: Office) -> Office:
    """An office with a chart of accounts."""
    with write_transaction(office.store):
        found_chart(data_path("chart_of_accounts.yaml").read_text(encoding="utf-8"))
    return office


@pytest.fixture
def start_clerk(books: Office) -> Callable[..., subprocess.Popen[str]]:
    """Start a process that posts entries and says after each what it was told."""

    def start(name: str, count: int, **environment: str) -> subprocess.Popen[str]:
        settings = {key: value for key, value in os.environ.items() if key != "BILLING_DATABASE"}
        return subprocess.Popen(
            [sys.executable, str(HERE / "clerk.py"), str(books.home.root), name, str(count)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=settings | environment,
        )

    return start
