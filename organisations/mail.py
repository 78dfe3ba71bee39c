"""Letters, of this app and of those above: queued by the number of a row, so that no address waits in the queue."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language_info, override
from django_tasks import task
from django_tasks.base import Task
from django_tasks_db import DatabaseBackend

from organisations.models import Invitation, JoinRequest, User

#: Gives a line for the end of every letter, in the active language, such as the helpline.
FooterLine = Callable[[], str]
_footer_lines: list[FooterLine] = []


def register_footer_line(line: FooterLine) -> FooterLine:
    """Lets an app above add a line to the end of each letter, read when it is sent; called once, when it is ready."""
    if line not in _footer_lines:
        _footer_lines.append(line)
    return line


def footer_lines() -> list[str]:
    """What stands at the end of every letter, in the active language."""
    return [line() for line in _footer_lines]


class LetterNotSent(Exception):
    """A letter did not leave; the queue keeps the error, so it names no address."""


def send_invitation(invitation: Invitation) -> None:
    """Has the invitation's letter posted once the transaction is kept."""
    queue_letter(post_invitation, invitation.pk)


def send_decision(join_request: JoinRequest) -> None:
    """Has the person told what a lead decided once the transaction is kept."""
    queue_letter(post_decision, join_request.pk)


def queue_letter(letter: Task, pk: int | list[int]) -> None:
    """Queues a letter with the write it is about: both are kept, or neither.

    Where the queue is a table of the same database this happens inside the transaction, so that no crash between the
    two loses the letter; where tasks run at once it waits for the end of the transaction.
    """
    if isinstance(letter.get_backend(), DatabaseBackend):
        letter.enqueue(pk)
    else:
        transaction.on_commit(partial(letter.enqueue, pk))


def send_second_factor_reset(person: User) -> None:
    """Has the person told that their second factor is gone; whoever did it tells people without an address."""
    if person.email:
        queue_letter(post_second_factor_reset, person.pk)


@task()
def post_second_factor_reset(person_pk: int) -> None:
    """Writes it in the person's language."""
    person = User.objects.filter(pk=person_pk).exclude(email="").first()
    if person is not None:
        post("organisations/mail/second_factor_reset", person.email, person.language, _sign_in_link)


@task()
def post_invitation(invitation_pk: int) -> None:
    """Writes the letter in the invitation's language, unless it has been withdrawn or used meanwhile."""
    invitation = (
        Invitation.objects.filter(pk=invitation_pk, withdrawn_at__isnull=True, accepted_at__isnull=True)
        .select_related("organisation", "role")
        .first()
    )
    if invitation is not None:
        post(
            "organisations/mail/invitation",
            invitation.email,
            invitation.language,
            invitation_link,
            invitation=invitation,
        )


@task()
def post_invitations(invitation_pks: list[int]) -> None:
    """Queues the letters of many invitations one by one, so that each that fails is tried again by itself."""
    for pk in invitation_pks:
        queue_letter(post_invitation, pk)


@task()
def post_decision(join_request_pk: int) -> None:
    """Writes what was decided in the person's language."""
    join_request = JoinRequest.objects.select_related("person", "organisation").filter(pk=join_request_pk).first()
    if join_request is not None:
        person = join_request.person
        context = {"join_request": join_request, "person": person}
        post("organisations/mail/decision", join_request.email, person.language, _account_link, **context)


def invitation_link(invitation: Invitation) -> str:
    """The page of an invitation, in its language, whatever language is active now."""
    with override(invitation.language):
        return settings.BASE_URL + reverse("organisations:invitation", args=[invitation.token])


def _account_link(**context: object) -> str:
    return settings.BASE_URL + reverse("organisations:memberships")


def _sign_in_link(**context: object) -> str:
    return settings.BASE_URL + reverse("account_login")


def post(template: str, to: str, language: str, link: Callable[..., str], **context: object) -> None:
    """Renders a letter as text and as simple HTML, and sends it; raises LetterNotSent when mail is down.

    `template` is the letter's path without its ending; `link` gives its one address, in the letter's language.
    """
    with override(language):
        context["link"] = link(**context)
        context["language"] = language
        context["footer_lines"] = footer_lines()
        context["direction"] = "rtl" if get_language_info(language)["bidi"] else "ltr"
        subject = render_to_string(f"{template}_subject.txt", context)
        letter = EmailMultiAlternatives(
            subject=" ".join(subject.split()),
            body=render_to_string(f"{template}.txt", context).strip() + "\n",
            to=[to],
            headers={"Auto-Submitted": "auto-generated"},
        )
        letter.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
        try:
            letter.send()
        except (SMTPException, OSError) as error:
            raise LetterNotSent(type(error).__name__) from None
