"""Whether a reading looks as if it was taken or keyed wrongly: digits swapped, or lower since."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.billing.question.evidence import ReadOnFile


def swapped_digits(reading: int, dials: int) -> Iterator[int]:
    """The readings that come from swapping two neighbouring, unlike digits of the register."""
    digits = f"{reading:0{dials}d}"
    for at in range(len(digits) - 1):
        if digits[at] != digits[at + 1]:
            yield int(digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :])


def usual_if_swapped(read: ReadOnFile, usual_milli: int) -> tuple[int, int] | None:
    """The swapped reading whose use comes nearest to the usual one, and that use in thousandths.

    None where no swap brings the use within a quarter of what is usual.
    """
    if read.previous is None or usual_milli <= 0:
        return None
    found = [
        (other, (other - read.previous) * read.multiplier_milli)
        for other in swapped_digits(read.reading, read.dials)
        if other >= read.previous
    ]
    near = [one for one in found if 4 * abs(one[1] - usual_milli) <= usual_milli]
    return min(near, key=lambda one: abs(one[1] - usual_milli), default=None)


def lower_since(read: ReadOnFile, later: tuple[ReadOnFile, ...]) -> ReadOnFile | None:
    """A later read of the same meter that shows less without having gone round."""
    for one in later:
        if one.meter == read.meter and one.reading < read.reading and not one.rolled_over:
            return one
    return None
