"""One entry field: a label, an underline of the field's full length, and an echo beside it.

The first key replaces what stood there; moving the cursor first edits it instead. Enter reads the
entry and goes on; Tab and the arrows go on without reading. A refused entry keeps the cursor, the
screen says why, and keys that were typed ahead are dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.geometry import Region
from textual.message import Message
from textual.widget import Widget

from billing_tui.foundation.errors import BillingError
from billing_tui.tui.ink import Line, Role, gap, left, right
from billing_tui.tui.line_edit import LineEdit, one_line
from billing_tui.tui.painted import keyboard_of, palette_of

if TYPE_CHECKING:
    from textual.events import Focus, Key, Paste
    from textual.strip import Strip

    from billing_tui.tui.kinds import Kind, Taken

_TAKEN_BACK = "What was keyed in this field is taken back; F12 again leaves."


class Entry(Widget, can_focus=True):
    """One field of a form."""

    DEFAULT_CSS: ClassVar[str] = "Entry { height: 1; }"

    class Changed(Message):
        """Something was keyed."""

        def __init__(self, entry: Entry) -> None:
            super().__init__()
            self.entry = entry

    class Accepted(Message):
        """The entry was read and the person goes on."""

        def __init__(self, entry: Entry) -> None:
            super().__init__()
            self.entry = entry

    class Refused(Message):
        """The entry makes no sense; `sentence` says why."""

        def __init__(self, entry: Entry, sentence: str) -> None:
            super().__init__()
            self.entry = entry
            self.sentence = sentence

    class Asked(Message):
        """The person keyed `?` where it is no character: what can be keyed here?"""

        def __init__(self, entry: Entry) -> None:
            super().__init__()
            self.entry = entry

    def __init__(
        self, name: str, label: str, kind: Kind, *, label_width: int = 16, help_: str = ""
    ) -> None:
        super().__init__(id=name)
        self.label = label
        self.kind = kind
        self.help_sentence = help_ or kind.help
        self.taken: Taken | None = None
        self.beside = ""
        """What stands beside the field before it is read, such as a meter's last read."""
        self.wrong = False
        self._label_width = label_width
        self._line = LineEdit()
        self._before = ""

    # What the screen asks

    @property
    def text(self) -> str:
        """What stands in the field."""
        return self._line.text

    @property
    def value(self) -> Any:
        """What was understood when the entry was read; None before that."""
        return self.taken.value if self.taken is not None else None

    @property
    def changed(self) -> bool:
        """Whether something was keyed since the last `put`."""
        return self.text != self._before

    def put(self, text: str) -> None:
        """Show a text as if it had stood there all along."""
        self._line.show(text)
        self._before = text
        self.taken, self.wrong = None, False
        self.refresh()

    def retype(self, text: str) -> None:
        """Show a text that the person keyed before; it counts as changed."""
        self.put(text)
        self._before = ""

    def read(self) -> Any:
        """Read the entry.

        Raises:
            BillingError: with the sentence and this field's name.
        """
        try:
            self.taken = self.kind.read(self.text)
        except BillingError as error:
            self.taken = None
            self.wrong = True
            self.refresh()
            error.field = self.id
            raise
        if not self.changed:
            self._before = self.taken.shown  # another way to write it is no change of the person's
        self._line.show(self.taken.shown)
        self.wrong = False
        self.refresh()
        return self.taken.value

    def turn_back(self) -> None:
        """The cursor is put here by a refusal: the next character replaces what stands here."""
        self._line.rest()
        self.refresh()
        self.focus()

    @property
    def _focus_sort_key(self) -> tuple[int, int]:
        """The same for all, so that Tab and arrows follow the form's own order.

        Textual's order is that of the last layout, which may still be to come for fields that have
        just opened: keys that ran ahead went astray.
        """
        return 0, 0

    def keeps_focus(self, key: Key) -> bool:
        """Whether this key can do no more than change the text of this field."""
        moves = self.kind.auto_advance or (self.kind.signs and key.character in {"+", "-"})
        return not moves and (key.character != "?" or self._takes_question())

    def _takes_question(self) -> bool:
        """Whether `?` is a character of the entry; else it asks what can be done here."""
        if self.kind.choices is not None:
            return bool(self.text)
        return self.kind.characters is None or "?" in self.kind.characters

    # Keys

    async def _on_key(self, event: Key) -> None:
        if keyboard_of(self).drops():
            event.stop()
            event.prevent_default()
            return
        if event.character is not None and event.is_printable:
            event.stop()
            event.prevent_default()
            self._type(event.character)
            return
        before = self.text
        if self._line.edit(event.key):
            event.stop()
            event.prevent_default()
            if self.text == before:
                self.refresh()
            else:
                self._edited()

    def _on_paste(self, event: Paste) -> None:
        event.stop()
        event.prevent_default()
        pasted = one_line(event.text)
        if pasted is None:
            self._refuse("What was pasted has several lines; this field takes one.")
            return
        for character in pasted:
            if not self._type(character, advance=False):
                return

    def _type(self, character: str, *, advance: bool = True) -> bool:
        if character == "?" and not self._takes_question():
            self.post_message(self.Asked(self))
            return True
        refusal = self._line.insert(character, self.kind, self.help_sentence)
        if refusal:
            return self._refuse(refusal)
        self._edited()
        if advance and self._finishes(character):
            self.accept()
        return True

    def _finishes(self, character: str) -> bool:
        kind = self.kind
        if kind.signs and character in {"+", "-"} and len(self.text) > 1:
            return True
        whole = self.text.isdigit() if kind.most else self.text.isalnum()
        return kind.auto_advance and len(self.text) == kind.width and whole

    def accept(self) -> None:
        """Read the entry and go on, or say why not."""
        try:
            self.read()
        except BillingError as error:
            self._line.rest()
            self._refuse(error.sentence)
        else:
            self.post_message(self.Accepted(self))

    def _refuse(self, sentence: str) -> bool:
        self.wrong = True
        keyboard_of(self).drop_keys()
        self.refresh()
        self.post_message(self.Refused(self, sentence))
        return False

    def _edited(self) -> None:
        if self.wrong or self.taken is not None or self.kind.most:
            self.taken, self.wrong = None, False
            self.refresh()
        else:
            self.refresh(Region(self._label_width + 1, 0, self.kind.width + 1, 1))
        self.post_message(self.Changed(self))

    # Commands that the focused field takes before the screen does

    def command_next(self) -> bool:
        """Read the entry and go on."""
        self.accept()
        return True

    def command_first(self) -> bool:
        """To the start of the entry."""
        self._line.move(0)
        self.refresh()
        return True

    def command_last(self) -> bool:
        """To the end of the entry."""
        self._line.move(len(self.text))
        self.refresh()
        return True

    def command_erase_field(self) -> bool:
        """Erase the entry."""
        self._line.show("")
        self._edited()
        self.refresh()
        return True

    def command_cancel(self) -> bool | str:
        """Take back what was keyed here and not read yet, if anything was."""
        if self.taken is not None or not self.changed:
            return False
        self.put(self._before)
        self.post_message(self.Changed(self))
        return _TAKEN_BACK

    # Drawing

    def _on_focus(self, _event: Focus) -> None:
        self._line.rest()

    def line(self) -> Line:
        """The field as spans: label, underline with the text, echo."""
        width = max(self.kind.width, min(len(self.text), self.kind.most))
        text = self._line.told(secret=self.kind.secret)
        focused = self.has_focus
        role = Role.ERROR if self.wrong else Role.FOCUSED if focused else Role.FIELD
        still = self.kind.numeric and self._line.fresh and not self.wrong
        if still and not focused:
            body: Line = (right(text, width, role),)
        elif not focused:
            body = (left(text, width, role),)
        else:
            behind = min(self._line.cursor, width) + 1
            body = self._line.drawn(max(width, behind), role, secret=self.kind.secret)
        echo = (self.beside, Role.LABEL)
        if self.taken is not None:
            echo = (self.taken.echo, Role.VALUE)
        mark = ("!", Role.ERROR) if self.wrong else gap(1)
        return (
            left(self.label, self._label_width, Role.LABEL),
            mark,
            *body,
            gap(2),
            echo,
        )

    def render_line(self, y: int) -> Strip:
        """Draw the field."""
        return palette_of(self).strip(self.line() if y == 0 else (), self.size.width)
