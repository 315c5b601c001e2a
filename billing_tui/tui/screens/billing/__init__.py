"""Screens of billing: the cycle cockpit, the bill review, one bill as it prints."""
