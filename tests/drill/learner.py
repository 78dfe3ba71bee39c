"""Somebody who takes modules and hands in their quizzes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from uuid import UUID

from tests.drill.browser import Browser

QUIZ = re.compile(r"/quiz/([0-9a-f-]{36})/")
RESULT = re.compile(r"/quiz/attempts/(\d+)/")


@dataclass
class Learner(Browser):
    """Takes modules one after another through the web server."""

    #: Keys of the quizzes whose handing in was answered with the result page.
    answered: list[UUID] = field(default_factory=list)
    #: Presses of "Hand in" that were repeated although they had been answered.
    doubled: int = 0

    def take(self, module_key: UUID, lesson_key: UUID, answers: dict[str, list[str]]) -> None:
        """Starts a module, answers its quiz and hands it in, one time in three twice."""
        module = f"/en/learn/modules/{module_key}"
        self.insist("POST", f"{module}/start/")
        _status, location, _page = self.insist("POST", f"{module}/lessons/{lesson_key}/quiz/")
        found = QUIZ.search(location)
        if found is None:
            self.problem = f"the quiz did not start but led to {location}"
            return
        key = UUID(found[1])
        for number in range(1, len(answers) + 1):
            self.answer(f"/en/quiz/{key}/{number}/", answers)
        submit = f"/en/quiz/{key}/submit/"
        status, location, _page = self.insist("POST", submit, what="submit")
        if not RESULT.search(location):
            self.problem = f"handing in led to {location or status}"
            return
        self.answered.append(key)
        if len(self.answered) % 3 == 0:
            again = self.insist("POST", submit)[1]
            self.doubled += 1
            if again != location:
                self.problem = "handing in again led elsewhere"

    def answer(self, path: str, answers: dict[str, list[str]]) -> None:
        """The right choices of the question that stands on the page."""
        page = self.insist("GET", path)[2]
        offered = set(re.findall(r'name="answer"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="answer"', page))
        values = {one or other for one, other in offered}
        right = [choice for choices in answers.values() for choice in choices if choice in values]
        self.insist("POST", path, answer=right[:1], seen="")
