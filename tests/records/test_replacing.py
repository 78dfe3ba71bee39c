"""Who is called otherwise gets new certificates, and the old codes give no name away."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from organisations.actions import rename_person
from records.actions.certificates import grant_certificate, revoke_certificate
from records.actions.completions import void_completion
from records.models import Certificate
from records.rules.certificates import grouped
from tests.factories.organisations import UserFactory
from tests.factories.records import CertificateFactory, CompletionFactory
from tests.records.conftest import NOW
from tests.records.test_completions import at_once


def granted(person, **fields) -> Certificate:
    """A certificate that the person was granted under their present name."""
    return CertificateFactory(completion=CompletionFactory(person=person, title="Seeing it"), **fields)


@pytest.mark.django_db
@pytest.mark.usefixtures("today")
class TestReplacing:
    def rename(self, person, name="Dana Marlow") -> None:
        rename_person(person=person, name=name, by=person, at=NOW)

    def test_what_stands_is_replaced_with_the_new_name_and_a_new_code(self, place):
        old = granted(place.learner, valid_until=date(2028, 6, 2))
        self.rename(place.learner)
        old.refresh_from_db()
        new = Certificate.objects.get(superseded_at=None)
        assert (old.superseded_by, old.superseded_at) == (new, NOW)
        assert old.payload["name"] == "Dana Whitlock"
        assert new.payload == {**old.payload, "name": "Dana Marlow"}
        assert (new.person, new.completion, new.valid_until) == (place.learner, old.completion, old.valid_until)
        assert new.issued_at == NOW
        assert new.code != old.code

    def test_neither_name_shows_behind_the_old_code(self, place, client):
        old = granted(place.learner)
        self.rename(place.learner)
        html = client.get(f"/verify/{old.code}/").content.decode()
        assert "This certificate was replaced by a newer one" in html
        for name in ("D. W.", "D. M.", "Whitlock", "Marlow", "Dana"):
            assert name not in html
        new = Certificate.objects.get(superseded_at=None)
        assert new.code not in html
        assert grouped(new.code) not in html
        assert "D. M." in client.get(f"/verify/{new.code}/").content.decode()

    def test_again_and_again(self, place):
        granted(place.learner)
        for name in ("Dana Marlow", "Dana Okafor", "Dana Whitlock"):
            self.rename(place.learner, name)
        assert Certificate.objects.count() == 4
        assert Certificate.objects.get(superseded_at=None).payload["name"] == "Dana Whitlock"
        assert Certificate.objects.filter(superseded_by=None).count() == 1

    def test_an_expired_one_too(self, place):
        granted(place.learner, valid_until=date(2026, 11, 1))
        self.rename(place.learner)
        assert Certificate.objects.get(superseded_at=None).payload["name"] == "Dana Marlow"

    def test_one_that_was_taken_back_stays_taken_back(self, place, client):
        old = revoke_certificate(certificate=granted(place.learner), by=place.other, reason="A mistake.", at=NOW)
        self.rename(place.learner)
        assert list(Certificate.objects.all()) == [old]
        assert "D. W." not in client.get(f"/verify/{old.code}/").content.decode()

    def test_nobody_elses(self, place):
        theirs = granted(place.other)
        self.rename(place.learner)
        assert list(Certificate.objects.all()) == [theirs]

    @pytest.mark.parametrize("name", ["Dana Whitlock", "  Dana   Whitlock "])
    def test_the_same_name_changes_nothing(self, place, name):
        old = granted(place.learner)
        self.rename(place.learner, name)
        assert list(Certificate.objects.all()) == [old]

    def test_striking_out_the_completion_takes_all_of_them_back(self, place, client):
        old = granted(place.learner)
        self.rename(place.learner)
        void_completion(completion=old.completion, by=place.other, reason="Somebody else took it.", at=NOW)
        for certificate in Certificate.objects.all():
            assert "taken back" in client.get(f"/verify/{certificate.code}/").content.decode()

    def test_a_failure_leaves_the_old_name_and_the_old_certificate(self, place, monkeypatch):
        old = granted(place.learner)
        monkeypatch.setattr("records.actions.certificates.new_code", lambda choose: old.code)
        with pytest.raises(IntegrityError):
            self.rename(place.learner)
        place.learner.refresh_from_db()
        old.refresh_from_db()
        assert (place.learner.name, old.superseded_at) == ("Dana Whitlock", None)

    def test_two_that_stand_for_one_completion_are_refused(self, place):
        old = granted(place.learner)
        with pytest.raises(IntegrityError), transaction.atomic():
            CertificateFactory(completion=old.completion)


@pytest.mark.django_db
@pytest.mark.usefixtures("today")
class TestOnThePages:
    def test_the_account_says_before_and_after_what_happens(self, place, client):
        old = granted(place.learner)
        client.force_login(place.learner)
        address = reverse("organisations:account_details")
        assert "each certificate you have is replaced" in client.get(address).content.decode()
        response = client.post(address, {"name": "Dana Marlow", "language": "en"}, follow=True)
        assert "they now carry your new name" in response.content.decode()
        html = client.get(reverse("records:certificate", args=[old.code])).content.decode()
        assert "replaced by a newer one" in html
        for gone in ("Dana Whitlock</bdi>", '<svg class="qr"', "Print this certificate"):
            assert gone not in html
        new = Certificate.objects.get(superseded_at=None)
        assert reverse("records:certificate", args=[grouped(new.code)]) in html
        record = client.get(reverse("records:my_record")).content.decode()
        assert reverse("records:certificate", args=[grouped(new.code)]) in record

    def test_a_new_language_alone_replaces_nothing(self, place, client):
        granted(place.learner)
        client.force_login(place.learner)
        address = reverse("organisations:account_details")
        response = client.post(address, {"name": "Dana Whitlock", "language": "fr"}, follow=True)
        assert "new codes" not in response.content.decode()
        assert Certificate.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs real row locks: runs on PostgreSQL")
def test_a_certificate_granted_while_its_holder_is_renamed_has_the_new_name():
    person = UserFactory(name="Dana Whitlock")
    completions = [CompletionFactory(person=person) for _number in range(3)]

    def grant(completion):
        return lambda: grant_certificate(completion=completion, at=NOW)

    def rename():
        rename_person(person=person, name="Dana Marlow", by=person, at=NOW)

    results = at_once(grant(completions[0]), rename, grant(completions[1]), grant(completions[2]))
    assert [each for each in results if isinstance(each, Exception)] == []
    standing = Certificate.objects.filter(superseded_at=None)
    assert [each.payload["name"] for each in standing] == ["Dana Marlow"] * 3
