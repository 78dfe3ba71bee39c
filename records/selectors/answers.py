"""What first attempts say about questions: figures, never about a person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import fsum
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Max, Q, QuerySet, Window
from django.db.models.functions import Coalesce, RowNumber

from courses.models import Edition
from organisations.clock import LONDON, today
from quizzes.marking import Option, is_marked, mark, options, taken
from quizzes.models import Correction, QuestionVersion, Quiz, QuizVersionQuestion
from quizzes.questions import Question, question_from_content
from quizzes.selectors import current_questions
from quizzes.showing import as_shown
from quizzes.statistics import (
    LEAST_ATTEMPTS,
    Answered,
    Handed,
    ItemStatistics,
    QuizStatistics,
    rests,
    statistics_of,
    whole_quiz,
)
from records.models import Attempt, Part
from records.rules.answer_groups import EVERYTHING, PERIODS, Asked, Choices, Slice, choices_in
from records.rules.days import add_months

#: So many of the newest first attempts are counted: more would make no figure better, and fill the memory.
MOST = 20_000
#: Attempts in memory at once, with everything that they hold.
CHUNK = 500
#: The key of not having answered at all.
NOTHING = ""
#: How a choice of a module or of an edition is called, before its key or number.
MODULE, EDITION = "module-", "edition-"


class Sitting(NamedTuple):
    """A first attempt: by whom, only to count people once, what was asked and answered, and in which language."""

    person_id: int
    questions: Sequence[Mapping[str, Any]]
    language: str
    #: Of the work as it stands now: who moved to a newer edition counts there.
    edition_id: int
    submitted_at: datetime

    @property
    def is_whole(self) -> bool:
        """Whether its answers are still held: they go after their period, and with a person's details."""
        return all("answer" in row for row in self.questions)


@dataclass(frozen=True)
class QuestionLine:
    """A version of a question with its figures."""

    version_id: int
    number: int
    #: Its place in the newest version of the quiz; 0 where that does not ask it.
    place: int
    question: Question
    figures: ItemStatistics
    options: tuple[Option, ...] = ()
    #: Versions of the same question before this one, newest first.
    older: tuple[QuestionLine, ...] = ()


class EditionAsked(NamedTuple):
    """An edition on which somebody was asked."""

    pk: int
    module_key: UUID
    number: int
    title: str


@dataclass(frozen=True)
class QuizAnswers:
    """What first attempts say about a quiz."""

    lines: Sequence[QuestionLine]
    count: int
    #: The quiz as a whole.
    whole: QuizStatistics
    #: What the figures are about, and what else can be chosen.
    asked: Asked = EVERYTHING
    choices: Choices = field(default_factory=Choices)
    editions: Sequence[EditionAsked] = ()
    #: Whether there are more first attempts than were counted.
    is_cut: bool = False
    #: Whether nothing is said, because with other choices it would tell of few people.
    is_withheld: bool = False

    def line_of(self, version_id: int) -> QuestionLine | None:
        """The line of a version, if it stands among the others or behind one."""
        every = (one for line in self.lines for one in (line, *line.older))
        return next((line for line in every if line.version_id == version_id), None)


