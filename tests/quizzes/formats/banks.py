"""Generated banks: questions of every kind, in any language, with every sign that means something to a format."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO

from hypothesis import strategies as st
from PIL import Image

from quizzes.formats.items import LANGUAGES, Item

SIGNS = "\\~=#{}:%[]<>&\"'*/-_|,.;!? \t\n()0123456789abcXYZ"
WIDE = "أهلاًبالعالمگپچ‎‏⁦⁩éüñß…“”—😀👩‍👩‍👧🇬🇧नम"
letters = st.sampled_from(SIGNS + WIDE) | st.characters(
    codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"]
)
traps = st.sampled_from(
    ["%50%", "[html]", "[plain]", "->", "####", "::", "//", "$CATEGORY:", "\\n", "\\\\", "\\*", "{1:SA:=a}", "&amp;",
     "<b>", "<br>", "]]>", "<!--", "<!DOCTYPE a>", "=", "ANSWER: A", "A) ", "&#35;", "{", "}", "_____"]
)  # fmt: skip
raw = st.lists(letters | traps, min_size=1, max_size=12).map("".join)
#: What a text in a bank can be: without blanks around it.
texts = raw.map(str.strip).filter(bool)
lines = texts.map(lambda text: " ".join(text.split())).filter(bool)
blank = st.just("")
names = lines.map(lambda text: text[:60].strip()) | blank
#: A comma parts two tags, so none is in a tag.
tag_names = lines.map(lambda text: " ".join(text[:20].replace(",", " ").split())).filter(bool)
tags = st.lists(tag_names, max_size=3, unique=True).map(tuple)
keys = st.uuids().map(str) | blank


def numbers():
    return st.decimals(-10_000, 10_000, places=3).map(lambda number: _written(number))


def _written(number):
    text = f"{number:f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def item(kind, contents):
    return st.builds(Item, kind=st.just(kind), content=contents, name=names, tags=tags, key=keys)


@st.composite
def one_language(draw, kinds, language="en"):
    """A question as a format with one language can carry it whole."""
    kind = draw(st.sampled_from(kinds))
    return draw(item(kind, CONTENTS[kind](language)))


def said(language, strategy=texts):
    return strategy.map(lambda text: {language: text})


def with_some(content, draw, **optional):
    for name, strategy in optional.items():
        value = draw(st.none() | strategy)
        if value is not None:
            content[name] = value
    return content


@st.composite
def single_choice(draw, language):
    count = draw(st.integers(2, 5))
    right = draw(st.integers(0, count - 1))
    choices = []
    for number in range(count):
        choice = {"key": str(number + 1), "text": draw(said(language)), "is_correct": number == right}
        with_some(choice, draw, feedback=said(language))
        if number != right:
            with_some(choice, draw, weight=st.sampled_from(["50", "33.33333", "5", "12.5"]))
        choices.append(choice)
    return with_some({"text": draw(said(language)), "choices": choices}, draw, explanation=said(language))


@st.composite
def multiple_choice(draw, language):
    right, wrong = draw(st.integers(2, 4)), draw(st.integers(0, 3))
    weights = draw(st.none() | st.just(["60", "25", "10", "5"]))
    choices = []
    for number in range(right + wrong):
        choice = {"key": str(number + 1), "text": draw(said(language)), "is_correct": number < right}
        with_some(choice, draw, feedback=said(language))
        if weights and number < right:
            choice["weight"] = weights[number]
        elif weights:
            with_some(choice, draw, weight=st.sampled_from(["-10", "-5", "-100"]))
        choices.append(choice)
    return with_some({"text": draw(said(language)), "choices": choices}, draw, explanation=said(language))


@st.composite
def true_false(draw, language):
    is_true = draw(st.booleans())
    choices = [
        with_some({"key": key, "is_correct": is_true == (key == "true")}, draw, feedback=said(language))
        for key in ("true", "false")
    ]
    return with_some({"text": draw(said(language)), "choices": choices}, draw, explanation=said(language))


@st.composite
def matching(draw, language):
    meanings = draw(st.lists(texts, min_size=2, max_size=4, unique_by=str.casefold))
    others = draw(st.integers(0, len(meanings) - 2))
    used = len(meanings) - others
    rights = [*range(used), *draw(st.lists(st.integers(0, used - 1), max_size=2))]
    terms = draw(st.lists(texts.filter(lambda text: "->" not in text), min_size=len(rights), max_size=len(rights)))
    content = {
        "text": draw(said(language)),
        "choices": [{"key": f"c{number}", "text": {language: text}} for number, text in enumerate(meanings, 1)],
        "parts": [
            {"key": f"p{number}", "text": {language: term}, "right": f"c{right + 1}"}
            for number, (term, right) in enumerate(zip(terms, rights, strict=True), 1)
        ],
    }
    return with_some(content, draw, explanation=said(language))


@st.composite
def ordering(draw, language):
    steps = draw(st.lists(texts, min_size=2, max_size=5))
    choices = [{"key": str(number), "text": {language: text}} for number, text in enumerate(steps, 1)]
    return with_some({"text": draw(said(language)), "choices": choices}, draw, explanation=said(language))


def between():
    return raw.filter(
        lambda text: "[[" not in text and "{1:" not in text and text.strip() and text[0] != "[" != text[-1]
    )


@st.composite
def gaps(draw, language, most=3):
    count = draw(st.integers(1, most))
    passage = draw(between()).lstrip()
    parts = []
    for number in range(1, count + 1):
        passage += f"[[{number}]]" + draw(between())
        if draw(st.booleans()):
            variants = draw(st.lists(lines.filter(lambda line: line != "*"), min_size=1, max_size=3))
            choices = [{"key": "1", "text": {language: "\n".join(variants)}, "is_correct": True}]
            parts.append({"key": str(number), "is_typed": True, "choices": choices})
        else:
            options = draw(st.lists(lines, min_size=2, max_size=4, unique=True))
            right = draw(st.integers(0, len(options) - 1))
            choices = [
                with_some(
                    {"key": str(index + 1), "text": {language: text}, "is_correct": index == right},
                    draw,
                    feedback=said(language, lines),
                )
                for index, text in enumerate(options)
            ]
            parts.append({"key": str(number), "choices": choices})
    return with_some({"text": {language: passage.rstrip()}, "parts": parts}, draw, explanation=said(language))


@st.composite
def short_answer(draw, language):
    worths = ["100", *draw(st.lists(st.sampled_from(["50", "20", "0"]), max_size=2, unique=True))]
    choices = []
    for number, worth in enumerate(worths, 1):
        variants = draw(st.lists(lines, min_size=1, max_size=3))
        choice = {"key": str(number), "text": {language: "\n".join(variants)}, "is_correct": worth == "100"}
        with_some(choice, draw, feedback=said(language))
        choices.append(choice if worth == "100" else {**choice, "weight": worth})
    return with_some({"text": draw(said(language)), "choices": choices}, draw, explanation=said(language))


@st.composite
def numeric(draw, language):
    choices = []
    for number, worth in enumerate(["100", *draw(st.lists(st.sampled_from(["50", "20", "0"]), max_size=2))], 1):
        choice = {"key": str(number), "is_correct": worth == "100", "value": draw(numbers())}
        with_some(choice, draw, feedback=said(language), tolerance=st.sampled_from(["5", "0.25", "0.0001"]))
        choices.append(choice if worth == "100" else {**choice, "weight": worth})
    return with_some({"text": draw(said(language)), "choices": choices}, draw, explanation=said(language))


@st.composite
def reflection(draw, language):
    return with_some({"text": draw(said(language))}, draw, explanation=said(language))


@st.composite
def rewrite(draw, language):
    parts = [
        {
            "key": str(number),
            "text": draw(said(language)),
            "choices": [
                {"key": "1", "text": draw(said(language)), "is_correct": True, "feedback": draw(said(language))}
            ],
        }
        for number in (1, 2)
    ]
    return {"text": {language: "[[1]] and [[2]]"}, "parts": parts}


@st.composite
def scenario(draw, language):
    first = {
        "key": "1",
        "text": draw(said(language)),
        "is_correct": True,
        "next": "b",
        "feedback": draw(said(language)),
    }
    last = {"key": "1", "text": draw(said(language)), "is_correct": False, "weight": "40"}
    steps = [
        {"key": "a", "text": draw(said(language)), "choices": [first]},
        {"key": "b", "text": draw(said(language)), "choices": [last]},
    ]
    return {"text": draw(said(language)), "parts": steps}


CONTENTS = {
    "single_choice": single_choice,
    "multiple_choice": multiple_choice,
    "true_false": true_false,
    "matching": matching,
    "ordering": ordering,
    "gaps": gaps,
    "short_answer": short_answer,
    "numeric": numeric,
    "rewrite": rewrite,
    "scenario": scenario,
    "reflection": reflection,
}


def in_languages(value, languages):
    """The same content with each of its texts in more languages."""
    if isinstance(value, dict):
        if list(value) == ["en"]:
            return {code: value["en"] if code == "en" else f"{code} {value['en']}" for code in languages}
        return {name: in_languages(part, languages) for name, part in value.items()}
    return [in_languages(each, languages) for each in value] if isinstance(value, list) else value


@st.composite
def any_language(draw, always=(), pictures=blank):
    """A question of any kind in any of the languages, and always in some; above its words one of the pictures."""
    question = draw(one_language(list(CONTENTS)))
    languages = draw(st.lists(st.sampled_from(LANGUAGES), min_size=1, unique=True))
    languages = [*dict.fromkeys([*always, *languages])]
    content = dict(question.content)
    if data := draw(pictures):
        content["picture"] = {"data": data, "alt": draw(said("en"))}
    return Item(question.kind, in_languages(content, languages), question.name, question.tags, question.key)


def picture(format_name, size=(2, 2)):
    """A small picture as base64."""
    with BytesIO() as file:
        Image.new("RGB", size, "teal").save(file, format_name)
        return b64encode(file.getvalue()).decode()


PICTURES = {name: picture(name) for name in ("PNG", "JPEG", "GIF", "WEBP")}
