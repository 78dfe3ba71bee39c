"""Rules about tags: what a lesson teaches, and which lessons nobody leaves out, whatever they know. No Django."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum

from quizzes.questions import folded, tags_in

#: How a tag begins, or a word in it, that stands for what everyone is taught each time, in the spellings that trainers
#: use: danger, do no harm, consent, the referral of children, the Duty to Notify. Rather one lesson too many.
NEVER_LEFT_OUT = (
    "danger", "risk to life", "life threat", "emergenc", "999", "112",
    "harm",
    "consent", "informed choice", "mental capacity",
    "child", "minor", "young", "teen", "adolescent", "juvenile", "under 18", "ncrm", "ictg",
    "guardian", "safeguarding",
    "duty to notify", "notif", "dtn", "ms1",
)  # fmt: skip
_BETWEEN_WORDS = re.compile(r"[\W_]+")


class Obstacle(Enum):
    """Why a lesson is never left out."""

    NO_TAGS = "no_tags"
    COUNTING_QUIZ = "counting_quiz"
    NEVER = "never"


def folded_tags_in(text: str) -> tuple[str, ...]:
    """The folded tags of a list with commas, each once, in their order."""
    return tuple(map(folded, tags_in(text)))


def is_never_left_out(tag: str) -> bool:
    """Whether a tag is about something that everyone is taught."""
    # Whatever stands between the words: blanks, hyphens of any kind, brackets, quotation marks.
    plain = _BETWEEN_WORDS.sub(" ", folded(tag))
    return any(f" {spelling}" in f" {plain}" for spelling in NEVER_LEFT_OUT)


def obstacle_to_leaving_out(tags: Iterable[str], *, has_counting_quiz: bool) -> Obstacle | None:
    """What keeps a lesson with these folded tags from being left out by those who know it; None if nothing does."""
    tags = list(tags)
    if any(map(is_never_left_out, tags)):
        return Obstacle.NEVER
    if has_counting_quiz:
        return Obstacle.COUNTING_QUIZ
    return None if tags else Obstacle.NO_TAGS
