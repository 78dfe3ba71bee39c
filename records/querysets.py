"""Filters of records that compose."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce


class AttemptQuerySet(models.QuerySet):
    """Attempts, narrowed."""

    def with_result(self) -> AttemptQuerySet:
        """Each with `score_now` and `is_passed_now`: as they were handed in, or as they were looked at again last."""
        from records.models import RegradedAttempt

        again = RegradedAttempt.objects.filter(attempt=OuterRef("pk")).order_by("-pk")
        return self.annotate(
            score_now=Coalesce(Subquery(again.values("score")[:1]), "score"),
            is_passed_now=Coalesce(Subquery(again.values("is_passed")[:1]), "is_passed"),
        )

    def counting(self) -> AttemptQuerySet:
        """Those that count where the person is now: not those of a lesson that has changed since."""
        from records.models import LessonAskedAgain

        changed = LessonAskedAgain.objects.filter(
            enrolment=OuterRef("enrolment"), lesson_key=OuterRef("lesson_key"), since__gte=OuterRef("submitted_at")
        )
        return self.exclude(Exists(changed))
