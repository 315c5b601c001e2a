"""Today: what is due in the office, who has it, and what was put off (TDO-1).

Nothing here is a list that somebody keeps: an item stands on the board because the records say
that there is work (an open exception, a run that waits, a day that nobody audited), and leaves it
when the work is done. Only what people say about an item is stored: who has it, until when it
sleeps, that it needs the lead. Start with `items.py`, then `sources.py` and `board.py`.
"""
