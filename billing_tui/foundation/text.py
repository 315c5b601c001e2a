"""Text from outside: cleaned on the way in, made harmless on the way out."""

from __future__ import annotations

import unicodedata

from billing_tui.foundation.errors import InvalidEntry

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = frozenset("\u200b\u2060\ufeff\u00ad\u2028\u2029\u034f\u115f\u1160\u3164\uffa0")
_JOINERS = "\u200c\u200d"  # Persian, Indic scripts and joined emoji need them
_FIRST_JOINED = "\u0590"  # no script before it does
_UNFIT = frozenset({"Cc", "Cs", "Co", "Cn"})
_COMBINING = frozenset({"Mn", "Me"})
_MOST_COMBINING = 4


def _is_hidden(char: str, category: str) -> bool:
    return (category == "Cf" and char not in _JOINERS) or char in _BIDI or char in _INVISIBLE


def _fault(text: str) -> str | None:
    combining = 0
    before = ""
    for char in text:
        category = unicodedata.category(char)
        if category in _UNFIT:
            return f"a control or unassigned character (U+{ord(char):04X})"
        if _is_hidden(char, category) or (char in _JOINERS and before < _FIRST_JOINED):
            return f"an invisible character (U+{ord(char):04X})"
        before = char
        combining = combining + 1 if category in _COMBINING else 0
        if combining > _MOST_COMBINING:
            return "too many accents on one letter"
    return None


def clean(text: str, *, most: int = 200, field: str | None = None) -> str:
    """Text fit to store: NFC, trimmed, no control, direction or invisible characters.

    Args:
        text: what was keyed or loaded.
        most: longest length in characters that the field takes.
        field: the entry field, named in the refusal.

    Raises:
        InvalidEntry: naming what cannot be stored; nothing is dropped in silence.
    """
    if len(text) > most * 4:
        raise InvalidEntry(f"At most {most} characters fit here.", field=field, code="TEXT-LONG")
    result = unicodedata.normalize("NFC", text).strip()
    if len(result) > most:
        raise InvalidEntry(f"At most {most} characters fit here.", field=field, code="TEXT-LONG")
    if not result.isascii() or not result.isprintable():
        fault = _fault(result)
        if fault:
            raise InvalidEntry(
                f"The text holds {fault}; key it again without.", field=field, code="TEXT-CHARACTER"
            )
    return result


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if char == "\x7f":
        return "\u2421"
    if ord(char) < 0x20:
        return chr(0x2400 + ord(char))
    if category in _UNFIT or _is_hidden(char, category):
        return "\ufffd"
    return char


def harmless(text: str) -> str:
    """Text fit to show: whatever could steer a terminal becomes a visible sign instead."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(char) for char in text)
