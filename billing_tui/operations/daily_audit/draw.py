"""Draw what is audited: all that must be reviewed, and a sample by clerk and room from a seed.

The seed is the hash of the day's last entry: nobody knows it while they key, and everybody can
draw the same sample again from the trail.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from billing_tui.access.field_changes import field_changes, value_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from billing_tui.operations.daily_audit.policy import InputPolicy


@dataclass(frozen=True, slots=True)
class Keyed:
    """An entry of the trail as the draw sees it."""

    seq: int
    staff_id: int
    username: str
    verb: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def room(self) -> str:
        """The room whose verb it is."""
        return self.verb.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Drawn:
    """An entry that is audited: its place in the order of risk and the rule, "" for the sample."""

    keyed: Keyed
    risk: int
    rule: str


@dataclass(frozen=True, slots=True)
class Stratum:
    """The entries of one clerk in one room: all, must be reviewed, sampled, and the rate."""

    staff_id: int
    room: str
    entries: int
    must: int
    sampled: int
    rate_percent: int


@dataclass(frozen=True, slots=True)
class Draw:
    """What was drawn from a day's entries, by risk and newest first, and how many from where."""

    items: tuple[Drawn, ...]
    strata: tuple[Stratum, ...]


def _must(entry: Keyed, policy: InputPolicy) -> Drawn | None:
    changes = field_changes(entry.before, entry.after)
    facts = {
        name: tuple(
            value_text(values[name]) for values in (entry.before, entry.after) if name in values
        )
        for name in {*entry.before, *entry.after}
    }
    for risk, rule in enumerate(policy.rules):
        if rule.fits(entry.verb, changes, facts):
            return Drawn(entry, risk, rule.name)
    return None


def _chance(seed: str, seq: int) -> bytes:
    return hashlib.sha256(f"{seed}|{seq}".encode()).digest()


def sample_size(entries: int, percent: int) -> int:
    """How many of so many are drawn: rounded up, so that a rate above zero draws one of any."""
    return -(-entries * percent // 100)


def draw(entries: Iterable[Keyed], policy: InputPolicy, seed: str) -> Draw:
    """What is audited of these entries; the same seed draws the same, whatever their order."""
    groups: dict[tuple[int, str, str], list[Keyed]] = defaultdict(list)
    for entry in entries:
        groups[entry.staff_id, entry.username, entry.room].append(entry)
    items: list[Drawn] = []
    strata: list[Stratum] = []
    for (staff_id, username, room), group in sorted(groups.items()):
        must = [found for entry in group if (found := _must(entry, policy))]
        chosen = {found.keyed.seq for found in must}
        rest = [entry for entry in group if entry.seq not in chosen]
        rest.sort(key=lambda entry: _chance(seed, entry.seq))
        rate = policy.rate(username, room)
        sample = rest[: sample_size(len(rest), rate)]
        items += [*must, *(Drawn(entry, len(policy.rules), "") for entry in sample)]
        strata.append(Stratum(staff_id, room, len(group), len(must), len(sample), rate))
    items.sort(key=lambda found: (found.risk, -found.keyed.seq))
    return Draw(tuple(items), tuple(strata))
