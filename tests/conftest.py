"""What all tests share: an office in a folder of its own, desks, and the material beside us."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from offices import desks, found_in, open_in
from pg_server import ON_SERVER, NoServer, Server, our_server, stop_ours
from small_office import fill

from billing_tui.foundation.transaction import write_transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office


# Machines are shared and noisy: a slow example is no failure, and nothing is kept between runs.
settings.register_profile("office", deadline=None, database=None)
settings.load_profile("office")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests in a terminal wait for screens half of their time."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of rates and formats beside the project; tests skip where it is absent."""
    named = os.environ.get("BILLING_SHARED")
    root = Path(named) if named else Path(__file__).resolve().parents[2] / "shared"
    if not (root / "rates").is_dir():
        pytest.skip("the shared rates and formats are not beside the project")
    return root


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what is about SQLite itself where the offices stand on a server."""
    for item in items if ON_SERVER else ():
        mark = item.get_closest_marker("sqlite_only")
        if mark is not None:
            item.add_marker(pytest.mark.skip(reason=f"SQLite only: {mark.args[0]}"))


@pytest.fixture(scope="session", autouse=True)
def _server_stopped() -> Iterator[None]:
    """Nothing of a server that was started stays behind."""
    yield
    stop_ours()


@pytest.fixture(autouse=ON_SERVER)
def _databases_dropped(tmp_path: Path) -> Iterator[None]:
    """A test's databases go with it."""
    yield
    our_server().forget(tmp_path)


@pytest.fixture(scope="session")
def server() -> Server:
    """A PostgreSQL server; tests skip where there is none."""
    try:
        return our_server()
    except NoServer as why:
        pytest.skip(str(why))


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an empty office, founded once; tests work in copies of it."""
    root = tmp_path_factory.mktemp("founded") / "home"
    found_in(root).close()
    return root


@pytest.fixture(scope="session")
def filled(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office with a dozen accounts in it, filled once."""
    root = tmp_path_factory.mktemp("filled") / "home"
    shutil.copytree(founded, root)
    opened = open_in(root)
    with write_transaction(opened.store):
        fill()
    opened.close()
    return root


@pytest.fixture
def office(founded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """An empty office with one staff member of each role, on a real SQLite file or the server."""
    shutil.copytree(founded, tmp_path / "home")
    opened = open_in(tmp_path / "home")
    if ON_SERVER:  # the command line is told as a person would tell it
        monkeypatch.setenv("BILLING_DATABASE", opened.home.url)
    yield opened
    opened.close()


@pytest.fixture
def desk(office: Office) -> Callable[..., Desk]:
    """A desk for a staff member: `desk("maria")`, on a chosen business day."""
    return desks(office)
