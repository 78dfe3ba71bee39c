"""The fonts that PDFs are set in have every letter of our languages."""

from __future__ import annotations

import json

import pytest
from fontTools.ttLib import TTFont

from downloads.build_fonts import FAMILIES, WEIGHTS, SourceIsMissing, build_fonts
from downloads.pdf import FONTS

LATIN = "Atkinson Hyperlegible Next"
ARABIC = "Vazirmatn"
NEEDED = {
    LATIN: {
        "English": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,:;!?'\"()[]/&%+-–—‘’“”…·\u00a0",
        "French": "ÀÂÆÇÈÉÊËÎÏÔŒÙÛÜŸàâæçèéêëîïôœùûüÿ«»",
        "Portuguese": "ÁÂÃÀÇÉÊÍÓÔÕÚáâãàçéêíóôõúªº",
        "Spanish": "ÁÉÍÑÓÚÜáéíñóúü¿¡",
        "Somali": "XxCcQqDdHh'’",
        "names of neighbours": "ĄąĆćĘęŁłŃńŚśŹźŻżČčĎďĚěŇňŘřŠšŤťŮůŽžŐőŰűŞşĞğİıĂăȘșȚțÅåØøÐðÞþẞß",
    },
    ARABIC: {
        "Arabic": "ءآأؤإئابةتثجحخدذرزسشصضطظعغـفقكلمنهوىيًٌٍَُِّْ،؛؟",
        "Farsi": "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی‌ئءأؤۀ٬٫٪",
        "digits": "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹",
        "joiners": "\u200c\u200d",
    },
}


def test_every_letter_of_our_languages_is_there():
    letters = json.loads((FONTS / "letters.json").read_text(encoding="utf-8"))
    missing = {
        (family, language): sorted(set(alphabet) - set(letters[family]))
        for family, alphabets in NEEDED.items()
        for language, alphabet in alphabets.items()
        if set(alphabet) - set(letters[family])
    }
    assert missing == {}


def test_one_file_for_each_face_and_weight_with_all_subsets_in_it():
    for family in FAMILIES:
        for weight in WEIGHTS:
            font = TTFont(FONTS / f"{family.package}-{weight}.ttf")
            assert font["name"].getDebugName(1) == family.name
            assert set(map(ord, NEEDED[family.name]["digits" if family.name == ARABIC else "French"])) <= set(
                font.getBestCmap()
            )


def test_arabic_is_shaped():
    features = {
        record.FeatureTag for record in TTFont(FONTS / "vazirmatn-400.ttf")["GSUB"].table.FeatureList.FeatureRecord
    }
    assert {"init", "medi", "fina"} <= features


def test_the_lone_latin_letter_of_the_arabic_face_is_gone():
    assert ord("A") not in TTFont(FONTS / "vazirmatn-700.ttf").getBestCmap()


def test_without_the_packages_nothing_is_touched(tmp_path):
    target = tmp_path / "fonts"
    target.mkdir()
    (target / "letters.json").write_text("{}")
    with pytest.raises(SourceIsMissing, match="atkinson-hyperlegible-next-latin-400"):
        build_fonts(tmp_path / "nothing", target)
    assert (target / "letters.json").read_text() == "{}"
