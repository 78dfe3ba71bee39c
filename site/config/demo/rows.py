"""Turns the plan of a year into rows: enrolments, lessons done, attempts, completions, certificates."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from config.demo.people import World, at_nine
from config.demo.year import Plan, Source
from courses.models import Edition, EditionLesson
from organisations.clock import LONDON
from organisations.models import Membership, User
from quizzes.marking import right_answer
from quizzes.questions import Question, in_language
from quizzes.selectors import questions_of
from records.actions.learning import marked_attempt
from records.models import (
    Attempt,
    AttemptDraft,
    Certificate,
    Completion,
    CompletionMembership,
    Enrolment,
    Evaluation,
    LessonProgress,
    LessonsNotDone,
    Part,
    Recognition,
)
from records.rules.certificates import new_code
from records.rules.days import add_months
from records.rules.evaluations import LATER_FROM
from records.rules.progress import Work, progress_of
from records.selectors.lessons_of_roles import numbers_of_roles, roles_lacking
from tests.factories.records import (
    AttemptDraftFactory,
    CertificateFactory,
    CompletionFactory,
    CompletionMembershipFactory,
    EnrolmentFactory,
    LessonProgressFactory,
    OutsideCourseFactory,
    RecognitionFactory,
)

#: How sure people are of each answer when they pass, and when they do not.
SURE, FAIRLY_SURE, UNSURE = 0.93, 0.6, 0.45
#: How many answer the questions before a module, and how many of those answer them again at the end.
ANSWER_BEFORE, ANSWER_AFTER = 0.6, 0.75
#: How many learn in Somali where that is there, and how many of them a bad translation leads to a wrong answer.
IN_SOMALI, MISLED = 0.25, 0.75
#: How many certificates were taken back, and how many replaced after a change of name.
REVOKED, REPLACED = 3, 4
#: What the council calls its own training.
COURSE_ELSEWHERE = "Modern slavery awareness, level 1 (e-learning)"


class Course:
    """A module as people take it: its lessons and the questions of its quizzes."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.lessons = list(edition.lessons.defer("content").select_related("quiz_version"))
        versions = [lesson.quiz_version for lesson in self.lessons if lesson.quiz_version]
        versions += [edition.check_version] if edition.check_version else []
        self.questions: dict[int, tuple[Question, ...]] = {each.pk: questions_of(each) for each in versions}

    def lessons_for(self, slugs: Iterable[str]) -> tuple[EditionLesson, ...]:
        """The lessons of people with these roles."""
        return progress_of(self.lessons, slugs, Work()).lessons


@dataclass
class Way:
    """A plan on its way to rows."""

    plan: Plan
    course: Course
    lessons: tuple[EditionLesson, ...]
    #: Where the person worked when it ended, or works now.
    memberships: list[Membership]
    began_at: datetime
    enrolment: Enrolment | None = None
    attempts: list[Attempt] | None = None

    @property
    def ended_at(self) -> datetime | None:
        """The moment of the completion."""
        day = self.plan.completed_on
        return datetime.combine(day, self.began_at.timetz()) + timedelta(minutes=50) if day else None


