"""Entries of the trail in words, alike on screens, on paper and in commands."""

from __future__ import annotations

_ROOMS = {
    "access": "Users and rights",
    "billing": "Bills",
    "metering": "Meters and reads",
    "records": "Customer records",
}


def verb_text(verb: str) -> str:
    """`records.change_service` as `Change service`."""
    return verb.rpartition(".")[2].replace("_", " ").capitalize()


def room_text(room: str) -> str:
    """The desk whose verbs a room holds: `customer_care` as `Customer care`."""
    return _ROOMS.get(room) or room.replace("_", " ").capitalize()


def about_text(kind: str, subject: str) -> str:
    """`10432-03` for an account, `meter 70318842` for anything else."""
    return subject if kind == "account" else f"{kind.replace('_', ' ')} {subject}".strip()
