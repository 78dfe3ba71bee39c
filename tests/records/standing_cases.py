"""Cases of one person in one organisation, said in few words."""

from __future__ import annotations

from datetime import date

from records.rules.days import FOREVER, Days
from records.rules.standing import Done, Member, Version, counted_for, state_on, stretches, validity

ALWAYS = [Days(date.min)]
JAN_1 = date(2026, 1, 1)
OFFICER, NURSE = 1, 2


def member(first=JAN_1, last=None, *, key=1, role=OFFICER, kind="employee", away=()):
    return Member(key, role, kind, Days(first, last or FOREVER), tuple(Days(*each) for each in away))


def version(first=JAN_1, last=None, *, key=10, **fields):
    return Version(key, Days(first, last or FOREVER), **fields)


def done(on, edition=1, **fields):
    return Done(on, edition, **fields)


def as_done(completed):
    return [each if isinstance(each, Done) else done(each) for each in completed]


def stand(members=None, versions=None, completed=(), belonging=ALWAYS, refreshers=()):
    return stretches(members or [member()], versions or [version()], belonging, as_done(completed), refreshers)


def valid(terms, completed, role=OFFICER, refreshers=()):
    return validity(terms, counted_for(role, as_done(completed), refreshers))


def on(day, found, key=1):
    """The stretch of a membership that holds the day, if any."""
    held = [
        each
        for each in found
        if each.member == key and each.required_from <= day and (each.required_to is None or day <= each.required_to)
    ]
    assert len(held) <= 1
    return held[0] if held else None


def due(found, day, key=1):
    stretch = on(day, found, key)
    return stretch and stretch.due_on


def state(found, day, key=1):
    stretch = on(day, found, key)
    return stretch and state_on(stretch, day)
