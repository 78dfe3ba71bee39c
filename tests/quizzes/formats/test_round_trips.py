"""What is written is read again, whatever signs, languages and kinds a bank holds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.formats import gift, gift_writer, moodle_xml, moodle_xml_writer, own_json
from quizzes.formats.items import KINDS, LANGUAGES
from quizzes.formats.reading import read
from tests.quizzes.formats import banks

thorough = settings(max_examples=40)
any_picture = st.sampled_from(["", *banks.PICTURES.values()])
CARRIED_BY_XML = [kind for kind in KINDS if kind not in ("rewrite", "scenario")]
CARRIED_BY_GIFT = [kind for kind in CARRIED_BY_XML if kind not in ("ordering", "gaps")]


def assert_same(result, items):
    assert result.refusals == ()
    assert list(result.items) == items


@thorough
@given(st.lists(banks.any_language(pictures=any_picture), min_size=1, max_size=4))
def test_our_json_carries_every_kind_in_every_language(items):
    written = own_json.write(items)
    assert written.count == len(items)
    assert_same(read(written.data), items)


@thorough
@given(st.sampled_from(LANGUAGES), st.data())
def test_moodle_xml_carries_one_language(language, data):
    items = data.draw(st.lists(banks.one_language(CARRIED_BY_XML, language), min_size=1, max_size=4))
    written = moodle_xml_writer.write(items, language)
    assert (written.count, written.left_out, written.notes) == (len(items), (), ())
    assert_same(read(written.data, language=language), items)


@settings(max_examples=20)
@given(st.sampled_from(LANGUAGES), any_picture.filter(bool), st.data())
def test_moodle_xml_carries_a_picture(language, picture, data):
    kinds = [kind for kind in CARRIED_BY_XML if kind != "gaps"]
    item = data.draw(banks.one_language(kinds, language))
    words = data.draw(banks.lines)
    alt = data.draw(banks.said(language, banks.lines))
    content = {**item.content, "text": {language: words}, "picture": {"data": picture, "alt": alt}}
    item = banks.Item(item.kind, content, item.name, item.tags, item.key)
    written = moodle_xml_writer.write([item], language)
    assert (written.left_out, written.notes) == ((), ())
    assert_same(read(written.data, language=language), [item])


def test_what_a_picture_costs_is_said():
    picture = {"data": banks.PICTURES["PNG"], "alt": {"en": "A door"}}
    spaced = banks.Item("reflection", {"text": {"en": "Look  twice."}, "picture": picture})
    assert "Its blanks and empty lines" in moodle_xml_writer.write([spaced]).notes[0].message
    gap = {"key": "1", "is_typed": True, "choices": [{"key": "1", "text": {"en": "door"}, "is_correct": True}]}
    typed = banks.Item("gaps", {"text": {"en": "A [[1]]."}, "parts": [gap], "picture": picture})
    for written in (moodle_xml_writer.write([typed]), gift_writer.write([typed])):
        assert "Its picture is not in the file." in [note.message for note in written.notes]


def test_a_choice_of_an_embedded_answer_may_hold_what_marks_a_gap():
    choices = [
        {"key": "1", "text": {"en": "here"}, "is_correct": True, "feedback": {"en": "Yes"}},
        {"key": "2", "text": {"en": "[[2]]"}, "is_correct": False},
    ]
    item = banks.Item("gaps", {"text": {"en": "Sign [[1]]."}, "parts": [{"key": "1", "choices": choices}]})
    assert_same(read(moodle_xml_writer.write([item]).data), [item])


@thorough
@given(st.sampled_from(LANGUAGES), st.data())
def test_gift_carries_one_language(language, data):
    items = data.draw(st.lists(banks.one_language(CARRIED_BY_GIFT, language), min_size=1, max_size=4))
    written = gift_writer.write(items, language)
    # Only an arrow in typed answers has no way to be written.
    kept = [item for item in items if item.kind != "short_answer" or "->" not in str(item.content["choices"])]
    assert (written.count, len(written.left_out), written.notes) == (len(kept), len(items) - len(kept), ())
    if kept:
        assert_same(gift.read(written.data, language), kept)


@thorough
@given(banks.item("gaps", banks.gaps("fa", most=1)))
def test_gift_carries_one_gap_with_words_after_it(item):
    # A typed answer that holds an arrow would be taken for a pair.
    written = gift_writer.write([item], "fa")
    if written.left_out:
        assert "->" in str(item.content["parts"])
        assert item.content["parts"][0].get("is_typed")
    else:
        assert_same(gift.read(written.data, "fa"), [item])


@pytest.mark.parametrize(
    ("write", "kinds"), [(gift_writer.write, CARRIED_BY_GIFT), (moodle_xml_writer.write, CARRIED_BY_XML)]
)
@settings(max_examples=10)
@given(data=st.data())
def test_what_a_format_cannot_carry_is_named_and_not_written(write, kinds, data):
    kind = data.draw(st.sampled_from([kind for kind in ("rewrite", "scenario", "ordering") if kind not in kinds]))
    item = data.draw(banks.item(kind, banks.CONTENTS[kind]("en")))
    written = write([item])
    assert written.count == 0
    assert "has no questions of the kind" in written.left_out[0].message


def test_a_question_that_is_not_in_the_language_is_named():
    item = read(b"::One::Is it?{T}").items[0]
    for written in (gift_writer.write([item], "ar"), moodle_xml_writer.write([item], "ar")):
        assert written.count == 0
        assert written.left_out[0].where == "question 1 (One)"
        assert "not written in this language (ar)" in written.left_out[0].message


def test_languages_that_are_left_out_are_noted():
    content = {"text": {"en": "Think.", "ar": "فكر"}}
    written = moodle_xml_writer.write([banks.Item("reflection", content)])
    assert [note.message for note in written.notes] == ["Its other languages are not in the file."]
    assert moodle_xml.read(written.data).items[0].content == {"text": {"en": "Think."}}
