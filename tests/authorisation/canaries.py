"""Names found nowhere else, by which an answer says whom it is about."""

from __future__ import annotations

import re

from django.http import HttpResponse

from organisations.models import Invitation, JoinRequest, User

#: Long enough not to turn up by chance in the random signs that guard a form.
TOKEN = re.compile(r"Qzxvkwj(\d+)q", re.IGNORECASE)


def give_canaries() -> None:
    """A name and an address that lead back to one person each, wherever they turn up."""
    for person in User.objects.all():
        person.name, person.email = (
            f"Qzxvkwj{person.pk}q Canary",
            f"qzxvkwj{person.pk}q@example.org" if person.email else "",
        )
        person.save()
        person.memberships.update(work_email=person.email, staff_number=f"Qzxvkwj{person.pk}q-staff")
        person.emailaddress_set.update(email=person.email)
    for invitation in Invitation.objects.all():
        invitation.email = f"qzxvkwj{900_000 + invitation.pk}q@example.org"
        invitation.save()
    for asked in JoinRequest.objects.all():
        asked.email = f"qzxvkwj{asked.person_id}q@example.org"
        asked.save()


def names_in(response: HttpResponse) -> set[int]:
    """Whose names or addresses the answer holds."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return {int(found) for found in TOKEN.findall(content.decode(errors="replace"))}
