"""GIFT as people write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.formats.gift import read


def one(text, **kwargs):
    result = read(text.encode(), **kwargs)
    assert result.refusals == ()
    (item,) = result.items
    return item


def choices_of(item):
    return [(c["text"]["en"], c["is_correct"], c.get("weight")) for c in item.content["choices"]]


def test_choices_with_feedback_and_a_general_word():
    item = one("::Tomb::Who is buried?{~Grant#No. ~%50%Ann =no one#Yes.\n####Nobody is.}")
    assert (item.kind, item.name) == ("single_choice", "Tomb")
    assert choices_of(item) == [("Grant", False, None), ("Ann", False, "50"), ("no one", True, None)]
    assert item.content["choices"][0]["feedback"] == {"en": "No."}
    assert item.content["explanation"] == {"en": "Nobody is."}


def test_several_right_choices():
    item = one("Who?{~%-50%No one ~%50%Ann ~%50%Ben ~%-50%Cy}")
    assert item.kind == "multiple_choice"
    assert [choice["is_correct"] for choice in item.content["choices"]] == [False, True, True, False]
    # This is what Signpost does anyway.
    assert not any("weight" in choice for choice in item.content["choices"])


def test_weights_of_their_own_are_kept():
    item = one("Who?{~%-10%No one ~%70%Ann ~%30%Ben}")
    assert choices_of(item) == [("No one", False, "-10"), ("Ann", True, "70"), ("Ben", True, "30")]


def test_a_wrong_choice_that_cost_nothing_is_noted():
    result = read(b"Who?{~No one ~%50%Ann ~%50%Ben}")
    assert "takes back a right one" in result.notes[0].message


@pytest.mark.parametrize(
    ("answers", "right", "feedback"),
    [
        ("T", "true", (None, None)),
        ("FALSE#wrong#right", "false", ("wrong", "right")),
        ("TRUE##well", "true", ("well", None)),
    ],
)
def test_true_or_false(answers, right, feedback):
    item = one(f"The sun rises.{{{answers}}}")
    assert item.kind == "true_false"
    assert [choice["key"] for choice in item.content["choices"] if choice["is_correct"]] == [right]
    assert tuple(choice.get("feedback", {}).get("en") for choice in item.content["choices"]) == feedback


def test_short_answers_group_into_variants():
    item = one("Who?{=Nazareth =%75%Nazereth#Nearly. =%75%Nazarith#Nearly.}")
    assert choices_of(item) == [("Nazareth", True, None), ("Nazereth\nNazarith", False, "75")]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("#1822:5", [("1822", "5", None)]),
        ("#1..5", [("3", "2", None)]),
        ("#3.1415", [("3.1415", None, None)]),
        ("#=1822:0 =%50%1822:2#near", [("1822", None, None), ("1822", "2", "50")]),
        ("#-1.50e1:0.10", [("-15", "0.1", None)]),
    ],
)
def test_numbers(answers, expected):
    item = one(f"How many?{{{answers}}}")
    assert item.kind == "numeric"
    assert [(c["value"], c.get("tolerance"), c.get("weight")) for c in item.content["choices"]] == expected


def test_matching_with_a_meaning_too_many():
    item = one("Match.{\n=Ann -> Rome\n=Ben->Oslo\n\n= -> Paris\n}")
    assert item.kind == "matching"
    assert [(part["text"]["en"], part["right"]) for part in item.content["parts"]] == [("Ann", "c1"), ("Ben", "c2")]
    assert [choice["text"]["en"] for choice in item.content["choices"]] == ["Rome", "Oslo", "Paris"]


def test_a_missing_word_is_a_gap():
    item = one("Grant is {~buried =entombed} in the tomb.")
    assert item.kind == "gaps"
    assert item.content["text"] == {"en": "Grant is [[1]] in the tomb."}
    assert [choice["is_correct"] for choice in item.content["parts"][0]["choices"]] == [False, True]
    typed = one("Two and two is {=four =4}.").content
    assert typed["text"] == {"en": "Two and two is [[1]]."}
    assert typed["parts"][0]["choices"][0]["text"] == {"en": "four\n4"}


def test_an_essay_is_a_reflection():
    assert one("What do you think?{####Compare.}").kind == "reflection"


def test_escapes():
    item = one(r"\:\: 2 \= 2\n\{x\} \\ \q?{=\~a\#b ~\= c}")
    assert item.content["text"] == {"en": ":: 2 = 2\n{x} \\ \\q?"}
    assert choices_of(item) == [("~a#b", True, None), ("= c", False, None)]


def test_categories_comments_marks_of_order_and_line_ends():
    text = (
        "\ufeff// a comment\r\n$CATEGORY: $course$/top/Consent/A//B\r\n\r\n"
        "// name: [id:k-1] [tag:First \\] aid][tag:x, y]\r\n"
        "Is it?{T}\r\n\r\n// [tag:lost]\r\n\r\n$CATEGORY: Default for Course\r\nAnd?{F}\r\n"
    )
    first, second = read(text.encode()).items
    assert first.tags == ("Consent", "A/B", "First ] aid", "x y")
    assert first.key == "k-1"
    assert second.tags == ()


def test_html_is_cleaned_and_pictures_are_noted():
    result = read(
        b"[html]<p>Who?</p><ul><li>one</li><li>two &amp; <b>three</b></li></ul><script>x</script>"
        b"<img src\\=\"a>b\"><a href\\='x'>more</a>{=<i>a</i> ~5 &lt; 6}"
    )
    (item,) = result.items
    assert item.content["text"] == {"en": "Who?\n- one\n- two & three\nmore"}
    assert choices_of(item) == [("a", True, None), ("5 < 6", False, None)]
    said = [note.message for note in result.notes]
    assert said == ["1 picture or recording was left out.", "1 link was left out; the words stay."]


def test_what_cannot_be_asked_is_refused_by_its_line_and_the_rest_is_read():
    text = "Only words\n\nIs it?{T}\n\nOpen { =a ~b\n\n::Next::Is it?{F}\n\ntwo {T} and\n{F}\n\n"
    text += "none right {~a ~b}\n\n{=a ~b}"
    result = read(text.encode())
    assert [item.kind for item in result.items] == ["true_false", "true_false"]
    assert [(refusal.where, refusal.message[:32]) for refusal in result.refusals] == [
        ("line 1", "It has no answers in braces { }:"),
        ("line 5", "The brace { is never closed."),
        ("line 10", "There is a second brace {. Write"),
        ("line 12", "None of its choices is marked as"),
        ("line 14", "It has no words."),
    ]


@given(st.text(alphabet="ab \n{}~=#:%\\->[]/$T5.*", max_size=60))
def test_no_text_crashes_it(text):
    result = read(text.encode())
    assert all(refusal.where.startswith("line ") for refusal in result.refusals)
