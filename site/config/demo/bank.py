"""The question bank of the demo, as its trainer wrote it, and a quiz that asks from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from organisations.models import User
from quizzes.actions import Deed, change_many, create_quiz, import_items
from quizzes.formats.items import Item
from quizzes.kinds.true_false.editor import WORDS
from quizzes.models import Feedback, Question, Tag
from quizzes.questions import folded

FILE = Path(__file__).with_name("bank.yaml")
QUIZ = "Consent and referral: a practice of its own (demo)"
#: How many questions of each tag the quiz draws.
DRAWS = {"consent": 3, "referral": 3}
#: What is not as usual, to see what it looks like.
RULES: dict[str, Any] = {"attempts_allowed": 3, "minutes_allowed": 30, "feedback": Feedback.AFTER_PASSING}
Entry = Mapping[str, Any]


def load_bank(trainer: User, at: datetime) -> None:
    """Brings the questions into the bank, most of them ready, and writes a quiz that stands in no lesson."""
    entries = read_bank()
    import_items(items=[item_of(entry) for entry in entries], by=trainer, at=at)
    status_of = {entry["name"]: entry.get("status", Deed.READY) for entry in entries}
    pks = dict(Question.objects.filter(name__in=status_of).values_list("name", "pk"))
    for deed in (Deed.READY, Deed.RETIRE):
        ids = [pks[name] for name, status in status_of.items() if status == deed]
        change_many(ids=ids, deed=deed, by=trainer, at=at)
    lines = [{"type": "draw", "value": {"count": count, "tag": tag}} for tag, count in DRAWS.items()]
    introduction = "Each attempt asks other questions, and there are three. You have half an hour for each."
    create_quiz(title=QUIZ, introduction=introduction, questions=lines, by=trainer, at=at, **RULES)


def remove_tags() -> int:
    """Removes the tags of the demo that no question has and no quiz draws any more."""
    known_as = {folded(tag) for entry in read_bank() for tag in entry["tags"]}
    return Tag.objects.filter(folded__in=known_as, questions=None, quizzes=None).delete()[0]


def read_bank() -> list[Entry]:
    """The questions as they are written in the file."""
    entries: list[Entry] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return entries


def item_of(entry: Entry) -> Item:
    """A question of the file in the shape that all kinds share."""
    content = {"text": entry["text"], "explanation": entry["why"], **_asked(entry)}
    return Item(entry["kind"], content, name=entry["name"], tags=tuple(entry["tags"]))


def _asked(entry: Entry) -> dict[str, Any]:
    match entry["kind"]:
        case "true_false":
            right = entry["right"] == "True"
            return {"choices": [_choice(key, words, right == (key == "true")) for key, words in WORDS.items()]}
        case "ordering":
            return {"choices": _choices(entry["steps"], ())}
        case "short_answer":
            return {"choices": _choices(entry["accepted"], ())}
        case "gaps":
            gaps = enumerate(entry["gaps"], 1)
            return {"parts": [{"key": f"g{number}", "choices": _choices(gap[:1], gap[1:])} for number, gap in gaps]}
        case "rewrite":
            return {"parts": list(_phrases(entry["phrases"]))}
        case "matching":
            pairs = list(enumerate(entry["pairs"].items(), 1))
            return {
                "choices": [_choice(f"t{number}", meaning, True) for number, (_term, meaning) in pairs],
                "parts": [{"key": f"t{number}", "text": {"en": term}, "right": f"t{number}"}
                          for number, (term, _meaning) in pairs],
            }  # fmt: skip
        case "scenario":
            return {"parts": [_step(number, step) for number, step in enumerate(entry["steps"], 1)]}
        case "reflection":
            return {}
    return {"choices": _choices(entry["right"], entry["wrong"])}


def _choices(right: Iterable[Any], wrong: Iterable[Any]) -> list[dict[str, Any]]:
    return [_choice(f"{name}{number}", words, name == "r")
            for name, group in (("r", right), ("w", wrong)) for number, words in enumerate(group, 1)]  # fmt: skip


def _choice(key: str, words: Any, is_correct: bool, **more: Any) -> dict[str, Any]:
    text = words if isinstance(words, Mapping) else {"en": words}
    return {"key": key, "text": dict(text), "is_correct": is_correct, "feedback": {}, **more}


def _phrases(phrases: Mapping[str, list[str]]) -> Iterable[dict[str, Any]]:
    for number, (phrase, wordings) in enumerate(phrases.items(), 1):
        yield {"key": f"p{number}", "text": {"en": phrase}, "choices": _choices(wordings[:1], wordings[1:])}


def _step(number: int, step: Entry) -> dict[str, Any]:
    choices = []
    for place, way in enumerate(step["ways"], 1):
        follows = {"next": f"s{way['next']}"} if "next" in way else {}
        said = {
            **_choice(f"w{place}", way["text"], way["worth"] == 100, **follows),
            "feedback": {"en": way["feedback"]},
        }
        choices.append(said)
    return {"key": f"s{number}", "text": {"en": step["text"]}, "choices": choices}
