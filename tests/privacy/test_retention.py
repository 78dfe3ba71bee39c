"""What is past its period goes, in small steps, and nothing else does."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import StringIO
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisations.models import Invitation, JoinRequest, Membership, NamesSeen, Organisation, User
from privacy.actions import retention
from privacy.actions.erasure import ask_for_erasure
from privacy.actions.retention import set_period, start_run, unset_period, work_through_run
from privacy.models import RecordType, RetentionPeriod, RetentionRun
from privacy.selectors.retention import periods_of, preview
from privacy.tasks import start_nightly_work
from records.actions.standing import rebuild_standing
from records.models import Attempt, AttemptDraft, Certificate, Enrolment
from reporting.selectors.coverage import coverage_on
from tests.conftest import TODAY
from tests.factories.organisations import (
    AppointmentFactory,
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    RoleFactory,
    UserFactory,
)
from tests.factories.records import (
    AttemptDraftFactory,
    AttemptFactory,
    CertificateFactory,
    CompletionFactory,
    EnrolmentFactory,
    RequirementVersionFactory,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=ZoneInfo("Europe/London"))
ANSWERED = [{"key": "q", "version_id": None, "choices": ["a", "b"], "answer": ["a"], "seconds": 9, "mark": "1"}]


def ago(months: int) -> datetime:
    """A moment so many months (of 31 days) and a day ago."""
    return NOW - timedelta(days=31 * months + 1)


def run(**places) -> dict[str, int]:
    """A whole run, here and now."""
    return work_through_run(run=start_run(by=None, at=NOW, is_queued=False, **places), at=NOW)


@pytest.fixture
def places(db, today):
    """Two organisations of one partnership, and one of another."""
    partnership = PartnershipFactory()
    return [OrganisationFactory(partnership=partnership) for _each in range(2)] + [
        OrganisationFactory(partnership=PartnershipFactory())
    ]


def gone_since(months: int, *organisations: Organisation, **fields) -> User:
    """Somebody who left these organisations so long ago and cannot sign in."""
    person = UserFactory(email="", name="Gone")
    for each in organisations:
        MembershipFactory(
            person=person, organisation=each, started_on=date(2000, 1, 1), ended_on=ago(months).date(), **fields
        )
    return person


# --- each kind of record ---------------------------------------------------------------------------
def test_invitations_and_requests_that_have_ended(places):
    kept = InvitationFactory(organisation=places[0])
    InvitationFactory(organisation=places[0], expires_at=ago(3))
    InvitationFactory(organisation=places[1], withdrawn_at=ago(3))
    InvitationFactory(organisation=places[1], accepted_at=ago(3), expires_at=ago(3))
    recent = InvitationFactory(organisation=places[1], expires_at=ago(2))
    for decided_at in (None, ago(2), ago(6)):
        JoinRequest.objects.create(
            person=UserFactory(),
            organisation=places[0],
            role=RoleFactory(),
            email="a@b.example",
            decided_at=decided_at,
        )
    assert run() == {"invitations": 3, "join_requests": 1}
    assert set(Invitation.objects.all()) == {kept, recent}
    assert JoinRequest.objects.count() == 2


def test_details_of_people_who_left_one_organisation(places):
    person = UserFactory()
    left = MembershipFactory(
        person=person,
        organisation=places[0],
        ended_on=ago(12).date(),
        started_on=date(2000, 1, 1),
        staff_number="17",
        work_email="x@example.org",
    )
    stays = MembershipFactory(person=person, organisation=places[1], staff_number="18")
    assert run() == {"details": 1}
    for each, number in ((left, ""), (stays, "18")):
        each.refresh_from_db()
        assert each.staff_number == number
    assert (left.work_email, left.ended_on) == ("", ago(12).date())


def test_work_left_lying_is_closed_and_recent_work_is_not(places):
    old = EnrolmentFactory(person=MembershipFactory(organisation=places[0]).person, started_at=ago(12))
    AttemptDraftFactory(enrolment=old, saved_at=ago(12))
    busy = EnrolmentFactory(person=MembershipFactory(organisation=places[0]).person, started_at=ago(12))
    AttemptDraftFactory(enrolment=busy, saved_at=ago(2))
    assert run() == {"open_work": 1}
    old.refresh_from_db()
    busy.refresh_from_db()
    assert (old.state, busy.state) == (Enrolment.State.CLOSED, Enrolment.State.OPEN)
    assert list(AttemptDraft.objects.values_list("enrolment", flat=True)) == [busy.pk]


def test_a_quiz_begun_and_left_lying_goes_from_work_that_has_ended(places):
    person = MembershipFactory(organisation=places[0]).person
    done = EnrolmentFactory(person=person, is_completed=True, started_at=ago(14))
    AttemptDraftFactory(enrolment=done, saved_at=ago(12))
    assert run() == {"open_work": 1}
    done.refresh_from_db()
    assert done.state == Enrolment.State.COMPLETED
    assert not AttemptDraft.objects.exists()
    assert run() == {}


def test_answers_go_and_scores_stay(places):
    person = MembershipFactory(organisation=places[0]).person
    done = EnrolmentFactory(person=person, is_completed=True)
    old = AttemptFactory(enrolment=done, submitted_at=ago(12), questions=ANSWERED, language="so")
    new = AttemptFactory(enrolment=done, submitted_at=ago(2), questions=ANSWERED)
    assert run() == {"answers": 1}
    old.refresh_from_db()
    new.refresh_from_db()
    assert not {"answer", "seconds"} & set(old.questions[0])
    assert old.language == ""
    assert (old.questions[0]["mark"], old.score, old.is_passed) == ("1", 1, True)
    assert new.questions == ANSWERED
    assert run() == {}


def test_looks_at_names(places):
    lead = UserFactory()
    for organisation, seen_at in ((places[0], ago(24)), (places[0], ago(2)), (None, ago(24))):
        NamesSeen.objects.create(seen_by=lead, organisation=organisation, place="people", rows=1, seen_at=seen_at)
    assert run() == {"names": 2}
    assert NamesSeen.objects.count() == 1


def test_people_who_left_long_ago(places):
    gone = gone_since(72, places[0])
    recent = gone_since(60, places[0])
    back = gone_since(72, places[0])
    MembershipFactory(person=back, organisation=places[1])
    signs_in = gone_since(72, places[0])
    User.objects.filter(pk=signs_in.pk).update(last_login=ago(2))
    assert run()["people"] == 1
    assert User.objects.get(pk=gone.pk).erased_at is not None
    assert not User.objects.filter(pk__in=[recent.pk, back.pk, signs_in.pk], erased_at__isnull=False).exists()


def test_a_certificate_is_theirs_for_life_while_they_can_sign_in(places):
    owner = gone_since(100, places[0])
    owner.emailaddress_set.create(email="mine@example.org", verified=True)
    certificate = CertificateFactory(completion__person=owner)
    locked_out = CertificateFactory(completion__person=gone_since(100, places[0]))
    assert run()["people"] == 1
    certificate.refresh_from_db()
    assert (certificate.person, certificate.payload["name"]) == (owner, "Gone")
    locked_out.refresh_from_db()
    assert (locked_out.person, locked_out.payload["name"]) == (None, "")
    assert Certificate.objects.count() == 2


def test_accounts_that_were_never_used(places):
    unused = UserFactory(created_at=ago(6))
    kept = [
        UserFactory(created_at=ago(6), last_login=ago(5)),
        MembershipFactory(person__created_at=ago(6), organisation=places[0]).person,
        AppointmentFactory(kind="operator", person__created_at=ago(6)).person,
        UserFactory(created_at=ago(2)),
        UserFactory(created_at=ago(6), is_superuser=True),
    ]
    assert run() == {"unused": 1}
    assert User.objects.get(pk=unused.pk).erased_at is not None
    assert not User.objects.filter(pk__in=[each.pk for each in kept], erased_at__isnull=False).exists()


# --- periods ---------------------------------------------------------------------------------------
def test_the_partnership_sets_and_an_organisation_differs(places):
    lead = UserFactory()
    first, second, elsewhere = places
    partnership = first.partnership_memberships.get().partnership
    set_period(record_type="names", months=36, by=lead, at=NOW, partnership=partnership)
    set_period(record_type="names", months=None, by=lead, at=NOW, organisation=second)
    found = periods_of(None, TODAY)["names"]
    assert (found[first.pk], found[second.pk], found[elsewhere.pk]) == (36, None, 24)
    unset_period(record_type="names", organisation=second, by=lead)
    assert periods_of([second.pk], TODAY)["names"][second.pk] == 36


@pytest.mark.parametrize(
    ("record_type", "months", "own"), [("names", 7, True), ("names", 0, True), ("tasks", 6, True), ("unused", 6, True)]
)
def test_periods_that_are_refused(places, record_type, months, own):
    with pytest.raises(ValidationError):
        set_period(record_type=record_type, months=months, by=UserFactory(), at=NOW, organisation=places[0])
    assert not RetentionPeriod.objects.exists()


def test_with_two_employers_the_longer_period_counts(places):
    """What the other one still needs stays, whichever of them is looked at."""
    first, second, _elsewhere = places
    set_period(record_type="people", months=12, by=UserFactory(), at=NOW, organisation=first)
    of_one = gone_since(20, first)
    of_both = gone_since(20, first, second)
    done = EnrolmentFactory(person=of_both, is_completed=True)
    set_period(record_type="answers", months=1, by=UserFactory(), at=NOW, organisation=first)
    attempt = AttemptFactory(enrolment=done, submitted_at=ago(2), questions=ANSWERED)
    run(organisation_ids=[first.pk])
    assert User.objects.get(pk=of_one.pk).erased_at is not None
    assert User.objects.get(pk=of_both.pk).erased_at is None
    assert Attempt.objects.get(pk=attempt.pk).questions == ANSWERED


def test_without_end_keeps_for_good(places):
    set_period(record_type="people", months=None, by=UserFactory(), at=NOW, organisation=places[0])
    person = gone_since(200, places[0], places[1])
    assert run() == {}
    assert User.objects.get(pk=person.pk).erased_at is None


# --- preview and run -------------------------------------------------------------------------------
def test_the_preview_says_what_a_run_then_does(places):
    InvitationFactory(organisation=places[0], expires_at=ago(3))
    InvitationFactory(organisation=places[0], expires_at=ago(9))
    InvitationFactory(organisation=places[1], expires_at=ago(3))
    gone_since(72, places[1])
    lines = [(line.kind.record_type.value, line.organisation, line.count, line.oldest) for line in preview(TODAY)]
    names = [each.name for each in places]
    # Organisations stand in the order of their names.
    assert sorted(lines) == sorted(
        [
            ("invitations", names[0], 2, ago(9).date()),
            ("invitations", names[1], 1, ago(3).date()),
            ("people", names[1], 1, ago(72).date()),
        ]
    )
    assert [(line.organisation, line.count) for line in preview(TODAY, [places[0].pk])] == [(names[0], 2)]
    made = start_run(by=None, at=NOW, is_queued=False)
    work_through_run(run=made, at=NOW)
    results = {(each.record_type, each.organisation_id): each.done for each in made.results.all()}
    assert results == {
        ("invitations", places[0].pk): 2,
        ("invitations", places[1].pk): 1,
        ("people", places[1].pk): 1,
    }
    assert preview(TODAY) == []


def test_a_run_for_one_organisation_touches_no_other(places):
    for each in places:
        InvitationFactory(organisation=each, expires_at=ago(3))
    assert run(organisation_ids=[places[0].pk]) == {"invitations": 1}
    assert set(Invitation.objects.values_list("organisation", flat=True)) == {places[1].pk, places[2].pk}


def test_the_preview_costs_the_same_at_two_sizes(places):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            preview(TODAY)
        return len(captured)

    before = cost()
    for each in places:
        for _number in range(5):
            InvitationFactory(organisation=each, expires_at=ago(3))
            gone_since(72, each)
    for _number in range(5):
        OrganisationFactory()
    assert cost() == before


def test_a_run_that_was_stopped_goes_on_and_counts_each_once(places):
    for _number in range(5):
        InvitationFactory(organisation=places[0], expires_at=ago(3))
    gone_since(72, places[0])
    usual, calls = retention._take, []

    def stop_after_two(*args):
        if len(calls) == 2:
            raise RuntimeError("the worker was killed")
        calls.append(args)
        usual(*args)

    made = start_run(by=None, at=NOW, is_queued=False)
    with mock.patch.object(retention, "STEP", 2):
        with mock.patch.object(retention, "_take", stop_after_two), pytest.raises(RuntimeError):
            work_through_run(run=made, at=NOW)
        assert Invitation.objects.count() == 1
        again = start_run(by=None, at=NOW, is_queued=False)
        assert again == made
        assert work_through_run(run=again, at=NOW) == {"invitations": 5, "people": 1}
    assert start_run(by=None, at=NOW, is_queued=False) != made


def test_a_step_that_fails_leaves_neither_half(places):
    InvitationFactory(organisation=places[0], expires_at=ago(3))
    made = start_run(by=None, at=NOW, is_queued=False)
    with (
        mock.patch.object(retention.RetentionResult.objects, "get_or_create", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        work_through_run(run=made, at=NOW)
    assert Invitation.objects.count() == 1
    assert not made.results.exists()


def test_past_coverage_is_the_same_after_a_run(places):
    role = RoleFactory()
    version = RequirementVersionFactory(
        requirement__partnership=places[0].partnership_memberships.get().partnership, roles=[role], valid_for_months=6
    )
    for place in places[:2]:
        for months in (20, 80):
            person = gone_since(months, place, role=role, staff_number="1")
            CompletionFactory(person=person, module_key=version.requirement.module_key, completed_on=date(2026, 1, 10))
    rebuild_standing()
    days = [date(2018, 1, 1), date(2024, 2, 1), date(2026, 2, 1), TODAY]

    def numbers() -> list:
        tables = [coverage_on(Organisation.objects.all(), day) for day in days]
        return [(each.rows, each.totals, each.people) for each in tables]

    before = numbers()
    assert run() == {"details": 4, "people": 2}
    assert numbers() == before


# --- the command and the night ---------------------------------------------------------------------
def test_the_command_shows_and_runs(places):
    InvitationFactory(organisation=places[0], expires_at=ago(3), email="canary@example.org")
    said = StringIO()
    call_command("run_retention", "--preview", stdout=said)
    assert f"Invitations that have ended, {places[0].name}: 1" in said.getvalue()
    assert Invitation.objects.exists()
    call_command("run_retention", "--run", stdout=said)
    call_command("run_retention", "--run", stdout=said)
    assert "Invitations that have ended: 1" in said.getvalue()
    assert "Nothing was past its period." in said.getvalue()
    assert "canary" not in said.getvalue()
    assert not Invitation.objects.exists()


def test_the_night_begins_once(places, settings, today, django_capture_on_commit_callbacks):
    InvitationFactory(organisation=places[0], expires_at=ago(3))
    person = gone_since(3, places[0])
    ask_for_erasure(person=person, by=person, at=ago(1))
    with django_capture_on_commit_callbacks(execute=True):
        today.move_to("2026-11-22 01:30 +0000")
        assert not start_nightly_work(timezone.now())
        today.move_to("2026-11-22 02:30 +0000")
        assert start_nightly_work(timezone.now())
        assert not start_nightly_work(timezone.now())
    assert User.objects.get(pk=person.pk).erased_at is not None
    assert Invitation.objects.exists(), "switched off: only requests that are due are carried out"
    settings.RETENTION_NIGHTLY = True
    with django_capture_on_commit_callbacks(execute=True):
        today.move_to("2026-11-23 02:30 +0000")
        assert start_nightly_work(timezone.now())
    assert not Invitation.objects.exists()
    assert RetentionRun.objects.filter(finished_at__isnull=True).count() == 0


def test_every_kind_is_named_and_says_what_happens():
    from privacy.kinds import KINDS

    assert {each.record_type for each in KINDS} == set(RecordType)
    assert all(each.label and str(each.then) for each in KINDS)


def test_nothing_is_left_of_who_is_erased_by_age(places):
    person = gone_since(72, places[0])
    run()
    assert Membership.objects.filter(person=person).count() == 1
    assert str(User.objects.get(pk=person.pk)) == "Removed person"
