"""Screens of the care of accounts: contacts, notes, papers, the contact log, duplicates."""
