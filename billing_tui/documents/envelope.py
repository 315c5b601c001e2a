"""Where the windows of the envelope lie on the sheet.

Assumed: a #10 double-window envelope (9 1/2 x 4 1/8 in) as sold for statements:
return-address window 3 1/2 x 7/8 in, 1/2 in from the left and 2 5/16 in from the bottom; mailing
window 4 x 1 1/8 in, 1/2 in from the left and 1/2 in from the bottom. The letter sheet (8 1/2 x
11 in) is C-folded into panels of 3 2/3 in, jogged to the bottom edge, 1/2 in of play on each side.
Measure your own stock: other makers place the windows up to 1/8 in elsewhere.

The stub (3 1/4 in tall) goes back in a #9 envelope (8 7/8 x 3 7/8 in) with one window 4 1/2 x
1 1/8 in, 7/8 in from the left and 1/2 in from the bottom; the scan line hides below the window.

USPS asks for 1/8 in of clear space beside the barcode and 1/25 in above and below it (DMM 202);
that space must survive the play of the sheet.
"""

from __future__ import annotations

from dataclasses import dataclass

INCH = 72.0
SHEET_WIDTH, SHEET_HEIGHT = 612.0, 792.0
PANEL = SHEET_HEIGHT / 3
STUB_HEIGHT = 3.25 * INCH
PERFORATION = SHEET_HEIGHT - STUB_HEIGHT
SIDE_CLEARANCE, EDGE_CLEARANCE = INCH / 8, INCH / 25
_PLAY = INCH / 2


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the sheet: points from the left edge and from the top edge."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: Box) -> bool:
        """Whether the other rectangle lies wholly within this one."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )

    def touches(self, other: Box) -> bool:
        """Whether the rectangles share any point."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def shrunk(self, sides: float, edges: float) -> Box:
        """The rectangle with so much less at each side and at top and bottom."""
        return Box(self.left + sides, self.top + edges, self.right - sides, self.bottom - edges)


def _outgoing(left: float, bottom: float, width: float, height: float) -> Box:
    """A window of the #10 envelope, in inches there, as a rectangle of the top panel."""
    low = PANEL - bottom * INCH
    return Box(left * INCH - _PLAY, low - height * INCH, (left + width) * INCH - _PLAY, low)


RETURN_WINDOW = _outgoing(0.5, 2.3125, 3.5, 0.875)
MAILING_WINDOW = _outgoing(0.5, 0.5, 4.0, 1.125)
_STUB_PLAY = (8.875 * INCH - SHEET_WIDTH) / 2
REMIT_WINDOW = Box(
    0.875 * INCH - _STUB_PLAY,
    SHEET_HEIGHT - 1.625 * INCH,
    5.375 * INCH - _STUB_PLAY,
    SHEET_HEIGHT - 0.5 * INCH,
)
CLEAR_BAND = Box(0.0, SHEET_HEIGHT - 0.625 * INCH, SHEET_WIDTH, SHEET_HEIGHT - 0.125 * INCH)
"""Nothing but the scan line is printed here."""