def write_rows(world: World, plans: list[Plan], struck: User) -> None:
    """Writes everything that the plan says; `struck` is who strikes out and takes back."""
    courses = {edition.pk: Course(edition) for edition in {plan.edition for plan in plans}}
    ways = [_way(world, plan, courses[plan.edition.pk]) for plan in plans]
    online = [way for way in ways if way.plan.source == Source.ASSESSED]
    for way in online:
        way.enrolment = _enrolment(way)
    Enrolment.objects.bulk_create(way.enrolment for way in online if way.enrolment)
    LessonProgress.objects.bulk_create(row for way in online for row in _lessons_done(way))
    for way in online:
        way.attempts = list(_attempts(world.dice, way))
    around = list(_around(online))
    Attempt.objects.bulk_create([*(attempt for way in online for attempt in way.attempts or ()), *around])
    AttemptDraft.objects.bulk_create(
        _draft(world.dice, way, lesson)
        for way in online
        if way.plan.is_answering
        for lesson in way.lessons
        if lesson.quiz_version_id
    )
    completed = [way for way in ways if way.plan.completed_on]
    completions = Completion.objects.bulk_create(map(_completion, completed))
    CompletionMembership.objects.bulk_create(
        CompletionMembershipFactory.build(completion=completion, membership=membership)
        for completion, way in zip(completions, completed, strict=True)
        for membership in way.memberships
    )
    LessonsNotDone.objects.bulk_create(_lessons_not_done(completed, completions))
    Evaluation.objects.bulk_create(_evaluations(world.today, completions))
    _write_recognitions(completed, completions)
    _write_certificates(world, completions, struck)


