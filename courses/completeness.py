"""How far each language is: which texts are there, which are missing, and which translations are signed off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import polib
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.coreutils import safe_snake_case

from courses.models import CourseIndexPage, CoursePage, Edition, LessonPage, ModulePage, TranslationReview
from courses.translated import CODES, DEFAULT, LANGUAGE_NAMES, TranslatedPage, is_empty, localised
from guidance.models import Contact, Fact
from guidance.selectors import current_version, with_versions
from organisations.clock import today
from organisations.models import Role
from quizzes.drafts import Bank, bank_of, draft_lines, texts_of_field
from quizzes.models import Quiz

OTHERS = [code for code in CODES if code != DEFAULT]


@dataclass(frozen=True)
class Text:
    """One text that is there in English: in which other languages it is there, too, and where it is written."""

    label: str
    languages: frozenset[str]
    url: str = ""

    def url_in(self, code: str) -> str:
        """Where the text is written in the language."""
        return f"{self.url}#tab-{safe_snake_case(LANGUAGE_NAMES[code])}" if self.url else ""


@dataclass(frozen=True)
class Cell:
    """One row in one language."""

    code: str
    done: int
    total: int
    #: "" where nobody has to sign anything off, else "unreviewed", "signed off" or "changed".
    review: str = ""
    last_review: TranslationReview | None = None
    #: Where the translation is read beside the English.
    url: str = ""

    @property
    def state(self) -> str:
        """complete, partly or none."""
        if self.done == self.total:
            return "complete"
        return "partly" if self.done else "none"

    @property
    def words(self) -> str:
        """The cell in words, as in the table that people take away."""
        if self.state == "none":
            return _("not begun")
        how_far = _("%(done)s of %(total)s texts") % {"done": self.done, "total": self.total}
        return ", ".join(filter(None, [_("complete") if self.state == "complete" else how_far, self.review_words]))

    @property
    def review_words(self) -> str:
        """Whether it is signed off, by whom and when."""
        if self.review == "unreviewed":
            return _("not reviewed")
        if not self.review or self.last_review is None:
            return ""
        signed = {"name": self.last_review.shown_name, "day": f"{self.last_review.signed_off_at:%d.%m.%Y}"}
        if self.review == "changed":
            return _("changed since %(name)s signed it off on %(day)s") % signed
        return _("signed off by %(name)s on %(day)s") % signed


@dataclass(frozen=True)
class Line:
    """One thing that is translated: a module with its lessons and quizzes, the facts, the interface, and so on."""

    kind: str
    title: str
    cells: tuple[Cell, ...]
    texts: tuple[Text, ...] = field(default=(), repr=False)

    def missing(self, code: str) -> list[Text]:
        """The texts that are not there in the language."""
        return [text for text in self.texts if code not in text.languages]


def completeness() -> list[Line]:
    """Every line, the same number of queries however much there is."""
    pages = {model: _drafts(model) for model in _page_models()}
    quizzes = Quiz.objects.in_bulk()
    bank = bank_of(quizzes.values())
    lessons: dict[str, list[Any]] = defaultdict(list)
    for lesson in pages[LessonPage]:
        lessons[lesson.path[: -LessonPage.steplen]].append(lesson)
    used = {lesson.quiz_id for lesson in pages[LessonPage]} | {module.check_quiz_id for module in pages[ModulePage]}
    reviews = _reviews()
    return [
        *(
            _line(
                _("Module"), module.title, _module_texts(module, lessons[module.path], quizzes, bank), reviews(module)
            )
            for module in pages[ModulePage]
        ),
        *(
            _line(_("Quiz in no lesson"), quiz.title, list(_quiz_texts(quiz, bank)))
            for quiz in quizzes.values()
            if quiz.pk not in used
        ),
        *(_line(_("Course"), page.title, list(_page_texts(page))) for page in pages[CoursePage]),
        *(
            _line(_("Page"), page.title, list(_page_texts(page)))
            for model, rows in pages.items()
            if model not in (CoursePage, ModulePage, LessonPage)
            for page in rows
        ),
        _line(_("Facts"), _("All facts"), list(_fact_texts())),
        _line(_("Contacts"), _("All contacts"), list(_contact_texts())),
        _line(_("Roles"), _("All roles"), list(_role_texts())),
        _interface(),
    ]


def _line(kind: str, title: str, texts: list[Text], review: Any = None) -> Line:
    cells = []
    for code in OTHERS:
        done = sum(code in text.languages for text in texts)
        more = review(code) if review and done else {}
        cells.append(Cell(code, done, len(texts), **more))
    return Line(kind, title, tuple(cells), tuple(texts))


def _page_models() -> list[type[TranslatedPage]]:
    """Every kind of page with texts of its own, those of the apps above included."""
    found = [model for model in apps.get_models() if issubclass(model, TranslatedPage)]
    return sorted(found, key=lambda model: (model is not CourseIndexPage, model._meta.label))


def _drafts(model: type[TranslatedPage]) -> list[Any]:
    rows = model._default_manager.select_related("latest_revision").order_by("path")
    for row in rows:
        # As it was saved last, published or not; the page itself is not built for that.
        row.texts = row.latest_revision.content if row.latest_revision else None
    return list(rows)


def _page_texts(page: Any, before: str = "") -> Iterator[Text]:
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    for name in page.translated_field_names():
        label = before + str(page._meta.get_field(name).verbose_name)
        yield from _text(label, lambda code, name=name: _says(page, localised(name, code)), url)


def _says(page: Any, name: str) -> bool:
    value = page.texts.get(name) if page.texts is not None else getattr(page, name)
    return not is_empty(value) and value != "[]"


def _text(label: str, says: Any, url: str) -> Iterator[Text]:
    """The text, where English says anything."""
    if says(DEFAULT):
        yield Text(label, frozenset(code for code in OTHERS if says(code)), url)


def _module_texts(module: Any, lessons: Iterable[Any], quizzes: Mapping[int, Quiz], bank: Bank) -> list[Text]:
    texts = list(_page_texts(module))
    for lesson in lessons:
        texts += _page_texts(lesson, f"{lesson.title}: ")
        if lesson.quiz_id in quizzes:
            texts += _quiz_texts(quizzes[lesson.quiz_id], bank)
    if module.check_quiz_id in quizzes:
        texts += _quiz_texts(quizzes[module.check_quiz_id], bank)
    return texts


def _quiz_texts(quiz: Any, bank: Bank) -> Iterator[Text]:
    url = reverse("quizzes:edit", args=[quiz.pk])
    for name in ("title", "introduction"):
        texts = texts_of_field(quiz, name)
        label = f"{quiz.title}: {quiz._meta.get_field(name).verbose_name}"
        yield from _text(label, lambda code, texts=texts: code in texts, url)
    for line in draft_lines(quiz, bank):
        label = _("%(quiz)s: question %(number)s") % {"quiz": quiz.title, "number": line.number}
        for question in line.questions:
            # The question, its choices and what is said about them are written in one place, on the first tab: of the
            # quiz, or of the question in the bank.
            place = reverse("questions:edit", args=[question.bank_pk]) if question.bank_pk else url
            for part in question.as_question().texts:
                words = f"{label} – {part.get(DEFAULT, '')[:60]}"
                yield from _text(words, lambda code, part=part: code in part, place)


def _row_texts(row: Any, names: Iterable[str], label: str, url: str) -> Iterator[Text]:
    for name in names:
        words = f"{label}: {row._meta.get_field(name).verbose_name}"
        yield from _text(words, lambda code, name=name: bool(getattr(row, localised(name, code))), url)


def _fact_texts() -> Iterator[Text]:
    for fact in with_versions(Fact.objects.all()):
        url = reverse("wagtailsnippets_guidance_fact:edit", args=[fact.pk])
        yield from _row_texts(fact, ["label"], fact.label_en, url)
        if version := current_version(fact, today()):
            yield from _row_texts(version, ["value", "explanation"], fact.label_en, url)


def _contact_texts() -> Iterator[Text]:
    for contact in Contact.objects.all():
        url = reverse("wagtailsnippets_guidance_contact:edit", args=[contact.pk])
        yield from _row_texts(contact, ["label", "when", "hours"], contact.label_en, url)


def _role_texts() -> Iterator[Text]:
    roles: Any = Role.objects.filter(is_active=True)
    for role in roles:
        yield from _row_texts(role, ["name"], role.name_en, "")


def _interface() -> Line:
    """The texts of the pages themselves, from the message catalogues; counted anew when a catalogue changes."""
    cells = []
    for code in OTHERS:
        path = settings.BASE_DIR / "locale" / code / "LC_MESSAGES" / "django.po"
        if not path.exists():
            cells.append(Cell(code, 0, 1))
            continue
        key = f"completeness:{code}:{path.stat().st_mtime_ns}"
        counted: Any = cache.get_or_set(key, lambda path=path: _counted(str(path)), None)
        done, total = counted
        cells.append(Cell(code, done, total))
    return Line(_("Interface"), _("Buttons, notes and letters"), tuple(cells))


def _counted(path: str) -> tuple[int, int]:
    entries = [entry for entry in polib.pofile(path) if not entry.obsolete]
    return sum(entry.translated() for entry in entries), len(entries)


def _reviews() -> Any:
    """For a module, what its cell in a language says of sign-offs; two queries for all modules."""
    editions = {edition.module_key: edition for edition in Edition.objects.filter(is_live=True).defer("content")}
    last: dict[tuple[UUID, str], TranslationReview] = {}
    for review in TranslationReview.objects.order_by("signed_off_at"):
        last[review.module_key, review.language] = review

    def of_module(module: Any) -> Any:
        edition = editions.get(module.translation_key)

        def in_language(code: str) -> dict[str, Any]:
            review = last.get((module.translation_key, code))
            if edition is None or code not in edition.languages:
                return {"review": "unreviewed"}
            state = "signed off" if edition.is_reviewed(code) else "changed" if review else "unreviewed"
            url = reverse("courses:translation", args=[module.pk, code])
            return {"review": state, "last_review": review, "url": url}

        return in_language

    return of_module
