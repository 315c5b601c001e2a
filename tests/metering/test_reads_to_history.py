from __future__ import annotations

import sqlite3
from datetime import date
from typing import TYPE_CHECKING

import pytest

from billing_tui.access.desk import NotAllowed
from billing_tui.access.tables import AuditEntry
from billing_tui.foundation.errors import InvalidEntry, ProblemsFound, Refused
from billing_tui.metering.cancel_upload import cancel_upload
from billing_tui.metering.check_reads import check_reads
from billing_tui.metering.dispose_exception import accept_looks, dispose_exception
from billing_tui.metering.estimate_missing import estimate_missing
from billing_tui.metering.import_reads import import_reads, preview_reads
from billing_tui.metering.invariants import INVARIANTS
from billing_tui.metering.post_reads import post_reads
from billing_tui.metering.tables import Disposition, Read, ReadException, StagedRead, Upload
from billing_tui.metering.worklist import worklist

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office
    from tests.metering.conftest import Town

    Sit = Callable[..., Desk]
    Csv = Callable[..., Path]


def _dump(office: Office) -> list[str]:
    """Every row of the database, from a connection of its own."""
    with sqlite3.connect(office.home.database_file) as connection:
        return list(connection.iterdump())


def _broken() -> list[str]:
    return [sentence for invariant in INVARIANTS for sentence in invariant.broken()]


def test_a_usual_month_passes_and_becomes_history(
    town: Town, desk: Sit, csv_file: Csv, usual: dict[str, object]
) -> None:
    """Reads that nothing is odd about go from file to history with usage, days and provenance."""
    upload = import_reads(desk("maria"), town.instance, csv_file(usual), "csv-default")
    assert (upload.expected, upload.received, upload.staged, upload.missing) == (6, 6, 6, 0)
    assert Read.select().where(Read.upload == upload.upload_id).count() == 0
    checked = check_reads(desk("maria"), upload.upload_id)
    assert (checked.reads, checked.passed, checked.open) == (6, 6, 0)
    posted = post_reads(desk("luis"), upload.upload_id)
    assert (posted.posted, posted.held, posted.usage) == (6, 0, {"ccf": 60_000})
    read = Read.select().where(Read.meter == town.meters[2], Read.day == date(2026, 11, 2)).get()
    assert (read.usage_milli, read.days, read.kind, read.previous.day) == (
        10_000, 31, "A", date(2026, 10, 2),
    )  # fmt: skip
    assert (read.upload.id, read.staged_read) == (upload.upload_id, read.staged_read)
    assert _broken() == []
    verbs = [entry.verb for entry in AuditEntry.select().order_by(AuditEntry.seq)]
    assert verbs == ["metering.import_reads", "metering.check_reads", "metering.post_reads"]


def test_the_same_bytes_are_refused_under_any_name(
    town: Town, desk: Sit, csv_file: Csv, usual: dict[str, object], office: Office
) -> None:
    """A second load, also of a renamed copy, is refused with the first upload's number."""
    first = import_reads(desk("maria"), town.instance, csv_file(usual), "csv-default")
    before = _dump(office)
    for name in ("reads.csv", "other.csv"):
        with pytest.raises(Refused, match=f"upload {first.upload_id} .reads.csv.") as refusal:
            import_reads(desk("maria"), town.instance, csv_file(usual, name), "csv-default")
        assert refusal.value.code == "UPLOAD-TWICE"
    assert _dump(office) == before


def test_a_file_of_another_cycle_is_refused_whole(
    town: Town, desk: Sit, csv_file: Csv, office: Office
) -> None:
    """Not one meter belongs here: nothing is staged, and the sentence says why not."""
    before = _dump(office)
    with pytest.raises(Refused, match="No meter of this file is in cycle") as refusal:
        import_reads(desk("maria"), town.instance, csv_file({"9999": 5}), "csv-default")
    assert refusal.value.code == "UPLOAD-CYCLE"
    assert "No meter 9999 is on file" in refusal.value.sentence
    assert _dump(office) == before


def test_an_upload_of_which_nothing_was_taken_is_not_posted(
    town: Town, desk: Sit, csv_file: Csv, usual: dict[str, object]
) -> None:
    """Every read came in before: there is nothing to post, and posting says so."""
    import_reads(desk("maria"), town.instance, csv_file(usual), "csv-default")
    again = csv_file(usual, "again.csv", day="2026-11-03")
    second = import_reads(desk("maria"), town.instance, again, "csv-default")
    check_reads(desk("maria"), second.upload_id)
    with pytest.raises(Refused, match="has no read of this cycle; cancel it"):
        post_reads(desk("luis"), second.upload_id)


