"""The enumerations of the care of accounts."""

from __future__ import annotations

from enum import StrEnum


class MayDo(StrEnum):
    """What a contact may do on the account."""

    ASK = "ask"  # be told what the customer would be told
    CHANGE = "change"  # ask, and have something changed
    NOBODY = "nothing"  # is to be told nothing, whatever they say


LANGUAGES = {
    "en": "English",
    "es": "Spanish",
    "zh": "Chinese",
    "tl": "Tagalog",
    "vi": "Vietnamese",
    "ko": "Korean",
    "hy": "Armenian",
    "fa": "Persian",
    "ru": "Russian",
    "ar": "Arabic",
    "pa": "Punjabi",
    "hmn": "Hmong",
    "km": "Khmer",
    "ja": "Japanese",
    "pt": "Portuguese",
    "uk": "Ukrainian",
}
"""Languages in which somebody may be spoken to, by their short code (ISO 639)."""


class Channel(StrEnum):
    """How a contact came about; each says who spoke to whom."""

    PHONE_IN = "phone"
    PHONE_OUT = "call"
    COUNTER = "counter"
    EMAIL_IN = "email"
    EMAIL_OUT = "reply"
    LETTER_IN = "letter"
    LETTER_OUT = "mailed"
    FIELD = "field"

    @property
    def is_outward(self) -> bool:
        """Whether the office turned to the customer."""
        return self in {Channel.PHONE_OUT, Channel.EMAIL_OUT, Channel.LETTER_OUT}


class Outcome(StrEnum):
    """How a contact ended."""

    ANSWERED = "answered"
    PROMISED = "promised"  # somebody comes back to it
    PASSED_ON = "passed on"
    NO_ANSWER = "no answer"
    WENT_AWAY = "went away"
    KNOWN = "passphrase right"
    UNKNOWN = "passphrase wrong"
