"""What an import is compared with; every function costs a number of queries that grows with batches only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from organisations.access import authority_once_proven
from organisations.access_people import appointments_above
from organisations.bulk import Among
from organisations.clock import today
from organisations.imports.columns import folded
from organisations.imports.headcounts import Belonging, Counted, Place
from organisations.imports.planning import Here, Known, Outcome, Someone
from organisations.imports.rows import SEVERAL, Places, Vocabulary
from organisations.imports.within import Within
from organisations.models import (
    Appointment,
    Headcount,
    ImportRow,
    ImportRun,
    Membership,
    Organisation,
    PartnershipMembership,
    Role,
    Unit,
    User,
)
from organisations.parts import Part
from organisations.querysets import human_of

#: Values of one question to the database.
BATCH = 5_000
#: Rows of each outcome that the preview shows.
SHOWN = 10
#: Refusals that the preview shows; the file of errors has all.
REFUSALS_SHOWN = 50


def vocabulary_of(part: Part, default_role: int | None, *, makes_units: bool = False) -> Vocabulary:
    """The names of roles in every language, and of the units of an organisation, or of some: 2 queries."""
    return Vocabulary(role_names(), unit_names_of(part), default_role, makes_units, not part.is_whole)


def role_names() -> dict[str, int]:
    """The roles by their names in every language: 1 query."""
    roles: dict[str, int] = {}
    names = [field.name for field in Role._meta.get_fields() if field.name.startswith("name_")]
    for pk, slug, *spelled in Role.objects.filter(is_active=True).values_list("pk", "slug", *names):
        for text in (slug, *spelled):
            if text:
                roles.setdefault(folded(text), pk)
    return roles


def unit_names_of(part: Part) -> dict[str, int]:
    """The units by name, also under those above; SEVERAL where it is not clear which: 1 query."""
    units = part.organisation.units.values_list("pk", "parent_id", "name")
    rows = {pk: (parent, name) for pk, parent, name in units}
    found: dict[str, int] = {}
    for pk in rows:
        if part.unit_ids is not None and pk not in part.unit_ids:
            continue
        path: list[str] = []
        here: int | None = pk
        while here is not None and len(path) < len(rows):
            here, name = rows[here]
            path.insert(0, name)
            words = folded(" ".join(path))
            found[words] = pk if found.get(words, pk) == pk else SEVERAL
    return found


def known_people(part: Part, emails: Iterable[str]) -> Known:
    """Everybody who was ever here, and who uses these addresses; of units, what a file is kept to."""
    organisation = part.organisation
    here = [
        Here(*row)
        for row in Membership.objects.filter(organisation=organisation)
        .annotate(human=human_of())
        .order_by("pk")
        .values_list(
            "pk", "human", "role_id", "unit_id", "kind", "staff_number", "work_email", "started_on", "ended_on"
        )
        .iterator(BATCH)
    ]
    accounts: dict[str, int] = {}
    for batch in in_batches(email for email in emails if email):
        for model, owner in ((EmailAddress, "user_id"), (User, "pk")):
            users = model.objects.annotate(address=Lower("email")).filter(Among(Lower("email"), batch))
            accounts.update(users.values_list("address", owner))
    kept = _kept_people({*accounts.values()})
    accounts = {address: kept.get(pk, pk) for address, pk in accounts.items()}
    people = {
        each.pk: each
        for batch in in_batches({each.person for each in here} | {*accounts.values()})
        for each in _people(organisation, batch)
    }
    domains = {name.lower() for name in organisation.domains.values_list("domain", flat=True)}
    return Known(people, here, accounts, domains, within_of(part))


def within_of(part: Part) -> Within | None:
    """The units to which a file is kept, none for one of the whole: 3 queries for the others."""
    if part.unit_ids is None:
        return None
    organisation = part.organisation
    held = Appointment.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=today()))
    held = held.filter(Q(organisation=organisation) | Q(unit__organisation=organisation))
    above = {*appointments_above(part, today()).values_list(human_of(), flat=True)}
    above |= {*User.objects.filter(is_superuser=True).values_list("pk", flat=True)}
    return Within(
        part.unit_ids, part.only_unit_id, frozenset(held.values_list(human_of(), flat=True)), frozenset(above)
    )


def _kept_people(person_ids: Collection[int]) -> dict[int, int]:
    """Who goes on for those who were merged into somebody."""
    into: dict[int, int] = {}
    wanted = set(person_ids)
    while wanted:
        merged: dict[int, int] = {}
        for batch in in_batches(wanted):
            rows = User.objects.filter(Among("pk", batch), merged_into__isnull=False).values_list(
                "pk", "merged_into_id"
            )
            merged.update((pk, kept_as) for pk, kept_as in rows if kept_as)
        into.update(merged)
        wanted = set(merged.values()) - into.keys()
    found = {}
    for person in person_ids:
        kept_as = person
        while kept_as in into:
            kept_as = into[kept_as]
        found[person] = kept_as
    return found


def _people(organisation: Organisation, pks: list[int]) -> Iterator[Someone]:
    elsewhere = Membership.objects.filter(person=OuterRef("pk")).exclude(organisation=organisation)
    rows = User.objects.filter(Among("pk", pks)).annotate(
        is_elsewhere=Exists(elsewhere),
        is_appointed=Exists(Appointment.objects.filter(person=OuterRef("pk"))),
        # Who signs in under another entry, works elsewhere or leads something under it is known there.
        is_of_several=Exists(User.objects.filter(merged_into=OuterRef("pk"))),
    )
    taken_by = ("last_login", "is_elsewhere", "is_appointed", "is_of_several", "is_superuser", "merged_into")
    for pk, name, email, *taken in rows.values_list("pk", "name", "email", *taken_by, "erased_at"):
        yield Someone(pk, name, email, is_ours=not any(taken))


def in_batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    """The values, once each, in lists short enough for one question to the database."""
    left = iter(sorted(set(values)))
    while batch := list(islice(left, BATCH)):
        yield batch


def known_headcounts(run: ImportRun, belonging: Belonging | None) -> dict[Place, Counted]:
    """Every figure of the organisation, or of those that belong to the partnership: 1 query."""
    whose = Q(organisation=run.organisation_id) if belonging is None else Q(organisation__in=belonging)
    rows = Headcount.objects.filter(whose)
    return {
        (None if belonging is None else organisation, role, kind, day): Counted(pk, people, source)
        for organisation, role, kind, day, pk, people, source in rows.values_list(
            "organisation_id", "role_id", "kind", "counted_on", "pk", "people", "source"
        )
    }


def belonging_of(run: ImportRun, day: date) -> Belonging | None:
    """The organisations in the partnership of a file on the day; None for a file about one: a query, and what it takes
    to know whom its bringer leads.

    None of them where whoever brought it leads the partnership no more.
    """
    if run.partnership_id is None:
        return None
    led = run.started_by is None or run.partnership_id in authority_once_proven(run.started_by, day).partnership_ids
    if not led:
        return set()
    held = PartnershipMembership.objects.active_on(day).filter(partnership=run.partnership_id)
    here = Organisation.objects.filter(pk__in=held.values("organisation")).open_on(day)
    return set(here.values_list("pk", flat=True))


def places_of(belonging: Belonging) -> Places:
    """What these organisations are called: 1 query."""
    exact: dict[str, int] = {}
    names: dict[str, int] = {}
    for pk, slug, name in Organisation.objects.filter(pk__in=belonging).values_list("pk", "slug", "name"):
        for found, words in ((exact, slug.casefold()), (exact, name.casefold()), (names, folded(name))):
            found[words] = pk if found.get(words, pk) == pk else SEVERAL
    return Places(exact, names)


# --- pages ----------------------------------------------------------------------------------------
def examples_of(run: ImportRun) -> dict[str, list[ImportRow]]:
    """The first rows of each outcome: one query for each."""
    outcomes = (Outcome.NEW, Outcome.BACK, Outcome.CHANGED, Outcome.MOVED, Outcome.ENDED, Outcome.MISSING)
    rows = run.rows.select_related("membership__person")
    return {each.value: list(rows.filter(outcome=each)[:SHOWN]) for each in outcomes}


def refused_rows(run: ImportRun) -> QuerySet[ImportRow]:
    """Rows that are not taken, in the order of the file."""
    return run.rows.filter(outcome=Outcome.REFUSED)


def names_of(model: type[Role] | type[Unit] | type[Organisation], pks: Iterable[int | None]) -> dict[int, str]:
    """The names of roles, units or organisations: 1 query."""
    return {each.pk: each.name for each in model.objects.filter(pk__in={pk for pk in pks if pk})}
