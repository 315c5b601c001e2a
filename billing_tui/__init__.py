"""The billing office of a Californian city utility or water district, in a terminal.

Start reading at `billing_tui/README.md`, the map of the house.
"""

__version__ = "0.1.0"
