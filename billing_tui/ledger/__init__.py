"""Chart of accounts, the journal, receivables.

Words: a *journal entry* is a balanced set of *postings* that never changes; a correction is its
reversal; *receivables* are the postings to an account's A/R, by service; *aging* is derived from
them for any day. Positive cents are debits, negative credits. Start reading at `tables.py`.
"""
