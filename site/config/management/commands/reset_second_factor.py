"""Takes a person's lost second factor away."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from organisations.actions import reset_second_factor
from organisations.models import User


class Command(BaseCommand):
    """For operators, where no partnership lead can do it in the screens."""

    help = "Take a person's second factor away and sign them out everywhere; the next sign-in asks to set one up."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address that the person signs in with")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        person = User.objects.filter(email__iexact=email.strip()).first()
        if person is None:
            raise CommandError("Nobody signs in with this address. Nothing has been changed.")
        reset_second_factor(person=person, by=None)
        self.stdout.write("The second factor is gone, and the person is told by letter.")
