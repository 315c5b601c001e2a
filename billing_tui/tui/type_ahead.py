"""Type-ahead that never loses or misroutes a key: one queue for the keyboard, one key at a time.

Textual gives each widget its own queue and sends a key to whatever has the focus *now*. Enter, Tab
and Backspace act later, so digits that follow in a burst land in the old field. Here every key and
paste joins one queue; plain characters go straight through to a field, and after anything else
the next key waits until the app, the screen, the focused widget and what holds it have come to
rest. While the keyboard is locked keys are held; they are replayed when it is free and all is at
rest again. After an error they are dropped.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from textual._context import message_hook
from textual.app import App
from textual.events import AppBlur, Event, Key, Paste

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.message import Message
    from textual.message_pump import MessagePump
    from textual.widget import Widget

_LONGEST_WAIT = 0.05
"""Seconds between looks at whether a widget that is waited for has gone away."""
_END_OF_BURST = 0.15
"""Seconds of silence after an error that show the person has stopped typing blindly."""
_SCANNER_PAIR = 0.25
"""Seconds within which a line feed after Enter is the other half of one line end."""


@dataclass(frozen=True, slots=True)
class KeyboardState:
    """What the status line says about the keyboard.

    Attributes:
        waiting: keys that are held.
        reason: why the keyboard is locked, or "" where it is not.
    """

    waiting: int = 0
    reason: str = ""


@runtime_checkable
class TakesCharacters(Protocol):
    """A widget that takes plain characters in its own queue."""

    def keeps_focus(self, key: Key) -> bool:
        """Whether this key can do no more than change the text of this widget."""


class TypeAheadApp(App[int]):
    """An app whose keys arrive in order, in the field they were meant for."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._keys: deque[Key | Paste] = deque()
        self._wake = asyncio.Event()
        self._up = asyncio.Event()
        self._locks: list[str] = []
        self._restless = False
        """The keyboard was locked: what the work asked for at its end may still have to happen."""
        self._dispatched = 0
        self._dropped: int | None = None
        self._last_enter = 0.0
        self._feeder: asyncio.Task[None] | None = None
        self.last_key = monotonic()
        """Seconds on the monotonic clock at which a key came last."""

    # The queue

    async def _process_messages(self, *args: Any, **options: Any) -> None:
        message_hook.set(self._count)
        feeder = self._feeder = asyncio.create_task(self._feed(), name="keyboard")
        feeder.add_done_callback(self._feeder_ended)
        try:
            await super()._process_messages(*args, **options)
        finally:
            feeder.cancel()

    def _count(self, _message: Message) -> None:
        self._dispatched += 1

    def _feeder_ended(self, feeder: asyncio.Task[None]) -> None:
        error = None if feeder.cancelled() else feeder.exception()
        if isinstance(error, Exception):
            self._handle_exception(error)

    async def on_event(self, event: Event) -> None:
        """Queue what the person types; handle everything else as usual."""
        if not isinstance(event, (Key, Paste)) or event.is_forwarded:
            await super().on_event(event)
        elif not self._second_half(event):
            self.last_key = monotonic()
            self._keys.append(event)
            self._wake.set()
            if self._locks:
                self._publish()

    def _second_half(self, event: Key | Paste) -> bool:
        """Whether this line feed belongs to the Enter before it (scanners send CR LF)."""
        after_enter = event.time - self._last_enter < _SCANNER_PAIR
        self._last_enter = event.time if getattr(event, "key", "") == "enter" else 0.0
        return after_enter and getattr(event, "key", "") == "ctrl+j"

    def on_mount(self) -> None:
        """From now on there is a screen that keys can go to."""
        self._up.set()

    async def _on_app_blur(self, event: AppBlur) -> None:
        """Keep the focus when the terminal's window loses its own: a half-keyed field stays so."""
        event.prevent_default()

    async def _feed(self) -> None:
        """Deliver the queue for as long as the app runs, from the first screen on."""
        await self._up.wait()
        await self._rest(None)
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._keys or self._dropped is not None:
                if self._dropped is not None:
                    await self._drop()
                elif self._locks:
                    break
                elif self._restless:
                    self._restless = False
                    await self._rest(self.focused)
                else:
                    await self._deliver(self._keys.popleft())

    async def _deliver(self, event: Key | Paste) -> None:
        target = self.focused
        straight = (
            isinstance(event, Key)
            and event.is_printable
            and target is not None
            and isinstance(target, TakesCharacters)
            and target.keeps_focus(event)
        )
        with self._context():
            await super().on_event(event)
        if not straight:
            await self._rest(target)

    # Waiting until everything has come to rest

    def _chain(self, target: Widget | None) -> list[MessagePump]:
        """Who may still have work: the widget that got the key, the focused one and their holders.

        In the order in which a message travels, so that one pass sees it through.
        """
        chain: list[MessagePump] = []
        for widget in (target, self.focused):
            if widget is not None and widget.is_attached:
                chain += [node for node in widget.ancestors_with_self if node not in chain]
        chain = [node for node in chain if node is not self and node is not self.screen]
        return [*chain, self.screen, self]

    async def _rest(self, target: Widget | None) -> None:
        """Wait for a whole pass in which nobody handled anything."""
        while self._running and self.screen_stack:
            before = self._dispatched
            there = [pump for pump in self._chain(target) if await self._reached(pump)]
            quiet = self._dispatched - before == len(there)
            if quiet and not any(pump.message_queue_size for pump in there):
                return

    async def _reached(self, pump: MessagePump) -> bool:
        """Wait until `pump` has handled what is queued now; False if it is gone and never will."""
        reached = asyncio.Event()
        if not pump.call_later(reached.set):
            return False
        while not reached.is_set():
            if pump._closing or pump._closed or not self._running:  # noqa: SLF001 - no public way to ask
                return False
            with suppress(TimeoutError):
                await asyncio.wait_for(reached.wait(), _LONGEST_WAIT)
        return True

    # Locks and errors

    @contextmanager
    def keyboard_locked(self, reason: str) -> Iterator[None]:
        """Hold the keys while something is under way; enter this before work is handed over."""
        self.lock_keyboard(reason)
        try:
            yield
        finally:
            self.unlock_keyboard(reason)

    def lock_keyboard(self, reason: str) -> None:
        """Hold what is typed until `unlock_keyboard` is called with the same reason."""
        self._locks.append(reason)
        self._restless = True
        self._publish()

    def unlock_keyboard(self, reason: str) -> None:
        """Let go of one lock; the last one lets the held keys run."""
        self._locks.remove(reason)
        self._wake.set()
        self._publish()

    def drop_keys(self) -> None:
        """Drop what was typed blindly, until the burst ends; `keys_dropped` then gets the count.

        Call it where an entry is refused: what follows was meant for another field.
        """
        if self._dropped is None:
            self._dropped = 0
            self._wake.set()

    def drops(self) -> bool:
        """Whether a key that reaches a field now is to be dropped; counts it if so."""
        if self._dropped is None:
            return False
        self._dropped += 1
        return True

    async def _drop(self) -> None:
        await self._rest(self.focused)
        while True:
            self._dropped = (self._dropped or 0) + len(self._keys)
            self._keys.clear()
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), _END_OF_BURST)
            except TimeoutError:
                break
        dropped, self._dropped = self._dropped, None
        if dropped:
            self.keys_dropped(dropped)

    @property
    def keyboard(self) -> KeyboardState:
        """What the status line shows."""
        return KeyboardState(len(self._keys), self._locks[-1] if self._locks else "")

    def _publish(self) -> None:
        if self.screen_stack:
            self.keyboard_changed(self.keyboard)

    def keyboard_changed(self, state: KeyboardState) -> None:
        """The keyboard was locked or unlocked, or holds another number of keys."""

    def keys_dropped(self, count: int) -> None:
        """`count` keys that followed an error were dropped."""
