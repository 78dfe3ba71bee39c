"""What must be looked at again, one press that says so, and where things are quoted."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import ModelLogEntry

from courses.actions import publish_edition
from courses.models import ModulePage
from guidance.access import contacts_of_editor
from guidance.actions import record_check
from guidance.models import Check, Confidence, Contact, Fact
from guidance.notation import CONTACT, FACT, Quote
from guidance.places import all_places, refuse_delete
from guidance.selectors_checks import checks_due
from organisations.models import Appointment
from tests.factories.courses import body, lesson_pages, make_module, make_trainer, write_draft
from tests.factories.guidance import ContactFactory, FactFactory, SourceFactory
from tests.factories.organisations import AppointmentFactory, PartnershipFactory, UserFactory
from tests.factories.quizzes import make_question, make_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DAYS = Quote(FACT, "reflection-days")


def dated(day: date, **fields):
    return {"value": "45 days", "value__review_by": day, **{f"value__{name}": value for name, value in fields.items()}}


def test_each_thing_is_in_one_list_overdue_first():
    FactFactory(label_en="late", **dated(date(2026, 11, 20)))
    FactFactory(label_en="today", **dated(TODAY))
    FactFactory(label_en="in 90", **dated(date(2027, 2, 19)))
    FactFactory(label_en="far", **dated(date(2027, 2, 20)))
    FactFactory(label_en="unsure", **dated(date(2027, 6, 1), confidence=Confidence.UNKNOWN))
    ContactFactory(label_en="never looked at", review_by=None)
    ContactFactory(label_en="line", review_by=date(2026, 12, 21))
    found = checks_due(Contact.objects.all(), TODAY)
    assert [due.label for due in found.overdue] == ["never looked at", "late"]
    assert [due.label for due in found.within_30_days] == ["today", "line"]
    assert [due.label for due in found.within_90_days] == ["in 90"]
    assert [due.label for due in found.unconfirmed] == ["unsure"]
    assert found.count_now == 3


@pytest.mark.parametrize("number", [1, 5])
def test_the_list_costs_the_same_for_any_number(number, django_assert_num_queries):
    for _ in range(number):
        FactFactory(**dated(TODAY))
        ContactFactory(review_by=TODAY)
    with django_assert_num_queries(2):
        assert len(checks_due(Contact.objects.all(), TODAY).within_30_days) == 2 * number


def test_a_check_moves_the_day_and_keeps_the_words_and_a_note():
    person = UserFactory()
    fact = FactFactory(**dated(date(2026, 11, 30), checked_on=date(2026, 9, 1)))
    version = fact.versions.get()
    check = record_check(of=version, by=person, at=NOW)
    version.refresh_from_db()
    assert (version.value, version.checked_on, version.review_by) == ("45 days", TODAY, date(2027, 2, 19))
    assert (check.review_by_before, check.review_by, check.source) == (
        date(2026, 11, 30),
        date(2027, 2, 19),
        version.source,
    )
    assert ModelLogEntry.objects.filter(action="guidance.check", object_id=str(fact.pk), user=person).exists()
    with pytest.raises(ValidationError, match="already checked"):
        record_check(of=version, by=person, at=NOW)
    assert Check.objects.count() == 1


def test_what_was_never_confirmed_is_not_confirmed_by_a_press():
    contact = ContactFactory(confidence=Confidence.MEDIUM, review_by=TODAY)
    with pytest.raises(ValidationError, match="never confirmed"):
        record_check(of=contact, by=UserFactory(), at=NOW)


def quoting_world():
    """A fact quoted by a live lesson, a draft, a quiz and a module; another one quoted by none."""
    fact, other = FactFactory(key=DAYS.key, label_en="Time to think", value="45 days"), FactFactory(value="1")
    quiz = make_quiz(title="A quiz", questions=[make_question(text=f"Is it {DAYS.token}?")])
    module = make_module(
        title="Seeing it",
        introduction_en=f"<p>{DAYS.embed}</p>",
        lessons=[{"title": "Signs", "body_en": [*body(DAYS.embed), ("fact", fact)]}, {"title": "Later"}],
        quiz=quiz,
    )
    trainer = make_trainer()
    write_draft(lesson_pages(module)[1], by=trainer, body_en=body(DAYS.embed))
    write_draft(lesson_pages(module)[0], by=trainer, body_en=body("Nothing any more."))
    return fact, other, trainer


def test_where_a_fact_is_quoted_live_and_in_drafts(django_assert_max_num_queries):
    quoting_world()
    with django_assert_max_num_queries(16):
        places = {place.title: (place.is_live, place.is_draft) for place in all_places()[DAYS]}
    assert places == {
        "Lesson: Seeing it – Later": (False, True),
        "Lesson: Seeing it – Signs": (True, False),
        "Module: Seeing it": (True, True),
        "Quiz: A quiz": (True, True),
    }
    assert all_places()[Quote(CONTACT, "helpline")][0].is_live


def test_a_quoted_fact_is_kept_and_the_refusal_says_where(client):
    fact, other, _trainer = quoting_world()
    client.force_login(AppointmentFactory(kind=Appointment.Kind.OPERATOR).person)
    for method in ("get", "post"):
        page = getattr(client, method)(
            reverse("wagtailsnippets_guidance_fact:delete", args=[fact.pk]), follow=True
        ).content.decode()
        assert "is kept, because it is quoted here" in page
        assert "Lesson: Seeing it – Signs; " in page
        assert "Take it out there first." in page
        assert page.count("is kept, because") == 1
    bulk = reverse("wagtail_bulk_action", args=["guidance", "fact", "delete"])
    client.post(f"{bulk}?id={fact.pk}&id={other.pk}", follow=True)
    assert Fact.objects.count() == 2
    client.post(reverse("wagtailsnippets_guidance_fact:delete", args=[other.pk]))
    assert Fact.objects.get() == fact


def test_what_only_an_earlier_edition_quotes_is_kept_and_so_is_every_source():
    fact, other, _trainer = quoting_world()
    source, unnamed = fact.versions.get().source, SourceFactory()
    module = ModulePage.objects.get()
    module.introduction_en = ""
    module.sources = [source]
    module.save_revision()
    publish_edition(module=module, by=None, at=NOW)
    write_draft(lesson_pages(module)[1], by=None, body_en=body("Nothing."))
    with pytest.raises(ValidationError) as refused:
        refuse_delete([fact, source])
    of_fact, of_source = refused.value.messages
    assert "Module: Seeing it, in an earlier edition" in of_fact
    assert "Quiz: A quiz" in of_fact
    assert "What was approved stays as it was." in of_fact
    assert "Fact: Time to think; " in of_source
    assert "Module: Seeing it" in of_source
    refuse_delete([other, unnamed])


def test_a_facts_page_lists_what_a_change_touches_and_keeps_its_key(client):
    fact, _other, trainer = quoting_world()
    client.force_login(trainer)
    page = client.get(reverse("wagtailsnippets_guidance_fact:edit", args=[fact.pk])).content.decode()
    assert "{fact:reflection-days}" in page
    assert "Lesson: Seeing it – Signs" in page
    box = re.search(r'<input[^>]*name="key"[^>]*>', page)[0]
    assert 'value="reflection-days"' in box
    assert "disabled" in box


def test_the_page_of_checks_and_its_one_press(client):
    fact, _other, trainer = quoting_world()
    fact.versions.update(review_by=date(2026, 11, 1))
    client.force_login(trainer)
    page = client.get(reverse("guidance:checks")).content.decode()
    assert "Overdue" in page
    assert "Time to think" in page
    assert "Module: Seeing it" in page
    assert "1 is overdue" in client.get("/cms/").content.decode()
    address = reverse("guidance:check", args=["fact", fact.pk])
    assert "To be checked again by" in client.post(address, follow=True).content.decode()
    assert "already checked today" in client.post(address, follow=True).content.decode()
    assert client.post(reverse("guidance:check", args=["fact", 999])).status_code == 404


def test_a_trainer_checks_contacts_of_their_own_partnership_only(client):
    here, there = PartnershipFactory(), PartnershipFactory()
    trainer = AppointmentFactory(kind=Appointment.Kind.TRAINER, partnership=here).person
    own = ContactFactory(label_en="Ours", scope="partnership", partnership=here, review_by=date(2026, 11, 1))
    foreign = ContactFactory(label_en="Theirs", scope="partnership", partnership=there, review_by=date(2026, 11, 1))
    assert {due.row for due in checks_due(contacts_of_editor(trainer), TODAY).overdue} == {own}
    client.force_login(trainer)
    page = client.get(reverse("guidance:checks")).content.decode()
    assert "Ours" in page
    assert "Theirs" not in page
    refused = client.post(reverse("guidance:check", args=["contact", foreign.pk]), follow=True).content.decode()
    assert "you do not have permission" in refused
    assert not Check.objects.exists()
    client.post(reverse("guidance:check", args=["contact", own.pk]))
    assert Check.objects.get().contact == own
