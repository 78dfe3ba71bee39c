"""Briefings as actions: planned, invited to, checked in to, confirmed, matched; always with two organisations."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from organisations.models import User
from privacy.actions.erasure import erase_person
from records.actions.attendance import (
    mark_missed,
    match_attendance,
    match_held_attendances,
    register_people,
    void_attendance,
)
from records.actions.check_in import Given
from records.actions.places import give_up_place, take_place
from records.actions.sessions import (
    answer_invitation,
    cancel_session,
    change_session,
    invite_organisations,
)
from records.models import Attendance, Certificate, Completion, Session
from records.selectors.sessions import in_the_room, suggestions_for
from tests.factories.courses import make_module
from tests.factories.organisations import (
    EmailAddressFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
)
from tests.factories.quizzes import make_quiz
from tests.factories.records import AttendanceFactory
from tests.records.rooms import DURING, START, come, confirm, make_room, plan


@pytest.fixture
def room(place, site_tree):
    """A briefing on a module without a quiz, delivered by one of two trainers."""
    return make_room(place)


class TestPlanning:
    def test_copies_the_live_edition_and_gives_a_code(self, room):
        session = room.session
        assert (session.title, session.edition_number) == (session.edition.title, 1)
        assert len(session.code) == 8
        assert list(session.trainers.all()) == [room.trainer]
        assert plan(room, session.module, [room.trainer]) == session, "pressed twice"
        assert plan(room, session.module, [room.trainer], place="Library") != session

    @pytest.mark.parametrize(
        "changes", [{"ends_at": START}, {"place": " \u200b "}, {"trainers": []}], ids=["end", "place", "trainers"]
    )
    def test_refuses_what_no_session_may_be(self, room, changes):
        with pytest.raises(ValidationError):
            plan(room, room.session.module, [room.trainer], **changes)

    def test_refuses_strangers_as_trainers_and_hosts_from_outside(self, room):
        with pytest.raises(ValidationError):
            plan(room, room.session.module, [room.learner])
        with pytest.raises(ValidationError):
            plan(room, room.session.module, [room.trainer], host=OrganisationFactory())

    def test_a_change_is_newer_for_calendars_and_a_cancelled_one_stays_so(self, room):
        values = {
            "place": "Library",
            "starts_at": START,
            "ends_at": START + timedelta(hours=2),
            "capacity": 20,
            "host": room.council,
            "trainers": [room.second],
        }
        changed = change_session(session=room.session, by=room.trainer, at=START, **values)
        assert (changed.sequence, changed.place) == (1, "Library")
        cancelled = cancel_session(session=changed, by=room.trainer, reason="The room is flooded.", at=START)
        assert cancelled.state == Session.State.CANCELLED
        assert cancelled.sequence == 2
        with pytest.raises(ValidationError):
            change_session(session=changed, by=room.trainer, at=START, **values)
        with pytest.raises(ValidationError):
            come(cancelled, name="Ama")

    def test_cancelling_asks_for_a_reason_and_for_an_empty_room(self, room):
        with pytest.raises(ValidationError):
            cancel_session(session=room.session, by=room.trainer, reason="  ", at=START)
        come(room.session, name="Ama Boateng")
        with pytest.raises(ValidationError):
            cancel_session(session=room.session, by=room.trainer, reason="Flood", at=START)


class TestInvitations:
    def test_only_the_partnerships_organisations_once_each(self, room):
        made = invite_organisations(
            session=room.session, organisations=[room.council, room.police], by=room.trainer, at=START
        )
        assert len(made) == 2
        again = invite_organisations(session=room.session, organisations=[room.council], by=room.trainer, at=START)
        assert again == []
        with pytest.raises(ValidationError):
            invite_organisations(
                session=room.session, organisations=[OrganisationFactory()], by=room.trainer, at=START
            )

    def test_places_go_to_people_of_organisations_that_come_until_it_is_full(self, room):
        Session.objects.filter(pk=room.session.pk).update(capacity=1)
        (invitation,) = invite_organisations(
            session=room.session, organisations=[room.council], by=room.trainer, at=START
        )
        with pytest.raises(PermissionDenied):
            take_place(session=room.session, person=room.learner, at=START)
        answer_invitation(invitation=invitation, is_accepted=True, by=room.learner, at=START, people=5)
        take_place(session=room.session, person=room.learner, at=START)
        take_place(session=room.session, person=room.learner, at=START)
        with pytest.raises(PermissionDenied):
            take_place(session=room.session, person=room.other, at=START)
        colleague = MembershipFactory(organisation=room.council).person
        with pytest.raises(ValidationError):
            take_place(session=room.session, person=colleague, at=START)
        give_up_place(session=room.session, person=room.learner, at=START)
        take_place(session=room.session, person=colleague, at=START)

    def test_declining_gives_up_the_places_of_its_people(self, room):
        (invitation,) = invite_organisations(
            session=room.session, organisations=[room.council], by=room.trainer, at=START
        )
        answer_invitation(invitation=invitation, is_accepted=True, by=room.learner, at=START)
        own = take_place(session=room.session, person=room.learner, at=START)
        answer_invitation(invitation=invitation, is_accepted=False, by=room.learner, at=START)
        own.refresh_from_db()
        assert own.answer == "declined"


class TestCheckingIn:
    def test_the_same_press_and_the_same_person_are_one_attendance(self, room):
        key = uuid4()
        first = come(room.session, key=key, name="Ama Boateng", organisation=room.council)
        assert come(room.session, key=key, name="Ama Boateng", organisation=room.council).pk == first.pk
        assert come(room.session, name="AMA boateng", organisation=room.council).pk == first.pk
        assert come(room.session, name="Ama Boateng", organisation=room.police).pk != first.pk
        person = come(room.session, person=room.learner, organisation=room.council)
        assert come(room.session, person=room.learner, organisation=room.council).pk == person.pk
        mail = come(room.session, name="Kit", email="Kit@Example.org")
        assert come(room.session, name="Kit Lowe", email="kit@example.ORG").pk == mail.pk

    def test_without_a_name_everybody_counts(self, room):
        rows = [come(room.session, is_unnamed=True, name="dropped", organisation=room.council) for _ in range(3)]
        assert len({each.pk for each in rows}) == 3
        assert {each.name for each in rows} == {""}

    def test_closed_outside_its_time_and_without_a_name(self, room):
        for at in (START - timedelta(hours=2), START + timedelta(hours=4)):
            with pytest.raises(ValidationError):
                come(room.session, at=at, name="Ama")
        with pytest.raises(ValidationError):
            come(room.session, name="\u202e ")
        assert Attendance.objects.count() == 0

    def test_a_register_says_who_was_on_the_list_already(self, room):
        come(room.session, name="Ama Boateng", organisation=room.council)
        new, repeated = register_people(
            session=room.session,
            given=[Given(name="Ama Boateng", organisation=room.council), Given(name="Kit Lowe")],
            by=room.trainer,
            at=DURING,
        )
        assert (new, repeated) == (1, ["Ama Boateng"])


class TestConfirming:
    def test_makes_a_completion_of_the_day_with_its_certificate_and_place(self, room):
        row = come(room.session, person=room.learner, organisation=room.council)
        assert confirm(room, row).done == 1
        completion = Completion.objects.get()
        assert (completion.person, completion.source, completion.completed_on) == (
            room.learner,
            "attended",
            date(2026, 6, 2),
        )
        assert completion.memberships.get().organisation == room.council
        assert Certificate.objects.get().completion == completion
        room.session.refresh_from_db()
        assert room.session.state == Session.State.HELD
        assert confirm(room, row).done == 0
        assert Completion.objects.count() == 1

    @pytest.mark.parametrize(("setting", "completions"), [("", 0), ("enough", 1), ("never", 0)])
    def test_a_counting_quiz_is_still_needed_unless_the_module_says_otherwise(self, room, setting, completions):
        module = make_module(quiz=make_quiz(questions=1), briefing=setting)
        room.session = plan(room, module, [room.trainer])
        confirm(room, come(room.session, person=room.learner, organisation=room.council))
        assert Completion.objects.count() == completions
        assert Attendance.objects.get().confirmed_at

    def test_nobody_confirms_their_own_however_they_came_in(self, room):
        rows = [
            come(room.session, person=room.trainer),
            come(room.session, name="F. Hart", email=room.trainer.email),
        ]
        outcome = confirm(room, *rows)
        assert (outcome.done, outcome.own) == (0, 2)
        with pytest.raises(PermissionDenied):
            confirm(room, *rows, by=room.second)
        room.session.trainers.add(room.second)
        assert confirm(room, *rows, by=room.second).done == 2
        # The same person, by account and by address: one of the two is struck out.
        assert Completion.objects.count() == 1
        assert Attendance.objects.filter(voided_at__isnull=False).count() == 1

    def test_the_database_refuses_ones_own_too(self, room):
        row = come(room.session, person=room.trainer)
        with pytest.raises(IntegrityError), transaction.atomic():
            Attendance.objects.filter(pk=row.pk).update(confirmed_by=room.trainer, confirmed_at=DURING)

    def test_striking_out_takes_completion_and_certificate_back(self, room):
        row = come(room.session, person=room.learner, organisation=room.council)
        confirm(room, row)
        row.refresh_from_db()
        with pytest.raises(ValidationError):
            void_attendance(attendance=row, by=room.trainer, reason="", at=DURING)
        with pytest.raises(ValidationError):
            void_attendance(attendance=row, by=room.learner, reason="Me", at=DURING)
        void_attendance(attendance=row, by=room.trainer, reason="Left after five minutes", at=DURING)
        assert Completion.objects.get().voided_at
        assert Certificate.objects.get().revoked_at
        assert come(room.session, person=room.learner).pk != row.pk

    def test_no_shows_are_marked_and_count_nowhere(self, room):
        row = come(room.session, name="Ama Boateng", organisation=room.council)
        assert mark_missed(session=room.session, pks=[row.pk], by=room.trainer, at=DURING) == 1
        assert in_the_room(room.session) == []
        confirm(room, row)
        row.refresh_from_db()
        assert row.missed_at is None


class TestHeld:
    def test_a_proved_address_gives_the_attendance_to_its_owner(self, room):
        confirm(room, come(room.session, name="D W", email=room.learner.email.upper()))
        row = Attendance.objects.get()
        assert (row.person, row.name, row.email) == (room.learner, "", "")
        assert Completion.objects.get().person == room.learner

    def test_an_address_that_is_not_proved_gives_nothing_until_it_is(self, room):
        person: User = UserFactory(email="new@example.org", verified=False)
        confirm(room, come(room.session, name="Nia", email="new@example.org"))
        assert match_held_attendances(person=person, at=DURING) == 0
        EmailAddressFactory(user=person)
        assert match_held_attendances(person=person, at=DURING) == 1
        assert Completion.objects.get().person == person
        assert match_held_attendances(person=person, at=DURING) == 0

    def test_what_is_not_confirmed_stays_held(self, room):
        come(room.session, name="D W", email=room.learner.email)
        assert match_held_attendances(person=room.learner, at=DURING) == 0

    def test_a_lead_says_whose_a_name_is_and_a_name_alone_never_does(self, room):
        row = come(room.session, name="D. Whitlock", organisation=room.council)
        confirm(room, row)
        assert Completion.objects.count() == 0
        (suggestion,) = suggestions_for(room.council)
        assert suggestions_for(room.police) == []
        (membership,) = suggestion.memberships
        User.objects.filter(pk=room.learner.pk).update(merged_into=room.trainer)
        assert [each.memberships for each in suggestions_for(room.council)] == [[]]
        User.objects.filter(pk=room.learner.pk).update(merged_into=None)
        lead = MembershipFactory(organisation=room.council).person
        match_attendance(attendance=row, membership=membership, by=lead, at=DURING)
        assert Completion.objects.get().person == room.learner

    def test_who_confirmed_with_another_account_of_theirs_gets_nothing(self, room):
        named = come(room.session, name="D. Whitlock", organisation=room.council)
        confirm(room, named, come(room.session, name="Dana", email="dana@elsewhere.example"))
        User.objects.filter(pk=room.trainer.pk).update(merged_into=room.learner)
        assert [each.memberships for each in suggestions_for(room.council) if each.attendance == named] == [[]]
        lead, own = MembershipFactory(organisation=room.council).person, room.learner.memberships.get()
        with pytest.raises(ValidationError, match="nobody confirms their own"):
            match_attendance(attendance=named, membership=own, by=lead, at=DURING)
        EmailAddressFactory(user=room.learner, email="dana@elsewhere.example", primary=False)
        assert match_held_attendances(person=room.learner, at=DURING) == 0
        assert Completion.objects.count() == 0

    def test_a_lead_cannot_give_it_to_themselves_to_others_or_to_who_confirmed(self, room):
        row = come(room.session, name="D. Whitlock", organisation=room.council)
        confirm(room, row)
        own = room.learner.memberships.get()
        other = room.other.memberships.get()
        unlike = MembershipFactory(organisation=room.council, person__name="Somebody Else")
        trainer_there = MembershipFactory(organisation=room.council, person=room.trainer)
        User.objects.filter(pk=room.trainer.pk).update(name="Dan Whitlock")
        trainer_there.person.refresh_from_db()
        for membership, by in (
            (own, room.learner),
            (other, room.second),
            (unlike, room.second),
            (trainer_there, room.second),
        ):
            with pytest.raises(ValidationError):
                match_attendance(attendance=row, membership=membership, by=by, at=DURING)
        assert Completion.objects.count() == 0


def test_an_erased_person_leaves_attendances_without_a_name(room):
    confirm(room, come(room.session, person=room.learner, organisation=room.council))
    come(room.session, name="Dana W", email=room.learner.email)
    erase_person(person=room.learner, by=None, at=DURING)
    assert Attendance.objects.count() == 2
    assert not Attendance.objects.exclude(name="", email="").exists()


def test_the_database_holds_nobody_twice(room):
    AttendanceFactory(session=room.session, person=room.learner)
    with pytest.raises(IntegrityError), transaction.atomic():
        AttendanceFactory(session=room.session, person=room.learner)
