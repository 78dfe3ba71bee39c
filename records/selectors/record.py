"""Reads a person's whole record: what they completed, what is under way, and how much they learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy

from courses.translated import DEFAULT
from organisations.clock import day_of
from organisations.models import Membership, User
from organisations.querysets import same_person
from quizzes.marking import per_cent
from records.models import (
    Attempt,
    Attendance,
    Certificate,
    Completion,
    CompletionMembership,
    Enrolment,
    LessonProgress,
    Part,
    Recognition,
    RegradedAttempt,
    Session,
)
from records.selectors.addresses import module_address
from records.selectors.certificates import CertificateView, certificate_on
from records.selectors.learning import Titled, module_title

#: How the person came to a completion, in words for the person.
HOW = {
    Completion.Source.ASSESSED: gettext_lazy("Learned on Signpost"),
    Completion.Source.ATTENDED: gettext_lazy("Took part in a briefing"),
    Completion.Source.RECOGNISED: gettext_lazy("Other training that counts"),
}


def title_of(completion: Completion) -> Titled:
    """The module's title: the reader's language where the edition has it, else English as it was recorded."""
    edition = completion.edition
    if edition and edition.title == completion.title:
        return module_title(edition)
    return Titled(completion.title, DEFAULT)


@dataclass(frozen=True)
class Line:
    """A completion with its certificate and where the person worked on the day."""

    completion: Completion
    places: Sequence[CompletionMembership]
    #: The one that was not replaced; none where none was granted.
    certificate: CertificateView | None
    #: How many certificates came before it.
    replaced: int
    #: In the person's own record: what was right before and after, in per cent, and how many lessons were left out.
    score_before: int | None = None
    score_after: int | None = None
    left_out: int = 0

    @property
    def title(self) -> Titled:
        """The module's title."""
        return title_of(self.completion)

    @property
    def is_voided(self) -> bool:
        """Whether the completion was struck out."""
        return self.completion.voided_at is not None

    @property
    def voided_on(self) -> date | None:
        """The day on which it was struck out."""
        return day_of(self.completion.voided_at) if self.completion.voided_at else None

    @property
    def score(self) -> int | None:
        """In whole per cent, never rounded up to what was not reached."""
        return _told(self.completion.score)

    @property
    def how(self) -> str:
        """How the person came to it, in words for the person."""
        return str(HOW[Completion.Source(self.completion.source)])

    @property
    def recognition(self) -> Recognition | None:
        """What training elsewhere it rests on."""
        return getattr(self.completion, "recognition", None)

    @property
    def state(self) -> str:
        """`voided`, or what the certificate is worth; empty without one."""
        if self.is_voided:
            return "voided"
        return self.certificate.state.value if self.certificate else ""


@dataclass(frozen=True)
class UnderWay:
    """A module that is begun and not completed."""

    title: Titled
    started_on: date
    edition_number: int
    url: str


@dataclass(frozen=True)
class Briefing:
    """A briefing that the person was at, and that does not complete its module."""

    title: Titled
    held_on: date


@dataclass(frozen=True)
class Year:
    """How much was learned in a calendar year."""

    year: int
    modules: int
    minutes: int


@dataclass(frozen=True)
class Record:
    """Everything that is recorded of a person's learning."""

    lines: Sequence[Line]
    under_way: Sequence[UnderWay]
    briefings: Sequence[Briefing] = ()

    @property
    def years(self) -> Sequence[Year]:
        """Modules completed and minutes of learning by year, the newest first; nothing that was struck out."""
        counts: dict[int, list[int]] = {}
        for line in self.lines:
            if not line.is_voided:
                counts.setdefault(line.completion.completed_on.year, []).append(line.completion.minutes)
        return [Year(year, len(each), sum(each)) for year, each in sorted(counts.items(), reverse=True)]

    @property
    def minutes(self) -> int:
        """Minutes of learning in all."""
        return sum(year.minutes for year in self.years)


