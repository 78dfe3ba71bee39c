"""What may change when the key of a question that was asked is corrected: what is right, never what was read.

Pure rules over the content that a version keeps.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from quizzes.kinds.rules import RULES


def corrected(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any] | None:
    """The new content under the keys of the old one, by which answers are stored; None where its wording differs."""
    parts_before, parts = list(old.get("parts") or ()), list(new.get("parts") or ())
    if _said(old.get("text")) != _said(new.get("text")) or len(parts_before) != len(parts):
        return None
    if old.get("picture") != new.get("picture"):
        return None
    choices, keys = _aligned(old, new, is_typed=kind in RULES and RULES[kind].is_typed)
    if choices is None:
        return None
    part_keys = {part["key"]: before["key"] for part, before in zip(parts, parts_before, strict=True)}
    aligned_parts = [_part(before, part, keys, part_keys) for before, part in zip(parts_before, parts, strict=True)]
    if any(part is None for part in aligned_parts):
        return None
    content = {**new, "choices": choices}
    content.pop("keeps_order", None)
    if "keeps_order" in old:
        content["keeps_order"] = old["keeps_order"]
    if parts:
        content["parts"] = aligned_parts
    return content


def _part(
    before: Mapping[str, Any], part: Mapping[str, Any], keys: Mapping[str, str], part_keys: Mapping[str, str]
) -> dict[str, Any] | None:
    is_typed = bool(part.get("is_typed"))
    if _said(before.get("text")) != _said(part.get("text")) or is_typed != bool(before.get("is_typed")):
        return None
    aligned = {**part, "key": before["key"]}
    if part.get("right"):
        aligned["right"] = keys.get(part["right"], part["right"])
    if "choices" in part or "choices" in before:
        choices, _keys = _aligned(before, part, is_typed=is_typed)
        if choices is None:
            return None
        leads_before = {choice["key"]: choice.get("next") or "" for choice in before.get("choices") or ()}
        for choice in choices:
            if choice.get("next"):
                choice["next"] = part_keys.get(choice["next"], choice["next"])
            if not is_typed and leads_before.get(choice["key"], "") != (choice.get("next") or ""):
                return None
        aligned["choices"] = choices
    return aligned


def _aligned(
    old: Mapping[str, Any], new: Mapping[str, Any], *, is_typed: bool
) -> tuple[list[dict[str, Any]] | None, dict[str, str]]:
    """The choices under the keys that the same words had, and which key became which."""
    choices: Sequence[Mapping[str, Any]] = new.get("choices") or ()
    if is_typed:
        return [dict(choice) for choice in choices], {}
    waiting: dict[str, list[str]] = defaultdict(list)
    before = old.get("choices") or ()
    for choice in before:
        waiting[_said(choice.get("text"))].append(choice["key"])
    found, keys = [], {}
    for choice in choices:
        same = waiting[_said(choice.get("text"))]
        if not same:
            return None, {}
        key = choice["key"] if choice["key"] in same else same[0]
        same.remove(key)
        keys[choice["key"]] = key
        found.append({**choice, "key": key})
    return (found, keys) if len(found) == len(before) else (None, {})


def _said(texts: Any) -> str:
    return json.dumps({code: text for code, text in (texts or {}).items() if text}, sort_keys=True)
