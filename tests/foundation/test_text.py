"""Text: what could steer a terminal is refused on the way in and shown as a sign on the way out."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, strategies as st

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.text import clean, harmless

HOSTILE = {
    "clear screen": "\x1b[2J",
    "title": "\x1b]0;owned\x07",
    "clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "link": "\x1b]8;;http://x\x1b\\click\x1b]8;;\x1b\\",
    "device control": "\x1bP1$r0m\x1b\\",
    "C1 control sequence": "\x9b31m",
    "C1 operating system command": "\x9d0;x\x9c",
    "NUL": "a\x00b",
    "shift out": "\x0e",
    "backspace": "Rosa\x08\x08",
    "delete": "\x7f",
    "bell": "\x07",
    "line feed": "Rosa\nDelgado",
    "carriage return": "Rosa\rX",
    "tab": "Rosa\tX",
    "right-to-left override": "\u202egnp.exe",
    "isolate": "\u2066abc\u2069",
    "Arabic letter mark": "\u061ca",
    "zero-width space": "Del\u200bgado",
    "word joiner": "Del\u2060gado",
    "byte order mark inside": "Del\ufeffgado",
    "soft hyphen": "Del\u00adgado",
    "line separator": "a\u2028b",
    "paragraph separator": "a\u2029b",
    "Hangul filler": "\u3164x",
    "lone surrogate": "a\ud800b",
    "private use": "a\ue000b",
    "noncharacter": "a\uffffb",
    "tag letters": "Delgado\U000e0041\U000e0042",
    "invisible times": "a\u2062b",
    "interlinear anchor": "a\ufff9b",
    "deprecated shaping control": "a\u206bb",
    "joiner between Latin letters": "Del\u200dgado",
    "non-joiner at the start": "\u200cRosa",
    "stacked accents": "Z" + "\u0334" * 50,
}
HONEST = (
    "Delgado, Rosa M",
    "O'Brien-Smith & Sons",
    "Ren\u00e9e Le\u00f3n",
    "\u0141ukasz \u017b\u00f3\u0142\u0107",
    "\u674e\u5c0f\u9f99",
    "\u0531\u0580\u0561\u0574",
    "Nguy\u1ec5n Th\u1ecb",
    "[@click=app.quit]John[/]",
    "'; DROP TABLE account; --",
    "=HYPERLINK(1)",
    "../../etc/passwd",
    "%s%n{0}${x}",
    "<script>alert(1)</script>",
    "NULL",
    "NaN",
    "\U0001f4a7 Water",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 family",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "\u0915\u094d\u200d\u0937",
)
DANGEROUS_OUT = frozenset(
    [chr(n) for n in (*range(0x20), *range(0x7F, 0xA0))]
    + list("\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2028\u2029\u2060")
    + list("\u2062\u2066\u2067\u2068\u2069\u206b\ufeff\ufff9\U000e0041")
)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused_with_a_sentence(name: str) -> None:
    """Nothing is dropped in silence; the sentence names the kind and the field."""
    with pytest.raises(InvalidEntry) as refused:
        clean(f"a{HOSTILE[name]}z", field="name")
    assert (refused.value.code, refused.value.field) == ("TEXT-CHARACTER", "name")
    assert refused.value.sentence.isprintable()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_shown_harmlessly(name: str) -> None:
    """Old data with such characters still cannot steer the terminal."""
    shown = harmless(f"a{HOSTILE[name]}z")
    assert not DANGEROUS_OUT & set(shown)
    assert shown[0] == "a"
    assert shown[-1] == "z"


@pytest.mark.parametrize("text", HONEST)
def test_honest_text_is_kept_as_it_is(text: str) -> None:
    """Accents, other scripts, markup, quotes and formulas are names like any other."""
    assert clean(text) == text
    assert harmless(text) == text


def test_text_is_composed_and_trimmed() -> None:
    """The same name keyed in two ways is stored in one."""
    assert clean("  Rene\u0301e ") == "Ren\u00e9e"


def test_length_is_counted_after_composing() -> None:
    """A field of five takes five letters, however they were keyed; six are refused."""
    assert clean("e\u0301" * 5, most=5) == "\u00e9" * 5
    for long in ("abcdef", "x" * 10**6):
        with pytest.raises(InvalidEntry, match="At most 5") as refused:
            clean(long, most=5)
        assert refused.value.code == "TEXT-LONG"


@given(st.text(st.characters()))
def test_any_text_is_stored_whole_or_refused(text: str) -> None:
    """What is stored is NFC, trimmed, shown unchanged, and cleaning it again changes nothing."""
    try:
        stored = clean(text, most=10_000)
    except InvalidEntry:
        return
    assert stored == unicodedata.normalize("NFC", text).strip()
    assert harmless(stored) == stored
    assert clean(stored, most=10_000) == stored


@given(st.text(st.characters()))
def test_any_text_is_shown_without_controls(text: str) -> None:
    """One character stays one character, so columns keep their width."""
    shown = harmless(text)
    assert len(shown) == len(text)
    assert not DANGEROUS_OUT & set(shown)
    assert not any(unicodedata.category(char) in {"Cc", "Cs", "Co"} for char in shown)
    assert harmless(shown) == shown
    shown.encode()
