"""A picture above a question, from the file it came in to whoever answers it."""

import json
import re
from base64 import b64decode, b64encode
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image as Drawing
from wagtail.images import get_image_model
from wagtail.models import ModelLogEntry

from courses.actions import submit_module
from courses.changes import quiz_lines
from courses.models import EditionLesson
from quizzes.actions import change_many, freeze_quiz, import_items, plan_import
from quizzes.corrections import corrected
from quizzes.formats import own_json
from quizzes.formats.items import Item
from quizzes.formats.pictures import LARGEST_PICTURE
from quizzes.formats.reading import read
from quizzes.models import Question, QuestionVersion
from quizzes.questions import question_from_content
from quizzes.selectors import questions_of, quiz_hash
from quizzes.selectors_bank import items_of
from tests.factories.courses import make_module
from tests.factories.organisations import MembershipFactory, PartnershipFactory, UserFactory, make_appointed
from tests.factories.quizzes import (
    FROZEN_AT,
    line_of_draw,
    make_bank_question,
    make_every_kind,
    make_question,
    make_quiz,
    make_quiz_version,
)
from tests.quizzes.formats.banks import PICTURES, picture
from tests.quizzes.test_bank_cms import bank_form
from tests.quizzes.test_cms import person_in
from tests.records.journeys import answer_all, start_module, start_quiz, submit

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the files it draws into to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
Image = get_image_model()
DOOR = {"data": PICTURES["PNG"], "alt": {"en": "A blue door"}}


def make_image(title="A door", data=None):
    return Image.objects.create(title=title, file=ContentFile(b64decode(data or PICTURES["PNG"]), "door.png"))


def above(question, image, **alt):
    """The stored question with a picture above it."""
    shown = {"image": image.pk, "alt": alt or {"en": "A blue door"}}
    return {**question, "value": {**question["value"], "picture": shown}}


def item(words="What do you see?", shown=DOOR, **more):
    return Item("reflection", {"text": {"en": words}, **({"picture": shown} if shown else {})}, **more)


class TestFiles:
    def test_a_picture_comes_in_once_and_goes_out_as_it_came(self):
        trainer = UserFactory()
        items = [item("One?", name="The door"), item("Two?"), item("Three?", shown=None)]
        import_items(items=items, by=trainer)
        [image] = Image.objects.all()
        assert (image.title, image.uploaded_by_user, image.width) == ("The door", trainer, 2)
        assert image.file.read() == b64decode(DOOR["data"])
        assert ModelLogEntry.objects.filter(action="wagtail.create", object_id=str(image.pk), user=trainer).exists()
        back = list(items_of(Question.objects.order_by("pk")))
        assert [each.content.get("picture") for each in back] == [DOOR, DOOR, None]
        plan = plan_import(read(own_json.write(back).data).items)
        assert (len(plan.new), plan.unchanged, plan.differing) == (0, 3, [])
        # The same words with another picture are another question.
        assert len(plan_import([item("One?", shown={**DOOR, "data": PICTURES["GIF"]})]).new) == 1

    def test_where_the_import_fails_no_file_stays(self, monkeypatch):
        kept = make_image()
        storage = kept.file.storage

        def fail(*_given):
            assert Image.objects.count() == 2
            raise RuntimeError("full")

        monkeypatch.setattr("quizzes.actions.bank.log_each", fail)
        before = storage.listdir("original_images")
        with pytest.raises(RuntimeError, match="full"):
            import_items(items=[item(shown={**DOOR, "data": PICTURES["GIF"]})], by=None)
        assert list(Image.objects.all()) == [kept]
        assert storage.listdir("original_images") == before

    def test_a_dry_run_keeps_none(self):
        import_items(items=[item()], by=None, is_dry=True)
        assert not Image.objects.exists()

    def test_one_that_is_gone_leaves_the_question(self):
        import_items(items=[item()], by=None)
        Image.objects.get().delete()
        [back] = items_of(Question.objects.all())
        assert back.content == {"text": {"en": "What do you see?"}, "choices": [], "explanation": {}}

    def test_the_number_of_queries_does_not_grow(self):
        def counted(number):
            items = [item(f"{number}: {place}?") for place in range(number)]
            with CaptureQueriesContext(connection) as queries:
                import_items(items=items, by=None)
                list(items_of(Question.objects.all()))
            return len(queries)

        counted(1)
        assert counted(2) == counted(30)

    def test_nothing_is_asked_for_each_question_that_is_there_already(self):
        def counted(number):
            made = [
                item(f"{number}: {place}?", {**DOOR, "data": picture("PNG", (number, place + 1))}, key=str(uuid4()))
                for place in range(number)
            ]
            import_items(items=made, by=None)
            # As where trainers changed them since.
            Question.objects.update(source_hash="")
            with CaptureQueriesContext(connection) as queries:
                plan = plan_import(made)
            assert (len(plan.new), plan.unchanged, plan.differing) == (0, number, [])
            return len(queries)

        assert counted(2) == counted(12)

    def test_one_that_is_larger_than_files_hold_goes_out_as_learners_see_it(self):
        with BytesIO() as file:
            noise = Drawing.effect_noise((1700, 1700), 100)
            noise.save(file, "PNG")
            image = make_image(data=b64encode(file.getvalue()))
            assert file.tell() > LARGEST_PICTURE
        make_bank_question(body=[above(make_question(), image)])
        [back] = items_of(Question.objects.all())
        with Drawing.open(BytesIO(b64decode(back.content["picture"]["data"]))) as drawn:
            assert drawn.size == (800, 800)
        assert read(own_json.write([back]).data).refusals == ()

    def test_without_words_it_is_not_made_ready(self):
        import_items(items=[item(shown={"data": DOOR["data"], "alt": {}})], by=None)
        plan = change_many(ids=[Question.objects.get().pk], deed="ready", by=None)
        [(_question, why)] = plan.refused
        assert why == ["Say in English what the picture shows: some people hear it read out instead."]

    def test_pasted_into_a_quiz_the_words_come_alone(self, client, site_tree):
        client.force_login(person_in("Trainers"))
        quiz = make_quiz(questions=1)
        text = own_json.write([item()]).data.decode()
        fields = {"from": "text", "text": text, "format": "auto", "language": "en"}
        response = client.post(reverse("quizzes:more", args=[quiz.pk]), fields)
        assert "Their pictures were left out." in response.content.decode()
        assert "picture" not in response.context["form"].instance.questions.raw_data[1]["value"]
        assert not Image.objects.exists()