def test_a_second_file_with_the_same_reads_is_rejected_line_by_line(
    town: Town, desk: Sit, csv_file: Csv, usual: dict[str, object]
) -> None:
    """Other bytes with reads that came in before give a reject list, not a second staging."""
    import_reads(desk("maria"), town.instance, csv_file(usual), "csv-default")
    again = csv_file(usual, "again.csv", day="2026-11-03")
    second = import_reads(desk("maria"), town.instance, again, "csv-default")
    assert (second.staged, second.duplicates, second.missing) == (0, 6, 0)
    assert "came in before" in second.rejects[0].sentence
    assert second.rejects[0].line == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("meter_number,reading\nM00000,12x\n", 2),
        ("meter_number,reading\nM00000,1010\nM00001\n", 3),
        ("meter_number,reading\nM00000,NaN\n", 2),
        ("meter_number,reading\nM00000,1E+9\n", 2),
        ("meter_number,reading\nM00000,1_000\n", 2),
        ("meter_number,reading\nM00000,\u0661\u0662\n", 2),
        ('meter_number,reading\nM00000,"1,234"\n', 2),
        ('meter_number,reading\nM00000,"1010\n', 2),
        ("meter_number,reading\nM\x1b[31m,1010\n", 2),
        ("meter_number,reading\nM00000,10\x0010\n", 2),
        ("meter_number,reading,day\nM00000,1010,2026-02-30\n", 2),
        ("serial_no,value\nM00000,1010\n", 1),
        ("meter_number,reading,reading\nM00000,1,2\n", 1),
        ("", 0),
        ("meter_number,reading\n", 0),
        ("meter_number,reading\n" + "M" * 5000 + ",1\n", 2),
    ],
)
def test_a_wrong_file_names_the_line_and_changes_nothing(  # noqa: PLR0917 - pytest's fixtures
    town: Town, desk: Sit, tmp_path: Path, office: Office, text: str, line: int
) -> None:
    """A file that is not what the layout says is refused as a whole; no row changes."""
    path = tmp_path / "wrong.csv"
    path.write_bytes(text.encode())
    before = _dump(office)
    with pytest.raises(ProblemsFound) as refusal:
        import_reads(desk("maria"), town.instance, path, "csv-default")
    assert refusal.value.problems[0].line == line
    assert _dump(office) == before
    assert list(office.home.uploads.iterdir()) == []


def test_utf16_and_workbooks_are_refused_in_plain_words(
    town: Town, desk: Sit, tmp_path: Path
) -> None:
    """The sentence says what the file is and how to save it."""
    path = tmp_path / "reads.csv"
    for content, word in (("meter".encode("utf-16"), "UTF-16"), (b"PK\x03\x04xx", "workbook")):
        path.write_bytes(content)
        with pytest.raises(ProblemsFound, match=word):
            import_reads(desk("maria"), town.instance, path, "csv-default")


def test_bad_lines_go_on_the_reject_list_if_the_clerk_says_so(
    town: Town, desk: Sit, csv_file: Csv, usual: dict[str, object]
) -> None:
    """With `skip_bad_lines` the good lines are staged and the bad one is listed with its line."""
    usual[town.number(3)] = "12x"
    upload = import_reads(
        desk("maria"), town.instance, csv_file(usual), "csv-default", skip_bad_lines=True
    )
    assert (upload.staged, upload.received, upload.missing) == (5, 6, 1)
    assert [(one.line, "12x" in one.sentence) for one in upload.rejects] == [(5, True)]
    assert _broken() == []


def test_unknown_meters_are_rejected_with_where_they_are(
    town: Town, desk: Sit, csv_file: Csv, usual: dict[str, object]
) -> None:
    """A meter that nobody knows is on the reject list, and the rest is staged."""
    usual["X99"] = 5
    upload = import_reads(desk("maria"), town.instance, csv_file(usual), "csv-default")
    assert (upload.staged, upload.unknown) == (6, 1)
    assert upload.rejects[0].sentence == "No meter X99 is on file."


def test_special_files_are_not_opened(town: Town, desk: Sit, tmp_path: Path) -> None:
    """A link, a folder, a pipe and a device are refused at once, without waiting."""
    import os

    link, pipe = tmp_path / "link.csv", tmp_path / "pipe.csv"
    (tmp_path / "real.csv").write_text("meter_number,reading\n", encoding="utf-8")
    link.symlink_to(tmp_path / "real.csv")
    os.mkfifo(pipe)
    from pathlib import Path as AnyPath

    for path in (link, pipe, tmp_path, AnyPath("/dev/zero"), tmp_path / "absent.csv"):
        with pytest.raises(InvalidEntry):
            import_reads(desk("maria"), town.instance, path, "csv-default")


