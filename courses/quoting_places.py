"""Where pages and quizzes quote facts and contacts: in what learners read, and in the newest drafts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.content import authored_content
from courses.facts import quoted_in_each
from courses.models import CoursePage, Edition, EditionLesson, LessonPage, ModulePage
from guidance.notation import Quote
from guidance.places import Place
from quizzes.models import Question, Quiz, QuizVersionQuestion


class _Thing(NamedTuple):
    """A page or a quiz that quotes."""

    kind: str
    key: Any
    title: str
    pk: int | None


def places_quoting() -> dict[Quote, list[Place]]:
    """Every page and quiz that quotes, by what it quotes; the same few queries however many there are."""
    found = [(state, *each) for state, things in (("live", _live()), ("draft", _drafts())) for each in things]
    seen: dict[Quote, dict[tuple[str, Any], tuple[_Thing, set[str]]]] = defaultdict(dict)
    each_quotes = quoted_in_each([content for _state, _thing, content in found])
    for (state, thing, _content), quotes in zip(found, each_quotes, strict=True):
        for quote in quotes:
            row = seen[quote].setdefault((thing.kind, str(thing.key)), (thing, set()))
            row[1].add(state)
    return {
        quote: [_place(thing, states) for thing, states in sorted(rows.values(), key=lambda row: row[0].title)]
        for quote, rows in seen.items()
    }


def _place(thing: _Thing, states: set[str]) -> Place:
    url = ""
    if thing.pk is not None:
        names = {"quiz": "quizzes:edit", "question": "questions:edit"}
        url = reverse(names.get(thing.kind, "wagtailadmin_pages:edit"), args=[thing.pk])
    return Place(thing.title, url, is_live="live" in states, is_draft="draft" in states)


def _named(kind: str, title: str, above: str = "") -> str:
    words = {
        "course": _("Course: %(title)s"),
        "module": _("Module: %(title)s"),
        "lesson": _("Lesson: %(title)s"),
        "quiz": _("Quiz: %(title)s"),
        "question": _("Question of the bank: %(title)s"),
    }
    return words[kind] % {"title": f"{above} – {title}" if above else title}


def _live() -> Iterator[tuple[_Thing, Any]]:
    for course in CoursePage.objects.live():
        yield (
            _Thing("course", course.translation_key, _named("course", course.title), course.pk),
            authored_content(course),
        )
    yield from quoted_contents(is_live=True)


def quoted_contents(*, is_live: bool) -> Iterator[tuple[_Thing, Any]]:
    """What the live editions say, or all the others: modules, lessons and quizzes, each with its content."""
    for edition in Edition.objects.filter(is_live=is_live).iterator(chunk_size=50):
        yield _Thing("module", edition.module_key, _named("module", edition.title), edition.module_id), edition.content
    lessons = EditionLesson.objects.filter(edition__is_live=is_live).select_related("edition")
    for lesson in lessons.iterator(chunk_size=50):
        title = _named("lesson", lesson.title, lesson.edition.title)
        yield _Thing("lesson", lesson.lesson_key, title, lesson.lesson_id), lesson.content
    rows = QuizVersionQuestion.objects.filter(
        Q(quiz_version__edition_lessons__edition__is_live=is_live) | Q(quiz_version__editions__is_live=is_live)
    )
    for row in rows.select_related("quiz_version", "question_version").distinct():
        quiz = row.quiz_version
        title = _named("quiz", quiz.title.get("en", ""))
        yield _Thing("quiz", quiz.quiz_key, title, quiz.quiz_id), [row.question_version.content, quiz.introduction]


def _drafts() -> Iterator[tuple[_Thing, Any]]:
    modules = {page.path: page.title for page in ModulePage.objects.only("path", "title")}
    for kind, model in (("course", CoursePage), ("module", ModulePage), ("lesson", LessonPage)):
        for page in model.objects.select_related("latest_revision"):
            content = page.latest_revision.content if page.latest_revision else authored_content(page)
            above = modules.get(page.path[: -page.steplen], "") if kind == "lesson" else ""
            yield _Thing(kind, page.translation_key, _named(kind, page.draft_title, above), page.pk), content
    for quiz in Quiz.objects.all():
        contents = [*_raw(quiz.questions), *(getattr(quiz, f.attname) for f in quiz._meta.concrete_fields)]
        yield _Thing("quiz", quiz.key, _named("quiz", quiz.title), quiz.pk), contents
    # Of a large bank only those are read whose words can quote anything at all.
    asked = Question.objects.exclude(status=Question.Status.RETIRED).annotate(text=Cast("body", TextField()))
    quoting = asked.filter(Q(text__contains="{fact:") | Q(text__contains="{contact:"))
    for question in quoting.iterator(chunk_size=500):
        yield (
            _Thing("question", question.key, _named("question", str(question)), question.pk),
            list(_raw(question.body)),
        )


def _raw(questions: Any) -> Iterable[Any]:
    return [dict(child) for child in questions.raw_data]
