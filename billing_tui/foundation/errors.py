"""What can go wrong, as sentences. `BillingError` stops a verb; a `Problem` is a row of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


class BillingError(Exception):
    """A refusal: one sentence that says what is wrong and what to do about it.

    Attributes:
        code: stable identifier of the refusal, `ROOM-WORD`, for scripts and tests.
        field: name of the entry field to put the cursor on, if the refusal concerns one.
        sentence: what the person reads.
    """

    code = "ERROR"

    def __init__(self, sentence: str, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        if code is not None:
            self.code = code


class InvalidEntry(BillingError):  # noqa: N818 - the field's word for it
    """What was keyed or loaded cannot be what was meant."""

    code = "INVALID"


class NotFound(BillingError):  # noqa: N818
    """There is no such record."""

    code = "NOT-FOUND"


class Refused(BillingError):  # noqa: N818
    """The rules do not allow it now."""

    code = "REFUSED"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file, a batch or a schedule.

    Attributes:
        line: 1-based line of the source, or 0 where the problem concerns the whole of it.
        sentence: what is wrong and what to do.
        field: the column or key concerned, or "".
        severity: errors block, warnings need a look.
    """

    line: int
    sentence: str
    field: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        what = f"{self.field}: " if self.field else ""
        return f"{where}{what}{self.sentence}"


class ProblemsFound(BillingError):  # noqa: N818
    """A file or a schedule was refused as a whole; `problems` says where and why."""

    code = "PROBLEMS"

    def __init__(self, sentence: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(sentence)
        self.problems = problems
