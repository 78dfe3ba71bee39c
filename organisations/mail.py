"""Letters, of this app and of those above: queued by the number of a row, so that no address waits in the queue."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from smtplib import SMTPException
from typing import NamedTuple
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_info, override
from django_tasks import task
from django_tasks.base import Task
from django_tasks_db import DatabaseBackend

from organisations.bounces import HEADER
from organisations.letter_kinds import LetterKind, at_once
from organisations.models import Invitation, JoinRequest, Merge, SentLetter, User

LINK_SALT, LINK_LASTS = "organisations.link", timedelta(days=1)

# Their way in; whoever reads it may have no account to count for.
INVITATION = at_once("organisations/mail/invitation")
# Answers to what they asked for.
DECISION = at_once("organisations/mail/decision")
LINK = at_once("organisations/mail/link")
# Whoever did this may not have been they themselves.
MERGED = at_once("organisations/mail/merged")
SECOND_FACTOR_RESET = at_once("organisations/mail/second_factor_reset")

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


class Attached(NamedTuple):
    """A file that goes with a letter."""

    name: str
    content: str
    #: Its media type.
    kind: str


class LetterNotSent(Exception):
    """A letter did not leave; the queue keeps the error, so it names no address."""


def send_invitation(invitation: Invitation) -> None:
    """Has the invitation's letter posted once the transaction is kept."""
    queue_with_write(post_invitation, invitation.pk)


def send_decision(join_request: JoinRequest) -> None:
    """Has the person told what a lead decided once the transaction is kept."""
    queue_with_write(post_decision, join_request.pk)


def queue_with_write(task: Task, *about: int | list[int]) -> None:
    """Queues a letter, or other work for the worker, with the write it is about: both are kept, or neither.

    Where the queue is a table of the same database this happens inside the transaction, so that no crash between the
    two loses it; where tasks run at once it waits for the end of the transaction.
    """
    if isinstance(task.get_backend(), DatabaseBackend):
        task.enqueue(*about)
    else:
        transaction.on_commit(partial(task.enqueue, *about))


def send_second_factor_reset(person: User) -> None:
    """Has the person told that their second factor is gone; whoever did it tells people without an address."""
    if person.email:
        queue_with_write(post_second_factor_reset, person.pk)


@task()
def post_second_factor_reset(person_pk: int) -> None:
    """Writes it in the person's language."""
    person = User.objects.filter(pk=person_pk).exclude(email="").first()
    if person is not None:
        post(SECOND_FACTOR_RESET, [], person.email, person.language, _sign_in_link)


def send_merged(merge: Merge) -> None:
    """Has the person told, at both accounts, that the two were put together."""
    queue_with_write(post_merged, merge.pk)


@task()
def post_merged(merge_pk: int) -> None:
    """Writes it to the main address of each, in its language."""
    merge = Merge.objects.select_related("kept", "merged", "organisation").filter(pk=merge_pk).first()
    if merge is None:
        return
    for person in (merge.kept, merge.merged):
        if person.email:
            context = {"merge": merge, "is_kept": person == merge.kept}
            post(MERGED, [merge_pk], person.email, person.language, _sign_in_link, **context)


def send_link_letter(*, address_pk: int, person_pk: int) -> None:
    """Has whoever reads an address told how to bring its account into the person's."""
    queue_with_write(post_link_letter, [address_pk, person_pk])


@task()
def post_link_letter(address_and_person: list[int]) -> None:
    """Writes to the address of another account, in its language, how to put it together with the person's."""
    address_pk, person_pk = address_and_person
    address = EmailAddress.objects.select_related("user").filter(pk=address_pk, verified=True).first()
    if address is not None:
        token = link_token(address_pk=address_pk, person_pk=person_pk)
        post(LINK, [address_pk], address.email, address.user.language, partial(_link_link, token))


def link_token(*, address_pk: int, person_pk: int) -> str:
    """What the link of such a letter holds: whose account asked for which address, signed and dated."""
    return signing.dumps([person_pk, address_pk], salt=LINK_SALT)


