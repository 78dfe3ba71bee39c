"""What a reviewer compares: pages and quizzes as lines of plain text, and what differs from the live edition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from html.parser import HTMLParser
from types import MappingProxyType
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

from courses.content import page_from_content
from courses.facts import QuotedFact, quoted_facts, quoted_in_each, quoted_in_texts_of
from courses.models import Comment, CoursePage, Edition, EditionLesson, LessonPage, ModulePage, Submission
from courses.rules import Change, compare_lines
from courses.selectors import lesson_as_page, module_as_page, role_names
from courses.translated import CODES, DEFAULT, TranslatedPage, is_empty, localised
from guidance.quoting import at_hand, quoted_words
from organisations.clock import day_of
from quizzes.models import QuizRules, QuizVersion
from quizzes.pictures import with_pictures
from quizzes.questions import Choice, Question, Texts, in_language
from quizzes.selectors import draws_of, questions_of, tags_of

_BREAKS = frozenset(
    {
        "p",
        "li",
        "ul",
        "ol",
        "h2",
        "h3",
        "h4",
        "div",
        "tr",
        "td",
        "th",
        "caption",
        "br",
        "figure",
        "footer",
        "blockquote",
    }
)


class _Lines(HTMLParser):
    """Collects the text of HTML, a line for each piece that stands by itself."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _BREAKS:
            self.lines.append("")
        if tag == "a" and given.get("href"):
            self.lines[-1] += f"[{given['href']}] "
        if tag == "img":
            self.lines.append(f"[{given.get('src')}] {given.get('alt') or ''}")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        self.lines[-1] += data


def lines_of_html(html: str) -> list[str]:
    """The words of a piece of HTML as a reader meets them; where links and images lead is text too."""
    parser = _Lines()
    parser.feed(html)
    parser.close()
    return [line for line in (" ".join(raw.split()) for raw in parser.lines) if line]


def _labelled(label: str, value: Any) -> list[str]:
    return [] if value in (None, "", []) else [f"{label}: {value}"]


def _texts(page: TranslatedPage, code: str) -> dict[str, Any]:
    return {name: getattr(page, localised(name, code)) for name in page.translated_field_names()}


def _body_lines(value: Any, code: str) -> list[str]:
    # The words that a block brings along are in its reader's language, not in the reviewer's.
    with translation.override(code):
        return [line for block in value or [] for line in lines_of_html(str(block.render()))]


def _rich_lines(html: str | None, code: str) -> list[str]:
    with translation.override(code):
        return lines_of_html(expand_db_html(html or ""))


def course_lines(course: CoursePage, code: str) -> list[str]:
    """A course as text."""
    texts = _texts(course, code)
    return [
        *_labelled(_("Title"), texts["display_title"]),
        *_labelled(_("Summary"), texts["summary"]),
        *_rich_lines(texts["introduction"], code),
    ]


def module_lines(module: ModulePage, code: str) -> list[str]:
    """A module's page as text."""
    texts = _texts(module, code)
    return [
        *_labelled(_("Title"), texts["display_title"]),
        *_labelled(_("Summary"), texts["summary"]),
        *_labelled(_("Who wrote and checked it"), texts["provenance"]),
        *_rich_lines(texts["introduction"], code),
        *_labelled(_("Minutes"), module.minutes),
        *_labelled(_("Certificate valid for, months"), module.certificate_months),
        *_labelled(_("Does a briefing complete it?"), module.get_briefing_display()),
        *_labelled(_("Does training elsewhere complete it?"), module.get_recognised_display()),
        *([_("Lessons may be left out by those who know them.")] if module.may_test_out else []),
        *([_("The lessons of a role must match.")] if module.is_matched_to_roles else []),
        *_labelled(_("Address"), module.slug),
        *(line for source in module.sources.all() for line in _labelled(_("Source"), source.title)),
    ]


def lesson_lines(lesson: LessonPage, code: str, roles: Sequence[str]) -> list[str]:
    """A lesson as text, both versions."""
    texts = _texts(lesson, code)
    gentle = _body_lines(texts["gentle_body"], code)
    return [
        *_labelled(_("Title"), texts["display_title"]),
        *_labelled(_("Summary"), texts["summary"]),
        *_labelled(_("Content note"), texts["content_note"]),
        *_body_lines(texts["body"], code),
        *([_("Gentle version:")] if gentle else []),
        *gentle,
        *_labelled(_("Minutes"), lesson.minutes),
        *_labelled(_("For"), ", ".join(roles) or _("everyone")),
        *_labelled(_("Address"), lesson.slug),
        *([] if lesson.is_counting else [_("The quiz is practice and does not count.")]),
        *_labelled(_("What it teaches"), lesson.teaches),
        *(line for source in lesson.sources.all() for line in _labelled(_("Source"), source.title)),
    ]


