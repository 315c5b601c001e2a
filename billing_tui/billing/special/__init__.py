"""Bills outside the runs, each made from a template: hydrant, bulk water, damage, theft, a leak.

Start at `billing/special_bill.py`; `template` reads `data/policies/special_bills.yaml`, `drafting`
computes the lines, `leak` prices a bill anew, `posting` gives number and journal entry.
"""
