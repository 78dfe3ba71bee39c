"""Who works in the drill, and what they have to do."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from courses.actions import submit_module
from courses.models import ModulePage, Submission
from organisations.models import Membership, Organisation, User
from privacy.actions.erasure import ask_for_erasure
from records.actions.learning import start_attempt, start_module, submit_attempt
from tests.factories.courses import make_module, make_reviewer, make_trainer, write_draft
from tests.factories.organisations import MembershipFactory, OrganisationFactory, PartnershipFactory, RoleFactory
from tests.factories.quizzes import make_quiz, right_answers
from tests.factories.records import RequirementFactory, RequirementVersionFactory

QUESTIONS = 2


@dataclass
class World:
    """What was made before anything is killed."""

    organisation: Organisation
    membership: Membership
    learners: list[User] = field(default_factory=list)
    #: Modules to be taken: they stay as they are.
    modules: list[ModulePage] = field(default_factory=list)
    #: Modules that were changed and handed in.
    submissions: list[Submission] = field(default_factory=list)
    #: People with a record who asked that their details be removed.
    leaving: list[User] = field(default_factory=list)
    reviewer: User | None = None


def make_world(*, learners: int, modules: int, submissions: int, leaving: int) -> World:
    """An organisation with learners, modules with a quiz, and submissions that wait for a reviewer."""
    partnership = PartnershipFactory()
    organisation, role = OrganisationFactory(partnership=partnership), RoleFactory()
    lead = MembershipFactory(organisation=organisation, role=role)
    world = World(organisation, lead)
    world.learners = [MembershipFactory(organisation=organisation, role=role).person for _ in range(learners)]
    world.modules = [make_module(quiz=make_quiz(questions=QUESTIONS)) for _ in range(modules)]
    for module in world.modules:
        RequirementVersionFactory(requirement=RequirementFactory(partnership=partnership, module=module))
    trainer, world.reviewer = make_trainer(partnership), make_reviewer(partnership)
    for _ in range(submissions):
        module = make_module(quiz=make_quiz(questions=QUESTIONS))
        write_draft(module, by=trainer, minutes=17)
        now = timezone.now()
        world.submissions.append(submit_module(module=module, by=trainer, what_changed="Minutes", at=now))
    for _ in range(leaving):
        person = MembershipFactory(organisation=organisation, role=role).person
        take_quiz(person, world.modules[0])
        ask_for_erasure(person=person, by=lead.person, at=timezone.now(), is_by_letter=True)
        world.leaving.append(person)
    return world


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
