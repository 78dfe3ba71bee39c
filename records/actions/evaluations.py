"""Keeps what somebody says of a module that they completed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from organisations.clock import day_of
from records.actions.refusals import NothingAskedNow
from records.models import Completion, Evaluation
from records.selectors.evaluations import open_moment


@transaction.atomic
def evaluate(*, completion: Completion, helps: int | None, knows_next: int | None, at: datetime) -> Evaluation:
    """Keeps the answers, once at each of the two times; sent again, they are as they were sent first.

    At least one answer is given. Raises NothingAskedNow when the time is over, for training elsewhere and for what
    was struck out.
    """
    # Held, so that the same form sent twice at once is kept once.
    completion = Completion.objects.select_for_update(of=("self",)).get(pk=completion.pk)
    moment = open_moment(completion, day_of(at))
    if moment is None:
        raise NothingAskedNow
    evaluation, _is_new = Evaluation.objects.get_or_create(
        completion=completion,
        moment=moment,
        defaults={"helps": helps, "knows_next": knows_next, "answered_at": at},
    )
    return evaluation
