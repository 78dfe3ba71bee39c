"""Counts what drafts of requirements would do to coverage, in the background.

Each batch of people is kept with how far it has come: a worker that is killed leaves whole batches behind, and whoever
goes on begins after them. Two workers on one draft do not count anybody twice: the slower one gives up its batch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from organisations.clock import day_of
from organisations.mail import queue_with_write
from organisations.models import Organisation, Partnership
from records.models import EffectCount
from records.selectors.expected_standing import in_batches
from records.selectors.requirement_effect import Effect, Numbers
from records.selectors.requirement_plans import ModuleEffects, Plan
from records.terms import Terms

State = EffectCount.State
#: How long a count is kept.
KEPT_FOR = timedelta(days=1)
#: How often a count begins without coming further before it is given up.
TRIES = 3
#: So many drafts in one name are counted at a time: who tries many terms out waits for the last ones only.
AT_ONCE = 3


@transaction.atomic
def start_counting(*, plan: Plan, filled_in: Mapping[str, list[str]], at: datetime) -> EffectCount:
    """Keeps a plan and queues the counting; the same one that is being counted already is not begun again.

    Of more than `AT_ONCE` in one name the one begun first is given up and goes: its page is there no more. Which lead
    began it is not kept, so leads of one place share them.
    """
    owner = plan.owner
    asked: dict[str, Any] = {
        "partnership": owner if isinstance(owner, Partnership) else None,
        "organisation": owner if isinstance(owner, Organisation) else None,
        "requirement": plan.requirement,
        "modules": [[str(key), title] for key, title in plan.modules],
        "terms": plan.terms.as_json(),
        "effective_from": plan.effective_from,
    }
    under_way = EffectCount.objects.filter(**asked, state=State.COUNTING, filled_in=dict(filled_in)).first()
    if under_way is not None and day_of(under_way.asked_at) == plan.asked_on:
        return under_way
    counting = EffectCount.objects.filter(
        partnership=asked["partnership"], organisation=asked["organisation"], state=State.COUNTING
    )
    newest = counting.order_by("-asked_at", "-pk").values_list("pk", flat=True)[: AT_ONCE - 1]
    counting.exclude(pk__in=list(newest)).delete()
    made = EffectCount.objects.create(**asked, filled_in=dict(filled_in), asked_at=at)
    from records.tasks import count_effects_left

    queue_with_write(count_effects_left)
    return made


def forget_counts(*, at: datetime) -> None:
    """Lets go of counts that nobody looks at any more; every night."""
    EffectCount.objects.filter(asked_at__lt=at - KEPT_FOR).delete()


def count_effects(*, after_batch: Callable[[], None] | None = None) -> None:
    """Goes on with every draft that is being counted, the oldest first, until none is left.

    One that fails stays where it is and stops no other; in the end the first fault is raised. `after_batch` is called
    when a batch is kept.
    """
    faults: dict[int, Exception] = {}
    counting = EffectCount.objects.filter(state=State.COUNTING).order_by("asked_at", "pk")
    while (count := counting.exclude(pk__in=faults).first()) is not None:
        try:
            if not _begin(count):
                continue
            while count.module < len(count.modules):
                if not _count_module(count, after_batch or _nothing):
                    return  # Another worker has come further with it, or it was given up for a newer one.
            _finish(count)
        except Exception as fault:
            faults[count.pk] = fault
    if faults:
        raise next(iter(faults.values()))


def plan_of(count: EffectCount) -> Plan:
    """What is counted, as it was asked: 1 query."""
    return Plan(
        count.owner,
        [(UUID(key), title) for key, title in count.modules],
        Terms.from_json(count.terms),
        count.effective_from,
        day_of(count.asked_at),
        count.requirement,
    )


def effects_so_far(count: EffectCount) -> list[ModuleEffects]:
    """Module by module; without numbers until all are counted."""
    is_counted = count.state == State.DONE
    return [
        (title, effects_in(count, number) if is_counted else None)
        for number, (_key, title) in enumerate(count.modules)
    ]


def effects_in(count: EffectCount, number: int) -> list[Effect]:
    """The numbers so far of a module by its place."""
    return [
        Effect(date.fromisoformat(day), Numbers(**before), Numbers(**after))
        for day, before, after in count.numbers[number]
    ]


def _begin(count: EffectCount) -> bool:
    """Notes that it is begun again, or gives it up; says which."""
    count.tries += 1
    if count.tries > TRIES:
        count.state = State.FAILED
    if not count.total:
        plan = plan_of(count)
        count.total = sum(len(plan.draft(number).people()) for number in range(len(count.modules)))
    EffectCount.objects.filter(pk=count.pk).update(tries=count.tries, state=count.state, total=count.total)
    return count.state == State.COUNTING


def _count_module(count: EffectCount, after_batch: Callable[[], None]) -> bool:
    """The people of one module that are left; False where another worker has come further meanwhile."""
    draft = plan_of(count).draft(count.module)
    if len(count.numbers) <= count.module:
        count.numbers.append([])
        found = draft.nothing
    else:
        found = effects_in(count, count.module)
    left = [person for person in draft.people() if person > count.last_person]
    for batch in in_batches(left):
        draft.add(batch, found)
        if not _keep(count, found, last_person=batch[-1], people=len(batch)):
            return False
        after_batch()
    return _keep(count, found, module=count.module + 1)


def _keep(count: EffectCount, found: Sequence[Effect], *, people: int = 0, **further: int) -> bool:
    """Keeps how far it has come, unless somebody else has come further."""
    here = EffectCount.objects.filter(
        pk=count.pk, state=State.COUNTING, module=count.module, last_person=count.last_person
    )
    count.numbers[count.module] = [[each.day.isoformat(), asdict(each.before), asdict(each.after)] for each in found]
    if "module" in further:
        further["last_person"] = 0
    is_mine = here.update(numbers=count.numbers, progress=count.progress + people, tries=0, **further)
    count.progress += people
    count.module, count.last_person = further.get("module", count.module), further["last_person"]
    return bool(is_mine)


def _finish(count: EffectCount) -> None:
    EffectCount.objects.filter(pk=count.pk, state=State.COUNTING).update(state=State.DONE)


def _nothing() -> None:
    pass
