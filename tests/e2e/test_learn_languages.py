"""Learn, in Arabic and Somali: the same way by the words of the language, with the English at hand until review."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import expect

from home.actions import prepare_site
from records.models import Completion
from tests.e2e.people import Kind, a_place, appointed, sign_in
from tests.factories.courses import make_module
from tests.factories.quizzes import make_question, make_quiz


@pytest.mark.parametrize(("code", "direction"), [("ar", "rtl"), ("so", "ltr")])
def test_learn_in_another_language(visitor, code, direction):
    """The same way in Arabic and Somali, by the words of that language, with the English at hand until review."""

    def says(text: str, context: str | None = None) -> str:
        with translation.override(code):
            return pgettext(context, text) if context else gettext(text)

    prepare_site()
    organisation, role = a_place()
    learner = appointed(organisation, role, "Dana Whitlock", Kind.TRAINER)
    languages = ("en", code)
    question = make_question(languages=languages, key=str(uuid4()))
    first, second = ({"ar": ("قبل أن تتصرف", "تحقق مما تعرفه"), "so": ("Ka hor ficilka", "Hubi waxaad taqaan")})[code]
    words = {"ar": "يجب أن تتصل بالرقم 999.", "so": "Waa inaad wacdaa 999."}[code]
    module = make_module(
        title="Seeing it",
        slug="seeing-it",
        **{f"display_title_{code}": first},
        lessons=[
            {
                "title": "Before you act",
                "slug": "before",
                "body_en": [("text", "<p>You must call 999.</p>")],
                f"display_title_{code}": first,
                f"body_{code}": [("text", f"<p>{words}</p>")],
            },
            {
                "title": "Check",
                "slug": "check",
                f"display_title_{code}": second,
                f"body_{code}": [("text", f"<p>{second}</p>")],
                "quiz": make_quiz(questions=[question], languages=languages),
            },
        ],
    )
    phone = visitor(viewport={"width": 360, "height": 740}, locale=code)
    page = sign_in(phone, learner.email)
    phone.goto(module.get_url().replace("/en/", f"/{code}/"))
    assert page.locator("html").get_attribute("dir") == direction
    phone.check_page(first)
    expect(page.get_by_text(says("Not yet reviewed by a native speaker."))).to_be_visible()
    page.get_by_role("button", name=says("Start"), exact=True).click()
    phone.check_page(first)
    under = page.locator(".in-english")
    expect(under).to_have_text("You must call 999.")
    assert (under.get_attribute("lang"), under.get_attribute("dir")) == ("en", "ltr")
    page.get_by_role("link", name=says("Show the English beside it")).click()
    expect(page.locator(".side-by-side")).to_contain_text("You must call 999.")
    phone.check_page(first)
    page.get_by_role("button", name=says("Done, next lesson")).click()
    page.get_by_role("button", name=says("Start quiz")).click()
    phone.check_page(f"What helps most? [{code}]")
    page.get_by_label(f"Listening [{code}]").check()
    page.get_by_role("button", name=says("Continue")).click()
    phone.check_page(says("Check your answers"))
    page.get_by_role("button", name=says("Hand in")).click()
    expect(page.locator("h1")).to_have_text(says("You have passed"))
    certificate = Completion.objects.get(person=learner).certificates.get()
    with translation.override(code):
        phone.goto(reverse("records:certificate", args=[certificate.code]))
    phone.check_page(says("Your certificate"))
    # The one completion counts whichever language it was taken in, and English was always at hand.
    assert "en" in certificate.completion.enrolment.edition.languages
