"""Which lessons of roles a completion lacks, and which of them are asked of somebody who has another role now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q

from courses.cards import LessonCard, card_of
from courses.learning_again import to_be_learned_again
from courses.models import Edition
from organisations.models import Role, User
from organisations.querysets import same_person
from records.models import Completion
from records.rules.days import add_months
from records.rules.progress import lessons_to_add, roles_left_out
from records.selectors.expected_standing import expected_rows


def numbers_of_roles(editions: Iterable[Edition]) -> Mapping[str, int]:
    """The roles by their slugs where one of the editions asks for the lessons of roles; else none, without a query."""
    if not any(edition.is_matched_to_roles for edition in editions):
        return {}
    return dict(Role.objects.order_by().values_list("slug", "pk"))


def roles_lacking(
    edition: Edition, done: Collection[UUID], held: Collection[str], numbers: Mapping[str, int]
) -> list[int]:
    """The roles for which a completion of the edition is not good: by the lessons done and the roles held then."""
    if not edition.is_matched_to_roles:
        return []
    lacking = roles_left_out(card_of(edition).lessons, done, held)
    return sorted(numbers[slug] for slug in lacking if slug in numbers)


def only_to_add(
    person: User, edition: Edition, role_slugs: Collection[str], day: date
) -> tuple[Completion, Sequence[LessonCard]] | None:
    """The completion to which somebody who begins an edition only adds the lessons of their role, and these lessons.

    None where they take all of it: the module does not say so, nothing is completed, what is completed lacks nothing,
    would not be current even so, or is older than an edition that people in their role must learn again.
    """
    if not edition.is_matched_to_roles:
        return None
    done = Completion.objects.filter(same_person(person), module_key=edition.module_key, voided_at__isnull=True)
    last = done.order_by("-completed_on", "-pk").first()
    if last is None or not last.lessons_not_done.filter(role__slug__in=role_slugs).exists():
        return None
    if _must_be_learned_again(last, role_slugs) or not _would_be_current(person, last, day):
        return None
    held = set(last.memberships.filter(role__isnull=False).values_list("role__slug", flat=True))
    lessons = lessons_to_add(card_of(edition).lessons, role_slugs, map(UUID, last.lesson_keys), held)
    return (last, lessons) if lessons else None


def _must_be_learned_again(completion: Completion, role_slugs: Collection[str]) -> bool:
    of_them = Q(refresh_roles=None) | Q(refresh_roles__slug__in=role_slugs)
    newer = to_be_learned_again().filter(of_them, module_key=completion.module_key)
    return newer.filter(number__gt=completion.edition_number or 0).exists()


def _would_be_current(person: User, completion: Completion, day: date) -> bool:
    """Whether it would satisfy everything that requires the module of the person, did it not lack these lessons."""
    rows = [
        row
        for row in expected_rows([person.human_id], completion.module_key, with_lessons_not_done=False)
        if row.required_from <= day and (row.required_to is None or day <= row.required_to)
    ]
    if not rows:
        months = completion.edition.content.get("certificate_months") if completion.edition else None
        return not months or day <= add_months(completion.counted_from or completion.completed_on, months)
    return all(
        row.satisfied_from is not None
        and row.satisfied_from <= day
        and (row.satisfied_to is None or day <= row.satisfied_to)
        for row in rows
    )
