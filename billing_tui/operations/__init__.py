"""The lead's and the specialist's desks: open the office, verify it, found a demo city.

Start reading at `office.py`.
"""
