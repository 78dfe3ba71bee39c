"""Who works in the drill, and what they have to do."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from courses.actions import submit_module
from courses.models import ModulePage, Submission
from organisations.models import Appointment, Organisation, Role, User
from privacy.actions.erasure import ask_for_erasure
from privacy.models import ErasureRequest
from records.actions.learning import start_attempt, start_module, submit_attempt
from tests.factories.courses import make_module, make_reviewer, make_trainer, write_draft
from tests.factories.organisations import (
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    RoleFactory,
    UserFactory,
    make_appointed,
)
from tests.factories.quizzes import make_quiz, right_answers
from tests.factories.records import RequirementFactory, RequirementVersionFactory
from tests.second_factor import give_app

QUESTIONS = 2
#: Of those who sign in by the page.
PASSWORD = "a long walk by the canal"


@dataclass
class World:
    """What was made before anything is killed."""

    organisation: Organisation
    role: Role
    learners: list[User] = field(default_factory=list)
    #: Modules to be taken: they stay as they are.
    modules: list[ModulePage] = field(default_factory=list)
    #: Modules that were changed and handed in.
    submissions: list[Submission] = field(default_factory=list)
    #: Requests of people with a record that their details be removed.
    requests: list[ErasureRequest] = field(default_factory=list)
    #: Who approves, who removes details, and who invites.
    reviewer: User | None = None
    lead: User | None = None
    inviting: User | None = None


def make_world(*, learners: int, rounds: int) -> World:
    """An organisation with learners, modules with a quiz, and for each round one thing to approve and one to erase."""
    partnership = PartnershipFactory()
    organisation, role = OrganisationFactory(partnership=partnership), RoleFactory()
    world = World(organisation, role)
    world.learners = [MembershipFactory(organisation=organisation, role=role).person for _ in range(learners)]
    world.modules = [make_module(quiz=make_quiz(questions=QUESTIONS)) for _ in range(rounds)]
    for module in world.modules:
        RequirementVersionFactory(requirement=RequirementFactory(partnership=partnership, module=module))
    world.reviewer = make_reviewer(partnership, password=PASSWORD)
    world.lead, world.inviting = [_lead_of(organisation, role) for _ in range(2)]
    for person in (world.reviewer, world.lead, world.inviting):
        give_app(person)
    trainer = make_trainer(partnership)
    for _ in range(rounds):
        module = make_module(quiz=make_quiz(questions=QUESTIONS))
        write_draft(module, by=trainer, minutes=17)
        now = timezone.now()
        world.submissions.append(submit_module(module=module, by=trainer, what_changed="Minutes", at=now))
        person = MembershipFactory(organisation=organisation, role=role).person
        take_quiz(person, world.modules[0])
        # Whoever enters a letter does not carry it out.
        world.requests.append(ask_for_erasure(person=person, by=world.inviting, at=now, is_by_letter=True))
    return world


def _lead_of(organisation: Organisation, role: Role) -> User:
    person = MembershipFactory(organisation=organisation, role=role, person=UserFactory(password=PASSWORD)).person
    return make_appointed(Appointment.Kind.ORGANISATION_LEAD, person=person, organisation=organisation)


def take_quiz(person: User, module: ModulePage) -> None:
    """A whole module, in one go."""
    now = timezone.now()
    enrolment = start_module(person=person, module=module, at=now)
    draft = start_attempt(enrolment=enrolment, lesson_key=enrolment.edition.lessons.get().lesson_key, at=now)
    draft.answers = right_answers(draft.quiz_version)
    draft.save()
    submit_attempt(person=person, key=draft.key, at=now)


def session_of(person: User) -> str:
    """The cookie of somebody who has signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return session.session_key
