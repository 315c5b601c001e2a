"""The service desk: who takes service where from when, and what the crew is sent out for.

Words. A *move* starts, stops or transfers service on one day; the *leaver* goes, the *comer* comes,
the *owner* of a landlord agreement takes over a place that would stand empty. A service ends on the
day before the move, its final read is taken on the move's own day, and the next service begins
there and then with the same read. A *service order* sends somebody to a place.

Start with `start_service`, `stop_service`, `transfer_service`, then `undo_move`; meters are changed
by `exchange_meter` and `place_meter`, their tests kept by `record_meter_test`; `ahead` says what a
move would meet before it is saved; orders live in `issue_order` and `finish_order`.
"""
