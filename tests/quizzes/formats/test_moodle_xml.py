"""Moodle XML as Moodle writes it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.formats.cloze import parse
from quizzes.formats.items import RefusedError, UnreadableError
from quizzes.formats.moodle_xml import read
from tests.quizzes.formats.banks import PICTURES


def quiz(*questions):
    return ("<?xml version='1.0' encoding='UTF-8'?><quiz>" + "".join(questions) + "</quiz>").encode()


def question(kind, inner, stem="<p>What?</p>"):
    return (
        f"<question type='{kind}'><name><text>N</text></name><questiontext format='html'>"
        f"<text><![CDATA[{stem}]]></text></questiontext>{inner}</question>"
    )


def answer(text, fraction, inner="", form=" format='html'"):
    return f"<answer fraction='{fraction}'{form}><text><![CDATA[{text}]]></text>{inner}</answer>"


def one(*questions):
    result = read(quiz(*questions))
    assert result.refusals == ()
    (item,) = result.items
    return item


def test_category_tags_and_number():
    category = "<question type='category'><category><text>$course$/top/Consent</text></category></question>"
    inner = "<idnumber>Q7</idnumber><tags><tag><text>First aid</text></tag></tags>"
    inner += "<generalfeedback><text>Why</text></generalfeedback>"
    item = one(category, question("essay", inner))
    assert (item.kind, item.key, item.tags, item.name) == ("reflection", "Q7", ("Consent", "First aid"), "N")
    assert item.content == {"text": {"en": "What?"}, "explanation": {"en": "Why"}}


def test_one_and_several_right():
    said = "<feedback format='html'><text>&lt;p&gt;No&lt;/p&gt;</text></feedback>"
    item = one(
        question(
            "multichoice",
            "<single>true</single><shuffleanswers>0</shuffleanswers>" + answer("a", 100) + answer("b", 0, said),
        )
    )
    assert (item.kind, item.content["keeps_order"]) == ("single_choice", True)
    assert item.content["choices"][1] == {
        "key": "2", "text": {"en": "b"}, "is_correct": False, "feedback": {"en": "No"}
    }  # fmt: skip
    thirds = "".join(answer(text, "33.33333") for text in "abc") + answer("d", "-33.33333")
    item = one(question("multichoice", f"<single>false</single>{thirds}"))
    assert item.kind == "multiple_choice"
    assert not any("weight" in choice for choice in item.content["choices"])


def test_true_false_and_numbers():
    item = one(question("truefalse", answer("true", 0) + answer("false", 100)))
    assert [choice["is_correct"] for choice in item.content["choices"]] == [False, True]
    item = one(question("numerical", answer("18.220", 100, "<tolerance>0.5</tolerance>", "") + answer("*", 0, "", "")))
    assert item.content["choices"] == [{"key": "1", "is_correct": True, "value": "18.22", "tolerance": "0.5"}]


def test_short_answers_note_what_is_lost():
    inner = "<usecase>1</usecase>" + answer("ca*", 100, form="") + answer(r"c\*", 100, form="")
    inner += "<hint><text>Think</text></hint>"
    result = read(quiz(question("shortanswer", inner)))
    assert result.items[0].content["choices"][0]["text"] == {"en": "ca*\nc*"}
    assert [note.message.split(".")[0] for note in result.notes] == [
        "Capital letters counted in Moodle",
        "A star * stands for any letters in Moodle",
        "Hints were left out",
    ]


def test_matching_and_ordering():
    pair = "<subquestion format='html'><text>{}</text><answer><text>{}</text></answer></subquestion>"
    item = one(question("matching", pair.format("a", "1") + pair.format("b", "1") + pair.format("", "2")))
    assert [part["right"] for part in item.content["parts"]] == ["c1", "c1"]
    assert len(item.content["choices"]) == 2
    item = one(
        question(
            "ordering", "<layouttype>VERTICAL</layouttype>" + answer("<b>first</b>", "1.0") + answer("then", "2.0")
        )
    )
    assert [choice["text"]["en"] for choice in item.content["choices"]] == ["first", "then"]


@pytest.mark.parametrize(("kind", "tag"), [("gapselect", "selectoption"), ("ddwtos", "dragbox")])
def test_gaps_from_options_of_a_group(kind, tag):
    options = [("cat", 1), ("mat", 2), ("dog", 1), ("hat", 2)]
    inner = "".join(f"<{tag}><text>{text}</text><group>{group}</group></{tag}>" for text, group in options)
    item = one(question(kind, inner, "The [[3]] sat on the [[2]]."))
    assert item.content["text"] == {"en": "The [[1]] sat on the [[2]]."}
    lists = [[(c["text"]["en"], c["is_correct"]) for c in part["choices"]] for part in item.content["parts"]]
    assert lists == [[("cat", False), ("dog", True)], [("mat", True), ("hat", False)]]


def test_embedded_answers():
    stem = "<p>Oslo is in {1:MULTICHOICE_V:Sweden#No~%100%Norway#Yes}, Paris in {2:SA:=France~=la France~*#No}.</p>"
    stem += "{:NM:=1822}"
    item = one(question("cloze", "", stem))
    assert item.content["text"] == {"en": "Oslo is in [[1]], Paris in [[2]].\n[[3]]"}
    assert [part.get("is_typed", False) for part in item.content["parts"]] == [False, True, True]
    assert item.content["parts"][1]["choices"][0]["text"] == {"en": "France\nla France"}
    assert item.content["parts"][2]["choices"][0]["text"] == {"en": "1822"}
    assert one(question("cloze", "", "How many? {1:NUMERICAL:=5:1}")).kind == "numeric"


def with_file(asked, data, name="a b.png"):
    file = f"<file name='{name}' path='/' encoding='base64'>{data}</file>"
    return asked.replace("</text></questiontext>", f"</text>{file}</questiontext>")


PNG = PICTURES["PNG"]


@pytest.mark.parametrize(
    ("kind", "inner", "stem"),
    [
        ("essay", "", "<p>See <img src='@@PLUGINFILE@@/a%20b.png' alt='A &quot;blue&quot;  door'></p>"),
        ("essay", "", f'<p>See</p><IMG alt=\'A "blue" door\' src="data:image/png;base64,{PNG}">'),
        ("cloze", "", "See {1:SA:=it}<img src='@@PLUGINFILE@@/a%20b.png?x=1' alt='A &#34;blue&#34; door'>"),
    ],
)
def test_a_picture_in_the_words_comes_along(kind, inner, stem):
    result = read(quiz(with_file(question(kind, inner, stem), f"{PNG[:40]}\n {PNG[40:]}")))
    assert result.items[0].content["picture"] == {"data": PNG, "alt": {"en": 'A "blue" door'}}
    assert result.items[0].content["text"]["en"].startswith("See")
    assert result.notes == ()


def test_pictures_that_cannot_come_along_are_noted():
    first, second = "<img src='@@PLUGINFILE@@/a%20b.png'>", "<img src='https://example.org/b.png'>"
    said = f"<generalfeedback format='html'><text><![CDATA[Why {second}]]></text></generalfeedback>"
    result = read(quiz(with_file(question("essay", said, f"See {second}{first}"), PNG)))
    assert result.items[0].content == {
        "text": {"en": "See"},
        "explanation": {"en": "Why"},
        "picture": {"data": PNG, "alt": {}},
    }
    assert [note.message for note in result.notes] == ["1 picture or recording was left out."]
    result = read(quiz(question("essay", "", "See <img src='data:image/png;base64,AAAA'>")))
    assert result.items[0].content == {"text": {"en": "See"}}
    assert "must be PNG, JPEG, GIF or WebP" in result.notes[0].message
    # What the question before kept is not kept for the next one.
    both = quiz(with_file(question("essay", "", f"A {first}"), PNG), question("essay", "", f"B {first}"))
    assert [note.where for note in read(both).notes] == ["question 2 (N)"]
    result = read(quiz(question("essay", "", f"<img src='data:image/png;base64,{PNG}'>")))
    assert result.refusals[0].message == "It has no words."


def test_a_picture_of_the_same_name_in_a_choice_is_another_one_and_noted():
    picture = "<img src='@@PLUGINFILE@@/a%20b.png'>"
    choices = "<single>true</single>" + answer(f"a {picture}", 100) + answer("b", 0)
    result = read(quiz(with_file(question("multichoice", choices, f"See {picture}"), PNG)))
    assert result.items[0].content["picture"] == {"data": PNG, "alt": {}}
    assert [note.message for note in result.notes] == ["1 picture or recording was left out."]
    result = read(quiz(with_file(question("essay", "", f"See {picture}{picture}"), PNG)))
    assert result.notes == ()


def test_other_kinds_are_refused_and_the_rest_is_read():
    result = read(quiz(question("ddmarker", ""), question("essay", ""), question("stack", "")))
    assert [refusal.where for refusal in result.refusals] == ["question 1 (N)", "question 3 (N)"]
    assert "dragging onto a picture" in result.refusals[0].message
    assert len(result.items) == 1


BOMB = (
    "<!DOCTYPE quiz [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {b} '&{a};&{a};'>" for a, b in zip("abcdefg", "bcdefgh", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (f"{BOMB}<quiz>&h;</quiz>", "declares entities or a document type"),
        ("<!DOCTYPE quiz [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><quiz>&x;</quiz>", "declares entities"),
        ("<!DOCTYPE quiz SYSTEM 'http://example.org/x.dtd'><quiz/>", "declares entities or a document type"),
        ("<quiz><question>", "broken at line 1"),
        ("<quiz><question>" + "<a>" * 60 + "</a>" * 60 + "</question></quiz>", "nested too deeply"),
        ("<quiz><question>" + "<a/>" * 20_001 + "</question></quiz>", "far too large"),
        ("<?xml version='1.0' encoding='x-none'?><quiz/>", "encoding"),
    ],
)
def test_hostile_or_broken_files_are_refused_in_plain_words(data, words):
    with pytest.raises(UnreadableError, match=words):
        read(data.encode())


@given(st.text(alphabet="ab{}:=~#\\%&*1SAMC ", max_size=40).map(lambda text: text.replace("{", "{1:SA:")))
def test_no_embedded_answer_crashes_it(text):
    with suppress(RefusedError):
        parse(text)