def record_of(person: User, day: date) -> Record:
    """The person's record on a day, the newest first; five queries, however much there is.

    What was recorded of somebody who was merged into the person belongs to it.
    """
    theirs = same_person(person)
    enrolments = Enrolment.objects.filter(theirs, state=Enrolment.State.OPEN).select_related("edition", "module")
    return Record(
        lines=_lines(_with_questions_around(Completion.objects.filter(theirs)), day),
        under_way=[_under_way(enrolment) for enrolment in enrolments],
        briefings=_briefings_of(person),
    )


def _briefings_of(person: User) -> Sequence[Briefing]:
    there = Attendance.objects.filter(
        same_person(person), confirmed_at__isnull=False, voided_at__isnull=True, completion__isnull=True
    )
    rows = there.select_related("session__edition").order_by("-session__starts_at", "-pk")
    return [Briefing(_title_of(each.session), day_of(each.session.starts_at)) for each in rows]


def _title_of(session: Session) -> Titled:
    return module_title(session.edition) if session.edition else Titled(session.title, DEFAULT)


def completions_at(membership: Membership) -> QuerySet[Completion]:
    """What the person of a membership completed on days on which they worked in its organisation, and what the
    organisation recognised."""
    here = CompletionMembership.objects.filter(organisation=membership.organisation_id)
    in_its_days = Q(pk__in=here.values("completion")) | Q(recognition__organisation=membership.organisation_id)
    return Completion.objects.filter(in_its_days, same_person(membership.person))


def is_theirs_to_correct(completion: Completion, membership: Membership) -> bool:
    """Whether the organisation of a membership may strike a completion out; read with its recognition."""
    recognition = getattr(completion, "recognition", None)
    return recognition is None or recognition.organisation_id == membership.organisation_id


def record_at(membership: Membership, day: date) -> Sequence[Line]:
    """The same with certificates, the newest first; three queries, however much there is."""
    return _lines(completions_at(membership), day)


def _with_questions_around(completions: QuerySet[Completion]) -> QuerySet[Completion]:
    """With what was answered before and after, and how many lessons were left out: for the person alone."""
    around = Attempt.objects.filter(enrolment=OuterRef("enrolment"))
    again = RegradedAttempt.objects.filter(attempt__enrolment=OuterRef("enrolment"))
    left_out = LessonProgress.objects.filter(enrolment=OuterRef("enrolment"), is_tested_out=True).order_by()
    counted = left_out.values("enrolment").annotate(count=Count("pk")).values("count")
    return completions.annotate(
        score_before=Subquery(around.filter(part=Part.BEFORE).values("score")[:1]),
        score_after=Subquery(around.filter(part=Part.AFTER).values("score")[:1]),
        lessons_left_out=Subquery(counted),
        looked_at_again_at=Subquery(again.order_by("-pk").values("regrade__decided_at")[:1]),
    )


def _lines(completions: QuerySet[Completion], day: date) -> Sequence[Line]:
    certificates: dict[int, list[Certificate]] = {}
    for certificate in Certificate.objects.filter(completion__in=completions).select_related("completion__edition"):
        certificates.setdefault(certificate.completion_id, []).append(certificate)
    rows = (
        completions.select_related("edition", "recognition")
        .prefetch_related("memberships")
        .order_by("-completed_on", "-pk")
    )
    return [_line(completion, certificates.get(completion.pk, []), day) for completion in rows]


def _line(completion: Completion, certificates: Sequence[Certificate], day: date) -> Line:
    standing = next((each for each in certificates if each.superseded_at is None), None)
    return Line(
        completion=completion,
        places=list(completion.memberships.all()),
        certificate=certificate_on(standing, day) if standing else None,
        replaced=sum(each.superseded_at is not None for each in certificates),
        score_before=_told(getattr(completion, "score_before", None)),
        score_after=_told(getattr(completion, "score_after", None)),
        left_out=getattr(completion, "lessons_left_out", None) or 0,
    )


def _told(share: Decimal | None) -> int | None:
    return None if share is None else per_cent(share)


def _under_way(enrolment: Enrolment) -> UnderWay:
    return UnderWay(
        title=module_title(enrolment.edition),
        started_on=day_of(enrolment.started_at),
        edition_number=enrolment.edition.number,
        url=module_address(enrolment.module_key, enrolment.module.url_path if enrolment.module else None),
    )
