"""The quiz editor of the CMS, as the people who use it meet it."""

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry
from wagtail.test.utils.form_data import nested_form_data

from courses.actions import prepare_cms_groups
from quizzes.actions import change_quiz
from quizzes.models import Quiz
from tests.factories.courses import make_module
from tests.factories.organisations import UserFactory, make_appointed
from tests.factories.quizzes import make_question, make_quiz, make_quiz_version

pytestmark = pytest.mark.django_db


def person_in(group):
    prepare_cms_groups()
    return make_appointed({"Trainers": "trainer", "Reviewers": "reviewer", "Operators": "operator"}[group])


@pytest.fixture
def trainer(site_tree):
    return person_in("Trainers")


@pytest.fixture
def trainer_client(client, trainer):
    client.force_login(trainer)
    return client


def numbered(items):
    """The hidden fields around the items of a stream or a list."""
    data = {"count": str(len(items))}
    for number, item in enumerate(items):
        data[str(number)] = {"order": str(number), "deleted": "", **item}
    return data


def choice_as_form(item):
    """A stored choice in the shape of its fields."""
    is_correct = "on" if item["value"]["is_correct"] else None
    return {"id": item["id"], "value": {**item["value"], "is_correct": is_correct}}


def as_form(*questions, **fields):
    """A post of the editor: the stored questions in the shape of its fields."""
    stream = []
    for question in questions:
        value = dict(question["value"])
        if "choices" in value:
            value["choices"] = numbered([choice_as_form(item) for item in value["choices"]])
        stream.append({"type": question["type"], "id": question["id"], "value": value})
    fields = {
        "title_en": "Words",
        "introduction_en": "",
        "pass_mark": "80",
        "is_shuffled": "on",
        "feedback": "at_end",
        **fields,
    }
    data = nested_form_data({**fields, "questions": numbered(stream)})
    return {name: value for name, value in data.items() if value is not None}


def words_of(response):
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def test_a_trainer_builds_a_quiz_in_one_screen(trainer_client, trainer):
    questions = [
        make_question("single_choice"),
        make_question("multiple_choice", right=("Listening", "Patience")),
        make_question("true_false", right=("False",), wrong=("True",)),
    ]
    response = trainer_client.post(reverse("quizzes:add"), as_form(*questions, title_fr="Mots", pass_mark="70"))
    assert response.status_code == 302
    quiz = Quiz.objects.get()
    assert (quiz.title_en, quiz.title_fr, quiz.pass_mark, quiz.is_shuffled) == ("Words", "Mots", 70, True)
    assert [child.id for child in quiz.questions] == [question["id"] for question in questions]
    assert quiz.questions[2].value["right_answer"] == "false"
    assert quiz.latest_revision.user == trainer
    entry = ModelLogEntry.objects.get(action="wagtail.create")
    assert (entry.user, entry.object_id) == (trainer, str(quiz.pk))


def test_an_edit_keeps_the_keys_and_the_history(trainer_client, trainer):
    question = make_question()
    quiz = make_quiz(questions=[question])
    question["value"]["text"] = {"en": "Asked better?"}
    response = trainer_client.post(reverse("quizzes:edit", args=[quiz.pk]), as_form(question))
    assert response.status_code == 302
    quiz.refresh_from_db()
    assert quiz.title_en == "Words"
    assert quiz.questions[0].id == question["id"]
    assert [item.id for item in quiz.questions[0].value["choices"].bound_blocks] == ["right-1", "wrong-1", "wrong-2"]
    assert ModelLogEntry.objects.filter(action="wagtail.edit", user=trainer).exists()


def test_a_mistake_is_told_at_its_place_and_nothing_is_lost(trainer_client):
    response = trainer_client.post(reverse("quizzes:add"), as_form(make_question(right=("One", "Two"))))
    assert response.status_code == 200
    assert "Mark one choice only as right" in response.content.decode()
    assert "Listening" not in response.content.decode()
    assert not Quiz.objects.exists()


def test_a_quiz_needs_a_title_and_a_question(trainer_client):
    response = trainer_client.post(reverse("quizzes:add"), as_form(title_en=""))
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"title_en", "questions"}


def test_the_list_says_where_each_quiz_is_used(trainer_client):
    counts = []
    for number in range(1, 7):
        make_module(
            title=f"Module {number}", lessons=[{"title": f"Lesson {number}"}], quiz=make_quiz(title=f"Quiz {number}")
        )
        with CaptureQueriesContext(connection) as queries:
            html = trainer_client.get(reverse("quizzes:list")).content.decode()
        counts.append(len(queries))
    assert all(f"Module {number}: Lesson {number}" in html for number in range(1, 7))
    assert 'name="bulk_actions' not in html
    # The first visit fills Wagtail's own caches.
    assert counts[1] == counts[-1] <= 18


def test_the_editor_opens_in_every_admin_language(trainer_client, trainer, settings):
    quiz = make_quiz()
    for code, _name in settings.WAGTAILADMIN_PERMITTED_LANGUAGES:
        response = trainer_client.get(reverse("quizzes:edit", args=[quiz.pk]), headers={"accept-language": code})
        assert response.status_code == 200


