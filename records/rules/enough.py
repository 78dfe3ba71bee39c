"""Whether something other than a module's own lessons and quiz completes it."""

from __future__ import annotations


def completes(setting: str, *, has_counting_quiz: bool) -> bool:
    """Whether a confirmed briefing, or recognised training, completes a module: as its trainer says, else where no
    quiz counts."""
    if setting in {"enough", "never"}:
        return setting == "enough"
    return not has_counting_quiz
