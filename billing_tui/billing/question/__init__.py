"""Why a bill is what it is: the difference in parts, what the season did, causes with evidence.

Start at `billing/bill_question.py`; `effects` divides the difference, `season` knows what the
neighbours did, `evidence` reads what the office has on file, and `causes` ranks what it shows.
"""
