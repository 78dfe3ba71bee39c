"""Turns the plain parts of a starter file into what the editor would have stored, with ids that never change."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

import nh3

from courses.rules import content_hash
from courses.starter_translations import Translations, each_of, texts_of
from guidance.notation import tokens_as_embeds
from quizzes.kinds.registry import KINDS

#: Every id in the starter content comes from this and a path: the same on every installation and at every loading.
NAMESPACE = UUID("6f1c8a0e-3f5b-5d1e-9a55-5d0c2f7f4b11")
TAGS = {"p", "ul", "ol", "li", "b", "i", "a"}
SCHEMES = {"https", "http", "mailto", "tel"}
_SAME_AS = {"strong": "b", "em": "i"}
_AROUND_BLOCKS = re.compile(r"\s*(</?(?:p|ul|ol|li)>)\s*")
_EDITOR_MARKS = re.compile(r' data-block-key="[^"]*"')

#: Ids of contacts and facts by key; one that an editor has removed is missing here, and its block is left out.
References = Mapping[str, Mapping[str, int]]


def stable_id(*parts: object) -> UUID:
    """The id of the thing at this path of the starter content."""
    return uuid5(NAMESPACE, "/".join(str(part) for part in parts))


def clean_html(html: str) -> str:
    """Rich text with nothing in it but what a lesson may hold, spelled in one way; `{fact:key}` becomes a quote."""
    for other, ours in _SAME_AS.items():
        html = re.sub(rf"<(/?){other}>", rf"<\1{ours}>", html)
    cleaned = nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel=None)
    return tokens_as_embeds(_AROUND_BLOCKS.sub(r"\1", re.sub(r"\s+", " ", cleaned)).strip())


def foreign_tags(html: str) -> set[str]:
    """The tags in it that a lesson may not hold."""
    return {tag.lower() for tag in re.findall(r"<([a-zA-Z][a-zA-Z0-9]*)", html)} - TAGS - set(_SAME_AS)


def body_from(blocks: Sequence[Mapping[str, Any]], references: References, *path: str) -> list[dict[str, Any]]:
    """A lesson's body as the editor would have stored it."""
    body = []
    for number, block in enumerate(blocks):
        kind, value = next(iter(block.items()))
        here = (*path, str(number))
        stored = BLOCKS[kind](value, here) if kind in BLOCKS else references[kind].get(value)
        if stored is not None:
            body.append({"type": kind, "value": stored, "id": str(stable_id(*here))})
    return body


def questions_from(quiz: Mapping[str, Any], translations: Translations, *path: str) -> list[dict[str, Any]]:
    """The questions of a quiz, with its translations, as the editor would have stored them."""
    return [
        {
            "type": question["kind"],
            "id": str(stable_id(*path, question["key"])),
            "value": question_value(question, *path, translations=each_of(translations, "questions", number)),
        }
        for number, question in enumerate(quiz["questions"])
    ]


def question_value(
    question: Mapping[str, Any], *path: str, translations: Translations = MappingProxyType({})
) -> dict[str, Any]:
    """One question as its kind stores it."""
    here = (*path, question["key"])
    parts = []
    for number, part in enumerate(question.get("parts") or ()):
        others = each_of(translations, "parts", number)
        choices = _choices(part, others, *here, f"part {part.get('key', number)}")
        texts = {name: texts_of(part, others, name) for name in ("text", "feedback")}
        fixed = {name: part[name] for name in ("right", "is_typed") if name in part}
        parts.append({**fixed, **texts, "key": part.get("key") or str(number), "choices": choices})
    content = {name: texts_of(question, translations, name) for name in ("text", "explanation")}
    stored = KINDS[question["kind"]].stored_value(
        _with_ids({**content, "choices": _choices(question, translations, *here), "parts": parts}, *here)
    )
    return {**stored, "tags": ", ".join(question.get("tags") or ())}


def _choices(item: Mapping[str, Any], translations: Translations, *path: str) -> list[dict[str, Any]]:
    """The choices of a question or of a part; true and false keep their keys."""
    choices = []
    for number, choice in enumerate(item.get("choices") or ()):
        others = each_of(translations, "choices", number)
        texts = {name: texts_of(choice, others, name) for name in ("text", "feedback")}
        fixed = {name: str(choice[name]) for name in ("weight", "value", "tolerance", "next") if name in choice}
        key = choice.get("key") or str(number)
        choices.append({**fixed, **texts, "key": key, "is_correct": choice.get("is_correct", True), "path": path})
    return choices


def _with_ids(content: dict[str, Any], *path: str) -> dict[str, Any]:
    """The content with ids that never change in place of the keys that the files use."""
    parts = {part["key"]: str(stable_id(*path, "part", part["key"])) for part in content["parts"]}
    keys = {choice["key"]: str(stable_id(*path, choice["key"])) for choice in content["choices"]}
    for part in content["parts"]:
        part["key"], part["right"] = parts[part["key"]], keys.get(part.get("right", ""), "")
    for choice in [*content["choices"], *(choice for part in content["parts"] for choice in part["choices"])]:
        choice["key"] = str(stable_id(*choice.pop("path"), choice["key"]))
        choice["next"] = parts.get(choice.get("next", ""), "")
    return content


def fingerprint(content: Any) -> str:
    """A hash that stays when an editor saves without a change, or a release adds a field that is still empty."""
    return content_hash(_essence(content))


def _essence(value: Any) -> Any:
    if isinstance(value, str):
        if value[:1] in ("[", "{"):
            try:
                return _essence(json.loads(value))
            except ValueError:
                pass
        return _EDITOR_MARKS.sub("", value)
    if isinstance(value, Mapping):
        pruned = {str(name): _essence(part) for name, part in value.items()}
        return {name: part for name, part in pruned.items() if part not in (None, "", [], {}, False)}
    if isinstance(value, list | tuple):
        return [_essence(part) for part in value]
    return value


def _items(values: Sequence[Any], path: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {"type": "item", "value": value, "id": str(stable_id(*path, number))} for number, value in enumerate(values)
    ]


def _steps(steps: Sequence[Mapping[str, str]], path: tuple[str, ...]) -> list[dict[str, Any]]:
    return _items([{"title": step["title"], "text": clean_html(step.get("text", ""))} for step in steps], path)


def _table(table: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    rows = [_items(row, (*path, "rows", str(number))) for number, row in enumerate(table["rows"])]
    return {
        "caption": table["caption"],
        "columns": _items(table["columns"], (*path, "columns")),
        "rows": _items(rows, (*path, "rows")),
    }


#: How each kind of block is stored; contact and fact are references.
BLOCKS: dict[str, Callable[[Any, tuple[str, ...]], Any]] = {
    "heading": lambda value, path: value,
    "text": lambda value, path: clean_html(value),
    "key_point": lambda value, path: clean_html(value),
    "do_dont": lambda value, path: {name: _items(value[name], (*path, name)) for name in ("do", "dont")},
    "quotation": lambda value, path: {name: value[name] for name in ("text", "attribution")},
    "steps": _steps,
    "table": _table,
    "pair": lambda value, path: {name: clean_html(value[name]) for name in ("happened", "helps")},
}
