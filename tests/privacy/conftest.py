"""A person with something in every table, in two organisations of one partnership."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from organisations.models import JoinRequest, Membership, User
from records.actions.learning import start_attempt, start_module, submit_attempt
from records.actions.standing import rebuild_standing
from records.models import Certificate, Completion
from tests.factories.courses import lesson_pages, make_module
from tests.factories.organisations import (
    AppointmentFactory,
    AwayFactory,
    HeadcountFactory,
    InvitationFactory,
    MembershipFactory,
    UserFactory,
)
from tests.factories.quizzes import make_quiz
from tests.factories.records import (
    CertificateFactory,
    CompletionFactory,
    CompletionMembershipFactory,
    RequirementVersionFactory,
)
from tests.organisations.lead_world import World, make_world
from tests.organisations.lead_world import sign_in as sign_in_as

#: Found nowhere else; everything that says who the person is has it.
CANARY = "qzxcanary"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def sign_in(person: User) -> Client:
    """A browser of somebody who signs in with codes, and so has no password to enter again."""
    person.set_unusable_password()
    person.save(update_fields=["password"])
    return sign_in_as(person)


@dataclass
class Somebody:
    """The person whose details are everywhere, and where they are."""

    world: World
    person: User
    membership: Membership
    second: Membership
    completion: Completion
    certificate: Certificate


@pytest.fixture
def somebody(db, today) -> Somebody:
    """Works in `ours` and in `theirs`, has completed one module, is half through another."""
    world = make_world()
    person = UserFactory(name=f"Mina {CANARY.title()}", email=f"{CANARY}@riverside.example")
    person.emailaddress_set.create(email=f"{CANARY}.home@example.org", verified=True)
    details = {"person": person, "role": world.role}
    membership = MembershipFactory(
        **details, organisation=world.ours, staff_number=f"{CANARY}-17", work_email=f"{CANARY}@riverside.example"
    )
    second = MembershipFactory(
        **details,
        organisation=world.theirs,
        staff_number=f"{CANARY}-18",
        started_on=date(2026, 3, 1),
        work_email=f"{CANARY}@harbour.example",
    )
    AwayFactory(membership=membership)
    for place, people in ((world.ours, 9), (world.theirs, 4)):
        HeadcountFactory(organisation=place, role=world.role, people=people)
        InvitationFactory(organisation=place, role=world.role, email=f"{CANARY}@{place.slug}.example")
    JoinRequest.objects.create(
        person=person, organisation=world.foreign, role=world.role, email=f"{CANARY}@far.example"
    )
    AppointmentFactory(person=person, kind="reviewer", partnership=world.partnership)
    version = RequirementVersionFactory(
        requirement__partnership=world.partnership, roles=[world.role], valid_for_months=3
    )
    completion = CompletionFactory(
        person=person, module_key=version.requirement.module_key, completed_on=date(2026, 6, 2)
    )
    for each in (membership, second):
        CompletionMembershipFactory(completion=completion, membership=each)
    certificate = CertificateFactory(completion=completion)
    _work(person)
    session = SessionStore()
    session["_auth_user_id"] = str(person.pk)
    session["held"] = f"{CANARY} was writing"
    session.create()
    rebuild_standing()
    return Somebody(world, person, membership, second, completion, certificate)


def _work(person: User) -> None:
    """A quiz handed in and begun again."""
    module = make_module(lessons=2, quiz=make_quiz(questions=2))
    last = lesson_pages(module)[-1]
    enrolment = start_module(person=person, module=module, at=NOW)
    keys = {"enrolment": enrolment, "lesson_key": last.lesson_key, "at": NOW}
    draft = start_attempt(**keys)
    draft.answers = {"unknown": ["a"]}
    draft.save()
    submit_attempt(person=person, key=draft.key, at=NOW, language="en")
    start_attempt(**keys)
