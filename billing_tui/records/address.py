"""How addresses read: one line for lists, lines for envelopes."""

from __future__ import annotations


def street_line(house: str, street: str, unit: str) -> str:
    """The service address in one line: `418 Alder Ct Unit B`."""
    return " ".join(part for part in (house, street, unit) if part)


def city_line(city: str, state: str, zip_code: str) -> str:
    """The last line of an envelope: `Sierra Vista CA 93001`."""
    return " ".join(part for part in (city, state, zip_text(zip_code)) if part)


def zip_text(digits: str) -> str:
    """A ZIP code as it is printed: 5 digits, or 5 and 4; the delivery point is not printed."""
    return f"{digits[:5]}-{digits[5:9]}" if len(digits) >= 9 else digits


def phone_text(digits: str) -> str:
    """A phone as people read it: `(805) 555-0134`; other lengths stay as they are."""
    if len(digits) == 10:
        return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    return f"{digits[:3]}-{digits[3:]}" if len(digits) == 7 else digits
