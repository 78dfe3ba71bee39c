"""Who one person is in the tables: the rows merged into one another, and the addresses they are known by."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db.models import Q

from organisations.clock import today
from organisations.models import Appointment, Membership, User

#: Appointments whose holder looks after others: to be handed over before their holder can be erased.
LEADS = (
    Appointment.Kind.ORGANISATION_LEAD,
    Appointment.Kind.UNIT_LEAD,
    Appointment.Kind.PARTNERSHIP_LEAD,
    Appointment.Kind.OPERATOR,
)


def ids_of(person: User) -> list[int]:
    """The person's id and those of everybody merged into them, however often."""
    found, last = [person.pk], [person.pk]
    while last:
        last = list(User.objects.filter(merged_into__in=last).exclude(pk__in=found).values_list("pk", flat=True))
        found += last
    return found


def addresses_of(person_ids: list[int]) -> set[str]:
    """Every address that these rows were ever known by, in lower case."""
    addresses = set(User.objects.filter(pk__in=person_ids).values_list("email", flat=True))
    addresses |= set(EmailAddress.objects.filter(user__in=person_ids).values_list("email", flat=True))
    addresses |= set(Membership.objects.filter(person__in=person_ids).values_list("work_email", flat=True))
    return {address.lower() for address in addresses if address}


def leads_something(person_ids: list[int]) -> bool:
    """Whether the person still holds an appointment that must be handed over first."""
    held = Appointment.objects.filter(person__in=person_ids, kind__in=LEADS)
    return held.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=today())).exists()


def works_somewhere(person_ids: list[int]) -> bool:
    """Whether an organisation still counts on the person's record."""
    places = Membership.objects.filter(person__in=person_ids)
    return places.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=today())).exists()


def sessions_of(person_ids: list[int]) -> list[Session]:
    """The sessions in which the person is signed in; what is in a session can be read only one by one."""
    wanted = {str(pk) for pk in person_ids}
    sessions = Session.objects.order_by("expire_date").iterator(chunk_size=500)
    return [each for each in sessions if str(each.get_decoded().get("_auth_user_id")) in wanted]
