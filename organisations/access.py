"""The only way to fetch an organisation, a membership, an invitation or an appointment for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from organisations.clock import today
from organisations.models import (
    Appointment,
    Area,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    OrganisationDomain,
    Partnership,
    PartnershipMembership,
    Role,
    SignIn,
    Unit,
    User,
)
from organisations.querysets import OrganisationQuerySet
from organisations.selectors import Opening, openings_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Person: TypeAlias = User | AnonymousUser

Kind = Appointment.Kind
Row = TypeVar("Row", bound=Model)
#: Marks the object of a person whose session lacks a second factor.
WITHHELD = "_is_authority_withheld"


@dataclass(frozen=True)
class Authority:
    """What a person may do on a day, read from their appointments."""

    person_id: int | None = None
    #: Partnerships led.
    partnership_ids: frozenset[int] = frozenset()
    #: The address and the name of each of these, by name.
    partnerships_led: tuple[tuple[str, str], ...] = ()
    #: Organisations led by their own lead; only these show names.
    organisation_ids: frozenset[int] = frozenset()
    unit_ids: frozenset[int] = frozenset()
    trains_in: frozenset[int] = frozenset()
    reviews_in: frozenset[int] = frozenset()
    is_operator: bool = False
    #: Organisations that belong on the day to a partnership led.
    organisation_ids_of_partnerships: frozenset[int] = frozenset()
    #: Whether a partnership of these appointments is invented, for the demo.
    is_of_demo: bool = False
    #: What the partnership is called in which the person has led, trained or reviewed longest, and if it is invented.
    partnership: tuple[str, bool] = ("", False)

    @property
    def leads_anything(self) -> bool:
        """Whether there is any partnership, organisation or unit to look after."""
        return bool(self.partnership_ids or self.organisation_ids or self.unit_ids)

    @property
    def may_enter_cms(self) -> bool:
        """Whether the CMS opens: to trainers, reviewers and operators."""
        return bool(self.trains_in or self.reviews_in or self.is_operator)

    @property
    def is_appointed(self) -> bool:
        """Whether there is any appointment at all: a second factor is asked of the person."""
        return self.leads_anything or self.may_enter_cms

    def leads(self, organisation: Organisation) -> bool:
        """Whether the person leads it: as its own lead, or as lead of a partnership that it belongs to."""
        return organisation.pk in self.organisation_ids or organisation.pk in self.organisation_ids_of_partnerships

    def leads_partnership(self, partnership: Partnership) -> bool:
        """Whether the person leads this partnership."""
        return partnership.pk in self.partnership_ids

    def may_see_names(self, organisation: Organisation) -> bool:
        """Names belong to the employer: its own lead sees them, a partnership lead sees counts."""
        return organisation.pk in self.organisation_ids


def authority_of(person: Person, day: date | None = None) -> Authority:
    """What the person may do on the day (today); at most two queries, remembered on the object for the request.

    Nothing at all while it is withheld: whoever is signed in without a proven second factor is a learner.
    """
    return Authority() if is_withheld_from(person) else authority_once_proven(person, day)


def withhold_authority(person: User) -> User:
    """Makes this object of a person one without authority, for a session without a proven second factor."""
    setattr(person, WITHHELD, True)
    return person


def is_withheld_from(person: Person) -> bool:
    """Whether the person's authority waits for a second factor."""
    return getattr(person, WITHHELD, False)


def authority_once_proven(person: Person, day: date | None = None) -> Authority:
    """What the person may do on the day when nothing is withheld: for telling them where to go, never for opening."""
    if not person.is_authenticated or not person.is_active:
        return Authority()
    if not person.has_been_appointed and not person.is_superuser:
        return Authority(person_id=person.pk)
    day = day or today()
    remembered = person.__dict__.setdefault("_authority", {}) if isinstance(person, User) else {}
    if day not in remembered:
        remembered[day] = _read_authority(person, day)
    return remembered[day]


def _read_authority(person: Person, day: date) -> Authority:
    scopes: dict[str, set[int]] = {kind: set() for kind in Kind}
    rows = Appointment.objects.filter(person=person.pk).active_on(day).order_by("started_on", "partnership_id")
    of_partnership = ("partnership__slug", "partnership__name", "partnership__is_demo")
    found = list(rows.values_list("kind", *of_partnership, "partnership_id", "organisation_id", "unit_id"))
    for kind, _slug, _name, _is_demo, *scope in found:
        scopes[kind].add(next(filter(None, scope), 0))
    named = [(name, is_demo) for _kind, _slug, name, is_demo, *_scope in found if name is not None]
    led = {(slug, name) for kind, slug, name, *_rest in found if kind == Kind.PARTNERSHIP_LEAD}
    partnerships = frozenset(scopes[Kind.PARTNERSHIP_LEAD])
    members: frozenset[int] = frozenset()
    if partnerships:
        held = PartnershipMembership.objects.active_on(day).filter(partnership__in=partnerships)
        members = frozenset(held.values_list("organisation_id", flat=True))
    return Authority(
        person_id=person.pk,
        partnership_ids=partnerships,
        partnerships_led=tuple(sorted(led, key=lambda each: each[::-1])),
        organisation_ids=frozenset(scopes[Kind.ORGANISATION_LEAD]),
        unit_ids=frozenset(scopes[Kind.UNIT_LEAD]),
        trains_in=frozenset(scopes[Kind.TRAINER]),
        reviews_in=frozenset(scopes[Kind.REVIEWER]),
        is_operator=bool(scopes[Kind.OPERATOR]) or person.is_superuser,
        organisation_ids_of_partnerships=members,
        is_of_demo=any(is_demo for _name, is_demo in named),
        partnership=next(iter(named), ("", False)),
    )


