"""Every kind of question in a browser: by keyboard alone, and in Arabic on a narrow screen without scripts."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from courses.models import EditionLesson
from organisations.models import User
from quizzes import marking
from quizzes.kinds.registry import form_of
from quizzes.questions import Question
from records.models import Attempt, AttemptDraft
from records.selectors.quizzes import asked_in
from tests.factories.courses import make_module
from tests.factories.organisations import MembershipFactory
from tests.factories.quizzes import make_every_kind, make_quiz
from tests.records.journeys import start_module, start_quiz


@pytest.fixture
def learner(client) -> User:
    person = MembershipFactory(person__name="Dana Whitlock", person__email="dana@example.org").person
    client.force_login(person)
    return person


@pytest.fixture
def draft(client, learner) -> AttemptDraft:
    """A quiz of every kind, begun."""
    languages = ("en", "ar")
    quiz = make_quiz(questions=make_every_kind(languages), languages=languages, is_shuffled=False)
    module = make_module(title="Seeing it", lessons=1, quiz=quiz)
    start_module(client, module)
    return start_quiz(client, module, EditionLesson.objects.get().lesson_key)


def come_in(visitor, client: Client, **options):
    """A browser that is signed in."""
    come = visitor(**options)
    come.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": come.address}])
    return come


def values_of(question: Question, answer: tuple[str, ...]) -> dict[str, str | list[str]]:
    """What the fields hold for an answer, by their names."""
    if question.kind == "scenario":
        return {"answer": answer[-1]}
    form = form_of(question, language="en", chosen=answer)
    return {name: field.initial for name, field in form.fields.items() if name != "seen"}


def tab_to(page: Page, wanted: Locator) -> None:
    """Moves on by Tab alone."""
    for _step in range(60):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{wanted} is not reached by Tab")


def fill_by_keyboard(page: Page, name: str, value: str) -> None:
    """Answers one field by keys alone."""
    fields = page.locator(f"main [name='{name}']")
    first = fields.first
    kind = first.evaluate("element => element.type || element.tagName")
    if kind == "radio":
        values = fields.evaluate_all("elements => elements.map(element => element.value)")
        tab_to(page, first)
        for _step in range(values.index(value)):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")
    elif kind == "checkbox":
        tab_to(page, page.locator(f"main [name='{name}'][value='{value}']"))
        page.keyboard.press("Space")
    elif kind == "select-one":
        tab_to(page, first)
        for _step in range(int(value)):
            page.keyboard.press("ArrowDown")
    else:
        tab_to(page, first)
        page.keyboard.type(value)


def fill_by_touch(page: Page, name: str, value: str) -> None:
    """Answers one field as a finger would."""
    fields = page.locator(f"main [name='{name}']")
    kind = fields.first.evaluate("element => element.type || element.tagName")
    if kind in ("radio", "checkbox"):
        page.locator(f"main [name='{name}'][value='{value}']").check()
    elif kind == "select-one":
        fields.select_option(value)
    else:
        fields.fill(value)


@pytest.mark.parametrize("way", ["keyboard", "no scripts"])
def test_every_kind(visitor, client, draft, way):
    is_keyboard = way == "keyboard"
    fill, code = (fill_by_keyboard, "en") if is_keyboard else (fill_by_touch, "ar")
    # The accessibility check needs scripts: where the page has none, a second window looks at the same addresses.
    looking = come_in(visitor, client)
    dana = looking if is_keyboard else come_in(visitor, client, java_script_enabled=False)

    def look(name: str) -> None:
        if dana is not looking:
            looking.goto(dana.page.url)
        looking.check_page("")
        looking.keep_picture(f"kind-{name}-{code}")

    page = dana.goto(f"/{code}/quiz/{draft.key}/1/")
    places = asked_in(draft).places
    for place in places:
        right, kind = marking.right_answer(place.question), place.question.kind
        for step in [right[: step + 1] for step in range(len(right))] if kind == "scenario" else [right]:
            look(kind)
            for name, values in values_of(place.question, step).items():
                for value in values if isinstance(values, list) else [values]:
                    fill(page, name, value)
            go_on(page, is_keyboard)
        if kind == "scenario":
            look("scenario-end")
            go_on(page, is_keyboard)
        page.wait_for_url(re.compile(r"/check/$" if place.number == len(places) else rf"/{place.number + 1}/$"))
    look("check")
    expect(page.locator("main .tag")).to_have_count(0)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/attempts/**")
    look("result")
    assert Attempt.objects.get().score == 1


def go_on(page: Page, is_keyboard: bool) -> None:
    """Presses Continue, a button or (where a case has ended) a link."""
    button = page.locator("main .govuk-button").first
    if is_keyboard:
        tab_to(page, button)
        page.keyboard.press("Enter")
    else:
        button.click()
    page.wait_for_load_state()


def drag_last_to_top(page: Page, lines: Locator) -> None:
    """Drags as a hand does: it lets go of the line once that has moved up, however long the browser takes, and takes
    hold of it anew where the browser was too busy to notice.
    """
    last, top = lines.last.inner_text(), lines.first.bounding_box()
    assert top is not None
    for _hold in range(3):
        lines.last.locator(".ordering__handle").hover()
        page.mouse.down()
        for step in range(40):
            page.mouse.move(top["x"] + 40, top["y"] + 4 + step % 3)
            if lines.first.inner_text() == last:
                break
            page.wait_for_timeout(50)
        page.mouse.up()
        if lines.first.inner_text() == last:
            break


@pytest.mark.parametrize("code", ["en", "ar"])
def test_lines_in_an_order_can_be_dragged(visitor, client, draft, code):
    place = next(place for place in asked_in(draft).places if place.question.kind == "ordering")
    dana = come_in(visitor, client)
    page = dana.goto(f"/{code}/quiz/{draft.key}/{place.number - 1}/")
    expect(page.locator("script[src*=ordering]")).to_have_count(0)
    page = dana.goto(f"/{code}/quiz/{draft.key}/{place.number}/")
    lines = page.locator(".ordering .govuk-form-group")
    last = lines.last.inner_text()
    drag_last_to_top(page, lines)
    expect(lines.first).to_have_text(last, use_inner_text=True)
    assert lines.locator("select").evaluate_all("all => all.map(each => each.value)") == ["1", "2", "3", "4"]
    expect(lines.first.locator("select")).to_be_focused()
    # Chosen in the lists, the other way round; then one is dragged: the others stay as they were chosen.
    texts = lines.all_inner_texts()
    for number in range(4):
        lines.nth(number).locator("select").select_option(str(4 - number))
    drag_last_to_top(page, lines)
    expect(lines).to_have_text([texts[3], texts[2], texts[1], texts[0]], use_inner_text=True)
    assert lines.locator("select").evaluate_all("all => all.map(each => each.value)") == ["1", "2", "3", "4"]
    dana.check_page("")
    dana.keep_picture(f"dragged-{code}")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"**/{place.number + 1}/")
    page = dana.goto(f"/{code}/quiz/{draft.key}/{place.number}/")
    expect(lines.first).to_have_text(texts[3], use_inner_text=True)
    expect(lines.nth(1)).to_have_text(texts[2], use_inner_text=True)