def read_link_token(token: str) -> tuple[int, int] | None:
    """The person and the address of a link; None for one that is too old or not ours."""
    try:
        person_pk, address_pk = signing.loads(token, salt=LINK_SALT, max_age=LINK_LASTS)
    except signing.BadSignature:
        return None
    return person_pk, address_pk


def _link_link(token: str, **context: object) -> str:
    return settings.BASE_URL + reverse("organisations:link_confirm", args=[token])


@task()
def post_invitation(invitation_pk: int) -> None:
    """Writes the letter in the invitation's language, unless it has been withdrawn or used meanwhile."""
    invitation = (
        Invitation.objects.filter(pk=invitation_pk, withdrawn_at__isnull=True, accepted_at__isnull=True)
        .select_related("organisation", "role")
        .first()
    )
    if invitation is None:
        return
    row = Invitation.objects.filter(pk=invitation_pk)
    try:
        post(
            INVITATION,
            [invitation_pk],
            invitation.email,
            invitation.language,
            invitation_link,
            invitation=invitation,
        )
    except LetterNotSent:
        # The lead sees it and hands the link over.
        row.update(unsent_at=timezone.now(), unsent_why="")
        raise
    if invitation.unsent_at is not None:
        row.update(unsent_at=None, unsent_why="")


@task()
def post_invitations(invitation_pks: list[int]) -> None:
    """Queues the letters of many invitations one by one, so that each that fails is tried again by itself."""
    for pk in invitation_pks:
        queue_with_write(post_invitation, pk)


@task()
def post_decision(join_request_pk: int) -> None:
    """Writes what was decided in the person's language."""
    join_request = JoinRequest.objects.select_related("person", "organisation").filter(pk=join_request_pk).first()
    if join_request is not None:
        person = join_request.person
        context = {"join_request": join_request, "person": person}
        post(DECISION, [join_request_pk], join_request.email, person.language, _account_link, **context)


def invitation_link(invitation: Invitation) -> str:
    """The page of an invitation, in its language, whatever language is active now."""
    with override(invitation.language):
        return settings.BASE_URL + reverse("organisations:invitation", args=[invitation.token])


def _account_link(**context: object) -> str:
    return settings.BASE_URL + reverse("organisations:memberships")


def _sign_in_link(**context: object) -> str:
    return settings.BASE_URL + reverse("account_login")


def later(letter: Task, goes_at: datetime) -> Task:
    """The task, set to run at a moment to come where the queue can wait."""
    if goes_at <= timezone.now() or not letter.get_backend().supports_defer:
        return letter
    return letter.using(run_after=goes_at)


def post(
    kind: LetterKind,
    about: Sequence[int],
    to: str,
    language: str,
    link: Callable[..., str],
    attached: Sequence[Attached] = (),
    /,
    **context: object,
) -> None:
    """Renders a letter as text and as simple HTML, and sends it; raises LetterNotSent when mail is down.

    `about` are the numbers of its rows: where it comes back, these are marked. `link` gives its one address, in the
    letter's language.
    """
    template, key = kind.template, secrets.token_hex(16)
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
            # Whom the letter is from and where reports about it go to are two addresses, where the second is set.
            from_email=settings.BOUNCE_ADDRESS or settings.DEFAULT_FROM_EMAIL,
            headers={
                "From": settings.DEFAULT_FROM_EMAIL,
                "Message-ID": f"<{key}@{urlsplit(settings.BASE_URL).hostname}>",
                HEADER: key,
                "Auto-Submitted": "auto-generated",
            },
        )
        letter.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
        for each in attached:
            letter.attach(each.name, each.content, each.kind)
        # Before it leaves: a report may come back at once.
        sent = SentLetter.objects.create(key=key, kind=template, about=list(about))
        try:
            letter.send()
        except (SMTPException, OSError) as error:
            sent.delete()
            raise LetterNotSent(type(error).__name__) from None