class TestEditor:
    def test_a_trainer_puts_it_above_a_question(self, client, site_tree):
        client.force_login(person_in("Trainers"))
        image = make_image()
        shown = above(make_question(), image)
        response = client.post(reverse("questions:add"), bank_form(above(make_question(), image, en="")))
        assert "Say in English what the picture shows" in response.content.decode()
        assert client.post(reverse("questions:add"), bank_form(shown)).status_code == 302
        question = Question.objects.get()
        assert question.body[0].value["picture"]["image"] == image
        assert "A blue door" in client.get(reverse("questions:edit", args=[question.pk])).content.decode()
        page = client.get(reverse("questions:inspect", args=[question.pk])).content.decode()
        assert 'alt="A blue door"' in page

    def test_a_translator_says_what_it_shows_and_changes_no_picture(self, client, site_tree):
        image, other = make_image(), make_image("Another", PICTURES["GIF"])
        question = make_bank_question(body=[above(make_question(), image)])
        client.force_login(make_appointed("trainer", partnership=PartnershipFactory(), languages=["ar"]))
        asked = above(question.body.get_prep_value()[0], other, en="Not mine", ar="باب أزرق")
        client.post(reverse("questions:edit", args=[question.pk]), bank_form(asked))
        question.refresh_from_db()
        said = question.body[0].value["picture"]
        assert (said["image"], said["alt"]["en"], said["alt"]["ar"]) == (image, "A blue door", "باب أزرق")

    @pytest.mark.parametrize("place", ["version", "bank", "quiz"])
    def test_it_stays_while_a_question_shows_it(self, client, site_tree, place):
        image = make_image()
        shown = above(make_question(text="What is behind it?"), image)
        if place == "bank":
            make_bank_question(body=[shown])
        else:
            quiz = make_quiz(questions=[shown], title="What is behind it?")
            if place == "version":
                freeze_quiz(quiz=quiz, at=FROZEN_AT)
                quiz.delete()
        client.force_login(UserFactory(is_superuser=True))
        words = "“A door” is kept as it is, because questions show it: What is behind it?. Add a new picture instead."
        page = client.post(reverse("wagtailimages:delete", args=[image.pk]), follow=True)
        assert words in page.content.decode()
        assert Image.objects.filter(pk=image.pk).exists()

    def test_who_may_not_delete_it_is_not_told_what_shows_it(self, client, site_tree):
        image = make_image()
        make_bank_question(body=[above(make_question(text="What is behind it?"), image)])
        client.force_login(make_appointed("trainer", partnership=PartnershipFactory(), languages=["ar"]))
        page = client.post(reverse("wagtailimages:delete", args=[image.pk]), follow=True).content.decode()
        assert "you do not have permission" in page
        assert "What is behind it?" not in page
        assert Image.objects.filter(pk=image.pk).exists()

    def test_an_unused_one_with_the_beginning_of_its_number_goes(self, client, site_tree):
        image = make_image()
        make_bank_question(
            body=[above(make_question(), Image.objects.create(pk=image.pk * 10 + 1, file="x", width=1, height=1))]
        )
        client.force_login(UserFactory(is_superuser=True))
        client.post(reverse("wagtailimages:delete", args=[image.pk]), follow=True)
        assert not Image.objects.filter(pk=image.pk).exists()

    def test_many_questions_to_draw_from_are_read_without_their_pictures(self):
        def counted(number):
            image = make_image(data=picture("PNG", (number, 1)))
            body = above(make_question(), image)
            for _each in range(number):
                make_bank_question(body=[body], status=Question.Status.READY, tags=[f"Doors {number}"])
            quiz = make_quiz(questions=[line_of_draw(1, f"doors {number}")])
            with CaptureQueriesContext(connection) as queries:
                quiz_hash(quiz)
            return len(queries)

        assert counted(1) == counted(12)


