"""A trainer puts questions of the bank into a quiz, has an answer marked in the preview, and saves."""

from __future__ import annotations

import re

from django.test import Client
from playwright.sync_api import expect

from home.actions import prepare_site
from quizzes.models import Quiz
from tests.e2e.test_author import add_block, save
from tests.e2e.test_kinds_of_questions import come_in
from tests.factories.courses import make_trainer
from tests.factories.quizzes import make_quiz, make_ready_question


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
