"""A trainer puts questions of the bank into a quiz, has an answer marked in the preview, and saves."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from courses.models import EditionLesson
from home.actions import prepare_site
from quizzes.models import Question, Quiz
from tests.e2e.test_author import add_block, save
from tests.e2e.test_kinds_of_questions import come_in
from tests.factories.courses import make_module, make_trainer
from tests.factories.organisations import MembershipFactory
from tests.factories.quizzes import line_of_bank, make_quiz, make_ready_question
from tests.quizzes.formats.banks import picture
from tests.records.journeys import start_module, start_quiz


def test_questions_come_from_the_bank(visitor):
    prepare_site()
    for number in range(4):
        make_ready_question(f"What helps at door {number}?", tags=["Doors"])
    make_ready_question("What do you write down?", tags=["Notes"])
    quiz = make_quiz(questions=1)
    client = Client()
    client.force_login(make_trainer())
    trainer = come_in(visitor, client)
    page = trainer.goto(f"/cms/quizzes/edit/{quiz.pk}/")

    page.get_by_role("link", name="Add several questions").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Add several questions")
    trainer.check_accessibility(".nice-padding")
    page.get_by_label("Words").fill("door")
    page.get_by_role("search", name="Ready questions").get_by_role("button").click()
    page.get_by_label("What helps at door 0?").check()
    trainer.keep_picture("more")
    page.get_by_role("button", name="Add the ticked questions").click()
    expect(page.get_by_text("It is not saved yet")).to_be_visible()
    questions = page.locator("#panel-child-quiz-questions-section")
    trainer.keep_picture("editor")
    add_block(page, questions, "From the bank")
    page.get_by_role("button", name=re.compile("Choose", re.I)).last.click()
    page.get_by_role("dialog").get_by_label("Words").fill("write")
    trainer.keep_picture("chooser")
    page.get_by_role("dialog").get_by_role("link", name="What do you write down?").click()
    add_block(page, questions, "Draw from the bank")
    page.get_by_label("How many").fill("2")
    page.get_by_role("combobox", name="About").select_option(label="Doors (4 ready)")
    trainer.keep_picture("lines")
    save(page, "Save")
    assert Quiz.objects.get().question_count == 5
    page.goto(f"{trainer.address}/cms/quizzes/edit/{quiz.pk}/")
    page.get_by_role("button", name="Toggle preview").click()
    # The panel draws the page in a second frame first, and puts that in the place of the first.
    expect(page.locator("iframe[title=Preview]")).to_have_count(1)
    preview = page.frame_locator("#w-preview-iframe[src]")
    preview.get_by_label("Listening").first.check()
    preview.get_by_role("button", name="Mark these answers").click()
    expect(preview.get_by_text("Score: 20 per cent")).to_be_visible()
    trainer.keep_picture("preview")


#: Wagtail leaves the files it draws into to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_picture_from_a_moodle_file_to_the_learner(visitor):
    prepare_site()
    file = f"""<quiz><question type="truefalse"><name><text>The door</text></name><questiontext format="html">
        <text><![CDATA[<p>Somebody locks this door.</p><img src="@@PLUGINFILE@@/door.png" alt="A blue door">]]></text>
        <file name="door.png" encoding="base64">{picture("PNG", (640, 400))}</file></questiontext>
        <generalfeedback><text>It has a lock.</text></generalfeedback>
        <answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer>
        </question></quiz>"""
    client = Client()
    client.force_login(make_trainer())
    trainer = come_in(visitor, client)
    page = trainer.goto("/cms/bank/bring/")
    page.get_by_label("File").set_input_files({"name": "a.xml", "mimeType": "text/xml", "buffer": file.encode()})
    page.get_by_role("button", name="Show what would come in").click()
    expect(page.get_by_text("With a picture.")).to_be_visible()
    page.get_by_role("button", name="Bring in as drafts").click()
    page.get_by_role("link", name="The door").click()
    for heading in ("[aria-describedby^=block-]", "[aria-describedby$=value-picture-heading]"):
        page.locator(f"button[aria-label='Toggle section']{heading}").click()
    expect(page.locator("textarea[name$=picture-alt-en]")).to_be_visible()
    expect(page.locator("textarea[name$=picture-alt-en]")).to_have_value("A blue door")
    trainer.keep_picture("picture-editor")
    page.locator("select[name=status]").select_option("ready")
    save(page, "Save")

    quiz = make_quiz(questions=[line_of_bank(Question.objects.get())])
    module = make_module(title="Seeing it", lessons=1, quiz=quiz)
    client = Client()
    client.force_login(MembershipFactory().person)
    start_module(client, module)
    draft = start_quiz(client, module, EditionLesson.objects.get().lesson_key)
    dana = come_in(visitor, client)
    for code in ("en", "ar"):
        page = dana.goto(f"/{code}/quiz/{draft.key}/1/")
        expect(page.get_by_role("img", name="A blue door")).to_be_visible()
        dana.check_page("Somebody locks this door.")
        dana.keep_picture(f"picture-{code}")
