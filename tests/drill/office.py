"""Those who decide: a reviewer who approves, leads who remove a person's details and who invite."""

from __future__ import annotations

from dataclasses import dataclass

from tests.drill.browser import Browser, GaveUp
from tests.drill.world import PASSWORD
from tests.second_factor import code

SIGN_IN, SECOND_STEP = "/en/account/login/", "/en/account/second-step/authenticate/"


@dataclass
class Office(Browser):
    """Signs in with a password and a code of their app, and presses the buttons of the pages."""

    email: str = ""

    def sign_in(self) -> None:
        """Comes in by the one door, with both steps."""
        self.insist("GET", SIGN_IN)
        _status, location, _page = self.insist("POST", SIGN_IN, login=self.email, password=PASSWORD)
        if location != SECOND_STEP:
            raise GaveUp(f"signing in led to {location or 'the same page'}")
        _status, location, _page = self.insist("POST", SECOND_STEP, code=code())
        if not location:
            raise GaveUp("the code of the app was refused")

    def approve(self, submission: int) -> None:
        """Puts a submission live, as its page offers; what is decided already offers nothing."""
        page = f"/cms/reviews/{submission}/"
        self._press_until_gone(page, f"{page}approve/", "publish", f'action="{page}approve/"')

    def erase(self, request: int, known_by: str) -> None:
        """Carries out a request to remove details."""
        page = f"/en/privacy/requests/{request}/"
        self._press_until_gone(page, page, "erase", 'name="known_by"', known_by=known_by, is_sure="on")

    def invite(self, slug: str, role: int, email: str) -> None:
        """Invites somebody, unless the list names them by now."""
        invitations = f"/en/organisations/{slug}/invitations/"
        while email not in self._page(invitations, "invite"):
            place = {"role": role, "kind": "employee", "language": "en"}
            self._press(f"{invitations}new/", "invite", email=email, **place)

    def _press_until_gone(self, page: str, target: str, what: str, button: str, **fields: object) -> None:
        """A press without an answer may have been heard: look at the page before pressing again."""
        while button in self._page(page, what):
            self._press(target, what, **fields)

    def _page(self, path: str, what: str) -> str:
        status, location, words = self.insist("GET", path)
        if status != 200:
            raise GaveUp(f"the page from which to {what} gave {status} {location}")
        return words

    def _press(self, target: str, what: str, **fields: object) -> None:
        status, _location, _page = self.once("POST", target, what=what, **fields)
        # Our forms come back as 200 when they are refused, the review as 400.
        if 200 <= status < 300 or 400 <= status < 500:
            raise GaveUp(f"pressing the button to {what} gave {status}")