def quiz_lines(
    version: QuizVersion, questions: Sequence[Question], code: str, *, is_around: bool = False
) -> list[str]:
    """A quiz as text, with its right answers."""

    def said(texts: Texts) -> str:
        return quoted_words(in_language(texts, code), code)

    lines = [
        *_labelled(_("Quiz"), said(version.title)),
        *_labelled(_("Introduction"), said(version.introduction)),
        *([] if is_around else [*_labelled(_("Pass mark, per cent"), version.pass_mark), *rule_lines(version)]),
    ]
    draws, tags = draws_of(version), tags_of(version)
    for question in questions:
        if draw := draws.get(question.key):
            words = _("Each attempt asks %(count)s of the next %(total)s questions, about “%(tag)s”:")
            lines.append(words % {"count": draw.count, "total": draw.total, "tag": draw.tag})
        lines.append(_("Question: %(text)s") % {"text": said(question.text)})
        if question.picture:
            words = _("Picture %(number)s: %(text)s")
            lines.append(words % {"number": question.picture.image, "text": said(question.picture.alt)})
        lines += _choice_lines(question.choices, said)
        meanings = {choice.key: said(choice.text) for choice in question.choices}
        numbers = {part.key: number for number, part in enumerate(question.parts, 1)}
        for part in question.parts:
            right = f" → {meanings[part.right]}" if part.right in meanings else ""
            lines.append(f"{numbers[part.key]}. {said(part.text)}{right}")
            lines += _choice_lines(part.choices, said, numbers)
            lines += _labelled(_("Feedback"), said(part.feedback))
        lines += _labelled(_("Why"), said(question.explanation))
        lines += _labelled(_("Tags"), ", ".join(tags.get(question.key, ())))
    return lines


def check_lines(version: QuizVersion, questions: Sequence[Question], code: str) -> list[str]:
    """The same for the questions before and after."""
    return [_("Before the first lesson and again at the end:"), *quiz_lines(version, questions, code, is_around=True)]


def rule_lines(rules: QuizRules) -> list[str]:
    """The rules of a quiz that are not as usual."""
    own = rules.own_rules
    return [
        *_labelled(_("Attempts allowed"), own.get("attempts_allowed")),
        *_labelled(_("What is right, and why, is read"), rules.get_feedback_display() if "feedback" in own else ""),
        *_labelled(_("Time limit, in minutes"), own.get("minutes_allowed")),
    ]


def _choice_lines(
    choices: Iterable[Choice], said: Callable[[Texts], str], steps: Mapping[str, int] = MappingProxyType({})
) -> list[str]:
    lines = []
    for choice in choices:
        mark = _("right") if choice.is_correct else _("not right")
        worth = f", {choice.weight}%" if choice.weight is not None else ""
        number = f"{choice.value} ± {choice.tolerance or 0}" if choice.value else ""
        lines.append(f"({mark}{worth}) {said(choice.text)}{number}")
        lines += _labelled(_("Feedback"), said(choice.feedback))
        lines += _labelled(_("Next step"), steps.get(choice.next))
    return lines


@dataclass(frozen=True)
class Part:
    """One thing a reviewer reads: as handed in, and how it differs from what learners have now."""

    kind: str
    title: str
    changes: tuple[Change, ...]
    #: None when the part leaves the module.
    page: TranslatedPage | None
    is_new: bool = False
    is_moved: bool = False
    roles: tuple[str, ...] = ()
    quiz: QuizVersion | None = None
    questions: tuple[Question, ...] = field(default=())
    #: What comments stand with: "course", "module" or the lesson's key.
    key: str = ""
    #: The facts that it quotes, beside what they said when the edition before went live.
    facts: tuple[QuotedFact, ...] = ()

    @property
    def texts_of_quiz(self) -> list[dict[str, str]]:
        """Every text of its questions, by language."""
        return [dict(text) for question in self.questions for text in question.texts]

    def with_facts(self, facts: tuple[QuotedFact, ...]) -> Part:
        """The same part with the facts that it quotes."""
        return replace(self, facts=facts)

    @property
    def state(self) -> str:
        """new, removed, changed, moved or same."""
        if self.page is None:
            return "removed"
        if self.is_new:
            return "new"
        if any(change.kind != Change.SAME for change in self.changes):
            return "changed"
        return "moved" if self.is_moved else "same"


def languages_of(submission: Submission) -> list[str]:
    """The languages in which anything is handed in, English first."""
    contents = [submission.content["module"]["content"], *(each["content"] for each in submission.content["lessons"])]
    return [
        code
        for code in CODES
        if code == DEFAULT or any(not is_empty(content.get(localised("display_title", code))) for content in contents)
    ]


def parts_of(submission: Submission, code: str) -> list[Part]:
    """The submission in one language: course where it is handed in too, module, lessons in order, what leaves."""
    before = _edition_before(submission)
    course = submission.content["course"]
    with at_hand(quoted_in_texts_of(submission.content)):
        parts = [
            *([_course_part(course, code)] if course else []),
            _module_part(submission, before, code),
            *_lesson_parts(submission, before, code),
        ]
    return _with_facts(parts, submission.content, day_of(before.published_at) if before else None)


