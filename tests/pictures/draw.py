"""Draw the pictures of the README from the program itself: three screens and a bill.

    python tests/pictures/draw.py

Builds a demo city in a temporary folder, drives the real program in a terminal, and writes what
stands there as SVG into `data/pictures`, and the first page of a bill as PNG (needs `pdftoppm` of
poppler-utils).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "terminal")]

from harness import ROOT, Terminal
from test_readme import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

PICTURES = ROOT / "data" / "pictures"
SCREENS = {
    "account": ("10532-04<enter>", "F11"),
    "stop": ("1.4 10532-04<enter>110326<enter>56318<enter>", "8 ccf"),
    "question": ("3.4 10532-04<enter>", "To read out"),
}
_CELL, _ROW, _PAD = 8.4, 18, 14
_INK, _PAPER = "#d4d7dc", "#14171c"
_COLORS = {
    "default": _INK, "black": "#14171c", "red": "#ff7b72", "green": "#7ee787",
    "brown": "#e3b341", "yellow": "#e3b341", "blue": "#79c0ff", "magenta": "#d2a8ff",
    "cyan": "#56d4dd", "white": _INK,
}  # fmt: skip


def _color(name: str) -> str:
    return _COLORS.get(name) or (f"#{name}" if len(name) == 6 else _INK)


def _look(cell: Any) -> tuple[str, bool, bool, bool]:
    return (_color(cell.fg), bool(cell.bold), bool(cell.reverse), bool(cell.underscore))


def _row(cells: list[Any], y: int) -> Iterator[str]:
    x = 0
    for look, group in groupby(cells, key=_look):
        text = "".join(cell.data for cell in group)
        color, bold, reverse, underline = look
        at, wide = _PAD + x * _CELL, len(text) * _CELL
        top = _PAD + y * _ROW
        if reverse:
            size = f'width="{wide:.1f}" height="{_ROW}"'
            yield f'<rect x="{at:.1f}" y="{top}" {size} fill="{color}"/>'
        if text.strip() or underline:
            fill = _PAPER if reverse else color
            style = ' font-weight="bold"' if bold else ""
            style += ' text-decoration="underline"' if underline else ""
            yield (
                f'<text x="{at:.1f}" y="{top + 13}" textLength="{wide:.1f}" fill="{fill}"{style}'
                f' xml:space="preserve">{escape(text)}</text>'
            )
        x += len(text)


def drawn(terminal: Terminal) -> str:
    """What stands in the terminal, as SVG."""
    screen = terminal.screen
    width, height = 2 * _PAD + screen.columns * _CELL, 2 * _PAD + screen.lines * _ROW
    font = 'font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14"'
    box = f'viewBox="0 0 {width:.0f} {height}" width="{width:.0f}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} {font}>',
        f'<rect width="100%" height="100%" rx="8" fill="{_PAPER}"/>',
    ]
    for y in range(screen.lines):
        row = screen.buffer[y]
        parts += _row([row[x] for x in range(screen.columns)], y)
    return "\n".join([*parts, "</svg>", ""])


def main() -> int:
    """Draw everything; the exit code."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        command = [sys.executable, "-m", "billing_tui"]
        subprocess.run([*command, "demo", "--no-open", "--home", str(home)], check=True, cwd=ROOT)
        draw_screens(home)
        draw_bill(home)
    return 0


def draw_screens(home: Path) -> None:
    """What a clerk sees."""
    for name, (keys, shown) in SCREENS.items():
        shutil.rmtree(home / "drafts", ignore_errors=True)
        terminal = Terminal(
            ["-m", "billing_tui", "--home", str(home), "--as", "maria"], size=(80, 24)
        )
        terminal.wait_for("Go to")
        terminal.type(keys)
        terminal.wait_for(shown)
        terminal.settle()
        (PICTURES / f"{name}.svg").write_text(drawn(terminal), encoding="utf-8")
        terminal.close()


def draw_bill(home: Path) -> None:
    """The first bill that the README's own commands print."""
    script = f'b() {{ "{sys.executable}" -m billing_tui "$@"; }}\n{walk()}'
    walked = script.replace("b demo --no-open\n", "")
    subprocess.run(
        ["bash", "-c", walked],
        check=True,
        cwd=ROOT,
        env={"BILLING_HOME": str(home), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    (file,) = (home / "printed").glob("*-bills.pdf")
    target = PICTURES / "bill"
    subprocess.run(
        ["pdftoppm", "-png", "-r", "100", "-f", "1", "-l", "1", "-singlefile", file, target],
        check=True,
    )


if __name__ == "__main__":
    sys.exit(main())
