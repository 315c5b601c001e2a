"""Screens of procedures, training and drills."""
