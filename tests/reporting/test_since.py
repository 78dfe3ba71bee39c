"""Why a published report and the same day as known now differ: each reason that can be counted, and none invented."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.actions import merge_people, undo_merge
from organisations.actions.memberships import (
    change_role,
    end_away,
    end_membership,
    record_away,
    reopen_membership,
)
from organisations.actions.places import leave_partnership, record_headcount
from organisations.clock import LONDON
from organisations.models import Membership
from records.actions.standing import rebuild_standing
from records.models import Completion
from reporting.actions import prepare_report, publish_report, share_report
from reporting.selectors.reports import compare, compare_rows
from tests.factories.organisations import AwayFactory, RoleFactory
from tests.factories.records import (
    CompletionFactory,
    CompletionMembershipFactory,
    RequirementVersionFactory,
    WaiverFactory,
)
from tests.organisations.lead_world import sign_in
from tests.reporting.test_pages import words
from tests.reporting.test_reports import page

NOW = datetime(2026, 11, 21, 12, tzinfo=LONDON)
LATER = datetime(2026, 11, 27, 9, tzinfo=LONDON)
DAY = date(2026, 11, 20)
BEFORE = date(2026, 11, 16)


@pytest.fixture
def published(scene):
    """A report of the twentieth, counted on the twenty-first; from here on it is the twenty-seventh."""
    report = prepare_report(
        partnership=scene.partnership,
        day=DAY,
        delivery_from=date(2026, 1, 1),
        delivery_to=DAY,
        scope="",
        by=scene.world.partnership_lead,
        at=NOW,
    )
    share_report(report=report, by=None, at=NOW)
    with time_machine.travel(LATER, tick=False):
        yield publish_report(report=report, by=None, at=LATER)


def place_of(person):
    return person.memberships.get()


def reasons(report):
    return list(compare(report, "Everything").reasons)


def test_nothing_is_said_where_nothing_changed(published):
    found = compare(published, "Everything")
    assert (found.is_same, found.reasons) == (True, [])


def test_who_was_added_later_is_counted(published, scene):
    # Not counted: who came after the day, and somebody elsewhere.
    scene.add("Far Away", place=scene.world.foreign, started_on=BEFORE)
    scene.add("Late Tomorrow", started_on=date(2026, 11, 25))
    assert reasons(published) == []
    scene.add("Early Bird", started_on=BEFORE)
    scene.add("Earl Bird", started_on=BEFORE)
    assert reasons(published) == ["2 people were added later who worked there on that day."]
    assert compare_rows(published, [scene.world.theirs.pk]).reasons == []
    assert len(compare_rows(published, [scene.ours.pk]).reasons) == 1


def test_who_had_left_is_counted_and_who_had_not_after_all(published, scene):
    end_membership(membership=place_of(scene.due), on=date(2026, 11, 26), by=None)
    assert reasons(published) == []
    end_membership(membership=place_of(scene.overdue), on=BEFORE, by=None)
    assert reasons(published) == ["1 person had left before that day, which was recorded later."]
    reopen_membership(membership=place_of(scene.overdue), by=None)
    assert reasons(published) == ["1 person had not left after all: their last day was taken back."]


def test_who_had_moved_is_counted_once(published, scene):
    role = RoleFactory()
    change_role(membership=place_of(scene.due), role=role, on=date(2026, 11, 23), by=None)
    assert reasons(published) == []
    change_role(membership=place_of(scene.overdue), role=role, on=BEFORE, by=None)
    other = Membership.objects.get(person__name="Otto Overdue")
    # On the first day a membership is put right itself.
    change_role(membership=other, role=role, on=other.started_on, by=None)
    words_then = "2 people had moved to another role, unit or kind of work by that day, which was recorded later."
    assert reasons(published) == [words_then]
    assert not compare(published, "Everything").is_same


def test_who_was_away_is_counted_and_who_was_back(published, scene):
    # Away long ago, and from after the day on.
    record_away(membership=place_of(scene.due), started_on=date(2026, 11, 11), ended_on=date(2026, 11, 12), by=None)
    later = record_away(membership=place_of(scene.due), started_on=date(2026, 11, 25), by=None)
    end_away(away=later, on=date(2026, 11, 26), by=None)
    assert reasons(published) == []
    away = record_away(membership=place_of(scene.overdue), started_on=BEFORE, by=None)
    assert reasons(published) == ["1 person was away on that day, which was recorded later."]
    end_away(away=away, on=date(2026, 11, 18), by=None)
    found = reasons(published)
    assert "1 person was back from time away by that day, which was recorded later." in found


def test_a_return_that_was_recorded_later_is_counted(scene):
    AwayFactory(membership=place_of(scene.overdue), started_on=BEFORE, ended_on=None)
    report = prepare_report(
        partnership=scene.partnership, day=DAY, delivery_from=BEFORE, delivery_to=DAY, scope="", by=None, at=NOW
    )
    report = share_report(report=report, by=None, at=NOW)
    with time_machine.travel(LATER, tick=False):
        end_away(away=place_of(scene.overdue).away.get(), on=date(2026, 11, 18), by=None)
        assert reasons(report) == ["1 person was back from time away by that day, which was recorded later."]


def test_what_is_waived_of_the_day_is_counted(published, scene):
    key = scene.requirement.module_key
    WaiverFactory(membership=place_of(scene.due), module_key=key, started_on=date(2026, 11, 23), created_at=LATER)
    WaiverFactory(membership=place_of(scene.current), started_on=DAY, created_at=LATER)
    assert reasons(published) == []
    WaiverFactory(membership=place_of(scene.overdue), module_key=key, started_on=DAY, created_at=LATER)
    (said,) = reasons(published)
    assert said == "For 1 person a module was waived from that day on or before, which was recorded later."


def test_who_was_put_together_and_taken_apart_is_counted(published, scene):
    double = scene.add("Mina M. Member", started_on=date(2026, 3, 1))
    Membership.objects.filter(person=double).update(created_at=NOW)
    merge = merge_people(kept=scene.overdue, merged=double, organisation=scene.ours, by=scene.world.lead, at=LATER)
    assert reasons(published) == ["Two entries of 1 person were put together."]
    undo_merge(merge=merge, by=scene.world.lead, at=LATER)
    assert reasons(published) == []


def test_a_requirement_and_a_headcount_made_later_are_counted(published, scene):
    RequirementVersionFactory(
        requirement__organisation=scene.world.foreign, requirement__partnership=None, created_at=LATER
    )
    RequirementVersionFactory(requirement__partnership=scene.partnership, created_at=LATER, effective_from=DAY)
    RequirementVersionFactory(
        requirement__organisation=scene.ours, requirement__partnership=None, created_at=LATER, effective_from=BEFORE
    )
    assert reasons(published) == ["2 requirements that hold on that day were made or changed later."]
    count = {"organisation": scene.ours, "source": "Staff list", "by": None}
    record_headcount(people=20, counted_on=date(2026, 11, 21), **count)
    assert len(reasons(published)) == 1
    record_headcount(people=12, counted_on=BEFORE, **count)
    # A figure that was there is put right.
    record_headcount(people=11, counted_on=date(2026, 9, 1), role=scene.role, **count)
    assert reasons(published)[1:] == ["2 headcounts of that day or before were recorded or corrected later."]


def test_an_organisation_that_had_left_is_counted(published, scene):
    leave_partnership(partnership=scene.partnership, organisation=scene.ours, on=BEFORE, by=None)
    assert reasons(published) == ["1 organisation that was counted then is not counted on that day any more."]


def test_completions_recorded_or_struck_out_since_are_counted(published, scene):
    key = scene.requirement.module_key
    for person, completed_on in ((scene.due, BEFORE), (scene.overdue, BEFORE), (scene.overdue, date(2026, 11, 25))):
        completion = CompletionFactory(person=person, module_key=key, completed_on=completed_on, created_at=LATER)
        CompletionMembershipFactory(completion=completion, membership=place_of(person))
    old = Completion.objects.get(person=scene.current)
    CompletionMembershipFactory(completion=old, membership=place_of(scene.current))
    Completion.objects.filter(pk=old.pk).update(
        created_at=NOW, voided_at=LATER, voided_by=scene.world.lead, void_reason="Somebody else."
    )
    said = ["2 completions were recorded later.", "1 completion was struck out."]
    assert reasons(published) == said
    (of_module, of_everything) = compare(published, "Everything").lines
    assert (of_module.reasons, of_everything.reasons) == (said, ())


def test_reasons_that_are_about_one_module_stand_beside_it(published, scene):
    key = scene.requirement.module_key
    WaiverFactory(membership=place_of(scene.overdue), module_key=key, started_on=DAY, created_at=LATER)
    # Of another module that is required now, whom a person takes who is counted among those already.
    version = RequirementVersionFactory(
        requirement__partnership=scene.partnership, created_at=LATER, effective_from=DAY
    )
    other = version.requirement.module_key
    WaiverFactory(membership=place_of(scene.overdue), module_key=other, started_on=DAY, created_at=LATER)
    end_membership(membership=place_of(scene.due), on=BEFORE, by=None)
    rebuild_standing()
    waived = "For 1 person a module was waived from that day on or before, which was recorded later."
    left = "1 person had left before that day, which was recorded later."
    made = "1 requirement that holds on that day was made or changed later."
    found = compare(published, "Everything")
    assert list(found.reasons) == [left, waived, made]
    assert [list(line.reasons) for line in found.lines] == [[waived], []]
    (own,) = compare_rows(published, [scene.ours.pk]).lines
    assert own.reasons == [waived]
    # Nothing of it stands beside the rows of others, nor beside one of several.
    assert [list(line.reasons) for line in compare_rows(published, [scene.world.theirs.pk]).lines] in ([], [[]])
    several = compare_rows(published, [scene.ours.pk, scene.world.theirs.pk])
    assert waived in several.reasons
    assert not any(line.reasons for line in several.lines)
    page_of_ours = words(sign_in(scene.world.lead).get(page(published)))
    assert page_of_ours.count(waived) == 2
    # It is for those whose numbers they are: nothing that is published holds a reason.
    assert waived not in words(sign_in(scene.world.their_lead).get(page(published)))
    assert "later" not in str(published.payload)


def test_the_page_says_the_reasons_or_that_there_is_none(published, scene):
    client = sign_in(scene.world.partnership_lead)
    assert "Nothing that was recorded since changes these numbers." in words(client.get(page(published)))
    end_membership(membership=place_of(scene.overdue), on=BEFORE, by=None)
    said = words(client.get(page(published)))
    assert "Since then more became known about that day: 1 person had left before that day" in said
    # Written past every action, so that nothing says of it when and why.
    Membership.objects.filter(person=scene.overdue).update(ended_on=None)
    Membership.objects.filter(person=scene.due).update(ended_on=date(2026, 11, 15))
    rebuild_standing()
    assert "nothing that we can count says why" in words(client.get(page(published)))


def test_it_costs_the_same_for_any_number_of_people(published, scene):
    counts = []
    for more in (2, 9):
        for number in range(more):
            scene.add(f"More {number}", started_on=BEFORE)
        # What the logs are about is looked up once in each process.
        ContentType.objects.clear_cache()
        with CaptureQueriesContext(connection) as queries:
            assert reasons(published)
        counts.append(len(queries))
    assert counts[0] == counts[1]
