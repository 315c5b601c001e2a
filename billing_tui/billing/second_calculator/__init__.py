"""The second calculator: recomputes every bill line before a run is approved (BIL-6).

It was written from the statement of the schedule format (`data/rates/README.md`) alone and shares
no code with `rates`; an import contract keeps it so. Where the first calculator may slice and use
decimals, this one takes differences between breakpoints, in fractions and whole numbers.

Start at `recompute.recompute`; `reading.read_schedule` reads a version once; `compare.compare`
states what differs.
"""
