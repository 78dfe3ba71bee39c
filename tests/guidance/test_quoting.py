"""What quotes say: on the day, in the reader's language, marked when not confirmed, and never a crash."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils import translation
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.models import ReferenceIndex
from wagtail.rich_text import RichText, expand_db_html

from guidance.models import Confidence
from guidance.notation import CONTACT, FACT, KINDS, Quote
from guidance.quoting import at_hand, quoted, quoted_words, refuse_unknown
from guidance.reading import reading_as_of
from tests.factories.guidance import ContactFactory, FactFactory, FactVersionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

DAYS = Quote(FACT, "reflection-days")
HELPLINE = Quote(CONTACT, "helpline")


@pytest.fixture
def days():
    return FactFactory(key=DAYS.key, value="45 days", value__value_ar="45 يومًا")


@pytest.fixture
def helpline():
    return ContactFactory(key=HELPLINE.key, label_en="Helpline <1>", number="08000 121 700")


def test_rich_text_says_what_stands_today(days, helpline):
    html = str(RichText(f"<p>At least {DAYS.embed}. Call {HELPLINE.embed}.</p>"))
    assert html.startswith('<p>At least <span class="quote"><bdi>45 days</bdi></span>.')
    assert '<a class="govuk-link" href="tel:08000121700"><bdi>08000 121 700</bdi></a>' in html
    assert "Helpline &lt;1&gt;" in html
    assert "check this" not in html


def test_a_correction_is_read_at_once_and_an_older_day_keeps_its_value(days):
    FactVersionFactory(fact=days, value_en="30 days", starts_on=date(2026, 6, 1))
    assert "30 days" in expand_db_html(DAYS.embed)
    with reading_as_of(date(2026, 5, 31)):
        assert "45 days" in expand_db_html(DAYS.embed)
        assert "45 days" in quoted(DAYS.token)
    with reading_as_of(date(2025, 12, 31)):
        assert "quote--gone" in expand_db_html(DAYS.embed)


def test_what_is_at_hand_is_not_read_for_another_day(days):
    FactVersionFactory(fact=days, value_en="30 days", starts_on=date(2026, 6, 1))
    with at_hand([DAYS]), reading_as_of(date(2026, 5, 31)):
        assert "45 days" in quoted(DAYS.token)


def test_each_reader_has_their_own_language_or_marked_english(days):
    with translation.override("ar"):
        assert "<bdi>45 يومًا</bdi>" in expand_db_html(DAYS.embed)
    with translation.override("so"):
        assert '<bdi lang="en" dir="ltr">45 days</bdi>' in expand_db_html(DAYS.embed)
    assert "<bdi>45 يومًا</bdi>" in quoted(DAYS.token, "ar")


def test_what_nobody_confirmed_is_marked():
    FactFactory(key=DAYS.key, value="45 days", value__confidence=Confidence.UNKNOWN)
    ContactFactory(key=HELPLINE.key, confidence=Confidence.MEDIUM)
    assert '<span class="quote__check">(check this)</span>' in quoted(DAYS.token)
    assert "(check this)" in quoted(HELPLINE.token)
    assert quoted_words(DAYS.token) == "45 days (check this)"


@pytest.mark.parametrize("quote", [DAYS, HELPLINE, Quote(FACT, ""), Quote(CONTACT, "x' OR 1=1")])
def test_what_is_gone_never_breaks_a_page(quote):
    assert "quote--gone" in expand_db_html(quote.embed)


def test_a_plain_text_is_escaped_around_its_quotes(days, helpline):
    html = quoted(f"<b>{DAYS.token}</b> & {HELPLINE.token}")
    assert html.startswith("&lt;b&gt;<span")
    assert "&amp;" in html
    assert "tel:" in html
    assert "tel:" not in quoted(HELPLINE.token, links=False)
    assert quoted("a < b") == "a &lt; b"


def test_a_letter_reads_by_reference_in_each_language(days, helpline):
    letter = Template(
        "{% load guidance_tags %}{% autoescape off %}{{ text|quoted_words }} / {% fact 'reflection-days' %} / "
        "{% contact 'helpline' %}{% endautoescape %}"
    )
    texts = Context({"text": f"You have {DAYS.token}."})
    for number in (45, 30):
        days.versions.update(**{f"value_{code}": f"{number} [{code}]" for code, _name in settings.LANGUAGES})
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                words = letter.render(texts)
            assert words == f"You have {number} [{code}]. / {number} [{code}] / Helpline <1> 08000 121 700"


def test_a_key_that_nothing_has_is_refused(days):
    refuse_unknown(f"Within {DAYS.token}.")
    with pytest.raises(ValidationError, match="no-such-fact"):
        refuse_unknown("{fact:no-such-fact}")


@pytest.mark.parametrize("number", [2, 9])
def test_any_number_of_quotes_costs_one_query(number, helpline, django_assert_num_queries):
    texts = [FactFactory(key=f"fact-no-{place}", value="23") for place in range(number)]
    quotes = [HELPLINE, *(Quote(FACT, fact.key) for fact in texts)]
    expand_db_html(HELPLINE.embed)
    with django_assert_num_queries(1):
        expand_db_html("".join(quote.embed for quote in quotes))
    with django_assert_num_queries(1), at_hand(quotes):
        for quote in quotes:
            expand_db_html(quote.embed)
            quoted(quote.token)
    with django_assert_num_queries(0):
        quoted("Nothing is quoted here.")


def test_the_editor_shows_the_words_and_stores_the_key_alone(days, helpline):
    converter = ContentstateConverter(["bold", *KINDS])
    stored = f'<p data-block-key="a1">At least {DAYS.embed} <b>now</b>; call {HELPLINE.embed}</p>'
    state = converter.from_database_format(stored)
    [block] = json.loads(state)["blocks"]
    assert block["text"] == "At least 45 days now; call Helpline <1> 08000 121 700"
    assert converter.to_database_format(state) == stored
    assert "45" not in stored


def test_the_editor_keeps_a_quote_of_what_is_gone():
    converter = ContentstateConverter(KINDS)
    stored = f'<p data-block-key="a1">{DAYS.embed}</p>'
    assert converter.to_database_format(converter.from_database_format(stored)) == stored


def test_wagtail_counts_the_quotes_of_a_page(days, list_of_uses):
    from tests.factories.courses import body, make_module

    make_module(lessons=[{"body_en": body(f"At least {DAYS.embed}.")}])
    assert ReferenceIndex.get_references_to(days).exists()
