"""The rate desk: schedules as adopted, and what a service comes to under them (RAT-1..8).

Words: a *schedule* is what the council adopts for one service; a *version* of it is in force from
its effective day until the next one's; a *class* is a group of customers with the same *charges*; a
charge becomes *lines* of a bill. The format and every rule of calculation stand in
data/rates/README.md. Start reading at `schedule.py`, then `engine.py` and `period.py`; `owrs.py`
reads the schedules that other utilities have published, `case_check.py` proves the engine on them.
"""
