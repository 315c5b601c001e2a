"""One folder per room, one file per screen; `register.py` lists them all without importing them."""
