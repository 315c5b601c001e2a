"""The files that come with the demo city: the open cycle's reads, and what is planted in them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from billing_tui.metering.layout_text import find_layout
from billing_tui.metering.layout_writer import write_layout
from billing_tui.operations.demo.open_cycle import UNKNOWN_METER
from billing_tui.operations.demo.plants import PLANTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from billing_tui.metering.read_record import ReadRecord
    from billing_tui.operations.demo.open_cycle import Found

FOLDER = "samples"
"""Where the files stand in the home."""
_LAYOUTS = {"csv-default": ".csv", "mvrs-upload": "-mvrs.txt", "neptune-v4": "-neptune.txt"}


@dataclass(frozen=True, slots=True)
class Planted:
    """One plant as it stands in planted.json; see `plants.Plant` for the first four."""

    plant: str
    finds: str
    name: str
    note: str
    location: str
    account: str
    meter: str
    address: str


def planted(by_role: Mapping[str, Found]) -> list[Planted]:
    """Each plant with the account and meter that it was dealt to."""
    found = []
    for plant in PLANTS:
        one = by_role.get(plant.role)
        if one is None:
            continue
        site, meter = one.place.site, one.meter[0]
        found.append(
            Planted(
                plant.role,
                plant.finds,
                plant.name,
                plant.note,
                str(site.number),
                one.place.accounts[-1].number,
                UNKNOWN_METER if plant.role == "unknown" else meter,
                f"{site.house} {site.street}",
            )
        )
    return found


def write_reads(folder: Path, name: str, records: Sequence[ReadRecord]) -> list[Path]:
    """One file for each layout; returns their paths, the CSV first."""
    paths = []
    for layout, ending in _LAYOUTS.items():
        path = folder / f"{name}{ending}"
        path.write_bytes(b"".join(write_layout(find_layout(layout), records)))
        paths.append(path)
    return paths


def write_planted(folder: Path, listed: Iterable[Planted]) -> Path:
    """The machine-readable list of what is planted."""
    path = folder / "planted.json"
    rows = [asdict(one) for one in listed]
    path.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
