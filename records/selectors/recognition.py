"""Reads what may complete a module besides the module itself, and the training elsewhere that was recognised."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from courses.models import Edition, EditionLesson
from organisations.models import Organisation
from records.models import OutsideCourse
from records.rules.enough import completes


def is_enough_in(edition: Edition, setting: str) -> bool:
    """Whether what the setting is about (`briefing`, `recognised`) completes the edition's module: one query."""
    counts = edition.lessons.filter(quiz_version__isnull=False, is_counting=True).exists()
    return completes(edition.content.get(setting) or "", has_counting_quiz=counts)


def open_module_keys() -> set[UUID]:
    """The modules that training elsewhere completes, as their live editions say: one query."""
    counting = EditionLesson.objects.filter(edition=OuterRef("pk"), quiz_version__isnull=False, is_counting=True)
    live = Edition.objects.filter(is_live=True, module__isnull=False).annotate(has_counting_quiz=Exists(counting))
    return {
        key
        for key, setting, has_counting_quiz in live.values_list(
            "module_key", "content__recognised", "has_counting_quiz"
        )
        if completes(setting or "", has_counting_quiz=has_counting_quiz)
    }


def recognised_editions() -> QuerySet[Edition]:
    """Every edition that training elsewhere may equal, by module, the newest first.

    Whether it may is decided by the edition that is live: what its trainer says now. Two queries in all.
    """
    editions = Edition.objects.filter(module_key__in=open_module_keys()).defer("content")
    return editions.order_by("module_key", "-number")


def outside_courses_of(organisation: Organisation) -> QuerySet[OutsideCourse]:
    """The courses elsewhere that an organisation has said to equal something, with their editions."""
    return OutsideCourse.objects.filter(organisation=organisation).select_related("edition").defer("edition__content")
