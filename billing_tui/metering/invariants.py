"""What must always be true of reads; `billing-tui verify` walks these."""

from __future__ import annotations

from billing_tui.foundation.invariant import never
from billing_tui.metering.history import STANDS

_POWER = "CASE m.dials " + " ".join(f"WHEN {n} THEN {10**n}" for n in range(3, 11)) + " END"

INVARIANTS = (
    never(
        "METERING-CHAIN",
        "A read follows a read of the same service point.",
        "SELECT d.id FROM read d JOIN read b ON b.id = d.previous_id"
        " WHERE b.service_point_id <> d.service_point_id",
        "read {} follows a read of another service point.",
    ),
    never(
        "METERING-METER",
        "A read follows a read of the same meter, unless the meter was just put in.",
        "SELECT d.id, d.kind FROM read d JOIN read b ON b.id = d.previous_id"
        " WHERE b.meter_id <> d.meter_id AND d.kind NOT IN ('N', 'W')",
        "read {} of kind {} follows a read of another meter.",
    ),
    never(
        "METERING-ORDER",
        "No read lies before the one that it follows.",
        "SELECT d.id, d.day, b.day FROM read d JOIN read b ON b.id = d.previous_id"
        " WHERE d.day < b.day AND d.kind <> 'W'",
        "read {} of {} follows a read of {}.",
    ),
    never(
        "METERING-USAGE",
        "The usage of a read that counts is what its register moved, times the multiplier.",
        "SELECT d.id, d.usage_milli FROM read d JOIN read b ON b.id = d.previous_id"
        f" JOIN meter m ON m.id = d.meter_id WHERE b.meter_id = d.meter_id AND {STANDS}"
        " AND coalesce(d.usage_milli, 0) <>"
        f" (d.reading - b.reading + d.rolled_over * ({_POWER})) * m.multiplier_milli",
        "read {} tells a usage of {} thousandths, which its registers do not.",
    ),
    never(
        "METERING-WITHDRAWN",
        "A withdrawal undoes one read and stands for the one before it.",
        "SELECT w.id, d.id FROM read w LEFT JOIN read d ON d.id = w.withdraws_id"
        " LEFT JOIN read p ON p.id = d.previous_id"
        " WHERE (w.kind = 'W' OR w.withdraws_id IS NOT NULL)"
        " AND (p.id IS NULL OR w.kind <> 'W' OR p.meter_id <> w.meter_id OR p.reading <> w.reading"
        " OR p.day <> w.day OR w.usage_milli + d.usage_milli <> 0 OR w.days + d.days <> 0)",
        "read {} does not take back read {} exactly.",
    ),
    never(
        "METERING-CORRECTED",
        "A corrected read was taken back; what counts for it is of its meter and day.",
        "SELECT c.read_id, c.instead_id FROM corrected_read c JOIN read d ON d.id = c.read_id"
        " JOIN read n ON n.id = c.instead_id WHERE n.meter_id <> d.meter_id OR n.day <> d.day"
        " OR n.service_point_id <> d.service_point_id"
        " OR NOT EXISTS (SELECT 1 FROM read w WHERE w.withdraws_id = d.id)",
        "read {} was corrected by read {}, which is of another moment, or still counts itself.",
    ),
    never(
        "METERING-COUNT",
        "An upload has as many staged reads as its file had.",
        "SELECT u.id, u.received, count(s.id) FROM upload u"
        " LEFT JOIN staged_read s ON s.upload_id = u.id AND s.line > 0"
        " GROUP BY u.id, u.received HAVING count(s.id) <> u.received",
        "upload {} received {} reads, but {} are staged.",
    ),
    never(
        "METERING-REJECTED",
        "An upload's count of rejected reads is that of its reject list.",
        "SELECT u.id, u.rejected, count(s.id) FROM upload u"
        " LEFT JOIN staged_read s ON s.upload_id = u.id AND s.rejected <> ''"
        " GROUP BY u.id, u.rejected HAVING count(s.id) <> u.rejected",
        "upload {} counts {} rejected reads, but {} are on its list.",
    ),
    never(
        "METERING-POSTED",
        "Every read of a posted upload that is not rejected or held is history, exactly once.",
        "SELECT s.id, s.upload_id FROM upload u JOIN staged_read s ON s.upload_id = u.id"
        " LEFT JOIN read d ON d.service_point_id = s.service_point_id AND d.day = s.day"
        "  AND d.staged_read = s.id AND +d.upload_id = s.upload_id"
        "  AND +d.meter_id = s.meter_id AND d.reading = s.reading AND d.kind = s.kind"
        " WHERE u.state = 'Posted' AND s.rejected = '' AND s.held = 0 AND s.reading IS NOT NULL"
        " GROUP BY s.id, s.upload_id HAVING count(d.id) <> 1",
        "staged read {} of posted upload {} is not in history as it was decided.",
    ),
    never(
        "METERING-SETTLED",
        "No exception of a posted upload is open.",
        "SELECT e.id, u.id FROM upload u JOIN read_exception e ON e.upload_id = u.id"
        " WHERE u.state = 'Posted' AND e.disposition = 'open'",
        "exception {} of posted upload {} was never settled.",
    ),
    never(
        "METERING-KEYED",
        "A batch of keyed reads went into its upload line by line; double keyings agree.",
        "SELECT b.id, u.id FROM keyed_batch b JOIN upload u ON u.id = b.upload_id"
        " WHERE u.received <> (SELECT count(*) FROM keyed_read k WHERE k.batch_id = b.id"
        "  AND (k.reading IS NOT NULL OR k.code <> ''))"
        " OR EXISTS (SELECT 1 FROM keyed_read k WHERE k.batch_id = b.id AND k.twice = 1"
        "  AND k.reading IS NOT NULL AND (k.again IS NULL OR k.again <> k.reading))",
        "keyed batch {} and its upload {} do not agree.",
    ),
)
"""Everything about reads that must hold; none of it is ever repaired in silence."""
