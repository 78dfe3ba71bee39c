"""Two questions about a completed module: when they are open, kept once, and nobody is chased."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from records.models import Certificate, Evaluation
from records.rules.evaluations import AT_COMPLETION, LATER, moment_on
from tests.factories.courses import lesson_pages, make_module
from tests.factories.records import CompletionFactory
from tests.records.journeys import lesson_done, start_module

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-1, None), (0, AT_COMPLETION), (59, AT_COMPLETION), (60, LATER), (120, LATER), (121, None)],
)
def test_the_days_on_which_they_are_open(days, expected):
    assert moment_on(DAY, DAY + timedelta(days=days)) == expected


@given(st.dates(), st.dates())
def test_any_two_days(completed_on, day):
    assert moment_on(completed_on, day) in (None, AT_COMPLETION, LATER)


@pytest.fixture
def learner(place, client) -> Client:
    client.force_login(place.learner)
    return client


def url_of(completion) -> str:
    return reverse("records:evaluation", args=[completion.pk])


@pytest.mark.django_db
@pytest.mark.usefixtures("today")
class TestPages:
    def test_after_a_module_the_certificate_leads_to_them(self, place, learner):
        module = make_module(lessons=1)
        start_module(learner, module)
        lesson_done(learner, module, lesson_pages(module)[0].lesson_key)
        learner.post(reverse("records:finish_module", args=[module.module_key]))
        certificate = Certificate.objects.get()
        page = reverse("records:certificate", args=[certificate.code])
        assert "Answer two questions" in learner.get(page).content.decode()

        url = url_of(certificate.completion)
        learner.get(url)
        assert not Evaluation.objects.exists()
        assert "Choose an answer to send" in learner.post(url, {}).content.decode()
        assert learner.post(url, {"helps": "6"}).status_code == 200
        assert learner.post(url, {"helps": "4", "knows_next": ""}).url == reverse("records:my_learning")
        # Sent once more from the browser's history.
        assert learner.post(url, {"helps": "1"}).url == reverse("records:my_learning")
        [kept] = Evaluation.objects.all()
        assert (kept.moment, kept.helps, kept.knows_next) == (AT_COMPLETION, 4, None)
        assert "Answer two questions" not in learner.get(page).content.decode()

    def test_once_more_later_on_the_start_page_until_somebody_says_no(self, place, learner):
        completion = CompletionFactory(person=place.learner, completed_on=DAY - timedelta(days=70))
        start = reverse("records:my_learning")
        assert url_of(completion) in learner.get(start).content.decode()
        learner.post(reverse("records:evaluation_dismiss"))
        assert url_of(completion) not in learner.get(start).content.decode()
        assert not Evaluation.objects.exists()

        learner.logout()
        learner.force_login(place.learner)
        assert url_of(completion) in learner.get(start).content.decode()
        learner.post(url_of(completion), {"helps": "5", "knows_next": "3"})
        assert Evaluation.objects.get().moment == LATER
        assert url_of(completion) not in learner.get(start).content.decode()

    @pytest.mark.parametrize(
        "fields",
        [
            {"completed_on": DAY - timedelta(days=130)},
            {"source": "recognised"},
            {"voided_at": "2026-11-20T09:00:00Z", "void_reason": "Wrong person."},
        ],
    )
    def test_what_nobody_is_asked_about(self, place, learner, fields):
        if "voided_at" in fields:
            fields = {**fields, "voided_by": place.other}
        completion = CompletionFactory(person=place.learner, **{"completed_on": DAY, **fields})
        assert learner.post(url_of(completion), {"helps": "5"}).url == reverse("records:my_learning")
        assert not Evaluation.objects.exists()

    def test_others_do_not_find_them(self, place, learner):
        completion = CompletionFactory(person=place.other, completed_on=DAY)
        assert learner.get(url_of(completion)).status_code == 404
        assert learner.post(url_of(completion), {"helps": "5"}).status_code == 404

    def test_the_start_page_asks_no_more_of_the_database(self, place, learner):
        start = reverse("records:my_learning")
        CompletionFactory(person=place.learner, completed_on=DAY - timedelta(days=70))
        learner.get(start)
        with CaptureQueriesContext(connection) as few:
            learner.get(start)
        for _ in range(4):
            CompletionFactory(person=place.learner, completed_on=DAY - timedelta(days=80))
        with CaptureQueriesContext(connection) as many:
            learner.get(start)
        assert len(few) == len(many)
