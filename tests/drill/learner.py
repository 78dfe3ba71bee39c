"""A learner's browser in the drill: it presses buttons until they are answered, as people do."""

from __future__ import annotations

import http.client
import re
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

#: Any form of ours takes it: the cookie and the field must only be equal.
TOKEN = "d" * 32
QUIZ = re.compile(r"/quiz/([0-9a-f-]{36})/")
RESULT = re.compile(r"/quiz/attempts/(\d+)/")
SECONDS_FOR_A_PAGE = 30


class GaveUp(Exception):
    """The time of the drill is over."""


@dataclass
class Learner:
    """Takes modules one after another through the web server."""

    port: int
    session: str
    deadline: float
    #: Keys of the quizzes whose handing in was answered with the result page.
    answered: list[UUID] = field(default_factory=list)
    #: How often a press of a button had to be repeated.
    repeated: int = 0
    #: Presses of "Hand in" that were repeated although they had been answered.
    doubled: int = 0
    problem: str = ""

    def ask(self, method: str, path: str, **fields: object) -> tuple[int, str, str]:
        """One request; the status, where it leads, and the page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_FOR_A_PAGE)
        headers = {"Cookie": f"sessionid={self.session}; csrftoken={TOKEN}"}
        body = None
        if method == "POST":
            body = urlencode({"csrfmiddlewaretoken": TOKEN, **fields}, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.headers.get("Location", ""), response.read().decode()
        finally:
            connection.close()

    def insist(self, method: str, path: str, **fields: object) -> tuple[int, str, str]:
        """The same, again and again until it is answered by a page or a redirect."""
        while time.monotonic() < self.deadline:
            try:
                status, location, page = self.ask(method, path, **fields)
            except (OSError, http.client.HTTPException):
                status = 599
            if status < 500:
                return status, location, page
            self.repeated += 1
            time.sleep(0.2)
        raise GaveUp(f"{method} was not answered in time")

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
        _status, location, _page = self.insist("POST", submit)
        if not RESULT.search(location):
            self.problem = f"handing in led to {location or _status}"
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


def at_once(tasks: list) -> list[threading.Thread]:
    """Each in a thread of its own, started."""
    threads = [threading.Thread(target=task, daemon=True) for task in tasks]
    for thread in threads:
        thread.start()
    return threads
