"""The Intelligent Mail barcode (USPS-B-3200): 20 tracking and up to 11 routing digits in 65 bars.

The digits become one number, the number ten codewords, each codeword a character of 13 bits, and
each bar takes one bit for its descender and one for its ascender. A CRC over the number decides
which characters are inverted.
"""

from __future__ import annotations

from functools import cache

from billing_tui.foundation.errors import InvalidEntry

BARS = 65
_ROUTING_OFFSET = {0: 0, 5: 1, 9: 100_001, 11: 1_000_100_001}
_CRC_POLYNOMIAL = 0x0F35
_CRC_START = 0x07FF
_ALL_BITS = 0x1FFF
# For each bar: character A-J and bit of its descender, then of its ascender (from the standard).
_BAR_MAP = (
    "H2E3 B10A0 J12C8 F5G11 I9D1 A1F12 C5B8 E4J11 G3I10 D9H6 F11B4 I5C12 J10A2 H1G7 D6E9 A3I6 "
    "G4C7 B1J9 H10F2 E0D8 G2A4 I11B0 J8D12 C6H7 F1E10 B12G9 H3I0 F8J7 E6C10 D4A5 I4F7 H11B9 "
    "G0J6 A6E8 C1D2 F9I12 E11G1 J5H4 D3B2 A7C0 B3E1 G10D5 I7J4 C11F6 A8H12 E2I1 F10D0 J3A9 "
    "G5C4 H8B7 F0E5 C3A10 G12J2 D11B6 I8H9 F4A11 B5C2 J1E12 I3G6 H0D7 E7H5 A12B11 C9J0 G8F3 "
    "D10I2"
)


def tracking(service_type: str, mailer_id: str, serial: int) -> str:
    """The 20 tracking digits: barcode identifier 00, service type, mailer and serial number.

    A mailer id of nine digits leaves six for the serial number, one of six digits leaves nine; the
    serial starts again at zero when it is used up.
    """
    width = 15 - len(mailer_id)
    if len(service_type) != 3 or len(mailer_id) not in {6, 9} or serial < 0:
        raise InvalidEntry(
            "An IMb needs 3 digits of service type and a mailer id of 6 or 9.", code="IMB-FORM"
        )
    return f"00{service_type}{mailer_id}{serial % 10**width:0{width}d}"


def _reversed(character: int) -> int:
    return int(f"{character:013b}"[::-1], 2)


def _n_of_13(ones: int, size: int) -> list[int]:
    """Characters with so many bits set: mirror pairs from the front, palindromes from the back."""
    table = [0] * size
    front, back = 0, size - 1
    for character in range(_ALL_BITS + 1):
        mirror = _reversed(character)
        if character.bit_count() != ones or mirror < character:
            continue
        if mirror == character:
            table[back] = character
            back -= 1
        else:
            table[front : front + 2] = character, mirror
            front += 2
    return table


@cache
def _characters() -> tuple[int, ...]:
    return tuple(_n_of_13(5, 1287) + _n_of_13(2, 78))


def _place(text: str) -> tuple[int, int]:
    return ord(text[0]) - ord("A"), int(text[1:])


@cache
def _bar_places() -> tuple[tuple[int, int, int, int], ...]:
    places = []
    for entry in _BAR_MAP.split():
        split = max(index for index, char in enumerate(entry) if char.isalpha())
        places.append((*_place(entry[:split]), *_place(entry[split:])))
    return tuple(places)


def _number(track: str, routing: str) -> int:
    number = _ROUTING_OFFSET[len(routing)] + int(routing or "0")
    number = (number * 10 + int(track[0])) * 5 + int(track[1])
    return number * 10**18 + int(track[2:])


def _crc(number: int) -> int:
    """CRC-11 over the 102 bits of the number."""
    crc = _CRC_START
    for place in range(101, -1, -1):
        feedback = (crc >> 10) ^ (number >> place & 1)
        crc = (crc << 1 & _CRC_START) ^ (_CRC_POLYNOMIAL & _CRC_START if feedback else 0)
    return crc


def _codewords(number: int, crc: int) -> list[int]:
    number, last = divmod(number, 636)
    words = [last * 2]
    for _ in range(8):
        number, word = divmod(number, 1365)
        words.append(word)
    words.append(number + (659 if crc >> 10 else 0))
    return words[::-1]


def encode(track: str, routing: str = "") -> str:
    """The 65 bars as letters: T tracker only, D descender, A ascender, F full.

    Args:
        track: 20 digits; the second is 0-4.
        routing: delivery point: "", 5 (ZIP), 9 (ZIP+4) or 11 digits.

    Raises:
        InvalidEntry: the digits cannot be a barcode.
    """
    digits = track + routing
    if (
        len(track) != 20
        or len(routing) not in _ROUTING_OFFSET
        or not (digits.isascii() and digits.isdigit())
        or track[1] > "4"
    ):
        raise InvalidEntry(
            "An IMb takes 20 tracking digits (the second 0-4) and 0, 5, 9 or 11 routing digits.",
            code="IMB-FORM",
        )
    number = _number(track, routing)
    crc = _crc(number)
    table = _characters()
    characters = [
        table[word] ^ (_ALL_BITS if crc >> index & 1 else 0)
        for index, word in enumerate(_codewords(number, crc))
    ]
    return "".join(
        "TDAF"[(characters[down] >> low & 1) + 2 * (characters[up] >> high & 1)]
        for down, low, up, high in _bar_places()
    )
