"""A corrected fact shows at once: in a paragraph, a table, a quiz and a letter, in seven languages, caches warm."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from courses.models import EditionLesson
from guidance.models import Contact, FactVersion
from guidance.notation import CONTACT, FACT, Quote
from organisations.actions import invite_person
from records.models import Attempt
from tests.factories.courses import make_module
from tests.factories.guidance import ContactFactory, FactFactory
from tests.factories.organisations import AreaFactory, MembershipFactory, OrganisationFactory
from tests.factories.quizzes import LANGUAGES, make_question, make_quiz
from tests.records.conftest import NOW
from tests.records.journeys import answer_all, start_module, start_quiz, submit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

DAYS = Quote(FACT, "reflection-days")
HELPLINE = Quote(CONTACT, "helpline")
CODES = [code for code, _name in settings.LANGUAGES]


def values(text: str) -> dict[str, str]:
    return {f"value_{code}": f"{text} [{code}]" for code in CODES}


@pytest.fixture
def fact():
    fact = FactFactory(key=DAYS.key)
    FactVersion.objects.create(
        fact=fact,
        **values("forty-five days"),
        source=FactFactory(value="x").versions.get().source,
        starts_on=date(2026, 1, 1),
        checked_on=date(2026, 1, 1),
        review_by=date(2027, 1, 1),
        confidence="high",
    )
    return fact


@pytest.fixture
def module(fact):
    """A lesson in seven languages that quotes the fact in its text and its table, with a quiz that does."""
    rows = [["Time to think", f"At least {DAYS.token}"]]
    table = {"caption": "When", "columns": ["What", "How long"], "rows": rows}
    lesson = {
        name: value
        for code in CODES
        for name, value in {
            f"body_{code}": [("text", f"<p>You have {DAYS.embed}.</p>"), ("table", table)],
            ("title" if code == "en" else f"display_title_{code}"): f"Time [{code}]",
        }.items()
    }
    question = make_question(
        "single_choice", f"Is it {DAYS.token}?", right=(f"Yes, {DAYS.token}",), wrong=("No",), languages=LANGUAGES
    )
    return make_module(lessons=[lesson], quiz=make_quiz(questions=[question], languages=LANGUAGES))


def in_language(client: Client, url: str, code: str) -> str:
    """The page in another language."""
    return client.get(re.sub(r"^/[a-z]+/", f"/{code}/", url), follow=True).content.decode()


def test_a_corrected_fact_shows_at_once_everywhere(place, client, fact, module, mailoutbox):
    client.force_login(place.learner)
    start_module(client, module)
    row = EditionLesson.objects.get(edition__module_key=module.module_key)
    lesson_url = reverse("records:lesson", args=[module.module_key, row.lesson_key])
    draft = start_quiz(client, module, row.lesson_key)
    question_url = reverse("records:question", args=[draft.key, 1])

    def shown(code: str, said: str, times: int) -> None:
        lesson = in_language(client, lesson_url, code)
        assert lesson.count(f"{said} [{code}]") == 2, f"lesson in {code}"
        assert in_language(client, question_url, code).count(f"{said} [{code}]") == times, f"question in {code}"

    for code in CODES:
        shown(code, "forty-five days", 2)
    version = fact.versions.get()
    for name, value in values("thirty days").items():
        setattr(version, name, value)
    with translation.override("en"):
        version.save()
    for code in CODES:
        shown(code, "thirty days", 2)

    answer_all(client, draft, wrongly=1)
    submit(client, draft)
    result_url = reverse("records:result", args=[Attempt.objects.get().pk])
    for code in CODES:
        page = in_language(client, result_url, code)
        assert page.count(f"thirty days [{code}]") >= 3, f"result in {code}"
        assert "{fact" not in page
        assert "forty-five" not in page
    assert "days [" not in str(Attempt.objects.get().questions)


def test_a_letter_shows_the_helpline_as_it_is_on_the_day_of_sending(place, django_capture_on_commit_callbacks):
    helpline = ContactFactory(
        key=HELPLINE.key, number="08000 121 700", **{f"label_{code}": f"Helpline [{code}]" for code in CODES}
    )

    def letter(code: str, at: datetime) -> str:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            invite_person(
                organisation=place.council,
                email=f"{code}@new.example",
                role=place.housing,
                language=code,
                by=None,
                at=at,
            )
        [sent] = mail.outbox
        return sent.body + sent.alternatives[0][0]

    for number, days_later in (("08000 121 700", 0), ("0800 555 111", 1)):
        helpline.number = number
        helpline.save()
        for code in CODES[:: 1 if number == "0800 555 111" else 6]:
            assert letter(code, NOW + timedelta(days=days_later)).count(number) == 2
    assert Contact.objects.count() == 1


def test_the_nearest_contact_never_leaks_into_another_organisation(place, module):
    """The lesson is kept once for everyone; each person's contacts are put in last."""
    areas = {name: AreaFactory(partnership=place.partnership, name=name) for name in ("Ash", "Birch")}
    place.council.areas.add(areas["Ash"])
    place.police.areas.add(areas["Birch"])
    duty = {"purpose": Contact.Purpose.DUTY_TEAM, "scope": "area"}
    quoted = ContactFactory(label_en="Team of Ash", number="01632 960 001", area=areas["Ash"], **duty)
    ContactFactory(label_en="Team of Birch", number="01632 960 002", area=areas["Birch"], **duty)
    text = f"<p>Ring {Quote(CONTACT, quoted.key).embed}.</p>"
    local = make_module(lessons=[{"body_en": [("text", text), ("contact", quoted)]}])
    elsewhere = MembershipFactory(organisation=OrganisationFactory()).person
    key = EditionLesson.objects.get(edition__module_key=local.module_key).lesson_key
    expected = {place.learner: "Team of Ash", place.other: "Team of Birch", elsewhere: "", place.stranger: ""}
    for _round in range(2):
        for person, name in expected.items():
            client = Client()
            client.force_login(person)
            start_module(client, local)
            page = client.get(reverse("records:lesson", args=[local.module_key, key]), follow=True).content.decode()
            assert page.count(name) == 2 if name else "Team of" not in page
            assert "<!--contact" not in page