def test_a_preview_writes_nothing(
    town: Town, desk: Sit, csv_file: Csv, usual: dict[str, object], office: Office
) -> None:
    """The dry run tells the same counts and leaves every row alone."""
    before = _dump(office)
    preview = preview_reads(desk("maria"), town.instance, csv_file(usual), "csv-default")
    assert (preview.staged, preview.upload_id) == (6, 0)
    assert _dump(office) == before


def test_missing_reads_wait_until_somebody_decides(
    town: Town, desk: Sit, csv_file: Csv, usual: dict[str, object]
) -> None:
    """A meter that the file leaves out must be settled before anything is posted."""
    del usual[town.number(1)]
    upload = import_reads(desk("maria"), town.instance, csv_file(usual), "csv-default")
    assert upload.missing == 1
    checked = check_reads(desk("maria"), upload.upload_id)
    assert checked.by_check == {"missing": 1}
    with pytest.raises(Refused, match="1 exceptions") as refusal:
        post_reads(desk("luis"), upload.upload_id)
    assert refusal.value.code == "OPEN-EXCEPTIONS"
    done = estimate_missing(desk("maria"), upload.upload_id)
    assert (done.estimated, done.open_left) == (1, 0)
    post_reads(desk("luis"), upload.upload_id)
    read = Read.select().where(Read.meter == town.meters[1]).order_by(Read.id.desc()).get()
    assert (read.kind, read.reading, read.usage_milli) == ("E", town.last[1] + 10, 10_000)
    assert "same period last year" in read.derivation or "last three" in read.derivation
    assert _broken() == []


def test_a_route_without_a_file_is_not_called_missing(
    town: Town, desk: Sit, csv_file: Csv, usual: dict[str, object]
) -> None:
    """A cycle may come in several files: only the routes that a file touches must be complete."""
    first = {town.number(n): usual[town.number(n)] for n in range(4)}
    second = {town.number(n): usual[town.number(n)] for n in (4, 5)}
    one = import_reads(desk("maria"), town.instance, csv_file(first, "a.csv"), "csv-default")
    two = import_reads(desk("maria"), town.instance, csv_file(second, "b.csv"), "csv-default")
    assert (one.staged, one.missing, two.staged, two.missing) == (4, 0, 2, 0)


def _flagged(town: Town, desk: Sit, csv_file: Csv, reading: object, place: int = 0) -> int:
    """Upload a usual month with one odd reading; the upload's row."""
    readings: dict[str, object] = {
        town.number(n): last + 10 for n, last in enumerate(town.last)
    } | {town.number(place): reading}
    upload = import_reads(desk("maria"), town.instance, csv_file(readings), "csv-default")
    check_reads(desk("maria"), upload.upload_id)
    return upload.upload_id


def test_an_accepted_high_read_is_posted_as_it_is(town: Town, desk: Sit, csv_file: Csv) -> None:
    """Accepting needs a reason, keeps the reading and writes who and when beside it."""
    upload = _flagged(town, desk, csv_file, town.last[0] + 90)
    [row] = worklist(upload)
    assert row.check == "high"
    assert "90 ccf in 31 days = 2.9 a day; 9 times" in row.sentence.replace(".0 times", " times")
    with pytest.raises(InvalidEntry, match="reason"):
        dispose_exception(desk("maria"), row.exception_id, Disposition.ACCEPT, "  ")
    done = dispose_exception(desk("maria"), row.exception_id, Disposition.ACCEPT, "pool filled")
    assert (done.open_left, done.reading) == (0, town.last[0] + 90)
    kept = ReadException.get_by_id(row.exception_id)
    assert (kept.reason, kept.staff.username, kept.at[:10]) == (
        "pool filled",
        "maria",
        "2026-11-02",
    )
    assert post_reads(desk("luis"), upload).posted == 6


def test_an_edited_read_keeps_the_original(town: Town, desk: Sit, csv_file: Csv) -> None:
    """The reading as it came stays beside the one that is posted."""
    upload = _flagged(town, desk, csv_file, 99)
    [row] = worklist(upload)
    assert row.check == "negative"
    done = dispose_exception(
        desk("maria"), row.exception_id, Disposition.EDIT, "digit lost", reading=town.last[0] + 11
    )
    assert (done.original, done.reading, done.usage_milli) == (99, town.last[0] + 11, 11_000)
    assert (done.open_left, done.raised) == (0, 0)
    post_reads(desk("luis"), upload)
    read = Read.select().where(Read.meter == town.meters[0]).order_by(Read.id.desc()).get()
    assert (read.reading, read.usage_milli) == (town.last[0] + 11, 11_000)
    assert "Edited from 99" in read.derivation
    assert _broken() == []


