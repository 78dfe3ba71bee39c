"""The starter content: whole as shipped, loaded once, and never over what a person changed."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime
from itertools import chain

import pytest
from django.core.management import call_command
from django.utils import translation

from courses.actions.starter import Fate, load_starter_content
from courses.models import CoursePage, Edition, LessonPage, ModulePage, StarterItem
from courses.selectors import lessons_of, live_edition_of
from courses.starter_blocks import stable_id
from courses.starter_content import StarterContentError, read_starter_content
from guidance.models import Contact, Fact, Source
from organisations.actions import create_role
from organisations.models import Role
from quizzes.actions import change_quiz
from quizzes.models import QuestionVersion, Quiz, QuizVersion
from quizzes.selectors import questions_of, tags_of
from tests.factories.starter import small_starter, write_starter

LOADED_AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def small():
    return small_starter()


@pytest.fixture
def write(tmp_path):
    return lambda parts: write_starter(tmp_path, parts)


@pytest.fixture
def load(write, site_tree):
    def load_files(parts):
        outcomes = load_starter_content(content=read_starter_content(write(parts)), by=None, at=LOADED_AT)
        return {f"{outcome.kind} {outcome.name}": outcome.fate for outcome in outcomes}

    return load_files


def live_body(slug):
    return LessonPage.objects.get(slug=slug).body_en


# --- as shipped ----------------------------------------------------------------------------------
def test_the_shipped_files_are_whole(capsys):
    call_command("load_starter_content", "--check")
    assert "The starter content is whole" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_shipped_content_goes_live_once(capsys):
    call_command("load_starter_content")
    first = capsys.readouterr().out
    assert "Modules: 2 new." in first
    assert sorted(Edition.objects.values_list("title", "number", "is_live")) == [
        ("Approved terminology", 1, True),
        ("Seeing it", 1, True),
    ]
    content = read_starter_content()
    for module in content.modules:
        edition = live_edition_of(ModulePage.objects.get(slug=module["slug"]))
        lessons = lessons_of(edition)
        assert [lesson.slug for lesson in lessons] == [lesson["slug"] for lesson in module["lessons"]]
        assert [lesson.role_slugs for lesson in lessons] == [
            sorted(each.get("roles", [])) for each in module["lessons"]
        ]
        quizzes = [lesson.quiz_version for lesson in lessons if lesson.quiz_version]
        assert [len(questions_of(version)) for version in quizzes] == [len(module["quizzes"][0]["questions"])]
        around = tags_of(edition.check_version).values() if edition.check_version else []
        # What is asked before is asked again at the end, in other words too.
        assert set(chain(*around)) <= set(chain(*tags_of(quizzes[0]).values()))
    assert Contact.objects.filter(is_on_every_page=True).count() == 2
    always = Contact.objects.filter(opening="always").values_list("key", flat=True)
    assert set(always) == {"emergency", "child-guardians"}
    before = {model: list(model.objects.values()) for model in (StarterItem, QuizVersion, QuestionVersion, Edition)}
    call_command("load_starter_content")
    assert "Nothing to load" in capsys.readouterr().out
    assert before == {model: list(model.objects.values()) for model in before}


# --- what is stored ------------------------------------------------------------------------------
@pytest.mark.django_db
def test_everything_in_a_lesson_is_stored_as_an_editor_would(load, small):
    fates = load(small)
    assert set(fates.values()) == {Fate.NEW}
    body = live_body("first")
    assert [block.block_type for block in body] == [
        *["heading", "text", "do_dont", "quotation", "steps", "table", "pair", "key_point", "contact", "fact"]
    ]
    assert body[1].value.source == '<p>Look <b>twice</b>.</p><p>Then <a href="https://example.org">ask</a>.</p>'
    assert list(body[2].value["do"]) == ["Listen."]
    assert [step["title"] for step in body[4].value] == ["One", "Two"]
    assert [list(row) for row in body[5].value["rows"]] == [["states", "said"]]
    assert body[8].value == Contact.objects.get(key="line")
    assert body[9].value == Fact.objects.get(key="count")
    assert Contact.objects.get(key="line").opening == Contact.Opening.UNVERIFIED
    module = ModulePage.objects.get(slug="module")
    assert (module.certificate_months, module.provenance_en, module.live) == (24, "Written here.", True)
    assert list(module.sources.all()) == [Source.objects.get(key="paper")]
    assert [role.slug for role in LessonPage.objects.get(slug="second").roles.all()] == ["nurse"]
    assert CoursePage.objects.get(slug="course").live


@pytest.mark.django_db
def test_keys_are_the_same_on_every_installation(load, small):
    load(small)
    assert str(ModulePage.objects.get(slug="module").module_key) == "08bf0730-adc0-50a9-8d06-01f05888be3b"
    lesson, quiz = LessonPage.objects.get(slug="first"), QuizVersion.objects.get()
    assert lesson.lesson_key == stable_id("lesson", "module", "first")
    assert quiz.quiz_key == stable_id("quiz", "module", "check")
    assert questions_of(quiz)[0].key == str(stable_id("quiz", "module", "check", "q-1"))


@pytest.mark.django_db
def test_english_goes_into_the_english_fields_whatever_language_is_active(load, small):
    with translation.override("ar"):
        load(small)
    module = ModulePage.objects.get(slug="module")
    assert (module.title, module.display_title_en, module.display_title_ar) == ("Module", "Module", None)
    assert Quiz.objects.get().title_en == "Check"
    assert Fact.objects.get().label_ar is None


@pytest.mark.django_db
def test_rules_tags_and_the_questions_around_come_and_go_with_the_files(load, small):
    module = small["module"]
    plain = deepcopy(module)
    [quiz] = module["quizzes"]
    quiz |= {"attempts_allowed": 3, "minutes_allowed": 30, "feedback_comes": "at_once", "is_shuffled": False}
    quiz["questions"][0]["tags"] = ["Signs", "first steps"]
    module["quizzes"].append({**deepcopy(plain["quizzes"][0]), "slug": "around", "title": "Around"})
    module["check_quiz"] = "around"
    load(small)
    edition = live_edition_of(ModulePage.objects.get(slug="module"))
    assert edition.check_version.title == {"en": "Around"}
    version = QuizVersion.objects.get(editions=None)
    assert version.own_rules == {"attempts_allowed": 3, "feedback": "at_once", "minutes_allowed": 30}
    assert not version.is_shuffled
    assert [place.tags for place in version.places.order_by("position")] == [["Signs", "first steps"], []]

    small["module"] = plain
    assert load(small)["module Module"] is Fate.UPDATED
    edition = live_edition_of(ModulePage.objects.get(slug="module"))
    assert edition.check_version is None
    version = edition.lessons.get(quiz_version__isnull=False).quiz_version
    assert (version.own_rules, version.is_shuffled) == ({}, True)
    assert [place.tags for place in version.places.all()] == [[], []]


@pytest.mark.django_db
def test_a_changed_quiz_around_a_module_is_a_change_of_the_module(load, small):
    small["module"]["quizzes"].append({**deepcopy(small["module"]["quizzes"][0]), "slug": "around"})
    small["module"]["check_quiz"] = "around"
    load(small)
    change_quiz(quiz=Quiz.objects.get(modules__slug="module"), title="Ours", by=None)
    small["module"]["minutes"] += 7
    assert load(small)["module Module"] is Fate.CHANGED_HERE


# --- a newer release -----------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_contact_comes_in_the_languages_of_the_files(load, small):
    small["contacts"][0]["translations"] = {"so": {"label": "Adeegyada degdegga ah"}}
    load(small)
    contact = Contact.objects.get(key=small["contacts"][0]["key"])
    assert (contact.label_so, contact.label_en) == ("Adeegyada degdegga ah", small["contacts"][0]["label"])
    with translation.override("ar"):
        assert contact.label == contact.label_en


def test_a_newer_text_reaches_what_nobody_touched(load, small):
    load(small)
    small["module"]["lessons"][0]["body"][0]["heading"] = "Look again"
    small["module"]["quizzes"][0]["questions"][0]["text"] = "And now?"
    small["contacts"][0]["number"] = "0800 555 111"
    small["courses"][0]["summary"] = "About it all."
    small["roles"][0]["name"] = "Nurse or midwife"
    fates = load(small)
    assert {name for name, fate in fates.items() if fate is Fate.UPDATED} == {
        *["contact A line", "role Nurse or midwife", "course Course", "module Module"]
    }
    edition = live_edition_of(ModulePage.objects.get(slug="module"))
    assert edition.number == 2
    assert live_body("first")[0].value == "Look again"
    assert [version.number for version in QuizVersion.objects.order_by("number")] == [1, 2]
    assert QuestionVersion.objects.count() == 3
    assert CoursePage.objects.get(slug="course").summary_en == "About it all."
    assert set(load(small).values()) == {Fate.UNCHANGED}


@pytest.mark.django_db
def test_a_newer_release_may_add_move_and_drop_lessons(load, small):
    load(small)
    first, second, last = small["module"]["lessons"]
    new = {"slug": "new", "title": "New", "minutes": 1, "body": [{"heading": "New"}]}
    small["module"]["lessons"] = [second, new, last]
    load(small)
    edition = live_edition_of(ModulePage.objects.get(slug="module"))
    assert [lesson.slug for lesson in lessons_of(edition)] == ["second", "new", "last"]
    assert not LessonPage.objects.filter(slug="first").exists()
    assert Edition.objects.get(number=1).lessons.count() == 3
    small["module"]["lessons"] = [last, first, second]
    load(small)
    edition = live_edition_of(ModulePage.objects.get(slug="module"))
    assert [lesson.slug for lesson in lessons_of(edition)] == ["last", "first", "second"]


@pytest.mark.django_db
def test_a_fact_that_was_checked_again_gets_a_further_version(load, small):
    load(small)
    small["facts"][0]["value"] = "13"
    load(small)
    fact = Fact.objects.get()
    assert [version.value_en for version in fact.versions.all()] == ["13"]
    small["facts"][0].update(value="14", checked_on=date(2026, 12, 1))
    load(small)
    versions = Fact.objects.get().versions.order_by("starts_on")
    assert [(version.starts_on, version.value_en) for version in versions] == [
        (date(2026, 11, 1), "13"),
        (date(2026, 12, 1), "14"),
    ]


# --- what a person did stays ---------------------------------------------------------------------
def change_everything(small):
    small["contacts"][0]["when"] = "A newer text."
    small["facts"][0]["value"] = "99"
    small["module"]["summary"] = "A newer text."


@pytest.mark.django_db
def test_what_an_editor_changed_is_left_alone_and_said(load, small, write, capsys):
    load(small)
    Contact.objects.update(when_en="Ours.")
    fact = Fact.objects.get()
    version = fact.versions.get()
    version.value_en = "ours"
    version.save()
    lesson = LessonPage.objects.get(slug="first")
    lesson.display_title_en = "Our first"
    lesson.save_revision()
    change_everything(small)
    call_command("load_starter_content", "--folder", str(write(small)))
    out = capsys.readouterr().out
    for words in ("contact “A line”", "fact “How many”", "module “Module”"):
        assert f"Left alone, because somebody changed it here: {words}." in out
    assert Contact.objects.get().when_en == "Ours."
    assert Fact.objects.get().versions.get().value_en == "ours"
    assert ModulePage.objects.get(slug="module").summary_en == "Short."
    assert Edition.objects.count() == 1
    assert LessonPage.objects.get(slug="first").get_latest_revision_as_object().display_title_en == "Our first"


@pytest.mark.django_db
@pytest.mark.parametrize("touch", ["translation", "quiz", "roles", "lesson", "live"])
def test_any_touch_of_a_module_protects_all_of_it(load, small, touch):
    load(small)
    lesson = LessonPage.objects.get(slug="first")
    if touch == "translation":
        lesson.display_title_ar = "أولاً"
        lesson.save_revision()
    elif touch == "live":
        lesson.display_title_en = "Ours"
        lesson.save()
    elif touch == "roles":
        lesson.roles = [Role.objects.get(slug="nurse")]
        lesson.save_revision()
    elif touch == "lesson":
        ModulePage.objects.get(slug="module").add_child(
            instance=LessonPage(display_title_en="Ours", slug="ours", live=False)
        )
    else:
        Quiz.objects.update(pass_mark=70)
    change_everything(small)
    assert load(small)["module Module"] is Fate.CHANGED_HERE
    assert Edition.objects.count() == 1


@pytest.mark.django_db
def test_a_save_without_a_change_is_no_change(load, small):
    load(small)
    lesson = LessonPage.objects.get(slug="first")
    blocks = [dict(block) for block in lesson.body_en.raw_data]
    blocks[1]["value"] = blocks[1]["value"].replace("<p>Look", '<p data-block-key="a1b2c">Look')
    lesson.body_en = blocks
    lesson.save_revision()
    change_everything(small)
    assert load(small)["module Module"] is Fate.UPDATED


@pytest.mark.django_db
def test_what_a_person_removed_stays_away(load, small):
    load(small)
    Contact.objects.all().delete()
    CoursePage.objects.get(slug="course").delete()
    change_everything(small)
    fates = load(small)
    assert fates["contact A line"] is fates["course Course"] is fates["module Module"] is Fate.REMOVED_HERE
    assert not ModulePage.objects.exists()
    assert not Contact.objects.exists()


@pytest.mark.django_db
def test_a_removed_contact_is_left_out_of_a_newer_lesson(load, small):
    load(small)
    Contact.objects.all().delete()
    Role.objects.filter(slug="warden").delete()
    small["module"]["lessons"].append(
        {"slug": "also", "title": "Also", "minutes": 1, "roles": ["warden"], "body": [{"heading": "For wardens"}]}
    )
    small["module"]["lessons"][2]["body"].append({"contact": "line"})
    load(small)
    assert [block.block_type for block in live_body("last")] == ["heading"]
    # Without its role the lesson would be for everyone.
    assert not LessonPage.objects.filter(slug="also").exists()


@pytest.mark.django_db
def test_what_stands_in_its_place_is_used_but_not_touched(load, small):
    ours = create_role(names="NURSE", slug="our-nurse", by=None)
    fates = load(small)
    assert fates["role Nurse"] is Fate.TAKEN
    assert list(LessonPage.objects.get(slug="second").roles.all()) == [ours]
    ours.refresh_from_db()
    assert (ours.slug, ours.name_en) == ("our-nurse", "NURSE")


@pytest.mark.django_db
def test_a_page_at_its_address_keeps_it(load, small):
    load(small)
    StarterItem.objects.filter(key="course:course").delete()
    assert load(small)["course Course"] is load(small)["module Module"] is Fate.TAKEN
    StarterItem.objects.filter(key="module:module").delete()
    assert ModulePage.objects.count() == 1


@pytest.mark.django_db
def test_what_cannot_be_stored_names_itself_and_keeps_the_rest(load, small):
    small["module"]["minutes"] = 999
    with pytest.raises(StarterContentError, match="module “Module”: minutes"):
        load(small)
    assert Role.objects.count() == 2
    assert not ModulePage.objects.exists()
    small["module"]["minutes"] = 9
    assert load(small)["module Module"] is Fate.NEW