def forget_authority(*people: User | None) -> None:
    """Makes the next question read the appointments anew, after a write that changed them."""
    for person in people:
        if person is not None:
            getattr(person, "_authority", {}).clear()


def may_enter_cms(person: Person) -> bool:
    """Whether the CMS opens to this person today."""
    return authority_of(person).may_enter_cms


# --- Organisations and partnerships ----------------------------------------------------------------


def get_organisation_for(person: Person, slug: str) -> Organisation:
    """An organisation that the person leads; 404 when there is none, 403 when it is another's."""
    authority = authority_of(person)
    organisation = _get(Organisation.objects.all(), slug=slug)
    if not authority.leads(organisation):
        raise PermissionDenied(_("You do not lead this organisation."))
    return organisation


def get_organisation_with_names_for(person: Person, slug: str) -> Organisation:
    """An organisation whose people the person may see by name: only its own lead."""
    authority = authority_of(person)
    organisation = _get(Organisation.objects.all(), slug=slug)
    if not authority.may_see_names(organisation):
        raise PermissionDenied(_("Only the organisation's own lead sees names."))
    return organisation


def require_partnership_lead(person: Person) -> None:
    """Refuses (403) whoever leads no partnership."""
    if not authority_of(person).partnership_ids:
        raise PermissionDenied(_("You do not lead a partnership."))


def get_partnerships_led_by(person: Person) -> list[Partnership]:
    """The partnerships that the person leads, by name; 403 when there are none."""
    require_partnership_lead(person)
    return list(Partnership.objects.filter(pk__in=authority_of(person).partnership_ids))


def organisations_led_by(person: Person, day: date | None = None) -> OrganisationQuerySet:
    """The organisations that the person leads on the day: their own, and all of the partnerships they lead."""
    authority = authority_of(person, day)
    return Organisation.objects.filter(pk__in=authority.organisation_ids | authority.organisation_ids_of_partnerships)


# --- Things of an organisation ----------------------------------------------------------------------


def get_membership_for(person: Person, pk: int) -> Membership:
    """A membership, for the organisation's own lead: it carries a name."""
    membership = _get(Membership.objects.select_related("person__merged_into", "organisation", "role", "unit"), pk=pk)
    if not authority_of(person).may_see_names(membership.organisation):
        raise PermissionDenied(_("Only the organisation's own lead sees names."))
    return membership


def get_own_membership(person: User, pk: int) -> Membership:
    """One of the person's own memberships, as long as nobody has ended it."""
    memberships = Membership.objects.select_related("organisation", "role", "unit")
    return _get(memberships.of(person).filter(ended_on__isnull=True), pk=pk)


def get_own_sign_in(person: Person, key: UUID) -> SignIn:
    """One of the places where the person is signed in."""
    return _get(SignIn.objects.filter(person=person.pk), key=key)


def get_opening_for(person: User, slug: str) -> Opening:
    """An organisation that a proved address of the person opens; 404 for any other, so none can be found by trying."""
    for opening in openings_of(person, today()):
        if opening.organisation.slug == slug:
            return opening
    raise Http404(_("There is nothing at this address."))


def get_join_request_for(person: Person, pk: int) -> JoinRequest:
    """A request to join, for the organisation's own lead: it carries a name."""
    request = _get(JoinRequest.objects.select_related("person", "organisation", "role"), pk=pk)
    if not authority_of(person).may_see_names(request.organisation):
        raise PermissionDenied(_("Only the organisation's own lead sees names."))
    return request


def get_invitation_for(person: Person, pk: int) -> Invitation:
    """An invitation, for a lead of its organisation; a partnership lead sees only those that they sent."""
    invitation = _get(Invitation.objects.select_related("organisation", "role", "unit"), pk=pk)
    authority = authority_of(person)
    if authority.may_see_names(invitation.organisation):
        return invitation
    if authority.leads(invitation.organisation) and invitation.invited_by_id == authority.person_id:
        return invitation
    raise PermissionDenied(_("You do not lead this organisation."))


