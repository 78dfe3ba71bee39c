"""Begins an installation: a partnership and its first lead."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from home.actions import prepare_site, set_site_address
from organisations import actions
from organisations.clock import today
from organisations.models import Appointment, Organisation, Partnership, Role, User


class Command(BaseCommand):
    """Makes the partnership and its lead; from then on people work in screens."""

    help = "Make a partnership and its first lead. Refuses, and changes nothing, when the partnership exists."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the partnership's name")
        parser.add_argument("--lead-name", required=True, help="the first lead's name")
        parser.add_argument("--lead-email", required=True, help="the address the lead signs in with")
        parser.add_argument("--organisation", default="", help="the organisation where the lead works")
        parser.add_argument(
            "--kind", default="council", choices=Organisation.Kind.values, help="what sort of organisation it is"
        )
        parser.add_argument(
            "--nation", default="england", choices=Organisation.Nation.values, help="where the organisation is"
        )
        parser.add_argument("--role", default="Strategic lead", help="the lead's job there; made if missing")
        parser.add_argument(
            "--password", action="store_true", help="print a password that works once, where mail does not work yet"
        )

    def handle(self, *args: Any, name: str, lead_email: str, **options: Any) -> None:
        if Partnership.objects.filter(name__iexact=name.strip()).exists():
            raise CommandError(f"There is already a partnership called “{name.strip()}”. Nothing has been changed.")
        try:
            with transaction.atomic():
                lead, password = self.begin(name, lead_email, options)
        except ValidationError as error:
            raise CommandError(f"{' '.join(error.messages)} Nothing has been changed.") from error
        self.tell(lead, name.strip(), password)

    def begin(self, name: str, email: str, options: dict[str, Any]) -> tuple[User, str]:
        """Everything that must be there together; a lead who is known already keeps their account."""
        address = urlsplit(settings.BASE_URL)
        default_port = 443 if address.scheme == "https" else 80
        prepare_site()
        set_site_address(hostname=address.hostname or "localhost", port=address.port or default_port)
        partnership = actions.create_partnership(name=name, by=None)
        lead = User.objects.filter(email__iexact=email.strip()).first()
        if lead is None:
            lead = actions.create_person(name=options["lead_name"], email=email, by=None)
        appoint: dict[str, Any] = {"person": lead, "by": None, "started_on": today()}
        actions.appoint(kind=Appointment.Kind.PARTNERSHIP_LEAD, partnership=partnership, **appoint)
        if options["organisation"]:
            organisation = self.place(partnership, lead, options)
            actions.appoint(kind=Appointment.Kind.ORGANISATION_LEAD, organisation=organisation, **appoint)
        return lead, actions.give_one_time_password(person=lead, by=None) if options["password"] else ""

    @staticmethod
    def place(partnership: Partnership, lead: User, options: dict[str, Any]) -> Organisation:
        """The organisation where the lead works, and their membership of it."""
        organisation = actions.create_organisation(
            name=options["organisation"],
            kind=options["kind"],
            nation=options["nation"],
            partnership=partnership,
            by=None,
            started_on=today(),
        )
        role = Role.objects.filter(name_en__iexact=options["role"]).first()
        role = role or actions.create_role(names=options["role"], by=None)
        actions.add_membership(
            person=lead, organisation=organisation, role=role, by=None, started_on=today(), work_email=lead.email
        )
        return organisation

    def tell(self, lead: User, name: str, password: str) -> None:
        """How the lead gets in."""
        with override(lead.language):
            route = "account_login" if password else "account_request_login_code"
            link = settings.BASE_URL + reverse(route)
        self.stdout.write(f"“{name}” is ready. {lead.name} leads it.")
        self.stdout.write(f"Sign in at {link} as {lead.email}")
        if password:
            self.stdout.write(f"with this password, which works once: {password}")
        else:
            self.stdout.write("with the six-digit code that is then sent to that address.")
            self.stdout.write("Where mail does not work yet, --password prints a password instead.")
