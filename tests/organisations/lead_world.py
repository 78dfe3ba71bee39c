"""Two partnerships with three organisations and their leads, and ways to look at pages as one of them."""

from __future__ import annotations

from dataclasses import dataclass
from unittest import mock

from django.db import connection
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from organisations.models import Appointment, Membership, Organisation, Partnership, Role, User
from tests.factories.organisations import (
    AppointmentFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
    RoleFactory,
    UserFactory,
)

Kind = Appointment.Kind


@dataclass
class World:
    """Who leads what; `ours` and `theirs` are in one partnership, `foreign` in another."""

    partnership: Partnership
    ours: Organisation
    theirs: Organisation
    foreign: Organisation
    role: Role
    lead: User
    their_lead: User
    foreign_lead: User
    partnership_lead: User
    foreign_partnership_lead: User
    member: Membership


def make_world() -> World:
    """Everyone, each a member of the organisation that they lead."""
    partnership, elsewhere = PartnershipFactory(name="Northshire"), PartnershipFactory()
    ours = OrganisationFactory(name="Riverside Council", slug="riverside", partnership=partnership)
    theirs = OrganisationFactory(name="Harbour Light", slug="harbour", partnership=partnership)
    foreign = OrganisationFactory(name="Far Trust", slug="far", partnership=elsewhere)
    role = RoleFactory(slug="housing-officer", name="Housing officer", name_en="Housing officer")

    def lead_of(organisation: Organisation, **fields: str) -> User:
        person = member_of(organisation, role, **fields).person
        AppointmentFactory(person=person, kind=Kind.ORGANISATION_LEAD, organisation=organisation)
        return person

    def partnership_lead_of(led: Partnership) -> User:
        return AppointmentFactory(kind=Kind.PARTNERSHIP_LEAD, partnership=led).person

    return World(
        partnership=partnership,
        ours=ours,
        theirs=theirs,
        foreign=foreign,
        role=role,
        lead=lead_of(ours, name="Ada Lead"),
        their_lead=lead_of(theirs, name="Bo Harbour"),
        foreign_lead=lead_of(foreign, name="Cy Far"),
        partnership_lead=partnership_lead_of(partnership),
        foreign_partnership_lead=partnership_lead_of(elsewhere),
        member=member_of(ours, role, name="Mina Member"),
    )


def member_of(
    organisation: Organisation, role: Role, *, name: str = "", is_confirmed: bool = True, **fields
) -> Membership:
    """A person with a place, known there by a work address."""
    person = UserFactory(**({"name": name} if name else {}))
    if is_confirmed:
        fields.setdefault("role_confirmed_at", "2026-01-06T12:00:00Z")
    fields.setdefault("work_email", person.email)
    return MembershipFactory(person=person, organisation=organisation, role=role, **fields)


def sign_in(person: User | None) -> Client:
    """A browser in which the person is signed in."""
    client = Client()
    if person is not None:
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(name: str, *args: object) -> str:
    """The address of one of this app's pages, in English."""
    return reverse(f"organisations:{name}", args=args)


def queries_of(person: User, address: str) -> list[str]:
    """The queries of a page itself: not those of the session, the person and the frame, which all pages have."""
    request = RequestFactory().get(address)
    request.user = User.objects.get(pk=person.pk)

    def draw(request, template, context, status=200):
        return HttpResponse(render_to_string(template, context), status=status)

    match = resolve(address.split("?")[0])
    with (
        mock.patch("organisations.views.pages.render", draw),
        CaptureQueriesContext(
            connection,
        ) as captured,
    ):
        response = match.func(request, *match.args, **match.kwargs)
    assert response.status_code == 200
    return [query["sql"] for query in captured.captured_queries]
