"""The rules of the house that a program can check: sizes, docstrings, excepts, columns, imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from statistics import median

import peewee
import pytest

import billing_tui
from billing_tui.foundation.model import CentsField, DayField, FlagField, MilliField
from billing_tui.operations.schema import all_tables

PACKAGE = Path(billing_tui.__file__).parent
ROOT = PACKAGE.parent
MODULES = sorted(PACKAGE.rglob("*.py"))
NAMES = [str(path.relative_to(PACKAGE)) for path in MODULES]
MOST_LINES, MOST_FUNCTION_LINES = 400, 60

MAY_CATCH_ALL = {
    "foundation/gate.py",  # closes the gate file and raises on
    "foundation/transaction.py",  # rolls back and raises on
}
"""Modules that may catch everything, where they raise it again."""

CRASH_GUARD = "tui/run.py"
"""The one place that catches everything for good: it reports the fault and ends the program."""

FORBIDDEN_FIELDS = (
    peewee.DecimalField,  # REAL on SQLite
    peewee.FloatField,
    peewee.DateField,
    peewee.DateTimeField,
    peewee.BooleanField,
)
ALLOWED_FIELDS = (
    peewee.AutoField,
    peewee.IntegerField,
    peewee.BigIntegerField,
    peewee.TextField,
    peewee.ForeignKeyField,
    CentsField,
    MilliField,
    DayField,
    FlagField,
)


def tree_of(path: Path) -> ast.Module:
    """The parsed module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def lines_of(node: ast.AST) -> int:
    """Lines of a definition, its docstring left out."""
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    said = node.body[0] if ast.get_docstring(node) else None
    docstring = said.end_lineno - said.lineno + 1 if said and said.end_lineno else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - docstring


