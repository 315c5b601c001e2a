"""Three palettes that say the same: 16 colours, 256 colours, none.

The terminal's own background stays. Bold, underline and reverse carry the meaning; colour only
repeats it, so every role reads the same on PuTTY's 16 colours and on paper-white monochrome.
"""

from __future__ import annotations

from typing import Literal

from billing_tui.tui.ink import Palette, Role

ColorMode = Literal["16", "256", "none"]

_NONE: dict[Role, str] = {
    Role.VALUE: "bold",
    Role.TITLE: "bold",
    Role.MODE: "bold reverse",
    Role.HEAD: "underline",
    Role.KEY: "bold",
    Role.OFF: "dim",
    Role.WARNING: "bold",
    Role.ERROR: "bold reverse",
    Role.FIELD: "underline",
    Role.FOCUSED: "bold underline",
    Role.CURSOR: "reverse",
    Role.ROW: "reverse",
    Role.ACCENT: "bold",
}
_SIXTEEN: dict[Role, str] = {
    **_NONE,
    Role.TITLE: "bold cyan",
    Role.MODE: "bold reverse cyan",
    Role.HEAD: "underline cyan",
    Role.RULE: "cyan",
    Role.KEY: "bold cyan",
    Role.GOOD: "green",
    Role.WARNING: "bold yellow",
    Role.ERROR: "bold reverse red",
    Role.BAR: "cyan",
    Role.ACCENT: "bold cyan",
}
_MANY: dict[Role, str] = {
    **_SIXTEEN,
    Role.LABEL: "color(247)",
    Role.TITLE: "bold color(80)",
    Role.HEAD: "underline color(80)",
    Role.RULE: "color(66)",
    Role.KEY: "bold color(80)",
    Role.GOOD: "color(114)",
    Role.WARNING: "bold color(221)",
    Role.ERROR: "bold reverse color(210)",
    Role.BAR: "color(73)",
    Role.ACCENT: "bold color(80)",
}

PALETTES: dict[ColorMode, Palette] = {
    "16": Palette("16", _SIXTEEN),
    "256": Palette("256", _MANY),
    "none": Palette("none", _NONE),
}
TEXTUAL_THEME = "ansi-dark"
"""Textual's theme that leaves the terminal its own colours and paints no background."""
