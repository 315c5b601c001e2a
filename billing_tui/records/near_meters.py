"""A meter number that is not known may be a slip of one that is: those one slip of a key away."""

from __future__ import annotations

from string import ascii_uppercase, digits

from billing_tui.foundation.bulk import rows_of

_KEYS = f"{digits}{ascii_uppercase}-"
_LONGEST = 24


def one_slip_from(number: str) -> frozenset[str]:
    """What one slip makes of a number: a key left out, doubled, wrong, or two in wrong order."""
    cuts = [(number[:at], number[at:]) for at in range(len(number) + 1)]
    left_out = {head + tail[1:] for head, tail in cuts if tail}
    turned = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    wrong = {head + key + tail[1:] for head, tail in cuts if tail for key in _KEYS}
    added = {head + key + tail for head, tail in cuts for key in _KEYS}
    return frozenset(left_out | turned | wrong | added) - {number, ""}


def no_such_meter(number: str) -> str:
    """`There is no meter 70318824, but 70318842`: the second where a slip may have been made."""
    near = "".join(f", but {one}" for one in meters_one_slip_away(number)[:1])
    return f"There is no meter {number[:_LONGEST]}{near}"


def meters_one_slip_away(number: str) -> tuple[str, ...]:
    """Numbers of the office's meters for which this one may have been keyed by mistake."""
    near = sorted(one_slip_from(number[:_LONGEST]))
    marks = ", ".join("?" * len(near))
    rows = rows_of(f"SELECT number FROM meter WHERE number IN ({marks}) ORDER BY number", near)
    return tuple(row[0] for row in rows)
