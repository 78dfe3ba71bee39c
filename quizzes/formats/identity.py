"""Whether two questions are the same, whatever file they came in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from quizzes.formats.pictures import mark_of

EMPTY: tuple[Any, ...] = (None, "", {}, [], False)


def fingerprint(kind: str, content: Mapping[str, Any]) -> str:
    """The same for the same question: keys of choices and what says nothing do not count, nor do name and tags."""
    parts = content.get("parts") or ()
    choices = _numbers(content.get("choices") or ())
    steps = _numbers(parts)
    whole = {
        "kind": kind,
        "text": _said(content.get("text")),
        "explanation": _said(content.get("explanation")),
        "keeps_order": bool(content.get("keeps_order")),
        "choices": _choices(kind, content.get("choices") or (), steps),
        "parts": [
            {
                "text": _said(part.get("text")),
                "feedback": _said(part.get("feedback")),
                "is_typed": bool(part.get("is_typed")),
                "right": choices.get(str(part.get("right")), 0),
                "choices": _choices(kind, part.get("choices") or (), steps),
            }
            for part in parts
        ],
    }
    if picture := content.get("picture"):
        whole["picture"] = mark_of(picture)
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _numbers(entries: Any) -> dict[str, int]:
    return {str(entry.get("key")): number for number, entry in enumerate(entries, start=1)}


def _choices(kind: str, choices: Any, steps: Mapping[str, int]) -> list[dict[str, Any]]:
    # The words for true and false are the same everywhere; in the order of steps or meanings "right" says nothing.
    dropped = {"key"} | ({"text"} if kind == "true_false" else set())
    dropped |= {"is_correct"} if kind in ("matching", "ordering") else set()
    return [
        {
            name: steps.get(str(value), 0) if name == "next" else value
            for name, value in choice.items()
            if name not in dropped and value not in EMPTY
        }
        for choice in choices
    ]


def _said(texts: Mapping[str, str] | None) -> dict[str, str]:
    return {code: text for code, text in (texts or {}).items() if text}
