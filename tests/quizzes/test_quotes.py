"""A key that nothing has, in any text of a quiz: refused when it is saved, and again when it is to go live."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from courses.actions import publish_edition, submit_module
from guidance.models import Contact, Fact
from quizzes.models import Quiz
from tests.factories.courses import PUBLISHED_AT, make_module, make_trainer
from tests.factories.guidance import ContactFactory, FactFactory
from tests.factories.quizzes import make_question, make_quiz
from tests.quizzes.test_cms import as_form

pytestmark = pytest.mark.django_db

#: The end of the message: blocks hold its quotation marks as JSON.
WORDS = "Copy the key from the list of facts and contacts."
TOKENS = ("{fact:no-such-key}", "{contact:no-such-key}")


def put_into(question, place, text):
    """The question with the text in one of its places."""
    value = question["value"]
    if place in ("text", "explanation"):
        value[place] = {"en": text}
    else:
        value["choices"][1]["value"][place.split()[1]] = {"en": text}
    return question


@pytest.fixture
def trainer(site_tree):
    return make_trainer()


@pytest.fixture
def known():
    FactFactory(key="days", value="45 days")
    ContactFactory(key="line", label_en="Helpline", number="08000 121 700")


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("place", ["text", "explanation", "choice text", "choice feedback"])
def test_it_is_refused_at_its_place_in_a_question(client, trainer, place, token):
    client.force_login(trainer)
    question = put_into(make_question(), place, f"After {token} you may rest.")
    response = client.post(reverse("quizzes:add"), as_form(question))
    assert response.status_code == 200
    assert WORDS in response.text
    assert "you may rest" in response.text
    assert not Quiz.objects.exists()


@pytest.mark.parametrize("code", ["en", "so"])
def test_it_is_refused_in_the_introduction(client, trainer, code):
    client.force_login(trainer)
    fields = {"introduction_en": "Read first.", f"introduction_{code}": f"After {TOKENS[0]} days."}
    response = client.post(reverse("quizzes:add"), as_form(make_question(), **fields))
    assert response.status_code == 200
    assert WORDS in response.text
    assert not Quiz.objects.exists()


def test_what_is_known_is_kept_and_shown(client, trainer, known):
    client.force_login(trainer)
    question = put_into(make_question(), "choice feedback", "You have {fact:days}.")
    fields = {"introduction_en": "Unsure? {contact:line}. You have {fact:days}."}
    assert client.post(reverse("quizzes:add"), as_form(question, **fields)).status_code == 302
    quiz = Quiz.objects.get()
    page = client.get(reverse("quizzes:inspect", args=[quiz.pk])).text
    assert "08000 121 700" in page
    assert page.count("45 days") == 2
    assert "{fact" not in page
    assert "{contact" not in page


@pytest.mark.parametrize("place", ["text", "choice feedback", "introduction"])
@pytest.mark.parametrize("token", ["{fact:days}", "{contact:line}"])
def test_what_is_gone_by_then_does_not_go_live(trainer, known, place, token):
    """However it came to be gone: nothing of ours deletes what is quoted."""
    question = make_question()
    quiz = make_quiz(questions=[question if place == "introduction" else put_into(question, place, f"See {token}.")])
    if place == "introduction":
        Quiz.objects.filter(pk=quiz.pk).update(introduction_en=f"See {token}.")
    module = make_module(lessons=[{"quiz": quiz}], is_published=False)
    Fact.objects.all().delete()
    Contact.objects.all().delete()
    with pytest.raises(ValidationError, match="but nothing has that key"):
        publish_edition(module=module, by=trainer, at=PUBLISHED_AT)
    with pytest.raises(ValidationError, match="but nothing has that key"):
        submit_module(module=module, by=trainer, at=PUBLISHED_AT, what_changed="New")