def _way(world: World, plan: Plan, course: Course) -> Way:
    day = plan.completed_on or world.today
    there = [
        each
        for each in world.memberships_of(plan.person)
        if each.started_on <= day and (each.ended_on is None or each.ended_on >= day)
    ]
    minute = world.dice.randrange(7 * 60, 20 * 60)
    began_at = datetime.combine(plan.began_on, time(minute // 60, minute % 60), LONDON)
    return Way(plan, course, course.lessons_for({each.role.slug for each in there}), there, began_at)


def _enrolment(way: Way) -> Enrolment:
    state = Enrolment.State.COMPLETED if way.ended_at else Enrolment.State.OPEN
    return EnrolmentFactory.build(
        person=way.plan.person,
        edition=way.plan.edition,
        state=state,
        started_at=way.began_at,
        ended_at=way.ended_at,
    )


def _lessons_done(way: Way) -> Iterator[LessonProgress]:
    plain = [lesson for lesson in way.lessons if lesson.quiz_version_id is None]
    for number, lesson in enumerate(plain[: round(len(plain) * way.plan.read)], start=1):
        yield LessonProgressFactory.build(
            enrolment=way.enrolment,
            lesson_key=lesson.lesson_key,
            done_at=way.began_at + timedelta(minutes=2 * number),
        )


def _attempts(dice: random.Random, way: Way) -> Iterator[Attempt]:
    """Those that failed, then the one that passed."""
    passes = [False] * way.plan.failed + [True] * (way.plan.completed_on is not None)
    for lesson in way.lessons:
        if lesson.quiz_version_id is None:
            continue
        for number, wanted in enumerate(passes, start=1):
            draft = _draft(dice, way, lesson)
            draft.answers = {}
            questions = way.course.questions[lesson.quiz_version_id]
            at = way.began_at + timedelta(minutes=25 + 8 * number)
            yield _marked(dice, draft, questions, wanted, number, way.ended_at if number == len(passes) else at, at)


def _around(ways: Iterable[Way]) -> Iterator[Attempt]:
    """What was answered before the first lesson, and again at the end by those who had completed the module."""
    # Dice of their own, so that nothing else of the demo falls otherwise.
    dice = random.Random(61)  # noqa: S311 - invented answers
    for way in ways:
        version = way.plan.edition.check_version
        if version is None or dice.random() >= ANSWER_BEFORE:
            continue
        parts = [(Part.BEFORE, way.began_at + timedelta(minutes=1), FAIRLY_SURE, (1, 2, 2, 3))]
        if way.ended_at and dice.random() < ANSWER_AFTER:
            parts.append((Part.AFTER, way.ended_at + timedelta(minutes=3), SURE, (3, 4, 4, 5)))
        for number, (part, at, sure, confidence) in enumerate(parts, start=1):
            questions = way.course.questions[version.pk]
            draft = AttemptDraftFactory.build(
                enrolment=way.enrolment,
                part=part,
                lesson_key=way.plan.edition.module_key,
                quiz_version=version,
                seed=dice.getrandbits(62),
                answers={question.key: _answer(dice, question, sure) for question in questions},
                seconds={question.key: _seconds(dice, question) for question in questions},
                started_at=at - timedelta(minutes=1),
            )
            attempt = marked_attempt(draft, questions, number=number, at=at, language="en")
            attempt.confidence = dice.choice(confidence)
            yield attempt


def _marked(
    dice: random.Random,
    draft: AttemptDraft,
    questions: tuple[Question, ...],
    wanted: bool,
    number: int,
    at: datetime | None,
    otherwise: datetime,
) -> Attempt:
    """An attempt that comes out as wanted: answered at random a few times, then without a mistake or without a hit."""
    draft.started_at = (at or otherwise) - timedelta(minutes=6)
    # Dice of its own: how long somebody took changes nothing about who does what.
    own = random.Random(draft.seed)  # noqa: S311
    language = "so" if own.random() < IN_SOMALI else "en"
    draft.seconds = {question.key: _seconds(own, question) for question in questions}
    misled = _misled(questions) if language == "so" and own.random() < MISLED else None
    for sure in [SURE if wanted else UNSURE] * 6 + [1.0 if wanted else 0.0]:
        draft.answers = {question.key: _answer(dice, question, sure) for question in questions}
        if misled and sure < 1:
            draft.answers[misled.key] = _answer(own, misled, 0.0)
        attempt = marked_attempt(draft, questions, number=number, at=at or otherwise, language=language)
        if attempt.is_passed is wanted:
            break
    return attempt


def _answer(dice: random.Random, question: Question, sure: float) -> list[str]:
    right = list(right_answer(question))
    wrong = [choice.key for choice in question.choices if not choice.is_correct and not question.parts]
    if dice.random() < sure:
        return right
    return [dice.choice(wrong)] if wrong else []


def _seconds(dice: random.Random, question: Question) -> int:
    """Longer questions take longer."""
    return round(8 + len(in_language(question.text, "en")) / 8 * dice.uniform(0.5, 2.5))


def _misled(questions: tuple[Question, ...]) -> Question | None:
    """The question whose translation would mislead, if there is one: something for its trainer to find."""
    return next((each for each in questions[1:] if each.kind == "single_choice"), None)


def _draft(dice: random.Random, way: Way, lesson: EditionLesson) -> AttemptDraft:
    questions = way.course.questions[lesson.quiz_version_id or 0]
    answered = questions[: dice.randint(1, len(questions))]
    at = way.began_at + timedelta(minutes=55)
    return AttemptDraftFactory.build(
        enrolment=way.enrolment,
        lesson_key=lesson.lesson_key,
        quiz_version=lesson.quiz_version,
        seed=dice.getrandbits(62),
        answers={question.key: _answer(dice, question, SURE) for question in answered},
        started_at=at,
        saved_at=at,
    )


def _completion(way: Way) -> Completion:
    plan, edition = way.plan, way.plan.edition
    passed = [attempt.score for attempt in way.attempts or () if attempt.is_passed]
    return CompletionFactory.build(
        person=plan.person,
        enrolment=way.enrolment,
        module=edition.module,
        title=edition.title,
        edition=edition,
        edition_number=edition.number,
        minutes=edition.content.get("minutes") or 0,
        lesson_keys=[str(lesson.lesson_key) for lesson in way.lessons] if way.enrolment else [],
        completed_on=plan.completed_on,
        source=plan.source,
        score=max(passed) if passed else None,
        created_at=way.ended_at,
    )


def _lessons_not_done(completed: list[Way], completions: list[Completion]) -> Iterator[LessonsNotDone]:
    """The roles for which a completion is not good, where the module asks for the lessons of each role."""
    numbers = numbers_of_roles({way.plan.edition for way in completed})
    for way, completion in zip(completed, completions, strict=True):
        held = {each.role.slug for each in way.memberships}
        done = {lesson.lesson_key for lesson in way.lessons} if way.enrolment else set()
        for role in roles_lacking(way.plan.edition, done, held, numbers):
            yield LessonsNotDone(completion=completion, role_id=role)


def _evaluations(today: date, completions: Iterable[Completion]) -> Iterator[Evaluation]:
    """What some said of a module when they had completed it, and a few once more when some time had passed."""
    # Dice of their own, so that nothing else of the demo falls otherwise.
    dice = random.Random(60)  # noqa: S311 - invented answers
    moments = ((Evaluation.Moment.AT_COMPLETION, 0, 0.45), (Evaluation.Moment.LATER, LATER_FROM + 5, 0.2))
    for completion in completions:
        for moment, days, share in moments:
            day = completion.completed_on + timedelta(days=days)
            if completion.source != Source.RECOGNISED and day <= today and dice.random() < share:
                yield Evaluation(
                    completion=completion,
                    moment=moment,
                    helps=dice.choice((3, 4, 4, 5)),
                    knows_next=dice.choice((2, 3, 4, 4, 5)),
                    answered_at=at_nine(day),
                )


def _write_recognitions(completed: list[Way], completions: list[Completion]) -> None:
    """What training elsewhere was, and that the council's own system calls it so."""
    recognised = [
        (way, completion)
        for way, completion in zip(completed, completions, strict=True)
        if way.plan.source == Source.RECOGNISED
    ]
    Recognition.objects.bulk_create(
        RecognitionFactory.build(
            completion=completion,
            organisation=way.memberships[0].organisation,
            course=COURSE_ELSEWHERE,
            reference=f"Learning record {4100 + number}",
            reason="The same content, with a test at the end.",
        )
        for number, (way, completion) in enumerate(recognised)
    )
    way, completion = recognised[0]
    OutsideCourseFactory(
        organisation=way.memberships[0].organisation, edition=completion.edition, name=COURSE_ELSEWHERE
    )


def _write_certificates(world: World, completions: list[Completion], struck: User) -> None:
    """One for each completion by e-learning; some are taken back, and some were replaced after a change of name."""
    assessed = [completion for completion in completions if completion.source == Source.ASSESSED]
    chosen = world.dice.sample(assessed, REVOKED + REPLACED)
    certificates = Certificate.objects.bulk_create(_certificate(completion) for completion in assessed)
    certificate_of = dict(zip((each.pk for each in assessed), certificates, strict=True))
    reason = "Recorded for the wrong person (invented)."
    for number, completion in enumerate(chosen[:REVOKED]):
        certificate = certificate_of[completion.pk]
        at = min(certificate.issued_at + timedelta(days=9), at_nine(world.today))
        certificate.revoked_at, certificate.revoked_by, certificate.revoke_reason = at, struck, reason
        if number:
            completion.voided_at, completion.voided_by, completion.void_reason = at, struck, reason
    Certificate.objects.bulk_update(
        [certificate_of[each.pk] for each in chosen], ["revoked_at", "revoked_by", "revoke_reason"]
    )
    Completion.objects.bulk_update(chosen, ["voided_at", "voided_by", "void_reason"])
    earlier = []
    for completion in chosen[REVOKED:]:
        old = _certificate(completion)
        old.payload = {**old.payload, "name": f"{completion.person.name.split()[0]} Formerly"}
        old.superseded_at = min(old.issued_at + timedelta(days=40), at_nine(world.today))
        old.superseded_by = certificate_of[completion.pk]
        earlier.append(old)
    Certificate.objects.bulk_create(earlier)


def _certificate(completion: Completion) -> Certificate:
    months = completion.edition.content.get("certificate_months") if completion.edition else None
    until: date | None = add_months(completion.completed_on, months) if months else None
    return CertificateFactory.build(
        completion=completion, code=new_code(secrets.choice), issued_at=completion.created_at, valid_until=until
    )
