"""Nothing goes live but by approval: not by the editor, in bulk, by a workflow, on a schedule or by a revision."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision, Task, Workflow, WorkflowTask

from courses.actions import approve_submission, publish_due_submissions, schedule_submission, submit_module
from courses.models import CoursePage, Edition, LessonPage, ModulePage, Submission
from courses.selectors import lesson_as_page, lessons_of, live_edition_of
from guidance.models import Confidence
from tests.factories.cms import edit_url, no_streams, text_of
from tests.factories.courses import body, lesson_pages, make_course, make_lesson, make_module, write_draft
from tests.factories.guidance import FactFactory, FactVersionFactory
from tests.factories.organisations import UserFactory
from tests.factories.quizzes import QuizFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def changed(trainer):
    """A live module with newer words in its course, its own page and its lesson, and a lesson nobody approved."""
    module = make_module(title="Seeing it", lessons=[{"title": "One", "body_en": body("As approved.")}])
    course = CoursePage.objects.get()
    make_lesson(module, title="Two")
    write_draft(course, by=trainer, display_title_en="Slipped in")
    write_draft(module, by=trainer, display_title_en="Slipped in")
    write_draft(lesson_pages(module)[0], by=trainer, body_en=body("Slipped in."), display_title_en="Slipped in")
    return module


def pages_of(module):
    return [CoursePage.objects.get(), ModulePage.objects.get(pk=module.pk), *lesson_pages(module)]


def assert_nothing_changed(client, module):
    edition = live_edition_of(module)
    assert edition.number == Edition.objects.count() == 1
    assert [row.title for row in lessons_of(edition)] == ["One"]
    assert "As approved." in str(lesson_as_page(lessons_of(edition)[0]).text["body"])
    course, page, one, two = pages_of(module)
    assert "Slipped in" not in {course.title, page.title, one.title}
    assert (course.live, page.live, one.live, two.live) == (True, True, True, False)
    client.logout()
    for address in (course.url, page.url, reverse("wagtail_serve", args=["courses/"])):
        assert "Slipped in" not in text_of(client.get(address))


@pytest.mark.parametrize("person", ["trainer", "superuser"])
def test_the_editor(client, changed, trainer, person):
    client.force_login(trainer if person == "trainer" else UserFactory(is_superuser=True))
    for page in pages_of(changed):
        form = client.get(edit_url(page))
        assert form.status_code == 200
        assert 'name="action-publish"' not in text_of(form)
        words = {"action-publish": "1", "slug": page.slug, "display_title_en": "Slipped in"}
        client.post(edit_url(page), words | (no_streams() if isinstance(page, LessonPage) else {}))
        client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    assert_nothing_changed(client, changed)


def test_in_bulk(client, changed):
    client.force_login(UserFactory(is_superuser=True))
    for kind in ("publish", "unpublish"):
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", kind])
        for page in pages_of(changed):
            assert client.post(f"{address}?id={page.pk}", {"include_descendants": "on"}).status_code < 500
    assert_nothing_changed(client, changed)


def test_a_workflow(client, changed, settings):
    settings.WAGTAIL_WORKFLOW_ENABLED = True
    workflow = Workflow.objects.create(name="Of old")
    WorkflowTask.objects.create(workflow=workflow, task=Task.objects.create(name="Look"))
    boss = UserFactory(is_superuser=True)
    for page in pages_of(changed):
        draft = page.get_latest_revision_as_object()
        draft.save_revision()
        state = workflow.start(page.specific, boss)
        with pytest.raises(PermissionDenied):
            state.current_task_state.specific.approve(user=boss)
    assert_nothing_changed(client, changed)


def test_a_schedule(client, changed):
    past = timezone.now() - timedelta(hours=1)
    for page in pages_of(changed):
        draft = page.get_latest_revision_as_object()
        draft.go_live_at = past
        with pytest.raises(ValidationError, match="approval"):
            draft.full_clean()
        revision = draft.save_revision(clean=False)
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=past)
    with pytest.raises(PermissionDenied):
        call_command("publish_scheduled")
    assert_nothing_changed(client, changed)


def test_no_page_is_given_an_end(changed):
    for page in pages_of(changed):
        page.expire_at = timezone.now() + timedelta(days=1)
        with pytest.raises(ValidationError, match="approval"):
            page.full_clean()


def test_a_revision(client, changed):
    for page in pages_of(changed):
        with pytest.raises(PermissionDenied, match="approval"):
            page.get_latest_revision_as_object().save_revision().publish()
    assert_nothing_changed(client, changed)


def test_what_is_saved_live_is_asked_for_everything():
    module = make_module(lessons=[{"title": "One"}])
    [lesson] = lesson_pages(module)
    lesson.body_en = []
    with pytest.raises(ValidationError, match="empty"):
        lesson.save()
    lesson = LessonPage.objects.get()
    lesson.body_en = body('It takes <embed embedtype="fact" id="no-such-fact"/>.')
    with pytest.raises(ValidationError, match="no-such-fact"):
        lesson.save()
    module.introduction_en = '<p><embed embedtype="fact" id="no-such-fact"/></p>'
    with pytest.raises(ValidationError, match="no-such-fact"):
        module.save()


class TestFacts:
    def submit(self, module, by):
        return submit_module(module=module, by=by, what_changed="x", at=timezone.now())

    def test_a_lesson_quotes_nothing_that_is_not_there(self, trainer):
        FactVersionFactory(fact__key="later", starts_on=date(2090, 1, 1))
        for key in ("gone", "later"):
            module = make_module(
                lessons=[{"title": "One", "body_en": body(f'<embed embedtype="fact" id="{key}"/>')}],
                is_published=False,
            )
            with pytest.raises(ValidationError, match=f"One: It quotes “{key}”"):
                self.submit(module, trainer)

    def test_an_unconfirmed_fact_in_a_lesson_is_shown_to_the_reviewer(self, client, trainer, reviewer):
        fact = FactFactory(key="days", label_en="Days to recover")
        FactVersionFactory(fact=fact, value_en="45 days", confidence=Confidence.MEDIUM)
        module = make_module(lessons=[{"title": "One", "body_en": [("fact", fact)]}], is_published=False)
        submission = self.submit(module, trainer)
        client.force_login(reviewer)
        page = text_of(client.get(reverse("courses:review", args=[submission.pk])))
        assert "1 fact in it is not confirmed" in page
        for words in ("Days to recover", "45 days", "Checked on 1 October 2026, check this", "Check this"):
            assert words in page, words

    def test_the_reviewer_sees_which_facts_say_something_else_now(self, client, trainer, reviewer):
        changed, same = FactFactory(key="changed"), FactFactory(key="same")
        FactVersionFactory(fact=changed, value_en="45 days", starts_on=date(2025, 1, 1))
        FactVersionFactory(fact=changed, value_en="30 days", starts_on=date(2026, 3, 1))
        FactVersionFactory(fact=same, value_en="23", starts_on=date(2025, 1, 1))
        words = body('<embed embedtype="fact" id="changed"/> and <embed embedtype="fact" id="same"/>')
        module = make_module(lessons=[{"title": "One", "body_en": words}], at=datetime(2026, 1, 5, tzinfo=UTC))
        submission = self.submit(module, trainer)
        client.force_login(reviewer)
        response = client.get(reverse("courses:review", args=[submission.pk]))
        facts = {fact.key: fact.is_changed for part, _threads in response.context["parts"] for fact in part.facts}
        assert facts == {"changed": True, "same": False}
        assert "Learners read before: 45 days" in text_of(response)

    def test_a_fact_inside_a_text_is_read_in_the_comparison(self, client, trainer, reviewer):
        FactVersionFactory(fact__key="days", value_en="45 days")
        module = make_module(lessons=[{"title": "One", "body_en": body("Some days.")}])
        [lesson] = lesson_pages(module)
        write_draft(lesson, by=trainer, body_en=body('It takes <embed embedtype="fact" id="days"/>.'))
        submission = self.submit(module, trainer)
        client.force_login(reviewer)
        page = text_of(client.get(reverse("courses:review", args=[submission.pk])))
        assert '<ins lang="en" dir="ltr">It takes 45 days.</ins>' in page

    def test_a_quiz_whose_fact_lost_its_confirmation_does_not_go_live(self, trainer, reviewer):
        version = FactVersionFactory(fact__key="days", value_en="45 days")
        quiz = QuizFactory()
        [first, *others] = quiz.questions.raw_data
        first = {**first, "value": {**first["value"], "explanation": {"en": "It is {fact:days}."}}}
        quiz.questions = [first, *others]
        quiz.save()
        module = make_module(quiz=quiz, is_published=False)
        now, later = timezone.now(), timezone.now() + timedelta(days=1)
        submission = schedule_submission(
            submission=self.submit(module, trainer), by=reviewer, goes_live_at=later, at=now
        )
        version.confidence = Confidence.MEDIUM
        version.save()
        assert publish_due_submissions(at=later) == []
        submission.refresh_from_db()
        assert submission.state == Submission.State.RETURNED
        assert "“days”, which is not confirmed" in submission.reason
        again = Submission.objects.filter(pk=submission.pk)
        again.update(state=Submission.State.OPEN)
        with pytest.raises(ValidationError, match="not confirmed"):
            approve_submission(submission=again.get(), by=reviewer, at=now)

    @pytest.mark.parametrize("size", [1, 5])
    def test_facts_cost_the_same_for_any_number(self, client, trainer, reviewer, size, django_assert_max_num_queries):
        facts = [FactVersionFactory(value_en=str(number)).fact for number in range(size)]
        words = "".join(f'<embed embedtype="fact" id="{fact.key}"/>' for fact in facts)
        module = make_module(lessons=[{"body_en": body(words)}], is_published=False)
        submission = self.submit(module, trainer)
        client.force_login(reviewer)
        url = reverse("courses:review", args=[submission.pk])
        client.get(url)
        with django_assert_max_num_queries(60) as taken:
            client.get(url)
        assert len(taken) == QUERIES.setdefault("facts", len(taken))


#: How many queries the review took at the first size; the second must take as many.
QUERIES: dict[str, int] = {}


def test_a_course_that_is_live_keeps_its_words_until_they_are_approved(client, trainer):
    course = make_course(title="Words")
    client.force_login(trainer)
    write_draft(course, by=trainer, summary_en="Slipped in")
    assert "Slipped in" not in text_of(client.get(CoursePage.objects.get(pk=course.pk).url))
