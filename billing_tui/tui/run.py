"""The way in: settles the terminal, starts the app, and says in a sentence why it cannot."""

from __future__ import annotations

import os
import sys
import traceback
from typing import TYPE_CHECKING, Literal

from billing_tui.foundation.errors import BillingError, Refused

if TYPE_CHECKING:
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office
    from billing_tui.tui.app import BillingApp

_SMALLEST = (80, 24)


def check_terminal() -> None:
    """Refuse what cannot show the screens.

    Raises:
        Refused: no terminal (a program without one would spin for ever), or one too small.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise Refused(
            "The screens need a terminal; without one use the other commands of billing-tui.",
            code="NO-TERMINAL",
        )
    size = os.get_terminal_size(sys.stdout.fileno())  # the window itself, not what $COLUMNS says
    if size.columns < _SMALLEST[0] or size.lines < _SMALLEST[1]:
        raise Refused(
            f"This window is {size.columns} by {size.lines}; the screens need 80 by 24 or more.",
            code="SMALL-TERMINAL",
        )


def settle_textual(color: Literal["16", "256", "none"]) -> None:
    """Set what Textual reads when it is imported; whatever the environment said is replaced."""
    for name in [name for name in os.environ if name.startswith("TEXTUAL")]:
        del os.environ[name]
    for name in ("NO_COLOR", "COLUMNS", "LINES"):
        os.environ.pop(name, None)
    os.environ.update(
        TEXTUAL_DISABLE_KITTY_KEY="1",
        TEXTUAL_ANIMATIONS="none",
        TEXTUAL_SMOOTH_SCROLL="0",
        TEXTUAL_THEME="ansi-dark",
        TEXTUAL_COLOR_SYSTEM="256" if color == "256" else "standard",
    )
    if color == "none":
        os.environ["NO_COLOR"] = "1"


def run(office: Office, desk: Desk, *, color: Literal["16", "256", "none"] | None = None) -> int:
    """Show the screens until the person signs off; the exit code.

    Raises:
        Refused: there is no terminal, or it is too small.
    """
    check_terminal()
    chosen = color or _color()
    settle_textual(chosen)
    from billing_tui.tui.app import BillingApp, standing_of
    from billing_tui.tui.attendance import run_attended

    app = BillingApp(desk, standing_of(office.utility, office.mode, desk), chosen)
    try:
        run_attended(app)
        if app.going is not None:
            app = _elsewhere(office, app)
        fault = app.fault
    except Exception as error:  # noqa: BLE001 - the crash guard, the one broad except of the project
        fault = error
    if app.farewell:
        sys.stderr.write(f"{app.farewell}\nWhat was keyed and not saved is kept as a draft.\n")
    if fault is not None:
        _report(fault, office.home.root)
        return 1
    return app.return_code or 0


def _elsewhere(office: Office, app: BillingApp) -> BillingApp:
    """Show the screens of each place that the person goes to; the app that was left last."""
    from billing_tui.operations.training.doorway import Doorway
    from billing_tui.tui.app import BillingApp, standing_of
    from billing_tui.tui.attendance import run_attended

    doorway, color = Doorway(office, app.desk), app.color
    try:
        while app.going is not None and app.fault is None:
            try:
                here = doorway.go(app.going, _tell)
            except BillingError as refusal:  # the office itself lets nobody of that name in
                app.farewell = refusal.sentence
                break
            standing = standing_of(here.office.utility, here.office.mode, here.desk)
            app = BillingApp(here.desk, standing, color, arrived=here)
            run_attended(app)
    finally:
        doorway.close()
    return app


def _tell(_doing: str, done: int, total: int) -> None:
    """How far the training city is; the screens are closed meanwhile."""
    percent = 100 * done // max(total, 1)
    sys.stderr.write(f"\rThe training city is being built, this once: {percent:3}% ")
    sys.stderr.flush()


def _color() -> Literal["16", "256", "none"]:
    """By TERM and NO_COLOR, since SSH passes TERM only."""
    term = os.environ.get("TERM", "")
    if os.environ.get("NO_COLOR") or term in {"", "dumb", "vt100", "vt220"}:
        return "none"
    return "256" if "256color" in term else "16"


def _report(fault: Exception, folder: Path) -> None:
    """Write the trace, without values, where the specialist finds it; tell the person plainly."""
    lines = traceback.format_exception(fault)
    file = folder / "crash.txt"
    try:
        with file.open("a", encoding="utf-8") as out:
            out.writelines(lines)
        where = f"The report is in {file}."
    except OSError:
        where = "".join(lines)
    sys.stderr.write(
        "The program stopped because of a fault of its own; what was saved stays saved, and "
        f"nothing was saved by half. {where}\n"
    )
