"""What partnership leads see of roles and appointments; every function costs a fixed number of queries."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from organisations.models import Appointment, Membership, Organisation, Partnership, Role, User
from organisations.querysets import open_on
from organisations.selectors_leads import organisation_leads


def roles_with_use(organisations: QuerySet[Organisation], day: date) -> QuerySet[Role]:
    """Every role with how many people of these organisations are registered in it on the day."""
    return Role.objects.annotate(
        people=Count(
            "memberships__person",
            filter=open_on(day, start="memberships__started_on", end="memberships__ended_on")
            & Q(memberships__organisation__in=organisations.values("pk")),
            distinct=True,
        )
    ).order_by("-is_active", "name")


def appointments_in(partnership: Partnership, day: date) -> QuerySet[Appointment]:
    """Appointments in a partnership, its organisations and their units that have not ended by the day."""
    organisations = Organisation.objects.in_partnership(partnership, day).values("pk")
    return (
        Appointment.objects.filter(
            Q(ended_on__isnull=True) | Q(ended_on__gt=day),
            Q(partnership=partnership) | Q(organisation__in=organisations) | Q(unit__organisation__in=organisations),
        )
        .select_related("person", "organisation", "partnership", "unit__organisation", "appointed_by")
        .order_by("kind", Lower("person__name"), "pk")
    )


def person_with_address(address: str, organisations: QuerySet[Organisation], day: date) -> User | None:
    """The one active person of these organisations with this proved or work address, or None: 1 query.

    Unknown, elsewhere and ambiguous addresses all give None, so that the answer tells a lead nothing more.
    """
    if not address:
        return None
    people = User.objects.filter(is_active=True, merged_into__isnull=True).filter(
        Exists(
            Membership.objects.active_on(day).filter(
                person=OuterRef("pk"), organisation__in=organisations.values("pk")
            )
        ),
    )
    found = list(
        people.filter(
            Q(emailaddress__email__iexact=address, emailaddress__verified=True)
            | Exists(
                Membership.objects.active_on(day).filter(
                    person=OuterRef("pk"), organisation__in=organisations.values("pk"), work_email__iexact=address
                )
            )
        ).distinct()[:2]
    )
    return found[0] if len(found) == 1 else None


def is_only_lead(appointment: Appointment, day: date) -> bool:
    """Whether nobody else leads the organisation of this appointment on the day: 1 query."""
    return (
        not organisation_leads(day)
        .filter(organisation=appointment.organisation_id)
        .exclude(pk=appointment.pk)
        .exists()
    )
