"""Writes about a person."""

from __future__ import annotations

import secrets
from datetime import datetime

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from organisations.audit import write_log
from organisations.events import person_renamed
from organisations.models import User
from organisations.rules import normal_email


@transaction.atomic
def create_person(
    *, name: str, email: str = "", language: str = "en", by: User | None, is_email_proved: bool = False
) -> User:
    """Makes a person who can sign in by a code sent to the address, if there is one.

    Raises ValidationError when the address is no address or belongs to somebody already.
    """
    email = normal_email(email)
    if email:
        validate_email(email)
        if EmailAddress.objects.filter(email__iexact=email).exists():
            raise ValidationError(_("Another person already uses this e-mail address."))
    person = User(name=name.strip(), email=email, language=language)
    person.set_unusable_password()
    person.full_clean()
    person.save()
    if email:
        EmailAddress.objects.create(user=person, email=email, primary=True, verified=is_email_proved)
    write_log(person, "organisations.create", by)
    return person


@transaction.atomic
def rename_person(*, person: User, name: str, by: User, at: datetime) -> None:
    """Changes how a person is called; their certificates follow. Does nothing when it is the same name.

    Raises ValidationError for no name or one that is too long.
    """
    # A certificate that is granted meanwhile waits, and then reads the new name.
    before = User.objects.select_for_update(no_key=True).values_list("name", flat=True).get(pk=person.pk)
    person.name = " ".join(name.split())
    _check_only("name", person)
    if person.name == before:
        return
    person.save(update_fields=["name"])
    write_log(person, "organisations.change", by, fields=["name"])
    person_renamed.send(sender=User, person=person, by=by, at=at)


def _check_only(field: str, person: User) -> None:
    person.clean_fields(exclude={other.name for other in person._meta.fields} - {field})


@transaction.atomic
def set_language(*, person: User, language: str) -> None:
    """Keeps the language in which the person reads pages and letters.

    It stands in for where somebody comes from, so no log says who reads what.
    """
    person.language = language
    _check_only("language", person)
    person.save(update_fields=["language"])


@transaction.atomic
def give_one_time_password(*, person: User, by: User | None) -> str:
    """Makes a password that lets the person in once, for an installation that cannot send mail yet; returns it.

    Whoever hands it over vouches for the address. Raises ValidationError when the person has none.
    """
    if not person.email:
        raise ValidationError(_("This person has no e-mail address to sign in with."))
    password = secrets.token_urlsafe(15)
    person.set_password(password)
    person.has_one_time_password = True
    person.save(update_fields=["password", "has_one_time_password"])
    EmailAddress.objects.filter(user=person, email=person.email).update(verified=True)
    write_log(person, "organisations.give_password", by)
    return password


@transaction.atomic
def use_one_time_password(*, person: User) -> None:
    """Takes the one-time password away, now that somebody has signed in."""
    person.set_unusable_password()
    person.has_one_time_password = False
    person.save(update_fields=["password", "has_one_time_password"])
