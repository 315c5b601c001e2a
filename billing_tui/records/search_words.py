"""The words by which an account is found, and how typed text is read. Pure functions.

Both sides fold text alike: accents off, case off, apostrophes closed up, all else a gap.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import jellyfish

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.records.account_number import parse_account_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WORD = re.compile(r"[a-z0-9@._+-]+")
_PLAIN = re.compile(r"[a-z0-9]+")
_APOSTROPHES = str.maketrans("", "", "'\u2019\u02bc`")
_NUMERIC = re.compile(r"[0-9 ().+/#-]+\Z", re.ASCII)
_DASHED = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+\Z", re.ASCII)
_PHONE = re.compile(r"(?:\([0-9]{3}\) ?-?|[0-9]{3}-)[0-9]{3}(?:[ -]?[0-9]{1,4}|-)?\Z", re.ASCII)
_ACCOUNT = re.compile(r"0*[0-9]{1,9}-[0-9]{1,2}\Z", re.ASCII)
_ONE_SOUND = str.maketrans("bzy", "vsi")
_DOUBLED = re.compile(r"(.)\1+")
_GLIDE = re.compile(r"\Ai(?=[aeou])")
_LONGEST_TOKEN = 40
_MOST_WORDS = 6
_SHORTEST_SOUND = 4
_LONGEST_QUERY = 200


class TokenKind(StrEnum):
    """What a word of the index is part of; the order is that of the answers."""

    NUMBER = "account"
    NAME = "name"
    METER = "meter"
    PHONE = "phone"
    HOUSE = "house"
    STREET = "street"
    PARCEL = "parcel"
    OLD = "old number"
    EMAIL = "email"
    CUSTOMER = "customer"
    SOUND = "sounds like"


class Word(NamedTuple):
    """One typed word.

    Attributes:
        text: as folded.
        kinds: what it can be part of, likeliest first.
        sound: its sound-alike token, or "".
    """

    text: str
    kinds: tuple[TokenKind, ...]
    sound: str = ""


def fold(text: str) -> str:
    """Text without case, accents and apostrophes."""
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in parts if not unicodedata.combining(char))
    return text.casefold().translate(_APOSTROPHES)


def words(text: str) -> list[str]:
    """The letters-and-digits words of a text, folded and cut to the index's width."""
    return [word[:_LONGEST_TOKEN] for word in _PLAIN.findall(fold(text))]


def squeezed(text: str) -> str:
    """A number's letters and digits alone: `012-345-67` is `01234567`."""
    return "".join(words(text))[:_LONGEST_TOKEN]


def _spoken(word: str) -> str:
    """A word spelled by its sound: b as v, z as s, y as i, a doubled letter once.

    So Villalobos and Villalovos, Hakobyan and Hakobian, Ybarra and Ibarra become one word. v then
    sounds as f does, and Stevens is still Stephens; the b that ends Lamb stays mute.
    """
    once = _DOUBLED.sub(r"\1", word.translate(_ONE_SOUND))
    return _GLIDE.sub("y", once.removesuffix("v") if once.endswith("mv") else once)


@lru_cache(maxsize=20_000)
def sound_of(word: str) -> str:
    """The sound-alike token of a folded word, "" where it has no sound."""
    if not word.isascii() or not word.isalpha():
        return ""
    code: str = jellyfish.metaphone(_spoken(word))
    return f"~{code}" if code else ""


def with_tails(number: str, *lengths: int) -> Iterator[str]:
    """A number and its last digits, by which people know it."""
    if number:
        yield number
    for length in lengths:
        if len(number) > length:
            yield number[-length:]


def name_tokens(*names: str) -> Iterator[tuple[str, str]]:
    """Kind and token of each word of a customer's names, and of its sound."""
    for word in {word for name in names for word in words(name)}:
        yield TokenKind.NAME, word
        sound = sound_of(word)
        if sound:
            yield TokenKind.SOUND, sound


