"""The bank in the CMS, as those who use it meet it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from quizzes import forms_bank
from quizzes.actions import import_items
from quizzes.formats import own_json
from quizzes.formats.items import LARGEST_FILE, Item
from quizzes.formats.reading import read
from quizzes.models import Question
from tests.factories.organisations import PartnershipFactory, make_appointed
from tests.factories.quizzes import make_bank_question, make_question
from tests.quizzes.formats.banks import PICTURES
from tests.quizzes.formats.test_qti import choices, declared, item, package
from tests.quizzes.test_cms import as_form, person_in

pytestmark = pytest.mark.django_db
GIFT = "// [tag:Consent]\n::One::Is it <b>so</b>?{T}\n\nOnly words\n\nWhich?{=a ~b}"


@pytest.fixture
def trainer_client(client, site_tree):
    client.force_login(person_in("Trainers"))
    return client


def bring(client, step, **fields):
    data = {"text": "", "format": "auto", "language": "en", "step": step, **fields}
    return client.post(reverse("bank:bring"), data, follow=True)


def test_pasted_questions_are_shown_before_they_come_in(trainer_client):
    page = bring(trainer_client, "check", text=GIFT).content.decode()
    assert "2 questions would come in as drafts. 0 are in the bank already." in page
    assert "<strong>line 4</strong>: It has no answers in braces" in page
    assert not Question.objects.exists()
    page = bring(trainer_client, "apply", text=GIFT).content.decode()
    assert "2 questions are in the bank as drafts." in page
    assert "One" in page
    page = bring(trainer_client, "check", text=GIFT).content.decode()
    assert "0 questions would come in as drafts. 2 are in the bank already." in page
    assert "Bring in as drafts" not in page


def test_an_uploaded_package_comes_back_as_text(trainer_client):
    file = SimpleUploadedFile("bank.zip", package({"a.xml": item(choices(), declared("B"))}))
    shown = bring(trainer_client, "check", file=file).context["shown"]
    page = bring(trainer_client, "apply", text=shown.initial["text"], format=shown.initial["format"])
    assert "1 questions are in the bank" in page.content.decode()
    assert Question.objects.get().name == "Title"


class TestLargeFiles:
    """Files that a page cannot hold as text: they are chosen once more, and nothing comes in that was not shown."""

    @staticmethod
    def file(words="Is it so?", size=forms_bank.LARGEST_TEXT):
        """A GIFT file larger than this, with one question."""
        return SimpleUploadedFile("bank.txt", f"// {'-' * size}\n\n{words}{{T}}".encode())

    def test_it_is_looked_at_chosen_once_more_and_comes_in(self, trainer_client):
        response = bring(trainer_client, "check", file=self.file())
        shown, page = response.context["shown"], response.content.decode()
        assert "1 questions would come in as drafts." in page
        assert "Choose it once more, then bring it in." in page
        assert len(page) < 100_000
        assert not shown.initial["text"]
        seen = shown.initial["seen"]
        assert f'name="seen" value="{seen}"' in page
        assert "required" in str(shown["file"])
        response = bring(trainer_client, "apply", seen=seen)
        assert "Choose the file once more" in str(response.context["form"].non_field_errors())
        assert not Question.objects.exists()
        assert (
            "1 questions are in the bank"
            in bring(trainer_client, "apply", seen=seen, file=self.file()).content.decode()
        )

    @pytest.mark.parametrize("size", [1, forms_bank.LARGEST_TEXT])
    def test_another_than_the_one_that_was_looked_at_is_shown_first(self, trainer_client, size):
        first = bring(trainer_client, "check", file=self.file(size=size)).context["shown"]
        file = self.file("Is it another?", size)
        response = bring(trainer_client, "apply", text=first.initial["text"], seen=first.initial["seen"], file=file)
        assert "This is another file than the one you looked at." in response.content.decode()
        assert "Is it another?" in response.content.decode()
        assert not Question.objects.exists()

    def test_a_small_package_that_holds_much_is_chosen_once_more_too(self, trainer_client, monkeypatch):
        file = package({"a.xml": item(f"<p>{'so ' * 2000}</p>{choices()}", declared("B"))})
        monkeypatch.setattr(forms_bank, "LARGEST_TEXT", len(file))
        shown = bring(trainer_client, "check", file=SimpleUploadedFile("bank.zip", file)).context["shown"]
        assert (shown.initial["text"], bool(shown.initial["seen"])) == ("", True)

    def test_one_that_is_too_large_is_not_read_and_the_page_says_what_to_do(self, trainer_client, monkeypatch):
        monkeypatch.setattr(forms_bank, "read", None)
        page = bring(trainer_client, "apply", file=SimpleUploadedFile("bank.txt", b"a" * (LARGEST_FILE + 1)))
        assert "The file is larger than 50 MB. Nothing was read or saved. Split it" in page.content.decode()

    @pytest.mark.parametrize(("limit", "with_picture"), [("MOST_AT_ONCE", False), ("MOST_PICTURES", True)])
    def test_more_than_one_request_can_save_is_refused(self, trainer_client, monkeypatch, limit, with_picture):
        monkeypatch.setattr(forms_bank, limit, 2)
        shown = {"picture": {"data": PICTURES["PNG"], "alt": {"en": "A door"}}} if with_picture else {}
        items = [Item("reflection", {"text": {"en": f"{number}?"}, **shown}) for number in range(3)]
        if with_picture:
            items.append(Item("reflection", {"text": {"en": "Without?"}}))
        for count, is_taken in ((2, True), (len(items), False)):
            file = SimpleUploadedFile("bank.json", own_json.write(items[:count]).data)
            response = bring(trainer_client, "check", file=file)
            assert ("plan" in response.context) is is_taken
        assert f"These are {len(items)} questions, {3 if with_picture else 0} of them" in response.content.decode()
        assert "Nothing was saved. Split the file" in response.content.decode()


@pytest.mark.parametrize("text", ["", "Just words", "<!DOCTYPE a [<!ENTITY b 'c'>]><quiz>&b;</quiz>"])
def test_what_cannot_be_used_is_said_and_kept_on_screen(trainer_client, text):
    response = bring(trainer_client, "apply", text=text)
    assert response.context["form"].non_field_errors()
    assert not Question.objects.exists()


def test_the_list_is_searched_and_filtered_and_taken_away(trainer_client):
    import_items(items=read(GIFT.encode()).items, by=None)
    address = reverse("bank:list")
    for query, count in {"": 2, "q=which": 1, "kind=true_false": 1, "tag=consent": 1, "lacks=ar": 2, "lacks=en": 0,
                         "status=ready": 0, "kind=nonsense": 2, "page=x": 2}.items():  # fmt: skip
        assert trainer_client.get(f"{address}?{query}").context["page"].paginator.count == count, query
    # What few people look for by is folded away until somebody does.
    assert "<details" in trainer_client.get(address).content.decode()
    assert '<details class="w-mb-4" open>' in trainer_client.get(f"{address}?kind=true_false").content.decode()
    taken = trainer_client.get(reverse("bank:gift"), {"tag": "consent"})
    assert "attachment" in taken["Content-Disposition"]
    assert [each.name for each in read(taken.content).items] == ["One"]
    for name in ("json", "moodle_xml"):
        assert len(read(trainer_client.get(reverse(f"bank:{name}")).content).items) == 2


def test_what_a_file_cannot_hold_is_told(trainer_client):
    content = {"text": {"en": "Order."}, "choices": [{"key": key, "text": {"en": key}} for key in "abc"]}
    import_items(items=[Item("ordering", content, name="Steps")], by=None)
    page = trainer_client.get(f"{reverse('bank:gift')}?report").content.decode()
    assert "GIFT has no questions of the kind “ordering”." in page


def test_reviewers_read_and_bring_nothing(client, site_tree):
    client.force_login(person_in("Reviewers"))
    assert "Import questions" not in client.get(reverse("bank:list")).content.decode()
    assert client.post(reverse("bank:bring"), {"text": GIFT, "step": "apply"}).status_code == 302
    assert not Question.objects.exists()


def test_the_list_takes_the_same_queries_for_any_number(trainer_client):
    counts = []
    for number in (1, 2, 40):
        items = [Item("reflection", {"text": {"en": f"{number} {n}"}}, tags=(f"t{n}",)) for n in range(number)]
        import_items(items=items, by=None)
        with CaptureQueriesContext(connection) as queries:
            trainer_client.get(reverse("bank:list"))
        counts.append(len(queries))
    assert counts[1] == counts[2]


def bank_form(question, **fields):
    """A post of the bank's editor: one stored question in the shape of its fields."""
    data = as_form(question)
    body = {name.replace("questions-", "body-", 1): value for name, value in data.items() if "questions-" in name}
    return {**body, "name": "At the door", "status": "draft", "tag_names": "", **fields}


