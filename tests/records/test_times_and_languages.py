"""What is kept beside an answer for the statistics: how long it took, and the language it was given in."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from organisations.models import Appointment
from records.models import Attempt, AttemptDraft
from records.rules.seconds import MOST, with_time
from records.selectors.quizzes import asked_in
from tests.factories.courses import make_module
from tests.factories.organisations import AppointmentFactory
from tests.factories.quizzes import make_quiz
from tests.records.conftest import NOW
from tests.records.journeys import answer, start_module, start_quiz, submit
from tests.records.test_quiz import quiz_lesson


@pytest.mark.parametrize(
    ("before", "passed", "after"),
    [
        ({}, 42, {"a": 42}),
        ({"b": 7}, 42.9, {"b": 7, "a": 42}),
        ({"a": 10}, 5, {"a": 15}),
        ({}, MOST + 1, {"a": MOST}),
        ({"a": 10}, -30, {"a": 10}),
    ],
)
def test_the_time_between_two_savings_is_the_questions(before, passed, after):
    assert with_time(before, "a", since=NOW, at=NOW + timedelta(seconds=passed)) == after


@given(
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 2000)),
    st.sampled_from("abc"),
    st.datetimes(timezones=st.just(UTC)),
)
def test_time_never_gets_less_and_only_of_one_question(before, key, since):
    after = with_time(before, key, since=since, at=NOW)
    assert before.get(key, 0) <= after[key] <= before.get(key, 0) + MOST
    assert {other: value for other, value in after.items() if other != key} == {
        other: value for other, value in before.items() if other != key
    }


@pytest.mark.django_db
def test_an_attempt_keeps_times_and_the_language_it_was_served_in(place, client: Client, today):
    module = make_module(lessons=1, quiz=make_quiz(questions=2, languages=("en", "ar")))
    client.force_login(place.learner)
    start_module(client, module)
    draft = start_quiz(client, module, quiz_lesson(module))
    first, second = (each.question.key for each in asked_in(draft).places)

    today.shift(20)
    answer(client, draft, 1, ["right-1"])
    today.shift(3 * 3600)
    answer(client, draft, 2, ["wrong-1"])
    today.shift(30)
    client.get(reverse("records:check_answers", args=[draft.key]))
    answer(client, draft, 1, ["wrong-2"], seen=["right-1"])

    assert AttemptDraft.objects.get().seconds == {first: 50, second: MOST}
    client.post(f"/ar/quiz/{draft.key}/submit/")
    attempt = Attempt.objects.get()
    assert attempt.language == "ar"
    assert {row["key"]: row["seconds"] for row in attempt.questions} == {first: 50, second: MOST}


@pytest.mark.django_db
@pytest.mark.usefixtures("today")
def test_a_language_that_lacks_something_counts_as_english_and_no_lead_reads_it(place, client: Client):
    module = make_module(lessons=1, quiz=make_quiz(questions=1, languages=("en", "ar")))
    client.force_login(place.learner)
    start_module(client, module)
    draft = start_quiz(client, module, quiz_lesson(module))
    answer(client, draft, 1, ["right-1"])
    client.post(f"/fr/quiz/{draft.key}/submit/")
    assert Attempt.objects.get().language == "en"

    Attempt.objects.update(language="so")
    kind = Appointment.Kind.ORGANISATION_LEAD
    client.force_login(AppointmentFactory(kind=kind, partnership=None, organisation=place.council).person)
    record = reverse("records:person_record", args=[place.council.slug, place.learner.memberships.get().pk])
    page = client.get(record, follow=True).content.decode()
    assert place.learner.name in page
    assert "Somali" not in page.split("<main", 1)[1].split("</main", 1)[0]


@pytest.mark.django_db
@pytest.mark.usefixtures("today")
def test_an_unanswered_question_has_no_time(place, client: Client):
    module = make_module(lessons=1, quiz=make_quiz(questions=1))
    client.force_login(place.learner)
    start_module(client, module)
    submit(client, start_quiz(client, module, quiz_lesson(module)))
    assert "seconds" not in Attempt.objects.get().questions[0]
