"""A small demo city, built once for all tests, and copies of it to work in."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from built_once import built_once
from offices import home_in

from billing_tui.access.staff import sit_down
from billing_tui.operations.demo.build import DemoBuilt, build_demo
from billing_tui.operations.office import Office, open_office
from billing_tui.operations.training.template import ACCOUNTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing_tui.access.desk import Desk
    from billing_tui.foundation.home import Home


def home_at(root: Path) -> Home:
    """A home with a database of its own."""
    return home_in(root)


@dataclass(frozen=True, slots=True)
class City:
    """An open demo city.

    Attributes:
        planted: planted.json, by the plant's name.
    """

    office: Office
    built: DemoBuilt
    planted: dict[str, dict[str, Any]]

    def desk(self, username: str) -> Desk:
        """A desk on the city's business day."""
        moment = datetime(2026, 11, 3, 18, 0, tzinfo=UTC)
        day = self.built.business_day
        store, home = self.office.store, self.office.home
        return sit_down(store, home, username, day, station="test", clock=lambda: moment)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> DemoBuilt:
    """A demo city of a thousand places on disk, which is what training takes place in too."""

    def build(folder: Path) -> None:
        folder.mkdir()
        told = asdict(build_demo(home_at(folder / "home"), accounts=ACCOUNTS))
        (folder / "built.json").write_text(json.dumps(told, default=str), encoding="utf-8")

    folder = built_once(tmp_path_factory, "demo", build)
    told = json.loads((folder / "built.json").read_text(encoding="utf-8"))
    told |= {name: Path(told[name]) for name in ("home", "planted")}
    told["business_day"] = date.fromisoformat(told["business_day"])
    told["cycle"] = tuple(told["cycle"])
    told["reads"] = tuple(Path(name) for name in told["reads"])
    return DemoBuilt(**told)


def _open(built: DemoBuilt, root: Path) -> Iterator[City]:
    office = open_office(home_at(root))
    rows = json.loads((root / "samples" / "planted.json").read_text(encoding="utf-8"))
    yield City(office, built, {row["plant"]: row for row in rows})
    office.close()


@pytest.fixture
def city(built: DemoBuilt) -> Iterator[City]:
    """The demo city; tests only look at it."""
    yield from _open(built, built.home)


@pytest.fixture
def own_city(built: DemoBuilt, tmp_path: Path) -> Iterator[City]:
    """A copy of the demo city to work in."""
    root = tmp_path / "home"
    shutil.copytree(built.home, root)
    yield from _open(built, root)


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Home]:
    """Build a small demo city in a folder of its own: `build("a", accounts=60, seed=7)`."""

    def make(name: str, **options: Any) -> Home:
        home = home_at(tmp_path / name)
        build_demo(home, **options)
        return home

    return make
