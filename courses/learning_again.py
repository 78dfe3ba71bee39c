"""Who must learn a module again when an edition goes live, and by when."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from courses.models import Edition, Effect, Submission
from organisations.clock import day_of
from organisations.models import Role

#: Nobody learns anything in fewer days between shifts; and who has longer than a year is not asked.
SHORTEST, LONGEST = 7, 366


#: Says how many people completed a module, of those who are in these roles today; of everybody for no role.
Counter = Callable[[UUID, Collection[int]], int]
_counters: list[Counter] = []


def register_counter(counter: Counter) -> None:
    """Lets the app above that knows completions say how many people are asked; called once, from its ready()."""
    if counter not in _counters:
        _counters.append(counter)


def people_who_completed(module_key: UUID, role_ids: Collection[int] = ()) -> int:
    """How many people completed the module, of those who are in these roles today; of everybody for no role."""
    return sum(counter(module_key, role_ids) for counter in _counters)


@dataclass(frozen=True)
class LearnAgain:
    """That people who completed an earlier edition learn the module again."""

    #: Days after it goes live.
    within_days: int
    #: Their roles; none means everyone.
    roles: Sequence[Role] = ()

    def day_from(self, at: datetime) -> date:
        """The day by which they must have done so, when the edition goes live at a moment."""
        return day_of(at) + timedelta(days=self.within_days)


def asked_again_by(submission: Submission | None) -> LearnAgain | None:
    """What was handed in about it."""
    if submission is None or submission.refresh_days is None:
        return None
    return LearnAgain(submission.refresh_days, tuple(submission.refresh_roles.all()))


def has_editions(module_key: UUID) -> bool:
    """Whether the module ever went live, so that somebody may have completed it."""
    return Edition.objects.filter(module_key=module_key).exists()


def to_be_learned_again() -> QuerySet[Edition]:
    """The editions that people who completed an earlier one must learn."""
    return Edition.objects.filter(refresh_on__isnull=False, refresh_ended_at__isnull=True)


def refuse_unsound(again: LearnAgain | None, *, effect: str, module_key: UUID) -> None:
    """Refuses (ValidationError) what cannot be asked: of nobody, too soon, too late, or beside work on what is old."""
    if again is None:
        return
    if not has_editions(module_key):
        raise ValidationError(
            {"again": _("Nobody has completed an edition of this module, so nobody learns it again.")}
        )
    if not SHORTEST <= again.within_days <= LONGEST:
        words = _("Give people between %(least)s and %(most)s days.")
        raise ValidationError({"days": words % {"least": SHORTEST, "most": LONGEST}})
    if effect != Effect.STEPS_FORWARD:
        raise ValidationError(
            {"effect": _("Whoever is in the middle must move to this edition, too, when others learn it again.")}
        )
