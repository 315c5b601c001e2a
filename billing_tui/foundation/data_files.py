"""Where the shipped text files stand: `data/` beside the package, or inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def data_path(*parts: str) -> Path:
    """Path of a shipped file or folder, such as `data_path("rates", "water.yaml")`."""
    packed = _PACKAGE / "_data"
    root = packed if packed.is_dir() else _PACKAGE.parent / "data"
    return root.joinpath(*parts)
