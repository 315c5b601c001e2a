"""The enumerations of the service desk (SVO-1..3)."""

from __future__ import annotations

from enum import StrEnum


class MoveKind(StrEnum):
    """What a move does."""

    START = "start"
    STOP = "stop"
    TRANSFER = "transfer"


class ReadSource(StrEnum):
    """Where the reading of a move comes from."""

    FIELD = "field"
    AMI = "AMI"
    CUSTOMER = "customer"
    ESTIMATED = "estimated"


class Part(StrEnum):
    """What an account does in a move."""

    LEAVES = "leaves"
    COMES = "comes"
    OWNER = "owner takes over"


class OrderType(StrEnum):
    """What the crew is to do (SVO-2)."""

    TURN_ON = "turn on"
    TURN_OFF = "turn off"
    CHECK_READ = "check read"
    REREAD = "re-read"
    EXCHANGE = "exchange"
    SET = "set"
    REMOVE = "remove"
    TEST = "test"
    LEAK_CHECK = "leak check"
    PRESSURE = "pressure"
    TAMPER = "tamper"
    LOCK = "lock"
    UNLOCK = "unlock"
    DOOR_TAG = "door tag"
    CART_DELIVER = "cart deliver"
    CART_SWAP = "cart swap"
    CART_REMOVE = "cart remove"
    BACKFLOW = "backflow"


FINDS = frozenset(
    {
        OrderType.CHECK_READ,
        OrderType.REREAD,
        OrderType.TEST,
        OrderType.LEAK_CHECK,
        OrderType.PRESSURE,
        OrderType.TAMPER,
        OrderType.BACKFLOW,
    }
)
"""Orders that are nothing without what was found."""

CARTS = frozenset({OrderType.CART_DELIVER, OrderType.CART_SWAP, OrderType.CART_REMOVE})
"""Orders that no meter has a part in."""


class OrderState(StrEnum):
    """Life of a service order (SVO-3)."""

    DRAFT = "Draft"
    ISSUED = "Issued"
    COMPLETED = "Completed"
    UNABLE = "Unable"
    CANCELLED = "Cancelled"


class Condition(StrEnum):
    """How the crew found a service, and how it left it."""

    ON = "on"
    OFF = "off"
    LOCKED = "locked"
    REMOVED = "removed"


class Stage(StrEnum):
    """When a meter was tested: before or after anything was done to it."""

    FOUND = "as found"
    LEFT = "as left"
