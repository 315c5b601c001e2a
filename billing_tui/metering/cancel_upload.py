"""Set an upload aside before it is posted; its rows stay for the record, its meters are free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.text import clean
from billing_tui.metering.overtaken import give_back
from billing_tui.metering.staged_rows import open_upload
from billing_tui.metering.tables import UploadState

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk


def cancel_upload(desk: Desk, upload_id: int, reason: str) -> None:
    """Cancel a staged or checked upload, with the reason.

    Raises:
        Refused: it is posted or cancelled already.
        InvalidEntry: no reason was given.
    """
    why = clean(reason, field="reason")
    if not why:
        raise InvalidEntry("Say why the upload is set aside.", field="reason")
    with writing(desk, Right.UPLOAD_READS, "metering.cancel_upload", why=why) as act:
        upload = open_upload(upload_id)
        act.before = {"state": upload.state}
        upload.state = UploadState.CANCELLED.value
        upload.save(only=["state"])
        give_back(upload_id)
        act.about("upload", upload_id)
        act.after = {"state": upload.state}
