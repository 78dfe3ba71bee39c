"""Two writes that meet in the same rows: each takes them in one order, so that neither waits for the other."""

from __future__ import annotations

import threading
import time
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction
from django.utils import timezone

from organisations import actions
from organisations.actions.imports_people import People
from organisations.actions.merging import link_accounts
from organisations.actions.turns import hold_people, hold_places_of
from organisations.models import (
    Appointment,
    Away,
    ImportRun,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    PartnershipMembership,
    User,
)
from privacy.actions.erasure import erase_person
from privacy.actions.retention import WAYS
from privacy.models import RecordType
from records.actions.attendance import confirm_attendances
from records.actions.completions import void_completion
from records.actions.requirements import change_requirement, end_requirement
from records.actions.sessions import cancel_session
from records.actions.waivers import end_waiver, waive_module
from records.models import Attendance, BriefingRequest, Certificate, RequirementVersion, SessionInvitation, Waiver
from records.selectors.waivers import AskedModule
from tests.factories.organisations import (
    AppointmentFactory,
    AwayFactory,
    InvitationFactory,
    JoinRequestFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnershipMembershipFactory,
    RoleFactory,
    UnitFactory,
)
from tests.factories.records import (
    BriefingRequestFactory,
    CertificateFactory,
    CompletionFactory,
    RequirementFactory,
    RequirementVersionFactory,
    SessionInvitationFactory,
    WaiverFactory,
)
from tests.records.rooms import DURING, come, make_room

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks: runs on PostgreSQL"),
]
START, TODAY = date(2026, 1, 5), timezone.localdate()


def meeting(holds, write, takes):
    """Somebody holds rows, another begins a write that comes to them, and the first goes on to more rows.

    PostgreSQL fails one of the two where the second has taken what the first still needs.
    """
    failures, has_begun = [], threading.Event()

    def run():
        has_begun.set()
        try:
            write()
        except Exception as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        holds()
        thread.start()
        assert has_begun.wait(10)
        time.sleep(0.5)  # It has come to what is held, and waits.
        takes()
    thread.join(30)
    assert failures == []


@pytest.fixture
def member():
    """A member with everything that stands in an organisation, and what may be done about it."""
    organisation = OrganisationFactory()
    unit = UnitFactory(organisation=organisation)
    here = {"organisation": organisation, "started_on": START}
    membership = MembershipFactory(**here, role_confirmed_at=None)
    requirement = RequirementFactory(organisation=organisation, partnership=None)
    RequirementVersionFactory(requirement=requirement)
    lead = AppointmentFactory(kind=Appointment.Kind.ORGANISATION_LEAD, organisation=organisation).person
    invitation = InvitationFactory(
        organisation=organisation, email=membership.person.email, is_for_lead=True, invited_by=lead
    )
    return SimpleNamespace(
        organisation=organisation,
        unit=unit,
        membership=membership,
        left=MembershipFactory(**here, person=membership.person, role=RoleFactory(), ended_on=date(2026, 2, 1)),
        away=AwayFactory(membership=membership, started_on=date(2026, 3, 2), ended_on=None),
        waiver=WaiverFactory(membership=membership),
        requirement=requirement,
        invitation=invitation,
        belongs=PartnershipMembershipFactory(organisation=organisation),
        module=AskedModule(RequirementFactory().module_key, "Seeing it"),
        lead=lead,
    )


def end_by_file(of):
    run = SimpleNamespace(of_one=of.organisation, organisation_id=of.organisation.pk, started_by=None)
    run.started_by_id = None
    writer = People(run, SimpleNamespace(here=(), within=None), TODAY, timezone.now())
    with transaction.atomic():
        writer.end([of.membership.pk], TODAY)


WRITES = {
    "move": lambda of: actions.move_member(
        membership=of.membership, role=of.membership.role, unit=of.unit, kind="agency", on=TODAY, by=None
    ),
    "end": lambda of: actions.end_membership(membership=of.membership, on=TODAY, by=None),
    "end by a file": end_by_file,
    "reopen": lambda of: actions.reopen_membership(membership=of.left, by=None),
    "confirm": lambda of: actions.confirm_roles(memberships=[of.membership], by=of.lead),
    "away": lambda of: actions.record_away(membership=of.membership, started_on=START, ended_on=START, by=None),
    "end away": lambda of: actions.end_away(away=of.away, on=TODAY, by=None),
    "waive": lambda of: waive_module(
        membership=of.membership, module=of.module, reason="Teaches it.", by=of.lead, at=timezone.now()
    ),
    "end waiver": lambda of: end_waiver(waiver=of.waiver, by=of.lead, at=timezone.now()),
    "change requirement": lambda of: change_requirement(
        requirement=of.requirement, effective_from=TODAY, by=None, is_for_all_roles=True
    ),
    "end requirement": lambda of: end_requirement(requirement=of.requirement, on=TODAY, by=None),
    "leave": lambda of: actions.leave_partnership(
        organisation=of.organisation, partnership=of.belongs.partnership, on=TODAY, by=None
    ),
    "accept": lambda of: actions.accept_invitation(
        invitation=of.invitation, person=of.membership.person, at=timezone.now()
    ),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_what_stands_in_an_organisation_is_taken_after_it(member, write):
    """As a file does that is being saved: first the organisations, then what is found in them."""

    def takes():
        for model in (Membership, Away, Waiver, RequirementVersion, Invitation, PartnershipMembership):
            list(model.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))

    meeting(lambda: hold_places_of([member.membership.person_id]), lambda: write(member), takes)