def test_a_trainer_writes_a_question_with_tags_and_makes_it_ready(trainer_client):
    asked = make_question()
    response = trainer_client.post(reverse("questions:add"), bank_form(asked, tag_names="Consent, at the door,"))
    assert response.status_code == 302
    question = Question.objects.get()
    assert (question.name, question.status, question.kind) == ("At the door", "draft", "single_choice")
    assert [str(tag) for tag in question.tags.all()] == ["at the door", "Consent"]

    address = reverse("questions:edit", args=[question.pk])
    page = trainer_client.get(address)
    assert page.context["form"]["tag_names"].value() == "at the door, Consent"
    asked["value"]["text"] = {"en": "Asked better?"}
    trainer_client.post(address, bank_form(asked, status="ready", tag_names="consent"))
    question.refresh_from_db()
    assert (question.words, question.status, question.body[0].id) == ("Asked better?", "ready", str(question.key))
    assert [str(tag) for tag in question.tags.all()] == ["Consent"]
    assert ModelLogEntry.objects.filter(action="wagtail.edit", object_id=str(question.pk)).exists()
    assert f'href="{address}"' in trainer_client.get(reverse("bank:list")).content.decode()


def test_a_mistake_in_a_question_is_told_and_nothing_is_lost(trainer_client):
    asked = make_question(right=("One", "Two"))
    response = trainer_client.post(reverse("questions:add"), bank_form(asked, tag_names="x" * 61))
    assert "Mark one choice only as right" in response.content.decode()
    assert "A tag has at most 60 characters" in response.content.decode()
    assert "x" * 61 in response.content.decode()
    assert not Question.objects.exists()


