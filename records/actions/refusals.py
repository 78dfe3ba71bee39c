"""Why an action was not done, in words for the person: what happened, that nothing is lost, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """An action was not done, and nothing was changed."""

    message: Any = ""

    def __str__(self) -> str:
        return str(self.message)


class ModuleIsNotOpen(Refusal):
    """There is no edition to start."""

    message = _("This module is not open at the moment, so you cannot start it. What you did before is kept.")


class NothingToTake(Refusal):
    """No lesson of the module is for any of the person's roles."""

    message = _("This module has no lessons for your role, so there is nothing for you to do here.")


class WorkHasEnded(Refusal):
    """The enrolment is closed."""

    message = _("You have already finished this module. Your record and your certificate are safe.")


class IsLeftBehind(Refusal):
    """A newer edition came that everyone must move to."""

    message = _("This module has changed. Nothing you did is lost. Move to the new version, then you can go on.")


class LessonIsNotYours(Refusal):
    """The lesson is not in the edition, or is for other roles."""

    message = _("That lesson is not part of this module for your role. Nothing you did is lost.")


class LessonHasQuiz(Refusal):
    """A lesson with a quiz is done by its quiz, not by a button."""

    message = _("This lesson ends with a quiz. Answer the quiz to finish the lesson.")


class LessonStays(Refusal):
    """The lesson is not left out: nobody may, or the person has not shown that they know what it teaches."""

    message = _("This lesson cannot be left out. Nothing you did is lost. Please read it.")


class LessonHasNoQuiz(Refusal):
    """There is nothing to answer in the lesson."""

    message = _("This lesson has no quiz. You can read on.")


class NothingAskedNow(Refusal):
    """No questions before or after a module are open to the person."""

    message = _("These questions are not open to you now. They do not count, so nothing is missing. You can carry on.")


class IsNotComplete(Refusal):
    """Something is left to do."""

    message = _("This module is not finished yet. Everything you did is kept. Do what is left, then finish.")


class NoSuchChoice(Refusal):
    """An answer that the question does not offer."""

    message = _(
        "We could not read that answer, so we did not save it. Your other answers are kept. Please choose again."
    )


class NoAttemptsLeft(Refusal):
    """The quiz allows so many attempts, and they are used."""

    message = _(
        "You have used all your tries for this quiz. Nothing you did is lost. Ask the modern slavery lead of your "
        "organisation or your trainer: they can give you one more."
    )


class TimeIsUp(Refusal):
    """An answer came after the end of the quiz."""

    message = _(
        "The time for this quiz has ended, so this answer could not be added. Everything you answered before is kept "
        "and counts. Hand it in now."
    )


class AnswerStands(Refusal):
    """What is right was read, so the answer stays."""

    message = _("You have already read what is right here, so your answer stays. Nothing is lost. Go on from there.")


class AlreadyHandedIn(Refusal):
    """The draft has become an attempt."""

    message = _("You have already handed in these answers, so nothing was changed. This is your result.")


class AnswerChangedElsewhere(Refusal):
    """Another window saved another answer to the same question in the meantime."""

    message = _(
        "You answered this question in another window too. We kept that answer for now. "
        "Press Continue again to keep the one you see here instead."
    )

    def __init__(self, stored: Sequence[str]) -> None:
        super().__init__()
        self.stored = list(stored)


class ChoiceStands(Refusal):
    """What came of a choice was read, so the choice stays."""

    message = _("You have already read what came of your choice here, so it stays. Nothing is lost. Go on from there.")