def test_who_joins_while_a_file_brings_them_is_told(member):
    role, person = RoleFactory(), member.membership.person
    place = {"person": person, "organisation": member.organisation, "role": role, "started_on": START}

    def join():
        with pytest.raises(ValidationError):
            actions.add_membership(**place, by=None)

    meeting(lambda: hold_places_of([person.pk]), join, lambda: MembershipFactory(**place))
    assert Membership.objects.filter(role=role).count() == 1


@transaction.atomic
def erase_several(people):
    WAYS[RecordType.PEOPLE]([each.pk for each in people], timezone.now())


ELSEWHERE = {
    "join": lambda of: actions.join_partnership(organisation=of.second, partnership=of.partnership, on=TODAY, by=None),
    "close": lambda of: actions.close_organisation(organisation=of.second, on=TODAY, by=None, at=timezone.now()),
    "merge": lambda of: actions.merge_organisations(
        organisation=of.second, into=of.third, on=TODAY, by=None, at=timezone.now()
    ),
    "require": lambda of: change_requirement(
        requirement=of.requirement, effective_from=TODAY, by=None, is_for_all_roles=True
    ),
    "erase": lambda of: erase_several(of.former),
    "lead": lambda of: actions.accept_invitation(invitation=of.leads, person=of.elsewhere, at=timezone.now()),
}


@pytest.mark.parametrize("write", ELSEWHERE.values(), ids=ELSEWHERE)
def test_organisations_are_held_by_their_number_also_those_where_people_work_besides(write):
    """As when somebody who works in both completes a module."""
    first, second, third = (OrganisationFactory() for _each in range(3))
    person = MembershipFactory(organisation=first).person
    MembershipFactory(organisation=second, person=person, started_on=START)
    requirement = RequirementFactory(organisation=second, partnership=None)
    RequirementVersionFactory(requirement=requirement)
    asked_by = AppointmentFactory(kind=Appointment.Kind.ORGANISATION_LEAD, organisation=first).person
    elsewhere = MembershipFactory(organisation=second).person
    leads = InvitationFactory(organisation=first, email=elsewhere.email, is_for_lead=True, invited_by=asked_by)
    of = SimpleNamespace(second=second, third=third, requirement=requirement, leads=leads, elsewhere=elsewhere)
    of.former = [elsewhere, MembershipFactory(organisation=first).person]
    of.partnership = RequirementFactory().partnership
    one = Organisation.objects.select_for_update(no_key=True)
    meeting(lambda: one.get(pk=first.pk), lambda: write(of), lambda: one.get(pk=second.pk))


def test_a_list_is_confirmed_while_one_who_is_on_it_completes_a_module(place, site_tree):
    room = make_room(place)
    colleague = MembershipFactory(organisation=room.council, role=room.housing).person
    rows = [come(room.session, person=each, organisation=room.council) for each in (room.learner, colleague)]

    def confirm():
        confirm_attendances(
            session=room.session, pks=[each.pk for each in rows], by=room.trainer, at=DURING + timedelta(minutes=30)
        )

    def learner_holds():
        User.objects.select_for_update(no_key=True).get(pk=colleague.pk)

    meeting(learner_holds, confirm, lambda: hold_places_of([colleague.pk]))
    assert Attendance.objects.filter(completion__isnull=False).count() == 2


def test_two_become_one_while_somebody_confirms_that_they_were_there(place, site_tree):
    room = make_room(place)
    again = MembershipFactory(organisation=room.council, role=room.housing).person
    rows = [come(room.session, person=each, organisation=room.council).pk for each in (room.learner, again)]
    lead = AppointmentFactory(kind=Appointment.Kind.ORGANISATION_LEAD, organisation=room.council).person

    def merge():
        actions.merge_people(kept=room.learner, merged=again, organisation=room.council, by=lead, at=timezone.now())

    held = Attendance.objects.select_for_update(no_key=True).filter(pk__in=rows)
    meeting(lambda: list(held), merge, lambda: hold_people([room.learner.pk, again.pk]))
    assert User.objects.get(pk=again.pk).merged_into == room.learner


