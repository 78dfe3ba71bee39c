"""When questions are asked before and after a module, what they show, and which lessons may be left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from courses.rules_tags import obstacle_to_leaving_out
from quizzes.questions import folded

#: How many questions about a tag must be asked, all of them right, before a lesson about it may be left out.
LEAST_QUESTIONS = 2


@dataclass(frozen=True)
class Marked:
    """A question as it was asked: what it is about, and how much of the answer is right; None where nothing is."""

    tags: tuple[str, ...]
    mark: Decimal | None


def may_ask_before(*, is_open: bool, has_begun: bool, is_answered: bool) -> bool:
    """Whether the questions before the first lesson are offered: once, and only while no lesson is done."""
    return is_open and not has_begun and not is_answered


def may_ask_after(*, is_open: bool, is_all_done: bool, is_answered: bool) -> bool:
    """Whether the questions at the end are offered: once, when every lesson is done or the module is completed."""
    return (is_all_done or not is_open) and not is_answered


def shares_by_tag(asked: Iterable[Marked]) -> Mapping[str, Decimal]:
    """For each tag how much of what was asked about it is right, 0 to 1, rounded down; in the order of the tags."""
    marks = _marks_by_tag(asked)
    return {
        tag: (sum(marks[tag], Decimal(0)) / len(marks[tag])).quantize(Decimal("0.0001"), ROUND_DOWN)
        for tag in sorted(marks)
    }


def known_tags(asked: Iterable[Marked]) -> frozenset[str]:
    """The folded tags about which enough was asked and everything answered rightly."""
    return frozenset(
        tag
        for tag, marks in _marks_by_tag(asked).items()
        if len(marks) >= LEAST_QUESTIONS and all(mark >= 1 for mark in marks)
    )


def may_leave_out(teaches: Collection[str], known: Collection[str], *, has_counting_quiz: bool) -> bool:
    """Whether somebody who knows these tags may leave out a lesson that teaches those."""
    if obstacle_to_leaving_out(teaches, has_counting_quiz=has_counting_quiz):
        return False
    return set(map(folded, teaches)) <= set(known)


def _marks_by_tag(asked: Iterable[Marked]) -> dict[str, list[Decimal]]:
    marks: dict[str, list[Decimal]] = defaultdict(list)
    for each in asked:
        if each.mark is not None:
            for tag in set(map(folded, each.tags)):
                marks[tag].append(each.mark)
    return marks
