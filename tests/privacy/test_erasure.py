"""Removing a person's details: in two steps, everywhere, without moving a single number of the past."""

from __future__ import annotations

import json
from datetime import date, timedelta
from unittest import mock

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from organisations.actions import reopen_membership
from organisations.models import Appointment, Membership, Organisation, User
from privacy.actions import erasure
from privacy.actions.erasure import (
    ask_for_erasure,
    cancel_erasure,
    carry_out_erasure,
    erase_person,
    refuse_erasure,
)
from privacy.models import ErasureRequest
from records.actions.learning import submit_attempt
from records.actions.standing import rebuild_standing
from records.models import Attempt, AttemptDraft, Certificate, Completion, Enrolment
from records.selectors.certificates import verified_on
from records.selectors.expected_standing import standing_differences
from reporting.selectors.coverage import coverage_on
from reporting.selectors.people import Wanted, all_people
from tests.conftest import TODAY
from tests.factories.organisations import AppointmentFactory, MembershipFactory, UserFactory
from tests.factories.records import AttemptFactory, CompletionFactory
from tests.privacy.conftest import CANARY, NOW

#: The address lies beside the person until the letter that says it has left (test_letters.py).
UNTIL_POSTED = ["privacy.LastLetter"]
DAYS = [date(2026, 2, 1), date(2026, 6, 10), date(2026, 9, 30), date(2026, 11, 20), TODAY]


