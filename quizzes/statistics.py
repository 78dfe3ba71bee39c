"""What the answers teach about a question: pure figures over first attempts, never about a person.

Facility and discrimination are those of classical test theory, as Moodle's quiz statistics define them: the yardstick
is the rest of the quiz, so that no question is compared with itself. Languages are compared by the procedure of Mantel
and Haenszel, on the delta scale of the Educational Testing Service.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import fsum, log, sqrt
from statistics import median, quantiles
from typing import NamedTuple, TypeVar

Key = TypeVar("Key")

#: Fewer first attempts than this show nothing: the figures would be chance, and could point at a person.
LEAST_ATTEMPTS = 20
#: Fewer in one language than this are not compared.
LEAST_IN_A_LANGUAGE = 30
#: The share of attempts, by the rest of the quiz, that counts as high and as low scorers.
EDGE = 0.27
#: From here a question is much harder in a language: the border of the largest class of the delta scale.
MUCH_HARDER = -1.5
#: The chi-square value with one degree of freedom that chance reaches once in twenty times.
BY_CHANCE = 3.841
#: From here a question tells those who do well elsewhere from others well, or a little; below, those miss it.
WELL, A_LITTLE, TURNED = 0.3, 0.1, -0.1
#: What almost everybody gets right cannot tell anybody apart.
EASY = 0.95
#: Attempts of like rest scores are compared with each other, in so many bands.
BANDS = 5


class Answered(NamedTuple):
    """An answer in somebody's first attempt; `rest` is the mean mark of the attempt's other questions."""

    mark: float
    rest: float
    chosen: tuple[str, ...] = ()
    seconds: int | None = None
    #: Empty where it is not known.
    language: str = "en"


class Handed(NamedTuple):
    """Somebody's whole first attempt: its mean mark, and the seconds of all its questions; None where not known."""

    score: float
    seconds: int | None = None


@dataclass(frozen=True)
class Chosen:
    """How often something was chosen: by everybody, and as shares of the high and of the low scorers."""

    key: str
    count: int
    share: float
    high: float | None
    low: float | None


@dataclass(frozen=True)
class InLanguage:
    """How a question compares in one language with English, among people who did equally well elsewhere.

    `delta` is on the scale of the Educational Testing Service: below 0 the question is harder in this language.
    """

    language: str
    count: int
    facility: float
    #: The mean mark of those who were asked in English.
    english: float
    delta: float
    is_much_harder: bool


class Telling(StrEnum):
    """How a question tells those who do well in the rest of the quiz from others."""

    WELL = "well"
    A_LITTLE = "a little"
    HARDLY = "hardly"
    EASY = "easy"
    #: Those who do well elsewhere do worse here.
    TURNED = "turned"
    #: All marks are the same, or there is nothing to compare them with.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class ItemStatistics:
    """The figures of one question. All but `count` are None, or empty, below the least number of attempts."""

    count: int
    #: The mean mark, 0 to 1: how easy the question is.
    facility: float | None = None
    #: How the marks go with the rest of the quiz, -1 to 1; None where all marks, or all rests, are the same.
    discrimination: float | None = None
    #: The middle number of seconds.
    seconds: float | None = None
    choices: tuple[Chosen, ...] = ()
    languages: tuple[InLanguage, ...] = field(default=())
    #: Whether nothing is said for another reason: beside other figures these would tell of few people.
    is_withheld: bool = False

    @property
    def is_hidden(self) -> bool:
        """Whether there are too few attempts to say anything, or nothing may be said."""
        return self.is_withheld or self.count < LEAST_ATTEMPTS

    @property
    def telling(self) -> Telling:
        """How it tells people apart, in one word."""
        if self.facility is None or self.discrimination is None:
            return Telling.UNKNOWN
        if self.discrimination <= TURNED:
            return Telling.TURNED
        if self.facility >= EASY:
            return Telling.EASY
        if self.discrimination >= WELL:
            return Telling.WELL
        return Telling.A_LITTLE if self.discrimination >= A_LITTLE else Telling.HARDLY

    @property
    def harder_in(self) -> tuple[str, ...]:
        """The languages in which it is much harder than in English."""
        return tuple(each.language for each in self.languages if each.is_much_harder)


@dataclass(frozen=True)
class QuizStatistics:
    """The figures of a whole quiz. All but `count` are None below the least number of attempts."""

    count: int
    #: The mean score, 0 to 1.
    score: float | None = None
    #: A quarter of the attempts reach at most `low`, a quarter at least `high`.
    low: float | None = None
    high: float | None = None
    #: The middle number of seconds.
    seconds: float | None = None


def whole_quiz(attempts: Sequence[Handed]) -> QuizStatistics:
    """The figures of a quiz over its first attempts."""
    if len(attempts) < LEAST_ATTEMPTS:
        return QuizStatistics(count=len(attempts))
    scores = [each.score for each in attempts]
    times = [each.seconds for each in attempts if each.seconds is not None]
    low, _middle, high = quantiles(scores, n=4, method="inclusive")
    return QuizStatistics(
        count=len(attempts),
        score=fsum(scores) / len(scores),
        low=low,
        high=high,
        seconds=median(times) if len(times) >= LEAST_ATTEMPTS else None,
    )


