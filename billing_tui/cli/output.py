"""What commands print: JSON for programs, tables for people, progress on stderr."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from billing_tui.foundation.errors import InvalidEntry, NotFound, Problem, ProblemsFound, Refused
from billing_tui.foundation.money import Money, money_text
from billing_tui.foundation.text import harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from billing_tui.foundation.errors import BillingError


_NARROWEST_TEXT = 12


def plain(value: Any) -> Any:
    """A value as JSON can hold it: days as ISO text, decimals as text, money as cents."""
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Money):
        return value.cents
    if isinstance(value, date | Decimal | Path):
        return str(value)
    value = value._asdict() if hasattr(value, "_asdict") else value
    if hasattr(value, "items"):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part) for part in value]
    return value


def _escaped(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def json_text(value: Any) -> str:
    """JSON in which whatever could steer a terminal is an escape, so that it reads back exactly."""
    text = json.dumps(plain(value), ensure_ascii=False, indent=2)
    if text.isascii() and "\x7f" not in text:
        return text
    return "".join(
        char if char == "\n" or harmless(char) == char else _escaped(char) for char in text
    )


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    click.echo(json_text(value))


def print_line(sentence: str) -> None:
    """One line of data on stdout."""
    click.echo(harmless(sentence))


def cents(amount: int) -> str:
    """Cents for a column of money."""
    return money_text(amount)


def print_table(
    titles: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Sequence[str] = (),
    whole: Sequence[str] = (),
) -> None:
    """A table on stdout; `right` names right-aligned columns, `whole` names never to be folded."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells = [[harmless(str(part)) for part in row] for row in rows]
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    narrowest = 3 * len(titles)  # two blanks and a rule between columns
    for place, title in enumerate(titles):
        widest = max([len(title), *(len(row[place]) for row in cells)])
        figure = title in right
        least = widest if figure or title in whole else min(widest, _NARROWEST_TEXT)
        narrowest += least
        table.add_column(
            title, justify="right" if figure else "left", overflow="fold", min_width=least
        )
    for row in cells:
        table.add_row(*map(Text, row))
    console = Console(highlight=False)
    # A figure is never cut or folded: the table grows beyond the window if it must.
    console.width = max(console.width, narrowest)
    console.print(table)


def say(sentence: str) -> None:
    """One line of narration on stderr."""
    click.echo(harmless(sentence), err=True)


def print_problems(problems: Iterable[Problem]) -> None:
    """Problems on stderr, one a line."""
    for problem in problems:
        say(f"{'!' if problem.severity == 'error' else '*'} {problem}")


def say_error(error: BillingError, *, as_json: bool) -> int:
    """Tell a refusal; returns the exit code."""
    problems = error.problems if isinstance(error, ProblemsFound) else ()
    if as_json:
        print_json(
            {
                "error": {
                    "code": error.code,
                    "sentence": error.sentence,
                    "field": error.field,
                    "problems": problems,
                }
            }
        )
    else:
        say(f"! {error.sentence}")
        print_problems(one for one in problems if one.sentence not in error.sentence)
    if isinstance(error, Refused):
        return 1
    return 2 if isinstance(error, InvalidEntry | NotFound | ProblemsFound) else 1


def say_usage(error: click.ClickException) -> int:
    """Tell how a command is used, which may quote what was keyed; returns the exit code."""
    told = StringIO()
    error.show(told)
    for line in told.getvalue().splitlines():
        say(line)
    return 2


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr for long work; silent where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task(title, total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advance
