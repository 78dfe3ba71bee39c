"""Files being saved while others write: killed workers, two workers, two organisations, and a quiz handed in."""

from __future__ import annotations

import threading
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection, connections
from django.utils import timezone

from organisations import actions
from organisations.actions.imports_people import People
from organisations.models import ImportRun, Membership, User
from records.actions.learning import save_answer, start_attempt, start_module, submit_attempt
from records.models import Completion
from records.selectors.expected_standing import batches_of_people, standing_differences
from records.selectors.quizzes import asked_in
from tests.factories.courses import make_module
from tests.factories.organisations import MembershipFactory, UserFactory
from tests.factories.quizzes import make_quiz
from tests.factories.records import RequirementFactory, RequirementVersionFactory
from tests.organisations.lead_world import make_world, member_of
from tests.records.test_completions import at_once

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks: runs on PostgreSQL"),
]
ROWS, CHUNK = 60, 20
BEFORE = date(2025, 6, 2)


@pytest.fixture
def world(monkeypatch):
    monkeypatch.setattr("organisations.actions.imports.CHUNK", CHUNK)
    world = make_world()
    world.module = make_module(title="Seeing it", recognised="enough", quiz=make_quiz())
    RequirementVersionFactory(
        requirement=RequirementFactory(partnership=world.partnership, module=world.module), valid_for_months=24
    )
    return world


def brought(organisation, kind, text, mode="good") -> ImportRun:
    """A file that waits to be saved."""
    run = actions.bring_file(
        place=organisation, kind=kind, content=text.encode(), file_name="s.csv", by=None, at=timezone.now()
    )
    actions.choose_columns(run=run, columns=run.columns, is_queued=False)
    run = actions.check_file(run=run, at=timezone.now())
    return actions.start_applying(run=run, mode=mode, by=None, is_queued=False)


def staff(organisation, mode="good"):
    rows = "".join(f"Person {number},p{number}@new.example,Housing officer\n" for number in range(ROWS))
    return brought(organisation, "people", f"Name,E-mail,Role\n{rows}", mode)


def apply(run):
    return actions.apply_import(run=ImportRun.objects.get(pk=run.pk), at=timezone.now())


def standing_of_new_people_is_right() -> bool:
    new = set(User.objects.filter(email__endswith="@new.example").values_list("pk", flat=True))
    return all(not standing_differences(new.intersection(batch)) for batch in batches_of_people())


def test_a_worker_killed_in_the_middle_of_a_chunk_leaves_whole_chunks(world, monkeypatch):
    run, write, chunks = staff(world.ours), People.write, []

    def die_in_the_second(self, steps):
        write(self, steps)
        chunks.append(len(steps))
        if len(chunks) == 2:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(People, "write", die_in_the_second)
    with pytest.raises(OperationalError):
        apply(run)
    connections.close_all()
    assert User.objects.filter(email__endswith="@new.example").count() == CHUNK
    done = apply(run)
    assert (done.state, done.done["new"], done.progress) == ("done", ROWS, done.total)
    places = Membership.objects.filter(person__email__endswith="@new.example")
    assert (places.count(), places.values("person").distinct().count()) == (ROWS, ROWS)
    assert standing_of_new_people_is_right()


def test_two_workers_with_one_file_save_each_row_once(world):
    run = staff(world.ours)
    failures = [each for each in at_once(*[lambda: apply(run)] * 3) if isinstance(each, Exception)]
    assert failures == []
    run.refresh_from_db()
    assert (run.state, run.done["new"]) == ("done", ROWS)
    assert Membership.objects.filter(person__email__endswith="@new.example").count() == ROWS
    assert standing_of_new_people_is_right()


def test_two_organisations_with_the_same_completions_record_them_once(world):
    people = [member_of(world.ours, world.role) for _number in range(ROWS)]
    for place in people:
        MembershipFactory(person=place.person, organisation=world.theirs, role=world.role, work_email=place.work_email)
    lines = [f"{place.work_email},Seeing it,2/6/2025\n" for place in people]
    runs = [
        brought(organisation, "completions", "E-mail,Module,Date\n" + "".join(rows))
        for organisation, rows in ((world.ours, lines), (world.theirs, lines[::-1]))
    ]
    found = at_once(*[lambda run=run: apply(run) for run in runs])
    assert [each.state for each in found] == ["done", "done"]
    assert sum(each.done.get("new", 0) for each in found) == ROWS
    assert Completion.objects.count() == ROWS
    assert not standing_differences([place.person_id for place in people])


def test_all_or_none_saves_none_when_another_takes_an_address_meanwhile(world, monkeypatch):
    run, write, taken = staff(world.ours, mode="all"), People.write, []

    def after_somebody_else(self, steps):
        if not taken:
            made = threading.Thread(target=lambda: (UserFactory(email="p5@new.example"), connections.close_all()))
            made.start()
            made.join(20)
            taken.append(True)
        write(self, steps)

    monkeypatch.setattr(People, "write", after_somebody_else)
    done = apply(run)
    assert (done.state, done.planned["refused"]) == ("checked", 1)
    assert User.objects.filter(email__endswith="@new.example").count() == 1


def test_a_quiz_is_handed_in_while_a_file_is_saved(world):
    at, learner = timezone.now(), world.member.person
    enrolment = start_module(person=learner, module=world.module, at=at)
    draft = start_attempt(enrolment=enrolment, lesson_key=enrolment.edition.lessons.get().lesson_key, at=at)
    for each in asked_in(draft).places:
        save_answer(draft=draft, question=each.question, answer=sorted(each.question.right_keys), seen=[], at=at)
    run, seen = staff(world.ours), SimpleNamespace(left=None)

    def hand_in():
        attempt = submit_attempt(person=learner, key=draft.key, at=timezone.now())
        seen.left = ImportRun.objects.get(pk=run.pk).state
        return attempt

    started = threading.Event()

    def save_slowly():
        def between():
            # From the first chunk on; the file waits between chunks until the quiz is in, never the other way round.
            started.set()
            handed.wait(20)

        return actions.apply_import(run=ImportRun.objects.get(pk=run.pk), at=timezone.now(), after_chunk=between)

    handed = threading.Event()

    def hand_in_meanwhile():
        started.wait(20)
        try:
            return hand_in()
        finally:
            handed.set()

    saved, attempt = at_once(save_slowly, hand_in_meanwhile)
    assert (seen.left, saved.state, attempt.is_passed) == ("applying", "done", True)
    assert Completion.objects.get().person == learner
    assert not standing_differences([learner.pk])
