"""The demo city: a made-up utility with two years of history and a cycle that is ready to be billed.

`profile.py` reads what the city is like (data/demo), `people.py` to `tenures.py` make it up from a seed without
touching a database, `build.py` writes it. Start reading at `build.py`.
"""
