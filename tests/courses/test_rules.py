"""The rules of copying and comparing: equal content has one hash, and a comparison loses no line."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from courses.changes import lines_of_html
from courses.rules import Change, canonical_json, compare_lines, content_hash

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
lines = st.lists(st.text(alphabet="ab<&", max_size=3), max_size=8)


def shuffled(value):
    """The same content with its keys in another order, as a database may give it back."""
    if isinstance(value, dict):
        return {key: shuffled(value[key]) for key in reversed(list(value))}
    return [shuffled(each) for each in value] if isinstance(value, list) else value


@given(json_values)
def test_equal_content_has_one_spelling_whatever_the_order_of_its_keys(value):
    assert canonical_json(value) == canonical_json(shuffled(value))
    assert content_hash(value) == content_hash(json.loads(json.dumps(shuffled(value))))


@given(json_values, json_values)
def test_different_content_has_different_spellings(one, other):
    assert (canonical_json(one) == canonical_json(other)) == (
        json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    )


@given(lines, lines)
def test_a_comparison_holds_both_texts_whole(before, after):
    changes = compare_lines(before, after)

    def text(*kinds):
        return [line for change in changes if change.kind in kinds for line in change.lines]

    assert text(Change.SAME, Change.REMOVED) == before
    assert text(Change.SAME, Change.ADDED) == after
    if before == after:
        assert text(Change.REMOVED, Change.ADDED) == []


def test_html_becomes_lines_with_the_places_where_links_lead():
    html = '<p>One <b>two</b></p><ul><li>Three</li></ul><p><a href="https://example.org/">Four</a> &amp; five</p>'
    assert lines_of_html(html) == ["One two", "Three", "[https://example.org/] Four & five"]
