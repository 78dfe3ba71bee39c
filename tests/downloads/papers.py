"""Reads back what a PDF says."""

from __future__ import annotations

import io
import unicodedata

from pypdf import PdfReader


def read(content: bytes) -> PdfReader:
    """The file, opened."""
    return PdfReader(io.BytesIO(content))


def text_of(content: bytes) -> str:
    """The words of all pages in one line, without the signs that only isolate or break."""
    text = " ".join(page.extract_text() for page in read(content).pages)
    kept = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return " ".join(kept.split())


def fonts_of(content: bytes) -> set[str]:
    """The names of the fonts in use, without the tag that marks a subset."""
    found = set()
    for page in read(content).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            found.add(str(font.get_object()["/BaseFont"]).split("+")[-1])
    return found


def assert_accessible(content: bytes, *, title: str, language: str) -> None:
    """Tagged for screen readers, with title and language, and saying that it holds to PDF/UA."""
    root = read(content).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/StructTreeRoot" in root
    assert read(content).metadata.title == title
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
