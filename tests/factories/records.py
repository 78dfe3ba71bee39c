"""Requirements, work in progress and records for tests and for the demo.

Rows are made as they are: no event is sent and no standing is rebuilt. Call the actions where a test is about them.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import factory
from factory.django import DjangoModelFactory

from courses.models import Edition
from organisations.imports.columns import folded
from records.models import (
    Attempt,
    AttemptDraft,
    Attendance,
    BriefingRequest,
    Certificate,
    Completion,
    CompletionMembership,
    Enrolment,
    LessonProgress,
    OutsideCourse,
    Recognition,
    Reminder,
    ReminderRound,
    Requirement,
    RequirementVersion,
    Session,
    SessionInvitation,
    Standing,
    Waiver,
)
from tests.factories.organisations import MembershipFactory, OrganisationFactory, PartnershipFactory, UserFactory
from tests.factories.quizzes import make_quiz_version

STARTED_AT = datetime(2026, 6, 1, 9, 0, tzinfo=ZoneInfo("Europe/London"))
COMPLETED_ON = date(2026, 6, 2)
EFFECTIVE_FROM = date(2026, 1, 5)


def live_edition() -> Edition:
    """The edition of a new module with one lesson."""
    from tests.factories.courses import make_module

    return Edition.objects.get(module_key=make_module().module_key)


class EnrolmentFactory(DjangoModelFactory):
    """A person at work in a module; give `edition=` to choose it, `is_completed=True` for work that has ended."""

    class Meta:
        model = Enrolment

    person = factory.SubFactory(UserFactory)
    edition = factory.LazyFunction(live_edition)
    module = factory.SelfAttribute("edition.module")
    module_key = factory.SelfAttribute("edition.module_key")
    started_at = STARTED_AT

    class Params:
        is_completed = factory.Trait(
            state=Enrolment.State.COMPLETED, ended_at=datetime(2026, 6, 2, 10, 0, tzinfo=ZoneInfo("Europe/London"))
        )


class LessonProgressFactory(DjangoModelFactory):
    """A lesson done."""

    class Meta:
        model = LessonProgress

    enrolment = factory.SubFactory(EnrolmentFactory)
    lesson_key = factory.LazyFunction(uuid.uuid4)
    done_at = STARTED_AT


class AttemptDraftFactory(DjangoModelFactory):
    """A quiz being answered."""

    class Meta:
        model = AttemptDraft

    enrolment = factory.SubFactory(EnrolmentFactory)
    lesson_key = factory.LazyFunction(uuid.uuid4)
    quiz_version = factory.LazyFunction(make_quiz_version)
    seed = 7
    started_at = STARTED_AT
    saved_at = STARTED_AT


class AttemptFactory(DjangoModelFactory):
    """A quiz handed in, passed unless told otherwise."""

    class Meta:
        model = Attempt

    enrolment = factory.SubFactory(EnrolmentFactory)
    lesson_key = factory.LazyFunction(uuid.uuid4)
    quiz_version = factory.LazyFunction(make_quiz_version)
    number = factory.Sequence(lambda n: n + 1)
    questions = factory.LazyFunction(list)
    score = Decimal("1")
    pass_mark = Decimal("0.8")
    is_passed = True
    idempotency_key = factory.LazyFunction(uuid.uuid4)
    started_at = STARTED_AT
    submitted_at = STARTED_AT


class CompletionFactory(DjangoModelFactory):
    """A completion; give `module=` (a module page) or `module_key=` to say of what."""

    class Meta:
        model = Completion

    person = factory.SubFactory(UserFactory)
    module = None
    module_key = factory.LazyAttribute(lambda o: o.module.translation_key if o.module else uuid.uuid4())
    title = factory.LazyAttribute(lambda o: o.module.title if o.module else "Seeing it")
    edition_number = 1
    minutes = 15
    completed_on = COMPLETED_ON


class CompletionMembershipFactory(DjangoModelFactory):
    """Where the person worked on the day of a completion."""

    class Meta:
        model = CompletionMembership

    completion = factory.SubFactory(CompletionFactory)
    membership = factory.SubFactory(MembershipFactory, person=factory.SelfAttribute("..completion.person"))
    organisation = factory.SelfAttribute("membership.organisation")
    organisation_name = factory.SelfAttribute("organisation.name")
    role = factory.SelfAttribute("membership.role")
    role_name = factory.SelfAttribute("role.name")


class CertificateFactory(DjangoModelFactory):
    """A certificate that stands."""

    class Meta:
        model = Certificate

    #: Twenty-eight letters and digits of the alphabet that certificates use.
    code = factory.Sequence(lambda n: "".join("23456789BC"[int(digit)] for digit in f"{n:028d}"))
    completion = factory.SubFactory(CompletionFactory)
    person = factory.SelfAttribute("completion.person")
    payload = factory.LazyAttribute(
        lambda o: {
            "name": o.person.name if o.person else "",
            "module": o.completion.title,
            "edition": o.completion.edition_number,
            "minutes": o.completion.minutes,
            "completed_on": o.completion.completed_on.isoformat(),
            "valid_until": o.valid_until.isoformat() if o.valid_until else None,
            "issuer": "Riverside Anti-Slavery Partnership",
        }
    )
    issued_at = STARTED_AT
    valid_until = None
    superseded_by = None
    superseded_at = factory.LazyAttribute(lambda o: STARTED_AT if o.superseded_by else None)


class RecognitionFactory(DjangoModelFactory):
    """What a recognised completion rests on."""

    class Meta:
        model = Recognition

    completion = factory.SubFactory(CompletionFactory, source=Completion.Source.RECOGNISED)
    organisation = factory.SubFactory(OrganisationFactory)
    course = "Spotting slavery, level 1"
    reference = factory.Sequence(lambda n: f"Certificate {n}")
    reason = "The same content, with a test."


class OutsideCourseFactory(DjangoModelFactory):
    """A course elsewhere that equals an edition."""

    class Meta:
        model = OutsideCourse

    organisation = factory.SubFactory(OrganisationFactory)
    edition = factory.LazyFunction(live_edition)
    name = factory.Sequence(lambda n: f"Spotting slavery, level {n}")
    key = factory.LazyAttribute(lambda o: folded(o.name))


class WaiverFactory(DjangoModelFactory):
    """That a module is not asked of a member."""

    class Meta:
        model = Waiver

    membership = factory.SubFactory(MembershipFactory)
    module_key = factory.LazyFunction(uuid.uuid4)
    module_title = "Seeing it"
    started_on = date(2026, 2, 2)
    reason = "Teaches it herself."


class RequirementFactory(DjangoModelFactory):
    """That a partnership requires a module; give `organisation=` and `partnership=None` for an organisation's own."""

    class Meta:
        model = Requirement

    partnership = factory.Maybe(
        "organisation", yes_declaration=None, no_declaration=factory.SubFactory(PartnershipFactory)
    )
    organisation = None
    module = None
    module_key = factory.LazyAttribute(lambda o: o.module.translation_key if o.module else uuid.uuid4())
    module_title = factory.LazyAttribute(lambda o: o.module.title if o.module else "Seeing it")


