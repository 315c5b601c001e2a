"""YAML that a utility edits: what YAML would coerce, repeat or explode, in each of its formats."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from corpus import STEERING, steering_in
from hostile_town import MEGABYTES, Town, command, dump

from billing_tui.billing.audit_policy import read_audit_policy
from billing_tui.documents.utility import read_letterhead
from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import BillingError, ProblemsFound
from billing_tui.foundation.home import Home
from billing_tui.ledger.chart_text import read_chart_text
from billing_tui.metering.layout_text import read_layout
from billing_tui.metering.read_policy import parse_policy
from billing_tui.rates.engine import compile_schedule
from billing_tui.rates.proof import prove
from billing_tui.rates.schedule_text import read_schedule

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
)
TRAPS = {
    "key twice": "{first}\n{first}\n",
    "anchor bomb": BOMB,
    "merge of an anchor": "base: &b {{a: 1}}\n{rest}\nmore: {{<<: *b}}\n",
    "deep list": "{first}\nx: " + "[" * 5000 + "]" * 5000,
    "deep map": "{first}\nx: " + "{{a: " * 5000,
    "deep lines": "".join(f"{' ' * n}a:\n" for n in range(900)),
    "Python object": "{rest}\nx: !!python/object/apply:os.system ['id']\n",
    "Python tag on a value": "{rest}\nx: !!python/name:os.system\n",
    "tag of our own": "{rest}\nx: !office 5\n",
    "two megabytes": "{rest}\nx: " + "y" * 2_000_000,
    "NUL": "{rest}\nx: a\0b\n",
    "escape": "{rest}\nx: a\x1b[2Jb\n",
    "tabs": "{rest}\nx:\n\ta: 1\n",
    "second document": "{rest}\n---\nx: 1\n",
    "directive": "%YAML 9.9\n---\n{rest}\n",
    "list where a map belongs": "- a\n- b\n",
    "one word": "word\n",
    "broken": "{rest}\nx: [1, 2\n",
    "unknown key": "{rest}\nxyzzy: 1\n",
}
READERS: dict[str, tuple[Callable[[str], Any], tuple[str, ...]]] = {
    "schedule": (read_schedule, ("rates", "water-2024-07-01.yaml")),
    "layout": (read_layout, ("layouts", "csv-default.yaml")),
    "checks": (parse_policy, ("policies", "read_checks.yaml")),
    "chart": (read_chart_text, ("chart_of_accounts.yaml",)),
}
WHOLE_FILE = {"two megabytes", "list where a map belongs", "one word"}
"""What is wrong with the file as a whole has no line of its own."""


def _trap(name: str, text: str) -> str:
    first = next(line for line in text.splitlines() if line and line[0] not in "# -%")
    value = first if not first.endswith(":") else f"{first} x"
    return (
        TRAPS[name]
        .replace("{first}", value)
        .replace("{rest}", text)
        .replace("{{", "{")
        .replace("}}", "}")
    )


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_refused_with_a_sentence(kind: str, name: str) -> None:
    """A refusal that names line or key, soon, whatever the file is for."""
    if name == "unknown key" and kind in {"checks", "chart"}:
        pytest.skip("every key of it is needed, so a misspelt one is missed by name")
    read, place = READERS[kind]
    text = data_path(*place).read_text(encoding="utf-8")
    begun = time.monotonic()
    trapped = _trap(name, text)
    assert trapped != text
    with pytest.raises(ProblemsFound) as refused:
        read(trapped)
    first = refused.value.problems[0]

    assert first.line or first.field or name in WHOLE_FILE, first
    assert not steering_in(refused.value.sentence)
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("word", ["no", "12:30", "0x10", "1e1", "1_0", ".inf", "~", "１０"])
def test_a_price_is_never_coerced(word: str) -> None:
    """What YAML would make a boolean, a time, a hexadecimal or nothing is no price."""
    text = data_path("rates", "sewer-2024-07-01.yaml").read_text(encoding="utf-8")
    changed = text.replace("amount: 18.40", f"amount: {word}", 1)
    assert changed != text
    with pytest.raises(BillingError, match=word):
        compile_schedule(read_schedule(changed))


def test_a_price_with_a_zero_before_it_is_no_octal() -> None:
    """018.40 bills what 18.40 bills: the worked examples still reproduce."""
    text = data_path("rates", "sewer-2024-07-01.yaml").read_text(encoding="utf-8")
    changed = text.replace("amount: 18.40", "amount: 018.40")
    assert changed != text
    assert prove(compile_schedule(read_schedule(changed))) == ()


def test_words_stay_words() -> None:
    """A title `no`, `12:30` or `010` is that title."""
    text = data_path("rates", "sewer-2024-07-01.yaml").read_text(encoding="utf-8")
    for word in ("no", "12:30", "010", "2.10", "null", "2026-07-01"):
        assert read_schedule(text.replace("title: Sewer service", f"title: {word}")).title == word


BAD_FILES = {
    "not UTF-8": b"name: \xff\xfe\n",
    "escape": b"name: a\x1b[2J\n",
    "key twice": b"name: a\nname: b\n",
    "bomb": BOMB.encode(),
    "empty": b"",
    "list": b"- a\n",
    "huge": b"name: " + b"x" * 5_000_000,
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_the_offices_own_files_are_refused_alike(tmp_path: Path, name: str) -> None:
    """Letterhead and audit policy: a sentence, never a trace."""
    for file in ("utility.yaml", "city.yaml"):
        (tmp_path / file).write_bytes(BAD_FILES[name])
    with pytest.raises(BillingError):
        read_letterhead(Home(tmp_path, ""))
    if name != "not UTF-8":
        with pytest.raises(BillingError):
            read_audit_policy(tmp_path / "city.yaml")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["anchor bomb", "deep list", "two megabytes", "Python object"])
def test_rates_import_stays_small_and_changes_nothing(
    town: Town, tmp_path: Path, name: str
) -> None:
    """Through the command, with bounded memory: exit 2 and the line."""
    home = tmp_path / "home"
    home.mkdir()
    town.office.store.database.execute_sql("VACUUM INTO ?", (str(home / "billing.db"),))
    text = data_path("rates", "water-2024-07-01.yaml").read_text(encoding="utf-8")
    (tmp_path / "rates.yaml").write_text(_trap(name, text), encoding="utf-8")
    before = dump(home / "billing.db")
    line = ["rates", "import", str(tmp_path / "rates.yaml")]
    done = command(home, line, user="sam", memory=400 * MEGABYTES)

    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert not steering_in(done.stderr.decode())
    assert dump(home / "billing.db") == before


@pytest.mark.parametrize("name", STEERING)
def test_a_schedule_cannot_carry_what_steers(name: str) -> None:
    """Neither as it is nor as an escape in a quoted word does it reach a bill's line."""
    text = data_path("rates", "sewer-2024-07-01.yaml").read_text(encoding="utf-8")
    escaped = "".join(f"\\U{ord(char):08X}" for char in STEERING[name])
    raw = [] if name in {"line feed", "carriage return"} else [STEERING[name]]  # YAML folds lines
    for label in (*raw, f'"{escaped}"'):
        with pytest.raises(ProblemsFound) as refused:
            read_schedule(text.replace("label: Sewer service charge", f"label: {label}", 1))
        assert not steering_in(refused.value.sentence)
