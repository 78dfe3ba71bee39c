"""Who may open each of the lead's pages, in the own organisation, beside it and in another partnership."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import get_resolver
from django.utils import timezone, translation

from organisations.actions import bring_file
from organisations.models import Appointment, JoinRequest, Merge, Role
from organisations.partnership_links import Asked, asking_token
from organisations.urls_leads import urlpatterns
from tests.factories.organisations import (
    AppointmentFactory,
    AreaFactory,
    AwayFactory,
    InvitationFactory,
    MembershipFactory,
    OrganisationDomainFactory,
    UnitFactory,
    UserFactory,
)
from tests.organisations.lead_world import World, page, sign_in

COLUMNS = ("lead", "partnership_lead", "their_lead", "foreign_partnership_lead", "member", "trainer")
#: What each person gets from a GET. The address is about `ours`, which `lead` and `partnership_lead` look after;
#: 405: a page that only takes POST and was reached; 403 comes before it for everybody else.
TABLE = {
    # name: (lead, partnership lead, lead beside, partnership lead elsewhere, member, trainer)
    "organisations": (200, 200, 200, 200, 403, 403),
    "organisation_new": (403, 200, 403, 200, 403, 403),
    "organisation": (200, 200, 403, 403, 403, 403),
    "organisation_change": (200, 200, 403, 403, 403, 403),
    "organisation_close": (403, 200, 403, 403, 403, 403),
    "organisation_merge": (403, 200, 403, 403, 403, 403),
    "partnership_join": (403, 200, 403, 200, 403, 403),
    "partnership_join_own": (200, 403, 200, 403, 403, 403),
    "partnership_leave": (403, 200, 403, 403, 403, 403),
    "units": (200, 200, 403, 403, 403, 403),
    "unit_new": (200, 200, 403, 403, 403, 403),
    "unit_change": (200, 200, 403, 403, 403, 403),
    "unit_lead_new": (200, 403, 403, 403, 403, 403),
    "unit_lead_end": (200, 403, 403, 403, 403, 403),
    "domain_new": (200, 200, 403, 403, 403, 403),
    "domain_remove": (200, 200, 403, 403, 403, 403),
    "lead_new": (200, 200, 403, 403, 403, 403),
    "lead_end": (200, 200, 403, 403, 403, 403),
    "names": (200, 403, 403, 403, 403, 403),
    "invitations_unsent": (405, 405, 405, 405, 405, 405),
    "names_withdraw": (405, 405, 405, 405, 405, 405),
    "people": (200, 200, 403, 403, 403, 403),
    "people_confirm": (405, 405, 405, 405, 405, 405),
    "person_new": (200, 403, 403, 403, 403, 403),
    "person_code": (200, 403, 403, 403, 403, 403),
    "person": (200, 403, 403, 403, 403, 403),
    "person_confirm": (405, 405, 405, 405, 405, 405),
    "person_role": (200, 403, 403, 403, 403, 403),
    "person_end": (200, 403, 403, 403, 403, 403),
    "person_return": (200, 403, 403, 403, 403, 403),
    "person_away": (200, 403, 403, 403, 403, 403),
    "person_away_end": (200, 403, 403, 403, 403, 403),
    "person_twice": (200, 403, 403, 403, 403, 403),
    "person_merge": (200, 403, 403, 403, 403, 403),
    "person_part": (200, 403, 403, 403, 403, 403),
    "join_request_approve": (405, 405, 405, 405, 405, 405),
    "join_request_refuse": (200, 403, 403, 403, 403, 403),
    "invitations": (200, 200, 403, 403, 403, 403),
    "invitation_new": (200, 200, 403, 403, 403, 403),
    "invitations_several": (200, 200, 403, 403, 403, 403),
    "invitation_withdraw": (200, 403, 403, 403, 403, 403),
    "invitation_again": (405, 405, 405, 405, 405, 405),
    "headcounts": (200, 200, 403, 403, 403, 403),
    "headcount_new": (200, 200, 403, 403, 403, 403),
    "people_import_new": (200, 403, 403, 403, 403, 403),
    "people_import_template": (200, 403, 403, 403, 403, 403),
    "people_import": (302, 403, 403, 403, 403, 403),
    "people_import_columns": (200, 403, 403, 403, 403, 403),
    "people_import_apply": (405, 405, 405, 405, 405, 405),
    "people_import_cancel": (405, 405, 405, 405, 405, 405),
    "people_import_errors": (200, 403, 403, 403, 403, 403),
    "headcounts_import_new": (200, 403, 403, 403, 403, 403),
    "headcounts_import_template": (200, 403, 403, 403, 403, 403),
    "headcounts_import": (302, 403, 403, 403, 403, 403),
    "headcounts_import_columns": (200, 403, 403, 403, 403, 403),
    "headcounts_import_apply": (405, 405, 405, 405, 405, 405),
    "headcounts_import_cancel": (405, 405, 405, 405, 405, 405),
    "headcounts_import_errors": (200, 403, 403, 403, 403, 403),
    "headcounts_of_many_import_new": (403, 200, 403, 403, 403, 403),
    "headcounts_of_many_import_template": (403, 200, 403, 403, 403, 403),
    "headcounts_of_many_import": (403, 302, 403, 403, 403, 403),
    "headcounts_of_many_import_columns": (403, 200, 403, 403, 403, 403),
    "headcounts_of_many_import_apply": (405, 405, 405, 405, 405, 405),
    "headcounts_of_many_import_cancel": (405, 405, 405, 405, 405, 405),
    "headcounts_of_many_import_errors": (403, 200, 403, 403, 403, 403),
    "roles": (403, 200, 403, 200, 403, 403),
    "role_new": (403, 200, 403, 200, 403, 403),
    "role_change": (403, 200, 403, 200, 403, 403),
    "role_retire": (403, 200, 403, 200, 403, 403),
    "areas": (403, 200, 403, 200, 403, 403),
    "area_new": (403, 200, 403, 200, 403, 403),
    "area_change": (403, 200, 403, 403, 403, 403),
    "area_remove": (403, 200, 403, 403, 403, 403),
    "appointments": (403, 200, 403, 200, 403, 403),
    "appointment_new": (403, 200, 403, 200, 403, 403),
    "second_factor_reset": (403, 200, 403, 403, 403, 403),
    "appointment_end": (200, 200, 403, 403, 403, 403),
}
#: The same for an empty POST to what changes something at once. 302: it was reached.
POSTS = {
    "people_confirm": (302, 403, 403, 403, 403, 403),
    "person_confirm": (302, 403, 403, 403, 403, 403),
    "join_request_approve": (302, 403, 403, 403, 403, 403),
    "invitations_unsent": (302, 302, 403, 403, 403, 403),
    "invitation_again": (302, 403, 403, 403, 403, 403),
    "area_remove": (403, 302, 403, 403, 403, 403),
}


@pytest.fixture
def arguments(world: World) -> dict[str, tuple[object, ...]]:
    """What each address is about: things of `ours`."""
    slug, membership = world.ours.slug, world.member
    away = AwayFactory(membership=membership, started_on=date(2026, 11, 1), ended_on=None)
    appointment = Appointment.objects.get(person=world.lead)
    waiting = JoinRequest.objects.create(
        person=UserFactory(), organisation=world.ours, role=world.role, email="a@example.org"
    )
    twin, gone = (
        MembershipFactory(organisation=world.ours),
        UserFactory(merged_into=membership.person, is_active=False),
    )
    merge = Merge.objects.create(kept=membership.person, merged=gone, organisation=world.ours)
    unit = UnitFactory(organisation=world.ours)
    unit_lead = AppointmentFactory(kind=Appointment.Kind.UNIT_LEAD, unit=unit)
    by_slug = {
        "names_withdraw": (1,),
        "partnership_leave": (world.ours.partnership_memberships.get().pk,),
        "unit_change": (unit.pk,),
        "unit_lead_new": (unit.pk,),
        "unit_lead_end": (unit.pk, unit_lead.pk),
        "person_merge": (membership.pk, twin.pk),
        "person_part": (membership.pk, merge.pk),
        "domain_remove": (OrganisationDomainFactory(organisation=world.ours).pk,),
        "lead_end": (appointment.pk,),
        "person_away_end": (membership.pk, away.pk),
        "join_request_approve": (waiting.pk,),
        "join_request_refuse": (waiting.pk,),
        "invitation_withdraw": (InvitationFactory(organisation=world.ours, invited_by=world.lead).pk,),
        "invitation_again": (InvitationFactory(organisation=world.ours, invited_by=world.lead).pk,),
    }
    for name in (
        "person",
        "person_code",
        "person_confirm",
        "person_role",
        "person_end",
        "person_return",
        "person_away",
        "person_twice",
    ):
        by_slug[name] = by_slug["person_away"] = (membership.pk,)
    of_many = {"headcounts_of_many_import_new": (), "headcounts_of_many_import_template": ()}
    for kind in ("people", "headcounts", "headcounts_of_many"):
        run = bring_file(
            place=world.partnership if kind == "headcounts_of_many" else world.ours,
            kind=kind,
            content=b"Column A\n1\n",
            file_name="table.csv",
            by=world.lead,
            at=timezone.now(),
        )
        for part in ("import", "import_columns", "import_apply", "import_cancel", "import_errors"):
            (of_many if kind == "headcounts_of_many" else by_slug)[f"{kind}_{part}"] = (run.pk,)
    without = {"organisations", "organisation_new", "roles", "role_new", "appointments", "appointment_new"}
    without |= {"areas", "area_new", "partnership_join"}
    asked = Asked(
        world.foreign.partnership_memberships.get().partnership_id,
        world.foreign_partnership_lead.pk,
        date(2026, 11, 21),
    )
    area = AreaFactory(partnership=world.partnership)
    found = {name: (slug, *by_slug.get(name, ())) for name in TABLE if name not in without}
    return {**found, "role_change": (world.role.slug,), "role_retire": (world.role.slug,)} | {
        "partnership_join_own": (asking_token(asked),),
        "appointment_end": (appointment.pk,),
        "second_factor_reset": (appointment.pk,),
        "area_change": (area.pk,),
        "area_remove": (area.pk,),
        **{name: (world.partnership.slug, *args) for name, args in of_many.items()},
        **dict.fromkeys(without, ()),
    }


def person_of(world: World, column: str):
    if column == "member":
        return world.member.person
    if column == "trainer":
        return AppointmentFactory(kind=Appointment.Kind.TRAINER, partnership=world.partnership).person
    return getattr(world, column)


def test_every_page_is_in_the_table():
    assert {pattern.name for pattern in urlpatterns} == set(TABLE)
    assert get_resolver()


@pytest.mark.parametrize("column", COLUMNS)
def test_pages(world, arguments, column):
    client = sign_in(person_of(world, column))
    place = COLUMNS.index(column)
    found = {name: client.get(page(name, *arguments[name])).status_code for name in TABLE}
    assert found == {name: row[place] for name, row in TABLE.items()}


@pytest.mark.parametrize("column", COLUMNS)
def test_writes_without_a_form(world, arguments, column):
    client = sign_in(person_of(world, column))
    place = COLUMNS.index(column)
    found = {name: client.post(page(name, *arguments[name])).status_code for name in POSTS}
    assert found == {name: row[place] for name, row in POSTS.items()}


@pytest.mark.parametrize("column", ["their_lead", "foreign_lead", "foreign_partnership_lead", "member"])
def test_no_post_of_others_writes(world, arguments, column):
    """Filled forms, sent to every address by people who do not look after `ours`."""
    client = sign_in(person_of(world, column))
    about_no_organisation = {"organisations", "organisation_new", "roles", "role_new", "role_change", "role_retire"}
    about_no_organisation |= {"appointments", "appointment_new", "areas", "area_new"}
    about_no_organisation |= {"partnership_join", "partnership_join_own"}
    for name in TABLE.keys() - about_no_organisation:
        data = {"role": world.role.pk, "on": "2026-11-21", "email": "x@example.org", "people": 3, "source": "x"}
        response = client.post(page(name, *arguments[name]), data)
        assert response.status_code in (403, 405), name


def test_a_visitor_is_asked_to_sign_in(world, arguments):
    client = sign_in(None)
    for name in TABLE:
        address = page(name, *arguments[name])
        response = client.get(address)
        assert response.status_code == 302, name
        assert "login" in response["Location"], name


@pytest.mark.parametrize("name", ["person", "person_role", "person_end", "person_return", "person_away"])
def test_a_membership_under_another_address_is_not_found(world, name):
    """A lead of two organisations cannot reach one's people under the other's address."""
    AppointmentFactory(person=world.lead, kind=Appointment.Kind.ORGANISATION_LEAD, organisation=world.theirs)
    client = sign_in(world.lead)
    assert client.get(page(name, world.theirs.slug, world.member.pk)).status_code == 404


def test_things_under_another_address_are_not_found(world, arguments):
    AppointmentFactory(person=world.lead, kind=Appointment.Kind.ORGANISATION_LEAD, organisation=world.theirs)
    client = sign_in(world.lead)
    for name in ("domain_remove", "lead_end", "join_request_refuse", "invitation_withdraw"):
        assert client.get(page(name, world.theirs.slug, arguments[name][1])).status_code == 404, name
    away = page("person_away_end", world.ours.slug, world.member.pk, 999_999)
    assert client.get(away).status_code == 404


@pytest.mark.parametrize("language", ["ar", "fr", "es"])
@pytest.mark.parametrize("column", ["lead", "partnership_lead"])
def test_pages_in_other_languages(world, arguments, column, language):
    Role.objects.update(name_fr="Agent de logement")
    client = sign_in(getattr(world, column))
    with translation.override(language):
        addresses = [page(name, *arguments[name]) for name in TABLE]
        text = client.get(page("people", "riverside"), follow=True).content.decode()
    # Pages for staff are in English, whole.
    assert {client.get(address).status_code for address in addresses} == {302}
    assert "Housing officer" in text


def test_unknown_addresses_are_not_found(world):
    client = sign_in(world.partnership_lead)
    for name in ("organisation", "people", "invitations", "headcounts"):
        assert client.get(page(name, "nobody")).status_code == 404
    assert client.get(page("role_change", "nobody")).status_code == 404
    assert client.get(page("appointment_end", 10**30)).status_code == 404
    assert sign_in(world.lead).get(page("person", "riverside", 10**30)).status_code == 404
    assert client.get(page("appointment_end", 999_999)).status_code == 404
