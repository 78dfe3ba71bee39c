"""Trainers for some languages only: they change their own languages, and lose nobody's words."""

from __future__ import annotations

import pytest
from django.urls import reverse

from courses.models import LessonPage
from organisations.actions import appoint, end_appointment
from organisations.groups import TRAINERS, TRANSLATORS, WRITERS
from organisations.models import Appointment
from quizzes.models import Quiz
from tests.conftest import TODAY
from tests.factories.cms import edit_url, stream
from tests.factories.courses import lesson_pages, make_module
from tests.factories.guidance import FactVersionFactory
from tests.factories.organisations import PartnershipFactory, UserFactory
from tests.factories.quizzes import make_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def translator(site_tree):
    partnership = PartnershipFactory()

    def appointed(*languages):
        person = UserFactory()
        appoint(
            person=person,
            kind=Appointment.Kind.TRAINER,
            partnership=partnership,
            languages=languages,
            by=None,
            started_on=TODAY,
        )
        return person

    return appointed


def groups(person):
    return set(person.groups.values_list("name", flat=True))


def words(code, title, text):
    """What the lesson's editor posts for one language."""
    return {
        f"display_title_{code}": title,
        f"summary_{code}": "",
        f"content_note_{code}": "",
        **stream(f"body_{code}", ("heading", text)),
        **stream(f"gentle_body_{code}"),
    }


# --- groups --------------------------------------------------------------------------------------
def test_the_groups_follow_the_appointment(translator):
    assert groups(translator("ar", "so")) == {TRANSLATORS, WRITERS["ar"], WRITERS["so"]}
    assert groups(translator("en", "fr")) == {TRAINERS, WRITERS["en"], WRITERS["fr"]}
    everything = translator()
    assert groups(everything) == {TRAINERS, *WRITERS.values()}
    end_appointment(appointment=everything.appointments.get(), by=None)
    assert groups(everything) == set()


def test_languages_mean_nothing_for_a_reviewer(translator):
    person = UserFactory()
    partnership = PartnershipFactory()
    row = appoint(person=person, kind="reviewer", partnership=partnership, languages=["ar"], by=None, started_on=TODAY)
    assert row.languages == []
    assert groups(person) == {"Reviewers"}


# --- pages ---------------------------------------------------------------------------------------
def test_two_translators_with_old_forms_lose_nothing(client, translator):
    module = make_module(lessons=[{"title": "Listening"}])
    [lesson] = lesson_pages(module)
    # Both forms were opened before either was saved; each holds its own language only.
    for person, posted in (
        (translator("ar"), words("ar", "الإصغاء", "أصغِ")),
        (translator("so"), words("so", "Dhegeysi", "Dhegeyso")),
    ):
        client.force_login(person)
        response = client.get(edit_url(lesson))
        assert response.status_code == 200
        assert 'name="display_title_en"' not in response.content.decode()
        client.post(edit_url(lesson), posted)
    draft = LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object()
    assert (draft.display_title_en, draft.display_title_ar, draft.display_title_so) == (
        *("Listening", "الإصغاء", "Dhegeysi"),
    )
    assert [block.value for block in draft.body_ar] == ["أصغِ"]
    assert [block.value for block in draft.body_so] == ["Dhegeyso"]
    assert len(draft.body_en) == 1


def test_a_translator_changes_no_english_and_nothing_that_is_common(client, translator):
    module = make_module(lessons=[{"title": "Listening", "slug": "listening", "minutes": 4}])
    [lesson] = lesson_pages(module)
    client.force_login(translator("ar"))
    more = {**words("en", "Taken over", "x"), "slug": "other", "minutes": "60"}
    client.post(edit_url(lesson), {**words("ar", "الإصغاء", "أصغِ"), **more})
    draft = LessonPage.objects.get(pk=lesson.pk).get_latest_revision_as_object()
    assert (draft.display_title_en, draft.slug, draft.minutes) == ("Listening", "listening", 4)
    assert draft.display_title_ar == "الإصغاء"


def test_a_translator_hands_in_and_neither_adds_nor_moves_nor_deletes(client, translator):
    module = make_module(lessons=2)
    person = translator("ar")
    client.force_login(person)
    assert client.get(reverse("courses:hand_in", args=[module.pk])).status_code == 200
    may = module.permissions_for_user(person)
    assert may.can_edit()
    assert not any((may.can_add_subpage(), may.can_delete(), may.can_move(), may.can_reorder_children()))
    full = module.permissions_for_user(translator())
    assert full.can_add_subpage()
    assert full.can_reorder_children()


# --- quizzes -------------------------------------------------------------------------------------
def test_of_a_quiz_only_the_own_languages_are_taken(rf, translator):
    from quizzes.drafts import with_languages

    quiz = make_quiz(questions=2, languages=("en", "so"))
    stored = Quiz.objects.get(pk=quiz.pk).questions.get_prep_value()
    posted = Quiz.objects.get(pk=quiz.pk).questions.get_prep_value()
    first = posted[0]["value"]
    first["text"] = {**first["text"], "en": "Taken over", "ar": "سؤال", "so": ""}
    first["choices"][0]["value"]["is_correct"] = False
    posted = list(reversed(posted))[:2]
    merged = with_languages(stored, posted, ["ar"])
    assert [question["id"] for question in merged] == [question["id"] for question in stored]
    text = merged[0]["value"]["text"]
    assert (text["ar"], text["en"], text["so"]) == (
        *("سؤال", stored[0]["value"]["text"]["en"], stored[0]["value"]["text"]["so"]),
    )
    assert merged[0]["value"]["choices"] == stored[0]["value"]["choices"]
    assert with_languages(stored, [], ["ar"]) == stored


# --- facts ---------------------------------------------------------------------------------------
def test_a_translator_of_facts_keeps_english_and_adds_no_version(client, translator):
    version = FactVersionFactory(value_en="45 days")
    fact = version.fact
    client.force_login(translator("ar"))
    url = reverse("wagtailsnippets_guidance_fact:edit", args=[fact.pk])
    assert client.get(url).status_code == 200
    posted = {
        "label_ar": "عدد الأيام",
        "versions-TOTAL_FORMS": "1",
        "versions-INITIAL_FORMS": "1",
        "versions-MIN_NUM_FORMS": "1",
        "versions-MAX_NUM_FORMS": "1000",
        "versions-0-id": str(version.pk),
        "versions-0-value_ar": "٤٥ يومًا",
        "versions-0-explanation_ar": "",
        "versions-0-value_en": "1 day",
    }
    client.post(url, posted)
    fact.refresh_from_db()
    version.refresh_from_db()
    assert (fact.label_ar, version.value_ar, version.value_en) == ("عدد الأيام", "٤٥ يومًا", "45 days")
    client.post(url, {**posted, "versions-TOTAL_FORMS": "2", "versions-1-value_ar": "x"})
    assert fact.versions.count() == 1
