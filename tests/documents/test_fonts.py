"""The fonts that are shipped, and the breaking of text into lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sample_bills as samples
from hypothesis import given, strategies as st

from billing_tui.documents.paper import SUBSTITUTE, Paper
from billing_tui.documents.sheet import BOLD, REGULAR, SCAN
from billing_tui.documents.wrapping import Wrapper
from billing_tui.foundation.data_files import data_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.documents.paper import Face


@pytest.fixture(scope="module")
def paper() -> Iterator[Paper]:
    """A paper with its faces."""
    with Paper("fonts", samples.MADE_AT) as made:
        yield made


@pytest.fixture(scope="module")
def face(paper: Paper) -> Face:
    """The regular face."""
    return paper.faces[REGULAR]


def test_each_font_ships_with_its_licence() -> None:
    """The folder holds both licences, and the table of fonts names every file."""
    folder = data_path("fonts")
    told = (folder / "README.md").read_text(encoding="utf-8")
    fonts = sorted(path.name for path in folder.glob("*.ttf"))
    assert len(fonts) == 5
    assert [name for name in fonts if name not in told] == []
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text(encoding="utf-8")
    assert "Public Domain" in (folder / "OCRA.copyright").read_text(encoding="utf-8")


@pytest.mark.parametrize("weight", [REGULAR, BOLD])
def test_faces_cover_the_scripts_of_the_names(paper: Paper, weight: str) -> None:
    """Latin with every Vietnamese letter, Greek, Cyrillic and Armenian need no substitute."""
    vietnamese = "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
    text = vietnamese + vietnamese.upper() + "ñçøß" + "Ωώ" + "Щё" + "Խչ"
    shown = paper.faces[weight].fit_to_print(text)
    assert shown == text
    assert paper.missing() == set()


def test_figures_are_of_one_width(paper: Paper) -> None:
    """Digits line up in columns: each weight sets all ten equally wide."""
    for weight in (REGULAR, BOLD, SCAN):
        assert len({paper.faces[weight].width(digit) for digit in "0123456789"}) == 1


@given(st.text(max_size=60))
def test_what_is_fit_to_print_stays_so(text: str) -> None:
    """Any text becomes printable, and a second time changes nothing."""
    with Paper("property", samples.MADE_AT) as paper:
        face = paper.faces[REGULAR]
        shown = face.fit_to_print(text)
        paper.missing()
        assert face.fit_to_print(shown) == shown
        assert paper.missing() == set()
        assert all(face.show(char, 8) for char in shown)


def test_gaps_are_told_once(paper: Paper) -> None:
    """Characters without a glyph are named until asked for, then forgotten."""
    face = paper.faces[REGULAR]
    assert face.fit_to_print("a\u6c34\x07b") == f"a{SUBSTITUTE}{SUBSTITUTE}b"
    assert paper.missing() == {"\u6c34", "\x07"}
    assert paper.missing() == set()


@given(st.text("ab cd\u1ea1", max_size=300), st.floats(20, 400))
def test_lines_fit_and_lose_nothing(text: str, room: float) -> None:
    """Every line fits the room, and the letters come out in order, none lost."""
    lines = _WRAPPER.lines(text, 8, room)
    assert all(_FACE.width(line) * 8 <= room + 1e-6 for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(text.split())


_PAPER = Paper("lines", samples.MADE_AT)
_FACE = _PAPER.faces[REGULAR]
_WRAPPER = Wrapper(_PAPER.faces)
_PAPER.__exit__()
