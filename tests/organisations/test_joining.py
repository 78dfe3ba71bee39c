"""Coming into an organisation: by invitation, by e-mail domain, by a lead's leave."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from wagtail.models import ModelLogEntry

from organisations import actions, selectors
from organisations.access import authority_of
from organisations.models import Appointment, Invitation, JoinRequest, Membership
from tests.conftest import TODAY
from tests.factories.organisations import (
    AppointmentFactory,
    InvitationFactory,
    MembershipFactory,
    OrganisationDomainFactory,
    OrganisationFactory,
    PartnershipFactory,
    RoleFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
Kind = Appointment.Kind


@pytest.fixture
def partnership():
    return PartnershipFactory()


@pytest.fixture
def ours(partnership):
    return OrganisationFactory(partnership=partnership, name="Northshire Council")


@pytest.fixture
def theirs(partnership):
    return OrganisationFactory(partnership=partnership)


@pytest.fixture
def lead(ours):
    return AppointmentFactory(kind=Kind.ORGANISATION_LEAD, organisation=ours).person


def invite(organisation, email="Asha@Example.org", **more):
    given = {"role": RoleFactory(), "by": None, "at": timezone.now(), **more}
    return actions.invite_person(organisation=organisation, email=email, **given)


class TestInviting:
    def test_a_neutral_letter_goes_out_once_the_write_is_kept(
        self, ours, lead, mailoutbox, django_capture_on_commit_callbacks, settings
    ):
        with django_capture_on_commit_callbacks(execute=True):
            invitation = invite(ours, by=lead, language="fr")
            assert mailoutbox == []
        letter = mailoutbox[0]
        link = f"{settings.BASE_URL}/fr/invitations/{invitation.token}/"
        assert letter.to == ["asha@example.org"]
        assert link in letter.body
        assert f'href="{link}"' in letter.alternatives[0].content
        assert "slavery" not in (letter.subject + letter.body).lower()
        assert ours.name not in letter.subject
        assert len(invitation.token) >= 32

    def test_a_write_that_fails_posts_nothing(self, ours, mailoutbox, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True), pytest.raises(ValidationError):
            invite(ours, email="nobody")
        assert mailoutbox == []

    def test_a_letter_withdrawn_meanwhile_stays(self, ours, mailoutbox, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            invitation = invite(ours)
            actions.withdraw_invitation(invitation=invitation, by=None, at=timezone.now())
        assert mailoutbox == []

    def test_a_second_one_takes_the_place_of_the_first_there_only(self, ours, theirs):
        first, elsewhere, second = invite(ours), invite(theirs), invite(ours)
        states = {
            invitation.pk: Invitation.objects.get(pk=invitation.pk).state_at(timezone.now())
            for invitation in (first, elsewhere, second)
        }
        assert states == {first.pk: "withdrawn", elsewhere.pk: "open", second.pk: "open"}

    def test_the_same_again_within_a_minute_is_the_same_press(
        self, ours, lead, mailoutbox, django_capture_on_commit_callbacks
    ):
        now, minute = timezone.now(), timedelta(minutes=1)
        asked = {"role": RoleFactory(), "by": lead, "at": now}
        with django_capture_on_commit_callbacks(execute=True):
            first = invite(ours, **asked)
            assert invite(ours, **asked) == first
        assert len(mailoutbox) == 1
        later = [
            invite(ours, **{**asked, "at": now + minute}),
            invite(ours, **{**asked, "by": None}),
            invite(ours, **{**asked, "at": now + minute, "kind": "volunteer"}),
        ]
        assert len({first, *later}) == 4

    @pytest.mark.parametrize("state", ["withdrawn_at", "unsent_at"])
    def test_one_that_was_withdrawn_or_could_not_be_sent_is_sent_anew_at_once(self, ours, lead, state):
        asked = {"role": RoleFactory(), "by": lead}
        first = invite(ours, **asked)
        Invitation.objects.update(**{state: timezone.now()})
        assert invite(ours, **asked) != first

    def test_what_does_not_fit_is_refused(self, ours):
        with pytest.raises(ValidationError, match="another organisation"):
            invite(ours, unit=UnitFactory())
        with pytest.raises(ValidationError, match="no longer be chosen"):
            invite(ours, role=RoleFactory(is_active=False))
        known = MembershipFactory(organisation=ours, work_email="asha@example.org")
        with pytest.raises(ValidationError, match="already has this role"):
            invite(ours, role=known.role)

    def test_only_who_may_appoint_invites_a_lead(self, ours, theirs, lead):
        assert invite(ours, by=lead, is_for_lead=True).is_for_lead
        with pytest.raises(PermissionDenied):
            invite(theirs, by=lead, is_for_lead=True)

    def test_the_log_names_nobody(self, ours, lead):
        invite(ours, by=lead, email="canary@example.org")
        entry = ModelLogEntry.objects.get(action="organisations.invite")
        assert "canary" not in f"{entry.label} {entry.data}"


class TestAccepting:
    def test_it_is_used_up_once(self, ours, lead):
        person = UserFactory(email="asha@example.org")
        invitation = invite(ours, by=lead, unit=UnitFactory(organisation=ours), kind="volunteer")
        membership = actions.accept_invitation(invitation=invitation, person=person, at=timezone.now())
        again = actions.accept_invitation(invitation=invitation, person=person, at=timezone.now())
        assert again == membership
        assert Membership.objects.get() == membership
        assert (membership.kind, membership.unit, membership.started_on) == ("volunteer", invitation.unit, TODAY)
        assert membership.work_email == "asha@example.org"
        assert membership.role_confirmed_by == lead
        invitation.refresh_from_db()
        assert invitation.accepted_by == person

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"expires_at": timezone.now() - timedelta(days=400)}, "expired"),
            ({"withdrawn_at": timezone.now()}, "withdrawn"),
            ({"accepted_at": timezone.now()}, "used"),
            ({"email": "other@example.org"}, "other_address"),
        ],
    )
    def test_what_is_over_or_anothers_is_refused(self, ours, change, code):
        person = UserFactory(email="asha@example.org")
        invitation = InvitationFactory(**{"organisation": ours, "email": person.email, **change})
        with pytest.raises(ValidationError) as refusal:
            actions.accept_invitation(invitation=invitation, person=person, at=timezone.now())
        assert refusal.value.code == code
        assert not person.memberships.exists()

    def test_an_address_that_is_not_proved_is_anothers(self, ours):
        person = UserFactory(email="asha@example.org", verified=False)
        person.emailaddress_set.create(email=person.email, verified=False, primary=True)
        with pytest.raises(ValidationError):
            actions.accept_invitation(invitation=invite(ours), person=person, at=timezone.now())

    def test_a_second_proved_address_does(self, ours):
        person = UserFactory()
        person.emailaddress_set.create(email="asha@example.org", verified=True)
        membership = actions.accept_invitation(invitation=invite(ours), person=person, at=timezone.now())
        assert membership.work_email == "asha@example.org"

    def test_who_has_the_role_already_gets_no_second_one(self, ours):
        known = MembershipFactory(organisation=ours, person=UserFactory(email="asha@example.org"))
        invitation = InvitationFactory(organisation=ours, role=known.role, email="asha@example.org")
        accept = actions.accept_invitation(invitation=invitation, person=known.person, at=timezone.now())
        assert accept == known

    def test_a_lead_is_appointed_as_promised(self, ours, lead):
        person = UserFactory(email="asha@example.org")
        invitation = invite(ours, by=lead, is_for_lead=True)
        actions.accept_invitation(invitation=invitation, person=person, at=timezone.now())
        assert authority_of(person).may_see_names(ours)

    def test_a_promise_lapses_with_the_right_to_make_it(self, ours, lead):
        person = UserFactory(email="asha@example.org")
        invitation = invite(ours, by=lead, is_for_lead=True)
        actions.end_appointment(appointment=lead.appointments.get(), by=None)
        actions.accept_invitation(invitation=invitation, person=person, at=timezone.now())
        assert person.memberships.exists()
        assert not authority_of(person).leads_anything

    def test_nobody_makes_themselves_a_lead_by_a_second_address(self, ours, partnership):
        person = AppointmentFactory(kind=Kind.PARTNERSHIP_LEAD, partnership=partnership).person
        invitation = invite(ours, by=person, email=person.email, is_for_lead=True)
        actions.accept_invitation(invitation=invitation, person=person, at=timezone.now())
        assert not authority_of(person).may_see_names(ours)

    def test_nobody_confirms_their_own_role_by_inviting_themselves(self, ours, lead):
        invitation = invite(ours, by=lead, email=lead.email)
        membership = actions.accept_invitation(invitation=invitation, person=lead, at=timezone.now())
        assert not membership.is_role_confirmed

    def test_what_is_used_cannot_be_withdrawn(self, ours):
        invitation = invite(ours)
        actions.accept_invitation(
            invitation=invitation, person=UserFactory(email="asha@example.org"), at=timezone.now()
        )
        with pytest.raises(ValidationError, match="has been used"):
            actions.withdraw_invitation(invitation=invitation, by=None, at=timezone.now())


class TestDomains:
    def test_a_proved_address_opens_the_organisation(self, ours, theirs):
        OrganisationDomainFactory(organisation=ours, domain="northshire.example.org")
        OrganisationDomainFactory(organisation=theirs, domain="else.example.org")
        person = UserFactory(email="asha@northshire.example.org")
        assert [opening.organisation for opening in selectors.openings_of(person, TODAY)] == [ours]
        give = {"person": person, "role": RoleFactory(), "email": person.email, "at": timezone.now()}
        membership = actions.join_by_domain(organisation=ours, **give)
        assert not membership.is_role_confirmed
        assert selectors.openings_of(person, TODAY) == []
        with pytest.raises(ValidationError, match="does not belong"):
            actions.join_by_domain(organisation=theirs, **give)

    @pytest.mark.parametrize("email", ["asha@sub.northshire.example.org", "asha@northshire.example.org.evil.example"])
    def test_what_only_looks_like_it_does_not(self, ours, email):
        OrganisationDomainFactory(organisation=ours, domain="northshire.example.org")
        assert selectors.openings_of(UserFactory(email=email), TODAY) == []

    def test_an_address_that_is_not_proved_opens_nothing(self, ours):
        OrganisationDomainFactory(organisation=ours, domain="example.org")
        person = UserFactory(verified=False)
        person.emailaddress_set.create(email=person.email, verified=False, primary=True)
        assert selectors.openings_of(person, TODAY) == []
        with pytest.raises(ValidationError):
            actions.request_to_join(
                person=person, organisation=ours, role=RoleFactory(), email=person.email, at=timezone.now()
            )

    def test_a_closed_organisation_is_no_longer_open(self, ours):
        OrganisationDomainFactory(organisation=ours, domain="example.org")
        ours.closed_on = TODAY - timedelta(days=1)
        ours.save()
        assert selectors.openings_of(UserFactory(), TODAY) == []

    @pytest.mark.parametrize("is_marked", [True, False])
    def test_a_shared_domain_needs_a_lead(self, ours, theirs, is_marked):
        OrganisationDomainFactory(organisation=ours, domain="example.org", needs_approval=is_marked)
        if not is_marked:
            OrganisationDomainFactory(organisation=theirs, domain="example.org")
        person = UserFactory()
        give = {"person": person, "organisation": ours, "role": RoleFactory(), "email": person.email}
        with pytest.raises(ValidationError) as refusal:
            actions.join_by_domain(at=timezone.now(), **give)
        assert refusal.value.code == "needs_approval"
        asked = actions.request_to_join(at=timezone.now(), **give)
        assert actions.request_to_join(at=timezone.now(), **give) == asked
        assert selectors.count_open_requests(ours) == 1
        assert not person.memberships.exists()

    def test_the_openings_cost_the_same_for_many(self, ours, theirs, django_assert_num_queries):
        person = UserFactory()
        OrganisationDomainFactory(organisation=ours, domain="example.org")
        with django_assert_num_queries(3):
            assert len(selectors.openings_of(person, TODAY)) == 1
        OrganisationDomainFactory(organisation=theirs, domain="example.org")
        OrganisationDomainFactory(domain="example.org")
        with django_assert_num_queries(3):
            assert len(selectors.openings_of(person, TODAY)) == 3


class TestDeciding:
    @pytest.fixture
    def asked(self, ours):
        person = UserFactory()
        return JoinRequest.objects.create(person=person, organisation=ours, role=RoleFactory(), email=person.email)

    def decide(self, asked, by, *, is_approved, **more):
        return actions.decide_join_request(
            join_request=asked, is_approved=is_approved, by=by, at=timezone.now(), **more
        )

    def test_yes_perhaps_in_another_role(self, asked, lead, mailoutbox, django_capture_on_commit_callbacks):
        role = RoleFactory()
        with django_capture_on_commit_callbacks(execute=True):
            membership = self.decide(asked, lead, is_approved=True, role=role)
        assert membership.role == role
        assert membership.role_confirmed_by == lead
        assert mailoutbox[0].to == [asked.email]
        assert asked.organisation.name in mailoutbox[0].body
        with pytest.raises(ValidationError, match="already"):
            self.decide(asked, lead, is_approved=False)

    def test_no(self, asked, lead, mailoutbox, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            assert self.decide(asked, lead, is_approved=False) is None
        assert not asked.person.memberships.exists()
        assert len(mailoutbox) == 1

    def test_nobody_decides_on_themselves(self, asked):
        with pytest.raises(ValidationError, match="Somebody else"):
            self.decide(asked, asked.person, is_approved=True)


def test_mail_that_fails_names_nobody(ours, monkeypatch, caplog, django_capture_on_commit_callbacks):
    from smtplib import SMTPRecipientsRefused

    def broken(self, *args, **kwargs):
        raise SMTPRecipientsRefused({"canary@example.org": (550, b"no")})

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", broken)
    with caplog.at_level(logging.DEBUG), django_capture_on_commit_callbacks(execute=True):
        invite(ours, email="canary@example.org")
    assert "canary" not in caplog.text
    assert Invitation.objects.count() == 1