def test_an_edit_that_is_odd_itself_raises_a_new_exception(
    town: Town, desk: Sit, csv_file: Csv
) -> None:
    """A back-read edited into a very high read must be looked at again."""
    upload = _flagged(town, desk, csv_file, 99)
    [row] = worklist(upload)
    done = dispose_exception(
        desk("maria"), row.exception_id, Disposition.EDIT, "typo", reading=town.last[0] + 500
    )
    assert (done.open_left, done.raised) == (1, 1)
    assert worklist(upload)[0].check == "high"


def test_a_second_slip_is_no_less_odd_than_the_first(town: Town, desk: Sit, csv_file: Csv) -> None:
    """A reading below zero edited into another below zero waits again; the first stays decided."""
    upload = _flagged(town, desk, csv_file, 99)
    [row] = worklist(upload)
    done = dispose_exception(desk("maria"), row.exception_id, Disposition.EDIT, "typo", reading=98)
    assert (done.open_left, done.raised) == (1, 1)
    [again] = worklist(upload)
    assert (again.check, again.exception_id != row.exception_id) == ("negative", True)
    done = dispose_exception(
        desk("maria"), again.exception_id, Disposition.EDIT, "as read", reading=98
    )
    assert (done.open_left, done.raised) == (0, 0)


def test_an_edit_must_fit_the_dials(town: Town, desk: Sit, csv_file: Csv) -> None:
    """Six dials cannot show seven digits."""
    upload = _flagged(town, desk, csv_file, 99)
    [row] = worklist(upload)
    for reading in (1_000_000, -1, None):
        with pytest.raises(InvalidEntry):
            dispose_exception(
                desk("maria"), row.exception_id, Disposition.EDIT, "x", reading=reading
            )


def test_a_held_read_stays_out_and_can_come_in_later(town: Town, desk: Sit, csv_file: Csv) -> None:
    """What is held is not posted; its re-read comes in by a later file."""
    upload = _flagged(town, desk, csv_file, 99)
    [row] = worklist(upload)
    done = dispose_exception(desk("maria"), row.exception_id, Disposition.REREAD, "go again")
    assert done.held
    posted = post_reads(desk("luis"), upload)
    assert (posted.posted, posted.held) == (5, 1)
    later = csv_file({town.number(0): town.last[0] + 10}, "later.csv", day="2026-11-05")
    second = import_reads(desk("maria"), town.instance, later, "csv-default")
    assert (second.staged, second.missing) == (1, 0)
    check_reads(desk("maria"), second.upload_id)
    assert post_reads(desk("luis"), second.upload_id).posted == 1
    assert _broken() == []


def test_nothing_to_accept_is_not_accepted(town: Town, desk: Sit, csv_file: Csv) -> None:
    """A missing read cannot be accepted, only replaced or held."""
    readings: dict[str, object] = {town.number(n): town.last[n] + 10 for n in range(5)}
    upload = import_reads(desk("maria"), town.instance, csv_file(readings), "csv-default")
    check_reads(desk("maria"), upload.upload_id)
    [row] = worklist(upload.upload_id)
    with pytest.raises(Refused, match="no reading to accept"):
        dispose_exception(desk("maria"), row.exception_id, Disposition.ACCEPT, "fine")


def test_posting_twice_is_refused_and_a_repeated_key_gets_the_first_result(
    town: Town, desk: Sit, csv_file: Csv, usual: dict[str, object], office: Office
) -> None:
    """Once posted, an upload can be neither posted, checked, settled nor cancelled again."""
    upload = import_reads(desk("maria"), town.instance, csv_file(usual), "csv-default").upload_id
    check_reads(desk("maria"), upload)
    first = post_reads(desk("luis"), upload, key="k1")
    before = _dump(office)
    assert post_reads(desk("luis"), upload, key="k1") == first
    with pytest.raises(Refused, match="6 reads of it are in history"):
        post_reads(desk("luis"), upload)
    for again in (
        lambda: check_reads(desk("maria"), upload),
        lambda: cancel_upload(desk("maria"), upload, "mistake"),
        lambda: estimate_missing(desk("maria"), upload),
        lambda: accept_looks(desk("maria"), upload, "all fine"),
    ):
        with pytest.raises(Refused):
            again()
    assert _dump(office) == before


