"""Translations of starter modules: the same tree in another language, loaded beside the English."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime

import pytest
from django.utils import translation

from courses.actions.starter import Fate, load_starter_content
from courses.models import Edition, LessonPage, ModulePage
from courses.selectors import lesson_as_page, lessons_of, live_edition_of
from courses.starter_content import StarterContentError, read_starter_content
from courses.starter_translations import SAME_EVERYWHERE
from quizzes.selectors import language_of, questions_of
from tests.factories.courses import write_draft
from tests.factories.organisations import UserFactory
from tests.factories.starter import small_starter, write_starter

LOADED_AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def translated(part, name=""):
    """The part with “ar:” before every text that is to be translated."""
    if isinstance(part, dict):
        return {key: each if key in SAME_EVERYWHERE else translated(each, key) for key, each in part.items()}
    if isinstance(part, list):
        return [translated(each, name) for each in part]
    if not isinstance(part, str) or not part:
        return part
    return part.replace("<p>", "<p>ar:") if "<p>" in part else f"ar:{part}"


@pytest.fixture
def small():
    parts = small_starter()
    return {**parts, "module.ar": translated(parts["module"])}


def load(folder, parts):
    outcomes = load_starter_content(content=read_starter_content(write_starter(folder, parts)), by=None, at=LOADED_AT)
    return {outcome.kind: outcome.fate for outcome in outcomes}


def changed(parts, *path, to):
    parts = deepcopy(parts)
    *way, last = path
    place = parts["module.ar"]
    for step in way:
        place = place[step]
    if to is None:
        del place[last]
    else:
        place[last] = to
    return parts


def test_every_shipped_translation_matches_its_english():
    modules = read_starter_content().modules
    assert modules
    for module in modules:
        assert set(module.get("translations", {})) <= {"ar", "fa", "fr", "pt", "so", "es"}


@pytest.mark.parametrize(
    ("path", "to", "words"),
    [
        (("title",), None, "module.ar.yaml: “title” is missing."),
        (("lessons", 0, "headline"), "x", "lessons 1: “headline” is not in the English."),
        (("lessons", 0, "slug"), "awwal", "lessons 1, slug: must be as in the English, 'first'."),
        (("lessons", 0, "minutes"), 3, "lessons 1, minutes: must be as in the English, 2."),
        (("lessons", 0, "content_note"), "", "lessons 1, content_note: is empty."),
        (("lessons", 0, "body"), [], "lessons 1, body: the English has 10 and this has 0."),
        (("lessons", 0, "body", 0), {"text": "<p>x</p>"}, "lessons 1, body 1: “heading” is missing."),
        (("lessons", 0, "body", 1, "text"), "<script>x</script>", "may not hold <script>"),
        (("lessons", 0, "body", 5, "table", "rows", 0), ["one"], "body 6, table, rows 1: the English has 2"),
        (("quizzes", 0, "questions", 0, "choices", 1, "is_correct"), True, "must be as in the English, False."),
        (("title",), "x" * 300, "“title” has 300 letters and may have 255"),
    ],
)
def test_a_translation_of_another_shape_is_refused_with_its_place(tmp_path, small, path, to, words):
    with pytest.raises(StarterContentError) as refused:
        read_starter_content(write_starter(tmp_path, changed(small, *path, to=to)))
    assert words in str(refused.value)


@pytest.mark.parametrize("name", ["module.xx", "module.en", "other.ar"])
def test_a_translation_of_nothing_is_refused(tmp_path, small, name):
    parts = {**small, name: small["module.ar"]}
    with pytest.raises(StarterContentError, match="belongs to no module"):
        read_starter_content(write_starter(tmp_path, parts))


@pytest.mark.django_db
def test_a_translation_comes_with_its_english(site_tree, tmp_path, small):
    load(tmp_path, small)
    edition = Edition.objects.get()
    assert edition.languages == ["en", "ar"]
    lessons = lessons_of(edition)
    with translation.override("ar"):
        page = lesson_as_page(lessons[0])
        assert (page.served_language, page.text["display_title"]) == ("ar", "ar:First")
        assert page.text["content_note"] == "ar:One hard line."
        assert "ar:Look <b>twice</b>" in str(page.text["body"])
        assert "ar:Look." in str(page.text["gentle_body"])
        assert [lesson.served_title for lesson in lessons] == ["ar:First", "ar:Second", "ar:Last"]
    version = lessons[-1].quiz_version
    questions = questions_of(version)
    assert language_of(version, questions, "ar") == "ar"
    assert questions[0].choices[0].feedback == {"en": "Yes.", "ar": "ar:Yes."}
    body, arabic = (getattr(LessonPage.objects.get(slug="first"), f"body_{code}") for code in ("en", "ar"))
    assert [block.block_type for block in body] == [block.block_type for block in arabic]
    assert {block.id for block in body}.isdisjoint(block.id for block in arabic)


@pytest.mark.django_db
def test_a_translation_comes_later_as_the_next_edition_and_once(site_tree, tmp_path, small):
    english = {name: part for name, part in small.items() if name != "module.ar"}
    load(tmp_path, english)
    keys = {lesson.lesson_key for lesson in LessonPage.objects.all()}
    assert load(tmp_path, small)["module"] == Fate.UPDATED
    edition = live_edition_of(ModulePage.objects.get())
    assert (edition.number, edition.languages) == (2, ["en", "ar"])
    assert {lesson.lesson_key for lesson in LessonPage.objects.all()} == keys
    assert load(tmp_path, small)["module"] == Fate.UNCHANGED


@pytest.mark.django_db
def test_a_translation_never_comes_over_what_somebody_changed(site_tree, tmp_path, small):
    load(tmp_path, {name: part for name, part in small.items() if name != "module.ar"})
    lesson = LessonPage.objects.get(slug="first")
    write_draft(lesson, by=UserFactory(), display_title_ar="الأول")
    assert load(tmp_path, small)["module"] == Fate.CHANGED_HERE
    assert live_edition_of(ModulePage.objects.get()).languages == ["en"]
