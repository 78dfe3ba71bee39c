"""QTI 2.1, read: one assessmentItem, or a package of them; the interactions that have a kind of question here."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element
from zipfile import BadZipFile, ZipFile, ZipInfo

from quizzes.formats.building import HUNDRED, Answer, Builder, decimal_of
from quizzes.formats.items import Item, RefusedError, Report, Result, UnreadableError, where_of
from quizzes.formats.texts import from_html, name_of, one_line, tidy
from quizzes.formats.xml_reading import local, tree

MOST_ENTRIES = 20_000
LARGEST_ENTRY = 4 * 1024 * 1024
#: Of all that is unpacked; a picture in the package is never unpacked.
LARGEST_PACKAGE = 100 * 1024 * 1024
STEEPEST = 200
MANIFEST = "imsmanifest.xml"
SIGNATURE = b"PK\x01\x02"
ITEM_TYPES = ("imsqti_item_xmlv2p0", "imsqti_item_xmlv2p1", "imsqti_item_xmlv2p2")
TEMPLATES = ("match_correct", "map_response")
MATCH, MAP = TEMPLATES
TEXT_ENTRY = "textEntryInteraction"
ENDING = "Interaction"
FEEDBACK = ("feedbackInline", "feedbackBlock")
Made = tuple[str, dict[str, Any]]


def read(data: bytes, language: str = "en") -> Result:
    """The questions of a QTI item or package; refuses (UnreadableError) one that is broken or hostile."""
    report, builder = Report(), Builder(language)
    for number, (place, source) in enumerate(_sources(data), start=1):
        name = key = ""
        try:
            root = tree(source)
            if local(root) != "assessmentItem":
                raise RefusedError(f"It is <{local(root)[:40]}>, not a question of QTI 2.1.")
            name, key = name_of(root.get("title", "")), tidy(root.get("identifier", ""))
            kind, content = _Question(root, builder).read()
        except (RefusedError, UnreadableError) as refusal:
            builder.taken_notes()
            if not place and isinstance(refusal, UnreadableError):
                raise
            report.refuse(key or place or where_of(number, name), str(refusal))
        else:
            report.add(Item(kind, content, name, (), key))
            for note in builder.taken_notes():
                report.note(key or place, note)
    return report.result("qti")


def _sources(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The items of a file, each with its place in the package; one that cannot be had is empty."""
    if not data.startswith(b"PK"):
        yield "", data
        return
    if data.count(SIGNATURE) > MOST_ENTRIES:
        raise UnreadableError(f"The package holds more than {MOST_ENTRIES:,} files. Nothing was taken over.")
    try:
        with ZipFile(BytesIO(data)) as package:
            entries = {entry.filename: entry for entry in package.infolist()}
            budget = _Budget()
            if MANIFEST not in entries:
                raise UnreadableError(f"The package has no {MANIFEST} at its top: it is no QTI package.")
            for path in _paths(tree(budget.unpacked(package, entries[MANIFEST]))):
                if path not in entries:
                    raise UnreadableError(f"The package lists “{path[:80]}” but does not hold it.")
                yield path, budget.unpacked(package, entries[path])
    except (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError):
        # RuntimeError: a package with a password.
        raise UnreadableError("The package is broken or locked. Nothing was taken over.") from None


@dataclass
class _Budget:
    """How much a package may still unpack."""

    left: int = LARGEST_PACKAGE

    def unpacked(self, package: ZipFile, entry: ZipInfo) -> bytes:
        """One file of a package; refuses (UnreadableError) what is larger than any question."""
        limit = min(LARGEST_ENTRY, self.left)
        if entry.file_size > limit or entry.file_size > STEEPEST * max(entry.compress_size, 1):
            raise UnreadableError("The package unpacks to far more than questions need. It was refused.")
        with package.open(entry) as file:
            content = file.read(limit + 1)
        if len(content) > limit:
            raise UnreadableError("The package unpacks to far more than questions need. It was refused.")
        self.left -= len(content)
        return content


