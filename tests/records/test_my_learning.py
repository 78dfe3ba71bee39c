"""The start page of a learner."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from records.actions.learning import finish_module, mark_lesson_done, start_attempt, start_module
from records.actions.standing import rebuild_standing
from tests.factories.courses import make_module
from tests.factories.organisations import MembershipFactory
from tests.factories.quizzes import make_quiz
from tests.factories.records import CertificateFactory, CompletionFactory, RequirementVersionFactory
from tests.records.conftest import NOW
from tests.records.test_regrading import applied, take, trainer_and_reviewer, two_questions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def page(client):
    """Opens My learning as somebody and gives its text, with the space between words made single."""

    def opened(person, address: str = "/en/learn/") -> str:
        client.force_login(person)
        response = client.get(address)
        assert response.status_code == 200
        return " ".join(response.content.decode().split())

    return opened


def require(place, module, **fields):
    RequirementVersionFactory(requirement__partnership=place.partnership, requirement__module=module, **fields)
    rebuild_standing()


def finish(person, module):
    enrolment = start_module(person=person, module=module, at=NOW)
    for lesson in enrolment.edition.lessons.all():
        mark_lesson_done(enrolment=enrolment, lesson_key=lesson.lesson_key, at=NOW)
    return finish_module(enrolment=enrolment, at=NOW)


class TestRequired:
    def test_overdue_says_why_how_long_and_since_when(self, place, page):
        module = make_module(title="A referral that helps", minutes=18)
        require(place, module, roles=[place.housing], due_days=30)
        html = page(place.learner)
        assert "Overdue" in html
        assert "housing officer" in html
        assert "Riverside Council" in html
        assert "18 minutes." in html
        assert "Due 4 February 2026." in html
        assert "A referral that helps" not in page(place.other).split("You can also take")[0]

    def test_what_everyone_takes(self, place, page):
        require(place, make_module(title="Approved terminology"))
        html = page(place.learner)
        assert "Because everyone in Riverside Anti-Slavery Partnership takes it." in html

    def test_still_to_do(self, place, page):
        require(place, make_module(), effective_from=date(2026, 11, 10), due_days=30)
        html = page(place.learner)
        assert "To do" in html
        assert "Due 10 December 2026." in html

    def test_completed_shows_the_certificate(self, place, page):
        module = make_module(title="Seeing it")
        require(place, module, valid_for_months=24)
        completion = finish(place.learner, module)
        html = page(place.learner)
        assert "Completed on 21 November 2026. Valid until 21 November 2028." in html
        assert reverse("records:certificate", args=[completion.certificates.get().code]) in html
        assert "Overdue" not in html
        assert "Overdue" in page(place.other)

    def test_expiring(self, place, page):
        module = make_module()
        completion = CompletionFactory(person=place.learner, module=module, completed_on=date(2024, 12, 14))
        CertificateFactory(completion=completion)
        require(place, module, valid_for_months=24)
        html = page(place.learner)
        assert "Expires in 23 days" in html
        assert "Valid until 14 December 2026." in html

    def test_a_required_module_that_is_not_open_says_so(self, place, page):
        module = make_module(title="Out of use")
        require(place, module)
        module.editions.update(is_live=False, ended_at=NOW)
        html = page(place.learner)
        assert "It is not open at the moment, so there is nothing for you to do." in html


class TestCarryOn:
    def test_where_somebody_stopped(self, place, page):
        module = make_module(
            title="The first conversation",
            lessons=[{"title": "Safety first", "minutes": 2}, {"title": "Listening", "minutes": 3}, {"minutes": 5}],
        )
        enrolment = start_module(person=place.learner, module=module, at=NOW)
        first, second, _third = enrolment.edition.lessons.order_by("position")
        mark_lesson_done(enrolment=enrolment, lesson_key=first.lesson_key, at=NOW)
        html = page(place.learner)
        assert "Carry on where you stopped" in html
        assert "Lesson 2 of 3, <em><bdi>Listening</bdi></em>. About 8 minutes left." in html
        assert f'href="{second.lesson.url}"' in html
        assert "Started" in html
        assert "Carry on where you stopped" not in page(place.other)

    def test_in_the_middle_of_a_quiz(self, place, page):
        enrolment = start_module(person=place.learner, module=make_module(quiz=make_quiz()), at=NOW)
        start_attempt(enrolment=enrolment, lesson_key=enrolment.edition.lessons.get().lesson_key, at=NOW)
        assert "You are in the middle of the quiz. Your answers are kept." in page(place.learner)

    def test_all_done_but_not_said(self, place, page):
        enrolment = start_module(person=place.learner, module=make_module(), at=NOW)
        mark_lesson_done(enrolment=enrolment, lesson_key=enrolment.edition.lessons.get().lesson_key, at=NOW)
        assert "You have done every lesson. Now say that you have finished." in page(place.learner)

    def test_the_last_touched_comes_first(self, place, page, today):
        older, newer = make_module(title="Older"), make_module(title="Newer", lessons=2)
        start_module(person=place.learner, module=older, at=NOW.replace(hour=9))
        enrolment = start_module(person=place.learner, module=newer, at=NOW.replace(hour=8))
        assert "– Older" in page(place.learner)
        mark_lesson_done(enrolment=enrolment, lesson_key=enrolment.edition.lessons.first().lesson_key, at=NOW)
        assert "– Newer" in page(place.learner)


class TestEmpty:
    def test_nothing_published(self, place, page):
        html = page(place.learner)
        assert "No module is required of you at the moment." in html
        assert "No modules are open yet." in html

    def test_nobodys_member_learns_how_to_join(self, place, page):
        make_module(title="Seeing it")
        html = page(place.stranger)
        assert "You are not in an organisation yet" in html
        assert reverse("organisations:join") in html
        assert "Seeing it" in html

    def test_a_visitor_signs_in(self, client):
        assert client.get("/en/learn/").url == f"{reverse('account_login')}?next=/en/learn/"


def test_you_can_also_take(place, page):
    make_module(title="Looking after yourself", minutes=10)
    html = page(place.learner)
    assert "You can also take" in html
    assert "10 minutes." in html
    assert "Not started" in html


def test_the_same_queries_for_one_module_and_for_twelve(place, client):
    client.force_login(place.learner)
    counts = []
    for modules in (1, 12):
        for number in range(modules):
            module = make_module(lessons=3)
            if number % 3 != 2:
                require(place, module)
            if number % 3 == 0:
                start_module(person=place.learner, module=module, at=NOW)
            if number % 3 == 1:
                finish(place.learner, module)
        client.get("/en/learn/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/en/learn/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 10


def test_two_employers_one_list(place, page):
    MembershipFactory(person=place.learner, organisation=place.police, role=place.officer)
    require(place, make_module(title="Seeing it"))
    assert page(place.learner).split("You can also take")[0].count("Seeing it</a>") == 1


def test_training_elsewhere_that_was_recognised_is_completed(place, page):
    CompletionFactory(person=place.learner, module=make_module(title="Seeing it"), source="recognised")
    html = page(place.learner)
    assert "Completed on 2 June 2026." in html
    assert "Not started" not in html


class TestAnswersLookedAtAgain:
    """A question was corrected: the page says so where the module stands, for six weeks, to whom it concerns."""

    WORDS = "We corrected a question in a quiz of this module and looked at your answers again."

    def test_who_passes_now_reads_it_and_comes_to_the_result(self, place, page, client):
        module, people = two_questions(), trainer_and_reviewer(place)
        attempt = take(place.learner, module, is_right=False)
        # Handed in later, and no pass by the corrected key either: the pass is what is told.
        take(place.learner, module, is_right=False, is_rest_right=False)
        kept = take(place.other, module, is_right=True)
        assert self.WORDS not in page(place.learner)
        with CaptureQueriesContext(connection) as before:
            client.get("/en/learn/")
        applied(module, people)
        html = page(place.learner)
        assert f"{self.WORDS} You have passed the quiz." in html
        address = reverse("records:result", args=[attempt.pk])
        assert f'href="{address}">Your result<span' in html
        assert client.get(address).status_code == 200
        with CaptureQueriesContext(connection) as after:
            client.get("/en/learn/")
        assert len(after) <= len(before)
        # Nobody loses a pass, and each comes to their own result.
        html = page(place.other)
        assert f"{self.WORDS} You have passed the quiz." in html
        assert reverse("records:result", args=[kept.pk]) in html
        assert address not in html
        assert self.WORDS not in page(place.stranger)

    def test_a_score_that_changed_without_a_pass(self, place, page):
        module, people = two_questions(), trainer_and_reviewer(place)
        attempt = take(place.learner, module, is_right=False, is_rest_right=False)
        applied(module, people)
        html = page(place.learner)
        assert f"{self.WORDS} Your score has changed." in html
        assert reverse("records:result", args=[attempt.pk]) in html

    def test_for_six_weeks_and_in_the_list_of_what_is_required(self, place, page, today):
        module, people = two_questions(), trainer_and_reviewer(place)
        take(place.learner, module, is_right=False)
        require(place, module)
        applied(module, people)
        for days, is_told in ((42, True), (43, False)):
            today.move_to(NOW + timedelta(days=days))
            assert (self.WORDS in page(place.learner).split("You can also take")[0]) is is_told
