"""Changing many questions of the bank at once: their status, or a tag."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.models import User
from quizzes.actions.bank import log_each
from quizzes.kinds.registry import KINDS
from quizzes.leaving import Reasons, lacking_with_tag, lacking_without, lacking_without_tag
from quizzes.models import Question, Tag
from quizzes.questions import folded

#: What one request can take.
MOST = 5000


class Deed(models.TextChoices):
    """What can be done to many questions."""

    READY = "ready", gettext_lazy("Make ready")
    DRAFT = "draft", gettext_lazy("Make drafts again")
    RETIRE = "retired", gettext_lazy("Retire")
    TAG = "tag", gettext_lazy("Add a tag")
    UNTAG = "untag", gettext_lazy("Take a tag away")


@dataclass
class ManyPlan:
    """What a deed would come to."""

    changed: list[Question] = field(default_factory=list)
    #: How many are so already.
    unchanged: int = 0
    #: Each with the sentences that say why.
    refused: list[tuple[Question, list[str]]] = field(default_factory=list)


def plan_many(*, ids: Collection[int], deed: str, tag: str = "") -> ManyPlan:
    """What `change_many` would do; writes nothing."""
    return _plan(Question.objects.filter(pk__in=ids), deed, tag)


@transaction.atomic
def change_many(
    *, ids: Collection[int], deed: str, tag: str = "", by: User | None, at: datetime | None = None
) -> ManyPlan:
    """Do to questions what can be done, and leave those alone that are refused; says which.

    Refused are: to be made ready, what its editor would refuse; to be a draft, retired, with or without a tag, what a
    quiz could then not do without. Raises ValidationError for more than `MOST`.
    """
    if len(ids) > MOST:
        raise ValidationError(_("At most %(most)s questions can be changed at once.") % {"most": f"{MOST:,}"})
    at = at or timezone.now()
    # Locks the rows, so that nobody takes a question into a frozen quiz meanwhile.
    plan = _plan(Question.objects.select_for_update().filter(pk__in=ids), deed, tag)
    if not plan.changed:
        return plan
    pks = [question.pk for question in plan.changed]
    links = Question.tags.through.objects
    if deed == Deed.TAG:
        found, _is_new = Tag.objects.get_or_create(folded=folded(tag), defaults={"name": tag})
        links.bulk_create([Question.tags.through(question_id=pk, tag_id=found.pk) for pk in pks])
        Question.objects.filter(pk__in=pks).update(changed_at=at)
    elif deed == Deed.UNTAG:
        links.filter(question__in=pks, tag__folded=folded(tag)).delete()
        Question.objects.filter(pk__in=pks).update(changed_at=at)
    else:
        Question.objects.filter(pk__in=pks).update(status=deed, changed_at=at)
    log_each(plan.changed, f"quizzes.{deed}", by, at, {"tag": tag} if tag else {})
    return plan


def why_not_ready(question: Question) -> list[str]:
    """Why a question cannot be asked as it stands, as its editor would say it; empty when it can."""
    if not question.body:
        return [_("Write one question.")]
    child = question.body[0]
    if problems := KINDS[child.block_type].problems(child.value):
        return list(dict.fromkeys(problem.message for problem in problems))
    try:
        question.body.stream_block.clean(question.body)
    except ValidationError as refusal:
        return list(dict.fromkeys(_messages(refusal)))
    return []


def _plan(questions: QuerySet[Question], deed: str, tag: str) -> ManyPlan:
    known_as = folded(tag)
    if deed != Deed.READY:
        questions = questions.defer("body")
    plan, wanted = ManyPlan(), []
    for question in questions.order_by("pk").prefetch_related("tags"):
        tags: Any = question.tags.all()
        has_tag = any(each.folded == known_as for each in tags)
        is_so = {Deed.TAG: has_tag, Deed.UNTAG: not has_tag}.get(Deed(deed), question.status == deed)
        if is_so:
            plan.unchanged += 1
        else:
            wanted.append(question)
    reasons = _reasons(wanted, deed, known_as)
    for question in wanted:
        if why := reasons.get(question.pk):
            plan.refused.append((question, why))
        else:
            plan.changed.append(question)
    return plan


def _reasons(questions: Iterable[Question], deed: str, tag: str) -> Reasons:
    if deed == Deed.READY:
        return {question.pk: why_not_ready(question) for question in questions}
    ready = [question.pk for question in questions if question.status == Question.Status.READY]
    if not ready:
        return {}
    by_tag = {Deed.TAG: lacking_with_tag, Deed.UNTAG: lacking_without_tag}.get(Deed(deed))
    return by_tag(ready, tag) if by_tag else lacking_without(ready)


def _messages(refusal: Any) -> Iterator[str]:
    """All that a block's refusal says, whichever of its parts says it."""
    nested = getattr(refusal, "block_errors", None)
    if nested is None:
        yield from refusal.messages
        return
    for part in nested.values() if isinstance(nested, dict) else nested:
        if part is not None:
            yield from _messages(part)
    for error in refusal.non_block_errors.as_data():
        yield from error.messages
