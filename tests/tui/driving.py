"""Type into the screens without a terminal, in bursts, and see what stands there."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.events import Key

from billing_tui.tui.lines import MessageLine

if TYPE_CHECKING:
    from billing_tui.tui.app import BillingApp


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


def see(app: BillingApp) -> Seen:
    """What stands on the screen in front."""
    strips: Any = app.screen._compositor.render_strips()
    line = app.screen.query_one(MessageLine)
    focus = app.focused.id if app.focused is not None else None
    text = "\n".join(strip.text.rstrip() for strip in strips)
    return Seen(app.top.ident, text, line.sentence, line.tone, focus)


async def type_keys(pilot: Any, app: BillingApp, step: str) -> None:
    """Type one step in one burst and wait until it has come to rest."""
    for part in re.findall(r"<[^>]+>|[^<]", step):
        key = part[1:-1] if len(part) > 1 else part
        app.post_message(Key(key, part if len(part) == 1 else None))
    for _ in range(500):
        await pilot.pause(0.01)
        if _quiet(app):
            await pilot.pause(0.2)
            await pilot.pause()  # until the processor rests: a loaded machine paints late
            if _quiet(app):
                break


def _quiet(app: BillingApp) -> bool:
    """Whether nothing waits, is locked, is dropped or is under way."""
    state = app.keyboard
    held = state.waiting or state.reason or app._dropped is not None
    return not held and app.jobs.current is None


def drive(app: BillingApp, *steps: str, size: tuple[int, int] = (80, 24)) -> list[Seen]:
    """Type each step in one burst, such as `3.2<enter>`, and see what stands there after it."""

    async def run() -> list[Seen]:
        seen = []
        async with app.run_test(size=size) as pilot:
            for step in steps:
                await type_keys(pilot, app, step)
                if not app.screen_stack or app._exit:
                    break
                seen.append(see(app))
        return seen

    return asyncio.run(run())