def _paths(manifest: Element) -> list[str]:
    paths = []
    for resource in manifest.iter():
        if local(resource) != "resource" or not resource.get("type", "").startswith(ITEM_TYPES):
            continue
        path = resource.get("href", "")
        plain = posixpath.normpath(path)
        if not path or "\\" in path or ":" in path or plain.startswith(("/", "..")):
            raise UnreadableError(f"The package points outside itself (“{path[:80]}”). It was refused.")
        paths.append(plain)
    if not paths:
        raise UnreadableError("The package lists no questions of QTI 2.1.")
    return list(dict.fromkeys(paths))


@dataclass
class _Response:
    """What counts as right for one interaction."""

    cardinality: str = "single"
    base_type: str = "identifier"
    right: list[str] = field(default_factory=list)
    mapping: dict[str, Decimal] = field(default_factory=dict)


class _Question:
    """One assessmentItem."""

    def __init__(self, root: Element, builder: Builder) -> None:
        self.root = root
        self.builder = builder
        self.responses = {
            element.get("identifier", ""): _response(element)
            for element in root
            if local(element) == "responseDeclaration"
        }
        self.template = self._template()
        self.modal = self._modal_feedback()

    def read(self) -> Made:
        """What the item comes to; refuses (RefusedError) what has no kind of question here."""
        body = next((element for element in self.root if local(element) == "itemBody"), None)
        if body is None:
            raise RefusedError("It has no itemBody.")
        interactions = [element for element in body.iter() if local(element).endswith(ENDING)]
        names = {local(element) for element in interactions}
        if not interactions:
            raise RefusedError("It has no interaction: there is nothing to ask.")
        if names == {TEXT_ENTRY}:
            made = self._text_entry(body, interactions)
        elif len(interactions) > 1:
            raise RefusedError(f"It asks several things at once ({', '.join(sorted(names))}).")
        else:
            made = self._one(body, interactions[0])
        for said in self.modal.values():
            if said:
                self.builder.notes.append(f"Feedback that belongs to no choice was left out: “{said[:200]}”")
        return made

    def _one(self, body: Element, interaction: Element) -> Made:
        stem = self._text(body)
        name = local(interaction)
        response = self.responses.get(interaction.get("responseIdentifier", ""), _Response())
        if name == "choiceInteraction":
            return self._choice(stem, interaction, response)
        if name == "orderInteraction":
            texts = {key: answer.text for key, answer in self._listed(interaction, {}).items()}
            if sorted(response.right) != sorted(texts):
                raise RefusedError("Its right order does not name each of its choices once.")
            return self.builder.ordering(stem, [texts[key] for key in response.right], "")
        if name == "matchInteraction":
            return self._match(stem, interaction, response)
        raise RefusedError(f"It is a {name}, which Signpost does not have.")

    def _choice(self, stem: str, interaction: Element, response: _Response) -> Made:
        is_single = response.cardinality == "single"
        worth = dict.fromkeys(response.right, HUNDRED)
        if self.template == MAP and response.mapping:
            positive = [share for share in response.mapping.values() if share > 0]
            whole = (max if is_single else sum)(positive or [Decimal(1)])
            worth = {key: share * HUNDRED / whole for key, share in response.mapping.items()}
        elif not is_single and worth:
            worth = {key: HUNDRED / len(worth) for key in worth}
        answers = list(self._listed(interaction, worth).values())
        if not is_single and self.template == MATCH:
            # All or nothing there; here each wrong choice takes back a right one.
            share = HUNDRED / max(len(worth), 1)
            answers = [a if a.percent > 0 else Answer(a.text, -share, a.feedback) for a in answers]
        return self.builder.choices(stem, answers, "", is_single)

    def _match(self, stem: str, interaction: Element, response: _Response) -> Made:
        sets = [element for element in interaction if local(element) == "simpleMatchSet"]
        if len(sets) != 2:
            raise RefusedError("Its matchInteraction does not have two sets.")
        terms, meanings = (self._listed(element, {}) for element in sets)
        pairs = [tuple(value.split()) for value in response.right]
        right = {pair[0]: pair[1] for pair in pairs if len(pair) == 2 and pair[0] in terms and pair[1] in meanings}
        if len(pairs) != len(terms) or len(right) != len(terms):
            raise RefusedError("It does not give each term exactly one meaning.")
        rows = [(terms[key].text, meanings[right[key]].text) for key in terms]
        rows += [("", meaning.text) for key, meaning in meanings.items() if key not in right.values()]
        return self.builder.matching(stem, rows, "")

    def _text_entry(self, body: Element, interactions: list[Element]) -> Made:
        passage = self._text(body, marks_gaps=True)
        if passage.count("[[") != len(interactions):
            raise RefusedError("Its text holds [[, which marks a gap in Signpost.")
        found = [self.responses.get(each.get("responseIdentifier", ""), _Response()) for each in interactions]
        if len(found) == 1 and found[0].base_type in ("integer", "float"):
            stem = passage.removesuffix("[[1]]").rstrip().replace("[[1]]", "_____")
            numbers = [(answer.text, "0", answer) for answer in self._accepted(found[0])]
            return self.builder.numeric(stem, numbers, "")
        if len(found) == 1 and passage.endswith("[[1]]"):
            return self.builder.short_answer(passage.removesuffix("[[1]]").rstrip(), self._accepted(found[0]), "")
        gaps = [
            "\n".join(one_line(answer.text) for answer in self._accepted(response) if answer.percent >= HUNDRED)
            for response in found
        ]
        return self.builder.gaps(passage, gaps, "")

    def _accepted(self, response: _Response) -> list[Answer]:
        worth = dict.fromkeys(response.right, HUNDRED)
        if self.template == MAP and response.mapping:
            most = max(response.mapping.values())
            if most > 0:
                worth = {key: share * HUNDRED / most for key, share in response.mapping.items() if share > 0}
        return [Answer(tidy(text), percent) for text, percent in worth.items()]

    def _listed(self, interaction: Element, worth: dict[str, Decimal]) -> dict[str, Answer]:
        listed: dict[str, Answer] = {}
        for choice in interaction:
            if local(choice) not in ("simpleChoice", "simpleAssociableChoice"):
                continue
            key = choice.get("identifier", "")
            said = [self._text(each) for each in choice.iter() if local(each) in FEEDBACK]
            modal = self.modal.pop(key, "")
            feedback = "\n".join(filter(None, [*said, modal]))
            listed[key] = Answer(self._text(choice), worth.get(key, Decimal(0)), feedback)
        return listed

    def _template(self) -> str:
        processing = next((element for element in self.root if local(element) == "responseProcessing"), None)
        if processing is None:
            return MATCH
        name = processing.get("template", "").rpartition("/")[2].removesuffix(".xml")
        if name not in TEMPLATES or len(processing):
            raise RefusedError("It is marked by rules of its own (responseProcessing), which cannot be taken over.")
        return name

    def _modal_feedback(self) -> dict[str, str]:
        found = [element for element in self.root if local(element) == "modalFeedback"]
        return {element.get("identifier", ""): self._text(element) for element in found}

    def _text(self, element: Element, marks_gaps: bool = False) -> str:
        gaps = iter(range(1, 1000)) if marks_gaps else None
        return self.builder.cleaned(from_html(self._html(element, gaps, is_top=True)))

    def _html(self, element: Element, gaps: Iterator[int] | None, is_top: bool = False) -> str:
        name = local(element)
        if name == TEXT_ENTRY:
            return f"[[{next(gaps)}]]" if gaps else "_____"
        if not is_top and (name in FEEDBACK or name in ("simpleChoice", "simpleMatchSet")):
            return ""
        if name == "rubricBlock" and "candidate" not in element.get("view", ""):
            self.builder.notes.append("Notes for those who mark or teach were left out.")
            return ""
        inner = [escape(element.text or "", quote=False)]
        for child in element:
            inner += [self._html(child, gaps), escape(child.tail or "", quote=False)]
        if is_top:
            return "".join(inner)
        tag = "div" if name in ("prompt", "rubricBlock") or name.endswith(ENDING) else name
        return f"<{tag}>{''.join(inner)}</{tag}>"


def _response(element: Element) -> _Response:
    response = _Response(element.get("cardinality", "single"), element.get("baseType", "identifier"))
    for part in element:
        if local(part) == "correctResponse":
            response.right = [(value.text or "").strip() for value in part if local(value) == "value"]
        elif local(part) == "mapping":
            for entry in part:
                share = decimal_of(entry.get("mappedValue", ""))
                if share is not None:
                    response.mapping[entry.get("mapKey", "")] = share
    return response
