"""The one module that knows fpdf2: fonts, their codes and widths, and the PDF file itself.

Pages are written as ready content streams. fpdf2 embeds and subsets the fonts, builds the objects
and the cross-reference table; its drawing calls are not used, because they cost three times as
much as the strings that they produce. Each page is deflated when it is finished, so that the
memory of a cycle grows with the compressed size only.
"""

from __future__ import annotations

import unicodedata
import zlib
from typing import TYPE_CHECKING, Self, cast

from fpdf import FPDF
from fpdf.output import OutputProducer
from fpdf.syntax import Name, PDFContentStream

from billing_tui.documents.sheet import BOLD, REGULAR, SCAN
from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.text import harmless

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from fpdf.fonts import TTFFont
    from fpdf.output import PDFPage

SUBSTITUTE = "\ufffd"
"""Printed for a character that no shipped font has."""


_FILES = {
    REGULAR: ("NotoSans-Regular.ttf", "NotoSansArmenian-Regular.ttf"),
    BOLD: ("NotoSans-Bold.ttf", "NotoSansArmenian-Bold.ttf"),
    SCAN: ("OCRA.ttf",),
}


def _font_files(weight: str) -> list[Path]:
    """The shipped files, then those that the utility laid into `data/fonts/more`."""
    files = [data_path("fonts", name) for name in _FILES[weight]]
    if weight != SCAN:
        files += sorted(data_path("fonts", "more").glob("*.ttf"))
    return files


def _right_to_left(char: str) -> bool:
    """Whether the letter belongs to a script that we cannot set: its order would come out wrong."""
    return unicodedata.bidirectional(char) in {"R", "AL"}


class _Codes(dict[str, str]):
    """Character to the four hex digits that stand for it in one font; filled as text needs it."""

    def __init__(self, font: TTFFont) -> None:
        super().__init__()
        self._font = font

    def __missing__(self, char: str) -> str:
        code = self._font.subset.pick(ord(char))
        self[char] = f"{code:04X}"
        return self[char]


class Face:
    """One weight with its fallbacks: turns text into codes, and knows how wide it is.

    Attributes:
        missing: characters that were asked for and that no font has, as they came up.
    """

    def __init__(self, fonts: list[TTFFont]) -> None:
        self._fonts = fonts
        self._first = fonts[0]
        self._codes = [_Codes(font) for font in fonts]
        self._widths: dict[str, float] = {}
        self._home: dict[str, int] = {}
        self.missing: set[str] = set()

    def _font_of(self, char: str) -> int:
        for index, font in enumerate(self._fonts):
            if ord(char) in font.cmap:
                return index
        return -1

    def _learn(self, char: str) -> None:
        index = max(self._font_of(char), 0)
        self._home[char] = index
        self._widths[char] = self._fonts[index].cw[ord(char)] / 1000

    def fit_to_print(self, text: str) -> str:
        """The text in characters that the fonts have: composed, harmless, gaps made visible."""
        if text.isascii() and text.isprintable():
            return text
        result = []
        composed = unicodedata.normalize("NFC", text)
        for char, shown in zip(composed, harmless(composed), strict=True):
            lost = shown == SUBSTITUTE or self._font_of(shown) < 0 or _right_to_left(shown)
            if lost and char != SUBSTITUTE:
                self.missing.add(char)
            result.append(SUBSTITUTE if lost else shown)
        return "".join(result)

    def width(self, text: str) -> float:
        """Width in ems of a text that is fit to print."""
        widths = self._widths
        try:
            return sum([widths[char] for char in text])
        except KeyError:
            for char in text:
                if char not in widths:
                    self._learn(char)
            return sum([widths[char] for char in text])

    def show(self, text: str, size: float) -> str:
        """Operators that show the text at the text position, in this weight's first font.

        A run in a fallback font switches there and back.
        """
        if text.isascii() or len(self._fonts) == 1:
            return f"<{''.join(map(self._codes[0].__getitem__, text))}>Tj"
        self.width(text)
        runs: list[tuple[int, list[str]]] = []
        for char in text:
            index = self._home[char]
            if not runs or runs[-1][0] != index:
                runs.append((index, []))
            runs[-1][1].append(self._codes[index][char])
        if len(runs) == 1 and runs[0][0] == 0:
            return f"<{''.join(runs[0][1])}>Tj"
        shown = [
            f"/F{self._fonts[index].i} {size:g} Tf<{''.join(codes)}>Tj" for index, codes in runs
        ]
        return "".join(shown) + f" {self.select(size)}"

    def select(self, size: float) -> str:
        """The operator that selects the first font at a size in points."""
        return f"/F{self._first.i} {size:g} Tf"


class _Producer(OutputProducer):
    """Takes pages that are deflated already; fpdf2 would deflate them all at the end."""

    def _add_pages(self, _slice: slice = slice(0, None)) -> list[PDFPage]:
        pages = []
        for page in list(self._iter_pages_in_order())[_slice]:
            self._add_pdf_obj(page, "pages")
            stream = PDFContentStream(contents=cast("bytearray", page.contents))
            stream.filter = Name("FlateDecode")
            self._add_pdf_obj(stream, "pages")
            page.contents = stream
            pages.append(page)
        return pages


class Paper(FPDF):
    """A letter-size PDF that takes finished pages; a `with` block closes its font files.

    Args:
        title: what the viewer shows as the document's title.
        made_at: moment written into the file; the same input and moment give the same bytes.
    """

    def __init__(self, title: str, made_at: datetime) -> None:
        super().__init__(unit="pt", format="letter")
        self.set_auto_page_break(False)
        self.set_title(harmless(title))
        self.set_producer("billing_tui")
        self.set_lang("en-US")
        self.set_creation_date(made_at)
        self.single_resources_object = True
        self.allow_images_transparency = False
        self.faces = {weight: self._face(weight) for weight in _FILES}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for font in self.fonts.values():
            cast("TTFFont", font).close()

    def _face(self, weight: str) -> Face:
        fonts = []
        for path in _font_files(weight):
            key = f"{weight}-{path.stem}".lower()
            self.add_font(key, fname=path)
            fonts.append(cast("TTFFont", self.fonts[key]))
        return Face(fonts)

    def put_page(self, content: str) -> None:
        """Append one page whose content stream is `content`."""
        self.add_page()
        self.pages[self.page].contents = bytearray(zlib.compress(content.encode("ascii"), 6))

    def finished(self) -> bytes:
        """The bytes of the file; nothing can be added afterwards."""
        return bytes(self.output(output_producer_class=_Producer))

    def missing(self) -> set[str]:
        """Characters that had to be substituted since the last call."""
        found: set[str] = set().union(*(face.missing for face in self.faces.values()))
        for face in self.faces.values():
            face.missing.clear()
        return found
