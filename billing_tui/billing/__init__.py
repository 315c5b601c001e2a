"""The bill run: from posted reads to posted bills.

Words: a *bill run* bills one *cycle instance*; its population is frozen when it opens; a *draft*
bill is free until it is *posted*; the *pre-billing audit* finds *errors* (they block) and
*warnings* (they need a disposition); the *register* lists what was calculated; a failing account is
*parked*. Start reading at `states.py`, then `open_run.py`, `calculate_run.py`, `audit_run.py`,
`approve_run.py`, `post_run.py`.
"""
