"""The ground floor: money, days, units, text, files, the database. Knows nothing of utilities.

Words: *Money* is exact cents; a *Quantity* is a number with its unit; a *Problem* is one thing
wrong in a file or a batch, collected and shown, never raised. Start reading at `money.py`,
`errors.py` and `transaction.py`.
"""
