"""Organisations ask for briefings; trainers and leads of the partnership answer."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import ModulePage
from organisations.audit import write_log
from organisations.clock import day_of
from organisations.models import Organisation, Partnership, User
from records.models import BriefingRequest
from records.rules.sessions import tidy
from records.selectors.sessions import partnerships_to_ask

State = BriefingRequest.State


@transaction.atomic
def ask_for_briefing(
    *,
    organisation: Organisation,
    partnership: Partnership,
    module: ModulePage,
    people: int,
    when: str,
    by: User,
    at: datetime,
) -> BriefingRequest:
    """Puts an organisation on a partnership's waiting list; what waits there for that module is brought up to date.

    Refuses (ValidationError) a partnership to which the organisation does not belong.
    """
    if not partnerships_to_ask(organisation, day_of(at)).filter(pk=partnership.pk).exists():
        raise ValidationError(_("Your organisation is not in this partnership today. Nothing was sent."))
    # A briefing that is cancelled at this moment may put the same request back.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    request, is_new = BriefingRequest.objects.get_or_create(
        partnership=partnership,
        organisation=organisation,
        module_key=module.module_key,
        state=State.OPEN,
        defaults={
            "module": module,
            "title": module.title,
            "people": people,
            "when": tidy(when)[:200],
            "asked_by": by,
            "asked_at": at,
        },
    )
    if not is_new:
        request.people, request.when = people, tidy(when)[:200]
        request.save(update_fields=["people", "when"])
    write_log(request, "records.ask_for_briefing", by)
    return request


def decline_request(*, request: BriefingRequest, by: User, reason: str, at: datetime) -> BriefingRequest:
    """Says no, with a reason that the organisation reads. Refuses without one, and what is answered already."""
    if not (reason := tidy(reason)):
        raise ValidationError({"reason": _("Say why. The organisation reads it.")})
    return _decide(request, State.DECLINED, by, at, reason[:300])


def withdraw_request(*, request: BriefingRequest, by: User, at: datetime) -> BriefingRequest:
    """Takes a request back. Refuses what is answered already."""
    return _decide(request, State.WITHDRAWN, by, at)


@transaction.atomic
def _decide(request: BriefingRequest, state: str, by: User, at: datetime, reason: str = "") -> BriefingRequest:
    request = BriefingRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.state != State.OPEN:
        raise ValidationError(_("This request has been answered already. Nothing was changed."))
    request.state, request.reason = state, reason
    request.decided_at, request.decided_by = at, by
    request.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    write_log(request, "records.answer_request", by)
    return request
