"""Who may do what, and the trail of what was done.

Words: a *staff member* has *roles*; a role carries *rights*; the *Desk* is who works, where, on
which business day; an *audit entry* says what one verb changed and is chained to the entry before
it by its hash. Start reading at `desk.py` and `writing.py`.
"""