def functions_of(path: Path) -> list[tuple[str, int]]:
    """Names and lengths of the functions of a module, methods included."""
    return [
        (f"{path.name}:{node.name}", lines_of(node))
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_a_module_is_small_and_says_what_it_is(path: Path) -> None:
    """At most 400 lines, a docstring, functions of at most 60 lines without theirs."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    assert ast.get_docstring(tree_of(path))
    assert [name for name, lines in functions_of(path) if lines > MOST_FUNCTION_LINES] == []


def test_the_median_module_and_function_are_short() -> None:
    """The house aims past its models: modules of 150 lines, functions of eight."""
    sizes = [len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES]
    functions = [lines for path in MODULES for _, lines in functions_of(path)]
    assert median(sizes) <= 150
    assert median(functions) <= 8


def _catches_all(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(
        name is None or (isinstance(name, ast.Name) and name.id in {"Exception", "BaseException"})
        for name in names
    )


def _raises_on(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_nothing_swallows_every_error(path: Path) -> None:
    """A broad `except` stands only where it is listed, and there it raises on."""
    broad = [
        node
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler) and _catches_all(node)
    ]
    name = path.relative_to(PACKAGE).as_posix()
    if name in MAY_CATCH_ALL:
        assert all(_raises_on(handler) for handler in broad)
    else:
        assert len(broad) == (name == CRASH_GUARD)


def _calls_of(path: Path, names: set[str]) -> list[str]:
    calls = [node.func for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    return [
        ast.unparse(call)
        for call in calls
        if isinstance(call, ast.Attribute) and ast.unparse(call) in names
    ]


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_time_and_floats_come_from_nowhere(path: Path) -> None:
    """Today and now are read by the desk and the command line alone."""
    if path.relative_to(PACKAGE).as_posix() == "access/desk.py" or "cli" in path.parts:
        return
    clocks = {"date.today", "datetime.now", "datetime.utcnow", "datetime.today", "time.time"}
    assert _calls_of(path, clocks) == []


@pytest.mark.parametrize("model", all_tables(), ids=lambda model: model.__name__)
def test_columns_are_exact(model: type[peewee.Model]) -> None:
    """Text, whole numbers, cents, thousandths, days and flags; cents are named as such."""
    for field in model._meta.sorted_fields:
        assert isinstance(field, ALLOWED_FIELDS), field
        assert not isinstance(field, FORBIDDEN_FIELDS), field
        assert isinstance(field, CentsField) is field.name.endswith("cents"), field
        assert isinstance(field, MilliField) is field.name.endswith("_milli"), field
        if field.name == "day" or field.name.endswith("_day"):
            assert isinstance(field, DayField), field


def _writes(function: ast.FunctionDef) -> bool:
    opened = [
        part.context_expr
        for item in ast.walk(function)
        if isinstance(item, ast.With)
        for part in item.items
    ]
    return any(ast.unparse(expression).startswith("writing(") for expression in opened)


def _verbs() -> list[tuple[str, ast.FunctionDef]]:
    return [
        (path.relative_to(PACKAGE).as_posix(), node)
        for path in MODULES
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef) and _writes(node)
    ]


VERBS = _verbs()


@pytest.mark.parametrize(("path", "verb"), VERBS, ids=[f"{p}:{v.name}" for p, v in VERBS])
def test_a_verb_takes_the_desk_and_says_what_it_does(path: str, verb: ast.FunctionDef) -> None:
    """Whatever writes takes the desk first and is named in the trail after its room."""
    assert verb.args.args, path
    assert verb.args.args[0].arg == "desk"
    assert ast.get_docstring(verb) or verb.name.startswith("_")


def test_only_verbs_and_the_founding_write() -> None:
    """Without an audit entry: set-up, parts of a run between two acts, who is signed on."""
    openers = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        if "write_transaction(" in path.read_text(encoding="utf-8")
    }
    allowed = {"foundation/transaction.py", "access/writing.py", "billing/run_part.py"}
    allowed |= {"access/sessions.py"}
    assert {path for path in openers - allowed if not path.startswith("operations/")} == set()


def test_the_top_level_shows_only_the_user_s_layout() -> None:
    """Package, data, tests, docs and what packaging needs; nothing of anybody's workplace."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    top = {line.split("/")[0] for line in listed.stdout.splitlines()}
    known = {"billing_tui", "data", "tests", "docs", "pyproject.toml", "README.md", "LICENSE"}
    hidden = {name for name in top if name.startswith(".")}
    assert top - hidden - known - {"CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"} == set()


def loaded_by(module: str) -> set[str]:
    """Names of all modules that importing one loads, in a fresh interpreter."""
    code = f"import {module}, sys; print('\\n'.join(sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(ran.stdout.split())


def _exists(module: str) -> bool:
    path = PACKAGE.joinpath(*module.split(".")[1:])
    return path.is_dir() or path.with_suffix(".py").exists()


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("billing_tui.__main__", {"textual", "fpdf", "holidays", "rich", "peewee"}),
        ("billing_tui.cli.main", {"textual", "fpdf", "holidays", "rich", "peewee"}),
        ("billing_tui.operations.office", {"textual", "fpdf", "holidays", "rich", "click"}),
        ("billing_tui.ledger.post_entry", {"textual", "fpdf", "holidays", "rich", "click"}),
        ("billing_tui.foundation.days", {"textual", "fpdf", "holidays"}),
    ],
)
def test_start_up_imports_no_more_than_it_needs(module: str, absent: set[str]) -> None:
    """What is slow to import is imported when it is asked for."""
    if not _exists(module):
        pytest.skip(f"{module} is not there yet")
    assert loaded_by(module) & absent == set()


def test_screens_do_not_import_what_prints() -> None:
    """No module of the terminal imports fpdf2, even through others."""
    screens = [
        ".".join(("billing_tui", *path.relative_to(PACKAGE).with_suffix("").parts))
        for path in MODULES
        if path.relative_to(PACKAGE).parts[0] == "tui"
    ]
    assert screens
    assert "fpdf" not in loaded_by(", ".join(screens))