def test_the_preview_shows_what_a_learner_sees_and_not_what_is_right(trainer_client):
    url = reverse("quizzes:preview_on_add")
    questions = [make_question("multiple_choice", right=("One", "Two")), make_question("true_false")]
    assert trainer_client.post(url, as_form(*questions)).json() == {"is_valid": True, "is_available": True}
    html = trainer_client.get(url, {"mode": "en"}).content.decode()
    assert "Choose all that are right." in html
    assert "About “" not in html
    assert "Why:" not in html
    arabic = trainer_client.get(url, {"mode": "ar"}).content.decode()
    assert 'dir="rtl"' in arabic
    assert '<h1 class="govuk-heading-l" lang="en" dir="ltr">Words</h1>' in arabic


def test_unfinished_work_previews_too(trainer_client):
    url = reverse("quizzes:preview_on_add")
    trainer_client.post(url, as_form(make_question(text="", right=(), wrong=("A",)), title_en=""))
    assert trainer_client.get(url, {"mode": "en"}).status_code == 200


def test_going_back_to_an_earlier_text_is_a_new_entry_in_the_history(trainer_client, trainer):
    quiz = make_quiz(questions=[make_question()])
    change_quiz(quiz=quiz, by=trainer, title="First title")
    first = quiz.latest_revision
    change_quiz(quiz=quiz, by=trainer, title="Second title")
    url = reverse("quizzes:revisions_revert", args=[quiz.pk, first.pk])
    assert "First title" in trainer_client.get(url).content.decode()
    question = dict(quiz.questions.raw_data[0])
    trainer_client.post(url, as_form(question, title_en="First title"))
    quiz.refresh_from_db()
    assert quiz.title_en == "First title"
    assert quiz.revisions.count() == 3


def test_a_reviewer_reads_but_does_not_write(client, site_tree):
    client.force_login(person_in("Reviewers"))
    quiz = make_quiz(languages=("en", "ar"))
    assert client.get(reverse("quizzes:list")).status_code == 200
    html = client.get(reverse("quizzes:inspect", args=[quiz.pk])).content.decode()
    assert "About “Listening”" in html
    arabic = client.get(reverse("quizzes:inspect", args=[quiz.pk]), {"language": "ar"}).content.decode()
    assert "About “Listening” [ar]" in arabic
    for name in ("edit", "delete"):
        assert client.get(reverse(f"quizzes:{name}", args=[quiz.pk])).status_code == 302
    assert client.get(reverse("quizzes:add")).status_code == 302
    assert client.post(reverse("quizzes:add"), as_form(make_question())).status_code == 302
    assert Quiz.objects.count() == 1


def test_a_learner_does_not_come_in(client, site_tree):
    client.force_login(UserFactory())
    quiz = make_quiz()
    for url in (reverse("quizzes:list"), reverse("quizzes:edit", args=[quiz.pk])):
        assert client.get(url).status_code in (302, 403)


@pytest.fixture
def operator_client(client, site_tree):
    client.force_login(person_in("Operators"))
    return client


def test_a_quiz_that_a_lesson_asks_is_kept(operator_client):
    quiz = make_quiz(title="Kept")
    make_module(title="Seeing", lessons=[{"title": "Asks it"}], quiz=quiz, is_published=False)
    for method in (operator_client.get, operator_client.post):
        response = method(reverse("quizzes:delete", args=[quiz.pk]))
        assert response.status_code == 302
        assert "it is asked here: Seeing: Asks it." in words_of(response)
    assert Quiz.objects.filter(pk=quiz.pk).exists()


def test_a_quiz_on_record_is_kept_after_its_lesson_is_gone(operator_client):
    quiz = make_quiz(title="Kept")
    module = make_module(quiz=quiz)
    module.get_children().first().specific.delete()
    response = operator_client.post(reverse("quizzes:delete", args=[quiz.pk]))
    assert "records rest on it" in words_of(response)
    assert Quiz.objects.filter(pk=quiz.pk).exists()


def test_deleting_many_at_once_keeps_them_too(operator_client):
    quiz = make_quiz(title="Kept")
    make_module(quiz=quiz)
    url = reverse("wagtail_bulk_action", args=["quizzes", "quiz", "delete"])
    response = operator_client.post(f"{url}?id={quiz.pk}&next=/cms/")
    assert response.status_code == 302
    assert Quiz.objects.filter(pk=quiz.pk).exists()


def test_a_quiz_that_nothing_uses_can_go(operator_client):
    quiz = make_quiz_version().quiz
    assert operator_client.get(reverse("quizzes:delete", args=[quiz.pk])).status_code == 200
    response = operator_client.post(reverse("quizzes:delete", args=[quiz.pk]))
    assert response.status_code == 302
    assert not Quiz.objects.exists()
    assert ModelLogEntry.objects.filter(action="wagtail.delete").count() == 1


def test_a_quiz_that_comes_into_use_meanwhile_is_kept(operator_client, monkeypatch):
    quiz = make_quiz()
    make_module(quiz=quiz)
    monkeypatch.setattr("quizzes.wagtail_hooks.refuse_delete", lambda quizzes: None)
    response = operator_client.post(reverse("quizzes:delete", args=[quiz.pk]))
    assert response.status_code == 302
    assert "is asked here" in words_of(response)


def test_a_tampered_form_is_no_crash(trainer_client):
    data = as_form(make_question())
    for name in ("questions-count", "questions-0-value-choices-count"):
        response = trainer_client.post(reverse("quizzes:add"), {**data, name: "many"})
        assert response.status_code == 200
    del data["questions-0-type"]
    assert trainer_client.post(reverse("quizzes:add"), data).status_code == 200
    assert not Quiz.objects.exists()
