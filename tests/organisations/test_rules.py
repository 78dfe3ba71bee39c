"""E-mail addresses and their domains."""

from __future__ import annotations

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from organisations.rules import domain_of, is_public_domain, normal_domain, normal_email

LABEL = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=10)
DOMAIN = st.lists(LABEL, min_size=2, max_size=4).map(".".join)
NAME = st.text(string.ascii_letters + string.digits + "._+-", min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("example.org", "example.org"),
        ("@Example.ORG", "example.org"),
        (" name@example.org ", "example.org"),
        ("example.org.", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("localhost", ""),
        ("", ""),
        ("@", ""),
        ("a..b", ""),
        ("-a.org", ""),
        ("a b.org", ""),
        ("exa/mple.org", ""),
        ("x" * 64 + ".org", ""),
        (".".join(["x" * 60] * 5), ""),
    ],
)
def test_normal_domain(text, expected):
    assert normal_domain(text) == expected


@pytest.mark.parametrize("text", ["example.org", "@example.org", "name@", "", "name"])
def test_what_is_no_address_has_no_domain(text):
    assert domain_of(text) == ""


@given(name=NAME, domain=DOMAIN)
def test_an_address_is_of_its_own_domain_in_any_case(name, domain):
    assert domain_of(f"{name}@{domain}") == normal_domain(domain)
    assert domain_of(f" {name}@{domain.upper()} ") == normal_domain(f"@{domain}")
    assert domain_of(normal_email(f"{name}@{domain}")) == normal_domain(domain)


@given(name=NAME, domain=DOMAIN, label=LABEL)
def test_neither_a_subdomain_nor_a_longer_name_matches(name, domain, label):
    assert domain_of(f"{name}@{label}.{domain}") != normal_domain(domain)
    assert domain_of(f"{name}@{label}{domain}") != normal_domain(domain)
    assert domain_of(f"{name}@{domain}.{label}") != normal_domain(domain)


@given(name=NAME, one=DOMAIN, other=DOMAIN)
def test_an_address_is_of_one_domain(name, one, other):
    assume(one != other)
    assert domain_of(f"{name}@{one}") != normal_domain(other)
    assert domain_of(f"{name}@{other}@{one}") != normal_domain(other)


@given(st.text(max_size=60))
def test_any_text_is_survived_and_normal_form_is_stable(text):
    once = normal_domain(text)
    assert normal_domain(once) == once
    assert once == once.lower()
    domain_of(text)


def test_what_is_no_domain_matches_nothing():
    assert domain_of("name@localhost") == domain_of("") == ""


def test_public_mail_services_are_known():
    assert is_public_domain("@Gmail.com")
    assert not is_public_domain("northshire.gov.uk")
