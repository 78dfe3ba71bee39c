"""Which sentences keep their English, and where it stands."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules_translations import english_under, needs_english, pair_up


@pytest.mark.parametrize(
    "text",
    [
        "It is not enough for consent.",
        "A free yes from someone who knows what will happen.",
        "Some public bodies must tell the Home Office.",
        "The Duty to Notify",
        "Someone at a named organisation who may refer people to the NRM.",
        "In an emergency, call 999.",
        "Go at once if life is in danger.",
        "08000 121 700",
        "Ring +44 (0)20 7946 0123.",
        "Follow your safeguarding procedure.",
        "Tell children’s services.",
        "If you are under 18",
    ],
)
def test_consent_duty_danger_children_and_numbers_keep_their_english(text):
    assert needs_english(text)


@pytest.mark.parametrize(
    "text", ["Say what the exploiter did.", "12 questions, 80 per cent", "Published in 2019", "mustard", "", "1,999"]
)
def test_other_sentences_do_not(text):
    assert not needs_english(text)


UNDER = '<span class="in-english" lang="en" dir="ltr">{}</span>'


def test_the_english_stands_under_the_paragraph_it_belongs_to():
    ours = '<p data-x="1">Koow.</p>\n<ul><li>Waa in <b>la</b> sheego.</li><li>Saddex.</li></ul>'
    theirs = "<p>One.</p><ul><li>It <b>must</b> be told.</li><li>Three.</li></ul>"
    assert english_under(ours, theirs) == ours.replace("sheego.", "sheego." + UNDER.format("It <b>must</b> be told."))


def test_the_english_of_the_whole_follows_where_the_two_are_not_built_alike():
    ours, theirs = "<p>Koow.</p>", "<p>One.</p><p>Call 999.</p>"
    assert english_under(ours, theirs) == f'{ours}<div class="in-english" lang="en" dir="ltr">{theirs}</div>'


def test_nothing_is_added_where_nothing_needs_it():
    assert english_under("<p>Koow.</p>", "<p>One.</p><p>Two.</p>") == "<p>Koow.</p>"


def test_a_number_is_not_said_twice():
    same = '<p><a href="tel:08000121700"><bdi>08000 121 700</bdi></a></p>'
    assert english_under(same, same, always=True) == same


def test_a_contact_that_is_put_in_later_counts_as_a_number():
    ours, theirs = "<p>Wac <!--contact inline helpline so--></p>", "<p>Ring <!--contact inline helpline en--></p>"
    assert UNDER.format("Ring <!--contact inline helpline en-->") in english_under(ours, theirs)


def test_a_text_without_paragraphs_keeps_its_english_too():
    assert english_under("Wac 999 &amp; sug", "Call 999 &amp; wait") == "Wac 999 &amp; sug" + UNDER.format(
        "Call 999 &amp; wait"
    )


def test_all_of_it_when_asked():
    assert english_under("<h2>Koow</h2>", "<h2>One</h2>", always=True) == f"<h2>Koow{UNDER.format('One')}</h2>"


WORDS = st.text(alphabet="abc <>&é٣", max_size=12).map(lambda text: text.replace("<", "&lt;").replace(">", "&gt;"))
HTML = st.lists(
    st.builds(lambda tag, text: f"<{tag}>{text}</{tag}>", st.sampled_from(["p", "li", "h2", "b", "td"]), WORDS)
).map("".join)


@given(HTML, HTML, st.booleans())
def test_no_word_of_the_translation_is_ever_lost(ours, theirs, always):
    merged = english_under(ours, theirs, always=always)
    assert re.sub(r'<(span|div) class="in-english".*?</\1>', "", merged) == ours


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_every_block_has_its_place_once_and_in_order(ours, theirs):
    pairs = pair_up(ours, theirs)
    assert [one for one, _other in pairs if one is not None] == list(range(len(ours)))
    assert [other for _one, other in pairs if other is not None] == list(range(len(theirs)))
    assert all(ours[one] == theirs[other] for one, other in pairs if one is not None and other is not None)