class TestAsked:
    def test_a_version_keeps_which_picture_and_what_it_shows(self):
        image = make_image()
        kinds = [above(each, image, en="A blue door", ar="باب") for each in make_every_kind(("en", "ar"))]
        version = make_quiz_version(questions=kinds, languages=("en", "ar"))
        for question in questions_of(version):
            assert (question.picture.image, question.picture.alt) == (image.pk, {"en": "A blue door", "ar": "باب"})
        content = QuestionVersion.objects.first().content
        assert content["picture"] == {"image": image.pk, "alt": {"en": "A blue door", "ar": "باب"}}
        lines = quiz_lines(version, questions_of(version), "ar")
        assert lines.count(f"Picture {image.pk}: باب") == len(kinds)

    def test_another_picture_is_no_correction(self):
        content = {"text": {"en": "?"}, "picture": {"image": 1, "alt": {"en": "A door"}}}
        assert corrected("reflection", content, dict(content)) is not None
        assert corrected("reflection", content, {**content, "picture": {"image": 2, "alt": {"en": "A door"}}}) is None
        assert corrected("reflection", content, {"text": {"en": "?"}}) is None

    def test_what_it_shows_is_asked_for_in_the_language(self):
        content = {"text": {"en": "?", "ar": "؟"}, "picture": {"image": 1, "alt": {"en": "A door"}}}
        question = question_from_content("q", 1, "reflection", content)
        assert {"en": "A door"} in question.texts

    def test_a_learner_sees_it_with_its_words_and_reading_writes_nothing(self, client):
        evil = 'A <b>blue</b> "door"'
        image = make_image(data=picture("PNG", (1600, 900)))
        other = make_image("Another", PICTURES["JPEG"])
        questions = [above(make_question(text="One?"), image, en=evil), above(make_question(text="Two?"), other)]
        module = make_module(lessons=1, quiz=make_quiz(questions=questions, is_shuffled=False))
        client.force_login(MembershipFactory().person)
        start_module(client, module)
        draft = start_quiz(client, module, EditionLesson.objects.get().lesson_key)
        address = reverse("records:question", args=[draft.key, 1])
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address).content.decode()
        assert 'width="800" height="450" alt="A &lt;b&gt;blue&lt;/b&gt; &quot;door&quot;" lang="en" dir="ltr"' in page
        assert len(queries) <= 12
        assert not any(each["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE") for each in queries)
        answer_all(client, draft)
        result = client.get(submit(client, draft).url).content.decode()
        assert result.count('<p class="quiz__picture">') == 2

    def test_a_reviewer_sees_it_before_and_after_it_goes_live(self, client, site_tree):
        quiz = make_quiz(questions=[above(make_question(), make_image())])
        module = make_module(lessons=1, quiz=quiz, is_published=False)
        submission = submit_module(module=module, by=UserFactory(), what_changed="New.", at=FROZEN_AT)
        client.force_login(person_in("Reviewers"))
        page = client.get(reverse("courses:review", args=[submission.pk])).content.decode()
        assert re.search(r'<img src="[^"]+" width="2" height="2" alt="A blue door" lang="en"', page)
        live = make_module(lessons=1, quiz=quiz).editions.get()
        page = client.get(reverse("courses:edition", args=[live.pk])).content.decode()
        assert 'alt="A blue door"' in page

    def test_what_is_right_in_many_versions_is_corrected_without_asking_for_each(self, client, site_tree):
        client.force_login(UserFactory(is_superuser=True))

        def counted(number):
            image = make_image(data=picture("PNG", (number, 1)))
            quiz = make_quiz(questions=[above(make_question(text=f"{place}?"), image) for place in range(number)])
            freeze_quiz(quiz=quiz, at=FROZEN_AT)
            with CaptureQueriesContext(connection) as queries:
                page = client.get(reverse("regrades:quiz", args=[quiz.pk])).content.decode()
            assert f"{number - 1}?" in page
            return len(queries)

        counted(1)
        assert counted(2) == counted(12)

    def test_one_whose_file_is_gone_still_says_what_it_shows(self, client, site_tree):
        image = make_image()
        question = make_bank_question(body=[above(make_question(), image)])
        image.file.storage.delete(image.file.name)
        Image.objects.filter(pk=image.pk).first().renditions.all().delete()
        client.force_login(person_in("Reviewers"))
        page = client.get(reverse("questions:inspect", args=[question.pk])).content.decode()
        assert "[A blue door]" in page


def test_what_a_question_keeps_is_json():
    image = make_image()
    with pytest.raises(ValidationError, match="what the picture shows"):
        make_bank_question(body=[above(make_question(), image, ar="باب")])
    question = make_bank_question(body=[above(make_question(), image)])
    assert json.loads(json.dumps(question.body.get_prep_value()))[0]["value"]["picture"]["image"] == image.pk