class RequirementVersionFactory(DjangoModelFactory):
    """How a requirement stands: for everyone unless `roles=[...]` are given."""

    class Meta:
        model = RequirementVersion
        skip_postgeneration_save = True

    requirement = factory.SubFactory(RequirementFactory)
    number = 1
    effective_from = EFFECTIVE_FROM
    is_for_all_roles = True
    due_days = 30
    valid_for_months = 24

    @factory.post_generation
    def roles(self, create, extracted, **kwargs):
        if create and extracted:
            self.is_for_all_roles = False
            self.save(update_fields=["is_for_all_roles"])
            self.roles.set(extracted)


class StandingFactory(DjangoModelFactory):
    """One stretch of a membership under a requirement version."""

    class Meta:
        model = Standing

    membership = factory.SubFactory(MembershipFactory)
    requirement_version = factory.SubFactory(RequirementVersionFactory)
    person = factory.SelfAttribute("membership.person")
    organisation = factory.SelfAttribute("membership.organisation")
    role = factory.SelfAttribute("membership.role")
    module_key = factory.SelfAttribute("requirement_version.requirement.module_key")
    required_from = EFFECTIVE_FROM
    due_on = date(2026, 2, 4)


class SessionFactory(DjangoModelFactory):
    """A briefing planned by one trainer; give `trainers=[...]` to choose who delivers it."""

    class Meta:
        model = Session
        skip_postgeneration_save = True

    partnership = factory.SubFactory(PartnershipFactory)
    edition = factory.LazyFunction(live_edition)
    module = factory.SelfAttribute("edition.module")
    module_key = factory.SelfAttribute("edition.module_key")
    title = factory.SelfAttribute("edition.title")
    edition_number = factory.SelfAttribute("edition.number")
    place = "Town hall, room 2"
    starts_at = STARTED_AT
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(hours=1))
    #: Eight symbols of the alphabet that codes use.
    code = factory.Sequence(lambda n: "".join("23456789BC"[int(digit)] for digit in f"{n:08d}"))

    @factory.post_generation
    def trainers(self, create, extracted, **kwargs):
        if create and extracted:
            self.trainers.set(extracted)


class SessionInvitationFactory(DjangoModelFactory):
    """An organisation asked to a briefing; not answered yet."""

    class Meta:
        model = SessionInvitation

    session = factory.SubFactory(SessionFactory)
    organisation = factory.SubFactory(OrganisationFactory)


class AttendanceFactory(DjangoModelFactory):
    """A name on a list; give `person=` for somebody with an account."""

    class Meta:
        model = Attendance

    session = factory.SubFactory(SessionFactory)
    name = factory.Maybe("person", yes_declaration="", no_declaration=factory.Sequence(lambda n: f"Guest Number{n}"))
    person = None
    how = Attendance.How.CODE
    checked_in_at = factory.SelfAttribute("session.starts_at")


class BriefingRequestFactory(DjangoModelFactory):
    """An organisation that waits for a briefing."""

    class Meta:
        model = BriefingRequest

    partnership = factory.SubFactory(PartnershipFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    module = None
    module_key = factory.LazyAttribute(lambda o: o.module.translation_key if o.module else uuid.uuid4())
    title = factory.LazyAttribute(lambda o: o.module.title if o.module else "Seeing it")
    people = 12


class ReminderRoundFactory(DjangoModelFactory):
    """Reminders that a lead sent; give people with ReminderFactory."""

    class Meta:
        model = ReminderRound

    organisation = factory.SubFactory(OrganisationFactory)
    words = "Please find the time this week."


class ReminderFactory(DjangoModelFactory):
    """One person in a round."""

    class Meta:
        model = Reminder

    round = factory.SubFactory(ReminderRoundFactory)
    person = factory.SubFactory(UserFactory)
    organisation = factory.SelfAttribute("round.organisation")
    outcome = Reminder.Outcome.SENT
    goes_at = factory.LazyAttribute(lambda made: made.round.sent_at if made.outcome == Reminder.Outcome.SENT else None)
