"""Who lives and works in the demo city: households and organizations."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.operations.demo.dice import chance
from billing_tui.records.kinds import CustomerKind

if TYPE_CHECKING:
    from random import Random

    from billing_tui.operations.demo.profile import Origin, Profile


@dataclass(frozen=True, slots=True)
class Holder:
    """A customer of the demo city.

    Attributes:
        name: as it sorts.
        mailing_name: as it is printed.
        phones: digits, best first.
    """

    kind: CustomerKind
    name: str
    mailing_name: str
    email: str = ""
    language: str = "en"
    phones: tuple[str, ...] = ()


def plain(text: str) -> str:
    """The text without accents, as many people and systems write it."""
    swapped = text.replace("Đ", "D").replace("đ", "d")
    marks = unicodedata.normalize("NFD", swapped)
    return "".join(char for char in marks if not unicodedata.combining(char))


def _phone(rng: Random, profile: Profile) -> str:
    return f"{profile.area_codes.draw(rng)}555{rng.randrange(1, 10_000):04d}"


def _phones(rng: Random, profile: Profile) -> tuple[str, ...]:
    how_many = chance(rng, 92) + chance(rng, 25)
    return tuple(_phone(rng, profile) for _ in range(how_many))


def _email(rng: Random, profile: Profile, words: str, percent: float) -> str:
    if not chance(rng, percent):
        return ""
    ascii_words = plain(words).lower().replace("'", "")
    local = ".".join("".join(filter(str.isalnum, word)) for word in ascii_words.split()[:2])
    number = str(rng.randrange(2, 99)) if chance(rng, 40) else ""
    return f"{local.strip('.')}{number}@{rng.choice(profile.mail_domains)}"


def _in_script(origin: Origin, given: str, family: str, otherwise: str) -> str:
    if given in origin.script and family in origin.script:
        return f"{origin.script[given]} {origin.script[family]}"
    return otherwise


def household(rng: Random, profile: Profile) -> Holder:
    """A person who pays for a home; about a quarter of accented names are kept without accents."""
    origin = profile.origins.draw(rng)
    given, family = rng.choice(origin.given), rng.choice(origin.family)
    surnames = family
    if chance(rng, origin.two_surnames):
        surnames = f"{family} {rng.choice(origin.family)}"
    middle = f" {rng.choice(profile.initials)}" if chance(rng, 45) and " " not in given else ""
    language = origin.language if chance(rng, origin.speaks) else "en"
    name, printed = f"{surnames}, {given}{middle}", f"{given}{middle} {surnames}"
    if chance(rng, 25):
        name, printed = plain(name), plain(printed)
    elif language != "en":
        printed = _in_script(origin, given, family, printed)
    return Holder(
        CustomerKind.PERSON,
        name,
        printed,
        _email(rng, profile, f"{given} {family}", 52),
        language,
        _phones(rng, profile),
    )


def organization(rng: Random, profile: Profile, name: str) -> Holder:
    """An organization of that name."""
    return Holder(
        CustomerKind.ORGANIZATION,
        name,
        name,
        _email(rng, profile, f"office {name}", 60),
        "en",
        _phones(rng, profile),
    )


def fill_name(rng: Random, profile: Profile, pattern: str, street: str, place: str) -> str:
    """A name from a pattern with gaps for a surname, the street's words and the neighbourhood."""
    families = profile.origins.draw(rng).family
    return pattern.format(
        family=rng.choice(families), family2=rng.choice(families), street=street, place=place
    )
