"""What leads see of organisations, people and figures; every function costs a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, Lower, NullIf, RowNumber
from django.utils.translation import get_language

from organisations.models import (
    Appointment,
    Away,
    Headcount,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    OrganisationDomain,
)
from organisations.parts import Part
from organisations.querysets import MembershipQuerySet, human_of
from organisations.rules import Figure, HeadcountTotal, Place, headcount_total


@dataclass(frozen=True)
class OrganisationRow:
    """One organisation in a lead's list."""

    organisation: Organisation
    registered: int
    headcount: HeadcountTotal | None
    leads: tuple[str, ...]


@dataclass(frozen=True)
class RoleCount:
    """How many people of an organisation are registered in one role; no names."""

    role_id: int
    name: str
    registered: int
    unconfirmed: int
    away: int


@dataclass(frozen=True)
class PeopleFilter:
    """Which people of an organisation to list."""

    name: str = ""
    role_id: int | None = None
    show: str = ""


@dataclass(frozen=True)
class HeadcountRow:
    """The newest figure for one role and kind, beside the people registered in it."""

    figure: Headcount
    registered: int

    @property
    def has_too_many(self) -> bool:
        """Whether more people are registered than were counted, so that leavers may be missing."""
        return self.registered > self.figure.people


def _role_name(path: str) -> Coalesce:
    """The name of a role in the reader's language, or in English, where whole rows would cost another query."""
    language = get_language() or "en"
    return Coalesce(NullIf(F(f"{path}_{language}"), Value("")), F(f"{path}_en"), output_field=CharField())


# --- organisations --------------------------------------------------------------------------------
def organisation_rows(organisations: QuerySet[Organisation], day: date) -> list[OrganisationRow]:
    """Every organisation of the queryset with its people, headcount and leads: 3 queries."""
    registered = (
        Membership.objects.filter(organisation=OuterRef("pk"))
        .active_on(day)
        .order_by()
        .values("organisation")
        .annotate(people=Count(human_of(), distinct=True))
        .values("people")
    )
    listed = list(
        organisations.annotate(registered=Coalesce(Subquery(registered), 0, output_field=IntegerField())).order_by(
            Lower("name")
        )
    )
    figures = figures_by_organisation([organisation.pk for organisation in listed], day)
    leads = _lead_names([organisation.pk for organisation in listed], day)
    return [
        OrganisationRow(
            organisation=organisation,
            registered=organisation.registered,
            headcount=headcount_total(Place(figures[organisation.pk])),
            leads=tuple(leads[organisation.pk]),
        )
        for organisation in listed
    ]


def figures_by_organisation(
    organisation_ids: Collection[int], day: date
) -> defaultdict[int, dict[tuple[int | None, str], Figure]]:
    """The newest figure per role and kind on the day, by organisation: 1 query."""
    found: defaultdict[int, dict[tuple[int | None, str], Figure]] = defaultdict(dict)
    for headcount in newest_headcounts(organisation_ids, day):
        figure = Figure(headcount.people, headcount.counted_on, headcount.source)
        found[headcount.organisation_id][headcount.role_id, headcount.kind] = figure
    return found


def newest_headcounts(organisation_ids: Collection[int], day: date) -> QuerySet[Headcount]:
    """The figure with the latest day up to the given one, for each organisation, role and kind."""
    return (
        Headcount.objects.filter(organisation__in=organisation_ids, counted_on__lte=day)
        .annotate(
            place=Window(
                RowNumber(),
                partition_by=[F("organisation"), F("role"), F("kind")],
                order_by=[F("counted_on").desc(), F("pk").desc()],
            )
        )
        .filter(place=1)
    )


def _lead_names(organisation_ids: Collection[int], day: date) -> defaultdict[int | None, list[str]]:
    names: defaultdict[int | None, list[str]] = defaultdict(list)
    for appointment in organisation_leads(day).filter(organisation__in=organisation_ids):
        names[appointment.organisation_id].append(str(appointment.person))
    return names


