"""Writes about partnerships, organisations, units, roles and headcounts."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from organisations.access import forget_authority
from organisations.actions.turns import hold_partnership, hold_reach_of
from organisations.audit import write_log
from organisations.clock import today
from organisations.events import partnership_membership_changed
from organisations.models import (
    FormerName,
    Headcount,
    Organisation,
    OrganisationDomain,
    Partnership,
    PartnershipMembership,
    Role,
    Unit,
    User,
)
from organisations.rules import is_public_domain, normal_domain

ONE_DAY = timedelta(days=1)
#: Words that stand where a slug would in our own addresses.
RESERVED_SLUGS = frozenset({"add", "new", "join", "all"})


def free_slug(model: type[Organisation | Partnership | Role], name: str) -> str:
    """An address made from the name that no other row has."""
    stem = slugify(name)[:70] or model._meta.model_name or ""
    slug, number = stem, 1
    while slug in RESERVED_SLUGS or model._default_manager.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug


@transaction.atomic
def create_partnership(*, name: str, by: User | None, is_demo: bool = False) -> Partnership:
    """Makes a partnership without organisations; refuses a name that exists."""
    name = name.strip()
    if Partnership.objects.filter(name__iexact=name).exists():
        raise ValidationError({"name": _("There is already a partnership of this name.")})
    partnership = Partnership(name=name, slug=free_slug(Partnership, name), is_demo=is_demo)
    partnership.full_clean()
    partnership.save()
    write_log(partnership, "organisations.create", by)
    return partnership


@transaction.atomic
def create_organisation(
    *,
    name: str,
    kind: str,
    nation: str,
    by: User | None,
    started_on: date,
    partnership: Partnership | None = None,
    is_demo: bool = False,
) -> Organisation:
    """Makes an organisation that belongs to the partnership from the day; refuses a name that exists."""
    name = name.strip()
    organisation = Organisation(
        name=name, slug=free_slug(Organisation, name), kind=kind, nation=nation, is_demo=is_demo
    )
    if Organisation.objects.filter(name__iexact=name).exists():
        raise ValidationError({"name": _("There is already an organisation of this name.")})
    organisation.full_clean()
    organisation.save()
    write_log(organisation, "organisations.create", by)
    if partnership is not None:
        join_partnership(organisation=organisation, partnership=partnership, on=started_on, by=by)
    return organisation


#: What a lead may change of an organisation.
ORGANISATION_FIELDS = frozenset(
    {
        "name",
        "kind",
        "nation",
        "first_responder",
        "first_responder_basis",
        "first_responder_source",
        "first_responder_checked_on",
        "closed_on",
    }
)


@transaction.atomic
def change_organisation(*, organisation: Organisation, by: User | None, **changes: object) -> Organisation:
    """Changes the given fields; its address stays, so links keep working.

    Under a new name it is known from today on: days before keep the old one.
    """
    if unknown := set(changes) - ORGANISATION_FIELDS:
        raise TypeError(f"An organisation has no field {unknown} to change here.")
    before = Organisation.objects.values_list("name", flat=True).get(pk=organisation.pk)
    for name, value in changes.items():
        setattr(organisation, name, value)
    organisation.full_clean()
    organisation.save(update_fields=[*changes])
    if organisation.name != before:
        # Of several names on one day only the first was known on the day before.
        FormerName.objects.get_or_create(
            organisation=organisation, last_day=today() - ONE_DAY, defaults={"name": before}
        )
    write_log(organisation, "organisations.change", by, fields=sorted(changes))
    return organisation


@transaction.atomic
def join_partnership(
    *, organisation: Organisation, partnership: Partnership, on: date, by: User | None
) -> PartnershipMembership:
    """Puts the organisation into the partnership from the day; refuses one that has closed, and what would overlap."""
    # Whoever changes what the partnership requires lists its organisations: one waits for the other.
    hold_partnership(partnership.pk)
    # Of two who do this at one moment the second is told instead of failing.
    hold_reach_of([organisation.pk])
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if organisation.closed_on is not None and organisation.closed_on < on:
        raise ValidationError(_("This organisation has closed by then."))
    rows = PartnershipMembership.objects.filter(organisation=organisation, partnership=partnership)
    if rows.active_on(on).exists() or rows.filter(started_on__gte=on).exists():
        raise ValidationError(_("This organisation already belongs to the partnership then."))
    row = rows.create(organisation=organisation, partnership=partnership, started_on=on)
    write_log(organisation, "organisations.join_partnership", by, partnership=partnership.pk, on=on.isoformat())
    forget_authority(by)
    partnership_membership_changed.send(sender=PartnershipMembership, organisation=organisation)
    return row


@transaction.atomic
def leave_partnership(*, organisation: Organisation, partnership: Partnership, on: date, by: User | None) -> None:
    """Makes the day the organisation's last in the partnership; refuses when it does not belong to it."""
    hold_reach_of([organisation.pk])
    row = (
        PartnershipMembership.objects.active_on(on).filter(organisation=organisation, partnership=partnership).first()
    )
    if row is None:
        raise ValidationError(_("This organisation does not belong to the partnership then."))
    row.ended_on = on
    row.save(update_fields=["ended_on"])
    write_log(organisation, "organisations.leave_partnership", by, partnership=partnership.pk, on=on.isoformat())
    forget_authority(by)
    partnership_membership_changed.send(sender=PartnershipMembership, organisation=organisation)


