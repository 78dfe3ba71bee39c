"""What the answers teach, in the CMS: a quiz, one of its questions, and the tags of a module."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from downloads.tables import Cell, csv_response
from organisations.clock import today
from quizzes.models import Quiz
from quizzes.statistics import LEAST_ATTEMPTS, LEAST_IN_A_LANGUAGE
from records.access_answers import get_module_for, get_quiz_for
from records.access_regrades import may_correct
from records.forms_answers import AnswersFilterForm
from records.rules.answer_groups import Asked
from records.selectors.answers import MOST, QuestionLine, QuizAnswers, answers_of_quiz, modules_asking
from records.selectors.missed_tags import missed_tags
from records.templatetags.answer_figures import names_of_languages, option_words, percent, question_words, telling

LIMITS = {"least": LEAST_ATTEMPTS, "least_in_a_language": LEAST_IN_A_LANGUAGE, "most": MOST}


@require_safe
def quiz_answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Each question of a quiz with its figures."""
    quiz = get_quiz_for(request.user, pk)
    told = _told(request, quiz)
    context = {"quiz": quiz, "told": told, "form": AnswersFilterForm(told), "modules": modules_asking(quiz)}
    context["asked"] = request.GET.urlencode()
    return render(request, "records/cms/answers.html", {**context, **LIMITS})


@require_safe
def quiz_answers_csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The same as a file."""
    quiz = get_quiz_for(request.user, pk)
    return csv_response("answers.csv", _rows(_told(request, quiz)))


@require_safe
def question_answers(request: HttpRequest, pk: int, version_pk: int) -> HttpResponse:
    """One version of a question: what was chosen by whom, languages, and what can be done."""
    quiz = get_quiz_for(request.user, pk)
    told, line = _told_of(request, quiz, version_pk)
    chosen = {each.key: each for each in line.figures.choices}
    context = {
        "quiz": quiz,
        "line": line,
        "form": AnswersFilterForm(told),
        "options": [(option.line, chosen[option.key]) for option in line.options if option.key in chosen],
        "unanswered": chosen.get(""),
        "may_correct": may_correct(request.user),
        "asked": request.GET.urlencode(),
    }
    return render(request, "records/cms/answers_question.html", {**context, **LIMITS})


@require_safe
def question_answers_csv(request: HttpRequest, pk: int, version_pk: int) -> HttpResponseBase:
    """What was answered to it as a file."""
    _answers, line = _told_of(request, get_quiz_for(request.user, pk), version_pk)
    return csv_response("answers.csv", _rows_of_options(line))


@require_safe
def module_tags(request: HttpRequest, module_key: UUID) -> HttpResponse:
    """The tags of a module's questions, those that most people miss first."""
    module = get_module_for(request.user, module_key)
    quizzes = Quiz.objects.filter(versions__edition_lessons__edition__module_key=module_key).distinct()
    context = {"module": module, "quizzes": quizzes, "tags": missed_tags(module_key), **LIMITS}
    return render(request, "records/cms/answers_tags.html", context)


def _told(request: HttpRequest, quiz: Quiz, version_pk: int | None = None) -> QuizAnswers:
    asked = Asked(request.GET.get("period", ""), request.GET.get("editions", ""))
    return answers_of_quiz(quiz, asked=asked, day=today(), version_id=version_pk)


def _told_of(request: HttpRequest, quiz: Quiz, version_pk: int) -> tuple[QuizAnswers, QuestionLine]:
    told = _told(request, quiz, version_pk)
    line = told.line_of(version_pk)
    if line is None:
        raise Http404
    return told, line


def _rows_of_options(line: QuestionLine) -> Iterator[Sequence[Cell]]:
    yield [
        _("Answer"),
        _("Right"),
        _("Everybody, per cent"),
        _("High scorers, per cent"),
        _("Low scorers, per cent"),
    ]
    options = {option.key: option.line for option in line.options}
    for each in line.figures.choices:
        said = options.get(each.key)
        if said is not None or each.count:
            words = _("Not answered") if said is None else option_words(said)
            right = _("yes") if said is not None and said.is_right else _("no")
            yield [words, right, percent(each.share), percent(each.high), percent(each.low)]


def _rows(told: QuizAnswers) -> Iterator[Sequence[Cell]]:
    yield [
        _("Question"),
        _("Version"),
        _("Asked now"),
        _("First attempts"),
        _("Mean mark, per cent"),
        _("Discrimination, -100 to 100"),
        _("Tells people apart"),
        _("Middle time, seconds"),
        _("Much harder in"),
        _("Compared in"),
    ]
    for line in told.lines:
        yield _row(line)
        yield from map(_row, line.older)
    if told.whole.score is not None:
        seconds = None if told.whole.seconds is None else round(told.whole.seconds)
        whole = [_("The quiz as a whole"), None, "", told.whole.count, percent(told.whole.score)]
        yield [*whole, None, "", seconds, "", ""]


def _row(line: QuestionLine) -> Sequence[Cell]:
    figures = line.figures
    start: list[Cell] = [
        question_words(line.question),
        line.number,
        _("yes") if line.place else _("no"),
        None if figures.is_withheld else figures.count,
    ]
    if figures.is_withheld:
        return [*start, None, None, _("Not said: with other choices it would tell of few people"), None, "", ""]
    if figures.is_hidden:
        return [*start, None, None, _("Too few first attempts to say"), None, "", ""]
    return [
        *start,
        percent(figures.facility),
        percent(figures.discrimination),
        telling(figures.telling),
        None if figures.seconds is None else round(figures.seconds),
        names_of_languages(figures.harder_in),
        names_of_languages(each.language for each in figures.languages),
    ]
