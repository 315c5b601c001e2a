"""A real pseudo-terminal with the program in it: type bursts, read the screen, count the bytes."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect
import pyte

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parents[2]
KEYS = {
    "enter": "\r",
    "tab": "\t",
    "esc": "\x1b",
    "back": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pgup": "\x1b[5~",
    "pgdn": "\x1b[6~",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "f9": "\x1b[20~",
    "f10": "\x1b[21~",
    "f11": "\x1b[23~",
    "f12": "\x1b[24~",
}
_KEY = re.compile(r"\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Z])|.", re.DOTALL)
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[\?[0-9]+\$p|\x1b\[[<>=][0-9;]*u")


class Terminal:
    """One program in one terminal.

    Attributes:
        screen: what stands on it now.
        received: number of bytes that the program has sent.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        size: tuple[int, int] = (80, 24),
        term: str = "xterm-256color",
        env: dict[str, str] | None = None,
    ) -> None:
        columns, rows = size
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.received = 0
        self._typed_at = 0
        self._before = ""  # what stood when keys were typed of which nothing was seen yet
        wanted = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "COLORTERM"}}
        self.child = pexpect.spawn(
            sys.executable,
            list(arguments),
            dimensions=(rows, columns),
            env=wanted | {"TERM": term, "PYTHONPATH": str(ROOT)} | (env or {}),
            timeout=30,
        )
        self.child.delaybeforesend = None

    def type(self, *parts: str) -> None:
        """Send text as it is and names of `KEYS` in angle brackets: `type("12<enter>")`."""
        text = "".join(parts)
        for name, sequence in KEYS.items():
            text = text.replace(f"<{name}>", sequence)
        self._typed_at = self.received
        self._before = self.text if text else ""
        self.child.send(text)

    def clump(self, text: str, size: int = 4, pause: float = 0.015) -> None:
        """Send a few keys at a time with pauses, as a jittery link delivers."""
        for name, sequence in KEYS.items():
            text = text.replace(f"<{name}>", sequence)
        keys = _KEY.findall(text)
        for at in range(0, len(keys), size):
            self.child.send("".join(keys[at : at + size]))
            self.read(pause)

    def read(self, seconds: float = 0.1) -> int:
        """Take what the program sends for a while; how many bytes came."""
        before, end = self.received, time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                data: bytes = self.child.read_nonblocking(65_536, timeout=min(left, 0.05))
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                break
            self.received += len(data)
            self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", data))
        return self.received - before

    def wait(self, true: Callable[[], bool], seconds: float = 30.0) -> None:
        """Read until something is true and no more comes, so that no half-painted screen counts.

        Shows the screen where it never becomes so.
        """
        end = time.monotonic() + seconds
        while self.read(0.02) or not true():
            if time.monotonic() > end or not self.child.isalive():
                self.read(0.1)
                if true():
                    break
                raise AssertionError("It did not happen. The screen:\n" + self.text)
        self._before = ""

    def wait_for(self, text: str, seconds: float = 30.0) -> None:
        """Read until a text stands on the screen that the keys typed last have brought.

        The first text that is waited for after keys must not have stood there before them.
        """
        if text in self._before:
            raise AssertionError(f"{text!r} stood there before the keys:\n{self._before}")
        self.wait(lambda: text in self.text, seconds)

    def keyed(self, keys: str, *shown: str) -> None:
        """Type, and wait for each text that the keys bring.

        A message line that warns or refuses drops keys for a while; that is waited for too.
        """
        self.type(keys)
        for text in shown:
            self.wait_for(text)
        if not self.lines[-2].startswith(" > "):
            self.settle()

    def settle(self, quiet: float = 0.2) -> None:
        """Read until nothing more comes, for longer than keys are dropped after a refusal.

        What was typed last has half a second to show.
        """
        end = time.monotonic() + 0.5
        while self.received == self._typed_at and time.monotonic() < end:
            self.read(0.02)
        while self.read(quiet):
            pass

    @property
    def lines(self) -> list[str]:
        """The rows of the screen without trailing blanks."""
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        """The whole screen."""
        return "\n".join(self.lines)

    def reversed_text(self) -> str:
        """What stands in reverse: the cursor and the row in hand."""
        rows = []
        for y in range(self.screen.lines):
            cells = self.screen.buffer[y]
            rows.append(
                "".join(cells[x].data for x in range(self.screen.columns) if cells[x].reverse)
            )
        return "\n".join(row for row in rows if row)

    def hang_up(self) -> None:
        """What a dropped connection sends."""
        self.child.kill(signal.SIGHUP)

    def close(self) -> None:
        """End the program and let go of the terminal."""
        self.child.close(force=True)


def check_golden(name: str, text: str) -> None:
    """Compare a screen with the stored one; `GOLDEN=write` stores it instead."""
    file = Path(__file__).parent / "golden" / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(text + "\n", encoding="utf-8")
    stored = file.read_text(encoding="utf-8").rstrip("\n")

    assert text == stored
