"""Changing many questions of the bank at once, and what quizzes need of them."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from quizzes.actions import change_many, freeze_quiz, import_items, plan_many, save_question, save_quiz
from quizzes.formats.items import Item
from quizzes.formats.reading import read
from quizzes.models import Question
from tests.factories.organisations import PartnershipFactory, UserFactory, make_appointed
from tests.factories.quizzes import (
    FROZEN_AT,
    line_of_bank,
    line_of_draw,
    make_quiz,
    make_ready_question,
    stored_question,
)
from tests.quizzes.test_bank_cms import bank_form
from tests.quizzes.test_cms import person_in

pytestmark = pytest.mark.django_db
GIFT = b"::Good::Is it so?{T#No.#Yes.####It is.}\n\n::Bare::Which?{=a ~b}\n\n::Other::Which one?{=a#Yes. ~b#No.}"


@pytest.fixture
def trainer_client(client, site_tree):
    client.force_login(person_in("Trainers"))
    return client


def saved_quiz(title, questions):
    return save_quiz(quiz=make_quiz(title=title, questions=questions), by=None)


def names(status):
    return sorted(Question.objects.filter(status=status).values_list("name", flat=True))


def ids():
    return list(Question.objects.values_list("pk", flat=True))


def test_those_that_can_be_asked_become_ready_and_the_others_say_why():
    import_items(items=read(GIFT).items, by=None)
    trainer = UserFactory()
    plan = change_many(ids=ids(), deed="ready", by=trainer)
    assert names("ready") == ["Good", "Other"]
    assert [(str(question), why) for question, why in plan.refused] == [
        ("Bare", ["Write feedback for every choice, or say in “Why” what is right and why."])
    ]
    assert ModelLogEntry.objects.filter(action="quizzes.ready", user=trainer).count() == 2
    again = change_many(ids=ids(), deed="ready", by=trainer)
    assert (again.changed, again.unchanged, len(again.refused)) == ([], 2, 1)


def test_what_only_the_editor_would_refuse_is_refused_too():
    content = {"text": {"en": "Which?"}, "explanation": {"en": "So."}}
    choices = [{"key": "a", "text": {"en": "A"}, "is_correct": True}, {"key": "b", "text": {"fr": "B"}}]
    import_items(items=[Item("single_choice", {**content, "choices": choices})], by=None)
    (_question, why), *_others = plan_many(ids=ids(), deed="ready").refused
    assert why == ["Please write this in English. The other languages can follow later."]


@pytest.mark.parametrize("deed", ["draft", "retired"])
def test_what_a_quiz_asks_stays_ready(deed):
    named, free = make_ready_question("Named"), make_ready_question("Free")
    saved_quiz(title="Doors", questions=[line_of_bank(named)])
    plan = change_many(ids=ids(), deed=deed, by=None)
    assert [(question.pk, why) for question, why in plan.refused] == [
        (named.pk, ["It is asked here: Doors. Take it out there first."])
    ]
    assert names(deed) == ["Free"]
    named.status = deed
    with pytest.raises(ValidationError, match="It is asked here: Doors"):
        save_question(question=named, by=None)
    free.refresh_from_db()
    free.status = "ready"
    save_question(question=free, by=None)


def test_a_draw_keeps_as_many_as_it_asks():
    first, second, third = (make_ready_question(f"Q{n}", tags=["Consent", "Door"]) for n in range(3))
    quiz = saved_quiz(title="Doors", questions=[line_of_draw(2)])
    words = "“Doors” draws 2 about “consent”, and only 1 would be left. Draw fewer there first."
    for deed, tag in (("retired", ""), ("untag", "CONSENT")):
        plan = plan_many(ids=[first.pk, second.pk], deed=deed, tag=tag)
        assert {question.pk: why for question, why in plan.refused} == {first.pk: [words], second.pk: [words]}
    assert not plan_many(ids=[first.pk, second.pk], deed="untag", tag="door").refused
    second.refresh_from_db()
    change_many(ids=[first.pk], deed="untag", tag="consent", by=None)
    with pytest.raises(ValidationError, match="only 1 would be left"):
        save_question(question=second, by=None, tags=["Door"])
    freeze_quiz(quiz=quiz, at=FROZEN_AT)
    assert third.tags.count() == 2


def test_a_tag_is_added_once_and_taken_away():
    make_ready_question("One", tags=[])
    make_ready_question("Two", tags=["consent"])
    plan = change_many(ids=ids(), deed="tag", tag="Consent", by=None)
    assert (len(plan.changed), plan.unchanged) == (1, 1)
    assert all([tag.name for tag in question.tags.all()] == ["consent"] for question in Question.objects.all())
    change_many(ids=ids(), deed="untag", tag="consent", by=None)
    assert not Question.tags.through.objects.exists()


@pytest.mark.parametrize("deed", ["ready", "retired", "tag"])
def test_a_thousand_take_no_more_questions_to_the_database(deed):
    counts = []
    for number in (3, 30):
        items = [Item("reflection", {"text": {"en": f"{number} {n}"}}) for n in range(number)]
        import_items(items=items, by=None)
        with CaptureQueriesContext(connection) as queries:
            assert len(change_many(ids=ids(), deed=deed, tag="a" * (deed == "tag"), by=None).changed) >= number
        counts.append(len(queries))
    # The second run finds the tag and the content type.
    assert counts[1] <= counts[0] <= 16


def test_too_many_are_refused():
    with pytest.raises(ValidationError, match="At most 5,000"):
        change_many(ids=range(5001), deed="ready", by=None)


def test_a_trainer_sees_first_and_changes_then(trainer_client):
    import_items(items=read(GIFT).items, by=None)
    address, data = reverse("bank:many"), {"deed": "ready", "asked": "kind=single_choice", "everything": "1"}
    page = trainer_client.post(address, {**data, "step": "check"}).content.decode()
    assert "1 question would be changed." in page
    assert "1 cannot be changed and would be left as it is" in page
    assert names("ready") == []
    hidden = {"ids": ",".join(map(str, ids())), "step": "apply"}
    page = trainer_client.post(address, {**data, **hidden}, follow=True)
    assert names("ready") == ["Good", "Other"]
    told = [str(message) for message in page.context["messages"]]
    assert told == ["2 questions were changed.", "1 question was left as it was: Bare"]
    assert page.redirect_chain[0][0].endswith("?kind=single_choice")
    for wrong in ({"deed": "tag", "chosen": ids()}, {"deed": "x", "chosen": ids()}, {"deed": "ready", "chosen": "x"}):
        assert trainer_client.post(address, {**wrong, "step": "apply"}).status_code == 302
    assert names("ready") == ["Good", "Other"]


def test_the_editor_says_which_quiz_needs_a_question(trainer_client):
    question = make_ready_question("Named")
    saved_quiz(title="Doors", questions=[line_of_bank(question)])
    posted = bank_form(question.body.get_prep_value()[0], status="retired", tag_names="Consent")
    page = trainer_client.post(reverse("questions:edit", args=[question.pk]), posted)
    assert "It is asked here: Doors. Take it out there first." in page.content.decode()
    assert names("ready") == ["Named"]


def test_a_translator_changes_no_status(client, site_tree):
    question = make_ready_question()
    client.force_login(make_appointed("trainer", partnership=PartnershipFactory(), languages=["ar"]))
    assert "Change several at once" not in client.get(reverse("bank:list")).content.decode()
    client.post(reverse("bank:many"), {"deed": "retired", "ids": question.pk, "step": "apply"})
    assert names("retired") == []


def test_the_list_says_where_a_question_is_asked_and_filters_by_it(trainer_client):
    named, drawn, idle = make_ready_question("N", tags=[]), make_ready_question("D"), make_ready_question("I", tags=[])
    doors = saved_quiz(title="Doors", questions=[line_of_bank(named)])
    windows = saved_quiz(title="Windows", questions=[line_of_draw(1)])
    freeze_quiz(quiz=doors, at=FROZEN_AT)
    address = reverse("bank:list")
    for query, found in {f"quiz={doors.pk}": {named}, f"quiz={windows.pk}": {drawn}, "use=asked": {named, drawn},
                         "use=idle": {idle}, "use=ever": {named}, "use=never": {drawn, idle}}.items():  # fmt: skip
        assert set(trainer_client.get(f"{address}?{query}").context["page"].object_list) == found, query
    page = trainer_client.get(address).content.decode()
    assert "Doors" in page
    assert "Windows (may be drawn)" in page


def test_a_tag_takes_no_question_from_a_later_draw():
    first, second = (make_ready_question(f"Q{n}", tags=["Door"]) for n in range(2))
    make_ready_question("Q3", tags=["Consent"])
    quiz = saved_quiz(title="Doors", questions=[line_of_draw(1), line_of_draw(2, "door")])
    words = "“Doors” draws 2 about “door”, and only 1 would be left. Draw fewer there first."
    (refused,) = plan_many(ids=[first.pk], deed="tag", tag=" CONSENT").refused
    assert refused == (first, [words])
    with pytest.raises(ValidationError, match="only 1 would be left"):
        save_question(question=second, by=None, tags=["Door", "consent"])
    # A third one about the same, and there are enough.
    make_ready_question("Q4", tags=["Door"])
    save_question(question=second, by=None, tags=["Door", "consent"])
    freeze_quiz(quiz=quiz, at=FROZEN_AT)


def test_what_a_draw_needs_stays_a_question_that_is_marked(trainer_client):
    question = make_ready_question()
    saved_quiz(title="Doors", questions=[line_of_draw(1)])
    posted = bank_form(stored_question("reflection", {"text": {"en": "Think."}}), status="ready", tag_names="Consent")
    page = trainer_client.post(reverse("questions:edit", args=[question.pk]), posted)
    (why,) = page.context["form"].errors["body"].as_data()
    assert "“Doors” draws 1 about “consent”, and only 0 would be left." in why.message
    question.body = [stored_question("reflection", {"text": {"en": "Think."}})]
    with pytest.raises(ValidationError, match="only 0 would be left"):
        save_question(question=question, by=None)