def get_invitation(token: str) -> Invitation:
    """The invitation behind a link from a letter; whoever holds the link may read it, nobody uses it up by that."""
    return _get(Invitation.objects.select_related("organisation", "role", "unit", "invited_by"), token=token)


# --- Appointments -----------------------------------------------------------------------------------


def may_appoint(
    person: Person,
    kind: str,
    *,
    partnership: Partnership | None = None,
    organisation: Organisation | None = None,
    unit: Unit | None = None,
) -> bool:
    """Whether the person may make and end appointments of this kind in this scope."""
    authority = authority_of(person)
    match kind:
        case Kind.TRAINER | Kind.REVIEWER | Kind.PARTNERSHIP_LEAD:
            return partnership is not None and authority.leads_partnership(partnership)
        case Kind.ORGANISATION_LEAD:
            return organisation is not None and authority.leads(organisation)
        case Kind.UNIT_LEAD:
            return unit is not None and unit.organisation_id in authority.organisation_ids
        case _:
            return authority.is_operator


def get_appointment_for(person: Person, pk: int) -> Appointment:
    """An appointment that the person may end."""
    appointment = _get(
        Appointment.objects.select_related("person", "partnership", "organisation", "unit__organisation"), pk=pk
    )
    scope = {name: getattr(appointment, name) for name in ("partnership", "organisation", "unit")}
    if not may_appoint(person, appointment.kind, **scope):
        raise PermissionDenied(_("This appointment is not yours to change."))
    return appointment


def may_reset_second_factor(person: Person, other: User) -> bool:
    """Whether the person may take another's lost second factor away: an operator anybody's, a partnership lead that of
    whoever is appointed in the partnership; nobody their own, nor one of those who may do more than they.
    """
    authority = authority_of(person)
    if authority.person_id == other.pk:
        return False
    if authority.is_operator:
        return True
    led, members = authority.partnership_ids, authority.organisation_ids_of_partnerships
    appointed = Appointment.objects.of(other).active_on(today())
    in_reach = Q(partnership__in=led) | Q(organisation__in=members) | Q(unit__organisation__in=members)
    return appointed.filter(in_reach).exists() and not authority_once_proven(other).is_operator


def get_appointment_to_reset_for(person: Person, pk: int) -> Appointment:
    """An appointment whose holder's second factor the person may take away."""
    require_partnership_lead(person)
    appointment = _get(Appointment.objects.select_related("person", "partnership"), pk=pk)
    if not may_reset_second_factor(person, appointment.person):
        raise PermissionDenied(_("Only a partnership lead or an operator does this, and nobody for themselves."))
    return appointment


# --- Things under an organisation's address ---------------------------------------------------------


def get_membership_of(person: Person, slug: str, pk: int) -> Membership:
    """A membership under its organisation's address, for the organisation's own lead."""
    return _under(slug, get_membership_for(person, pk))


def get_join_request_of(person: Person, slug: str, pk: int) -> JoinRequest:
    """A request to join under its organisation's address, for the organisation's own lead."""
    return _under(slug, get_join_request_for(person, pk))


def get_invitation_of(person: Person, slug: str, pk: int) -> Invitation:
    """An invitation under its organisation's address, for those who may see it."""
    return _under(slug, get_invitation_for(person, pk))


def get_domain_for(person: Person, slug: str, pk: int) -> OrganisationDomain:
    """An e-mail domain of an organisation that the person leads."""
    domain = _get(OrganisationDomain.objects.select_related("organisation"), pk=pk)
    if not authority_of(person).leads(domain.organisation):
        raise PermissionDenied(_("You do not lead this organisation."))
    return _under(slug, domain)


def get_lead_appointment_of(person: Person, slug: str, pk: int) -> Appointment:
    """The appointment of an organisation's lead under its address, for those who may end it."""
    appointment = get_appointment_for(person, pk)
    if appointment.organisation is None:
        raise Http404(_("There is nothing at this address."))
    return _under(slug, appointment)


def get_area_for(person: Person, pk: int) -> Area:
    """An area of a partnership that the person leads; 404 when there is none, 403 when it is another's."""
    area = _get(Area.objects.select_related("partnership"), pk=pk)
    if not authority_of(person).leads_partnership(area.partnership):
        raise PermissionDenied(_("You do not lead this partnership."))
    return area


def get_role_for(person: Person, slug: str) -> Role:
    """A role, for those who look after the roles: partnership leads."""
    require_partnership_lead(person)
    return _get(Role.objects.all(), slug=slug)


def _under(slug: str, thing: Any) -> Any:
    """The thing, unless the address names another organisation than its own."""
    if thing.organisation.slug != slug:
        raise Http404(_("There is nothing at this address."))
    return thing


def _get(rows: QuerySet[Row], **lookup: object) -> Row:
    """The one row, or 404 in words that say nothing of others."""
    try:
        return rows.get(**lookup)
    except ObjectDoesNotExist as error:
        raise Http404(_("There is nothing at this address.")) from error
