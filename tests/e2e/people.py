"""What people do again and again in the journeys."""

from __future__ import annotations

import re

from django.core import mail
from playwright.sync_api import Page, expect

from organisations.actions import appoint, create_organisation, create_partnership
from organisations.models import Appointment, Organisation, Role
from tests import second_factor
from tests.e2e.conftest import Visitor
from tests.factories.organisations import STARTED_ON, MembershipFactory, UserFactory

PASSWORD = "seven quiet lanterns"
#: The authenticator apps that people have in a journey, by address.
SECRETS: dict[str, str] = {}
Kind = Appointment.Kind


def code_in_newest_mail(address: str) -> str:
    """The six digits that were sent to the address last."""
    message = next(message for message in reversed(mail.outbox) if message.to == [address])
    return re.search(r"\b\d{6}\b", message.body).group()


def link_in_newest_mail(address: str) -> str:
    """The path of the first link that was sent to the address last."""
    message = next(message for message in reversed(mail.outbox) if message.to == [address])
    return re.search(r"https?://[^/\s]+(/\S+)", message.body).group(1)


def sign_in(visitor: Visitor, email: str, password: str = PASSWORD) -> Page:
    """Signs in by password, as a person does."""
    page = visitor.goto("/en/account/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile("Sign in$"))).to_have_count(0)
    if page.get_by_role("heading", name="Your second step").count():
        page.get_by_label("Code").fill(second_factor.code(SECRETS[email]))
        page.get_by_role("main").get_by_role("button", name="Continue").click()
    expect(page.get_by_role("banner").get_by_role("button", name="Sign out")).to_be_visible()
    return page


def set_up_second_step(visitor: Visitor, email: str, path: str) -> Page:
    """On the way to a page that asks for a second step: sets up an app and goes on to the page."""
    page = visitor.goto(path)
    visitor.check_page("Set up a second step")
    page.get_by_role("button", name="Set up an authenticator app").click()
    visitor.check_page("Set up an authenticator app")
    page.get_by_text("The camera does not work").click()
    SECRETS[email] = page.locator(".code-to-copy").inner_text()
    page.get_by_label("Code").fill(second_factor.code(SECRETS[email]))
    page.get_by_role("main").get_by_role("button", name="Continue").click()
    visitor.check_page("Your backup codes")
    page.get_by_role("button", name="I have kept them").click()
    expect(page).to_have_url(re.compile(re.escape(path) + "$"))
    return page


def a_place() -> tuple[Organisation, Role]:
    """A partnership with one organisation and a role, made as the installation makes them."""
    partnership = create_partnership(name="Riverside Anti-Slavery Partnership", by=None)
    organisation = create_organisation(
        name="Riverside Council",
        kind=Organisation.Kind.COUNCIL,
        nation=Organisation.Nation.ENGLAND,
        partnership=partnership,
        by=None,
        started_on=STARTED_ON,
    )
    return organisation, Role.objects.create(slug="housing-officer", name_en="Housing officer")


def appointed(organisation: Organisation, role: Role, name: str, kind: str):
    """A member who is appointed as something, and signs in with PASSWORD and an authenticator app."""
    email = f"{name.lower().replace(' ', '.')}@riverside.example"
    person = UserFactory(name=name, email=email, password=PASSWORD)
    MembershipFactory(person=person, organisation=organisation, role=role, work_email=email)
    partnership = organisation.partnership_memberships.get().partnership
    scope = {"organisation": organisation} if kind == Kind.ORGANISATION_LEAD else {"partnership": partnership}
    second_factor.give_app(person)
    SECRETS[email] = second_factor.SECRET
    appoint(person=person, kind=kind, by=None, started_on=STARTED_ON, **scope)
    return person
