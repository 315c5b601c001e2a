"""Screens of the access room: what two people decide, and the audit trail."""
