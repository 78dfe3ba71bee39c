"""Asks the slow second opinion about what the database holds."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from courses.models import Edition
from organisations.models import Membership, PartnershipMembership
from records.models import Completion, RequirementVersion, Standing
from records.rules.days import FOREVER, Days
from records.rules.standing import Done, Member, Refresher, Version
from records.selectors.standing import requirements_of, standing_on
from tests.records.oracle import Oracle

SEVERITY = ["current", "expiring", "due", "overdue"]


def told(person, day):
    """What the pages tell a person on a day, in the oracle's form."""
    return {
        each.module_key: (str(each.state), each.due_on, each.satisfied_to) for each in requirements_of(person, day)
    }


def check_what_is_shown(member, version, oracle, day):
    """The row of a member says what they have shown, from the day on that it names."""
    rows = Standing.objects.filter(standing_on(day), membership=member.key, requirement_version=version.key)
    for row in rows.filter(satisfied_from__lte=day, shown_on__lte=day).exclude(satisfied_to__lt=day):
        assert (row.shown_source, row.shown_edition) == oracle.shown(day)


def say(person, day):
    """What the oracle says of a person on a day, by what is stored: the worst state per module."""
    said = {}
    theirs = Q(person=person) | Q(person__merged_into=person)
    for place in {each.organisation_id for each in Membership.objects.filter(theirs)}:
        members = [
            Member(
                each.pk,
                each.role_id,
                each.kind,
                Days(each.started_on, each.ended_on or FOREVER),
                tuple(Days(away.started_on, away.ended_on or FOREVER) for away in each.away.all()),
            )
            for each in Membership.objects.filter(theirs, organisation=place)
        ]
        belonging = [
            Days(each.started_on, each.ended_on or FOREVER)
            for each in PartnershipMembership.objects.filter(organisation=place)
        ]
        by_requirement = {}
        for each in RequirementVersion.objects.order_by("number").select_related("requirement"):
            by_requirement.setdefault(each.requirement, []).append(each)
        for requirement, rows in by_requirement.items():
            if requirement.organisation_id not in (None, place):
                continue
            terms = [
                Version(
                    row.pk,
                    Days(row.effective_from, row.effective_to or FOREVER),
                    None if row.is_for_all_roles else frozenset(role.pk for role in row.roles.all()),
                    frozenset(row.kinds),
                    row.due_days,
                    valid_for_months=row.valid_for_months,
                    window_days=row.window_days,
                    is_counted_from_expiry=row.base == "expiry",
                )
                for row in rows
            ]
            held = belonging if requirement.partnership_id else [Days(date.min)]
            done = Completion.objects.filter(theirs, module_key=requirement.module_key, voided_at__isnull=True)
            completed = [
                Done(
                    each.completed_on,
                    each.edition_number or 0,
                    each.counted_from,
                    frozenset(lacking.role_id for lacking in each.lessons_not_done.all()),
                    each.source,
                )
                for each in done.order_by("pk")
            ]
            again = Edition.objects.filter(module_key=requirement.module_key, refresh_on__isnull=False)
            refreshers = [
                Refresher(
                    each.number, each.refresh_on, frozenset(role.pk for role in each.refresh_roles.all()) or None
                )
                for each in again.filter(refresh_ended_at=None)
            ]
            oracle = Oracle(members, terms, held, completed, refreshers)
            for member in members:
                for number in range(len(terms)):
                    answer = oracle.ask(member, number, day)
                    if answer:
                        check_what_is_shown(member, terms[number], oracle, day)
                        said.setdefault(requirement.module_key, []).append(answer)
    result = {}
    for key, answers in said.items():
        worst = max((state for state, _day in answers), key=SEVERITY.index)
        late = [due for state, due in answers if state in ("due", "overdue")]
        ends = [end for state, end in answers if state in ("current", "expiring") and end != FOREVER]
        result[key] = (worst, min(late, default=None), None if late else min(ends, default=None))
    return result