def test_unchecked_reads_are_not_posted(
    town: Town, desk: Sit, csv_file: Csv, usual: dict[str, object]
) -> None:
    """Checking comes before posting."""
    upload = import_reads(desk("maria"), town.instance, csv_file(usual), "csv-default")
    with pytest.raises(Refused, match="check it first"):
        post_reads(desk("luis"), upload.upload_id)


def test_reads_that_history_has_overtaken_are_not_posted(
    town: Town, desk: Sit, csv_file: Csv, usual: dict[str, object]
) -> None:
    """If another read was posted after the check, the usage would be wrong: refused."""
    upload = import_reads(desk("maria"), town.instance, csv_file(usual), "csv-default").upload_id
    check_reads(desk("maria"), upload)
    last = Read.select().where(Read.meter == town.meters[0]).order_by(Read.id.desc()).get()
    Read.create(
        service_point=last.service_point, meter=last.meter, day=date(2026, 10, 20),
        reading=last.reading + 5, kind="A", previous=last, usage_milli=5000, unit="ccf", days=18,
    )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        post_reads(desk("luis"), upload)
    assert refusal.value.code == "READS-STALE"


def test_rights_are_checked_in_the_verbs(
    town: Town, desk: Sit, csv_file: Csv, usual: dict[str, object], office: Office
) -> None:
    """A cashier loads nothing and a clerk posts nothing; neither leaves a trace."""
    path = csv_file(usual)
    before = _dump(office)
    with pytest.raises(NotAllowed):
        import_reads(desk("cass"), town.instance, path, "csv-default")
    assert _dump(office) == before
    upload = import_reads(desk("maria"), town.instance, path, "csv-default").upload_id
    check_reads(desk("maria"), upload)
    with pytest.raises(NotAllowed):
        post_reads(desk("maria"), upload)


def test_only_looks_are_accepted_in_bulk(town: Town, desk: Sit, csv_file: Csv) -> None:
    """Bulk acceptance stops at the lowest severity."""
    readings: dict[str, object] = {town.number(n): town.last[n] + 10 for n in range(6)}
    readings[town.number(0)] = 99
    path = csv_file(readings, day="2026-11-20")
    upload = import_reads(desk("maria"), town.instance, path, "csv-default").upload_id
    checked = check_reads(desk("maria"), upload)
    assert checked.by_check == {"negative": 1, "late": 6}
    assert accept_looks(desk("maria"), upload, "strike of readers") == 5
    assert {row.check.value for row in worklist(upload)} == {"negative", "late"}


def test_checking_again_keeps_what_was_settled(town: Town, desk: Sit, csv_file: Csv) -> None:
    """A second check does not ask again what somebody has answered."""
    upload = _flagged(town, desk, csv_file, town.last[0] + 90)
    [row] = worklist(upload)
    dispose_exception(desk("maria"), row.exception_id, Disposition.ACCEPT, "pool filled")
    assert check_reads(desk("maria"), upload).open == 0
    assert ReadException.select().where(ReadException.upload == upload).count() == 1


def test_a_cancelled_upload_frees_its_file(
    town: Town, desk: Sit, csv_file: Csv, usual: dict[str, object]
) -> None:
    """The same bytes may come again, for this cycle or the right one; a third time not."""
    upload = import_reads(desk("maria"), town.instance, csv_file(usual), "csv-default").upload_id
    cancel_upload(desk("maria"), upload, "wrong cycle")
    again = import_reads(desk("maria"), town.instance, csv_file(usual), "csv-default")
    assert again.staged == 6
    with pytest.raises(Refused, match=f"as upload {again.upload_id} "):
        import_reads(desk("maria"), town.instance, csv_file(usual), "csv-default")


def test_a_cancelled_upload_frees_its_meters(
    town: Town, desk: Sit, csv_file: Csv, usual: dict[str, object]
) -> None:
    """After cancelling, the corrected file is taken in full."""
    upload = import_reads(desk("maria"), town.instance, csv_file(usual), "csv-default").upload_id
    cancel_upload(desk("maria"), upload, "wrong month")
    corrected = csv_file(usual, "corrected.csv", day="2026-11-03")
    assert import_reads(desk("maria"), town.instance, corrected, "csv-default").staged == 6
    assert Upload.get_by_id(upload).state == "Cancelled"
    assert StagedRead.select().where(StagedRead.upload == upload).count() == 6
