"""The files of a rate check: schedules found by name or hash, cases read line by line."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from billing_tui.foundation.errors import BillingError, InvalidEntry, NotFound
from billing_tui.foundation.plain_file import opened_file
from billing_tui.rates.engine import CompiledSchedule, compile_schedule
from billing_tui.rates.exact import parse_number
from billing_tui.rates.line import RatedService, ServiceUse
from billing_tui.rates.owrs import TierStarts, read_owrs
from billing_tui.rates.owrs_fields import as_written, normal_text, our_name
from billing_tui.rates.schedule_text import read_schedule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

_SUFFIXES = (".owrs", ".yaml", ".yml")
_HASH = 16
_LARGEST = 1_000_000
_LARGEST_CASES = 256 * 1024 * 1024


class CaseFileWrong(InvalidEntry):
    """The file of cases cannot be read; the sentence says where."""

    code = "CASES-FORM"


@dataclass(frozen=True, slots=True)
class LoadedSchedule:
    """A schedule that bills cases.

    Attributes:
        compiled: ready to bill.
        owrs: whether it came from an OWRS file, whose keys are compared as written.
    """

    compiled: CompiledSchedule
    owrs: bool

    def rate(self, rate_class: str, inputs: Mapping[str, str]) -> RatedService:
        """The bill of a case: `usage_ccf` is usage in the schedule's unit, the rest attributes."""
        schedule = self.compiled.schedule
        spell = as_written if self.owrs else normal_text
        usage = inputs.get("usage_ccf", inputs.get("usage"))
        first = schedule.effective
        return self.compiled.rate(
            ServiceUse(
                rate_class,
                {
                    our_name(k): spell(v)
                    for k, v in inputs.items()
                    if k not in {"usage", "usage_ccf"}
                },
                None if usage is None else _number(usage, "usage"),
                schedule.unit,
                first,
                first + timedelta(days=schedule.proration.standard_days or 30),
            )
        )


def _number(text: str, what: str) -> Decimal:
    number = parse_number(text)
    if number is None:
        raise CaseFileWrong(f"{what} is {text[:40]!r}, which is no number.")
    return number


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise InvalidEntry(f"{path.name} is larger than {_LARGEST:,} characters.")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InvalidEntry(f"{path.name} is not UTF-8 text.") from error
    except OSError as error:
        raise NotFound(f"{path.name} cannot be read: {error.strerror}.") from error


@dataclass(slots=True)
class ScheduleShelf:
    """Schedules of a file or a folder, each loaded at most once, when a case asks for it."""

    root: Path
    tier_starts: TierStarts
    _paths: dict[str, Path] = field(default_factory=dict)
    _names: dict[str, list[Path]] = field(default_factory=dict)
    _hashes: dict[str, Path] = field(default_factory=dict)
    _loaded: dict[Path, LoadedSchedule | BillingError] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not os.path.exists(self.root):  # noqa: PTH110 - Path.exists raises on an endless name
            raise NotFound(f"There is no {self.root}.", field="SCHEDULES")
        found = [self.root] if self.root.is_file() else sorted(self.root.rglob("*"))
        for path in found:
            if path.is_file() and (path.suffix.lower() in _SUFFIXES or path == self.root):
                self._paths[path.relative_to(self.root.parent).as_posix()] = path
                self._paths[path.relative_to(self.root).as_posix()] = path
                self._names.setdefault(path.name, []).append(path)
        if not self._names:
            raise NotFound(f"{self.root} holds no schedules (.owrs or .yaml).", field="SCHEDULES")

    def find(self, name: str, sha256: str) -> Path | None:
        """The file of that relative path; else of that hash; else the only one of that name."""
        by_path = self._paths.get(name)
        if by_path is not None:
            return by_path
        by_hash = self._by_hash(sha256)
        if by_hash is not None:
            return by_hash
        alike = self._names.get(Path(name).name, [])
        return alike[0] if len(alike) == 1 else None

    def _by_hash(self, sha256: str) -> Path | None:
        if not self._hashes:
            for paths in self._names.values():
                for path in paths:
                    digest = hashlib.sha256(path.read_bytes()).hexdigest()
                    self._hashes[digest[:_HASH]] = path
        return self._hashes.get(sha256[:_HASH]) if len(sha256) >= _HASH else None

    def load(self, path: Path) -> LoadedSchedule:
        """The schedule of a file.

        Raises:
            BillingError: the same one each time, where the file cannot be billed from.
        """
        if path not in self._loaded:
            try:
                self._loaded[path] = self._read(path)
            except BillingError as error:
                self._loaded[path] = error
        found = self._loaded[path]
        if isinstance(found, BillingError):
            raise found
        return found

    def _read(self, path: Path) -> LoadedSchedule:
        text = _read_text(path)
        if path.suffix.lower() == ".owrs":
            owrs = read_owrs(text, tier_starts=self.tier_starts, spell=as_written)
            return LoadedSchedule(compile_schedule(owrs.schedule), owrs=True)
        return LoadedSchedule(compile_schedule(read_schedule(text)), owrs=False)


@dataclass(frozen=True, slots=True)
class Case:
    """One line of a file of cases.

    Attributes:
        expected: what must come out, or None where billing must be refused.
    """

    id: str
    file: str
    sha256: str
    rate_class: str
    inputs: Mapping[str, str]
    confidence: str
    expected: Mapping[str, Any] | None


def _case(node: Any) -> Case:
    if not isinstance(node, dict):
        raise CaseFileWrong("a case must be a JSON object.")
    inputs, expected = node.get("inputs"), node.get("expected")
    for key in ("file", "class"):
        if not isinstance(node.get(key), str):
            raise CaseFileWrong(f"the key {key!r} is missing.")
    if not isinstance(inputs, dict) or not all(isinstance(v, str) for v in inputs.values()):
        raise CaseFileWrong("inputs must be an object of texts.")
    if not node.get("expect_error") and not isinstance(expected, dict):
        raise CaseFileWrong("neither expected nor expect_error is stated.")
    refused = bool(node.get("expect_error"))
    return Case(
        str(node.get("id", "")),
        node["file"],
        str(node.get("file_sha256", "")),
        node["class"],
        inputs,
        "negative" if refused else str(node.get("confidence", "high")),
        None if refused else expected,
    )


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    with opened_file(path, _LARGEST_CASES) as raw:
        if path.suffix != ".gz":
            yield raw
            return
        with gzip.open(raw) as unpacked:
            yield cast("BinaryIO", unpacked)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    while line := stream.readline(_LARGEST + 1):
        if len(line) > _LARGEST:
            raise CaseFileWrong(f"the line is longer than {_LARGEST:,} bytes.")
        yield line


def read_cases(path: Path) -> Iterator[tuple[int, Case]]:
    """Cases with their line numbers, from JSON lines, plain or gzipped.

    Raises:
        CaseFileWrong: naming the line that is no case.
        InvalidEntry: there is no such file, or none that can be opened.
    """
    number = 0
    try:
        with _opened(path) as lines:
            for number, line in enumerate(_lines(lines), 1):
                if line.strip():
                    yield number, _case(json.loads(line))
    except CaseFileWrong as error:
        raise CaseFileWrong(f"{path.name}, line {number}: {error.sentence}") from error
    except (ValueError, RecursionError) as error:
        raise CaseFileWrong(f"{path.name}, line {number}: it is no JSON ({error}).") from error
    except (OSError, EOFError, zlib.error) as error:
        raise CaseFileWrong(f"{path.name} cannot be read: {error}.") from error
