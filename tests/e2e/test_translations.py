"""A reviewer sees how far a language is, reads a translation beside the English and signs it off; the mark goes."""

from __future__ import annotations

from django.utils import timezone
from playwright.sync_api import expect

from home.actions import prepare_site
from records.actions.learning import start_module
from tests.e2e.people import PASSWORD, Kind, a_place, appointed, sign_in
from tests.factories.courses import body, lesson_pages, make_module
from tests.factories.organisations import MembershipFactory, UserFactory

ARABIC = {
    "title": "Listen",
    "display_title_ar": "استمع",
    "body_en": body("Ask before you act."),
    "body_ar": body("اسأل قبل أن تتصرف."),
}


def test_from_unreviewed_to_signed_off(visitor):
    prepare_site()
    organisation, role = a_place()
    reviewer = appointed(organisation, role, "Noor Haddad", Kind.REVIEWER)
    learner = UserFactory(email="dana.whitlock@riverside.example", password=PASSWORD)
    MembershipFactory(person=learner, organisation=organisation, role=role, work_email=learner.email)
    module = make_module(title="Listening", lessons=[ARABIC], display_title_ar="الاستماع")
    start_module(person=learner, module=module, at=timezone.now())
    [lesson] = lesson_pages(module)
    address = f"/ar/learn/modules/{module.module_key}/lessons/{lesson.lesson_key}/"

    reading = visitor()
    phone = sign_in(reading, learner.email)
    reading.goto(address)
    reading.check_page("استمع")
    expect(phone.locator(".notice--language")).to_be_visible()

    judging = visitor()
    desk = sign_in(judging, reviewer.email)
    judging.goto("/cms/translations/?language=ar")
    judging.check_page("Translations")
    judging.keep_picture("translations")
    judging.goto(f"/cms/translations/{module.pk}/ar/")
    judging.check_page("Listening")
    judging.keep_picture("translation")
    desk.get_by_label("Signed off by").fill("Riverside Council")
    desk.get_by_role("button", name="Sign off").click()
    expect(desk.get_by_text("Signed off by Riverside Council")).to_be_visible()

    reading.goto(address)
    reading.check_page("استمع")
    expect(phone.locator(".notice--language")).to_have_count(0)