def rests(marks: Mapping[Key, float]) -> dict[Key, float]:
    """For each question of one attempt the mean mark of the others; a quiz of one question has no others."""
    if len(marks) < 2:
        return dict.fromkeys(marks, 0.0)
    total = fsum(marks.values())
    return {key: (total - mark) / (len(marks) - 1) for key, mark in marks.items()}


def statistics_of(
    answers: Sequence[Answered], keys: Iterable[str] = (), languages: Collection[str] | None = None
) -> ItemStatistics:
    """The figures of a question over its first attempts; `keys` are its choices, in the order to list them, and
    `languages` those that may be compared, where not all may."""
    if len(answers) < LEAST_ATTEMPTS:
        return ItemStatistics(count=len(answers))
    marks, others = [each.mark for each in answers], [each.rest for each in answers]
    times = [each.seconds for each in answers if each.seconds is not None]
    return ItemStatistics(
        count=len(answers),
        facility=fsum(marks) / len(marks),
        discrimination=correlation(marks, others),
        seconds=median(times) if len(times) >= LEAST_ATTEMPTS else None,
        choices=tuple(_choices(answers, listed)) if (listed := tuple(keys)) else (),
        languages=tuple(_languages(answers, languages)),
    )


def correlation(ones: Sequence[float], others: Sequence[float]) -> float | None:
    """How two rows of numbers go together, -1 to 1 (Pearson); None where either does not vary."""
    count = len(ones)
    if count < 2 or min(ones) == max(ones) or min(others) == max(others):
        return None
    middle, other_middle = fsum(ones) / count, fsum(others) / count
    apart = [one - middle for one in ones]
    other_apart = [other - other_middle for other in others]
    spread = sqrt(fsum(a * a for a in apart)) * sqrt(fsum(b * b for b in other_apart))
    if spread == 0:
        return None
    together = fsum(a * b for a, b in zip(apart, other_apart, strict=True))
    return max(-1.0, min(1.0, together / spread))


def _choices(answers: Sequence[Answered], keys: Iterable[str]) -> Iterable[Chosen]:
    ranked = sorted(each.rest for each in answers)
    edge = max(1, int(len(ranked) * EDGE))
    low_end, high_end = ranked[edge - 1], ranked[-edge]
    # Equal rests stay together: who is counted as high must not hang on the order of rows.
    high = [each for each in answers if each.rest >= high_end] if low_end < high_end else []
    low = [each for each in answers if each.rest <= low_end] if low_end < high_end else []
    counts = Counter(key for each in answers for key in set(each.chosen))
    in_high = Counter(key for each in high for key in set(each.chosen))
    in_low = Counter(key for each in low for key in set(each.chosen))
    for key in keys:
        yield Chosen(
            key=key,
            count=counts[key],
            share=counts[key] / len(answers),
            high=in_high[key] / len(high) if high else None,
            low=in_low[key] / len(low) if low else None,
        )


def _languages(answers: Sequence[Answered], told: Collection[str] | None) -> Iterable[InLanguage]:
    by_language: dict[str, list[Answered]] = defaultdict(list)
    for each in answers:
        if told is None or each.language in told:
            by_language[each.language].append(each)
    by_language.pop("", None)
    english = by_language.pop("en", [])
    if len(english) < LEAST_IN_A_LANGUAGE:
        return
    for language, theirs in sorted(by_language.items()):
        if len(theirs) < LEAST_IN_A_LANGUAGE:
            continue
        found = mantel_haenszel(english, theirs)
        if found is not None:
            delta, chi_square = found
            is_much_harder = delta <= MUCH_HARDER and chi_square > BY_CHANCE
            yield InLanguage(language, len(theirs), _mean(theirs), _mean(english), delta, is_much_harder)


def _mean(answers: Sequence[Answered]) -> float:
    return fsum(each.mark for each in answers) / len(answers)


def mantel_haenszel(english: Sequence[Answered], theirs: Sequence[Answered]) -> tuple[float, float] | None:
    """The delta of a question in a language beside English, and its chi-square; None where no band can compare.

    Half is added to each cell of a band, so that a question that nobody got right in a language still compares.
    """
    borders = _borders([each.rest for each in (*english, *theirs)])
    tables: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for place, group in ((0, english), (2, theirs)):
        for each in group:
            is_wrong = each.mark < 1
            tables[bisect_left(borders, each.rest)][place + is_wrong] += 1
    above, below, right, expected, variance = [], [], [], [], []
    for a, b, c, d in tables.values():
        n, rights, wrongs = a + b + c + d, a + c, b + d
        if not (a + b and c + d):
            continue
        above.append((a + 0.5) * (d + 0.5) / (n + 2))
        below.append((b + 0.5) * (c + 0.5) / (n + 2))
        right.append(a)
        expected.append((a + b) * rights / n)
        if n > 1:
            variance.append((a + b) * (c + d) * rights * wrongs / (n * n * (n - 1)))
    if not above:
        return None
    delta = -2.35 * log(fsum(above) / fsum(below))
    spread = fsum(variance)
    apart = max(0.0, abs(fsum(right) - fsum(expected)) - 0.5)
    return delta, apart * apart / spread if spread else 0.0


def _borders(values: list[float]) -> list[float]:
    ranked = sorted(values)
    return sorted({ranked[len(ranked) * band // BANDS - 1] for band in range(1, BANDS)})
