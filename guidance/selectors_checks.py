"""What must be looked at again: overdue first, then what is due, then what nobody has confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.urls import reverse

from guidance.models import Contact, FactVersion
from guidance.notation import Quote
from guidance.places import Place, quote_of

SOON, LATER = timedelta(days=30), timedelta(days=90)


@dataclass(frozen=True)
class Due:
    """A fact or a contact to look at again."""

    row: FactVersion | Contact
    label: str
    says: str
    quote: Quote
    review_by: date | None
    is_confirmed: bool
    places: Sequence[Place] = ()

    @property
    def subject_pk(self) -> int:
        """The id of the fact or the contact."""
        return self.row.fact_id if isinstance(self.row, FactVersion) else self.row.pk

    @property
    def edit_url(self) -> str:
        """Where it is changed."""
        return reverse(f"wagtailsnippets_guidance_{self.quote.kind}:edit", args=[self.subject_pk])

    @property
    def check_url(self) -> str:
        """Where one press says that it is still true."""
        return reverse("guidance:check", args=[self.quote.kind, self.subject_pk])


@dataclass(frozen=True)
class Checks:
    """Everything to look at again, each in one list only."""

    overdue: Sequence[Due]
    within_30_days: Sequence[Due]
    within_90_days: Sequence[Due]
    unconfirmed: Sequence[Due]

    @property
    def count_now(self) -> int:
        """How many are overdue or were never confirmed."""
        return len(self.overdue) + len(self.unconfirmed)


def checks_due(
    contacts: QuerySet[Contact], day: date, places: Mapping[Quote, Sequence[Place]] | None = None
) -> Checks:
    """What must be looked at by the person who may change these contacts, with where it is quoted; two queries."""
    rows = [*_facts(day, places or {}), *_contacts(contacts, places or {})]
    rows.sort(key=lambda due: (due.review_by or date.min, due.label))
    overdue = [due for due in rows if due.review_by is None or due.review_by < day]
    rest = [due for due in rows if due.review_by is not None and due.review_by >= day]
    confirmed = [due for due in rest if due.is_confirmed]
    return Checks(
        overdue=overdue,
        within_30_days=[due for due in confirmed if due.review_by and due.review_by <= day + SOON],
        within_90_days=[due for due in confirmed if due.review_by and day + SOON < due.review_by <= day + LATER],
        unconfirmed=[due for due in rest if not due.is_confirmed],
    )


def _facts(day: date, places: Mapping[Quote, Sequence[Place]]) -> list[Due]:
    # The newest version begun by the day comes last and stays.
    versions = FactVersion.objects.filter(starts_on__lte=day).select_related("fact").order_by("starts_on", "pk")
    current: dict[int, FactVersion] = {version.fact_id: version for version in versions}
    return [
        Due(
            row=version,
            label=version.fact.label,
            says=version.value,
            quote=quote_of(version.fact),
            review_by=version.review_by,
            is_confirmed=version.is_confirmed,
            places=places.get(quote_of(version.fact), ()),
        )
        for version in current.values()
    ]


def _contacts(contacts: QuerySet[Contact], places: Mapping[Quote, Sequence[Place]]) -> list[Due]:
    return [
        Due(
            row=contact,
            label=contact.label,
            says=contact.number or contact.url,
            quote=quote_of(contact),
            review_by=contact.review_by,
            is_confirmed=contact.is_confirmed,
            places=places.get(quote_of(contact), ()),
        )
        for contact in contacts
    ]
