"""Filters of records that compose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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

    def results(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """The same as rows, in the order of the attempts: these fields of each, then its score and whether it passes.

        For pages that a learner waits for: a join is put together in half the time of two subqueries.
        """
        rows = self.order_by("submitted_at", "pk", "regraded__pk").values_list(
            "pk", *names, "score", "is_passed", "regraded__score", "regraded__is_passed"
        )
        # What was looked at again more than once comes more than once, and the newest last.
        for *fields, score, is_passed, score_again, is_passed_again in {row[0]: row[1:] for row in rows}.values():
            is_again = score_again is not None
            yield (*fields, score_again if is_again else score, is_passed_again if is_again else is_passed)

    def counting(self) -> AttemptQuerySet:
        """Those that count where the person is now: not those of a lesson that has changed since."""
        from records.models import LessonAskedAgain

        changed = LessonAskedAgain.objects.filter(
            enrolment=OuterRef("enrolment"), lesson_key=OuterRef("lesson_key"), since__gte=OuterRef("submitted_at")
        )
        return self.exclude(Exists(changed))
