"""Reads about people and the places they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import F, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from organisations.clock import today
from organisations.models import (
    Area,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    OrganisationDomain,
    Partnership,
    SignIn,
    User,
)
from organisations.querysets import open_on, same_person
from organisations.rules import domain_of


def active_memberships_of(person: User, day: date) -> list[Membership]:
    """Where the person works on the day, with organisation, role and unit; one query."""
    return list(Membership.objects.of(person).active_on(day).select_related("organisation", "role", "unit"))


def is_of_demo(person: User) -> bool:
    """Whether papers about the person are invented and must say so: in a demo, and for whoever has a place in one."""
    return settings.DEMO or Membership.objects.of(person).filter(organisation__is_demo=True).exists()


def role_slugs_of(person: User, day: date) -> set[str]:
    """The roles that the person has anywhere on the day."""
    return set(Membership.objects.of(person).active_on(day).values_list("role__slug", flat=True))


@dataclass(frozen=True)
class Places:
    """Where a person works on a day, in which roles, and in which partnerships that lies."""

    role_slugs: frozenset[str] = frozenset()
    organisation_ids: frozenset[int] = frozenset()
    area_ids: frozenset[int] = frozenset()
    partnership_ids: frozenset[int] = frozenset()
    #: The name of the partnership that the person's work has bound them to longest; empty without one.
    partnership_name: str = ""
    #: Whether that partnership is invented, for the demo.
    is_demo: bool = False


def places_of(person: User, day: date) -> Places:
    """Where the person works on the day; one query, remembered on the object for the request.

    For pages only: what writes asks anew, since a membership may have changed meanwhile.
    """
    remembered = person.__dict__.setdefault("_places", {})
    if day not in remembered:
        remembered[day] = _read_places(person, day)
    return remembered[day]


@cache
def _rows_of_places() -> QuerySet[Membership, Any]:
    """Memberships with what surrounds them. Kept unread: putting it together takes longer than many a query."""
    belongs = "organisation__partnership_memberships"
    return Membership.objects.order_by("started_on", f"{belongs}__partnership_id").values_list(
        "role__slug",
        "organisation_id",
        "organisation__areas",
        f"{belongs}__partnership_id",
        f"{belongs}__partnership__name",
        f"{belongs}__partnership__is_demo",
        f"{belongs}__started_on",
        f"{belongs}__ended_on",
    )


def _read_places(person: User, day: date) -> Places:
    rows = _rows_of_places().filter(same_person(person), open_on(day))
    slugs: set[str] = set()
    organisations: set[int] = set()
    areas: set[int | None] = set()
    partnerships: dict[int, tuple[str, bool]] = {}
    for slug, organisation, area, partnership, name, is_demo, started_on, ended_on in rows:
        slugs.add(slug)
        organisations.add(organisation)
        areas.add(area)
        # Sorted out here: a join on days costs more to put together than the few rows that it saves.
        if partnership and started_on <= day and (ended_on is None or ended_on >= day):
            partnerships.setdefault(partnership, (name, is_demo))
    name, is_demo = next(iter(partnerships.values()), ("", False))
    return Places(
        role_slugs=frozenset(slugs),
        organisation_ids=frozenset(organisations),
        area_ids=frozenset(area for area in areas if area),
        partnership_ids=frozenset(partnerships),
        partnership_name=name,
        is_demo=is_demo,
    )


def partnership_of(person: User, day: date) -> Partnership | None:
    """The partnership of the person's organisation on the day, else one that they lead, train or review in.

    Of several, the one to which that has bound them longest.
    """
    by_work, by_appointment = _partnerships_of(person, day)
    both = by_work.annotate(rank=Value(0)).union(by_appointment.annotate(rank=Value(1)), all=True)
    return both.order_by("rank", "since", "id").first()


def partnership_name_of(person: User, day: date) -> Coalesce:
    """What the same partnership is called, or nothing, to be read with something else in one query."""
    names = [Subquery(each.order_by("since", "pk").values("name")[:1]) for each in _partnerships_of(person, day)]
    return Coalesce(*names, Value(""))


def _partnerships_of(person: User, day: date) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """Those of the person's organisations on the day, and those that they lead, train or review in, each with the day
    `since` which that has bound them."""
    works = "organisation_memberships__organisation__memberships"
    by_work = Partnership.objects.filter(
        open_on(day, start="organisation_memberships__started_on", end="organisation_memberships__ended_on"),
        open_on(day, start=f"{works}__started_on", end=f"{works}__ended_on"),
        same_person(person, f"{works}__person"),
    ).annotate(since=F(f"{works}__started_on"))
    by_appointment = Partnership.objects.filter(
        open_on(day, start="appointments__started_on", end="appointments__ended_on"), appointments__person=person
    ).annotate(since=F("appointments__started_on"))
    return by_work.order_by(), by_appointment.order_by()


def areas_for(organisation: Organisation, day: date) -> QuerySet[Area]:
    """The areas that the organisation can be in: those of the partnerships to which it belongs on the day."""
    rows = "partnership__organisation_memberships"
    found = Area.objects.filter(
        open_on(day, start=f"{rows}__started_on", end=f"{rows}__ended_on"), **{f"{rows}__organisation": organisation}
    )
    return found.distinct().order_by("name")


def areas_with_organisations(partnership: Partnership, day: date) -> list[Area]:
    """The partnership's areas, each with its open organisations in `here`; two queries."""
    organisations = Organisation.objects.open_on(day).order_by("name")
    return list(partnership.areas.prefetch_related(Prefetch("organisations", organisations, to_attr="here")))


