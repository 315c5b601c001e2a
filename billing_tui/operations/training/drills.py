"""What a drill is, read from data/drills: story, cast, preparation, checks with points, hints."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Role
from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import InvalidEntry, NotFound
from billing_tui.foundation.strict_yaml import read_yaml
from billing_tui.foundation.text import harmless

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = "drills"
_SLOT = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)?)\}")
_NAMES = (
    "id", "title", "version", "role", "minutes", "pass", "duties", "story",
    "cast", "prepare", "checks", "hints",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be so in the data when the drill is handed in.

    Attributes:
        rule: name of the rule in `rules.py`.
        needs: what the rule is told, with {slots} for the cast.
        points: what it is worth.
        missed: the sentence for whoever missed it.
    """

    rule: str
    needs: Mapping[str, str]
    points: int
    missed: str


@dataclass(frozen=True, slots=True)
class Drill:
    """One exercise.

    Attributes:
        role: the role that is lent for it in the training home.
        minutes: how long it should take.
        needed: points that pass.
        story: paragraphs, with {slots} for the cast.
        cast: name in the slots to whom `casting.py` is to choose, or to texts to choose from.
        prepare: names of preparations in `prepare.py`, in order.
    """

    id: str
    title: str
    version: int
    role: Role
    minutes: int
    needed: int
    duties: tuple[str, ...]
    story: tuple[str, ...]
    cast: Mapping[str, str | tuple[str, ...]]
    prepare: tuple[str, ...]
    checks: tuple[Check, ...]
    hints: tuple[str, ...]

    @property
    def most(self) -> int:
        """Points that can be had."""
        return sum(check.points for check in self.checks)


def filled(text: str, facts: Mapping[str, str]) -> str:
    """A text with the cast in its slots.

    Raises:
        InvalidEntry: a slot names nothing of the cast.
    """

    def fact(found: re.Match[str]) -> str:
        if found[1] not in facts:
            raise InvalidEntry(f"The cast has no {found[1]}.", field="cast")
        return facts[found[1]]

    return _SLOT.sub(fact, text)


def _check(told: Mapping[str, Any]) -> Check:
    needs = {name: str(value) for name, value in told.get("with", {}).items()}
    if strange := set(told) - {"rule", "with", "points", "missed"}:
        raise InvalidEntry(f"A check has no {min(strange)}.", field="checks")
    return Check(told["rule"], needs, int(told["points"]), told["missed"])


def parse_drill(text: str) -> Drill:
    """Read one drill.

    Raises:
        ProblemsFound, InvalidEntry: with what is wrong.
    """
    told: Any = read_yaml(text)
    if not isinstance(told, dict) or set(told) != set(_NAMES):
        raise InvalidEntry(f"A drill has exactly: {', '.join(_NAMES)}.")
    try:
        return Drill(
            told["id"],
            told["title"],
            int(told["version"]),
            Role(told["role"]),
            int(told["minutes"]),
            int(told["pass"]),
            tuple(told["duties"]),
            tuple(told["story"].strip().split("\n\n")),
            {k: v if isinstance(v, str) else tuple(v) for k, v in told["cast"].items()},
            tuple(told["prepare"]),
            tuple(map(_check, told["checks"])),
            tuple(told["hints"]),
        )
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise InvalidEntry(f"The drill cannot be read: {error}.") from error


def drills() -> tuple[Drill, ...]:
    """All drills, in the order of their files."""
    paths = sorted(data_path(FOLDER).glob("*.yaml"))
    return tuple(parse_drill(path.read_text(encoding="utf-8")) for path in paths)


def drill(id_: str) -> Drill:
    """The drill of that id.

    Raises:
        NotFound: there is none.
    """
    for one in drills():
        if one.id == id_:
            return one
    raise NotFound(f"There is no drill {harmless(id_)!r}.", field="drill")
