"""Medians before and after: first answers of many people, each counted once, never by person, unit or language."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from organisations.models import Appointment, Organisation
from records.models import Evaluation, Part
from reporting.rules import LEAST_PEOPLE, at_least, middle
from reporting.selectors.before_after import BeforeAfter, before_and_after
from reporting.selectors.delivery import Scope
from tests.factories.courses import make_module, make_trainer
from tests.factories.organisations import AppointmentFactory, MembershipFactory, UnitFactory, UserFactory
from tests.factories.quizzes import make_quiz
from tests.factories.records import (
    AttemptFactory,
    CompletionFactory,
    CompletionMembershipFactory,
    EnrolmentFactory,
    LessonProgressFactory,
)
from tests.organisations.lead_world import sign_in

TODAY = date(2026, 11, 21)
PAGE = "reporting:before_after"


@given(st.lists(st.integers(0, 100), max_size=60))
def test_nothing_is_said_of_few(values):
    if len(values) < LEAST_PEOPLE:
        assert middle(values) is None
        assert at_least(len(values)) is None
    else:
        assert middle(values) == median(values)
        assert at_least(len(values)) <= len(values) < at_least(len(values)) + 10


@pytest.fixture
def module(scene):
    return make_module(title="Seeing it", lessons=1, check_quiz=make_quiz(questions=2))


@pytest.fixture
def answered(scene, module):
    """Records that a person of an organisation answered before and after, and evaluated the module."""
    edition = module.editions.get()

    def answer(place: Organisation, before, after, *, sure=(2, 4), person=None, day=TODAY, helps=None):
        membership = MembershipFactory(organisation=place, role=scene.role, person=person or UserFactory())
        enrolment = EnrolmentFactory(person=membership.person, edition=edition, is_completed=True)
        for part, score, step in ((Part.BEFORE, before, sure[0]), (Part.AFTER, after, sure[1])):
            if score is not None:
                AttemptFactory(
                    enrolment=enrolment,
                    part=part,
                    lesson_key=module.module_key,
                    quiz_version=edition.check_version,
                    score=Decimal(score) / 100,
                    pass_mark=0,
                    confidence=step,
                )
        completion = CompletionFactory(
            person=membership.person, enrolment=enrolment, module=module, title=module.title, completed_on=day
        )
        CompletionMembershipFactory(completion=completion, membership=membership)
        if helps:
            Evaluation.objects.create(completion=completion, moment="later", helps=helps)
        return membership.person

    return answer


def seen(scope: Scope | None) -> BeforeAfter:
    return before_and_after(scope, TODAY - timedelta(days=364), TODAY)


@pytest.mark.django_db
class TestMedians:
    def test_from_twenty_people_on(self, scene, answered):
        ours = Scope(organisation_ids=frozenset({scene.ours.pk}))
        for number in range(19):
            answered(scene.ours, 40, 80, sure=(2, 4) if number else (None, 5), helps=4)
        answered(scene.ours, 50, None)
        answered(scene.ours, 50, 100, day=TODAY - timedelta(days=400))
        [line] = seen(ours).gains
        assert (line.people, line.right_before, line.right_after) == (None, None, None)

        twice = answered(scene.ours, 40, 80, helps=5)
        [line] = seen(ours).gains
        assert (line.people, line.right_before, line.right_after) == (20, 40, 80)
        # One of the twenty did not say both times how sure they are.
        assert (line.sure_before, line.sure_after) == (None, None)
        [said] = seen(ours).said
        assert (said.title, said.is_later, said.people, said.helps, said.knows_next) == (
            "Seeing it",
            True,
            20,
            4,
            None,
        )

        # Who takes the module again, also under an account that was merged later, counts with their first answers.
        other = UserFactory(merged_into=twice, is_active=False)
        answered(scene.ours, 100, 100, person=other, day=TODAY)
        [line] = seen(ours).gains
        assert (line.people, line.right_before) == (20, 40)

    def test_each_reads_of_their_own(self, scene, answered, module):
        for _ in range(12):
            answered(scene.ours, 20, 60)
            answered(scene.world.theirs, 40, 80)
            answered(scene.world.foreign, 100, 100)
        partnership = Scope(partnership_ids=frozenset({scene.partnership.pk}))
        assert [line.people for line in seen(partnership).gains] == [20]
        assert [line.people for line in seen(Scope(organisation_ids=frozenset({scene.ours.pk}))).gains] == [None]
        assert [line.right_after for line in seen(None).gains] == [80]

    def test_lessons_left_out_are_counted_over_everybody(self, scene, answered):
        for _ in range(20):
            person = answered(scene.ours, 100, 100)
            LessonProgressFactory(enrolment=person.enrolments.get(), is_tested_out=True)
        assert [(line.title, line.people) for line in seen(None).left_out] == [("Seeing it", 20)]
        assert seen(Scope(organisation_ids=frozenset({scene.ours.pk}))).left_out == ()

    def test_it_costs_the_same_at_any_size(self, scene, answered, django_assert_num_queries):
        scope = Scope(frozenset({scene.partnership.pk}), frozenset({scene.ours.pk}))
        answered(scene.ours, 20, 60, helps=3)
        with django_assert_num_queries(2):
            seen(scope)
        for _ in range(5):
            answered(scene.ours, 20, 60, helps=3)
        with django_assert_num_queries(2):
            seen(scope)


@pytest.mark.django_db
class TestPage:
    def test_leads_and_trainers_read_it_and_nobody_is_named(self, scene, answered):
        for _ in range(20):
            person = answered(scene.ours, 40, 80, helps=4)
            answered(scene.world.theirs, 60, 80)
        address = reverse(PAGE)
        of_all = sign_in(scene.world.partnership_lead).get(address).content.decode()
        assert re.search(r"40 or more.*50%.*80%", of_all, re.DOTALL)
        assert person.name not in of_all
        of_one = sign_in(scene.world.partnership_lead).get(address, {"organisation": scene.ours.slug}).content.decode()
        assert re.search(r"20 or more.*40%.*80%", of_one, re.DOTALL)

        theirs = sign_in(scene.world.their_lead).get(address, {"organisation": scene.ours.slug}).content.decode()
        assert "There is no such organisation to look at" in theirs
        assert "40%" not in theirs
        foreign = sign_in(scene.world.foreign_lead).get(address).content.decode()
        assert "Nobody has answered both yet" in foreign
        trainer = sign_in(make_trainer()).get(address).content.decode()
        assert "Everybody." in trainer
        assert "40 or more" in trainer

    def test_a_unit_lead_does_not(self, scene):
        unit = UnitFactory(organisation=scene.ours)
        lead = AppointmentFactory(kind=Appointment.Kind.UNIT_LEAD, unit=unit).person
        assert sign_in(lead).get(reverse(PAGE)).status_code == 403
        assert sign_in(lead).get(reverse(PAGE), {"everyone": ""}).status_code == 403
