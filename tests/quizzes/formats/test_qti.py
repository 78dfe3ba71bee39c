"""QTI 2.1 as items and as packages."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from quizzes.formats.items import UnreadableError
from quizzes.formats.qti import read

SPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"
RULES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/"


def item(body, declaration, template="match_correct", more="", key="q1"):
    return (
        f'<assessmentItem xmlns="{SPACE}" identifier="{key}" title="Title">{declaration}<itemBody>{body}</itemBody>'
        f'<responseProcessing template="{RULES}{template}"/>{more}</assessmentItem>'
    ).encode()


def declared(*values, cardinality="single", base="identifier", mapping="", name="R"):
    right = "".join(f"<value>{value}</value>" for value in values)
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" baseType="{base}">'
        f"<correctResponse>{right}</correctResponse>{mapping}</responseDeclaration>"
    )


def choices(count="1"):
    return (
        f'<p>Read.</p><choiceInteraction responseIdentifier="R" maxChoices="{count}"><prompt>Which?</prompt>'
        '<simpleChoice identifier="A">One<feedbackInline outcomeIdentifier="F" identifier="A">No.</feedbackInline>'
        '</simpleChoice><simpleChoice identifier="B">Two <img src="x.png"/></simpleChoice>'
        '<simpleChoice identifier="C">Three</simpleChoice></choiceInteraction>'
    )


def one(data):
    result = read(data)
    assert result.refusals == ()
    return result.items[0]


def package(files, manifest=None):
    resources = "".join(f'<resource type="imsqti_item_xmlv2p1" href="{path}"/>' for path in files)
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr("imsmanifest.xml", manifest or f"<manifest><resources>{resources}</resources></manifest>")
        for path, data in files.items():
            archive.writestr(path, data)
    return buffer.getvalue()


def test_one_right_choice_with_its_feedback():
    result = read(item(choices(), declared("B"), more='<modalFeedback identifier="B"><p>Yes.</p></modalFeedback>'))
    (found,) = result.items
    assert (found.kind, found.name, found.key) == ("single_choice", "Title", "q1")
    assert found.content["text"] == {"en": "Read.\nWhich?"}
    told = [(c["text"]["en"], c["is_correct"], c.get("feedback", {}).get("en")) for c in found.content["choices"]]
    assert told == [("One", False, "No."), ("Two", True, "Yes."), ("Three", False, None)]
    assert [note.message for note in result.notes] == ["1 picture or recording was left out."]


def test_several_right_choices_with_and_without_a_mapping():
    found = one(item(choices("0"), declared("A", "B", cardinality="multiple")))
    assert found.kind == "multiple_choice"
    assert not any("weight" in choice for choice in found.content["choices"])
    entries = "".join(
        f'<mapEntry mapKey="{key}" mappedValue="{share}"/>' for key, share in [("A", 3), ("B", 1), ("C", -1)]
    )
    mapping = f'<mapping defaultValue="0">{entries}</mapping>'
    found = one(item(choices("0"), declared("A", "B", cardinality="multiple", mapping=mapping), "map_response"))
    assert [choice["weight"] for choice in found.content["choices"]] == ["75", "25", "-25"]


def test_order_and_match():
    body = '<orderInteraction responseIdentifier="R"><prompt>Order.</prompt>{}</orderInteraction>'
    steps = "".join(f'<simpleChoice identifier="{key}">{key}!</simpleChoice>' for key in "ABC")
    found = one(item(body.format(steps), declared("C", "A", "B", cardinality="ordered")))
    assert found.kind == "ordering"
    assert [choice["text"]["en"] for choice in found.content["choices"]] == ["C!", "A!", "B!"]
    sets = "".join(
        "<simpleMatchSet>"
        + "".join(
            f'<simpleAssociableChoice identifier="{key}" matchMax="1">{key}</simpleAssociableChoice>' for key in keys
        )
        + "</simpleMatchSet>"
        for keys in ("AB", "XYZ")
    )
    body = f'<matchInteraction responseIdentifier="R"><prompt>Match.</prompt>{sets}</matchInteraction>'
    found = one(item(body, declared("A Y", "B X", cardinality="multiple", base="directedPair")))
    assert found.kind == "matching"
    assert found.content["text"] == {"en": "Match."}
    assert [choice["text"]["en"] for choice in found.content["choices"]] == ["Y", "X", "Z"]


def test_typed_answers():
    entry = '<textEntryInteraction responseIdentifier="R"/>'
    found = one(item(f"<p>Capital of Norway: {entry}</p>", declared("Oslo", base="string")))
    assert (found.kind, found.content["text"]) == ("short_answer", {"en": "Capital of Norway:"})
    found = one(item(f"<p>How many? {entry}</p>", declared("12", base="integer")))
    assert (found.kind, found.content["choices"][0]["value"]) == ("numeric", "12")
    second = entry.replace('"R"', '"S"')
    found = one(
        item(f"<p>{entry} and {second}.</p>", declared("a", base="string") + declared("b", base="string", name="S"))
    )
    assert (found.kind, found.content["text"]) == ("gaps", {"en": "[[1]] and [[2]]."})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (item('<hotspotInteraction responseIdentifier="R"/>', declared("A")), "It is a hotspotInteraction"),
        (item(choices() + choices(), declared("A")), "several things at once"),
        (item(choices(), declared("A"), "custom"), "rules of its own"),
        (item("<p>Words</p>", ""), "no interaction"),
    ],
)
def test_what_has_no_kind_here_is_refused_by_its_id(data, words):
    (refusal,) = read(data).refusals
    assert refusal.where == "q1"
    assert words in refusal.message


def test_a_package_is_read_and_what_is_broken_in_it_is_named():
    result = read(package({"items/a.xml": item(choices(), declared("B")), "items/b.xml": b"<broken"}))
    assert len(result.items) == 1
    assert result.refusals[0].where == "items/b.xml"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (package({"../a.xml": b""}), "outside itself"),
        (package({"a.xml": b"<a>" + b" " * 3_000_000}), "far more than questions need"),
        (package({}, "<manifest/>"), "no questions of QTI"),
        (package({}, '<!DOCTYPE a [<!ENTITY b "c">]><manifest>&b;</manifest>'), "entities"),
        (package({"a.xml": item(choices(), declared("B"))})[:-40], "broken or locked"),
        (b"PK\x03\x04" + b"PK\x01\x02" * 20_001, "holds more than"),
    ],
)
def test_hostile_packages_are_refused(data, words):
    with pytest.raises(UnreadableError, match=words):
        read(data)
