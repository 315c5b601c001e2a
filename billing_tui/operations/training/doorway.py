"""The way from the office into a training home and back, one open at a time.

All tables read and write the one database that is open, so the office is closed while somebody
trains: there is no way to touch it from there. The result of a drill is graded while the training
home is open, and written after the office is open again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.staff import sit_down
from billing_tui.foundation.errors import BillingError
from billing_tui.operations.office import open_office
from billing_tui.operations.training.drills import drill
from billing_tui.operations.training.going import Arrived, Where
from billing_tui.operations.training.grade import grade
from billing_tui.operations.training.record_result import record_result
from billing_tui.operations.training.results import attempts, handed_in
from billing_tui.operations.training.task import begin, current_task, put_away
from billing_tui.operations.training.template import build_city, fresh_copy, training_home
from billing_tui.operations.training.trainee import person_at, seat

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office
    from billing_tui.operations.training.going import Going
    from billing_tui.operations.training.grade import Grade

    Say = Callable[[str, int, int], None]


TRAINING, RESULTS, IN_HAND = "TRN010", "TRN020", "TRN030"


def _told(result: Grade | None) -> str:
    if result is None:
        return ""
    enough = "passed" if result.passed else f"not passed yet, {result.needed} pass"
    return f"{result.score} of {result.most} points: {enough}. Below stands what was missed."


class Doorway:
    """Keeps what is needed to come back: the office's home and the person."""

    def __init__(self, office: Office, desk: Desk) -> None:
        self._home = office.home
        self._person = person_at(desk)
        self._clock = desk.clock
        self._tries: dict[str, int] = {}
        self.here = Arrived(office, desk)

    def go(self, going: Going, say: Say) -> Arrived:
        """Close what is open and open what is wanted; a refusal leads back to the office."""
        try:
            self.here = self._gone(going, say)
        except BillingError as error:
            self.close()
            self.here = self._office(TRAINING, error.sentence, refused=True)
        return self.here

    def close(self) -> None:
        """Close what is open."""
        self.here.office.close()

    def _gone(self, going: Going, say: Say) -> Arrived:
        if going.where is Where.HAND_IN:
            return self._handed_in()
        tries, done = self._try(going.drill), self._done()
        self.close()
        if going.where is Where.OFFICE:
            return self._office("", "You are back in the office.")
        build_city(self._home, say)
        home = training_home(self._home, self._person.username)
        fresh = going.where in {Where.FRESH, Where.DRILL} or not home.exists()
        if fresh:
            home = fresh_copy(self._home, self._person.username)
        office = open_office(home)
        self.here = Arrived(office, self.here.desk, away=True)
        if going.where is Where.DRILL:
            desk = begin(office, self._person, drill(going.drill), tries)
            return Arrived(office, desk, away=True, way=IN_HAND)
        put_away(office, done)
        told = "A fresh copy of the city: nothing here is real." if fresh else ""
        lent = [task.drill.role] if (task := current_task()) else []
        desk = seat(office, self._person, lent)
        way = IN_HAND if going.where is Where.SIT_DOWN or lent else ""
        return Arrived(office, desk, away=True, way=way, told=told)

    def _done(self) -> frozenset[tuple[str, str]]:
        """The drills that are handed in, where the office, which knows them, is open."""
        return frozenset() if self.here.away else handed_in(self.here.desk)

    def _try(self, wanted: str) -> int:
        """Which attempt this is, so that each has another cast."""
        if wanted and wanted not in self._tries:
            self._tries[wanted] = attempts(self.here.desk, wanted)
        elif wanted:
            self._tries[wanted] += 1
        return self._tries.get(wanted, 0)

    def _handed_in(self) -> Arrived:
        task = current_task()
        result: Grade | None = grade(self.here.desk, task) if task is not None else None
        self.close()
        back = self._office(RESULTS, _told(result))
        if result is not None:
            self.here = back
            record_result(back.desk, result)
        return back

    def _office(self, way: str, told: str, *, refused: bool = False) -> Arrived:
        office = open_office(self._home)
        person = self._person
        desk = sit_down(
            office.store,
            office.home,
            person.username,
            person.day,
            station=person.station,
            verified=person.verified,
            clock=self._clock,
        )
        return Arrived(office, desk, way=way, told=told, refused=refused)
