"""A certificate is taken away, replaced with its holder's name and struck out, as each of them sees it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from playwright.sync_api import expect

from organisations.models import Appointment
from records.models import Certificate
from records.rules.certificates import grouped
from tests.downloads.papers import text_of
from tests.e2e.people import a_place, appointed, sign_in
from tests.factories.organisations import MembershipFactory, UserFactory
from tests.factories.records import (
    CertificateFactory,
    CompletionFactory,
    CompletionMembershipFactory,
    EnrolmentFactory,
    live_edition,
)


def test_a_certificate_from_its_download_to_its_end(visitor):
    organisation, role = a_place()
    lead = appointed(organisation, role, "Lee Archer", Appointment.Kind.ORGANISATION_LEAD)
    person = UserFactory(name="Dana Whitlock", email="dana@riverside.example", password="seven quiet lanterns")
    membership = MembershipFactory(person=person, organisation=organisation, role=role)
    for title, until in (("Seeing it", None), ("A referral that helps", date(2024, 6, 2))):
        completion = CompletionFactory(person=person, title=title, minutes=18)
        CompletionMembershipFactory(completion=completion, membership=membership)
        CertificateFactory(completion=completion, valid_until=until)
    EnrolmentFactory(person=person, edition=live_edition())
    old = Certificate.objects.get(completion__title="Seeing it")

    dana = visitor(accept_downloads=True)
    page = sign_in(dana, person.email)
    page.get_by_role("link", name="Your account: Dana Whitlock").click()
    page.get_by_role("link", name="My record").click()
    dana.check_page("My record")
    dana.keep_picture("record-en")
    with page.expect_download() as found:
        page.get_by_role("button", name="Download as PDF").click()
    assert "Dana Whitlock" in text_of(Path(found.value.path()).read_bytes())
    with page.expect_download() as found:
        page.get_by_role("button", name="Download as a table (CSV)").click()
    assert "Seeing it" in Path(found.value.path()).read_text()

    page.get_by_role("link", name="Certificate – Seeing it").click()
    dana.check_page("Your certificate")
    dana.keep_picture("certificate-en")
    page.get_by_label("Language of the certificate").select_option("ar")
    with page.expect_download() as found:
        page.get_by_role("button", name="Download as PDF").click()
    assert grouped(old.code) in text_of(Path(found.value.path()).read_bytes())

    dana.goto("/ar/learn/record/")
    dana.check_page("")
    dana.keep_picture("record-ar")
    dana.goto(f"/ar/certificates/{old.code}/")
    dana.check_page("")
    dana.keep_picture("certificate-ar")

    dana.goto("/en/account/details/")
    page.get_by_label("Your name").fill("Dana Marlow")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("they now carry your new name")).to_be_visible()
    dana.goto(f"/en/certificates/{old.code}/")
    dana.check_page("Your certificate")
    dana.keep_picture("certificate-replaced-en")

    stranger = visitor()
    stranger.goto(f"/verify/{old.code}/")
    stranger.check_page("This certificate was replaced by a newer one")
    expect(stranger.page.get_by_text("D. W.")).to_have_count(0)
    expect(stranger.page.get_by_text("D. M.")).to_have_count(0)
    stranger.page.get_by_role("link", name="العربية").click()
    expect(stranger.page.locator("html")).to_have_attribute("dir", "rtl")
    stranger.check_page("")
    stranger.keep_picture("verify-replaced-ar")
    new = Certificate.objects.get(completion__title="Seeing it", superseded_at=None)
    stranger.goto(f"/verify/{new.code}/?language=fa")
    expect(stranger.page.get_by_text("D. M.")).to_be_visible()
    stranger.check_page("")
    stranger.keep_picture("verify-fa")

    lee = visitor()
    page = sign_in(lee, lead.email)
    lee.goto(f"/en/organisations/{organisation.slug}/people/{membership.pk}/")
    page.get_by_role("link", name="What they completed here").click()
    lee.check_page("What Dana Marlow completed here")
    lee.keep_picture("lead-record-en")
    page.get_by_role("link", name="Take off the record – Seeing it").click()
    lee.check_page("Take this off the record?")
    lee.keep_picture("strike-out-en")
    page.get_by_role("button", name="Take it off").click()
    expect(page.get_by_text("Say why.")).to_have_count(2)
    lee.check_page("Take this off the record?")
    page.get_by_label("Why?").fill("Somebody else answered.")
    page.get_by_role("button", name="Take it off").click()
    expect(page.get_by_text("is taken off the record.")).to_be_visible()

    stranger.goto(f"/verify/{new.code}/")
    stranger.check_page("This certificate was taken back")
