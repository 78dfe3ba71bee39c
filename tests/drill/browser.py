"""A person's browser in the drill: it presses buttons until they are answered, as people do."""

from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

SECONDS_FOR_A_PAGE = 30
SECONDS_BETWEEN_PRESSES = 0.2


class GaveUp(Exception):
    """The time of the drill is over."""


@dataclass
class Browser:
    """Keeps its cookies, and asks again when there was no answer."""

    port: int
    deadline: float
    #: Shut while somebody looks at what a kill has left.
    gate: threading.Event
    #: Any form of ours takes it: the cookie and the field must only be equal.
    cookies: dict[str, str] = field(default_factory=lambda: {"csrftoken": "d" * 32})
    #: What was pressed and is not answered yet.
    pressing: str = ""
    #: How often a press of a button had to be repeated.
    repeated: int = 0
    problem: str = ""

    def ask(self, method: str, path: str, **fields: object) -> tuple[int, str, str]:
        """One request; the status, where it leads, and the page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_FOR_A_PAGE)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if method == "POST":
            body = urlencode({"csrfmiddlewaretoken": self.cookies["csrftoken"], **fields}, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            page = response.read().decode()
            for line in response.headers.get_all("Set-Cookie") or []:
                self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
            return response.status, response.headers.get("Location", ""), page
        finally:
            connection.close()

    def once(self, method: str, path: str, *, what: str = "", **fields: object) -> tuple[int, str, str]:
        """One press; no answer at all is a 599."""
        self.gate.wait(SECONDS_FOR_A_PAGE)
        self.pressing = what
        try:
            status, location, page = self.ask(method, path, **fields)
        except (OSError, http.client.HTTPException):
            status, location, page = 599, "", ""
        if status < 500:
            self.pressing = ""
        else:
            self.repeated += 1
            time.sleep(SECONDS_BETWEEN_PRESSES)
        return status, location, page

    def insist(self, method: str, path: str, *, what: str = "", **fields: object) -> tuple[int, str, str]:
        """The same, again and again until it is answered by a page or a redirect; `what` is pressed by it."""
        while time.monotonic() < self.deadline:
            answer = self.once(method, path, what=what, **fields)
            if answer[0] < 500:
                return answer
        raise GaveUp(f"{method} was not answered in time")


def at_once(tasks: list) -> list[threading.Thread]:
    """Each in a thread of its own, started."""
    threads = [threading.Thread(target=task, daemon=True) for task in tasks]
    for thread in threads:
        thread.start()
    return threads