def organisation_leads(day: date) -> QuerySet[Appointment]:
    """Organisation leads in office on the day, with the person."""
    return Appointment.objects.active_on(day).filter(kind=Appointment.Kind.ORGANISATION_LEAD).select_related("person")


def lead_appointments_of(organisation: Organisation, day: date) -> list[Appointment]:
    """Leads of one organisation from the day on, those who begin later too: 1 query."""
    return list(
        Appointment.objects.filter(
            Q(ended_on__isnull=True) | Q(ended_on__gt=day),
            kind=Appointment.Kind.ORGANISATION_LEAD,
            organisation=organisation,
        )
        .select_related("person")
        .order_by("started_on", "pk")
    )


def domains_of(organisation: Organisation) -> list[OrganisationDomain]:
    """The e-mail domains whose addresses may join: 1 query."""
    return list(organisation.domains.all())


# --- people ---------------------------------------------------------------------------------------
def count_people(organisation: Organisation, day: date) -> int:
    """How many people are registered on the day; who has two roles counts once: 1 query."""
    return (
        Membership.objects.for_organisation(organisation)
        .active_on(day)
        .aggregate(people=Count(human_of(), distinct=True))["people"]
    )


def count_open_requests(organisation: Organisation) -> int:
    """How many requests to join wait for an answer: 1 query."""
    return _open_requests(organisation).count()


def _open_requests(organisation: Organisation) -> QuerySet[JoinRequest]:
    return JoinRequest.objects.filter(organisation=organisation, decided_at__isnull=True)


def role_counts(part: Part, day: date) -> list[RoleCount]:
    """People of an organisation, or of some units, by role, those away among them: 1 query."""
    away = Away.objects.filter(membership=OuterRef("pk")).active_on(day)
    rows = (
        part.memberships.once_each(day, part.unit_ids)
        .annotate(
            role_name=_role_name("role__name"),
            is_away=Case(When(Exists(away), then=1), default=0, output_field=IntegerField()),
        )
        .values("role_id", "role_name")
        .annotate(
            registered=Count("pk"),
            unconfirmed=Count("pk", filter=Q(role_confirmed_at__isnull=True)),
            people_away=Count("pk", filter=Q(is_away=1)),
        )
        .order_by("role_name")
    )
    return [
        RoleCount(row["role_id"], row["role_name"], row["registered"], row["unconfirmed"], row["people_away"])
        for row in rows
    ]


def people_of(part: Part, day: date, chosen: PeopleFilter) -> MembershipQuerySet:
    """Memberships of an organisation, or of some units, on the day by name, with person, role, unit and whether away.

    Each also says whether anybody asks to join, so that a list without requests need not look for them. Who asks has
    no unit yet: of units nobody does.

    A search looks at the name, the work address and the staff number: never at a personal address.
    """
    people = (
        part.memberships.once_each(day, part.unit_ids)
        .select_related("person__merged_into", "role", "unit")
        .annotate(
            human_name=Coalesce("person__merged_into__name", "person__name"),
            is_away=Exists(Away.objects.filter(membership=OuterRef("pk")).active_on(day)),
            has_requests=Exists(_requests_to(part)),
        )
        .order_by(Lower("human_name"), "pk")
    )
    if chosen.role_id:
        people = people.filter(role=chosen.role_id)
    if chosen.show == "unconfirmed":
        people = people.filter(role_confirmed_at__isnull=True)
    elif chosen.show == "away":
        people = people.filter(is_away=True)
    if chosen.name:
        people = people.filter(
            Q(human_name__icontains=chosen.name)
            | Q(work_email__icontains=chosen.name)
            | Q(staff_number__iexact=chosen.name)
        )
    return people


def count_from(counts: Iterable[RoleCount], chosen: PeopleFilter) -> int | None:
    """How many people a filter finds, told from the counts by role; None where a name decides."""
    if chosen.name:
        return None
    field = {"unconfirmed": "unconfirmed", "away": "away"}.get(chosen.show, "registered")
    return sum(getattr(count, field) for count in counts if chosen.role_id in (None, count.role_id))


