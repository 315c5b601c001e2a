"""The filled office in a real terminal."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tui")]

from harness import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing_tui.operations.office import Office


@pytest.fixture
def start(office: Office, filled: Path) -> Iterator[Callable[..., Terminal]]:
    """Start the screens on the filled office: `start(user="maria", term="xterm")`.

    Who fills an office otherwise asks for `office` alone, which is empty.
    """
    office.close()
    shutil.rmtree(office.home.root)
    shutil.copytree(filled, office.home.root)
    running: list[Terminal] = []

    def run(
        *,
        user: str = "luis",
        color: str | None = None,
        size: tuple[int, int] = (80, 24),
        term: str = "xterm-256color",
        env: dict[str, str] | None = None,
    ) -> Terminal:
        arguments = [str(HERE / "office_app.py"), str(office.home.root), user]
        terminal = Terminal(arguments + ([color] if color else []), size=size, term=term, env=env)
        running.append(terminal)
        return terminal

    yield run
    for terminal in running:
        terminal.close()
