"""Writes about how a person gets in and where they are signed in."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from organisations import sessions
from organisations.access import may_reset_second_factor
from organisations.actions.people import create_person
from organisations.audit import write_log
from organisations.mail import send_second_factor_reset
from organisations.models import SignIn, User
from organisations.rules import device_of


@transaction.atomic
def start_sign_in(
    *, person: User, session_key: str, user_agent: str, is_shared_computer: bool, at: datetime
) -> SignIn:
    """Puts a session that begins on its owner's list, and takes those off that ran out, whoever's they are."""
    SignIn.objects.filter(last_seen_at__lt=at - timedelta(seconds=settings.IDLE_SECONDS + 3600)).delete()
    browser, system = device_of(user_agent)
    return SignIn.objects.create(
        person=person,
        session_key=session_key,
        browser=browser,
        system=system,
        is_shared_computer=is_shared_computer,
        started_at=at,
        last_seen_at=at,
    )


def note_use(*, key: str | None, at: datetime) -> None:
    """Notes when a sign-in was last used."""
    if key:
        SignIn.objects.filter(key=key).update(last_seen_at=at)


def move_sign_in(*, key: str, session_key: str) -> None:
    """Keeps the row of a session that has been given a new key."""
    if key:
        SignIn.objects.filter(key=key).update(session_key=session_key)


@transaction.atomic
def end_sign_ins(*, person: User, key: str = "", but_key: str = "") -> int:
    """Signs a person out: in one place, in all but one, or everywhere; returns in how many."""
    rows = SignIn.objects.filter(person=person.pk)
    if key:
        rows = rows.filter(key=key)
    if but_key:
        rows = rows.exclude(key=but_key)
    for row in rows:
        sessions.delete(row.session_key)
    return rows.delete()[0]


@transaction.atomic
def reset_second_factor(*, person: User, by: User | None) -> None:
    """Takes every second factor of a person away, for whom the phone is lost; the next sign-in asks to set one up.

    Whoever does it vouches that it was the person who asked. The person is signed out everywhere and told by letter.
    Raises PermissionDenied for one's own and for people who are not the actor's to look after.
    """
    if by is not None and not may_reset_second_factor(by, person):
        raise PermissionDenied(_("Only a partnership lead or an operator does this, and nobody for themselves."))
    Authenticator.objects.filter(user=person.pk).delete()
    end_sign_ins(person=person)
    write_log(person, "organisations.reset_second_factor", by)
    send_second_factor_reset(person)


@transaction.atomic
def meet_person(*, email: str, name: str, language: str) -> User | None:
    """The person behind an address that their organisation has proved, made where there is none.

    An account opens nothing: where the person belongs follows the rules of joining. None for a closed account, and
    for what is no address. A password set before anybody had proved the address is dropped, since a stranger could
    have set it; an account that only claims it beside an address of its own loses the claim.
    """
    address = _address_of(email)
    if address is None:
        try:
            with transaction.atomic():
                return create_person(name=name[:150], email=email, language=language, by=None, is_email_proved=True)
        except (ValidationError, IntegrityError):
            # No address, or the same person came twice at one moment.
            address = _address_of(email)
    if address is None or not address.user.is_active:
        return None
    person = address.user
    if not address.verified:
        person.set_unusable_password()
        person.save(update_fields=["password"])
        address.verified = True
        address.save(update_fields=["verified"])
    return person


def _address_of(email: str) -> EmailAddress | None:
    """The row of the address that may let somebody in; claims that nobody has proved, of others, are taken away."""
    rows = EmailAddress.objects.select_related("user").filter(email__iexact=email).order_by("-verified", "pk")
    for address in rows:
        proved = EmailAddress.objects.filter(user=address.user, verified=True)
        if address.verified or not proved.exists():
            return address
        proved[0].set_as_primary()
        address.delete()
    return None
