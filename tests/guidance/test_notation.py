"""How texts quote: found in any text, replaced without touching anything else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guidance.notation import CONTACT, FACT, KINDS, Quote, has_tokens, quotes_in, split, tokens_as_embeds

DAYS = Quote(FACT, "reflection-days")
HELPLINE = Quote(CONTACT, "helpline")
quotes = st.builds(Quote, st.sampled_from(KINDS), st.sampled_from(["a", "B-1", "nrm_2025", "x" * 80]))
pieces = st.sampled_from(["", "a", " ", "{", "}", "fact:", "<embed ", "/>", '"', "{fact:", "&"])


def test_a_text_with_both_notations_is_read_in_order():
    text = f"<p>{HELPLINE.embed} then {DAYS.token}</p>"
    assert list(quotes_in(text)) == [HELPLINE, DAYS]


def test_what_is_no_quote_is_left_alone():
    for text in ["{fact:}", "{term:x}", "{fact:a b}", '<embed embedtype="media" url="https://x.example"/>', "{", ""]:
        assert list(quotes_in(text)) == []
        assert not has_tokens(text)


def test_tokens_become_embeds():
    assert tokens_as_embeds("<p>You have {fact:reflection-days}.</p>") == f"<p>You have {DAYS.embed}.</p>"


@given(st.lists(st.one_of(pieces, quotes), max_size=8))
def test_nothing_is_lost_or_added(parts):
    text = "".join(part.token if isinstance(part, Quote) else part for part in parts)
    again = "".join(part.token if isinstance(part, Quote) else part for part in split(text))
    assert again == text
    assert all(part in text for part in split(text) if isinstance(part, str))


@given(quotes)
def test_both_notations_say_the_same(quote):
    assert list(quotes_in(quote.token)) == list(quotes_in(quote.embed)) == [quote]
