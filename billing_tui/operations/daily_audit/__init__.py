"""The daily audit of what was keyed (AUD-1): somebody else looks at the day, and signs it off.

Words: a *round* takes up the entries of a day that no round had; the *must-review* entries and a
*sample* of the others are *drawn* from it; each drawn entry gets a *verdict*, or a *query* that its
maker answers; a day is *signed off* when none is open. Start reading at `open_day.py`.
"""
