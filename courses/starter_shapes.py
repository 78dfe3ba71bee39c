"""What each part of the starter files must look like, and what is wrong with one that does not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model

from courses.models import CoursePage, LessonPage, ModulePage
from guidance.models import Contact, FactVersion, Source
from organisations.models import Role
from quizzes.models import Quiz


def each(kind: Any, names: str) -> dict[str, Any]:
    """These fields, all holding this kind of value."""
    return dict.fromkeys(names.split(), kind)


@dataclass(frozen=True)
class Shape:
    """The fields that a part must have, those it may have, and the model whose lengths they must fit."""

    must: dict[str, Any]
    may: dict[str, Any] = field(default_factory=dict)
    model: type[Model] | None = None
    #: Fields that are called otherwise in the model.
    renamed: dict[str, str] = field(default_factory=dict)
    #: Whether a field that need not be there must say something where it is.
    is_never_empty: bool = False

    def limit(self, name: str) -> int | None:
        """How long the field may be."""
        if self.model is None:
            return None
        fields = {each.name: each for each in self.model._meta.get_fields()}
        return getattr(fields.get(self.renamed.get(name, name)), "max_length", None)


MAYBE_TEXT, MAYBE_DAY, MAYBE_NUMBER = (str, type(None)), (date, type(None)), (int, type(None))
DATED = each(str, "source confidence") | each(date, "checked_on review_by")
PAGE_NAMES = {"title": "display_title"}
SHAPES: dict[str, Shape] = {
    "source": Shape(
        each(str, "key title"),
        each(MAYBE_TEXT, "publisher version licence url note") | each(MAYBE_DAY, "published_on"),
        Source,
    ),
    "contact": Shape(
        each(str, "key label number when") | each(int, "order") | each(bool, "on_every_page") | DATED,
        each(MAYBE_TEXT, "scope purpose opening hours note url") | each(dict, "translations"),
        Contact,
    ),
    "translated contact": Shape({}, each(str, "label when hours"), Contact),
    "fact": Shape(each(str, "key label value") | DATED, each(MAYBE_TEXT, "explanation"), FactVersion),
    "role": Shape(each(str, "key name"), model=Role),
    "course": Shape(
        each(str, "slug title summary") | each(int, "order") | each(list, "modules"),
        model=CoursePage,
        renamed=PAGE_NAMES,
    ),
    "module": Shape(
        each(str, "slug course title summary provenance") | each(int, "minutes") | each(list, "sources lessons"),
        each(MAYBE_NUMBER, "valid_for_months") | each(list, "quizzes") | each(str, "check_quiz"),
        ModulePage,
        PAGE_NAMES,
    ),
    "lesson": Shape(
        each(str, "slug title") | each(int, "minutes") | each(list, "body"),
        each(MAYBE_TEXT, "content_note quiz") | each(list, "roles sources gentle") | each(bool, "counts"),
        LessonPage,
        PAGE_NAMES,
    ),
    "quiz": Shape(
        each(str, "slug title") | each(int, "pass_mark") | each(list, "questions"),
        each(MAYBE_TEXT, "introduction")
        | each(MAYBE_NUMBER, "attempts_allowed minutes_allowed")
        | each(str, "feedback_comes")
        | each(bool, "is_shuffled"),
        Quiz,
    ),
    "question": Shape(each(str, "key kind text"), each(str, "explanation") | each(list, "choices parts tags")),
    "part": Shape(
        {}, each(str, "key text right feedback") | each(bool, "is_typed") | each(list, "choices"), is_never_empty=True
    ),
    "choice": Shape(
        {},
        each(str, "key text feedback next") | each(bool, "is_correct") | each((int, str), "weight value tolerance"),
        is_never_empty=True,
    ),
    "do_dont": Shape(each(list, "do dont")),
    "quotation": Shape(each(str, "text attribution")),
    "step": Shape(each(str, "title"), each(str, "text")),
    "table": Shape(each(str, "caption") | each(list, "columns rows")),
    "pair": Shape(each(str, "happened helps")),
}
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def shape_problems(where: str, name: str, item: Any) -> list[str]:
    """Missing, unknown and wrong fields of one part."""
    if not isinstance(item, dict):
        return [f"{where}: must be a mapping."]
    shape = SHAPES[name]
    fields = shape.must | shape.may
    problems = [f"{where}: “{missing}” is missing." for missing in shape.must.keys() - item.keys()]
    problems += [f"{where}: “{unknown}” is not known here." for unknown in item.keys() - fields.keys()]
    for label in fields.keys() & item.keys():
        value, limit = item[label], shape.limit(label)
        if not isinstance(value, fields[label]) or (fields[label] is int and isinstance(value, bool)):
            problems.append(f"{where}: “{label}” has the wrong kind of value.")
        elif (label in shape.must or shape.is_never_empty) and isinstance(value, str) and not value.strip():
            problems.append(f"{where}: “{label}” is empty.")
        elif limit and isinstance(value, str) and len(value) > limit:
            problems.append(f"{where}: “{label}” has {len(value)} letters and may have {limit}.")
        elif label in ("key", "slug") and not SLUG.fullmatch(value):
            problems.append(f"{where}: “{value}” must be small letters, digits and hyphens.")
    return sorted(problems)
