"""A PDF is tagged, says what it should in every script, and takes nothing that was typed for a command."""

from __future__ import annotations

import hashlib
import threading

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from downloads import pdf
from downloads.pdf import LettersAreMissing, clean, direction_of, make_pdf, make_whole_pdf, pdf_response, words
from tests.downloads.papers import assert_accessible, fonts_of, read, text_of


def proof(*names: str, title: str = "A proof", language: str = "en", text: str = "") -> bytes:
    """The page that tries what the others are made of."""
    data = {"names": [words(name) for name in names], "text": text}
    return make_pdf("downloads/proof.typ", data, title=title, language=language)


@pytest.mark.parametrize(
    ("language", "name", "title"),
    [
        ("en", "Dana Whitlock", "Certificate"),
        ("ar", "ليلى حداد", "شهادة"),
        ("fa", "پریسا گل‌محمدی", "گواهی"),
        ("fr", "Éloïse Çœur", "Certificat délivré"),
        ("pt", "João Gonçalves", "Certidão de conclusão"),
        ("so", "Cabdiraxmaan Xuseen", "Shahaado"),
        ("es", "Íñigo Núñez", "¿Válido?"),
    ],
)
def test_accessible_in_each_language(language, name, title):
    content = proof(name, title=title, language=language)
    assert_accessible(content, title=title, language=language)
    if language not in {"ar", "fa"}:
        assert name in text_of(content)
    assert all("Libertinus" not in font for font in fonts_of(content))


@pytest.mark.parametrize("name", ["Nguyễn Thị Hằng", "Іван Петренко", "Ελένη Παππά", "Ōtomo", "דוד כהן"])
def test_a_name_that_our_faces_lack_letters_of_is_set_whole_in_one_that_has_them(name):
    assert words(name)["face"] == "other"
    fonts = fonts_of(proof(name))
    assert any("Libertinus" in font for font in fonts)
    assert not any(font.endswith("Next-Regular") for font in fonts)


@pytest.mark.parametrize("name", ["王小明", "አበበ", "😀", "Ann 王"])
def test_no_box_ever_stands_for_a_letter(name):
    with pytest.raises(LettersAreMissing) as refused:
        proof(name)
    assert refused.value.letters
    assert set(refused.value.letters) <= set(name)
    assert name not in str(refused.value)


def test_a_long_document_shows_a_sign_for_such_letters_and_can_say_so():
    content = make_whole_pdf(
        "downloads/proof.typ", {"names": [words("Ann 王 😀 Lee")], "text": "王"}, title="About 王", language="en"
    )
    assert "Ann � � Lee" in text_of(content)
    assert read(content).metadata.title == "About �"


@pytest.mark.parametrize(
    "typed",
    ['#panic("no")', '"); #read("/etc/passwd")', "$x$ *bold* _it_ = h", "@ref <label>", "\\u{41}", "[[", "{{{"],
)
def test_what_is_typed_is_never_run(typed):
    assert "".join(typed.split()) in "".join(text_of(proof(typed, title=typed, text=typed)).split())


def test_nothing_turns_a_line_around():
    assert clean("abc\u202edef\u202c") == "abcdef"
    assert clean("a\x00b\x1bc\td\ud800") == "abc d"
    assert clean("گل\u200cمحمدی") == "گل\u200cمحمدی"


def test_long_texts_end_and_long_words_break():
    assert len(clean("x" * 100_000)) == pdf.MAX_TEXT
    assert len(read(proof("x" * 1_000, "W" * 150)).pages) == 1
    with pytest.raises(ValueError, match="more than fits"):
        make_pdf("downloads/proof.typ", {"names": ["x" * 2000] * 3000}, title="T", language="en")


def test_a_broken_word_is_copied_as_it_was_typed():
    # Whether a letter of no width shows when its line is copied depends on the letters around it.
    for word in [*(hashlib.sha256(bytes([number])).hexdigest() for number in range(30)), "x" * 300]:
        data = {"names": [], "within": [words(word)]}
        content = make_pdf("downloads/proof.typ", data, title="A proof", language="en")
        lines = "\n".join(page.extract_text() for page in read(content).pages).splitlines()
        assert word in "".join(lines)
        # No line runs over the paper's edge.
        assert max(map(len, lines)) < 60


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Dana", "ltr"), ("ليلى", "rtl"), ("(פ)", "rtl"), ("12 - Dana", "ltr"), ("", "ltr"), ("12", "ltr")],
)
def test_direction(text, expected):
    assert direction_of(text) == expected


def test_the_same_data_gives_the_same_bytes(today):
    first = proof("Dana")
    today.move_to("2027-01-01 12:00 +0000")
    assert proof("Dana") == first


def test_several_threads_at_once():
    proof("Dana")
    faults: list[BaseException] = []

    def work() -> None:
        try:
            for number in range(10):
                proof(f"Dana {number}")
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


@settings(max_examples=60)
@example("a\u1ab0\U000e0101\u0b95")
@given(st.text(max_size=60))
def test_any_text_is_set_or_its_letters_are_named(typed):
    letters = ""
    try:
        content = proof(typed, text=typed)
    except LettersAreMissing as missing:
        letters = missing.letters
        data = {"names": [words(typed)], "text": typed}
        content = make_whole_pdf("downloads/proof.typ", data, title="T", language="en")
    assert set(letters) <= set(clean(typed))
    assert content.startswith(b"%PDF")


def test_a_download_is_kept_by_no_cache():
    response = pdf_response("record.pdf", b"%PDF")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="record.pdf"'
    assert response["Cache-Control"] == "no-store"


def test_before_the_set_up_it_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(pdf, "FONTS", tmp_path)
    pdf._letters.cache_clear()
    try:
        with pytest.raises(pdf.FontsAreMissing, match="make setup"):
            words("Dana")
    finally:
        pdf._letters.cache_clear()
