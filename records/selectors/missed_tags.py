"""What a module's questions are about, by how much of it is answered rightly at the first attempt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from quizzes.models import QuizVersionQuestion
from quizzes.questions import folded
from quizzes.statistics import LEAST_ATTEMPTS
from records.selectors.answers import corrected_keys, counted_attempts, first_attempts, marks_of


@dataclass(frozen=True)
class TagLine:
    """A tag with its figures."""

    name: str
    #: How many people were asked about it, and in how many questions.
    people: int
    questions: int
    #: The mean mark of all answers, 0 to 1; None where too few people were asked.
    facility: float | None

    @property
    def is_hidden(self) -> bool:
        """Whether there are too few people to say anything."""
        return self.facility is None


@dataclass
class _Asked:
    """What is known about one version of a question."""

    people: set[int] = field(default_factory=set)
    total: float = 0.0
    count: int = 0


@dataclass
class _Heard:
    name: str = ""
    versions: dict[int, _Asked] = field(default_factory=lambda: defaultdict(_Asked))


def missed_tags(module_key: UUID) -> list[TagLine]:
    """A module's tags, most missed first, those with too few people last: five queries at most."""
    attempts = counted_attempts().filter(enrolment__module_key=module_key).order_by()
    quiz_keys = set(attempts.values_list("quiz_version__quiz_key", flat=True).distinct())
    tags, keys = tags_of(quiz_keys), corrected_keys(quiz_keys)
    heard: dict[str, _Heard] = defaultdict(_Heard)
    for sitting in first_attempts(quiz_keys, module_key=module_key):
        for version_id, mark in marks_of(sitting.questions, keys).items():
            # Two spellings of one tag are one, by whatever name came first.
            for known_as, name in {folded(name): name for name in tags.get(version_id, ())}.items():
                one = heard[known_as]
                one.name = one.name or name
                asked = one.versions[version_id]
                asked.people.add(sitting.person_id)
                asked.total += mark
                asked.count += 1
    return sorted(map(_line, heard.values()), key=_order)


def tags_of(quiz_keys: Collection[UUID]) -> Mapping[int, Sequence[str]]:
    """The tags that questions had when their quiz was frozen last, by the version of the question."""
    places = QuizVersionQuestion.objects.filter(quiz_version__quiz_key__in=quiz_keys)
    return dict(places.order_by("quiz_version__number").values_list("question_version_id", "tags"))


def _line(one: _Heard) -> TagLine:
    counted = _counted(list(one.versions.values()))
    people = len(set().union(*(each.people for each in counted or one.versions.values())))
    facility = sum(each.total for each in counted) / sum(each.count for each in counted) if counted else None
    return TagLine(one.name, people, len(counted or one.versions), facility)


def _counted(asked: list[_Asked]) -> list[_Asked]:
    """Those that make the figure: of the questions that show nothing by themselves all or none, as they were together
    asked of enough people or not; or subtracting the others would tell of few."""
    alone = [each for each in asked if len(each.people) >= LEAST_ATTEMPTS]
    few = [each for each in asked if len(each.people) < LEAST_ATTEMPTS]
    return asked if len(set().union(*(each.people for each in few))) >= LEAST_ATTEMPTS else alone


def _order(line: TagLine) -> tuple[bool, float, str]:
    return (line.is_hidden, line.facility or 0.0, line.name)
