"""Work that takes minutes: one at a time, in its own thread and connection, with its progress."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import BillingError, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.foundation.database import Store

    Progress = Callable[[int, int], None]
    Work = Callable[[Progress], str]

_EVERY = 0.25
"""Seconds between two pictures of the progress."""


@dataclass(slots=True)
class Job:
    """One piece of work under way.

    Attributes:
        title: what is done, such as "Calculating 2026-11-07-1".
        done: how many are done.
        total: of how many; 0 until it is known.
    """

    title: str
    done: int = 0
    total: int = 0

    @property
    def sentence(self) -> str:
        """How far it is."""
        if not self.total:
            return f"{self.title} ..."
        share = self.done * 100 // self.total
        return f"{self.title}: {self.done:,} of {self.total:,}, {share} %."


class Jobs:
    """The job that is under way, if any."""

    def __init__(
        self, moved: Callable[[Job], None], ended: Callable[[Job, str, bool], None]
    ) -> None:
        self.current: Job | None = None
        self._moved = moved
        self._ended = ended

    def start(self, title: str) -> Job:
        """Claim the place for a job; `moved` hears of its progress, `ended` of its result.

        Raises:
            Refused: another one is under way.
        """
        if self.current is not None:
            raise Refused(f"{self.current.sentence} One at a time.", code="JOB-RUNNING")
        self.current = Job(title)
        return self.current

    async def run(self, store: Store, work: Work) -> None:
        """Do the work of the job that was started."""
        job = self.current
        if job is None:
            return
        loop = asyncio.get_running_loop()
        last = 0.0

        def progress(done: int, total: int) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= _EVERY or done == total:
                last = now
                loop.call_soon_threadsafe(self._move, job, done, total)

        try:
            told, good = await asyncio.to_thread(_with_own_connection, store, work, progress), True
        except BillingError as error:
            told, good = error.sentence, False
        finally:
            self.current = None
        self._ended(job, told, good)

    def _move(self, job: Job, done: int, total: int) -> None:
        job.done, job.total = done, total
        if self.current is job:
            self._moved(job)


def _with_own_connection(store: Store, work: Work, progress: Progress) -> str:
    try:
        return work(progress)
    finally:
        store.database.close()
