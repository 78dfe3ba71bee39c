"""Letters to somebody who asked that their details be removed: neutral subjects, and nobody's story in them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django_tasks import task

from organisations.letter_kinds import at_once
from organisations.mail import post, queue_with_write
from organisations.models import User
from privacy.models import ErasureRequest, LastLetter

State = ErasureRequest.State
# Answers to what they asked for themselves.
ASKED, REFUSED, REMOVED = (at_once(f"privacy/mail/{name}") for name in ("asked", "refused", "removed"))
#: An address is not kept longer for a letter that could not be sent.
LAST_LETTER_WAITS = timedelta(days=7)


def send_asked(request: ErasureRequest) -> None:
    """Has the person told that their request has come."""
    queue_with_write(post_asked, request.pk)


def send_refused(request: ErasureRequest) -> None:
    """Has the person told that nothing is removed, and why."""
    queue_with_write(post_refused, request.pk)


def send_removed(person: User) -> None:
    """Keeps the address beside the person for one last letter; called before it is removed from the person."""
    if person.email:
        queue_with_write(post_removed, LastLetter.objects.create(address=person.email, language=person.language).pk)


def forget_unsent(at: datetime) -> None:
    """Lets go of the addresses of last letters that found no way out."""
    LastLetter.objects.filter(queued_at__lt=at - LAST_LETTER_WAITS).delete()


@task()
def post_asked(request_pk: int) -> None:
    """Writes it in the person's language, unless the request has ended meanwhile."""
    if asked := _request(request_pk, State.OPEN):
        person = asked.person
        post(ASKED, [request_pk], person.email, person.language, _account_link, asked=asked)


@task()
def post_refused(request_pk: int) -> None:
    """Writes it in the person's language, with the reason."""
    if asked := _request(request_pk, State.REFUSED):
        person = asked.person
        post(REFUSED, [request_pk], person.email, person.language, _notice_link, asked=asked)


@task()
def post_removed(letter_pk: int) -> None:
    """Writes the last letter, and lets the address go with it."""
    if letter := LastLetter.objects.filter(pk=letter_pk).first():
        post(REMOVED, [letter_pk], letter.address, letter.language, _notice_link)
        letter.delete()


def _request(pk: int, state: str) -> ErasureRequest | None:
    """The request in this state, if the person has an address."""
    found = ErasureRequest.objects.filter(pk=pk, state=state).exclude(person__email="")
    return found.select_related("person").first()


def _account_link(**context: object) -> str:
    return settings.BASE_URL + reverse("privacy:account")


def _notice_link(**context: object) -> str:
    return settings.BASE_URL + reverse("privacy:notice")
