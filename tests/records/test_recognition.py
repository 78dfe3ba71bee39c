"""Training elsewhere completes a module where its trainer says so: by a lead, on evidence, never for oneself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from courses.actions import publish_edition
from courses.content import draft_of
from courses.models import Edition
from courses.states import module_state
from organisations.models import NamesSeen
from privacy.actions.erasure import erase_person
from records.actions.recognition import Training, map_course, recognise_training, unmap_course
from records.models import Certificate, Completion, OutsideCourse, Recognition
from records.selectors.expected_standing import standing_differences
from records.selectors.recognition import recognised_editions
from records.selectors.standing import requirements_of
from tests.conftest import TODAY
from tests.factories.courses import make_module
from tests.factories.organisations import MembershipFactory
from tests.factories.quizzes import make_quiz
from tests.factories.records import CompletionFactory, RequirementFactory, RequirementVersionFactory
from tests.organisations.lead_world import make_world, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
BEFORE = date(2025, 6, 2)


@pytest.fixture
def world(today):
    world = make_world()
    world.module = make_module(title="Seeing it", recognised="enough", quiz=make_quiz(questions=1))
    world.edition = world.module.editions.get()
    return world


def training(world, **changes):
    values = Training(world.edition, BEFORE, "Spotting slavery, level 1", "Certificate 4711", "Same content, tested.")
    return replace(values, **changes)


def recognise(world, membership=None, by=None, **changes):
    return recognise_training(
        membership=membership or world.member, training=training(world, **changes), by=by or world.lead,
        at=timezone.now(),
    )  # fmt: skip


class TestWhatCounts:
    @pytest.mark.parametrize(
        ("setting", "has_quiz", "counts"),
        [("", True, False), ("", False, True), ("enough", True, True), ("never", False, False)],
    )
    def test_the_trainer_decides_for_each_module(self, world, setting, has_quiz, counts):
        module = make_module(recognised=setting, quiz=make_quiz(questions=1) if has_quiz else None)
        assert recognised_editions().filter(module_key=module.module_key).exists() == counts

    def test_what_the_live_edition_says_holds_for_older_ones(self, world):
        module = make_module(quiz=make_quiz(questions=1))
        old = module.editions.get()
        assert old not in recognised_editions()
        draft = draft_of(module)
        draft.recognised = "enough"
        draft.save_revision()
        publish_edition(module=module, by=None, at=timezone.now())
        assert old in recognised_editions()
        Edition.objects.filter(module_key=module.module_key).update(is_live=False, ended_at=timezone.now())
        assert old not in recognised_editions()

    def test_it_costs_two_queries(self, world, django_assert_num_queries):
        make_module()
        with django_assert_num_queries(2):
            list(recognised_editions())

    def test_a_copy_older_than_the_setting_does_not_read_as_changed(self, world):
        module = make_module()
        edition = module.editions.get()
        for name in ("briefing", "recognised"):
            del edition.content[name]
        edition.save(update_fields=["content"])
        assert module_state(module).own_state == "same"
        module.recognised = "never"
        module.save_revision()
        assert module_state(module).own_state == "changed"


class TestByHand:
    def test_it_completes_the_module_without_a_certificate(self, world):
        version = RequirementVersionFactory(
            requirement=RequirementFactory(partnership=world.partnership, module=world.module), valid_for_months=36
        )
        made = recognise(world)
        assert (made.source, made.completed_on, made.edition, made.score, made.minutes) == (
            "recognised", BEFORE, world.edition, None, 0,
        )  # fmt: skip
        assert made.recognition.organisation == world.ours
        assert not Certificate.objects.exists()
        assert not standing_differences([world.member.person_id])
        [asked] = requirements_of(world.member.person, TODAY)
        assert (asked.module_key, str(asked.state)) == (version.requirement.module_key, "current")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"completed_on": TODAY + timedelta(days=1)},
            {"reference": " \u200b"},
            {"reason": ""},
        ],
    )
    def test_what_makes_no_sense_is_refused(self, world, wrong):
        with pytest.raises(ValidationError):
            recognise(world, **wrong)
        assert not Completion.objects.exists()

    def test_a_module_that_asks_for_its_quiz_is_refused(self, world):
        other = make_module(quiz=make_quiz(questions=1))
        with pytest.raises(ValidationError, match="asks for its quiz"):
            recognise(world, edition=other.editions.get())

    def test_the_same_day_twice_is_refused(self, world):
        CompletionFactory(person=world.member.person, module=world.module, completed_on=BEFORE)
        with pytest.raises(ValidationError, match="already"):
            recognise(world)

    def test_nobody_recognises_their_own(self, world):
        with pytest.raises(PermissionDenied):
            recognise(world, membership=world.lead.memberships.get())

    def test_a_course_equals_one_edition_at_a_time(self, world):
        newer = publish_edition(module=world.module, by=None, at=timezone.now())
        for edition, name in ((world.edition, "Level 1"), (newer, "LEVEL  1 ")):
            course = map_course(organisation=world.ours, name=name, edition=edition, by=world.lead, at=timezone.now())
        assert OutsideCourse.objects.get() == course
        assert (course.name, course.edition) == ("LEVEL 1", newer)
        with pytest.raises(ValidationError):
            map_course(organisation=world.ours, name="!", edition=newer, by=world.lead, at=timezone.now())
        unmap_course(course=course, by=world.lead)
        assert not OutsideCourse.objects.exists()


class TestPages:
    def address(self, name, membership, *more):
        return reverse(f"records:{name}", args=[membership.organisation.slug, membership.pk, *more])

    def test_a_lead_puts_it_on_the_record_and_takes_it_off(self, world):
        client = sign_in(world.lead)
        form, record = self.address("recognise", world.member), self.address("person_record", world.member)
        assert form in client.get(record).content.decode()
        assert "Seeing it, edition 1 (live now)" in client.get(form).content.decode()
        sent = {
            "edition": world.edition.pk, "course": "Level 1", "completed_on": "2025-06-02", "reference": "No. 4711",
            "reason": "The same content.",
        }  # fmt: skip
        assert client.post(form, sent).headers["Location"] == record
        shown = client.get(record).content.decode()
        assert "Recognised." in shown
        assert "No. 4711" in shown
        assert NamesSeen.objects.filter(seen_by=world.lead, place="record").exists()
        made = Completion.objects.get()
        off = self.address("person_record_strike_out", world.member, made.pk)
        assert off in shown
        client.post(off, {"reason": "A mistake"})
        made.refresh_from_db()
        assert made.void_reason == "A mistake"
        own = sign_in(world.member.person).get(reverse("records:my_record")).content.decode()
        assert "Other training that counts" in own
        assert "No. 4711" in own

    def test_what_is_wrong_is_said(self, world):
        said = sign_in(world.lead).post(self.address("recognise", world.member), {"completed_on": "2031-01-01"})
        words = said.content.decode()
        for each in ("Choose a module and its edition.", "Say what shows it.", "2026 or earlier"):
            assert each in words

    def test_without_any_such_module_it_says_who_decides(self, world):
        Edition.objects.update(is_live=False, ended_at=timezone.now())
        assert (
            "Trainers decide that" in sign_in(world.lead).get(self.address("recognise", world.member)).content.decode()
        )

    def test_another_organisation_does_not_take_it_off(self, world):
        second = MembershipFactory(
            person=world.member.person, organisation=world.theirs, role=world.role, started_on=date(2025, 1, 1)
        )
        made = recognise(world)
        there = sign_in(world.their_lead)
        off = self.address("person_record_strike_out", second, made.pk)
        assert there.get(off).status_code == 403
        shown = there.get(self.address("person_record", second)).content.decode()
        assert "Seeing it" in shown
        assert off not in shown

    def test_ones_own_is_shut(self, world):
        assert sign_in(world.lead).get(self.address("recognise", world.lead.memberships.get())).status_code == 403


def test_an_erased_person_leaves_no_reference(world):
    made = recognise(world)
    erase_person(person=world.member.person, by=None, at=timezone.now())
    assert Recognition.objects.values_list("course", "reference", "reason").get() == ("", "-", "")
    assert Completion.objects.get() == made