def test_a_translator_of_a_question_changes_one_language_and_no_tag(client, site_tree):
    question = make_bank_question(tags=["Consent"])
    client.force_login(make_appointed("trainer", partnership=PartnershipFactory(), languages=["ar"]))
    asked = question.body.get_prep_value()[0]
    asked["value"]["text"] = {"en": "Not mine", "ar": "سؤال"}
    client.post(reverse("questions:edit", args=[question.pk]), bank_form(asked, name="Mine", status="retired"))
    question.refresh_from_db()
    said = question.body[0].value["text"]
    assert (said["en"], said["ar"]) == (make_question()["value"]["text"]["en"], "سؤال")
    assert (question.name, question.status) == ("At the door", "draft")
    assert [str(tag) for tag in question.tags.all()] == ["Consent"]


def test_a_reviewer_reads_a_question_with_what_is_right(client, site_tree):
    question = make_bank_question()
    client.force_login(person_in("Reviewers"))
    address = reverse("questions:inspect", args=[question.pk])
    assert f'href="{address}"' in client.get(reverse("bank:list")).content.decode()
    page = client.get(address).content.decode()
    for choice in question.body[0].value["choices"]:
        assert choice["text"]["en"] in page
        assert choice["feedback"]["en"] in page


def test_an_operator_takes_a_question_out_of_the_bank(client, site_tree):
    question = make_bank_question()
    client.force_login(person_in("Operators"))
    client.post(reverse("questions:delete", args=[question.pk]))
    assert not Question.objects.exists()
    assert ModelLogEntry.objects.filter(action="wagtail.delete", object_id=str(question.pk)).exists()


@pytest.mark.parametrize("code", ["en", "ar"])
def test_a_question_is_previewed_as_learners_see_it(trainer_client, code):
    question = make_bank_question()
    address = reverse("questions:preview_on_edit", args=[question.pk])
    asked = question.body.get_prep_value()[0]
    assert trainer_client.post(f"{address}?mode={code}", bank_form(asked)).json()["is_valid"]
    page = trainer_client.get(f"{address}?mode={code}&in_preview_panel=true").content.decode()
    assert asked["value"]["choices"][0]["value"]["text"]["en"] in page
    assert asked["value"]["choices"][0]["value"]["feedback"]["en"] not in page
