"""The three lines that frame every screen: title on top, message and keys at the bottom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.widget import Widget

from billing_tui.tui.commands import BACKWARD, FORWARD
from billing_tui.tui.ink import Line, Role, Span, apart, cut, gap, width_of
from billing_tui.tui.painted import palette_of
from billing_tui.tui.type_ahead import KeyboardState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from textual.strip import Strip

    from billing_tui.tui.commands import Command


@dataclass(frozen=True, slots=True)
class Standing:
    """Who works where; it stands on the first line of every screen.

    Attributes:
        utility: name of the utility.
        mode: LIVE, DEMO or TRAINING.
        person: user name.
        role: the role or roles in force.
        verified: whether the operating system vouched for the person.
        day: the business day.
    """

    utility: str
    mode: str
    person: str
    role: str
    verified: bool
    day: date

    def spans(self, *, short: bool) -> Line:
        """Business day, mode, identity and person, for the right end of the line."""
        doubt = "ID NOT VERIFIED" if short else "IDENTITY NOT VERIFIED"
        identity: tuple[Span, ...] = () if self.verified else (gap(1), (doubt, Role.WARNING))
        return (
            (f"{self.day:%m/%d/%y} ", Role.VALUE),
            (f" {self.mode} ", Role.MODE),
            *identity,
            gap(1),
            (self.person.upper(), Role.VALUE),
            (f" {self.role} ", Role.LABEL),
        )


class TitleLine(Widget):
    """Screen id, title, utility, mode, person and role."""

    DEFAULT_CSS: ClassVar[str] = "TitleLine { height: 1; }"

    def __init__(self, ident: str, heading: str, standing: Standing) -> None:
        super().__init__()
        self.ident = ident
        self.heading = heading
        self.standing = standing

    def line(self, width: int) -> Line:
        """The line for a width: the long words give way first, then the utility's name."""
        screen: Line = (gap(1), (self.ident, Role.ACCENT), gap(1))
        start: Line = (*screen, (self.heading, Role.TITLE))
        named: Line = (*start, gap(1), (self.standing.utility, Role.LABEL))
        for short in (False, True):
            end = self.standing.spans(short=short)
            if width_of(named) + width_of(end) < width:
                return apart(named, end, width)
        room = width - width_of(screen) - width_of(end)
        return apart((*screen, (cut(self.heading, room), Role.TITLE)), end, width)

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        width = self.size.width
        loud = Role.MODE if self.standing.mode == "TRAINING" else None
        return palette_of(self).strip(self.line(width) if y == 0 else (), width, loud)


Tone = Literal["say", "warn", "refuse"]
_MARKS: dict[Tone, tuple[str, Role]] = {
    "say": (">", Role.TEXT),
    "warn": ("*", Role.WARNING),
    "refuse": ("!", Role.ERROR),
}


class MessageLine(Widget):
    """One sentence: what happened or what to do next; and the keyboard while it is locked."""

    DEFAULT_CSS: ClassVar[str] = "MessageLine { height: 1; }"

    def __init__(self) -> None:
        super().__init__()
        self.tone: Tone = "say"
        self.sentence = ""
        self.keyboard = KeyboardState()
        self.dropped = 0
        self._before: tuple[str, Tone] | None = None

    def put(self, sentence: str, tone: Tone = "say") -> None:
        """Show a sentence."""
        self._before = None
        if (sentence, tone) != (self.sentence, self.tone) or self.dropped:
            self.sentence, self.tone, self.dropped = sentence, tone, 0
            self.refresh()

    def put_aside(self, sentence: str) -> None:
        """Warn that a key does nothing; what stood here comes back with the next one that does."""
        before = self._before or (self.sentence, self.tone)
        self.put(sentence, "warn")
        self._before = before

    def put_back(self) -> None:
        """A key did something: what was said of one before it holds no longer."""
        if self._before is not None:
            self.put(*self._before)

    @property
    def is_cut(self) -> bool:
        """Whether the sentence is longer than the line."""
        return width_of(((self.sentence, Role.TEXT),)) > self.size.width - 3

    def show_dropped(self, count: int) -> None:
        """Show how many keys the refusal that stands here has cost."""
        self.dropped = count
        self.refresh()

    def show_keyboard(self, state: KeyboardState) -> None:
        """Show whether the keyboard is locked and how many keys wait."""
        if state != self.keyboard:
            self.keyboard = state
            self.refresh()

    def line(self, width: int) -> Line:
        """The line for a width; a sentence that is longer ends in `+` and F1 shows it whole."""
        mark, role = _MARKS[self.tone]
        state = self.keyboard
        end: Line = ()
        if self.dropped:
            keys = "key" if self.dropped == 1 else "keys"
            end = ((f" {self.dropped} {keys} dropped ", Role.WARNING),)
        if state.reason:
            waiting = f" {state.waiting} keys wait" if state.waiting else ""
            end = ((f" X SYSTEM {state.reason}{waiting} ", Role.WARNING),)
        room = width - 3 - width_of(end)
        body = role if self.tone == "refuse" else Role.TEXT
        shown = cut(self.sentence, room, mark="+")
        return apart((gap(1), (mark, role), gap(1), (shown, body)), end, width)

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        width = self.size.width
        return palette_of(self).strip(self.line(width) if y == 0 else (), width)


class KeyLine(Widget):
    """The keys that work here and now; those that do not are dim and say why when pressed."""

    DEFAULT_CSS: ClassVar[str] = "KeyLine { height: 1; }"
    MOST: ClassVar[int] = 9

    def __init__(self) -> None:
        super().__init__()
        self._keys: tuple[tuple[Command, bool], ...] = ()

    def show(self, keys: Sequence[tuple[Command, bool]]) -> None:
        """Show these commands; False marks one that does not work now."""
        if tuple(keys) != self._keys:
            self._keys = tuple(keys)
            self.refresh()

    def line(self, width: int) -> Line:
        """As many keys as fit, help and the way back always among them."""
        shown = [*self._keys[: self.MOST - 1], *self._keys[self.MOST - 1 :][-1:]]
        while len(shown) > 2 and width_of(_key_spans(shown)) > width:
            del shown[-2]
        return _key_spans(shown)

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        width = self.size.width
        return palette_of(self).strip(self.line(width) if y == 0 else (), width)


def _key_spans(keys: Sequence[tuple[Command, bool]]) -> Line:
    spans: list[Span] = [gap(1)]
    shown = [command for command, _ in keys]
    paged = BACKWARD in shown and FORWARD in shown
    for command, works in keys:
        if paged and command == BACKWARD:
            continue
        key, label = command.key_text, command.label
        if paged and command == FORWARD:
            key, label = f"{BACKWARD.key_text}/{key}", "Page"
        spans += [
            (key, Role.KEY if works else Role.OFF),
            (f" {label}", Role.TEXT if works else Role.OFF),
            gap(2),
        ]
    return tuple(spans[:-1])
