"""What the demo city is like, read from the texts in data/demo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.strict_yaml import read_yaml
from billing_tui.operations.demo.dice import Mix

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Origin:
    """Where families come from, and how their names go.

    Attributes:
        language: of the bills that some of them asked for; `speaks` percent do.
        two_surnames: percent that carry two.
        script: names as some write them themselves, by their Latin form.
    """

    language: str
    speaks: float
    two_surnames: float
    given: tuple[str, ...]
    family: tuple[str, ...]
    script: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Use:
    """How much water a class uses.

    Attributes:
        median: middle of 30 days' use, ccf.
        spread: of the logarithm between customers.
        months: the share of the year's mean in each month, January first.
    """

    median: float
    spread: float
    months: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CycleProfile:
    """A cycle: a neighbourhood whose bills are dated about the day that its code names."""

    code: str
    name: str
    zip: str
    zone: str
    outside: float
    lot: int
    kinds: tuple[float, ...]
    streets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeterSize:
    """A nominal meter size: `flow` is the most ccf a month that one is set for."""

    size: str
    flow: float
    dials: int
    multiplier: int


@dataclass(frozen=True, slots=True)
class Make:
    """A maker of meters and the first digits of its radios."""

    make: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class Organization:
    """A kind of organization that takes service; `name` has gaps in braces."""

    name: str
    median: float
    strength: str = "low"
    exempt: bool = False
    irrigation: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """The whole of data/demo."""

    utility: str
    city: str
    business_day: date
    open_cycle: str
    staff: Mapping[str, tuple[str, str]]
    read_before: int
    due_after: int
    route_size: int
    cycles: tuple[CycleProfile, ...]
    endings: tuple[str, ...]
    use: Mapping[str, Use]
    within: float
    chances: Mapping[str, float]
    habits: Mix[str]
    makes: Mix[Make]
    meters: tuple[MeterSize, ...]
    reader_notes: tuple[str, ...]
    notes: tuple[str, ...]
    origins: Mix[Origin]
    initials: tuple[str, ...]
    mail_domains: tuple[str, ...]
    area_codes: Mix[str]
    elsewhere: tuple[tuple[str, str], ...]
    elsewhere_streets: tuple[str, ...]
    businesses: tuple[Organization, ...]
    apartments: tuple[str, ...]
    landscape: tuple[str, ...]
    public: tuple[Organization, ...]


def _text(name: str) -> Any:
    return read_yaml(data_path("demo", name).read_text(encoding="utf-8"))


def _origin(node: Any) -> Origin:
    return Origin(
        node["language"],
        float(node["speaks"]),
        float(node.get("two_surnames", 0)),
        tuple(node["given"]),
        tuple(node["family"]),
        dict(node.get("script", {})),
    )


def _cycle(node: Any, streets: Any) -> CycleProfile:
    return CycleProfile(
        node["code"],
        node["name"],
        node["zip"],
        node["zone"],
        float(node["outside"]),
        int(node["lot"]),
        tuple(map(float, node["kinds"])),
        tuple(streets[node["code"]]),
    )


def _organization(node: Any) -> Organization:
    return Organization(
        node["name"],
        float(node["median"]),
        node.get("strength", "low"),
        node.get("exempt") == "yes",
        node.get("irrigation") == "yes",
    )


def _use(node: Any) -> Use:
    return Use(float(node["median"]), float(node["spread"]), tuple(map(float, node["months"])))


def _city(city: Any, streets: Any) -> dict[str, Any]:
    return {
        "utility": city["utility"],
        "city": city["city"],
        "business_day": date.fromisoformat(city["business_day"]),
        "open_cycle": city["open_cycle"],
        "staff": {login: (one["name"], one["role"]) for login, one in city["staff"].items()},
        "read_before": int(city["calendar"]["read_before"]),
        "due_after": int(city["calendar"]["due_after"]),
        "route_size": int(city["route_size"]),
        "cycles": tuple(_cycle(node, streets["neighbourhoods"]) for node in city["cycles"]),
        "endings": tuple(streets["endings"]),
        "reader_notes": tuple(city["reader_notes"]),
        "notes": tuple(city["notes"]),
    }


def _habits(city: Any) -> dict[str, Any]:
    return {
        "use": {code: _use(node) for code, node in city["use"].items()},
        "within": float(city["within"]),
        "chances": {name: float(share) for name, share in city["chances"].items()},
        "habits": Mix.of([(name, float(share)) for name, share in city["habits"].items()]),
        "makes": Mix.of(
            [(Make(one["make"], one["endpoint"]), float(one["share"])) for one in city["makes"]]
        ),
        "meters": tuple(
            MeterSize(one["size"], float(one["flow"]), int(one["dials"]), int(one["multiplier"]))
            for one in city["meters"]
        ),
    }


def _people(people: Any) -> dict[str, Any]:
    return {
        "origins": Mix.of([(_origin(one), float(one["share"])) for one in people["origins"]]),
        "initials": tuple(people["initials"]),
        "mail_domains": tuple(people["mail_domains"]),
        "area_codes": Mix.of([(code, float(n)) for code, n in people["area_codes"].items()]),
        "elsewhere": tuple((one["city"], one["zip"]) for one in people["elsewhere"]),
        "elsewhere_streets": tuple(people["elsewhere_streets"]),
    }


@cache
def load_profile() -> Profile:
    """The profile that ships with the program."""
    city, organizations = _text("city.yaml"), _text("organizations.yaml")
    return Profile(
        **_city(city, _text("streets.yaml")),
        **_habits(city),
        **_people(_text("people.yaml")),
        businesses=tuple(map(_organization, organizations["business"])),
        apartments=tuple(organizations["apartments"]),
        landscape=tuple(organizations["landscape"]),
        public=tuple(map(_organization, organizations["public"])),
    )
