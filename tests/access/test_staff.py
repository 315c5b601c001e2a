"""Staff and desks."""
