"""The one shape of a question's content, checked: for files that anybody could have written."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from quizzes.formats.building import HUNDRED, decimal_of
from quizzes.formats.items import LANGUAGES, LONGEST_TEXT, MOST_CHOICES, RefusedError
from quizzes.formats.pictures import LIMITS, usable
from quizzes.formats.texts import UNSEEN

CONTENT = frozenset(("text", "choices", "parts", "explanation", "keeps_order", "picture"))
CHOICE = frozenset(("key", "text", "is_correct", "feedback", "weight", "value", "tolerance", "next"))
PART = frozenset(("key", "text", "choices", "right", "is_typed", "feedback"))
PICTURE = frozenset(("data", "alt"))
LONGEST_KEY = 64


def refuse_misshapen(kind: str, content: Any) -> None:
    """Raise RefusedError where a content is not of the shape that all kinds share."""
    _fields(content, CONTENT, "question")
    if not any(_texts(content.get("text", {}), "text").values()) and not content.get("parts"):
        raise RefusedError("It has no words.")
    _texts(content.get("explanation", {}), "explanation")
    _truth(content, "keeps_order")
    if "picture" in content:
        _picture(content["picture"])
    parts = _list(content.get("parts", []), "parts")
    keys = _keys(parts, PART, "part")
    _choices(content.get("choices", []), keys)
    whole = {choice.get("key") for choice in content.get("choices", [])}
    for number, part in enumerate(parts, start=1):
        _texts(part.get("text", {}), "text")
        _texts(part.get("feedback", {}), "feedback")
        _truth(part, "is_typed")
        # What follows must come later, so that no case goes in circles.
        _choices(part.get("choices", []), keys[number:])
        if "right" in part and part["right"] not in whole:
            raise RefusedError(f"Its part {number} names a right choice that is not there.")


def _choices(value: Any, later: Collection[str]) -> None:
    choices = _list(value, "choices")
    _keys(choices, CHOICE, "choice")
    for choice in choices:
        _texts(choice.get("text", {}), "text")
        _texts(choice.get("feedback", {}), "feedback")
        _truth(choice, "is_correct")
        for name in ("weight", "value", "tolerance"):
            _number(choice, name)
        if "next" in choice and choice["next"] not in later:
            raise RefusedError("One of its choices leads to a step that does not come later.")


def _picture(picture: Any) -> None:
    _fields(picture, PICTURE, "picture")
    _texts(picture.get("alt", {}), "picture")
    if not usable(picture.get("data")):
        raise RefusedError(f"Its picture cannot be used. {LIMITS}")


def _fields(value: Any, known: frozenset[str], what: str) -> None:
    if not isinstance(value, dict):
        raise RefusedError(f"Its {what} is not of the shape of questions.")
    if unknown := sorted(set(value) - known):
        raise RefusedError(f"Its {what} holds “{unknown[0][:40]}”, which this version does not know.")


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list) or len(value) > MOST_CHOICES:
        raise RefusedError(f"Its {what} are no list of at most {MOST_CHOICES}.")
    return value


def _keys(entries: list[Any], known: frozenset[str], what: str) -> list[str]:
    keys: list[str] = []
    for entry in entries:
        _fields(entry, known, what)
        key = entry.get("key")
        if not isinstance(key, str) or not 0 < len(key) <= LONGEST_KEY or not key.isprintable() or "=" in key:
            raise RefusedError(f"A {what} has no usable key.")
        if key in keys:
            raise RefusedError(f"Two of its {what}s have the same key.")
        keys.append(key)
    return keys


def _texts(value: Any, what: str) -> dict[str, str]:
    if not isinstance(value, dict) or not set(value) <= set(LANGUAGES):
        raise RefusedError(f"Its {what} is not a text for each language.")
    for text in value.values():
        if not isinstance(text, str) or len(text) > LONGEST_TEXT:
            raise RefusedError(f"Its {what} is no text of at most {LONGEST_TEXT:,} characters.")
        if not text.isprintable() and text.translate(UNSEEN) != text:
            raise RefusedError(f"Its {what} holds signs that no screen can show.")
    return value


def _truth(entry: dict[str, Any], name: str) -> None:
    if name in entry and not isinstance(entry[name], bool):
        raise RefusedError(f"Its “{name}” is neither true nor false.")


def _number(choice: dict[str, Any], name: str) -> None:
    if name not in choice:
        return
    number = decimal_of(choice[name]) if isinstance(choice[name], str) else None
    if number is None or (name == "weight" and abs(number) > HUNDRED) or (name == "tolerance" and number < 0):
        raise RefusedError(f"Its “{name}” is no usable number.")
