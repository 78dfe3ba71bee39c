"""Our own JSON: everything about a question, in all its languages, to keep or to carry to another Signpost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from quizzes.formats.items import (
    KINDS,
    LONGEST_NAME,
    MOST_QUESTIONS,
    Item,
    RefusedError,
    Report,
    Result,
    UnreadableError,
    Written,
    where_of,
)
from quizzes.formats.shape import refuse_misshapen
from quizzes.formats.texts import UNSEEN, decoded, tag_of
from quizzes.questions import LONGEST_TAG, MOST_TAGS

NAME = "signpost-questions"
VERSION = 1
LONGEST_KEY = 100
#: Each opens a list or a dictionary in memory.
MOST_BRACKETS = 60 * MOST_QUESTIONS
FIELDS = frozenset(("key", "kind", "name", "tags", "content"))


def write(items: Iterable[Item]) -> Written:
    """All questions, whatever their kind and languages: one a line, so that versions of a file can be compared."""
    lines = [json.dumps(_stored(item), ensure_ascii=False, separators=(",", ":")) for item in items]
    head = f'{{"format":"{NAME}","version":{VERSION},"questions":['
    return Written(f"{head}\n{(',' + chr(10)).join(lines)}\n]}}\n".encode(), len(lines))


def read(data: bytes) -> Result:
    """The questions of a file of ours; refuses (UnreadableError) one that is broken or something else."""
    report = Report()
    for number, entry in enumerate(_entries(data), start=1):
        name, key = "", ""
        try:
            if not isinstance(entry, dict):
                raise RefusedError("It is no question.")
            name, key = str(entry.get("name") or ""), str(entry.get("key") or "")
            report.add(_item(entry))
        except RefusedError as refusal:
            report.refuse(where_of(number, name, key), refusal.message)
    return report.result("json")


def _entries(data: bytes) -> list[Any]:
    if data.count(b"{") + data.count(b"[") > MOST_BRACKETS:
        raise UnreadableError(f"The file holds far more than {MOST_QUESTIONS:,} questions need. Split it.")
    try:
        whole = json.loads(decoded(data))
    except (json.JSONDecodeError, RecursionError) as fault:
        line = f" at line {fault.lineno}" if isinstance(fault, json.JSONDecodeError) else ""
        raise UnreadableError(f"The JSON is broken{line}. Nothing was taken over.") from None
    except ValueError as fault:
        if isinstance(fault, UnreadableError):
            raise
        raise UnreadableError("The JSON holds a number that is far too long. Nothing was taken over.") from None
    if not isinstance(whole, dict) or whole.get("format") != NAME:
        raise UnreadableError(f"The file is JSON, but not of Signpost: its format is not “{NAME}”.")
    if whole.get("version") != VERSION:
        raise UnreadableError(f"The file is of another version. This Signpost reads version {VERSION}.")
    questions = whole.get("questions")
    if not isinstance(questions, list):
        raise UnreadableError("The file has no list of questions.")
    return questions


def _item(entry: dict[str, Any]) -> Item:
    if unknown := sorted(set(entry) - FIELDS):
        raise RefusedError(f"It holds “{unknown[0][:40]}”, which this version does not know.")
    kind = entry.get("kind")
    if kind not in KINDS:
        raise RefusedError(f"Its kind “{str(kind)[:40]}” is not known.")
    name = _short(entry.get("name", ""), "name", LONGEST_NAME)
    key = _short(entry.get("key", ""), "key", LONGEST_KEY)
    tags = entry.get("tags", [])
    if not isinstance(tags, list) or len(tags) > MOST_TAGS:
        raise RefusedError(f"Its tags are no list of at most {MOST_TAGS}.")
    told = (tag_of(_short(tag, "tag", LONGEST_TAG)) for tag in tags)
    kept = tuple(dict.fromkeys(tag for tag in told if tag))
    content = entry.get("content")
    refuse_misshapen(kind, content)
    return Item(kind, content, name, kept, key)  # type: ignore[arg-type]


def _short(value: Any, what: str, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest or value.translate(UNSEEN) != value or "\n" in value:
        raise RefusedError(f"Its {what} is no plain text of at most {longest} characters.")
    return value


def _stored(item: Item) -> dict[str, Any]:
    stored: dict[str, Any] = {"key": item.key, "kind": item.kind, "name": item.name, "tags": list(item.tags)}
    return {name: value for name, value in stored.items() if value} | {"content": item.content}