def test_a_file_names_somebody_otherwise_whose_training_is_recorded(member):
    person = member.membership.person
    address = person.email
    run = actions.bring_file(
        place=member.organisation,
        kind="people",
        content=f"Name,E-mail,Role\nAda Newname,{address},{member.membership.role.name}\n".encode(),
        file_name="s.csv",
        by=None,
        at=timezone.now(),
    )
    actions.choose_columns(run=run, columns=run.columns, is_queued=False)
    run = actions.check_file(run=run, at=timezone.now())
    actions.start_applying(run=run, mode="good", by=None, is_queued=False)

    def apply():
        actions.apply_import(run=ImportRun.objects.get(pk=run.pk), at=timezone.now())

    meeting(
        lambda: User.objects.select_for_update(no_key=True).get(pk=person.pk),
        apply,
        lambda: hold_places_of([person.pk]),
    )
    assert User.objects.get(pk=person.pk).name == "Ada Newname"


def test_who_joins_while_the_organisation_closes_is_refused(member):
    refused = []

    def join():
        try:
            actions.add_membership(
                person=member.lead, organisation=member.organisation, role=RoleFactory(), started_on=TODAY, by=None
            )
        except ValidationError as refusal:
            refused.append(refusal)

    meeting(
        lambda: hold_places_of([], and_of=[member.organisation.pk]),
        join,
        lambda: actions.close_organisation(
            organisation=member.organisation, on=TODAY - timedelta(days=1), by=None, at=timezone.now()
        ),
    )
    assert len(refused) == 1
    assert not member.lead.memberships.exists()


def test_a_briefing_is_cancelled_while_somebody_who_comes_completes_a_module(place, site_tree):
    room = make_room(place)
    asked = {"organisation": room.council, "session": room.session}
    BriefingRequestFactory(
        **asked, partnership=room.partnership, state=BriefingRequest.State.PLANNED, decided_at=DURING
    )
    coming = {"answer": SessionInvitation.Answer.ACCEPTED, "answered_at": DURING}
    SessionInvitationFactory(**asked, person=room.learner, **coming)

    def cancel():
        cancel_session(session=room.session, by=room.trainer, reason="Ill.", at=DURING - timedelta(days=8))

    def learner_holds():
        User.objects.select_for_update(no_key=True).get(pk=room.learner.pk)

    meeting(learner_holds, cancel, lambda: hold_places_of([room.learner.pk]))


def test_what_was_confirmed_of_oneself_falls_with_organisations_held_by_their_number(place, site_tree):
    room = make_room(place)
    first, second = OrganisationFactory(), OrganisationFactory()
    one = MembershipFactory(organisation=first, started_on=START).person
    again = MembershipFactory(organisation=second, started_on=START).person
    row = come(room.session, person=again, organisation=second)
    room.session.trainers.add(one)
    confirm_attendances(session=room.session, pks=[row.pk], by=one, at=DURING + timedelta(minutes=30))
    row.refresh_from_db()
    assert row.completion is not None
    address = EmailAddress.objects.get(user=again)
    held = Organisation.objects.select_for_update(no_key=True)
    meeting(
        lambda: held.get(pk=first.pk),
        lambda: link_accounts(kept=one, address=address, at=timezone.now()),
        lambda: held.get(pk=second.pk),
    )


def test_a_completion_is_struck_out_while_its_person_is_named_otherwise(member):
    completion = CompletionFactory(person=member.membership.person)
    certificate = CertificateFactory(completion=completion)
    meeting(
        lambda: hold_places_of([completion.person_id]),
        lambda: void_completion(completion=completion, by=member.lead, reason="Wrong.", at=timezone.now()),
        lambda: list(Certificate.objects.select_for_update().filter(pk=certificate.pk)),
    )


def test_a_request_to_join_is_decided_while_details_are_removed(member):
    request = JoinRequestFactory(organisation=member.organisation)
    meeting(
        lambda: hold_places_of([], and_of=[member.organisation.pk]),
        lambda: actions.decide_join_request(join_request=request, is_approved=True, by=member.lead, at=timezone.now()),
        lambda: list(JoinRequest.objects.select_for_update().filter(pk=request.pk)),
    )


def test_details_are_removed_while_a_lead_gives_the_person_another_place(member):
    person = member.membership.person
    place = {"person": person, "organisation": member.organisation, "role": RoleFactory(), "started_on": START}
    meeting(
        lambda: hold_places_of([person.pk]),
        lambda: erase_person(person=person, by=None, at=timezone.now()),
        lambda: MembershipFactory(**place),
    )