def address_tokens(house: str, street: str, unit: str) -> Iterator[tuple[str, str]]:
    """Kind and token of each word of a service address."""
    for word in words(house):
        yield TokenKind.HOUSE, word
    for word in words(f"{street} {unit}"):
        yield TokenKind.STREET, word


def number_tokens(account: str, old: str, parcel: str, email: str) -> Iterator[tuple[str, str]]:
    """Kind and token of the numbers of an account, its parcel and its customer's email."""
    found = (
        (TokenKind.NUMBER, squeezed(account)),
        (TokenKind.OLD, squeezed(old)),
        *((TokenKind.OLD, word) for word in words(old)),
        (TokenKind.PARCEL, squeezed(parcel)),
        (TokenKind.EMAIL, fold(email)[:_LONGEST_TOKEN]),
    )
    return ((kind, token) for kind, token in found if token)


def customer_tokens(number: str) -> Iterator[tuple[str, str]]:
    """Kind and token of a customer's number, with its letter."""
    yield TokenKind.CUSTOMER, squeezed(number)


def phone_tokens(phones: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Kind and token of each phone: all digits, without the area, the last four."""
    for digits in phones:
        for token in with_tails(digits, 7, 4):
            yield TokenKind.PHONE, token


def meter_tokens(numbers: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Kind and token of each meter or radio: the number, its last six and four."""
    for number in numbers:
        for token in with_tails(squeezed(number), 6, 4):
            yield TokenKind.METER, token


_K = TokenKind
_FOR_DIGITS = (_K.NUMBER, _K.METER, _K.PHONE, _K.HOUSE, _K.STREET, _K.PARCEL, _K.OLD, _K.NAME)
_FOR_LETTERS = (_K.NAME, _K.STREET, _K.METER, _K.OLD, _K.EMAIL)
_FOR_MIXTURES = (
    *(_K.METER, _K.OLD, _K.STREET, _K.HOUSE, _K.NAME, _K.EMAIL, _K.PARCEL),
    _K.CUSTOMER,
)


def _word(text: str) -> Word:
    if "@" in text:
        return Word(text, (_K.EMAIL,))
    if text.isdigit():
        return Word(text, _FOR_DIGITS)
    if text.isalpha():
        return Word(text, _FOR_LETTERS, sound_of(text) if len(text) >= _SHORTEST_SOUND else "")
    return Word(text, _FOR_MIXTURES)


def _split(text: str) -> Iterator[str]:
    """Typed words; an email stays whole, all else falls apart at its signs."""
    for word in _WORD.findall(text):
        if "@" in word and len(word) > 1:
            yield word[:_LONGEST_TOKEN]
        else:
            yield from (part[:_LONGEST_TOKEN] for part in _PLAIN.findall(word))


def readings(text: str) -> list[tuple[Word, ...]]:
    """The ways in which typed text can be meant, likeliest first; none for an empty box.

    `(805) 555-01` is one number, as the beginning of a phone is; `10432-3` is the account 10432-03;
    `A-77-123` is first one old number, then its parts.

    Raises:
        InvalidEntry: the text is longer than anything that could be found.
    """
    if len(text) > _LONGEST_QUERY:
        raise InvalidEntry("That is too long to search for.", field="search", code="SEARCH-LONG")
    entry = fold(text).strip()
    found: list[tuple[Word, ...]] = []
    if _ACCOUNT.match(entry):
        with suppress(InvalidEntry):  # 10432-00 is no account, but may be a phone or a parcel
            found.append((_word(parse_account_number(entry).digits),))
    if _NUMERIC.match(entry) or _DASHED.match(entry):
        joined = squeezed(entry)
        if joined:
            found.append((_word(joined),))
            if joined[0] == "0" and joined.lstrip("0"):
                found.append((_word(joined.lstrip("0")),))
    if _PHONE.match(entry):
        return found
    apart = tuple(dict.fromkeys(_split(entry)))[:_MOST_WORDS]
    if apart:
        found.append(tuple(_word(word) for word in apart))
    return list(dict.fromkeys(found))
