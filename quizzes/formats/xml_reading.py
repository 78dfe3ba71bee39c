"""XML from strangers: no document types, no entities, nothing that it points at, and never deeper than needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from quizzes.formats.items import UnreadableError
from quizzes.formats.texts import MARK

DEEPEST = 40
MOST_ELEMENTS = 20_000
#: A tag with a thousand attributes: the parser would keep them all in memory at once.
ATTRIBUTES = re.compile(rb"<[A-Za-z](?:[^<>=]*+=){1000}")
HOSTILE = (
    "The XML declares entities or a document type (<!DOCTYPE, <!ENTITY). Such files can do harm and are refused. "
    "An export of questions has none."
)


def root_name(data: bytes) -> str:
    """The name of the outermost element; refuses (UnreadableError) what is no safe XML."""
    for _event, element in _events(data):
        return local(element)
    return ""


def children(data: bytes, name: str) -> Iterator[Element]:
    """The elements of this name right below the root, one by one; what was read is let go."""
    depth = count = 0
    root: Element | None = None
    for event, element in _events(data):
        if event == "start":
            root = element if root is None else root
            depth, count = depth + 1, count + 1
            if depth > DEEPEST or count > MOST_ELEMENTS:
                raise UnreadableError("The XML is nested too deeply, or one question is far too large.")
            continue
        depth -= 1
        if depth == 1:
            if local(element) == name:
                yield element
            count = 0
            if root is not None:
                root.clear()


def tree(data: bytes) -> Element:
    """A small XML file as a whole; refuses (UnreadableError) one that is too large, too deep or unsafe."""
    depth = count = 0
    root: Element | None = None
    for event, element in _events(data):
        if event == "end":
            depth -= 1
            continue
        root = element if root is None else root
        depth, count = depth + 1, count + 1
        if depth > DEEPEST or count > MOST_ELEMENTS:
            raise UnreadableError("The XML is nested too deeply or is far too large.")
    if root is None:
        raise UnreadableError("The XML is empty.")
    return root


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _events(data: bytes) -> Iterator[tuple[str, Element]]:
    if data[:1].isspace() or data.startswith(MARK):
        # An editor put blanks before the first line, where XML allows none.
        data = data.removeprefix(MARK).lstrip()
    if ATTRIBUTES.search(data):
        raise UnreadableError("The XML has far more attributes than questions need. It was refused.")
    try:
        yield from iterparse(BytesIO(data), events=("start", "end"), forbid_dtd=True)
    except DefusedXmlException:
        raise UnreadableError(HOSTILE) from None
    except ParseError as fault:
        raise UnreadableError(f"The XML is broken at line {fault.position[0]}. Nothing was taken over.") from None
    except (ValueError, LookupError):
        raise UnreadableError("The XML is in an encoding that cannot be read. Save it as UTF-8.") from None
