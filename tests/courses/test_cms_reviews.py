"""The CMS: trainers hand in, reviewers read what changed and decide."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.actions import approve_submission, publish_edition, return_submission, submit_module
from courses.learning_again import LearnAgain
from courses.models import Edition, Effect, LessonPage, Submission
from courses.selectors import live_edition_of
from organisations.clock import day_of
from quizzes.actions import change_quiz, save_quiz
from tests.factories.cms import edit_url, text_of
from tests.factories.courses import (
    body,
    lesson_pages,
    make_course,
    make_lesson,
    make_module,
    make_reviewer,
    write_draft,
)
from tests.factories.organisations import MembershipFactory, PartnershipFactory, RoleFactory, UserFactory
from tests.factories.quizzes import QuizFactory
from tests.factories.records import CompletionFactory

pytestmark = pytest.mark.django_db

EVIL = "<script>alert(1)</script>"


def test_a_trainer_hands_in_and_a_reviewer_approves(client, trainer, reviewer):
    module = make_module(title="Seeing it", lessons=[{"title": "One"}], quiz=QuizFactory(), is_published=False)
    make_lesson(module, title="Half written")
    url = reverse("courses:hand_in", args=[module.pk])
    client.force_login(trainer)
    assert url in text_of(client.get(edit_url(module)))
    page = text_of(client.get(url))
    for words in ("One", "Half written", "with the quiz"):
        assert words in page

    keys = [str(lesson_pages(module)[0].lesson_key)]
    response = client.post(url, {"lessons": keys, "what_changed": ""})
    assert response.status_code == 400
    assert "Say what changed" in text_of(response)

    response = client.post(url, {"lessons": keys, "what_changed": "It is new."})
    submission = Submission.objects.get()
    assert response.url == reverse("courses:review", args=[submission.pk])
    assert submission.submitted_by == trainer

    client.force_login(reviewer)
    assert "Seeing it" in text_of(client.get(reverse("courses:reviews")))
    page = text_of(client.get(reverse("courses:review", args=[submission.pk])))
    for words in ("It is new.", "One", "You do not have to be certain", "Pass mark: 80", "Listening"):
        assert words in page, words
    assert "Half written" not in page
    response = client.post(reverse("courses:approve", args=[submission.pk]))
    assert response.status_code == 302
    assert [row.title for row in live_edition_of(module).lessons.all()] == ["One"]


def test_what_is_missing_is_listed_before_handing_in(client, trainer):
    module = make_module(lessons=[{"title": "One", "content_note_en": "Threats."}], is_published=False)
    LessonPage.objects.update(body_en="[]")
    client.force_login(trainer)
    url = reverse("courses:hand_in", args=[module.pk])
    page = text_of(client.get(url))
    assert "The English lesson is empty" in page
    assert "no gentle version" in page
    response = client.post(url, {"lessons": [str(LessonPage.objects.get().lesson_key)], "what_changed": "x"})
    assert response.status_code == 400
    assert not Submission.objects.exists()


def test_a_lesson_left_out_once_stays_unticked_until_it_is_touched(client, trainer):
    module = make_module(is_published=False, lessons=[{"title": "One"}, {"title": "Two"}])
    one, two = lesson_pages(module)
    client.force_login(trainer)
    url = reverse("courses:hand_in", args=[module.pk])
    client.post(url, {"lessons": [str(one.lesson_key)], "what_changed": "x"})
    client.post(reverse("courses:withdraw", args=[Submission.objects.get().pk]))

    def ticked():
        form = client.get(url).context["form"]
        return {state.lesson.title for state, is_ticked in form.rows if is_ticked}

    assert ticked() == {"One"}
    write_draft(two, by=trainer, summary_en="Now ready")
    assert ticked() == {"One", "Two"}


def test_a_reviewer_sees_what_changed_since_the_live_edition(client, submission, reviewer):
    client.force_login(reviewer)
    page = text_of(client.get(reverse("courses:review", args=[submission.pk])))
    assert '<ins lang="en" dir="ltr">New words came.</ins>' in page
    assert '<ins lang="en" dir="ltr">Old words stay.</ins>' not in page
    assert '<del lang="en" dir="ltr">Minutes: 3</del>' in page
    assert '<ins lang="en" dir="ltr">Minutes: 5</ins>' in page
    assert "leaves the module" in page
    assert EVIL not in page
    states = {
        part.title: part.state
        for part, _threads in client.get(reverse("courses:review", args=[submission.pk])).context["parts"]
    }
    assert states == {f"Seeing it {EVIL}": "changed", "One": "changed", "Three": "new", "Two": "removed"}


def test_after_approval_the_review_still_shows_what_changed_then(client, submission, reviewer):
    client.force_login(reviewer)
    client.post(reverse("courses:approve", args=[submission.pk]))
    response = client.get(reverse("courses:review", args=[submission.pk]))
    assert '<ins lang="en" dir="ltr">New words came.</ins>' in text_of(response)
    assert not response.context["may_decide"]


def test_a_reviewer_returns_it_with_a_reason(client, submission, reviewer, trainer):
    client.force_login(reviewer)
    url = reverse("courses:return", args=[submission.pk])
    assert client.post(url, {"reason": ""}).status_code == 400
    assert client.post(url, {"reason": f"Name the source {EVIL}"}).status_code == 302
    submission.refresh_from_db()
    assert submission.state == Submission.State.RETURNED
    client.force_login(trainer)
    for url in (reverse("wagtailadmin_home"), edit_url(submission.module)):
        page = text_of(client.get(url))
        assert "Name the source" in page
        assert EVIL not in page


def test_the_dashboard_says_what_waits(client, submission, trainer, reviewer):
    other = make_module(title="Words")
    write_draft(lesson_pages(other)[0], by=trainer, summary_en="New")
    client.force_login(trainer)
    page = text_of(client.get(reverse("wagtailadmin_home")))
    assert "1 page changed since edition 1" in page
    assert "Waiting for review" in page
    client.force_login(reviewer)
    page = text_of(client.get(reverse("wagtailadmin_home")))
    assert "Waiting for a reviewer" in page
    assert "Your modules" not in page


def test_the_dashboard_compares_quizzes_by_what_they_say(client, trainer, reviewer):
    quiz = QuizFactory()
    module = make_module(quiz=quiz)
    client.force_login(trainer)
    # Saved once more without a change, after the edition.
    save_quiz(quiz=quiz, by=trainer)
    assert "changed since edition" not in text_of(client.get(reverse("wagtailadmin_home")))
    submission = submit_module(module=module, by=trainer, what_changed="x", at=timezone.now())
    change_quiz(quiz=quiz, by=trainer, pass_mark=60)
    approve_submission(submission=submission, by=reviewer, at=timezone.now())
    # Changed after handing in and before the approval.
    assert "1 page changed since edition 2" in text_of(client.get(reverse("wagtailadmin_home")))


def test_everything_of_a_first_submission_is_new(client, trainer):
    course = make_course(is_live=False)
    module = make_module(title="Seeing it", course=course, quiz=QuizFactory(), is_published=False)
    client.force_login(trainer)
    url = reverse("courses:hand_in", args=[module.pk])
    assert "changed" not in text_of(client.get(url)).split("<tbody>")[1].split("</tbody>")[0]
    submission = submit_module(module=module, by=trainer, what_changed="x", at=timezone.now())
    parts = client.get(reverse("courses:review", args=[submission.pk])).context["parts"]
    assert [part.state for part, _threads in parts] == ["new", "new", "new"]


def test_the_help_and_the_error_of_the_hand_in_form_belong_to_its_box(client, trainer):
    client.force_login(trainer)
    page = text_of(client.post(reverse("courses:hand_in", args=[make_module().pk]), {"what_changed": ""}))
    [ids] = re.findall(r'<textarea[^>]* aria-describedby="([^"]+)"', page)
    for each in ids.split():
        assert f'id="{each}"' in page


def test_each_language_is_read_by_itself(client, trainer, reviewer):
    module = make_module(lessons=[{"display_title_ar": "درس", "body_ar": body("كلمات")}], display_title_ar="وحدة")
    [lesson] = lesson_pages(module)
    write_draft(lesson, by=trainer, body_ar=body("كلمات جديدة"))
    client.force_login(trainer)
    client.post(
        reverse("courses:hand_in", args=[module.pk]), {"lessons": [str(lesson.lesson_key)], "what_changed": "x"}
    )
    url = reverse("courses:review", args=[Submission.objects.get().pk])
    client.force_login(reviewer)
    assert "كلمات جديدة" not in text_of(client.get(url))
    page = text_of(client.get(url + "?language=ar"))
    assert '<ins lang="ar" dir="rtl">كلمات جديدة</ins>' in page
    assert client.get(url + "?language=xx").context["code"] == "en"


def test_who_may_open_and_do_what(client, submission, trainer, reviewer):
    from organisations.actions import appoint
    from organisations.models import Appointment

    operator = UserFactory()
    appoint(person=operator, kind=Appointment.Kind.OPERATOR, by=None, started_on=submission.submitted_at.date())
    learner, superuser = UserFactory(), UserFactory(is_superuser=True)
    elsewhere = make_reviewer(PartnershipFactory())
    module = submission.module
    people = {
        "trainer": trainer, "reviewer": reviewer, "elsewhere": elsewhere, "operator": operator,
        "superuser": superuser, "learner": learner, "nobody": None,
    }  # fmt: skip
    table = {
        # name, method: who gets in (courses belong to the whole installation, so every reviewer may review)
        ("courses:reviews", "get"): {"trainer", "reviewer", "elsewhere", "operator", "superuser"},
        ("courses:review", "get"): {"trainer", "reviewer", "elsewhere", "operator", "superuser"},
        ("courses:hand_in", "get"): {"trainer", "operator", "superuser"},
        ("courses:retire", "get"): {"reviewer", "elsewhere", "operator", "superuser"},
        ("courses:return", "post"): {"reviewer", "elsewhere"},
        ("courses:withdraw", "post"): {"trainer", "operator", "superuser"},
        ("courses:approve", "post"): {"reviewer", "elsewhere"},
    }
    for (name, method), allowed in table.items():
        of_module = name in ("courses:hand_in", "courses:retire")
        args = [] if name == "courses:reviews" else [module.pk if of_module else submission.pk]
        for who, person in people.items():
            Submission.objects.update(state="open", decided_by=None)
            client.logout()
            if person:
                client.force_login(person)
            response = getattr(client, method)(reverse(name, args=args))
            is_in = response.status_code in (200, 400) or (
                response.status_code == 302 and response.url.startswith("/cms/reviews/")
            )
            assert is_in == (who in allowed), (name, who, response.status_code, response.headers.get("Location"))
            Edition.objects.filter(number__gt=1).delete()
            Edition.objects.update(is_live=True, ended_at=None)


def test_an_author_with_a_reviewers_appointment_does_not_decide(client, trainer, submission, reviewer):
    from organisations.actions import appoint
    from organisations.models import Appointment

    appoint(
        person=trainer, kind=Appointment.Kind.REVIEWER, partnership=PartnershipFactory(), by=None,
        started_on=submission.submitted_at.date(),
    )  # fmt: skip
    client.force_login(trainer)
    page = client.get(reverse("courses:review", args=[submission.pk]))
    assert not page.context["may_decide"]
    assert "another person decides" in text_of(page)
    for name in ("courses:approve", "courses:return"):
        response = client.post(reverse(name, args=[submission.pk]), {"reason": "x"})
        assert response.url == reverse("wagtailadmin_home"), "the CMS answers a refusal with its own message"
    submission.refresh_from_db()
    assert submission.state == Submission.State.OPEN


def test_an_unknown_submission_or_module_is_not_there(client, reviewer, trainer):
    client.force_login(reviewer)
    for name in ("courses:review", "courses:retire"):
        assert client.get(reverse(name, args=[999]), follow=True).status_code == 404
    client.force_login(trainer)
    assert client.get(reverse("courses:hand_in", args=[999]), follow=True).status_code == 404


def test_a_module_is_taken_out_of_use_after_a_question(client, reviewer):
    module = make_module()
    client.force_login(reviewer)
    url = reverse("courses:retire", args=[module.pk])
    assert url in text_of(client.get(reverse("courses:reviews")))
    assert client.get(url).status_code == 200
    assert live_edition_of(module)
    assert client.post(url, {"reason": ""}).status_code == 400
    assert live_edition_of(module)
    client.post(url, {"reason": "The law changed."})
    assert live_edition_of(module) is None
    assert client.post(url, {"reason": "Again."}).status_code == 302


@pytest.mark.parametrize("size", [1, 5])
def test_the_lists_cost_the_same_for_any_number(client, trainer, reviewer, size, django_assert_max_num_queries):
    for _ in range(size):
        module = make_module(lessons=[{"quiz": QuizFactory()}])
        submit_module(module=module, by=trainer, what_changed="x", at=timezone.now())
        returned = submit_module(
            module=make_module(is_published=False), by=trainer, what_changed="x", at=timezone.now()
        )
        return_submission(submission=returned, by=reviewer, reason="x", at=timezone.now())
    for person, name in (
        (reviewer, "courses:reviews"),
        (trainer, "wagtailadmin_home"),
        (reviewer, "wagtailadmin_home"),
    ):
        client.force_login(person)
        client.get(reverse(name))
        with django_assert_max_num_queries(45) as taken:
            assert client.get(reverse(name)).status_code == 200
        key = (name, person is reviewer)
        assert len(taken) == QUERIES.setdefault(key, len(taken)), key


#: How many queries each list took at the first size; the second must take as many.
QUERIES: dict[tuple[str, bool], int] = {}


class TestWhoLearnsItAgain:
    def post(self, client, module, **fields):
        keys = [str(each.lesson_key) for each in lesson_pages(module)]
        data = {"lessons": keys, "what_changed": "The law.", "effect": "keeps", **fields}
        return client.post(reverse("courses:hand_in", args=[module.pk]), data)

    def test_nobody_is_asked_of_a_first_edition(self, client, trainer):
        module = make_module(is_published=False)
        client.force_login(trainer)
        assert "learn it again" not in text_of(client.get(reverse("courses:hand_in", args=[module.pk])))
        self.post(client, module, again="everyone", days=30)
        assert Submission.objects.get().refresh_days is None

    def test_the_trainer_chooses_the_reviewer_sees_and_it_goes_live(self, client, trainer, reviewer):
        module, nurse, other = make_module(), RoleFactory(name="nurse"), RoleFactory(name="porter")
        for role in (nurse, nurse, other):
            CompletionFactory(module=module, edition=module.editions.get(), person=MembershipFactory(role=role).person)
        client.force_login(trainer)
        assert "3 people have completed it." in text_of(client.get(reverse("courses:hand_in", args=[module.pk])))
        response = self.post(client, module, again="roles", roles=[nurse.pk], days=30)
        client.force_login(reviewer)
        page = text_of(client.get(response.url))
        assert "Who works as nurse must learn it again within 30 days after it goes live." in page
        assert "Today these are 2 people." in page
        assert "They must move to this one" in page
        client.post(reverse("courses:approve", args=[Submission.objects.get().pk]))
        edition = Edition.objects.get(number=2)
        assert edition.refresh_on == day_of(edition.published_at) + timedelta(days=30)
        assert list(edition.refresh_roles.all()) == [nurse]
        page = text_of(client.get(reverse("courses:edition", args=[edition.pk])))
        assert f"Who works as nurse must learn it again by {edition.refresh_on:%-d %B %Y}." in page

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"again": "roles", "days": 30}, "Choose the roles, or everyone."),
            ({"again": "everyone", "days": ""}, "Say within how many days."),
            ({"again": "everyone", "days": 3}, "greater than or equal to 7"),
            ({"again": "everyone", "days": "soon"}, "Enter a whole number."),
        ],
    )
    def test_what_cannot_be_asked_is_said(self, client, trainer, fields, words):
        module = make_module()
        client.force_login(trainer)
        response = self.post(client, module, **fields)
        assert response.status_code == 400
        page = text_of(response)
        assert words in page
        # Above the long form, and leading to what is meant.
        address = re.search(r'href="#([a-z_]+-part)"', page).group(1)
        assert f'id="{address}"' in page
        assert not Submission.objects.exists()

    def test_a_reviewer_calls_it_off_with_a_reason(self, client, trainer, reviewer):
        module = make_module()
        edition = publish_edition(
            module=module, by=None, at=timezone.now(), effect=Effect.STEPS_FORWARD, again=LearnAgain(30)
        )
        shown, url = reverse("courses:edition", args=[edition.pk]), reverse("courses:call_off", args=[edition.pk])
        client.force_login(trainer)
        assert "Call this off" not in text_of(client.get(shown))
        client.post(url, {"reason": "No."})
        edition.refresh_from_db()
        assert edition.is_refreshing
        client.force_login(reviewer)
        assert "Call this off" in text_of(client.get(shown))
        assert client.post(url, {"reason": " "}).status_code == 400
        page = text_of(client.post(url, {"reason": "The guidance stayed as it was."}, follow=True))
        assert "Nobody has to learn edition 2 again." in page
        assert "The guidance stayed as it was." in page
        assert "Call this off" not in page
