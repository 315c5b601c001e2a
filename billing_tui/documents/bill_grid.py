"""The grid of the bill: columns, baselines and the few sizes of type. All figures are points."""

from __future__ import annotations

from billing_tui.documents.envelope import PERFORATION

LEFT, RIGHT = 45.0, 567.0
MAIN_RIGHT = 381.0
SIDE_LEFT = 405.0
FACTS_LEFT, FACTS_VALUE = 318.0, 396.0
BODY_TOP, BODY_BOTTOM = 248.0, PERFORATION - 8
NEXT_TOP, NEXT_BOTTOM = 104.0, 750.0

FINE, BODY, ADDRESS, HEAD, DUE, TITLE, AMOUNT = 7.0, 8.0, 9.0, 9.5, 12.0, 15.0, 26.0
LEADING, ROW, FINE_LEADING, HEADING = 11.0, 10.4, 8.8, 15.5
