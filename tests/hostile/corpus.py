"""Text and numbers that break programs, by name; our own collection, used by every test here."""

from __future__ import annotations

STEERING = {
    "clear screen": "\x1b[2J\x1b[H",
    "title": "\x1b]0;owned\x07",
    "link": "\x1b]8;;http://x.example\x1b\\click\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "device control": "\x1bP$q q\x1b\\",
    "application command": "\x1b_Gi=1;AAAA\x1b\\",
    "answer back": "\x1b[6n\x05",
    "C1 sequence": "\x9b2J",
    "C1 command": "\x9d0;owned\x9c",
    "NUL": "a\x00b",
    "shift out": "\x0eqqq\x0f",
    "bell": "\x07",
    "delete": "a\x7fb",
    "backspaces": "Rosa\x08\x08\x08\x08Eve!",
    "carriage return": "Rosa\rEve",
    "line feed": "Rosa\nEve",
    "form feed": "a\x0cb",
    "next line": "a\x85b",
    "line separator": "a\u2028b",
    "direction override": "\u202egnp.exe",
    "isolate": "\u2066abc\u2069",
    "zero-width space": "Del\u200bgado",
    "byte order mark": "a\ufeffb",
    "tag letters": "a\U000e0041b",
    "fifty accents": "Z" + "\u0334" * 50,
    "fifty circles": "Z" + "\u20dd" * 50,
    "lone surrogate": "a\ud800b",
    "private use": "a\ue000b",
    "noncharacter": "a\uffffb",
}
"""Refused wherever it is keyed; a sign in its place wherever old data holds it."""

INERT = {
    "action markup": "[@click=app.pwn]x[/]",
    "style markup": "[bold red on blue]x[/bold red on blue][/]",
    "open markup": "[",
    "markup escape": "\\[bold]",
    "emoji code": ":pile_of_poo:",
    "SQL": "x'); DROP TABLE note; --",
    "SQL quote": '" OR 1=1 --',
    "LIKE": "100%_\\%",
    "GLOB": "*?[a-z]",
    "percent": "%s%n%d%(name)s",
    "braces": "{0}{name!r}{{}}",
    "template": "${HOME} $(id) `id`",
    "path": "../../etc/passwd",
    "absolute path": "/dev/zero",
    "Windows path": "C:\\nul.txt",
    "formula": "=HYPERLINK(1)",
    "formula at": "@SUM(1)",
    "HTML": "<script>x</script>",
    "JSON": '{"a": [1, null]}',
    "YAML": "a: &b [*b] # c",
    "option": "--reason",
    "comma and quotes": 'a,"b",c',
    "null word": "NULL",
    "None": "None",
    "true": "true",
    "NaN": "NaN",
    "CJK": "李小龍",
    "wide letters": "Ｗｉｄｅ",
    "Arabic": "محمد علي",
    "Hebrew": "דוד כהן",
    "emoji": "💧🚰",
    "family": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "decomposed": "Rene\u0301e Leo\u0301n",
    "ligature": "ﬁnn ﷺ",
    "dotless": "ıİſß",
    "quotes": "O'Brien-Smith “x” ’",
}
"""Words like any other: stored as they are wherever their length fits."""

LONG = {
    "a thousand letters": "x" * 1001,
    "a million letters": "x" * 1_000_000,
    "a million accents": "e" + "\u0301" * 1_000_000,
    "a million blanks": " " * 1_000_000 + "x",
}

EMPTY = {"nothing": "", "blanks": "   "}

TEXTS = STEERING | INERT | LONG | EMPTY

NUMBERS = (
    "NaN", "Infinity", "-Infinity", "1E+999999", "1e5", "-0", "1_000", "１２", "١٢", "1,23",
    "1,234", "9223372036854775808", "1" + "0" * 5000, "0.005", "0x1F", "0o17", "0b1", "+5", "--5",
    "5-5", "True", "None", "1.2.3", ".", "-", "½", "²", "1 000", "1\u00a0000", "$5", "5%", "1e",
    "1/2", "5\x1b[0m", "5\x00", "٫5", "5\n6", "",
)  # fmt: skip
"""None of them is a plain number of dollars, counts or days."""

CONTROLS = frozenset(map(chr, [*range(0x20), *range(0x7F, 0xA0)])) - {"\n"}
SIGNLESS = frozenset("\u061c\u200b\u200e\u200f\u2060\u2028\u2029\ufeff") | frozenset(
    map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
)


def steering_in(text: str) -> set[str]:
    """Characters of shown text that could steer a terminal; line ends aside."""
    return set(text) & (CONTROLS | SIGNLESS)


OLD_DATA = "[@click=app.quit]E[/]" + "".join(
    STEERING[name]
    for name in ("clipboard", "title", "C1 sequence", "shift out", "direction override", "delete")
)
"""What a name may hold that was stored before anything was refused."""