def texts_with(word: str) -> list[str]:
    """Every table whose rows hold the word in any column, sessions read as they are meant."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        rows = model._base_manager.all().values()
        found += [model._meta.label for row in rows if word in json.dumps(row, default=str).lower()]
    found += ["session" for each in Session.objects.all() if word in json.dumps(each.get_decoded()).lower()]
    return sorted(set(found))


def numbers(partnership) -> list:
    """Coverage of every organisation on several days, as one value to compare."""
    places = Organisation.objects.all()
    return [
        (each.rows, each.totals, each.people, each.everybody) for each in (coverage_on(places, day) for day in DAYS)
    ]


def test_nothing_that_says_who_it_was_is_left(somebody):
    before = texts_with(CANARY)
    assert {"organisations.User", "organisations.Membership", "records.Certificate", "session"} <= set(before)
    erase_person(person=somebody.person, by=None, at=NOW)
    assert texts_with(CANARY) == []


def test_coverage_of_past_days_is_the_same_to_the_last_number(somebody):
    before = numbers(somebody.world.partnership)
    erase_person(person=somebody.person, by=None, at=NOW)
    assert numbers(somebody.world.partnership) == before
    assert not standing_differences([somebody.person.pk])


def test_from_tomorrow_they_are_not_counted(somebody, today):
    erase_person(person=somebody.person, by=None, at=NOW)
    today.move_to("2026-11-22 12:00 +0000")
    assert not Membership.objects.active_on(TODAY + timedelta(days=1)).filter(person=somebody.person).exists()


def test_the_certificate_is_valid_with_holder_details_removed(somebody, client):
    erase_person(person=somebody.person, by=None, at=NOW)
    certificate = Certificate.objects.get(pk=somebody.certificate.pk)
    said = verified_on(certificate, TODAY)
    assert (said.initials, said.state, said.module.text, said.minutes) == ("", "valid", "Seeing it", 15)
    page = client.get(f"/verify/{certificate.code}/").content.decode()
    assert "This certificate is valid, holder details removed" in page
    assert "2 June 2026" in page


def test_scores_stay_and_answers_go(somebody):
    before = list(Attempt.objects.values_list("pk", "score", "is_passed"))
    erase_person(person=somebody.person, by=None, at=NOW)
    assert list(Attempt.objects.values_list("pk", "score", "is_passed")) == before
    assert all("answer" not in asked and "mark" in asked for row in Attempt.objects.all() for asked in row.questions)
    assert set(Attempt.objects.values_list("language", flat=True)) == {""}
    assert not AttemptDraft.objects.exists()
    assert not Enrolment.objects.filter(person=somebody.person, state="open").exists()


def test_the_row_reads_removed_person_and_cannot_get_details_again(somebody):
    erase_person(person=somebody.person, by=None, at=NOW)
    person = User.objects.get(pk=somebody.person.pk)
    assert (str(person), person.get_full_name(), person.is_active) == ("Removed person", "Removed person", False)
    assert not person.has_usable_password()
    assert list(person.groups.all()) == []
    person.name = "Mina"
    with pytest.raises(IntegrityError), transaction.atomic():
        person.save()


def test_who_was_merged_into_them_goes_too(somebody):
    twin = UserFactory(name=f"Twin {CANARY}", email=f"{CANARY}.twin@example.org", merged_into=somebody.person)
    MembershipFactory(person=twin, organisation=somebody.world.foreign, work_email=f"{CANARY}@far.example")
    erase_person(person=somebody.person, by=None, at=NOW)
    assert texts_with(CANARY) == []
    twin.refresh_from_db()
    assert (twin.merged_into_id, twin.erased_at) == (somebody.person.pk, NOW)


def test_reasons_that_somebody_wrote_go(somebody):
    completion = CompletionFactory(
        person=somebody.person, voided_at=NOW, voided_by=somebody.world.lead, void_reason=f"{CANARY} was not there"
    )
    erase_person(person=somebody.person, by=None, at=NOW)
    assert Completion.objects.get(pk=completion.pk).void_reason == "removed"


def test_nobody_else_loses_anything(somebody):
    other = MembershipFactory(
        person=UserFactory(name="Otto Other"),
        organisation=somebody.world.ours,
        staff_number="4",
        role=somebody.world.role,
    )
    attempt = AttemptFactory(enrolment__person=other.person, questions=[{"key": "a", "answer": ["b"], "mark": "1"}])
    erase_person(person=somebody.person, by=None, at=NOW)
    other.refresh_from_db()
    attempt.refresh_from_db()
    assert (other.staff_number, other.ended_on, str(other.person)) == ("4", None, "Otto Other")
    assert attempt.questions[0]["answer"] == ["b"]


def test_a_failure_on_the_way_leaves_everything(somebody):
    """One transaction: whatever stops it, the person is whole, and it can be done again."""
    before = texts_with(CANARY)
    with mock.patch.object(erasure, "write_log", side_effect=RuntimeError), pytest.raises(RuntimeError):
        erase_person(person=somebody.person, by=None, at=NOW)
    assert texts_with(CANARY) == before
    erase_person(person=somebody.person, by=None, at=NOW)
    assert texts_with(CANARY) == []


def test_a_quiz_cannot_be_handed_in_afterwards(somebody):
    from django.http import Http404

    key = AttemptDraft.objects.get().key
    erase_person(person=somebody.person, by=None, at=NOW)
    with pytest.raises(Http404):
        submit_attempt(person=somebody.person, key=key, at=NOW)


# --- the two steps --------------------------------------------------------------------------------
@pytest.fixture
def leaver(somebody):
    """The same person after they left everywhere."""
    Membership.objects.filter(person=somebody.person).update(ended_on=date(2026, 11, 1))
    rebuild_standing()
    return somebody


def test_an_own_request_waits_and_can_be_taken_back(leaver):
    request = ask_for_erasure(person=leaver.person, by=leaver.person, at=NOW)
    assert request.runs_from == NOW + timedelta(days=14)
    assert ask_for_erasure(person=leaver.person, by=leaver.person, at=NOW) == request
    with pytest.raises(ValidationError):
        carry_out_erasure(request=request, by=None, at=NOW + timedelta(days=13))
    cancel_erasure(request=request, by=leaver.person, at=NOW)
    with pytest.raises(ValidationError):
        carry_out_erasure(request=request, by=None, at=NOW + timedelta(days=15))
    assert User.objects.get(pk=leaver.person.pk).name


def test_who_left_needs_nobody_after_the_wait(leaver):
    request = ask_for_erasure(person=leaver.person, by=leaver.person, at=NOW)
    carry_out_erasure(request=request, by=None, at=NOW + timedelta(days=15))
    request.refresh_from_db()
    assert (request.state, request.decided_by) == ("done", None)
    assert texts_with(CANARY) == UNTIL_POSTED


def test_who_still_works_somewhere_needs_somebody_to_decide(somebody):
    request = ask_for_erasure(person=somebody.person, by=somebody.person, at=NOW)
    later = NOW + timedelta(days=15)
    with pytest.raises(PermissionDenied):
        carry_out_erasure(request=request, by=None, at=later)
    carry_out_erasure(request=request, by=somebody.world.lead, at=later)
    assert texts_with(CANARY) == UNTIL_POSTED


def test_nobody_does_both_steps(somebody):
    lead = somebody.world.lead
    request = ask_for_erasure(person=somebody.person, by=lead, at=NOW, is_by_letter=True)
    for write in (carry_out_erasure, lambda **more: refuse_erasure(**more, why="unsure")):
        with pytest.raises(PermissionDenied):
            write(request=request, by=lead, at=NOW)
    with pytest.raises(PermissionDenied):
        carry_out_erasure(request=request, by=None, at=NOW)
    with pytest.raises(PermissionDenied):
        cancel_erasure(request=request, by=somebody.world.their_lead, at=NOW)
    carry_out_erasure(request=request, by=somebody.world.their_lead, at=NOW)
    assert texts_with(CANARY) == UNTIL_POSTED


def test_a_refusal_has_a_reason_from_the_list(somebody):
    request = ask_for_erasure(person=somebody.person, by=somebody.person, at=NOW)
    with pytest.raises(ValidationError):
        refuse_erasure(request=request, by=somebody.world.lead, at=NOW, why="because")
    refuse_erasure(request=request, by=somebody.world.lead, at=NOW, why="law")
    request.refresh_from_db()
    assert (request.state, request.refusal) == ("refused", "law")
    assert ask_for_erasure(person=somebody.person, by=somebody.person, at=NOW).pk != request.pk


@pytest.mark.parametrize("kind", ["organisation_lead", "partnership_lead", "operator"])
def test_who_leads_hands_over_first(somebody, kind):
    scope = {
        "organisation_lead": {"organisation": somebody.world.ours},
        "partnership_lead": {"partnership": somebody.world.partnership},
        "operator": {},
    }[kind]
    held = AppointmentFactory(person=somebody.person, kind=kind, **scope)
    with pytest.raises(ValidationError, match="somebody else must take over"):
        ask_for_erasure(person=somebody.person, by=somebody.person, at=NOW)
    Appointment.objects.filter(pk=held.pk).update(ended_on=date(2026, 11, 1))
    assert ask_for_erasure(person=somebody.person, by=somebody.person, at=NOW)


def test_the_log_of_both_steps_names_nobody(somebody):
    from wagtail.models import ModelLogEntry

    request = ask_for_erasure(person=somebody.person, by=somebody.world.lead, at=NOW, is_by_letter=True)
    carry_out_erasure(request=request, by=somebody.world.their_lead, at=NOW)
    entries = ModelLogEntry.objects.filter(action__startswith="privacy.")
    assert {entry.action for entry in entries} == {"privacy.ask", "privacy.erase"}
    assert CANARY not in " ".join(f"{entry.label} {entry.data}" for entry in entries).lower()
    assert ErasureRequest.objects.get().state == "done"


def test_in_lists_of_past_days_they_read_removed_person(somebody):
    erase_person(person=somebody.person, by=None, at=NOW)
    found = all_people(Wanted(somebody.world.ours, date(2026, 9, 30), module_key=somebody.completion.module_key))
    assert "Removed person" in [row.name for row in found]
    with pytest.raises(ValidationError, match="cannot be undone"):
        reopen_membership(membership=Membership.objects.get(pk=somebody.membership.pk), by=somebody.world.lead)
