"""Saves the rows of a file of completions, in chunks that can stop and go on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from django.db import transaction

from courses.models import Edition
from organisations.actions.imports import chunk_size
from organisations.actions.imports_apply import finish, goes_back, is_mine, rows_left, take_off
from organisations.actions.turns import hold_places_of
from organisations.audit import write_logs
from organisations.bulk import Among, add_rows, insert_rows, look_anew
from organisations.clock import day_of
from organisations.import_kinds import AfterChunk
from organisations.imports.planning import Outcome
from organisations.models import ImportRun, Membership, Organisation, Role, User
from records.events import completions_recorded
from records.models import Completion, CompletionMembership, LessonsNotDone, Recognition, Standing
from records.rules.completion_files import CompletionStep, plan_completions
from records.selectors.completion_files import completion_row, known_completions, on_record
from records.selectors.expected_standing import humans_of
from records.selectors.lessons_of_roles import numbers_of_roles, roles_lacking

COMPLETION = ("person_id", "module_id", "module_key", "title", "edition_id", "edition_number", "minutes",
              "lesson_keys", "completed_on", "source", "created_at", "void_reason")  # fmt: skip
PLACE = ("completion_id", "membership_id", "organisation_id", "organisation_name", "role_id", "role_name")
LACKING = ("completion_id", "role_id")
RECOGNITION = ("completion_id", "organisation_id", "course", "reference", "reason", "recorded_by_id")


def save_completions(run: ImportRun, at: datetime, after_chunk: AfterChunk) -> None:
    """Saves what is left of a file of completions."""
    left = rows_left(run)
    rows = [completion_row(number, values) for number, (_pk, values) in left.items()]
    known = known_completions(run.of_one, rows, run.started_by_id)
    steps = plan_completions(rows, known, day_of(at))
    if goes_back(run, steps):
        return
    editions = Edition.objects.defer("content").in_bulk({row.edition_id for row in rows})
    size = chunk_size()
    if len(steps) > size:
        # The people may have come in a minute ago.
        look_anew(User, Membership, Completion, Standing)
    for start in range(0, len(steps), size):
        with transaction.atomic():
            if not is_mine(run):
                return
            people = {step.person for step in steps[start : start + size] if step.person}
            hold_places_of(people)
            chunk = _as_it_is_now(steps[start : start + size])
            _write(run, [step for step in chunk if step.outcome == Outcome.NEW], editions, at)
            take_off(run, chunk, left)
        after_chunk()
    finish(run)


def _as_it_is_now(steps: Sequence[CompletionStep]) -> list[CompletionStep]:
    """The steps, with what another has recorded since they were planned."""
    there = on_record((step.person, step.row) for step in steps if step.person)
    return [
        replace(step, outcome=Outcome.UNCHANGED)
        if step.outcome == Outcome.NEW and (step.person, step.row.module, step.row.completed_on) in there
        else step
        for step in steps
    ]


def _write(run: ImportRun, steps: Sequence[CompletionStep], editions: dict[int, Edition], at: datetime) -> None:
    if not steps:
        return
    places = _places({step.person for step in steps if step.person})
    made = [(step.person or 0, step.row, editions[step.row.edition_id]) for step in steps]
    source = Completion.Source.RECOGNISED.value
    pks = insert_rows(
        Completion,
        COMPLETION,
        [
            (person, edition.module_id, edition.module_key, edition.title, edition.pk, edition.number, 0, [],
             row.completed_on, source, at, "")
            for person, row, edition in made
        ],
    )  # fmt: skip
    add_rows(
        CompletionMembership,
        PLACE,
        [
            (pk, place.pk, place.organisation.pk, place.organisation.name, place.role.pk, place.role.name)
            for pk, (person, row, _edition) in zip(pks, made, strict=True)
            for place in places[person]
            if place.holds(row.completed_on)
        ],
    )
    numbers = numbers_of_roles(editions.values())
    # Most rows are of one edition and of people in the same few roles.
    lacking = cache(lambda edition, held: roles_lacking(edition, (), held, numbers))
    add_rows(
        LessonsNotDone,
        LACKING,
        [
            (pk, role)
            for pk, (person, row, edition) in zip(pks, made, strict=True)
            for role in lacking(edition, _roles_held(places[person], row.completed_on, day_of(at)))
        ],
    )
    add_rows(
        Recognition,
        RECOGNITION,
        [
            (pk, run.organisation_id, row.course if row.is_outside else "", row.reference or run.file_name, "",
             run.started_by_id)
            for pk, (_person, row, _edition) in zip(pks, made, strict=True)
        ],
    )  # fmt: skip
    write_logs(Completion, [(pk, "records.recognise") for pk in pks], run.started_by, at)
    completions_recorded.send(
        sender=Completion,
        person_ids={person for person, _row, _edition in made},
        module_keys={edition.module_key for _person, _row, edition in made},
    )


class _Place(NamedTuple):
    """A membership; most of a file's people share organisation and role."""

    pk: int
    organisation: Organisation
    role: Role
    started_on: date
    ended_on: date | None

    def holds(self, day: date) -> bool:
        """Whether the person worked there on the day."""
        return self.started_on <= day and (self.ended_on is None or day <= self.ended_on)


def _roles_held(places: Sequence[_Place], day: date, recorded_on: date) -> frozenset[str]:
    """The roles on the day; of somebody who came later, those that whoever brings the file knows them in."""
    there = [each for each in places if each.holds(day)] or [each for each in places if each.holds(recorded_on)]
    return frozenset(each.role.slug for each in there)


def _places(person_ids: set[int]) -> dict[int, list[_Place]]:
    """Where these people ever worked, by the person whose record goes on."""
    humans = humans_of(person_ids)
    rows = Membership.objects.filter(Among("person_id", humans)).values_list(
        "person_id", "pk", "organisation_id", "role_id", "started_on", "ended_on"
    )
    organisations = Organisation.objects.in_bulk({row[2] for row in rows})
    roles = Role.objects.in_bulk({row[3] for row in rows})
    found: dict[int, list[_Place]] = defaultdict(list)
    for person, pk, organisation, role, started_on, ended_on in rows:
        place = _Place(pk, organisations[organisation], roles[role], started_on, ended_on)
        found[humans[person]].append(place)
    return found
