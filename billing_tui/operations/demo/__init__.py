"""The demo city: a made-up utility with two years of history and a cycle that waits to be billed.

`profile.py` reads what the city is like (data/demo); `people.py`, `streets.py`, `sites.py`,
`tenures.py` and `plants.py` make it up from a seed without a database; `population.py` puts it into
the records, `history.py` lives through the months, `open_cycle.py` leaves a cycle to be billed.
Start reading at `build.py`.
"""
