"""What every answer tells the browser, and whom to tell of a hole."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.checks import Error, run_checks

from config import checks
from tests.factories.organisations import MembershipFactory

pytestmark = pytest.mark.django_db
OUTSIDE = ["/en/", "/en/courses/", "/en/account/login/", "/en/nowhere/", "/verify/", "/healthz", "/documents/1/x.pdf"]
INSIDE = ["/en/account/", "/en/account/second-step/", "/en/learn/", "/en/coverage/", "/cms/"]


def holds(response):
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "object-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert "publickey-credentials-get=(self)" in response["Permissions-Policy"]
    return policy


@pytest.mark.parametrize("address", OUTSIDE)
def test_for_a_visitor(client, site_tree, address):
    response = client.get(address)
    assert "unsafe" not in holds(response)


@pytest.mark.parametrize("address", INSIDE)
def test_nothing_personal_stays_in_a_cache(client, site_tree, address):
    client.force_login(MembershipFactory().person)
    response = client.get(address)
    holds(response)
    assert "private" in response["Cache-Control"]
    assert "no-store" in response["Cache-Control"]


class TestSecurityTxt:
    def test_it_names_the_operators_contact_and_runs_out_within_a_year(self, client, settings, today):
        settings.SECURITY_CONTACT = "mailto:security@training.example.org"
        settings.BASE_URL = "https://training.example.org"
        response = client.get("/.well-known/security.txt")
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        lines = dict(line.split(": ", 1) for line in response.text.splitlines())
        assert lines["Contact"] == "mailto:security@training.example.org"
        assert lines["Canonical"] == "https://training.example.org/.well-known/security.txt"
        assert lines["Preferred-Languages"].startswith("en, ar")
        expires = datetime.strptime(lines["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        assert 0 < (expires - datetime.now(UTC)).days < 365

    def test_without_a_contact_there_is_none(self, client, settings):
        settings.SECURITY_CONTACT = ""
        assert client.get("/.well-known/security.txt").status_code == 404


class TestChecks:
    def test_a_real_installation_cannot_do_without_the_second_factor(self, settings):
        settings.SECOND_FACTOR_REQUIRED = settings.IS_DEVELOPMENT = False
        assert "config.E001" in {found.id for found in run_checks() if isinstance(found, Error)}
        settings.IS_DEVELOPMENT = True
        assert checks.second_factor(None) == []

    @pytest.mark.parametrize(("contact", "is_warned"), [("", True), ("me", True), ("mailto:a@b.example", False)])
    def test_somebody_must_be_told_of_a_hole(self, settings, contact, is_warned):
        settings.SECURITY_CONTACT = contact
        assert bool(checks.security_contact(None)) is is_warned

    @pytest.mark.parametrize(
        ("processes", "redis", "is_warned"), [(1, "", False), (2, "", True), (2, "redis://localhost", False)]
    )
    def test_several_processes_share_their_limits(self, settings, processes, redis, is_warned):
        settings.WEB_CONCURRENCY, settings.REDIS_URL = processes, redis
        assert bool(checks.shared_limits(None)) is is_warned
