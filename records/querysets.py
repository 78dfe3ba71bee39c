"""Filters of records that compose."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef


class AttemptQuerySet(models.QuerySet):
    """Attempts, narrowed."""

    def counting(self) -> AttemptQuerySet:
        """Those that count where the person is now: not those of a lesson that has changed since."""
        from records.models import LessonAskedAgain

        changed = LessonAskedAgain.objects.filter(
            enrolment=OuterRef("enrolment"), lesson_key=OuterRef("lesson_key"), since__gte=OuterRef("submitted_at")
        )
        return self.exclude(Exists(changed))
