"""Details are removed while the person is still at work."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import Http404

from organisations.models import User
from privacy.actions.erasure import ask_for_erasure, carry_out_erasure, erase_person
from records.actions.learning import submit_attempt
from records.models import Attempt, AttemptDraft, Enrolment
from tests.privacy.conftest import CANARY, NOW
from tests.privacy.test_erasure import texts_with
from tests.records.test_completions import at_once

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks: runs on PostgreSQL"),
]


def test_a_quiz_handed_in_meanwhile_is_kept_without_answers_or_not_at_all(somebody):
    key = AttemptDraft.objects.get().key
    before = Attempt.objects.count()

    def submit():
        submit_attempt(person=somebody.person, key=key, at=NOW)

    def erase():
        erase_person(person=somebody.person, by=None, at=NOW)

    failures = [each for each in at_once(submit, erase) if isinstance(each, Exception)]
    assert all(isinstance(each, Http404) for each in failures), failures
    assert Attempt.objects.count() == before + 1 - len(failures)
    assert texts_with(CANARY) == []
    assert all("answer" not in asked for row in Attempt.objects.all() for asked in row.questions)
    assert not AttemptDraft.objects.exists()
    assert not Enrolment.objects.filter(state="open", person=somebody.person).exists()


def test_two_who_carry_out_one_request_take_turns(somebody):
    request = ask_for_erasure(person=somebody.person, by=somebody.world.lead, at=NOW, is_by_letter=True)

    def carry_out():
        carry_out_erasure(request=request, by=somebody.world.their_lead, at=NOW)

    failures = [each for each in at_once(carry_out, carry_out) if isinstance(each, Exception)]
    assert len(failures) == 1
    assert User.objects.get(pk=somebody.person.pk).erased_at == NOW