def requests_beside(part: Part, rows: Sequence[Any]) -> list[JoinRequest]:
    """Requests that wait; no query where rows of `people_of` say that there are none."""
    if rows and not rows[0].has_requests:
        return []
    return list(_requests_to(part).select_related("person", "role"))


def _requests_to(part: Part) -> QuerySet[JoinRequest]:
    return _open_requests(part.organisation) if part.is_whole else JoinRequest.objects.none()


def history_of(membership: Membership, reached: MembershipQuerySet) -> list[Membership]:
    """Every membership of this person among those that are reached, newest first: 1 query with its times away."""
    return list(
        reached.of(membership.person)
        .select_related("person__merged_into", "role", "unit", "role_confirmed_by")
        .prefetch_related(Prefetch("away", Away.objects.order_by("-started_on")))
        .order_by("-started_on", "-pk")
    )


# --- invitations ----------------------------------------------------------------------------------
def in_order(invitations: QuerySet[Invitation], now: datetime) -> QuerySet[Invitation]:
    """Invitations, unsent ones first, then open ones."""
    unanswered = Q(accepted_at__isnull=True, withdrawn_at__isnull=True)
    is_open = unanswered & Q(expires_at__gt=now)
    place = Case(
        When(is_open & Q(unsent_at__isnull=False), then=0),
        When(is_open, then=1),
        When(unanswered, then=2),
        default=3,
        output_field=IntegerField(),
    )
    found = invitations.select_related("role", "unit", "invited_by").annotate(place=place)
    return found.order_by("place", "-created_at", "-pk")


def unsent_of(invitations: QuerySet[Invitation], now: datetime) -> QuerySet[Invitation]:
    """The open ones of these that lie here because their letter was not delivered."""
    unanswered = invitations.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)
    return unanswered.filter(expires_at__gt=now, unsent_at__isnull=False)


def addresses_with_an_open_invitation(
    organisation: Organisation, addresses: Collection[str], now: datetime
) -> set[str]:
    """Which of the lower-case addresses were invited and have not answered yet: 1 query."""
    return set(
        Invitation.objects.filter(
            organisation=organisation, accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now
        )
        .annotate(address=Lower("email"))
        .filter(address__in=addresses)
        .values_list("address", flat=True)
    )


def addresses_of_members(organisation: Organisation, addresses: Collection[str], day: date) -> set[str]:
    """Which of the lower-case addresses the organisation knows as work addresses of its people: 1 query."""
    return set(
        Membership.objects.for_organisation(organisation)
        .active_on(day)
        .annotate(address=Lower("work_email"))
        .filter(address__in=addresses)
        .values_list("address", flat=True)
    )


# --- headcounts -----------------------------------------------------------------------------------
def headcount_rows(organisation: Organisation, day: date) -> list[HeadcountRow]:
    """The newest figure per role and kind, the whole organisation first, beside those registered: 2 queries."""
    figures = list(newest_headcounts([organisation.pk], day).select_related("role"))
    people: defaultdict[tuple[int | None, str], set[int]] = defaultdict(set)
    memberships = Membership.objects.for_organisation(organisation).active_on(day)
    for person_id, role_id, kind in memberships.values_list(human_of(), "role_id", "kind"):
        for place in ((None, ""), (None, kind), (role_id, ""), (role_id, kind)):
            people[place].add(person_id)
    rows = [HeadcountRow(figure, len(people[figure.role_id, figure.kind])) for figure in figures]
    return sorted(rows, key=lambda row: (row.figure.role_id is not None, str(row.figure.role or ""), row.figure.kind))


def headcount_history(organisation: Organisation) -> QuerySet[Headcount]:
    """Every figure an organisation gave, newest first."""
    return (
        Headcount.objects.filter(organisation=organisation)
        .select_related("role", "recorded_by")
        .order_by("-counted_on", "role__name", "kind", "pk")
    )


def headcount_taken(organisation: Organisation, values: Mapping[str, Any]) -> Headcount | None:
    """The figure of the same role, kind and day, if there is one: 1 query."""
    same = {name: values[name] for name in ("role", "kind", "counted_on")}
    return Headcount.objects.filter(organisation=organisation, **same).select_related("role").first()