def verified_emails_of(person: User) -> list[str]:
    """The addresses that the person has proved, the main one first."""
    addresses = EmailAddress.objects.filter(user=person, verified=True).order_by("-primary", "email")
    return [address.email.lower() for address in addresses]


def addresses_of(person: User) -> dict[str, bool]:
    """Each address of the person, and whether they have proved it."""
    rows = EmailAddress.objects.filter(user=person).values_list("email", "verified")
    return {email.lower(): verified for email, verified in rows}


def past_memberships_of(person: User, day: date) -> list[Membership]:
    """Where the person worked before the day, the latest first."""
    ended = Membership.objects.of(person).filter(ended_on__lt=day)
    return list(ended.select_related("organisation", "role").order_by("-ended_on"))


def open_requests_of(person: User) -> list[JoinRequest]:
    """Where the person has asked to join and nobody has answered yet."""
    return list(person.join_requests.filter(decided_at__isnull=True).select_related("organisation", "role"))


@dataclass(frozen=True)
class Opening:
    """An organisation that a proved address lets a person join."""

    organisation: Organisation
    email: str
    #: Several organisations share the domain, or this one wants to look at each person.
    needs_approval: bool


def openings_of(person: User, day: date) -> list[Opening]:
    """The organisations whose e-mail domain the person has a proved address of and where they do not work yet."""
    email_of: dict[str, str] = {}
    for email in verified_emails_of(person):
        email_of.setdefault(domain_of(email), email)
    rows = list(
        OrganisationDomain.objects.filter(domain__in=[domain for domain in email_of if domain])
        .filter(Q(organisation__closed_on__isnull=True) | Q(organisation__closed_on__gte=day))
        .select_related("organisation")
        .order_by("organisation__name", "domain")
    )
    works_at = set(Membership.objects.of(person).active_on(day).values_list("organisation_id", flat=True))
    sharing = {domain: {row.organisation_id for row in rows if row.domain == domain} for domain in email_of}
    openings: dict[int, Opening] = {}
    for row in rows:
        opening = Opening(row.organisation, email_of[row.domain], row.needs_approval or len(sharing[row.domain]) > 1)
        known = openings.get(row.organisation_id)
        # Of two domains of one organisation, the one that lets the person straight in.
        if row.organisation_id not in works_at and (known is None or known.needs_approval):
            openings[row.organisation_id] = opening
    return list(openings.values())


def find_opening(person: User, organisation: Organisation, email: str) -> Opening | None:
    """The opening of one organisation, if there is one and it rests on this address."""
    return next(
        (
            opening
            for opening in openings_of(person, today())
            if opening.organisation.pk == organisation.pk and opening.email == email.lower()
        ),
        None,
    )


def count_open_requests(organisation: Organisation) -> int:
    """How many people wait for a lead to let them in."""
    return organisation.join_requests.filter(decided_at__isnull=True).count()


def open_invitations_of(person: User, email: str = "") -> list[Invitation]:
    """The invitations that wait for an address which the person has proved, or for this one of them."""
    emails = [proved for proved in verified_emails_of(person) if not email or proved == email.lower()]
    return list(
        Invitation.objects.filter(
            email__in=emails, accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=timezone.now()
        ).select_related("organisation", "role")
    )


def open_invitation_of(person: User, email: str = "") -> Invitation | None:
    """The newest of them."""
    return next(iter(open_invitations_of(person, email)), None)


def has_second_factor(person: User) -> bool:
    """Whether the person has set up an authenticator app or a passkey."""
    return Authenticator.objects.filter(user=person.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def sign_ins_of(person: User, at: datetime) -> QuerySet[SignIn]:
    """Where the person is signed in at the moment, the last used first; 1 query."""
    ran_out = Q(last_seen_at__lt=at - timedelta(seconds=settings.IDLE_SECONDS))
    return SignIn.objects.filter(person=person.pk).exclude(ran_out)


def member_by_staff_number(short_name: str, staff_number: str, day: date) -> Membership | None:
    """The one member without e-mail whom an organisation knows by this staff number, active on the day; 1 query.

    An unknown organisation, an unknown number and one that two people share all give None.
    """
    if not short_name or not staff_number:
        return None
    found = list(
        Membership.objects.active_on(day)
        .filter(organisation__slug=short_name.lower(), staff_number__iexact=staff_number)
        .filter(person__email="", person__is_active=True, person__merged_into__isnull=True)
        .select_related("person", "organisation")
        .order_by("pk")[:20]
    )
    return found[0] if len({membership.person_id for membership in found}) == 1 else None
