"""A briefing for tests: who delivers it, who comes, and how it is confirmed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

from organisations.actions import appoint
from organisations.models import Appointment
from records.actions.attendance import confirm_attendances
from records.actions.check_in import Given, check_in
from records.actions.sessions import plan_session
from records.models import Attendance, Session
from tests.factories.courses import make_module
from tests.factories.organisations import UserFactory

START = datetime(2026, 6, 2, 9, 0, tzinfo=UTC)
DURING = START + timedelta(minutes=10)
How = Attendance.How


def make_room(place) -> SimpleNamespace:
    """A briefing on a module without a quiz, delivered by one of two trainers."""
    trainer, second = UserFactory(name="Femi Hart"), UserFactory(name="Ola Grey")
    for each in (trainer, second):
        appoint(
            person=each,
            kind=Appointment.Kind.TRAINER,
            partnership=place.partnership,
            by=None,
            started_on=date(2026, 1, 5),
        )
    session = plan(place, make_module(), [trainer])
    return SimpleNamespace(**vars(place), trainer=trainer, second=second, session=session)


def plan(room, module, trainers, /, **changes) -> Session:
    values = {
        "place": "Town hall",
        "starts_at": START,
        "ends_at": START + timedelta(hours=1),
        "capacity": None,
        "host": None,
        "trainers": trainers,
    }
    by = trainers[0] if trainers else None
    return plan_session(partnership=room.partnership, module=module, by=by, at=START, **{**values, **changes})


def come(session, at=DURING, how=How.CODE, key=None, **given) -> Attendance:
    return check_in(session=session, given=Given(**given), how=how, key=key or uuid4(), at=at)


def confirm(room, *rows, by=None):
    return confirm_attendances(session=room.session, pks=[each.pk for each in rows], by=by or room.trainer, at=DURING)
