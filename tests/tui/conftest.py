"""A filled office for the screens, and a way to type into them without a terminal."""

from __future__ import annotations

import asyncio
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from small_office import TODAY, fill

from billing_tui.access.staff import sit_down
from billing_tui.foundation.transaction import write_transaction
from billing_tui.tui.run import settle_textual

settle_textual("16")

from textual.events import Key

from billing_tui.tui.app import BillingApp, standing_of
from billing_tui.tui.lines import MessageLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.operations.office import Office


@pytest.fixture
def city(office: Office) -> Office:
    """The office with a dozen accounts in it."""
    with write_transaction(office.store):
        fill()
    return office


@pytest.fixture
def app(city: Office) -> Callable[[str], BillingApp]:
    """The screens for a staff member: `app("luis")`."""

    def sit(username: str = "luis") -> BillingApp:
        desk = sit_down(
            city.store,
            city.home,
            username,
            TODAY,
            station="test",
            clock=lambda: datetime(2026, 11, 20, 18, tzinfo=UTC),
        )
        return BillingApp(desk, standing_of(city.utility, city.mode, desk))

    return sit


class Seen(NamedTuple):
    """What a person sees after a step.

    Attributes:
        ident: id of the screen in front.
        text: the whole screen.
        sentence: of the message line.
        tone: say, warn or refuse.
        focus: name of the focused field, if it has one.
    """

    ident: str
    text: str
    sentence: str
    tone: str
    focus: str | None


def _see(app: BillingApp) -> Seen:
    strips: Any = app.screen._compositor.render_strips()
    line = app.screen.query_one(MessageLine)
    focus = app.focused.id if app.focused is not None else None
    text = "\n".join(strip.text.rstrip() for strip in strips)
    return Seen(app.top.ident, text, line.sentence, line.tone, focus)


async def _type(pilot: Any, app: BillingApp, step: str) -> None:
    for part in re.findall(r"<[^>]+>|[^<]", step):
        key = part[1:-1] if len(part) > 1 else part
        app.post_message(Key(key, part if len(part) == 1 else None))
    for _ in range(500):
        await pilot.pause(0.01)
        state = app.keyboard
        if not state.waiting and not state.reason and app.jobs.current is None:
            break
    await pilot.pause(0.2)


def drive(app: BillingApp, *steps: str, size: tuple[int, int] = (80, 24)) -> list[Seen]:
    """Type each step in one burst, such as `3.2<enter>`, and see what stands there after it."""

    async def run() -> list[Seen]:
        seen = []
        async with app.run_test(size=size) as pilot:
            for step in steps:
                await _type(pilot, app, step)
                if not app.screen_stack or app._exit:
                    break
                seen.append(_see(app))
        return seen

    return asyncio.run(run())
