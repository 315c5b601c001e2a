"""Screens of meter reading: the exceptions that wait for a person."""
