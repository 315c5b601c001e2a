"""Reasons of contacts: `data/policies/contact_log.yaml`."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import Problem, ProblemsFound
from billing_tui.foundation.strict_yaml import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

IDENTIFICATION = "I"
"""The reason under which a passphrase check is logged; every policy has it."""


def log_reasons(text: str) -> Mapping[str, str]:
    """Code to meaning, in the order of the file.

    Raises:
        ProblemsFound: the first thing that is wrong.
    """
    node = read_yaml(text)
    reasons = node.get("reasons") if isinstance(node, dict) else None
    found = reasons if isinstance(reasons, dict) else {}
    wrong = [
        code
        for code, meaning in found.items()
        if len(code) != 1 or not code.isalnum() or code != code.upper() or not meaning
    ]
    if wrong or IDENTIFICATION not in found:
        sentence = "A reason is one capital letter or digit with its meaning; I must be among them."
        raise ProblemsFound(
            f"The contact log policy cannot be used: {sentence}", (Problem(0, sentence, "reasons"),)
        )
    return {code: str(meaning) for code, meaning in found.items()}


@lru_cache(maxsize=4)
def read_log_reasons(path: Path | None = None) -> Mapping[str, str]:
    """The reasons of a file, by default the shipped one."""
    source = path or data_path("policies", "contact_log.yaml")
    return log_reasons(source.read_text(encoding="utf-8"))
