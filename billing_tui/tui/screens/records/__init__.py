"""Screens of the records: find an account, see all of it."""
