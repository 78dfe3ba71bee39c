"""Which file is what, what none of them is, and files that anybody could have written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.formats import own_json
from quizzes.formats.items import Item, UnreadableError
from quizzes.formats.reading import read
from quizzes.formats.texts import from_html, looks_like_html


@pytest.mark.parametrize(
    ("data", "format_name"),
    [
        ("Is it?{T}".encode("utf-16"), "gift"),
        ("\ufeff[html]<p>Is it?</p>{T}".encode(), "gift"),
        (b"Is it?\nA) Yes {sic}\nB) No\nANSWER: A", "aiken"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><quiz><question type='x'/></quiz>", "moodle_xml"),
        (b"<assessmentItem identifier='a'/>", "qti"),
        (own_json.write([Item("reflection", {"text": {"en": "Think."}})]).data, "json"),
    ],
)
def test_the_format_is_found(data, format_name):
    assert read(data).format == format_name


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"  \n", "is empty"),
        (b"Just words", "No questions were found"),
        (b"\x00\x01\x02", "is no text"),
        (b"Caf\xe9 {T}", "Line 1 holds letters that are not UTF-8"),
        (b"<html><body/></html>", "is a web page"),
        (b"<questestinterop/>", "QTI 1.2"),
        (b"<quiz></quiz>", "no questions in the file"),
        (b'{"format":"signpost-questions"', "JSON is broken"),
        (b'{"format":"signpost-questions","version":9,"questions":[]}', "another version"),
        (b'{"format":"signpost-questions","a":' + b"[" * 100_000, "JSON is broken"),
        (b'{"format":"signpost-questions","a":' + b"9" * 5000 + b"}", "far too long"),
    ],
)
def test_what_cannot_be_used_is_refused_in_plain_words(data, words):
    with pytest.raises(UnreadableError, match=words):
        read(data)


def test_a_file_that_is_too_large_is_refused():
    with pytest.raises(UnreadableError, match="larger than 50 MB"):
        read(b" " * (50 * 1024 * 1024 + 1))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"a{T}\n\n" * 20_001, "more than 20,000 questions"),
        (b"{T}\n\n" * 20_001, "Almost nothing"),
        (b"A?\nA) a\nB) b\nANSWER: A\n" * 20_001, "more than 20,000 questions"),
        (b"<quiz>" + b"<question type='x'/>" * 20_001 + b"</quiz>", "Almost nothing"),
        (b"<quiz><question " + b"".join(b"a%d='' " % n for n in range(1001)) + b"/></quiz>", "far more attributes"),
        (b'{"format":"signpost-questions","a":[' + b"[]," * 1_300_000 + b"0]}", "questions need"),
    ],
    ids=["gift", "only refusals", "aiken", "xml", "attributes", "json"],
)
def test_more_than_a_bank_needs_is_refused(data, words):
    with pytest.raises(UnreadableError, match=words):
        read(data)


@pytest.mark.parametrize(
    "data",
    [b"a\n" * 150_000 + b"{T}", b"a{" + b"~=" * 150_000 + b"}", b"Stem\n" * 5000 + b"A) a\n" * 5000 + b"ANSWER: A"],
    ids=["stem", "answers", "aiken"],
)
def test_a_question_without_end_is_refused(data):
    assert read(data).items == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "riddle"}, "Its kind “riddle” is not known"),
        ({"other": 1}, "holds “other”"),
        ({"content": []}, "not of the shape"),
        ({"content": {"text": {"xx": "?"}}}, "not a text for each language"),
        ({"content": {"text": {"en": 3}}}, "no text of at most"),
        ({"content": {"text": {"en": "a\u0000"}}}, "no screen can show"),
        ({"content": {"text": {}}}, "has no words"),
        ({"content": {"text": {"en": "?"}, "choices": [{"key": "a"}, {"key": "a"}]}}, "the same key"),
        ({"content": {"text": {"en": "?"}, "choices": [{"key": "a=b"}]}}, "no usable key"),
        ({"content": {"text": {"en": "?"}, "choices": [{"key": "a", "weight": "200"}]}}, "no usable number"),
        ({"content": {"text": {"en": "?"}, "choices": [{"key": "a", "is_correct": 1}]}}, "neither true nor false"),
        ({"content": {"text": {"en": "?"}, "parts": [{"key": "p", "right": "z"}]}}, "is not there"),
        (
            {"content": {"text": {"en": "?"}, "parts": [{"key": "p", "choices": [{"key": "a", "next": "p"}]}]}},
            "does not come later",
        ),
        ({"name": "two\nlines"}, "Its name"),
        ({"tags": ["x"] * 31}, "Its tags"),
    ],
)
def test_questions_of_another_shape_are_refused(change, words):
    entry = {"key": "k", "kind": "reflection", "content": {"text": {"en": "?"}}} | change
    data = json.dumps({"format": "signpost-questions", "version": 1, "questions": [entry, None]}).encode()
    first, second = read(data).refusals
    assert first.where.startswith("question 1 (")
    assert words in first.message
    assert second.where == "question 2"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["text", "en", "choices", "parts", "key", "kind", "content", "weight", "next"]), inner
            )
        ),
    )
)
def test_no_json_crashes_it(value):
    whole = {"format": "signpost-questions", "version": 1, "questions": [value, {"kind": "gaps", "content": value}]}
    assert len(read(json.dumps(whole).encode()).refusals) <= 2


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p>\n<p>Two<br>Three</p>", "One\nTwo\nThree"),
        ("<ol><li>a</li><li>b<ul><li>c</li></ul></li></ol>", "1. a\n2. b\n- c"),
        ("a &lt;b&gt; &amp; &nbsp; c", "a <b> & c"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<script>alert(1)</script>x<style>p{}</style>", "x"),
        ("a<!-- no -->b<!-- open", "ab"),
        ('<a title="a>b">c</a', "c</a"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre>a\n  b</pre>", "a\n  b"),
    ],
)
def test_html_becomes_lines(html, text):
    assert from_html(html).text == text


def test_only_known_tags_make_a_text_html():
    assert looks_like_html("<p>x")
    assert looks_like_html("a &amp; b")
    assert not looks_like_html("a <you> & b < c")


@given(st.text(alphabet="<>/!-\"'& apbrli=\n", max_size=80))
def test_no_html_crashes_it(html):
    assert from_html(html).text == from_html(html).text.strip()