def _with_facts(parts: list[Part], content: dict[str, Any], since: date | None) -> list[Part]:
    """The parts with the facts that each quotes, in a fixed number of queries."""
    contents = {Comment.COURSE: content["course"], Comment.MODULE: content["module"]}
    contents |= {entry["key"]: entry for entry in content["lessons"]}
    quotes = quoted_in_each([[contents.get(part.key), part.texts_of_quiz] for part in parts])
    facts = quoted_facts(quotes, since)
    return [part.with_facts(found) for part, found in zip(parts, facts, strict=True)]


def _edition_before(submission: Submission) -> Edition | None:
    """What learners have now; for an approved submission, what they had until it was approved."""
    edition = Edition.objects.filter(submission=submission).first()
    if edition is not None:
        return Edition.objects.filter(module_key=edition.module_key, number=edition.number - 1).first()
    return Edition.objects.filter(module_key=submission.module_key, is_live=True).first()


def _course_part(entry: dict[str, Any], code: str) -> Part:
    page = page_from_content(CoursePage, entry["content"], pk=entry["page"], key=CoursePage().translation_key)
    live = CoursePage.objects.filter(pk=entry["page"], live=True).first()
    old = course_lines(live, code) if live else []
    return Part(
        kind="course",
        key=Comment.COURSE,
        title=page.title,
        changes=tuple(compare_lines(old, course_lines(page, code))),
        page=page,
        is_new=live is None,
    )


def _module_part(submission: Submission, before: Edition | None, code: str) -> Part:
    entry = submission.content["module"]
    page = page_from_content(ModulePage, entry["content"], pk=entry["page"], key=submission.module_key)
    old = module_lines(module_as_page(before), code) if before else []
    if before and before.check_version:
        old += check_lines(before.check_version, questions_of(before.check_version), code)
    quiz = QuizVersion.objects.filter(pk=entry.get("quiz_version")).first()
    questions = questions_of(quiz) if quiz else ()
    new = module_lines(page, code) + (check_lines(quiz, questions, code) if quiz else [])
    return Part(
        kind="module",
        key=Comment.MODULE,
        title=page.title,
        changes=tuple(compare_lines(old, new)),
        page=page,
        is_new=before is None,
        quiz=quiz,
        questions=with_pictures(questions),
    )


def _lesson_parts(submission: Submission, before: Edition | None, code: str) -> list[Part]:
    old = (
        {str(lesson.lesson_key): lesson for lesson in before.lessons.select_related("quiz_version")} if before else {}
    )
    entries = submission.content["lessons"]
    versions = QuizVersion.objects.in_bulk([entry["quiz_version"] for entry in entries if entry["quiz_version"]])
    keys = {entry["key"] for entry in entries}
    stayed = [key for key in old if key in keys]
    order_now = [entry["key"] for entry in entries if entry["key"] in old]
    names = role_names({slug for entry in entries for slug in entry["role_slugs"]} | _slugs_of(old.values()))
    parts = []
    for entry in entries:
        lesson = old.get(entry["key"])
        page = page_from_content(LessonPage, entry["content"], pk=entry["page"], key=entry["key"])
        quiz = versions.get(entry["quiz_version"])
        questions = questions_of(quiz) if quiz else ()
        roles = tuple(names.get(slug, slug) for slug in entry["role_slugs"])
        lines = lesson_lines(page, code, roles) + (quiz_lines(quiz, questions, code) if quiz else [])
        parts.append(
            Part(
                kind="lesson",
                key=entry["key"],
                title=page.title,
                changes=tuple(compare_lines(_old_lines(lesson, code, names), lines)),
                page=page,
                is_new=lesson is None,
                is_moved=lesson is not None and stayed.index(entry["key"]) != order_now.index(entry["key"]),
                roles=roles,
                quiz=quiz,
                questions=with_pictures(questions),
            )
        )
    leaving = [lesson for key, lesson in old.items() if key not in keys]
    return parts + [
        Part(
            kind="lesson",
            key=str(lesson.lesson_key),
            title=lesson.title,
            changes=tuple(compare_lines(_old_lines(lesson, code, names), [])),
            page=None,
        )
        for lesson in leaving
    ]


def _slugs_of(lessons: Iterable[EditionLesson]) -> set[str]:
    return {slug for lesson in lessons for slug in lesson.role_slugs}


def _old_lines(lesson: EditionLesson | None, code: str, names: Mapping[str, str]) -> list[str]:
    if lesson is None:
        return []
    roles = [names.get(slug, slug) for slug in lesson.role_slugs]
    lines = lesson_lines(lesson_as_page(lesson), code, roles)
    if lesson.quiz_version:
        lines += quiz_lines(lesson.quiz_version, questions_of(lesson.quiz_version), code)
    return lines
