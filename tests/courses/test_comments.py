"""What trainers and reviewers write beside a submission: kept, answered, resolved, carried on to the next one."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from courses.actions import add_comment, reopen_comment, resolve_comment, return_submission, submit_module
from courses.models import Comment
from courses.selectors_comments import threads_of, waiting_comments
from tests.courses.conftest import EVIL
from tests.factories.cms import text_of
from tests.factories.courses import lesson_pages, make_module
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db


def now():
    return timezone.now()


@pytest.fixture
def handed_in(trainer):
    return submit_module(module=make_module(title="Seeing it"), by=trainer, what_changed="x", at=now())


def remark(submission, by, text="Name the source.", part="module", language="en", **fields):
    return add_comment(submission=submission, part=part, language=language, text=text, by=by, at=now(), **fields)


def test_a_thread_is_answered_resolved_and_opened_again(handed_in, trainer, reviewer):
    lesson = str(lesson_pages(handed_in.module)[0].lesson_key)
    first = remark(handed_in, reviewer, part=lesson)
    answer = remark(handed_in, trainer, "Done.", answers=first)
    deeper = remark(handed_in, reviewer, "Thank you.", answers=answer)
    assert (answer.part, deeper.answers) == (lesson, first)
    assert waiting_comments()[handed_in.module_key].count == 1
    resolve_comment(comment=first, by=trainer, at=now())
    assert waiting_comments() == {}
    reopen_comment(comment=first, by=reviewer, at=now())
    [thread] = threads_of(handed_in).of(lesson, "en")
    assert [each.text for each in (thread.comment, *thread.answers)] == ["Name the source.", "Done.", "Thank you."]
    with pytest.raises(ValidationError):
        resolve_comment(comment=answer, by=trainer, at=now())


def test_what_is_refused(handed_in, reviewer):
    for wrong in ({"text": "  "}, {"text": "x" * 2001}, {"part": "nowhere"}, {"language": "xx"}, {"part": "course"}):
        with pytest.raises(ValidationError):
            remark(handed_in, reviewer, **wrong)
    assert not Comment.objects.exists()


def test_comments_stay_after_the_decision_and_are_then_only_read(client, handed_in, reviewer):
    first = remark(handed_in, reviewer)
    client.force_login(reviewer)
    client.post(reverse("courses:approve", args=[handed_in.pk]))
    handed_in.refresh_from_db()
    page = text_of(client.get(reverse("courses:review", args=[handed_in.pk])))
    assert "Name the source." in page
    assert "Your comment" not in page
    with pytest.raises(ValidationError, match="only to be read"):
        resolve_comment(comment=first, by=reviewer, at=now())
    with pytest.raises(ValidationError, match="only to be read"):
        remark(handed_in, reviewer)


def test_what_still_waits_goes_along_to_the_next_submission(handed_in, trainer, reviewer):
    waits, dealt_with = remark(handed_in, reviewer), remark(handed_in, reviewer, "A comma.")
    resolve_comment(comment=dealt_with, by=trainer, at=now())
    return_submission(submission=handed_in, by=reviewer, reason="See the comments.", at=now())
    following = submit_module(module=handed_in.module, by=trainer, what_changed="x", at=now())
    [thread] = threads_of(following).of("module", "en")
    assert (thread.comment, thread.is_earlier) == (waits, True)
    assert threads_of(following).open_count == 1


def test_the_history_says_that_somebody_wrote_and_never_what(handed_in, reviewer):
    resolve_comment(comment=remark(handed_in, reviewer, "I know this from my own life."), by=reviewer, at=now())
    entries = PageLogEntry.objects.filter(page=handed_in.module_id, action__contains="comment")
    assert [str(entry.message) for entry in entries.order_by("timestamp", "pk")] == ["Commented", "Resolved a comment"]
    assert all(entry.data == {} for entry in entries)


def test_through_the_pages(client, handed_in, trainer, reviewer):
    url = reverse("courses:comment", args=[handed_in.pk])
    client.force_login(reviewer)
    response = client.post(url, {"part": "module", "language": "en", "text": f"Name it {EVIL}"})
    assert response.url.endswith("?language=en#part-module")
    first = Comment.objects.get()
    assert "Write something first." in text_of(client.post(url, {"part": "module", "text": ""}, follow=True))
    assert "too long" in text_of(client.post(url, {"part": "module", "text": "x" * 2001}, follow=True))

    client.force_login(trainer)
    assert "1 open comment" in text_of(client.get(reverse("wagtailadmin_home")))
    page = text_of(client.get(reverse("courses:review", args=[handed_in.pk])))
    assert "Name it &lt;script&gt;" in page
    assert EVIL not in page
    assert str(reviewer) in page
    client.post(url, {"answers": first.pk, "text": "It is named now."})
    client.post(reverse("courses:resolve_comment", args=[first.pk]))
    first.refresh_from_db()
    assert (first.resolved_by, first.replies.get().text) == (trainer, "It is named now.")
    client.post(reverse("courses:reopen_comment", args=[first.pk]))
    client.force_login(reviewer)
    assert "1 open comment" in text_of(client.get(reverse("wagtailadmin_home")))


def test_a_comment_waits_in_its_own_language(client, handed_in, reviewer):
    remark(handed_in, reviewer, "هذه الجملة غير واضحة.", language="ar")
    client.force_login(reviewer)
    assert "غير واضحة" not in text_of(client.get(reverse("courses:review", args=[handed_in.pk])))
    assert threads_of(handed_in).open_by_language == {"ar": 1}


def test_others_neither_read_nor_write(client, handed_in, reviewer):
    first = remark(handed_in, reviewer)
    client.force_login(UserFactory())
    for name, pk in (("comment", handed_in.pk), ("resolve_comment", first.pk), ("reopen_comment", first.pk)):
        assert client.post(reverse(f"courses:{name}", args=[pk]), {"text": "x"}).status_code in (302, 403)
    assert Comment.objects.get().resolved_at is None
    client.force_login(reviewer)
    assert client.post(reverse("courses:resolve_comment", args=[999]), follow=True).status_code == 404


@pytest.mark.parametrize("size", [1, 6])
def test_reading_threads_costs_two_queries(handed_in, reviewer, size, django_assert_num_queries):
    for _ in range(size):
        remark(handed_in, reviewer, answers=remark(handed_in, reviewer))
    with django_assert_num_queries(3):
        threads = threads_of(handed_in)
        assert [[str(each.author) for each in thread.answers] for thread in threads.of("module", "en")]
