"""Letters to somebody who asked that their details be removed."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.utils import translation
from django_tasks_db.models import DBTaskResult

from organisations.mail import LetterNotSent
from privacy.actions.erasure import ask_for_erasure, cancel_erasure, carry_out_erasure, refuse_erasure
from privacy.mail import LAST_LETTER_WAITS, post_asked, post_refused, post_removed
from privacy.models import ErasureRequest, LastLetter
from privacy.tasks import carry_out_erasures
from tests.factories.organisations import UserFactory
from tests.privacy.conftest import CANARY, NOW
from tests.privacy.test_erasure import texts_with

LATER = NOW + timedelta(days=15)
#: Nothing about a case, health or why somebody was trained stands where others read over a shoulder.
NEVER = ("slavery", "exploit", "victim", "abuse", "health", "case")


@pytest.fixture
def posting(django_capture_on_commit_callbacks):
    """Letters leave with the end of each such block, as they do with the end of a request."""
    return partial(django_capture_on_commit_callbacks, execute=True)


@pytest.fixture
def decider(somebody):
    return somebody.world.lead


def test_whoever_asks_is_told_until_when_they_can_take_it_back(somebody, posting):
    with posting():
        ask_for_erasure(person=somebody.person, by=somebody.person, at=NOW)
        # Asked again: the request that waits is given back, and nobody writes twice.
        ask_for_erasure(person=somebody.person, by=somebody.person, at=NOW)
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == ([somebody.person.email], "We have your request")
    assert "Nothing is removed before 5 December 2026." in letter.body
    assert f"{settings.BASE_URL}/en/account/privacy/" in letter.body


def test_a_request_by_letter_is_told_to_the_address_we_know(somebody, decider, posting):
    with posting():
        ask_for_erasure(person=somebody.person, by=decider, at=NOW, is_by_letter=True)
    assert "We have your letter." in mail.outbox[0].body


@pytest.mark.parametrize("why", ErasureRequest.Refusal.values)
def test_a_refusal_says_why_and_where_to_complain(somebody, decider, why, posting):
    asked = ask_for_erasure(person=somebody.person, by=somebody.person, at=NOW)
    with posting():
        refuse_erasure(request=asked, by=decider, at=NOW, why=why)
    [letter] = mail.outbox
    assert str(ErasureRequest.Refusal(why).label) in letter.body
    assert "Information Commissioner" in letter.body


def test_the_last_letter_goes_to_the_address_that_is_then_gone(somebody, decider, posting):
    address = somebody.person.email
    asked = ask_for_erasure(person=somebody.person, by=somebody.person, at=NOW)
    with posting():
        carry_out_erasure(request=asked, by=decider, at=LATER)
        assert texts_with(CANARY) == ["privacy.LastLetter"]
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == ([address], "Our answer to your request")
    assert CANARY not in letter.body
    assert texts_with(CANARY) == []


@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
def test_each_letter_speaks_the_persons_language_and_tells_no_story(somebody, decider, code, posting):
    somebody.person.language = code
    somebody.person.save()
    with posting():
        asked = ask_for_erasure(person=somebody.person, by=somebody.person, at=NOW)
    with posting():
        refuse_erasure(request=asked, by=decider, at=NOW, why="law")
    with posting():
        again = ask_for_erasure(person=somebody.person, by=somebody.person, at=NOW)
        # Taken back before the letter left: nobody is told of a request that is no more.
        cancel_erasure(request=again, by=somebody.person, at=NOW)
    asked = ask_for_erasure(person=somebody.person, by=somebody.person, at=NOW)
    with posting():
        carry_out_erasure(request=asked, by=decider, at=LATER)
    assert len(mail.outbox) == 3
    with translation.override(code):
        helpline = translation.gettext("If you are worried about someone, or about yourself: %(contact)s")
    for letter in mail.outbox:
        page = str(letter.alternatives[0][0])
        assert f'<html lang="{code}"' in page
        own = letter.body.partition(helpline.partition("%")[0])[0]
        assert own != letter.body
        assert not [word for word in NEVER if word in f"{letter.subject} {own}".lower()]
        assert helpline.partition("%")[0] in page


def test_people_without_an_address_get_no_letter(somebody, decider, posting):
    person = UserFactory(name="Nadia", email="")
    with posting():
        asked = ask_for_erasure(person=person, by=somebody.world.partnership_lead, at=NOW, is_by_letter=True)
        carry_out_erasure(request=asked, by=decider, at=NOW)
    assert mail.outbox == []
    assert not LastLetter.objects.exists()


def test_no_letter_about_what_was_not_done(somebody, decider, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    asked = ask_for_erasure(person=somebody.person, by=somebody.person, at=NOW)
    DBTaskResult.objects.all().delete()
    with transaction.atomic():
        carry_out_erasure(request=asked, by=decider, at=LATER)
        transaction.set_rollback(True)
    assert not LastLetter.objects.exists()
    assert not DBTaskResult.objects.exists()
    carry_out_erasure(request=asked, by=decider, at=LATER)
    [queued] = DBTaskResult.objects.all()
    assert (queued.task_path, queued.args_kwargs["args"]) == (
        "privacy.mail.post_removed",
        [LastLetter.objects.get().pk],
    )


def test_an_address_does_not_wait_for_ever_for_a_letter_that_cannot_leave(somebody, decider, monkeypatch, today):
    asked = ask_for_erasure(person=somebody.person, by=somebody.person, at=NOW)
    carry_out_erasure(request=asked, by=decider, at=LATER)
    letter = LastLetter.objects.get()
    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", _mail_is_down)
    with pytest.raises(LetterNotSent):
        post_removed.func(letter.pk)
    carry_out_erasures.func()
    assert LastLetter.objects.exists()
    LastLetter.objects.update(queued_at=NOW - LAST_LETTER_WAITS - timedelta(minutes=1))
    carry_out_erasures.func()
    assert not LastLetter.objects.exists()
    # What the queue still tries finds nothing to send.
    for task in (post_asked, post_refused, post_removed):
        task.func(letter.pk)
    assert mail.outbox == []


def _mail_is_down(self, **kwargs):
    raise OSError
