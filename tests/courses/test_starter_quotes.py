"""Starter content quotes by a short notation, and types no number itself."""

from __future__ import annotations

import re
from dataclasses import replace

import yaml

from courses.facts import quoted_in
from courses.starter_blocks import clean_html
from courses.starter_content import FOLDER, problems_of, read_starter_content
from guidance.notation import CONTACT, Quote

HELPLINE = Quote(CONTACT, "helpline")


def test_the_notation_becomes_a_quote_in_rich_text():
    assert clean_html("<p>Call <em>{contact:helpline}</em> now.</p>") == f"<p>Call <i>{HELPLINE.embed}</i> now.</p>"


def test_an_unknown_key_anywhere_in_a_module_is_a_problem():
    content = read_starter_content()
    plain = [{name: part for name, part in each.items() if name != "translations"} for each in content.modules]
    module = {**plain[0], "summary": "Within {fact:no-such-fact}. Ring {contact:duty-team}."}
    problems = list(problems_of(replace(content, modules=[module, *plain[1:]])))
    assert problems == [f"module {module['slug']}: there is no fact “no-such-fact”."]


def test_no_module_types_a_telephone_number():
    numbers = [contact["number"] for contact in read_starter_content().contacts]
    for path in FOLDER.glob("0*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b0[0-9]{3,4} [0-9]{3}", text), path.name
        assert not [number for number in numbers if re.search(rf"(?<![0-9-]){number}(?![0-9-])", text)], path.name


def test_the_first_module_quotes_the_helpline():
    module = yaml.safe_load((FOLDER / "01-seeing-it.yaml").read_text(encoding="utf-8"))
    assert HELPLINE in quoted_in(module)
