"""Everything that is held about a person, for that person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Field, ForeignKey, Model, Q
from django.utils import timezone
from django.utils.translation import get_language
from wagtail.models import ModelLogEntry

from organisations import sessions as our_sessions
from organisations.models import Membership, NamesSeen, User
from privacy.acted import ACTED
from privacy.register import About, everything
from privacy.selectors.people import addresses_of, ids_of, sessions_of
from quizzes.marking import said
from quizzes.models import QuestionVersion
from quizzes.questions import Line, in_language, question_from_content

#: Grows when the form of the file changes.
FORMAT = "signpost-person/1"
#: What stands in place of a secret.
HIDDEN = "kept, not shown"
YOU, SOMEBODY = "you", "another person"


def everything_about(person: User) -> dict[str, Any]:
    """Every row of every table that refers to the person, as plain values for JSON.

    Nobody else is named: whoever appointed, invited or confirmed is “another person”. The number of queries does not
    depend on how much there is.
    """
    ids = ids_of(person)
    addresses = addresses_of(ids)
    return {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "person": [_row(each, ids, hidden=("password",)) for each in User.objects.filter(pk__in=ids).order_by("pk")],
        "tables": [
            {"table": each.model, "title": str(each.title), "rows": _rows(each, ids, addresses)}
            for each in everything()
        ],
        "lists_with_names": _lists(ids),
        "log_about_you": _log(ids),
        "done_for_others": _acted(ids),
        "sessions": [
            {
                "ends_at": each.expire_date.isoformat(),
                "is_shared": bool(each.get_decoded().get(our_sessions.IS_SHARED)),
            }
            for each in sessions_of(ids)
        ],
    }


def _rows(about: About, ids: Collection[int], addresses: Collection[str]) -> list[dict[str, Any]]:
    links = [each.name for each in _fields(apps.get_model(about.model)) if isinstance(each, ForeignKey)]
    found = list(about.rows(ids, addresses).select_related(*links))
    rows = [_row(each, ids, about.hidden) for each in found]
    if about.model == "records.Attempt":
        _put_questions_beside_answers(rows)
    return rows


def _fields(model: type[Model]) -> list[Field[Any, Any]]:
    """Columns in the order of the model; translated columns of a page are the page's, not the person's."""
    return [each for each in model._meta.concrete_fields if not hasattr(each, "translated_field")]


def _row(row: Model, ids: Collection[int], hidden: Collection[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for each in _fields(type(row)):
        if each.name in hidden:
            values[each.name] = HIDDEN
        elif isinstance(each, ForeignKey) and each.related_model is User:
            pk = getattr(row, each.attname)
            values[each.name] = None if pk is None else YOU if pk in ids else SOMEBODY
        elif isinstance(each, ForeignKey):
            other = getattr(row, each.name)
            values[each.name] = None if other is None else {"id": other.pk, "is": str(other)}
        else:
            values[each.name] = plain(getattr(row, each.attname))
    return values


def plain(value: Any) -> Any:
    """A value as JSON takes it."""
    if value is None or isinstance(value, bool | int | str | list | dict):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return str(value)


def _put_questions_beside_answers(rows: list[dict[str, Any]]) -> None:
    """An attempt keeps keys; the person reads what was asked and what they chose."""
    wanted = {each.get("version_id") for row in rows for each in row["questions"]}
    versions = QuestionVersion.objects.in_bulk([pk for pk in wanted if pk])
    language = get_language() or "en"
    for row in rows:
        for asked in row["questions"]:
            version = versions.get(asked.get("version_id"))
            if version is None:
                continue
            question = question_from_content(asked["key"], version.pk, version.kind, version.content)
            asked["question"] = in_language(question.text, language)
            asked["you_chose"] = [_as_words(line, language) for line in said(question, asked.get("answer", []))]


def _as_words(line: Line, language: str) -> str:
    """One line of an answer: what was chosen or typed, after what it belongs to."""
    words = line.typed or in_language(line.text, language)
    if line.label is None:
        return words
    return f"{in_language(line.label, language) or line.number}: {words}"


def _lists(ids: Collection[int]) -> list[dict[str, Any]]:
    """Looks at lists of names in the organisations where the person worked that day: they may have been on them."""
    places = list(Membership.objects.filter(person__in=ids).values_list("organisation_id", "started_on", "ended_on"))
    when = Q(pk=None)
    for organisation, first, last in places:
        here = Q(organisation=organisation, seen_at__date__gte=first)
        when |= here & Q(seen_at__date__lte=last) if last else here
    looks = NamesSeen.objects.filter(when, about__isnull=True).select_related("organisation")
    return [
        {
            "seen_at": each.seen_at.isoformat(),
            "organisation": str(each.organisation),
            "place": each.place,
            "rows": each.rows,
            "by": YOU if each.seen_by_id in ids else SOMEBODY,
        }
        for each in looks
    ]


def _log(ids: Collection[int]) -> list[dict[str, Any]]:
    """What others did to the person's rows, as the log has it."""
    objects = Q(content_type=ContentType.objects.get_for_model(User), object_id__in=[str(pk) for pk in ids])
    for each in ("organisations.Membership", "organisations.Appointment", "organisations.JoinRequest"):
        model = apps.get_model(each)
        keys = [str(pk) for pk in model._default_manager.filter(person__in=ids).values_list("pk", flat=True)]
        objects |= Q(content_type=ContentType.objects.get_for_model(model), object_id__in=keys)
    entries = ModelLogEntry.objects.filter(objects).exclude(user__in=ids).order_by("pk")
    return [
        {"at": each.timestamp.isoformat(), "action": each.action, "of": each.label, "by": SOMEBODY} for each in entries
    ]


def _acted(ids: Collection[int]) -> list[dict[str, Any]]:
    """How often the person acted, link by link: the rows are about others."""
    found = []
    for link in sorted(ACTED):
        name, field = link.rsplit(".", 1)
        model = apps.get_model(name)
        count = model._default_manager.filter(**{f"{field}__in": ids}).count()
        if count:
            found.append({"link": link, "of": str(model._meta.verbose_name_plural), "count": count})
    return found
