"""The seven languages of the interface: plurals, dates, direction, and that nothing is missing."""

from __future__ import annotations

import gettext
import os
import re
import shutil
from datetime import date

import polib
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from config.management.commands.collect_messages import extract, faults_in, is_for_learners

OTHERS = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def _arabic(number: int) -> str:
    if number < 3:
        return ("zero", "one", "two")[number]
    rest = number % 100
    return "few" if 3 <= rest <= 10 else "many" if rest >= 11 else "other"


#: The plural categories of whole numbers in the Unicode CLDR; what only compact or huge numbers use is left out.
CLDR = {
    "ar": _arabic,
    "es": lambda number: "one" if number == 1 else "other",
    "fa": lambda number: "one" if number < 2 else "other",
    "fr": lambda number: "one" if number < 2 else "other",
    # European Portuguese, as Django has it under this code.
    "pt": lambda number: "one" if number == 1 else "other",
    "so": lambda number: "one" if number == 1 else "other",
}


def catalogue(code: str) -> polib.POFile:
    """What is written for a language."""
    return polib.pofile(str(settings.BASE_DIR / "locale" / code / "LC_MESSAGES" / "django.po"))


@pytest.mark.parametrize("code", OTHERS)
def test_each_number_takes_the_plural_of_its_language(code):
    header = catalogue(code).metadata["Plural-Forms"]
    form = gettext.c2py(re.search(r"plural=([^;]+)", header).group(1))
    pairs = {(CLDR[code](number), form(number)) for number in range(1000)}
    # One form for each category and the other way round.
    assert len(pairs) == len({category for category, _index in pairs}) == len({index for _category, index in pairs})
    assert int(re.search(r"nplurals=\s*(\d)", header).group(1)) == len(pairs)


@pytest.mark.parametrize("code", OTHERS)
def test_a_day_is_written_in_the_language(code):
    day = date(2026, 11, 25)
    with translation.override(code):
        words = date_format(day)
    assert "November" not in words
    assert any(year in words for year in ("2026", "٢٠٢٦", "۲۰۲۶"))


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "direction"), [(code, "rtl" if code in ("ar", "fa") else "ltr") for code in OTHERS])
def test_a_page_says_its_language_and_direction(client, code, direction):
    with translation.override(code):
        text = client.get(reverse("account_login")).content.decode()
    assert f'<html lang="{code}" dir="{direction}"' in text
    assert ("signpost.rtl" in text) is (direction == "rtl")


def test_texts_are_marked_by_names_that_are_collected():
    """A function under a name of our own marks texts that no catalogue ever gets."""
    folders = [path.parent for path in settings.BASE_DIR.glob("*/apps.py")] + [settings.BASE_DIR / "site"]
    renamed = re.compile(r"import p?n?gettext\w* as (?!_$)\w+", re.MULTILINE)
    wrong = [
        f"{path.relative_to(settings.BASE_DIR)}: {found}"
        for folder in folders
        for path in folder.rglob("*.py")
        for found in renamed.findall(path.read_text(encoding="utf-8"))
    ]
    assert len(folders) > 5
    assert wrong == []


def test_nothing_that_learners_read_is_missing_in_any_language():
    if not shutil.which("xgettext"):
        hint = "GNU gettext is not installed: apt-get install gettext"
        pytest.fail(hint) if os.environ.get("REQUIRE_ALL") else pytest.skip(hint)
    wanted = [entry for entry in extract() if is_for_learners(entry)]
    assert wanted
    faults = {code: faults_in(catalogue(code), wanted) for code in OTHERS}
    assert {code: found[:20] for code, found in faults.items() if found} == {}