@transaction.atomic
def create_role(*, names: dict[str, str] | str, by: User | None, slug: str = "") -> Role:
    """Makes a role, a job that people do, with its name in English and maybe more languages; refuses a twin."""
    texts = {"en": names} if isinstance(names, str) else names
    english = texts.get("en", "").strip()
    if not english:
        raise ValidationError({"name": _("Enter a name in English.")})
    if Role.objects.filter(name_en__iexact=english).exists():
        raise ValidationError({"name": _("There is already a role of this name.")})
    role = Role(slug=slug or free_slug(Role, english))
    for code, text in texts.items():
        setattr(role, f"name_{code}", text.strip())
    role.full_clean()
    role.save()
    write_log(role, "organisations.create", by)
    return role


@transaction.atomic
def change_role_details(
    *, role: Role, by: User | None, names: dict[str, str] | None = None, is_active: bool | None = None
) -> Role:
    """Renames a role, or closes it to new people; those who have it keep it."""
    for code, text in (names or {}).items():
        setattr(role, f"name_{code}", text.strip())
    if is_active is not None:
        role.is_active = is_active
    role.full_clean()
    role.save()
    write_log(role, "organisations.change", by)
    return role


@transaction.atomic
def create_unit(*, organisation: Organisation, name: str, by: User | None, parent: Unit | None = None) -> Unit:
    """Makes a station, ward or team; refuses a parent of another organisation and a twin beside it."""
    if parent is not None and parent.organisation_id != organisation.pk:
        raise ValidationError({"parent": _("That unit belongs to another organisation.")})
    name = name.strip()
    if Unit.objects.filter(organisation=organisation, parent=parent, name__iexact=name).exists():
        raise ValidationError({"name": _("There is already a unit of this name.")})
    unit = Unit(organisation=organisation, parent=parent, name=name)
    unit.full_clean()
    unit.save()
    write_log(unit, "organisations.create", by)
    return unit


@transaction.atomic
def change_unit(*, unit: Unit, name: str, by: User | None, parent: Unit | None = None) -> Unit:
    """Renames a unit, or makes it part of another of the same organisation; refuses a twin, and a part of itself."""
    above = parent
    while above is not None:
        if above.pk == unit.pk:
            raise ValidationError({"parent": _("A unit cannot be part of itself.")})
        above = above.parent
    if parent is not None and parent.organisation_id != unit.organisation_id:
        raise ValidationError({"parent": _("That unit belongs to another organisation.")})
    name = name.strip()
    twins = Unit.objects.filter(organisation=unit.organisation_id, parent=parent, name__iexact=name)
    if twins.exclude(pk=unit.pk).exists():
        raise ValidationError({"name": _("There is already a unit of this name.")})
    unit.name, unit.parent = name, parent
    unit.full_clean()
    unit.save(update_fields=["name", "parent"])
    write_log(unit, "organisations.change", by)
    return unit


@transaction.atomic
def add_domain(
    *, organisation: Organisation, domain: str, by: User | None, needs_approval: bool = False
) -> OrganisationDomain:
    """Lets proved addresses of an e-mail domain join; refuses what is no domain and mail services open to all."""
    name = normal_domain(domain)
    if not name:
        raise ValidationError({"domain": _("Enter the part of an address after the @, like example.gov.uk.")})
    if is_public_domain(name):
        raise ValidationError({"domain": _("Anybody can get an address there. Invite people one by one instead.")})
    if organisation.domains.filter(domain__iexact=name).exists():
        raise ValidationError({"domain": _("This domain is already on the list.")})
    row = OrganisationDomain(organisation=organisation, domain=name, needs_approval=needs_approval)
    row.full_clean()
    row.save()
    write_log(organisation, "organisations.add_domain", by, domain=name, needs_approval=needs_approval)
    return row


@transaction.atomic
def remove_domain(*, domain: OrganisationDomain, by: User | None) -> None:
    """Stops new people from joining by the domain; members stay."""
    write_log(domain.organisation, "organisations.remove_domain", by, domain=domain.domain)
    domain.delete()


@transaction.atomic
def record_headcount(
    *,
    organisation: Organisation,
    people: int,
    counted_on: date,
    source: str,
    by: User | None,
    role: Role | None = None,
    kind: str = "",
) -> Headcount:
    """Keeps how many people there are in a role (or in all) on a day; a second figure for the day replaces it."""
    # Of two who press at once the second finds the figure of the first.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    row = Headcount.objects.filter(organisation=organisation, role=role, kind=kind, counted_on=counted_on).first()
    row = row or Headcount(organisation=organisation, role=role, kind=kind, counted_on=counted_on)
    row.people, row.source, row.recorded_by = people, source.strip(), by
    row.full_clean()
    row.save()
    write_log(
        organisation, "organisations.record_headcount", by, headcount=row.pk, people=people, on=counted_on.isoformat()
    )
    return row