@dataclass
class Gathered:
    """Answers by the version of the question, beside each the slice of attempts that it comes from."""

    answers: dict[int, list[Answered]] = field(default_factory=lambda: defaultdict(list))
    slices: dict[int, list[Slice]] = field(default_factory=lambda: defaultdict(list))
    #: How many attempts each slice has.
    counts: Counter[Slice] = field(default_factory=Counter)
    #: The attempts as wholes, each in its slice.
    handed: list[tuple[Slice, Handed]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many attempts there are in all."""
        return sum(self.counts.values())


def marks_of(questions: Sequence[Mapping[str, Any]], keys: Mapping[int, Question]) -> dict[int, float]:
    """The marks that count in an attempt, by the version of the question; by the keys that hold now where they were
    corrected since."""
    return {row["version_id"]: _mark_of(row, keys.get(row["version_id"])) for row in questions if "mark" in row}


def corrected_keys(quiz_keys: Collection[UUID]) -> dict[int, Question]:
    """The versions of questions of these quizzes whose key was corrected, as they are marked now."""
    corrected = Correction.objects.filter(version__places__quiz_version__quiz_key__in=quiz_keys)
    ids = set(corrected.values_list("version_id", flat=True))
    return {pk: question for pk, (question, _hash) in current_questions(ids).items()}


def counted_attempts() -> QuerySet[Attempt]:
    """Attempts that can teach something: marked by the server, by people who have been taught."""
    return Attempt.objects.filter(evidence=Attempt.Evidence.SERVER).exclude(part=Part.BEFORE)


def first_attempts(quiz_keys: Collection[UUID], *, module_key: UUID | None = None) -> Iterator[Sitting]:
    """The first attempt of each person at each quiz, newest first, in one query; people who were merged are one.

    What is first is settled before anything is left out: a second attempt never takes the place of a first one.
    """
    human = Coalesce("enrolment__person__merged_into", "enrolment__person")
    turn = Window(
        RowNumber(), partition_by=[human, F("quiz_version__quiz_key")], order_by=[F("submitted_at"), F("pk")]
    )
    attempts = counted_attempts().filter(quiz_version__quiz_key__in=quiz_keys)
    ranked = attempts.order_by().annotate(turn=turn).filter(turn=1)
    wanted: QuerySet[Any] = Attempt.objects.filter(pk__in=ranked.values("pk"))
    if module_key is not None:
        wanted = wanted.filter(enrolment__module_key=module_key)
    names = ("human", "questions", "language", "enrolment__edition", "submitted_at")
    rows = wanted.annotate(human=human).order_by("-submitted_at", "-pk").values_list(*names)
    for row in rows[:MOST].iterator(chunk_size=CHUNK):
        sitting = Sitting(*row)
        if sitting.is_whole:
            yield sitting


def gather(sittings: Iterator[Sitting], keys: Mapping[int, Question], starts: Sequence[datetime] = ()) -> Gathered:
    """The answers of these attempts by the version of the question, each beside the rest of its own attempt; `starts`
    are the beginnings of the periods."""
    found = Gathered()
    same: dict[tuple[str, ...], tuple[str, ...]] = {}
    for sitting in sittings:
        part = (sitting.edition_id, sum(sitting.submitted_at >= start for start in starts))
        found.counts[part] += 1
        marks = marks_of(sitting.questions, keys)
        others = rests(marks)
        if marks:
            found.handed.append((part, _whole(sitting, marks)))
        for row in sitting.questions:
            version_id = row["version_id"]
            if version_id not in marks:
                continue
            chosen = tuple(row["answer"])
            # Most answers are alike: each is held once.
            chosen = same.setdefault(chosen, chosen)
            found.answers[version_id].append(
                Answered(marks[version_id], others[version_id], chosen, row.get("seconds"), sitting.language)
            )
            found.slices[version_id].append(part)
    return found


def answers_of_quiz(
    quiz: Quiz, *, asked: Asked = EVERYTHING, day: date | None = None, version_id: int | None = None
) -> QuizAnswers:
    """The figures of each question of a quiz, in the order of its newest version, with what was chosen in the one
    version asked for; the number of queries does not depend on how much there is.

    What cannot be chosen without telling of few people is as if it had not been asked for.
    """
    keys = corrected_keys([quiz.key])
    gathered = gather(first_attempts([quiz.key]), keys, starts_of_periods(day or today()))
    editions = _editions(gathered.counts)
    choices = choices_in(gathered.counts, _to_choose(editions), LEAST_ATTEMPTS)
    asked = choices.or_all(asked)
    is_withheld = asked != EVERYTHING and not choices.may_tell(asked, gathered.counts, LEAST_ATTEMPTS)
    group = choices.group(asked, gathered.counts)
    count = sum(gathered.counts[part] for part in group)
    handed = [each for part, each in gathered.handed if part in group]
    # Attempts without marks are among `counts`, and not here: few may be left of what a choice leaves out.
    marked_counts = Counter(part for part, _each in gathered.handed)
    may_tell = asked == EVERYTHING or choices.may_tell(asked, marked_counts, LEAST_ATTEMPTS)
    whole = whole_quiz(handed if may_tell and not is_withheld else [])
    places = _places_of(quiz)
    versions = QuestionVersion.objects.in_bulk({*places, *gathered.answers})
    questions = {pk: keys.get(pk) or _question(version) for pk, version in versions.items()}
    marked = {pk: question for pk, question in questions.items() if is_marked(question)}
    shown = dict(zip(marked, as_shown(list(marked.values()), "en"), strict=True))
    lines: dict[Any, list[QuestionLine]] = defaultdict(list)
    for pk in sorted(marked, key=lambda pk: versions[pk].number, reverse=True):
        answers, languages = (None, None) if is_withheld else _told(gathered, pk, asked, choices)
        wanted = options(shown[pk]) if pk == version_id else ()
        line = QuestionLine(
            version_id=pk,
            number=versions[pk].number,
            place=places.get(pk, 0),
            question=shown[pk],
            figures=_figures(marked[pk], answers, wanted, languages),
            options=wanted,
        )
        # A version that was never asked and is asked no more has nothing to say.
        if answers or answers is None or line.place:
            lines[versions[pk].question_key].append(line)
    told = sorted(map(_folded, lines.values()), key=_order)
    is_cut = gathered.total >= MOST
    return QuizAnswers(told, count, whole, asked, choices, editions, is_cut, is_withheld)


def _whole(sitting: Sitting, marks: Mapping[int, float]) -> Handed:
    times = [seconds for row in sitting.questions if (seconds := row.get("seconds")) is not None]
    return Handed(fsum(marks.values()) / len(marks), sum(times) if times else None)


def starts_of_periods(day: date) -> list[datetime]:
    """When each period begins, on a day: whole months only, as two that differ by a day would tell what one person
    answered."""
    firsts = [add_months(day.replace(day=1), -months) for months in PERIODS.values()]
    return [datetime(first.year, first.month, first.day, tzinfo=LONDON) for first in firsts]


def _editions(counts: Mapping[Slice, int]) -> list[EditionAsked]:
    """The editions of these attempts, newest first."""
    editions = Edition.objects.filter(pk__in={pk for pk, _band in counts}).order_by("-number", "title", "pk")
    return [EditionAsked(*row) for row in editions.values_list("pk", "module_key", "number", "title")]


def _to_choose(editions: Sequence[EditionAsked]) -> dict[str, list[int]]:
    """The choices that there could be: modules where there are several, then each edition."""
    modules: dict[str, list[int]] = defaultdict(list)
    for each in editions:
        modules[f"{MODULE}{each.module_key}"].append(each.pk)
    several = modules if len(modules) > 1 else {}
    alone = [each for each in editions if several.get(f"{MODULE}{each.module_key}") != [each.pk]]
    return {**several, **{f"{EDITION}{each.pk}": [each.pk] for each in alone}}


def modules_asking(quiz: Quiz) -> list[tuple[UUID, str]]:
    """The modules of which an edition asks the quiz, with their newest titles."""
    in_a_lesson, around = Q(lessons__quiz_version__quiz_key=quiz.key), Q(check_version__quiz_key=quiz.key)
    editions = Edition.objects.filter(in_a_lesson | around).order_by("number")
    return sorted(dict(editions.values_list("module_key", "title")).items(), key=lambda pair: pair[1])


def _places_of(quiz: Quiz) -> dict[int, int]:
    """The versions of questions that versions of the quiz ask, each with its place in the newest one or 0."""
    rows = QuizVersionQuestion.objects.filter(quiz_version__quiz_key=quiz.key)
    newest = rows.aggregate(number=Max("quiz_version__number"))["number"]
    found: dict[int, int] = {}
    place = 0
    for pk, number in rows.order_by("position").values_list("question_version_id", "quiz_version__number"):
        place += number == newest
        found[pk] = place if number == newest else found.get(pk, 0)
    return found


def _question(version: QuestionVersion) -> Question:
    return question_from_content(str(version.question_key), version.pk, version.kind, version.content)


def _mark_of(row: Mapping[str, Any], key: Question | None) -> float:
    if key is None or row.get("key_version_id") == key.key_version_id:
        return float(row["mark"])
    return float(mark(key, row["answer"]))


def _told(
    gathered: Gathered, pk: int, asked: Asked, choices: Choices
) -> tuple[list[Answered] | None, Collection[str] | None]:
    """The answers of a version that a choice is about, and in which languages they may be told; None: nothing may be
    told of them, and any language may."""
    answers, slices = gathered.answers[pk], gathered.slices[pk]
    if asked == EVERYTHING:
        return answers, None
    counts = Counter(slices)
    if not choices.may_tell(asked, counts, LEAST_ATTEMPTS):
        return None, None
    in_languages: dict[str, Counter[Slice]] = defaultdict(Counter)
    for answer, part in zip(answers, slices, strict=True):
        in_languages[answer.language][part] += 1
    told = {code for code, each in in_languages.items() if choices.may_tell(asked, each, LEAST_ATTEMPTS)}
    group = choices.group(asked, counts)
    return [answer for answer, part in zip(answers, slices, strict=True) if part in group], told


def _figures(
    question: Question, answers: list[Answered] | None, wanted: Sequence[Option], languages: Collection[str] | None
) -> ItemStatistics:
    if answers is None:
        return ItemStatistics(count=0, is_withheld=True)
    if not wanted:
        return statistics_of(answers, languages=languages)
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    for each in answers:
        if each.chosen not in known:
            known[each.chosen] = taken(question, each.chosen) or (NOTHING,)
    counted = [each._replace(chosen=known[each.chosen]) for each in answers]
    return statistics_of(counted, [*(option.key for option in wanted), NOTHING], languages=languages)


def _folded(lines: list[QuestionLine]) -> QuestionLine:
    """The version that is asked now, or else the newest, with all others behind it."""
    first = next((line for line in lines if line.place), lines[0])
    older = tuple(line for line in lines if line is not first)
    return QuestionLine(
        first.version_id, first.number, first.place, first.question, first.figures, first.options, older
    )


def _order(line: QuestionLine) -> tuple[bool, int, int]:
    return (not line.place, line.place, line.version_id)
