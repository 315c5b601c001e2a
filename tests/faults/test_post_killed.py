"""A bill run whose posting is killed."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from bill_run import RUN, prepare
from offices import desks, found_in, open_in

from billing_tui.billing.approve_run import approve_run
from billing_tui.billing.audit_run import audit_run
from billing_tui.billing.calculate_run import calculate_run
from billing_tui.billing.findings import finding_counts
from billing_tui.billing.post_run import post_run
from billing_tui.billing.review_bills import accept_all
from billing_tui.billing.tie_out import tie_outs
from billing_tui.foundation.bulk import rows_of
from billing_tui.operations.verify import verify_office

HOUSES = 900
KILLS = 20
_POST = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from offices import desks, open_in
from billing_tui.billing.post_run import post_run
office = open_in(Path(sys.argv[1]))
print("ready", flush=True)
post_run(desks(office)("luis"), sys.argv[3])
print("done", flush=True)
"""


def outcome() -> list[list[tuple[object, ...]]]:
    """What a posted run leaves behind, the audit trail aside."""
    return [
        rows_of("SELECT account_id, number, entry_id, state, due_cents FROM bill ORDER BY id"),
        rows_of("SELECT id, day, kind, reference FROM journal_entry ORDER BY id"),
        rows_of("SELECT entry_id, gl_account_id, cents, account_id, due FROM posting ORDER BY id"),
        rows_of("SELECT account_id, state FROM run_item ORDER BY account_id"),
    ]


def killed_after(root: Path, seconds: float) -> bool:
    """Post in another process and kill it; whether it had not finished yet."""
    helpers = str(Path(__file__).parents[1] / "helpers")
    command = [sys.executable, "-c", _POST, str(root), helpers, RUN]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        return "done" not in child.stdout.read()


@pytest.mark.slow
def test_a_killed_posting_resumes_to_the_same_result(tmp_path: Path) -> None:
    """Killed at twenty random points, the resumed run equals one that was never interrupted."""
    office = found_in(tmp_path / "approved")
    desk = desks(office)
    prepare(desk, HOUSES, tmp_path)
    calculate_run(desk("luis"), RUN)
    audit_run(desk("luis"), RUN)
    for test, *_ in finding_counts(1):
        accept_all(desk("luis"), RUN, test, "town")
    approve_run(desk("nora"), RUN)
    office.close()

    shutil.copytree(tmp_path / "approved", tmp_path / "whole")
    office = open_in(tmp_path / "whole")
    start = time.perf_counter()
    post_run(desks(office)("luis"), RUN)
    length = time.perf_counter() - start
    wanted = outcome()
    office.close()

    chance, hit = random.Random(20_261_122), 0
    for kill in range(KILLS):
        root = tmp_path / f"killed-{kill}"
        shutil.copytree(tmp_path / "approved", root)
        hit += killed_after(root, chance.random() * length)
        office = open_in(root)
        if rows_of("SELECT state FROM bill_run") != [("Posted",)]:
            post_run(desks(office)("luis"), RUN)

        assert outcome() == wanted
        assert [verdict for verdict in verify_office(office.store) if verdict.broken] == []
        assert all(tie.agrees for tie in tie_outs(RUN))
        office.close()
        shutil.rmtree(root)
    assert hit >= KILLS // 2, "most kills should come before the end"
