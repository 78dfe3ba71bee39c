"""How each kind of starter content is found, read back and written."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q
from wagtail.log_actions import log

from courses.actions.editions import publish_edition, publish_page
from courses.content import authored_content, draft_of
from courses.models import CourseIndexPage, CoursePage, LessonPage, ModulePage
from courses.starter_blocks import body_from, questions_from, stable_id
from courses.starter_content import Item
from courses.starter_translations import Translations, each_of, texts_of
from courses.translated import DEFAULT, TranslatedPage, localised
from guidance.models import Confidence, Contact, Fact, FactVersion, Source
from organisations.actions import change_role_details, create_role
from organisations.models import Role, User
from quizzes.actions import change_quiz, create_quiz
from quizzes.models import Feedback, Quiz

#: What is here of each kind, by the key it has in the files; what a person has removed is missing.
Here = Mapping[str, Mapping[str, Any]]


class StarterKind(ABC):
    """One kind of thing in the files."""

    name: str
    model: type[Model]
    #: Whether something of the same key that did not come with Signpost can be quoted in its stead.
    is_shared = True

    def __init__(self, by: User | None, at: datetime, here: Here) -> None:
        self.by = by
        self.at = at
        self.here = here

    def key_of(self, item: Item) -> str:
        """What the thing is remembered by."""
        return f"{self.name}:{item.get('key') or item['slug']}"

    def label_of(self, item: Item) -> str:
        """What a person calls it."""
        return str(item.get("title") or item.get("label") or item.get("name"))

    def shipped(self, item: Item) -> Any:
        """The thing as the files have it, as JSON."""
        return json.loads(json.dumps(item, cls=DjangoJSONEncoder))

    def find(self, object_id: int) -> Any:
        """The object that was loaded, or None."""
        return self.model._default_manager.filter(pk=object_id).first()

    @abstractmethod
    def twin(self, item: Item) -> Any:
        """What stands in its place without having come with Signpost, or None."""

    @abstractmethod
    def present(self, found: Any, item: Item) -> Any:
        """Everything about the object that a person could have changed."""

    @abstractmethod
    def write(self, found: Any, item: Item) -> Any:
        """The object with the words of the files, made if `found` is None."""


class KeyedKind(StarterKind):
    """A source, contact or fact: known by its key, its row kept in the history."""

    def twin(self, item: Item) -> Any:
        return self.model._default_manager.filter(key=item["key"]).first()

    def present(self, found: Any, item: Item) -> Any:
        return fields_of(found)

    def dated(self, item: Item) -> dict[str, Any]:
        """Where a fact or a number comes from, and how sure that is."""
        return {
            "source": self.here["source"].get(item["source"]),
            "checked_on": item["checked_on"],
            "review_by": item["review_by"],
            "confidence": Confidence[item["confidence"]],
        }

    def store(self, row: Any, values: dict[str, Any]) -> Any:
        """The row with these values, checked, kept and written into the history."""
        action = "wagtail.edit" if row.pk else "wagtail.create"
        for name, value in values.items():
            setattr(row, name, value)
        row.full_clean()
        row.save()
        log(instance=row, action=action, user=self.by, timestamp=self.at, content_changed=True)
        return row


class FieldsKind(KeyedKind):
    """A source or contact: written field by field."""

    def write(self, found: Any, item: Item) -> Any:
        row = found or self.model(key=item["key"])
        return self.store(row, self.values(item))

    @abstractmethod
    def values(self, item: Item) -> dict[str, Any]:
        """The fields of the model and what goes into them."""


class SourceKind(FieldsKind):
    """A document."""

    name = "source"
    model = Source

    def values(self, item: Item) -> dict[str, Any]:
        texts = {name: item.get(name) or "" for name in ("title", "publisher", "version", "licence", "url", "note")}
        return {**texts, "published_on": item.get("published_on")}


class ContactKind(FieldsKind):
    """A number to turn to."""

    name = "contact"
    model = Contact

    def values(self, item: Item) -> dict[str, Any]:
        return {
            "scope": Contact.Scope.NATIONAL,
            "purpose": item.get("purpose") or Contact.Purpose.OTHER,
            "opening": item.get("opening") or Contact.Opening.UNVERIFIED,
            "label_en": item["label"],
            "number": item["number"],
            "url": item.get("url") or "",
            "when_en": item["when"],
            "hours_en": item.get("hours") or "",
            "is_on_every_page": item["on_every_page"],
            "position": item["order"],
            **self.dated(item),
            **{
                f"{name}_{code}": text
                for code, words in item.get("translations", {}).items()
                for name, text in words.items()
            },
        }


class FactKind(KeyedKind):
    """A fact and what it says from the day on which it was checked."""

    name = "fact"
    model = Fact

    def present(self, found: Any, item: Item) -> Any:
        versions = FactVersion.objects.filter(fact=found).order_by("starts_on")
        return [fields_of(found), [fields_of(version) for version in versions]]

    def write(self, found: Any, item: Item) -> Any:
        fact = self.store(found or Fact(key=item["key"]), {"label_en": item["label"]})
        version = FactVersion.objects.filter(fact=fact, starts_on=item["checked_on"]).first()
        version = version or FactVersion(fact=fact, starts_on=item["checked_on"])
        words = {"value_en": item["value"], "explanation_en": item.get("explanation") or ""}
        for name, value in {**words, **self.dated(item)}.items():
            setattr(version, name, value)
        version.full_clean()
        version.save()
        return fact


class RoleKind(StarterKind):
    """A job that people do."""

    name = "role"
    model = Role

    def twin(self, item: Item) -> Any:
        return Role.objects.filter(Q(slug=item["key"]) | Q(name_en__iexact=item["name"])).first()

    def present(self, found: Any, item: Item) -> Any:
        return fields_of(found)

    def write(self, found: Any, item: Item) -> Any:
        if found is None:
            return create_role(names=item["name"], slug=item["key"], by=self.by)
        return change_role_details(role=found, names={"en": item["name"]}, by=self.by)


class CourseKind(StarterKind):
    """A course page; it goes live with its first module."""

    name = "course"
    model = CoursePage
    is_shared = False

    def shipped(self, item: Item) -> Any:
        return {name: item[name] for name in ("slug", "title", "summary")}

    def twin(self, item: Item) -> Any:
        return CourseIndexPage.objects.get().get_children().filter(slug=item["slug"]).first()

    def present(self, found: Any, item: Item) -> Any:
        return authored_content(draft_of(found))

    def write(self, found: Any, item: Item) -> Any:
        page = draft_of(found) if found else CoursePage(slug=item["slug"], live=False)
        page.display_title_en, page.summary_en = item["title"], item["summary"]
        page = keep_page(page, CourseIndexPage.objects.get(), by=self.by)
        if page.live:
            publish_page(CoursePage.objects.get(pk=page.pk), authored_content(draft_of(page)), at=self.at)
        return page


class ModuleKind(StarterKind):
    """A module with its lessons and quizzes: changed by a person if any of them is, and live as one edition."""

    name = "module"
    model = ModulePage
    is_shared = False

    def twin(self, item: Item) -> Any:
        return self._course(item).get_children().filter(slug=item["slug"]).first()

    def present(self, found: Any, item: Item) -> Any:
        lessons = [draft_of(lesson) for lesson in LessonPage.objects.child_of(found).order_by("path")]
        module = draft_of(found)
        asked = [lesson.quiz_id for lesson in lessons] + [module.check_quiz_id]
        quizzes = Quiz.objects.filter(pk__in=filter(None, asked)).order_by("key")
        return [
            authored_content(module),
            [[str(lesson.lesson_key), authored_content(lesson)] for lesson in lessons],
            [fields_of(quiz, without={"latest_revision"}) for quiz in quizzes],
        ]

    def write(self, found: Any, item: Item) -> Any:
        translations: Translations = item.get("translations") or {}
        quizzes = {
            quiz["slug"]: self._write_quiz(item["slug"], quiz, each_of(translations, "quizzes", number))
            for number, quiz in enumerate(item.get("quizzes") or ())
        }
        page = draft_of(found) if found else ModulePage(slug=item["slug"], live=False)
        page.translation_key = stable_id("module", item["slug"])
        page.minutes = item["minutes"]
        for field, name in {"display_title": "title", "summary": "summary", "provenance": "provenance"}.items():
            fill(page, field, texts_of(item, translations, name))
        page.certificate_months = item.get("valid_for_months")
        page.check_quiz = quizzes.get(item.get("check_quiz") or "")
        page.sources = self._those("source", item["sources"])
        module = keep_page(page, self._course(item), by=self.by)
        self._write_lessons(module, item, quizzes)
        what = "The starter content." if found is None else "A newer version of the starter content."
        publish_edition(module=module, by=self.by, at=self.at, what_changed=what)
        return module

    def _course(self, item: Item) -> CoursePage:
        return self.here["course"][item["course"]]

    def _those(self, kind: str, keys: Iterable[str] | None) -> list[Any]:
        return [self.here[kind][key] for key in keys or () if key in self.here[kind]]

    def _write_lessons(self, module: ModulePage, item: Item, quizzes: dict[str, Quiz]) -> None:
        present = {lesson.lesson_key: lesson for lesson in LessonPage.objects.child_of(module)}
        # A lesson for roles that nobody can have here would otherwise turn into one for everyone.
        shipped = {
            stable_id("lesson", item["slug"], lesson["slug"]): lesson
            for lesson in item["lessons"]
            if not lesson.get("roles") or self._those("role", lesson["roles"])
        }
        # Nobody has touched the module, so a lesson that is not shipped any more came from an older release.
        for key in present.keys() - shipped.keys():
            present[key].delete()
        translations: Translations = item.get("translations") or {}
        for key, lesson in shipped.items():
            page = draft_of(present[key]) if key in present else LessonPage(translation_key=key, live=False)
            number = item["lessons"].index(lesson)
            self._fill(page, lesson, each_of(translations, "lessons", number), "lesson", item["slug"], lesson["slug"])
            page.quiz = quizzes.get(lesson.get("quiz") or "")
            keep_page(page, module, by=self.by)
        put_in_order(module, shipped)

    def _fill(self, page: LessonPage, lesson: Item, translations: Translations, *path: str) -> None:
        references = {
            kind: {key: row.pk for key, row in self.here[kind].items()} for kind in (ContactKind.name, FactKind.name)
        }
        page.slug, page.minutes = lesson["slug"], lesson["minutes"]
        fill(page, "display_title", texts_of(lesson, translations, "title"))
        fill(page, "content_note", texts_of(lesson, translations, "content_note"))
        for code, words in {DEFAULT: lesson, **translations}.items():
            # The editor shows every language of a lesson on one page, so no two blocks share an id.
            here = path if code == DEFAULT else (*path, code)
            for field, name in {"body": "body", "gentle_body": "gentle"}.items():
                body = body_from(words.get(name) or (), references, *here, name)
                setattr(page, localised(field, code), body)
        page.roles = self._those("role", lesson.get("roles"))
        page.sources = self._those("source", lesson.get("sources"))
        page.is_counting = lesson.get("counts", True)

    def _write_quiz(self, module: str, item: Item, translations: Translations) -> Quiz:
        path = ("quiz", module, item["slug"])
        fields = {
            "title": texts_of(item, translations, "title"),
            "introduction": {DEFAULT: "", **texts_of(item, translations, "introduction")},
            "pass_mark": item["pass_mark"],
            "questions": questions_from(item, translations, *path),
            "is_shuffled": item.get("is_shuffled", True),
            "attempts_allowed": item.get("attempts_allowed"),
            "minutes_allowed": item.get("minutes_allowed"),
            "feedback": item.get("feedback_comes", Feedback.AT_END),
        }
        quiz = Quiz.objects.filter(key=stable_id(*path)).first()
        if quiz is None:
            return create_quiz(key=stable_id(*path), by=self.by, at=self.at, **fields)
        return change_quiz(quiz=quiz, by=self.by, at=self.at, **fields)


def fields_of(row: Model, *, without: Iterable[str] = ()) -> dict[str, str]:
    """Every field of a row as text, but for its own id."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key and field.name not in without]
    return {field.name: field.value_to_string(row) for field in fields}


def fill(page: TranslatedPage, field: str, texts: Mapping[str, str]) -> None:
    """The page with this text in English and in each language that has it; the other languages stay as they are."""
    for code, text in {DEFAULT: "", **texts}.items():
        setattr(page, localised(field, code), text)


def keep_page(page: TranslatedPage, parent: Any, *, by: User | None) -> Any:
    """The page under its parent, or its new draft where it stands already."""
    if page.pk is None:
        parent.refresh_from_db()
        parent.add_child(instance=page)
    page.save_revision(user=by, log_action=True)
    return type(page).objects.get(pk=page.pk)


def put_in_order(module: ModulePage, keys: Iterable[Any]) -> None:
    """The lessons below their module in this order."""
    wanted = list(keys)
    present = [lesson.lesson_key for lesson in LessonPage.objects.child_of(module).order_by("path")]
    if present == wanted:
        return
    for key in wanted:
        LessonPage.objects.get(translation_key=key).move(ModulePage.objects.get(pk=module.pk), pos="last-child")
