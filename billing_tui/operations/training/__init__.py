"""The training home: a disposable copy of a made-up city, and drills that are graded from the data.

A drill (`drills.py`, data/drills) has a story, a cast that is chosen from the city (`casting.py`),
work that is prepared (`prepare.py`), and checks with points (`rules.py`). `doorway.py` leads from
the office into a person's copy and back; `grade.py` reads what was done there, and
`record_result.py` keeps the result in the office's own home. Start reading at `doorway.py`.
"""
