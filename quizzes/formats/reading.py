"""The one way into question files: finds out what a file is, and reads it within limits."""

from __future__ import annotations

from collections.abc import Callable

from quizzes.formats import aiken, gift, moodle_xml, own_json, qti
from quizzes.formats.items import LANGUAGES, LARGEST_FILE, Result, UnreadableError
from quizzes.formats.texts import MARK, UTF_16, lines_of
from quizzes.formats.xml_reading import root_name

AUTO = "auto"
READERS: dict[str, Callable[[bytes, str], Result]] = {
    "gift": gift.read,
    "aiken": aiken.read,
    "moodle_xml": moodle_xml.read,
    "qti": qti.read,
    "json": lambda data, _language: own_json.read(data),
}
#: What the outermost element of an XML file tells.
ROOTS = {"quiz": "moodle_xml", "assessmentItem": "qti"}
OTHERS = {
    "questestinterop": "The file is QTI 1.2. Export it as QTI 2.1 or as Moodle XML and try again.",
    "qti-assessment-item": "The file is QTI 3. Export it as QTI 2.1 or as Moodle XML and try again.",
    "manifest": "This is the list of a QTI package. Give the whole .zip file.",
    "html": "The file is a web page. Export the questions as Moodle XML or GIFT and try again.",
}
ZIP = b"PK\x03\x04"
FIRST = 4000


def read(data: bytes, format: str = AUTO, language: str = "en") -> Result:
    """The questions of a file and what was refused; a format with one language is read as `language`.

    Raises UnreadableError, in plain words, when nothing in the file can be used.
    """
    if len(data) > LARGEST_FILE:
        raise UnreadableError(f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB. Split it and try again.")
    if not data.strip():
        raise UnreadableError("The file is empty.")
    if language not in LANGUAGES:
        raise UnreadableError(f"Signpost does not have the language “{language[:20]}”.")
    name = found_format(data) if format == AUTO else format
    if name not in READERS:
        raise UnreadableError(f"“{name[:20]}” is not a format that can be read.")
    result = READERS[name](data, language)
    if not result.items and not result.refusals:
        raise UnreadableError("There are no questions in the file.")
    return result


def found_format(data: bytes) -> str:
    """Which format a file is in; refuses (UnreadableError) what is none of them."""
    if data.startswith(ZIP):
        return "qti"
    start = data[:FIRST].removeprefix(MARK).lstrip()
    if start.startswith(b"{") and own_json.NAME.encode() in start:
        return "json"
    if start.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<")):
        root = root_name(data)
        if root in ROOTS:
            return ROOTS[root]
        raise UnreadableError(OTHERS.get(root, f"The file is XML, but no questions: it begins with <{root[:40]}>."))
    if b"\x00" in start and not start.startswith(UTF_16):
        raise UnreadableError("The file is no text. Export the questions as Moodle XML, GIFT or Aiken and try again.")
    has_brace = False
    for line in lines_of(data):
        if aiken.answer_letter(line.strip()) is not None:
            return "aiken"
        has_brace = has_brace or "{" in line
    if has_brace:
        return "gift"
    raise UnreadableError(
        "No questions were found in the file. Choose its format, or look whether it is the right file."
    )
