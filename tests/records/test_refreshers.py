"""An edition that must be learned again: until when what was completed before holds, and how that is taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from courses.actions import call_off_refresher, publish_edition
from courses.learning_again import LearnAgain
from courses.models import Edition, Effect
from records.actions.learning import finish_module, mark_lesson_done, start_module
from records.selectors.expected_standing import standing_differences
from records.selectors.reminders import ending_soon, lines_for
from records.selectors.standing import requirements_of
from tests.conftest import TODAY
from tests.factories.cms import text_of
from tests.factories.courses import lesson_pages, make_module, make_reviewer
from tests.factories.records import RequirementVersionFactory
from tests.records.conftest import NOW
from tests.records.oracle_of_rows import say, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
EARLIER = NOW - timedelta(days=100)
BY = TODAY + timedelta(days=60)


@pytest.fixture
def module(place):
    """A module that everybody must hold, and has completed on its first edition."""
    module = make_module()
    RequirementVersionFactory(
        requirement__partnership=place.partnership, requirement__module=module, is_for_all_roles=True,
        effective_from=date(2026, 1, 1), valid_for_months=None,
    )  # fmt: skip
    for person in (place.learner, place.other):
        complete(module, person, EARLIER)
    return module


def complete(module, person, at):
    enrolment = start_module(person=person, module=module, at=at)
    mark_lesson_done(enrolment=enrolment, lesson_key=lesson_pages(module)[0].lesson_key, at=at)
    return finish_module(enrolment=enrolment, at=at)


def publish(module, roles=(), days=60):
    again = LearnAgain(days, roles)
    return publish_edition(module=module, by=None, at=NOW, effect=Effect.STEPS_FORWARD, again=again)


def state(person, day=TODAY):
    required = requirements_of(person, day)[0]
    return str(required.state), required.due_on, required.satisfied_to


def is_right(*people):
    days = [TODAY, BY, BY + timedelta(days=1), BY + timedelta(days=400)]
    return not standing_differences([each.pk for each in people]) and all(
        told(each, day) == say(each, day) for each in people for day in days
    )


def test_what_was_completed_before_holds_through_the_refresh_day(place, module):
    assert state(place.learner) == ("current", None, None)
    publish(module)
    assert state(place.learner) == ("current", None, BY)
    assert state(place.learner, BY) == ("expiring", None, BY)
    assert state(place.learner, BY + timedelta(days=1)) == ("overdue", BY, None)
    assert is_right(place.learner, place.other)


def test_whoever_learns_it_again_is_asked_nothing_more(place, module):
    publish(module)
    complete(module, place.learner, NOW)
    assert state(place.learner, BY + timedelta(days=400)) == ("current", None, None)
    assert state(place.other, BY + timedelta(days=400)) == ("overdue", BY, None)
    assert is_right(place.learner, place.other)


def test_only_people_in_the_roles_named_learn_it_again(place, module):
    publish(module, roles=[place.officer])
    assert state(place.learner)[2] is None
    assert state(place.other)[2] == BY
    assert is_right(place.learner, place.other)


def test_an_edition_that_nobody_learns_again_changes_nothing(place, module):
    publish_edition(module=module, by=None, at=NOW)
    assert state(place.learner) == ("current", None, None)
    assert is_right(place.learner)


def test_calling_it_off_lets_what_was_completed_hold_as_before(place, module):
    edition, reviewer = publish(module), make_reviewer()
    with pytest.raises(ValidationError):
        call_off_refresher(edition=edition, by=reviewer, at=NOW, reason=" ")
    call_off_refresher(edition=edition, by=reviewer, at=NOW, reason="The guidance did not change after all.")
    assert state(place.learner) == ("current", None, None)
    assert is_right(place.learner, place.other)
    with pytest.raises(ValidationError):
        call_off_refresher(edition=edition, by=reviewer, at=NOW, reason="Once more.")


def test_nobody_is_chased_for_it(place, module):
    """The end of a validity is written about; of an edition that is learned again My learning tells."""
    edition = publish(module, days=7)
    assert ending_soon(TODAY) == []
    Edition.objects.filter(pk=edition.pk).update(refresh_on=TODAY + timedelta(days=8))
    assert {person for person, _place, _day in ending_soon(TODAY)} == {place.learner.pk, place.other.pk}


def test_my_learning_says_so_in_place_of_an_expiry(client, place, module):
    client.force_login(place.learner)
    publish(module)
    page = text_of(client.get("/en/learn/"))
    assert f"It has changed. Please learn it again by {BY:%-d %B %Y}." in page
    assert "Valid until" not in page
    assert ("Learn again" in page, "Expires in" in page) == (True, False)
    with time_machine.travel(BY + timedelta(days=3), tick=False):
        client.force_login(place.learner)
        page = text_of(client.get("/en/learn/"))
    assert f"It has changed. It was to be learned again by {BY:%-d %B %Y}." in page
    assert "Due" not in page


def test_a_letter_of_a_lead_says_so_too(place, module):
    publish(module, days=20)
    assert [line.sentence for line in lines_for(place.learner, TODAY)] == [
        f"{module.title}: it has changed. Please learn it again by {TODAY + timedelta(days=20):%-d %B %Y}."
    ]
