"""Customers, accounts, locations, service points, meters, routes, cycles.

Words: a *customer* (person or organization) has *accounts*; an account is the agreement of one
customer at one *location*; the location has *service points*, one per service; the *service* is
what an account takes at a service point; a *meter* is installed at a service point for a time.
Routes and the walk order on them belong to service points, cycles to accounts. Start reading at
`tables.py`.
"""
